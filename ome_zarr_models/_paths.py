"""Paths of nodes in a hierarchy: names joined by slashes; empty for the root."""

from __future__ import annotations

import re
from typing import Final, TypeGuard

_PORTABLE: Final = re.compile(r"(?!.:)[^\0\\]+", re.DOTALL).fullmatch
_RESERVED: Final = frozenset(
    ("", ".", "..", ".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json")
)
_MAX_STEPS: Final = 64  # deeper than any hierarchy; each step may cost a request


def join(*paths: str) -> str:
    """Join paths with slashes; empty ones are skipped."""
    if len(paths) == 2:  # noqa: PLR2004 - the usual case, without a join
        first, second = paths
        return f"{first}/{second}" if first and second else first or second
    return "/".join(filter(None, paths))


def is_below(path: object) -> TypeGuard[str]:
    """
    Return whether a path leads to a node below another node, on every operating system.

    Absolute paths, drive letters, backslashes, ``.`` and ``..`` and the names of Zarr's
    documents are refused.
    """
    if type(path) is str and path.isalnum():  # nearly all paths
        return True
    if not isinstance(path, str) or not _PORTABLE(path):
        return False
    steps = path.split("/")
    return len(steps) <= _MAX_STEPS and _RESERVED.isdisjoint(steps)


def checked(path: str) -> str:
    """
    Return the path of a node as a user gives it, without slashes around it.

    Raises
    ------
    ValueError
        If it is not the path of a node.
    """
    stripped = path.strip("/")
    if stripped and not is_below(stripped):
        msg = f"expected the path of a node, such as 'labels/0', got {path!r}"
        raise ValueError(msg)
    return stripped


def resolve(path: str, relative: str) -> str | None:
    """Resolve a relative path; None if it leads out of the hierarchy."""
    steps = path.split("/") if path else []
    for step in relative.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return None if relative.startswith("/") else "/".join(steps)
