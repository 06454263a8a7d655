"""What all transformations have in common, and those that are affine."""

from __future__ import annotations

from abc import abstractmethod
from math import hypot, inf, prod
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar

from attrs import evolve, field, frozen
from attrs.converters import optional

from ..._models.fields import integers, key, numbers, rows
from ..._models.model import Model
from ..._rules.v06 import dimensions
from ..._rules.v06 import transforms as rules
from ..._rules.v06.rotation import determinant, rotation_error
from ...exceptions import ValidationError
from ..coordinate_systems import CoordinateSystemIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy import float64
    from numpy.typing import ArrayLike, NDArray

    from ...typing import AnyTransform, StoreLike


_SINGULAR: Final = 1e-14
"""How small a determinant is that is zero but for rounding: a part of the largest possible."""


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
        matrix = self._matrix(self._ndim_or(ndim))
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
        return self._apply(given)

    def load(self, group: StoreLike) -> Self:
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
    def _matrix(self, ndim: int) -> NDArray[float64]:
        """Return what is done to a point of some dimensions, as the rows of an affine."""

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return apply(self._matrix(points.shape[1]), points)

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


@frozen(kw_only=True, repr=False)
class Identity(Transform):
    """
    The transformation that changes nothing.

    Parameters
    ----------
    input, output, name, extra : optional
        As all transformations have.
    type : {"identity"}
        The type of the transformation.
    """

    type: Literal["identity"] = field(default="identity", metadata=key(rules.TYPE, required=True))

    def inverse(self) -> Identity:
        """Return the transformation back."""
        back: Identity = self._back(Identity)
        return back

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points.copy()


@frozen(kw_only=True, repr=False)
class Scale(Transform):
    """
    A factor for each axis.

    Parameters
    ----------
    scale : sequence of float
        The factors: of pixels to a physical system, the size of a pixel along each axis.
    input, output, name, extra : optional
        As all transformations have.
    type : {"scale"}
        The type of the transformation.

    Examples
    --------
    >>> Scale.build([2, 0.5]).transform_point([10, 10])
    (20.0, 5.0)
    """

    spec_rules = (rules.scale_nonzero, rules.scale_positive)

    type: Literal["scale"] = field(default="scale", metadata=key(rules.TYPE, required=True))
    scale: tuple[float, ...] = field(converter=numbers, metadata=key(rules.SCALE))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Return the scale by some numbers.

        Parameters
        ----------
        data : iterable of float
            The factors; a numpy array will do.
        """
        return cls(scale=data)

    @property
    def ndim_in(self) -> int:
        """How many coordinates a point has before."""
        return len(self.scale)

    @property
    def has_inverse(self) -> bool:
        """Whether no factor is zero, or as good as that."""
        return all(factor != 0 and 0 < abs(1 / factor) < inf for factor in self.scale)

    def inverse(self) -> Scale:
        """Return the transformation back."""
        if not self.has_inverse:
            msg = f"a scale by zero has no inverse: {list(self.scale)}"
            raise NoInverseError(msg)
        back: Scale = self._back(Scale, scale=[1 / factor for factor in self.scale])
        return back

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.zeros((ndim, ndim + 1))
        np.fill_diagonal(matrix, self.scale)
        return matrix

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        import numpy as np

        return points * np.array(self.scale, dtype=np.float64)


@frozen(kw_only=True, repr=False)
class Translation(Transform):
    """
    A distance along each axis.

    Parameters
    ----------
    translation : sequence of float
        The distances, in the unit of each axis of the output.
    input, output, name, extra : optional
        As all transformations have.
    type : {"translation"}
        The type of the transformation.
    """

    type: Literal["translation"] = field(
        default="translation", metadata=key(rules.TYPE, required=True)
    )
    translation: tuple[float, ...] = field(converter=numbers, metadata=key(rules.TRANSLATION))

    @classmethod
    def build(cls, data: Iterable[float]) -> Self:
        """
        Return the translation by some numbers.

        Parameters
        ----------
        data : iterable of float
            The distances; a numpy array will do.
        """
        return cls(translation=data)

    @property
    def ndim_in(self) -> int:
        """How many coordinates a point has before."""
        return len(self.translation)

    def inverse(self) -> Translation:
        """Return the transformation back."""
        back: Translation = self._back(
            Translation, translation=[-distance for distance in self.translation]
        )
        return back

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.eye(ndim, ndim + 1)
        matrix[:, -1] = self.translation
        return matrix

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        import numpy as np

        return points + np.array(self.translation, dtype=np.float64)


@frozen(kw_only=True, repr=False)
class MapAxis(Transform):
    """
    Another order of the axes.

    Parameters
    ----------
    mapAxis : sequence of int
        For each axis of the output, the number of the axis of the input that it is.
    input, output, name, extra : optional
        As all transformations have.
    type : {"mapAxis"}
        The type of the transformation.

    Examples
    --------
    >>> MapAxis(mapAxis=[1, 2, 0]).transform_point([10, 20, 30])
    (20.0, 30.0, 10.0)
    """

    spec_rules = (
        rules.map_axis_range,
        rules.map_axis_once,
        rules.map_axis_length,
    )

    type: Literal["mapAxis"] = field(default="mapAxis", metadata=key(rules.TYPE, required=True))
    mapAxis: tuple[int, ...] = field(converter=integers, metadata=key(rules.MAP_AXIS))

    @property
    def ndim_in(self) -> int:
        """How many coordinates a point has before."""
        return len(self.mapAxis)

    def inverse(self) -> MapAxis:
        """Return the transformation back."""
        back: MapAxis = self._back(
            MapAxis, mapAxis=[self.mapAxis.index(i) for i in range(len(self.mapAxis))]
        )
        return back

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)[list(self.mapAxis)]

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points[:, list(self.mapAxis)]


@frozen(kw_only=True, repr=False)
class ProjectAxis(Transform):
    """
    Axes that are left out, and axes that are new: a point is 0 along these.

    Parameters
    ----------
    createdOutputs : sequence of int, optional
        The numbers of the new axes, among those of the output.
    droppedInputs : sequence of int, optional
        The numbers of the axes that are left out, among those of the input.
    input, output, name, extra : optional
        As all transformations have.
    type : {"projectAxis"}
        The type of the transformation.

    Examples
    --------
    >>> ProjectAxis(createdOutputs=[0]).transform_point([20, 30])
    (0.0, 20.0, 30.0)
    """

    spec_rules = (
        rules.created_once,
        rules.dropped_once,
        dimensions.parts_fit,
        rules.projected_axes,
    )

    type: Literal["projectAxis"] = field(
        default="projectAxis", metadata=key(rules.TYPE, required=True)
    )
    createdOutputs: tuple[int, ...] | None = field(
        default=None, converter=optional(integers), metadata=key(None, rules.CREATED)
    )
    droppedInputs: tuple[int, ...] | None = field(
        default=None, converter=optional(integers), metadata=key(None, rules.DROPPED)
    )

    @property
    def ndim_out(self) -> None:
        """Nobody knows: it depends on the point."""

    @property
    def change(self) -> int:
        """How many more coordinates a point has after than before."""
        return len(self.createdOutputs or ()) - len(self.droppedInputs or ())

    @property
    def has_inverse(self) -> bool:
        """There is none: what was left out is lost."""
        return False

    def inverse(self) -> AnyTransform:
        """Raise: what was left out is lost."""
        msg = "a projection to other axes has no inverse"
        raise NoInverseError(msg)

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        dropped, created = self.droppedInputs or (), self.createdOutputs or ()
        kept = [axis for axis in range(ndim) if axis not in dropped]
        count = len(kept) + len(created)
        wrong = [axis for axis in dropped if axis >= ndim]
        wrong += [axis for axis in created if axis >= count]
        if wrong:
            msg = f"expected points that have the axes {wrong}, got points of {ndim} coordinates"
            raise ValueError(msg)
        matrix = np.zeros((count, ndim + 1))
        old = [axis for axis in range(count) if axis not in created]
        matrix[old, kept] = 1
        return matrix


T = TypeVar("T", bound=Transform)


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

    spec_rules = (rules.affine_given, rules.affine_rows)

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
            return abs(determinant(matrix)) > _SINGULAR * most
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

    def _matrix(self, ndim: int) -> NDArray[float64]:
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

    spec_rules = (
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

        matrix = self._matrix(0)[:, :-1]
        # The inverse of rounded numbers is not their transpose.
        is_exact = rotation_error(matrix.tolist()) < rules.EXACT**2
        turned = matrix.T if is_exact else np.linalg.inv(matrix)
        back: Rotation | Affine
        if rotation_error(turned.tolist()) <= rules.ROUNDED:
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

    def _matrix(self, ndim: int) -> NDArray[float64]:
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
