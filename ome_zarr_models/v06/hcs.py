"""Plates of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._groups import enveloped
from .._groups.plates import PlateGroup
from ..common.well import WellGroupNotFoundError
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["HCS", "HCSAttrs", "HCSZarrAttrs", "WellGroupNotFoundError"]


@frozen(kw_only=True, repr=False)
class HCSAttrs(BaseOMEAttrs, enveloped.HCSAttrs):
    """The metadata of a plate of 0.6."""


@frozen(kw_only=True, repr=False)
class HCSZarrAttrs(BaseZarrAttrs[HCSAttrs]):
    """The attributes of a plate as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class HCS(PlateGroup["Well"], BaseGroupv06[HCSAttrs]):
    """A plate of a high-content screen, and its wells; its parameters are as in 0.5."""

    attributes_class = HCSZarrAttrs
