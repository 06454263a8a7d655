"""Names of drafts and of patched versions, and the keys that drafts had under other names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.values import is_list, is_object
from .._models.rule import MAX_NESTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..typing import Loc


_SUFFIX: Final = r"(-[A-Za-z0-9][A-Za-z0-9._-]*)?"
_NAMES: Final = {
    "0.4": rf"0\.4(\.[0-9]+)?{_SUFFIX}",
    "0.5": rf"0\.5(\.[0-9]+)?{_SUFFIX}",
    "0.6": rf"0\.6(\.[0-9]+|rc(0|[1-9][0-9]*)|\.dev4)?(?!-dev[0-9]*$){_SUFFIX}",
}
"""What is read as a version: patch numbers, suffixes of programs, drafts of the same form."""
_PROGRAM: Final = r".*-(?!dev$)([A-Za-z][A-Za-z0-9_]*)"
_RENAMED: Final = {"input_axes": "inputAxes", "output_axes": "outputAxes"}
"""Keys of the items of ``byDimension`` in 0.6.dev4, and what they are called since."""
_DEEPEST: Final = 4 * MAX_NESTED


def is_read_as(name: object, version: str) -> bool:
    """Return whether a version's name stands for a version that is read, or is its own."""
    if name == version:
        return True
    return isinstance(name, str) and re.fullmatch(_NAMES[version], name) is not None


def program_of(name: str) -> str | None:
    """Return the program that the suffix of a version names."""
    found = re.fullmatch(_PROGRAM, name)
    return found[1] if found else None


class Renamed(NamedTuple):
    """A key that a draft has under another name: the place of its object, both names, the value."""

    loc: Loc
    old: str
    new: str
    value: Any


def renamed(metadata: Mapping[str, Any], name: str) -> list[Renamed] | None:
    """Return what a draft calls otherwise; None if an object has both names of a key."""
    if name != "0.6.dev4":
        return []
    found = [
        change
        for key in ("multiscales", "scene")
        for change in _renamed_below(metadata.get(key), (key,))
    ]
    return None if None in found else [change for change in found if change is not None]


def _renamed_below(value: Any, loc: Loc) -> Iterator[Renamed | None]:
    if len(loc) > _DEEPEST:
        return
    if is_list(value):
        for i, item in enumerate(value):
            yield from _renamed_below(item, (*loc, i))
    elif is_object(value):
        if "transformation" in value:
            for old, new in _RENAMED.items():
                if old in value:
                    yield None if new in value else Renamed(loc, old, new, value[old])
        for key, item in value.items():
            yield from _renamed_below(item, (*loc, key))
