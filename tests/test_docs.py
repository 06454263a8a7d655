"""The examples of the README and of the documentation."""

from __future__ import annotations

import doctest
import runpy
from pathlib import Path

import pytest

from .helpers.cli import run

ROOT = Path(__file__).parents[1]


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
