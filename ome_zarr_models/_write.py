"""Writing hierarchies: the deepest documents first, and the root's last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from . import _zarr_io
from ._json import decode, encode
from ._paths import join
from ._spec import CONSOLIDATED
from ._values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zarr.abc.store import Store

    from ._zarr_io import Location

__all__ = ["write"]


def write(
    location: Location,
    nodes: Mapping[str, Mapping[str, Any]],
    *,
    parent: Mapping[str, Any],
    overwrite: bool,
) -> None:
    """
    Write the documents of nodes: the deepest first, and the root's last.

    Parameters
    ----------
    location : Location
        Where the root of the nodes is.
    nodes : mapping of str to mapping of str to JSON
        The documents by their names, of each node by its path from the root.
    parent : mapping of str to JSON
        The documents of the groups above the root, where there are none yet.
    overwrite : bool
        Whether a node that is there already is deleted, with all that is in it.

    Raises
    ------
    FileExistsError
        If a node is there already that must not be overwritten; nothing is written then.
    """
    texts = {
        node: {name: encode(document, indent=2) for name, document in documents.items()}
        for node, documents in nodes.items()
    }
    above = {name: encode(document, indent=2) for name, document in parent.items()}
    _zarr_io.in_loop(_write(location, texts, above, overwrite=overwrite))


async def _write(
    location: Location,
    nodes: Mapping[str, Mapping[str, bytes]],
    parent: Mapping[str, bytes],
    *,
    overwrite: bool,
) -> None:
    store = location.store
    texts = {join(location.path, node): documents for node, documents in nodes.items()}
    steps = location.path.split("/") if location.path else []
    above = ["/".join(steps[:i]) for i in range(len(steps))]
    there = await _nodes_there(store, [*texts, *above])

    existing = [node for node in texts if node in there]
    if existing and not overwrite:
        msg = f"{location.uri} already has nodes at {existing}; overwrite=True replaces them"
        raise FileExistsError(msg)
    arrays = [node for node in above if there.get(node) == "array"]
    if arrays:
        msg = f"expected a group above {location.uri}, got an array at {arrays[0]!r}"
        raise FileExistsError(msg)

    new_above = {node: parent for node in above if node not in there}
    written = {**new_above, **texts}

    async def put(node: str) -> None:
        for name, text in written[node].items():
            await _zarr_io.put(store, join(node, name), text)

    for node in [location.path] if location.path in existing else existing:
        await store.delete_dir(node)
    await _zarr_io.for_each(put, new_above)
    for _, level in groupby(sorted(texts, key=_depth, reverse=True), key=_depth):
        await _zarr_io.for_each(put, level)
    for node in above:
        await _add_to_consolidated(store, node, written, replaced=existing)


async def _nodes_there(store: Store, nodes: Iterable[str]) -> dict[str, str]:
    """Return which nodes are there, each with ``"array"`` or ``"group"``."""
    there: dict[str, str] = {}

    async def look(node: str) -> None:
        document = await _zarr_io.get(store, join(node, "zarr.json"))
        if document is not None:
            node_type = _object(document).get("node_type")
            there[node] = "array" if node_type == "array" else "group"
            return
        for name in (".zarray", ".zgroup", ".zattrs", CONSOLIDATED):
            if await store.exists(join(node, name)):
                there[node] = "array" if name == ".zarray" else "group"
                return

    await _zarr_io.for_each(look, nodes)
    return there


async def _add_to_consolidated(
    store: Store, group: str, texts: Mapping[str, Mapping[str, bytes]], replaced: Iterable[str]
) -> None:
    """Add the documents of new nodes to the consolidated metadata of a group above them."""
    key = join(group, CONSOLIDATED)
    found = await _zarr_io.get(store, key)
    if found is None:
        return
    consolidated = _object(found)
    if not is_object(consolidated.get("metadata")):
        return
    start = len(group) + 1 if group else 0
    gone = tuple(f"{node[start:]}/" for node in replaced)
    kept = {
        name: document
        for name, document in consolidated["metadata"].items()
        if not name.startswith(gone)
    }
    new = {
        join(node, name)[start:]: decode(text)[0]
        for node, documents in texts.items()
        if node.startswith(group and f"{group}/")
        for name, text in documents.items()
    }
    await _zarr_io.put(store, key, encode({**consolidated, "metadata": {**kept, **new}}, indent=2))


def _object(text: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a text; an empty one if it is none."""
    try:
        document, _ = decode(text)
    except ValueError:
        return {}
    return document if is_object(document) else {}


def _depth(node: str) -> int:
    return node.count("/") + 1 if node else 0
