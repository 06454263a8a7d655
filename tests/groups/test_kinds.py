"""Groups of every kind, in all versions: opened, looked up, made and written."""

from __future__ import annotations

import asyncio
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ome_zarr_models import ValidationError, ValidationWarning, structure, v05, validate
from ome_zarr_models.common.well import WellGroupNotFoundError
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem

from ..helpers.factories import (
    broken,
    collection,
    group,
    hierarchy,
    hierarchy_of,
    image,
    image_label,
    inside,
    multiscale,
    own_version,
    plate_hierarchy,
    stored,
)
from ..helpers.opened import open_ome_zarr, open_ome_zarr_async
from ..helpers.stores import ZARR, Counting, documents_in, keys_in, memory, store_with
from ..helpers.versions import MODULES, array_of, every_version, image_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

# (kind, class, function that makes the documents)
KINDS: list[tuple[str, str, Callable[[str], dict[str, Any]]]] = [
    (kind, name, partial(hierarchy_of, kind))
    for kind, name in (
        ("image", "Image"),
        ("labels", "Labels"),
        ("image-label", "ImageLabel"),
        ("plate", "HCS"),
        ("well", "Well"),
        ("bioformats2raw", "BioFormats2Raw"),
        ("series", "Series"),
    )
]
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
    written = inside("deep/er", documents_in(store))
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
def test_members_are_not_read_with_depth_attributes(
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
def test_consolidated_metadata_above_is_updated_by_writes(version: str) -> None:
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


@every_version
def test_wells_and_images_of_a_plate_are_looked_up(version: str) -> None:
    opened = open_ome_zarr(memory(plate_hierarchy(version=version)))
    assert opened.n_wells == 2
    first, second = opened.well_groups
    assert opened.get_well_group(1) is second
    assert opened.well("B", "2") is opened.well("B/2") is opened["B/2"] is second
    assert first is not second
    with pytest.raises(WellGroupNotFoundError, match="the metadata does not name it"):
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
    opened = open_ome_zarr(memory(hierarchy_of("image", version)))
    assert opened.labels["cells"] is opened.labels.get_image_labels_group("cells")
    with pytest.raises(KeyError, match="one of 'nuclei', 'cells', got 'spots'"):
        opened.labels["spots"]
    assert opened.ome_attributes.get_optional_group_paths() == {"labels": MODULES[version].Labels}
    assert opened.ome_attributes.get_array_paths() == ["0", "1"]


@every_version
def test_images_of_a_collection_are_looked_up(version: str) -> None:
    opened = open_ome_zarr(memory(collection(version=version)))
    assert opened.image_paths == ["0", "1", "2"]
    assert opened["1"] is opened.images["1"]
    assert opened.ome_xml == b"<OME/>"
    assert opened.members["OME"].ome_attributes.series == ("0", "1", "2")


@every_version
def test_collection_may_be_of_a_plate(version: str) -> None:
    documents = plate_hierarchy(version=version)
    key = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    documents = broken(documents, (*key, "bioformats2raw.layout"), 3)
    documents["OME/METADATA.ome.xml"] = b"<OME/>"
    opened = open_ome_zarr(memory(documents))
    assert type(opened) is MODULES[version].HCS
    assert (opened.n_wells, opened.ome_xml) == (2, b"<OME/>")
    collected = MODULES[version].BioFormats2Raw.from_zarr(memory(documents))
    assert (collected.image_paths, collected.n_wells) == ([], 2)
    assert collected["A/1"] == opened["A/1"]
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
def test_new_plate_has_its_wells_and_acquisitions(version: str) -> None:
    module = MODULES[version]
    one = module.Well.new({"0": image_of(version)}, acquisitions={"0": 3})
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
    assert getattr(written, "version", None) == own_version(version).get("version")
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
def test_new_plate_has_a_standard_size(size: int, last: str, version: str) -> None:
    made = MODULES[version].HCS.new(size=size)
    assert made.n_wells == size
    assert made.ome_attributes.plate.wells[-1].path == last
    assert made.members == {}
    assert list(made.well_groups) == []
    with pytest.raises(WellGroupNotFoundError, match="nothing is there"):
        made.get_well_group(0)


@every_version
def test_declared_images_may_be_written_later(version: str) -> None:
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
        image_of(version).to_zarr(store, f"A/1/{name}")
    assert len(list(open_ome_zarr(store).well("A/1").images)) == 2


@every_version
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "expected a size of 6, 24, 48, 96, 384, 1536, or rows and columns, got neither"),
        ({"rows": ["A"]}, "or rows and columns, got rows"),
        ({"size": 7}, "or rows and columns, got a size of 7"),
        ({"size": 6, "rows": ["A"]}, "or rows and columns, got a size of 6 and rows"),
        ({"size": 6, "wells": ["C/1"]}, "expected a row and a column of the plate, such as 'B/3'"),
        ({"size": 6, "wells": ["A1"]}, "expected a row and a column of the plate, such as 'B/3'"),
        ({"rows": ["A-1"], "columns": ["1"]}, 'expected letters and digits only, got "A-1"'),
        ({"size": 6, "field_count": 0}, "expected a positive integer, got 0"),
    ],
)
def test_new_plate_refuses_invalid_arguments(
    given: dict[str, Any], message: str, version: str
) -> None:
    with pytest.raises(ValueError, match=message):
        MODULES[version].HCS.new(**given)


@every_version
def test_new_labels_are_written_and_read(version: str) -> None:
    module = MODULES[version]
    types = import_module(f"{module.__name__}.image_label_types")
    label = module.ImageLabel.new(
        array_specs=[array_of(version, "<u4")],
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
    assert getattr(written, "version", None) == own_version(version).get("version")
    assert label.ome_attributes.image_label.colors[0].label_value == 1
    made = module.Labels.new({"cells": label})
    assert made["cells"] is label
    store = memory(hierarchy(image("yx", 1, version), version=version))
    made.to_zarr(store, "labels")
    report = validate(store)
    assert report.status == "valid"
    model: Any = report.model
    assert model.labels == made
    with pytest.raises(ValidationError, match="expected an integer data type, got"):
        module.ImageLabel.from_spec(
            module.GroupSpec(
                attributes=stored(image_label("yx", 1, version), version),
                members={"0": array_of(version, "<f4")},
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


@every_version
def test_new_image_names_its_dimensions(version: str) -> None:
    module = MODULES[version]
    made = module.Image.new(
        array_specs=[array_of(version)],
        paths=["0"],
        **_axes(version),
        scales=[(1, 1)],
        translations=None,
    )
    assert validate(store_with(made)).status == "valid"
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
            v05.GroupSpec(members={"0": array_of("0.4")})


@every_version
def test_new_collection_is_written_and_read(version: str) -> None:
    module = MODULES[version]
    made = module.BioFormats2Raw.new([image_of(version)] * 2, ome_xml=b"<OME/>")
    store = memory({})
    made.to_zarr(store)
    assert open_ome_zarr(store) == made
    assert validate(store).problems == ()
    assert "OME/METADATA.ome.xml" in keys_in(store)
    made = module.BioFormats2Raw.new({"b": image_of(version), "a": image_of(version)})
    assert made.image_paths == ["b", "a"]
    assert made.ome_xml is None
    assert module.Series.new(["0"]).ome_attributes.series == ("0",)


@every_version
def test_plain_groups_may_hold_models(version: str) -> None:
    spec = MODULES[version]
    opened = image_of(version)
    plain = spec.GroupSpec(attributes=opened.attributes, members=opened.members)
    assert spec.Well.new({"0": plain})["0"] == opened


@every_version
def test_invalid_paths_and_members_are_refused(version: str) -> None:
    spec = MODULES[version]
    opened = open_ome_zarr(memory(plate_hierarchy(version=version)))
    with pytest.raises(TypeError, match="expected a path such as '0', got 0"):
        opened.well("A/1")[0]
    for path in (0, "zarr.json", "a/../b", ""):
        with pytest.raises(ValueError, match="expected the path of a group, such as '0' or 'A/1'"):
            spec.Well.new({path: image_of(version)})
    with pytest.raises(TypeError, match=r"expected a Well at 'A/1', got Image\("):
        spec.HCS.new(size=6, wells={"A/1": image_of(version)})
    with pytest.raises(
        TypeError,
        match=r"expected an ArraySpec, got ndarray: describe it with ArraySpec\.from_array",
    ):
        spec.Image.new(
            array_specs=[np.zeros((4, 4))],
            paths=["0"],
            **_axes(version),
            scales=[(1, 1)],
            translations=None,
        )
    with pytest.raises(ValidationError, match=r'expected (axes|a list).*, got "yx"'):
        spec.Image.new(
            array_specs=[image_of(version).members["0"]],
            paths=["0"],
            **_axes(version, "yx"),
            scales=[(1, 1)],
            translations=None,
        )


def test_foreign_attributes_are_kept() -> None:
    documents = broken(hierarchy(version="0.5"), ("zarr.json", "attributes", "mine"), [1])
    opened = open_ome_zarr(memory(documents))
    assert opened.attributes.extra == {"mine": [1]}
    assert documents_in(store_with(opened)) == documents


@every_version
def test_subclass_of_a_plate_is_read(version: str) -> None:
    base: Any = MODULES[version].HCS

    class Screen(base):  # type: ignore[misc] # of either version
        """A plate of the user's."""

        __slots__ = ()

    assert type(Screen.from_zarr(memory(plate_hierarchy(version=version)))) is Screen


@every_version
def test_arrays_of_pydantic_zarr_are_taken(version: str) -> None:
    class OtherSpec:
        def model_dump(self) -> dict[str, Any]:
            dumped: dict[str, Any] = array_of(version).model_dump()
            return dumped

    module = MODULES[version]
    arguments: dict[str, Any] = {
        "paths": ["0"],
        "scales": [(1, 1)],
        "translations": [None],
    }
    axes = [{"name": name, "type": "space"} for name in "yx"]
    if version == "0.6":
        system = module.coordinate_systems.CoordinateSystem(name="physical", axes=axes)
        arguments["physical_coord_system"] = system
    else:
        arguments["axes"] = axes
    made = module.Image.new(array_specs=[OtherSpec()], **arguments)
    assert made == module.Image.new(array_specs=[array_of(version)], **arguments)
