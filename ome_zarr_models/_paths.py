"""Paths of nodes in a hierarchy: steps with slashes between them, empty for the root."""

from __future__ import annotations

import re
from typing import Final, TypeGuard

_NOWHERE_ELSE: Final = re.compile(r"(?!.:)[^\0\\]+", re.DOTALL).fullmatch
_NO_STEPS: Final = frozenset(
    ("", ".", "..", ".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json")
)
_MAX_STEPS: Final = 64  # no hierarchy is as deep, and each step costs a request


def join(*paths: str) -> str:
    """Return the path of what is below a path."""
    if len(paths) == 2:  # noqa: PLR2004 - as nearly always
        first, second = paths
        return f"{first}/{second}" if first and second else first or second
    return "/".join(filter(None, paths))


def is_below(path: object) -> TypeGuard[str]:
    """Return whether a path leads to a node below, and nowhere else on any system."""
    if type(path) is str and path.isalnum():  # as nearly all are
        return True
    if not isinstance(path, str) or not _NOWHERE_ELSE(path):
        return False
    steps = path.split("/")
    return len(steps) <= _MAX_STEPS and _NO_STEPS.isdisjoint(steps)


def checked(path: str) -> str:
    """Return the path of a node that a user gives, which may have slashes around it."""
    plain = path.strip("/")
    if plain and not is_below(plain):
        msg = f"expected the path of a node, such as 'labels/0', got {path!r}"
        raise ValueError(msg)
    return plain


def resolve(path: str, relative: str) -> str | None:
    """Return the path that a relative path leads to; None if that is outside of the hierarchy."""
    steps = path.split("/") if path else []
    for step in relative.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return None if relative.startswith("/") else "/".join(steps)
