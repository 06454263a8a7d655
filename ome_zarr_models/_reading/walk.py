"""
The order in which a hierarchy is read, without any I/O.

A walk says which keys it needs next, a level of the hierarchy at a time, and is given
what the store has for them. It follows what the documents say, right or wrong: what is
wrong with them is found when they are read as models.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from attrs import evolve

from .._json.text import decode, decode_closely, has_comments
from .._json.values import is_list, is_object
from .._paths import is_below, join, resolve
from .._rules.storage import NO_COMMENTS
from .._spec.detect import Detected, detect
from .._spec.members import named
from .._spec.zarr_formats import FORMATS
from ..exceptions import Problem
from .hierarchy import OME_XML, Failure, Hierarchy, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._spec.versions import Version
    from .._zarr.loop import Answer
    from ..typing import Depth, Severity
    from .hierarchy import Texts


T = TypeVar("T")

Steps: TypeAlias = Generator[list[str], "Mapping[str, Answer]", T]
"""A part of a walk: it yields the keys that it needs, and is sent their answers."""

_AT_ONCE: Final = 64
_LONG: Final = 2**15


def walk(
    version: Version | None = None,
    role: str | None = None,
    *,
    depth: Depth = "all",
    documents: Mapping[str, Any] | None = None,
    consolidated: bool | None = None,
    closely: bool = False,
    eager: bool = True,
    texts: Texts | None = None,
) -> Steps[Hierarchy]:
    """
    Walk through a hierarchy.

    Parameters
    ----------
    version : Version, optional
        The version of the specification; the root's attributes tell if not given.
    role : str, optional
        The kind of group that the root is taken for; its attributes tell if not given.
    depth : {"attributes", "arrays", "all"}
        How far: the root's attributes, its own arrays as well, or all that the metadata
        names.
    documents : mapping of str to JSON, optional
        The documents of the root, by their names, if they are known already.
    consolidated : bool, optional
        Whether there is consolidated metadata; it is looked for if not given, and passed by
        if False.
    closely : bool
        Whether to look for keys that an object has more than once.
    eager : bool
        Whether to ask at once for what may not be needed, which spares a round.
    texts : Texts, optional
        What was read of texts before, and is kept of these.

    Yields
    ------
    list of str
        The keys that are needed next.

    Returns
    -------
    Hierarchy
        All nodes that were looked for.
    """
    root = Node("", role or "group", version.format if version else FORMATS[3])
    hierarchy = Hierarchy({"": root}, flaws=[] if closely else None, texts=texts)
    yield from _read_root(
        hierarchy,
        documents,
        consolidated=consolidated,
        is_known=version is not None,
        eager=eager,
    )
    if not root.is_there:
        return hierarchy
    hierarchy.detected = detect(
        root.attributes, version=version, kind=role, zarr_format=root.format
    )
    kind = hierarchy.detected.kind
    if kind is None:
        return hierarchy
    root.role = role or kind.name
    level = [root] if depth != "attributes" else []
    while level:
        there = [node for node in level if node.role != "array" and node.is_there]
        level = [child for node in there for child in _children(hierarchy, node, depth)]
        yield from _read(hierarchy, level)
        for node in there:
            if node.role == "bioformats2raw" and depth == "all":
                level += yield from _collected(hierarchy, node)
    if version is None:
        hierarchy.detected = _as_below(hierarchy)
    return hierarchy


def _as_below(hierarchy: Hierarchy) -> Detected:
    """Return what the root is: where it names no version, of the one that all nodes below name."""
    detected, attributes = hierarchy.detected, hierarchy.root.attributes
    version, kind = detected.found()
    if not version.place or "version" in hierarchy.metadata(hierarchy.root):
        return detected
    nodes = [node for node in hierarchy.nodes.values() if node.path and node.role != "array"]
    named = [node for node in nodes if "version" in hierarchy.metadata(node)]
    versions = {detect(node.attributes).version for node in named}
    below = versions.pop() if len(versions) == 1 else None
    if below is None or below.format != version.format:
        return detected
    return Detected(below, below.kind_of(attributes) or kind)


def _read_root(
    hierarchy: Hierarchy,
    documents: Mapping[str, Any] | None,
    *,
    consolidated: bool | None,
    is_known: bool,
    eager: bool,
) -> Steps[None]:
    """Read the root, in the Zarr format that is known, or in the one that is found."""
    root = hierarchy.root
    refused: list[Failure] = []
    if documents is not None:
        root.documents.update(documents)
        if not is_known:
            root.format = FORMATS[3 if FORMATS[3].group in documents else 2]
    if root.format.number == 3 and documents is None:  # noqa: PLR2004 - Zarr's own
        looks_aside = eager and not is_known and consolidated is not False
        aside = yield from _read_newest(hierarchy, looks_aside=looks_aside)
        if not is_known and FORMATS[3].group not in root.documents:
            root.format, root.failures, refused = FORMATS[2], [], root.failures
            if looks_aside:
                _take_consolidated(hierarchy, aside)
                consolidated = False
    if root.format.number == 3:  # noqa: PLR2004 - Zarr's own
        if consolidated is not False:
            _take_consolidated(hierarchy, root)
    else:
        yield from _read_root_2(hierarchy, consolidated=consolidated)
    if root.is_there:
        _take_aside(hierarchy, refused)
    else:
        root.failures[:0] = refused
    if root.type is None and not root.failures:  # something else may be there instead
        other = root.format.other
        instead = dict.fromkeys((other.group, other.array, other.attributes))
        missing = [name for name in instead if is_known and name not in root.documents]
        yield from _fetch(hierarchy, [(root, name) for name in missing])


def _read_newest(hierarchy: Hierarchy, *, looks_aside: bool) -> Steps[Node]:
    """Read the root in the newest format, and what an older one has beside it."""
    aside = Node("", "group", FORMATS[2])
    names = [(hierarchy.root, FORMATS[3].group)]
    yield from _fetch(
        hierarchy, [*names, *([(aside, aside.format.consolidated)] if looks_aside else [])]
    )
    return aside


def _read_root_2(hierarchy: Hierarchy, *, consolidated: bool | None) -> Steps[None]:
    root = hierarchy.root
    if consolidated is not False:
        aside = Node("", "group", FORMATS[2])
        yield from _fetch(hierarchy, [(aside, FORMATS[2].consolidated)])
        _take_consolidated(hierarchy, aside)
    if hierarchy.consolidated is not None or not root.documents:
        yield from _read(hierarchy, [root])


def _take_consolidated(hierarchy: Hierarchy, node: Node) -> None:
    """Take the documents of all nodes from the document that holds them, if it does."""
    name = node.format.consolidated
    document = node.documents.get(name)
    if node is not hierarchy.root:
        _take_aside(hierarchy, node.failures)
    if name == node.format.group:
        document = document.get("consolidated_metadata") if is_object(document) else None
    documents = document.get("metadata") if is_object(document) else None
    if not is_object(documents) or (name != node.format.group and ".zgroup" not in documents):
        return
    hierarchy.is_exact = node.is_exact
    if name == node.format.group:
        documents = {join(path, name): each for path, each in documents.items()}
    hierarchy.consolidated = documents


def _take_aside(hierarchy: Hierarchy, failures: Iterable[Failure]) -> None:
    """Take failures for warnings: of documents that a hierarchy can be read without."""
    for failure in failures:
        problem = evolve(failure.problem, level="warning")
        hierarchy.failures.append(Failure(problem, failure.cause))


def _children(hierarchy: Hierarchy, node: Node, depth: Depth) -> Iterator[Node]:
    """Yield the nodes that a node's metadata names, and the groups between."""
    metadata = hierarchy.metadata(node)
    for path, role, required in named(node.role, metadata):
        if role == "array" or depth == "all":
            yield from _add(hierarchy, node, path, role, required=required)
    if node.role == "image-label" and depth == "all":
        yield from _source(hierarchy, node, metadata.get("image-label"))


def _collected(hierarchy: Hierarchy, node: Node) -> Steps[list[Node]]:
    """Read the images of a collection, whose group ``OME`` has been read."""
    if "plate" in hierarchy.metadata(node):
        return []
    ome = node.members["OME"]
    series = hierarchy.metadata(ome).get("series")
    if is_list(series):
        told = [each for path in series for each in _add(hierarchy, node, path, "image")]
        yield from _read(hierarchy, told)
        return told
    images: list[Node] = []
    while True:  # as many again as there are, so that few rounds are needed
        first = len(images)
        paths = map(str, range(first, first + min(first or 1, _AT_ONCE)))
        found = [each for path in paths for each in _add(hierarchy, node, path, "image")]
        for each in found:
            each.required = False
        yield from _read(hierarchy, found)
        missing = next((i for i, each in enumerate(found) if each.type is None), len(found))
        images += found[:missing]
        for each in found[missing:]:
            del node.members[each.path.rpartition("/")[2]], hierarchy.nodes[each.path]
        if missing < len(found):
            # Where it is refused, nobody can tell whether there are more.
            node.failures += found[missing].failures
            return images


def _source(hierarchy: Hierarchy, node: Node, label: object) -> Iterator[Node]:
    """Yield the image that a label image belongs to, where it is not known yet."""
    source = label.get("source") if is_object(label) else None
    relative = source.get("image") if is_object(source) else None
    path = resolve(node.path, relative) if isinstance(relative, str) else None
    if path is not None and path not in hierarchy.nodes:
        hierarchy.nodes[path] = Node(path, "group", node.format, required=False)
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
    node = Node(join(parent.path, name), role, parent.format, required)
    parent.members[name] = hierarchy.nodes[node.path] = node
    return node


def _read(hierarchy: Hierarchy, nodes: Iterable[Node]) -> Steps[None]:
    """Read the documents of nodes; of those that are not there, what is there instead."""
    yield from _fetch(hierarchy, [(node, name) for node in nodes for name in node.names])
    absent = [
        (node, node.format.group if node.role == "array" else node.format.array)
        for node in nodes
        if node.required and node.type is None and not node.failures
    ]
    yield from _fetch(hierarchy, [(n, name) for n, name in absent if name not in n.names])


def _fetch(hierarchy: Hierarchy, wanted: list[tuple[Node, str]]) -> Steps[None]:
    if not wanted:
        return
    by_key = {join(node.path, name): (node, name) for node, name in wanted}
    if hierarchy.consolidated is not None:
        for key, (node, name) in by_key.items():
            if key in hierarchy.consolidated:
                node.documents[name] = hierarchy.consolidated[key]
                node.is_exact = hierarchy.is_exact
        by_key = {key: found for key, found in by_key.items() if found[1] == OME_XML}
    if by_key:
        hierarchy.requests += len(by_key)
        answers = yield list(by_key)
        for key, (node, name) in by_key.items():
            _take(hierarchy, node, name, answers[key])


def _decoded(
    hierarchy: Hierarchy, node: Node, name: str, text: bytes
) -> tuple[Any, bool, tuple[Problem, ...]]:
    """Return the value of a text, whether it is JSON to the letter, and what is wrong with it."""
    if hierarchy.flaws is None:
        return *decode(text), ()
    if hierarchy.texts is None or not node.path or len(text) > _LONG:
        return decode_closely(text)  # as roots, and long documents, are seldom the same
    own = node.format
    if name == (own.array if node.role == "array" else own.attributes):
        node.text = text
    return hierarchy.texts.decode(text)


def _take(hierarchy: Hierarchy, node: Node, name: str, answer: Answer) -> None:
    """Take the store's answer for a document of a node."""
    if answer is None:
        return
    if isinstance(answer, Exception):
        message = f"could not be read: {type(answer).__name__}: {answer}"
        level: Severity = "warning" if name == OME_XML else "error"  # which only describes the rest
        problem = Problem("unreadable", level, node.path, (), message, name)
        node.failures.append(Failure(problem, answer))
        return
    if name == OME_XML:
        node.documents[name] = answer
        return
    try:
        node.documents[name], is_exact, flaws = _decoded(hierarchy, node, name, answer)
    except ValueError as error:
        rule, message = "json", f"not JSON: {error}"
        if has_comments(answer):
            rule, message = NO_COMMENTS.slug, "not JSON: there are comments in it"
        problem = Problem(rule, "error", node.path, (), message, name)
        node.failures.append(Failure(problem, error))
    else:
        node.is_exact &= is_exact
        for flaw in flaws:
            hierarchy.flaws = [*(hierarchy.flaws or ()), flaw.below(node.path, name)]
