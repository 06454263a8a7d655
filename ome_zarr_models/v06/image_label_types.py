"""The colors and properties of label values of OME-Zarr 0.6."""

from ..common._reexports import reexport
from ..common.image_label_types import RGBA, Color, Label, Property, Source, Uint8

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]

reexport(globals())
