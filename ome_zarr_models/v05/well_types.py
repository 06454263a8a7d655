"""Wells of 0.5, and their fields of view."""

from ..common.well_types import WellImage, WellMeta

__all__ = ["WellImage", "WellMeta"]
