"""Assemble the nodes of a hierarchy into groups, and check their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import attrs
from attrs import evolve

from .._json.text import show
from .._json.values import at, is_object
from .._models.explain import Explainer
from .._models.recommend import advise
from .._models.rule import UNREAD
from .._models.structure import attempt, to_document
from .._models.types import Nested, keys
from .._paths import is_relative, join, resolve
from .._rules import storage
from .._rules.images import (
    ARRAY,
    channel_count,
    dimension_names_present,
    has_names,
    lengths_apart,
)
from .._rules.labels import SOURCE_IMAGE_EXISTS, integers
from .._rules.multiscales import transformation_lengths
from .._rules.nodes import arrays, is_array, kind_of
from .._rules.versions import CONSISTENT
from .._spec.detect import PLACE_RULE, declared_version, detect, draft_read, older_version
from .._spec.drafts import program_of
from .._spec.repair import ARRAYS, TOLERATED, Defects, apply_repairs, repair_group
from .._spec.versions import IMAGES
from ..exceptions import Problem
from .checks import broken_rules, replace_members, unchecked
from .outcome import NO_GROUP, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._spec.versions import Version
    from ..typing import BaseGroup, Depth, Severity
    from .hierarchy import Failure, Hierarchy, Node, Texts
    from .outcome import ReadPolicy


_CALLED: Final = {
    "labels": "the labels are",
    "image-label": "the label image is",
    "well": "the well is",
    "image": "the image is",
    "series": "the list of images is",
}
"""The roles of groups without which the rest of the hierarchy can be read, for messages."""


class Expected(NamedTuple):
    """
    The expected version of a hierarchy, and the expected kind and class of its root.

    Values that are None are detected.
    """

    version: Version | None = None
    kind: str | None = None
    cls: type[BaseGroup] | None = None

    def group_class(self, version: Version) -> Any:
        """Return the expected class of the root; `cls` or `kind` must be given."""
        return self.cls or version.kind(self.kind or "").group_class()


_ANY: Final = Expected()


def assemble(
    hierarchy: Hierarchy,
    expected: Expected,
    *,
    policy: ReadPolicy,
    depth: Depth,
    uri: str = "",
    in_store: bool = True,
) -> Outcome:
    """
    Build the groups of a hierarchy and validate them.

    Parameters
    ----------
    hierarchy : Hierarchy
        The nodes that were read.
    expected : Expected
        The version, kind and class to read the hierarchy as; detected if not given.
    policy : {"repair", "strict", "report"}
        What to do with problems.
    depth : {"attributes", "arrays", "all"}
        Which nodes were read.
    uri : str
        The path or URL of the hierarchy, for messages.
    in_store : bool
        Whether the rules apply that a group may break until its members are written.

    Returns
    -------
    Outcome
    """
    return _Assembly(hierarchy, policy, depth, in_store=in_store).outcome(expected, uri)


_DEFAULT_SOURCE: Final = "../../"
"""The image of a label image whose metadata names none."""


_TRANSFORMATIONS: Final = "coordinateTransformations"


class _Assembly:
    """The state of assembling a hierarchy: the problems and the first cause so far."""

    def __init__(
        self, hierarchy: Hierarchy, policy: ReadPolicy, depth: Depth, *, in_store: bool
    ) -> None:
        self._hierarchy = hierarchy
        self._policy = policy
        self._depth = depth
        self._in_store = in_store
        self._problems: list[Problem] = []
        self._left_out: list[tuple[str, str]] = []
        self._unread = 0
        self._cause: Exception | None = None

    @property
    def _texts(self) -> Texts:
        texts = self._hierarchy.texts
        assert texts is not None, "nodes have texts only if there is a cache of them"
        return texts

    @property
    def _version(self) -> Version:
        version = self._hierarchy.version
        assert version is not None, "groups are built only if the version is known"
        return version

    def outcome(self, expected: Expected, uri: str) -> Outcome:
        """Build the groups and return the outcome."""
        root = self._hierarchy.root
        self._add_failures(self._hierarchy.failures)
        self._add_failures(root.failures)
        self._problems += self._hierarchy.flaws or ()
        group = partial = None
        version, kind = expected.version, expected.kind
        if root.is_there and root.has_readable_attributes:
            cls = self._class_of_root(root, expected)
            group = partial = self._group(root, cls) if cls else None
            kind = kind or (cls.kind if cls else None)
            version = expected.version or self._hierarchy.version
        elif not root.failures:
            self._report_missing_group(root)
        if any(problem.level == "error" for problem in self._problems):
            group = None
        return Outcome(
            group,
            version.name if version else None,
            kind,
            tuple(self._problems),
            self._cause,
            uri,
            self._hierarchy.requests,
            partial,
        )

    def _add_failures(self, failures: Iterable[Failure]) -> None:
        for failure in failures:
            self._problems.append(failure.problem)
            self._cause = self._cause or failure.cause

    def _class_of_root(self, root: Node, expected: Expected) -> type[BaseGroup] | None:
        """Return the class of the root; None if it cannot be detected or is not as expected."""
        detected = self._hierarchy.detected
        if detected.version is None or detected.kind is None:
            self._add_problems(detected.problems, root)
            return None
        version, kind = detected.version, detected.kind
        if expected.kind in (None, kind.name):
            return expected.cls or kind.group_class()
        cls: type[BaseGroup] = expected.group_class(version)
        key = version.kind(cls.kind).key
        if key in version.metadata(root.attributes):
            return cls
        name = f"v{version.name.replace('.', '')}.{kind.group_class().__name__}"
        hint = f"this is of kind {kind.name!r}: use {name} or open_ome_zarr"
        message = f"required, but missing: {hint}"
        loc = (*version.place, key)
        self._add_problems([Problem(_required_rule(cls, key), "error", "", loc, message)], root)
        return None

    def _report_missing_group(self, root: Node) -> None:
        """Add the problem that the root is not a group, and name what there is instead."""
        own, other = root.format, root.format.other
        formats = f"Zarr format {own.number}, got Zarr format {other.number}"
        bare = "a group, got attributes without a group"
        for name, rule, expected in (
            (own.array, PLACE_RULE, "a group, got an array"),
            (other.group, storage.FORMAT.slug, formats),
            (other.array, storage.FORMAT.slug, formats),
            (own.attributes, PLACE_RULE, bare),
            (other.attributes, PLACE_RULE, bare),
        ):
            if name in root.documents:
                message = f"expected {expected}{self._other_class(root)}"
                self._problems.append(Problem(rule, "error", "", (), message, name))
                return
        self._problems.append(Problem("missing", "error", "", (), NO_GROUP))

    def _other_class(self, root: Node) -> str:
        """Return which class reads the root, if it is a group of OME-Zarr in the other format."""
        other = root.format.other
        attributes = at(root.documents.get(other.attributes), *other.place)
        detected = detect(attributes, zarr_format=other)
        if detected.version is None or detected.kind is None:
            return ""
        name = detected.version.name
        cls = f"v{name.replace('.', '')}.{detected.kind.group_class().__name__}"
        return f": this is OME-Zarr {name}: use {cls} or open_ome_zarr"

    def _group(self, node: Node, cls: type[BaseGroup]) -> Any:
        """Build the group of a node, in which values that could not be read are `UNREAD`."""
        self._check_format(node)
        before, first_left_out = len(self._problems), len(self._left_out)
        unread = self._unread
        attributes = self._attributes(node, cls)
        if attributes is UNREAD:
            return UNREAD
        found = range(before, len(self._problems))
        with_members = self._depth == "all" and cls.has_members
        with_members = with_members or (self._depth == "arrays" and cls.kind in IMAGES)
        members = self._members(node) if with_members and node.has_members else None
        fields = {
            "attributes": attributes,
            "members": members,
            "zarr_format": node.format.number,
            **cls.fields_from_documents(
                {name: member.documents for name, member in node.members.items()}
            ),
        }
        group = unchecked(cls, **fields)
        broken: set[str] = set()
        if members is not None:
            self._blame_lengths(found, group)
            broken = self._apply_rules(group, node)
        if self._policy == "repair":
            tolerated = {problem.rule for problem in self._problems[found.start : found.stop]}
            tolerated &= TOLERATED
            left_out = dict(self._left_out[first_left_out:])
            del self._left_out[first_left_out:]
            is_read = all(each.level != "error" for each in self._problems[found.start :])
            if is_read and (broken or tolerated or left_out):
                group = self._tolerate(group, node, fields, broken | tolerated, left_out)
        elif members is not None and (broken or self._unread > unread):
            group = unchecked(cls, **{**fields, "members": _readable(members)})
        if cls.kind == "image-label" and self._in_store:
            self._check_source(group, node)
        return group

    def _tolerate(
        self,
        group: BaseGroup,
        node: Node,
        fields: dict[str, Any],
        broken: set[str],
        left_out: Mapping[str, str],
    ) -> Any:
        """
        Return a group as it is read although it breaks rules, with its defects.

        Parameters
        ----------
        group : BaseGroup
            The group, in which members may be `UNREAD`.
        node : Node
            The node of the group.
        fields : dict
            The fields of the group.
        broken : set of str
            The ids of the rules that it breaks.
        left_out : mapping of str to str
            Why nodes below it were left out, by their paths in the hierarchy.
        """
        cls = group.__class__
        if channel_count.slug in broken:
            fields["attributes"] = _without_omero(fields["attributes"])
        if fields["members"] is not None:
            fields["members"] = _readable(fields["members"])
            if dimension_names_present.slug in broken:
                fields["members"] = _with_dimension_names(group, fields["members"])
        read = unchecked(cls, **fields)
        # Of the group as it is now: without members that were left out, and as it was repaired.
        rules = {problem.rule for problem in broken_rules(read)} | (broken & TOLERATED)
        start = f"{node.path}/" if node.path else ""
        reasons = {path.removeprefix(start): reason for path, reason in left_out.items()}
        return unchecked(cls, **fields, _defects=Defects(frozenset(rules), reasons))

    def _members(self, node: Node) -> dict[str, Any]:
        """Build the members of a node; those that do not exist are left out."""
        members = {name: self._member(child) for name, child in node.members.items()}
        self._unread += any(member is UNREAD for member in members.values())
        return {name: member for name, member in members.items() if member is not None}

    def _member(self, node: Node) -> Any:
        """Build a member; `UNREAD` if it could not be read, None if it does not exist."""
        first_problem = len(self._problems)
        member = self._build_member(node)
        if self._policy == "repair" and node.role in _CALLED:
            if node.role == "image-label" and kind_of(member) == "image":
                for finding in integers.findings(member):  # else a rule of the group of labels
                    path, own = join(node.path, finding.node), node.format.array
                    problem = Problem(integers.slug, "error", path, finding.loc, finding.message)
                    self._problems.append(evolve(problem, document=own))
            return self._leave_out_if_broken(member, node, first_problem)
        return member

    def _build_member(self, node: Node) -> Any:
        """Build a member as `_member` does, with its problems as they are."""
        if node.role == "group":
            return self._group_between(node)
        if node.failures:
            self._add_failures(node.failures)
            if not node.is_there or not node.has_readable_attributes:
                return UNREAD
        if not node.documents and not node.members:
            return None
        node_type = node.type
        other = node.format.other
        if node.role == "array" and node_type is None and other.array in node.documents:
            own = f"expected an array of Zarr format {node.format.number}, as the group is"
            message = f"{own}, got {other.array} of Zarr format {other.number}"
            self._problems.append(Problem(ARRAY.slug, "error", node.path, (), message, other.array))
            return UNREAD
        if node_type == "array":
            return self._array(node)
        if node_type == "group" and node.role == "array":
            return node.format.group_spec(attributes={})
        if node_type is None and not node.required and node.format.attributes in node.documents:
            message = "expected a group, got attributes without a group"
            self._add_problems([Problem(PLACE_RULE, "error", "", (), message)], node)
            return UNREAD
        kind = self._version.kind_of(node.attributes, node.role)
        if kind is None:
            members = self._members(node)
            return self._plain_group(node, members) if node_type or members else None
        return self._group(node, kind.group_class()) if node_type == "group" else None

    @property
    def _is_in_plate(self) -> bool:
        return self._hierarchy.has_plate(self._hierarchy.root)

    def _report_row(self, node: Node, found: str) -> None:
        """Add the problem that there is no group where a plate has the group of a row."""
        message = f"expected the group of a row, got {found}"
        is_tolerated = self._policy == "repair" and found == "none"
        severity: Severity = "warning" if is_tolerated else "error"
        self._problems.append(Problem(storage.THREE_GROUPS.slug, severity, node.path, (), message))

    def _group_between(self, node: Node) -> Any:
        """Build a group on the way to others, which a reader can read whatever is wrong with it."""
        members, first = self._members(node), len(self._problems)
        self._add_failures(node.failures)
        if node.type is None and not node.failures and not members:
            return None
        if self._is_in_plate and node.type != "group" and not node.failures:
            self._report_row(node, "an array" if node.type else "none")
        if node.type == "array":
            return self._array(node)
        group = self._plain_group(node, members)
        if self._policy == "repair" and members:
            self._problems[first:] = [
                each if each.rule == "unreadable" else evolve(each, level="warning")
                for each in self._problems[first:]
            ]
            if group is UNREAD:
                return self._group_spec(node, {}, members)
        return group

    def _plain_group(self, node: Node, members: dict[str, Any]) -> Any:
        """Build a group without OME-Zarr metadata; `UNREAD` if its document is wrong."""
        attributes = node.attributes
        if node.type == "group":
            self._check_format(node)
        if not node.has_readable_attributes:
            return UNREAD
        if not is_object(attributes):
            message = f"expected an object, got {show(attributes)}"
            self._add_problems([Problem(PLACE_RULE, "error", "", (), message)], node)
            return UNREAD
        return self._group_spec(node, attributes, members)

    def _group_spec(self, node: Node, attributes: Any, members: dict[str, Any]) -> Any:
        return unchecked(
            node.format.group_spec,
            attributes=attributes,
            members=members,
            zarr_format=node.format.number,
        )

    def _leave_out_if_broken(self, member: Any, node: Node, first_problem: int) -> Any:
        """
        Return a member; `UNREAD` if it is broken, and its problems become warnings.

        The problems of the member are those from `first_problem` on. If the store failed to
        return a document, that remains an error: the member may be there, and right.
        """
        problems = self._problems[first_problem:]
        errors = [problem for problem in problems if problem.level == "error"]
        if member is UNREAD and problems and not errors:  # the store refused it
            self._left_out.append((node.path, str(problems[0])))
        if not errors or any(problem.rule == "unreadable" for problem in errors):
            return member
        reason = str(errors[0])
        self._problems[first_problem:] = [evolve(problem, level="warning") for problem in problems]
        first = first_problem + problems.index(errors[0])
        message = f"{errors[0].message}; {_CALLED[node.role]} left out"
        self._problems[first] = evolve(self._problems[first], message=message)
        self._left_out.append((node.path, reason))
        return UNREAD

    def _check_format(self, node: Node) -> None:
        document = node.documents[node.format.group]
        found = document.get("zarr_format") if is_object(document) else None
        number = node.format.number
        if type(found) is not int or found != number:
            message = f"expected {number}, got {show(found)}"
            problem = Problem(storage.FORMAT.slug, "error", "", ("zarr_format",), message)
            self._problems.append(problem.below(node.path, node.format.group))
        if node.format.place and is_object(document) and "node_type" not in document:
            problem = Problem(PLACE_RULE, "error", "", ("node_type",), "required, but missing")
            self._problems.append(problem.below(node.path, node.format.group))

    def _array(self, node: Node) -> Any:
        """Build the specification of an array; `UNREAD` if it is not valid."""
        document: Any = node.documents[node.format.array]
        own, spec = node.format, node.format.array_spec
        array = None
        if node.text is not None and (own.has_one_document or own.attributes not in node.documents):
            array = self._texts.array(node.text, own.number)
        if array is not None:
            return array
        if not own.has_one_document and is_object(document):
            document = {**document, "attributes": node.attributes}
        array = attempt(document, spec) if node.is_exact else None
        if array is not None:
            return array
        if self._policy == "repair":
            document, fixes = apply_repairs(document, ARRAYS)
            self._add_array_problems((fix.problem() for fix in fixes), node)
        explainer = self._explainer(node)
        array = explainer.read_model(spec, document)
        self._add_array_problems(explainer.problems, node)
        return UNREAD if explainer.errors else array

    def _add_array_problems(self, problems: Iterable[Problem], node: Node) -> None:
        """Add problems of an array, whose attributes may be in a document of their own."""
        own = node.format
        for problem in problems:
            name, loc, message = own.array, problem.loc, problem.message
            if message == "required, but missing":
                message = f"required in the document of array {show(node.path)}, but missing"
            if not own.has_one_document and loc[:1] == ("attributes",):
                name, loc = own.attributes, loc[1:]
            self._problems.append(
                evolve(problem, node=node.path, document=name, loc=loc, message=message)
            )

    def _attributes(self, node: Node, cls: type[BaseGroup]) -> Any:
        """Build the attributes of a group; values that could not be read are `UNREAD`."""
        document, model = node.attributes, cls.attributes_class
        self._report_misplaced(node)
        older = older_version(document) if is_object(document) and not self._version.place else None
        if older:
            hint = "which is older: convert it to 0.4 first"
            message = f"expected OME-Zarr 0.4, got OME-Zarr {older}, {hint}"
            rule = self._version.version_rule
            self._add_problems([Problem(rule, "error", "", (), message)], node)
            return UNREAD
        if not is_object(document):
            message = f"expected an object, got {show(document)}"
            self._add_problems([Problem(PLACE_RULE, "error", "", (), message)], node)
            return UNREAD
        if node.text is not None:
            hashable: Any = model
            attributes, advice = self._texts.attributes(node.text, node.format.number, hashable)
            if attributes is not None:
                self._add_problems(advice, node)
                return attributes
        needs_repair = self._policy == "repair" and not node.has_clean_paths
        attributes = attempt(document, model) if node.is_exact and not needs_repair else None
        if attributes is None:
            if self._reports_other_version(node):
                return UNREAD
            document, draft = self._version.released(document)
            if draft is not None:
                self._add_problems([draft_read(self._version, draft)], node)
            if self._policy == "repair":
                document, fixes = repair_group(document, self._version, is_below=bool(node.path))
                self._add_problems((fix.problem() for fix in fixes), node)
            explainer = self._explainer(node)
            attributes = explainer.read_model(model, document)
            self._add_problems(_of_program(explainer.problems, draft), node)
        if self._policy == "report" and attributes is not UNREAD:
            self._add_problems(advise(attributes), node)
        return attributes

    def _report_misplaced(self, node: Node) -> None:
        if node.misplaced is not None:
            level: Severity = "warning" if self._policy == "repair" else "error"
            self._add_problems([evolve(node.misplaced.problem, level=level)], node)

    def _reports_other_version(self, node: Node) -> bool:
        """Add a problem if a node below the root has another version; return whether it has."""
        version = self._version
        declared = declared_version(node.attributes) if node.path and version.place else None
        if declared in (None, version):
            return False
        name = version.metadata(node.attributes)["version"]
        message = f"expected {version.name!r}, as the root has, got {name!r}"
        loc = (*version.place, "version")
        self._add_problems([Problem(CONSISTENT.slug, "error", "", loc, message)], node)
        return True

    def _explainer(self, node: Node) -> Explainer:
        repairs = self._policy == "repair"
        quick = attempt if node.is_exact else None
        return Explainer(tolerated=TOLERATED if repairs else (), lenient=repairs, quick=quick)

    def _apply_rules(self, group: BaseGroup, node: Node) -> set[str]:
        """Add a problem for each broken rule of a group; return the ids of the rules."""
        in_store = self._in_store and self._depth == "all"
        problems = tuple(broken_rules(group, advice=self._policy == "report", in_store=in_store))
        for problem in problems:
            is_tolerated = self._policy == "repair" and problem.rule in TOLERATED
            severity = "warning" if is_tolerated else problem.level
            path, message = join(node.path, problem.node), problem.message
            if self._hierarchy.consolidated is not None and message.endswith("nothing there"):
                message += ": it is not in the consolidated metadata"
            self._problems.append(evolve(problem, level=severity, node=path, message=message))
        return {problem.rule for problem in problems}

    def _blame_lengths(self, found: range, group: BaseGroup) -> None:
        """Report scales instead of axes where the axes are as many as the arrays' dimensions."""
        problems: list[Problem] = []
        for problem in self._problems[found.start : found.stop]:
            instead: list[Problem] = []
            if problem.rule == transformation_lengths.slug and problem.loc[-1] == "axes":
                *place, _, i, _ = problem.loc
                instead = [
                    evolve(problem, loc=(*place, *finding.loc), message=finding.message)
                    for finding in lengths_apart(group, int(i))
                ]
            problems += instead or [problem]
        self._problems[found.start : found.stop] = problems

    def _check_source(self, group: Any, node: Node) -> None:
        """Check that the image of a label image exists, if it is in the hierarchy."""
        metadata = group.ome_attributes
        label = metadata.image_label if metadata is not UNREAD else UNREAD
        source = label.source if label is not UNREAD else UNREAD
        given = None if source is None else UNREAD if source is UNREAD else source.image
        if not isinstance(given, str | None):
            return
        relative = given or _DEFAULT_SOURCE
        path = resolve(node.path, relative)
        if not is_relative(relative):
            self._report_source(node, "a relative path in the hierarchy", given)
        image = self._hierarchy.nodes.get(path) if path is not None else None
        if image is None:
            return
        if image.role == "source":
            self._add_failures(image.failures)
        is_image = image.is_there and "multiscales" in self._hierarchy.metadata(image)
        if not image.failures and not is_image:
            self._report_source(node, "the path of an image", given)

    def _report_source(self, node: Node, expected: str, given: str | None) -> None:
        loc = (*self._version.place, "image-label", "source", "image")
        is_own = given not in (None, _DEFAULT_SOURCE)
        level: Severity = "error" if is_own and self._policy != "repair" else "warning"
        found = show(given) if given else f"none, and {show(_DEFAULT_SOURCE)} leads to none"
        message = f"expected {expected}, got {found}"
        self._add_problems([Problem(SOURCE_IMAGE_EXISTS.slug, level, "", loc, message)], node)

    def _add_problems(self, problems: Iterable[Problem], node: Node) -> None:
        """Add problems of a node's attributes."""
        own = node.format
        self._problems += [p.below(node.path, own.attributes, *own.place) for p in problems]


def _of_program(problems: list[Problem], draft: str | None) -> list[Problem]:
    """Name the program whose own transformations may be what is wrong."""
    program = program_of(draft) if draft else None
    if program is None:
        return problems
    own = f"a transformation of the program that the version names, {show(program)}"
    return [
        evolve(each, message=f"{each.message}: {own}") if _TRANSFORMATIONS in each.loc else each
        for each in problems
    ]


def _readable(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members without those that could not be read, also in plain groups among them."""
    readable: dict[str, Any] = {}
    for name, member in members.items():
        if member is not UNREAD:
            inner = None if is_array(member) or kind_of(member) else member.members
            readable[name] = evolve(member, members=_readable(inner)) if inner else member
    return readable


def _with_dimension_names(image: BaseGroup, members: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the members of an image, in which arrays without names of dimensions have some."""
    named: dict[str, Any] = {}
    for level in arrays(image):
        metadata: Any = image.ome_attributes
        names = [axis.name for axis in metadata.multiscales[level.multiscale].axes]
        if not has_names(level.node) and len(names) == level.node.ndim:
            named[level.path] = evolve(level.node, dimension_names=names)
    return replace_members(members, named)


def _required_rule(cls: type[BaseGroup], name: str) -> str:
    """Return the id of the rule that requires a key of the metadata of a class."""
    model: Any = cls.attributes_class
    for key in keys(model):
        if key.field == "ome" and isinstance(key.type, Nested):
            model = key.type.model
    rules = [key.missing for key in keys(model) if key.name == name and key.missing]
    return rules[0].slug if rules else PLACE_RULE


def _without_omero(attributes: Any) -> Any:
    """Return an image's attributes with the OMERO metadata as an unvalidated extra key."""
    model: Any = attributes.__class__
    fields = {field.name: getattr(attributes, field.name) for field in attrs.fields(model)}
    if "ome" in fields:
        return unchecked(model, **{**fields, "ome": _without_omero(attributes.ome)})
    extra = {**attributes.extra, "omero": to_document(attributes.omero)}
    return unchecked(model, **{**fields, "omero": None, "extra": extra})
