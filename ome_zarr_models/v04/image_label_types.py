"""What the values of a label image of 0.4 mean."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from .._model import key
from .._rules import Rule
from .._rules import labels as rules
from ..common.image_label_types import RGBA, Color, LabelBase, Property, Source, Uint8

__all__ = ["RGBA", "Color", "Label", "Property", "Source", "Uint8"]


@frozen(kw_only=True, repr=False)
class Label(LabelBase):
    """
    What the values of a label image mean: the content of ``image-label``.

    Parameters
    ----------
    colors, properties, source, extra : optional
        See `LabelBase`.
    version : str, optional
        The version of the specification, ``"0.4"``.
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (*LabelBase.__rules__, rules.version_04)

    version: str | None = field(default=None, metadata=key(rules.VERSION, rules.VERSION_STRING))
