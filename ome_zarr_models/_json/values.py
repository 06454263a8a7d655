"""Values of JSON, as Python has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator


_SCALARS: Final = frozenset((int, bool, type(None)))
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a value is a JSON object."""
    return type(value) is dict or isinstance(value, Mapping)  # the first is much faster


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array; a tuple will do."""
    return isinstance(value, list | tuple)


def at(document: object, *steps: str | int) -> Any:
    """Return the value that keys lead to in a document; None if they lead nowhere."""
    for step in steps:
        document = document.get(str(step)) if is_object(document) else None
    return document


def items_at(owner: object, key: str) -> list[Any]:
    """Return the list that an object has under a key; an empty one if there is none."""
    value = owner.get(key) if is_object(owner) else None
    return value if is_list(value) else []


def objects_at(owner: object, key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list that an object has under a key, as far as there are any."""
    return [item for item in items_at(owner, key) if is_object(item)]


def is_scalar(value: object) -> bool:
    """Return whether a value is a string, a number, a boolean or null that JSON can have."""
    if type(value) is float:
        return isfinite(value)
    if type(value) is str:
        # Half a character, which JSON can escape, is none in UTF-8.
        return value.isascii() or not _SURROGATE.search(value)
    return type(value) in _SCALARS


def not_json(value: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield what JSON does not have, such as NaN or a set, with its place in a value."""
    left: list[tuple[_Place, object]] = [(None, value)]
    while left:  # and no recursion: documents may be nested more deeply than Python goes
        place, value = left.pop()
        if is_scalar(value):
            continue
        if is_object(value):
            for key, item in reversed([*value.items()]):
                left.append(((place, key), item))
                if type(key) is not str:
                    yield _steps(place), key
        elif is_list(value):
            left += [((place, i), item) for i, item in reversed([*enumerate(value)])]
        else:
            yield _steps(place), value


_Place: TypeAlias = "tuple[_Place, str | int] | None"
"""The last step to a value, after the place that it is from: a place of its own is never copied."""


def _steps(place: _Place) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return tuple(reversed(steps))
