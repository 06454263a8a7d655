"""Where groups were read from: what is not in them can be read there later."""

from __future__ import annotations

from typing import Any, Final
from weakref import finalize

_SOURCES: Final[dict[int, Any]] = {}


def remember(group: Any, source: Any) -> None:
    """Remember the source of a group for as long as the group is there."""
    _SOURCES[id(group)] = source
    finalize(group, _SOURCES.pop, id(group), None).atexit = False


def recall(group: Any) -> Any:
    """Return the source of a group; None if it was not read, but made."""
    return _SOURCES.get(id(group))
