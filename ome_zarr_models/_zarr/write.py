"""Writing hierarchies: the deepest documents first, and the root's last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from .._json.text import decode, encode
from .._json.values import is_object
from .._paths import join
from . import loop
from . import store as _zarr_io

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zarr.abc.store import Store

    from .._spec.zarr_formats import Format
    from ..typing import Overwrite
    from .store import Location


_SHOWN: Final = 3
_NAMES: Final = ("zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata")


def write(
    location: Location,
    nodes: Mapping[str, Mapping[str, Any]],
    zarr_format: Format,
    *,
    overwrite: Overwrite,
) -> None:
    """
    Write the documents of nodes: the deepest first, and the root's last.

    Parameters
    ----------
    location : Location
        Where the root of the nodes is.
    nodes : mapping of str to mapping of str to JSON
        The documents by their names, of each node by its path from the root.
    zarr_format : Format
        The Zarr format; groups above the root are made in it, where there are none yet.
    overwrite : bool or "documents"
        Whether a node that is there already is deleted, with all that is in it; or its
        documents are replaced, and all else stays.

    Raises
    ------
    FileExistsError
        If a node is there already that must not be overwritten; nothing is written then.
    """
    texts = {node: _texts(documents) for node, documents in nodes.items()}
    job = _write(location, texts, zarr_format, overwrite=overwrite)
    loop.in_loop(job)


def group_documents(zarr_format: Format, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documents of a group by their names; of attributes only if there are any."""
    main: dict[str, Any] = {"zarr_format": zarr_format.number}
    if zarr_format.group != zarr_format.attributes:
        documents = {zarr_format.group: main}
        return {**documents, zarr_format.attributes: attributes} if attributes else documents
    return {zarr_format.group: {**main, "node_type": "group", "attributes": attributes}}


def _texts(documents: Mapping[str, Any]) -> dict[str, bytes]:
    return {
        name: document if isinstance(document, bytes) else encode(document, indent=2)
        for name, document in documents.items()
    }


async def _write(
    location: Location,
    nodes: Mapping[str, Mapping[str, bytes]],
    zarr_format: Format,
    *,
    overwrite: Overwrite,
) -> None:
    store = location.store
    texts = {join(location.path, node): documents for node, documents in nodes.items()}
    steps = location.path.split("/") if location.path else []
    above = ["/".join(steps[:i]) for i in range(len(steps))]
    there = await _nodes_there(store, [*texts, *above], zarr_format)

    existing = [node for node in texts if node in there]
    if existing and not overwrite:
        shown = ", ".join(map(repr, existing[:_SHOWN]))
        more = f" and {len(existing) - _SHOWN} more" if len(existing) > _SHOWN else ""
        msg = f"{location.uri} already has nodes at {shown}{more}; overwrite=True replaces them"
        raise FileExistsError(msg)
    for node in above:
        found = there.get(node, zarr_format.group)
        if found != zarr_format.group:
            wanted = f"expected {zarr_format.group!r} of a group above {location.uri}"
            msg = f"{wanted}, got {found!r} at {node!r}"
            raise FileExistsError(msg)

    parent = _texts(group_documents(zarr_format, {}))
    new_above = {node: parent for node in above if node not in there}
    written = {**new_above, **texts}

    async def put(node: str) -> None:
        for name, text in written[node].items():
            await _zarr_io.put(store, join(node, name), text)

    if overwrite != "documents":
        for node in [location.path] if location.path in existing else existing:
            await _delete(location, node)
    await loop.for_each(put, new_above)
    for _, level in groupby(sorted(texts, key=_depth, reverse=True), key=_depth):
        await loop.for_each(put, level)
    for node in above:
        await _add_to_consolidated(store, node, written, zarr_format, existing)


async def _delete(location: Location, node: str) -> None:
    try:
        await location.store.delete_dir(node)
    except NotImplementedError as error:  # as zip files
        msg = f"nothing can be deleted in {location.uri}: write to a new place"
        raise NotImplementedError(msg) from error


async def _nodes_there(store: Store, nodes: Iterable[str], zarr_format: Format) -> dict[str, str]:
    """Return which nodes are there, each with the name of a document, or ``"an array"``."""
    there: dict[str, str] = {}
    names = dict.fromkeys((zarr_format.group, *_NAMES))

    async def look(node: str) -> None:
        for name in names:
            key = join(node, name)
            if await store.exists(key):
                there[node] = name
                if name == "zarr.json":
                    document = _object(await _zarr_io.get(store, key) or b"")
                    if document.get("node_type") == "array":
                        there[node] = "an array"
                return

    await loop.for_each(look, nodes)
    return there


async def _add_to_consolidated(
    store: Store,
    group: str,
    texts: Mapping[str, Mapping[str, bytes]],
    zarr_format: Format,
    replaced: Iterable[str],
) -> None:
    """Add the documents of new nodes to the consolidated metadata of a group above them."""
    key = join(group, zarr_format.consolidated)
    document = _object(await _zarr_io.get(store, key) or b"")
    is_inline = zarr_format.consolidated == zarr_format.group
    holder = document.get("consolidated_metadata") if is_inline else document
    held = holder.get("metadata") if is_object(holder) else None
    if not is_object(held):
        return
    start = len(group) + 1 if group else 0
    gone = tuple(f"{node[start:]}/" for node in replaced)
    kept = {name: each for name, each in held.items() if not f"{name}/".startswith(gone)}
    new = {
        (node if is_inline else join(node, name))[start:]: decode(text)[0]
        for node, documents in texts.items()
        if node.startswith(group and f"{group}/")
        for name, text in documents.items()
        if name in (zarr_format.group, zarr_format.array, zarr_format.attributes)
    }
    changed: dict[str, Any] = {**(holder or {}), "metadata": {**kept, **new}}
    if is_inline:
        changed = {**document, "consolidated_metadata": changed}
    await _zarr_io.put(store, key, encode(changed, indent=2))


def _object(text: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a text; an empty one if it is none."""
    try:
        document, _ = decode(text)
    except ValueError:
        return {}
    return document if is_object(document) else {}


def _depth(node: str) -> int:
    return node.count("/") + 1 if node else 0
