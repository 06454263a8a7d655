"""
The metadata of label images: colors and properties of label values, and the source image.

See `"image-label" metadata <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_ in
the specification.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from attrs import field, frozen

from .._models.fields import integer, key, optional_integers, optional_items
from .._models.model import Model
from .._models.rule import Rule
from .._rules import labels as rules
from ._reexports import reexport
from .versioned import Versioned

__all__ = ["RGBA", "Color", "Label", "LabelBase", "Property", "Source", "Uint8"]

Uint8: TypeAlias = int
"""An integer from 0 to 255."""
RGBA: TypeAlias = tuple[Uint8, ...]
"""Four integers from 0 to 255: red, green, blue and opacity."""


@frozen(kw_only=True, repr=False)
class Color(Model):
    """
    The color in which a label value is displayed.

    See `"image-label" metadata <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_
    in the specification.

    Parameters
    ----------
    label_value : int
        The value in the label image. Its key in JSON is ``label-value``.
    rgba : sequence of int, shape (4,), optional
        Red, green, blue and opacity, each from 0 to 255.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `label_value` is not an integer, or `rgba` is not four integers from 0 to 255.

    Examples
    --------
    >>> Color(label_value=1, rgba=[255, 0, 0, 255])
    Color(label_value=1, rgba=(255, 0, 0, 255))
    """

    spec_rules = (rules.rgba,)

    label_value: int = field(
        converter=integer,
        metadata=key(rules.COLOR_VALUE, rules.COLOR_VALUE_INT, name="label-value"),
    )
    rgba: RGBA | None = field(
        default=None, converter=optional_integers, metadata=key(None, rules.rgba)
    )


@frozen(kw_only=True, repr=False)
class Property(Model):
    """
    The properties of the object that a label value stands for.

    See `"image-label" metadata <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_
    in the specification.

    Parameters
    ----------
    label_value : int
        The value in the label image. Its key in JSON is ``label-value``.
    extra : mapping of str to JSON, optional
        The properties, by their names.

    Raises
    ------
    ValidationError
        If `label_value` is not an integer.

    Examples
    --------
    >>> Property(label_value=1, extra={"area (pixels)": 1200, "class": "foo"})
    Property(label_value=1, extra={'area (pixels)': 1200, 'class': 'foo'})
    """

    label_value: int = field(
        converter=integer,
        metadata=key(rules.PROPERTY_VALUE, rules.PROPERTY_VALUE_INT, name="label-value"),
    )


@frozen(kw_only=True, repr=False)
class Source(Model):
    """
    The image that a label image was made from.

    See `"image-label" metadata <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_
    in the specification.

    Parameters
    ----------
    image : str, default "../../"
        The path of the image's group, relative to the group of the label image.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `image` is not a string.

    Examples
    --------
    >>> Source(image="../../")
    Source()
    """

    image: str = field(default="../../", metadata=key(None, rules.SOURCE_IMAGE))


@frozen(kw_only=True, repr=False)
class Label(Versioned):
    """
    The metadata of a label image: the value of ``image-label``.

    See `"image-label" metadata <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_
    in the specification.

    Parameters
    ----------
    colors : sequence of Color, optional
        The colors in which label values are displayed, at most one for each value.
    properties : sequence of Property, optional
        The properties of the objects that label values stand for.
    source : Source, optional
        The image that the label image was made from; by default the image whose ``labels``
        it is in.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `colors` has two colors for a label value.

    Examples
    --------
    >>> Label(colors=[Color(label_value=1, rgba=[255, 0, 0, 255])])
    Label(colors=(Color(label_value=1, rgba=(255, 0, 0, 255)),))
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.colors_unique, rules.some_colors)

    colors: tuple[Color, ...] | None = field(
        default=None,
        converter=optional_items[Color],
        metadata=key(rules.COLORS, rules.COLORS_LIST),
    )
    properties: tuple[Property, ...] | None = field(
        default=None,
        converter=optional_items[Property],
        metadata=key(None, rules.PROPERTIES_LIST),
    )
    source: Source | None = field(default=None, metadata=key(None, rules.SOURCE))


LabelBase = Label
"""The name of `Label` in ome-zarr-models."""


reexport(globals())
