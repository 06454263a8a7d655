"""Graphs of coordinate systems and the transformations between them."""

from __future__ import annotations

from collections import deque
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._rules.v06.dimensions import fits
from .._rules.v06.references import parameters_of
from .._zarr.store import store_path_of
from ..exceptions import Problem, ValidationError
from .coordinate_systems import CoordinateSystemIdentifier
from .coordinate_transforms import AnyTransform, Identity, NoAffineError, Sequence, UnloadedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphviz import Digraph  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it has no types

    from ..typing import StoreLike
    from .axes import Axis
    from .coordinate_transforms import Affine

__all__ = [
    "Edge",
    "NoTransformError",
    "System",
    "TransformGraph",
    "short",
    "simplified",
]

_SHOWN: Final = 10
"""How many systems an error lists."""


class NoTransformError(LookupError):
    """Two coordinate systems are not connected, or a system is not in the graph."""


class _NotInvertibleError(Exception):
    """A transformation has no inverse, which only its loaded parameters show."""

    def __init__(self, start: System, end: System) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end


class System(NamedTuple):
    """
    A node of the graph: a coordinate system, or the pixel coordinates of an array.

    Attributes
    ----------
    path : str
        The path of the group that defines the system, or of the array, relative to the
        group of the graph.
    name : str, optional
        The name of the system; None for an array.
    """

    path: str
    name: str | None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.path, self.name)))

    @property
    def shown(self) -> str:
        """The name or the pair that `TransformGraph` accepts for this system, as text."""
        if self.path and self.name is not None:
            return repr((self.path, self.name))
        return repr(str(self))


class Edge(NamedTuple):
    """
    A transformation between two systems.

    Attributes
    ----------
    transform : transformation
        The transformation as it is in the metadata, also if the edge is its inverse.
    holder : str
        The path of the group whose metadata contains it.
    is_inverse : bool
        Whether the edge stands for the inverse of `transform`.
    """

    transform: AnyTransform
    holder: str = ""
    is_inverse: bool = False


class TransformGraph:
    """
    A graph of coordinate systems and arrays, connected by transformations.

    Parameters
    ----------
    source : zarr.Group, or anything that `zarr.open_group` accepts, optional
        The group that the graph describes. Parameters stored in arrays are read from it when
        they are needed.

    Examples
    --------
    >>> from ome_zarr_models.v06.coordinate_transforms import Scale
    >>> graph = TransformGraph()
    >>> graph.add("pixels", "physical", Scale(scale=[0.5, 0.5]))
    >>> graph.get_transform("physical", "pixels").transform_point([10, 20])
    (20.0, 40.0)
    >>> print(graph.to_mermaid())
    graph LR
        n0["pixels"] -->|scale| n1["physical"]
    """

    def __init__(self, source: StoreLike | None = None) -> None:
        self._source = source
        self._axes: dict[System, tuple[Axis, ...]] = {}
        self._edges: dict[System, dict[System, Edge]] = {}
        # Caches of look-ups; `add` clears the first two.
        self._predecessors: dict[System, dict[System, System]] = {}
        self._steps: dict[tuple[System, System], AnyTransform] = {}
        self._identifiers: dict[System, CoordinateSystemIdentifier] = {}

    @property
    def systems(self) -> list[System]:
        """The coordinate systems and arrays of the graph."""
        return list(self._edges)

    @property
    def edges(self) -> dict[tuple[System, System], Edge]:
        """The transformations, inverses included, by their input and output."""
        return {
            (start, end): edge for start, ends in self._edges.items() for end, edge in ends.items()
        }

    def ndim(self, system: object) -> int | None:
        """
        Return the number of axes of a system.

        Parameters
        ----------
        system : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The system.

        Returns
        -------
        int or None
            The number of axes; None if the axes are unknown.

        Raises
        ------
        NoTransformError
            If the system is not in the graph.
        """
        axes = self._axes.get(self._resolve(system))
        return None if axes is None else len(axes)

    def add_system(self, system: object, axes: Iterable[Axis] | None = None) -> None:
        """
        Add a coordinate system, connected or not.

        Parameters
        ----------
        system : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The system.
        axes : iterable of Axis, optional
            Its axes, if they are known.

        Raises
        ------
        TypeError
            If `system` does not name a system.
        """
        node = _as_system(system)
        self._edges.setdefault(node, {})
        if axes is not None:
            self._axes[node] = tuple(axes)

    def add(self, start: object, end: object, transform: AnyTransform, holder: str = "") -> None:
        """
        Add a transformation, and its inverse if it has one.

        A second transformation between the same systems replaces the first.

        Parameters
        ----------
        start, end : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The systems that it maps from and to; they are added if they are new.
        transform : transformation
            The transformation.
        holder : str
            The path of the group whose metadata contains it.

        Raises
        ------
        TypeError
            If `start` or `end` does not name a system.
        """
        input_, output = _as_system(start), _as_system(end)
        self._edges.setdefault(input_, {})[output] = Edge(transform, holder)
        inverses = self._edges.setdefault(output, {})
        # An explicit transformation takes precedence over an inverse.
        if input_ not in inverses or inverses[input_].is_inverse:
            inverses.pop(input_, None)
            # Whether a matrix in an array is invertible shows when it is loaded.
            is_loadable = self._source is not None and _has_only_matrices(transform)
            if transform.has_inverse or is_loadable:
                inverses[input_] = Edge(transform, holder, is_inverse=True)
        self._predecessors.clear()
        self._steps.clear()

    def reachable(self, system: object) -> list[System]:
        """
        Return the systems that a system can be transformed to.

        Parameters
        ----------
        system : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The system to start from.

        Returns
        -------
        list of System
            The other systems, ordered by the number of transformations.

        Raises
        ------
        NoTransformError
            If the system is not in the graph.
        """
        start = self._resolve(system)
        return [node for node in self._search(start) if node != start]

    def get_transform(self, from_: object, to: object, *, simplify: bool = False) -> AnyTransform:
        """
        Return the transformation between two systems, along the shortest path.

        A system is a coordinate system, or an array with its pixel coordinates.

        Parameters
        ----------
        from_, to : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The systems to map from and to. A string is the name of a coordinate system of the
            group itself, or the path of an array, such as ``"0"``. ``("tile-1", "physical")``
            is the coordinate system "physical" of the image at "tile-1".
        simplify : bool
            Whether to combine consecutive affine steps into one.

        Returns
        -------
        transformation
            The transformation, with the two systems as its input and output. Parameters
            stored in arrays are read if the graph has a `source`.

        Raises
        ------
        NoTransformError
            If the systems are not connected, or a system is not in the graph; the message
            lists the systems that are available.
        ValidationError
            If parameters read from an array violate the specification.
        """
        start, end = self._resolve(from_), self._resolve(to)
        while True:
            path = self._shortest_path(start, end)
            try:
                steps = [self._step(before, after) for before, after in pairwise(path)]
            except _NotInvertibleError as error:  # try again without this edge
                del self._edges[error.start][error.end]
                self._predecessors.clear()
            else:
                return self._join(start, end, steps, simplify=simplify)

    def to_mermaid(self) -> str:
        """
        Return the graph as a Mermaid flowchart.

        Returns
        -------
        str
            A node for each system and an arrow for each transformation, without inverses.
        """
        numbers = {system: i for i, system in enumerate(self._edges)}
        lines = ["graph LR"]
        connected: set[System] = set()
        for start, end, edge in self._explicit_edges():
            connected |= {start, end}
            label = f"|{short(edge.transform)}|"
            lines.append(f"    {_mermaid(numbers, start)} -->{label} {_mermaid(numbers, end)}")
        isolated = [system for system in self._edges if system not in connected]
        return "\n".join([*lines, *(f"    {_mermaid(numbers, system)}" for system in isolated)])

    def to_graphviz(self) -> Digraph:
        """
        Return the graph as a Graphviz digraph.

        Returns
        -------
        graphviz.Digraph
            A node for each system and an edge for each transformation, without inverses.

        Raises
        ------
        ImportError
            If graphviz is not installed; the message names the extra.
        """
        try:
            graphviz: Any = import_module("graphviz")  # an optional dependency
        except ImportError as error:
            msg = "drawing a graph needs graphviz: pip install 'ome-zarr-models-attrs[graphviz]'"
            raise ImportError(msg) from error
        digraph = graphviz.Digraph()
        numbers = {system: str(i) for i, system in enumerate(self._edges)}
        for system, number in numbers.items():
            shape = "box" if system.name is None else "ellipse"
            digraph.node(number, graphviz.escape(str(system)), shape=shape)
        for start, end, edge in self._explicit_edges():
            digraph.edge(numbers[start], numbers[end], label=short(edge.transform))
        return digraph

    def __repr__(self) -> str:
        count = sum(1 for _ in self._explicit_edges())
        return f"TransformGraph({len(self._edges)} systems, {count} transformations)"

    def _explicit_edges(self) -> Iterator[tuple[System, System, Edge]]:
        """Yield the edges that are not inverses, with their input and output."""
        for (start, end), edge in self.edges.items():
            if not edge.is_inverse:
                yield start, end, edge

    def _resolve(self, system: object) -> System:
        """Return the node for a system; raise if it is not in the graph."""
        node = _as_system(system)
        if node not in self._edges and isinstance(system, str):
            node = System(system, None)  # the path of an array
        if node not in self._edges:
            from difflib import get_close_matches  # needed only for this error

            names = [known.shown for known in self._edges]
            name = _as_system(system).shown
            close = get_close_matches(name, names, 1)
            hint = f": did you mean {close[0]}?" if close else ""
            expected = f"a coordinate system or an array, one of {_enumerate(self._edges)}"
            msg = f"expected {expected}, got {name}{hint}"
            raise NoTransformError(msg)
        return node

    def _shortest_path(self, start: System, end: System) -> list[System]:
        """Return the systems along the shortest path, both ends included."""
        predecessors = self._search(start)
        if end not in predecessors:
            reached = _enumerate(self.reachable(start))
            msg = (
                f"no transformations lead from {start.shown} to {end.shown}; "
                f"reachable systems: {reached}"
            )
            unread = sum(any(parameters_of(edge.transform)) for *_, edge in self._explicit_edges())
            if unread and self._source is None:
                msg += f"; parameters of {unread} transformation(s) are in arrays: give `source`"
            raise NoTransformError(msg)
        path = [end]
        while path[-1] != start:
            path.append(predecessors[path[-1]])
        return path[::-1]

    def _search(self, start: System) -> dict[System, System]:
        """Return the systems reachable from one, each with its predecessor, breadth first."""
        if start not in self._predecessors:
            predecessors, queue = {start: start}, deque([start])
            while queue:
                system = queue.popleft()
                for end in self._edges[system]:
                    if end not in predecessors:
                        predecessors[end] = system
                        queue.append(end)
            self._predecessors[start] = predecessors
        return self._predecessors[start]

    def _step(self, start: System, end: System) -> AnyTransform:
        """Return the transformation of an edge, loaded, without input and output."""
        if (start, end) not in self._steps:
            edge = self._edges[start][end]
            transform = edge.transform
            if any(parameters_of(transform)):
                transform = self._load(start, end, edge)
            if edge.is_inverse:
                if not transform.has_inverse:
                    raise _NotInvertibleError(start, end)
                transform = transform.inverse()
            self._steps[start, end] = transform.between(None, None)
        return self._steps[start, end]

    def _load(self, start: System, end: System, edge: Edge) -> AnyTransform:
        """Read the parameters of an edge, once for both directions."""
        if self._source is None:
            return edge.transform
        opposite = self._edges[end].get(start)
        transform = edge.transform.load(store_path_of(self._source, edge.holder))
        self._edges[start][end] = edge._replace(transform=transform)
        if opposite is not None and opposite.transform is edge.transform:
            self._edges[end][start] = opposite._replace(transform=transform)
        ends = (end, start) if edge.is_inverse else (start, end)
        ndims = [len(self._axes[system]) if system in self._axes else None for system in ends]
        problems = tuple(
            Problem(finding.rule, "error", edge.holder, finding.loc, finding.message)
            for finding in fits(transform, *ndims)
        )
        if problems:
            raise ValidationError(problems)
        return transform

    def _join(
        self, start: System, end: System, steps: list[AnyTransform], *, simplify: bool
    ) -> AnyTransform:
        """Return one transformation for the steps of a path."""
        ends = self._identifier(start), self._identifier(end)
        if len(steps) > 1:
            joined: AnyTransform = Sequence(transformations=steps, input=ends[0], output=ends[1])
        else:
            joined = (steps or [Identity()])[0].between(*ends)
        return simplified(joined, self.ndim(start)) if simplify else joined

    def _identifier(self, system: System) -> CoordinateSystemIdentifier:
        if system not in self._identifiers:
            self._identifiers[system] = CoordinateSystemIdentifier(
                name=system.name, path=system.path or None
            )
        return self._identifiers[system]


def simplified(transform: AnyTransform, ndim: int | None = None) -> AnyTransform:
    """
    Combine consecutive affine steps of a transformation into one.

    Parameters
    ----------
    transform : transformation
        A transformation; only a `Sequence` is changed.
    ndim : int, optional
        The number of input dimensions, for a transformation that accepts any.

    Returns
    -------
    transformation
        An equivalent transformation, with the same input and output.
    """
    if not isinstance(transform, Sequence):
        return transform
    parts: list[AnyTransform] = []
    for part in _flatten(transform):
        affine = _as_affine(part, ndim)
        ndim = part.ndim_out if affine is None else affine.ndim_out
        if affine is not None and parts and parts[-1].type == "affine":
            pair = Sequence(transformations=[parts[-1], affine])
            parts[-1] = pair.as_affine()
        else:
            parts.append(part if affine is None else affine)
    bare = [part.between(None, None) for part in parts]
    if len(bare) == 1:
        return bare[0].between(transform.input, transform.output)
    return Sequence(
        transformations=bare, input=transform.input, output=transform.output, name=transform.name
    )


def _flatten(transform: Sequence) -> Iterator[AnyTransform]:
    """Yield the parts of a sequence, and of the sequences nested in it."""
    for part in transform.transformations:
        if isinstance(part, Sequence):
            yield from _flatten(part)
        else:
            yield part


def _as_affine(part: AnyTransform, ndim: int | None) -> Affine | None:
    """Return the affine of a transformation; None if it is not affine or not loaded."""
    try:
        return part.as_affine(part.ndim_in if ndim is None else ndim)
    except (NoAffineError, UnloadedError):
        return None


def _as_system(system: Any) -> System:
    """Convert a name, a pair, a coordinate system or a reference to a node."""
    if isinstance(system, str):
        return System("", system)
    match system:
        case (path, name):
            return System(path or "", name)
        case _ if hasattr(system, "name"):
            return System(getattr(system, "path", None) or "", system.name)
        case _:
            msg = f"expected a system: its name, or its path and name, got {system!r}"
            raise TypeError(msg)


def _has_only_matrices(transform: AnyTransform) -> bool:
    """Return whether all parameters stored in arrays are matrices, which may be invertible."""
    types = [part.type for part, _ in parameters_of(transform)]
    return bool(types) and {"affine", "rotation"}.issuperset(types)


def short(transform: AnyTransform) -> str:
    """Return a short description of a transformation: its type, and those of its parts."""
    if isinstance(transform, Sequence):
        return f"sequence of {', '.join(short(part) for part in transform.transformations)}"
    return str(transform.type)


def _mermaid(numbers: Mapping[System, int], system: System) -> str:
    text = str(system).replace('"', "#quot;")
    return f'n{numbers[system]}["{text}"]'


def _enumerate(systems: Iterable[System]) -> str:
    names = [system.shown for system in systems]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN]) or 'none'}{more}"
