"""Bioformats2raw collections of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from .._groups.collections import CollectionGroup
from .._models.fields import key
from .._rules import collections as rules
from .._rules import plates as plate_rules
from ..common._reexports import reexport
from .base import Attrs, BaseGroupv04
from .plate import Plate

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["BioFormats2Raw", "BioFormats2RawAttrs"]


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(Attrs):
    """
    The metadata of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.4/index.html#bf2raw>`_.

    Parameters
    ----------
    bioformats2raw_layout : {3}
        The version of the layout; the JSON key is ``bioformats2raw.layout``.
    plate : Plate, optional
        The plate, if the images are fields of view of one.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models import unstructure
    >>> unstructure(BioFormats2RawAttrs())
    {'bioformats2raw.layout': 3}
    """

    kind = "bioformats2raw"

    bioformats2raw_layout: Literal[3] = field(
        default=3,
        metadata=key(rules.KEY, rules.LAYOUT, name="bioformats2raw.layout", required=True),
    )
    plate: Plate | None = field(default=None, metadata=key(None, plate_rules.PLATE))


@frozen(kw_only=True, repr=False)
class BioFormats2Raw(CollectionGroup["Well", "Image"], BaseGroupv04[BioFormats2RawAttrs]):
    """
    A bioformats2raw collection: the images that bioformats2raw converted from one file.

    `BioFormats2Raw.new` creates one. The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.4/index.html#bf2raw>`_.

    Parameters
    ----------
    attributes : BioFormats2RawAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images, or the rows of the plate, and the group ``OME``, by their names; None if they
        were not read.
    ome_xml : bytes, optional
        The content of ``OME/METADATA.ome.xml``, which describes all the images.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import ArraySpec, BioFormats2Raw, Image
    >>> from ome_zarr_models.v04.axes import Axis
    >>> image = Image.new(
    ...     array_specs=[ArraySpec(shape=(64, 64), chunks=(64, 64), dtype="|u1")],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> collection = BioFormats2Raw.new([image, image])
    >>> collection.image_paths, collection["1"].shape
    (['0', '1'], (64, 64))
    """

    attributes_class = BioFormats2RawAttrs

    ome_xml: bytes | None = None


reexport(globals())
