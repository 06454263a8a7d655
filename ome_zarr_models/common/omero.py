"""
How to show the image, as the OMERO server has it.

The specification's section is `"omero" metadata (transitional)
<https://ngff.openmicroscopy.org/0.4/index.html#omero-md>`_.
"""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import items, key, number
from .._models.model import Model
from .._rules import omero as rules
from ..typing import JSON

__all__ = ["Channel", "Omero", "Window"]


@frozen(kw_only=True, repr=False)
class Window(Model):
    """
    The range of a channel's intensities, and the part of it that is shown.

    Parameters
    ----------
    max, min : float
        The largest and the smallest intensity.
    start, end : float
        The intensities that are shown darkest and brightest.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    max: float = field(converter=number, metadata=key(rules.MIN_MAX))
    min: float = field(converter=number, metadata=key(rules.MIN_MAX))
    start: float = field(converter=number, metadata=key(rules.START_END))
    end: float = field(converter=number, metadata=key(rules.START_END))


@frozen(kw_only=True, repr=False)
class Channel(Model):
    """
    How to show one index of the channel axis.

    Parameters
    ----------
    color : str
        The color, as 6 hexadecimal digits: ``"RRGGBB"``.
    window : Window
        The range of intensities that is shown.
    active : bool, optional
        Whether the channel is shown.
    coefficient, inverted : optional
        The coefficient of the family's curve, and whether it is turned round.
    family : str, optional
        The curve from intensity to brightness, such as ``"linear"``.
    label : str, optional
        The name of the channel.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (rules.color_hex,)

    color: str = field(metadata=key(rules.COLOR, rules.color_hex))
    window: Window = field(metadata=key(rules.WINDOW))
    active: bool | None = field(default=None, metadata=key(None, rules.TYPES))
    coefficient: JSON = field(default=None, hash=False)
    family: str | None = field(default=None, metadata=key(None, rules.TYPES))
    inverted: JSON = field(default=None, hash=False)
    label: str | None = field(default=None, metadata=key(None, rules.TYPES))


@frozen(kw_only=True, repr=False)
class Omero(Model):
    """
    How to show the image.

    Parameters
    ----------
    channels : sequence of Channel
        One channel for each index of the channel axis.
    id, name, version : optional
        The number and the name of the image in OMERO, and the version of this metadata.
    rdefs : mapping, optional
        What is shown first: ``defaultT``, ``defaultZ`` and ``model``.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    channels: tuple[Channel, ...] = field(
        converter=items[Channel, ...], metadata=key(rules.CHANNELS)
    )
    id: JSON = field(default=None, hash=False)
    name: JSON = field(default=None, hash=False)
    version: JSON = field(default=None, hash=False)
    rdefs: JSON = field(default=None, hash=False)
