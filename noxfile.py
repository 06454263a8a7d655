"""The sessions of nox: ``nox`` runs all checks that must pass, ``nox --list`` names all."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import nox

nox.options.error_on_missing_interpreters = False  # nox names each one that is missing

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
MAIN_PYTHON = "3.12"  # the one that also runs the slow tests, and measures the coverage
NEWER_PYTHONS = [f"tests-{python}" for python in PYTHONS[1:]]  # "oldest" runs with the first
nox.options.sessions = ["lint", "typing", *NEWER_PYTHONS, "oldest", "fuzz", "dependents"]
PARALLEL = ["--numprocesses", "auto"]
QUICK = [*PARALLEL, "-m", "not slow"]
SOURCES = ["ome_zarr_models", "tests", "benchmarks", "dependents", "examples", "noxfile.py"]


def _needs(group: str) -> list[str]:
    return list(nox.project.dependency_groups(PROJECT, group))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; with Python 3.12, check that they cover all branches of the package."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    if session.posargs or session.python != MAIN_PYTHON:
        session.run("pytest", *(session.posargs or QUICK))
        return
    data = {"COVERAGE_FILE": f"{session.create_tmp()}/coverage"}
    is_covered = sys.platform != "win32"  # where some tests are skipped
    report = ("--cov", "--cov-report=term") if is_covered else ()
    session.run("pytest", *PARALLEL, *report, env=data)


@nox.session(python="3.11")
def oldest(session: nox.Session) -> None:
    """Run the tests with the oldest versions of the dependencies."""
    session.install(".", *_needs("test"), *_needs("oldest"))
    session.run("pytest", *(session.posargs or QUICK))


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code with ruff, the spelling with typos, and the workflows with zizmor."""
    session.install(*_needs("lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)
    session.run("typos")
    workflows = (".github", ".pre-commit-config.yaml")
    session.run("zizmor", "--offline", "--pedantic", "--quiet", *workflows)


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types with mypy and pyright."""
    session.install(".", *_needs("typing"))
    session.run("mypy")
    session.run("pyright")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz the readers with broken hierarchies for 30 seconds, or the number given."""
    session.install(".", *_needs("test"))
    session.install("--no-deps", "--editable", ".")
    session.run("python", "-m", "tests.helpers.fuzz", *(session.posargs or ["30"]))


@nox.session(python=MAIN_PYTHON)
def dependents(session: nox.Session) -> None:
    """Use programs that depend on ome-zarr-models, with this package in its place."""
    session.install(*_needs("dependents"))
    session.run("pip", "uninstall", "--yes", "--quiet", "ome-zarr-models")
    session.install(".")
    session.chdir(session.create_tmp())  # the package there is the one that is installed
    session.run("python", "-W", "ignore", str(ROOT / "dependents" / "use.py"))


@nox.session
def mutation(session: nox.Session) -> None:
    """Name the changes of the given modules that the given tests, or all, do not notice."""
    modules = [each for each in session.posargs if each.startswith("ome_zarr_models/")]
    if not modules:
        session.error("expected modules, such as ome_zarr_models/_zarr/write.py")
    selected = [each for each in session.posargs if each not in modules] or ["tests"]
    session.install(".", *_needs("test"), *_needs("mutation"))
    place = Path(session.create_tmp()).resolve() / "copy"
    shutil.rmtree(place, ignore_errors=True)
    for folder in ("ome_zarr_models", "tests"):
        shutil.copytree(folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = Path("pyproject.toml").read_text(encoding="utf-8")
    for name, values in (("only_mutate", modules), ("_test_selection", selected)):
        settings = settings.replace(f"{name} = []", f"{name} = {json.dumps(values)}")
    (place / "pyproject.toml").write_text(settings, encoding="utf-8")
    session.chdir(place)
    session.run("mutmut", "run", success_codes=[0, 1])
    session.run("mutmut", "results")
    session.log(f"for a change: cd {place} && {session.bin}/mutmut show NAME")


@nox.session
def mpi(session: nox.Session) -> None:
    """Run the test of a scan in the workers of MPI, which other sessions skip."""
    session.install(".", *_needs("test"), *_needs("mpi"))
    session.run("pytest", "-k", "test_mpi", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write docs/rules.md, which is generated from the code."""
    session.install(".")
    page = ROOT / "docs" / "rules.md"
    with page.open("w", encoding="utf-8") as file:
        session.run(
            *("ome-zarr-models", "rules", "--format", "markdown"),
            env={"PYTHONUTF8": "1"},
            stdout=file,
        )


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist and the wheel in dist/, and check their metadata."""
    session.install(*_needs("build"))
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build")
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))


@nox.session(python=["3.12"])
def bench(session: nox.Session) -> None:
    """Measure this library and its peers in turn, and print a table of ratios."""
    session.install(".", *_needs("bench"))
    place = Path(session.create_tmp()).resolve()
    # In a folder of their own: in this one, the package would hide the peer of the same name.
    shutil.copytree("benchmarks", place / "benchmarks", dirs_exist_ok=True)
    shutil.rmtree(place / "results", ignore_errors=True)
    (place / "results").mkdir()
    session.run("python", "-m", "venv", str(place / "peers"))
    programs = "Scripts" if sys.platform == "win32" else "bin"
    peers = str(place / "peers" / programs / "python")
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
