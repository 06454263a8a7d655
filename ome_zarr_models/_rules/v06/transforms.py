"""The rules of the coordinate transformations of 0.6, each by itself and with its systems."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final, cast

from ..._models.rule import (
    MAX_NESTED,
    MUST,
    NESTING,
    SCHEMA,
    SHOULD,
    UNREAD,
    Finding,
    Rule,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from .rotation import determinant, rotation_error

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "coord-trafo-md"
ROUNDED: Final = 1e-3
"""How far a matrix may be from a rotation whose numbers were only rounded."""
EXACT: Final = 1e-6
"""How far a matrix may be from a rotation that is as exact as numbers are."""

_MAX_NDIM: Final = 5
_MIN_NDIM: Final = 2
_MAX_PROJECTED: Final = 3
_INTERPOLATIONS: Final = ("nearest", "linear", "cubic", "bspline-cubic")
_CLOSED: Final = ("identity", "mapAxis", "scale", "translation", "rotation")

TYPE = Rule("t6.type", MUST, SECTION, "A transformation has a 'type', one of 12.")
INPUT_OUTPUT = Rule(
    "t6.input-output",
    MUST,
    SECTION,
    "A transformation has 'input' and 'output', except inside of another.",
)
REFERENCE = Rule(
    "t6.io-object",
    MUST,
    SECTION,
    "'input' and 'output' are objects with the strings 'name' or 'path', or both.",
)
NAME = Rule("t6.name-unique", MUST, SECTION, "The name of a transformation is a string.")
MAP_AXIS = Rule("t6.mapaxis-field", MUST, "mapaxis-md", "'mapAxis' is a list of integers.")
SCALE = Rule("t6.scale-length", MUST, "scale-md", "'scale' is a list of numbers.")
TRANSLATION = Rule(
    "t6.translation-length", MUST, "translation-md", "'translation' is a list of numbers."
)
AFFINE = Rule(
    "t6.affine-2d", MUST, "affine-md", "An affine is a 2-D array, in 'affine' or at 'path'."
)
ROTATION = Rule(
    "t6.rotation-2d", MUST, "rotation-md", "A rotation is a 2-D array, in 'rotation' or at 'path'."
)
SEQUENCE = Rule(
    "t6.sequence-nonempty",
    MUST,
    "sequence-md",
    "A sequence has 'transformations', of which there is one at least.",
)
ITEMS = Rule(
    "t6.bydim-items",
    MUST,
    "bydimension-md",
    "The 'transformations' of byDimension are objects with 'inputAxes', 'outputAxes' and "
    "'transformation'.",
)
INTEGERS = Rule(
    "t6.bydim-int",
    MUST,
    "bydimension-md",
    "'inputAxes' and 'outputAxes' are lists of integers that number the axes of the systems.",
)
BIJECTION = Rule(
    "t6.bijection-both", MUST, "bijection-md", "A bijection has 'forward' and 'inverse'."
)
FIELD = Rule(
    "t6.field-grid",
    MUST,
    "coordinates-displacements-md",
    "A field of coordinates or displacements is a grid of vectors at 'path'.",
)
CREATED = Rule(
    "t6.project-created-unique",
    MUST,
    "projectaxis-md",
    "'createdOutputs' are integers that differ.",
)
DROPPED = Rule(
    "t6.project-dropped-unique", MUST, "projectaxis-md", "'droppedInputs' are integers that differ."
)
INTERPOLATION = Rule(
    "schema6.interpolation",
    SCHEMA,
    "coordinates-displacements-md",
    "The interpolation of a field is nearest, linear or cubic.",
)


@rule(
    "t6.io-object",
    MUST,
    SECTION,
    schema={
        "anyOf": [
            {"required": ["name"]},
            {"required": ["path"], **of_key("path", type="string")},  # which may be null
        ]
    },
)
def name_or_path(reference: Any) -> Iterator[Finding]:
    """A reference to a coordinate system has a 'name' or a 'path', or both."""
    if reference.name is None and reference.path is None:
        yield Finding((), "expected a 'name' or a 'path', got neither")


@rule("t6.mapaxis-range", MUST, "mapaxis-md", schema=of_key("mapAxis", items={"minimum": 0}))
def map_axis_range(transform: Any) -> Iterator[Finding]:
    """The entries of 'mapAxis' are numbers of axes, from 0."""
    axes = transform.mapAxis
    wrong = [axis for _, axis in intact(axes) if not 0 <= axis < len(axes)]
    if wrong:
        expected = f"expected numbers from 0 to {len(axes) - 1}"
        yield Finding(("mapAxis",), f"{expected}, got {listed(wrong)}")


@rule("t6.mapaxis-perm", MUST, "mapaxis-md", schema=of_key("mapAxis", uniqueItems=True))
def map_axis_once(transform: Any) -> Iterator[Finding]:
    """Each axis is in 'mapAxis' exactly once."""
    twice = repeated([*transform.mapAxis])
    if twice:
        message = f"expected each axis once, got {listed(twice)} more than once"
        yield Finding(("mapAxis",), message)


@rule("schema6.mapaxis-2to5", SCHEMA, "mapaxis-md")
def map_axis_length(transform: Any) -> Iterator[Finding]:
    """'mapAxis' has 2 to 5 entries."""
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
    """'createdOutputs' are unique."""
    yield from _once("createdOutputs", transform)


@rule(
    "t6.project-dropped-unique",
    MUST,
    "projectaxis-md",
    schema=of_key("droppedInputs", uniqueItems=True),
)
def dropped_once(transform: Any) -> Iterator[Finding]:
    """'droppedInputs' are unique."""
    yield from _once("droppedInputs", transform)


def _once(name: str, transform: Any) -> Iterator[Finding]:
    twice = repeated([*(getattr(transform, name) or ())])
    if twice:
        yield Finding((name,), f"expected axes that differ, got {listed(twice)} more than once")


@rule("schema6.project-bounds", SCHEMA, "projectaxis-md")
def projected_axes(transform: Any) -> Iterator[Finding]:
    """'createdOutputs' or 'droppedInputs' are given: 1 to 3 numbers from 0 to 4."""
    names = ("createdOutputs", "droppedInputs")
    given = [(name, getattr(transform, name)) for name in names]
    if all(axes is None for _, axes in given):
        yield Finding((), "expected 'createdOutputs' or 'droppedInputs', got neither")
    for name, axes in given:
        if axes is None:
            continue
        if not 1 <= len(axes) <= _MAX_PROJECTED or not all(0 <= n < _MAX_NDIM for n in axes):
            yield Finding((name,), f"expected 1 to 3 numbers from 0 to 4, got {list(axes)}")


@rule("t6.scale-nonzero", SHOULD, "scale-md")
def scale_nonzero(transform: Any) -> Iterator[Finding]:
    """The entries of a scale are not zero."""
    if 0 in transform.scale:
        yield Finding(("scale",), f"expected no zero, got {list(transform.scale)}")


@rule("schema6.scale-positive", SCHEMA, "scale-md")
def scale_positive(transform: Any) -> Iterator[Finding]:
    """The entries of a scale are positive."""
    if any(factor < 0 for _, factor in intact(transform.scale)):
        yield Finding(("scale",), f"expected positive numbers, got {list(transform.scale)}")


def _either(*names: str) -> dict[str, Any]:
    """Return the schema of objects that have one of some keys, and not the others."""
    return {"oneOf": [{"required": [name]} for name in names]}


@rule("t6.affine-2d", MUST, "affine-md", schema=_either("affine", "path"))
def affine_given(transform: Any) -> Iterator[Finding]:
    """An affine has its numbers in 'affine', or their array at 'path'."""
    yield from _one_of("affine", transform)


@rule("t6.rotation-2d", MUST, "rotation-md", schema=_either("rotation", "path"))
def rotation_given(transform: Any) -> Iterator[Finding]:
    """A rotation has its numbers in 'rotation', or their array at 'path'."""
    yield from _one_of("rotation", transform)


def _one_of(name: str, transform: Any) -> Iterator[Finding]:
    given = [getattr(transform, name) is not None, transform.path is not None]
    if given.count(True) != 1:
        found = "both" if all(given) else "neither"
        yield Finding((), f"expected one of {name!r} and 'path', got {found}")


@rule(
    "t6.affine-shape", MUST, "affine-md", schema=of_key("affine", minItems=1, items={"minItems": 1})
)
def affine_rows(transform: Any) -> Iterator[Finding]:
    """The rows of an affine have one number for each input axis, and one more."""
    if transform.affine is None:
        return
    lengths = [len(row) for row in transform.affine]
    if len(set(lengths)) != 1 or 0 in lengths:
        found = f"rows of {listed(lengths)} numbers" if lengths else "no rows"
        yield Finding(("affine",), f"expected rows of one length, got {found}")


@rule("t6.rotation-shape", MUST, "rotation-md", schema=of_key("rotation", minItems=1))
def rotation_square(transform: Any) -> Iterator[Finding]:
    """A rotation has as many rows as columns."""
    rows = transform.rotation
    if rows == ():
        yield Finding(("rotation",), "expected rows of numbers, got none")
    elif rows is not None and any(len(row) != len(rows) for row in rows):
        found = f"{len(rows)}, of {listed(len(row) for row in rows)} numbers"
        yield Finding(("rotation",), f"expected as many rows as each has numbers, got {found}")


@rule("schema6.rotation-2to5", SCHEMA, "rotation-md")
def rotation_size(transform: Any) -> Iterator[Finding]:
    """A rotation has 2 to 5 rows."""
    rows = transform.rotation
    if rows is not None and not _MIN_NDIM <= len(rows) <= _MAX_NDIM:
        yield Finding(("rotation",), f"expected 2 to 5 rows, got {len(rows)}")


@rule("t6.rotation-orthonormal", MUST, "rotation-md")
def rotation_orthonormal(transform: Any) -> Iterator[Finding]:
    """A rotation has orthonormal rows and the determinant 1, but for rounded numbers."""
    rows = transform.rotation
    if not _is_whole(rows) or rotation_error(rows) <= ROUNDED:
        return
    off = rotation_error(rows)
    if off < inf and (value := determinant(rows)) < 0:
        yield Finding(("rotation",), f"expected the determinant 1, got {value:g}: a reflection")
    else:
        yield Finding(("rotation",), f"expected orthonormal rows, got some that are off by {off:g}")


@rule("t6.rotation-orthonormal", SHOULD, "rotation-md")
def rotation_exact(transform: Any) -> Iterator[Finding]:
    """The numbers of a rotation are not rounded."""
    rows = transform.rotation
    if _is_whole(rows) and EXACT < (off := rotation_error(rows)) <= ROUNDED:
        message = f"expected orthonormal rows, got some that are off by {off:.3g}: rounded numbers?"
        yield Finding(("rotation",), message)


def _is_whole(rows: Any) -> bool:
    """Return whether a matrix is given, and all of it could be read."""
    return type(rows) is tuple and all(type(row) is tuple for row in cast("list[Any]", rows))


@rule("t6.sequence-nonempty", MUST, "sequence-md", schema=of_key("transformations", minItems=1))
def sequence_nonempty(transform: Any) -> Iterator[Finding]:
    """A sequence has one transformation at least."""
    if not transform.transformations:
        yield Finding(("transformations",), "expected at least one transformation, got none")


@rule("t6.bijection-not-closed", SHOULD, "bijection-md")
def bijection_not_closed(transform: Any) -> Iterator[Finding]:
    """The directions of a bijection have no inverse that can be computed."""
    for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
        if part is not UNREAD and part.type in _CLOSED:
            message = f"expected what has no inverse that can be computed, got {part.type!r}"
            yield Finding((name,), message)


@rule("schema6.interpolation", SCHEMA, "coordinates-displacements-md")
def interpolation_known(transform: Any) -> Iterator[Finding]:
    """The interpolation of a field is nearest, linear or cubic."""
    found = transform.interpolation
    if isinstance(found, str) and found not in _INTERPOLATIONS:
        yield Finding(("interpolation",), f"expected nearest, linear or cubic, got {found!r}")


@rule(NESTING, MUST, SECTION)
def not_too_deep(transform: Any) -> Iterator[Finding]:
    """Transformations are inside of each other 32 deep at most: no limit of the specification."""
    if transform.height > MAX_NESTED:
        message = f"expected at most {MAX_NESTED} transformations inside of each other"
        yield Finding((), f"{message}, got {transform.height}")


@rule("t6.name-unique", SHOULD, SECTION)  # the specification's own scene has some twice
def names_differ(owner: Any) -> Iterator[Finding]:
    """The names of transformations of one list differ."""
    transforms = [each for _, each in intact(owner.coordinateTransformations or ())]
    twice = repeated([each.name for each in transforms if isinstance(each.name, str)])
    if twice:
        message = f"expected names that differ, got {listed(twice)} more than once"
        yield Finding(("coordinateTransformations",), message)


def reference_at_a_glance(reference: Any, /) -> bool:
    """Return whether a quick look shows that no rule of a reference is broken."""
    return reference.name is not None or reference.path is not None
