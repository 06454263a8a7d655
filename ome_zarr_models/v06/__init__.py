"""
OME-Zarr 0.6, on Zarr format 3.

The specification is `OME-Zarr 0.6 <https://ngff.openmicroscopy.org/0.6/index.html>`_.
"""

from .._lazy import lazy

TYPE_CHECKING = bool()  # False, but jedi skips what it knows not to run
if TYPE_CHECKING:
    from .._zarr.v3 import ArraySpec, GroupSpec
    from . import (
        axes,
        base,
        bioformats2raw,
        coordinate_systems,
        coordinate_transforms,
        hcs,
        image,
        image_label,
        image_label_types,
        labels,
        multiscales,
        omero,
        plate,
        scene,
        series,
        transform_graph,
        well,
        well_types,
    )
    from .base import BaseGroupv06
    from .bioformats2raw import BioFormats2Raw
    from .hcs import HCS
    from .image import Image
    from .image_label import ImageLabel
    from .labels import Labels
    from .scene import Scene
    from .series import Series
    from .well import Well

__all__ = [
    "HCS",
    "ArraySpec",
    "BaseGroupv06",
    "BioFormats2Raw",
    "GroupSpec",
    "Image",
    "ImageLabel",
    "Labels",
    "Scene",
    "Series",
    "Well",
    "axes",
    "base",
    "bioformats2raw",
    "coordinate_systems",
    "coordinate_transforms",
    "hcs",
    "image",
    "image_label",
    "image_label_types",
    "labels",
    "multiscales",
    "omero",
    "plate",
    "scene",
    "series",
    "transform_graph",
    "well",
    "well_types",
]

lazy(
    globals(),
    {
        ".._zarr.v3": ("ArraySpec", "GroupSpec"),
        ".base": ("BaseGroupv06",),
        ".bioformats2raw": ("BioFormats2Raw",),
        ".hcs": ("HCS",),
        ".image": ("Image",),
        ".image_label": ("ImageLabel",),
        ".labels": ("Labels",),
        ".scene": ("Scene",),
        ".series": ("Series",),
        ".well": ("Well",),
    },
)
