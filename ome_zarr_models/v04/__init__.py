"""
OME-Zarr 0.4, on Zarr format 2.

The specification is `OME-Zarr 0.4 <https://ngff.openmicroscopy.org/0.4/index.html>`_.
"""

from .._lazy import lazy

TYPE_CHECKING = bool()  # False, but jedi skips what it knows not to run
if TYPE_CHECKING:
    from .._zarr.v2 import ArraySpec, GroupSpec
    from . import (
        axes,
        base,
        bioformats2raw,
        coordinate_transformations,
        hcs,
        image,
        image_label,
        image_label_types,
        labels,
        multiscales,
        omero,
        plate,
        series,
        well,
        well_types,
    )
    from .base import BaseGroupv04
    from .bioformats2raw import BioFormats2Raw
    from .hcs import HCS
    from .image import Image
    from .image_label import ImageLabel
    from .labels import Labels
    from .series import Series
    from .well import Well

__all__ = [
    "HCS",
    "ArraySpec",
    "BaseGroupv04",
    "BioFormats2Raw",
    "GroupSpec",
    "Image",
    "ImageLabel",
    "Labels",
    "Series",
    "Well",
    "axes",
    "base",
    "bioformats2raw",
    "coordinate_transformations",
    "hcs",
    "image",
    "image_label",
    "image_label_types",
    "labels",
    "multiscales",
    "omero",
    "plate",
    "series",
    "well",
    "well_types",
]

lazy(
    globals(),
    {
        ".._zarr.v2": ("ArraySpec", "GroupSpec"),
        ".base": ("BaseGroupv04",),
        ".bioformats2raw": ("BioFormats2Raw",),
        ".hcs": ("HCS",),
        ".image": ("Image",),
        ".image_label": ("ImageLabel",),
        ".labels": ("Labels",),
        ".series": ("Series",),
        ".well": ("Well",),
    },
)
