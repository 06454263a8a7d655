"""
Mistakes that mypy and pyright report.

For both of them, a comment that ignores a report is an error if there is no report.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true
# ruff: noqa: F401 - nothing uses the names, which do not exist

from __future__ import annotations

from typing import TYPE_CHECKING

import ome_zarr_models
from ome_zarr_models import open_ome_zarr, structure, v05
from ome_zarr_models.v05.axes import Axis
from ome_zarr_models.v05.image_label_types import Label
from ome_zarr_models.v05.well_types import WellImage

if TYPE_CHECKING:
    from ome_zarr_models import v04
    from ome_zarr_models.common import plates  # type: ignore[attr-defined]
    from ome_zarr_models.typing import AnyImag  # type: ignore[attr-defined]
    from ome_zarr_models.v05 import Imag  # type: ignore[attr-defined]


def of_names(path: str, image: v05.Image) -> None:
    ome_zarr_models.open_zarr(path)  # type: ignore[attr-defined]
    image.attributes.multiscales  # type: ignore[attr-defined]  # noqa: B018 - below `ome`
    image.label  # type: ignore[attr-defined]  # noqa: B018


def of_options(path: str) -> None:
    open_ome_zarr(path, mode="strict")  # type: ignore[call-overload]
    open_ome_zarr(path, policy="lax")  # type: ignore[call-overload]


def of_constructors() -> None:
    Axis(name="x", wavelength=3)  # type: ignore[call-arg]  # extra, at run time
    Axis(name=3)  # type: ignore[arg-type]
    Axis(name="x", extra=3)  # type: ignore[arg-type]
    Label(colors=3)  # type: ignore[arg-type]
    Label(colors=[3])  # type: ignore[list-item]
    WellImage(path="0", acquisition="1")  # type: ignore[arg-type]
    Axis()  # type: ignore[call-arg]


def of_results(path: str, document: dict[str, object], image: v05.Image) -> None:
    open_ome_zarr(path).labels  # type: ignore[union-attr]  # noqa: B018 - not of plates
    structure(document).ome  # type: ignore[union-attr]  # noqa: B018 - not in 0.4
    image.to_version("0.4").attributes.ome  # type: ignore[attr-defined]  # noqa: B018


def of_arrays(array: v04.ArraySpec) -> None:
    v05.Image.new(array_specs=[array], paths=["0"], axes=[], scales=[], translations=None)  # type: ignore[list-item]
