"""Values between the points of a grid."""

from __future__ import annotations

from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


_SLACK: Final = 1e-9
"""How far outside of a grid a point may be, in steps: as far as rounding takes it."""


@frozen(eq=False, repr=False)
class Grid:
    """
    A vector at each point of a regular grid.

    Parameters
    ----------
    vectors : array of shape (..., length)
        The vectors: an axis of the array for each of the grid, and the last for them.
    steps, origin : array of shape (ndim,)
        The distance between the points of the grid along each axis, and where the first is.
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
        Return the vectors at some points; NaN at those that are outside of the grid.

        Parameters
        ----------
        points : array of shape (n, ndim)
            The points, in the coordinates of the grid's origin and steps.
        interpolation : {"nearest", "linear", "cubic", "bspline-cubic"}
            What is taken between the points of the grid.

        Returns
        -------
        array of shape (n, length)
        """
        import numpy as np  # only where something is computed

        ways = {"nearest": self._nearest, "linear": self._linear}
        ways |= dict.fromkeys(("cubic", "bspline-cubic"), self._cubic)
        if interpolation not in ways:
            msg = f"expected an interpolation of {', '.join(ways)}, got {interpolation!r}"
            raise ValueError(msg)
        places = (points - self.origin) / self.steps
        last = np.array(self.vectors.shape[:-1]) - 1
        is_inside = ((places >= -_SLACK) & (places <= last + _SLACK)).all(axis=1)
        found = np.full((len(points), self.length), np.nan)
        found[is_inside] = ways[interpolation](np.clip(places[is_inside], 0, last))
        return found

    def _nearest(self, places: NDArray[float64]) -> Any:
        import numpy as np

        return self.vectors[tuple(np.floor(places + 0.5).astype(np.intp).T)]

    def _linear(self, places: NDArray[float64]) -> Any:
        import numpy as np

        last = np.array(self.vectors.shape[:-1]) - 1
        below = np.minimum(places.astype(np.intp), np.maximum(last - 1, 0))
        above = np.minimum(below + 1, last)
        share = places - below
        found = np.zeros((len(places), self.length))
        for corner in product((False, True), repeat=self.ndim):
            corners = np.where(corner, above, below)
            weight = np.where(corner, share, 1 - share).prod(axis=1)
            found += weight[:, None] * self.vectors[tuple(corners.T)]
        return found

    def _cubic(self, places: NDArray[float64]) -> Any:
        import numpy as np

        try:
            ndimage: Any = import_module("scipy.ndimage")  # an extra
        except ImportError as error:
            msg = "cubic interpolation needs scipy: pip install 'ome-zarr-models-attrs[scipy]'"
            raise ImportError(msg) from error
        parts = np.moveaxis(self.vectors, -1, 0)
        found = [ndimage.map_coordinates(part, places.T, order=3, mode="nearest") for part in parts]
        return np.stack(found, axis=-1)
