"""The examples of the README and of the documentation."""

from __future__ import annotations

import doctest
import runpy
import tomllib
from pathlib import Path

import pytest

from .helpers.cli import run

ROOT = Path(__file__).parents[1]


@pytest.mark.filterwarnings("ignore:.*remain beside the new ones", "ignore:.*exists beside")
def test_examples_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted > 20
    assert result.failed == 0


def test_table_of_rules_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", "--format", "markdown") == 0
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == capsys.readouterr().out


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_examples(
    example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [str(example)])
    runpy.run_path(str(example), run_name="__main__")
    assert "\nvalid: OME-Zarr 0." in capsys.readouterr().out


def test_the_address_of_the_repository_is_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = "/".join(project["urls"]["Repository"].split("/")[-2:]).encode()
    hidden = {".github", ".pre-commit-config.yaml"}
    tops = [top for top in ROOT.iterdir() if top.name in hidden or not top.name.startswith(".")]
    having = {
        path.relative_to(ROOT).as_posix(): path.read_bytes().count(address)
        for top in tops
        for path in (top, *top.rglob("*"))
        if path.suffix in {".cff", ".md", ".py", ".toml", ".yaml", ".yml"}
    }
    assert {path: count for path, count in having.items() if count} == {"pyproject.toml": 1}
