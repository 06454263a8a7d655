"""Images of OME-Zarr 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import ImageGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .._rules import plausible
from .._zarr.v3 import ArraySpec
from ..common._reexports import reexport
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs
from .multiscales import Multiscale
from .omero import Omero

if TYPE_CHECKING:
    from .labels import Labels  # noqa: F401 - named in the bases

__all__ = ["Image", "ImageAttrs", "ImageZarrAttrs"]


@frozen(kw_only=True, repr=False)
class ImageAttrs(BaseOMEAttrs):
    """
    The metadata of an image.

    The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#multiscale-md>`_.

    Parameters
    ----------
    multiscales : sequence of Multiscale
        The image at several resolutions; usually one multiscale.
    omero : Omero, optional
        The names, colors and contrast limits of the channels.
    version : {"0.5"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v05.axes import Axis
    >>> from ome_zarr_models.v05.multiscales import Dataset, Multiscale
    >>> level = Dataset.build(path="0", scale=[0.5, 0.5], translation=None)
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> metadata = ImageAttrs(multiscales=[Multiscale(axes=axes, datasets=[level])])
    >>> metadata.version, metadata.get_array_paths()
    ('0.5', ['0'])
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
class Image(NamesDimensions, ImageGroup["Labels", ArraySpec], BaseGroupv05[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    `Image.new` creates one. The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#multiscale-md>`_.

    Parameters
    ----------
    attributes : ImageZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the group of label images, by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v05 import ArraySpec, Image
    >>> from ome_zarr_models.v05.axes import Axis
    >>> image = Image.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(64, 64))],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> image.shape, image.dtype, image.voxel_size()["x"]
    ((64, 64), 'uint8', (0.5, 'micrometer'))
    """

    attributes_class = ImageZarrAttrs
    tree_rules = (*ImageGroup.tree_rules, plausible.same_dtype, *arrays.NAMED)


reexport(globals())
