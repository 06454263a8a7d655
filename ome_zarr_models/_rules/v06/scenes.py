"""The rules of scenes, and of the images that transformations of 0.6 lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._models.rule import MUST, SHOULD, UNREAD, Finding, Rule, Undecidable, intact, rule
from ..._paths import is_below
from ..nodes import instead_of_image, is_image, kind_of, node_at
from .dimensions import RULES, fits
from .references import TRANSFORMS_KEY, ends, parameters
from .systems import ENDS_NAMED, between, is_label, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "scene-md"

TRANSFORMS = Rule(
    "scene.ct", MUST, SECTION, "'scene' is an object with a list of 'coordinateTransformations'."
)
SYSTEMS = Rule("scene.cs", MUST, SECTION, "'coordinateSystems' are a list of coordinate systems.")
REFERENCE = Rule("scene.io-object", MUST, SECTION, "'input' and 'output' are objects.")

_PLAIN: Final = ("scale", "translation", "mapAxis")


@rule("scene.io-name", MUST, SECTION, schema=ENDS_NAMED)
def ends_named(scene: Any) -> Iterator[Finding]:
    """The input and the output of a scene's transformation have a 'name'."""
    for i, end, reference in ends(scene):
        if reference.name is None:
            yield Finding((TRANSFORMS_KEY, i, end, "name"), "required, but missing")


@rule("scene.io-known", MUST, SECTION)
def ends_known(scene: Any) -> Iterator[Finding]:
    """A reference without a path names a coordinate system of the scene."""
    names = {system.name: None for system in scene.coordinateSystems or ()}
    for i, end, reference in ends(scene):
        is_known = reference.name is None or reference.name in names
        if reference.path is None and not is_known:
            expected = f"{one_of([*names])}, or a path" if names else "a path"
            message = f"expected {expected} beside the name, got {reference.name!r}"
            yield Finding((TRANSFORMS_KEY, i, end, "name"), message)


@rule("scene.io-path", MUST, SECTION)
def images_exist(group: Any) -> Iterator[Finding]:
    """A reference with a path names a coordinate system of the image that is there."""
    for i, end, reference in ends(group.ome_attributes.scene):
        if reference.path is not None:
            loc = ("scene", TRANSFORMS_KEY, i, end)
            yield from _misses(group, reference, loc)


@rule("ms6.top-other-label", MUST, "coord-trafo-constraints")
def labels_exist(image: Any) -> Iterator[Finding]:
    """A reference with a path names a coordinate system of the label image that is there."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        for j, end, reference in ends(multiscale):
            loc = ("multiscales", i, TRANSFORMS_KEY, j, end)
            if reference.path is None or not is_label(reference.path):  # another rule's business
                continue
            if not _is_listed(image, reference.path):
                message = f"expected a label image that 'labels' lists, got {reference.path!r}"
                yield Finding((*loc, "path"), message)
            else:
                yield from _unknown(node_at(image.members, reference.path), reference, loc)


def _is_listed(image: Any, path: str) -> bool:
    labels = node_at(image.members, "labels")
    if labels is UNREAD:
        raise Undecidable
    name = path.removeprefix("labels/")
    return kind_of(labels) == "labels" and name in labels.ome_attributes.labels


def _misses(group: Any, reference: Any, loc: tuple[Any, ...]) -> Iterator[Finding]:
    path = reference.path
    node = node_at(group.members, path)
    if not is_below(path):
        yield Finding((*loc, "path"), f"expected a path below the group, got {path!r}")
    elif node is None:
        yield Finding((*loc, "path"), f"expected an image at {path!r}, got nothing there")
    elif found := instead_of_image(node):
        yield Finding((*loc, "path"), f"expected an image at {path!r}, got {found}")
    else:
        yield from _unknown(node, reference, loc)


def _unknown(node: Any, reference: Any, loc: tuple[Any, ...]) -> Iterator[Finding]:
    """Yield that an image, if it is one, has no coordinate system of the name."""
    multiscales = node.ome_attributes.multiscales if is_image(node) else ()
    names = [system.name for each in multiscales for system in each.coordinateSystems]
    if names and reference.name is not None and reference.name not in names:
        found = repr(reference.name)
        message = f"expected {one_of(names)}, which {reference.path!r} has, got {found}"
        yield Finding((*loc, "name"), message)


@rule("scene.param-group", SHOULD, "scene-layout")
def parameters_together(group: Any) -> Iterator[Finding]:
    """Arrays of parameters are in the group 'coordinateTransformations' of the scene."""
    for loc, _, path in parameters(group.ome_attributes.scene):
        if not path.strip("/").startswith(f"{TRANSFORMS_KEY}/"):
            message = f"expected a path below {TRANSFORMS_KEY!r}, got {path!r}"
            yield Finding(("scene", *loc), message)


def at_a_glance(scene: Any, /) -> bool:
    """Whether this is plainly like nearly every scene: then it breaks no rule."""
    systems = scene.coordinateSystems or ()
    ndims = {system.name: len(system.axes) for system in systems}
    if len(ndims) != len(systems):
        return False
    for transform in scene.coordinateTransformations:
        if transform.type not in _PLAIN:
            return False
        for end in (transform.input, transform.output):
            if end is None or end.name is None:
                return False
            if end.path is None and ndims.get(end.name) != transform.ndim_in:
                return False
    return True


@rule("t6.dims-compatible", MUST, "coord-trafo-md", also=RULES)
def images_fit(group: Any) -> Iterator[Finding]:
    """Transformations of a scene fit the systems of its images."""
    yield from _fit(group.ome_attributes.scene, group.members, ("scene",))


@rule("t6.dims-compatible", MUST, "coord-trafo-md", also=RULES)
def labels_fit(image: Any) -> Iterator[Finding]:
    """Transformations of an image fit the systems of its label images."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        yield from _fit(multiscale, image.members, ("multiscales", i))


def _fit(owner: Any, members: Any, place: tuple[str | int, ...]) -> Iterator[Finding]:
    without = {loc: known for loc, _, *known in between(owner)}
    for loc, transform, *ndims in between(owner, members):
        # What is wrong without the images is said without them.
        if ndims != without[loc] and not any(fits(transform, *without[loc])):
            yield from (each.below(*place, *loc) for each in fits(transform, *ndims))
