"""Check the metadata of groups against their members."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._models.model import Model
from .._models.rule import Undecidable
from .._models.structure import to_document
from .._paths import join
from .._rules.nodes import is_array, kind_of, node_at
from .._spec.versions import VERSIONS
from ..exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._models.rule import Rule


NO_MEMBERS: Final = "members were not read: open the group with depth='all'"
"""The error message of a group that needs its members, and has None."""

_NO_ENTRIES: Final[Mapping[str, Any]] = {}


def broken_rules(group: Any, *, advice: bool = False, in_store: bool = False) -> Iterator[Problem]:
    """
    Yield a problem for each rule that a group breaks together with its members.

    Parameters
    ----------
    group : BaseGroup
        A group, in which values may be `UNREAD`.
    advice : bool
        Whether to check recommendations as well.
    in_store : bool
        Whether to check the rules that apply only once a group is in a store.

    Yields
    ------
    Problem
        A problem, with the path of its node relative to the group.
    """
    version = VERSIONS[group.ome_zarr_version]
    own = version.format
    if group.members is None:
        return
    try:
        has_passed: bool = group.passes_at_a_glance()
    except Undecidable:
        has_passed = False
    seen: set[Problem] = set()  # a node that two transformations share is checked twice
    for rule, is_advice in _rules_of(group.__class__, in_store=in_store):
        if advice if is_advice else not has_passed:
            for finding in rule.findings(group):
                document, place = own.attributes, (*own.place, *version.place)
                if finding.of_array:
                    document, place = own.array, ()
                problem = Problem(
                    finding.rule or rule.slug,
                    rule.severity,
                    finding.node,
                    (*place, *finding.loc),
                    finding.message,
                    document,
                )
                if problem not in seen:
                    seen.add(problem)
                    yield problem


@cache
def _rules_of(cls: Any, *, in_store: bool) -> list[tuple[Rule, bool]]:
    """Return the rules of a class of groups, each with whether it is a recommendation."""
    rules = (*cls.tree_rules, *(cls.store_rules if in_store else ()))
    return [(rule, rule.severity == "warning") for rule in rules]


def write_errors(group: Any, node: str) -> Iterator[Problem]:
    """Yield the problems for which a group, whose path is `node`, cannot be written."""
    if group.members is None and group.has_members:
        yield Problem("members", "error", node, (), NO_MEMBERS)


def typed_members(group: Any) -> Mapping[str, Any]:
    """
    Return the members of a group, in which plain groups have the classes of their kinds.

    Only members that the metadata names are converted.

    Raises
    ------
    ValidationError
        If their attributes break a rule of the specification; the error lists every problem.
    """
    members: Mapping[str, Any] = group.members or _NO_ENTRIES
    typed: dict[str, Any] = {}
    version = VERSIONS[group.ome_zarr_version]
    problems: list[Problem] = []
    for path, role, _ in group.named_nodes():
        node = node_at(members, path)
        if role == "array" or node is None or is_array(node) or kind_of(node):
            continue
        attributes = node.attributes
        if isinstance(attributes, Model):
            attributes = to_document(attributes)
        kind = version.kind_of(attributes, role)
        if kind is not None:
            try:
                typed[path] = kind.group_class().from_spec(node)
            except ValidationError as error:
                own = version.format
                for problem in error.problems:
                    located = problem
                    if not problem.document:  # a problem of the attributes, without a node yet
                        located = problem.below("", own.attributes, *own.place)
                    problems.append(evolve(located, node=join(path, located.node)))
    if problems:
        raise ValidationError(tuple(problems))
    return replace_members(members, typed) if typed else members


def replace_members(members: Mapping[str, Any], nodes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a copy of members with other nodes at some paths."""
    replaced = dict(members)
    inner: dict[str, dict[str, Any]] = {}
    for path, node in nodes.items():
        name, _, rest = path.partition("/")
        if rest:
            inner.setdefault(name, {})[rest] = node
        else:
            replaced[name] = node
    for name, below in inner.items():
        group = replaced[name]
        replaced[name] = evolve(group, members=replace_members(group.members, below))
    return replaced


def unchecked(cls: type[Any], **fields: Any) -> Any:
    """Return an instance of an attrs class without running its converters and checks."""
    instance = object.__new__(cls)
    if hasattr(cls, "_source"):
        fields = {"_source": None, "_defects": None, **fields}
    for name, value in fields.items():
        object.__setattr__(instance, name, value)
    return instance
