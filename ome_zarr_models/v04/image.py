"""Images of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.images import ImageGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import multiscales as rules
from .._rules import omero as omero_rules
from .._rules import plausible
from .._zarr.v2 import ArraySpec
from ..common._reexports import reexport
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
        The image at several resolutions; usually one multiscale.
    omero : Omero, optional
        The names, colors and contrast limits of the channels.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> from ome_zarr_models.v04.multiscales import Dataset, Multiscale
    >>> level = Dataset.build(path="0", scale=[0.5, 0.5], translation=None)
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> ImageAttrs(multiscales=[Multiscale(axes=axes, datasets=[level])]).get_array_paths()
    ['0']
    """

    kind = "image"
    spec_rules = (*Attrs.spec_rules, rules.multiscales, rules.multiscales_unique)

    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.multiscales)
    )
    omero: Omero | None = field(
        default=None, metadata=key(None, omero_rules.CHANNELS, transitional=True)
    )


@frozen(kw_only=True, repr=False)
class Image(ImageGroup["Labels", ArraySpec], BaseGroupv04[ImageAttrs]):
    """
    An image at several resolutions, and its label images.

    `Image.new` creates one. The specification's section is `"multiscales" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#multiscale-md>`_.

    Parameters
    ----------
    attributes : ImageAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the group of label images, by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import ArraySpec, Image
    >>> from ome_zarr_models.v04.axes import Axis
    >>> image = Image.new(
    ...     array_specs=[ArraySpec(shape=(64, 64), chunks=(64, 64), dtype="|u1")],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> image.shape, image.dtype, image.voxel_size()["x"]
    ((64, 64), '|u1', (0.5, 'micrometer'))
    """

    attributes_class = ImageAttrs
    tree_rules = (*ImageGroup.tree_rules, plausible.same_dtype, arrays.nested_chunks)


reexport(globals())
