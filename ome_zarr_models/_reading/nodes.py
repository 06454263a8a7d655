"""All problems of the nodes of a group that are given as JSON, without a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._paths import join
from .._spec.versions import VERSIONS
from .._zarr.nodes import build, read_form
from .assemble import Expected, assemble
from .walk import walk

if TYPE_CHECKING:
    from ..exceptions import Problem
    from .hierarchy import Hierarchy


def problems_of(nodes: object, cls: Any) -> tuple[Problem, ...]:
    """Return all errors of the nodes of a group, as which a class is expected."""
    version = VERSIONS[cls.ome_zarr_version]
    form = read_form(nodes, version.format)
    if not form.documents:
        return form.problems
    hierarchy = _walked(form.documents, cls)
    for path in form.unread & hierarchy.nodes.keys():
        hierarchy.nodes[path].has_members = False
    expected = Expected(version, cls.kind, cls)
    outcome = assemble(hierarchy, expected, policy="strict", depth="all", in_store=False)
    found = tuple(problem for problem in outcome.problems if problem.level == "error")
    others: list[Problem] = []
    build(form, version.format.group_spec, others)
    unnamed = tuple(each for each in others if each.node not in hierarchy.nodes)
    return (*form.problems, *found, *unnamed)


def _walked(documents: dict[str, dict[str, Any]], cls: Any) -> Hierarchy:
    """Return the nodes that the metadata names, each with the role that it has there."""
    held = {join(path, name): each for path in documents for name, each in documents[path].items()}
    steps: Any = walk(
        VERSIONS[cls.ome_zarr_version],
        cls.kind,
        documents=documents[""],
        held=held,
        consolidated=False,
    )
    answers: dict[str, None] | None = None
    try:
        while True:  # it asks only for files that are not JSON
            answers = dict.fromkeys(steps.send(answers))
    except StopIteration as stop:
        hierarchy: Hierarchy = stop.value
    hierarchy.consolidated = None
    return hierarchy
