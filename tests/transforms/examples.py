"""Transformations of all types, with points and where they are mapped to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ome_zarr_models import unstructure
from ome_zarr_models.v06.axes import Axis
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Bijection,
    ByDimension,
    ByDimensionTransform,
    Coordinates,
    CoordinateSystem,
    CoordinateSystemIdentifier,
    Displacements,
    Identity,
    MapAxis,
    ProjectAxis,
    Rotation,
    Scale,
    Sequence,
    Translation,
)
from ome_zarr_models.v06.coordinate_transforms._grid import Grid

START = CoordinateSystemIdentifier(name="start")


END = CoordinateSystemIdentifier(name="end", path="0")


def by_dimension(*items: tuple[Any, list[int], list[int]], **more: Any) -> ByDimension:
    parts = [
        ByDimensionTransform(transformation=each, inputAxes=inputs, outputAxes=outputs)
        for each, inputs, outputs in items
    ]
    return ByDimension(transformations=parts, **more)


def sequence(*parts: Any, **more: Any) -> Sequence:
    return Sequence(transformations=parts, **more)


def class_of(model: object) -> Any:
    """Return the class of a model, without its type."""
    return type(model)


def grid(vectors: Any, steps: Any = None, origin: Any = None) -> Grid:
    array = np.array(vectors, dtype=float)
    ndim = array.ndim - 1
    return Grid(
        array,
        np.array([1.0] * ndim if steps is None else steps),
        np.array([0.0] * ndim if origin is None else origin),
    )


# The displacements of the points (0, 0), (0, 1), (1, 0) and (1, 1).
SHIFTS = grid([[[10, 0], [20, 0]], [[30, 0], [40, 4]]])


# The coordinates of the points 0, 2 and 4.
PLACES = grid([[0, 5], [10, 6], [30, 7]], steps=[2.0])


TURN = Rotation(rotation=[[0, -1], [1, 0]])


DROP = ProjectAxis(droppedInputs=[1])


CREATE = ProjectAxis(createdOutputs=[0, 2])


BOTH = ProjectAxis(createdOutputs=[2], droppedInputs=[0])


NARROW = Affine(affine=[[1, 2, 3, 4]])


WIDE = Affine(affine=[[1, 10], [2, 20], [0, 30]])


SQUARE = Affine(affine=[[0, 2, 1], [3, 0, 0]])


SHIFT = Translation(translation=[1, -2])


SWAP = by_dimension((Scale(scale=[10]), [1], [0]), (Translation(translation=[5]), [0], [1]))


UNUSED = by_dimension((Identity(), [2], [1]), (NARROW, [0, 2, 3], [0]))


WHOLE = by_dimension((MapAxis(mapAxis=[1, 0]), [2, 0], [0, 1]), (Scale(scale=[2]), [1], [2]))


MOVED = Displacements(path="d", grid=SHIFTS)


PLACED = Coordinates(path="c", grid=PLACES)


PAIR = Bijection(forward=MOVED, inverse=Displacements(path="e"))


ANY = None


# A transformation, points, where they are mapped to, its ndim_in, ndim_out and change, and
# whether it has an inverse.
TABLE: list[tuple[Any, list[Any], list[Any], tuple[Any, Any, Any, bool]]] = [
    (Identity(), [[1, 2]], [[1, 2]], (ANY, ANY, 0, True)),
    (Identity(), [[1], [-2.5]], [[1], [-2.5]], (ANY, ANY, 0, True)),
    (Scale(scale=[2, 0.5]), [[10, 10], [1, 0]], [[20, 5], [2, 0]], (2, 2, 0, True)),
    (Scale(scale=[2, 0]), [[10, 10]], [[20, 0]], (2, 2, 0, False)),
    (Scale(scale=[2**70]), [[0.5]], [[2**69]], (1, 1, 0, True)),
    (SHIFT, [[10, 20], [0, 0]], [[11, 18], [1, -2]], (2, 2, 0, True)),
    (Translation(translation=[2**70]), [[1]], [[2**70]], (1, 1, 0, True)),
    (TURN, [[10, 20]], [[-20, 10]], (2, 2, 0, True)),
    (
        Rotation(rotation=[[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        [[1, 2, 3]],
        [[3, 1, 2]],
        (3, 3, 0, True),
    ),
    (Rotation(path="r"), [], [], (ANY, ANY, 0, True)),
    (SQUARE, [[10, 20], [0, 0]], [[41, 30], [1, 0]], (2, 2, 0, True)),
    (Affine(affine=[[1, 2, 1], [2, 4, 0]]), [[1, 1]], [[4, 6]], (2, 2, 0, False)),
    (NARROW, [[1, 1, 1], [0, 0, 1]], [[10], [7]], (3, 1, -2, False)),
    (WIDE, [[1], [2]], [[11, 22, 30], [12, 24, 30]], (1, 3, 2, False)),
    (Affine(path="a"), [], [], (ANY, ANY, ANY, False)),
    (MapAxis(mapAxis=[1, 2, 0]), [[10, 20, 30]], [[20, 30, 10]], (3, 3, 0, True)),
    (DROP, [[1, 2, 3]], [[1, 3]], (ANY, ANY, -1, False)),
    (DROP, [[1, 2]], [[1]], (ANY, ANY, -1, False)),
    (ProjectAxis(droppedInputs=[0, 1]), [[1, 2]], [[]], (ANY, ANY, -2, False)),
    (CREATE, [[20, 30]], [[0, 20, 0, 30]], (ANY, ANY, 2, False)),
    (CREATE, [[20]], [[0, 20, 0]], (ANY, ANY, 2, False)),
    (BOTH, [[1, 2, 3]], [[2, 3, 0]], (ANY, ANY, 0, False)),
    (sequence(Scale(scale=[2, 2]), SHIFT), [[10, 20]], [[21, 38]], (2, 2, 0, True)),
    (sequence(SHIFT, Scale(scale=[2, 2])), [[10, 20]], [[22, 36]], (2, 2, 0, True)),
    (sequence(Identity(), BOTH, DROP), [[1, 2, 3]], [[2, 0]], (ANY, ANY, -1, False)),
    (sequence(DROP, CREATE, Identity()), [[1, 2]], [[0, 1, 0]], (ANY, ANY, 1, False)),
    (sequence(DROP, SHIFT, CREATE), [[1, 2, 3]], [[0, 2, 0, 1]], (3, 4, 1, False)),
    (sequence(WIDE, NARROW), [[1], [0]], [[149], [144]], (1, 1, 0, False)),
    (sequence(CREATE, UNUSED), [[1, 2]], [[10, 0]], (ANY, 2, ANY, False)),
    (sequence(SWAP, Identity(), DROP), [[1, 2]], [[20]], (ANY, 1, ANY, False)),
    (sequence(SHIFT, SWAP), [[1, 2]], [[0, 7]], (2, 2, ANY, True)),
    (sequence(SWAP, SHIFT), [[1, 2]], [[21, 4]], (ANY, 2, ANY, True)),
    (sequence(sequence(SHIFT), sequence(TURN)), [[1, 2]], [[0, 2]], (2, 2, 0, True)),
    (sequence(MOVED, SHIFT, SHIFT), [[1, 1]], [[43, 1]], (2, 2, 0, False)),
    (sequence(Identity(), PLACED), [[3]], [[20, 6.5]], (1, 2, 1, False)),
    (sequence(Affine(path="a"), Identity()), [], [], (ANY, ANY, ANY, False)),
    (sequence(Identity(), Affine(path="a")), [], [], (ANY, ANY, ANY, False)),
    (SWAP, [[1, 2]], [[20, 6]], (ANY, 2, ANY, True)),
    (WHOLE, [[1, 2, 3]], [[1, 3, 4]], (ANY, 3, ANY, True)),
    (UNUSED, [[1, 7, 2, 3]], [[18, 2]], (ANY, 2, ANY, False)),
    (
        by_dimension((Identity(), [0], [0]), (Identity(), [0], [1])),
        [[3], [4]],
        [[3, 3], [4, 4]],
        (ANY, 2, ANY, False),
    ),
    (
        by_dimension((MOVED, [2, 0], [1, 0]), (SHIFT, [0, 1], [2, 3])),
        [[0, 5, 1]],
        [[0, 31, 1, 3]],
        (ANY, 4, ANY, False),
    ),
    (by_dimension((PLACED, [1], [1, 0])), [[9, 2]], [[6, 10]], (ANY, 2, ANY, False)),
    (
        Bijection(forward=SHIFT, inverse=Translation(translation=[10, 10])),
        [[1, 1]],
        [[2, -1]],
        (2, 2, 0, True),
    ),
    (PAIR, [[0, 1]], [[20, 1]], (2, 2, 0, True)),
    (Bijection(forward=Identity(), inverse=SWAP), [[1, 2]], [[1, 2]], (2, 2, 0, True)),
    (Bijection(forward=Identity(), inverse=Identity()), [[1]], [[1]], (ANY, ANY, 0, True)),
    (MOVED, [[0, 0], [0.5, 1], [1, 0.25]], [[10, 0], [30.5, 3], [33.5, 1.25]], (2, 2, 0, False)),
    (Displacements(path="d"), [], [], (ANY, ANY, 0, False)),
    (PLACED, [[0], [1], [4]], [[0, 5], [5, 5.5], [30, 7]], (1, 2, 1, False)),
    (Coordinates(path="c"), [], [], (ANY, ANY, ANY, False)),
]


COMPUTED = [row[:3] for row in TABLE if row[1]]


LINEAR: list[Any] = [
    row for row in COMPUTED if "'path'" not in str(unstructure(row[0])) and row[2] != [[]]
]


CELL = by_dimension((Identity(), [0], [0]))


IDENTITY = ByDimensionTransform(transformation=Identity(), inputAxes=[0], outputAxes=[0])


SYSTEM = CoordinateSystem(
    name="physical",
    axes=[
        Axis(name="c", type="channel", discrete=True, longName="wavelength"),
        Axis(name="x", type="space", unit="micrometer"),
    ],
)


LINE = grid([[0], [10], [30], [60]], steps=[2.0], origin=[1.0])


ROW = grid([[[1, 10], [2, 20], [4, 40]]])  # a grid of 1 x 3 points
