"""What the values of a label image of 0.6 mean."""

from ..common.image_label_types import RGBA, Color, Label, Property, Source, Uint8

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]
