"""Which nodes the metadata of a group names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._values import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Named", "named", "objects"]


class Named(NamedTuple):
    """
    A node that a group's metadata names.

    ``path`` is what the metadata has for its path, right or wrong; ``role`` is
    ``"array"`` or a kind of group, and ``required`` tells whether it must be there.
    """

    path: Any
    role: str
    required: bool = True


def named(kind: str, metadata: Mapping[str, Any]) -> Iterator[Named]:
    """
    Yield the nodes that the metadata of a kind of group names, as far as it can be read.

    The images of a bioformats2raw collection without a plate are named by the group
    ``OME`` in it, or are numbered.
    """
    if kind in ("image", "image-label"):
        yield from _arrays(metadata)
    if kind == "image":
        yield Named("labels", "labels", required=False)
    if kind == "labels":
        yield from (Named(path, "image-label") for path in _list(metadata, "labels"))
    if kind in ("plate", "bioformats2raw"):
        wells = objects(metadata.get("plate"), "wells")
        yield from (Named(well.get("path"), "well", required=False) for well in wells)
    if kind == "bioformats2raw":
        yield Named("OME", "series", required=False)
    if kind == "well":
        images = objects(metadata.get("well"), "images")
        yield from (Named(image.get("path"), "image") for image in images)


def _arrays(metadata: Mapping[str, Any]) -> Iterator[Named]:
    for multiscale in objects(metadata, "multiscales"):
        for dataset in objects(multiscale, "datasets"):
            yield Named(dataset.get("path"), "array")


def _list(owner: object, key: str) -> list[Any]:
    value = owner.get(key) if is_object(owner) else None
    return value if is_list(value) else []


def objects(owner: object, key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list that an object has under a key, as far as there are any."""
    return [item for item in _list(owner, key) if is_object(item)]
