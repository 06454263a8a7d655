"""The group ``OME`` of bioformats2raw collections of OME-Zarr 0.4."""

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
        The paths of the images, relative to the collection, in the order of the OME-XML.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "series"

    series: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.SERIES))


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv04[SeriesAttrs]):
    """
    The group ``OME`` of a bioformats2raw collection: the order of its images.

    `Series.new` creates one. The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.4/index.html#bf2raw>`_.

    Parameters
    ----------
    attributes : SeriesAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; they are not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import Series
    >>> Series.new(["0", "1"]).ome_attributes.series
    ('0', '1')
    """

    attributes_class = SeriesAttrs
