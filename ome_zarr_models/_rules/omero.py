"""The rules for ``omero``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._json.text import show
from .._models.rule import MUST, SCHEMA, Finding, Part, Rule, of_key, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "omero-md"

_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")

CHANNELS = Rule("omero.channels", MUST, SECTION, "'omero' must have 'channels', a list of objects.")
COLOR = Rule("omero.color", MUST, SECTION, "Each channel must have 'color'.")
WINDOW = Rule("omero.window", MUST, SECTION, "Each channel must have 'window', an object.")
MIN_MAX = Rule(
    "omero.window-minmax", MUST, SECTION, "A window must have the numbers 'min' and 'max'."
)
START_END = Rule(
    "omero.window-startend", MUST, SECTION, "A window must have the numbers 'start' and 'end'."
)
TYPES = Rule(
    "schema.omero-types",
    SCHEMA,
    SECTION,
    "The JSON schema requires 'label' and 'family' to be strings, and 'active' to be a boolean.",
)


@rule("omero.color-hex", MUST, SECTION, schema=of_key("color", pattern="^[0-9a-fA-F]{6}$"))
def color_hex(channel: Part) -> Iterator[Finding]:
    """The color of a channel must be a string of 6 hexadecimal digits."""
    if len(channel.color) != 6 or not _HEX_DIGITS.issuperset(channel.color):  # noqa: PLR2004 - RRGGBB
        yield Finding(("color",), f"expected 6 hexadecimal digits, got {show(channel.color)}")
