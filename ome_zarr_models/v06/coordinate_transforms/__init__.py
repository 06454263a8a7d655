"""
Coordinate transformations of OME-Zarr 0.6.

A transformation maps points from one coordinate system to another. The section of the
specification is `"coordinateTransformations" metadata
<https://ngff.openmicroscopy.org/0.6/index.html#coord-trafo-md>`_.
"""

from ...common._reexports import reexport
from ..axes import Axis
from ..coordinate_systems import CoordinateSystem, CoordinateSystemIdentifier
from ._affine import (
    Affine,
    Identity,
    MapAxis,
    NoAffineError,
    NoInverseError,
    ProjectAxis,
    Rotation,
    Scale,
    Transform,
    Translation,
    UnloadedError,
)
from ._composed import AnyTransform, Bijection, ByDimension, ByDimensionTransform, Sequence
from ._fields import Coordinates, Displacements

__all__ = [
    "Affine",
    "AnyTransform",
    "Axis",
    "Bijection",
    "ByDimension",
    "ByDimensionTransform",
    "CoordinateSystem",
    "CoordinateSystemIdentifier",
    "Coordinates",
    "Displacements",
    "Identity",
    "MapAxis",
    "NoAffineError",
    "NoInverseError",
    "ProjectAxis",
    "Rotation",
    "Scale",
    "Sequence",
    "Transform",
    "Translation",
    "UnloadedError",
]

reexport(globals())
