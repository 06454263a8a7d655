"""The rules for scenes, and for the images that transformations refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..._json.text import show
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
    "scene.ct",
    MUST,
    SECTION,
    "'scene' must be an object with 'coordinateTransformations', a list of transformations.",
)
SYSTEMS = Rule(
    "scene.cs", MUST, SECTION, "'coordinateSystems' must be a list of coordinate systems."
)
REFERENCE = Rule("scene.io-object", MUST, SECTION, "'input' and 'output' must be objects.")

_PLAIN: Final = ("scale", "translation", "mapAxis")


@rule("scene.io-name", MUST, SECTION, schema=ENDS_NAMED)
def ends_named(scene: Any) -> Iterator[Finding]:
    """The input and the output of a scene's transformation must have a 'name'."""
    for i, end, reference in ends(scene):
        if reference.name is None:
            yield Finding((TRANSFORMS_KEY, i, end, "name"), "required, but missing")


@rule("scene.io-known", MUST, SECTION)
def ends_known(scene: Any) -> Iterator[Finding]:
    """A reference without a path must name a coordinate system of the scene."""
    names = {system.name: None for system in scene.coordinateSystems or ()}
    own = f", {one_of(names)}" if names else ""
    expected = f"a coordinate system of the scene{own}, or the path of an image as well"
    for i, end, reference in ends(scene):
        is_known = reference.name is None or reference.name in names
        if reference.path is None and not is_known:
            message = f"expected {expected}, got {show(reference.name)}"
            yield Finding((TRANSFORMS_KEY, i, end, "name"), message)


@rule("scene.io-path", MUST, SECTION)
def images_exist(group: Any) -> Iterator[Finding]:
    """A reference with a path must name a coordinate system of the image at the path."""
    names_at: dict[str, dict[Any, None]] = {}
    for i, end, reference in ends(group.ome_attributes.scene):
        if reference.path is not None:
            loc = ("scene", TRANSFORMS_KEY, i, end)
            yield from _unless_image(group, reference, loc, names_at)


@rule("ms6.top-other-label", MUST, "coord-trafo-constraints")
def labels_exist(image: Any) -> Iterator[Finding]:
    """A reference with a path must name a coordinate system of the label image at the path."""
    names_at: dict[str, dict[Any, None]] = {}
    listed_labels: Any = None
    for i, multiscale in intact(image.ome_attributes.multiscales):
        for j, end, reference in ends(multiscale):
            loc = ("multiscales", i, TRANSFORMS_KEY, j, end)
            # Other paths are reported as `ms6.top-other-known`.
            if reference.path is None or not is_label(reference.path):
                continue
            if listed_labels is None:
                listed_labels = _listed_labels(image)
            if reference.path.removeprefix("labels/") not in listed_labels:
                expected = "expected a label image that 'labels' lists"
                yield Finding((*loc, "path"), f"{expected}, got {show(reference.path)}")
            else:
                node = node_at(image.members, reference.path)
                yield from _unless_known(node, reference, loc, names_at)


def _listed_labels(image: Any) -> set[str]:
    labels = node_at(image.members, "labels")
    if labels is UNREAD:
        raise Undecidable
    return {*labels.ome_attributes.labels} if kind_of(labels) == "labels" else set()


def _unless_image(
    group: Any, reference: Any, loc: tuple[Any, ...], names_at: dict[str, dict[Any, None]]
) -> Iterator[Finding]:
    path = reference.path
    node = node_at(group.members, path)
    if not is_below(path):
        yield Finding((*loc, "path"), f"expected a path below the group, got {show(path)}")
    elif node is None:
        yield Finding((*loc, "path"), f"expected an image at {show(path)}, got nothing there")
    elif found := instead_of_image(node):
        yield Finding((*loc, "path"), f"expected an image at {show(path)}, got {found}")
    else:
        yield from _unless_known(node, reference, loc, names_at)


def _unless_known(
    node: Any, reference: Any, loc: tuple[Any, ...], names_at: dict[str, dict[Any, None]]
) -> Iterator[Finding]:
    """
    Yield a finding if a node is an image without a coordinate system of the name.

    The names of the systems of each image are kept in `names_at`, by its path; none are known
    if one could not be read.
    """
    if reference.path not in names_at:
        multiscales = node.ome_attributes.multiscales if is_image(node) else ()
        names = [system.name for each in multiscales for system in each.coordinateSystems]
        is_whole = all(name is not UNREAD for name in names)
        names_at[reference.path] = dict.fromkeys(names) if is_whole else {}
    known = names_at[reference.path]
    if known and reference.name is not None and reference.name not in known:
        expected = f"expected {one_of(known)}, which {show(reference.path)} has"
        message = f"{expected}, got {show(reference.name)}"
        yield Finding((*loc, "name"), message)


@rule("scene.param-group", SHOULD, "scene-layout")
def parameters_together(group: Any) -> Iterator[Finding]:
    """Arrays of parameters should be in the group 'coordinateTransformations' of the scene."""
    for loc, _, path in parameters(group.ome_attributes.scene):
        if not path.strip("/").startswith(f"{TRANSFORMS_KEY}/"):
            message = f"expected a path below '{TRANSFORMS_KEY}', got {show(path)}"
            yield Finding(("scene", *loc), message)


def at_a_glance(scene: Any, /) -> bool:
    """Return whether a quick look shows that a scene breaks no rule."""
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
    """The transformations of a scene must fit the coordinate systems of its images."""
    yield from _unless_fitting(group.ome_attributes.scene, group.members, ("scene",))


@rule("t6.dims-compatible", MUST, "coord-trafo-md", also=RULES)
def labels_fit(image: Any) -> Iterator[Finding]:
    """The transformations of an image must fit the coordinate systems of its label images."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        yield from _unless_fitting(multiscale, image.members, ("multiscales", i))


def _unless_fitting(owner: Any, members: Any, place: tuple[str | int, ...]) -> Iterator[Finding]:
    without = {loc: known for loc, _, *known in between(owner)}
    for loc, transform, *ndims in between(owner, members):
        # What does not fit without the images is reported with the metadata alone.
        if ndims != without[loc] and not any(fits(transform, *without[loc])):
            yield from (finding.below(*place, *loc) for finding in fits(transform, *ndims))
