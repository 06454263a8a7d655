"""Multiscales of OME-Zarr 0.6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from attrs import field, frozen

from .._models.fields import items, key, optional_items
from .._models.model import Model
from .._rules import multiscales as rules
from .._rules.v06 import systems
from .._rules.v06 import transforms as trafo
from .._rules.v06.references import TYPES_OF_ALL, intrinsic
from ..common._reexports import reexport
from ..common.versioned import Versioned
from ..typing import JSON
from .coordinate_systems import CoordinateSystem, CoordinateSystemIdentifier
from .coordinate_transforms import AnyTransform, Scale, Translation
from .coordinate_transforms import Sequence as TransformSequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .axes import Axis

__all__ = ["Dataset", "Multiscale"]


@frozen(kw_only=True, repr=False)
class Dataset(Model):
    """
    A level of a multiscale: an array, and its transformation to the intrinsic coordinate system.

    The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#multiscale-md>`_.

    Parameters
    ----------
    path : str
        The path of the array, relative to the group that holds the metadata.
    coordinateTransformations : sequence of transformations
        One transformation from the pixels of the array to the intrinsic coordinate system: a
        scale, an identity, or a sequence of a scale and a translation.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    spec_rules = (
        systems.one_transformation,
        systems.scale_and_translation,
        systems.ends_given,
        systems.input_path,
        systems.input_no_name,
        systems.output_no_path,
        trafo.sequences_nonempty,
    )

    path: str = field(metadata=key(rules.PATH))
    coordinateTransformations: tuple[AnyTransform, ...] = field(
        converter=items[AnyTransform, ...], metadata=key(rules.TRANSFORMATIONS)
    )

    passes_at_a_glance = systems.dataset_at_a_glance

    @classmethod
    def build(
        cls,
        *,
        path: str,
        scale: Sequence[float],
        translation: Sequence[float] | None,
        coord_sys_output_name: str,
    ) -> Self:
        """
        Return the dataset of an array.

        Parameters
        ----------
        path : str
            The path of the array.
        scale : sequence of float
            The size of a pixel along each axis, in the unit of the axis.
        translation : sequence of float or None
            The position of the first pixel along each axis, in the unit of the axis; None for no
            translation.
        coord_sys_output_name : str
            The name of the intrinsic coordinate system.

        Returns
        -------
        Dataset

        Raises
        ------
        ValidationError
            If the dataset breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> dataset = Dataset.build(
        ...     path="0", scale=[0.5, 0.5], translation=None, coord_sys_output_name="physical"
        ... )
        >>> dataset.coordinateTransformations[0].scale
        (0.5, 0.5)
        """
        transform: AnyTransform = Scale(scale=scale)
        if translation is not None:
            parts = (transform, Translation(translation=translation))
            transform = TransformSequence(transformations=parts)
        start = CoordinateSystemIdentifier(path=path)
        end = CoordinateSystemIdentifier(name=coord_sys_output_name)
        return cls(path=path, coordinateTransformations=[transform.between(start, end)])


@frozen(kw_only=True, repr=False)
class Multiscale(Versioned):
    """
    One image at several resolutions: an element of ``multiscales``.

    Its axes are those of the intrinsic coordinate system. The specification's section is
    `"multiscales" metadata <https://ngff.openmicroscopy.org/0.6/index.html#multiscale-md>`_.

    Parameters
    ----------
    coordinateSystems : sequence of CoordinateSystem
        The coordinate systems of the image. All levels are mapped to one of them, the intrinsic
        one, which has one axis for each dimension of the arrays.
    datasets : sequence of Dataset
        The levels, from the highest resolution to the lowest.
    coordinateTransformations : sequence of transformations, optional
        Transformations between the intrinsic coordinate system and another one, of this image or
        of a label image.
    metadata : mapping, optional
        Details of the method of downscaling.
    name : str, optional
        The name of the image.
    type : str, optional
        The method of downscaling, such as ``"gaussian"``.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06.axes import Axis
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> level = Dataset.build(
    ...     path="0", scale=[0.5, 0.5], translation=None, coord_sys_output_name="physical"
    ... )
    >>> multiscale = Multiscale(
    ...     coordinateSystems=[CoordinateSystem(name="physical", axes=axes)], datasets=[level]
    ... )
    >>> multiscale.intrinsic_coordinate_system.name, multiscale.ndim
    ('physical', 2)
    """

    spec_rules = (
        systems.some_systems,
        systems.names_unique,
        *systems.AXES_OF_EACH,
        rules.datasets,
        systems.output_known,
        systems.output_same,
        systems.lengths,
        rules.finest_first,
        rules.levels_plausible,
        systems.ends_given,
        systems.one_end_intrinsic,
        systems.other_end_known,
        systems.label_systems_named,
        systems.types_to_labels,
        systems.transformations_fit,
        trafo.names_differ,
        trafo.sequences_nonempty,
        systems.some_transformations,
    )

    coordinateSystems: tuple[CoordinateSystem, ...] = field(
        converter=items[CoordinateSystem, ...], metadata=key(systems.SYSTEMS)
    )
    datasets: tuple[Dataset, ...] = field(
        converter=items[Dataset, ...], metadata=key(rules.datasets)
    )
    coordinateTransformations: tuple[AnyTransform, ...] | None = field(
        default=None,
        converter=optional_items[AnyTransform],
        metadata=key(None, trafo.TYPE),
    )
    metadata: Mapping[str, JSON] | None = field(
        default=None, hash=False, metadata=key(rules.METADATA)
    )
    name: str | None = field(default=None, metadata=key(rules.NAME))
    type: JSON = field(default=None, hash=False, metadata=key(rules.METHOD))

    passes_at_a_glance = systems.at_a_glance

    @property
    def intrinsic_coordinate_system(self) -> CoordinateSystem:
        """The coordinate system that all levels are mapped to."""
        system: CoordinateSystem = intrinsic(self)[1]
        return system

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the intrinsic coordinate system, in the order of the arrays' dimensions."""
        return self.intrinsic_coordinate_system.axes

    @property
    def ndim(self) -> int:
        """The number of dimensions of the arrays, which is the number of axes."""
        return len(self.axes)

    def level_transforms(self, level: int) -> Iterator[tuple[str, AnyTransform]]:
        """
        Yield the transformations of a level to its pixel sizes.

        They lead to the intrinsic coordinate system. If a scale, a translation or both lead from
        there to the only other system, which has the same axes, they are yielded as well: so a
        conversion from 0.4 and 0.5 writes the transformations of the whole multiscale.

        Parameters
        ----------
        level : int
            The index of the dataset.

        Yields
        ------
        tuple of (str, transformation)
            The place of each transformation in the multiscale, and the transformation itself: the
            parts of a sequence, or the only one.
        """
        (transform,) = self.datasets[level].coordinateTransformations
        place = f"datasets[{level}].coordinateTransformations[0]"
        parts = transform.transformations if transform.type == "sequence" else (transform,)
        yield from ((place, part) for part in parts)
        yield from (("coordinateTransformations[0]", part) for part in self._transforms_of_all())

    def _transforms_of_all(self) -> Sequence[AnyTransform]:
        """Return the parts of the transformation of all levels; empty if there are others."""
        transforms, systems = self.coordinateTransformations or (), self.coordinateSystems
        if len(transforms) != 1 or len(systems) != 2:  # noqa: PLR2004 - the intrinsic and another
            return ()
        (transform,) = transforms
        _, own = intrinsic(self)
        (other,) = (system for system in systems if system is not own)
        ends = (transform.input, transform.output)
        names = [end.name if end and end.path is None else None for end in ends]
        parts = transform.transformations if transform.type == "sequence" else (transform,)
        is_simple = [part.type for part in parts] in TYPES_OF_ALL and own.axes == other.axes
        return parts if is_simple and names == [own.name, other.name] else ()


reexport(globals())
