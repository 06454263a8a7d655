"""The rules of ``omero``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._models.rule import MUST, SCHEMA, Finding, Part, Rule, of_key, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "omero-md"

_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")

CHANNELS = Rule("omero.channels", MUST, SECTION, "'omero' has 'channels', a list of objects.")
COLOR = Rule("omero.color", MUST, SECTION, "Every channel has 'color'.")
WINDOW = Rule("omero.window", MUST, SECTION, "Every channel has 'window', an object.")
MIN_MAX = Rule("omero.window-minmax", MUST, SECTION, "A window has the numbers 'min' and 'max'.")
START_END = Rule(
    "omero.window-startend", MUST, SECTION, "A window has the numbers 'start' and 'end'."
)
TYPES = Rule(
    "schema.omero-types", SCHEMA, SECTION, "Label and family are strings, active is a boolean."
)


@rule("omero.color-hex", MUST, SECTION, schema=of_key("color", pattern="^[0-9a-fA-F]{6}$"))
def color_hex(channel: Part) -> Iterator[Finding]:
    """The color of a channel is a string of 6 hexadecimal digits."""
    if len(channel.color) != 6 or not _HEX_DIGITS.issuperset(channel.color):  # noqa: PLR2004 - RRGGBB
        yield Finding(("color",), f"expected 6 hexadecimal digits, got {channel.color!r}")
