"""Axes of 0.4."""

from ..common.axes import Axis

__all__ = ["Axis"]
