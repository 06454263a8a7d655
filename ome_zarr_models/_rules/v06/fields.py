"""The rules of parameters of transformations of 0.6 that are in arrays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

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
"""The type of the axis of vectors, by the type of the transformation."""

_MATRIX_NDIM: Final = 2
_REAL: Final = re.compile(r"(u?int|float)\d+").fullmatch

MATRICES: Final = {
    "affine": Rule(
        "t6.affine-path-shape",
        MUST,
        "affine-md",
        "An affine at a path is an array of M x (N + 1) numbers.",
    ),
    "rotation": Rule(
        "t6.rotation-path-shape",
        MUST,
        "rotation-md",
        "A rotation at a path is an array of N x N numbers.",
    ),
}
DIMENSIONS = Rule(
    "t6.field-dims",
    MUST,
    SECTION,
    "A field has a dimension for each axis of the input, and one for the vectors.",
)
AXIS_TYPE = Rule(
    "t6.field-axis-type",
    MUST,
    SECTION,
    "The axis of vectors has the type 'displacement' or 'coordinate'.",
)
AXIS_DISCRETE = Rule(
    "t6.field-axis-discrete", MUST, SECTION, "The axis of vectors of a field is discrete."
)
AXIS_PLACE = Rule(
    "t6.field-axis-place", MUST, SECTION, "The axis of vectors is after time, and before space."
)
VECTOR_LENGTH = Rule(
    "t6.field-vector-length",
    MUST,
    SECTION,
    "The vectors of a field have a number for each axis of the output.",
)

RULES: Final = (
    *MATRICES.values(),
    AXIS_DISCRETE,
    AXIS_PLACE,
    AXIS_TYPE,
    DIMENSIONS,
    VECTOR_LENGTH,
)
"""The rules that `misfits` finds the breaches of."""


def misfits(
    node: Any, type_: str, ndim_in: int | None = None, ndim_out: int | None = None
) -> Iterator[Finding]:
    """
    Yield what is wrong with the array or the image that has parameters of a transformation.

    The places are seen from the node; the path of the node itself is ``""``.
    """
    check = _field if type_ in VECTORS else _matrix
    yield from check(node, type_, ndim_in, ndim_out)


def vector_axis(multiscale: Any, type_: str) -> int | None:
    """Return the number of the axis of vectors of a field; None if there is none."""
    types = [axis.type for axis in multiscale.axes]
    return types.index(VECTORS[type_]) if VECTORS[type_] in types else None


def _matrix(node: Any, type_: str, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    slug = MATRICES[type_].slug
    if not is_array(node):
        yield Finding((), f"expected an array, got {_what(node)}", rule=slug)
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
        message = f"expected real numbers, got {array.dtype}"
        yield Finding((key,), message, of_array=True, rule=slug)


def _field(node: Any, type_: str, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    if is_array(node):
        yield from _grid(node, len(node.shape) - 1, type_, ndim_in, ndim_out)
    elif not is_image(node):
        yield Finding((), f"expected an image of vectors, got {_what(node)}", rule=FIELD.slug)
    elif node.ome_attributes.multiscales:  # else it is another rule's business
        yield from _vectors(node, type_, ndim_in, ndim_out)


def _vectors(
    image: Any, type_: str, ndim_in: int | None, ndim_out: int | None
) -> Iterator[Finding]:
    multiscale = image.ome_attributes.multiscales[0]
    axis = vector_axis(multiscale, type_)
    k, system = intrinsic(multiscale)
    loc = ("multiscales", 0, "coordinateSystems", k, "axes")
    if axis is None:
        found = listed(each.type for each in system.axes)
        message = f"expected an axis of type {VECTORS[type_]!r}, got {found}"
        yield Finding(loc, message, rule=AXIS_TYPE.slug)
        return
    if system.axes[axis].discrete is not True:
        found = "false" if system.axes[axis].discrete is False else "none"
        message = f"expected true, as vectors are discrete, got {found}"
        yield Finding((*loc, axis, "discrete"), message, rule=AXIS_DISCRETE.slug)
    types = [each.type for each in system.axes]
    if "space" in types[:axis] or "time" in types[axis + 1 :]:
        found = ", ".join(map(str, types))
        message = f"expected the axis of vectors after time, and before space, got {found}"
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
        expected = "2 dimensions at least" if ndim_in is None else f"{ndim_in + 1} dimensions"
        message = f"expected {expected}, one for each axis and one for the vectors, got {ndim + 1}"
        yield Finding(("shape",), message, of_array=True, rule=DIMENSIONS.slug)
        return
    length = ndim if type_ == "displacements" else ndim_out
    if length is not None and axis < len(shape) and shape[axis] != length:
        message = f"expected vectors of {length} numbers, got {shape[axis]}"
        yield Finding(("shape",), message, of_array=True, rule=VECTOR_LENGTH.slug)
    yield from _numbers(array, FIELD.slug)


def _what(node: Any) -> str:
    return "nothing" if node is None else "a group"


@rule("t6.field-grid", MUST, SECTION, also=RULES)
def parameters_of_image(image: Any) -> Iterator[Finding]:
    """Parameters of an image's transformations that are at a path are as they should be."""
    for i, multiscale in intact(image.ome_attributes.multiscales):
        yield from _of_owner(multiscale, image.members, ("multiscales", i))


@rule("t6.field-grid", MUST, SECTION, also=RULES)
def parameters_of_scene(scene: Any) -> Iterator[Finding]:
    """Parameters of a scene's transformations that are at a path are as they should be."""
    yield from _of_owner(scene.ome_attributes.scene, scene.members, ("scene",))


def _of_owner(owner: Any, members: Any, place: tuple[str | int, ...]) -> Iterator[Finding]:
    ndims = {loc: found for loc, _, *found in between(owner, members)}
    for loc, transform, path in parameters(owner):
        plain = path.strip("/")
        node = node_at(members, plain)
        if node is UNREAD:
            continue
        for finding in misfits(node, transform.type, *ndims.get(loc[:-1], (None, None))):
            if finding.loc:
                below = "/".join(filter(None, (plain, finding.node)))
                yield finding._replace(node=below)
            else:  # there is nothing to find a place in
                yield Finding((*place, *loc), f"{finding.message} at {path!r}", rule=finding.rule)
