"""The base class of all transformations, and the affine transformations."""

from __future__ import annotations

from abc import abstractmethod
from math import hypot, inf, prod
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar

from attrs import evolve, field, frozen

from ..._models.fields import integers, key, numbers, optional_integers, optional_rows
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
"""A determinant counts as zero below this fraction of its largest possible value."""


class NoAffineError(RuntimeError):
    """A transformation is not affine, or its number of dimensions is unknown."""


class NoInverseError(NotImplementedError):
    """A transformation has no inverse, or none that can be computed."""


class UnloadedError(RuntimeError):
    """The parameters of a transformation are in an array that was not read yet."""

    def __init__(self, type_: str, path: str) -> None:
        super().__init__(
            f"the parameters of the {type_} are in an array at {path!r}: "
            "read them with `load(group)`, where `group` holds the metadata"
        )


@frozen(kw_only=True, repr=False)
class Transform(Model):
    """
    A transformation of points from one coordinate system to another.

    This is the base class of all transformations.

    Parameters
    ----------
    type : str
        The type of the transformation.
    input, output : CoordinateSystemIdentifier, optional
        The coordinate systems that it maps from and to. Only a transformation nested in
        another one may omit them.
    name : str, optional
        The name of the transformation.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.
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
        """The number of input dimensions; None if any number is accepted."""
        return None

    @property
    def ndim_out(self) -> int | None:
        """The number of output dimensions; None if it depends on the input."""
        return self.ndim_in

    @property
    def ndim(self) -> int | None:
        """The number of dimensions; None if those of input and output differ or are unknown."""
        return self.ndim_in if self.ndim_in == self.ndim_out else None

    @property
    def change(self) -> int | None:
        """The number of output dimensions minus that of input dimensions; None if unknown."""
        return 0

    @property
    def height(self) -> int:
        """The depth of nesting: 1 for a transformation that contains no other."""
        return 1

    @property
    def has_inverse(self) -> bool:
        """Whether `inverse` returns a transformation, and does not raise."""
        return True

    @abstractmethod
    def inverse(self) -> AnyTransform:
        """
        Return the inverse transformation, from the output to the input.

        Returns
        -------
        transformation
            The inverse; if this transformation is named, its name ends in ``_inverse``.

        Raises
        ------
        NoInverseError
            If there is no inverse, or none that can be computed.
        UnloadedError
            If it depends on parameters in an array that was not read.
        """

    def get_inverse(self) -> AnyTransform:
        """Return the inverse transformation; an alias of `inverse`."""
        return self.inverse()

    def as_affine(self, ndim: int | None = None) -> Affine:
        """
        Return the equivalent affine transformation.

        Parameters
        ----------
        ndim : int, optional
            The number of input dimensions, for a transformation that accepts any.

        Returns
        -------
        Affine
            The same mapping, with the same input, output and name.

        Raises
        ------
        NoAffineError
            If the transformation is not affine, or its number of dimensions is unknown or
            not `ndim`.
        UnloadedError
            If its parameters are in an array that was not read.
        """
        matrix = self._matrix(self._resolve_ndim(ndim))
        return Affine(affine=matrix.tolist(), input=self.input, output=self.output, name=self.name)

    def transform_point(self, point: Sequence[float]) -> tuple[float, ...]:
        """
        Map a point to the output system.

        Parameters
        ----------
        point : sequence of float
            The coordinates in the input system, in the order of its axes.

        Returns
        -------
        tuple of float
            The coordinates in the output system.

        Raises
        ------
        ValueError
            If the point does not have `ndim_in` coordinates.
        UnloadedError
            If the parameters are in an array that was not read.
        """
        if self.ndim_in not in (None, len(point)):
            msg = f"expected a point of {self.ndim_in} coordinates, got {len(point)}"
            raise ValueError(msg)
        mapped: list[float] = self.transform_points([point])[0].tolist()
        return tuple(mapped)

    def transform_points(self, points: ArrayLike) -> NDArray[float64]:
        """
        Map points to the output system.

        Parameters
        ----------
        points : array of shape (n, ndim_in)
            One point per row: its coordinates in the input system, in the order of its axes.

        Returns
        -------
        array of float64, of shape (n, ndim_out)
            One point per row: its coordinates in the output system; NaN for a point outside
            a field of displacements or coordinates.

        Raises
        ------
        ValueError
            If the points do not have `ndim_in` coordinates.
        UnloadedError
            If the parameters are in an array that was not read.
        """
        import numpy as np  # keeps the import of the models light

        array = np.asarray(points, dtype=np.float64)
        length = "d" if self.ndim_in is None else self.ndim_in
        if array.ndim != 2 or length not in ("d", array.shape[1]):  # noqa: PLR2004 - points by coordinates
            msg = f"expected points in an array of shape (n, {length}), got {array.shape}"
            raise ValueError(msg)
        return self._apply(array)

    def load(self, group: StoreLike) -> Self:
        """
        Read parameters stored in arrays into memory.

        Parameters
        ----------
        group : zarr.Group, or anything that `zarr.open_group` accepts
            The group that holds the metadata; paths of parameters are relative to it.

        Returns
        -------
        transformation
            This transformation with its parameters in memory; the same one if it has no
            parameters in arrays.

        Raises
        ------
        ValidationError
            If an array is missing or violates the specification; it lists every problem.
        """
        return self

    @abstractmethod
    def _matrix(self, ndim: int) -> NDArray[float64]:
        """Return the rows of the affine matrix for points of `ndim` dimensions."""

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return apply(self._matrix(points.shape[1]), points)

    def _resolve_ndim(self, ndim: int | None) -> int:
        """Return the number of input dimensions, which `ndim` must agree with if given."""
        resolved = self.ndim_in if ndim is None else ndim
        if resolved is None:
            msg = f"the {self.type} accepts any number of dimensions: give `ndim`"
            raise NoAffineError(msg)
        if self.ndim_in not in (None, resolved):
            msg = f"expected {self.ndim_in} dimensions for the {self.type}, got {ndim}"
            raise NoAffineError(msg)
        return resolved

    def _inverse_as(self, cls: Any, **parameters: Any) -> Any:
        """Return an instance of a class that maps from the output to the input."""
        name = None if self.name is None else f"{self.name}_inverse"
        return cls(input=self.output, output=self.input, name=name, **parameters)

    def between(
        self,
        input_: CoordinateSystemIdentifier | None,
        output: CoordinateSystemIdentifier | None,
    ) -> Self:
        """
        Return this transformation with another input and output.

        Parameters
        ----------
        input_, output : CoordinateSystemIdentifier, optional
            The coordinate systems to map from and to; None omits them.

        Returns
        -------
        transformation
            A copy with these systems.
        """
        return evolve(self, input=input_, output=output)


def apply(affine: NDArray[float64], points: NDArray[float64]) -> NDArray[float64]:
    """Apply the rows of an affine matrix to points."""
    mapped: NDArray[float64] = points @ affine[:, :-1].T
    mapped += affine[:, -1]
    return mapped


@frozen(kw_only=True, repr=False)
class Identity(Transform):
    """
    The identity, which leaves points unchanged.

    Parameters
    ----------
    input, output, name, extra : optional
        See `Transform`.
    type : {"identity"}
        The type of the transformation.
    """

    type: Literal["identity"] = field(default="identity", metadata=key(rules.TYPE, required=True))

    def inverse(self) -> Identity:
        """Return the inverse transformation."""
        inverse: Identity = self._inverse_as(Identity)
        return inverse

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points.copy()


@frozen(kw_only=True, repr=False)
class Scale(Transform):
    """
    A scale: one factor for each axis.

    Parameters
    ----------
    scale : sequence of float
        The factors. From pixels to physical coordinates, they are the pixel sizes.
    input, output, name, extra : optional
        See `Transform`.
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
        Create a scale from its factors.

        Parameters
        ----------
        data : iterable of float
            The factors, for example a numpy array.

        Returns
        -------
        Scale
            The transformation, without input, output and name.
        """
        return cls(scale=data)

    @property
    def ndim_in(self) -> int:
        """The number of input dimensions."""
        return len(self.scale)

    @property
    def has_inverse(self) -> bool:
        """Whether all factors and their reciprocals are finite and not zero."""
        return all(factor != 0 and 0 < abs(1 / factor) < inf for factor in self.scale)

    def inverse(self) -> Scale:
        """
        Return the inverse transformation.

        Returns
        -------
        Scale
            The scale by the reciprocals of the factors.

        Raises
        ------
        NoInverseError
            If a factor is zero, or its reciprocal is zero or infinite.
        """
        if not self.has_inverse:
            msg = f"the scale has no inverse: expected nonzero factors, got {list(self.scale)}"
            raise NoInverseError(msg)
        inverse: Scale = self._inverse_as(Scale, scale=[1 / factor for factor in self.scale])
        return inverse

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
    A translation: one offset for each axis.

    Parameters
    ----------
    translation : sequence of float
        The offsets, in the units of the output axes.
    input, output, name, extra : optional
        See `Transform`.
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
        Create a translation from its offsets.

        Parameters
        ----------
        data : iterable of float
            The offsets, for example a numpy array.

        Returns
        -------
        Translation
            The transformation, without input, output and name.
        """
        return cls(translation=data)

    @property
    def ndim_in(self) -> int:
        """The number of input dimensions."""
        return len(self.translation)

    def inverse(self) -> Translation:
        """Return the inverse transformation."""
        inverse: Translation = self._inverse_as(
            Translation, translation=[-offset for offset in self.translation]
        )
        return inverse

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
    A permutation of the axes.

    Parameters
    ----------
    mapAxis : sequence of int
        For each output axis, the index of the input axis that it takes its values from.
    input, output, name, extra : optional
        See `Transform`.
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
        """The number of input dimensions."""
        return len(self.mapAxis)

    def inverse(self) -> MapAxis:
        """Return the inverse transformation."""
        inverse: MapAxis = self._inverse_as(
            MapAxis, mapAxis=[self.mapAxis.index(i) for i in range(len(self.mapAxis))]
        )
        return inverse

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)[list(self.mapAxis)]

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return points[:, list(self.mapAxis)]


@frozen(kw_only=True, repr=False)
class ProjectAxis(Transform):
    """
    A projection that drops input axes and creates output axes, at coordinate 0.

    Parameters
    ----------
    createdOutputs : sequence of int, optional
        The indices of the created axes among the output axes.
    droppedInputs : sequence of int, optional
        The indices of the dropped axes among the input axes.
    input, output, name, extra : optional
        See `Transform`.
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
        default=None, converter=optional_integers, metadata=key(None, rules.CREATED)
    )
    droppedInputs: tuple[int, ...] | None = field(
        default=None, converter=optional_integers, metadata=key(None, rules.DROPPED)
    )

    @property
    def ndim_out(self) -> None:
        """None: it depends on the number of input dimensions, which is not fixed."""

    @property
    def change(self) -> int:
        """The number of output dimensions minus that of input dimensions."""
        return len(self.createdOutputs or ()) - len(self.droppedInputs or ())

    @property
    def has_inverse(self) -> bool:
        """False: the coordinates along dropped axes are lost."""
        return False

    def inverse(self) -> AnyTransform:
        """
        Raise, as a projection has no inverse.

        Raises
        ------
        NoInverseError
            Always.
        """
        msg = "a projection to other axes has no inverse"
        raise NoInverseError(msg)

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        dropped, created = self.droppedInputs or (), self.createdOutputs or ()
        kept = [axis for axis in range(ndim) if axis not in dropped]
        count = len(kept) + len(created)
        missing = [axis for axis in dropped if axis >= ndim]
        missing += [axis for axis in created if axis >= count]
        if missing:
            msg = f"expected points that have the axes {missing}, got points of {ndim} coordinates"
            raise ValueError(msg)
        matrix = np.zeros((count, ndim + 1))
        retained = [axis for axis in range(count) if axis not in created]
        matrix[retained, kept] = 1
        return matrix


T = TypeVar("T", bound=Transform)


@frozen(kw_only=True, repr=False)
class Affine(Transform):
    """
    An affine transformation: a matrix product and an offset.

    Parameters
    ----------
    affine : sequence of sequence of float, optional
        One row for each output axis: a factor for each input axis, then the offset.
    path : str, optional
        The path of an array that stores these rows, relative to the group that holds the
        metadata. Exactly one of `affine` and `path` is given.
    input, output, name, extra : optional
        See `Transform`.
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
        default=None, converter=optional_rows, metadata=key(None, rules.AFFINE)
    )
    path: str | None = field(default=None, metadata=key(None, rules.AFFINE))

    @property
    def ndim_in(self) -> int | None:
        """The number of input dimensions; None if the array was not read."""
        return None if self.affine is None else len(self.affine[0]) - 1

    @property
    def ndim_out(self) -> int | None:
        """The number of output dimensions; None if the array was not read."""
        return None if self.affine is None else len(self.affine)

    @property
    def change(self) -> int | None:
        """The number of output dimensions minus that of input dimensions; None if unknown."""
        return None if self.affine is None else len(self.affine) - len(self.affine[0]) + 1

    @property
    def has_inverse(self) -> bool:
        """Whether the matrix is square and invertible; False if the array was not read."""
        if self.affine is None or self.change != 0:
            return False
        matrix = [row[:-1] for row in self.affine]
        rows_and_columns = (matrix, [*zip(*matrix, strict=True)])
        try:
            # Hadamard's inequality bounds the determinant by the lengths of rows or columns.
            bound = min(prod(hypot(*vector) for vector in vectors) for vectors in rows_and_columns)
            return abs(determinant(matrix)) > _SINGULAR * bound
        except OverflowError:  # an integer may be too large for a float
            return False

    def inverse(self) -> Affine:
        """
        Return the inverse transformation.

        Returns
        -------
        Affine
            The inverse.

        Raises
        ------
        NoInverseError
            If the matrix is not square or not invertible, or its inverse is not finite.
        UnloadedError
            If the parameters are in an array that was not read.
        """
        import numpy as np

        affine = self._as_array()
        if not self.has_inverse:
            got = affine.tolist()
            msg = f"the affine has no inverse: expected a square, invertible matrix, got {got}"
            raise NoInverseError(msg)
        with np.errstate(all="ignore"):
            matrix = np.linalg.inv(affine[:, :-1])
            inverted = np.c_[matrix, -matrix @ affine[:, -1]]
        if not np.isfinite(inverted).all():
            msg = f"the inverse of the affine exceeds the range of floats: {affine.tolist()}"
            raise NoInverseError(msg)
        inverse: Affine = self._inverse_as(Affine, affine=inverted)
        return inverse

    def load(self, group: StoreLike) -> Self:
        """Read parameters stored in an array into memory; see `Transform.load`."""
        if self.path is None:
            return self
        from ._stored import load_matrix  # imports zarr

        rows_read = load_matrix(group, self.path, "affine")
        return _with_parameters(self, self.path, affine=rows_read)

    def _matrix(self, ndim: int) -> NDArray[float64]:
        return self._as_array()

    def _resolve_ndim(self, ndim: int | None) -> int:
        return super()._resolve_ndim(len(self.affine_matrix[0]) - 1 if ndim is None else ndim)

    @property
    def affine_matrix(self) -> tuple[tuple[float, ...], ...]:
        """The rows of the matrix; raise `UnloadedError` if the array was not read."""
        if self.affine is None:
            raise UnloadedError(self.type, str(self.path))
        return self.affine

    def _as_array(self) -> NDArray[float64]:
        import numpy as np

        return np.array(self.affine_matrix, dtype=np.float64)


@frozen(kw_only=True, repr=False)
class Rotation(Transform):
    """
    A rotation about the origin.

    Parameters
    ----------
    rotation : sequence of sequence of float, optional
        The rows of an orthonormal matrix whose determinant is 1. Values rounded to three
        digits are accepted.
    path : str, optional
        The path of an array that stores these rows, relative to the group that holds the
        metadata. Exactly one of `rotation` and `path` is given.
    input, output, name, extra : optional
        See `Transform`.
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
        default=None, converter=optional_rows, metadata=key(None, rules.ROTATION)
    )
    path: str | None = field(default=None, metadata=key(None, rules.ROTATION))

    @property
    def ndim_in(self) -> int | None:
        """The number of input dimensions; None if the array was not read."""
        return None if self.rotation is None else len(self.rotation)

    def inverse(self) -> Rotation | Affine:
        """
        Return the inverse transformation.

        Returns
        -------
        Rotation or Affine
            The inverse; an affine if rounding made the matrix inverse too inaccurate for a
            rotation.

        Raises
        ------
        UnloadedError
            If the parameters are in an array that was not read.
        """
        import numpy as np

        matrix = self._matrix(0)[:, :-1]
        # The inverse of a rounded matrix is not its transpose.
        is_exact = rotation_error(matrix.tolist()) < rules.EXACT**2
        inverted = matrix.T if is_exact else np.linalg.inv(matrix)
        inverse: Rotation | Affine
        if rotation_error(inverted.tolist()) <= rules.ROUNDED:
            inverse = self._inverse_as(Rotation, rotation=inverted)
        else:  # inverting a rounded matrix may increase its error
            inverse = self._inverse_as(Affine, affine=np.c_[inverted, np.zeros(len(inverted))])
        return inverse

    def load(self, group: StoreLike) -> Self:
        """Read parameters stored in an array into memory; see `Transform.load`."""
        if self.path is None:
            return self
        from ._stored import load_matrix  # imports zarr

        rows_read = load_matrix(group, self.path, "rotation")
        return _with_parameters(self, self.path, rotation=rows_read)

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        rotation = self.rotation_matrix
        matrix = np.zeros((len(rotation), len(rotation) + 1))
        matrix[:, :-1] = rotation
        return matrix

    def _resolve_ndim(self, ndim: int | None) -> int:
        return super()._resolve_ndim(len(self.rotation_matrix) if ndim is None else ndim)

    @property
    def rotation_matrix(self) -> tuple[tuple[float, ...], ...]:
        """The rows of the matrix; raise `UnloadedError` if the array was not read."""
        if self.rotation is None:
            raise UnloadedError(self.type, str(self.path))
        return self.rotation


def _with_parameters(transform: T, path: str, **parameters: Any) -> T:
    """Return a transformation with parameters read from the array at a path."""
    try:
        loaded: T = evolve(transform, **{"path": None, **parameters})
    except ValidationError as error:
        problems = (evolve(problem, node=path, document="zarr.json") for problem in error.problems)
        raise ValidationError(tuple(problems)) from None
    return loaded
