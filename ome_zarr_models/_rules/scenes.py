"""The rules of scenes, and of the images that transformations of 0.6 lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._paths import is_below
from . import MUST, SHOULD, UNREAD, Finding, Rule, intact, rule
from .arrays import instead_of_image, is_image, node_at
from .coordinate_systems import is_read, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "scene-md"

TRANSFORMS = Rule(
    "scene.ct", MUST, SECTION, "'scene' is an object with a list of 'coordinateTransformations'."
)
SYSTEMS = Rule("scene.cs", MUST, SECTION, "'coordinateSystems' are a list of coordinate systems.")
REFERENCE = Rule("scene.io-object", MUST, SECTION, "'input' and 'output' are objects.")

_KEY: Final = "coordinateTransformations"


def ends(owner: Any) -> Iterator[tuple[int, str, Any]]:
    """Yield the ends of transformations that could be read, with their places."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        for end in ("input", "output"):
            reference = getattr(transform, end)
            if is_read(reference):
                yield i, end, reference


@rule("scene.io-name", MUST, SECTION)
def ends_named(scene: Any) -> Iterator[Finding]:
    """The input and the output of a scene's transformation have a 'name'."""
    for i, end, reference in ends(scene):
        if reference.name is None:
            yield Finding((_KEY, i, end, "name"), "required, but missing")


@rule("scene.io-known", MUST, SECTION)
def ends_known(scene: Any) -> Iterator[Finding]:
    """A reference without a path names a coordinate system of the scene."""
    names = [system.name for system in scene.coordinateSystems or ()]
    for i, end, reference in ends(scene):
        if reference.path is None and reference.name not in (None, *names):
            expected = f"{listed(names)}, or a path" if names else "a path"
            message = f"expected {expected} beside the name, got {reference.name!r}"
            yield Finding((_KEY, i, end, "name"), message)


@rule("scene.io-path", MUST, SECTION)
def images_exist(group: Any) -> Iterator[Finding]:
    """A reference with a path names a coordinate system of the image that is there."""
    for i, end, reference in ends(group.ome_attributes.scene):
        if reference.path is not None:
            loc = ("scene", _KEY, i, end)
            yield from _misses(group, reference, loc, "an image")


@rule("ms6.top-other-label", MUST, "coord-trafo-constraints")
def labels_exist(image: Any) -> Iterator[Finding]:
    """A reference with a path names a coordinate system of the label image that is there."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        for j, end, reference in ends(multiscale):
            if reference.path is not None and is_below(reference.path):
                loc = ("multiscales", i, _KEY, j, end)
                yield from _misses(image, reference, loc, "a label image")


def _misses(group: Any, reference: Any, loc: tuple[Any, ...], what: str) -> Iterator[Finding]:
    path = reference.path
    node = node_at(group.members, path)
    if not is_below(path):
        yield Finding((*loc, "path"), f"expected a path below the group, got {path!r}")
    elif node is None:
        yield Finding((*loc, "path"), f"expected {what} at {path!r}, got nothing there")
    elif found := instead_of_image(node):
        yield Finding((*loc, "path"), f"expected {what} at {path!r}, got {found}")
    elif is_image(node):
        names = [system.name for system in systems_of(node)]
        if names and reference.name is not None and reference.name not in names:
            message = f"expected {listed(names)}, which {path!r} has, got {reference.name!r}"
            yield Finding((*loc, "name"), message)


def systems_of(image: Any) -> list[Any]:
    """Return the coordinate systems of an image."""
    return [
        system
        for _, multiscale in intact(image.ome_attributes.multiscales)
        for _, system in intact(multiscale.coordinateSystems)
    ]


@rule("scene.param-group", SHOULD, "scene-layout")
def parameters_together(group: Any) -> Iterator[Finding]:
    """Arrays of parameters are in the group 'coordinateTransformations' of the scene."""
    for loc, _, path in parameters(group.ome_attributes.scene):
        if not path.strip("/").startswith(f"{_KEY}/"):
            message = f"expected a path below {_KEY!r}, got {path!r}"
            yield Finding(("scene", *loc), message)


def parameters_of(transform: Any) -> Iterator[tuple[Any, str]]:
    """Yield the parts of a transformation whose parameters are by path, with the paths."""
    for _, part, path in _by_path(transform, ()):
        if getattr(part, "grid", None) is None:  # nobody has read it
            yield part, path


def parameters(owner: Any) -> Iterator[tuple[tuple[Any, ...], Any, str]]:
    """Yield the places where parameters are given by path, the transformations and the paths."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        yield from _by_path(transform, (_KEY, i))


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
