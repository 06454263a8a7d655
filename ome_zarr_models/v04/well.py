"""Wells of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.plates import WellGroup
from .._models.fields import key
from .._rules import plates as rules
from ..common._reexports import reexport
from .base import Attrs, BaseGroupv04
from .well_types import WellMeta

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases

__all__ = ["Well", "WellAttrs"]


@frozen(kw_only=True, repr=False)
class WellAttrs(Attrs):
    """
    The metadata of a well.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#well-md>`_.

    Parameters
    ----------
    well : WellMeta
        The fields of view.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "well"

    well: WellMeta = field(metadata=key(rules.WELL_SPEC, rules.IMAGES))


@frozen(kw_only=True, repr=False)
class Well(WellGroup["Image"], BaseGroupv04[WellAttrs]):
    """
    A well of a plate, and its images: the fields of view.

    `Well.new` creates one. The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#well-md>`_.

    Parameters
    ----------
    attributes : WellAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import Well
    >>> well = Well.new(["0", "1"], acquisitions={"0": 1, "1": 2})
    >>> well.n_images, well.get_acquisition_paths()
    (2, {1: ['0'], 2: ['1']})
    """

    attributes_class = WellAttrs


reexport(globals())
