"""
Multiscales of 0.4 and 0.5: images at several resolutions, with axes.

See `"multiscales" metadata
<https://ngff.openmicroscopy.org/0.5/index.html#multiscale-md>`_ in the specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from attrs import field, frozen

from .._models.fields import items, key, optional_items
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
    A level of a multiscale: an array at one resolution, and its place in physical space.

    See `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#multiscale-md>`_ in the specification.

    Parameters
    ----------
    path : str
        The path of the array, relative to the group that has the metadata.
    coordinateTransformations : sequence of ScaleTransform or TranslationTransform
        Exactly one scale, which is the size of a pixel along each axis, and at most one
        translation after it.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If there is not exactly one scale, or anything after it but a single translation.

    Examples
    --------
    >>> from ome_zarr_models.v05.coordinate_transformations import VectorScale
    >>> Dataset(path="0", coordinateTransformations=[VectorScale(scale=[0.5, 0.5])])
    Dataset(path='0', coordinateTransformations=(VectorScale(scale=(0.5, 0.5)),))
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
        Make a dataset from the path of an array, a scale and a translation.

        Parameters
        ----------
        path : str
            The path of the array, relative to the group that has the metadata.
        scale : sequence of float, shape (ndim,)
            The size of a pixel along each axis, in the unit of the axis.
        translation : sequence of float, shape (ndim,), or None
            The coordinate of the first pixel along each axis, in the unit of the axis.

        Returns
        -------
        Dataset
            The dataset.

        Raises
        ------
        ValidationError
            If `path` is not a string, or `scale` or `translation` is not a sequence of finite
            numbers.

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
    An image at several resolutions: an element of ``multiscales``.

    See `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#multiscale-md>`_ in the specification.

    Parameters
    ----------
    axes : sequence of Axis, length 2 to 5
        The axes, in the order of the dimensions of the arrays: an optional time axis, an
        optional channel axis or custom axis, and 2 or 3 space axes.
    datasets : sequence of Dataset
        The levels, from the highest resolution to the lowest; at least one.
    coordinateTransformations : sequence of ScaleTransform or TranslationTransform, optional
        A scale and an optional translation, applied to all levels after their own.
    metadata : mapping of str to JSON, optional
        Details of the downscaling method, such as the function and its arguments.
    name : str, optional
        The name of the image.
    type : str, optional
        The downscaling method, such as ``"gaussian"``.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the specification does not allow these axes, datasets and transformations.

    Examples
    --------
    >>> from ome_zarr_models.v05.axes import Axis
    >>> multiscale = Multiscale(
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     datasets=[
    ...         Dataset.build(path="0", scale=[0.5, 0.5], translation=None),
    ...         Dataset.build(path="1", scale=[1, 1], translation=[0.25, 0.25]),
    ...     ],
    ... )
    >>> multiscale.ndim
    2
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
        rules.levels_of_vectors,
        trafo.vector_in_document,
    )

    axes: tuple[Axis, ...] = field(converter=_axes, metadata=key(rules.AXES))
    datasets: tuple[Dataset, ...] = field(
        converter=items[Dataset, ...], metadata=key(rules.datasets)
    )
    coordinateTransformations: tuple[AnyTransform, ...] | None = field(
        default=None,
        converter=optional_items[AnyTransform],
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
        """The number of axes, which is the number of dimensions of the arrays."""
        return len(self.axes)

    def level_transforms(self, level: int) -> Iterator[tuple[str, AnyTransform]]:
        """
        Yield the transformations from the pixels of a level to physical coordinates, in order.

        Parameters
        ----------
        level : int
            The index of the level in `datasets`.

        Yields
        ------
        place : str
            The place of the transformation in the multiscale, such as
            ``"datasets[0].coordinateTransformations[0]"``.
        transform : ScaleTransform, TranslationTransform or Identity
            The transformation.

        Raises
        ------
        IndexError
            If there is no such level.
        """
        owners: tuple[tuple[str, Dataset | Multiscale], ...] = (
            (f"datasets[{level}].", self.datasets[level]),
            ("", self),
        )
        for prefix, owner in owners:
            for i, transform in enumerate(owner.coordinateTransformations or ()):
                yield f"{prefix}coordinateTransformations[{i}]", transform
