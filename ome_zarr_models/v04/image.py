"""Images of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from .._groups.images import ImageGroup
from .._models.model import Model, items, key
from .._models.rule import Rule
from .._rules import images as arrays
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .base import Attrs, BaseGroupv04
from .multiscales import Multiscale
from .omero import Omero

if TYPE_CHECKING:
    from .labels import Labels  # noqa: F401 - named in the bases

__all__ = ["Image", "ImageAttrs"]


@frozen(kw_only=True, repr=False)
class ImageAttrs(Attrs):
    """
    The metadata of an image.

    The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#multiscale-md>`_.

    Parameters
    ----------
    multiscales : sequence of Multiscale
        The image at several resolutions.
    omero : Omero, optional
        How to show the image.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind: ClassVar[str] = "image"
    __rules__: ClassVar[tuple[Rule, ...]] = (rules.multiscales, rules.multiscales_unique)

    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.multiscales)
    )
    omero: Omero | None = field(
        default=None, metadata=key(None, omero_rules.CHANNELS, transitional=True)
    )


@frozen(kw_only=True, repr=False)
class Image(ImageGroup["Labels"], BaseGroupv04[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    Parameters
    ----------
    attributes : ImageAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the group of label images, by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    __attributes__: ClassVar[type[Model]] = ImageAttrs
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (*ImageGroup.__tree_rules__, arrays.nested_chunks)
