"""Transformations defined by a field: a vector at each point of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from attrs import evolve, field, frozen

from ..._models.fields import key
from ..._rules.v06 import transforms as rules
from ._affine import NoAffineError, NoInverseError, Transform, UnloadedError
from ._grid import Grid

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from ...typing import AnyTransform, StoreLike


@frozen(kw_only=True, repr=False)
class _Field(Transform):
    """The base class of transformations defined by a field of vectors."""

    spec_rules = (rules.interpolation_known,)

    path: str = field(metadata=key(rules.FIELD))
    interpolation: str | None = field(default=None, metadata=key(None, rules.INTERPOLATION))
    grid: Grid | None = field(default=None, eq=False, metadata=key(aside=True))

    @property
    def ndim_in(self) -> int | None:
        """The number of input dimensions; None if the field was not read."""
        return None if self.grid is None else self.grid.ndim

    @property
    def has_inverse(self) -> bool:
        """False: the inverse of a field cannot be computed."""
        return False

    def inverse(self) -> AnyTransform:
        """
        Raise, as the inverse of a field cannot be computed.

        Raises
        ------
        NoInverseError
            Always; a `Bijection` with a field for each direction has an inverse.
        """
        msg = f"a field of {self.type} has no inverse that can be computed: use a `Bijection`"
        raise NoInverseError(msg)

    def load(self, group: StoreLike) -> Self:
        """Read the field into memory; see `Transform.load`."""
        from ._stored import load_field  # imports zarr

        return evolve(self, grid=load_field(group, self.path, self.type))

    def _resolve_ndim(self, ndim: int | None) -> int:
        return 0 if ndim is None else ndim  # `_matrix` raises for any number

    def _matrix(self, ndim: int) -> NDArray[float64]:
        msg = f"a field of {self.type} is not affine"
        raise NoAffineError(msg)

    def _vectors(self, points: NDArray[float64]) -> NDArray[float64]:
        if self.grid is None:
            raise UnloadedError(self.type, self.path)
        if points.shape[1] != self.grid.ndim:  # unchecked if nested in another transformation
            msg = f"expected points in an array of shape (n, {self.grid.ndim}), got {points.shape}"
            raise ValueError(msg)
        return self.grid.at(points, self.interpolation or "linear")


@frozen(kw_only=True, repr=False)
class Displacements(_Field):
    """
    A field of displacements, which are added to the points.

    Parameters
    ----------
    path : str
        The path of the field, relative to the group that holds the metadata; it should be
        below ``coordinateTransformations``. The field is an image: one axis of it is
        discrete and of type ``"displacement"``, with one element for each input axis, and
        the others are the axes of the input system. Its first level is used.
    interpolation : {"linear", "nearest", "cubic"}, optional
        How to interpolate between the points of the grid; None means ``"linear"``.
    input, output, name, extra : optional
        See `Transform`.
    type : {"displacements"}
        The type of the transformation.
    grid : optional
        The field in memory, as read by `load`; it is not part of a document.
    """

    type: Literal["displacements"] = field(
        default="displacements", metadata=key(rules.TYPE, required=True)
    )

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points + self._vectors(points)


@frozen(kw_only=True, repr=False)
class Coordinates(_Field):
    """
    A field of coordinates, which replace the points.

    Parameters
    ----------
    path : str
        The path of the field, relative to the group that holds the metadata; it should be
        below ``coordinateTransformations``. The field is an image: one axis of it is
        discrete and of type ``"coordinate"``, with one element for each output axis, and
        the others are the axes of the input system. Its first level is used.
    interpolation : {"linear", "nearest", "cubic"}, optional
        How to interpolate between the points of the grid; None means ``"linear"``.
    input, output, name, extra : optional
        See `Transform`.
    type : {"coordinates"}
        The type of the transformation.
    grid : optional
        The field in memory, as read by `load`; it is not part of a document.
    """

    type: Literal["coordinates"] = field(
        default="coordinates", metadata=key(rules.TYPE, required=True)
    )

    @property
    def ndim_out(self) -> int | None:
        """The number of output dimensions; None if the field was not read."""
        return None if self.grid is None else self.grid.length

    @property
    def change(self) -> int | None:
        """The number of output dimensions minus that of input dimensions; None if unknown."""
        return None if self.grid is None else self.grid.length - self.grid.ndim

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return self._vectors(points)
