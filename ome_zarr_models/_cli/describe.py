"""The description of a group as text, for ``ome-zarr-models info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._rules.nodes import is_array, kind_of, node_at, wells
from ..v06.transform_graph import short
from .text import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_EMPTY: Final[Mapping[str, Any]] = {}


def describe(group: Any) -> Iterator[str]:
    """Yield the lines that describe a group."""
    metadata = group.ome_attributes
    for multiscale in getattr(metadata, "multiscales", ()):
        yield f"name      {multiscale.name or '(none)'}"
        yield f"axes      {_axes(multiscale)}"
        yield from _systems(multiscale)
        yield from table_lines(
            ["level", "path", "shape", "chunks", "dtype", "scale"], _levels(group, multiscale)
        )
    if getattr(metadata, "omero", None):
        channels = (
            f"{channel.label or '(no label)'} #{channel.color}"
            for channel in metadata.omero.channels
        )
        yield f"channels  {', '.join(channels)}"
    if getattr(metadata, "scene", None):
        yield from _systems(metadata.scene)
    if getattr(metadata, "plate", None):
        yield from _plate(group)
    else:
        members: Mapping[str, Any] = group.members or {}
        lines = [line for name, node in members.items() for line in _tree(name, node)]
        yield from (["tree", *lines] if lines else [])


def _axes(system: Any) -> str:
    return ", ".join(f"{axis.name} ({axis.unit or axis.type or 'no type'})" for axis in system.axes)


def _systems(owner: Any) -> Iterator[str]:
    """Yield the coordinate systems of 0.6, and the transformations between them."""
    for system in getattr(owner, "coordinateSystems", None) or ():
        yield f"system    {system.name}: {_axes(system)}"
    if hasattr(owner, "coordinateSystems"):
        for transform in owner.coordinateTransformations or ():
            name = f"  ({transform.name})" if transform.name else ""
            yield f"transform {transform.input} -> {transform.output}: {short(transform)}{name}"


def _levels(group: Any, multiscale: Any) -> Iterator[list[str]]:
    for i, dataset in enumerate(multiscale.datasets):
        array = node_at(group.members, dataset.path)
        shape, chunks = map(_lengths, (array.shape, array.chunks))
        yield [str(i), dataset.path, shape, chunks, str(array.dtype), _scale(dataset)]


def _scale(dataset: Any) -> str:
    transform = dataset.coordinateTransformations[0]
    first = next(iter(getattr(transform, "transformations", ())), transform)
    if first.type == "identity":
        return "1"
    return " ".join(map(str, getattr(first, "scale", ("in an array",))))


def _lengths(lengths: Iterable[int]) -> str:
    return "x".join(map(str, lengths))


def _tree(name: str, node: Any) -> Iterator[str]:
    """Yield the lines of a node and its members."""
    if is_array(node):
        yield f"  {name}  {_lengths(node.shape)} {node.dtype}"
        return
    yield f"  {name}  {kind_of(node) or 'group'}"
    members: Mapping[str, Any] = node.members or _EMPTY
    for member_name, member in members.items():
        yield from (f"  {line}" for line in _tree(member_name, member))


def _plate(group: Any) -> Iterator[str]:
    """Yield the lines that describe a plate, with a map of its wells."""
    plate = group.ome_attributes.plate
    present = {well.path for _, well, node in wells(group) if kind_of(node) == "well"}
    yield f"name      {plate.name or '(none)'}"
    for acquisition in plate.acquisitions or ():
        yield f"acquired  {acquisition.id}: {acquisition.name or '(no name)'}"
    count = len(plate.rows) * len(plate.columns)
    yield f"wells     {len(present)} of {count}: # exists, ? is missing"
    signs = {well.path: "#" if well.path in present else "?" for well in plate.wells}
    columns = [column.name for column in plate.columns]
    yield from table_lines(
        ["", *columns],
        ([row.name, *(signs.get(f"{row.name}/{c}", ".") for c in columns)] for row in plate.rows),
    )
