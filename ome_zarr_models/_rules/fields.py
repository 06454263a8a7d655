"""The rules of parameters of transformations of 0.6 that are in arrays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from . import MUST, UNREAD, Finding, Rule
from .arrays import is_array, is_image, node_at
from .coordinate_systems import between, intrinsic
from .coordinate_transforms import FIELD
from .scenes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "coordinates-displacements-md"
VECTORS: Final = {"displacements": "displacement", "coordinates": "coordinate"}
"""The type of the axis of vectors, by the type of the transformation."""

_MATRIX_NDIM: Final = 2


def vector_axis(multiscale: Any, type_: str) -> int | None:
    """Return the number of the axis of vectors of a field; None if there is none."""
    types = [axis.type for axis in multiscale.axes]
    return types.index(VECTORS[type_]) if VECTORS[type_] in types else None


def matrix_misfit(
    type_: str, shape: tuple[int, ...], ndim_in: int | None = None, ndim_out: int | None = None
) -> str | None:
    """Return what is wrong with the shape of a matrix in an array; None if nothing is."""
    if len(shape) != _MATRIX_NDIM:
        return f"expected an array of 2 dimensions, got {len(shape)}"
    wider = 1 if type_ == "affine" else 0
    rows = shape[0] if ndim_out is None else ndim_out
    columns = shape[1] if ndim_in is None else ndim_in + wider
    if type_ == "rotation" and None in (ndim_in, ndim_out):
        columns = rows
    if shape != (rows, columns):
        return f"expected the shape {rows} x {columns}, got {shape[0]} x {shape[1]}"
    return None


def field_misfits(
    image: Any, type_: str, ndim_in: int | None = None, ndim_out: int | None = None
) -> Iterator[tuple[str, Finding]]:
    """Yield what is wrong with the image of a field, with the slugs of the rules."""
    if not image.ome_attributes.multiscales:  # another rule's business
        return
    multiscale = image.ome_attributes.multiscales[0]
    axis = vector_axis(multiscale, type_)
    k, system = intrinsic(multiscale)
    loc = ("multiscales", 0, "coordinateSystems", k, "axes")
    if axis is None:
        yield (
            "t6.field-axis-type",
            Finding(loc, f"expected an axis of type {VECTORS[type_]!r}, got none"),
        )
        return
    if system.axes[axis].discrete is not True:
        found = "false" if system.axes[axis].discrete is False else "none"
        message = f"expected true, as vectors are discrete, got {found}"
        yield "t6.field-axis-discrete", Finding((*loc, axis, "discrete"), message)
    types = [each.type for each in system.axes]
    before, after = types[:axis], types[axis + 1 :]
    if "space" in before or "time" in after:
        found = ", ".join(map(str, types))
        message = f"expected the axis of vectors after time, and before space, got {found}"
        yield "t6.field-axis-place", Finding((*loc, axis), message)
    path = multiscale.datasets[0].path
    array = node_at(image.members, path)
    if is_array(array):
        for slug, message in _grid_misfits(array.shape, axis, type_, ndim_in, ndim_out):
            yield slug, Finding(("shape",), message, path, of_array=True)


def _grid_misfits(
    shape: tuple[int, ...], axis: int, type_: str, ndim_in: int | None, ndim_out: int | None
) -> Iterator[tuple[str, str]]:
    ndim = len(shape) - 1
    if ndim_in is not None and ndim != ndim_in:
        message = f"expected {ndim_in + 1} dimensions, one for each axis and one for the vectors"
        yield "t6.field-dims", f"{message}, got {ndim + 1}"
        return
    length = ndim if type_ == "displacements" else ndim_out
    if length is not None and axis < len(shape) and shape[axis] != length:
        message = f"expected vectors of {length} numbers, got {shape[axis]}"
        yield "t6.field-vector-length", message


def _misfits(owner: Any, members: Any) -> Iterator[tuple[str, Finding]]:
    """Yield what is wrong with the parameters of transformations, with the slugs of the rules."""
    systems = {loc: ndims for loc, _, *ndims in between(owner)}
    for loc, transform, path in parameters(owner):
        node = node_at(members, path.strip("/"))
        ndims = systems.get(loc[:-1], (None, None))
        if node is not UNREAD:
            is_field = transform.type in VECTORS
            check = _field if is_field else _matrix
            for slug, finding in check(node, transform.type, *ndims):
                if finding.node or finding.of_array:
                    where = "/".join((path.strip("/"), finding.node)).removesuffix("/.")
                    yield slug, finding._replace(node=where.rstrip("/"))
                else:
                    yield slug, Finding(loc, f"{finding.message} at {path!r}")


def _matrix(node: Any, type_: str, *ndims: int | None) -> Iterator[tuple[str, Finding]]:
    slug = f"t6.{type_}-path-shape"
    if not is_array(node):
        yield slug, Finding((), f"expected an array, got {_what(node)}")
    elif message := matrix_misfit(type_, node.shape, *ndims):
        yield slug, Finding(("shape",), message, of_array=True)


def _field(node: Any, type_: str, *ndims: int | None) -> Iterator[tuple[str, Finding]]:
    if is_array(node):
        last = len(node.shape) - 1
        for slug, message in _grid_misfits(node.shape, last, type_, *ndims):
            yield slug, Finding(("shape",), message, of_array=True)
    elif is_image(node):
        for slug, finding in field_misfits(node, type_, *ndims):
            yield slug, finding if finding.node else finding._replace(node=".")
    else:
        yield FIELD.slug, Finding((), f"expected an image of vectors, got {_what(node)}")


def _what(node: Any) -> str:
    return "nothing" if node is None else "a group"


def _of_image(slug: str, image: Any) -> Iterator[Finding]:
    for i, multiscale in enumerate(image.ome_attributes.multiscales):
        for broken, finding in _misfits(multiscale, image.members):
            if broken == slug:
                is_own = not finding.node
                yield finding._replace(loc=("multiscales", i, *finding.loc)) if is_own else finding


def _of_scene(slug: str, scene: Any) -> Iterator[Finding]:
    for broken, finding in _misfits(scene.ome_attributes.scene, scene.members):
        if broken == slug:
            yield finding if finding.node else finding._replace(loc=("scene", *finding.loc))


_RULES: Final = {
    "t6.affine-path-shape": "An affine at a path is an array of M x (N + 1) numbers.",
    "t6.rotation-path-shape": "A rotation at a path is an array of N x N numbers.",
    "t6.field-grid": "A field is a regular grid of vectors, in a multiscale group at its path.",
    "t6.field-dims": "A field has a dimension for each axis of the input, and one for the vectors.",
    "t6.field-axis-type": "The axis of vectors has the type 'displacement' or 'coordinate'.",
    "t6.field-axis-discrete": "The axis of vectors is discrete.",
    "t6.field-vector-length": "Vectors have a number for each axis of the output.",
    "t6.field-axis-place": "The axis of vectors is after time, and before space.",
}

OF_IMAGES: Final = tuple(
    Rule(slug, MUST, SECTION, text, partial(_of_image, slug)) for slug, text in _RULES.items()
)
OF_SCENES: Final = tuple(
    Rule(slug, MUST, SECTION, text, partial(_of_scene, slug)) for slug, text in _RULES.items()
)
