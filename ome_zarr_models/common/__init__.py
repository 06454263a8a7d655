"""Metadata classes that several versions share: a version re-exports or subclasses them."""

from .._lazy import lazy

TYPE_CHECKING = bool()  # False, but jedi skips what it knows not to run
if TYPE_CHECKING:
    from . import (
        axes,
        coordinate_transformations,
        image_label_types,
        multiscales,
        omero,
        plate,
        validation,
        versioned,
        well,
        well_types,
    )

__all__ = [
    "axes",
    "coordinate_transformations",
    "image_label_types",
    "multiscales",
    "omero",
    "plate",
    "validation",
    "versioned",
    "well",
    "well_types",
]

lazy(globals(), {})
