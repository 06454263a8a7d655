"""The nodes of a hierarchy as JSON: the documents of each node by their names, by its path."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import Attribute, evolve, fields, has

from .._json.text import show
from .._json.values import at, is_object
from .._models.model import default_of
from .._models.rule import listed
from .._models.types import is_model, is_ours
from .._paths import groups_above, is_below
from .._rules import storage
from .._spec.zarr_formats import Format, group_documents
from ..exceptions import Problem, ValidationError
from .files import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


MEMBERS: Final = "members"
"""The key of a node that is null if the members of a group were not read."""
_BASE64: Final = "base64"
_TYPE: Final = "type"


class Nodes(NamedTuple):
    """
    The nodes of a hierarchy.

    Parameters
    ----------
    documents : dict of str to dict of str to JSON
        The documents of each node by their names, by its path without a slash before it;
        parents come before what is in them.
    unread : frozenset of str
        The paths of the groups whose members were not read.
    problems : tuple of Problem
        What is wrong with the form.
    """

    documents: dict[str, dict[str, Any]]
    unread: frozenset[str]
    problems: tuple[Problem, ...]


def nodes_of(group: Any) -> dict[str, dict[str, Any]]:
    """Return the documents of all nodes of a group by their paths, as `to_flat` has them."""
    nodes = dict(_nodes_of(group, ""))
    return dict(sorted(nodes.items(), key=lambda item: item[0].count("/")))


def _nodes_of(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    cls: type[Any] = node.__class__
    if not (is_ours(cls) or is_model(cls)):
        _check_fields(node, cls)
    documents = {
        name: _text_of(document) if isinstance(document, bytes) else document
        for name, document in node.to_documents().items()
    }
    members: Mapping[str, Any] | None = getattr(node, "members", {})
    yield path, documents if members is not None else {**documents, MEMBERS: None}
    for name, member in (members or {}).items():
        yield from _nodes_of(member, f"{path}/{name}")


def _check_fields(group: Any, cls: type[Any]) -> None:
    """Raise a TypeError if a group of a user's class has a value that is in no document."""
    known = {field.name for base in cls.__mro__ if is_ours(base) for field in _fields(base)}
    for field in _fields(cls):
        if field.name not in known and getattr(group, field.name) != default_of(field, group):
            own = f"{cls.__name__}, whose field {field.name!r} is in none of its documents"
            msg = f"expected a group, got {own}: register hooks for the class"
            raise TypeError(msg)


def _fields(cls: Any) -> tuple[Attribute[Any], ...]:
    return fields(cls) if has(cls) else ()


def _text_of(content: bytes) -> str | dict[str, str]:
    """Return the content of a file as JSON: text, or if it is not UTF-8, an object with base64."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {_BASE64: b64encode(content).decode()}


def without_file(nodes: Any, name: str) -> tuple[Any, bytes | None]:
    """Return nodes without a file beside the root, and its content, or None without the file."""
    content = at(nodes, "", name)
    try:
        if isinstance(content, str):
            file = content.encode()
        else:
            file = b64decode(at(content, _BASE64), validate=True)
    except (TypeError, ValueError):  # what is wrong with it is reported with the nodes
        return nodes, None
    root = {key: value for key, value in nodes[""].items() if key != name}
    return {**nodes, "": root}, file


def read_form(nodes: Any, own: Format) -> Nodes:
    """Read the form of the nodes of a group: their paths, and the names of their documents."""
    if not is_object(nodes):
        message = f"expected an object with the nodes of a group by their paths, got {show(nodes)}"
        return Nodes({}, frozenset(), (Problem(_TYPE, "error", "", (), message),))
    documents: dict[str, dict[str, Any]] = {}
    unread: set[str] = set()
    problems: list[Problem] = []
    for path, node in _by_path(nodes, problems):
        documents[path] = {name: each for name, each in node.items() if name in DOCUMENTS}
        if MEMBERS in node and node[MEMBERS] is None:
            unread.add(path)
    for path in ["", *documents]:
        for place in (path, *groups_above(path)):
            documents.setdefault(place, group_documents(own, {}))
    in_order = sorted(documents, key=lambda path: (path.count("/"), path != ""))
    for path in in_order[1:]:
        above = path.rpartition("/")[0]
        reason = f"{show(above)} is an array" if is_array(documents[above], own) else ""
        if reason or above in unread:
            reason = reason or f"the members of {show(above)} are null"
            message = f"expected no node here: {reason}"
            problems.append(Problem(_TYPE, "error", path, (), message))
    by_path = {path: documents[path] for path in in_order}
    return Nodes(by_path, frozenset(unread), tuple(problems))


def _by_path(
    nodes: Mapping[Any, Any], problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the nodes that have a path and documents, and add the problems of the others."""
    for key, node in nodes.items():
        if key != "" and not (isinstance(key, str) and key[:1] == "/" and is_below(key[1:])):
            message = f"expected the path of a node, such as '/labels/0', got {show(key)}"
            problems.append(Problem(_TYPE, "error", "", (), message))
        elif not is_object(node):
            message = f"expected an object with the documents of a node, got {show(node)}"
            problems.append(Problem(_TYPE, "error", key[1:], (), message))
        else:
            yield key[1:], node
            for name, value in node.items():
                if name not in DOCUMENTS and (name != MEMBERS or value is not None):
                    message = f"expected null or no such key, got {show(value)}"
                    if name != MEMBERS:
                        message = f"expected the name of a document of Zarr, got {show(name)}"
                    problems.append(Problem(_TYPE, "error", key[1:], (str(name),), message))


def build(nodes: Nodes, cls: Any, problems: list[Problem]) -> Any:
    """
    Build the plain group of nodes.

    Parameters
    ----------
    nodes : Nodes
        The nodes.
    cls : type
        The class of the group.
    problems : list of Problem
        A list to which the problems of the nodes are added.

    Returns
    -------
    GroupSpec or None
        The group; None if there is a problem.
    """
    own: Format = cls.format
    members: dict[str, dict[str, Any]] = {path: {} for path in nodes.documents}
    built: Any = None
    for path, documents in reversed(nodes.documents.items()):
        above, _, name = path.rpartition("/")
        if path and is_array(documents, own):
            built = _array(path, documents, own, problems)
        else:
            found = [*_problems_of_group(path, documents, own)]
            problems += found
            attributes: Any = {} if found else _attributes(documents, own)
            inside = None if path in nodes.unread else members[path]
            group_class: Any = own.group_spec if path else cls
            built = group_class(attributes=attributes, members=inside)
        if path:
            members[above][name] = built
    return None if problems or nodes.problems else built


def _array(path: str, documents: Mapping[str, Any], own: Format, problems: list[Problem]) -> Any:
    """Return an array; an empty group instead of one that is wrong, and its problems."""
    try:
        return own.array_spec.from_documents(documents)
    except ValidationError as error:
        for problem in error.problems:
            is_apart = not own.has_one_document and problem.loc[:1] == ("attributes",)
            name, loc = (own.attributes, problem.loc[1:]) if is_apart else (own.array, problem.loc)
            problems.append(evolve(problem, node=path, document=name, loc=loc))
        return own.group_spec()


def is_array(documents: Mapping[str, Any], own: Format) -> bool:
    """Return whether a node is an array of a Zarr format."""
    if own.has_one_document:
        node_type: object = at(documents, own.array, "node_type")
        return node_type == "array"
    return own.array in documents


def _attributes(documents: Mapping[str, Any], own: Format) -> Any:
    """Return the attributes of a group, of any JSON type; by default an empty object."""
    document: Any = documents.get(own.attributes, {})
    if own.place and is_object(document):
        return document.get("attributes", {})
    return {} if own.place else document


def _problems_of_group(path: str, documents: Mapping[str, Any], own: Format) -> Iterator[Problem]:
    document, attributes = documents.get(own.group), _attributes(documents, own)
    if own.group not in documents:
        message = f"expected {own.group} of Zarr format {own.number}, got {listed(documents)}"
        yield Problem(storage.FORMAT.slug, "error", path, (), message)
    elif not is_object(document):
        message = f"expected an object, got {show(document)}"
        yield Problem(storage.PLACE.slug, "error", path, (), message, own.group)
    else:
        number, node_type = document.get("zarr_format"), document.get("node_type")
        if type(number) is not int or number != own.number:
            message = f"expected {own.number}, got {show(number)}"
            yield Problem(storage.FORMAT.slug, "error", path, ("zarr_format",), message, own.group)
        if own.has_one_document and node_type != "group":
            message = f'expected "group", got {show(node_type)}'
            yield Problem(storage.PLACE.slug, "error", path, ("node_type",), message, own.group)
    if not is_object(attributes):
        message = f"expected an object, got {show(attributes)}"
        yield Problem(storage.PLACE.slug, "error", path, own.place, message, own.attributes)
