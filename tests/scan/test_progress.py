"""The progress of a scan."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING

from attrs import evolve

from ome_zarr_models import Report, scan
from ome_zarr_models._scan.progress import Progress, shown

if TYPE_CHECKING:
    import pytest


def test_progress_is_passed_to_a_function(images: list[str]) -> None:
    told: list[Progress] = []
    list(scan(images, progress=told.append))
    assert [each.done for each in told] == list(range(1, 14))
    assert {each.total for each in told} == {13}
    assert told[-1].statuses == {"invalid": 4, "valid": 8, "unreadable": 1}
    assert str(evolve(told[-1], seconds=2)) == (
        "13 of 13 in 2 s (6/s): 4 invalid, 1 unreadable, 8 valid"
    )
    assert str(Progress(0, None, {}, 0)) == "0 in 0 s (0/s): nothing yet"
    list(scan(iter(images), progress=told.append))
    assert told[-1].total is None


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_standard_error(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    list(scan(images, progress=True))
    assert lines.getvalue().count("\n") == 1
    assert lines.getvalue().startswith("13 of 13 in ")
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    list(scan(images, progress=True))
    assert "13/13" in terminal.getvalue()
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    list(scan(images, progress=True))
    assert terminal.getvalue().startswith("13 of 13 in ")


def test_progress_is_a_line_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 2))
    lines = StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    monkeypatch.setattr("ome_zarr_models._scan.progress.perf_counter", lambda: next(clock))
    report = Report("", None, None, "valid", ())
    list(shown(report for _ in range(9)))
    assert [line.partition(" ")[0] for line in lines.getvalue().splitlines()] == ["3", "6", "9"]
    list(shown(report for _ in range(2)))
    assert lines.getvalue().splitlines()[-1].startswith("2 in 4 s")
