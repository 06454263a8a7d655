"""Bioformats2raw collections of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from .._groups.collections import CollectionGroup
from .._models.fields import key
from .._rules import collections as rules
from .._rules import plates as plate_rules
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
        The layout of the collection; in JSON its key is ``bioformats2raw.layout``.
    plate : Plate, optional
        The plate, where the collection is one.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
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
    The images that bioformats2raw made of one file.

    Parameters
    ----------
    attributes : BioFormats2RawAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images, and the group ``OME``, by their names; None if nobody has
        looked for them.
    ome_xml : bytes, optional
        The OME-XML that describes the whole collection, as the store has it.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = BioFormats2RawAttrs

    ome_xml: bytes | None = None
