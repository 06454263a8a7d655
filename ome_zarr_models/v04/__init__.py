"""OME-Zarr 0.4."""

from .._lazy import lazy

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from .._zarr_v2 import ArraySpec, GroupSpec
    from .base import BaseGroupv04
    from .image import Image
    from .image_label import ImageLabel
    from .labels import Labels

__all__ = ["ArraySpec", "BaseGroupv04", "GroupSpec", "Image", "ImageLabel", "Labels"]

__getattr__, __dir__ = lazy(
    globals(),
    {
        "ArraySpec": ".._zarr_v2",
        "BaseGroupv04": ".base",
        "GroupSpec": ".._zarr_v2",
        "Image": ".image",
        "ImageLabel": ".image_label",
        "Labels": ".labels",
    },
)
