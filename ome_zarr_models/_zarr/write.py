"""Write the documents of hierarchies, the deepest first and those of the root last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from .._json.text import decode, encode
from .._json.values import is_object
from .._paths import join
from .loop import for_each, in_loop
from .store import get, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zarr.abc.store import Store

    from .._spec.zarr_formats import Format
    from ..typing import Overwrite
    from .store import Location


_MAX_SHOWN: Final = 3
_DOCUMENTS: Final = ("zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata")


def write(
    location: Location,
    nodes: Mapping[str, Mapping[str, Any]],
    zarr_format: Format,
    *,
    overwrite: Overwrite,
) -> None:
    """
    Write the documents of nodes, the deepest first and those of the root last.

    Parameters
    ----------
    location : Location
        The location of the root of the nodes.
    nodes : mapping of str to mapping of str to JSON
        The documents of each node by their names; the nodes by their paths from the root.
    zarr_format : Format
        The Zarr format. Groups above the root are created in it if they do not exist.
    overwrite : bool or "documents"
        What to do with nodes that exist: raise (False), delete them with everything in
        them (True), or replace only their documents (``"documents"``).

    Raises
    ------
    FileExistsError
        If a node exists and `overwrite` is False, or if the node above the root is no group
        of this Zarr format; nothing is written then.
    NotImplementedError
        If a node has to be deleted in a store that cannot delete.
    """
    texts = {node: _encode_documents(documents) for node, documents in nodes.items()}
    in_loop(_write(location, texts, zarr_format, overwrite=overwrite))


def group_documents(zarr_format: Format, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the documents of a group by their names.

    A document that holds attributes alone is left out if it would be empty.
    """
    document: dict[str, Any] = {"zarr_format": zarr_format.number}
    if zarr_format.group != zarr_format.attributes:
        documents = {zarr_format.group: document}
        return {**documents, zarr_format.attributes: attributes} if attributes else documents
    return {zarr_format.group: {**document, "node_type": "group", "attributes": attributes}}


def _encode_documents(documents: Mapping[str, Any]) -> dict[str, bytes]:
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
    ancestors = ["/".join(steps[:i]) for i in range(len(steps))]
    types = await _existing_nodes(store, [*texts, *ancestors], zarr_format)

    existing = [node for node in texts if node in types]
    if existing and not overwrite:
        shown = ", ".join(map(repr, existing[:_MAX_SHOWN]))
        more = f" and {len(existing) - _MAX_SHOWN} more" if len(existing) > _MAX_SHOWN else ""
        msg = (
            f"{location.uri} already has nodes at {shown}{more}; overwrite=True deletes them with "
            "their pixels, overwrite='documents' replaces only their documents"
        )
        raise FileExistsError(msg)
    for node in ancestors:
        found = types.get(node, zarr_format.group)
        if found != zarr_format.group:
            expected = f"a group of Zarr format {zarr_format.number} above {location.uri}"
            msg = f"expected {expected}, got {found} at {node!r}"
            raise FileExistsError(msg)

    empty_group = _encode_documents(group_documents(zarr_format, {}))
    new_ancestors = {node: empty_group for node in ancestors if node not in types}
    written = {**new_ancestors, **texts}

    async def put_documents(node: str) -> None:
        for name, text in written[node].items():
            await put(store, join(node, name), text)

    if overwrite != "documents":
        for node in [location.path] if location.path in existing else existing:
            await _delete(location, node)
    await for_each(put_documents, new_ancestors)
    for _, level in groupby(sorted(texts, key=_depth, reverse=True), key=_depth):
        await for_each(put_documents, level)
    for node in ancestors:
        await _add_to_consolidated(store, node, written, zarr_format, existing)


async def _delete(location: Location, node: str) -> None:
    try:
        await location.store.delete_dir(node)
    except NotImplementedError as error:  # the store of a zip file
        msg = f"nothing can be deleted in {location.uri}: write to a new location"
        raise NotImplementedError(msg) from error


async def _existing_nodes(
    store: Store, nodes: Iterable[str], zarr_format: Format
) -> dict[str, str]:
    """
    Return the nodes that exist, each with the name of its document.

    Instead of the name it is ``"an array"`` for a ``zarr.json`` of an array.
    """
    types: dict[str, str] = {}
    names = dict.fromkeys((zarr_format.group, *_DOCUMENTS))

    async def look_up(node: str) -> None:
        for name in names:
            key = join(node, name)
            if await store.exists(key):
                types[node] = name
                if name == "zarr.json":
                    document = _decode_object(await get(store, key) or b"")
                    if document.get("node_type") == "array":
                        types[node] = "an array"
                return

    await for_each(look_up, nodes)
    return types


async def _add_to_consolidated(
    store: Store,
    group: str,
    texts: Mapping[str, Mapping[str, bytes]],
    zarr_format: Format,
    replaced: Iterable[str],
) -> None:
    """Update the consolidated metadata of a group, if it has any, for new nodes below it."""
    key = join(group, zarr_format.consolidated)
    document = _decode_object(await get(store, key) or b"")
    is_inline = zarr_format.consolidated == zarr_format.group
    consolidated = document.get("consolidated_metadata") if is_inline else document
    metadata = consolidated.get("metadata") if is_object(consolidated) else None
    if not is_object(metadata):
        return
    start = len(group) + 1 if group else 0
    prefixes = tuple(f"{node[start:]}/" for node in replaced)
    kept = {path: entry for path, entry in metadata.items() if not f"{path}/".startswith(prefixes)}
    new = {
        (node if is_inline else join(node, name))[start:]: decode(text)[0]
        for node, documents in texts.items()
        if node.startswith(group and f"{group}/")
        for name, text in documents.items()
        if name in (zarr_format.group, zarr_format.array, zarr_format.attributes)
    }
    changed: dict[str, Any] = {**(consolidated or {}), "metadata": {**kept, **new}}
    if is_inline:
        changed = {**document, "consolidated_metadata": changed}
    await put(store, key, encode(changed, indent=2))


def _decode_object(text: bytes) -> Mapping[str, Any]:
    """Return the JSON object in a text; an empty one if the text is anything else."""
    try:
        document, _ = decode(text)
    except ValueError:
        return {}
    return document if is_object(document) else {}


def _depth(node: str) -> int:
    return node.count("/") + 1 if node else 0
