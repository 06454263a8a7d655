"""Where groups were read from, so that the arrays their metadata names can be read later."""

from __future__ import annotations

from typing import Any, Final
from weakref import finalize

_SOURCES: Final[dict[int, Any]] = {}


def remember(group: Any, source: Any) -> None:
    """Remember the source of a group for as long as the group exists."""
    _SOURCES[id(group)] = source
    finalize(group, _SOURCES.pop, id(group), None).atexit = False


def recall(group: Any) -> Any:
    """Return the source of a group; None if the group was built in Python."""
    return _SOURCES.get(id(group))
