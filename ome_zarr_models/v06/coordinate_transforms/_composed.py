"""Transformations composed of other transformations."""

# pyright: reportPrivateUsage=false
# Transformations call the private methods of those that they contain.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from attrs import evolve, field, frozen

from ..._models.fields import integers, items, key
from ..._models.model import Model
from ..._rules.v06 import dimensions
from ..._rules.v06 import transforms as rules
from ._affine import (
    Affine,
    Identity,
    MapAxis,
    NoAffineError,
    NoInverseError,
    ProjectAxis,
    Rotation,
    Scale,
    Transform,
    Translation,
    apply,
)
from ._fields import Coordinates, Displacements

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from ...typing import StoreLike


@frozen(kw_only=True, repr=False)
class Sequence(Transform):
    """
    A sequence of transformations, applied one after the other.

    Parameters
    ----------
    transformations : sequence of transformations
        The transformations, in the order in which they are applied.
    input, output, name, extra : optional
        See `Transform`.
    type : {"sequence"}
        The type of the transformation.

    Examples
    --------
    >>> parts = [Scale(scale=[2, 2]), Translation(translation=[0, 5])]
    >>> Sequence(transformations=parts).transform_point([10, 20])
    (20.0, 45.0)
    """

    spec_rules = (
        rules.SEQUENCE,
        rules.not_too_deep,
        dimensions.parts_fit,
    )

    type: Literal["sequence"] = field(default="sequence", metadata=key(rules.TYPE, required=True))
    transformations: tuple[AnyTransform, ...] = field(
        converter=items["AnyTransform", ...], metadata=key(rules.SEQUENCE)
    )

    def passes_at_a_glance(self) -> bool:
        lengths: set[Any] = set()
        for part in self.transformations:
            if part.type not in ("scale", "translation"):
                return False
            lengths.add(part.ndim_in)
        return len(lengths) == 1

    @property
    def ndim_in(self) -> int | None:
        """The number of input dimensions; None if the parts do not determine it."""
        change = 0
        for part in self.transformations:
            if (ndim := part.ndim_in) is not None:
                return ndim - change
            if (difference := part.change) is None:
                return None
            change += difference
        return None

    @property
    def ndim_out(self) -> int | None:
        """The number of output dimensions; None if the parts do not determine it."""
        change = 0
        for part in reversed(self.transformations):
            if (ndim := part.ndim_out) is not None:
                return ndim + change
            if (difference := part.change) is None:
                return None
            change += difference
        return None

    @property
    def change(self) -> int | None:
        """The number of output dimensions minus that of input dimensions; None if unknown."""
        changes = [part.change for part in self.transformations]
        known = [change for change in changes if change is not None]
        return sum(known) if len(known) == len(changes) else None

    @property
    def height(self) -> int:
        """The depth of nesting, including this transformation."""
        return 1 + max((part.height for part in self.transformations), default=0)

    @property
    def has_inverse(self) -> bool:
        """Whether all parts have an inverse and the numbers of dimensions agree."""
        is_square = self.ndim_in in (None, self.ndim_out)
        return is_square and all(part.has_inverse for part in self.transformations)

    def inverse(self) -> Sequence:
        """
        Return the inverse transformation.

        Returns
        -------
        Sequence
            The inverses of the parts in reverse order.

        Raises
        ------
        NoInverseError
            If a part has no inverse, or the sequence changes the number of dimensions.
        UnloadedError
            If a part depends on parameters in an array that was not read.
        """
        parts = [part.inverse() for part in reversed(self.transformations)]
        if not self.has_inverse:
            msg = f"a sequence from {self.ndim_in} to {self.ndim_out} dimensions has no inverse"
            raise NoInverseError(msg)
        inverse: Sequence = self._inverse_as(Sequence, transformations=parts)
        return inverse

    def add_transform(self, transform: AnyTransform) -> Self:
        """
        Return this sequence with a transformation appended.

        Parameters
        ----------
        transform : transformation
            The transformation to apply last.

        Returns
        -------
        Sequence
            A new sequence; this one is unchanged.
        """
        return evolve(self, transformations=(*self.transformations, transform))

    def load(self, group: StoreLike) -> Self:
        """Read parameters stored in arrays into memory; see `Transform.load`."""
        return evolve(self, transformations=[part.load(group) for part in self.transformations])

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.eye(ndim, ndim + 1)
        for part in self.transformations:
            step = part._matrix(len(matrix))
            vector = apply(step, matrix[:, -1:].T)
            matrix = np.c_[step[:, :-1] @ matrix[:, :-1], vector.T]
        return matrix

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        try:
            return super()._apply(points)
        except NoAffineError:
            for part in self.transformations:
                points = part._apply(points)
            return points


@frozen(kw_only=True, repr=False)
class Bijection(Transform):
    """
    A transformation with an explicit inverse.

    Parameters
    ----------
    forward : transformation
        The transformation from the input to the output.
    inverse : transformation
        The transformation from the output to the input. The attribute is called `backward`,
        because `inverse` is a method.
    input, output, name, extra : optional
        See `Transform`.
    type : {"bijection"}
        The type of the transformation.
    """

    spec_rules = (
        rules.not_too_deep,
        dimensions.parts_fit,
        rules.bijection_not_closed,
    )

    type: Literal["bijection"] = field(default="bijection", metadata=key(rules.TYPE, required=True))
    forward: AnyTransform = field(metadata=key(rules.BIJECTION))
    backward: AnyTransform = field(alias="inverse", metadata=key(rules.BIJECTION, name="inverse"))

    @property
    def ndim_in(self) -> int | None:
        """The number of input dimensions; None if the parts do not determine it."""
        ndims = (self.forward.ndim_in, self.backward.ndim_out)
        return next((ndim for ndim in ndims if ndim is not None), None)

    @property
    def height(self) -> int:
        """The depth of nesting, including this transformation."""
        return 1 + max(self.forward.height, self.backward.height)

    def inverse(self) -> Bijection:
        """
        Return the inverse transformation.

        Returns
        -------
        Bijection
            This bijection with `forward` and `backward` exchanged.
        """
        inverse: Bijection = self._inverse_as(
            Bijection, forward=self.backward, inverse=self.forward
        )
        return inverse

    def load(self, group: StoreLike) -> Self:
        """Read parameters stored in arrays into memory; see `Transform.load`."""
        return evolve(self, forward=self.forward.load(group), inverse=self.backward.load(group))

    def _matrix(self, ndim: int) -> NDArray[float64]:
        return self.forward._matrix(ndim)

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return self.forward._apply(points)


@frozen(kw_only=True, repr=False)
class ByDimensionTransform(Model):
    """
    A part of `ByDimension`: a transformation of some of the axes.

    Parameters
    ----------
    transformation : transformation
        The transformation of these axes.
    inputAxes, outputAxes : sequence of int
        The indices of its axes among those of the whole input and output, in the order that
        the transformation expects.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.
    """

    transformation: AnyTransform = field(metadata=key(rules.ITEMS))
    inputAxes: tuple[int, ...] = field(
        converter=integers, metadata=key(rules.ITEMS, rules.INTEGERS)
    )
    outputAxes: tuple[int, ...] = field(
        converter=integers, metadata=key(rules.ITEMS, rules.INTEGERS)
    )

    @property
    def has_inverse(self) -> bool:
        """Whether the transformation has an inverse."""
        return self.transformation.has_inverse

    def get_inverse(self) -> ByDimensionTransform:
        """
        Return the inverse of this part, from its output axes to its input axes.

        Returns
        -------
        ByDimensionTransform
            The inverse transformation, with input and output axes exchanged.

        Raises
        ------
        NoInverseError
            If the transformation has no inverse.
        """
        return ByDimensionTransform(
            transformation=self.transformation.inverse(),
            inputAxes=self.outputAxes,
            outputAxes=self.inputAxes,
        )


@frozen(kw_only=True, repr=False)
class ByDimension(Transform):
    """
    A transformation of separate groups of axes.

    Parameters
    ----------
    transformations : sequence of ByDimensionTransform
        The transformations with their axes. Each output axis belongs to exactly one of them.
    input, output, name, extra : optional
        See `Transform`.
    type : {"byDimension"}
        The type of the transformation.

    Examples
    --------
    >>> shift = Translation(translation=[5])
    >>> parts = [
    ...     ByDimensionTransform(transformation=Identity(), inputAxes=[1], outputAxes=[0]),
    ...     ByDimensionTransform(transformation=shift, inputAxes=[0], outputAxes=[1]),
    ... ]
    >>> ByDimension(transformations=parts).transform_point([10, 20])
    (20.0, 15.0)
    """

    spec_rules = (rules.not_too_deep, dimensions.parts_fit)

    type: Literal["byDimension"] = field(
        default="byDimension", metadata=key(rules.TYPE, required=True)
    )
    transformations: tuple[ByDimensionTransform, ...] = field(
        converter=items[ByDimensionTransform, ...], metadata=key(rules.ITEMS)
    )

    @property
    def ndim_out(self) -> int:
        """The number of output dimensions."""
        return sum(len(item.outputAxes) for item in self.transformations)

    @property
    def change(self) -> None:
        """None: input axes may be unused, so their number is unknown."""

    @property
    def height(self) -> int:
        """The depth of nesting, including this transformation."""
        return 1 + max((item.transformation.height for item in self.transformations), default=0)

    @property
    def has_inverse(self) -> bool:
        """Whether all parts have an inverse and use each input axis exactly once."""
        used = sorted(axis for item in self.transformations for axis in item.inputAxes)
        is_whole = used == [*range(self.ndim_out)]
        return is_whole and all(item.transformation.has_inverse for item in self.transformations)

    def inverse(self) -> ByDimension:
        """
        Return the inverse transformation.

        Returns
        -------
        ByDimension
            The inverses of the parts.

        Raises
        ------
        NoInverseError
            If a part has no inverse, or an input axis is unused or used more than once.
        """
        if not self.has_inverse:
            msg = (
                "the byDimension has no inverse: a part has none, or an input axis is not used "
                "exactly once"
            )
            raise NoInverseError(msg)
        parts = [item.get_inverse() for item in self.transformations]
        inverse: ByDimension = self._inverse_as(ByDimension, transformations=parts)
        return inverse

    def load(self, group: StoreLike) -> Self:
        """Read parameters stored in arrays into memory; see `Transform.load`."""
        loaded = [
            evolve(item, transformation=item.transformation.load(group))
            for item in self.transformations
        ]
        return evolve(self, transformations=loaded)

    def _resolve_ndim(self, ndim: int | None) -> int:
        used = [axis + 1 for item in self.transformations for axis in item.inputAxes]
        return max(used, default=0) if ndim is None else ndim

    def _matrix(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.zeros((self.ndim_out, ndim + 1))
        for item in self.transformations:
            part = item.transformation._matrix(len(item.inputAxes))
            columns = [*self._inputs(item, ndim), ndim]
            matrix[np.ix_(item.outputAxes, columns)] = part
        return matrix

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        import numpy as np

        mapped = np.empty((len(points), self.ndim_out))
        for item in self.transformations:
            inputs = points[:, self._inputs(item, points.shape[1])]
            outputs = item.transformation._apply(inputs)
            if outputs.shape[1] != len(item.outputAxes):  # known only once a field is loaded
                counts = f"{len(item.outputAxes)} coordinates, got {outputs.shape[1]}"
                msg = f"expected the {item.transformation.type} to return points of {counts}"
                raise ValueError(msg)
            mapped[:, list(item.outputAxes)] = outputs
        return mapped

    @staticmethod
    def _inputs(item: ByDimensionTransform, ndim: int) -> list[int]:
        """Return the input axes of a part; raise if points do not have them."""
        missing = [axis for axis in item.inputAxes if axis >= ndim]
        if missing:
            msg = f"expected points that have the axes {missing}, got points of {ndim} coordinates"
            raise ValueError(msg)
        return list(item.inputAxes)


AnyTransform: TypeAlias = (
    Identity
    | MapAxis
    | ProjectAxis
    | Translation
    | Scale
    | Affine
    | Rotation
    | Sequence
    | Displacements
    | Coordinates
    | Bijection
    | ByDimension
)
