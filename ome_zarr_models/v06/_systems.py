"""Groups of OME-Zarr 0.6 that have coordinate systems, and their graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._paths import join
from .._rules.nodes import is_image, node_at
from .transform_graph import System, TransformGraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import StoreLike


_NO_ALIASES: Final[dict[str, str]] = {}


class HasGraph:
    """Base class of groups that have a graph of coordinate systems."""

    __slots__ = ()

    _source: Any  # a `Source`

    def transform_graph(self, source: StoreLike | None = None) -> TransformGraph:
        """
        Return the graph of the coordinate systems of the group and of the images below it.

        Parameters
        ----------
        source : zarr.Group, or anything that `zarr.open_group` accepts, optional
            The group in its store. Parameters stored in arrays are read from it when they are
            needed. By default, it is where this group was read from.

        Returns
        -------
        TransformGraph
            The coordinate systems and the arrays, with the transformations between them.
        """
        own = self._source
        place: Any = own.location if source is None and own is not None else source
        graph = TransformGraph(place)
        add_group(graph, self, "")
        return graph


def add_group(graph: TransformGraph, group: Any, path: str) -> None:
    """Add the coordinate systems and the transformations of a group at a path to a graph."""
    if group.kind == "scene":
        _add_owner(graph, group, group.ome_attributes.scene, path)
        images: Mapping[str, Any] = {} if group.members is None else group.images
        for name, image in images.items():
            add_group(graph, image, join(path, name))
        return
    known: set[str] = set()
    for i, multiscale in enumerate(group.ome_attributes.multiscales):
        names = [system.name for system in multiscale.coordinateSystems]
        # The same name in two multiscales stands for two systems: the later one gets a number.
        aliases = {name: f"{name} ({i})" for name in names if name in known}
        known.update(names)
        for dataset in multiscale.datasets:
            array = System(join(path, dataset.path), None)
            transform = dataset.coordinateTransformations[0]
            graph.add_system(array, multiscale.axes)
            graph.add(array, _system(transform.output, path, aliases), transform, path)
        _add_owner(graph, group, multiscale, path, aliases)


def _add_owner(
    graph: TransformGraph, group: Any, owner: Any, path: str, aliases: dict[str, str] = _NO_ALIASES
) -> None:
    """Add the systems and the transformations of a multiscale or a scene."""
    for system in owner.coordinateSystems or ():
        graph.add_system(System(path, aliases.get(system.name, system.name)), system.axes)
    transforms = owner.coordinateTransformations or ()
    if group.kind != "scene" and group.members is not None:
        references: list[Any] = [end for t in transforms for end in (t.input, t.output)]
        for image in dict.fromkeys(str(end.path) for end in references if end.path):
            if is_image(node := node_at(group.members, image)):
                add_group(graph, node, join(path, image))
    for transform in transforms:
        start = _system(transform.input, path, aliases)
        graph.add(start, _system(transform.output, path, aliases), transform, path)


def _system(reference: Any, path: str, aliases: dict[str, str]) -> System:
    """Return the node of the graph that a reference stands for."""
    name = reference.name if reference.path else aliases.get(reference.name, reference.name)
    return System(join(path, reference.path or ""), name)
