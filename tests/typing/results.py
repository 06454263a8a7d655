"""The types of what public functions and methods return."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import ome_zarr_models.v04 as old
from ome_zarr_models import (
    Report,
    find,
    loads,
    open_ome_zarr,
    open_ome_zarr_async,
    structure,
    v04,
    v05,
    v06,
    validate,
)
from ome_zarr_models.typing import AnyGroup, AnyGroup04, AnyGroup05, AnyGroup06, Search
from ome_zarr_models.v05.axes import Axis

if TYPE_CHECKING:
    from ome_zarr_models.v05 import Imag  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  # noqa: F401 - misspelled
    from ome_zarr_models.v05.image import ImageAttrs
    from ome_zarr_models.v05.multiscales import Multiscale


def of_open_ome_zarr(path: str, version: str) -> None:
    assert_type(open_ome_zarr(path), AnyGroup)
    assert_type(open_ome_zarr(path, version=version), AnyGroup)
    assert_type(open_ome_zarr(path, version="0.4", policy="strict"), AnyGroup04)
    assert_type(open_ome_zarr(path, version="0.5", depth="arrays"), AnyGroup05)
    assert_type(open_ome_zarr(path, version="0.6", max_requests=1), AnyGroup06)
    open_ome_zarr(path, polcy="strict")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # misspelled


async def of_open_ome_zarr_async(path: str) -> None:
    assert_type(await open_ome_zarr_async(path, version="0.4"), AnyGroup04)
    assert_type(await open_ome_zarr_async(path), AnyGroup)


def of_groups(image: v04.Image, plate: v05.HCS, scene: v06.Scene) -> None:
    assert_type(image.to_version("0.5"), v05.Image)
    assert_type(plate.to_version("0.6", losses=[]), v06.HCS)
    assert_type(scene.to_version("0.6"), v06.Scene)
    assert_type(v05.Image.from_zarr("image.zarr"), v05.Image)


def of_metadata(attributes: ImageAttrs, multiscale: Multiscale) -> None:
    assert_type(attributes.to_version("0.4"), v04.image.ImageAttrs)
    assert_type(
        multiscale.to_version("0.6", default_coordinate_system="cells"),
        v06.multiscales.Multiscale,
    )
    assert_type(attributes.model_copy(), v05.image.ImageAttrs)


def of_functions(document: dict[str, object]) -> None:
    assert_type(structure(document, Axis), Axis)
    assert_type(loads(b"{}", Axis), Axis)
    assert_type(validate("image.zarr"), Report)
    assert_type(find("folder"), Search)
    assert_type(old.axes.Axis(name="x"), old.axes.Axis)
    Axis(name="x", wavelength=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # extra, at run time
