"""The series of bioformats2raw collections of 0.6."""

from __future__ import annotations

from attrs import frozen

from .._groups import enveloped
from .._groups.collections import SeriesGroup
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

__all__ = ["Series", "SeriesAttrs", "SeriesZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SeriesAttrs(BaseOMEAttrs, enveloped.SeriesAttrs):
    """The metadata of the group ``OME`` of 0.6."""


@frozen(kw_only=True, repr=False)
class SeriesZarrAttrs(BaseZarrAttrs[SeriesAttrs]):
    """The attributes of the group ``OME`` as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv06[SeriesAttrs]):
    """The order of the images of a bioformats2raw collection; its parameters are as in 0.5."""

    attributes_class = SeriesZarrAttrs
