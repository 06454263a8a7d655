"""Wells of 0.5, and their fields of view."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import plates as rules
from ..common import well_types
from ..common.well_types import WellImage

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellMeta(well_types.WellMeta):
    """
    The fields of view of a well.

    Beyond what all versions have, 0.5 writes its version here.

    Parameters
    ----------
    images : sequence of WellImage
        The images.
    extra : mapping, optional
        As in all versions.
    version : str, optional
        The version of the specification, ``"0.5"``.
    """

    version: str | None = field(
        default=None, metadata=key(rules.WELL_VERSION, rules.WELL_VERSION_STRING)
    )
