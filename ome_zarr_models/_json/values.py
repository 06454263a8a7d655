"""JSON values in Python: their types, access to nested values, and what is not JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from attrs import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..typing import Loc


_SCALARS: Final = frozenset((int, bool, type(None)))
_SCALAR_TYPES: Final = frozenset((str, int, float, bool, type(None)))
_SURROGATE: Final = "[\ud800-\udfff]"


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a value is a JSON object."""
    return type(value) is dict or isinstance(value, Mapping)  # the type check is much faster


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array; tuples count too."""
    return isinstance(value, list | tuple)


def at(document: object, *steps: str | int) -> Any:
    """Return the value at a path of keys in a document; None if the path leads nowhere."""
    for step in steps:
        document = document.get(str(step)) if is_object(document) else None
    return document


def replaced(document: Any, loc: Loc, value: Any) -> Any:
    """
    Return a document with a value replaced, or removed if it is `attrs.NOTHING`.

    Its other values are shared, not copied.
    """
    step, *rest = loc
    inner = replaced(document[step], tuple(rest), value) if rest else value
    if is_list(document):
        return [inner if i == step else item for i, item in enumerate(document)]
    changed = {**document, step: inner}
    if inner is NOTHING:
        del changed[step]
    return changed


def items_at(owner: object, key: str) -> list[Any]:
    """Return the list under a key of an object; an empty list if it has no list."""
    value = owner.get(key) if is_object(owner) else None
    return value if is_list(value) else []


def objects_at(owner: object, key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list under a key of an object; other items are skipped."""
    return [item for item in items_at(owner, key) if is_object(item)]


def is_scalar(value: object) -> bool:
    """Return whether a value is a string, number, boolean or null that JSON allows."""
    if type(value) is float:
        return isfinite(value)
    if type(value) is str:
        # JSON can escape a lone surrogate, but UTF-8 cannot encode it.
        return value.isascii() or not re.search(_SURROGATE, value)
    return type(value) in _SCALARS


def copied(value: Any) -> Any:
    """
    Copy the objects and arrays of a JSON value, so that no one else can change them later.

    Tuples become lists. What is not JSON is not copied, nor what is nested more deeply than
    Python can follow.
    """
    try:
        return _copied(value)
    except RecursionError:
        return value


def _copied(value: Any) -> Any:
    # Scalars, which most values are, are passed by without a call.
    if value.__class__ is dict or is_object(value):
        return {k: v if v.__class__ in _SCALAR_TYPES else _copied(v) for k, v in value.items()}
    if is_list(value):
        return [v if v.__class__ in _SCALAR_TYPES else _copied(v) for v in value]
    return value


def not_json(value: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield each value within a value that JSON does not allow, such as NaN, with its location."""
    # A stack instead of recursion: documents may be nested more deeply than Python recurses.
    stack: list[tuple[_Place, object]] = [(None, value)]
    while stack:
        place, value = stack.pop()
        if is_scalar(value):
            continue
        if is_object(value):
            for key, item in reversed([*value.items()]):
                stack.append(((place, key), item))
                if type(key) is not str:
                    yield _steps(place), key
        elif is_list(value):
            stack += [((place, i), item) for i, item in reversed([*enumerate(value)])]
        else:
            yield _steps(place), value


_Place: TypeAlias = "tuple[_Place, str | int] | None"
"""The place of the container of a value, and the last step: a linked list, never copied."""


def _steps(place: _Place) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return tuple(reversed(steps))
