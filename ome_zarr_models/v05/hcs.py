"""Plates of 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups import enveloped
from .._groups.plates import PlateGroup
from .._models.fields import key
from .._rules import plates as rules
from ..common.well import WellGroupNotFoundError
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs
from .plate import Plate

if TYPE_CHECKING:
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["HCS", "HCSAttrs", "HCSZarrAttrs", "WellGroupNotFoundError"]


@frozen(kw_only=True, repr=False)
class HCSAttrs(BaseOMEAttrs, enveloped.HCSAttrs):
    """The metadata of a plate of 0.5."""

    plate: Plate = field(metadata=key(rules.PLATE))


@frozen(kw_only=True, repr=False)
class HCSZarrAttrs(BaseZarrAttrs[HCSAttrs]):
    """The attributes of a plate as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class HCS(PlateGroup["Well"], BaseGroupv05[HCSAttrs]):
    """
    A plate of a high-content screen, and its wells.

    Parameters
    ----------
    attributes : HCSZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The rows of the plate, with the wells in them, by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = HCSZarrAttrs
