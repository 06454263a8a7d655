"""Groups that have metadata in both Zarr formats."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import validate

from ..helpers.factories import ABSENT, broken, hierarchy, image, plate_hierarchy
from ..helpers.stores import memory

NEW = hierarchy(image("yx", 2, "0.5"), version="0.5")
OLD = hierarchy(image("yx", 2))
BESIDE = ("formats", ".zattrs of Zarr format 2 exists beside zarr.json: readers use zarr.json")
DIFFERS = ".zattrs of Zarr format 2 contradicts zarr.json: "


def _problems(documents: dict[str, Any]) -> list[tuple[str, str]]:
    report = validate(memory(documents))
    assert report.status == "valid"
    assert {(each.level, each.document) for each in report.problems} <= {("warning", ".zattrs")}
    return [(each.rule, each.message) for each in report.problems]


@pytest.mark.parametrize(
    ("zattrs", "found"),
    [
        (OLD[".zattrs"], []),
        (broken(OLD, (".zattrs", "multiscales", 0, "name"), "other")[".zattrs"], []),
        (
            broken(OLD, (".zattrs", "multiscales", 0, "datasets", 1), ABSENT)[".zattrs"],
            ["it names other nodes"],
        ),
        (
            plate_hierarchy()[".zattrs"],
            ["a group of kind 'plate' there, and of kind 'image' here"],
        ),
        ({"author": "me"}, []),
        (b"{", []),
        (b"[]", []),
    ],
)
def test_documents_of_format_2_beside_those_of_format_3(zattrs: Any, found: list[str]) -> None:
    problems = _problems({**OLD, ".zattrs": zattrs, **NEW})
    assert problems == [BESIDE, *(("formats-differ", DIFFERS + each) for each in found)]


def test_one_format_has_nothing_beside() -> None:
    assert _problems(NEW) == []
    assert _problems(OLD) == []
    without = {key: document for key, document in OLD.items() if key != ".zattrs"}
    assert _problems({**without, **NEW}) == []
