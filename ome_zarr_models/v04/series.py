"""The series of bioformats2raw collections of 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._groups.collections import SeriesGroup
from .._models.fields import items, key
from .._rules import collections as rules
from .base import Attrs, BaseGroupv04

__all__ = ["Series", "SeriesAttrs"]


@frozen(kw_only=True, repr=False)
class SeriesAttrs(Attrs):
    """
    The metadata of the group ``OME`` of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.4/index.html#bf2raw>`_.

    Parameters
    ----------
    series : sequence of str
        The paths of the images from the collection, in the order of the OME-XML.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "series"

    series: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.SERIES))


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv04[SeriesAttrs]):
    """
    The group ``OME`` of a bioformats2raw collection: the order of its images.

    Parameters
    ----------
    attributes : SeriesAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = SeriesAttrs
