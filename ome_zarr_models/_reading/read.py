"""Read hierarchies: locate them, walk through them, and assemble the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args, overload

from attrs import evolve

from .._json.text import show
from .._models.rule import listed
from .._paths import join
from .._spec.versions import VERSIONS, get_version
from .._zarr.local import ZIP_SUFFIXES, describe_path
from .._zarr.loop import MAX_BYTES
from .._zarr.sources import Source
from .._zarr.specs import BaseGroupSpec
from .._zarr.store import list_folders, locate, locate_async, run, run_async, run_through_gate
from ..exceptions import Problem
from ..typing import Consolidated, Depth, Policy
from .assemble import Expected, assemble
from .copies import compare_copies
from .hierarchy import hierarchy_of
from .outcome import NO_GROUP, Outcome, ReadPolicy
from .walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    import zarr

    from .._zarr.loop import Answers
    from .._zarr.requests import RankedGate
    from .._zarr.store import Location
    from ..typing import (
        AnyGroup,
        AnyGroup04,
        AnyGroup05,
        AnyGroup06,
        BaseGroup,
        OpenOptions,
        StoreLike,
    )
    from .hierarchy import Hierarchy, Texts


_ANY: Final = Expected()


@overload
def open_ome_zarr(
    group: zarr.Group | StoreLike, *, version: Literal["0.4"], **options: Unpack[OpenOptions]
) -> AnyGroup04: ...
@overload
def open_ome_zarr(
    group: zarr.Group | StoreLike, *, version: Literal["0.5"], **options: Unpack[OpenOptions]
) -> AnyGroup05: ...
@overload
def open_ome_zarr(
    group: zarr.Group | StoreLike, *, version: Literal["0.6"], **options: Unpack[OpenOptions]
) -> AnyGroup06: ...
@overload
def open_ome_zarr(
    group: zarr.Group | StoreLike, *, version: str | None = None, **options: Unpack[OpenOptions]
) -> AnyGroup: ...
def open_ome_zarr(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
    max_bytes: int = MAX_BYTES,
) -> AnyGroup:
    """
    Read an OME-Zarr group of any version and kind.

    Parameters
    ----------
    group : zarr.Group, or anything that `zarr.open_group` accepts
        The group, or its path, URL or store. The store need not be able to list its keys.
    version : str, optional
        The expected version, such as ``"0.5"``; by default that of the metadata.
    policy : {"repair", "strict"}
        What to do if the metadata breaks a rule of the specification. ``"repair"`` reads
        it where its meaning is clear, with a warning for each repair, and raises otherwise;
        ``"strict"`` always raises. Recommendations are not checked.
    depth : {"attributes", "arrays", "all"}
        Which nodes to read: only the group, the group and, in an image, its arrays, or the
        whole hierarchy. `members` is None if no members were read.
    max_requests : int
        The maximum number of concurrent requests.
    max_bytes : int
        The size in bytes of the largest document that is read, unpacked if it is in an
        archive. What is larger is a problem of the rule ``"too-large"``.

    Returns
    -------
    HCS, Image, ImageLabel, Labels, Well, BioFormats2Raw, Series or Scene
        The group, in the class of its kind and version.

    Raises
    ------
    ValidationError
        If the group is not one of OME-Zarr, or the hierarchy breaks a rule of the
        specification; the error lists every problem.
    MissingNodeError
        If there is no group.
    UnreadableNodeError
        If the store does not return a document; the error of the store is the cause.
    BrokenJSONError
        If a document is not JSON.
    ImportError
        If the URL needs a package that is not installed.
    ValueError
        If an option has an unknown value, or is out of range.

    Warns
    -----
    ValidationWarning
        For each repair.
    """
    check_options(policy=policy)
    outcome = read(
        group,
        version=version,
        policy=policy,
        depth=depth,
        max_requests=max_requests,
        max_bytes=max_bytes,
    )
    return cast("AnyGroup", outcome.group_or_raise(stacklevel=2))


@overload
async def open_ome_zarr_async(
    group: zarr.Group | StoreLike, *, version: Literal["0.4"], **options: Unpack[OpenOptions]
) -> AnyGroup04: ...
@overload
async def open_ome_zarr_async(
    group: zarr.Group | StoreLike, *, version: Literal["0.5"], **options: Unpack[OpenOptions]
) -> AnyGroup05: ...
@overload
async def open_ome_zarr_async(
    group: zarr.Group | StoreLike, *, version: Literal["0.6"], **options: Unpack[OpenOptions]
) -> AnyGroup06: ...
@overload
async def open_ome_zarr_async(
    group: zarr.Group | StoreLike, *, version: str | None = None, **options: Unpack[OpenOptions]
) -> AnyGroup: ...
async def open_ome_zarr_async(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
    max_bytes: int = MAX_BYTES,
) -> AnyGroup:
    """
    Read an OME-Zarr group of any version and kind, in the running event loop.

    Parameters
    ----------
    group : zarr.Group, or anything that `zarr.open_group` accepts
        The group, or its path, URL or store. The store need not be able to list its keys.
    version : str, optional
        The expected version, such as ``"0.5"``; by default that of the metadata.
    policy : {"repair", "strict"}
        What to do if the metadata breaks a rule of the specification. ``"repair"`` reads
        it where its meaning is clear, with a warning for each repair, and raises otherwise;
        ``"strict"`` always raises. Recommendations are not checked.
    depth : {"attributes", "arrays", "all"}
        Which nodes to read: only the group, the group and, in an image, its arrays, or the
        whole hierarchy. `members` is None if no members were read.
    max_requests : int
        The maximum number of concurrent requests.
    max_bytes : int
        The size in bytes of the largest document that is read, unpacked if it is in an
        archive. What is larger is a problem of the rule ``"too-large"``.

    Returns
    -------
    HCS, Image, ImageLabel, Labels, Well, BioFormats2Raw, Series or Scene
        The group, in the class of its kind and version.

    Raises
    ------
    ValidationError
        If the group is not one of OME-Zarr, or the hierarchy breaks a rule of the
        specification; the error lists every problem.
    MissingNodeError
        If there is no group.
    UnreadableNodeError
        If the store does not return a document; the error of the store is the cause.
    BrokenJSONError
        If a document is not JSON.
    ImportError
        If the URL needs a package that is not installed.
    ValueError
        If an option has an unknown value, or is out of range.

    Warns
    -----
    ValidationWarning
        For each repair.
    """
    check_options(policy=policy)
    outcome = await read_async(
        group,
        version=version,
        policy=policy,
        depth=depth,
        max_requests=max_requests,
        max_bytes=max_bytes,
    )
    return cast("AnyGroup", outcome.group_or_raise(stacklevel=2))


def read(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    version: str | None = None,
    kind: str | None = None,
    policy: ReadPolicy = "repair",
    depth: Depth = "all",
    consolidated: Consolidated = "use",
    listing: Literal["auto"] | bool = False,
    max_requests: int = 64,
    max_bytes: int = MAX_BYTES,
) -> Outcome:
    """Read a group, as one of a class, version or kind if one is given."""
    check_options(
        depth=depth, consolidated=consolidated, max_requests=max_requests, max_bytes=max_bytes
    )
    expected = _expected(cls, version, kind)
    try:
        location = locate(target).bounded(max_bytes)
    except Exception as error:
        # A report is made of any error; else an ImportError names the package to install.
        if policy != "report" and not isinstance(error, OSError | ValueError):
            raise
        return outcome_of_error(target, error, expected)
    if consolidated != "use":
        location = location._replace(is_consolidated=False)
    hierarchy = run(_start_walk(location, expected, policy, depth), location, max_requests)
    if consolidated == "check":
        compare_copies(hierarchy, location, max_requests)
    outcome = _assemble_with_sources(hierarchy, expected, location, policy, depth)
    if depth == "all" and listing:
        from .listings import can_list, unnamed_nodes  # opening lists nothing

        is_listed = listing is True or can_list(location)
        found = tuple(unnamed_nodes(hierarchy, location)) if is_listed else ()
        is_wrong = any(problem.level == "error" for problem in found)
        group = None if is_wrong else outcome.group
        outcome = evolve(outcome, problems=(*outcome.problems, *found), group=group)
    return outcome


async def read_async(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    version: str | None = None,
    policy: ReadPolicy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
    max_bytes: int = MAX_BYTES,
) -> Outcome:
    """Read a group, as `read` does, in the running event loop."""
    check_options(depth=depth, max_requests=max_requests, max_bytes=max_bytes)
    expected = _expected(cls, version)
    try:
        location = (await locate_async(target)).bounded(max_bytes)
    except (OSError, ValueError) as error:
        return outcome_of_error(target, error, expected)
    steps = _start_walk(location, expected, policy, depth)
    hierarchy = await run_async(steps, location, max_requests)
    return _assemble_with_sources(hierarchy, expected, location, policy, depth)


def _assemble_with_sources(
    hierarchy: Hierarchy,
    expected: Expected,
    location: Location,
    policy: ReadPolicy,
    depth: Depth,
) -> Outcome:
    outcome = _assemble(hierarchy, expected, location, policy, depth)
    if isinstance(outcome.group, BaseGroupSpec):
        _remember_sources(outcome.group, location._replace(documents=None))
    return outcome


def _assemble(
    hierarchy: Hierarchy,
    expected: Expected,
    location: Location,
    policy: ReadPolicy,
    depth: Depth,
) -> Outcome:
    outcome = assemble(hierarchy, expected, policy=policy, depth=depth, uri=location.uri)
    is_missing = [problem.message for problem in outcome.problems] == [NO_GROUP]
    if is_missing and isinstance(location.place, str):
        found = describe_path(join(location.place, location.path))
        problem = evolve(outcome.problems[0], message=f"expected a Zarr group, got {found}")
        outcome = evolve(outcome, problems=(problem,))
    elif is_missing and (archive := _archive_at(location)):
        problem = evolve(outcome.problems[0], message=f"expected a Zarr group, got {archive}")
        outcome = evolve(outcome, problems=(problem,))
    return outcome


def _archive_at(location: Location) -> str:
    """Describe the archive at a location, and how to read it; empty if there is none."""
    address = location.uri.partition("?")[0]
    if address.startswith(("http://", "https://")) and address.lower().endswith(ZIP_SUFFIXES):
        return f'a zip archive: open it as "zip::{location.uri}"'
    if type(location.place).__name__ != "ZipStore":
        return ""
    names = list_folders(location, [location.path])[location.path]
    if isinstance(names, Exception) or not names:
        return ""
    first = f"zarr.storage.StorePath(store, {names[0]!r})"
    return f"an archive with {listed(names, show)} in it: open {first} with a ZipStore"


def _remember_sources(group: BaseGroupSpec, location: Location) -> None:
    """Remember where a group, and each group in it, was read."""
    object.__setattr__(group, "_source", Source(location))
    for name, member in (group.members or {}).items():
        if isinstance(member, BaseGroupSpec):
            _remember_sources(member, location._replace(path=join(location.path, name)))


def report_on_document(
    attributes: Mapping[str, Any], *, version: str | None = None, kind: str | None = None
) -> Outcome:
    """Validate the attributes of a group, in the form in which they are stored."""
    expected = _expected(None, version, kind)
    hierarchy = hierarchy_of(attributes, expected.version, kind)
    return assemble(hierarchy, expected, policy="report", depth="attributes")


def _expected(
    cls: type[BaseGroup] | None, version: str | None, kind: str | None = None
) -> Expected:
    if cls is not None:
        return Expected(get_version(cls.ome_zarr_version), cls.kind, cls)
    expected_version = None if version is None else get_version(version)
    if kind is not None:
        (expected_version or [*VERSIONS.values()][-1]).kind(kind)  # raises if it is unknown
    return Expected(expected_version, kind)


def check_options(
    *,
    policy: str = "repair",
    depth: str = "all",
    consolidated: str = "use",
    max_requests: int = 64,
    max_bytes: int = MAX_BYTES,
) -> None:
    """Raise a ValueError if an option of a reader has an unknown value."""
    for name, value, values in (
        ("policy", policy, get_args(Policy)),
        ("depth", depth, get_args(Depth)),
        ("consolidated", consolidated, get_args(Consolidated)),
    ):
        if value not in values:
            msg = f"expected {name} to be one of {', '.join(map(repr, values))}, got {value!r}"
            raise ValueError(msg)
    for name, number in (("max_requests", max_requests), ("max_bytes", max_bytes)):
        if number < 1:
            msg = f"expected {name} of at least 1, got {number!r}"
            raise ValueError(msg)


def outcome_of_error(target: object, error: Exception, expected: Expected = _ANY) -> Outcome:
    """Return the outcome for a target that could not be opened."""
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
    """Validate one of many hierarchies, in a store that reads synchronously."""
    steps = _start_walk(location, _ANY, "report", depth, texts, is_one_of_many=True)
    return _assemble_report(run(steps, location), location, depth, texts)


async def report_through(
    location: Location, depth: Depth, texts: Texts | None, gate: RankedGate
) -> Outcome:
    """Validate one of many hierarchies; a gate limits the requests."""
    steps = _start_walk(location, _ANY, "report", depth, texts, is_one_of_many=True)
    hierarchy = await run_through_gate(steps, location, gate)
    return _assemble_report(hierarchy, location, depth, texts)


def _assemble_report(
    hierarchy: Hierarchy, location: Location, depth: Depth, texts: Texts | None
) -> Outcome:
    # Texts are shared only if the groups are discarded, so their sources are not needed.
    assemble_outcome = _assemble_with_sources if texts is None else _assemble
    return assemble_outcome(hierarchy, _ANY, location, "report", depth)


def _start_walk(
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
        # Not where a round of requests is cheap, or other hierarchies fill the wait.
        eager=not is_one_of_many and not isinstance(location.place, str),
        # Only where another look costs next to nothing.
        beside=isinstance(location.place, str) or type(location.place).__name__ == "MemoryStore",
        texts=texts,
    )
