"""The types of what public functions and methods return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_type

import ome_zarr_models.v04 as old
from ome_zarr_models import (
    Fix,
    Report,
    common,
    dumps,
    find,
    loads,
    open_ome_zarr,
    open_ome_zarr_async,
    repair,
    scan,
    structure,
    unstructure,
    v04,
    v05,
    v06,
    validate,
)
from ome_zarr_models.typing import (
    AnyAttributes,
    AnyGroup,
    AnyGroup04,
    AnyGroup05,
    AnyGroup06,
    AnyTransform,
    Edge,
    Facts,
    Search,
    System,
)
from ome_zarr_models.v05.axes import Axis

if TYPE_CHECKING:
    import numpy as np

    from ome_zarr_models.v05.image import ImageAttrs
    from ome_zarr_models.v05.multiscales import Multiscale


def of_open_ome_zarr(path: str, version: str) -> None:
    assert_type(open_ome_zarr(path), AnyGroup)
    assert_type(open_ome_zarr(path, version=version), AnyGroup)
    assert_type(open_ome_zarr(path, version="0.4", policy="strict"), AnyGroup04)
    assert_type(open_ome_zarr(path, version="0.5", depth="arrays"), AnyGroup05)
    assert_type(open_ome_zarr(path, version="0.6", max_requests=1), AnyGroup06)


async def of_open_ome_zarr_async(path: str) -> None:
    assert_type(await open_ome_zarr_async(path, version="0.4"), AnyGroup04)
    assert_type(await open_ome_zarr_async(path), AnyGroup)


def of_any_group(group: AnyGroup) -> None:
    if isinstance(group, v05.Image):
        assert_type(group.labels, v05.Labels | None)
        assert_type(group.ome_attributes.multiscales[0].axes, tuple[Axis, ...])
    if isinstance(group, v06.HCS):
        assert_type(group["A/1"], v06.Well)


def of_groups(image: v04.Image, plate: v05.HCS, scene: v06.Scene) -> None:
    assert_type(image.to_version("0.5"), v05.Image)
    assert_type(plate.to_version("0.6", losses=[]), v06.HCS)
    assert_type(scene.to_version("0.6"), v06.Scene)
    assert_type(v05.Image.from_zarr("image.zarr"), v05.Image)


def of_members(
    plate: v04.HCS, well: v05.Well, labels: v06.Labels, all_: v05.BioFormats2Raw
) -> None:
    assert_type(plate.well("A", "1"), v04.Well)
    assert_type(well["0"], v05.Image)
    assert_type(labels["cells"], v06.ImageLabel)
    assert_type(all_["0"], v05.Well | v05.Image)
    assert_type(all_.images, dict[str, v05.Image])


def of_graphs(scene: v06.Scene) -> None:
    graph = scene.transform_graph()
    assert_type(graph.get_transform("array", "world"), AnyTransform)
    assert_type(graph.systems, list[System])
    assert_type(graph.edges, dict[tuple[System, System], Edge])


def of_metadata(attributes: ImageAttrs, multiscale: Multiscale) -> None:
    assert_type(attributes.to_version("0.4"), v04.image.ImageAttrs)
    assert_type(
        multiscale.to_version("0.6", default_coordinate_system="cells"),
        v06.multiscales.Multiscale,
    )
    assert_type(attributes.model_copy(), v05.image.ImageAttrs)


def of_arrays(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    assert_type(v04.ArraySpec.from_array(pixels), v04.ArraySpec)
    assert_type(v05.ArraySpec.build(shape=pixels.shape, dtype=pixels.dtype), v05.ArraySpec)
    assert_type(v05.ArraySpec.build(shape=(2,), dtype="uint8", compressors=None), v05.ArraySpec)


def of_functions(document: dict[str, object]) -> None:
    assert_type(structure(document), AnyAttributes)
    assert_type(structure(document, Axis), Axis)
    one: v04.image.ImageAttrs | v05.image.ImageAttrs = structure(
        document, v04.image.ImageAttrs | v05.image.ImageAttrs
    )
    assert_type(one.multiscales[0].axes, tuple[Axis, ...])
    assert_type(loads(b"{}"), AnyAttributes)
    assert_type(loads(b"{}", Axis), Axis)
    assert_type(dumps(Axis(name="x")), bytes)
    assert_type(unstructure(Axis(name="x")), dict[str, Any])
    assert_type(repair(document), tuple[Mapping[str, Any], list[Fix]])
    assert_type(validate("image.zarr"), Report)
    assert_type(find("folder"), Search)
    assert_type([report.facts for report in scan(["image.zarr"])], list[Facts | None])
    assert_type(old.axes.Axis(name="x"), old.axes.Axis)
    assert_type(common.plate.Row(name="A").name, str)
