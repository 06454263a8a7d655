"""Transformations that are made of others."""

# pyright: reportPrivateUsage=false
# Transformations are made of each other, and subclasses of one base.

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
    Transformations one after the other.

    Parameters
    ----------
    transformations : sequence of transformations
        The transformations, in the order in which they are done.
    input, output, name, extra : optional
        As all transformations have.
    type : {"sequence"}
        The type of the transformation.

    Examples
    --------
    >>> parts = [Scale(scale=[2, 2]), Translation(translation=[0, 5])]
    >>> Sequence(transformations=parts).transform_point([10, 20])
    (20.0, 45.0)
    """

    spec_rules = (
        rules.sequence_nonempty,
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
        """How many coordinates a point has before; None if the parts do not tell."""
        change = 0
        for part in self.transformations:
            if (ndim := part.ndim_in) is not None:
                return ndim - change
            if (more := part.change) is None:
                return None
            change += more
        return None

    @property
    def ndim_out(self) -> int | None:
        """How many coordinates a point has after; None if the parts do not tell."""
        change = 0
        for part in reversed(self.transformations):
            if (ndim := part.ndim_out) is not None:
                return ndim + change
            if (more := part.change) is None:
                return None
            change += more
        return None

    @property
    def change(self) -> int | None:
        """How many more coordinates a point has after than before; None if not known."""
        changes = [part.change for part in self.transformations]
        known = [change for change in changes if change is not None]
        return sum(known) if len(known) == len(changes) else None

    @property
    def height(self) -> int:
        """How many transformations are inside of each other, with this one."""
        return 1 + max((part.height for part in self.transformations), default=0)

    @property
    def has_inverse(self) -> bool:
        """Whether all the parts have one, and no axis is lost."""
        is_square = self.ndim_in in (None, self.ndim_out)
        return is_square and all(part.has_inverse for part in self.transformations)

    def inverse(self) -> Sequence:
        """Return the transformation back."""
        parts = [part.inverse() for part in reversed(self.transformations)]
        if not self.has_inverse:
            msg = f"a sequence from {self.ndim_in} to {self.ndim_out} axes has no inverse"
            raise NoInverseError(msg)
        back: Sequence = self._back(Sequence, transformations=parts)
        return back

    def add_transform(self, transform: AnyTransform) -> Self:
        """
        Return this sequence with another transformation after the others.

        Parameters
        ----------
        transform : transformation
            What is done last.
        """
        return evolve(self, transformations=(*self.transformations, transform))

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with the parameters that are in arrays."""
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
    A transformation that says its own inverse.

    Parameters
    ----------
    forward : transformation
        From the input to the output.
    inverse : transformation
        From the output to the input. The field is called `backward`, as `inverse` is what
        returns the transformation back.
    input, output, name, extra : optional
        As all transformations have.
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
        """How many coordinates a point has before; None if the parts do not tell."""
        found = (self.forward.ndim_in, self.backward.ndim_out)
        return next((ndim for ndim in found if ndim is not None), None)

    @property
    def height(self) -> int:
        """How many transformations are inside of each other, with this one."""
        return 1 + max(self.forward.height, self.backward.height)

    def inverse(self) -> Bijection:
        """Return the transformation back."""
        back: Bijection = self._back(Bijection, forward=self.backward, inverse=self.forward)
        return back

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with the parameters that are in arrays."""
        return evolve(self, forward=self.forward.load(group), inverse=self.backward.load(group))

    def _matrix(self, ndim: int) -> NDArray[float64]:
        return self.forward._matrix(ndim)

    def _apply(self, points: NDArray[float64]) -> NDArray[float64]:
        return self.forward._apply(points)


@frozen(kw_only=True, repr=False)
class ByDimensionTransform(Model):
    """
    One part of `ByDimension`: a transformation of some of the axes.

    Parameters
    ----------
    transformation : transformation
        What is done to these axes.
    inputAxes, outputAxes : sequence of int
        The numbers of the axes, among those of the input and of the output, in the order in
        which the transformation has them.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
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
        """Whether the transformation has one."""
        return self.transformation.has_inverse

    def get_inverse(self) -> ByDimensionTransform:
        """Return the part of the way back: from these axes of the output to the input's."""
        return ByDimensionTransform(
            transformation=self.transformation.inverse(),
            inputAxes=self.outputAxes,
            outputAxes=self.inputAxes,
        )


@frozen(kw_only=True, repr=False)
class ByDimension(Transform):
    """
    Transformations that are each of some of the axes.

    Parameters
    ----------
    transformations : sequence of ByDimensionTransform
        The transformations with their axes: each axis of the output is of one of them.
    input, output, name, extra : optional
        As all transformations have.
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
        """How many coordinates a point has after."""
        return sum(len(item.outputAxes) for item in self.transformations)

    @property
    def change(self) -> None:
        """Nobody knows: not all axes of the input need be used."""

    @property
    def height(self) -> int:
        """How many transformations are inside of each other, with this one."""
        return 1 + max((item.transformation.height for item in self.transformations), default=0)

    @property
    def has_inverse(self) -> bool:
        """Whether all the parts have one, and use each axis of the input once."""
        used = sorted(axis for item in self.transformations for axis in item.inputAxes)
        is_whole = used == [*range(self.ndim_out)]
        return is_whole and all(item.transformation.has_inverse for item in self.transformations)

    def inverse(self) -> ByDimension:
        """Return the transformation back."""
        if not self.has_inverse:
            msg = "there is no inverse: a part has none, or an axis of the input is not used"
            raise NoInverseError(msg)
        parts = [item.get_inverse() for item in self.transformations]
        back: ByDimension = self._back(ByDimension, transformations=parts)
        return back

    def load(self, group: StoreLike) -> Self:
        """Return this transformation with the parameters that are in arrays."""
        loaded = [
            evolve(item, transformation=item.transformation.load(group))
            for item in self.transformations
        ]
        return evolve(self, transformations=loaded)

    def _ndim_or(self, ndim: int | None) -> int:
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
            if outputs.shape[1] != len(item.outputAxes):  # which only a field in memory tells
                expected = f"of {len(item.outputAxes)} coordinates, got {outputs.shape[1]}"
                msg = f"expected the {item.transformation.type} to lead to points {expected}"
                raise ValueError(msg)
            mapped[:, list(item.outputAxes)] = outputs
        return mapped

    @staticmethod
    def _inputs(item: ByDimensionTransform, ndim: int) -> list[int]:
        wrong = [axis for axis in item.inputAxes if axis >= ndim]
        if wrong:
            msg = f"expected points that have the axes {wrong}, got points of {ndim} coordinates"
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
