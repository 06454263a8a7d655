"""Axes, as 0.4 and 0.5 have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from .._json.values import is_list
from .._models.fields import key
from .._models.model import Model
from .._models.rule import Rule
from .._rules import axes as rules

__all__ = ["Axes", "Axis", "AxisType"]

AxisType: TypeAlias = Literal["space", "time", "channel"]


@frozen(kw_only=True, repr=False)
class Axis(Model):
    """
    A dimension of the image, in the order of the dimensions of its arrays.

    The specification's section is `"axes" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#axes-md>`_.

    Parameters
    ----------
    name : str
        The name of the axis, such as ``"x"``; no two axes have the same.
    type : str, optional
        ``"space"``, ``"time"``, ``"channel"``, or a type of one's own.
    unit : str, optional
        The physical unit of the axis, such as ``"micrometer"`` or ``"second"``.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.

    Notes
    -----
    Only the JSON schema asks that these are strings. A document's value of another type
    is kept as it is found.

    Examples
    --------
    >>> Axis(name="x", type="space", unit="micrometer")
    Axis(name='x', type='space', unit='micrometer')
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.type_known, rules.unit_given, rules.unit_known)

    name: str = field(metadata=key(rules.NAME, rules.STRINGS))
    type: str | None = field(default=None, metadata=key(rules.TYPE, rules.STRINGS))
    unit: str | None = field(default=None, metadata=key(None, rules.STRINGS))


Axes: TypeAlias = Sequence[Axis]


def names_instead_of(axes: object) -> str:
    """Return the message for axes that are given by their names; empty for other values."""
    if isinstance(axes, str) or (is_list(axes) and any(isinstance(axis, str) for axis in axes)):
        from .._json.text import show  # only when something is wrong

        return f'expected axes, such as [Axis(name="z", type="space")], got {show(axes)}'
    return ""
