"""Axes of OME-Zarr 0.5."""

from ..common._reexports import reexport
from ..common.axes import Axes, Axis, AxisType

__all__ = ["Axes", "Axis", "AxisType"]

reexport(globals())
