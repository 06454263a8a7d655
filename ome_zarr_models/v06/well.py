"""Wells of OME-Zarr 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups import enveloped
from .._groups.plates import WellGroup
from .._models.fields import key
from .._rules import plates as rules
from ..common._reexports import reexport
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .well_types import WellMeta

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases

__all__ = ["Well", "WellAttrs", "WellZarrAttrs"]


@frozen(kw_only=True, repr=False)
class WellAttrs(BaseOMEAttrs, enveloped.WellAttrs):
    """
    The metadata of a well.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#well-md>`_.

    Parameters
    ----------
    well : WellMeta
        The fields of view.
    version : {"0.6"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    well: WellMeta = field(metadata=key(rules.WELL_SPEC, rules.IMAGES))


@frozen(kw_only=True, repr=False)
class WellZarrAttrs(BaseZarrAttrs[WellAttrs]):
    """
    The attributes of a well as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : WellAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class Well(WellGroup["Image"], BaseGroupv06[WellAttrs]):
    """
    A well of a plate, and its images: the fields of view.

    `Well.new` creates one. The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#well-md>`_.

    Parameters
    ----------
    attributes : WellZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06 import Well
    >>> well = Well.new(["0", "1"], acquisitions={"0": 1, "1": 2})
    >>> well.n_images, well.get_acquisition_paths()
    (2, {1: ['0'], 2: ['1']})
    """

    attributes_class = WellZarrAttrs


reexport(globals())
