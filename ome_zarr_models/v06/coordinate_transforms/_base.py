"""What all transformations have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, field, frozen

from ..._models.model import Model, key
from ..._rules.v06 import transforms as rules
from ..coordinate_systems import CoordinateSystemIdentifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float64
    from numpy.typing import ArrayLike, NDArray

    from ..._zarr.store import StoreLike
    from ._composed import AnyTransform
    from ._matrices import Affine

__all__ = ["NoAffineError", "NoInverseError", "Transform", "UnloadedError"]


class NoAffineError(RuntimeError):
    """A transformation that is not affine, or of which that is not known."""


class NoInverseError(NotImplementedError):
    """A transformation that has no inverse that can be computed."""


class UnloadedError(RuntimeError):
    """A transformation whose parameters are in an array that nobody has read."""

    def __init__(self, type_: str, path: str) -> None:
        super().__init__(
            f"the numbers of the {type_} are in an array at {path!r}: "
            "`load(group)` reads them, from the group that holds the metadata"
        )


@frozen(kw_only=True, repr=False)
class Transform(Model):
    """
    A mapping from the points of one coordinate system to those of another.

    Parameters
    ----------
    type : str
        The type of the transformation.
    input, output : CoordinateSystemIdentifier, optional
        The systems that it maps from and to. Only a transformation that is inside of
        another has none.
    name : str, optional
        The name of the transformation.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    type: str = field(metadata=key(rules.TYPE))
    input: CoordinateSystemIdentifier | None = field(
        default=None, metadata=key(rules.INPUT_OUTPUT, rules.REFERENCE)
    )
    output: CoordinateSystemIdentifier | None = field(
        default=None, metadata=key(rules.INPUT_OUTPUT, rules.REFERENCE)
    )
    name: str | None = field(default=None, metadata=key(None, rules.NAME))

    @property
    def ndim_in(self) -> int | None:
        """How many coordinates a point has before; None if any number will do."""
        return None

    @property
    def ndim_out(self) -> int | None:
        """How many coordinates a point has after; None if that depends on the point."""
        return self.ndim_in

    @property
    def ndim(self) -> int | None:
        """How many coordinates a point has, before and after."""
        return self.ndim_in if self.ndim_in == self.ndim_out else None

    @property
    def change(self) -> int | None:
        """How many more coordinates a point has after than before; None if nobody knows."""
        return 0

    @property
    def height(self) -> int:
        """How many transformations are inside of each other, with this one."""
        return 1

    @property
    def has_inverse(self) -> bool:
        """Whether `inverse` returns one."""
        return True

    @abstractmethod
    def inverse(self) -> AnyTransform:
        """
        Return the transformation back, from the output to the input.

        Raises
        ------
        NoInverseError
            If there is none that can be computed.
        """

    def get_inverse(self) -> AnyTransform:
        """Return the transformation back: the same as `inverse`."""
        return self.inverse()

    def as_affine(self, ndim: int | None = None) -> Affine:
        """
        Return the affine transformation that does the same.

        Parameters
        ----------
        ndim : int, optional
            How many coordinates a point has, where the transformation does not tell.

        Raises
        ------
        NoAffineError
            If it is not affine, or the number of dimensions is not known.
        """
        from ._matrices import Affine  # which is made of this

        matrix = self.__matrix__(self._ndim_or(ndim))
        return Affine(affine=matrix.tolist(), input=self.input, output=self.output, name=self.name)

    def transform_point(self, point: Sequence[float]) -> tuple[float, ...]:
        """
        Return where a point is mapped to.

        Parameters
        ----------
        point : sequence of float
            The coordinates in the input system, in the order of its axes.

        Returns
        -------
        tuple of float
            The coordinates in the output system.
        """
        if self.ndim_in not in (None, len(point)):
            msg = f"expected a point of {self.ndim_in} coordinates, got {len(point)}"
            raise ValueError(msg)
        mapped: list[float] = self.transform_points([point])[0].tolist()
        return tuple(mapped)

    def transform_points(self, points: ArrayLike) -> NDArray[float64]:
        """
        Return where many points are mapped to.

        Parameters
        ----------
        points : array of shape (n, ndim_in)
            A point a row: its coordinates in the input system, in the order of its axes.

        Returns
        -------
        array of float64, of shape (n, ndim_out)
            A point a row: its coordinates in the output system. Points that are outside of
            a field of displacements or coordinates are NaN.

        Raises
        ------
        ValueError
            If points have another number of coordinates than the transformation.
        UnloadedError
            If its parameters are in an array that nobody has read.
        """
        import numpy as np  # only where something is computed

        given = np.asarray(points, dtype=np.float64)
        expected = "d" if self.ndim_in is None else self.ndim_in
        if given.ndim != 2 or expected not in ("d", given.shape[1]):  # noqa: PLR2004 - of points, and coordinates
            msg = f"expected points in an array of shape (n, {expected}), got {given.shape}"
            raise ValueError(msg)
        return self.__apply__(given)

    def load(self, group: StoreLike) -> Self:  # noqa: ARG002 - of those that have parameters in arrays
        """
        Return this transformation with the parameters that are in arrays.

        Parameters
        ----------
        group : zarr.Group, or whatever `zarr.open_group` takes
            The group that holds the metadata, from which the paths of parameters are.

        Raises
        ------
        ValidationError
            If the arrays are not as the specification says; it names every problem.
        """
        return self

    @abstractmethod
    def __matrix__(self, ndim: int) -> NDArray[float64]:
        """Return what is done to a point of some dimensions, as the rows of an affine."""

    def __apply__(self, points: NDArray[float64]) -> NDArray[float64]:
        return apply(self.__matrix__(points.shape[1]), points)

    def _ndim_or(self, ndim: int | None) -> int:
        found = self.ndim_in if ndim is None else ndim
        if found is None or self.ndim_in not in (None, found):
            known = "any number of" if self.ndim_in is None else self.ndim_in
            given = "give `ndim`" if ndim is None else f"got {ndim}"
            msg = f"the {self.type} is of {known} dimensions: {given}"
            raise NoAffineError(msg)
        return found

    def _back(self, cls: Any, **parameters: Any) -> Any:
        """Return a transformation of a class from the output to the input."""
        name = None if self.name is None else f"{self.name}_inverse"
        return cls(input=self.output, output=self.input, name=name, **parameters)

    def between(
        self,
        input_: CoordinateSystemIdentifier | None,
        output: CoordinateSystemIdentifier | None,
    ) -> Self:
        """Return this transformation with other ends."""
        return evolve(self, input=input_, output=output)


def apply(affine: NDArray[float64], points: NDArray[float64]) -> NDArray[float64]:
    """Return points after an affine, given as its rows."""
    mapped: NDArray[float64] = points @ affine[:, :-1].T
    mapped += affine[:, -1]
    return mapped
