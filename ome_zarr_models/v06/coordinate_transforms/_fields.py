"""Transformations by a field: a vector at each point of a grid."""

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
    """A transformation by a vector at each point of a grid."""

    spec_rules = (rules.interpolation_known,)

    path: str = field(metadata=key(rules.FIELD))
    interpolation: str | None = field(default=None, metadata=key(None, rules.INTERPOLATION))
    grid: Grid | None = field(default=None, eq=False, metadata=key(aside=True))

    @property
    def ndim_in(self) -> int | None:
        """How many coordinates a point has before; None if nobody has read the field."""
        return None if self.grid is None else self.grid.ndim

    @property
    def has_inverse(self) -> bool:
        """There is none that could be computed."""
        return False

    def inverse(self) -> AnyTransform:
        """Raise: there is no inverse that could be computed."""
        msg = f"a field of {self.type} has no inverse that can be computed: see `Bijection`"
        raise NoInverseError(msg)

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with its field, in memory."""
        from ._stored import load_field  # only where there is something to read

        return evolve(self, grid=load_field(group, self.path, self.type))

    def _ndim_or(self, ndim: int | None) -> int:
        return 0 if ndim is None else ndim  # whatever it is, a field is not affine

    def _matrix(self, ndim: int) -> NDArray[float64]:
        msg = f"a field of {self.type} is not affine"
        raise NoAffineError(msg)

    def _vectors(self, points: NDArray[float64]) -> NDArray[float64]:
        if self.grid is None:
            raise UnloadedError(self.type, self.path)
        if points.shape[1] != self.grid.ndim:  # inside of another
            msg = f"expected points in an array of shape (n, {self.grid.ndim}), got {points.shape}"
            raise ValueError(msg)
        return self.grid.at(points, self.interpolation or "linear")


@frozen(kw_only=True, repr=False)
class Displacements(_Field):
    """
    A field of displacements: how far each point is moved.

    Parameters
    ----------
    path : str
        The path of the field from the group that holds the metadata, which should be in
        ``coordinateTransformations``: an image whose axes are a discrete one of type
        ``"displacement"``, as long as there are others, and then those of the input, in
        whose coordinates its first level lies.
    interpolation : str, optional
        How vectors between the points of the grid are found: ``"linear"`` (which is meant
        if nothing is said), ``"nearest"`` or ``"cubic"``.
    input, output, name, extra : optional
        As all transformations have.
    type : {"displacements"}
        The type of the transformation.
    grid : optional
        The field in memory, which `load` reads; it is in no document.
    """

    type: Literal["displacements"] = field(
        default="displacements", metadata=key(rules.TYPE, required=True)
    )

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points + self._vectors(points)


@frozen(kw_only=True, repr=False)
class Coordinates(_Field):
    """
    A field of coordinates: where each point is.

    Parameters
    ----------
    path : str
        The path of the field from the group that holds the metadata, which should be in
        ``coordinateTransformations``: an image whose axes are a discrete one of type
        ``"coordinate"``, as long as the output has axes, and then those of the input, in
        whose coordinates its first level lies.
    interpolation : str, optional
        How points between those of the grid are found: ``"linear"`` (which is meant if
        nothing is said), ``"nearest"`` or ``"cubic"``.
    input, output, name, extra : optional
        As all transformations have.
    type : {"coordinates"}
        The type of the transformation.
    grid : optional
        The field in memory, which `load` reads; it is in no document.
    """

    type: Literal["coordinates"] = field(
        default="coordinates", metadata=key(rules.TYPE, required=True)
    )

    @property
    def ndim_out(self) -> int | None:
        """How many coordinates a point has after; None if nobody has read the field."""
        return None if self.grid is None else self.grid.length

    @property
    def change(self) -> int | None:
        """How many more coordinates a point has after than before; None if not known."""
        return None if self.grid is None else self.grid.length - self.grid.ndim

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return self._vectors(points)
