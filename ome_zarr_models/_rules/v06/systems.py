"""The rules for coordinate systems, and for references to them."""

from __future__ import annotations

from operator import ge
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from ..._json.text import show
from ..._models.rule import (
    MUST,
    SCHEMA,
    UNREAD,
    Finding,
    Rule,
    Undecidable,
    given,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from ..._paths import is_below
from ..multiscales import (
    USUAL_TYPES,
    axes_count,
    axes_order,
    axis_names_unique,
    channel_axes,
    space_axes,
    space_axes_zyx,
    time_axes,
)
from ..nodes import is_image, node_at
from .dimensions import RULES, fits
from .references import intrinsic, is_read, show_system

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ...typing import Loc

SECTION: Final = "coord-sys-md"
MULTISCALES: Final = "multiscale-md"
CONSTRAINTS: Final = "coord-trafo-constraints"

_SYSTEMS: Final = "coordinateSystems"
_TRANSFORMS: Final = "coordinateTransformations"
_TO_LABELS: Final = ("identity", "scale", "translation")
_PLACED: Final = ["scale", "translation"]
ENDS_NAMED: Final = of_key(
    _TRANSFORMS, items={"properties": {end: given("name") for end in ("input", "output")}}
)
"""The schema of objects with transformations whose input and output have a name."""
_HAS_PATH: Final = {"required": ["path"], **of_key("path", type="string")}  # not null

NAME = Rule("cs.name", MUST, SECTION, "A coordinate system must have a 'name'.")
AXES = Rule("cs.axes", MUST, SECTION, "A coordinate system must have 'axes', a list of axes.")
SYSTEMS = Rule("ms.cs", MUST, MULTISCALES, "Each multiscale must have 'coordinateSystems'.")


@rule(AXES.slug, MUST, SECTION, schema=of_key("axes", minItems=1))
def some_axes(system: Any) -> Iterator[Finding]:
    """A coordinate system must have 'axes', a list of axes."""
    if system.axes == ():
        yield Finding(("axes",), "expected at least one axis, got none")


@rule("cs.name-nonempty", MUST, SECTION, schema=of_key("name", minLength=1))
def name_nonempty(system: Any) -> Iterator[Finding]:
    """The name of a coordinate system must be a non-empty string."""
    if system.name == "":
        yield Finding(("name",), "expected a non-empty string, got an empty one")


@rule("cs.name-unique", MUST, SECTION)
def names_unique(owner: Any) -> Iterator[Finding]:
    """The names of coordinate systems in a list must be unique."""
    twice = repeated([system.name for _, system in intact(owner.coordinateSystems or ())])
    if twice:
        names = listed(twice, show)
        yield Finding((_SYSTEMS,), f"expected names that differ, got {names} more than once")


@rule("ms.cs", MUST, MULTISCALES, schema=of_key(_SYSTEMS, minItems=1))
def some_systems(multiscale: Any) -> Iterator[Finding]:
    """Each multiscale must have at least one coordinate system."""
    if not multiscale.coordinateSystems:
        yield Finding((_SYSTEMS,), "expected at least one coordinate system, got none")


def _for_each_system(own: Rule) -> Rule:
    """Return the rule that each coordinate system of a multiscale must follow a rule."""

    def check(multiscale: Any) -> Iterator[Finding]:
        for i, system in intact(multiscale.coordinateSystems):
            yield from (finding.below(_SYSTEMS, i) for finding in own.findings(system))

    schema = None if own.schema is None else of_key(_SYSTEMS, items=own.schema)
    return evolve(own, check=check, schema=schema)


AXES_OF_EACH: Final = tuple(
    map(
        _for_each_system,
        (axes_count, space_axes, time_axes, channel_axes, axes_order, space_axes_zyx),
    )
)
AXIS_NAMES_UNIQUE: Final = axis_names_unique


def _of_datasets(multiscale: Any) -> Iterator[tuple[Loc, Any, Any]]:
    """Yield the place of each transformation of a dataset, the transformation and the dataset."""
    for i, dataset in intact(multiscale.datasets):
        if dataset.coordinateTransformations is not UNREAD:
            for j, transform in intact(dataset.coordinateTransformations):
                yield ("datasets", i, _TRANSFORMS, j), transform, dataset


@rule("ms6.ct-single", MUST, CONSTRAINTS, schema=of_key(_TRANSFORMS, minItems=1, maxItems=1))
def one_transformation(dataset: Any) -> Iterator[Finding]:
    """A dataset must have exactly one transformation."""
    count = len(dataset.coordinateTransformations)
    if count != 1:
        yield Finding((_TRANSFORMS,), f"expected exactly one transformation, got {count}")


def _of_types(*types: str) -> list[dict[str, Any]]:
    """Return schemas of transformations: of some types, or a sequence of scale and translation."""
    parts = [of_key("type", const=type_) for type_ in _PLACED]
    both = of_key("transformations", prefixItems=parts, minItems=len(parts), maxItems=len(parts))
    both["properties"] |= {"type": {"const": "sequence"}}
    return [*(of_key("type", const=type_) for type_ in types), both]


@rule(
    "ms6.ct-form",
    MUST,
    MULTISCALES,
    schema=of_key(_TRANSFORMS, items={"anyOf": _of_types("scale", "identity")}),
)
def scale_and_translation(dataset: Any) -> Iterator[Finding]:
    """A dataset's transformation must be a scale, an identity or a scale and then a translation."""
    for i, transform in intact(dataset.coordinateTransformations):
        form = _form(transform)
        if form not in ("scale", "identity", _PLACED, []):  # an empty sequence breaks its own rule
            expected = "expected a scale, an identity, or a sequence of a scale and a translation"
            yield Finding((_TRANSFORMS, i, "type"), f"{expected}, got {_show_form(form)}")


@rule(
    "t6.input-output",
    MUST,
    "coord-trafo-md",
    schema=of_key(_TRANSFORMS, items=given("input", "output")),
)
def ends_given(owner: Any) -> Iterator[Finding]:
    """A transformation must have 'input' and 'output', unless it is part of another one."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        for end in ("input", "output"):
            if getattr(transform, end) is None:
                yield Finding((_TRANSFORMS, i, end), "required, but missing")


@rule(
    "ms6.ct-input-path",
    MUST,
    MULTISCALES,
    schema=of_key(_TRANSFORMS, items=of_key("input", **_HAS_PATH)),
)
def input_path(dataset: Any) -> Iterator[Finding]:
    """The input of a dataset's transformation must have the path of the dataset."""
    for i, transform in _with_end(dataset, "input"):
        path = transform.input.path
        if path != dataset.path:
            loc = (_TRANSFORMS, i, "input", "path")
            message = f"expected {show(dataset.path)}, as the dataset has, got {_show(path)}"
            yield Finding(loc, message)


@rule(
    "ms6.ct-input-noname",
    MUST,
    CONSTRAINTS,
    schema=of_key(_TRANSFORMS, items=of_key("input", **{"not": given("name")})),
)
def input_no_name(dataset: Any) -> Iterator[Finding]:
    """The input of a dataset's transformation must not have a name."""
    for i, transform in _with_end(dataset, "input"):
        if transform.input.name is not None:
            loc = (_TRANSFORMS, i, "input", "name")
            yield Finding(
                loc, f"expected no name beside the path, got {show(transform.input.name)}"
            )


@rule(
    "ms6.ct-output-nopath",
    MUST,
    CONSTRAINTS,
    schema=of_key(_TRANSFORMS, items=of_key("output", **of_key("path", type="null"))),
)
def output_no_path(dataset: Any) -> Iterator[Finding]:
    """The output of a dataset's transformation must not have a path."""
    for i, transform in _with_end(dataset, "output"):
        if transform.output.path is not None:
            loc = (_TRANSFORMS, i, "output", "path")
            yield Finding(loc, f"expected no path, got {show(transform.output.path)}")


def _with_end(owner: Any, end: str) -> Iterator[tuple[int, Any]]:
    """Yield the transformations with a readable input or output, after their indices."""
    for i, transform in intact(owner.coordinateTransformations):
        if is_read(getattr(transform, end)):
            yield i, transform


@rule(
    "ms6.ct-output-name",
    MUST,
    MULTISCALES,
    schema=of_key("datasets", items=of_key(_TRANSFORMS, items=of_key("output", **given("name")))),
)
def output_known(multiscale: Any) -> Iterator[Finding]:
    """The output of a dataset's transformation must name a coordinate system of its multiscale."""
    names = _names(multiscale)
    for loc, transform, _ in _of_datasets(multiscale):
        if not is_read(transform.output) or transform.output.name in names:
            continue
        message = f"expected {one_of(names)}, got {_show(transform.output.name)}"
        yield Finding((*loc, "output", "name"), message)


@rule("ms6.ct-output-same", MUST, MULTISCALES)
def output_same(multiscale: Any) -> Iterator[Finding]:
    """All datasets of a multiscale must map to the same coordinate system."""
    names = {system.name for system in multiscale.coordinateSystems}
    first: Any = None
    for loc, transform, _ in _of_datasets(multiscale):
        if not is_read(transform.output) or transform.output.name not in names:
            continue
        name = transform.output.name
        if first is None:
            first = name
        elif name != first:
            message = f"expected {show(first)}, as the first dataset has, got {show(name)}"
            yield Finding((*loc, "output", "name"), message)


@rule("ms6.ct-length", MUST, CONSTRAINTS)
def lengths(multiscale: Any) -> Iterator[Finding]:
    """Scales and translations must have one entry for each axis of the intrinsic system."""
    count = len(intrinsic(multiscale)[1].axes)
    for loc, transform, _ in _of_datasets(multiscale):
        parts: list[tuple[Loc, Any]] = [((), transform)]
        if transform.type == "sequence":
            parts = [(("transformations", i), t) for i, t in intact(transform.transformations)]
        for inner, part in parts:
            vector: Any = getattr(part, part.type, None)
            if part.type in ("scale", "translation") and vector is not UNREAD:
                length = len(vector)
                if length != count:
                    message = f"expected {count} entries, one for each axis, got {length}"
                    yield Finding((*loc, *inner, part.type), message)


@rule("ms6.top-intrinsic", MUST, CONSTRAINTS)
def one_end_intrinsic(multiscale: Any) -> Iterator[Finding]:
    """The input or output of a multiscale's transformation must be its intrinsic system."""
    name = intrinsic(multiscale)[1].name
    for i, transform in _with_ends(multiscale):
        ends = [transform.input, transform.output]
        if not any(end.name == name and end.path is None for end in ends):
            found = " and ".join(show_system(end.name, end.path) for end in ends)
            expected = f"expected the intrinsic system {show(name)} as input or output"
            message = f"{expected}, got {found}"
            yield Finding((_TRANSFORMS, i), message)


@rule("ms6.top-other-known", MUST, CONSTRAINTS)
def other_end_known(multiscale: Any) -> Iterator[Finding]:
    """Both ends of a multiscale's transformation must be systems of it or of its label images."""
    names = _names(multiscale)
    for i, transform in _with_ends(multiscale):
        for end in ("input", "output"):
            reference = getattr(transform, end)
            loc = (_TRANSFORMS, i, end)
            if reference.path is None and reference.name not in names:
                message = f"expected {one_of(names)}, got {_show(reference.name)}"
                yield Finding((*loc, "name"), message)
            elif reference.path is not None and not is_label(reference.path):
                message = f"expected the path of a label image, got {show(reference.path)}"
                yield Finding((*loc, "path"), message)


@rule("ms6.top-other-label", MUST, CONSTRAINTS, schema=ENDS_NAMED)
def label_systems_named(multiscale: Any) -> Iterator[Finding]:
    """A reference to a label image must name a coordinate system."""
    for i, transform in _with_ends(multiscale):
        for end in ("input", "output"):
            reference = getattr(transform, end)
            # Other paths are reported as `ms6.top-other-known`.
            if reference.name is None and is_label(reference.path):
                yield Finding((_TRANSFORMS, i, end, "name"), "required, but missing")


_LEADS_TO_LABEL: Final = {
    "anyOf": [{"required": [end], **of_key(end, **_HAS_PATH)} for end in ("input", "output")]
}


@rule(
    "ms6.top-label-types",
    MUST,
    CONSTRAINTS,
    schema=of_key(
        _TRANSFORMS, items={"if": _LEADS_TO_LABEL, "then": {"anyOf": _of_types(*_TO_LABELS)}}
    ),
)
def types_to_labels(multiscale: Any) -> Iterator[Finding]:
    """A transformation to or from a label image must be an identity, a scale or a translation."""
    for i, transform in _with_ends(multiscale):
        if transform.input.path is None and transform.output.path is None:
            continue
        form = _form(transform)
        # The section on labels allows a sequence; an empty one breaks its own rule.
        if form not in (*_TO_LABELS, _PLACED, []):
            expected = "expected an identity, a scale, a translation, or a scale and a translation"
            message = f"{expected}, to or from a label image, got {_show_form(form)}"
            yield Finding((_TRANSFORMS, i, "type"), message)


@rule("schema6.top-ct-nonempty", SCHEMA, MULTISCALES)
def some_transformations(owner: Any) -> Iterator[Finding]:
    """The JSON schema requires 'coordinateTransformations' not to be empty, if given."""
    if owner.coordinateTransformations == ():
        yield Finding((_TRANSFORMS,), "expected at least one transformation, got none")


def _with_ends(owner: Any) -> Iterator[tuple[int, Any]]:
    """Yield the transformations whose input and output could be read, after their indices."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        if is_read(transform.input) and is_read(transform.output):
            yield i, transform


def is_label(path: str) -> bool:
    """Return whether a path leads below the group 'labels'."""
    return is_below(path) and path.startswith("labels/")


def _form(transform: Any) -> Any:
    """Return the type of a transformation; for a sequence, the types of its parts."""
    if transform.type != "sequence":
        return transform.type
    return [part.type for part in transform.transformations]


def _show_form(form: Any) -> str:
    return show(form) if isinstance(form, str) else f"a sequence of {listed(form, show)}"


def _show(value: Any) -> str:
    return "none" if value is None else show(value)


def _names(multiscale: Any) -> dict[Any, None]:
    """Return the names of the coordinate systems of a multiscale, each once and in order."""
    names = {system.name: None for system in multiscale.coordinateSystems}
    if not names:  # reported as `ms.cs`
        raise Undecidable
    return names


def one_of(names: Collection[Any]) -> str:
    """Return the names of coordinate systems that a message expects."""
    return listed(names, show) if len(names) == 1 else f"one of {listed(names, show)}"


def between(owner: Any, members: Any = None) -> Iterator[tuple[Loc, Any, int | None, int | None]]:
    """
    Yield each transformation after its place, and the numbers of axes of its two systems.

    Systems of images are looked up among the members of the owner's group.
    """
    ndims: dict[Any, int] = {
        system.name: len(system.axes)
        for _, system in intact(owner.coordinateSystems or ())
        if system.axes is not UNREAD
    }
    of_images: dict[str, dict[Any, Any]] = {}  # each image is looked at once

    def ndim_of(end: Any) -> int | None:
        if end.path is None:
            return ndims.get(end.name)
        if end.path not in of_images:
            of_images[end.path] = _axes_at(end.path, members)
        axes = of_images[end.path].get(end.name)
        return None if axes is None else len(axes)

    for i, transform in _with_ends(owner):
        ends = (ndim_of(transform.input), ndim_of(transform.output))
        yield (_TRANSFORMS, i), transform, *ends


def _axes_at(path: str, members: Any) -> dict[Any, Any]:
    """Return the axes of the systems of an image by their names; empty if there is no image."""
    image = node_at(members, path)
    axes: dict[Any, Any] = {}
    for multiscale in image.ome_attributes.multiscales if is_image(image) else ():
        for _, system in intact(multiscale.coordinateSystems):
            if system.name is not UNREAD:
                axes.setdefault(system.name, system.axes)
    return axes


@rule("t6.dims-compatible", MUST, "coord-trafo-md", also=RULES)
def transformations_fit(owner: Any) -> Iterator[Finding]:
    """The parameters of a transformation must fit the dimensions of its input and output."""
    for loc, transform, ndim_in, ndim_out in between(owner):
        try:
            yield from (finding.below(*loc) for finding in fits(transform, ndim_in, ndim_out))
        except Undecidable:  # for this transformation only
            continue


def system_at_a_glance(system: Any, /) -> bool:
    """Return whether a quick look shows that no rule of a coordinate system is broken."""
    names = {axis.name for axis in system.axes}
    return system.name != "" and len(names) == len(system.axes) > 0


def at_a_glance(multiscale: Any, /) -> bool:
    """Return whether a quick look shows that a multiscale breaks no rule."""
    systems = multiscale.coordinateSystems
    if multiscale.coordinateTransformations is not None or len(systems) != 1:
        return False
    name, axes = systems[0].name, systems[0].axes
    if tuple([axis.type for axis in axes]) not in USUAL_TYPES or not multiscale.datasets:
        return False
    before: Any = ()
    for dataset in multiscale.datasets:
        transform = dataset.coordinateTransformations[0]
        if transform.output.name != name:
            return False
        # The parts of a sequence fit each other, or it would not have been read.
        first = transform.transformations[0] if transform.type == "sequence" else transform
        scale = first.scale
        if len(scale) != len(axes) or min(scale) < 0 or (before and all(map(ge, before, scale))):
            return False
        before = scale
    return True


def dataset_at_a_glance(dataset: Any, /) -> bool:
    """Return whether a quick look shows that a dataset breaks no rule."""
    if len(dataset.coordinateTransformations) != 1:
        return False
    transform = dataset.coordinateTransformations[0]
    if transform.type == "sequence":
        if [part.type for part in transform.transformations] != ["scale", "translation"]:
            return False
    elif transform.type != "scale":
        return False
    start, end = transform.input, transform.output
    if start is None or end is None:
        return False
    return start.path == dataset.path and start.name is None and end.path is None
