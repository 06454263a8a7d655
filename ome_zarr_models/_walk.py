"""
The order in which a hierarchy is read, without any I/O.

A walk says which keys it needs next, a level of the hierarchy at a time, and is given
what the store has for them. It follows what the documents say, right or wrong: what is
wrong with them is found when they are read as models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import define, evolve, field, frozen

from ._json import decode, has_comments
from ._members import named
from ._paths import is_below, join, resolve
from ._spec import CONSOLIDATED, VERSIONS
from ._values import is_object
from .exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from ._zarr_io import Answer

__all__ = ["Depth", "Failure", "Hierarchy", "Node", "hierarchy_of", "walk"]

Depth: TypeAlias = Literal["attributes", "arrays", "all"]


@frozen
class Failure:
    """Why a document could not be had, and what the store or the parser said."""

    problem: Problem
    cause: Exception | None = None


@define
class Node:
    """
    A node of a hierarchy, as far as it was read.

    Parameters
    ----------
    path : str
        Its path from the root.
    role : str
        What its parent takes it for: ``"array"``, ``"group"``, or a kind of group.
    required : bool
        Whether its parent's metadata says that it is there.
    documents : dict of str to JSON
        Its documents, by their names.
    failures : list of Failure
        Why documents could not be had.
    members : dict of str to Node
        The nodes below it that were looked for, by their names.
    is_exact : bool
        Whether its documents are JSON to the letter, and there is no ``NaN`` in them.
    """

    path: str
    role: str
    required: bool = True
    documents: dict[str, Any] = field(factory=dict[str, Any])
    failures: list[Failure] = field(factory=list[Failure])
    members: dict[str, Node] = field(factory=dict[str, "Node"])
    is_exact: bool = True

    @property
    def names(self) -> tuple[str, str]:
        """The names of the document that makes it a node, and of its attributes."""
        return (".zarray" if self.role == "array" else ".zgroup", ".zattrs")

    @property
    def is_there(self) -> bool:
        """Whether the store has it, and it is what its parent takes it for."""
        return self.names[0] in self.documents

    @property
    def is_told(self) -> bool:
        """Whether its attributes could be read, if it has any."""
        return not any(failure.problem.document == ".zattrs" for failure in self.failures)

    @property
    def attributes(self) -> Any:
        """Its attributes, which should be a JSON object."""
        return self.documents.get(".zattrs", {})

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its attributes, as far as they are a JSON object."""
        attributes = self.attributes
        return attributes if is_object(attributes) else {}


@define
class Hierarchy:
    """
    The nodes of a hierarchy by their paths.

    ``consolidated`` is its consolidated metadata, if it has any, ``is_exact`` whether that
    is JSON to the letter, and ``failures`` says why it could not be had. ``requests`` is
    the number of documents that the store was asked for.
    """

    nodes: dict[str, Node]
    consolidated: Mapping[str, Any] | None = None
    is_exact: bool = True
    failures: list[Failure] = field(factory=list[Failure])
    requests: int = 0

    @property
    def root(self) -> Node:
        """The node that was opened."""
        return self.nodes[""]


def hierarchy_of(attributes: Mapping[str, Any]) -> Hierarchy:
    """Return the hierarchy of a group of which only the attributes are known."""
    return Hierarchy(
        {"": Node("", "group", documents={".zgroup": {"zarr_format": 2}, ".zattrs": attributes})}
    )


def walk(
    role: str | None = None,
    *,
    depth: Depth = "all",
    documents: Mapping[str, Any] | None = None,
    consolidated: bool | None = None,
) -> Generator[list[str], Mapping[str, Answer], Hierarchy]:
    """
    Walk through a hierarchy of Zarr format 2.

    Parameters
    ----------
    role : str, optional
        The kind of group that the root is taken for; its attributes tell if not given.
    depth : {"attributes", "arrays", "all"}
        How far: the root's attributes, its own arrays as well, or all that the metadata
        names.
    documents : mapping of str to JSON, optional
        The documents of the root, by their names, if they are known already.
    consolidated : bool, optional
        Whether there is consolidated metadata; it is looked for if not given.

    Yields
    ------
    list of str
        The keys that are needed next.

    Returns
    -------
    Hierarchy
        All nodes that were looked for.
    """
    root = Node("", role or "group")
    hierarchy = Hierarchy({"": root})
    if consolidated is not False:
        yield from _look_for_consolidated(hierarchy)
    if documents and hierarchy.consolidated is None:
        root.documents.update(documents)
    else:
        yield from _read(hierarchy, [root])
    if not root.is_there:
        if "zarr.json" not in root.documents:
            yield from _fetch(hierarchy, [(root, "zarr.json")])
        return hierarchy
    if role is None:
        kind = VERSIONS["0.4"].kind_of(root.metadata)
        root.role = kind.name if kind else "group"
    level = [root] if depth != "attributes" else []
    while level:
        there = [node for node in level if node.is_there]
        level = [child for node in there for child in _children(hierarchy, node, depth)]
        yield from _read(hierarchy, level)
    return hierarchy


def _children(hierarchy: Hierarchy, node: Node, depth: Depth) -> Iterator[Node]:
    """Yield the nodes that a node's metadata names, and the groups between."""
    for path, role, required in named(node.role, node.metadata):
        if role == "array" or depth == "all":
            yield from _add(hierarchy, node, path, role, required=required)
    if node.role == "image-label" and depth == "all":
        yield from _source(hierarchy, node, node.metadata.get("image-label"))


def _source(hierarchy: Hierarchy, node: Node, label: object) -> Iterator[Node]:
    """Yield the image that a label image belongs to, where it is not known yet."""
    source = label.get("source") if is_object(label) else None
    relative = source.get("image") if is_object(source) else None
    path = resolve(node.path, relative) if isinstance(relative, str) else None
    if path is not None and path not in hierarchy.nodes:
        hierarchy.nodes[path] = Node(path, "group", required=False)
        yield hierarchy.nodes[path]


def _add(
    hierarchy: Hierarchy, node: Node, path: object, role: str, *, required: bool = True
) -> Iterator[Node]:
    if not is_below(path):
        return
    *between, last = path.split("/")
    for name in between:
        if name not in node.members:
            yield _new(hierarchy, node, name, "group", required=False)
        node = node.members[name]
    found = node.members.get(last)
    if found is None:
        yield _new(hierarchy, node, last, role, required=required)
    elif found.role == "group":  # so far it was only between
        found.role, found.required = role, required


def _new(hierarchy: Hierarchy, parent: Node, name: str, role: str, *, required: bool) -> Node:
    node = Node(join(parent.path, name), role, required)
    parent.members[name] = hierarchy.nodes[node.path] = node
    return node


def _look_for_consolidated(
    hierarchy: Hierarchy,
) -> Generator[list[str], Mapping[str, Answer], None]:
    hierarchy.requests += 1
    answers = yield [CONSOLIDATED]
    node = Node("", "group")
    _take(node, CONSOLIDATED, answers[CONSOLIDATED])
    # A hierarchy can be read without it, so that it cannot be had is no error.
    hierarchy.failures += [
        Failure(evolve(failure.problem, level="warning"), failure.cause)
        for failure in node.failures
    ]
    consolidated = node.documents.get(CONSOLIDATED)
    documents = consolidated.get("metadata") if is_object(consolidated) else None
    if is_object(documents) and ".zgroup" in documents:
        hierarchy.consolidated = documents
        hierarchy.is_exact = node.is_exact


def _read(
    hierarchy: Hierarchy, nodes: Iterable[Node]
) -> Generator[list[str], Mapping[str, Answer], None]:
    """Read the documents of nodes; of those that are not there, what is there instead."""
    yield from _fetch(hierarchy, [(node, name) for node in nodes for name in node.names])
    absent = [
        (node, ".zgroup" if node.role == "array" else ".zarray")
        for node in nodes
        if node.required and not node.is_there and not node.failures
    ]
    yield from _fetch(hierarchy, absent)


def _fetch(
    hierarchy: Hierarchy, wanted: list[tuple[Node, str]]
) -> Generator[list[str], Mapping[str, Answer], None]:
    by_key = {join(node.path, name): (node, name) for node, name in wanted}
    if hierarchy.consolidated is not None:
        for key, (node, name) in by_key.items():
            if key in hierarchy.consolidated:
                node.documents[name] = hierarchy.consolidated[key]
                node.is_exact = hierarchy.is_exact
    elif by_key:
        hierarchy.requests += len(by_key)
        answers = yield list(by_key)
        for key, (node, name) in by_key.items():
            _take(node, name, answers[key])


def _take(node: Node, name: str, answer: Answer) -> None:
    """Take the store's answer for a document of a node."""
    if answer is None:
        return
    if isinstance(answer, Exception):
        message = f"could not be read: {type(answer).__name__}: {answer}"
        problem = Problem("unreadable", "error", node.path, (), message, name)
        node.failures.append(Failure(problem, answer))
        return
    try:
        node.documents[name], is_exact = decode(answer)
    except ValueError as error:
        rule, message = "json", f"not JSON: {error}"
        if has_comments(answer):
            rule, message = "storage.no-json-comments", "not JSON: there are comments in it"
        problem = Problem(rule, "error", node.path, (), message, name)
        node.failures.append(Failure(problem, error))
    else:
        node.is_exact &= is_exact
