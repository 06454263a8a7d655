"""Groups of 0.6 that have coordinate systems, and the graph of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._paths import join
from .._rules.nodes import is_image, node_at
from .transform_graph import System, TransformGraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._zarr.sources import Source
    from ..typing import StoreLike


_SAME: Final[dict[str, str]] = {}


class HasGraph:
    """A group whose coordinate systems are a graph."""

    __slots__ = ()

    _source: Source | None

    def transform_graph(self, source: StoreLike | None = None) -> TransformGraph:
        """
        Return the graph of the coordinate systems, and of what is below.

        Parameters
        ----------
        source : zarr.Group, or whatever `zarr.open_group` takes, optional
            Where the group is, for parameters that are in arrays; where it was read from if
            not given.

        Returns
        -------
        TransformGraph
            Systems and arrays, with the transformations between them.
        """
        own = self._source
        place: Any = own.location if source is None and own is not None else source
        graph = TransformGraph(place)
        add_group(graph, self, "")
        return graph


def add_group(graph: TransformGraph, group: Any, path: str) -> None:
    """Add the systems and the transformations of a group that is at a path."""
    if group.kind == "scene":
        _add_owner(graph, group, group.ome_attributes.scene, path)
        images: Mapping[str, Any] = group.images if group.members is not None else {}
        for name, image in images.items():
            add_group(graph, image, join(path, name))
        return
    taken: set[str] = set()
    for i, multiscale in enumerate(group.ome_attributes.multiscales):
        names = [system.name for system in multiscale.coordinateSystems]
        # Names are of one multiscale: another's system of the same name is another system.
        calls = {name: f"{name} ({i})" for name in names if name in taken}
        taken.update(names)
        for dataset in multiscale.datasets:
            array, transform = join(path, dataset.path), dataset.coordinateTransformations[0]
            graph.add_system(System(array, None), multiscale.axes)
            graph.add(System(array, None), _end(transform.output, path, calls), transform, path)
        _add_owner(graph, group, multiscale, path, calls)


def _add_owner(
    graph: TransformGraph, group: Any, owner: Any, path: str, calls: dict[str, str] = _SAME
) -> None:
    for system in owner.coordinateSystems or ():
        graph.add_system(System(path, calls.get(system.name, system.name)), system.axes)
    transforms = owner.coordinateTransformations or ()
    if group.kind != "scene" and group.members is not None:
        ends: list[Any] = [end for each in transforms for end in (each.input, each.output)]
        for label in dict.fromkeys(str(end.path) for end in ends if end.path):
            if is_image(node := node_at(group.members, label)):
                add_group(graph, node, join(path, label))
    for transform in transforms:
        start, end = (_end(each, path, calls) for each in (transform.input, transform.output))
        graph.add(start, end, transform, path)


def _end(reference: Any, path: str, calls: dict[str, str]) -> System:
    name = reference.name if reference.path else calls.get(reference.name, reference.name)
    return System(join(path, reference.path or ""), name)
