"""Each rule of a plate's and a well's own document, broken in one place."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import structure, unstructure, validate
from ome_zarr_models.v05.well_types import WellMeta

from .documents import ABSENT, VERSIONS, Loc, broken, plate, stored, well

PLATE = ("plate",)
WELL = (*PLATE, "wells", 0)
ACQUISITION = (*PLATE, "acquisitions", 0)
IMAGE = ("well", "images", 0)

# (kind, where, what is there instead, the rule, where that is said if elsewhere)
ERRORS: list[tuple[str, Loc, Any, str, Loc | None]] = [
    ("plate", PLATE, ABSENT, "plate.wells", None),
    ("plate", PLATE, [], "plate.wells", None),
    ("plate", (*PLATE, "rows"), {}, "plate.rows", None),
    ("plate", (*PLATE, "rows", 0), "A", "plate.rows", None),
    ("plate", (*PLATE, "columns"), None, "plate.columns", None),
    ("plate", (*PLATE, "wells"), {}, "plate.wells", None),
    ("plate", (*PLATE, "rows", 0, "name"), 1, "plate.row-name", None),
    ("plate", (*PLATE, "columns", 2, "name"), ABSENT, "plate.column-name", None),
    ("plate", (*PLATE, "columns", 2, "name"), "3-", "plate.column-alnum", None),
    ("plate", (*PLATE, "columns", 2, "name"), "\xe9", "plate.column-alnum", None),
    ("plate", (*PLATE, "columns", 2, "name"), "1", "plate.column-unique", (*PLATE, "columns")),
    ("plate", (*PLATE, "rows"), [{"name": name} for name in "ABA"], "plate.row-unique", None),
    ("plate", (*PLATE, "name"), 1, "plate.name-string", None),
    ("plate", (*PLATE, "version"), 0.4, "plate.version-string", None),
    ("plate", (*PLATE, "version"), None, "plate.version-string", None),
    ("plate", (*PLATE, "field_count"), 0, "plate.field-count-int", None),
    ("plate", (*PLATE, "field_count"), 1.0, "plate.field-count-int", None),
    ("plate", (*PLATE, "acquisitions"), {}, "plate.acq-list", None),
    ("plate", (*ACQUISITION, "id"), ABSENT, "plate.acq-id", None),
    ("plate", (*ACQUISITION, "id"), -1, "plate.acq-id-int", None),
    ("plate", (*ACQUISITION, "id"), True, "plate.acq-id-int", None),
    ("plate", (*ACQUISITION, "name"), 1, "plate.acq-name-string", None),
    ("plate", (*ACQUISITION, "description"), 1, "plate.acq-desc-string", None),
    ("plate", (*ACQUISITION, "maximumfieldcount"), 0, "plate.acq-mfc-int", None),
    ("plate", (*ACQUISITION, "maximumfieldcount"), "2", "plate.acq-mfc-int", None),
    ("plate", (*ACQUISITION, "starttime"), 1.5, "plate.acq-time-int", None),
    ("plate", (*ACQUISITION, "endtime"), "now", "plate.acq-time-int", None),
    (
        "plate",
        (*PLATE, "acquisitions"),
        [{"id": 1, "name": name, "maximumfieldcount": 1} for name in "ab"],
        "plate.acq-id-unique",
        None,
    ),
    ("plate", (*WELL, "path"), ABSENT, "plate.well-path", None),
    ("plate", (*WELL, "path"), 1, "plate.well-path", None),
    ("plate", (*WELL, "path"), "A1", "plate.well-path-form", None),
    ("plate", (*WELL, "path"), "C/1", "plate.well-path-form", None),
    ("plate", (*WELL, "path"), "1/A", "plate.well-path-form", None),
    ("plate", (*WELL, "path"), "plate/A/1", "plate.well-path-extra", None),
    ("plate", (*WELL, "rowIndex"), ABSENT, "plate.well-index", None),
    ("plate", (*WELL, "columnIndex"), "0", "plate.well-index", None),
    ("plate", (*WELL, "rowIndex"), 2, "plate.well-index-range", None),
    ("plate", (*WELL, "columnIndex"), -1, "plate.well-index-range", None),
    ("plate", (*WELL, "rowIndex"), 1, "plate.well-consistent", None),
    ("plate", (*WELL, "columnIndex"), 2, "plate.well-consistent", None),
    ("well", ("well",), ABSENT, "hcs.well-spec", None),
    ("well", ("well", "images"), ABSENT, "well.images", None),
    ("well", (*IMAGE, "path"), ABSENT, "well.path", None),
    ("well", (*IMAGE, "path"), 0, "well.path", None),
    ("well", (*IMAGE, "path"), "a/b", "well.path-alnum", None),
    ("well", (*IMAGE, "path"), "", "well.path-alnum", None),
    ("well", (*IMAGE, "path"), "a/b", "well.path-chars", None),
    ("well", (*IMAGE, "path"), "", "well.path-chars", None),
    ("well", (*IMAGE, "path"), "..", "well.path-dots", None),
    ("well", (*IMAGE, "path"), "__a", "well.path-reserved", None),
    ("well", (*IMAGE, "path"), "1", "well.path-unique", ("well", "images")),
    ("well", (*IMAGE, "acquisition"), "1", "well.acq-int", None),
    ("well", ("well", "version"), 1, "well.version-string", None),
    ("series", ("series",), ABSENT, "bf2raw.series-strings", None),
    ("series", ("series", 0), 1, "bf2raw.series-strings", None),
    ("bioformats2raw", ("bioformats2raw.layout",), 2, "bf2raw.value-3", None),
    ("bioformats2raw", ("bioformats2raw.layout",), ABSENT, "bf2raw.key", None),
]

WARNINGS: list[tuple[str, Loc, Any, str, Loc | None]] = [
    ("plate", (*PLATE, "name"), ABSENT, "plate.name", None),
    ("plate", (*PLATE, "version"), ABSENT, "plate.version", None),
    ("plate", (*PLATE, "field_count"), ABSENT, "plate.field-count", None),
    ("plate", (*ACQUISITION, "name"), ABSENT, "plate.acq-name", None),
    ("plate", (*ACQUISITION, "maximumfieldcount"), ABSENT, "plate.acq-mfc", None),
    ("plate", (*ACQUISITION, "starttime"), -1, "schema.acq-time-nonneg", None),
    ("plate", (*ACQUISITION, "endtime"), -1, "schema.acq-time-nonneg", None),
    ("plate", (*PLATE, "wells"), [], "schema.plate-nonempty", None),
    (
        "plate",
        (*PLATE, "wells", 1),
        {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
        "schema.wells-unique",
        (*PLATE, "wells"),
    ),
    (
        "plate",
        (*PLATE, "rows"),
        [{"name": "A"}, {"name": "B"}, {"name": "a"}],
        "plate.row-case-collision",
        None,
    ),
    (
        "plate",
        (*PLATE, "columns"),
        [{"name": "1"}, {"name": "2"}, {"name": "x"}, {"name": "X"}],
        "plate.column-case-collision",
        None,
    ),
    ("well", ("well", "images"), [], "schema.images-nonempty", None),
    ("well", ("well", "version"), ABSENT, "well.version", None),
]


#: The rules that are not in all versions.
GONE = ("plate.version", "plate.version-string", "well.version", "well.version-string")
ONLY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*GONE, "well.path-alnum"), ("0.4", "0.5")),
    **dict.fromkeys(("well.path-chars", "well.path-dots", "well.path-reserved"), ("0.6",)),
}


def document_of(kind: str, version: str) -> Any:
    """Return attributes that are valid."""
    metadata: dict[str, Any] = {
        "plate": plate(version=version),
        "well": well(version=version),
        "series": {"series": ["0", "1"]},
        "bioformats2raw": {"bioformats2raw.layout": 3},
    }[kind]
    return stored(metadata, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("kind", "loc", "value", "rule", "place"), ERRORS + WARNINGS)
def test_rules(kind: str, loc: Loc, value: Any, rule: str, place: Loc | None, version: str) -> None:
    if version not in ONLY.get(rule, VERSIONS):
        pytest.skip(f"{version} has no {rule}")
    level = "error" if (kind, loc, value, rule, place) in ERRORS else "warning"
    start = () if version == "0.4" else ("ome",)
    right: Any = document_of(kind, version)
    assert validate(right, kind=kind).problems == ()
    document = broken(right, (*start, *loc), value)
    problems = validate(document, version=version, kind=kind).problems
    found = [(p.rule, p.level, p.loc) for p in problems]
    assert found == [(rule, level, (*start, *(place or loc)))]


@pytest.mark.parametrize(
    ("kind", "loc"), [("plate", (*PLATE, "version")), ("well", ("well", "version"))]
)
def test_the_version_of_04_is_04(kind: str, loc: Loc) -> None:
    report = validate(broken(document_of(kind, "0.4"), loc, "0.1"), kind=kind)
    assert [(p.rule, p.level) for p in report.problems] == [("schema.version-enum", "warning")]
    document = broken(document_of(kind, "0.5"), ("ome", *loc), "0.1")
    assert validate(document, kind=kind).problems == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_nulls_of_acquisitions_are_kept(version: str) -> None:
    start = () if version == "0.4" else ("ome",)
    document: Any = document_of("plate", version)
    for key in ("name", "maximumfieldcount", "description", "starttime", "endtime"):
        document = broken(document, (*start, *ACQUISITION, key), None)
    for key in ("name", "field_count", "acquisitions"):
        changed: Any = broken(document, (*start, *PLATE, key), None)
        assert unstructure(structure(changed)) == changed
    well_document: Any = broken(document_of("well", version), (*start, *IMAGE, "acquisition"), None)
    assert unstructure(structure(well_document)) == well_document


@pytest.mark.parametrize("key", ["rows", "columns"])
def test_what_cannot_be_read_is_not_judged(key: str) -> None:
    document = broken(document_of("plate", "0.4"), (*PLATE, key, 0), 3)
    assert [problem.rule for problem in validate(document).problems] == [f"plate.{key}"]


def test_acquisitions_of_a_well() -> None:
    metadata = structure(well()["well"], WellMeta)
    assert metadata.get_acquisition_paths() == {1: ["0", "1"]}
    metadata = structure({"images": [{"path": "0"}]}, WellMeta)
    with pytest.raises(ValueError, match="expected the acquisition of the image '0', got none"):
        metadata.get_acquisition_paths()
