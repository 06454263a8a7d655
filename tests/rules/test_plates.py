"""Rules of plates, wells and collections, each broken in one place."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import structure, unstructure, validate
from ome_zarr_models.v05.well_types import WellMeta

from ..helpers.cases import Case, every, load
from ..helpers.factories import VERSIONS, Loc, broken, metadata_of, metadata_place, stored, well

PLATE = ("plate",)
ACQUISITION = (*PLATE, "acquisitions", 0)
IMAGE = ("well", "images", 0)


def _stored(kind: str, version: str) -> Any:
    return stored(metadata_of(kind, version), version)


@pytest.mark.parametrize("version", VERSIONS)
@every(load("0.4/plates"))
def test_rule_is_reported_at_its_place(case: Case, version: str) -> None:
    if version not in case.versions:
        pytest.skip(f"{version} has no {case.rule}")
    kind = case.what
    start = metadata_place(version)
    valid: Any = _stored(kind, version)
    assert validate(valid, kind=kind).problems == ()
    ((loc, value),) = case.changes
    document = broken(valid, (*start, *loc), value)
    problems = validate(document, version=version, kind=kind).problems
    found = [(p.rule, p.level, p.loc) for p in problems]
    assert found == [(case.rule, case.level, (*start, *case.place))]


@pytest.mark.parametrize(
    ("kind", "loc"), [("plate", (*PLATE, "version")), ("well", ("well", "version"))]
)
def test_other_versions_of_plates_are_warned_of_in_0_4(kind: str, loc: Loc) -> None:
    report = validate(broken(_stored(kind, "0.4"), loc, "0.1"), kind=kind)
    assert [(p.rule, p.level) for p in report.problems] == [("schema.version-enum", "warning")]
    document = broken(_stored(kind, "0.5"), ("ome", *loc), "0.1")
    assert validate(document, kind=kind).problems == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_nulls_of_acquisitions_are_kept(version: str) -> None:
    start = () if version == "0.4" else ("ome",)
    document: Any = _stored("plate", version)
    for key in ("name", "maximumfieldcount", "description", "starttime", "endtime"):
        document = broken(document, (*start, *ACQUISITION, key), None)
    for key in ("name", "field_count", "acquisitions"):
        changed: Any = broken(document, (*start, *PLATE, key), None)
        assert unstructure(structure(changed)) == changed
    well_document: Any = broken(_stored("well", version), (*start, *IMAGE, "acquisition"), None)
    assert unstructure(structure(well_document)) == well_document


@pytest.mark.parametrize("key", ["rows", "columns"])
def test_wells_are_not_checked_against_unreadable_rows(key: str) -> None:
    document = broken(_stored("plate", "0.4"), (*PLATE, key, 0), 3)
    assert [problem.rule for problem in validate(document).problems] == [f"plate.{key}"]


def test_images_of_a_well_are_grouped_by_acquisition() -> None:
    metadata = structure(well()["well"], WellMeta)
    assert metadata.get_acquisition_paths() == {1: ["0", "1"]}
    metadata = structure({"images": [{"path": "0"}]}, WellMeta)
    with pytest.raises(ValueError, match="expected the acquisition of the image '0', got none"):
        metadata.get_acquisition_paths()
