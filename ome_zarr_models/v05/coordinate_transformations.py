"""Coordinate transformations of OME-Zarr 0.5."""

from ..common.coordinate_transformations import (
    Identity,
    PathScale,
    PathTranslation,
    ScaleTransform,
    Transform,
    TranslationTransform,
    VectorScale,
    VectorTransform,
    VectorTranslation,
)

__all__ = [
    "Identity",
    "PathScale",
    "PathTranslation",
    "ScaleTransform",
    "Transform",
    "TranslationTransform",
    "VectorScale",
    "VectorTransform",
    "VectorTranslation",
]
