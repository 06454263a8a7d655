"""Axes of multiscales in 0.4 and 0.5, on which those of 0.6 are based."""

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
"""The types of axes that 0.4 and 0.5 define; other types are allowed."""


@frozen(kw_only=True, repr=False)
class Axis(Model):
    """
    An axis of an image: one dimension of its arrays.

    See `"axes" metadata <https://ngff.openmicroscopy.org/0.5/index.html#axes-md>`_ in the
    specification.

    Parameters
    ----------
    name : str
        The name of the axis, such as ``"x"``; unique among the axes of a multiscale.
    type : str, optional
        The type of the axis: ``"space"``, ``"time"``, ``"channel"``, or a custom type.
    unit : str, optional
        The physical unit of coordinates along the axis: a UDUNITS-2 name, such as
        ``"micrometer"`` or ``"second"``.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If a value is not JSON.

    Notes
    -----
    Only the JSON schema requires these values to be strings. A value of another type is
    kept as it is, and `validate` warns about it.

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
"""The axes of a multiscale, in the order of the dimensions of its arrays."""


def names_instead_of(axes: object) -> str:
    """Return the message for axes that are given by their names; empty for other values."""
    if isinstance(axes, str) or (is_list(axes) and any(isinstance(axis, str) for axis in axes)):
        from .._json.text import show  # only when something is wrong

        return f'expected axes, such as [Axis(name="z", type="space")], got {show(axes)}'
    return ""
