"""The rule that transformations of 0.6 lead from each coordinate system to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..._models.rule import MUST, UNREAD, Finding, Undecidable, intact, rule
from ..nodes import is_array, is_image, node_at
from .references import ends, intrinsic, is_read, parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SECTION: Final = "coord-trafo-md"

_System: TypeAlias = tuple[str, Any]
"""A coordinate system: the path of the group that has it, and its name."""


@rule("t6.graph-connected", MUST, SECTION)
def image_connected(image: Any) -> Iterator[Finding]:
    """Transformations of a multiscale lead to all its coordinate systems."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        start = intrinsic(multiscale)[1].name
        reached = _reached(("", start), _links(multiscale))
        for k, system in intact(multiscale.coordinateSystems):
            if ("", system.name) not in reached:
                both = f"{start!r} and {system.name!r}"
                message = f"expected a transformation between {both}, got none"
                yield Finding(("multiscales", i, "coordinateSystems", k), message)


@rule("t6.graph-connected", MUST, SECTION)
def scene_connected(group: Any) -> Iterator[Finding]:
    """Transformations of a scene and its images lead to all coordinate systems."""
    scene = group.ome_attributes.scene
    places: dict[_System, tuple[Any, ...]] = {
        ("", system.name): ("coordinateSystems", k)
        for k, system in intact(scene.coordinateSystems or ())
    }
    links = list(_links(scene))
    for i, end, reference in ends(scene):
        places.setdefault(_system(reference), ("coordinateTransformations", i, end))
    for path in {path for path, _ in places if path}:
        image = node_at(group.members, path)
        if not is_image(image):  # another rule's business
            return
        for multiscale in image.ome_attributes.multiscales:
            links += _links(multiscale, path)
    known = {path for path, _ in places} | {path.strip("/") for _, _, path in parameters(scene)}
    for path in _images_below(group.members):
        if path not in known:
            message = f"expected a transformation from or to the image {path!r}, got none"
            yield Finding(("scene", "coordinateTransformations"), message)
    first = next(iter(places), ("", None))
    reached = _reached(first, links)
    for system, loc in places.items():
        if system not in reached:
            both = f"{_said(first)} and {_said(system)}"
            message = f"expected transformations between {both}, got none"
            yield Finding(("scene", *loc), message)


def _images_below(members: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of images below a scene that are not parameters of transformations."""
    held: dict[str, Any] = members or {}
    for name, node in held.items():
        below = f"{path}/{name}".strip("/")
        if is_image(node):
            yield below
        elif below != "coordinateTransformations" and not is_array(node) and node is not UNREAD:
            yield from _images_below(node.members, below)


def _links(owner: Any, path: str = "") -> Iterator[tuple[_System, _System]]:
    """Yield the pairs of systems that transformations are between, if all could be read."""
    for transform in owner.coordinateTransformations or ():
        if not (is_read(transform.input) and is_read(transform.output)):
            raise Undecidable
        yield _system(transform.input, path), _system(transform.output, path)


def _system(reference: Any, path: str = "") -> _System:
    return "/".join(filter(None, (path, reference.path))), reference.name


def _reached(start: _System, links: Iterable[tuple[_System, _System]]) -> set[_System]:
    """Return the systems that links lead to, either way."""
    neighbors: dict[_System, list[_System]] = {}
    for one, other in links:
        neighbors.setdefault(one, []).append(other)
        neighbors.setdefault(other, []).append(one)
    reached, left = {start}, [start]
    while left:
        new = set(neighbors.get(left.pop(), ())) - reached
        reached |= new
        left += new
    return reached


def _said(system: _System) -> str:
    path, name = system
    return f"{name!r} of {path!r}" if path else repr(name)
