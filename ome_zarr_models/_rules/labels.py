"""The rules for ``labels`` and ``image-label``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import (
    MUST,
    SCHEMA,
    SHOULD,
    Finding,
    Part,
    Partial,
    Rule,
    intact,
    listed,
    of_key,
    repeated,
    rule,
    text_of,
)
from .._paths import is_below
from .nodes import arrays, instead_of_image, is_image, kind_of, node_at

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "label-md"

_PARTS: Final = 4
_BRIGHTEST: Final = 255

LABELS = Rule(
    "labels.key",
    MUST,
    "labels-md",
    "The group 'labels' must have the key 'labels', a list of paths.",
)
IMAGE_LABEL = Rule(
    "labels.image-label",
    SHOULD,
    "labels-md",
    "A label image should have the key 'image-label', an object.",
)
MULTISCALES = Rule(
    "label.multiscales", MUST, SECTION, "A group with 'image-label' must also have 'multiscales'."
)
COLORS = Rule("label.colors", SHOULD, SECTION, "'image-label' should have 'colors'.")
COLORS_LIST = Rule("label.colors-list", MUST, SECTION, "'colors' must be a list of objects.")
COLOR_VALUE = Rule("label.color-value", MUST, SECTION, "Each color must have 'label-value'.")
COLOR_VALUE_INT = Rule(
    "label.color-value-int", MUST, SECTION, "The 'label-value' of a color must be an integer."
)
PROPERTIES_LIST = Rule(
    "label.properties-list", MUST, SECTION, "'properties' must be a list of objects."
)
PROPERTY_VALUE = Rule(
    "label.property-value", MUST, SECTION, "Each property must have 'label-value'."
)
PROPERTY_VALUE_INT = Rule(
    "label.property-value-int",
    MUST,
    SECTION,
    "The 'label-value' of a property must be an integer.",
)
SOURCE = Rule("label.source-object", MUST, SECTION, "'source' must be an object.")
SOURCE_IMAGE = Rule("label.source-image-string", MUST, SECTION, "'source.image' must be a string.")
SOURCE_IMAGE_EXISTS = Rule(
    "label.source-image-exists",
    MUST,
    SECTION,
    "'source.image' must be the relative path of an image.",
)
VERSION = Rule("label.version", SHOULD, SECTION, "'image-label' should have 'version'.")
VERSION_STRING = Rule(
    "label.version-string", MUST, SECTION, "The version of 'image-label' must be a string."
)


@rule(
    "label.rgba",
    MUST,
    SECTION,
    schema=of_key(
        "rgba", items={"minimum": 0, "maximum": _BRIGHTEST}, minItems=_PARTS, maxItems=_PARTS
    ),
)
def rgba(color: Part) -> Iterator[Finding]:
    """'rgba', if given, must be 4 integers from 0 to 255."""
    parts = color.rgba
    if parts is None or type(parts) is Partial:  # unreadable parts are reported by themselves
        return
    if len(parts) != _PARTS or not all(0 <= part <= _BRIGHTEST for part in parts):
        yield Finding(("rgba",), f"expected 4 integers from 0 to 255, got {show(parts)}")


@rule("label.color-unique", MUST, SECTION)
def colors_unique(label: Part) -> Iterator[Finding]:
    """Each label value must have at most one color."""
    twice = repeated([color.label_value for _, color in intact(label.colors or ())])
    if twice:
        message = f"expected one color for each label value, got several for {listed(twice)}"
        yield Finding(("colors",), message)


@rule("schema.colors-nonempty", SCHEMA, SECTION)
def some_colors(label: Part) -> Iterator[Finding]:
    """The JSON schema requires non-empty 'colors' and 'properties', and properties that differ."""
    for key in ("colors", "properties"):
        if getattr(label, key) == ():
            yield Finding((key,), "expected at least one object, got an empty list")
    properties = [item for _, item in intact(label.properties or ())]
    suspects = set(repeated([item.label_value for item in properties]))
    contents = [
        (item.label_value, text_of(sorted(item.extra.items(), key=text_of)))
        for item in properties
        if item.label_value in suspects
    ]
    if twice := repeated(contents):
        values = listed(value for value, _ in twice)
        message = f"expected properties that differ, got equal ones for the label values {values}"
        yield Finding(("properties",), message)


@rule("schema.version-enum", SCHEMA, SECTION)
def version_04(label: Any) -> Iterator[Finding]:
    """The JSON schema requires the version of 'image-label' to be '0.4'."""
    if label.version not in (None, "0.4"):
        yield Finding(("version",), f'expected "0.4", got {show(label.version)}')


@rule("labels.paths-exist", MUST, "labels-md")
def labels_exist(labels: Any) -> Iterator[Finding]:
    """Each path in 'labels' must lead to a label image."""
    for i, path in intact(labels.ome_attributes.labels):
        node, loc = node_at(labels.members, path), ("labels", i)
        if not is_below(path):
            yield Finding(loc, f"expected a path below 'labels', got {show(path)}")
        elif node is None:
            yield Finding(loc, f"expected a label image at {show(path)}, got nothing there")
        elif found := instead_of_image(node):
            yield Finding(loc, f"expected a label image at {show(path)}, got {found}")


@rule("labels.intermediate", MUST, "labels-md")
def nothing_between(labels: Any) -> Iterator[Finding]:
    """The groups between 'labels' and a label image must not have metadata."""
    for _, path in intact(labels.ome_attributes.labels):
        steps = path.split("/") if is_below(path) else []  # few then
        for i in range(1, len(steps)):
            between = "/".join(steps[:i])
            node = node_at(labels.members, between)
            if node is not None and getattr(node, "attributes", None):
                message = "expected no metadata between 'labels' and a label image, got some"
                yield Finding((), message, between)


@rule("labels.image-label", SHOULD, "labels-md")
def labels_described(labels: Any) -> Iterator[Finding]:
    """A label image should have the key 'image-label'."""
    for _, path in intact(labels.ome_attributes.labels):
        if kind_of(node_at(labels.members, path)) == "image":
            yield Finding((), "expected the key 'image-label' of a label image, got none", path)


@rule("labels.integer-dtype", MUST, "image-layout")
def integers(label: Any) -> Iterator[Finding]:
    """The arrays of a label image must hold integers."""
    for level in arrays(label):
        if not level.node.holds_integers:
            message = f"expected an integer data type, got {show(level.node.dtype)}"
            yield Finding((level.node.dtype_key,), message, level.path, of_array=True)


@rule("labels.integer-dtype", MUST, "image-layout")
def undescribed_integers(labels: Any) -> Iterator[Finding]:
    """The arrays of a label image must hold integers, also without 'image-label'."""
    for _, path in intact(labels.ome_attributes.labels):
        node = node_at(labels.members, path)
        if kind_of(node) == "image":  # the others are checked by themselves
            for finding in integers.findings(node):
                yield finding._replace(node=f"{path}/{finding.node}")


def _label_images(image: Any) -> Iterator[tuple[str, Any]]:
    labels = node_at(image.members, "labels")
    if kind_of(labels) == "labels":
        for _, path in intact(labels.ome_attributes.labels):
            label = node_at(labels.members, path)
            if is_image(label):
                yield f"labels/{path}", label


@rule("labels.same-levels", MUST, SECTION)
def same_levels(image: Any) -> Iterator[Finding]:
    """A label image must have as many levels as its image."""
    for path, label in _label_images(image):
        groups = (image, label)
        expected, count = (_level_count(group.ome_attributes.multiscales) for group in groups)
        if None not in (count, expected) and count != expected:
            message = f"expected {expected} datasets, as many as the image has, got {count}"
            yield Finding(("multiscales", 0, "datasets"), message, path)


def _level_count(multiscales: Any) -> int | None:
    """Return the number of levels of the first multiscale; None if there is no multiscale."""
    return len(multiscales[0].datasets) if multiscales else None


@rule("labels.dims", SHOULD, "image-layout")
def same_dimensions(image: Any) -> Iterator[Finding]:
    """Each dimension of a label image should be as long as that of its image, or 1."""
    labels = [*_label_images(image)]
    of_image = _lengths(image) if labels else {}
    for path, label in labels:
        for (level, axis), (length, array) in _lengths(label).items():
            expected, _ = of_image.get((level, axis), (length, ""))
            if length not in (1, expected):
                along = f"along the axis {show(axis)}, as in the image"
                message = f"expected a length of {expected} or 1 {along}, got {length}"
                yield Finding(("shape",), message, f"{path}/{array}", of_array=True)


def _lengths(image: Any) -> dict[tuple[int, str], tuple[int, str]]:
    """Return, by level and axis, the length and array path of the first multiscale's dimensions."""
    multiscales = image.ome_attributes.multiscales
    names = [str(axis.name) for axis in multiscales[0].axes] if multiscales else []
    return {
        (level.dataset, name): (length, level.path)
        for level in arrays(image)
        if level.multiscale == 0 and len(level.node.shape) == len(names) and not repeated(names)
        for name, length in zip(names, level.node.shape, strict=True)
    }
