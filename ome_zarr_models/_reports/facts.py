"""The facts about an image that a table of reports lists."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from .._groups.levels import pixel_sizes
from .._models.rule import UNREAD
from .._rules.nodes import is_array, node_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import Depth


@frozen
class Facts:
    """
    A summary of an image, or of a plate.

    All values are None if they are unknown or do not apply; a plate has only `wells`.

    Parameters
    ----------
    axes : tuple of str, optional
        The names of the axes.
    shape : tuple of int, optional
        The shape of level 0.
    dtype : str, optional
        The data type of level 0.
    levels : int, optional
        The number of levels.
    voxel_size : tuple of float, optional
        The size of a pixel of level 0 along each axis.
    units : tuple of str or None, optional
        The unit of each of these sizes.
    channels, labels, wells : int, optional
        The number of channels, label images and wells.
    """

    axes: tuple[str, ...] | None = None
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    levels: int | None = None
    voxel_size: tuple[float, ...] | None = None
    units: tuple[str | None, ...] | None = None
    channels: int | None = None
    labels: int | None = None
    wells: int | None = None


_NONE: Final = Facts()
_MAX_LENGTH: Final = 2**63
"""Lengths from here on do not fit into the integers of a table."""


def facts_of(model: Any, depth: Depth = "all") -> Facts:
    """Summarize a group or its attributes, which may be invalid or partly read."""
    try:
        return _facts_of(model, depth)
    except Exception:  # noqa: BLE001 - an invalid group may raise anything
        return _NONE


def _facts_of(model: Any, depth: Depth) -> Facts:
    metadata = getattr(model, "ome_attributes", None) or getattr(model, "ome", model)
    plate = getattr(metadata, "plate", None)
    if plate is not None:
        return Facts(wells=len(plate.wells))
    if not getattr(metadata, "multiscales", ()):
        return _NONE
    multiscale = metadata.multiscales[0]
    members: Mapping[str, Any] | None = getattr(model, "members", None)
    omero = getattr(metadata, "omero", None)
    shape = dtype = labels = None
    channels = None if omero is None else len(omero.channels)
    finest = node_at(members, multiscale.datasets[0].path)
    if is_array(finest):
        shape, dtype = finest.shape, str(finest.dtype)
        types = [axis.type for axis in multiscale.axes]
        if channels is None and "channel" in types:
            channels = shape[types.index("channel")]
        if max(shape, default=0) >= _MAX_LENGTH:
            shape = channels = None
    if members is not None and depth == "all":
        labels = _count_labels(members)
    return Facts(
        axes=tuple([str(axis.name) for axis in multiscale.axes]),
        shape=shape,
        dtype=dtype,
        levels=len(multiscale.datasets),
        voxel_size=_voxel_size(multiscale),
        units=tuple([axis.unit if type(axis.unit) is str else None for axis in multiscale.axes]),
        channels=channels,
        labels=labels,
    )


def _voxel_size(multiscale: Any) -> tuple[float, ...] | None:
    """Return the pixel sizes of level 0; None if they are in an array or not finite."""
    try:
        sizes = tuple(pixel_sizes(multiscale, 0))
    except (OverflowError, ValueError):
        return None
    return sizes if isfinite(sum(sizes)) else None


def _count_labels(members: Mapping[str, Any]) -> int | None:
    """Return the number of label images that an image lists."""
    group = members.get("labels")
    labels = None if group is UNREAD else getattr(group, "ome_attributes", None)
    return 0 if labels is None else len(labels.labels)
