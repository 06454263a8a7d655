"""What references name: coordinate systems, nodes, and arrays of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._models.rule import UNREAD, Undecidable, intact

if TYPE_CHECKING:
    from collections.abc import Iterator


from typing import TYPE_CHECKING


def intrinsic(multiscale: Any) -> tuple[int, Any]:
    """Return the system that the datasets are mapped to, after its index."""
    name = _output_of(multiscale)
    for i, system in intact(multiscale.coordinateSystems):
        if system.name == name:
            return i, system
    raise Undecidable


def _output_of(multiscale: Any) -> Any:
    for _, dataset in intact(multiscale.datasets):
        for _, transform in intact(dataset.coordinateTransformations):
            if is_read(transform.output):
                return transform.output.name
    raise Undecidable


def is_read(reference: Any) -> bool:
    """Return whether there is a reference, and it says to what: else that is reported."""
    if reference is None or reference is UNREAD:
        return False
    ends = (reference.name, reference.path)
    return all(end is not UNREAD for end in ends) and any(end is not None for end in ends)


TRANSFORMS_KEY: Final = "coordinateTransformations"


def ends(owner: Any) -> Iterator[tuple[int, str, Any]]:
    """Yield the ends of transformations that could be read, with their places."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        for end in ("input", "output"):
            reference = getattr(transform, end)
            if is_read(reference):
                yield i, end, reference


def parameters_of(transform: Any) -> Iterator[tuple[Any, str]]:
    """Yield the parts of a transformation whose parameters are by path, with the paths."""
    for _, part, path in _by_path(transform, ()):
        if getattr(part, "grid", None) is None:  # nobody has read it
            yield part, path


def parameters(owner: Any) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    """Yield the places where parameters are given by path, the transformations and the paths."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        yield from _by_path(transform, (TRANSFORMS_KEY, i))


def _by_path(transform: Any, loc: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    path = getattr(transform, "path", None)
    if isinstance(path, str):
        yield (*loc, "path"), transform, path
    if transform.type == "bijection":
        for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
            if part is not UNREAD:
                yield from _by_path(part, (*loc, name))
    if transform.type in ("sequence", "byDimension"):
        for i, part in intact(transform.transformations):
            inner = (*loc, "transformations", i)
            if transform.type == "byDimension":
                part, inner = part.transformation, (*inner, "transformation")  # noqa: PLW2901 - what is inside
            if part is not UNREAD:
                yield from _by_path(part, inner)
