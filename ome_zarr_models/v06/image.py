"""Images of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import BaseImageGroup
from .._models.fields import items, key
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .._rules.v06 import scenes
from ._images import TREE_RULES, new_multiscale
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .multiscales import Multiscale
from .omero import Omero

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        The image at several resolutions.
    omero : Omero, optional
        How to show the image.
    version : {"0.6"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
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
    """The attributes of an image as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Image(HasGraph, NamesDimensions, BaseImageGroup["Labels"], BaseGroupv06[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    Parameters
    ----------
    attributes : ImageZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, the group of label images, and the parameters of transformations, by
        their names; None if nobody has looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
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
        array_specs: Sequence[Any],
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
        Return a new image of some arrays.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are
        then written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays: the same image from the highest to the lowest resolution.
        paths : sequence of str
            The path of each array in the group.
        scales : sequence of sequence of float
            For each array, the size of a pixel along each axis, in the axis's unit.
        translations : sequence of (sequence of float or None), optional
            For each array, the place of the first pixel along each axis, in the axis's unit.
        physical_coord_system : CoordinateSystem
            The intrinsic system, which the arrays are mapped to.
        name : str, optional
            The name of the image.
        multiscale_type : str, optional
            The method by which the lower resolutions were made, such as ``"gaussian"``.
        metadata : mapping, optional
            How the lower resolutions were made.
        coord_transforms : sequence of transformations, optional
            Transformations between the intrinsic system and others.
        coord_systems : sequence of CoordinateSystem, optional
            The other systems.
        parameters : mapping of str to ArraySpec or Image, optional
            The matrices and the fields that transformations have at a path, by these
            paths, which should be in ``coordinateTransformations``.

        Raises
        ------
        ValueError
            If there are not as many of one as of the other.
        ValidationError
            If the specification does not allow this image; it names every problem.
        """
        multiscale = new_multiscale(
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
