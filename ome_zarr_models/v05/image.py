"""Images of 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import ImageGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
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
        The image at several resolutions.
    omero : Omero, optional
        How to show the image.
    version : {"0.5"}
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
class Image(NamesDimensions, ImageGroup["Labels"], BaseGroupv05[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    Parameters
    ----------
    attributes : ImageZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the group of label images, by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = ImageZarrAttrs
    tree_rules = (*ImageGroup.tree_rules, *arrays.NAMED)
