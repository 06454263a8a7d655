"""The nodes of a hierarchy as rules use them: members of a group, looked up by path."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._models.rule import UNREAD, intact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_INTEGERS: Final = "(u?int)(8|16|32|64)|[<>|]([iu])([1248])"


class Level(NamedTuple):
    """A level of an image: the indices of a multiscale and a dataset, and the node at its path."""

    multiscale: int
    dataset: int
    path: str
    node: Any


def node_at(members: Mapping[str, Any] | None, path: str) -> Any:
    """Return the node at a path below a group; None if there is no such node."""
    node: Any = None
    for step in path.split("/"):
        node = (members or {}).get(step)
        if node is None or node is UNREAD:
            break
        members = getattr(node, "members", None)
    return node


def levels(image: Any) -> Iterator[Level]:
    """Yield the levels of an image."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        for j, dataset in intact(multiscale.datasets):
            if isinstance(dataset.path, str):
                yield Level(i, j, dataset.path, node_at(image.members, dataset.path))


def arrays(image: Any) -> Iterator[Level]:
    """Yield the levels of an image that have an array."""
    return (level for level in levels(image) if is_array(level.node))


def values_of(dtype: Any) -> range | None:
    """Return the values of an integer data type of either Zarr format; None for other types."""
    return _range(dtype) if isinstance(dtype, str) else None


@lru_cache(maxsize=64)
def _range(dtype: str) -> range | None:
    found = re.fullmatch(_INTEGERS, dtype)
    if found is None:
        return None
    name, bits = found[1] or found[3], int(found[2] or int(found[4]) * 8)
    if name.startswith("u"):
        return range(2**bits)
    return range(-(2 ** (bits - 1)), 2 ** (bits - 1))


def is_one_of(values: range, number: float) -> bool:
    """Return whether a number is a value of an integer data type."""
    # A range compares a float with each of its numbers: 2**32 of them.
    return (isinstance(number, int) or number.is_integer()) and int(number) in values


def is_array(node: Any) -> bool:
    """Return whether a node is an array: it has a shape, but unlike an image no members."""
    return node is not UNREAD and not hasattr(node, "members") and hasattr(node, "shape")


def kind_of(node: Any) -> str | None:
    """Return the kind of a group; None for other nodes, and for one that could not be read."""
    return None if node is UNREAD else getattr(node, "kind", None)


def is_image(node: Any) -> bool:
    """Return whether a node is an image, or a label image."""
    return kind_of(node) in ("image", "image-label")


def instead_of_image(node: Any) -> str | None:
    """Describe a node that is not an image; None for an image, and if it could not be read."""
    if node is UNREAD or is_image(node):
        return None
    return "an array" if is_array(node) else "a group that is not an image"


def named_wells(plate: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yield the wells of a plate, each with its index and the node at its path."""
    metadata = plate.ome_attributes.plate
    for i, well in intact(metadata.wells if metadata is not None else ()):
        if well.path is not UNREAD:
            yield i, well, node_at(plate.members, well.path)


def wells(plate: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yield the wells of a plate that have a node at their path, each with its index and node."""
    for i, well, node in named_wells(plate):
        if node is not None and node is not UNREAD:
            yield i, well, node


def images_of_wells(plate: Any) -> Iterator[tuple[str, int, Any]]:
    """Yield the images of the wells of a plate, each with the path of its well and its index."""
    for _, well, node in wells(plate):
        if kind_of(node) == "well":
            for i, image in intact(node.ome_attributes.well.images):
                yield well.path, i, image
