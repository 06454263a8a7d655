"""Images of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import field, frozen

from .._groups import ImageGroup
from .._model import Model, items, key
from .._rules import Rule, arrays
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .._zarr_v2 import GroupSpec
from .base import BaseGroupv04
from .multiscales import Multiscale
from .omero import Omero

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .labels import Labels

__all__ = ["Image", "ImageAttrs"]


@frozen(kw_only=True, repr=False)
class ImageAttrs(Model):
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

    __rules__: ClassVar[tuple[Rule, ...]] = (rules.multiscales, rules.multiscales_unique)

    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.multiscales)
    )
    omero: Omero | None = field(
        default=None, metadata=key(None, omero_rules.CHANNELS, transitional=True)
    )

    def get_array_paths(self) -> list[str]:
        """Return the paths of all arrays that the metadata names."""
        return [dataset.path for multiscale in self.multiscales for dataset in multiscale.datasets]


@frozen(kw_only=True, repr=False)
class Image(ImageGroup, BaseGroupv04[ImageAttrs]):
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
        If the arrays are not as the metadata says; it names every problem.
    """

    __attributes__: ClassVar[type[Model]] = ImageAttrs
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (*ImageGroup.__tree_rules__, arrays.nested_chunks)

    if TYPE_CHECKING:

        @property
        def labels(self) -> Labels | None:
            """The group of label images in this group; None if there is none."""

    @classmethod
    def _of(cls, multiscale: Mapping[str, Any], arrays: Mapping[str, Any]) -> Self:
        members = GroupSpec.from_flat({f"/{path.lstrip('/')}": a for path, a in arrays.items()})
        attributes = ImageAttrs(multiscales=[Multiscale(**multiscale, version="0.4")])
        return cls(attributes=attributes, members=members.members)
