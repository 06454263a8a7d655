"""Whether groups are as their metadata says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ._paths import join
from ._rules import Undecidable
from ._structure import structure, unstructure
from .exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._model import Model

__all__ = ["broken_rules", "errors_of", "unchecked"]


def broken_rules(group: Any, *, advice: bool = False) -> Iterator[Problem]:
    """
    Yield what a group's metadata says of its members that is not so.

    Parameters
    ----------
    group : BaseGroup
        A group, which may have `UNREAD` in it.
    advice : bool
        Whether to look at what is only recommended as well.

    Yields
    ------
    Problem
        With the node as seen from the group.
    """
    try:
        is_usual: bool = group.__usual__()
    except Undecidable:
        is_usual = False
    for rule in group.__rules__:
        if advice if rule.severity == "warning" else not is_usual:
            for finding in rule.findings(group):
                document = group.__documents__[finding.of_array]
                yield Problem(
                    rule.slug,
                    rule.severity,
                    finding.node,
                    finding.loc,
                    finding.message,
                    document,
                )


def errors_of(group: Any, node: str = "") -> Iterator[Problem]:
    """Yield what keeps a group from being written: what was read as wrong, and is still."""
    metadata: Model = group.ome_attributes
    members: Mapping[str, object] = group.members or {}
    try:
        structure(unstructure(metadata), type(metadata))
    except ValidationError as error:
        for problem in error.problems:
            yield problem.below(node, group.__documents__[0])
    for problem in broken_rules(group):
        yield evolve(problem, node=join(node, problem.node))
    for name, member in members.items():
        if hasattr(member, "ome_attributes"):
            yield from errors_of(member, join(node, name))


def unchecked(cls: type[Any], **fields: Any) -> Any:
    """Return a group without checking what its metadata says of its members."""
    group = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(group, name, value)
    return group
