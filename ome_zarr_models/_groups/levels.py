"""The shape, data type and physical size of the levels of an image."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, prod
from typing import TYPE_CHECKING, Any

from .._json.values import at, is_list
from .._models.fields import number
from .._models.rule import listed
from .._reading.checks import NO_MEMBERS
from .._rules.nodes import node_at
from ..base import BaseGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..common.axes import Axis
    from ..common.multiscales import Dataset
    from ..typing import JSON


class HasLevels(BaseGroup):
    """
    A group of the arrays of an image, from the highest resolution to the lowest.

    Attributes and methods that describe pixels use the first multiscale.
    """

    __slots__ = ()

    @property
    def datasets(self) -> tuple[tuple[Dataset, ...], ...]:
        """The datasets, which are the levels, of each multiscale."""
        metadata: Any = self.ome_attributes
        return tuple(multiscale.datasets for multiscale in metadata.multiscales)

    @property
    def axes_order(self) -> tuple[str, ...]:
        """
        The names of the axes of the first multiscale, in the order of the arrays' dimensions.

        Names may be longer than a letter. ``"".join(image.axes_order)`` returns a string such
        as ``"tczyx"``.
        """
        return tuple(axis.name for axis in self._multiscale.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """
        The shape of the first level of the first multiscale, in pixels.

        Raises
        ------
        RuntimeError
            If the arrays were not read.
        """
        shape: tuple[int, ...] = self._finest.shape
        return shape

    @property
    def dtype(self) -> JSON:
        """
        The data type of the first level of the first multiscale, as in the array's metadata.

        In 0.4, whose arrays have Zarr format 2, that is a string such as ``"<u2"``; since 0.5,
        a string such as ``"uint16"``.

        Raises
        ------
        RuntimeError
            If the arrays were not read.
        """
        dtype: JSON = self._finest.dtype
        return dtype

    @property
    def channel_names(self) -> tuple[str | None, ...]:
        """
        The name of each channel, which is its label in `omero`; None for one without a label.

        If `omero` breaks a rule and is kept in `extra`, the labels that are right are returned.
        Without `omero`, there is one None for each index of the channel axis. The tuple is
        empty if there is no channel axis either.

        Raises
        ------
        RuntimeError
            If there is a channel axis, but no `omero`, and the arrays were not read.
        """
        omero = getattr(self.ome_attributes, "omero", None)
        if omero is not None:
            return tuple(channel.label for channel in omero.channels)
        channels = at(self.ome_attributes.extra.get("omero"), "channels")
        if is_list(channels):  # as it was found, with the labels that are right
            labels = [at(channel, "label") for channel in channels]
            return tuple(label if isinstance(label, str) else None for label in labels)
        types = [axis.type for axis in self._multiscale.axes]
        return (None,) * self.shape[types.index("channel")] if "channel" in types else ()

    @property
    def physical_extent(self) -> Mapping[str, tuple[float, str | None]]:
        """
        The extent of the image along each axis: the shape of the first level times `voxel_size`.

        It maps the name of each axis of the first multiscale to the extent and its unit, which
        is None for an axis without a unit. The extent of a channel axis is the number of
        channels.

        Raises
        ------
        RuntimeError
            If the arrays were not read.
        ValueError
            If the numbers of a scale are in an array.
        """
        shape, sizes = self.shape, self.voxel_size()
        return {
            name: (length * size, unit)
            for length, (name, (size, unit)) in zip(shape, sizes.items(), strict=True)
        }

    def voxel_size(self, level: int = 0) -> Mapping[str, tuple[float, str | None]]:
        """
        Return the size of a pixel along each axis of the first multiscale.

        In 0.4 and 0.5, that is the scale of the level times the scale of the whole multiscale.
        In 0.6, it is the scale from the array of the level to the intrinsic coordinate system.

        Parameters
        ----------
        level : int
            The number of the level: 0 is the level of the highest resolution, -1 that of the
            lowest.

        Returns
        -------
        mapping of str to (float, str or None)
            The size and its unit by the names of the axes, in their order. The unit is None
            for an axis without one. The size is never negative, even if the scale is. A
            channel axis has a size too, as the metadata has a number for every axis.

        Raises
        ------
        IndexError
            If there is no such level.
        TypeError
            If `level` is not an integer.
        ValueError
            If the numbers of a scale are in an array.

        Examples
        --------
        >>> from ome_zarr_models.v04 import ArraySpec, Image
        >>> from ome_zarr_models.v04.axes import Axis
        >>> image = Image.new(
        ...     array_specs=[ArraySpec(shape=(3, 8, 8), chunks=(1, 8, 8), dtype="uint8")],
        ...     paths=["0"],
        ...     axes=[
        ...         Axis(name="c", type="channel"),
        ...         Axis(name="y", type="space", unit="micrometer"),
        ...         Axis(name="x", type="space", unit="micrometer"),
        ...     ],
        ...     scales=[(1, 0.5, 0.25)],
        ...     translations=None,
        ... )
        >>> image.voxel_size()
        {'c': (1.0, None), 'y': (0.5, 'micrometer'), 'x': (0.25, 'micrometer')}
        >>> image.physical_extent["x"]
        (2.0, 'micrometer')
        """
        multiscale = self._multiscale
        sizes = pixel_sizes(multiscale, level)
        return {
            axis.name: (size, axis.unit) for axis, size in zip(multiscale.axes, sizes, strict=True)
        }

    def level_for(self, resolution: float | Mapping[str, float]) -> int:
        """
        Return the number of the coarsest level whose pixels are small enough.

        The levels are those of the first multiscale.

        Parameters
        ----------
        resolution : float or mapping of str to float
            The largest size of a pixel, in the unit of the axis: one number for all axes of
            space, or numbers by the names of axes.

        Returns
        -------
        int
            The coarsest level whose pixels are at most as large along each of these axes, up to
            rounding; the finest level if the pixels of every level are larger.

        Raises
        ------
        TypeError
            If a resolution is not a number.
        ValueError
            If a resolution is not above 0, if the image has no axis of that name, if one
            number is given and the axes of space have different units, or if the numbers of a
            scale are in an array.

        Examples
        --------
        >>> from ome_zarr_models.v04 import ArraySpec, Image
        >>> from ome_zarr_models.v04.axes import Axis
        >>> lengths = (64, 32, 16)
        >>> image = Image.new(
        ...     array_specs=[
        ...         ArraySpec(shape=(n, n), chunks=(n, n), dtype="uint8") for n in lengths
        ...     ],
        ...     paths=["0", "1", "2"],
        ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        ...     scales=[(0.5, 0.5), (1, 1), (2, 2)],
        ...     translations=None,
        ... )
        >>> image.level_for(1.5), image.level_for({"x": 2}), image.level_for(0.1)
        (1, 2, 0)
        """
        multiscale = self._multiscale
        largest = _by_axis(multiscale.axes, resolution)
        levels: list[tuple[float, int]] = []
        fine_enough: list[tuple[float, int]] = []
        for level in range(len(multiscale.datasets)):
            sizes = pixel_sizes(multiscale, level)
            levels.append((prod(sizes[i] for i in largest), level))
            if all(sizes[i] <= size or isclose(sizes[i], size) for i, size in largest.items()):
                fine_enough.append(levels[-1])
        return max(fine_enough)[1] if fine_enough else min(levels)[1]

    @property
    def _multiscale(self) -> Any:
        metadata: Any = self.ome_attributes
        return metadata.multiscales[0]

    @property
    def _finest(self) -> Any:
        """The array of the first level of the first multiscale."""
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        return node_at(self.members, self._multiscale.datasets[0].path)


def pixel_sizes(multiscale: Any, level: int) -> list[float]:
    """Return the size of the pixels of a level along each axis."""
    count = len(multiscale.datasets)
    try:
        level = range(count)[level]
    except TypeError:
        msg = f"expected the number of a level, such as 0, got {level!r}"
        raise TypeError(msg) from None
    except IndexError:
        msg = f"expected a level from {-count} to {count - 1}, of {count} in all, got {level}"
        raise IndexError(msg) from None
    sizes = [1.0] * len(multiscale.axes)
    for place, transform in multiscale.level_transforms(level):
        if transform.type == "scale":
            if not hasattr(transform, "scale"):
                expected = f"expected numbers at multiscales[0].{place}"
                msg = f"{expected}, got the path of an array: {transform.path!r}"
                raise ValueError(msg)
            sizes = [abs(size * n) for size, n in zip(sizes, transform.scale, strict=True)]
    return sizes


def _by_axis(axes: Sequence[Axis], resolution: float | Mapping[str, float]) -> dict[int, float]:
    """Return the largest size of a pixel by the indices of the axes that it is given for."""
    if isinstance(resolution, Mapping):
        names = [axis.name for axis in axes]
        unknown = [name for name in resolution if name not in names]
        if unknown:
            msg = f"expected names of the axes {listed(names)}, got {listed(unknown)}"
            raise ValueError(msg)
        return {names.index(name): _positive(size) for name, size in resolution.items()}
    size = _positive(resolution)
    space = [axis for axis in axes if axis.type == "space"]
    units = [axis.unit for axis in space if axis.unit]
    if any(unit != units[0] for unit in units):
        different = listed(f"{axis.name} in {axis.unit}" for axis in space)
        msg = f"expected a resolution for each axis by its name, as units differ: {different}"
        raise ValueError(msg)
    return {i: size for i, axis in enumerate(axes) if axis.type == "space"}


def _positive(resolution: float) -> float:
    """Return a resolution as a number of Python; raise unless it is above 0."""
    size: Any = number(resolution)
    if isinstance(size, bool) or not isinstance(size, int | float):
        msg = f"expected a number, got {resolution!r}"
        raise TypeError(msg)
    if not size > 0:  # also false for NaN
        msg = f"expected a number above 0, got {resolution!r}"
        raise ValueError(msg)
    return size
