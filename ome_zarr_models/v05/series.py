"""The series of bioformats2raw collections of 0.5."""

from __future__ import annotations

from attrs import frozen

from .._groups import enveloped
from .._groups.collections import SeriesGroup
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs

__all__ = ["Series", "SeriesAttrs", "SeriesZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SeriesAttrs(BaseOMEAttrs, enveloped.SeriesAttrs):
    """The metadata of the group ``OME`` of 0.5."""


@frozen(kw_only=True, repr=False)
class SeriesZarrAttrs(BaseZarrAttrs[SeriesAttrs]):
    """The attributes of the group ``OME`` as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv05[SeriesAttrs]):
    """
    The group ``OME`` of a bioformats2raw collection: the order of its images.

    Parameters
    ----------
    attributes : SeriesZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = SeriesZarrAttrs
