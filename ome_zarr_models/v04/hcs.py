"""Plates of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.plates import PlateGroup
from .._models.fields import key
from .._rules import collections
from .._rules import plates as rules
from ..common._reexports import reexport
from ..common.well import WellGroupNotFoundError
from .base import Attrs, BaseGroupv04
from .plate import Plate

if TYPE_CHECKING:
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["HCS", "HCSAttrs", "WellGroupNotFoundError"]


@frozen(kw_only=True, repr=False)
class HCSAttrs(Attrs):
    """
    The metadata of a plate.

    The specification's section is `"plate" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#plate-md>`_.

    Parameters
    ----------
    plate : Plate
        The rows, the columns, and the wells that were imaged.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "plate"
    spec_rules = (*Attrs.spec_rules, collections.layout_of_plate)

    plate: Plate = field(metadata=key(rules.PLATE))


@frozen(kw_only=True, repr=False)
class HCS(PlateGroup["Well"], BaseGroupv04[HCSAttrs]):
    """
    A plate of a high-content screen, and its wells.

    `HCS.new` creates one. The specification's section is `"plate" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#plate-md>`_.

    Parameters
    ----------
    attributes : HCSAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The rows of the plate by their names, with the wells in them; None if they were not read.
    ome_xml : bytes, optional
        The content of ``OME/METADATA.ome.xml``, where bioformats2raw wrote the plate.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import HCS, Well
    >>> plate = HCS.new(rows=["A", "B"], columns=["1"], wells={"A/1": Well.new(["0"]), "B/1": None})
    >>> plate.n_wells, [well.n_images for well in plate.well_groups]
    (2, [1])
    >>> plate.well("A", "1").ome_attributes.well.images
    (WellImage(path='0'),)
    """

    attributes_class = HCSAttrs

    ome_xml: bytes | None = None


reexport(globals())
