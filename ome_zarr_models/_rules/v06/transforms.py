"""The rules for a coordinate transformation by itself."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final, cast

from ..._json.text import show
from ..._models.rule import (
    MAX_NESTED,
    MUST,
    NESTING,
    SCHEMA,
    SHOULD,
    UNREAD,
    Finding,
    Rule,
    given,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from .references import parts_of
from .rotation import determinant, rotation_error

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "coord-trafo-md"
ROUNDED: Final = 1e-3
"""The largest error of a rotation matrix whose numbers count as rounded."""
EXACT: Final = 1e-6
"""The largest error of a rotation matrix whose numbers count as exact."""

_MAX_NDIM: Final = 5
_MIN_NDIM: Final = 2
_MAX_PROJECTED: Final = 3
_MAX_ROWS: Final = 32
"""The size of the largest rotation that is looked at: the effort is its third power."""
_INTERPOLATIONS: Final = ("nearest", "linear", "cubic", "bspline-cubic")
_CLOSED_FORM: Final = ("identity", "mapAxis", "scale", "translation", "rotation")

TYPE = Rule(
    "t6.type",
    MUST,
    SECTION,
    "A transformation must have a 'type', one of the 12 of the specification.",
)
INPUT_OUTPUT = Rule(
    "t6.input-output",
    MUST,
    SECTION,
    "A transformation must have 'input' and 'output', unless it is part of another one.",
)
REFERENCE = Rule(
    "t6.io-object",
    MUST,
    SECTION,
    "'input' and 'output' must be objects with the strings 'name' or 'path', or both.",
)
NAME = Rule("t6.name-unique", MUST, SECTION, "The name of a transformation must be a string.")
MAP_AXIS = Rule("t6.mapaxis-field", MUST, "mapaxis-md", "'mapAxis' must be a list of integers.")
SCALE = Rule("t6.scale-length", MUST, "scale-md", "'scale' must be a list of numbers.")
TRANSLATION = Rule(
    "t6.translation-length", MUST, "translation-md", "'translation' must be a list of numbers."
)
AFFINE = Rule(
    "t6.affine-2d", MUST, "affine-md", "An affine must be a 2-D array, in 'affine' or at 'path'."
)
ROTATION = Rule(
    "t6.rotation-2d",
    MUST,
    "rotation-md",
    "A rotation must be a 2-D array, in 'rotation' or at 'path'.",
)
SEQUENCE = Rule(
    "t6.sequence-nonempty",
    MUST,
    "sequence-md",
    "A sequence must have 'transformations', a list of at least one transformation.",
    schema=of_key("transformations", minItems=1),
)
ITEMS = Rule(
    "t6.bydim-items",
    MUST,
    "bydimension-md",
    "The 'transformations' of byDimension must be objects with 'inputAxes', 'outputAxes' and "
    "'transformation'.",
)
INTEGERS = Rule(
    "t6.bydim-int",
    MUST,
    "bydimension-md",
    "'inputAxes' and 'outputAxes' must be lists of indices of the axes of the input and output.",
)
BIJECTION = Rule(
    "t6.bijection-both", MUST, "bijection-md", "A bijection must have 'forward' and 'inverse'."
)
FIELD = Rule(
    "t6.field-grid",
    MUST,
    "coordinates-displacements-md",
    "A field of coordinates or displacements must be a grid of vectors at 'path'.",
)
CREATED = Rule(
    "t6.project-created-unique",
    MUST,
    "projectaxis-md",
    "'createdOutputs' must be unique integers.",
)
DROPPED = Rule(
    "t6.project-dropped-unique",
    MUST,
    "projectaxis-md",
    "'droppedInputs' must be unique integers.",
)
INTERPOLATION = Rule(
    "schema6.interpolation",
    SCHEMA,
    "coordinates-displacements-md",
    "The JSON schema requires the interpolation of a field to be nearest, linear or cubic.",
)


@rule(
    "t6.io-object",
    MUST,
    SECTION,
    schema={
        "anyOf": [
            given("name"),
            given("path"),
        ]
    },
)
def name_or_path(reference: Any) -> Iterator[Finding]:
    """A reference to a coordinate system must have a 'name' or a 'path', or both."""
    if reference.name is None and reference.path is None:
        yield Finding((), "expected a 'name' or a 'path', got neither")


@rule("t6.mapaxis-range", MUST, "mapaxis-md", schema=of_key("mapAxis", items={"minimum": 0}))
def map_axis_range(transform: Any) -> Iterator[Finding]:
    """The entries of 'mapAxis' must be indices of axes, from 0."""
    axes = transform.mapAxis
    wrong = [axis for _, axis in intact(axes) if not 0 <= axis < len(axes)]
    if wrong:
        expected = f"expected indices from 0 to {len(axes) - 1}"
        yield Finding(("mapAxis",), f"{expected}, got {listed(wrong)}")


@rule("t6.mapaxis-perm", MUST, "mapaxis-md", schema=of_key("mapAxis", uniqueItems=True))
def map_axis_once(transform: Any) -> Iterator[Finding]:
    """Each axis must be in 'mapAxis' exactly once."""
    twice = repeated([*transform.mapAxis])
    if twice:
        message = f"expected each axis once, got {listed(twice)} more than once"
        yield Finding(("mapAxis",), message)


@rule("schema6.mapaxis-2to5", SCHEMA, "mapaxis-md")
def map_axis_length(transform: Any) -> Iterator[Finding]:
    """The JSON schema requires 'mapAxis' to have 2 to 5 entries."""
    count = len(transform.mapAxis)
    if not _MIN_NDIM <= count <= _MAX_NDIM:
        yield Finding(("mapAxis",), f"expected 2 to 5 entries, got {count}")


@rule(
    "t6.project-created-unique",
    MUST,
    "projectaxis-md",
    schema=of_key("createdOutputs", uniqueItems=True),
)
def created_once(transform: Any) -> Iterator[Finding]:
    """The entries of 'createdOutputs' must be unique."""
    yield from _unless_unique("createdOutputs", transform)


@rule(
    "t6.project-dropped-unique",
    MUST,
    "projectaxis-md",
    schema=of_key("droppedInputs", uniqueItems=True),
)
def dropped_once(transform: Any) -> Iterator[Finding]:
    """The entries of 'droppedInputs' must be unique."""
    yield from _unless_unique("droppedInputs", transform)


def _unless_unique(name: str, transform: Any) -> Iterator[Finding]:
    twice = repeated([*(getattr(transform, name) or ())])
    if twice:
        yield Finding((name,), f"expected axes that differ, got {listed(twice)} more than once")


@rule("schema6.project-bounds", SCHEMA, "projectaxis-md")
def projected_axes(transform: Any) -> Iterator[Finding]:
    """The JSON schema requires 'createdOutputs' or 'droppedInputs', with 1 to 3 indices up to 4."""
    names = ("createdOutputs", "droppedInputs")
    given = [(name, getattr(transform, name)) for name in names]
    if all(axes is None for _, axes in given):
        yield Finding((), "expected 'createdOutputs' or 'droppedInputs', got neither")
    for name, axes in given:
        if axes is None:
            continue
        if not 1 <= len(axes) <= _MAX_PROJECTED or not all(0 <= n < _MAX_NDIM for n in axes):
            yield Finding((name,), f"expected 1 to 3 indices from 0 to 4, got {show(axes)}")


@rule("t6.scale-nonzero", SHOULD, "scale-md")
def scale_nonzero(transform: Any) -> Iterator[Finding]:
    """The entries of a scale should not be zero."""
    if 0 in transform.scale:
        yield Finding(("scale",), f"expected numbers other than 0, got {show(transform.scale)}")


@rule("schema6.scale-positive", SCHEMA, "scale-md")
def scale_positive(transform: Any) -> Iterator[Finding]:
    """The JSON schema requires the entries of a scale to be positive."""
    if any(factor < 0 for _, factor in intact(transform.scale)):
        yield Finding(("scale",), f"expected positive numbers, got {show(transform.scale)}")


def _exactly_one(*names: str) -> dict[str, Any]:
    """Return the schema of objects that have exactly one of some keys."""
    return {"oneOf": [given(name) for name in names]}


@rule("t6.affine-2d", MUST, "affine-md", schema=_exactly_one("affine", "path"))
def affine_given(transform: Any) -> Iterator[Finding]:
    """An affine must have its numbers in 'affine', or an array of them at 'path'."""
    yield from _unless_one_given("affine", transform)


@rule("t6.rotation-2d", MUST, "rotation-md", schema=_exactly_one("rotation", "path"))
def rotation_given(transform: Any) -> Iterator[Finding]:
    """A rotation must have its numbers in 'rotation', or an array of them at 'path'."""
    yield from _unless_one_given("rotation", transform)


def _unless_one_given(name: str, transform: Any) -> Iterator[Finding]:
    given = [getattr(transform, name) is not None, transform.path is not None]
    if given.count(True) != 1:
        found = "both" if all(given) else "neither"
        yield Finding((), f"expected one of '{name}' and 'path', got {found}")


@rule(
    "t6.affine-shape", MUST, "affine-md", schema=of_key("affine", minItems=1, items={"minItems": 1})
)
def affine_rows(transform: Any) -> Iterator[Finding]:
    """Each row of an affine must have a number for each input axis, and one more."""
    if transform.affine is None:
        return
    lengths = [len(row) for row in transform.affine]
    if len(set(lengths)) != 1 or 0 in lengths:
        found = f"rows of {listed(lengths)} numbers" if lengths else "no rows"
        yield Finding(("affine",), f"expected rows of one length, got {found}")


@rule("t6.rotation-shape", MUST, "rotation-md", schema=of_key("rotation", minItems=1))
def rotation_square(transform: Any) -> Iterator[Finding]:
    """A rotation must have as many rows as columns."""
    rows = transform.rotation
    if rows == ():
        yield Finding(("rotation",), "expected rows of numbers, got none")
    elif rows is not None and any(len(row) != len(rows) for row in rows):
        found = f"{len(rows)} rows of {listed(len(row) for row in rows)} numbers"
        yield Finding(("rotation",), f"expected as many rows as columns, got {found}")


@rule("schema6.rotation-2to5", SCHEMA, "rotation-md")
def rotation_size(transform: Any) -> Iterator[Finding]:
    """The JSON schema requires a rotation to have 2 to 5 rows."""
    rows = transform.rotation
    if rows is not None and not _MIN_NDIM <= len(rows) <= _MAX_NDIM:
        yield Finding(("rotation",), f"expected 2 to 5 rows, got {len(rows)}")


@rule("t6.rotation-orthonormal", MUST, "rotation-md")
def rotation_orthonormal(transform: Any) -> Iterator[Finding]:
    """A rotation must have orthonormal rows and the determinant 1, up to rounding."""
    rows = transform.rotation
    if not _is_whole(rows):
        return
    if len(rows) > _MAX_ROWS:
        message = f"expected at most {_MAX_ROWS} rows, one for each axis, got {len(rows)}"
        yield Finding(("rotation",), message, rule="t6.rotation-dims")
        return
    error = rotation_error(rows)
    if error <= ROUNDED:
        return
    if error < inf and (value := determinant(rows)) < 0:
        yield Finding(("rotation",), f"expected the determinant 1, got {value:g}: a reflection")
    else:
        expected = "expected rows of length 1 at right angles"
        yield Finding(("rotation",), f"{expected}, got rows that are off by {error:g}")


@rule("t6.rotation-orthonormal", SHOULD, "rotation-md")
def rotation_exact(transform: Any) -> Iterator[Finding]:
    """The numbers of a rotation should not be rounded."""
    rows = transform.rotation
    if not _is_whole(rows) or len(rows) > _MAX_ROWS:
        return
    if EXACT < (error := rotation_error(rows)) <= ROUNDED:
        message = f"expected rows of length 1 at right angles, got rows that are off by {error:.3g}"
        yield Finding(("rotation",), f"{message}: are the numbers rounded?")


def _is_whole(rows: Any) -> bool:
    """Return whether a matrix is given, and all of its values could be read."""
    return type(rows) is tuple and all(type(row) is tuple for row in cast("list[Any]", rows))


@rule("t6.sequence-nonempty", MUST, "sequence-md")
def sequences_nonempty(owner: Any) -> Iterator[Finding]:
    """A sequence must have at least one transformation."""
    # Where it is used: programs begin with an empty sequence, and add transformations to it.
    for loc, part in parts_of(owner):
        if part.type == "sequence" and not part.transformations:
            message = "expected at least one transformation, got none"
            yield Finding((*loc, "transformations"), message)


@rule("t6.bijection-not-closed", SHOULD, "bijection-md")
def bijection_not_closed(transform: Any) -> Iterator[Finding]:
    """The directions of a bijection should not have a closed-form inverse."""
    for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
        if part is not UNREAD and part.type in _CLOSED_FORM:
            expected = "expected a transformation without a closed-form inverse"
            yield Finding((name,), f"{expected}, got {show(part.type)}")


@rule("schema6.interpolation", SCHEMA, "coordinates-displacements-md")
def interpolation_known(transform: Any) -> Iterator[Finding]:
    """The JSON schema requires the interpolation of a field to be nearest, linear or cubic."""
    name = transform.interpolation
    if isinstance(name, str) and name not in _INTERPOLATIONS:
        yield Finding(("interpolation",), f"expected nearest, linear or cubic, got {show(name)}")


@rule(NESTING, MUST, SECTION)
def not_too_deep(transform: Any) -> Iterator[Finding]:
    """Transformations must not be nested more than 32 deep, a limit of this library alone."""
    if transform.height > MAX_NESTED:
        message = f"expected at most {MAX_NESTED} transformations inside of each other"
        yield Finding((), f"{message}, got {transform.height}")


@rule("t6.name-unique", SHOULD, SECTION)  # an example of the specification repeats names
def names_differ(owner: Any) -> Iterator[Finding]:
    """The names of transformations in a list should be unique."""
    transforms = [transform for _, transform in intact(owner.coordinateTransformations or ())]
    names = [transform.name for transform in transforms if isinstance(transform.name, str)]
    twice = repeated(names)
    if twice:
        message = f"expected names that differ, got {listed(twice, show)} more than once"
        yield Finding(("coordinateTransformations",), message)


def reference_at_a_glance(reference: Any, /) -> bool:
    """Return whether a quick look shows that no rule of a reference is broken."""
    return reference.name is not None or reference.path is not None
