"""Rules of groups and their members, in all versions."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, structure, v05, validate

from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    Loc,
    array,
    array_3,
    broken,
    group,
    hierarchy,
    hierarchy_of,
    image,
    image_label,
    multiscale,
    plate,
    plate_hierarchy,
    stored,
    well,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory
from ..helpers.versions import MODULES, array_of, every_version, image_of

# (kind, path and place of the change, new value, rule, node)
WRONG: list[tuple[str, tuple[str, Loc, Any], str, str]] = [
    ("plate", ("", ("plate", "wells", 0, "path"), "A/3"), "plate.well-consistent", ""),
    ("plate", ("B/2", ("well", "images", 0, "acquisition"), 7), "well.acq-known", "B/2"),
    ("plate", ("B/2", ("well", "images", 0, "path"), "x"), "well.image-exists", "B/2"),
    ("plate", ("B/2", ("well", "images", 0, "path"), "x-1"), "well.path-alnum", "B/2"),
    ("plate", ("B/2", ("well",), ABSENT), "hcs.well-spec", "B/2"),
    ("well", ("0", ("multiscales",), ABSENT), "well.image-exists", ""),
    ("bioformats2raw", ("OME", ("series",), ["0", "7"]), "bf2raw.series-paths", "OME"),
    ("bioformats2raw", ("OME", ("series",), ["0", "OME"]), "bf2raw.series-paths", "OME"),
    ("bioformats2raw", ("OME", ("series",), ["0", 1]), "bf2raw.series-strings", "OME"),
    ("bioformats2raw", ("", ("bioformats2raw.layout",), "3"), "bf2raw.value-3", ""),
]


@every_version
@pytest.mark.parametrize(("kind", "change", "rule", "node"), WRONG)
def test_rule_is_reported_at_its_node(
    kind: str, change: tuple[str, Loc, Any], rule: str, node: str, version: str
) -> None:
    path, loc, value = change
    if rule == "well.path-alnum" and version == "0.6":
        value, rule = "x/1", "well.path-chars"
    key = ".zattrs" if version == "0.4" else "zarr.json"
    place = () if version == "0.4" else ("attributes", "ome")
    key = f"{path}/{key}" if path else key
    documents = broken(hierarchy_of(kind, version), (key, *place, *loc), value)
    problems = validate(memory(documents), kind=kind).problems
    errors = [problem for problem in problems if problem.level == "error"]
    assert rule in [problem.rule for problem in errors]
    found = next(problem for problem in errors if problem.rule == rule)
    assert found.node == node
    with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
        open_ome_zarr(memory(documents), policy="strict")


@every_version
def test_several_acquisitions_need_the_acquisition_of_each_image(version: str) -> None:
    documents = plate_hierarchy(version=version)
    key = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    below = ("B/2/.zattrs",) if version == "0.4" else ("B/2/zarr.json", "attributes", "ome")
    one = broken(documents, (*below, "well", "images", 0, "acquisition"), ABSENT)
    assert open_ome_zarr(memory(one)).n_wells == 2
    two = [{"id": 1}, {"id": 2}]
    documents = broken(documents, (*key, "plate", "acquisitions"), two)
    assert open_ome_zarr(memory(documents)).n_wells == 2
    documents = broken(documents, (*below, "well", "images", 0, "acquisition"), ABSENT)
    with pytest.raises(ValidationError, match=r"B/2 .*well\.images\[0\]\.acquisition: required"):
        open_ome_zarr(memory(documents), policy="strict")


@every_version
def test_other_nodes_than_wells_are_refused(version: str) -> None:
    documents = plate_hierarchy(version=version)
    name = ".zarray" if version == "0.4" else "zarr.json"
    make = array if version == "0.4" else array_3
    documents = {k: each for k, each in documents.items() if not k.startswith("B/2")}
    documents[f"B/2/{name}"] = make("yx")
    if version == "0.5":  # in 0.4 this is not asked for: wells are often missing
        with pytest.raises(ValidationError, match='expected a well at "B/2", got an array'):
            open_ome_zarr(memory(documents))
    spec = MODULES[version]
    metadata = structure(stored(plate(version=version), version))
    for node, found in [(array_of(version), "an array"), (image_of(version), "another")]:
        row = spec.GroupSpec(members={"2": node})
        with pytest.raises(ValidationError, match=f'expected a well at "B/2", got {found}'):
            spec.HCS(attributes=metadata, members={"B": row})


@every_version
def test_other_nodes_than_images_of_a_well_are_refused(version: str) -> None:
    spec = MODULES[version]
    metadata = structure(stored(well(1, version=version), version))
    for node, found in [(array_of(version), "an array"), (spec.GroupSpec(), "a group")]:
        with pytest.raises(ValidationError, match=f'expected an image at "0", got {found}'):
            spec.Well(attributes=metadata, members={"0": node})


@every_version
def test_other_nodes_than_images_of_a_collection_are_refused(version: str) -> None:
    spec = MODULES[version]
    metadata = structure(stored({"bioformats2raw.layout": 3}, version))
    for node, found in [(array_of(version), "an array"), (spec.GroupSpec(), "a group")]:
        with pytest.raises(ValidationError, match=f'expected an image at "0", got {found}'):
            spec.BioFormats2Raw(attributes=metadata, members={"0": node})
        series = spec.Series.new(["0"])
        with pytest.raises(ValidationError, match=f'OME .* expected an image at "0", got {found}'):
            spec.BioFormats2Raw(attributes=metadata, members={"0": node, "OME": series})
    plain = spec.GroupSpec(attributes=stored({"series": ["a"]}, version), members={})
    made = spec.BioFormats2Raw(attributes=metadata, members={"a": image_of(version), "OME": plain})
    assert made.image_paths == ["a"]
    other = spec.GroupSpec(attributes=stored({"more": 1}, version), members={})
    made = spec.BioFormats2Raw(attributes=metadata, members={"0": image_of(version), "OME": other})
    assert made.image_paths == ["0"]


@every_version
def test_image_of_a_well_without_a_path_is_one_problem(version: str) -> None:
    documents = plate_hierarchy(version=version)
    place = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    key = (f"B/2/{place[0]}", *place[1:], "well", "images", 0, "path")
    problems = validate(memory(broken(documents, key, 3))).problems
    assert [problem.rule for problem in problems] == ["well.path"]


@every_version
def test_rows_of_a_plate_are_checked(version: str) -> None:
    documents = plate_hierarchy(version=version)
    if version == "0.4":
        wrong = {**documents, "A/.zattrs": [1]}
        place = ".zattrs"
        missing = broken(documents, ("A/.zgroup",), ABSENT)
    else:
        wrong = broken(documents, ("A/zarr.json", "attributes"), [1])
        place = "zarr.json attributes"
        missing = broken(documents, ("A/zarr.json",), ABSENT)
    with pytest.raises(ValidationError, match=rf"A {place}: expected an object, got \[1\]"):
        open_ome_zarr(memory(wrong), policy="strict")
    problems = validate(memory(missing)).problems
    assert [(p.rule, p.node, p.level) for p in problems] == [("hcs.three-groups", "A", "error")]


def test_groups_between_labels_and_label_images_are_refused_since_0_5() -> None:
    for version in VERSIONS:
        labels = {"deep/cells": broken(image_label("yx", version=version), SOURCE, "../../../")}
        documents = hierarchy(image("yx", version=version), labels, version)
        documents |= {
            f"labels/deep/{key}": each for key, each in group({"more": 1}, version).items()
        }
        rules = [problem.rule for problem in validate(memory(documents)).problems]
        assert rules == ([] if version == "0.4" else ["labels.intermediate"])


SOURCE = ("image-label", "source", "image")


def test_metadata_other_than_an_object_is_refused() -> None:
    documents = broken(hierarchy(version="0.5"), ("zarr.json", "attributes", "ome"), [])
    with pytest.raises(ValidationError, match=r"ome: expected an object, got \[\]"):
        v05.Image.from_zarr(memory(documents))


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_well_without_metadata_is_left_out(version: str) -> None:
    documents = plate_hierarchy(version=version)
    for loc in (("attributes", "ome"), ("attributes",)):
        wrong = broken(documents, ("A/1/zarr.json", *loc), [])
        message = rf"A/1 zarr\.json {'.'.join(loc)}: expected an object"
        with pytest.raises(ValidationError, match=message):
            open_ome_zarr(memory(wrong), policy="strict")
        with pytest.warns(ValidationWarning, match=message):
            plate = open_ome_zarr(memory(wrong))
        assert [len(list(well.images)) for well in plate.well_groups] == [2]


def test_valid_plates_are_read_without_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for version in VERSIONS:
            open_ome_zarr(memory(plate_hierarchy(version=version)))


def test_levels_of_two_data_types_are_refused_in_0_6() -> None:
    documents = hierarchy(image("yx", version="0.6"), version="0.6")
    mixed = broken(documents, ("1/zarr.json", "data_type"), "float32")
    (problem,) = validate(memory(mixed)).problems
    assert (problem.rule, problem.node, problem.loc) == ("ms.ds-same-dtype", "1", ("data_type",))
    message = 'expected "uint16", as array "0" of the first level has, got "float32"'
    assert problem.message == message
    older = hierarchy(image("yx", version="0.5"), version="0.5")
    mixed = broken(older, ("1/zarr.json", "data_type"), "float32")
    assert validate(memory(mixed)).status == "valid"


def test_axes_are_those_of_the_intrinsic_system() -> None:
    whole = multiscale("yx", 1, "0.6")
    (physical,) = whole["coordinateSystems"]
    whole["coordinateSystems"] = [{**physical, "name": "world"}, physical]
    ends = {"input": {"name": "physical"}, "output": {"name": "world"}}
    whole["coordinateTransformations"] = [{"type": "identity", **ends}]
    documents = hierarchy({"multiscales": [whole]}, version="0.6")
    documents["0/zarr.json"] = array_3("zyx")
    (problem,) = validate(memory(documents)).problems
    assert problem.rule == "ms.axes-ndim"
    assert problem.loc[-3:] == ("coordinateSystems", 1, "axes")
