"""Consolidated metadata compared with the documents that it copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_object
from .._paths import join
from .._zarr.consolidated import copies_of, keys_of_copies, parsed
from .._zarr.store import read_some
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._zarr.store import Location
    from .hierarchy import Hierarchy

RULE: Final = "consolidated"
"""The id of the rule that copies equal their documents; it is not one of the specification."""

_NOTHING: Final = object()


def compare_copies(hierarchy: Hierarchy, location: Location, max_requests: int) -> None:
    """
    Add a problem to a hierarchy for each copy that differs from its document.

    The hierarchy was read without its consolidated metadata. Compared are the documents that
    were read, and those that were asked for and do not exist.
    """
    root = hierarchy.root
    own = root.format
    if own.has_one_document:
        holder: Any = root.documents.get(own.group)
    else:
        answer = read_some(location, [own.consolidated], max_requests)[own.consolidated]
        hierarchy.requests += 1
        if isinstance(answer, Exception):
            message = f"could not be read: {type(answer).__name__}: {answer}"
            problem = Problem("unreadable", "error", "", (), message, own.consolidated)
            hierarchy.flaws = [*(hierarchy.flaws or ()), problem]
        holder = parsed(answer if isinstance(answer, bytes) else None)
    copies = copies_of(holder, own)
    if copies is not None:
        problems = _differences(hierarchy, keys_of_copies(copies, own))
        hierarchy.flaws = [*(hierarchy.flaws or ()), *problems]


def _differences(hierarchy: Hierarchy, copies: Mapping[str, Any]) -> Iterator[Problem]:
    own = hierarchy.root.format
    names = dict.fromkeys((own.group, own.array, own.attributes))
    for node in hierarchy.nodes.values():
        if node.failures or (not node.path and own.has_one_document):
            continue  # what could not be read is not compared, nor a root with its own copy
        for name in names:
            key = join(node.path, name)
            document = node.documents.get(name, _NOTHING)
            copy = copies.get(key, _NOTHING)
            message = _difference(key, document, copy, own.consolidated)
            if message:
                yield Problem(RULE, "error", node.path, (), message, name)


def _difference(key: str, document: Any, copy: Any, holder: str) -> str:
    if _normal(document) == _normal(copy):
        return ""
    if document is _NOTHING:
        return f"the consolidated metadata in {holder} has a copy of {key}, which does not exist"
    if copy is _NOTHING:
        return f"{key} is not in the consolidated metadata in {holder}"
    return f"the copy of {key} in the consolidated metadata in {holder} differs from it"


def _normal(document: Any) -> Any:
    """Return a document without what zarr adds to copies, or leaves out of them."""
    if document is _NOTHING or not is_object(document):
        return None if document is _NOTHING else document
    normal = {
        key: value
        for key, value in document.items()
        if value not in (None, [], {}) and key != "consolidated_metadata"
    }
    if normal.get("dimension_separator") == ".":
        del normal["dimension_separator"]
    return normal or None
