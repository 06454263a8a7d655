"""The graph of coordinate systems, with the transformations between them."""

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


class NoTransformError(LookupError):
    """There is no transformation between two coordinate systems, or one is not known."""


class _NoWayBackError(Exception):
    """A transformation has no inverse, as its numbers say."""

    def __init__(self, start: System, end: System) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end


class System(NamedTuple):
    """
    A node of the graph: a coordinate system, or an array, in which pixels are counted.

    ``path`` is that of the group which has the system, from the one whose graph it is; or
    that of the array, and ``name`` is then None.
    """

    path: str
    name: str | None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.path, self.name)))

    @property
    def shown(self) -> str:
        """What it is called where a system is asked for."""
        if self.path and self.name is not None:
            return repr((self.path, self.name))
        return repr(str(self))


class Edge(NamedTuple):
    """
    A transformation between two systems.

    ``holder`` is the path of the group whose metadata has the transformation, and
    ``is_inverse`` tells that it is the way back of the one that is written there.
    """

    transform: AnyTransform
    holder: str = ""
    is_inverse: bool = False


class TransformGraph:
    """
    Coordinate systems and arrays, with the transformations between them.

    Parameters
    ----------
    source : zarr.Group, or whatever `zarr.open_group` takes, optional
        The group whose graph it is, from which parameters in arrays are read when they are
        needed.

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
        # What look-ups found out; forgotten when something is added.
        self._ways: dict[System, dict[System, System]] = {}
        self._steps: dict[tuple[System, System], AnyTransform] = {}
        self._ends: dict[System, CoordinateSystemIdentifier] = {}

    @property
    def systems(self) -> list[System]:
        """The coordinate systems and the arrays."""
        return list(self._edges)

    @property
    def edges(self) -> dict[tuple[System, System], Edge]:
        """The transformations by the systems that they are between, with the inverses."""
        return {
            (start, end): edge for start, ends in self._edges.items() for end, edge in ends.items()
        }

    def ndim(self, system: object) -> int | None:
        """Return how many axes a system has; None if nobody knows."""
        axes = self._axes.get(self._find(system))
        return None if axes is None else len(axes)

    def add_system(self, system: object, axes: Iterable[Axis] | None = None) -> None:
        """
        Add a coordinate system, to which no transformation need lead.

        Parameters
        ----------
        system : str, System, CoordinateSystem or CoordinateSystemIdentifier
            The system.
        axes : iterable of Axis, optional
            Its axes, if they are known.
        """
        node = _system(system)
        self._edges.setdefault(node, {})
        if axes is not None:
            self._axes[node] = tuple(axes)

    def add(self, start: object, end: object, transform: AnyTransform, holder: str = "") -> None:
        """
        Add a transformation, and the way back where there is one.

        Of two transformations between the same systems, the last one counts.

        Parameters
        ----------
        start, end : str, System or CoordinateSystemIdentifier
            The systems that it maps from and to; they are added if they are new.
        transform : transformation
            The transformation.
        holder : str
            The path of the group whose metadata has it.
        """
        one, other = _system(start), _system(end)
        self._edges.setdefault(one, {})[other] = Edge(transform, holder)
        back = self._edges.setdefault(other, {})
        if one not in back or back[one].is_inverse:  # what is said goes before an inverse
            back.pop(one, None)
            # Of a matrix that nobody has read yet, it is found out when it is needed.
            may_have = self._source is not None and _has_matrices_alone(transform)
            if transform.has_inverse or may_have:
                back[one] = Edge(transform, holder, is_inverse=True)
        self._ways.clear()
        self._steps.clear()

    def reachable(self, system: object) -> list[System]:
        """Return the systems that transformations lead to from one, the nearest first."""
        node = self._find(system)
        return [each for each in self._from(node) if each != node]

    def get_transform(self, from_: object, to: object, *, simplify: bool = False) -> AnyTransform:
        """
        Return the transformation from one system to another, by the fewest steps.

        Parameters
        ----------
        from_, to : str, System, (path, name), CoordinateSystem or CoordinateSystemIdentifier
            The systems. A string is the name of a system of the group itself, or the path
            of an array.
        simplify : bool
            Whether steps that are affine are made one.

        Returns
        -------
        transformation
            The transformation, with the two systems as its input and output. Parameters
            that are in arrays are read, if it is known where.

        Raises
        ------
        NoTransformError
            If no transformations lead there, or a system is not known; it says what can be
            reached.
        """
        start, end = self._find(from_), self._find(to)
        while True:
            path = self._path(start, end)
            try:
                steps = [self._step(one, other) for one, other in pairwise(path)]
            except _NoWayBackError as error:  # which only its numbers told
                del self._edges[error.start][error.end]
                self._ways.clear()
            else:
                return self._joined(start, end, steps, simplify=simplify)

    def to_mermaid(self) -> str:
        """
        Return the graph in the language of Mermaid.

        Returns
        -------
        str
            A flowchart: a node a system, and an arrow a transformation that is written in
            the metadata.
        """
        numbers = {system: i for i, system in enumerate(self._edges)}
        lines = ["graph LR"]
        linked: set[System] = set()
        for start, end, edge in self._written():
            linked |= {start, end}
            label = f"|{short(edge.transform)}|"
            lines.append(f"    {_mermaid(numbers, start)} -->{label} {_mermaid(numbers, end)}")
        alone = [system for system in self._edges if system not in linked]
        return "\n".join([*lines, *(f"    {_mermaid(numbers, system)}" for system in alone)])

    def to_graphviz(self) -> Any:
        """
        Return the graph as one of graphviz.

        Returns
        -------
        graphviz.Digraph
            A node a system, and an edge a transformation that is written in the metadata.

        Raises
        ------
        ImportError
            If graphviz is not installed; it says how it is.
        """
        try:
            graphviz: Any = import_module("graphviz")  # an extra
        except ImportError as error:
            msg = "this needs graphviz: pip install 'ome-zarr-models-attrs[graphviz]'"
            raise ImportError(msg) from error
        drawn = graphviz.Digraph()
        numbers = {system: str(i) for i, system in enumerate(self._edges)}
        for system, number in numbers.items():
            shape = "box" if system.name is None else "ellipse"
            drawn.node(number, graphviz.escape(str(system)), shape=shape)
        for start, end, edge in self._written():
            drawn.edge(numbers[start], numbers[end], label=short(edge.transform))
        return drawn

    def __repr__(self) -> str:
        count = sum(1 for _ in self._written())
        return f"TransformGraph({len(self._edges)} systems, {count} transformations)"

    def _written(self) -> Iterator[tuple[System, System, Edge]]:
        for (start, end), edge in self.edges.items():
            if not edge.is_inverse:
                yield start, end, edge

    def _find(self, system: object) -> System:
        node = _system(system)
        if node not in self._edges and isinstance(system, str):
            node = System(system, None)  # the path of an array
        if node not in self._edges:
            from difflib import get_close_matches  # only where something is wrong

            known = {each.shown: each for each in self._edges}
            close = get_close_matches(_system(system).shown, known, 1)
            hint = f": did you mean {close[0]}?" if close else ""
            got = _system(system).shown
            msg = f"expected one of {_listed(self._edges)}, got {got}{hint}"
            raise NoTransformError(msg)
        return node

    def _path(self, start: System, end: System) -> list[System]:
        """Return the systems on the way from one to another, with both."""
        ways = self._from(start)
        if end not in ways:
            reached = _listed(self.reachable(start))
            msg = f"no transformations lead from {start.shown} to {end.shown}, but to {reached}"
            unread = sum(any(parameters_of(edge.transform)) for *_, edge in self._written())
            if unread and self._source is None:
                msg += f"; {unread} have their numbers in arrays: where? give `source`"
            raise NoTransformError(msg)
        path = [end]
        while path[-1] != start:
            path.append(ways[path[-1]])
        return path[::-1]

    def _from(self, start: System) -> dict[System, System]:
        """Return the systems that can be reached, each with the one before it."""
        if start not in self._ways:
            ways, left = {start: start}, deque([start])
            while left:
                here = left.popleft()
                for end in self._edges[here]:
                    if end not in ways:
                        ways[end] = here
                        left.append(end)
            self._ways[start] = ways
        return self._ways[start]

    def _step(self, start: System, end: System) -> AnyTransform:
        """Return the transformation of an edge, with its parameters and without its ends."""
        if (start, end) not in self._steps:
            edge = self._edges[start][end]
            transform = edge.transform
            if any(parameters_of(transform)):
                transform = self._loaded(start, end, edge)
            if edge.is_inverse:
                if not transform.has_inverse:
                    raise _NoWayBackError(start, end)
                transform = transform.inverse()
            self._steps[start, end] = transform.between(None, None)
        return self._steps[start, end]

    def _loaded(self, start: System, end: System, edge: Edge) -> AnyTransform:
        """Return the transformation of an edge, with its parameters read: once for both ways."""
        if self._source is None:
            return edge.transform
        other = self._edges[end].get(start)
        transform = edge.transform.load(store_path_of(self._source, edge.holder))
        self._edges[start][end] = edge._replace(transform=transform)
        if other is not None and other.transform is edge.transform:
            self._edges[end][start] = other._replace(transform=transform)
        ends = (end, start) if edge.is_inverse else (start, end)
        ndims = [len(self._axes[each]) if each in self._axes else None for each in ends]
        problems = tuple(
            Problem(each.rule, "error", edge.holder, each.loc, each.message)
            for each in fits(transform, *ndims)
        )
        if problems:
            raise ValidationError(problems)
        return transform

    def _joined(
        self, start: System, end: System, steps: list[AnyTransform], *, simplify: bool
    ) -> AnyTransform:
        ends = self._end(start), self._end(end)
        if len(steps) > 1:
            joined: AnyTransform = Sequence(transformations=steps, input=ends[0], output=ends[1])
        else:
            joined = (steps or [Identity()])[0].between(*ends)
        return simplified(joined, self.ndim(start)) if simplify else joined

    def _end(self, system: System) -> CoordinateSystemIdentifier:
        if system not in self._ends:
            self._ends[system] = CoordinateSystemIdentifier(
                name=system.name, path=system.path or None
            )
        return self._ends[system]


def simplified(transform: AnyTransform, ndim: int | None = None) -> AnyTransform:
    """
    Return a transformation in which steps that are affine are made one.

    Parameters
    ----------
    transform : transformation
        Any transformation.
    ndim : int, optional
        How many coordinates a point has, where the transformation does not tell.
    """
    if not isinstance(transform, Sequence):
        return transform
    parts: list[AnyTransform] = []
    for part in _flat(transform):
        affine = _affine(part, ndim)
        ndim = part.ndim_out if affine is None else affine.ndim_out
        if affine is not None and parts and parts[-1].type == "affine":
            both = Sequence(transformations=[parts[-1], affine])
            parts[-1] = both.as_affine()
        else:
            parts.append(part if affine is None else affine)
    bare = [part.between(None, None) for part in parts]
    if len(bare) == 1:
        return bare[0].between(transform.input, transform.output)
    return Sequence(
        transformations=bare, input=transform.input, output=transform.output, name=transform.name
    )


def _flat(transform: Sequence) -> Iterator[AnyTransform]:
    for part in transform.transformations:
        if isinstance(part, Sequence):
            yield from _flat(part)
        else:
            yield part


def _affine(part: AnyTransform, ndim: int | None) -> Affine | None:
    try:
        return part.as_affine(part.ndim_in if ndim is None else ndim)
    except (NoAffineError, UnloadedError):
        return None


def _system(system: Any) -> System:
    """Return the node that is meant by a name, a pair, a system or a reference to one."""
    if isinstance(system, str):
        return System("", system)
    match system:
        case (path, name):
            return System(path or "", name)
        case _ if hasattr(system, "name"):
            return System(getattr(system, "path", None) or "", system.name)
        case _:
            msg = f"expected the name of a system, or its path and its name, got {system!r}"
            raise TypeError(msg)


def _has_matrices_alone(transform: AnyTransform) -> bool:
    types = [part.type for part, _ in parameters_of(transform)]
    return bool(types) and {"affine", "rotation"}.issuperset(types)


def short(transform: AnyTransform) -> str:
    """Return what a transformation is, in a word."""
    if isinstance(transform, Sequence):
        return f"sequence of {', '.join(short(part) for part in transform.transformations)}"
    return str(transform.type)


def _mermaid(numbers: Mapping[System, int], system: System) -> str:
    text = str(system).replace('"', "#quot;")
    return f'n{numbers[system]}["{text}"]'


def _listed(systems: Iterable[System]) -> str:
    names = [system.shown for system in systems]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN]) or 'none'}{more}"
