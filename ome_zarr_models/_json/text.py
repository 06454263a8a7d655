"""Decode and encode JSON text, and find what JSON does not allow."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import islice
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from ..exceptions import Problem, ValidationError
from .values import is_list, is_object, not_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..typing import Loc


NOT_JSON: Final = "json-value"
"""The id of the rule that every value is one that JSON allows; NaN breaks it."""

REPEATED_KEY: Final = "json-key"
"""The id of the rule that an object has each key once."""

# What is not closed reaches to the end, so that nothing is looked at twice.
_COMMENT: Final = r'(?s)("(?:\\.|[^"\\])*+(?:"|\\?\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)|#[^\n]*'
_MAX_COMMENTED: Final = 2**20
"""The length in bytes of texts that are searched for comments."""
_NULL: Final = re.compile(rb"null")  # twice as fast as `in` if there is no match
_MAX_SHOWN: Final = 80
_SCALARS: Final = (str, int, float, bool, type(None))
_MAX_COMPARED: Final = 64
"""The length of words, and the number of candidates, that are searched for a similar one."""


def decode(text: bytes | str) -> tuple[Any, bool]:
    """
    Decode JSON text.

    ``NaN`` and infinities are read too: JSON does not allow them, but many programs write
    them. `refuse_flaws` raises for them.

    Parameters
    ----------
    text : bytes or str
        The text; bytes are UTF-8.

    Returns
    -------
    value : JSON
        The value.
    is_exact : bool
        Whether the text is strictly valid JSON.

    Raises
    ------
    ValueError
        If the text is not JSON, or not UTF-8.
    """
    try:
        try:
            return _decode()(text), True
        except ValueError:
            # A byte order mark is read, although it is not JSON.
            return json.loads(
                text.decode("utf-8-sig") if isinstance(text, bytes) else text.lstrip("\ufeff")
            ), False
    except RecursionError:
        msg = "nested too deeply"
        raise ValueError(msg) from None


def decode_closely(text: bytes) -> tuple[Any, bool, tuple[Problem, ...]]:
    """Decode JSON text as `decode` does, and also return a problem for each repeated key."""
    value, is_exact = decode(text)
    return value, is_exact, repeated_keys(text, value)


def repeated_keys(text: bytes | str, value: Any) -> tuple[Problem, ...]:
    """Return a problem for each key that JSON text repeats in an object; `value` has the last."""
    # A quick look: the text has one colon for each key, and those in strings. If the value
    # encodes to as many, no key was dropped.
    if _count_colons(text) == _count_encoded_colons(value):
        return ()
    try:
        locs = list(_repeated_locs(json.loads(text, object_pairs_hook=_Pairs)))
    except RecursionError:  # deeper than any key of the metadata
        return ()
    message = "expected this key once, got it more than once"
    return tuple(Problem(REPEATED_KEY, "error", "", loc, message) for loc in locs)


def _count_colons(text: bytes | str) -> int | None:
    """Count the colons of JSON text; None if some may be escaped."""
    if isinstance(text, str):
        return None if "\\u003" in text else text.count(":")
    return None if b"\\u003" in text else text.count(b":")


def _count_encoded_colons(value: Any) -> int:
    """Count the colons of a value's JSON text; -1 if it cannot be encoded."""
    try:
        return _encode()(value).count(b":")
    except (ValueError, RecursionError):  # a lone surrogate, or nested too deeply
        return -1


class _Pairs(list[Any]):
    """The keys and values of a JSON object, repeated keys included."""


def _repeated_locs(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Yield the location of each repeated key."""
    if isinstance(value, _Pairs):
        counts = Counter(key for key, _ in value)
        yield from ((*loc, key) for key, count in counts.items() if count > 1)
        for key, item in value:
            yield from _repeated_locs(item, (*loc, key))
    elif is_list(value):
        for i, item in enumerate(value):
            yield from _repeated_locs(item, (*loc, i))


def refuse_flaws(value: Any) -> None:
    """
    Raise if a value contains values that JSON does not allow, such as NaN.

    Raises
    ------
    ValidationError
        With a problem for each such value.
    """
    problems = _flaws(value)
    if problems:
        raise ValidationError(problems)


def encode(value: Any, *, indent: int = 0, is_sure: bool = False, as_found: bool = False) -> bytes:
    """
    Encode a value as JSON text.

    Parameters
    ----------
    value : JSON
        The value.
    indent : int
        The number of spaces of an indentation; 0 for a text without line breaks.
    is_sure : bool
        Whether all numbers are known to be finite, so that they need not be checked.
    as_found : bool
        Whether NaN and infinities, which only some parsers read, are written as they were
        found in another text.

    Returns
    -------
    bytes
        The text, in UTF-8.

    Raises
    ------
    ValidationError
        If there are values that JSON does not allow, such as NaN; it carries a problem
        for each.
    """
    try:
        text = _encode()(value)
        # msgspec writes NaN as null.
        problems = _flaws(value) if not is_sure and _NULL.search(text) else ()
    except (TypeError, ValueError) as error:
        raise ValidationError(_flaws(value)) from error
    if problems and as_found:
        separators = (",", ": " if indent else ":")
        return json.dumps(
            value, indent=indent or None, separators=separators, ensure_ascii=False
        ).encode()
    if problems:
        raise ValidationError(problems)
    return _format(text, indent) if indent else text


def _flaws(value: Any) -> tuple[Problem, ...]:
    return tuple(
        Problem(NOT_JSON, "error", "", loc, f"expected JSON, got {show(flaw)}")
        for loc, flaw in not_json(value)
    )


def show(value: object) -> str:
    """
    Return a value as JSON text for a message, cut after 80 characters.

    A value that is not JSON, such as one of numpy, is shown as its ``repr``, or as its type
    if that fails.
    """
    try:
        parts = islice(_parts(value), _MAX_SHOWN) if _is_json(value) else [repr(value)]
        text = "".join(parts)[: _MAX_SHOWN + 1]
    except Exception:  # noqa: BLE001 - a key of another type, or a class that cannot be shown
        text = f"<{type(value).__name__}>"
    return cut(text.encode(errors="backslashreplace").decode())


def cut(text: str, length: int = _MAX_SHOWN) -> str:
    """Return a text for a message, cut after a number of characters."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _is_json(value: object) -> bool:
    """Return whether a value, and the items of a list, are of JSON's types, and not numpy's."""
    if is_list(value):
        items = islice(value, _MAX_SHOWN)  # more are not shown
        return all(type(item) in _SCALARS or is_object(item) or is_list(item) for item in items)
    return type(value) in _SCALARS or is_object(value)


def _parts(value: object) -> Iterator[str]:
    """Yield the JSON text of a value in short parts; a long string is cut."""
    if is_list(value):
        yield "["
        for i, item in enumerate(value):
            yield ", " if i else ""
            yield from _parts(item)
        yield "]"
    elif is_object(value):
        yield "{"
        for i, (key, item) in enumerate(value.items()):
            yield ", " if i else ""
            yield from _parts(key)
            yield ": "
            yield from _parts(item)
        yield "}"
    elif type(value) is int:
        yield show_integer(value)
    elif type(value) in _SCALARS and not isinstance(value, str):
        yield json.dumps(value)
    else:
        text = value if isinstance(value, str) else repr(value)
        yield encode_basestring(text[: _MAX_SHOWN + 1])


def show_integer(value: int) -> str:
    """Return an integer for a message; Python refuses to write out one of thousands of digits."""
    try:
        return cut(str(value))
    except ValueError:
        return f"an integer of {value.bit_length()} bits"


def closest(word: str, candidates: Iterable[str], similarity: float = 0.6) -> str | None:
    """
    Return the candidate that is most similar to a word; None if none is.

    Long words are not compared, and neither are more than the first 64 candidates.
    """
    from difflib import get_close_matches  # only messages need it

    if len(word) > _MAX_COMPARED:
        return None
    first = [each for each in islice(candidates, _MAX_COMPARED) if len(each) <= _MAX_COMPARED]
    return next(iter(get_close_matches(word, first, 1, similarity)), None)


def has_comments(text: bytes) -> bool:
    """Return whether a text that is not JSON would be JSON without its comments."""
    try:
        if len(text) > _MAX_COMMENTED:
            return False
        json.loads(re.sub(_COMMENT, r"\1", text.decode()))
    except (ValueError, RecursionError):
        return False
    return True


# msgspec is imported when the first text is read or written.


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
