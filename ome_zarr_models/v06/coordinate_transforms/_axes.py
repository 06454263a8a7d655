"""Transformations that do something to each axis: by a number an axis, or by its place."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from attrs import field, frozen
from attrs.converters import optional

from ..._models.model import integers, key, numbers
from ..._models.rule import Rule
from ..._rules.v06 import dimensions
from ..._rules.v06 import transforms as rules
from ._base import NoInverseError, Transform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy import float64
    from numpy.typing import NDArray

    from ._composed import AnyTransform

__all__ = ["Identity", "MapAxis", "ProjectAxis", "Scale", "Translation"]


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

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)

    def __apply__(self, points: NDArray[float64]) -> NDArray[float64]:
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

    __rules__: ClassVar[tuple[Rule, ...]] = (rules.scale_nonzero, rules.scale_positive)

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

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.zeros((ndim, ndim + 1))
        np.fill_diagonal(matrix, self.scale)
        return matrix

    def __apply__(self, points: NDArray[float64]) -> NDArray[float64]:
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

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        matrix = np.eye(ndim, ndim + 1)
        matrix[:, -1] = self.translation
        return matrix

    def __apply__(self, points: NDArray[float64]) -> NDArray[float64]:
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

    __rules__: ClassVar[tuple[Rule, ...]] = (
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

    def __matrix__(self, ndim: int) -> NDArray[float64]:
        import numpy as np

        return np.eye(ndim, ndim + 1)[list(self.mapAxis)]

    def __apply__(self, points: NDArray[float64]) -> NDArray[float64]:
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

    __rules__: ClassVar[tuple[Rule, ...]] = (
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

    def __matrix__(self, ndim: int) -> NDArray[float64]:
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
