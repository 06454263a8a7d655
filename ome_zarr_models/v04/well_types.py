"""Wells of 0.4, and their fields of view."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from .._rules import Rule
from .._rules import plates as rules
from ..common import well_types
from ..common.well_types import WellImage

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellMeta(well_types.WellMeta):
    """
    The fields of view of a well: the content of ``well``.

    Its fields are those of all versions; the version is ``"0.4"``.
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (*well_types.WellMeta.__rules__, rules.version_04)
