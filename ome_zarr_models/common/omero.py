"""
Rendering settings of an image, as the OMERO server has them.

See `"omero" metadata (transitional)
<https://ngff.openmicroscopy.org/0.5/index.html#omero-md>`_ in the specification.
"""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import items, key, number
from .._models.model import Model
from .._rules import omero as rules
from ..typing import JSON
from ._reexports import reexport

__all__ = ["Channel", "Omero", "Window"]


@frozen(kw_only=True, repr=False)
class Window(Model):
    """
    The range of the intensities of a channel, and the part of it that is displayed.

    See `"omero" metadata (transitional)
    <https://ngff.openmicroscopy.org/0.5/index.html#omero-md>`_ in the specification.

    Parameters
    ----------
    max, min : float
        The largest and the smallest intensity, as pixel values.
    start, end : float
        The intensities that are displayed darkest and brightest, as pixel values.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If a value is not a finite number.

    Examples
    --------
    >>> Window(min=0, max=65535, start=100, end=2000)
    Window(max=65535, min=0, start=100, end=2000)
    """

    max: float = field(converter=number, metadata=key(rules.MIN_MAX))
    min: float = field(converter=number, metadata=key(rules.MIN_MAX))
    start: float = field(converter=number, metadata=key(rules.START_END))
    end: float = field(converter=number, metadata=key(rules.START_END))


@frozen(kw_only=True, repr=False)
class Channel(Model):
    """
    The rendering settings of a channel.

    See `"omero" metadata (transitional)
    <https://ngff.openmicroscopy.org/0.5/index.html#omero-md>`_ in the specification.

    Parameters
    ----------
    color : str
        The color, as 6 hexadecimal digits: ``"RRGGBB"``.
    window : Window
        The range of intensities that is displayed.
    active : bool, optional
        Whether the channel is displayed.
    coefficient : JSON, optional
        The coefficient of the curve of `family`.
    family : str, optional
        The curve from intensity to brightness, such as ``"linear"``.
    inverted : JSON, optional
        Whether the curve is inverted.
    label : str, optional
        The name of the channel.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `color` is not 6 hexadecimal digits, or there is no window.

    Examples
    --------
    >>> channel = Channel(
    ...     color="00FF00", label="GFP", window=Window(min=0, max=255, start=10, end=200)
    ... )
    >>> channel.label, channel.window.end
    ('GFP', 200)
    """

    spec_rules = (rules.color_hex,)
    fields_in_extra = ("active", "coefficient", "family", "inverted", "label")

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
    The rendering settings of an image: the value of ``omero``.

    See `"omero" metadata (transitional)
    <https://ngff.openmicroscopy.org/0.5/index.html#omero-md>`_ in the specification.

    Parameters
    ----------
    channels : sequence of Channel
        The channels: one for each index of the channel axis, in order.
    id : JSON, optional
        The id of the image in OMERO.
    name : JSON, optional
        The name of the image in OMERO.
    version : JSON, optional
        The version of this metadata.
    rdefs : JSON, optional
        The default view: an object with ``defaultT``, ``defaultZ`` and ``model``.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `channels` is not a sequence of channels.

    Examples
    --------
    >>> window = Window(min=0, max=255, start=0, end=255)
    >>> omero = Omero(channels=[Channel(color="FFFFFF", window=window)], id=1)
    >>> len(omero.channels)
    1
    """

    fields_in_extra = ("id", "name", "version", "rdefs")

    channels: tuple[Channel, ...] = field(
        converter=items[Channel, ...], metadata=key(rules.CHANNELS)
    )
    id: JSON = field(default=None, hash=False)
    name: JSON = field(default=None, hash=False)
    version: JSON = field(default=None, hash=False)
    rdefs: JSON = field(default=None, hash=False)


reexport(globals())
