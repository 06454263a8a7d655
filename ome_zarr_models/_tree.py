"""From the nodes of a hierarchy to its groups: read as models, put together, and checked."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs
from attrs import evolve, frozen

from ._advise import advise
from ._checks import broken_rules, unchecked
from ._diagnose import Diagnosis
from ._json import show
from ._paths import join, resolve
from ._repair import ARRAYS, TOLERATED, repair
from ._rules import UNREAD
from ._rules.arrays import channel_count
from ._rules.labels import SOURCE_IMAGE_EXISTS
from ._shape import keys
from ._spec import PLACE_RULE, VERSION_RULE, VERSIONS, detect, older_version
from ._structure import attempt, unstructure
from ._values import is_object
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
    from collections.abc import Iterable

    from ._walk import Depth, Failure, Hierarchy, Node
    from .base import BaseGroup

__all__ = ["NOTHING", "UNREAD_RULES", "Mode", "Outcome", "assemble"]

NOTHING: Final = "expected a Zarr group, got nothing there"
_REPLACEABLE: Final = ("labels", "image-label")
"""The roles of groups without which the rest can be read."""

Mode: TypeAlias = Literal["repair", "strict", "report"]
"""What is done with what is wrong: mended, refused, or reported with all recommendations."""


@frozen
class Outcome:
    """
    What came of reading a hierarchy.

    ``uri`` is where it is, and ``requests`` the number of documents that the store was
    asked for; ``cause`` is the error of the store, or of the parser, if there was one.
    """

    group: Any
    version: str | None
    kind: str | None
    problems: tuple[Problem, ...]
    cause: Exception | None = None
    uri: str = ""
    requests: int = 0

    def group_or_raise(self, stacklevel: int = 1) -> Any:
        """Return the group, with a warning for each problem that is none, or raise."""
        if self.group is None:
            raise self._error() from self.cause
        for problem in self.problems:
            message = f"{self.uri}: {problem}"
            warnings.warn(message, ValidationWarning, stacklevel=stacklevel + 1)
        return self.group

    def _error(self) -> ValidationError:
        rules = {problem.rule for problem in self.problems if problem.level == "error"}
        for rule, error in UNREAD_RULES.items():
            if rule in rules:
                return error(self.problems, self.uri)
        return ValidationError(self.problems, self.uri)


UNREAD_RULES: Final = {
    "unreadable": UnreadableNodeError,
    "json": BrokenJSONError,
    "missing": MissingNodeError,
}
"""The rules of problems that keep a node from being read, and the errors for them."""


def assemble(
    hierarchy: Hierarchy, cls: type[BaseGroup] | None, *, mode: Mode, depth: Depth, uri: str = ""
) -> Outcome:
    """
    Put a hierarchy together.

    Parameters
    ----------
    hierarchy : Hierarchy
        The nodes that were read.
    cls : type of BaseGroup, optional
        The class of group that the root is taken for; its attributes tell if not given.
    mode : {"repair", "strict", "report"}
        What is done with what is wrong.
    depth : {"attributes", "arrays", "all"}
        How far the hierarchy was read.
    uri : str
        Where the hierarchy is.
    """
    return _Assembly(hierarchy, mode, depth).outcome(cls, uri)


class _Assembly:
    def __init__(self, hierarchy: Hierarchy, mode: Mode, depth: Depth) -> None:
        self._hierarchy = hierarchy
        self._mode = mode
        self._depth = depth
        self._version = VERSIONS["0.4"]
        self._problems: list[Problem] = []
        self._cause: Exception | None = None

    def outcome(self, cls: type[BaseGroup] | None, uri: str) -> Outcome:
        root = self._hierarchy.root
        self._take(self._hierarchy.failures)
        self._take(root.failures)
        group = None
        if root.is_there and root.is_told:
            found = self._class_of_root(root, cls)
            group = self._group(root, found) if found else None
            cls = cls or found
        elif not root.failures:
            self._say_what_is_there(root)
        if any(problem.level == "error" for problem in self._problems):
            group = None
        return Outcome(
            group,
            self._version.name if cls else None,
            cls.kind if cls else None,
            tuple(self._problems),
            self._cause,
            uri,
            self._hierarchy.requests,
        )

    def _take(self, failures: Iterable[Failure]) -> None:
        for failure in failures:
            self._problems.append(failure.problem)
            self._cause = self._cause or failure.cause

    def _class_of_root(self, root: Node, cls: type[BaseGroup] | None) -> type[BaseGroup] | None:
        """Return the class that the root is of, if its attributes are of any."""
        try:
            _, kind = detect(root.metadata)
        except ValidationError as error:
            rules = {problem.rule for problem in error.problems}
            if cls is not None and VERSION_RULE not in rules:
                return cls  # what its metadata lacks tells more
            self._add(error.problems, "", ".zattrs")
            return None
        if cls is None:
            found: type[BaseGroup] = kind.group_class()
            return found
        own = self._version.kind(cls.kind).key
        if own not in root.metadata:
            missing = next(key.missing for key in keys(cls.__attributes__) if key.name == own)
            message = f"required, but missing: this looks like kind {kind.name!r}"
            rule = missing.slug if missing else PLACE_RULE
            self._add([Problem(rule, "error", "", (own,), message)], "", ".zattrs")
            return None
        return cls

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
        self._problems.append(Problem("missing", "error", "", (), NOTHING))

    def _group(self, node: Node, cls: type[BaseGroup]) -> Any:
        """Return the group of a node, which may have `UNREAD` in it."""
        self._check_format(node)
        attributes = self._metadata(node, cls)
        if attributes is UNREAD:
            return UNREAD
        members = None if self._depth == "attributes" else self._members(node)
        fields = {"attributes": attributes, "members": members, "zarr_format": 2}
        group = unchecked(cls, **fields)
        if members is not None:
            broken = self._apply_rules(group, node)
            # Only in what a repairing reader leaves out there is `UNREAD` without an error.
            fields["members"] = {k: each for k, each in members.items() if each is not UNREAD}
            if self._mode == "repair" and channel_count.slug in broken:
                fields["attributes"] = _without_omero(attributes)
            group = unchecked(cls, **fields)
        if cls.kind == "image-label":
            self._check_source(attributes, node)
        return group

    def _members(self, node: Node) -> dict[str, Any]:
        members = {name: self._member(child) for name, child in node.members.items()}
        return {name: member for name, member in members.items() if member is not None}

    def _member(self, node: Node) -> Any:
        """Return a member, `UNREAD` if it could not be read, None if it is not there."""
        self._take(node.failures)
        if (node.failures and not node.is_there) or not node.is_told:
            return UNREAD
        if ".zarray" in node.documents:
            return self._array(node)
        if not node.is_there and not node.members:
            return GroupSpec(attributes={}) if ".zgroup" in node.documents else None
        kind = self._version.kind_of(node.metadata, node.role)
        if kind is None or node.role not in _REPLACEABLE:
            members = self._members(node)
            return unchecked(GroupSpec, attributes=node.attributes, members=members, zarr_format=2)
        before = len(self._problems)
        group = self._group(node, kind.group_class())
        return self._left_out(group, before) if self._mode == "repair" else group

    def _left_out(self, group: Any, before: int) -> Any:
        """Return a group; `UNREAD` if it is wrong, and its image is read without it."""
        problems = self._problems[before:]
        errors = {problem.rule for problem in problems if problem.level == "error"}
        if not errors or errors.intersection(UNREAD_RULES):
            return group
        self._problems[before:] = [evolve(problem, level="warning") for problem in problems]
        return UNREAD

    def _check_format(self, node: Node) -> None:
        document = node.documents[".zgroup"]
        found = document.get("zarr_format") if is_object(document) else None
        if type(found) is not int or found != self._version.zarr_format:
            message = f"expected {self._version.zarr_format}, got {show(found)}"
            problem = Problem("storage.zarr-format", "error", "", ("zarr_format",), message)
            self._add([problem], node.path, ".zgroup")

    def _array(self, node: Node) -> Any:
        zarray = node.documents[".zarray"]
        document = {**zarray, "attributes": node.attributes} if is_object(zarray) else zarray
        array = attempt(document, ArraySpec) if node.is_exact else None
        if array is not None:
            return array
        if self._mode == "repair":
            document, fixes = repair(document, ARRAYS)
            self._add_of_array((fix.problem() for fix in fixes), node)
        diagnosis = self._diagnosis()
        array = diagnosis.read_model(ArraySpec, document)
        self._add_of_array(diagnosis.problems, node)
        return UNREAD if diagnosis.errors else array

    def _add_of_array(self, problems: Iterable[Problem], node: Node) -> None:
        for problem in problems:
            if problem.loc[:1] == ("attributes",):
                self._add([evolve(problem, loc=problem.loc[1:])], node.path, ".zattrs")
            else:
                self._add([problem], node.path, ".zarray")

    def _metadata(self, node: Node, cls: type[BaseGroup]) -> Any:
        """Return the metadata of a group, which may have `UNREAD` in it."""
        document, model = node.attributes, cls.__attributes__
        older = older_version(node.metadata)
        if older:
            message = f"expected OME-Zarr 0.4, got OME-Zarr {older}, which is older"
            self._add([Problem(VERSION_RULE, "error", "", (), message)], node.path, ".zattrs")
            return UNREAD
        metadata = attempt(document, model) if node.is_exact else None
        if metadata is None:
            if self._mode == "repair":
                document, fixes = repair(document)
                self._add([fix.problem() for fix in fixes], node.path, ".zattrs")
            diagnosis = self._diagnosis()
            metadata = diagnosis.read_model(model, document)
            self._add(diagnosis.problems, node.path, ".zattrs")
        if self._mode == "report" and metadata is not UNREAD:
            self._add(advise(metadata), node.path, ".zattrs")
        return metadata

    def _diagnosis(self) -> Diagnosis:
        repairs = self._mode == "repair"
        return Diagnosis(tolerated=TOLERATED if repairs else (), lenient=repairs)

    def _apply_rules(self, group: BaseGroup, node: Node) -> set[str]:
        """Add what is broken of the rules of a group; return their names."""
        broken = tuple(broken_rules(group, advice=self._mode == "report"))
        for problem in broken:
            tolerated = self._mode == "repair" and problem.rule in TOLERATED
            level = "warning" if tolerated else problem.level
            self._problems.append(evolve(problem, level=level, node=join(node.path, problem.node)))
        return {problem.rule for problem in broken}

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
            self._take(image.failures)
        if not image.failures and not (image.is_there and "multiscales" in image.metadata):
            rule = SOURCE_IMAGE_EXISTS
            message = f"expected the path of an image, got {source.image!r}"
            problem = Problem(rule.slug, "error", "", ("image-label", "source", "image"), message)
            self._add([problem], node.path, ".zattrs")

    def _add(self, problems: Iterable[Problem], node: str, document: str) -> None:
        self._problems += [problem.below(node, document) for problem in problems]


def _without_omero(attributes: Any) -> Any:
    """Return an image's metadata with the block of OMERO set aside, as it was found."""
    model: Any = attributes.__class__
    fields = {each.name: getattr(attributes, each.name) for each in attrs.fields(model)}
    extra = {**attributes.extra, "omero": unstructure(attributes.omero)}
    return unchecked(model, **{**fields, "omero": None, "extra": extra})
