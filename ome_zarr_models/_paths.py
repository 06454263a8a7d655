"""Paths of nodes in a hierarchy: names joined by slashes; empty for the root."""

from __future__ import annotations

import re
from typing import Final, TypeGuard

_ESCAPE: Final = re.compile("%([0-9a-fA-F]{2})")
_PORTABLE: Final = re.compile(r"(?!.:)[^\0-\x1f\x7f\\]+", re.DOTALL).fullmatch
_RESERVED: Final = frozenset(
    ("", ".", "..", ".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json")
)
_MAX_STEPS: Final = 64  # deeper than any hierarchy; each step may cost a request
_MAX_LENGTH: Final = 1024  # of a key of an object store
_MAX_NAME: Final = 255  # of a name in a file system


def join(*paths: str) -> str:
    """Join paths with slashes; empty ones are skipped."""
    if len(paths) == 2:  # noqa: PLR2004 - the usual case, without a join
        first, second = paths
        return f"{first}/{second}" if first and second else first or second
    return "/".join(filter(None, paths))


def is_below(path: object) -> TypeGuard[str]:
    """
    Return whether a path leads to a node below, and nowhere else on any system.

    A server may decode a path, and another one behind it once more: what it then is must
    lead to a node below as well.
    """
    if type(path) is str and len(path) <= _MAX_NAME and path.isalnum():  # as nearly all are
        return True
    return (
        isinstance(path, str)
        and _is_short(path)
        and all(
            _PORTABLE(form) and _RESERVED.isdisjoint(form.split("/")) for form in _decoded(path)
        )
    )


def cleaned(path: object) -> object:
    """Return a path without needless slashes, and with slashes instead of backslashes."""
    if not isinstance(path, str) or is_below(path) or len(path) > _MAX_LENGTH:
        return path
    clean = "/".join(filter(None, path.replace("\\", "/").split("/")))
    return clean if is_below(clean) else path


def is_relative(path: str) -> bool:
    """Return whether a path leads to a node of the hierarchy by plain steps and ``..``."""
    return _is_short(path) and all(
        (not form or _PORTABLE(form))
        and not form.startswith("/")
        and form.split("/").count("..") == path.split("/").count("..")
        for form in _decoded(path)
    )


def _is_short(path: str) -> bool:
    """Return whether a store can have a node at a path, and it costs few requests to look."""
    if len(path) > _MAX_LENGTH or path.count("/") >= _MAX_STEPS:
        return False
    return len(path) <= _MAX_NAME or max(map(len, path.split("/"))) <= _MAX_NAME


def _decoded(path: str) -> tuple[str, ...]:
    """Return a path, and what it is after its escapes are decoded once and twice."""
    if "%" not in path:
        return (path,)
    once = _ESCAPE.sub(_character, path)
    return path, once, _ESCAPE.sub(_character, once)


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


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
    """Return the path that a relative path leads to; None if that is outside of the hierarchy."""
    if not is_relative(relative):
        return None
    steps = path.split("/") if path else []
    for step in relative.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def quoted(key: str) -> str:
    """Return a key as it is written in a URL."""
    from urllib.parse import quote  # only for servers that are asked by URL

    return quote(key, safe="/")


def groups_above(node: str) -> list[str]:
    """Return the paths of the groups that a node is in, the root of the store first."""
    steps = node.split("/") if node else []
    return ["/".join(steps[:i]) for i in range(len(steps))]
