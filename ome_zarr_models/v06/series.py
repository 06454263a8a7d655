"""The series of bioformats2raw collections of 0.6."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from .._groups.collections import SeriesGroup
from .._model import Model, items, key
from .._rules import collections as rules
from .._rules import versions
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

__all__ = ["Series", "SeriesAttrs", "SeriesZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SeriesAttrs(BaseOMEAttrs):
    """
    The metadata of the group ``OME`` of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.6/index.html#bf2raw>`_.

    Parameters
    ----------
    series : sequence of str
        The paths of the images from the collection, in the order of the OME-XML.
    version : {"0.6"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind: ClassVar[str] = "series"

    series: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.SERIES))


@frozen(kw_only=True, repr=False)
class SeriesZarrAttrs(BaseZarrAttrs[SeriesAttrs]):
    """The attributes of the group ``OME`` as they are stored: `ome` is its metadata."""

    ome: SeriesAttrs = field(metadata=key(versions.OME))


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv06[SeriesAttrs]):
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

    __attributes__: ClassVar[type[Model]] = SeriesZarrAttrs
