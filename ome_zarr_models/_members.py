"""Which nodes the metadata of a group names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._values import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Named", "named"]


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
    """Yield the nodes that the metadata of a kind of group names, as far as it can be read."""
    if kind in ("image", "image-label"):
        for multiscale in _objects(metadata.get("multiscales")):
            for dataset in _objects(multiscale.get("datasets")):
                yield Named(dataset.get("path"), "array")
    if kind == "image":
        yield Named("labels", "labels", required=False)
    if kind == "labels":
        for path in _list(metadata.get("labels")):
            yield Named(path, "image-label")


def _list(value: object) -> list[Any]:
    return value if is_list(value) else []


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if is_object(item)]
