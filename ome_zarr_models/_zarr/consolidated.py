"""Consolidated metadata: copies of the documents of a hierarchy, in one document of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._json.text import decode, encode
from .._json.values import at, is_object
from .._paths import join

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .._spec.zarr_formats import Format


def copies_of(document: object, zarr_format: Format) -> Mapping[str, Any] | None:
    """Return the copies that the document with consolidated metadata of a group holds, if any."""
    holder = at(document, "consolidated_metadata") if zarr_format.has_one_document else document
    copies = at(holder, "metadata")
    return copies if is_object(copies) else None


def keys_of_copies(copies: Mapping[str, Any], zarr_format: Format) -> dict[str, Any]:
    """Return copies by the keys of the documents, as seen from the group that holds them."""
    if not zarr_format.has_one_document:
        return dict(copies)
    return {join(path, zarr_format.group): copy for path, copy in copies.items()}


def with_copies(
    document: Mapping[str, Any],
    zarr_format: Format,
    written: Mapping[str, Mapping[str, Any]],
    deleted: Collection[str] = (),
) -> dict[str, Any]:
    """
    Return the document with the consolidated metadata of a group, its copies kept true.

    Parameters
    ----------
    document : mapping
        The document that holds the copies.
    zarr_format : Format
        The Zarr format of the hierarchy.
    written : mapping of str to mapping of str to JSON
        The documents that were written, by their names, of each node by its path from the
        group; None for one that was removed.
    deleted : collection of str
        The paths of nodes that were deleted with all that was in them.
    """
    copies = copies_of(document, zarr_format)
    assert copies is not None, "only documents that hold copies are kept up"
    gone = tuple(f"{path}/" for path in deleted)
    kept = {key: copy for key, copy in copies.items() if not f"{key}/".startswith(gone)}
    if zarr_format.has_one_document:
        for path, documents in written.items():
            if path and zarr_format.group in documents:
                kept[path] = _entry(documents[zarr_format.group], kept.get(path))
        holder = {**document["consolidated_metadata"], "metadata": kept}
        return {**document, "consolidated_metadata": holder}
    for path, documents in written.items():
        for name in (zarr_format.group, zarr_format.array, zarr_format.attributes):
            if documents.get(name) is not None:
                kept[join(path, name)] = documents[name]
            elif name in documents:
                kept.pop(join(path, name), None)
    return {**document, "metadata": kept}


def _entry(document: Mapping[str, Any], before: Any) -> dict[str, Any]:
    """Return the copy of a document; the consolidated metadata in it is no part of it."""
    entry = {k: v for k, v in document.items() if k != "consolidated_metadata"}
    nested = at(before, "consolidated_metadata")
    return entry if nested is None else {**entry, "consolidated_metadata": nested}


def parsed(text: bytes | None) -> Mapping[str, Any]:
    """Return the JSON object of a text; an empty one if there is no object in it."""
    try:
        document, _ = decode(text or b"")
    except ValueError:
        return {}
    return document if is_object(document) else {}


def text_of(document: Any, *, as_found: bool = True) -> bytes:
    """Return the text in which a document is written; NaN is written only if it was found."""
    if isinstance(document, bytes):
        return document
    return encode(document, indent=2, as_found=as_found)
