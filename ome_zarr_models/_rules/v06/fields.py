"""The rules for parameters of transformations that are in arrays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ..._json.text import show
from ..._models.rule import MUST, UNREAD, Finding, Rule, intact, listed, rule
from ..images import MAX_NDIM
from ..nodes import is_array, is_image, node_at
from .references import intrinsic, parameters
from .systems import between
from .transforms import FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "coordinates-displacements-md"
VECTORS: Final = {"displacements": "displacement", "coordinates": "coordinate"}
"""The type of the vector axis, by the type of the transformation."""

_MATRIX_NDIM: Final = 2
_REAL: Final = re.compile(r"(u?int|float)\d+").fullmatch

MATRICES: Final = {
    "affine": Rule(
        "t6.affine-path-shape",
        MUST,
        "affine-md",
        "An affine at a path must be an array of M x (N + 1) numbers.",
    ),
    "rotation": Rule(
        "t6.rotation-path-shape",
        MUST,
        "rotation-md",
        "A rotation at a path must be an array of N x N numbers.",
    ),
}
DIMENSIONS = Rule(
    "t6.field-dims",
    MUST,
    SECTION,
    "A field must have a dimension for each axis of its input, and one for the vectors.",
)
AXIS_TYPE = Rule(
    "t6.field-axis-type",
    MUST,
    SECTION,
    "The vector axis of a field must have the type 'displacement' or 'coordinate'.",
)
AXIS_DISCRETE = Rule(
    "t6.field-axis-discrete", MUST, SECTION, "The vector axis of a field must be discrete."
)
AXIS_PLACE = Rule(
    "t6.field-axis-place",
    MUST,
    SECTION,
    "The vector axis of a field must be after axes of time, and before axes of space.",
)
VECTOR_LENGTH = Rule(
    "t6.field-vector-length",
    MUST,
    SECTION,
    "The vectors of a field must have a number for each axis of its output.",
)

RULES: Final = (
    *MATRICES.values(),
    AXIS_DISCRETE,
    AXIS_PLACE,
    AXIS_TYPE,
    DIMENSIONS,
    VECTOR_LENGTH,
)
"""The rules that `misfits` checks."""


def misfits(
    node: Any, type_: str, ndim_in: int | None = None, ndim_out: int | None = None
) -> Iterator[Finding]:
    """
    Yield what does not fit in the array or image that has the parameters of a transformation.

    The places are relative to the node; the path of the node itself is ``""``.
    """
    check = _field if type_ in VECTORS else _matrix
    yield from check(node, type_, ndim_in, ndim_out)


def vector_axis(multiscale: Any, type_: str) -> int | None:
    """Return the index of the vector axis of a field; None if it has no such axis."""
    types = [axis.type for axis in multiscale.axes]
    return types.index(VECTORS[type_]) if VECTORS[type_] in types else None


def _matrix(node: Any, type_: str, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    slug = MATRICES[type_].slug
    if not is_array(node):
        yield Finding((), f"expected an array, got {_instead(node)}", rule=slug)
        return
    shape = tuple(node.shape)
    if len(shape) != _MATRIX_NDIM:
        message = f"expected an array of 2 dimensions, got {len(shape)}"
        yield Finding(("shape",), message, of_array=True, rule=slug)
        return
    wider = 1 if type_ == "affine" else 0
    if shape[0] > MAX_NDIM or shape[1] > MAX_NDIM + wider:
        most = f"{MAX_NDIM} x {MAX_NDIM + wider}"
        message = f"expected the shape {most} at most, got {shape[0]} x {shape[1]}"
        yield Finding(("shape",), message, of_array=True, rule=slug)
        return
    rows = shape[0] if ndim_out is None else ndim_out
    columns = shape[1] if ndim_in is None else ndim_in + wider
    if type_ == "rotation" and None in (ndim_in, ndim_out):
        columns = rows
    if shape != (rows, columns):
        message = f"expected the shape {rows} x {columns}, got {shape[0]} x {shape[1]}"
        yield Finding(("shape",), message, of_array=True, rule=slug)
    yield from _numbers(node, slug)


def _numbers(array: Any, slug: str) -> Iterator[Finding]:
    if not _REAL(str(array.dtype)):
        key = getattr(array, "dtype_key", "data_type")
        message = f"expected a data type of real numbers, got {show(array.dtype)}"
        yield Finding((key,), message, of_array=True, rule=slug)


def _field(node: Any, type_: str, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    if is_array(node):
        yield from _grid(node, len(node.shape) - 1, type_, ndim_in, ndim_out)
    elif not is_image(node):
        yield Finding((), f"expected an image of vectors, got {_instead(node)}", rule=FIELD.slug)
    elif node.ome_attributes.multiscales:  # else reported as `ms.list`
        yield from _vectors(node, type_, ndim_in, ndim_out)


def _vectors(
    image: Any, type_: str, ndim_in: int | None, ndim_out: int | None
) -> Iterator[Finding]:
    multiscale = image.ome_attributes.multiscales[0]
    axis = vector_axis(multiscale, type_)
    k, system = intrinsic(multiscale)
    loc = ("multiscales", 0, "coordinateSystems", k, "axes")
    if axis is None:
        message = f"expected an axis of type {show(VECTORS[type_])}, got {_types(system)}"
        yield Finding(loc, message, rule=AXIS_TYPE.slug)
        return
    if system.axes[axis].discrete is not True:
        found = "false" if system.axes[axis].discrete is False else "none"
        message = f"expected true, as vectors are discrete, got {found}"
        yield Finding((*loc, axis, "discrete"), message, rule=AXIS_DISCRETE.slug)
    types = [each.type for each in system.axes]
    if "space" in types[:axis] or "time" in types[axis + 1 :]:
        message = f"expected the vector axis after time and before space, got {_types(system)}"
        yield Finding((*loc, axis), message, rule=AXIS_PLACE.slug)
    path = multiscale.datasets[0].path
    array = node_at(image.members, path)
    if is_array(array):
        for finding in _grid(array, axis, type_, ndim_in, ndim_out):
            yield finding._replace(node=path)


def _grid(
    array: Any, axis: int, type_: str, ndim_in: int | None, ndim_out: int | None
) -> Iterator[Finding]:
    shape = array.shape
    ndim = len(shape) - 1
    if ndim < 1 or ndim_in not in (None, ndim):
        expected = "at least 2 dimensions" if ndim_in is None else f"{ndim_in + 1} dimensions"
        message = f"expected {expected}, one for each axis and one for the vectors, got {ndim + 1}"
        yield Finding(("shape",), message, of_array=True, rule=DIMENSIONS.slug)
        return
    length = ndim if type_ == "displacements" else ndim_out
    if length is not None and axis < len(shape) and shape[axis] != length:
        message = f"expected vectors of {length} numbers, got {shape[axis]}"
        yield Finding(("shape",), message, of_array=True, rule=VECTOR_LENGTH.slug)
    yield from _numbers(array, FIELD.slug)


def _types(system: Any) -> str:
    return listed("no type" if axis.type is None else show(axis.type) for axis in system.axes)


def _instead(node: Any) -> str:
    return "nothing" if node is None else "a group"


@rule("t6.field-grid", MUST, SECTION, also=RULES)
def parameters_of_image(image: Any) -> Iterator[Finding]:
    """Parameters that an image's transformations have at a path must fit the transformation."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        yield from _check_parameters(multiscale, image.members, ("multiscales", i))


@rule("t6.field-grid", MUST, SECTION, also=RULES)
def parameters_of_scene(scene: Any) -> Iterator[Finding]:
    """Parameters that a scene's transformations have at a path must fit the transformation."""
    yield from _check_parameters(scene.ome_attributes.scene, scene.members, ("scene",))


def _check_parameters(owner: Any, members: Any, place: tuple[str | int, ...]) -> Iterator[Finding]:
    ndims_at = {loc: ndims for loc, _, *ndims in between(owner, members)}
    for loc, transform, path in parameters(owner):
        stripped = path.strip("/")
        node = node_at(members, stripped)
        if node is UNREAD:
            continue
        for finding in misfits(node, transform.type, *ndims_at.get(loc[:-1], (None, None))):
            if finding.loc:
                below = "/".join(filter(None, (stripped, finding.node)))
                yield finding._replace(node=below)
            else:  # there is no document that could have a place
                message = f"{finding.message} at {show(path)}"
                yield Finding((*place, *loc), message, rule=finding.rule)
