"""The group ``OME`` of bioformats2raw collections of OME-Zarr 0.5."""

from __future__ import annotations

from attrs import frozen

from .._groups import enveloped
from .._groups.collections import SeriesGroup
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs

__all__ = ["Series", "SeriesAttrs", "SeriesZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SeriesAttrs(BaseOMEAttrs, enveloped.SeriesAttrs):
    """
    The metadata of the group ``OME`` of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.5/index.html#bf2raw>`_.

    Parameters
    ----------
    series : sequence of str
        The paths of the images, relative to the collection, in the order of the OME-XML.
    version : {"0.5"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class SeriesZarrAttrs(BaseZarrAttrs[SeriesAttrs]):
    """
    The attributes of the group ``OME`` as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : SeriesAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class Series(SeriesGroup, BaseGroupv05[SeriesAttrs]):
    """
    The group ``OME`` of a bioformats2raw collection: the order of its images.

    `Series.new` creates one. The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.5/index.html#bf2raw>`_.

    Parameters
    ----------
    attributes : SeriesZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; they are not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v05 import Series
    >>> Series.new(["0", "1"]).ome_attributes.series
    ('0', '1')
    """

    attributes_class = SeriesZarrAttrs
