"""
Choose the keys to read of a hierarchy, without any I/O.

A walk yields the keys that it needs next, for one depth of the hierarchy at a time, and is
sent the answers of the store. It follows the metadata without validating it: problems are
found later, when the documents are read as models.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from attrs import evolve

from .._json.text import decode, decode_closely, has_comments
from .._json.values import is_list, is_object
from .._paths import cleaned, is_below, join, resolve
from .._rules.storage import NO_COMMENTS
from .._spec.detect import Detected, detect, misplaced
from .._spec.members import named
from .._spec.repair import named_by_number
from .._spec.zarr_formats import FORMATS
from ..exceptions import Problem
from .hierarchy import OME_XML, Failure, Hierarchy, Node, PageError, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._spec.versions import Version
    from .._zarr.loop import Answer
    from ..typing import Depth, Severity
    from .hierarchy import Texts


T = TypeVar("T")

Steps: TypeAlias = Generator[list[str], "Mapping[str, Answer]", T]
"""A part of a walk: it yields the keys that it needs, and is sent their answers."""

_MAX_IMAGES_AT_ONCE: Final = 64
_NAMED: Final = ("well", "image", "image-label", "source")
"""The roles of groups that the metadata of others names."""
_AS_ABSENT: Final = "read as if it were absent"
_PAGES: Final = (b"<!doctype html", b"<html")
_MAX_SHARED_TEXT: Final = 2**15


_BESIDE: Final = "formats"
"""The id of the rule that a group has documents of one Zarr format; not of the specification."""
_CONTRADICTS: Final = "formats-differ"


def walk(
    version: Version | None = None,
    role: str | None = None,
    *,
    depth: Depth = "all",
    documents: Mapping[str, Any] | None = None,
    held: Mapping[str, Any] | None = None,
    consolidated: bool | None = None,
    closely: bool = False,
    eager: bool = True,
    texts: Texts | None = None,
    beside: bool = False,
) -> Steps[Hierarchy]:
    """
    Walk through a hierarchy and collect the documents of its nodes.

    Parameters
    ----------
    version : Version, optional
        The version of the specification; detected from the root's attributes if not given.
    role : str, optional
        The kind of the root; detected from its attributes if not given.
    depth : {"attributes", "arrays", "all"}
        Which nodes to read: the root alone, the root and its arrays, or every node that the
        metadata names.
    documents : mapping of str to JSON, optional
        The documents of the root by their names, if they are known already.
    held : mapping of str to JSON, optional
        The documents of all nodes by their keys, if they are known already.
    consolidated : bool, optional
        Whether there is consolidated metadata. It is looked for if not given, and ignored
        if False.
    closely : bool
        Whether to look for flaws in the JSON texts, such as duplicate keys.
    eager : bool
        Whether to request the consolidated metadata together with the root's document,
        which saves a round of requests if the root has Zarr format 2.
    beside : bool
        Whether to look for attributes of Zarr format 2 beside a root of format 3.
    texts : Texts, optional
        A cache of decoded texts, shared by several walks.

    Yields
    ------
    list of str
        The keys that are needed next.

    Returns
    -------
    Hierarchy
        All nodes that were read.
    """
    root = Node("", role or "group", version.format if version else FORMATS[3])
    hierarchy = Hierarchy({"": root}, consolidated=held, flaws=[] if closely else None, texts=texts)
    yield from _read_root(
        hierarchy,
        documents,
        consolidated=consolidated,
        is_known=version is not None,
        eager=eager,
    )
    if not root.is_there:
        return hierarchy
    root.misplaced = misplaced(root.attributes, root.format, version)
    hierarchy.detected = detect(
        root.attributes, version=version, kind=role, zarr_format=root.format
    )
    kind = hierarchy.detected.kind
    if kind is None:
        return hierarchy
    root.role = role or kind.name
    level = [root] if depth != "attributes" else []
    while level:
        groups = [node for node in level if node.role != "array" and node.is_there]
        level = [child for group in groups for child in _named_children(hierarchy, group, depth)]
        yield from _read_nodes(hierarchy, level)
        for group in groups:
            if "OME" in group.members and depth == "all":
                level += yield from _read_collection(hierarchy, group)
        for node in level:
            if node.role != "array" and node.documents:
                node.misplaced = misplaced(node.attributes, node.format, hierarchy.version)
    _forgive_refused(hierarchy)
    if version is None:
        hierarchy.detected = _detect_from_members(hierarchy)
    if beside and root.format != FORMATS[2]:
        yield from _look_beside(hierarchy)
    return hierarchy


def _forgive_refused(hierarchy: Hierarchy) -> None:
    """
    Take documents that the store refused as absent, where nothing says that they are there.

    Stores of objects refuse what is not there if they must not list; the root was read. Nodes
    that metadata names are left out, with a warning for each, unless all of them were refused.
    """
    if not any(node.failures for node in hierarchy.nodes.values()):
        return
    absent: list[Failure] = []
    named_nodes: dict[str, list[Node]] = {}
    for node in hierarchy.nodes.values():
        is_absent = node.documents.keys() <= {OME_XML} and all(
            each.is_refusal for each in node.failures
        )
        if node.role in _NAMED and node.path:
            named_nodes.setdefault(node.role, []).append(node)
        elif node.path and is_absent and node.role != "array":
            absent += node.failures
            node.failures = []
        elif node.path and node.type is not None:
            optional = [each for each in node.failures if each.is_refusal]
            absent += [each for each in optional if each.problem.document != node.names[0]]
            node.failures = [each for each in node.failures if each not in absent]
    for nodes in named_nodes.values():
        refused = [
            node
            for node in nodes
            if node.failures and not node.documents and all(x.is_refusal for x in node.failures)
        ]
        if len(refused) < len(nodes):
            for node in refused:
                node.failures = [node.failures[0].as_warning("not there, or not allowed")]
    if absent:
        more = f" (and {len(absent) - 1} more documents)" if absent[1:] else ""
        hierarchy.failures.append(absent[0].as_warning(f"{_AS_ABSENT}{more}"))


def _look_beside(hierarchy: Hierarchy) -> Steps[None]:
    """Add a warning if the root has attributes in Zarr format 2 too, and if these differ."""
    name = FORMATS[2].attributes
    hierarchy.requests += 1
    answer = (yield [name])[name]
    if not isinstance(answer, bytes):
        return
    message = f"{name} of Zarr format 2 exists beside zarr.json: readers use zarr.json"
    hierarchy.failures.append(Failure(Problem(_BESIDE, "warning", "", (), message, name)))
    version, kind = hierarchy.detected.found()
    try:
        attributes = decode(answer)[0]
    except ValueError:
        return
    other = detect(attributes)
    if other.version is None or other.kind is None:
        return
    own_metadata = version.metadata(hierarchy.root.attributes)
    other_metadata = other.version.metadata(attributes)
    if other.kind.name != kind.name:
        difference = f"a group of kind {other.kind.name!r} there, and of kind {kind.name!r} here"
    elif _names(other.kind.name, other_metadata) != _names(kind.name, own_metadata):
        difference = "it names other nodes"
    else:
        return
    message = f"{name} of Zarr format 2 contradicts zarr.json: {difference}"
    hierarchy.failures.append(Failure(Problem(_CONTRADICTS, "warning", "", (), message, name)))


def _names(kind: str, metadata: Mapping[str, Any]) -> set[str]:
    return {named_node.path for named_node in named(kind, metadata) if is_below(named_node.path)}


def _detect_from_members(hierarchy: Hierarchy) -> Detected:
    """
    Return the version and kind of the root, with regard to the nodes below it.

    If the root names no version, it has the one that all groups below it have.
    """
    detected, attributes = hierarchy.detected, hierarchy.root.attributes
    version, kind = detected.found()
    if not version.place or "version" in hierarchy.metadata(hierarchy.root):
        return detected
    groups = [node for node in hierarchy.nodes.values() if node.path and node.role != "array"]
    versions = {
        detect(group.attributes).version
        for group in groups
        if "version" in hierarchy.metadata(group)
    }
    common = versions.pop() if len(versions) == 1 else None
    if common is None or common.format != version.format:
        return detected
    return Detected(common, common.kind_of(attributes) or kind)


def _read_root(
    hierarchy: Hierarchy,
    documents: Mapping[str, Any] | None,
    *,
    consolidated: bool | None,
    is_known: bool,
    eager: bool,
) -> Steps[None]:
    """Read the root in its Zarr format, which is detected if it is not known."""
    root = hierarchy.root
    failures_of_3: list[Failure] = []
    if documents is not None:
        root.documents.update(documents)
        if not is_known:
            root.format = FORMATS[3 if FORMATS[3].group in documents else 2]
    if root.format.number == 3 and documents is None:  # noqa: PLR2004 - a Zarr format
        with_zmetadata = eager and not is_known and consolidated is not False
        zmetadata = yield from _read_root_of_3(hierarchy, with_zmetadata=with_zmetadata)
        if not is_known and FORMATS[3].group not in root.documents:
            root.format, root.failures, failures_of_3 = FORMATS[2], [], root.failures
            if with_zmetadata:
                _use_consolidated(hierarchy, zmetadata)
                consolidated = False
    if root.format.number == 3:  # noqa: PLR2004 - a Zarr format
        if consolidated is not False:
            _use_consolidated(hierarchy, root)
    else:
        yield from _read_root_of_2(hierarchy, consolidated=consolidated)
    if root.is_there:
        _add_as_warnings(hierarchy, failures_of_3)
    else:
        root.failures[:0] = failures_of_3
    if root.type is None and not root.failures:  # there may be a node of the other Zarr format
        other = root.format.other
        names = dict.fromkeys((other.group, other.array, other.attributes))
        unread = [name for name in names if is_known and name not in root.documents]
        yield from _fetch(hierarchy, [(root, name) for name in unread])


def _read_root_of_3(hierarchy: Hierarchy, *, with_zmetadata: bool) -> Steps[Node]:
    """
    Read the root's document of Zarr format 3, and the consolidated metadata of format 2.

    The latter is returned in a node of its own, which is empty if it was not requested.
    """
    zmetadata = Node("", "group", FORMATS[2])
    wanted = [(hierarchy.root, FORMATS[3].group)]
    if with_zmetadata:
        wanted.append((zmetadata, zmetadata.format.consolidated))
    yield from _fetch(hierarchy, wanted)
    return zmetadata


def _read_root_of_2(hierarchy: Hierarchy, *, consolidated: bool | None) -> Steps[None]:
    root = hierarchy.root
    if consolidated is not False:
        zmetadata = Node("", "group", FORMATS[2])
        yield from _fetch(hierarchy, [(zmetadata, FORMATS[2].consolidated)])
        _use_consolidated(hierarchy, zmetadata)
    if hierarchy.consolidated is not None or not root.documents:
        yield from _read_nodes(hierarchy, [root])


def _use_consolidated(hierarchy: Hierarchy, node: Node) -> None:
    """Let the hierarchy be read from the consolidated metadata in a node's document, if any."""
    name = node.format.consolidated
    document = node.documents.get(name)
    if node is not hierarchy.root:
        _add_as_warnings(hierarchy, node.failures)
    if name == node.format.group:
        document = document.get("consolidated_metadata") if is_object(document) else None
    documents = document.get("metadata") if is_object(document) else None
    if not is_object(documents) or (name != node.format.group and ".zgroup" not in documents):
        return
    hierarchy.is_exact = node.is_exact
    if name == node.format.group:
        documents = {join(path, name): entry for path, entry in documents.items()}
    hierarchy.consolidated = documents


def _add_as_warnings(hierarchy: Hierarchy, failures: Iterable[Failure]) -> None:
    """Add the failures of documents that the hierarchy can be read without, as warnings."""
    for failure in failures:
        problem = evolve(failure.problem, level="warning")
        hierarchy.failures.append(Failure(problem, failure.cause))


def _named_children(hierarchy: Hierarchy, node: Node, depth: Depth) -> Iterator[Node]:
    """Yield new nodes for those that a node's metadata names, and for the groups between."""
    metadata = hierarchy.metadata(node)
    for path, role, required in named(node.role, metadata):
        if role == "array" or depth == "all":
            named_path = named_by_number(path) if role == "image-label" else ""
            clean = _cleaned(node, named_path or path)
            yield from _add_nodes(hierarchy, node, clean, role, required=required)
    if node.role == "image-label" and depth == "all":
        yield from _source_image(hierarchy, node, metadata.get("image-label"))


def _cleaned(node: Node, path: object) -> object:
    """Return a path in the metadata of a node without needless slashes, and mark the node."""
    clean = cleaned(path)
    node.has_clean_paths &= clean is path
    return clean


def _read_collection(hierarchy: Hierarchy, node: Node) -> Steps[list[Node]]:
    """
    Read and return the images of a collection, or of a plate that is one too.

    Its group ``OME`` has been read before. If that does not list the images, they are
    those with the paths 0, 1, 2 and so on until one is missing; with a plate, those of its
    wells.
    """
    ome = node.members["OME"]
    series = hierarchy.metadata(ome).get("series")
    if is_list(series):
        paths = [_cleaned(ome, named_by_number(path) or path) for path in series]
        listed = [image for path in paths for image in _add_nodes(hierarchy, node, path, "image")]
        yield from _read_nodes(hierarchy, listed)
        return listed
    if hierarchy.has_plate(node):
        return []
    images: list[Node] = []
    is_any_right = True
    while True:  # each round doubles the number of images, so that few rounds are needed
        first = len(images)
        numbers = range(first, first + min(first or 1, _MAX_IMAGES_AT_ONCE))
        tried = [
            image
            for path in map(str, numbers)
            for image in _add_nodes(hierarchy, node, path, "image")
        ]
        for image in tried:
            image.required = False
        yield from _read_nodes(hierarchy, tried)
        # A broken image is there, unless nothing is right: some servers answer whatever is asked.
        is_any_right, was_any_right = any(image.type for image in tried), is_any_right
        counts_broken = is_any_right or was_any_right
        gone = (i for i, image in enumerate(tried) if not _is_there(image, broken=counts_broken))
        missing = next(gone, len(tried))
        images += tried[:missing]
        for image in tried[missing:]:
            del node.members[image.path.rpartition("/")[2]], hierarchy.nodes[image.path]
        if missing < len(tried):
            # After a failure, unlike after a missing image, there may be more of them.
            failures = tried[missing].failures
            if images and all(each.is_refusal for each in failures):
                hierarchy.failures += [each.as_warning(_AS_ABSENT) for each in failures[:1]]
            else:
                node.failures += failures
            return images


def _is_there(node: Node, *, broken: bool) -> bool:
    """Return whether there is a node; with `broken`, also one whose documents are not JSON."""
    failures = node.failures if broken else []
    is_broken = any(each.problem.rule == "json" and not each.is_refusal for each in failures)
    return node.type is not None or is_broken


def _source_image(hierarchy: Hierarchy, node: Node, label: object) -> Iterator[Node]:
    """Yield a new node for the image that a label image belongs to, unless there is one."""
    source = label.get("source") if is_object(label) else None
    relative = source.get("image") if is_object(source) else None
    path = resolve(node.path, relative) if isinstance(relative, str) else None
    if path is not None and path not in hierarchy.nodes:
        hierarchy.nodes[path] = Node(path, "source", node.format, required=False)
        yield hierarchy.nodes[path]


def _add_nodes(
    hierarchy: Hierarchy, node: Node, path: object, role: str, *, required: bool = True
) -> Iterator[Node]:
    """Add a node at a path below another one, and yield it with the new groups between them."""
    if not is_below(path):
        return
    *parents, name = path.split("/")
    for parent in parents:
        if parent not in node.members:
            yield _new_node(hierarchy, node, parent, "group", required=False)
        node = node.members[parent]
    member = node.members.get(name)
    if member is None:
        yield _new_node(hierarchy, node, name, role, required=required)
    elif member.role == "group":  # it was added as a group between others
        member.role, member.required = role, required


def _new_node(hierarchy: Hierarchy, parent: Node, name: str, role: str, *, required: bool) -> Node:
    node = Node(join(parent.path, name), role, parent.format, required)
    parent.members[name] = hierarchy.nodes[node.path] = node
    return node


def _read_nodes(hierarchy: Hierarchy, nodes: Iterable[Node]) -> Steps[None]:
    """
    Read the documents of nodes.

    For a required node that is missing, the document of the other type of node is read too.
    """
    yield from _fetch(hierarchy, [(node, name) for node in nodes for name in node.names])
    missing = [
        (node, node.format.group if node.role == "array" else node.format.array)
        for node in nodes
        if node.required and node.type is None and not node.failures
    ]
    yield from _fetch(hierarchy, [(node, name) for node, name in missing if name not in node.names])
    # zarr-python does not see an array of the other Zarr format, but says nothing either.
    hidden = [node for node, _ in missing if node.role == "array" and not node.documents]
    if hierarchy.consolidated is None:
        yield from _fetch(hierarchy, [(node, node.format.other.array) for node in hidden])


def _fetch(hierarchy: Hierarchy, wanted: list[tuple[Node, str]]) -> Steps[None]:
    """Add documents to nodes, from the consolidated metadata or else from the store."""
    if not wanted:
        return
    by_key = {join(node.path, name): (node, name) for node, name in wanted}
    if hierarchy.consolidated is not None:
        for key, (node, name) in by_key.items():
            if key in hierarchy.consolidated:
                node.documents[name] = hierarchy.consolidated[key]
                node.is_exact = hierarchy.is_exact
        by_key = {key: pair for key, pair in by_key.items() if pair[1] == OME_XML}
    if by_key:
        hierarchy.requests += len(by_key)
        answers = yield list(by_key)
        for key, (node, name) in by_key.items():
            _add_document(hierarchy, node, name, answers[key])


def _decode_document(
    hierarchy: Hierarchy, node: Node, name: str, text: bytes
) -> tuple[Any, bool, tuple[Problem, ...]]:
    """Return the value of a JSON text, whether the text is strict JSON, and its flaws."""
    if hierarchy.flaws is None:
        return *decode(text), ()
    if hierarchy.texts is None or not node.path or len(text) > _MAX_SHARED_TEXT:
        return decode_closely(text)  # the texts of roots and long texts rarely occur again
    own = node.format
    if name == (own.array if node.role == "array" else own.attributes):
        node.text = text
    return hierarchy.texts.decode(text)


def _is_page(answer: bytes) -> bool:
    """Return whether a server answered with a web page."""
    return answer[:100].lstrip().lower().startswith(_PAGES)


def _add_document(hierarchy: Hierarchy, node: Node, name: str, answer: Answer) -> None:
    """Add the answer of the store to a node: a document, or the failure to read it."""
    if answer is None:
        return
    if isinstance(answer, Exception):
        rule, message = unread(answer)
        severity: Severity = "warning" if name == OME_XML else "error"  # the XML is optional
        problem = Problem(rule, severity, node.path, (), message, name)
        node.failures.append(Failure(problem, answer))
        return
    if name == OME_XML:
        node.documents |= {} if _is_page(answer) else {name: answer}
        return
    try:
        node.documents[name], is_exact, flaws = _decode_document(hierarchy, node, name, answer)
    except ValueError as error:
        rule, message = "json", f"not JSON: {error}"
        cause: Exception = error
        if _is_page(answer):
            cause, message = PageError(message), "not JSON: a web page"
        if has_comments(answer):
            rule, message = NO_COMMENTS.slug, "not JSON: there are comments in it"
        problem = Problem(rule, "error", node.path, (), message, name)
        node.failures.append(Failure(problem, cause))
    else:
        node.is_exact &= is_exact
        if answer.startswith(BOM_UTF8):
            message = "expected JSON, got a byte order mark (BOM) before it"
            problem = Problem("json", "warning", node.path, (), message, name)
            hierarchy.failures.append(Failure(problem))
        if flaws and hierarchy.flaws is not None:
            hierarchy.flaws += [flaw.below(node.path, name) for flaw in flaws]
