"""Reading hierarchies: from where they are to what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from attrs import evolve

from . import _zarr_io
from ._tree import NOTHING, Mode, Outcome, assemble
from ._walk import Depth, hierarchy_of, walk
from .exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import zarr

    from ._walk import Hierarchy
    from ._zarr_io import StoreLike
    from .base import BaseGroup

__all__ = ["judge_document", "read", "read_async"]


def read(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    mode: Mode = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, which is taken to be of a class if one is given."""
    _check_options(mode, depth, max_requests)
    try:
        location = _zarr_io.locate(target)
    except (OSError, ValueError) as error:
        return _nowhere(target, cls, error)
    walked = _zarr_io.run(_walk(location, cls, depth), location, max_requests)
    return assemble(walked, cls, mode=mode, depth=depth, uri=location.uri)


async def read_async(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    mode: Mode = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, as `read` does, in the running event loop."""
    _check_options(mode, depth, max_requests)
    try:
        location = await _zarr_io.locate_async(target)
    except (OSError, ValueError) as error:
        return _nowhere(target, cls, error)
    walked = await _zarr_io.run_async(_walk(location, cls, depth), location, max_requests)
    return assemble(walked, cls, mode=mode, depth=depth, uri=location.uri)


def judge_document(attributes: Mapping[str, Any], cls: type[BaseGroup] | None) -> Outcome:
    """Return all that can be said of the attributes of a group."""
    outcome = assemble(hierarchy_of(attributes), cls, mode="report", depth="attributes")
    problems = tuple(evolve(problem, document="") for problem in outcome.problems)
    metadata = None if outcome.group is None else outcome.group.ome_attributes
    return evolve(outcome, group=metadata, problems=problems)


def _check_options(mode: str, depth: str, max_requests: int) -> None:
    for name, value, values in (
        ("policy", mode, get_args(Mode)),
        ("depth", depth, get_args(Depth)),
    ):
        if value not in values:
            msg = f"expected a {name} of {', '.join(values)}, got {value!r}"
            raise ValueError(msg)
    if max_requests < 1:
        msg = f"expected max_requests of at least 1, got {max_requests!r}"
        raise ValueError(msg)


def _nowhere(target: object, cls: type[BaseGroup] | None, error: Exception) -> Outcome:
    """Return the outcome for a target that cannot be opened."""
    rule, message = "unreadable", f"could not be opened: {type(error).__name__}: {error}"
    if isinstance(error, FileNotFoundError):
        rule, message = "missing", NOTHING
    problems = (Problem(rule, "error", "", (), message),)
    version, kind = (cls.ome_zarr_version, cls.kind) if cls else (None, None)
    return Outcome(None, version, kind, problems, error, str(target))


def _walk(
    location: _zarr_io.Location, cls: type[BaseGroup] | None, depth: Depth
) -> _zarr_io.Answers[Hierarchy]:
    return walk(
        cls.kind if cls else None,
        depth=depth,
        documents=location.documents,
        consolidated=location.is_consolidated,
    )
