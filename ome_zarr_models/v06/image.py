"""Images of OME-Zarr 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import BaseImageGroup
from .._models.fields import items, key
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .._rules.v06 import scenes
from ..common._reexports import reexport
from ._images import TREE_RULES, new_multiscale
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .multiscales import Multiscale
from .omero import Omero

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._zarr.v3 import ArraySpec
    from ..typing import JSON
    from .coordinate_systems import CoordinateSystem
    from .coordinate_transforms import AnyTransform
    from .labels import Labels  # noqa: F401 - named in the bases

__all__ = ["Image", "ImageAttrs", "ImageZarrAttrs"]


@frozen(kw_only=True, repr=False)
class ImageAttrs(BaseOMEAttrs):
    """
    The metadata of an image.

    The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#multiscale-md>`_.

    Parameters
    ----------
    multiscales : sequence of Multiscale
        The image at several resolutions; usually one multiscale.
    omero : Omero, optional
        The names, colors and contrast limits of the channels.
    version : {"0.6"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "image"
    spec_rules = (
        *BaseOMEAttrs.spec_rules,
        rules.multiscales,
        rules.multiscales_unique,
    )

    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.multiscales)
    )
    omero: Omero | None = field(
        default=None, metadata=key(None, omero_rules.CHANNELS, transitional=True)
    )


@frozen(kw_only=True, repr=False)
class ImageZarrAttrs(BaseZarrAttrs[ImageAttrs]):
    """
    The attributes of an image as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : ImageAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class Image(HasGraph, NamesDimensions, BaseImageGroup["Labels"], BaseGroupv06[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    `Image.new` creates one. The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#multiscale-md>`_.

    Parameters
    ----------
    attributes : ImageZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, the group of label images, and the parameters of transformations, by their
        names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06 import ArraySpec, Image
    >>> from ome_zarr_models.v06.axes import Axis
    >>> from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> image = Image.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(64, 64))],
    ...     paths=["0"],
    ...     scales=[(0.5, 0.5)],
    ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
    ... )
    >>> image.shape, image.dtype, image.voxel_size()["x"]
    ((64, 64), 'uint8', (0.5, 'micrometer'))
    >>> image.transform_graph().get_transform("0", "physical").transform_point([10, 20])
    (5.0, 10.0)
    """

    attributes_class = ImageZarrAttrs
    tree_rules = (
        *BaseImageGroup.tree_rules,
        *TREE_RULES,
    )
    store_rules = (scenes.labels_exist,)

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
    ) -> Self:
        """
        Return a new image.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are then
        written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays of the levels, from the highest to the lowest resolution. An array without
            ``dimension_names`` gets the names of the axes.
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
            The name of the image.
        multiscale_type : str, optional
            The method of downscaling, such as ``"gaussian"``.
        metadata : mapping, optional
            Details of the method of downscaling.
        coord_transforms : sequence of transformations, optional
            Transformations between the intrinsic coordinate system and others.
        coord_systems : sequence of CoordinateSystem, optional
            The other coordinate systems.
        parameters : mapping of str to (ArraySpec or Image), optional
            The arrays of matrices, and the images of vector fields, by their paths in the
            transformations; ``"coordinateTransformations/<name>"`` is the recommended path.

        Returns
        -------
        Image

        Raises
        ------
        ValueError
            If the numbers of arrays, paths, scales and translations differ, or a path is repeated.
        TypeError
            If a value of `array_specs` is not an array of Zarr format 3, or `physical_coord_system`
            is not a coordinate system.
        ValidationError
            If the image breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v06 import ArraySpec, Image
        >>> from ome_zarr_models.v06.axes import Axis
        >>> from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
        >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
        >>> image = Image.new(
        ...     array_specs=[
        ...         ArraySpec.build(shape=(n, n), dtype="uint16", chunks=(64, 64))
        ...         for n in (256, 128)
        ...     ],
        ...     paths=["0", "1"],
        ...     scales=[(0.5, 0.5), (1, 1)],
        ...     translations=[None, (0.25, 0.25)],
        ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
        ... )
        >>> image.voxel_size(level=1)
        {'y': (1.0, 'micrometer'), 'x': (1.0, 'micrometer')}
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
        return cls._of_arrays(
            {"multiscales": [multiscale]},
            array_specs=array_specs,
            paths=paths,
            axes=physical_coord_system.axes,
            parameters=parameters,
        )


reexport(globals())
