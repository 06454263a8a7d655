"""Multiscales, as 0.4 and 0.5 have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from attrs import field, frozen
from attrs.converters import optional

from .._models.fields import items, key
from .._models.model import Model
from .._models.rule import Rule
from .._rules import multiscales as rules
from .._rules import transformations as trafo
from ..exceptions import Problem, ValidationError
from ..typing import JSON
from .axes import Axis, names_instead_of
from .coordinate_transformations import AnyTransform, build_transforms
from .versioned import Versioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Dataset", "Multiscale"]


@frozen(kw_only=True, repr=False)
class Dataset(Model):
    """
    One level of resolution: an array, and where it lies in the physical world.

    Parameters
    ----------
    path : str
        The path of the array, from the group that holds the metadata.
    coordinateTransformations : sequence of transformations
        A scale, which gives the size of a pixel along each axis, and perhaps a
        translation after it.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (
        trafo.only_scale_and_translation,
        trafo.one_scale,
        trafo.one_translation,
        trafo.translation_after_scale,
        trafo.vector_in_document,
    )

    path: str = field(metadata=key(rules.PATH))
    coordinateTransformations: tuple[AnyTransform, ...] = field(
        converter=items[AnyTransform, ...], metadata=key(rules.TRANSFORMATIONS)
    )

    passes_at_a_glance = trafo.at_a_glance

    @classmethod
    def build(
        cls, *, path: str, scale: Sequence[float], translation: Sequence[float] | None
    ) -> Self:
        """
        Return the dataset of an array.

        Parameters
        ----------
        path : str
            The path of the array.
        scale : sequence of float
            The size of a pixel along each axis, in the axis's unit.
        translation : sequence of float, optional
            The place of the first pixel along each axis, in the axis's unit.

        Examples
        --------
        >>> Dataset.build(path="0", scale=[0.5, 0.5], translation=None)
        Dataset(path='0', coordinateTransformations=(VectorScale(scale=(0.5, 0.5)),))
        """
        return cls(path=path, coordinateTransformations=build_transforms(scale, translation))


def _axes(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return axes as a tuple; raise if they are given by their names."""
    if message := names_instead_of(axes):
        raise ValidationError((Problem(rules.AXES.slug, "error", "", ("axes",), message),))
    return items[Axis, ...](axes)


@frozen(kw_only=True, repr=False)
class Multiscale(Versioned):
    """
    One image at several resolutions.

    Parameters
    ----------
    axes : sequence of Axis
        The 2 to 5 axes, in the order of the arrays' dimensions: time, then channel or an
        axis of one's own, then 2 or 3 of space.
    datasets : sequence of Dataset
        The levels, from the highest resolution to the lowest.
    coordinateTransformations : sequence of transformations, optional
        Transformations of all the levels, after those of each.
    metadata : mapping, optional
        How the lower resolutions were made.
    name : str, optional
        The name of the image.
    type : str, optional
        The method by which the lower resolutions were made, such as ``"gaussian"``.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (
        rules.axes_count,
        rules.axis_names_unique,
        rules.space_axes,
        rules.time_axes,
        rules.channel_axes,
        rules.axes_order,
        rules.space_axes_zyx,
        rules.datasets,
        rules.transformation_lengths,
        rules.finest_first,
        rules.transformations_of_all,
        trafo.vector_in_document,
    )

    axes: tuple[Axis, ...] = field(converter=_axes, metadata=key(rules.AXES))
    datasets: tuple[Dataset, ...] = field(
        converter=items[Dataset, ...], metadata=key(rules.datasets)
    )
    coordinateTransformations: tuple[AnyTransform, ...] | None = field(
        default=None,
        converter=optional(items[AnyTransform, ...]),
        metadata=key(None, rules.transformations_of_all),
    )
    metadata: Mapping[str, JSON] | None = field(
        default=None, hash=False, metadata=key(rules.METADATA)
    )
    name: str | None = field(default=None, metadata=key(rules.NAME))
    type: JSON = field(default=None, hash=False, metadata=key(rules.METHOD))

    passes_at_a_glance = rules.at_a_glance

    @property
    def ndim(self) -> int:
        """The number of dimensions of the arrays, which is the number of axes."""
        return len(self.axes)

    def level_transforms(self, level: int) -> Iterator[tuple[str, AnyTransform]]:
        """Yield what maps the pixels of a level to the physical world, each after its place."""
        owners: tuple[tuple[str, Dataset | Multiscale], ...] = (
            (f"datasets[{level}].", self.datasets[level]),
            ("", self),
        )
        for place, owner in owners:
            for i, transform in enumerate(owner.coordinateTransformations or ()):
                yield f"{place}coordinateTransformations[{i}]", transform
