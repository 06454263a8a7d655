"""Axes of OME-Zarr 0.6."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from .._models.fields import key
from .._rules import axes as rules
from ..common import axes
from ..common._reexports import reexport

__all__ = ["Axis", "AxisType"]

AxisType: TypeAlias = Literal["array", "space", "time", "channel", "coordinate", "displacement"]


@frozen(kw_only=True, repr=False)
class Axis(axes.Axis):
    """
    An axis of a coordinate system.

    Only since 0.6, an axis may be discrete, and have a long name. The specification's section is
    `"axes" metadata <https://ngff.openmicroscopy.org/0.6/index.html#axes-md>`_.

    Parameters
    ----------
    name : str
        The name of the axis, such as ``"x"``; unique in its coordinate system.
    type : str, optional
        ``"array"``, ``"space"``, ``"time"``, ``"channel"``, ``"coordinate"``,
        ``"displacement"``, or a custom type.
    unit : str, optional
        The physical unit of the axis, such as ``"micrometer"`` or ``"second"``.
    discrete : bool, optional
        Whether the axis has no values between the integers, as a channel axis.
    longName : str, optional
        A longer name or a description of the axis.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

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


reexport(globals())
