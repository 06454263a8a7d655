"""The project's checks: ``nox`` runs all that must pass, ``nox -s bench`` compares with peers."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.options.sessions = ["lint", "typing", "tests", "oldest", "fuzz"]
nox.options.error_on_missing_interpreters = False  # each that is missing is named

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SOURCES = ["ome_zarr_models", "tests", "benchmarks", "examples", "noxfile.py"]


def _needs(group: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, group))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, all branches of the package covered."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    data = f"--data-file={session.create_tmp()}/coverage"
    session.run("coverage", "run", data, "-m", "pytest", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report", data)


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """Run the tests with the oldest versions of what the package needs."""
    session.install(".", *_needs("test"), *_needs("oldest"))
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Look for what ruff does not like."""
    session.install(*_needs("lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)


@nox.session
def typing(session: nox.Session) -> None:
    """Check all types, with mypy and with pyright."""
    session.install(".", *_needs("typing"))
    session.run("mypy")
    session.run("pyright")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Read hierarchies that nobody means well, for 30 seconds, or as many as are given."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    session.run("python", "-m", "tests.helpers.fuzz", *(session.posargs or ["30"]))


@nox.session
def mpi(session: nox.Session) -> None:
    """Scan in the workers of MPI, which needs more than other tests."""
    session.install(".", *_needs("test"), *_needs("mpi"))
    session.run("pytest", "tests/scan/test_scan.py", "-k", "mpi", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write the pages that are made from the code."""
    session.install(".")
    page = ROOT / "docs" / "rules.md"
    with page.open("w", encoding="utf-8") as file:
        session.run("ome-zarr-models", "rules", "--format", "markdown", stdout=file)


@nox.session(python=["3.12"])
def bench(session: nox.Session) -> None:
    """Measure the library and its peers in turn, and print a table of ratios."""
    session.install(".", *_needs("bench"))
    place = Path(session.create_tmp()).resolve()
    # From a folder of their own: in this one, the package would hide the peer of its name.
    shutil.copytree("benchmarks", place / "benchmarks", dirs_exist_ok=True)
    shutil.rmtree(place / "results", ignore_errors=True)
    (place / "results").mkdir()
    session.run("python", "-m", "venv", str(place / "peers"))
    peers = str(place / "peers" / "bin" / "python")
    session.run(peers, "-m", "pip", "install", "--quiet", *_needs("peers"), external=True)
    session.chdir(place)
    for turn in range(3):
        for library in ("attrs", "ome-zarr-models", "yaozarrs"):
            session.run(
                "python" if library == "attrs" else peers,
                *("-m", "pytest", "--quiet", "benchmarks", f"--library={library}"),
                f"--benchmark-json=results/{library}.{turn}.json",
                external=True,
                silent=True,
            )
    session.run("python", "-m", "benchmarks.compare", "results")
