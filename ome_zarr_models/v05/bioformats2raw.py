"""Bioformats2raw collections of 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups import enveloped
from .._groups.collections import CollectionGroup
from .._models.fields import key
from .._rules import plates as plate_rules
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs
from .plate import Plate

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["BioFormats2Raw", "BioFormats2RawAttrs", "BioFormats2RawZarrAttrs"]


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(BaseOMEAttrs, enveloped.BioFormats2RawAttrs):
    """The metadata of a bioformats2raw collection of 0.5."""

    plate: Plate | None = field(default=None, metadata=key(None, plate_rules.PLATE))


@frozen(kw_only=True, repr=False)
class BioFormats2RawZarrAttrs(BaseZarrAttrs[BioFormats2RawAttrs]):
    """The attributes of a bioformats2raw collection as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class BioFormats2Raw(CollectionGroup["Well", "Image"], BaseGroupv05[BioFormats2RawAttrs]):
    """
    The images that bioformats2raw made of one file.

    Parameters
    ----------
    attributes : BioFormats2RawZarrAttrs
        The attributes, whose ``ome`` is the metadata.
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

    attributes_class = BioFormats2RawZarrAttrs

    ome_xml: bytes | None = None
