"""What pixels an image has: how many, how large, of what, on each of its levels."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import TYPE_CHECKING, Any

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

    What is said of pixels is of the first multiscale, where a group has more than one.
    """

    __slots__ = ()

    @property
    def datasets(self) -> tuple[tuple[Dataset, ...], ...]:
        """The datasets: the levels of each multiscale."""
        return tuple(multiscale.datasets for multiscale in self.ome_attributes.multiscales)

    @property
    def axes_order(self) -> tuple[str, ...]:
        """
        The names of the axes of the first multiscale, in the order of the arrays' dimensions.

        They are a tuple, as a name may be longer than a letter;
        ``"".join(image.axes_order)`` makes it ``"tczyx"``.
        """
        return tuple(axis.name for axis in self._multiscale.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """
        The length of each dimension of the first multiscale's first level, in pixels.

        Raises
        ------
        RuntimeError
            If nobody has looked for the arrays.
        """
        shape: tuple[int, ...] = self._finest.shape
        return shape

    @property
    def dtype(self) -> JSON:
        """
        The type of a pixel of the first multiscale's first level, in the words of its array.

        It is such as ``"<u2"`` in 0.4, whose arrays are of Zarr format 2, and ``"uint16"``
        since 0.5.

        Raises
        ------
        RuntimeError
            If nobody has looked for the arrays.
        """
        dtype: JSON = self._finest.dtype
        return dtype

    @property
    def channel_names(self) -> tuple[str | None, ...]:
        """
        The name of each channel, as `omero` has its label; None for one without.

        Without `omero`, none of the channels that the channel axis counts has a name. It is
        empty if there is no such axis either.

        Raises
        ------
        RuntimeError
            If there is a channel axis without `omero`, and nobody has looked for the arrays.
        """
        omero = getattr(self.ome_attributes, "omero", None)
        if omero is not None:
            return tuple(channel.label for channel in omero.channels)
        types = [axis.type for axis in self._multiscale.axes]
        return (None,) * self.shape[types.index("channel")] if "channel" in types else ()

    @property
    def physical_extent(self) -> Mapping[str, tuple[float, str | None]]:
        """
        How far the first level reaches along each axis: its shape times its `voxel_size`.

        It is of the first multiscale: by the names of the axes, in their order, the length and
        its unit, None for an axis without. A channel axis counts channels.

        Raises
        ------
        RuntimeError
            If nobody has looked for the arrays.
        ValueError
            If the size of a pixel is in an array.
        """
        shape, sizes = self.shape, self.voxel_size()
        return {
            name: (length * size, unit)
            for length, (name, (size, unit)) in zip(shape, sizes.items(), strict=True)
        }

    def voxel_size(self, level: int = 0) -> Mapping[str, tuple[float, str | None]]:
        """
        Return the size of a pixel of the first multiscale along each axis.

        In 0.4 and 0.5 that is the scale of the level, times that of the whole multiscale. In
        0.6 it is the scale from the level's array to the intrinsic coordinate system.

        Parameters
        ----------
        level : int
            The number of the level: 0 is the one of the highest resolution, -1 the one of
            the lowest.

        Returns
        -------
        mapping of str to (float, str or None)
            By the names of the axes, in their order, the size and its unit: None for an axis
            without. All axes have one, a channel axis too, as the metadata has a number for
            each; it is never negative, whichever way an axis points.

        Raises
        ------
        IndexError
            If there is no such level.
        ValueError
            If the numbers are in an array.

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
        Return the number of the level to read for a resolution: the coarsest that has it.

        The levels are those of the first multiscale.

        Parameters
        ----------
        resolution : float or mapping of str to float
            How large a pixel may be: along all axes of space, or along each axis that is
            named, in the unit of the axis.

        Returns
        -------
        int
            The last level whose pixels, but for rounding, are at most as large along each
            of these axes; 0 if there is none, as the first is the finest that there is.

        Raises
        ------
        TypeError
            If a resolution is no number.
        ValueError
            If it is not above 0, or of an axis that the image has not; if it is one number
            for axes of space that have different units; or if the size of a pixel is in an
            array.

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
        most = _wanted(multiscale.axes, resolution)
        for level in reversed(range(1, len(multiscale.datasets))):
            sizes = pixel_sizes(multiscale, level)
            if all(sizes[i] <= size or isclose(sizes[i], size) for i, size in most.items()):
                return level
        return 0

    @property
    def _multiscale(self) -> Any:
        return self.ome_attributes.multiscales[0]

    @property
    def _finest(self) -> Any:
        """The array of the first level."""
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        return node_at(self.members, self._multiscale.datasets[0].path)


def pixel_sizes(multiscale: Any, level: int) -> list[float]:
    """Return the size of a level's pixels along each axis."""
    count = len(multiscale.datasets)
    try:
        level = range(count)[level]
    except IndexError:
        msg = f"expected a level from {-count} to {count - 1}, of {count} in all, got {level}"
        raise IndexError(msg) from None
    sizes = [1.0] * len(multiscale.axes)
    for place, transform in multiscale.level_transforms(level):
        if transform.type == "scale":
            if not hasattr(transform, "scale"):
                what = f"expected numbers at multiscales[0].{place}"
                msg = f"{what}, got the path of an array: {transform.path!r}"
                raise ValueError(msg)
            sizes = [abs(size * n) for size, n in zip(sizes, transform.scale, strict=True)]
    return sizes


def _wanted(axes: Sequence[Axis], resolution: float | Mapping[str, float]) -> dict[int, float]:
    """Return how large a pixel may be along some axes, by the numbers of these."""
    if isinstance(resolution, Mapping):
        names = [axis.name for axis in axes]
        unknown = [name for name in resolution if name not in names]
        if unknown:
            msg = f"expected names of axes, which are {listed(names)}, got {listed(unknown)}"
            raise ValueError(msg)
        return {names.index(name): _positive(size) for name, size in resolution.items()}
    size = _positive(resolution)
    space = [axis for axis in axes if axis.type == "space"]
    units = [axis.unit for axis in space if axis.unit]
    if any(unit != units[0] for unit in units):
        found = listed(f"{axis.name} in {axis.unit}" for axis in space)
        msg = f"expected a resolution for each axis by its name, as units differ: {found}"
        raise ValueError(msg)
    return {i: size for i, axis in enumerate(axes) if axis.type == "space"}


def _positive(resolution: float) -> float:
    """Return how large a pixel may be, if that is a number above 0."""
    plain: Any = number(resolution)
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        msg = f"expected a number, got {resolution!r}"
        raise TypeError(msg)
    if not plain > 0:  # NaN is not
        msg = f"expected a number above 0, got {resolution!r}"
        raise ValueError(msg)
    return plain
