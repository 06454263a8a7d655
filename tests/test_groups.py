"""Groups of every kind, in both versions: opened, looked up, made, written."""

from __future__ import annotations

import asyncio
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ome_zarr_models import (
    ValidationError,
    ValidationWarning,
    open_ome_zarr,
    open_ome_zarr_async,
    structure,
    v04,
    v05,
    v06,
    validate,
)
from ome_zarr_models.common.well import WellGroupNotFoundError
from ome_zarr_models.exceptions import MissingNodeError, UnreadableNodeError
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem

from .documents import (
    ABSENT,
    VERSIONS,
    Loc,
    array,
    array_3,
    broken,
    collection,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    plate_hierarchy,
    said,
    stored,
    well,
)
from .stores import ZARR, Breaking, Counting, documents_in, keys_in, memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MODULES: dict[str, Any] = {"0.4": v04, "0.5": v05, "0.6": v06}
LABELS = ("nuclei", "cells")


def _of_labels(version: str) -> dict[str, Any]:
    """Return the documents of an image with labels."""
    labels = {name: image_label(version=version) for name in LABELS}
    return hierarchy(labels=labels, version=version)


def _part(documents: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the documents below a path, as seen from there."""
    start = f"{path}/"
    return {k.removeprefix(start): each for k, each in documents.items() if k.startswith(start)}


# (kind, class, documents)
KINDS: list[tuple[str, str, Callable[[str], dict[str, Any]]]] = [
    ("image", "Image", _of_labels),
    ("labels", "Labels", lambda version: _part(_of_labels(version), "labels")),
    ("image-label", "ImageLabel", lambda version: _part(_of_labels(version), "labels/cells")),
    ("plate", "HCS", lambda version: plate_hierarchy(version=version)),
    ("well", "Well", lambda version: _part(plate_hierarchy(version=version), "B/2")),
    ("bioformats2raw", "BioFormats2Raw", lambda version: collection(version=version)),
    ("series", "Series", lambda version: _part(collection(version=version), "OME")),
]
every_version = pytest.mark.parametrize("version", VERSIONS)
every_kind = pytest.mark.parametrize(("kind", "name", "make"), KINDS)


@every_version
@every_kind
def test_every_kind_is_opened_and_written_again(
    kind: str, name: str, make: Callable[[str], dict[str, Any]], version: str
) -> None:
    documents = make(version)
    cls = getattr(MODULES[version], name)
    opened = open_ome_zarr(memory(documents))
    assert type(opened) is cls
    assert (opened.kind, opened.ome_zarr_version) == (kind, version)
    assert opened == cls.from_zarr(memory(documents))
    assert opened == open_ome_zarr(memory(documents), version=version, policy="strict")
    assert opened == asyncio.run(open_ome_zarr_async(Counting(memory(documents))))
    assert opened.attributes == structure(stored(_metadata(documents, version), version))
    report = validate(memory(documents))
    assert (report.kind, report.version) == (kind, version)
    assert [p for p in report.problems if p.rule != "label.source-image-exists"] == []
    store = memory({})
    opened.to_zarr(store, "deep/er")
    written = _part(documents_in(store), "deep/er")
    expected = {key: each for key, each in documents.items() if not isinstance(each, bytes)}
    assert written == expected
    assert open_ome_zarr(ZARR.open_group(store, path="deep/er", mode="r")) == opened
    if kind not in ("bioformats2raw", "series"):  # which have no members, and not only none yet
        assert MODULES[version].GroupSpec.from_flat(opened.to_flat()) == opened


def _metadata(documents: Mapping[str, Any], version: str) -> Any:
    if version == "0.4":
        return documents[".zattrs"]
    metadata = documents["zarr.json"]["attributes"]["ome"]
    return {key: value for key, value in metadata.items() if key != "version"}


@every_version
@every_kind
def test_the_attributes_alone(
    kind: str, name: str, make: Callable[[str], dict[str, Any]], version: str
) -> None:
    opened = open_ome_zarr(memory(make(version)), depth="attributes")
    assert (opened.kind, type(opened).__name__, opened.members) == (kind, name, None)
    if kind != "series":
        store = memory({})
        with pytest.raises(
            ValidationError, match="members were not read: open the group with depth="
        ):
            opened.to_zarr(store)
        assert keys_in(store) == []
        if kind != "image-label":
            with pytest.raises(RuntimeError, match="members were not read: open the group with"):
                _look(opened)
    opened = open_ome_zarr(memory(make(version)), depth="arrays")
    has_arrays = kind in ("image", "image-label")
    assert (None if opened.members is None else [*opened.members]) == (
        ["0", "1"] if has_arrays else None
    )


def _look(opened: Any) -> Any:
    """Look something up, as each kind of group can."""
    match opened.kind:
        case "image":
            return opened.labels
        case "labels":
            return opened["nuclei"]
        case "plate":
            return opened.well("A", "1")
        case "well":
            return opened["0"]
        case _:
            return opened.image_paths


@every_version
@every_kind
def test_consolidated_metadata_is_the_only_request(
    kind: str, name: str, make: Callable[[str], dict[str, Any]], version: str
) -> None:
    documents = make(version)
    expected = open_ome_zarr(memory(documents))
    store = Counting(memory(_consolidated(documents, version)))
    opened = getattr(MODULES[version], name).from_zarr(store)
    asked = [".zmetadata"] if version == "0.4" else ["zarr.json"]
    assert store.keys == [*asked, *(["OME/METADATA.ome.xml"] if kind == "bioformats2raw" else [])]
    assert opened.members == expected.members
    store.keys.clear()
    assert open_ome_zarr(store).members == expected.members
    assert len(store.keys) <= 3
    opened = open_ome_zarr(ZARR.open_group(store, mode="r"))
    assert opened.members == expected.members


def _consolidated(documents: dict[str, Any], version: str) -> dict[str, Any]:
    texts = {key: each for key, each in documents.items() if not isinstance(each, bytes)}
    files = {key: each for key, each in documents.items() if isinstance(each, bytes)}
    if version == "0.4":
        held = {"metadata": texts, "zarr_consolidated_format": 1}
        return {".zmetadata": held, ".zgroup": {"zarr_format": 2}, **files}
    inline = {
        "kind": "inline",
        "must_understand": False,
        "metadata": {k.removesuffix("/zarr.json"): e for k, e in texts.items() if "/" in k},
    }
    return {"zarr.json": {**texts["zarr.json"], "consolidated_metadata": inline}, **files}


@every_version
def test_consolidated_metadata_above_is_kept_up(version: str) -> None:
    documents = _consolidated(group(None, version), version)
    store = memory(documents)
    image_ = open_ome_zarr(memory(hierarchy(version=version)))
    image_.to_zarr(store, "a/b")
    image_.to_zarr(store, "a/b", overwrite=True)
    held = documents_in(store)
    new = (
        held[".zmetadata"]["metadata"]
        if version == "0.4"
        else held["zarr.json"]["consolidated_metadata"]["metadata"]
    )
    assert ("a/b/0/.zarray" if version == "0.4" else "a/b/0") in new
    opened = ZARR.open_group(store, mode="r", use_consolidated=True)
    assert open_ome_zarr(opened["a/b"]) == image_


# What is asked of a store.


def test_requests_of_a_05_image() -> None:
    store = Counting(memory(hierarchy(image(levels=5, version="0.5"), version="0.5")))
    v05.Image.from_zarr(store)
    assert len(store.keys) == len(set(store.keys)) == 7
    assert store.rounds == [
        {"zarr.json"},
        {*(f"{level}/zarr.json" for level in range(5)), "labels/zarr.json"},
    ]
    store = Counting(memory(hierarchy(image(levels=5, version="0.5"), version="0.5")))
    open_ome_zarr(store)
    assert len(store.keys) == len(set(store.keys)) == 8
    assert len(store.rounds) == 2


@every_version
def test_requests_of_a_plate(version: str) -> None:
    rows, columns = "ABCDEFGH", [str(i) for i in range(1, 13)]
    module = MODULES[version]
    names = [f"{row}/{column}" for row in rows for column in columns]
    field = open_ome_zarr(memory(hierarchy(image("yx", 3, version), version=version)))
    one = module.Well.new({"0": field})
    held = memory({})
    module.HCS.new(size=96, wells=dict.fromkeys(names, one)).to_zarr(held)
    store = Counting(held)
    opened = open_ome_zarr(store)
    assert len(list(opened.well_groups)) == 96
    assert len(store.keys) == len(set(store.keys))
    # A document or two of the plate, of each row, well, image and array, and of no labels.
    nodes = 1 + 8 + 96 + 96 + 3 * 96 + 96
    assert len(store.keys) == (2 * nodes + 2 if version == "0.4" else nodes + 1)
    assert len(store.rounds) <= (6 if version == "0.4" else 4)
    assert store.most == 64


@every_version
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 70])
def test_numbered_images_are_looked_for_until_one_is_not_there(count: int, version: str) -> None:
    documents = collection(count, series=False, version=version)
    store = Counting(memory(documents))
    opened = MODULES[version].BioFormats2Raw.from_zarr(store)
    assert opened.image_paths == [str(i) for i in range(count)]
    assert list(opened.images) == opened.image_paths
    assert opened.ome_xml is None
    assert len(store.keys) == len(set(store.keys))
    assert len(store.rounds) < 20
    problems = validate(memory(documents)).problems
    assert [(p.rule, p.level) for p in problems] == [("bf2raw.xml", "warning")]


# What is looked up.


@every_version
def test_a_plate_is_looked_up(version: str) -> None:
    opened = open_ome_zarr(memory(plate_hierarchy(version=version)))
    assert opened.n_wells == 2
    first, second = opened.well_groups
    assert opened.get_well_group(1) is second
    assert opened.well("B", "2") is opened.well("B/2") is opened["B/2"] is second
    assert first is not second
    with pytest.raises(WellGroupNotFoundError, match="the plate has no such well"):
        opened.well("C", "1")
    with pytest.raises(KeyError):
        opened["A/2"]
    with pytest.raises(IndexError):
        opened.get_well_group(2)
    assert second.n_images == 2
    assert [image.kind for image in second.images] == ["image", "image"]
    assert second.get_image(1) is second["1"]
    assert second.get_acquisition_paths() == {1: ["0", "1"]}
    with pytest.raises(KeyError, match="of 0, 1, got '2'"):
        second["2"]
    paths = opened.ome_attributes.get_optional_group_paths()
    assert paths == dict.fromkeys(["A/1", "B/2"], MODULES[version].Well)
    assert second.ome_attributes.get_group_paths() == dict.fromkeys("01", MODULES[version].Image)
    assert second.ome_attributes.get_array_paths() == []


@every_version
def test_labels_are_looked_up(version: str) -> None:
    opened = open_ome_zarr(memory(_of_labels(version)))
    assert opened.labels["cells"] is opened.labels.get_image_labels_group("cells")
    with pytest.raises(KeyError, match="expected one of nuclei, cells, got 'spots'"):
        opened.labels["spots"]
    assert opened.ome_attributes.get_optional_group_paths() == {"labels": MODULES[version].Labels}
    assert opened.ome_attributes.get_array_paths() == ["0", "1"]


@every_version
def test_a_collection_is_looked_up(version: str) -> None:
    opened = open_ome_zarr(memory(collection(version=version)))
    assert opened.image_paths == ["0", "1", "2"]
    assert opened["1"] is opened.images["1"]
    assert opened.ome_xml == b"<OME/>"
    assert opened.members["OME"].ome_attributes.series == ("0", "1", "2")


@every_version
def test_a_collection_that_is_a_plate(version: str) -> None:
    documents = plate_hierarchy(version=version)
    key = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    documents = broken(documents, (*key, "bioformats2raw.layout"), 3)
    documents["OME/METADATA.ome.xml"] = b"<OME/>"
    opened = open_ome_zarr(memory(documents))
    assert type(opened) is MODULES[version].BioFormats2Raw
    assert (opened.image_paths, opened.n_wells, opened.ome_xml) == ([], 2, b"<OME/>")
    assert opened["A/1"] is opened.well("A", "1") is opened.get_well_group(0)
    assert opened.well("A/1").n_images == 2
    assert MODULES[version].HCS.from_zarr(memory(documents)).n_wells == 2
    ome = {"series": ["A/1/0", "A/1/1", "B/2/0"]}
    series = {f"OME/{name}": each for name, each in group(ome, version).items()}
    (problem,) = validate(memory(documents)).problems
    assert (problem.rule, problem.level, problem.node) == ("bf2raw.plate-series", "warning", "")
    (problem,) = validate(memory({**documents, **series})).problems
    assert (problem.rule, problem.node) == ("bf2raw.plate-series", "OME")
    assert problem.message == 'expected the path of every image of the plate, got none for "B/2/1"'
    ome["series"].append("B/2/1")
    documents |= series
    assert validate(memory(documents)).problems == ()
    ome["series"][1:] = []
    (problem,) = validate(memory(documents)).problems
    message = 'expected the path of every image of the plate, got none for "A/1/1" and 2 more'
    assert problem.message == message
    ome["series"][:] = ["A/1/0", "A/1/1", "B/2/0", "B/2/1"]
    wrong = broken(documents, (*key, "bioformats2raw.layout"), 5)
    assert [problem.rule for problem in validate(memory(wrong)).problems] == ["bf2raw.value-3"]
    below = ("B/2/.zattrs",) if version == "0.4" else ("B/2/zarr.json", "attributes", "ome")
    wrong = broken(documents, (*below, "well", "images", 0, "acquisition"), 77)
    assert [problem.rule for problem in validate(memory(wrong)).problems] == ["well.acq-known"]
    with pytest.raises(RuntimeError, match="this bioformats2raw collection has no plate"):
        open_ome_zarr(memory(collection(version=version))).well("A/1")


@every_version
def test_a_file_that_is_refused_keeps_nothing_from_being_read(version: str) -> None:
    store = Counting(memory(collection(version=version)))
    store.errors["OME/METADATA.ome.xml"] = PermissionError("403")
    with pytest.warns(ValidationWarning, match=r"METADATA\.ome\.xml: could not be read: .*403"):
        opened = open_ome_zarr(store)
    assert opened.ome_xml is None
    assert opened.image_paths == ["0", "1", "2"]


# What is made.


def _image(version: str, levels: int = 2) -> Any:
    return open_ome_zarr(memory(hierarchy(image("yx", levels, version), version=version)))


@every_version
def test_a_new_plate(version: str) -> None:
    module = MODULES[version]
    one = module.Well.new({"0": _image(version)}, acquisitions={"0": 3})
    made = module.HCS.new(
        rows=["A", "B"],
        columns=["1", "2"],
        wells={"A/1": one, "B/2": None},
        acquisitions=[{"id": 3}],
        name="screen",
    )
    assert made.n_wells == 2
    assert list(made.well_groups) == [one]
    written = made.ome_attributes.plate
    assert (written.field_count, written.name) == (1, "screen")
    assert getattr(written, "version", None) == said(version).get("version")
    assert [(w.path, w.rowIndex, w.columnIndex) for w in written.wells] == [
        ("A/1", 0, 0),
        ("B/2", 1, 1),
    ]
    store = memory({})
    made.to_zarr(store)
    assert open_ome_zarr(memory(documents_in(store)), policy="strict") == made
    report = validate(store)
    assert report.status == "valid"
    assert {problem.rule for problem in report.problems} <= {"plate.well-exists", *_ADVICE}


_ADVICE = ("plate.acq-name", "plate.acq-mfc")


@every_version
@pytest.mark.parametrize(
    ("size", "last"),
    [(6, "B/3"), (24, "D/6"), (48, "F/8"), (96, "H/12"), (384, "P/24"), (1536, "AF/48")],
)
def test_the_usual_plates(size: int, last: str, version: str) -> None:
    made = MODULES[version].HCS.new(size=size)
    assert made.n_wells == size
    assert made.ome_attributes.plate.wells[-1].path == last
    assert made.members == {}
    assert list(made.well_groups) == []
    with pytest.raises(WellGroupNotFoundError, match="its group does not exist"):
        made.get_well_group(0)


@every_version
def test_what_is_declared_is_written_before_it_exists(version: str) -> None:
    module = MODULES[version]
    declared = module.Well.new(["0", "1"])
    made = module.HCS.new(size=6, wells={"A/1": declared})
    store = memory({})
    made.to_zarr(store)
    with pytest.warns(ValidationWarning, match='expected an image at ".", got nothing there'):
        opened = open_ome_zarr(store)
    assert list(opened.well("A", "1").images) == []
    with pytest.raises(KeyError):
        opened.well("A", "1").get_image(0)
    for name in ("0", "1"):
        _image(version).to_zarr(store, f"A/1/{name}")
    assert len(list(open_ome_zarr(store).well("A/1").images)) == 2


@every_version
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "expected a size of 6, 24, 48, 96, 384, 1536, or rows and columns, got neither"),
        ({"rows": ["A"]}, "or rows and columns, got rows"),
        ({"size": 7}, "or rows and columns, got a size of 7"),
        ({"size": 6, "rows": ["A"]}, "or rows and columns, got a size of 6 and rows"),
        ({"size": 6, "wells": ["C/1"]}, "expected the names of a row and a column of the plate"),
        ({"size": 6, "wells": ["A1"]}, "expected the names of a row and a column of the plate"),
        ({"rows": ["A-1"], "columns": ["1"]}, 'expected letters and digits only, got "A-1"'),
        ({"size": 6, "field_count": 0}, "expected a positive integer, got 0"),
    ],
)
def test_a_new_plate_that_is_none(given: dict[str, Any], message: str, version: str) -> None:
    with pytest.raises(ValueError, match=message):
        MODULES[version].HCS.new(**given)


@every_version
def test_new_labels(version: str) -> None:
    module = MODULES[version]
    types = import_module(f"{module.__name__}.image_label_types")
    label = module.ImageLabel.new(
        array_specs=[_image_array("<u4", version)],
        paths=["0"],
        **_axes(version),
        scales=[(1, 1)],
        translations=None,
        name="cells",
        colors=[types.Color(label_value=1, rgba=[0, 0, 255, 255])],
        properties=[types.Property(label_value=1, extra={"area": 3})],
        source=types.Source(image="../../"),
    )
    written = label.ome_attributes.image_label
    assert getattr(written, "version", None) == said(version).get("version")
    assert label.ome_attributes.image_label.colors[0].label_value == 1
    made = module.Labels.new({"cells": label})
    assert made["cells"] is label
    store = memory(hierarchy(image("yx", 1, version), version=version))
    made.to_zarr(store, "labels")
    report = validate(store)
    assert report.status == "valid"
    assert report.model.labels == made
    with pytest.raises(ValidationError, match="expected a data type of integers, got"):
        module.ImageLabel.from_spec(
            module.GroupSpec(
                attributes=stored(image_label("yx", 1, version), version),
                members={"0": _image_array("<f4", version)},
            )
        )


def _axes(version: str, axes: Any = None) -> dict[str, Any]:
    """Return what `new` is given of axes."""
    if version != "0.6":
        return {"axes": multiscale("yx")["axes"] if axes is None else axes}
    (system,) = multiscale("yx", version="0.6")["coordinateSystems"]
    if axes is not None:
        system = {**system, "axes": axes}
    return {"physical_coord_system": structure(system, CoordinateSystem)}


def _image_array(dtype: str, version: str) -> Any:
    if version == "0.4":
        return v04.ArraySpec.from_documents({".zarray": array("yx", dtype=dtype)})
    return v05.ArraySpec.from_documents({"zarr.json": array_3("yx", dtype=dtype)})


@every_version
def test_a_new_image_names_its_dimensions(version: str) -> None:
    module = MODULES[version]
    made = module.Image.new(
        array_specs=[_image_array("<u2", version)],
        paths=["0"],
        **_axes(version),
        scales=[(1, 1)],
        translations=None,
    )
    assert validate(stored_in(made)).status == "valid"
    if version != "0.4":
        spec = v05.ArraySpec.build(shape=(4, 4), dtype="uint8")
        made = module.Image.new(
            array_specs=[spec],
            paths=["0"],
            **_axes(version),
            scales=[(1, 1)],
            translations=None,
        )
        assert made.members["0"].dimension_names == ("y", "x")
        with pytest.raises(TypeError, match="expected an ArraySpec or a GroupSpec"):
            v05.GroupSpec(members={"0": _image_array("<u2", "0.4")})


def stored_in(made: Any) -> Any:
    """Return a store with a group in it."""
    store = memory({})
    made.to_zarr(store)
    return store


@every_version
def test_a_new_collection(version: str) -> None:
    module = MODULES[version]
    made = module.BioFormats2Raw.new([_image(version)] * 2, ome_xml=b"<OME/>")
    store = memory({})
    made.to_zarr(store)
    assert open_ome_zarr(store) == made
    assert validate(store).problems == ()
    assert "OME/METADATA.ome.xml" in keys_in(store)
    made = module.BioFormats2Raw.new({"b": _image(version), "a": _image(version)})
    assert made.image_paths == ["b", "a"]
    assert made.ome_xml is None
    assert module.Series.new(["0"]).ome_attributes.series == ("0",)


@every_version
def test_a_write_of_a_plate_that_breaks_off_claims_nothing(version: str) -> None:
    made = open_ome_zarr(memory(plate_hierarchy(version=version)))
    root = ".zattrs" if version == "0.4" else "zarr.json"
    total = len(documents_in(stored_in(made)))
    for after in range(0, total, 5):
        inner = memory({})
        with pytest.raises(OSError, match="disk full"):
            made.to_zarr(Breaking(inner, after))
        assert root not in keys_in(inner)
    store = Breaking(memory({}), total)
    made.to_zarr(store)
    assert store.written[-1] == root


# What is wrong.

# (kind, what is wrong in its documents, the rule, where)
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
def test_what_is_wrong_in_a_group(
    kind: str, change: tuple[str, Loc, Any], rule: str, node: str, version: str
) -> None:
    make = next(each for name, _, each in KINDS if name == kind)
    path, loc, value = change
    if rule == "well.path-alnum" and version == "0.6":
        value, rule = "x/1", "well.path-chars"
    key = ".zattrs" if version == "0.4" else "zarr.json"
    place = () if version == "0.4" else ("attributes", "ome")
    key = f"{path}/{key}" if path else key
    documents = broken(make(version), (key, *place, *loc), value)
    problems = validate(memory(documents), kind=kind).problems
    errors = [problem for problem in problems if problem.level == "error"]
    assert rule in [problem.rule for problem in errors]
    found = next(problem for problem in errors if problem.rule == rule)
    assert found.node == node
    with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
        open_ome_zarr(memory(documents), policy="strict")


@every_version
def test_several_acquisitions_ask_each_image_of_which_it_is(version: str) -> None:
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
        open_ome_zarr(memory(documents))


@every_version
def test_wells_that_are_not_wells(version: str) -> None:
    documents = plate_hierarchy(version=version)
    name = ".zarray" if version == "0.4" else "zarr.json"
    make = array if version == "0.4" else array_3
    documents = {k: each for k, each in documents.items() if not k.startswith("B/2")}
    documents[f"B/2/{name}"] = make("yx")
    if version == "0.5":  # in 0.4 nobody asks: wells are often not there
        with pytest.raises(ValidationError, match='expected a well at "B/2", got an array'):
            open_ome_zarr(memory(documents))
    spec = MODULES[version]
    metadata = structure(stored(plate(version=version), version))
    for node, found in [(_image_array("<u2", version), "an array"), (_image(version), "another")]:
        row = spec.GroupSpec(members={"2": node})
        with pytest.raises(ValidationError, match=f'expected a well at "B/2", got {found}'):
            spec.HCS(attributes=metadata, members={"B": row})


@every_version
def test_images_of_a_well_that_are_none(version: str) -> None:
    spec = MODULES[version]
    metadata = structure(stored(well(1, version=version), version))
    for node, found in [(_image_array("<u2", version), "an array"), (spec.GroupSpec(), "a group")]:
        with pytest.raises(ValidationError, match=f'expected an image at "0", got {found}'):
            spec.Well(attributes=metadata, members={"0": node})


@every_version
def test_images_of_a_collection_that_are_none(version: str) -> None:
    spec = MODULES[version]
    metadata = structure(stored({"bioformats2raw.layout": 3}, version))
    for node, found in [(_image_array("<u2", version), "an array"), (spec.GroupSpec(), "a group")]:
        with pytest.raises(ValidationError, match=f'expected an image at "0", got {found}'):
            spec.BioFormats2Raw(attributes=metadata, members={"0": node})
        series = spec.Series.new(["0"])
        with pytest.raises(ValidationError, match=f'OME .* expected an image at "0", got {found}'):
            spec.BioFormats2Raw(attributes=metadata, members={"0": node, "OME": series})
    plain = spec.GroupSpec(attributes=stored({"series": ["a"]}, version), members={})
    made = spec.BioFormats2Raw(attributes=metadata, members={"a": _image(version), "OME": plain})
    assert made.image_paths == ["a"]
    other = spec.GroupSpec(attributes=stored({"more": 1}, version), members={})
    made = spec.BioFormats2Raw(attributes=metadata, members={"0": _image(version), "OME": other})
    assert made.image_paths == ["0"]


@every_version
def test_an_image_of_a_well_without_a_path_is_judged_no_further(version: str) -> None:
    documents = plate_hierarchy(version=version)
    place = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    key = (f"B/2/{place[0]}", *place[1:], "well", "images", 0, "path")
    problems = validate(memory(broken(documents, key, 3))).problems
    assert [problem.rule for problem in problems] == ["well.path"]


@every_version
def test_plain_groups_may_hold_models(version: str) -> None:
    spec = MODULES[version]
    opened = _image(version)
    plain = spec.GroupSpec(attributes=opened.attributes, members=opened.members)
    assert spec.Well.new({"0": plain})["0"] == opened


@every_version
def test_paths_that_are_none(version: str) -> None:
    spec = MODULES[version]
    opened = open_ome_zarr(memory(plate_hierarchy(version=version)))
    with pytest.raises(TypeError, match="expected a path such as '0', got 0"):
        opened.well("A/1")[0]
    for path in (0, "zarr.json", "a/../b", ""):
        with pytest.raises(ValueError, match="expected the path of a group, such as '0' or 'A/1'"):
            spec.Well.new({path: _image(version)})
    with pytest.raises(TypeError, match=r"expected a Well at 'A/1', got Image\("):
        spec.HCS.new(size=6, wells={"A/1": _image(version)})
    with pytest.raises(TypeError, match="expected an ArraySpec, got ndarray"):
        spec.Image.new(
            array_specs=[np.zeros((4, 4))],
            paths=["0"],
            **_axes(version),
            scales=[(1, 1)],
            translations=None,
        )
    with pytest.raises(ValidationError, match=r'expected (axes|a list).*, got "yx"'):
        spec.Image.new(
            array_specs=[_image(version).members["0"]],
            paths=["0"],
            **_axes(version, "yx"),
            scales=[(1, 1)],
            translations=None,
        )


@every_version
def test_what_is_there_may_keep_all_but_its_documents(version: str) -> None:
    store = memory({**hierarchy(image("yx", version=version), version=version), "0/0/0": b"7"})
    opened = open_ome_zarr(store)
    changed = opened.to_version("0.5")
    with pytest.raises(FileExistsError):
        changed.to_zarr(store)
    changed.to_zarr(store, overwrite="documents")
    assert "0/0/0" in keys_in(store)
    assert open_ome_zarr(store) == changed
    label = MODULES[version].ImageLabel.from_spec(
        MODULES[version].GroupSpec(
            attributes=stored(image_label("yx", version=version), version),
            members={str(i): _image_array("<u4", version) for i in range(2)},
        )
    )
    for names in (["a"], ["a", "b"]):
        labels = MODULES[version].Labels.new(dict.fromkeys(names, label))
        other = memory({"labels/a/0/0/0": b"7"})
        labels.to_zarr(other, "labels", overwrite="documents")
        assert "labels/a/0/0/0" in keys_in(other)


@every_version
def test_what_is_above_is_of_the_same_format(version: str) -> None:
    other = "0.5" if version == "0.4" else "0.4"
    store = memory(group({"well": {}}, other))
    before = keys_in(store)
    with pytest.raises(FileExistsError, match=r"expected a group of Zarr format \d above"):
        open_ome_zarr(memory(hierarchy(version=version))).to_zarr(store, "a")
    assert keys_in(store) == before


@every_version
def test_groups_between_are_judged_too(version: str) -> None:
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
        open_ome_zarr(memory(wrong))
    problems = validate(memory(missing)).problems
    assert [(p.rule, p.node, p.level) for p in problems] == [("hcs.three-groups", "A", "error")]


def test_nothing_is_between_labels_and_a_label_image_since_05() -> None:
    for version in VERSIONS:
        labels = {"deep/cells": broken(image_label("yx", version=version), SOURCE, "../../../")}
        documents = hierarchy(image("yx", version=version), labels, version)
        documents |= {
            f"labels/deep/{key}": each for key, each in group({"more": 1}, version).items()
        }
        rules = [problem.rule for problem in validate(memory(documents)).problems]
        assert rules == ([] if version == "0.4" else ["labels.intermediate"])


SOURCE = ("image-label", "source", "image")


def test_numbered_images_in_a_store_that_refuses() -> None:
    for version in VERSIONS:
        store = Counting(memory(collection(2, series=False, version=version)))
        store.refuses = True
        with pytest.raises(UnreadableNodeError, match="403"):
            MODULES[version].BioFormats2Raw.from_zarr(store)
        assert len(store.keys) < 60


def test_metadata_that_is_no_object() -> None:
    documents = broken(hierarchy(version="0.5"), ("zarr.json", "attributes", "ome"), [])
    with pytest.raises(ValidationError, match=r"ome: expected an object, got \[\]"):
        v05.Image.from_zarr(memory(documents))


# (what is found, what it is read as, the rule)
MENDED: list[tuple[Loc, Any, Any, str]] = [
    (("plate", "field_count"), 0, ABSENT, "plate.field-count-int"),
    (("plate", "acquisitions", 0, "id"), "1", 1, "plate.acq-id-int"),
    (("plate", "wells", 1, "rowIndex"), ABSENT, 1, "plate.well-index"),
    (("plate", "wells", 1, "columnIndex"), ABSENT, 1, "plate.well-index"),
    (("plate", "version"), 0.5, "0.5", "plate.version-string"),
]


@every_version
@pytest.mark.parametrize(("loc", "found", "read_as", "rule"), MENDED)
def test_what_is_mended(loc: Loc, found: Any, read_as: Any, rule: str, version: str) -> None:
    if rule == "plate.version-string" and version == "0.6":
        pytest.skip("plates of 0.6 say no version")
    attributes = stored(plate(version=version), version)
    place = () if version == "0.4" else ("ome",)
    document = broken(attributes, (*place, *loc), found)
    name = ".zattrs" if version == "0.4" else "zarr.json"
    documents = plate_hierarchy(version=version)
    documents[name] = document if version == "0.4" else {**documents[name], "attributes": document}
    with pytest.warns(ValidationWarning, match=rule.replace(".", r"\.")):
        opened = open_ome_zarr(memory(documents))
    expected = broken(document, (*place, *loc), read_as)
    assert opened.attributes == structure(expected)
    assert validate(document).status == "invalid"


# (what 'ome' says of its version, what it is read as)
@pytest.mark.parametrize(
    ("found", "message", "version", "status"),
    [
        (0.5, "found 0.5", "0.5", "invalid"),
        ("0.5-dev", 'found "0.5-dev"', "0.5", "valid"),
        ("0.6rc0", 'found "0.6rc0"', "0.6", "valid"),
        ("0.6.dev4", 'found "0.6.dev4"', "0.6", "valid"),
    ],
)
def test_a_version_that_is_mended(found: Any, message: str, version: str, status: str) -> None:
    documents = broken(
        hierarchy(version=version), ("zarr.json", "attributes", "ome", "version"), found
    )
    with pytest.warns(ValidationWarning, match=f'read as "{version}", {message}'):
        assert open_ome_zarr(memory(documents)).ome_attributes.version == version
    assert validate(memory(documents)).status == status
    if status == "invalid":
        with pytest.raises(ValidationError, match=r"meta\.version"):
            open_ome_zarr(memory(documents), policy="strict")


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_a_version_that_is_missing(version: str) -> None:
    documents = hierarchy(labels={"nuclei": image_label(version=version)}, version=version)
    below = broken(documents, ("labels/zarr.json", "attributes", "ome", "version"), ABSENT)
    with pytest.warns(ValidationWarning, match=rf'labels .*: read as "{version}", found nothing'):
        assert open_ome_zarr(memory(below)).labels.ome_attributes.version == version
    root = broken(documents, ("zarr.json", "attributes", "ome", "version"), ABSENT)
    with pytest.raises(ValidationError, match=r"ome\.version: required, but missing"):
        open_ome_zarr(memory(root))
    report = validate(memory(root))
    assert (report.version, [p.rule for p in report.problems]) == (version, ["meta.version"])
    plain = stored(well(version=version), version)
    del plain["ome"]["version"]
    report = validate(plain, version=version)
    assert (report.version, [p.rule for p in report.problems]) == (version, ["meta.version"])


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_metadata_below_the_root_that_is_no_object(version: str) -> None:
    documents = plate_hierarchy(version=version)
    wrong = broken(documents, ("A/1/zarr.json", "attributes", "ome"), [])
    with pytest.raises(
        ValidationError, match=r"A/1 zarr\.json attributes\.ome: expected an object"
    ):
        open_ome_zarr(memory(wrong))
    wrong = broken(documents, ("A/1/zarr.json", "attributes"), [])
    with pytest.raises(ValidationError, match=r"A/1 zarr\.json attributes: expected an object"):
        open_ome_zarr(memory(wrong))


def test_omero_is_set_aside_in_05_too() -> None:
    for loc in (("color",), None):
        omero = ("zarr.json", "attributes", "ome", "omero", "channels", 1)
        documents = broken(hierarchy(version="0.5"), (*omero, *(loc or ())), ABSENT)
        with pytest.warns(ValidationWarning, match=r"omero\."):
            opened = open_ome_zarr(memory(documents))
        assert opened.ome_attributes.omero is None
        assert len(opened.ome_attributes.extra["omero"]["channels"]) == (2 if loc else 1)
        with pytest.raises(ValidationError, match=r"zarr.json attributes\.ome\.omero"):
            opened.to_zarr(memory({}))


@pytest.mark.parametrize("names", [ABSENT, ["x", "y"], ["y", None]])
def test_names_of_dimensions(names: Any) -> None:
    documents = broken(
        hierarchy(image("yx", version="0.5"), version="0.5"),
        ("1/zarr.json", "dimension_names"),
        names,
    )
    assert [problem.level for problem in validate(memory(documents)).problems] == ["error"]
    with pytest.warns(ValidationWarning, match=r"axes\.dimension-names-"):
        open_ome_zarr(memory(documents))


def test_what_is_beside_the_metadata_is_kept() -> None:
    documents = broken(hierarchy(version="0.5"), ("zarr.json", "attributes", "mine"), [1])
    opened = open_ome_zarr(memory(documents))
    assert opened.attributes.extra == {"mine": [1]}
    assert documents_in(stored_in(opened)) == documents


# What is no OME-Zarr that is read.

NO_OME: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({}, MissingNodeError, "expected a Zarr group, got nothing there"),
    ({".zgroup": {"zarr_format": 2}}, ValidationError, "got none"),
    (
        group({}, "0.5"),
        ValidationError,
        "got OME-Zarr 0.5 metadata of an unknown kind of group: the keys are 'version'",
    ),
    ({".zarray": array()}, ValidationError, "expected a group, got an array"),
    ({"zarr.json": array_3()}, ValidationError, "expected a group, got an array"),
    ({".zattrs": image()}, ValidationError, "got attributes without a group"),
]


def _group_07() -> dict[str, Any]:
    attributes: dict[str, Any] = {"ome": {"version": "0.7", "multiscales": []}}
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        *NO_OME,
        (
            _group_07(),
            ValidationError,
            "expected version 0.5 or 0.6 under the key 'ome', got \"0.7\"",
        ),
        (
            {
                ".zgroup": {"zarr_format": 2},
                ".zattrs": {"multiscales": [{"version": "0.2", "axes": ["y", "x"]}]},
            },
            ValidationError,
            "got OME-Zarr 0.2, which is older",
        ),
        (
            {"zarr.json": {**group({}, "0.5")["zarr.json"], "attributes": image()}},
            ValidationError,
            "expected OME-Zarr 0.4 in Zarr format 2, got Zarr format 3",
        ),
    ],
)
def test_what_is_no_ome_zarr(
    documents: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        open_ome_zarr(memory(documents))


@every_version
def test_a_version_that_is_expected(version: str) -> None:
    other = "0.5" if version == "0.4" else "0.4"
    store = memory(hierarchy(version=version))
    with pytest.raises(ValidationError, match=f"expected .*Zarr format .*got Zarr format|{other}"):
        open_ome_zarr(store, version=other)
    with pytest.raises(ValidationError, match="Zarr format"):
        MODULES[other].Image.from_zarr(store)
    with pytest.raises(ValueError, match=r"expected one of the versions 0\.4, 0\.5, 0\.6, got '1'"):
        open_ome_zarr(store, version="1")
    attributes = stored(image(version=version), version)
    report = validate(attributes, version=other)
    assert report.status == "invalid"
    assert len(report.problems) == 1


def test_a_store_that_refuses_what_is_not_there() -> None:
    """Some stores refuse keys that are not there: what else there is decides."""
    store = Counting(memory(hierarchy()))
    store.errors["zarr.json"] = PermissionError("403")
    with pytest.warns(ValidationWarning, match=r"zarr\.json: could not be read"):
        assert open_ome_zarr(store).ome_zarr_version == "0.4"
    store = Counting(memory({}))
    store.errors["zarr.json"] = PermissionError("403")
    with pytest.raises(UnreadableNodeError, match="403"):
        open_ome_zarr(store)


@every_version
def test_a_kind_that_is_expected_without_a_version(version: str) -> None:
    report = validate(memory(hierarchy(version=version)), kind="image")
    assert (report.status, report.version) == ("valid", version)
    report = validate(memory(hierarchy(version=version)), kind="plate")
    assert [problem.rule for problem in report.problems] == ["plate.wells"]
    report = validate(memory(group({"more": 1}, version)), kind="plate")
    assert [problem.rule for problem in report.problems] == ["plate.wells"]


@every_version
def test_a_class_of_the_users(version: str) -> None:
    base: Any = MODULES[version].HCS

    class Screen(base):  # type: ignore[misc] # of either version
        """A plate of the user's."""

        __slots__ = ()

    assert type(Screen.from_zarr(memory(plate_hierarchy(version=version)))) is Screen


def test_nothing_is_warned_of_what_is_right() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for version in VERSIONS:
            open_ome_zarr(memory(plate_hierarchy(version=version)))


def test_levels_of_two_data_types() -> None:
    documents = hierarchy(image("yx", version="0.6"), version="0.6")
    mixed = broken(documents, ("1/zarr.json", "data_type"), "float32")
    (problem,) = validate(memory(mixed)).problems
    assert (problem.rule, problem.node, problem.loc) == ("ms.ds-same-dtype", "1", ("data_type",))
    message = 'expected "uint16", as array "0" of the first level has, got "float32"'
    assert problem.message == message
    older = hierarchy(image("yx", version="0.5"), version="0.5")
    mixed = broken(older, ("1/zarr.json", "data_type"), "float32")
    assert validate(memory(mixed)).status == "valid"


def test_axes_of_the_second_system() -> None:
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


def test_an_envelope_that_is_no_object() -> None:
    document = {"ome": "0.6", **image("yx")}
    (problem,) = validate(document, version="0.6").problems
    assert str(problem) == 'ome: expected an object, got "0.6" [meta.ome-object]'
    (problem,) = validate(image("yx"), version="0.6").problems
    assert str(problem) == "ome: required, but missing [meta.ome-key]"
