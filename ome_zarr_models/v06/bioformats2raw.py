"""Bioformats2raw collections of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._groups import enveloped
from .._groups.collections import CollectionGroup
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["BioFormats2Raw", "BioFormats2RawAttrs", "BioFormats2RawZarrAttrs"]


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(BaseOMEAttrs, enveloped.BioFormats2RawAttrs):
    """The metadata of a bioformats2raw collection of 0.6."""


@frozen(kw_only=True, repr=False)
class BioFormats2RawZarrAttrs(BaseZarrAttrs[BioFormats2RawAttrs]):
    """The attributes of a bioformats2raw collection as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class BioFormats2Raw(CollectionGroup["Well", "Image"], BaseGroupv06[BioFormats2RawAttrs]):
    """The images that bioformats2raw made of one file; its parameters are as in 0.5."""

    attributes_class = BioFormats2RawZarrAttrs

    ome_xml: bytes | None = None
