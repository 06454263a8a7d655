"""
What the values of a label image mean.

The specification's section is `"image-label" metadata
<https://ngff.openmicroscopy.org/0.4/index.html#label-md>`_.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from .._models.fields import integer, integers, items, key
from .._models.model import Model
from .._models.rule import Rule
from .._rules import labels as rules
from .versioned import Versioned

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]

Uint8: TypeAlias = int
RGBA: TypeAlias = tuple[Uint8, ...]


@frozen(kw_only=True, repr=False)
class Color(Model):
    """
    The color in which a label value is shown.

    Parameters
    ----------
    label_value : int
        The value in the label image; in JSON its key is ``label-value``.
    rgba : sequence of int, optional
        Red, green, blue and opacity, from 0 to 255.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (rules.rgba,)

    label_value: int = field(
        converter=integer,
        metadata=key(rules.COLOR_VALUE, rules.COLOR_VALUE_INT, name="label-value"),
    )
    rgba: RGBA | None = field(
        default=None, converter=optional(integers), metadata=key(None, rules.rgba)
    )


@frozen(kw_only=True, repr=False)
class Property(Model):
    """
    What is known of a label value; the properties themselves are in ``extra``.

    Parameters
    ----------
    label_value : int
        The value in the label image; in JSON its key is ``label-value``.
    extra : mapping, optional
        The properties, by name.
    """

    label_value: int = field(
        converter=integer,
        metadata=key(rules.PROPERTY_VALUE, rules.PROPERTY_VALUE_INT, name="label-value"),
    )


@frozen(kw_only=True, repr=False)
class Source(Model):
    """
    The image that a label image belongs to.

    Parameters
    ----------
    image : str
        The relative path from the label image to the image's group.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    image: str = field(default="../../", metadata=key(None, rules.SOURCE_IMAGE))


@frozen(kw_only=True, repr=False)
class Label(Versioned):
    """
    What the values of a label image mean.

    Parameters
    ----------
    colors : sequence of Color, optional
        The colors in which label values are shown.
    properties : sequence of Property, optional
        What is known of label values.
    source : Source, optional
        The image that the label image belongs to.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.colors_unique, rules.some_colors)

    colors: tuple[Color, ...] | None = field(
        default=None,
        converter=optional(items[Color, ...]),
        metadata=key(rules.COLORS, rules.COLORS_LIST),
    )
    properties: tuple[Property, ...] | None = field(
        default=None,
        converter=optional(items[Property, ...]),
        metadata=key(None, rules.PROPERTIES_LIST),
    )
    source: Source | None = field(default=None, metadata=key(None, rules.SOURCE))
