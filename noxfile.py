"""Checks of the project: ``nox`` runs all required ones, ``nox -s bench`` compares peers."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.options.sessions = ["lint", "typing", "tests", "oldest", "fuzz"]
nox.options.error_on_missing_interpreters = False  # nox lists the missing ones

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SOURCES = ["ome_zarr_models", "tests", "benchmarks", "examples", "noxfile.py"]


def _needs(group: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, group))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests and check that they cover all branches of the package."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    data = f"--data-file={session.create_tmp()}/coverage"
    session.run("coverage", "run", data, "-m", "pytest", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report", data)


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """Run the tests with the oldest supported versions of the dependencies."""
    session.install(".", *_needs("test"), *_needs("oldest"))
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style and format of the code with ruff."""
    session.install(*_needs("lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)


@nox.session
def typing(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    session.install(".", *_needs("typing"))
    session.run("mypy")
    session.run("pyright")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz the readers with broken hierarchies for 30 seconds, or the number given."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    session.run("python", "-m", "tests.fuzz", *(session.posargs or ["30"]))


@nox.session
def mpi(session: nox.Session) -> None:
    """Run the tests of scans with MPI workers, which have additional dependencies."""
    session.install(".", *_needs("test"), *_needs("mpi"))
    session.run("pytest", "tests/test_scan.py", "-k", "mpi", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Generate the pages of the documentation that are made from code."""
    session.install(".")
    page = ROOT / "docs" / "rules.md"
    with page.open("w", encoding="utf-8") as file:
        session.run("ome-zarr-models", "rules", "--format", "markdown", stdout=file)


@nox.session(python=["3.12"])
def bench(session: nox.Session) -> None:
    """Run the benchmarks of the library and its peers, and print a table of ratios."""
    session.install(".", *_needs("bench"))
    folder = Path(session.create_tmp()).resolve()
    # In the root of the project, its package would shadow the peer with the same import name.
    shutil.copytree("benchmarks", folder / "benchmarks", dirs_exist_ok=True)
    shutil.rmtree(folder / "results", ignore_errors=True)
    (folder / "results").mkdir()
    session.run("python", "-m", "venv", str(folder / "peers"))
    peers = str(folder / "peers" / "bin" / "python")
    session.run(peers, "-m", "pip", "install", "--quiet", *_needs("peers"), external=True)
    session.chdir(folder)
    for round_ in range(3):
        for library in ("attrs", "ome-zarr-models", "yaozarrs"):
            session.run(
                "python" if library == "attrs" else peers,
                *("-m", "pytest", "--quiet", "benchmarks", f"--library={library}"),
                f"--benchmark-json=results/{library}.{round_}.json",
                external=True,
                silent=True,
            )
    session.run("python", "-m", "benchmarks.compare", "results")
