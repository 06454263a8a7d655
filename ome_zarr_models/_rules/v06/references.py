"""The targets of references: coordinate systems, nodes, and arrays of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._json.text import show
from ..._models.rule import UNREAD, Undecidable, intact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


TYPES_OF_ALL: Final = (["scale"], ["translation"], ["scale", "translation"])
"""The transformations of a whole multiscale that versions before 0.6 can express."""


def intrinsic(multiscale: Any) -> tuple[int, Any]:
    """Return the intrinsic coordinate system, which the datasets map to, after its index."""
    name = _output_name(multiscale)
    for i, system in intact(multiscale.coordinateSystems):
        if system.name == name:
            return i, system
    raise Undecidable


def _output_name(multiscale: Any) -> Any:
    """Return the name of the system that the first readable dataset maps to."""
    for _, dataset in intact(multiscale.datasets):
        for _, transform in intact(dataset.coordinateTransformations):
            if is_read(transform.output):
                return transform.output.name
    raise Undecidable


def is_read(reference: Any) -> bool:
    """Return whether a reference is given, and has a readable name or path."""
    if reference is None or reference is UNREAD:
        return False
    ends = (reference.name, reference.path)
    return all(end is not UNREAD for end in ends) and any(end is not None for end in ends)


TRANSFORMS_KEY: Final = "coordinateTransformations"


def ends(owner: Any) -> Iterator[tuple[int, str, Any]]:
    """Yield the readable inputs and outputs of transformations, each with its index and key."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        for end in ("input", "output"):
            reference = getattr(transform, end)
            if is_read(reference):
                yield i, end, reference


def parts_of(owner: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield all transformations of a multiscale or a scene, also nested ones, with their places."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        yield from _parts(transform, (TRANSFORMS_KEY, i))


def parameters_of(transform: Any) -> Iterator[tuple[Any, str]]:
    """Yield the parts of a transformation whose parameters are at a path, with the paths."""
    for _, part, path in _at_paths(_parts(transform, ())):
        if getattr(part, "grid", None) is None:  # not read yet
            yield part, path


def parameters(owner: Any) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    """Yield the place, transformation and path of all parameters that are at a path."""
    return _at_paths(parts_of(owner))


def _at_paths(
    parts: Iterable[tuple[tuple[Any, ...], Any]],
) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    for place, part in parts:
        path = getattr(part, "path", None)
        if isinstance(path, str):
            yield (*place, "path"), part, path


def _parts(transform: Any, loc: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield loc, transform
    if transform.type == "bijection":
        for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
            if part is not UNREAD:
                yield from _parts(part, (*loc, name))
    if transform.type in ("sequence", "byDimension"):
        for i, part in intact(transform.transformations):
            inner = (*loc, "transformations", i)
            if transform.type == "byDimension":
                part, inner = part.transformation, (*inner, "transformation")  # noqa: PLW2901 - the part inside
            if part is not UNREAD:
                yield from _parts(part, inner)


def show_system(name: Any, path: str | None = None) -> str:
    """Return the name of a coordinate system for messages, and the path of its image, if any."""
    shown = "no name" if name is None else show(name)
    return f"{shown} of {show(path)}" if path else shown
