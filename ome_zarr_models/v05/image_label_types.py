"""What the values of a label image of 0.5 mean."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import labels as rules
from ..common import image_label_types
from ..common.image_label_types import RGBA, Color, Property, Source, Uint8

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]


@frozen(kw_only=True, repr=False)
class Label(image_label_types.Label):
    """
    What the values of a label image mean.

    Beyond what all versions have, 0.5 writes its version here.

    Parameters
    ----------
    colors, properties, source, extra : optional
        As in all versions.
    version : str, optional
        The version of the specification, ``"0.5"``.
    """

    version: str | None = field(default=None, metadata=key(rules.VERSION, rules.VERSION_STRING))
