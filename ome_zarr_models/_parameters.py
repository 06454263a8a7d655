"""The parameters of transformations that are in arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _zarr_io
from ._interpolation import Grid
from ._paths import join
from ._read import read
from ._rules.arrays import is_image
from ._rules.coordinate_transforms import FIELD
from ._rules.fields import field_misfits, matrix_misfit, vector_axis
from .exceptions import MissingNodeError, Problem, ValidationError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from ._zarr_io import StoreLike

__all__ = ["load_field", "load_matrix"]


def load_matrix(group: StoreLike, path: str, type_: str) -> NDArray[float64]:
    """Return the numbers of an affine or a rotation, which are in an array below a group."""
    matrix = _pixels(_node(group, path, "an array"), path)
    message = matrix_misfit(type_, matrix.shape)
    if message:
        problem = Problem(f"t6.{type_}-path-shape", "error", path, ("shape",), message, "zarr.json")
        raise ValidationError((problem,))
    return matrix


def load_field(group: StoreLike, path: str, type_: str) -> Grid:
    """Return a field of displacements or coordinates, which is below a group."""
    import numpy as np  # only where something is computed

    node = _node(group, path, "an image of vectors")
    if not _zarr_io.is_group(node):  # whose points are its pixels, and vectors the last axis
        ndim = _grid_ndim(node, path, type_)
        return Grid(_pixels(node, path), np.ones(ndim), np.zeros(ndim))
    image: Any = read(node, mode="strict", depth="arrays").group_or_raise()
    if image.ome_zarr_version != "0.6" or not is_image(image):
        message = f"expected an image of OME-Zarr 0.6, got {image.kind} {image.ome_zarr_version}"
        raise ValidationError((Problem(FIELD.slug, "error", path, (), message, "zarr.json"),))
    problems = [
        Problem(slug, "error", join(path, finding.node), finding.loc, finding.message, "zarr.json")
        for slug, finding in field_misfits(image, type_)
    ]
    if problems:
        raise ValidationError(tuple(problems))
    multiscale = image.ome_attributes.multiscales[0]
    dataset = multiscale.datasets[0]
    axis: Any = vector_axis(multiscale, type_)
    pixels = _pixels(_node(node, dataset.path, "an array"), join(path, dataset.path))
    affine = np.array(dataset.coordinateTransformations[0].as_affine(multiscale.ndim).affine)
    if not np.diag(affine).all():
        message = "expected points at a distance, got a scale of 0"
        raise ValidationError((Problem(FIELD.slug, "error", path, (), message, "zarr.json"),))
    return Grid(
        np.moveaxis(pixels, axis, -1),
        np.delete(np.diag(affine), axis),
        np.delete(affine[:, -1], axis),
    )


def _grid_ndim(array: Any, path: str, type_: str) -> int:
    """Return how many axes the grid of an array has, or raise if it is none of vectors."""
    ndim = len(array.shape) - 1
    rule = message = ""
    if ndim < 1:
        rule, message = "t6.field-dims", f"expected 2 dimensions at least, got {ndim + 1}"
    elif type_ == "displacements" and array.shape[-1] != ndim:
        rule = "t6.field-vector-length"
        message = f"expected vectors of {ndim} numbers, got {array.shape[-1]}"
    if rule:
        problem = Problem(rule, "error", path, ("shape",), message, "zarr.json")
        raise ValidationError((problem,))
    return ndim


def _node(group: Any, path: str, what: str) -> Any:
    """Return the array or the group at a path below a group, as zarr has it."""
    node = _zarr_io.open_node(_zarr_io.locate(group, path.strip("/")))
    if node is None:
        message = f"expected {what}, got nothing there"
        raise MissingNodeError((Problem("missing", "error", path, (), message),))
    return node


def _pixels(array: Any, path: str) -> NDArray[float64]:
    """Return all pixels of an array."""
    if _zarr_io.is_group(array):
        message = "expected an array, got a group"
        raise ValidationError((Problem("type", "error", path, (), message, "zarr.json"),))
    import numpy as np  # only where something is computed

    return np.asarray(array[...], dtype=np.float64)
