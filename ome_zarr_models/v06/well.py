"""Wells of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups import enveloped
from .._groups.plates import WellGroup
from .._models.fields import key
from .._rules import plates as rules
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .well_types import WellMeta

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases

__all__ = ["Well", "WellAttrs", "WellZarrAttrs"]


@frozen(kw_only=True, repr=False)
class WellAttrs(BaseOMEAttrs, enveloped.WellAttrs):
    """The metadata of a well of 0.6."""

    well: WellMeta = field(metadata=key(rules.WELL_SPEC, rules.IMAGES))


@frozen(kw_only=True, repr=False)
class WellZarrAttrs(BaseZarrAttrs[WellAttrs]):
    """The attributes of a well as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Well(WellGroup["Image"], BaseGroupv06[WellAttrs]):
    """A well of a plate, and its fields of view; its parameters are as in 0.5."""

    attributes_class = WellZarrAttrs
