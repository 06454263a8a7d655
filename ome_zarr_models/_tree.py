"""From the nodes of a hierarchy to its groups: read as models, put together, and checked."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import evolve, frozen

from . import _zarr_io
from ._advise import advise
from ._checks import broken_rules, unchecked
from ._diagnose import Diagnosis
from ._paths import join, resolve
from ._repair import TOLERATED, repair
from ._rules import UNREAD
from ._rules.labels import SOURCE_IMAGE_EXISTS
from ._spec import VERSIONS, detect, older_version
from ._structure import attempt
from ._values import is_object
from ._walk import hierarchy_of, walk
from ._zarr_v2 import ArraySpec, GroupSpec
from .exceptions import (
    BrokenJSONError,
    MissingNodeError,
    Problem,
    UnreadableNodeError,
    ValidationError,
    ValidationWarning,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import zarr

    from ._spec import Kind
    from ._walk import Depth, Hierarchy, Node
    from ._zarr_io import StoreLike
    from .base import BaseGroup

__all__ = ["Outcome", "assemble", "judge", "judge_document", "read", "read_async"]

Mode: TypeAlias = Literal["repair", "strict", "report"]
"""What is done with what is wrong: mended, refused, or reported with all recommendations."""


@frozen
class Outcome:
    """What came of reading a hierarchy."""

    group: Any
    version: str | None
    kind: str | None
    problems: tuple[Problem, ...]
    cause: Exception | None = None

    def group_or_raise(self, stacklevel: int = 1) -> Any:
        """Return the group, with a warning for each problem that is none, or raise."""
        if self.group is None:
            raise self._error() from self.cause
        for problem in self.problems:
            warnings.warn(str(problem), ValidationWarning, stacklevel=stacklevel + 1)
        return self.group

    def _error(self) -> ValidationError:
        rules = {problem.rule for problem in self.problems if problem.level == "error"}
        for rule, error in _UNREAD.items():
            if rule in rules:
                return error(self.problems)
        return ValidationError(self.problems)


_UNREAD = {
    "unreadable": UnreadableNodeError,
    "json": BrokenJSONError,
    "missing": MissingNodeError,
}


def read(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    policy: Literal["repair", "strict"] = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, which is taken to be of a class if one is given."""
    location = _zarr_io.locate(target)
    kind = _kind(cls)
    hierarchy = _zarr_io.run(_walk(location, kind, depth), location, max_requests)
    return assemble(hierarchy, kind, mode=policy, depth=depth)


async def read_async(
    target: zarr.Group | StoreLike,
    cls: type[BaseGroup] | None = None,
    *,
    policy: Literal["repair", "strict"] = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Outcome:
    """Read a group, as `read` does, in the running event loop."""
    location = await _zarr_io.locate_async(target)
    kind = _kind(cls)
    hierarchy = await _zarr_io.run_async(_walk(location, kind, depth), location, max_requests)
    return assemble(hierarchy, kind, mode=policy, depth=depth)


def judge(
    target: zarr.Group | StoreLike, kind: Kind | None, *, depth: Depth, max_requests: int
) -> tuple[Outcome, str, int]:
    """Return all that can be said of a hierarchy, where it is, and what it took to read."""
    location = _zarr_io.locate(target)
    hierarchy = _zarr_io.run(_walk(location, kind, depth), location, max_requests)
    outcome = assemble(hierarchy, kind, mode="report", depth=depth)
    return outcome, location.uri, hierarchy.requests


def judge_document(attributes: Mapping[str, Any], kind: Kind | None) -> Outcome:
    """Return all that can be said of the attributes of a group."""
    outcome = assemble(hierarchy_of(attributes), kind, mode="report", depth="attributes")
    problems = tuple(evolve(problem, document="") for problem in outcome.problems)
    metadata = None if outcome.group is None else outcome.group.ome_attributes
    return evolve(outcome, group=metadata, problems=problems)


def _kind(cls: type[BaseGroup] | None) -> Kind | None:
    return VERSIONS[cls.ome_zarr_version].kind(cls.kind) if cls else None


def _walk(
    location: _zarr_io.Location, kind: Kind | None, depth: Depth
) -> _zarr_io.Answers[Hierarchy]:
    return walk(
        kind.name if kind else None,
        depth=depth,
        documents=location.documents,
        consolidated=location.is_consolidated,
    )


def assemble(hierarchy: Hierarchy, kind: Kind | None, *, mode: Mode, depth: Depth) -> Outcome:
    """
    Put a hierarchy together.

    Parameters
    ----------
    hierarchy : Hierarchy
        The nodes that were read.
    kind : Kind, optional
        The kind of group that the root is taken for; its attributes tell if not given.
    mode : {"repair", "strict", "report"}
        What is done with what is wrong.
    depth : {"attributes", "arrays", "all"}
        How far the hierarchy was read.
    """
    return _Assembly(hierarchy, mode, depth).outcome(kind)


class _Assembly:
    def __init__(self, hierarchy: Hierarchy, mode: Mode, depth: Depth) -> None:
        self._hierarchy = hierarchy
        self._mode = mode
        self._depth = depth
        self._version = VERSIONS["0.4"]
        self._problems: list[Problem] = []
        self._cause: Exception | None = None

    def outcome(self, kind: Kind | None) -> Outcome:
        root = self._hierarchy.root
        self._take_failures(root)
        group = None
        if root.is_there and root.is_told:
            kind = kind or self._kind_of_root(root)
            group = self._group(root, kind) if kind else None
        elif not root.failures:
            self._say_what_is_there(root)
        if any(problem.level == "error" for problem in self._problems):
            group = None
        return Outcome(
            group,
            self._version.name if kind else None,
            kind.name if kind else None,
            tuple(self._problems),
            self._cause,
        )

    def _take_failures(self, node: Node) -> None:
        for failure in node.failures:
            self._problems.append(failure.problem)
            self._cause = self._cause or failure.cause

    def _kind_of_root(self, root: Node) -> Kind | None:
        try:
            _, kind = detect(root.metadata)
        except ValidationError as error:
            self._add(error.problems, "", ".zattrs")
            return None
        return kind

    def _say_what_is_there(self, root: Node) -> None:
        found = {
            "zarr.json": ("storage.zarr-format", "Zarr format 2, got Zarr format 3"),
            ".zarray": ("storage.attrs-on-group", "a group, got an array"),
            ".zattrs": ("storage.attrs-on-group", "a group, got attributes without '.zgroup'"),
        }
        for name, (rule, what) in found.items():
            if name in root.documents:
                self._problems.append(Problem(rule, "error", "", (), f"expected {what}", name))
                return
        self._problems.append(
            Problem("missing", "error", "", (), "expected a Zarr group, got nothing there")
        )

    def _group(self, node: Node, kind: Kind) -> Any:
        """Return the group of a node, which may have `UNREAD` in it."""
        attributes = self._metadata(node, kind)
        if attributes is UNREAD:
            return UNREAD
        members = None if self._depth == "attributes" else self._members(node)
        group = unchecked(kind.group_class(), attributes=attributes, members=members, zarr_format=2)
        if members is not None:
            self._apply_rules(group, node)
        if kind.name == "image-label":
            self._check_source(attributes, node)
        return group

    def _members(self, node: Node) -> dict[str, Any]:
        members = {name: self._member(child) for name, child in node.members.items()}
        return {name: member for name, member in members.items() if member is not None}

    def _member(self, node: Node) -> Any:
        """Return a member, `UNREAD` if it could not be read, None if it is not there."""
        self._take_failures(node)
        if (node.failures and not node.is_there) or not node.is_told:
            return UNREAD
        if ".zarray" in node.documents:
            return self._array(node)
        if not node.is_there and not node.members:
            return GroupSpec(attributes={}) if ".zgroup" in node.documents else None
        kind = self._kind_of(node)
        if kind is not None:
            return self._group(node, kind)
        return unchecked(
            GroupSpec, attributes=node.attributes, members=self._members(node), zarr_format=2
        )

    def _kind_of(self, node: Node) -> Kind | None:
        """Return the kind of group that a member is."""
        if node.role == "labels":
            return self._version.kind("labels")
        if node.role == "image-label":
            kind = self._version.kind_of(node.metadata)
            return kind if kind and kind.name in ("image", "image-label") else None
        return None

    def _array(self, node: Node) -> Any:
        zarray = node.documents[".zarray"]
        document = {**zarray, "attributes": node.attributes} if is_object(zarray) else zarray
        array = attempt(document, ArraySpec)
        if array is not None:
            return array
        diagnosis = Diagnosis()
        array = diagnosis.read_model(ArraySpec, document)
        self._add(diagnosis.problems, node.path, ".zarray")
        return UNREAD if diagnosis.errors else array

    def _metadata(self, node: Node, kind: Kind) -> Any:
        """Return the metadata of a group, which may have `UNREAD` in it."""
        document, model = node.attributes, kind.attributes_class()
        older = older_version(node.metadata)
        if older:
            message = f"expected OME-Zarr 0.4, got OME-Zarr {older}, which is older"
            self._add([Problem("ms.version", "error", "", (), message)], node.path, ".zattrs")
            return UNREAD
        metadata = attempt(document, model)
        if metadata is None:
            repairs = self._mode == "repair"
            if repairs:
                document, fixes = repair(document)
                self._add([fix.problem() for fix in fixes], node.path, ".zattrs")
            diagnosis = Diagnosis(tolerated=TOLERATED if repairs else (), lenient=repairs)
            metadata = diagnosis.read_model(model, document)
            self._add(diagnosis.problems, node.path, ".zattrs")
        if self._mode == "report" and metadata is not UNREAD:
            self._add(advise(metadata), node.path, ".zattrs")
        return metadata

    def _apply_rules(self, group: BaseGroup, node: Node) -> None:
        for problem in broken_rules(group, advice=self._mode == "report"):
            tolerated = self._mode == "repair" and problem.rule in TOLERATED
            level = "warning" if tolerated else problem.level
            self._problems.append(evolve(problem, level=level, node=join(node.path, problem.node)))

    def _check_source(self, attributes: Any, node: Node) -> None:
        """Check that the image which a label image belongs to is there, if it can be seen."""
        label = attributes.image_label
        source = label.source if label is not UNREAD else None
        if source is None or source is UNREAD or not isinstance(source.image, str):
            return
        path = resolve(node.path, source.image)
        image = self._hierarchy.nodes.get(path) if path is not None else None
        if image is None:
            return
        if image.role == "group":
            self._take_failures(image)
        if not image.failures and not (image.is_there and "multiscales" in image.metadata):
            rule = SOURCE_IMAGE_EXISTS
            message = f"expected the path of an image, got {source.image!r}"
            problem = Problem(rule.slug, "error", "", ("image-label", "source", "image"), message)
            self._add([problem], node.path, ".zattrs")

    def _add(self, problems: Iterable[Problem], node: str, document: str) -> None:
        self._problems += [problem.below(node, document) for problem in problems]
