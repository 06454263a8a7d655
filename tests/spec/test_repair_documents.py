"""The function `repair`: attributes that are repaired, and the fixes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import NOTHING
from hypothesis import given

from ome_zarr_models import Fix, repair, validate

from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    Loc,
    broken,
    image,
    image_label,
    plate,
    stored,
    well,
)
from ..helpers.patches import patched
from ..helpers.repairs import REPAIRS, REPAIRS_06, WINDOWS
from ..helpers.strategies import JSON_VALUES

MS = ("multiscales", 0)

# (document, place, found value, repaired value, rule)
OTHERS: list[tuple[Any, Loc, Any, Any, str]] = [
    (plate(), ("plate", "version"), 0.4, "0.4", "plate.version-string"),
    (plate(), ("plate", "field_count"), 0, ABSENT, "plate.field-count-int"),
    (plate(), ("plate", "wells", 1, "columnIndex"), ABSENT, 1, "plate.well-index"),
    (plate(), ("plate", "acquisitions", 0, "id"), "1", 1, "plate.acq-id-int"),
    (well(), ("well", "version"), 0.4, "0.4", "well.version-string"),
    (well(), ("well", "images", 0, "acquisition"), "3", 3, "well.acq-int"),
    (image_label(), ("image-label", "version"), 0.4, "0.4", "label.version-string"),
    (stored(image(version="0.5"), "0.5"), ("ome", "version"), 0.5, "0.5", "meta.version"),
    (stored(image(version="0.5"), "0.5"), ("ome", "version"), "0.5-dev", "0.5", "meta.version"),
    (
        stored(image(version="0.6"), "0.6"),
        ("ome", "version"),
        "0.6rc0",
        "0.6",
        "meta.version-value",
    ),
]


@pytest.mark.parametrize(
    ("document", "loc", "found", "read_as", "rule"),
    [
        *[(image(), *row) for row in REPAIRS + WINDOWS if row[2] != "red"],
        *[
            (stored(image(version="0.6"), "0.6"), ("ome", *row[0]), *row[1:])  # as it is stored
            for row in REPAIRS_06
        ],
        *OTHERS,
    ],
)
def test_attributes_are_repaired_by_fixes(
    document: Any, loc: Loc, found: Any, read_as: Any, rule: str
) -> None:
    wrong = broken(document, loc, found)
    before = json.dumps(wrong)
    repaired, fixes = repair(wrong)
    assert repaired == broken(wrong, loc, read_as)
    assert all(fix.rule.startswith(rule) for fix in fixes)
    assert len(fixes) == (4 if rule == "omero.window" else 1)
    assert validate(repaired).status == "valid"
    assert repair(repaired) == (repaired, [])
    assert json.dumps(wrong) == before
    assert patched(wrong, [fix.to_patch() for fix in fixes]) == repaired
    if rule != "omero.window":
        expected = (
            loc,
            NOTHING if found is ABSENT else found,
            NOTHING if read_as is ABSENT else read_as,
        )
        assert (fixes[0].loc, fixes[0].before, fixes[0].after) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_valid_attributes_are_returned_as_they_are(version: str) -> None:
    for metadata in (image(version=version), plate(version=version), well(version=version)):
        document: Any = stored(metadata, version)
        repaired, fixes = repair(document)
        assert repaired is document
        assert fixes == []


@pytest.mark.parametrize("document", [{}, {"ome": 3}, {"multiscales": 3}])
def test_other_documents_are_returned_as_they_are(document: Any) -> None:
    assert repair(document) == (document, [])
    assert repair(document, version="0.4") == (document, [])


@pytest.mark.parametrize("document", [3, None, [], "image.zarr", b"{}"])
def test_values_other_than_documents_are_refused(document: Any) -> None:
    with pytest.raises(TypeError, match="expected the attributes of a group as a mapping, got "):
        repair(document)


def test_version_may_be_given() -> None:
    document: Any = {"ome": {"multiscales": [], "version": 0.5}}
    assert repair(document, version="0.5")[0]["ome"]["version"] == "0.5"
    with pytest.raises(ValueError, match="expected one of the versions"):
        repair(document, version="0.3")


@pytest.mark.parametrize(
    ("before", "after", "operation"),
    [
        (1, "1", {"op": "replace", "path": "/a~1b~0c/0", "value": "1"}),
        (NOTHING, None, {"op": "add", "path": "/a~1b~0c/0", "value": None}),
        (None, NOTHING, {"op": "remove", "path": "/a~1b~0c/0"}),
    ],
)
def test_fix_becomes_an_operation_of_a_patch(
    before: Any, after: Any, operation: dict[str, Any]
) -> None:
    assert Fix("rule", ("a/b~c", 0), before, after).to_patch() == operation


@pytest.mark.parametrize("version", [0.4, 0.7, 1])
def test_numbers_other_than_versions_are_not_repaired(version: float) -> None:
    document = stored({**image(version="0.5"), "version": version}, "0.5")
    assert repair(document, version="0.5") == (document, [])
    document = broken(image(), (*MS, "version"), 0.3)
    assert repair(document) == (document, [])


@pytest.mark.parametrize(
    ("document", "loc", "value"),
    [
        (plate(), ("plate", "acquisitions", 0, "id"), "1" * 5000),
        (plate(), ("plate", "wells", 0), {"path": 3}),
        (well(), ("well", "images", 0, "acquisition"), "one"),
        *(
            (
                image("yx"),
                (*MS, "datasets", 0, "coordinateTransformations"),
                [
                    {"type": "translation", "translation": [number, 0]},
                    {"type": "scale", "scale": [1.5e300, 1]},
                ],
            )
            for number in (10**400, 1e300)
        ),
    ],
)
def test_ambiguous_values_are_not_repaired(document: Any, loc: Loc, value: Any) -> None:
    wrong = broken(document, loc, value)
    assert repair(wrong) == (wrong, [])


@given(JSON_VALUES.map(lambda extra: {"well": {"images": [], "version": 0.4}, "extra": extra}))
def test_unknown_keys_are_kept(document: dict[str, Any]) -> None:
    repaired, _ = repair(document)
    assert repaired == {**document, "well": {"images": [], "version": "0.4"}}
