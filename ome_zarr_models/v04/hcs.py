"""Plates of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.plates import PlateGroup
from .._models.fields import key
from .._rules import plates as rules
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
        The plate: its rows, its columns, and the wells that were imaged.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "plate"

    plate: Plate = field(metadata=key(rules.PLATE))


@frozen(kw_only=True, repr=False)
class HCS(PlateGroup["Well"], BaseGroupv04[HCSAttrs]):
    """
    A plate of a high-content screen, and its wells.

    Parameters
    ----------
    attributes : HCSAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The rows of the plate, with the wells in them, by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = HCSAttrs
