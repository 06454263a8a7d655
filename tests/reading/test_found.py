"""What readers found in files: each is read, named, written and read again."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from ome_zarr_models import ValidationError, repair, validate
from ome_zarr_models.v04 import Image
from ome_zarr_models.v05 import ArraySpec, GroupSpec

from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    below,
    broken,
    collection,
    group,
    hierarchy,
    hierarchy_of,
    image,
    image_label,
    metadata_place,
    plate_hierarchy,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, documents_in, memory

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.filterwarnings("ignore::ome_zarr_models.ValidationWarning")

# The names of the documents of a version with attributes.
ATTRIBUTES = {"0.4": ".zattrs", "0.5": "zarr.json", "0.6": "zarr.json"}
every_version = pytest.mark.parametrize("version", VERSIONS)


def _place(version: str) -> tuple[Any, ...]:
    """Return the keys that lead to the metadata in a document with attributes."""
    return () if version == "0.4" else ("attributes", *metadata_place(version))


def _reopened(documents: Mapping[str, Any]) -> Any:
    """Return what is read of documents, after it was written and read again."""
    store = memory({})
    open_ome_zarr(memory(documents)).to_zarr(store)
    return open_ome_zarr(store)


@every_version
def test_null_for_a_plate_is_no_plate(version: str) -> None:
    documents = collection(2, version=version, more={"plate": None})
    found = _reopened(documents)
    assert found.kind == "bioformats2raw"
    assert {"0", "1"} <= {*found.members}
    assert validate(memory(documents))


@every_version
@pytest.mark.parametrize("series", [[0, 1], [0.0, 1.0]])
def test_series_of_numbers_are_names(version: str, series: list[float]) -> None:
    documents = collection(2, version=version)
    place = (f"OME/{ATTRIBUTES[version]}", *_place(version), "series")
    found = _reopened(broken(documents, place, series))
    assert {"0", "1"} <= {*found.members}


@every_version
@pytest.mark.parametrize("series", [True, False])
@pytest.mark.parametrize("lost", ["0/", "1/", "OME/"])
def test_broken_nodes_of_collections_are_left_out(version: str, lost: str, *, series: bool) -> None:
    documents = {**collection(3, series=series, version=version)}
    key = f"{lost}{ATTRIBUTES[version]}"
    documents[key] = b"{"
    found = open_ome_zarr(memory(documents))
    names = {"0", "1", "2"} - {lost.strip("/")}
    assert names <= {*found.members}
    if series and lost != "OME/":  # else nothing names an image behind a gap
        assert names <= {*_reopened(documents).members}
    assert not validate(memory(documents))


@every_version
def test_images_that_series_names_may_be_missing(version: str) -> None:
    documents = {k: v for k, v in collection(2, version=version).items() if k[:2] != "0/"}
    assert {*open_ome_zarr(memory(documents)).members} == {"OME", "1"}
    assert not validate(memory(documents))


@every_version
@pytest.mark.parametrize(("row", "column"), [(None, 0), ("0", "0"), (None, "0")])
def test_indices_of_wells_are_repaired(version: str, row: Any, column: Any) -> None:
    documents = plate_hierarchy(["A/1"], 1, 1, version)
    key, place = ATTRIBUTES[version], _place(version)
    for name, value in (("rowIndex", row), ("columnIndex", column)):
        documents = broken(documents, (key, *place, "plate", "wells", 0, name), value)
    (well,) = _reopened(documents).ome_attributes.plate.wells
    assert (well.rowIndex, well.columnIndex) == (0, 0)
    assert not validate(memory(documents))
    attributes = documents[key]["attributes"] if version != "0.4" else documents[key]
    repaired, fixes = repair(attributes)
    assert {fix.rule for fix in fixes} == {"plate.well-index"}
    assert repair(repaired) == (repaired, [])


@every_version
def test_row_names_of_other_types_are_reported(version: str) -> None:
    documents = plate_hierarchy(["A/1"], 1, 1, version)
    place = (ATTRIBUTES[version], *_place(version), "plate", "rows", 0, "name")
    report = validate(memory(broken(documents, place, [])), listing=True)
    assert "plate.row-name" in {problem.rule for problem in report.errors}


@every_version
@pytest.mark.parametrize("at", [("other",), ("omero", "channels", 0, "window", "max")])
def test_nan_is_written_as_it_was_found(version: str, at: tuple[Any, ...]) -> None:
    documents = hierarchy_of("image", version)
    if version == "0.6" and at[0] == "omero":
        at = ("other",)
    place: tuple[Any, ...] = (ATTRIBUTES[version], *_place(version), *at)
    store = memory({})
    found = open_ome_zarr(memory(broken(documents, place, math.nan)))
    found.to_zarr(store)
    again = open_ome_zarr(store)
    assert type(again) is type(found)
    written = documents_in(store)[ATTRIBUTES[version]]
    for step in (*_place(version), *at):
        written = written[step]
    assert math.isnan(written)
    again.to_zarr(store, overwrite="documents")


def test_nan_of_a_program_is_not_written() -> None:
    store = memory({})
    group = GroupSpec(attributes={"a": math.nan}, members={})
    with pytest.raises(ValidationError, match="expected JSON, got NaN"):
        group.to_zarr(store)
    found = Image.from_zarr(memory(hierarchy()))
    with pytest.raises(ValidationError, match="expected JSON, got NaN"):
        attrs.evolve(found.attributes, extra={"a": math.nan})


@pytest.mark.parametrize("configuration", [None, {}, {"chunk_shape": 5}, 3])
def test_chunk_grids_of_unknown_form_have_no_chunks(configuration: Any) -> None:
    array = ArraySpec.build(shape=(4, 4), dtype="uint8")
    grid = {"name": "rectangular", "configuration": configuration}
    assert attrs.evolve(array, chunk_grid=grid).chunks == ()
    assert attrs.evolve(array, chunk_grid={"name": "rectangular"}).chunks == ()


def test_slashes_too_many_in_scenes_are_removed() -> None:
    reference = {"path": "/b/", "name": "physical"}
    transform = {"type": "identity", "input": reference, "output": {"name": "world"}}
    document = {"ome": {"version": "0.6", "scene": {"coordinateTransformations": [transform]}}}
    repaired, fixes = repair(document)
    assert [fix.rule for fix in fixes] == ["scene.io-path"]
    text = json.dumps(repaired)
    assert '"path": "b"' in text


WRONG: tuple[Any, ...] = (None, 3, "a", [], ["c", "y", "x"], [{}], {}, {"a": 1})


@pytest.mark.parametrize("version", ["0.5", "0.6"])
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("names", [True, False])
def test_a_field_without_readable_axes_is_left_out(version: str, wrong: Any, names: bool) -> None:  # noqa: FBT001 - a parameter of the test
    documents = plate_hierarchy(["A/1"], 2, 1, version)
    owner: tuple[Any, ...] = ("multiscales", 0)
    owner += ("axes",) if version == "0.5" else ("coordinateSystems", 0, "axes")
    place = ("A/1/0/zarr.json", *_place(version), *owner)
    documents = broken(documents, place, wrong)
    for key in ("A/1/0/0/zarr.json", "A/1/1/0/zarr.json") if not names else ():
        documents = broken(documents, (key, "dimension_names"), ABSENT)
    found = _reopened(documents)
    assert {*found.members["A"].members["1"].members} == {"1"}
    assert version == "0.6" or found["A/1"].members["1"].members["0"].dimension_names
    assert not validate(memory(documents))


@every_version
def test_attributes_that_a_server_refuses_make_no_collection_unreadable(version: str) -> None:
    documents = {**collection(2, version=version)}
    key = f"OME/{ATTRIBUTES[version]}"
    del documents[key]
    store = Counting(memory(documents))
    store.errors[key] = PermissionError("403")
    found = open_ome_zarr(store)
    assert {"0", "1"} <= {*found.members}
    report = validate(store)
    assert report.status == "valid"
    assert "unreadable" in {problem.rule for problem in report.warnings}


@every_version
def test_the_xml_of_a_collection_may_be_unreadable(version: str) -> None:
    store = Counting(memory(collection(2, version=version)))
    store.errors["OME/METADATA.ome.xml"] = OSError("reset")
    assert {"0", "1"} <= {*open_ome_zarr(store).members}
    report = validate(store)
    assert report.status == "valid"
    assert "unreadable" in {problem.rule for problem in report.warnings}


@every_version
@pytest.mark.parametrize("wells", [None, []])
def test_images_in_series_are_there_whatever_the_plate_says(version: str, wells: Any) -> None:
    documents = plate_hierarchy(["A/1"], 2, 1, version)
    place = (ATTRIBUTES[version], *_place(version))
    documents = broken(documents, (*place, "bioformats2raw.layout"), 3)
    documents = broken(documents, (*place, "plate", "wells"), wells)
    series = {"series": ["A/1/0", "A/1/1", "A/1/2"]}
    documents |= below("OME", group(series, version))
    found = [p for p in validate(memory(documents)).errors if p.rule == "bf2raw.series-paths"]
    assert [problem.loc[-1] for problem in found] == [2]


@pytest.mark.parametrize("name", ["0.4.1", "0.4-dev", "0.4-dev-spatialdata"])
@pytest.mark.parametrize("kind", ["image", "image-label", "plate", "well"])
def test_versions_of_parts_that_are_read_as_04_are_repaired(kind: str, name: str) -> None:
    metadata = hierarchy_of(kind)[".zattrs"]
    owner = ("multiscales", 0) if kind == "image" else (kind,)
    changed = broken(metadata, (*owner, "version"), name)
    repaired, fixes = repair(changed)
    assert repaired == broken(metadata, (*owner, "version"), "0.4")
    assert [(fix.before, fix.after) for fix in fixes] == [(name, "0.4")]


@every_version
def test_labels_of_numbers_are_names(version: str) -> None:
    documents = hierarchy(labels={"0": image_label(version=version)}, version=version)
    place = (f"labels/{ATTRIBUTES[version]}", *_place(version), "labels")
    documents = broken(documents, place, [0])
    assert {*_reopened(documents).members["labels"].members} == {"0"}
    report = validate(memory(documents))
    assert {problem.rule for problem in report.errors} == {"labels.key"}


@every_version
def test_the_coarsest_level_is_found_in_any_order(version: str) -> None:
    documents = hierarchy(image("yx", 3, version), version=version)
    key, place = ATTRIBUTES[version], (*_place(version), "multiscales", 0, "datasets")
    value: Any = documents[key]
    for step in place:
        value = value[step]
    documents = broken(documents, (key, *place), value[::-1])
    found = open_ome_zarr(memory(documents))
    assert found.level_for(math.inf) == 0
    assert found.level_for(1e-9) == 2


def test_what_is_removed_is_said_to_be_removed() -> None:
    document = {"plate": {**hierarchy_of("plate")[".zattrs"]["plate"], "field_count": 0}}
    _, (fix,) = repair(document)
    assert str(fix) == "plate.field_count: removed, found 0 [plate.field-count-int]"
    assert fix.problem().message == "read as absent, found 0"
