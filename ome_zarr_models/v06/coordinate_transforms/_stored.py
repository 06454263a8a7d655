"""Parameters of transformations stored in arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._models.rule import Finding
from ..._paths import join
from ..._reading.read import read
from ..._rules.nodes import is_image
from ..._rules.v06.fields import misfits, vector_axis
from ..._rules.v06.transforms import FIELD
from ..._zarr.store import is_group, locate, open_node
from ...exceptions import MissingNodeError, Problem, ValidationError
from ._grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy import float64
    from numpy.typing import NDArray

    from ...typing import StoreLike


def load_matrix(group: StoreLike, path: str, type_: str) -> NDArray[float64]:
    """Read the matrix of an affine or a rotation from an array below a group."""
    array = _node(group, path, "an array")
    _check(misfits(array, type_), path)
    return _pixels(array)


def load_field(group: StoreLike, path: str, type_: str) -> Grid:
    """Read a field of displacements or coordinates below a group."""
    import numpy as np  # keeps the import of the models light

    node = _node(group, path, "an image of vectors")
    if not is_group(node):  # a plain array: a grid of pixels, with the vectors last
        _check(misfits(node, type_), path)
        ndim = len(node.shape) - 1
        return Grid(_pixels(node), np.ones(ndim), np.zeros(ndim))
    image: Any = read(node, policy="strict", depth="arrays").group_or_raise()
    if image.ome_zarr_version != "0.6" or not is_image(image):
        message = f"expected an image of OME-Zarr 0.6, got {image.kind} {image.ome_zarr_version}"
        _check([Finding((), message, rule=FIELD.slug)], path)
    _check(misfits(image, type_), path)
    multiscale = image.ome_attributes.multiscales[0]
    dataset = multiscale.datasets[0]
    axis: Any = vector_axis(multiscale, type_)
    affine = np.array(dataset.coordinateTransformations[0].as_affine(multiscale.ndim).affine)
    if not np.diag(affine).all():
        message = "expected a distance between the points of the grid, got a scale of 0"
        _check([Finding((), message, rule=FIELD.slug)], path)
    pixels = _pixels(_node(node, dataset.path, "an array"))
    return Grid(
        np.moveaxis(pixels, axis, -1),
        np.delete(np.diag(affine), axis),
        np.delete(affine[:, -1], axis),
    )


def _check(findings: Iterable[Finding], path: str) -> None:
    """Raise if there are findings for the node at a path."""
    problems = tuple(
        Problem(
            finding.rule,
            "error",
            join(path, finding.node),
            finding.loc,
            finding.message,
            "zarr.json",
        )
        for finding in findings
    )
    if problems:
        raise ValidationError(problems)


def _node(group: Any, path: str, expected: str) -> Any:
    """Open the zarr array or group at a path below a group."""
    node = open_node(locate(group, path.strip("/")))
    if node is None:
        message = f"expected {expected}, got nothing there"
        raise MissingNodeError((Problem("missing", "error", path, (), message),))
    return node


def _pixels(array: Any) -> NDArray[float64]:
    """Read all pixels of an array."""
    import numpy as np  # keeps the import of the models light

    return np.asarray(array[...], dtype=np.float64)
