"""JSON text, to and from the values that Python has for it."""

from __future__ import annotations

import json
import re
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from ._values import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["decode", "encode", "has_comments", "show"]

_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|#[^\n]*', re.DOTALL)
_NULL: Final = re.compile(rb"null")  # which finds out twice as fast as `in` that there is none
_LINE: Final = 80


def decode(text: bytes | str) -> Any:
    """
    Return the value of a JSON text.

    ``NaN`` and infinities, which are no JSON but are written by many, are read: whoever
    expects a number there can say where it is.

    Raises
    ------
    ValueError
        If the text is no JSON, or not UTF-8.
    """
    try:
        return _decode()(text)
    except ValueError:
        return json.loads(text)


def encode(value: Any, *, indent: int = 0) -> bytes:
    """
    Return the JSON text of a value.

    Raises
    ------
    ValueError
        If there is a number that JSON does not have: NaN or an infinity.
    """
    text = _encode()(value)
    if _NULL.search(text) and not _is_finite(value):  # NaN would be written as null
        msg = f"JSON has no NaN and no infinities, got {show(value)}"
        raise ValueError(msg)
    return _format(text, indent) if indent else text


def show(value: object) -> str:
    """Return a value as JSON text, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LINE else f"{text[: _LINE - 3]}..."


def has_comments(text: bytes) -> bool:
    """Return whether a text would be JSON without the comments that are in it."""
    try:
        json.loads(_COMMENT.sub(r"\1", text.decode()))
    except ValueError:
        return False
    return True


# msgspec is imported when a text is read or written, and not before.


@cache
def _decode() -> Callable[[bytes | str], Any]:
    import msgspec

    return msgspec.json.Decoder().decode


@cache
def _encode() -> Callable[[Any], bytes]:
    import msgspec

    return msgspec.json.Encoder().encode


def _format(text: bytes, indent: int) -> bytes:
    import msgspec

    return msgspec.json.format(text, indent=indent)


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if is_object(value):
        return all(map(_is_finite, value.values()))
    return not is_list(value) or all(map(_is_finite, value))
