"""Transformations by a matrix: straight lines stay straight."""

from __future__ import annotations

from math import hypot, prod
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, TypeVar

from attrs import evolve, field, frozen
from attrs.converters import optional

from ..._models.model import key, rows
from ..._models.rule import Rule
from ..._rules.v06 import transforms as rules
from ...exceptions import ValidationError
from ._base import NoInverseError, Transform, UnloadedError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from ..._zarr.store import StoreLike

__all__ = ["Affine", "Rotation"]

T = TypeVar("T", bound=Transform)

_SINGULAR: Final = 1e-14
"""How small a determinant is that is zero but for rounding: a part of the largest possible."""


@frozen(kw_only=True, repr=False)
class Affine(Transform):
    """
    A matrix, and a vector that is added: straight lines stay straight.

    Parameters
    ----------
    affine : sequence of sequence of float, optional
        A row for each axis of the output: a factor for each axis of the input, and then
        what is added.
    path : str, optional
        The path of the array that has these numbers, from the group that holds the
        metadata: one or the other is given.
    input, output, name, extra : optional
        As all transformations have.
    type : {"affine"}
        The type of the transformation.

    Examples
    --------
    >>> Affine(affine=[[0, 2, 1], [3, 0, 0]]).transform_point([10, 20])
    (41.0, 30.0)
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (rules.affine_given, rules.affine_rows)

    type: Literal["affine"] = field(default="affine", metadata=key(rules.TYPE, required=True))
    affine: tuple[tuple[float, ...], ...] | None = field(
        default=None, converter=optional(rows), metadata=key(None, rules.AFFINE)
    )
    path: str | None = field(default=None, metadata=key(None, rules.AFFINE))

    @property
    def ndim_in(self) -> int | None:
        """How many coordinates a point has before; None if nobody has read the numbers."""
        return None if self.affine is None else len(self.affine[0]) - 1

    @property
    def ndim_out(self) -> int | None:
        """How many coordinates a point has after; None if nobody has read the numbers."""
        return None if self.affine is None else len(self.affine)

    @property
    def change(self) -> int | None:
        """How many more coordinates a point has after than before; None if not known."""
        return None if self.affine is None else len(self.affine) - len(self.affine[0]) + 1

    @property
    def has_inverse(self) -> bool:
        """Whether the matrix is square, and has an inverse; not known before it is loaded."""
        if self.affine is None or self.change != 0:
            return False
        matrix = [row[:-1] for row in self.affine]
        ways = (matrix, [*zip(*matrix, strict=True)])
        try:
            most = min(prod(hypot(*vector) for vector in vectors) for vectors in ways)
            return abs(rules.determinant(matrix)) > _SINGULAR * most
        except OverflowError:  # of an integer that no float is as large as
            return False

    def inverse(self) -> Affine:
        """Return the transformation back."""
        import numpy as np

        affine = self._numbers()
        if not self.has_inverse:
            msg = f"the affine has no inverse: {affine.tolist()}"
            raise NoInverseError(msg)
        with np.errstate(all="ignore"):
            matrix = np.linalg.inv(affine[:, :-1])
            inverse = np.c_[matrix, -matrix @ affine[:, -1]]
        if not np.isfinite(inverse).all():
            msg = f"the inverse of the affine is too large: {affine.tolist()}"
            raise NoInverseError(msg)
        back: Affine = self._back(Affine, affine=inverse)
        return back

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with the numbers that are in the array."""
        if self.path is None:
            return self
        from ._stored import load_matrix  # only where there is something to read

        rows_read = load_matrix(group, self.path, "affine")
        return _with_numbers(self, self.path, affine=rows_read)

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        return self._numbers()

    def _ndim_or(self, ndim: int | None) -> int:
        return super()._ndim_or(len(self.affine_matrix[0]) - 1 if ndim is None else ndim)

    @property
    def affine_matrix(self) -> tuple[tuple[float, ...], ...]:
        """The numbers, row by row: the same as `affine`, if they are in the document."""
        if self.affine is None:
            raise UnloadedError(self.type, str(self.path))
        return self.affine

    def _numbers(self) -> NDArray[float64]:
        import numpy as np

        return np.array(self.affine_matrix, dtype=np.float64)


@frozen(kw_only=True, repr=False)
class Rotation(Transform):
    """
    A matrix that turns points about the origin.

    Parameters
    ----------
    rotation : sequence of sequence of float, optional
        The rows of the matrix. They are orthonormal, and the determinant is 1; numbers that
        were rounded to three digits will do.
    path : str, optional
        The path of the array that has these numbers, from the group that holds the
        metadata: one or the other is given.
    input, output, name, extra : optional
        As all transformations have.
    type : {"rotation"}
        The type of the transformation.

    Examples
    --------
    >>> Rotation(rotation=[[0, -1], [1, 0]]).transform_point([10, 20])
    (-20.0, 10.0)
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (
        rules.rotation_given,
        rules.rotation_square,
        rules.rotation_orthonormal,
        rules.rotation_exact,
        rules.rotation_size,
    )

    type: Literal["rotation"] = field(default="rotation", metadata=key(rules.TYPE, required=True))
    rotation: tuple[tuple[float, ...], ...] | None = field(
        default=None, converter=optional(rows), metadata=key(None, rules.ROTATION)
    )
    path: str | None = field(default=None, metadata=key(None, rules.ROTATION))

    @property
    def ndim_in(self) -> int | None:
        """How many coordinates a point has before; None if nobody has read the numbers."""
        return None if self.rotation is None else len(self.rotation)

    def inverse(self) -> Rotation | Affine:
        """Return the transformation back: an affine if it is too far from a rotation."""
        import numpy as np

        matrix = self.__matrix__(0)[:, :-1]
        # The inverse of rounded numbers is not their transpose.
        is_exact = rules.rotation_error(matrix.tolist()) < rules.EXACT**2
        turned = matrix.T if is_exact else np.linalg.inv(matrix)
        back: Rotation | Affine
        if rules.rotation_error(turned.tolist()) <= rules.ROUNDED:
            back = self._back(Rotation, rotation=turned)
        else:  # as the inverse may be, of one that is nearly
            back = self._back(Affine, affine=np.c_[turned, np.zeros(len(turned))])
        return back

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with the numbers that are in the array."""
        if self.path is None:
            return self
        from ._stored import load_matrix  # only where there is something to read

        rows_read = load_matrix(group, self.path, "rotation")
        return _with_numbers(self, self.path, rotation=rows_read)

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        rotation = self.rotation_matrix
        matrix = np.zeros((len(rotation), len(rotation) + 1))
        matrix[:, :-1] = rotation
        return matrix

    def _ndim_or(self, ndim: int | None) -> int:
        return super()._ndim_or(len(self.rotation_matrix) if ndim is None else ndim)

    @property
    def rotation_matrix(self) -> tuple[tuple[float, ...], ...]:
        """The numbers, row by row: the same as `rotation`, if they are in the document."""
        if self.rotation is None:
            raise UnloadedError(self.type, str(self.path))
        return self.rotation


def _with_numbers(transform: T, path: str, **numbers: Any) -> T:
    """Return a transformation with numbers that were read from an array."""
    try:
        made: T = evolve(transform, **{"path": None, **numbers})
    except ValidationError as error:
        problems = (evolve(each, node=path, document="zarr.json") for each in error.problems)
        raise ValidationError(tuple(problems)) from None
    return made
