"""Axes of 0.6."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from .._models.fields import key
from .._rules import axes as rules
from ..common import axes

__all__ = ["Axis", "AxisType"]

AxisType: TypeAlias = Literal["array", "space", "time", "channel", "coordinate", "displacement"]


@frozen(kw_only=True, repr=False)
class Axis(axes.Axis):
    """
    An axis of a coordinate system.

    Beyond what all versions have, an axis of 0.6 may be discrete, and have a long name. The
    specification's section is `"axes" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#axes-md>`_.

    Parameters
    ----------
    name : str
        The name of the axis, such as ``"x"``; no two axes of a system have the same.
    type : str, optional
        ``"array"``, ``"space"``, ``"time"``, ``"channel"``, ``"coordinate"``,
        ``"displacement"``, or a type of one's own.
    unit : str, optional
        The physical unit of the axis, such as ``"micrometer"`` or ``"second"``.
    discrete : bool, optional
        Whether there is nothing between two integers along the axis, as between channels.
    longName : str, optional
        What the name stands for.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.

    Examples
    --------
    >>> Axis(name="c", type="channel", discrete=True)
    Axis(name='c', type='channel', discrete=True)
    """

    spec_rules = (
        rules.name_nonempty,
        rules.type_known_06,
        rules.unit_given,
        rules.unit_known,
    )

    name: str = field(metadata=key(rules.NAME, rules.name_nonempty))
    type: str | None = field(default=None, metadata=key(rules.TYPE, rules.STRINGS))
    unit: str | None = field(default=None, metadata=key(None, rules.STRINGS))
    discrete: bool | None = field(default=None, metadata=key(None, rules.DISCRETE))
    longName: str | None = field(default=None, metadata=key(None, rules.LONG_NAME))
