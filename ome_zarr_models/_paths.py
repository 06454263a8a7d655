"""Paths of nodes in a hierarchy: steps with slashes between them, empty for the root."""

from __future__ import annotations

from typing import TypeGuard

__all__ = ["is_below", "join", "resolve"]


def join(*paths: str) -> str:
    """Return the path of what is below a path."""
    return "/".join(filter(None, paths))


def is_below(path: object) -> TypeGuard[str]:
    """Return whether a path leads to a node below, and nowhere else."""
    return (
        isinstance(path, str)
        and "\0" not in path
        and not any(step in ("", ".", "..") for step in path.split("/"))
    )


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
