"""JSON text, to and from the values that Python has for it."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ..exceptions import Problem, ValidationError
from .values import is_list, is_object, not_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..typing import Loc


NOT_JSON: Final = "json-value"
"""The rule that a value breaks which JSON does not have, such as NaN."""

REPEATED_KEY: Final = "json-key"
"""The rule that an object breaks which has a key more than once."""

_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*+")|//[^\n]*|/\*.*?\*/|#[^\n]*', re.DOTALL)
_NULL: Final = re.compile(rb"null")  # which finds out twice as fast as `in` that there is none
_LINE: Final = 80
_PLAIN: Final = (str, int, float, bool, type(None))
_SHOWN: Final = json.JSONEncoder(ensure_ascii=False, default=repr)


def decode(text: bytes | str) -> tuple[Any, bool]:
    """
    Return the value of a JSON text, and whether the text is JSON to the letter.

    ``NaN`` and infinities, which are no JSON but are written by many, are read too:
    `refuse_flaws` says where they are.

    Raises
    ------
    ValueError
        If the text is no JSON, or not UTF-8.
    """
    try:
        try:
            return _decode()(text), True
        except ValueError:
            return json.loads(text.decode() if isinstance(text, bytes) else text), False
    except RecursionError:
        msg = "it is nested too deeply"
        raise ValueError(msg) from None


def decode_closely(text: bytes) -> tuple[Any, bool, tuple[Problem, ...]]:
    """Return what `decode` does, and the keys that an object has more than once."""
    value, is_exact = decode(text)
    return value, is_exact, repeated_keys(text, value)


def repeated_keys(text: bytes | str, value: Any) -> tuple[Problem, ...]:
    """Return the keys that a JSON text has more than once in an object: `value` has the last."""
    # Nearly always there is a colon for each key of the value; strings have theirs in both.
    if _colons(text) == _colons_in(value):
        return ()
    try:
        found = list(_repeated(json.loads(text, object_pairs_hook=_Pairs)))
    except RecursionError:  # deeper than any key that is asked for
        return ()
    message = "expected this key once, got it more than once"
    return tuple(Problem(REPEATED_KEY, "error", "", loc, message) for loc in found)


def _colons(text: bytes | str) -> int | None:
    """Return how many colons a text has; None if there may be escaped ones."""
    if isinstance(text, str):
        return None if "\\u003" in text else text.count(":")
    return None if b"\\u003" in text else text.count(b":")


def _colons_in(value: Any) -> int:
    """Return how many colons the text of a value has; -1 if it has no text."""
    try:
        return _encode()(value).count(b":")
    except ValueError:  # half a character
        return -1


class _Pairs(list[Any]):
    """The keys of a JSON object, each with its value."""


def _repeated(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    if isinstance(value, _Pairs):
        names = Counter(name for name, _ in value)
        yield from ((*loc, name) for name, count in names.items() if count > 1)
        for name, item in value:
            yield from _repeated(item, (*loc, name))
    elif is_list(value):
        for i, item in enumerate(value):
            yield from _repeated(item, (*loc, i))


def refuse_flaws(value: Any) -> None:
    """Raise a `ValidationError` that names what JSON does not have in a value, such as NaN."""
    problems = _flaws(value)
    if problems:
        raise ValidationError(problems)


def encode(value: Any, *, indent: int = 0, is_sure: bool = False) -> bytes:
    """
    Return the JSON text of a value.

    ``is_sure`` tells that there is no number in it that JSON does not have.

    Raises
    ------
    ValidationError
        If there is something in it that JSON does not have, such as NaN; it names each.
    """
    try:
        text = _encode()(value)
        # NaN is written as null.
        problems = _flaws(value) if not is_sure and _NULL.search(text) else ()
    except (TypeError, ValueError) as error:
        raise ValidationError(_flaws(value)) from error
    if problems:
        raise ValidationError(problems)
    return _format(text, indent) if indent else text


def _flaws(value: Any) -> tuple[Problem, ...]:
    return tuple(
        Problem(NOT_JSON, "error", "", loc, f"expected JSON, got {show(found)}")
        for loc, found in not_json(value)
    )


def show(value: object) -> str:
    """Return a value as JSON text, cut short."""
    plain = islice(_SHOWN.iterencode(value), _LINE) if _is_plain(value) else [repr(value)]
    text = "".join(plain)
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LINE else f"{text[: _LINE - 3]}..."


def _is_plain(value: object) -> bool:
    """Return whether a value looks like what it is as JSON; a number of numpy's would not."""
    if is_list(value):
        return all(type(item) in _PLAIN or is_object(item) or is_list(item) for item in value)
    return type(value) in _PLAIN or is_object(value)


def has_comments(text: bytes) -> bool:
    """Return whether a text would be JSON without the comments that are in it."""
    try:
        json.loads(_COMMENT.sub(r"\1", text.decode()))
    except (ValueError, RecursionError):
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
