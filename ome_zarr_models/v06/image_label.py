"""Label images of OME-Zarr 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import BaseImageLabelGroup, given
from .._models.fields import items, key
from .._rules import labels as rules
from .._rules import multiscales as multiscale_rules
from ..common._reexports import reexport
from ._images import TREE_RULES, new_multiscale
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .image_label_types import Label
from .multiscales import Multiscale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._zarr.v3 import ArraySpec
    from ..typing import JSON
    from .coordinate_systems import CoordinateSystem
    from .coordinate_transforms import AnyTransform
    from .image_label_types import Color, Property, Source

__all__ = ["ImageLabel", "ImageLabelAttrs", "ImageLabelZarrAttrs"]


@frozen(kw_only=True, repr=False)
class ImageLabelAttrs(BaseOMEAttrs):
    """
    The metadata of a label image.

    The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#label-md>`_.

    Parameters
    ----------
    image_label : Label
        The colors and properties of label values; the JSON key is ``image-label``.
    multiscales : sequence of Multiscale
        The label image at several resolutions; usually one multiscale.
    version : {"0.6"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "image-label"
    spec_rules = (
        *BaseOMEAttrs.spec_rules,
        multiscale_rules.multiscales,
        multiscale_rules.multiscales_unique,
    )

    image_label: Label = field(metadata=key(rules.IMAGE_LABEL, name="image-label"))
    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...],
        metadata=key(rules.MULTISCALES, multiscale_rules.multiscales),
    )


@frozen(kw_only=True, repr=False)
class ImageLabelZarrAttrs(BaseZarrAttrs[ImageLabelAttrs]):
    """
    The attributes of a label image as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : ImageLabelAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class ImageLabel(HasGraph, NamesDimensions, BaseImageLabelGroup, BaseGroupv06[ImageLabelAttrs]):
    """
    A label image: the value of a pixel is the number of the object that the pixel belongs to.

    `ImageLabel.new` creates one. The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#label-md>`_.

    Parameters
    ----------
    attributes : ImageLabelZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the parameters of transformations, by their names; None if they were not
        read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06 import ArraySpec, ImageLabel
    >>> from ome_zarr_models.v06.axes import Axis
    >>> from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> nuclei = ImageLabel.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint32", chunks=(64, 64))],
    ...     paths=["0"],
    ...     scales=[(0.5, 0.5)],
    ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
    ... )
    >>> nuclei.dtype, nuclei.voxel_size()["x"]
    ('uint32', (0.5, 'micrometer'))
    """

    attributes_class = ImageLabelZarrAttrs
    tree_rules = (
        *BaseImageLabelGroup.tree_rules,
        *TREE_RULES,
    )

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[ArraySpec],
        paths: Sequence[str],
        scales: Sequence[Sequence[float]],
        translations: Sequence[Sequence[float] | None] | None = None,
        physical_coord_system: CoordinateSystem,
        name: str | None = None,
        multiscale_type: str | None = None,
        metadata: Mapping[str, JSON] | None = None,
        coord_transforms: Sequence[AnyTransform] = (),
        coord_systems: Sequence[CoordinateSystem] = (),
        parameters: Mapping[str, Any] | None = None,
        colors: Sequence[Color] | None = None,
        properties: Sequence[Property] | None = None,
        source: Source | None = None,
    ) -> Self:
        """
        Return a new label image.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are then
        written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays of the levels, of integers, from the highest to the lowest resolution: as
            many as the image has. An array without ``dimension_names`` gets the names of the axes.
        paths : sequence of str
            The path of each array, relative to the group.
        scales : sequence of sequence of float
            For each array, the size of a pixel along each axis, in the unit of the axis.
        translations : sequence of (sequence of float or None), optional
            For each array, the position of its first pixel along each axis, in the unit of the
            axis; None for an array without a translation.
        physical_coord_system : CoordinateSystem
            The intrinsic coordinate system, to which the arrays are mapped, with one axis for
            each dimension of the arrays.
        name : str, optional
            The name of the label image.
        multiscale_type : str, optional
            The method of downscaling, such as ``"nearest"``.
        metadata : mapping, optional
            Details of the method of downscaling.
        coord_transforms : sequence of transformations, optional
            Transformations between the intrinsic coordinate system and others.
        coord_systems : sequence of CoordinateSystem, optional
            The other coordinate systems.
        parameters : mapping of str to (ArraySpec or Image), optional
            The arrays of matrices, and the images of vector fields, by their paths in the
            transformations; ``"coordinateTransformations/<name>"`` is the recommended path.
        colors : sequence of Color, optional
            The colors of label values.
        properties : sequence of Property, optional
            The properties of label values.
        source : Source, optional
            The image that was labelled. By default, it is the image that the group of label
            images belongs to.

        Returns
        -------
        ImageLabel

        Raises
        ------
        ValueError
            If the numbers of arrays, paths, scales and translations differ, or a path is repeated.
        TypeError
            If a value of `array_specs` is not an array of Zarr format 3, or `physical_coord_system`
            is not a coordinate system.
        ValidationError
            If the label image breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v06 import ArraySpec, ImageLabel
        >>> from ome_zarr_models.v06.axes import Axis
        >>> from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
        >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
        >>> from ome_zarr_models.v06.image_label_types import Color
        >>> nuclei = ImageLabel.new(
        ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint32", chunks=(64, 64))],
        ...     paths=["0"],
        ...     scales=[(0.5, 0.5)],
        ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
        ...     colors=[Color(label_value=1, rgba=(255, 0, 0, 255))],
        ... )
        >>> nuclei.ome_attributes.image_label.colors[0].rgba
        (255, 0, 0, 255)
        """
        multiscale = new_multiscale(
            cls.ome_zarr_version,
            array_specs=array_specs,
            paths=paths,
            scales=scales,
            translations=translations,
            physical_coord_system=physical_coord_system,
            name=name,
            multiscale_type=multiscale_type,
            metadata=metadata,
            coord_transforms=coord_transforms,
            coord_systems=coord_systems,
        )
        label = given(colors=colors, properties=properties, source=source)
        return cls._of_arrays(
            {"image-label": label, "multiscales": [multiscale]},
            array_specs=array_specs,
            paths=paths,
            axes=physical_coord_system.axes,
            parameters=parameters,
        )


reexport(globals())
