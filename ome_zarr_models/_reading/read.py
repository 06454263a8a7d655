"""Reading hierarchies: from where they are to what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from attrs import evolve

from .._paths import join
from .._spec.versions import VERSIONS, find
from .._zarr import store as _zarr_io
from .._zarr.local import instead
from .._zarr.sources import remember
from ..exceptions import Problem
from .assemble import Expected, assemble
from .hierarchy import hierarchy_of
from .outcome import NOTHING, Mode, Outcome
from .walk import Depth, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    import zarr

    from .._zarr.requests import Ranked
    from .._zarr.store import StoreLike
    from ..base import BaseGroup
    from .hierarchy import Hierarchy, Texts

__all__ = [
    "check_options",
    "judge",
    "judge_document",
    "judge_through",
    "nowhere",
    "read",
    "read_async",
]

_ANY: Final = Expected()


def read(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    version: str | None = None,
    kind: str | None = None,
    mode: Mode = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, which is taken to be of a class, a version or a kind if one is given."""
    check_options(mode, depth, max_requests)
    expected = _expected(cls, version, kind)
    try:
        location = _zarr_io.locate(target)
    except (OSError, ValueError, ImportError) as error:
        if isinstance(error, ImportError) and mode != "report":  # of an extra, which it names
            raise
        return nowhere(target, error, expected)
    walked = _zarr_io.run(_walk(location, expected, mode, depth), location, max_requests)
    return _assembled(walked, expected, location, mode, depth)


async def read_async(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    version: str | None = None,
    mode: Mode = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, as `read` does, in the running event loop."""
    check_options(mode, depth, max_requests)
    expected = _expected(cls, version)
    try:
        location = await _zarr_io.locate_async(target)
    except (OSError, ValueError) as error:
        return nowhere(target, error, expected)
    walk = _walk(location, expected, mode, depth)
    walked = await _zarr_io.run_async(walk, location, max_requests)
    return _assembled(walked, expected, location, mode, depth)


def _assembled(
    walked: Hierarchy, expected: Expected, location: _zarr_io.Location, mode: Mode, depth: Depth
) -> Outcome:
    outcome = _put_together(walked, expected, location, mode, depth)
    if walked.version is not None and walked.version.has_systems:
        _remember(outcome.group, location._replace(documents=None))
    return outcome


def _put_together(
    walked: Hierarchy, expected: Expected, location: _zarr_io.Location, mode: Mode, depth: Depth
) -> Outcome:
    outcome = assemble(walked, expected, mode=mode, depth=depth, uri=location.uri)
    is_missing = [problem.message for problem in outcome.problems] == [NOTHING]
    if is_missing and isinstance(location.place, str):
        found = f"expected a Zarr group, got {instead(join(location.place, location.path))}"
        outcome = evolve(outcome, problems=(evolve(outcome.problems[0], message=found),))
    return outcome


def _remember(group: Any, location: _zarr_io.Location) -> None:
    """Remember where groups are whose transformations may need what is in arrays."""
    if hasattr(group, "transform_graph"):
        remember(group, location)
    members: Mapping[str, Any] = getattr(group, "members", None) or {}
    for name, member in members.items():
        if hasattr(member, "members"):
            _remember(member, location._replace(path=join(location.path, name)))


def judge_document(
    attributes: Mapping[str, Any], *, version: str | None = None, kind: str | None = None
) -> Outcome:
    """Return all that can be said of the attributes of a group, as if they were stored."""
    expected = _expected(None, version, kind)
    hierarchy = hierarchy_of(attributes, expected.version)
    return assemble(hierarchy, expected, mode="report", depth="attributes")


def _expected(
    cls: type[BaseGroup] | None, version: str | None, kind: str | None = None
) -> Expected:
    if cls is not None:
        return Expected(find(cls.ome_zarr_version), cls.kind, cls)
    found = None if version is None else find(version)
    if kind is not None:
        (found or [*VERSIONS.values()][-1]).kind(kind)  # which refuses what is none
    return Expected(found, kind)


def check_options(mode: str, depth: str, max_requests: int) -> None:
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


def nowhere(target: object, error: Exception, expected: Expected = _ANY) -> Outcome:
    """Return the outcome for a target that cannot be opened."""
    rule, message = "unreadable", f"could not be opened: {type(error).__name__}: {error}"
    if isinstance(error, FileNotFoundError):
        rule, message = "missing", NOTHING
    problems = (Problem(rule, "error", "", (), message),)
    version = expected.version.name if expected.version else None
    return Outcome(None, version, expected.kind, problems, error, _name_of(target))


def _name_of(target: object) -> str:
    try:
        return str(target)
    except Exception:  # noqa: BLE001 - of anybody's class
        return type(target).__name__


def judge(location: _zarr_io.Location, depth: Depth, texts: Texts | None) -> Outcome:
    """Return all that can be said of a hierarchy that is here, one of many."""
    walked = _zarr_io.run(
        _walk(location, _ANY, "report", depth, texts, is_one_of_many=True), location
    )
    return _judged(walked, location, depth, texts)


async def judge_through(
    location: _zarr_io.Location, depth: Depth, texts: Texts | None, gate: Ranked
) -> Outcome:
    """Return all that can be said of a hierarchy, one of many, whose requests pass a gate."""
    walk = _walk(location, _ANY, "report", depth, texts, is_one_of_many=True)
    return _judged(await _zarr_io.run_through(walk, location, gate), location, depth, texts)


def _judged(
    walked: Hierarchy, location: _zarr_io.Location, depth: Depth, texts: Texts | None
) -> Outcome:
    # Where texts are shared, nobody keeps the groups.
    put_together = _assembled if texts is None else _put_together
    return put_together(walked, _ANY, location, "report", depth)


def _walk(
    location: _zarr_io.Location,
    expected: Expected,
    mode: Mode,
    depth: Depth,
    texts: Texts | None = None,
    *,
    is_one_of_many: bool = False,
) -> _zarr_io.Answers[Hierarchy]:
    return walk(
        expected.version,
        expected.kind,
        depth=depth,
        documents=location.documents,
        consolidated=location.is_consolidated,
        closely=mode != "repair",
        # Where rounds cost something, and nobody else could ask in the meantime.
        eager=not is_one_of_many and not isinstance(location.place, str),
        texts=texts,
    )
