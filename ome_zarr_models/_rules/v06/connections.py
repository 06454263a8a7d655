"""The rule that coordinate systems and transformations form a connected graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..._json.text import show
from ..._models.rule import MUST, UNREAD, Finding, Undecidable, intact, rule
from ..nodes import is_array, is_image, node_at
from .references import ends, intrinsic, is_read, parameters, show_system

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SECTION: Final = "coord-trafo-md"

_System: TypeAlias = tuple[str, Any]
"""A coordinate system: the path of the group that has it, and its name."""


@rule("t6.graph-connected", MUST, SECTION)
def image_connected(image: Any) -> Iterator[Finding]:
    """Transformations must connect all coordinate systems of a multiscale."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        start = intrinsic(multiscale)[1].name
        reached = _reached(("", start), _links(multiscale))
        for k, system in intact(multiscale.coordinateSystems):
            if ("", system.name) not in reached:
                both = f"{show_system(start)} and {show_system(system.name)}"
                message = f"expected a transformation between {both}, got none"
                yield Finding(("multiscales", i, "coordinateSystems", k), message)


@rule("t6.graph-connected", MUST, SECTION)
def scene_connected(group: Any) -> Iterator[Finding]:
    """Transformations must connect all coordinate systems of a scene and its images."""
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
        if not is_image(image):  # reported as `scene.io-path`
            return
        for multiscale in image.ome_attributes.multiscales:
            links += _links(multiscale, path)
    known = {path for path, _ in places} | {path.strip("/") for _, _, path in parameters(scene)}
    for path in _images_below(group.members):
        if path not in known:
            message = f"expected a transformation from or to the image {show(path)}, got none"
            yield Finding(("scene", "coordinateTransformations"), message)
    first = next(iter(places), ("", None))
    reached = _reached(first, links)
    for system, loc in places.items():
        if system not in reached:
            (first_path, first_name), (path, name) = first, system
            both = f"{show_system(first_name, first_path)} and {show_system(name, path)}"
            message = f"expected transformations between {both}, got none"
            yield Finding(("scene", *loc), message)


def _images_below(members: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of images below a scene, except those in 'coordinateTransformations'."""
    nodes: dict[str, Any] = members or {}
    for name, node in nodes.items():
        below = f"{path}/{name}".strip("/")
        if is_image(node):
            yield below
        elif below != "coordinateTransformations" and not is_array(node) and node is not UNREAD:
            yield from _images_below(node.members, below)


def _links(owner: Any, path: str = "") -> Iterator[tuple[_System, _System]]:
    """Yield the input and output systems of transformations; raise if one could not be read."""
    for transform in owner.coordinateTransformations or ():
        if not (is_read(transform.input) and is_read(transform.output)):
            raise Undecidable
        yield _system(transform.input, path), _system(transform.output, path)


def _system(reference: Any, path: str = "") -> _System:
    return "/".join(filter(None, (path, reference.path))), reference.name


def _reached(start: _System, links: Iterable[tuple[_System, _System]]) -> set[_System]:
    """Return the systems that links connect to one, in either direction."""
    neighbors: dict[_System, list[_System]] = {}
    for source, target in links:
        neighbors.setdefault(source, []).append(target)
        neighbors.setdefault(target, []).append(source)
    reached, pending = {start}, [start]
    while pending:
        new = set(neighbors.get(pending.pop(), ())) - reached
        reached |= new
        pending += new
    return reached
