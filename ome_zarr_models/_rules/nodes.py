"""Nodes of a hierarchy as rules see them: the members of a group, by their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._models.rule import UNREAD, intact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Level(NamedTuple):
    """A level of an image: a dataset of a multiscale, and the node at its path."""

    multiscale: int
    dataset: int
    path: str
    node: Any


def node_at(members: Mapping[str, Any] | None, path: str) -> Any:
    """Return the node at a path below a group; None if it is not there."""
    found: Any = None
    for step in path.split("/"):
        found = (members or {}).get(step)
        if found is None or found is UNREAD:
            break
        members = getattr(found, "members", None)
    return found


def levels(image: Any) -> Iterator[Level]:
    """Yield the levels of an image."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        for j, dataset in intact(multiscale.datasets):
            if isinstance(dataset.path, str):
                yield Level(i, j, dataset.path, node_at(image.members, dataset.path))


def arrays(image: Any) -> Iterator[Level]:
    """Yield the levels of an image whose arrays are there."""
    return (level for level in levels(image) if is_array(level.node))


def is_array(node: Any) -> bool:
    """Return whether a node is an array: it has a shape, as an image has, but no members."""
    return node is not UNREAD and not hasattr(node, "members") and hasattr(node, "shape")


def kind_of(node: Any) -> str | None:
    """Return the kind of group that a node is; None if it is none, or could not be read."""
    return None if node is UNREAD else getattr(node, "kind", None)


def is_image(node: Any) -> bool:
    """Return whether a node is an image, of labels or of anything else."""
    return kind_of(node) in ("image", "image-label")


def instead_of_image(node: Any) -> str | None:
    """Return what a node is instead of an image; None if it is one, or could not be read."""
    if node is UNREAD or is_image(node):
        return None
    return "an array" if is_array(node) else "a group that is no image"
