"""Reading hierarchies: from where they are to what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from attrs import evolve

from .._paths import join
from .._spec.versions import VERSIONS, get_version
from .._zarr.local import describe_path
from .._zarr.sources import Source
from .._zarr.specs import BaseGroupSpec
from .._zarr.store import locate, locate_async, run, run_async, run_through_gate
from ..exceptions import Problem
from ..typing import Depth
from .assemble import Expected, assemble
from .hierarchy import hierarchy_of
from .outcome import NO_GROUP, Outcome, ReadPolicy
from .walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    import zarr

    from .._zarr.loop import Answers
    from .._zarr.requests import RankedGate
    from .._zarr.store import Location
    from ..typing import AnyGroup, Policy, StoreLike
    from .hierarchy import Hierarchy, Texts


_ANY: Final = Expected()


def open_ome_zarr(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Any:
    """
    Read an OME-Zarr group; its metadata tells of which version and of which kind it is.

    Parameters
    ----------
    group : zarr.Group, or whatever `zarr.open_group` takes
        The group, or the path, URL or store of it. The store need not be able to list
        what it holds.
    version : str, optional
        The version that is expected, such as ``"0.5"``.
    policy : {"repair", "strict"}
        Whether metadata that breaks a rule of the specification is read, where it is
        plain what is meant, with a warning for each such place; or refused.
    depth : {"attributes", "arrays", "all"}
        How far to read: the attributes alone, the group's own arrays as well, or
        everything below. `members` is None if nothing was looked for.
    max_requests : int
        How many requests may be under way at once.

    Returns
    -------
    HCS, Image, ImageLabel, Labels, Well, BioFormats2Raw or Series
        The group, of its version.

    Raises
    ------
    ValidationError
        If it is no OME-Zarr group that this library reads, or the specification does not
        allow what was found; it names every problem.
    MissingNodeError
        If there is no group.
    UnreadableNodeError
        If the store refuses a document, or fails; its own error is the cause.
    BrokenJSONError
        If a document is no JSON.

    Warns
    -----
    ValidationWarning
        For each place that was mended.
    """
    outcome = read(group, version=version, policy=policy, depth=depth, max_requests=max_requests)
    return outcome.group_or_raise(stacklevel=2)


async def open_ome_zarr_async(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Any:
    """
    Read an OME-Zarr group, as `open_ome_zarr` does, in the running event loop.

    The parameters, the result and the errors are those of `open_ome_zarr`.
    """
    outcome = await read_async(
        group, version=version, policy=policy, depth=depth, max_requests=max_requests
    )
    return outcome.group_or_raise(stacklevel=2)


def read(
    target: zarr.Group | StoreLike,
    cls: type[AnyGroup] | None = None,
    *,
    version: str | None = None,
    kind: str | None = None,
    policy: ReadPolicy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, which is taken to be of a class, a version or a kind if one is given."""
    check_options(policy, depth, max_requests)
    expected = _expected(cls, version, kind)
    try:
        location = locate(target)
    except (OSError, ValueError, ImportError) as error:
        if isinstance(error, ImportError) and policy != "report":  # of an extra, which it names
            raise
        return nowhere(target, error, expected)
    walked = run(_walk(location, expected, policy, depth), location, max_requests)
    return _assembled(walked, expected, location, policy, depth)


async def read_async(
    target: zarr.Group | StoreLike,
    cls: type[AnyGroup] | None = None,
    *,
    version: str | None = None,
    policy: ReadPolicy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, as `read` does, in the running event loop."""
    check_options(policy, depth, max_requests)
    expected = _expected(cls, version)
    try:
        location = await locate_async(target)
    except (OSError, ValueError) as error:
        return nowhere(target, error, expected)
    walk = _walk(location, expected, policy, depth)
    walked = await run_async(walk, location, max_requests)
    return _assembled(walked, expected, location, policy, depth)


def _assembled(
    walked: Hierarchy,
    expected: Expected,
    location: Location,
    policy: ReadPolicy,
    depth: Depth,
) -> Outcome:
    outcome = _put_together(walked, expected, location, policy, depth)
    if isinstance(outcome.group, BaseGroupSpec):
        _remember(outcome.group, location._replace(documents=None))
    return outcome


def _put_together(
    walked: Hierarchy,
    expected: Expected,
    location: Location,
    policy: ReadPolicy,
    depth: Depth,
) -> Outcome:
    outcome = assemble(walked, expected, policy=policy, depth=depth, uri=location.uri)
    is_missing = [problem.message for problem in outcome.problems] == [NO_GROUP]
    if is_missing and isinstance(location.place, str):
        found = f"expected a Zarr group, got {describe_path(join(location.place, location.path))}"
        outcome = evolve(outcome, problems=(evolve(outcome.problems[0], message=found),))
    return outcome


def _remember(group: BaseGroupSpec, location: Location) -> None:
    """Remember where a group, and each group in it, was read."""
    object.__setattr__(group, "_source", Source(location))
    for name, member in (group.members or {}).items():
        if isinstance(member, BaseGroupSpec):
            _remember(member, location._replace(path=join(location.path, name)))


def report_on_document(
    attributes: Mapping[str, Any], *, version: str | None = None, kind: str | None = None
) -> Outcome:
    """Return all that can be said of the attributes of a group, as if they were stored."""
    expected = _expected(None, version, kind)
    hierarchy = hierarchy_of(attributes, expected.version, kind)
    return assemble(hierarchy, expected, policy="report", depth="attributes")


def _expected(cls: type[AnyGroup] | None, version: str | None, kind: str | None = None) -> Expected:
    if cls is not None:
        return Expected(get_version(cls.ome_zarr_version), cls.kind, cls)
    found = None if version is None else get_version(version)
    if kind is not None:
        (found or [*VERSIONS.values()][-1]).kind(kind)  # which refuses what is none
    return Expected(found, kind)


def check_options(policy: str, depth: str, max_requests: int) -> None:
    for name, value, values in (
        ("policy", policy, get_args(ReadPolicy)),
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
        rule, message = "missing", NO_GROUP
    problems = (Problem(rule, "error", "", (), message),)
    version = expected.version.name if expected.version else None
    return Outcome(None, version, expected.kind, problems, error, _name_of(target))


def _name_of(target: object) -> str:
    try:
        return str(target)
    except Exception:  # noqa: BLE001 - any class may have a broken `__str__`
        return type(target).__name__


def report_on_location(location: Location, depth: Depth, texts: Texts | None) -> Outcome:
    """Return all that can be said of a hierarchy that is here, one of many."""
    walked = run(_walk(location, _ANY, "report", depth, texts, is_one_of_many=True), location)
    return _reported(walked, location, depth, texts)


async def report_through(
    location: Location, depth: Depth, texts: Texts | None, gate: RankedGate
) -> Outcome:
    """Return all that can be said of a hierarchy, one of many, whose requests pass a gate."""
    walk = _walk(location, _ANY, "report", depth, texts, is_one_of_many=True)
    return _reported(await run_through_gate(walk, location, gate), location, depth, texts)


def _reported(walked: Hierarchy, location: Location, depth: Depth, texts: Texts | None) -> Outcome:
    # Where texts are shared, nobody keeps the groups.
    put_together = _assembled if texts is None else _put_together
    return put_together(walked, _ANY, location, "report", depth)


def _walk(
    location: Location,
    expected: Expected,
    policy: ReadPolicy,
    depth: Depth,
    texts: Texts | None = None,
    *,
    is_one_of_many: bool = False,
) -> Answers[Hierarchy]:
    return walk(
        expected.version,
        expected.kind,
        depth=depth,
        documents=location.documents,
        consolidated=location.is_consolidated,
        closely=policy != "repair",
        # Where rounds cost something, and nobody else could ask in the meantime.
        eager=not is_one_of_many and not isinstance(location.place, str),
        texts=texts,
    )
