"""Coordinate transformations of 0.6: the names of `coordinate_transforms`, where 0.5 has them."""

from .coordinate_transforms import *  # noqa: F403 - all of its names
from .coordinate_transforms import __all__ as __all__  # noqa: PLC0414 - and no others
