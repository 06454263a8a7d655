"""Mistakes that are easily made in Python, and the errors that explain them."""

from __future__ import annotations

import copy
import pickle
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import ValidationError, v04, v05, v06, validate
from ome_zarr_models.v05.image import ImageAttrs, ImageZarrAttrs
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem

from ..helpers.factories import (
    VERSIONS,
    broken,
    collection,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    stored,
    well,
)
from ..helpers.opened import open_ome_zarr, structure
from ..helpers.stores import memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODULES: dict[str, Any] = {"0.4": v04, "0.5": v05, "0.6": v06}
KEY = "coordinateTransformations"
AXIS = 'expected axes, such as [Axis(name="z", type="space")], got'

every_version = pytest.mark.parametrize("version", VERSIONS)


def _axes(names: str, version: str) -> list[Any]:
    axis = import_module(f"{MODULES[version].__name__}.axes").Axis
    return [axis(name=name, type="space", unit="micrometer") for name in names]


def _of_axes(axes: Any, version: str) -> dict[str, Any]:
    """Return the argument of `new` that has axes."""
    if version != "0.6":
        return {"axes": axes}
    return {"physical_coord_system": CoordinateSystem(name="physical", axes=axes)}


def _arrays(version: str, *shapes: tuple[int, ...]) -> list[Any]:
    if version == "0.4":
        return [v04.ArraySpec(shape=shape, chunks=shape, dtype="|u1") for shape in shapes]
    return [v05.ArraySpec.build(shape=shape, chunks=shape, dtype="uint8") for shape in shapes]


def _new(version: str, axes: Any = None, shape: tuple[int, ...] = (8, 8, 8), **changes: Any) -> Any:
    """Return a new image of one level, made with some other arguments."""
    arguments: dict[str, Any] = {
        "array_specs": _arrays(version, shape),
        "paths": ["0"],
        "scales": [(1, 1, 1)],
        "translations": None,
        **_of_axes(_axes("zyx", version) if axes is None else axes, version),
    }
    return MODULES[version].Image.new(**{**arguments, **changes})


def _problems(error: pytest.ExceptionInfo[ValidationError]) -> list[tuple[str, str]]:
    return [(problem.place, problem.message) for problem in error.value.problems]


@every_version
@pytest.mark.parametrize(
    ("axes", "shown"), [("zyx", '"zyx"'), (["z", "y", "x"], '["z", "y", "x"]'), (("z",), '["z"]')]
)
def test_names_instead_of_axes(axes: Any, shown: str, version: str) -> None:
    with pytest.raises(ValidationError) as error:
        _new(version, axes)
    ((place, message),) = _problems(error)
    assert place.endswith("axes")
    assert message == f"{AXIS} {shown}"


@every_version
def test_names_among_axes(version: str) -> None:
    with pytest.raises(ValidationError) as error:
        _new(version, [*_axes("zy", version), "x"])
    ((_, message),) = _problems(error)
    assert message.startswith(f"{AXIS} [Axis(name='z'")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_names_instead_of_the_axes_of_a_multiscale(version: str) -> None:
    module = import_module(f"{MODULES[version].__name__}.multiscales")
    dataset = module.Dataset.build(path="0", scale=[1, 1], translation=None)
    with pytest.raises(ValidationError) as error:
        module.Multiscale(axes="yx", datasets=[dataset])
    assert _problems(error) == [("axes", f'{AXIS} "yx"')]
    axes = _axes("yx", version)
    assert module.Multiscale(axes=iter(axes), datasets=[dataset]).axes == tuple(axes)


@pytest.mark.parametrize("system", ["zyx", None, {"name": "physical", "axes": []}])
def test_something_else_than_a_coordinate_system(system: Any) -> None:
    with pytest.raises(TypeError, match="expected a CoordinateSystem as physical_coord_system"):
        _new("0.6", physical_coord_system=system)


@every_version
@pytest.mark.parametrize("images", [[], ["a"], "a"])
def test_labels_that_are_not_a_mapping(images: Any, version: str) -> None:
    message = "expected a mapping of names to label images, such as .*, got (list|str)"
    with pytest.raises(TypeError, match=message):
        MODULES[version].Labels.new(images)


def test_images_of_a_scene_that_are_not_a_mapping() -> None:
    images: Any = [_new("0.6")]
    with pytest.raises(TypeError, match=r"expected a mapping of paths to images, .*, got list"):
        v06.Scene.new(images=images)


@every_version
def test_a_collection_without_a_plate(version: str) -> None:
    opened = open_ome_zarr(memory(collection(version=version)))
    for ask in (lambda: opened.n_wells, lambda: opened.well("A/1"), lambda: [*opened.well_groups]):
        with pytest.raises(RuntimeError, match=r"^this bioformats2raw collection has no plate$"):
            ask()


@every_version
def test_a_well_looked_up_by_a_wrong_path(version: str) -> None:
    declared = MODULES[version].HCS.new(rows=["A"], columns=["1"])
    expected = "expected the path of a well, such as 'A/1', got"
    with pytest.raises(KeyError, match=f"{expected} 'A/1': nothing is there"):
        declared["A/1"]
    with pytest.raises(KeyError, match=f"{expected} 'A1': the metadata does not name it"):
        declared["A1"]
    named = MODULES[version].Well.new(["0", "1"])
    expected = "expected the path of an image, one of 0, 1, got"
    with pytest.raises(KeyError, match=f"{expected} '1': nothing is there"):
        named["1"]
    with pytest.raises(KeyError, match=f"{expected} '2': the metadata does not name it"):
        named["2"]


# Scales, axes and arrays: which of them stands alone.


def _locs(version: str) -> Iterator[tuple[str, str]]:
    """Yield the places of axes, of the first scale, and of that before a translation."""
    start = "" if version == "0.4" else "attributes.ome."
    first = f"{start}multiscales[0]"
    transform = f"{first}.datasets[0].coordinateTransformations"
    if version == "0.6":
        yield "axes", f"{first}.coordinateSystems[0].axes"
        yield "scale alone", f"{transform}[0].scale"
        yield "scale", f"{transform}[0].transformations[0].scale"
        yield "translation", f"{transform}[0].transformations[1].translation"
    else:
        yield "axes", f"{first}.axes"
        yield "scale alone", f"{transform}[0].scale"
        yield "scale", f"{transform}[0].scale"
        yield "translation", f"{transform}[1].translation"


ENTRIES = "expected 3 entries, one for each axis, got 2"


@every_version
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scales": [(1, 1)]}, [("scale alone", ENTRIES)]),
        (
            {"scales": [(1, 1)], "translations": [(0, 0)]},
            [("scale", ENTRIES), ("translation", ENTRIES)],
        ),
        ({"scales": [(1, 1)], "translations": [(0, 0, 0)]}, [("scale", ENTRIES)]),
        ({"translations": [(0, 0)]}, [("translation", ENTRIES)]),
    ],
)
def test_short_scales_are_blamed(
    changes: dict[str, Any], expected: list[tuple[str, str]], version: str
) -> None:
    with pytest.raises(ValidationError) as error:
        _new(version, **changes)
    places = dict(_locs(version))
    assert _problems(error) == [(places[place], message) for place, message in expected]
    rule = "ms6.ct-length" if version == "0.6" else "ms.ct-length"
    assert {problem.rule for problem in error.value.problems} == {rule}


@every_version
@pytest.mark.parametrize(
    ("names", "ndim", "length"), [("yx", 3, 3), ("zyx", 2, 2), ("zyx", 2, 3), ("yx", 3, 2)]
)
def test_axes_that_are_not_as_many_as_dimensions(
    names: str, ndim: int, length: int, version: str
) -> None:
    with pytest.raises(ValidationError) as error:
        _new(version, _axes(names, version), (8,) * ndim, scales=[(1,) * length])
    message = f"expected {ndim} axes, as many as the arrays have dimensions, got {len(names)}"
    assert _problems(error) == [(dict(_locs(version))["axes"], message)]


@every_version
def test_arrays_that_differ_in_dimensions(version: str) -> None:
    arrays = _arrays(version, (8, 8, 8), (4, 4))
    with pytest.raises(ValidationError) as error:
        _new(version, array_specs=arrays, paths=["0", "1"], scales=[(1, 1, 1), (2, 2, 2)])
    (problem,) = error.value.problems
    assert (problem.rule, problem.node, problem.place) == ("ms.ds-same-ndim", "1", "shape")


@every_version
@pytest.mark.parametrize("count", [1, 2])
def test_short_scales_are_blamed_in_a_hierarchy_as_well(count: int, version: str) -> None:
    """`validate` reports of a hierarchy what `new` reports of its arguments."""
    axes, levels = "zyx", range(count)
    arrays = _arrays(version, *((8 // 2**level,) * 3 for level in levels))
    with pytest.raises(ValidationError) as error:
        _new(
            version,
            array_specs=arrays,
            paths=[str(level) for level in levels],
            scales=[(2**level,) * 2 for level in levels],
            translations=[(0, 0)] * count,
        )
    metadata = {"multiscales": [multiscale(axes, count, version)]}
    for dataset in metadata["multiscales"][0]["datasets"]:
        for transform in dataset["coordinateTransformations"]:
            for part in transform.get("transformations", [transform]):
                del part[part["type"]][2:]
    reports = [
        validate(memory(hierarchy(metadata, version=version))),
        validate(memory(hierarchy(image(axes, version=version), {"a": metadata}, version=version))),
    ]
    for report, node in zip(reports, ("", "labels/a"), strict=True):
        found = [each for each in report.problems if each.rule.endswith("ct-length")]
        assert {problem.node for problem in found} == {node}
        assert [(p.rule, p.loc, p.message) for p in found] == [
            (p.rule, p.loc, p.message) for p in error.value.problems
        ]


def test_short_scales_beside_what_cannot_be_read() -> None:
    metadata = image("zyx", 3)
    unread, *datasets = metadata["multiscales"][0]["datasets"]
    del unread["coordinateTransformations"]
    for dataset in datasets:
        dataset["coordinateTransformations"] = [{"type": "scale", "scale": [1, 1]}]
    found = [each.loc[:4] for each in validate(memory(hierarchy(metadata))).problems]
    assert found == [("multiscales", 0, "datasets", i) for i in range(3)]


def test_without_arrays_the_axes_are_reported() -> None:
    metadata = image("zyx")
    metadata["multiscales"][0]["axes"].insert(0, {"name": "c", "type": "channel"})
    documents = {key: each for key, each in hierarchy(metadata).items() if "/" not in key}
    for target in (metadata, memory(documents)):
        found = [each.loc for each in validate(target).problems if each.rule == "ms.ct-length"]
        assert found == [("multiscales", 0, "axes")]


# The attributes of 0.5 and later, whose metadata is below `ome`.

DOCUMENTS: dict[str, Any] = {
    "multiscales": image,
    "image_label": image_label,
    "plate": plate,
    "well": well,
}


@pytest.mark.parametrize("version", ["0.5", "0.6"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_metadata_is_below_ome(name: str, version: str) -> None:
    attributes = structure(stored(DOCUMENTS[name](version=version), version))
    assert not hasattr(attributes, name)
    assert hasattr(attributes.ome, name)
    message = (
        f"{type(attributes).__name__!r} object has no attribute {name!r}: the metadata is below "
        f"`.ome`: use `.ome.{name}` or `ome_attributes`"
    )
    with pytest.raises(AttributeError) as error:
        getattr(attributes, name)
    assert str(error.value) == message
    assert (error.value.name, error.value.obj) == (name, attributes)


@pytest.mark.parametrize("name", ["nonsense", "_named", "__deepcopy__", "__getstate_or_so__"])
def test_other_names_are_refused_as_usual(name: str) -> None:
    attributes = structure(stored(image(version="0.5"), "0.5"))
    with pytest.raises(AttributeError) as error:
        getattr(attributes, name)
    assert str(error.value) == f"'ImageZarrAttrs' object has no attribute {name!r}"


@pytest.mark.parametrize("version", ["0.5", "0.6"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_attributes_are_copied_and_pickled(name: str, version: str) -> None:
    attributes = structure(stored(DOCUMENTS[name](version=version), version))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(attributes, protocol)) == attributes  # noqa: S301 - our own
    assert copy.copy(attributes) == copy.deepcopy(attributes) == attributes
    assert hash(copy.copy(attributes)) == hash(attributes)


def test_attributes_that_are_not_complete_yet() -> None:
    blank = object.__new__(ImageZarrAttrs)
    for name in ("ome", "multiscales"):
        with pytest.raises(AttributeError, match=r"has no attribute 'ome'$"):
            getattr(blank, name)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_other_version_or_kind_names_the_class_to_use(version: str) -> None:
    store = memory(hierarchy(version=version))
    for other in {"0.4", "0.5", "0.6"} - {version}:
        if "0.4" in (version, other):
            expected = f"this is OME-Zarr {version}: use v{version.replace('.', '')}.Image"
        else:
            module = f"v{version.replace('.', '')}"
            expected = f"expected OME-Zarr {other}, got OME-Zarr {version}: use {module}"
        with pytest.raises(ValidationError, match=re.escape(expected)):
            MODULES[other].Image.from_zarr(store)
    with pytest.raises(ValidationError, match=r"of kind 'image': use v0\d\.Image or open_ome_zarr"):
        MODULES[version].HCS.from_zarr(store)


def test_attributes_as_stored_name_the_class_that_reads_them() -> None:
    document = stored(image(version="0.5"), "0.5")
    with pytest.raises(ValidationError, match="use ImageZarrAttrs"):
        structure(document, ImageAttrs)
    with pytest.raises(ValidationError) as caught:
        structure({"ome": 3}, ImageAttrs)
    assert "ImageZarrAttrs" not in str(caught.value)


@pytest.mark.parametrize("version", ["", "0.7"])
def test_unread_versions_are_shown_and_not_detected(version: str) -> None:
    report = validate({"ome": {"version": version, "multiscales": []}})
    assert report.version is None
    assert f'got "{version}"' in str(report)


@every_version
def test_strings_are_not_sequences(version: str) -> None:
    module = MODULES[version]
    builders: tuple[Callable[[], Any], ...] = (
        lambda: module.HCS.new(rows="AB", columns=["1"]),
        lambda: module.HCS.new(size=6, wells="A/1"),
        lambda: module.Well.new("0"),
        lambda: module.Series.new("0"),
    )
    for build in builders:
        with pytest.raises(TypeError, match="to be a sequence of strings"):
            build()


@every_version
def test_acquisitions_of_unknown_images_are_refused(version: str) -> None:
    with pytest.raises(ValueError, match='acquisitions of images of the well, got "1"'):
        MODULES[version].Well.new(["0"], acquisitions={"1": 0})


def test_lengths_at_a_path_are_not_blamed() -> None:
    documents = hierarchy(image("yx", 3))
    place = (".zattrs", "multiscales", 0, "datasets")
    scales = [{"type": "scale", "scale": [1.0, 1.0, 1.0]}]
    for i, transforms in enumerate((scales, scales, [{"type": "scale", "path": "scales"}])):
        documents = broken(documents, (*place, i, KEY), transforms)
    problems = validate(memory(documents)).errors
    assert [(p.loc[3], p.message) for p in problems if p.rule == "ms.ct-length"] == [
        (i, "expected 2 entries, one for each axis, got 3") for i in range(2)
    ]
