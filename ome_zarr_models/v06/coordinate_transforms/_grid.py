"""Interpolation between the points of a regular grid."""

from __future__ import annotations

from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


_SLACK: Final = 1e-9
"""How far outside of a grid a point may be, in grid steps, because of rounding."""


@frozen(eq=False, repr=False)
class Grid:
    """
    A vector at each point of a regular grid.

    Parameters
    ----------
    vectors : array of shape (..., length)
        The vectors: one array axis for each axis of the grid, and the last for the vectors.
    steps, origin : array of shape (ndim,)
        The distance between grid points along each axis, and the coordinates of the first.
    """

    vectors: NDArray[float64]
    steps: NDArray[float64]
    origin: NDArray[float64]

    def __repr__(self) -> str:
        lengths = "x".join(map(str, self.vectors.shape[:-1]))
        return f"<Grid: {lengths} vectors of {self.length}>"

    @property
    def ndim(self) -> int:
        """The number of axes of the grid."""
        return self.vectors.ndim - 1

    @property
    def length(self) -> int:
        """The length of the vectors."""
        return int(self.vectors.shape[-1])

    def at(self, points: NDArray[float64], interpolation: str) -> NDArray[float64]:
        """
        Interpolate the vectors at some points.

        Parameters
        ----------
        points : array of shape (n, ndim)
            The points, in the coordinate system of `origin` and `steps`.
        interpolation : {"nearest", "linear", "cubic", "bspline-cubic"}
            The method; the last two are the same.

        Returns
        -------
        array of shape (n, length)
            The vectors; NaN at points outside of the grid.

        Raises
        ------
        ImportError
            If cubic interpolation is asked for and scipy is not installed.
        ValueError
            If the method is unknown.
        """
        import numpy as np  # keeps the import of the models light

        methods = {"nearest": self._nearest, "linear": self._linear}
        methods |= dict.fromkeys(("cubic", "bspline-cubic"), self._cubic)
        if interpolation not in methods:
            names = ", ".join(methods)
            msg = f"expected one of the interpolations {names}, got {interpolation!r}"
            raise ValueError(msg)
        indices = (points - self.origin) / self.steps
        last = np.array(self.vectors.shape[:-1]) - 1
        is_inside = ((indices >= -_SLACK) & (indices <= last + _SLACK)).all(axis=1)
        values = np.full((len(points), self.length), np.nan)
        values[is_inside] = methods[interpolation](np.clip(indices[is_inside], 0, last))
        return values

    def _nearest(self, indices: NDArray[float64]) -> Any:
        import numpy as np

        return self.vectors[tuple(np.floor(indices + 0.5).astype(np.intp).T)]

    def _linear(self, indices: NDArray[float64]) -> Any:
        import numpy as np

        last = np.array(self.vectors.shape[:-1]) - 1
        below = np.minimum(indices.astype(np.intp), np.maximum(last - 1, 0))
        above = np.minimum(below + 1, last)
        fraction = indices - below
        values = np.zeros((len(indices), self.length))
        for corner in product((False, True), repeat=self.ndim):
            corners = np.where(corner, above, below)
            weight = np.where(corner, fraction, 1 - fraction).prod(axis=1)
            values += weight[:, None] * self.vectors[tuple(corners.T)]
        return values

    def _cubic(self, indices: NDArray[float64]) -> Any:
        import numpy as np

        try:
            ndimage: Any = import_module("scipy.ndimage")  # an optional dependency
        except ImportError as error:
            msg = "cubic interpolation needs scipy: pip install 'ome-zarr-models-attrs[scipy]'"
            raise ImportError(msg) from error
        components = [
            ndimage.map_coordinates(component, indices.T, order=3, mode="nearest")
            for component in np.moveaxis(self.vectors, -1, 0)
        ]
        return np.stack(components, axis=-1)
