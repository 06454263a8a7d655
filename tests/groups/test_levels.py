"""Levels, axes, sizes and channels of images, in all versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import structure, v04, v05, v06

from ..helpers.factories import (
    VERSIONS,
    array,
    array_3,
    hierarchy,
    image,
    image_label,
    multiscale,
    omero,
    placed,
    stored,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ome_zarr_models.typing import Depth

MODULES: dict[str, Any] = {"0.4": v04, "0.5": v05, "0.6": v06}
UNITS = {"t": "second", "c": None, "z": "micrometer", "y": "micrometer", "x": "micrometer"}
NO_MEMBERS = "members were not read: open the group with depth="

every_version = pytest.mark.parametrize("version", VERSIONS)


def _read(metadata: Any, version: str, depth: Depth = "all", **more: Any) -> Any:
    store = memory(hierarchy(metadata, version=version, **more))
    return open_ome_zarr(store, version=version, depth=depth)


def _scaled(axes: str, scales: Sequence[Sequence[float]], version: str) -> dict[str, Any]:
    """Return a multiscale whose levels have some scales."""
    made = multiscale(axes, len(scales), version)
    for dataset, scale in zip(made["datasets"], scales, strict=True):
        transforms = [{"type": "scale", "scale": [*scale]}]
        transforms += [{"type": "translation", "translation": [7] * len(axes)}]
        dataset["coordinateTransformations"] = placed(transforms, dataset["path"], version)
    return made


def _sized(sizes: Mapping[str, float]) -> dict[str, tuple[float, str | None]]:
    return {name: (size, UNITS[name]) for name, size in sizes.items()}


@every_version
def test_image_has_its_shape_axes_channels_and_sizes(version: str) -> None:
    opened = _read(image(version=version), version)
    assert opened.axes_order == ("t", "c", "z", "y", "x")
    assert opened.shape == (1, 2, 4, 64, 64)
    assert opened.dtype == {"0.4": "<u2"}.get(version, "uint16")
    assert opened.channel_names == ("channel 0", "channel 1")
    fine = _sized({"t": 1, "c": 1, "z": 1, "y": 0.5, "x": 0.5})
    assert opened.voxel_size() == fine
    assert list(opened.voxel_size()) == list("tczyx")
    assert {type(size) for size, _ in opened.voxel_size().values()} == {float}
    assert opened.physical_extent == _sized({"t": 1, "c": 2, "z": 4, "y": 32, "x": 32})
    assert list(opened.physical_extent) == list("tczyx")


@every_version
def test_label_image_has_its_shape_axes_channels_and_sizes(version: str) -> None:
    labels = {"nuclei": image_label(version=version)}
    nuclei = _read(None, version, labels=labels).labels["nuclei"]
    assert nuclei.axes_order == ("t", "c", "z", "y", "x")
    assert (nuclei.shape, nuclei.dtype) == (
        (1, 2, 4, 64, 64),
        {"0.4": "<u4"}.get(version, "uint32"),
    )
    assert nuclei.channel_names == (None, None)
    assert nuclei.voxel_size(1)["x"] == (1, "micrometer")
    assert nuclei.level_for(1) == 1
    assert nuclei.physical_extent["y"] == (32, "micrometer")


@every_version
def test_properties_are_those_of_the_first_multiscale(version: str) -> None:
    other = multiscale("cyx", 3, version)
    for dataset in other["datasets"]:
        path = dataset["path"] = f"other{dataset['path']}"
        for transform in dataset["coordinateTransformations"]:
            transform.get("input", {})["path"] = path
    opened = _read({"multiscales": [multiscale("yx", 2, version), other]}, version)
    assert opened.axes_order == ("y", "x")
    assert (opened.shape, opened.channel_names) == ((64, 64), ())
    assert opened.level_for(100) == 1
    assert [len(datasets) for datasets in opened.datasets] == [2, 3]


@every_version
@pytest.mark.parametrize(
    ("level", "size"), [(0, 0.5), (1, 1), (2, 2), (-1, 2), (-2, 1), (-3, 0.5), (np.int8(1), 1)]
)
def test_voxel_size_of_a_level(level: int, size: float, version: str) -> None:
    opened = _read(image("yx", 3, version), version, "attributes")
    assert opened.voxel_size(level) == _sized({"y": size, "x": size})


@every_version
@pytest.mark.parametrize("level", [3, -4])
def test_unknown_level_is_refused(level: int, version: str) -> None:
    opened = _read(image("yx", 3, version), version, "attributes")
    message = f"expected a level from -3 to 2, of 3 in all, got {level}"
    with pytest.raises(IndexError, match=message):
        opened.voxel_size(level)


@every_version
def test_level_must_be_a_number(version: str) -> None:
    opened = _read(image("yx", 3, version), version, "attributes")
    with pytest.raises(TypeError, match="expected the number of a level, such as 0, got '1'"):
        opened.voxel_size("1")


@every_version
def test_voxel_size_has_no_sign(version: str) -> None:
    made = _scaled("yx", [(-0.5, 2)], version)
    opened = open_ome_zarr(memory(hierarchy({"multiscales": [made]}, version=version)))
    assert opened.voxel_size() == _sized({"y": 0.5, "x": 2})


@every_version
def test_voxel_size_of_axes_without_a_unit(version: str) -> None:
    made = multiscale("cyx", 2, version)
    for axis in made.get("coordinateSystems", [made])[0]["axes"]:
        axis.pop("unit", None)
    opened = _read({"multiscales": [made]}, version, "attributes")
    assert opened.voxel_size() == {"c": (1, None), "y": (0.5, None), "x": (0.5, None)}
    assert opened.level_for(1) == 1


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_scale_of_the_multiscale_is_multiplied(version: str) -> None:
    made = multiscale("yx", 2, version)
    made["coordinateTransformations"] = [
        {"type": "scale", "scale": [10, 1]},
        {"type": "translation", "translation": [3, 3]},
    ]
    opened = _read({"multiscales": [made]}, version)
    assert opened.voxel_size() == _sized({"y": 5, "x": 0.5})
    assert opened.voxel_size(1) == _sized({"y": 10, "x": 1})
    assert opened.physical_extent == _sized({"y": 320, "x": 32})
    assert (opened.level_for(1), opened.level_for({"x": 1})) == (0, 1)


def test_scale_of_the_whole_multiscale_counts_in_0_6() -> None:
    made = multiscale("yx", 2, "0.6")
    made["coordinateSystems"].insert(0, {**made["coordinateSystems"][0], "name": "world"})
    ends = {"input": {"name": "physical"}, "output": {"name": "world"}}
    made["coordinateTransformations"] = [{"type": "scale", "scale": [10, 1], **ends}]
    ends = {"input": {"path": "0"}, "output": {"name": "physical"}}
    forms: list[tuple[dict[str, Any], float]] = [
        ({"type": "identity"}, 1),
        ({"type": "scale", "scale": [0.25, 0.25]}, 0.25),
    ]
    for form, size in forms:
        made["datasets"][0]["coordinateTransformations"] = [{**form, **ends}]
        opened = _read({"multiscales": [made]}, "0.6")
        assert opened.voxel_size() == _sized({"y": size * 10, "x": size})
    # Other systems are not what a conversion makes of the scale of a whole multiscale.
    made["coordinateSystems"].append({**made["coordinateSystems"][0], "name": "stage"})
    ends = {"input": {"name": "physical"}, "output": {"name": "stage"}}
    made["coordinateTransformations"].append({"type": "identity", **ends})
    opened = _read({"multiscales": [made]}, "0.6")
    assert opened.voxel_size() == _sized({"y": 0.25, "x": 0.25})


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(
    ("way", "place"),
    [
        (("datasets", 1), "datasets[1].coordinateTransformations[0]"),
        ((), "coordinateTransformations[0]"),
    ],
)
def test_scales_in_arrays_are_refused_by_their_place(
    way: Sequence[Any], place: str, version: str
) -> None:
    made = owner = multiscale("yx", 2, version)
    for step in way:
        owner = owner[step]
    owner["coordinateTransformations"] = [{"type": "scale", "path": "scales"}]
    opened = _read({"multiscales": [made]}, version)
    message = f"expected numbers at multiscales[0].{place}, got the path of an array: 'scales'"
    for ask, argument in ((opened.voxel_size, -1), (opened.level_for, 1)):
        with pytest.raises(ValueError, match="expected numbers") as raised:
            ask(argument)
        assert str(raised.value) == message
    if way:
        assert opened.voxel_size(0) == _sized({"y": 0.5, "x": 0.5})
    else:
        with pytest.raises(ValueError, match="got the path of an array"):
            _ = opened.physical_extent


def test_translations_in_arrays_do_not_matter() -> None:
    made = multiscale("yx", 1)
    made["datasets"][0]["coordinateTransformations"][1] = {"type": "translation", "path": "places"}
    assert _read({"multiscales": [made]}, "0.4").voxel_size() == _sized({"y": 0.5, "x": 0.5})


SCALES = [(1, 0.1, 0.1), (1, 0.3, 0.3), (4, 0.9, 0.9), (2, 1.8, 1.8)]


@every_version
@pytest.mark.parametrize(
    ("resolution", "level"),
    [
        (0.01, 0),
        (0.3, 0),
        (1, 1),
        (1.8, 1),
        (2, 3),
        (3, 3),
        (4, 3),
        (float("inf"), 3),
        ({"x": 0.01}, 0),
        ({"x": 0.29}, 0),
        ({"x": 0.3}, 1),
        ({"x": 3 * 0.1}, 1),
        ({"y": 1, "x": 1.7}, 2),
        ({"y": 1.7, "x": 0.2}, 0),
        ({"z": 4, "x": 1}, 2),
        ({"z": 3, "x": 1}, 1),
        ({"z": 2}, 3),
        ({"z": np.float32(2)}, 3),
        (np.int64(2), 3),
        ({}, 3),
    ],
)
def test_level_for_returns_the_coarsest_level_that_is_fine_enough(
    resolution: Any, level: int, version: str
) -> None:
    opened = _read({"multiscales": [_scaled("zyx", SCALES, version)]}, version, "attributes")
    assert opened.level_for(resolution) == level


@every_version
def test_level_for_tolerates_rounding(version: str) -> None:
    made = _scaled("yx", [(0.1, 0.1), (3 * 0.1, 3 * 0.1)], version)
    assert _read({"multiscales": [made]}, version, "attributes").level_for(0.3) == 1


@every_version
@pytest.mark.parametrize(
    ("resolution", "error", "message"),
    [
        ({"z": 1, "X": 1, "q": 1}, ValueError, "names of the axes c, y, x, got z, X, q"),
        (0, ValueError, "expected a number above 0, got 0"),
        ({"y": -1}, ValueError, "expected a number above 0, got -1"),
        (float("nan"), ValueError, "expected a number above 0, got nan"),
        ("1", TypeError, "expected a number, got '1'"),
        ({"y": True}, TypeError, "expected a number, got True"),
        (None, TypeError, "expected a number, got None"),
    ],
)
def test_level_for_refuses_invalid_resolutions(
    resolution: Any, error: type[Exception], message: str, version: str
) -> None:
    opened = _read(image("cyx", 2, version), version, "attributes")
    with pytest.raises(error, match=message):
        opened.level_for(resolution)


@every_version
def test_level_for_needs_names_of_axes_if_units_differ(version: str) -> None:
    made = multiscale("zyx", 2, version)
    made.get("coordinateSystems", [made])[0]["axes"][0]["unit"] = "nanometer"
    opened = _read({"multiscales": [made]}, version, "attributes")
    with pytest.raises(ValueError, match="z in nanometer, y in micrometer, x in micro"):
        opened.level_for(1)
    assert opened.level_for({"y": 1, "z": 1}) == 1


@every_version
@pytest.mark.parametrize("labels", [["red", None, ""], []])
def test_channel_names_are_those_of_omero(labels: list[str | None], version: str) -> None:
    shown = omero(len(labels))
    for channel, label in zip(shown["channels"], labels, strict=True):
        channel["label"] = label
        if label is None:
            del channel["label"]
    metadata = {**image("yx", 1, version), "omero": shown}
    assert _read(metadata, version, "attributes").channel_names == tuple(labels)


@every_version
@pytest.mark.parametrize(("axes", "names"), [("cyx", (None, None)), ("tyx", ())])
def test_channel_names_without_omero_are_counted_by_the_axis(
    axes: str, names: tuple[None, ...], version: str
) -> None:
    metadata = {"multiscales": [multiscale(axes, 1, version)]}
    assert _read(metadata, version).channel_names == names
    alone = _read(metadata, version, "attributes")
    if names:
        with pytest.raises(RuntimeError, match=NO_MEMBERS):
            _ = alone.channel_names
    else:
        assert alone.channel_names == names


@every_version
@pytest.mark.parametrize("name", ["shape", "dtype", "physical_extent"])
def test_properties_of_arrays_need_members(name: str, version: str) -> None:
    opened = _read(image(version=version), version, "attributes")
    with pytest.raises(RuntimeError, match=NO_MEMBERS):
        getattr(opened, name)
    made = type(opened)(attributes=opened.attributes)
    with pytest.raises(RuntimeError, match=NO_MEMBERS):
        getattr(made, name)
    assert getattr(_read(image(version=version), version, "arrays"), name)


@every_version
def test_image_is_not_taken_for_the_array_of_a_level(version: str) -> None:
    """It has a shape, but is not taken for the array of a level."""
    within = _read(image("yx", 1, version), version)
    members = {"0": within}
    with pytest.raises(ValueError, match='expected an array at "0", got a group'):
        MODULES[version].Image(attributes=within.attributes, members=members)


@st.composite
def images(draw: st.DrawFn) -> Any:
    """Return images whose pixels have any sizes, with one array for all levels."""
    version = draw(st.sampled_from(VERSIONS))
    axes = draw(st.sampled_from(["yx", "zyx", "cyx", "tczyx"]))
    count = len(axes)
    vectors = st.lists(st.floats(1, 4), min_size=count, max_size=count)
    scales = [draw(st.lists(st.floats(1e-3, 1e3), min_size=count, max_size=count))]
    for factors in draw(st.lists(vectors, max_size=3)):
        scales.append([n * factor for n, factor in zip(scales[-1], factors, strict=True)])
    made = _scaled(axes, scales, version)
    shape = draw(st.lists(st.integers(0, 2**40), min_size=count, max_size=count))
    make = array if version == "0.4" else array_3
    document = {**make(axes), "shape": shape}
    module = MODULES[version]
    name = ".zarray" if version == "0.4" else "zarr.json"
    spec = module.ArraySpec.from_documents({name: document})
    attributes = structure(stored({"multiscales": [made]}, version))
    members = dict.fromkeys(map(str, range(len(scales))), spec)
    return module.Image(attributes=attributes, members=members)


@given(images())
def test_physical_extent_is_the_shape_times_the_voxel_size(opened: Any) -> None:
    sizes, extent = opened.voxel_size(), opened.physical_extent
    assert opened.axes_order == tuple(sizes) == tuple(extent)
    for length, name in zip(opened.shape, opened.axes_order, strict=True):
        size, unit = sizes[name]
        assert extent[name] == (length * size, unit)


@given(images(), st.lists(st.floats(1e-4, 1e5), min_size=2, max_size=2), st.data())
def test_level_for_is_as_coarse_as_possible(
    opened: Any, resolutions: list[float], data: st.DataObject
) -> None:
    sizes = [opened.voxel_size(level) for level in range(len(opened.datasets[0]))]
    one, other = sorted(resolutions)
    assert opened.level_for(one) <= opened.level_for(other)
    names = data.draw(st.lists(st.sampled_from(opened.axes_order), unique=True, min_size=1))
    level = opened.level_for(dict.fromkeys(names, one))
    assert level <= opened.level_for(dict.fromkeys(names, other))
    fits = [all(size[name][0] <= one for name in names) for size in sizes]
    rounded = [all(size[name][0] <= one * (1 + 1e-8) for name in names) for size in sizes]
    assert level == 0 or rounded[level]
    assert not any(fits[level + 1 :])
    for i, size in enumerate(sizes):
        assert opened.level_for({name: n for name, (n, _) in size.items()}) >= i
