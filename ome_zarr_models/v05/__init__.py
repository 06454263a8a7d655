"""
OME-Zarr 0.5, on Zarr format 3.

The specification is `OME-Zarr 0.5 <https://ngff.openmicroscopy.org/0.5/index.html>`_.
"""

from .._lazy import lazy

TYPE_CHECKING = bool()  # False, but jedi skips what it knows not to run
if TYPE_CHECKING:
    from .._zarr.v3 import ArraySpec, GroupSpec
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
    from .base import BaseGroupv05
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
    "BaseGroupv05",
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
        ".._zarr.v3": ("ArraySpec", "GroupSpec"),
        ".base": ("BaseGroupv05",),
        ".bioformats2raw": ("BioFormats2Raw",),
        ".hcs": ("HCS",),
        ".image": ("Image",),
        ".image_label": ("ImageLabel",),
        ".labels": ("Labels",),
        ".series": ("Series",),
        ".well": ("Well",),
    },
)
