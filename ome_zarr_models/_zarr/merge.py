"""Documents that are written over others: what is foreign in the old ones stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_list, is_object
from .._spec.zarr_formats import OME_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._spec.zarr_formats import Format

_LISTS: Final = ("labels", "series", "wells", "images", "rows", "columns")
"""Lists of metadata to which several writers may add at the same time."""
_OWNERS: Final = ("", "attributes", "ome", "plate", "well")
"""The keys of objects that hold such lists."""


def written_over(
    old: Mapping[str, Any], new: Mapping[str, Any], zarr_format: Format
) -> dict[str, Any]:
    """
    Return the documents of a node that is written over another of the same Zarr format.

    Attributes and keys that are not of OME-Zarr stay, unless the new documents have them.
    A document that is empty then is None: it is removed.
    """
    merged: dict[str, Any] = {}
    for name, document in new.items():
        before = old.get(name)
        merged[name] = document
        if is_object(document) and is_object(before):
            merged[name] = _over(before, document, zarr_format, name)
    own = zarr_format.attributes
    if own not in new and is_object(old.get(own)):
        merged[own] = _attributes(old[own], {}, zarr_format) or None
    return merged


def _over(
    old: Mapping[str, Any], new: Mapping[str, Any], zarr_format: Format, name: str
) -> dict[str, Any]:
    if name == zarr_format.attributes and not zarr_format.place:
        return _attributes(old, new, zarr_format)
    merged = _with(old, new)
    for step in zarr_format.place if name == zarr_format.attributes else ():
        before, after = old.get(str(step)), new.get(str(step), {})
        if is_object(before) and is_object(after):
            merged[str(step)] = _attributes(before, after, zarr_format)
    return merged


def _attributes(
    old: Mapping[str, Any], new: Mapping[str, Any], zarr_format: Format
) -> dict[str, Any]:
    """Return attributes in which those of OME-Zarr are the new ones, and others stay."""
    kept = {key: value for key, value in old.items() if key in new or key not in zarr_format.owned}
    merged = _with(kept, new)
    for key in zarr_format.owned & new.keys() & kept.keys():
        before, after = kept[key], new[key]
        if key == "ome" and is_object(before) and is_object(after):
            foreign = {k: v for k, v in before.items() if k in after or k not in OME_KEYS}
            merged[key] = _with(foreign, after)
    return merged


def _with(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the values of another in it, in the order of the old keys."""
    return {**{key: new.get(key, value) for key, value in old.items()}, **new}


class UnmergedError(Exception):
    """Two changes of a document that exclude each other."""


def both_changes(base: Any, mine: Any, theirs: Any, key: str = "") -> Any:
    """
    Return a document with two changes of it, where both add to its lists.

    Merged are additions to lists of labels, wells, fields of view and series, and
    consolidated metadata; another change than these excludes any other.

    Parameters
    ----------
    base : JSON
        The document as both read it.
    mine, theirs : JSON
        The document as each changed it.
    key : str
        The key of the value in its object; empty for the document itself.

    Raises
    ------
    UnmergedError
        If the changes exclude each other.
    """
    if theirs in (base, mine):
        return mine
    if key in _LISTS and is_list(mine) and is_list(theirs):
        before = base if is_list(base) else []
        if all(item in mine and item in theirs for item in before):
            return [*theirs, *(item for item in mine if item not in theirs)]
    elif is_object(base) and is_object(mine) and is_object(theirs):
        if key == "consolidated_metadata":
            return _copies(base, mine, theirs)
        if key in _OWNERS and mine.keys() >= base.keys() <= theirs.keys():
            return {
                name: both_changes(
                    base.get(name), mine.get(name, theirs.get(name)), theirs.get(name), name
                )
                for name in {**theirs, **mine}
            }
    raise UnmergedError(key)


def _copies(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return consolidated metadata as another writer left it, with the changes of this one."""
    documents = (base, mine, theirs)
    metadata: list[dict[str, Any]] = [each.get("metadata") or {} for each in documents]
    before, after, held = metadata
    changed = {k: v for k, v in after.items() if k not in before or before[k] != v}
    kept = {k: v for k, v in held.items() if k in after or k not in before}
    return {**theirs, "metadata": {**kept, **changed}}
