"""Coordinate transformations of 0.6: what they compute, refuse, read and write."""

from __future__ import annotations

import importlib.metadata
import json
import math
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zarr.storage import MemoryStore

from ome_zarr_models import ValidationError, structure, unstructure, validate
from ome_zarr_models._reading.checks import unchecked
from ome_zarr_models.exceptions import MissingNodeError
from ome_zarr_models.v06 import Scene
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
    NoAffineError,
    NoInverseError,
    ProjectAxis,
    Rotation,
    Scale,
    Sequence,
    Transform,
    Translation,
    UnloadedError,
)
from ome_zarr_models.v06.coordinate_transforms._grid import Grid
from ome_zarr_models.v06.transform_graph import TransformGraph

from .documents import image, plate, stored
from .stores import ZARR

if TYPE_CHECKING:
    from collections.abc import Callable

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


def _class(model: object) -> Any:
    """Return the class of a model, of which type checkers know nothing."""
    return type(model)


def grid(vectors: Any, steps: Any = None, origin: Any = None) -> Grid:
    array = np.array(vectors, dtype=float)
    ndim = array.ndim - 1
    return Grid(
        array,
        np.array([1.0] * ndim if steps is None else steps),
        np.array([0.0] * ndim if origin is None else origin),
    )


# How far each of the points (0, 0), (0, 1), (1, 0) and (1, 1) is moved.
SHIFTS = grid([[[10, 0], [20, 0]], [[30, 0], [40, 4]]])
# Where each of the points 0, 2 and 4 is.
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


@pytest.mark.parametrize(("transform", "points", "expected"), COMPUTED)
def test_points(transform: Any, points: Any, expected: Any) -> None:
    given_points = np.array(points, dtype=np.float64)
    before = given_points.copy()
    mapped = transform.transform_points(given_points)
    assert mapped.dtype == np.float64
    assert mapped.shape == (len(points), len(expected[0]))
    np.testing.assert_allclose(mapped, np.array(expected, float), rtol=1e-12, atol=1e-12)
    assert not np.shares_memory(mapped, given_points)
    mapped[:] = -1
    assert (given_points == before).all()
    point = transform.transform_point(points[0])
    assert [type(each) for each in (point, *point)] == [tuple, *[float] * len(point)]
    assert point == pytest.approx(tuple(expected[0]), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("transform", "points", "expected"), COMPUTED)
def test_no_points_and_points_of_integers(transform: Any, points: Any, expected: Any) -> None:
    ndim = len(points[0])
    none = transform.transform_points(np.empty((0, ndim)))
    assert (none.shape, none.dtype) == ((0, len(expected[0])), np.float64)
    whole = transform.transform_points(np.zeros((1, ndim), dtype="uint8"))
    assert whole.dtype == np.float64
    assert (whole == transform.transform_points([[0.0] * ndim])).all()


@pytest.mark.parametrize(("transform", "_points", "_expected", "known"), TABLE)
def test_what_is_known_of_dimensions(
    transform: Any, _points: Any, _expected: Any, known: Any
) -> None:
    ndim_in, ndim_out, change, has_inverse = known
    assert (transform.ndim_in, transform.ndim_out) == (ndim_in, ndim_out)
    assert transform.change == change
    assert transform.has_inverse is has_inverse
    assert transform.ndim == (ndim_in if ndim_in == ndim_out else None)


def test_scales_and_translations_are_made_from_numbers() -> None:
    assert Scale.build(np.array([2, 0.5])) == Scale(scale=(2.0, 0.5))
    assert Translation.build([1, 2]) == Translation(translation=(1, 2))


def test_a_sequence_gets_longer() -> None:
    short = sequence(SHIFT, input=START, output=END, name="steps")
    longer = short.add_transform(TURN)
    assert longer == sequence(SHIFT, TURN, input=START, output=END, name="steps")
    assert len(short.transformations) == 1


UNFIT: list[Any] = [
    (SHIFT, [1, 2], r"shape \(n, 2\), got \(2,\)"),
    (SHIFT, [[1, 2, 3]], r"shape \(n, 2\), got \(1, 3\)"),
    (SHIFT, [[1]], r"shape \(n, 2\), got \(1, 1\)"),
    (SHIFT, [[[1, 2]]], r"shape \(n, 2\), got \(1, 1, 2\)"),
    (SHIFT, [], r"shape \(n, 2\), got \(0,\)"),
    (Identity(), [1, 2], r"shape \(n, d\), got \(2,\)"),
    (WIDE, [[1, 2]], r"shape \(n, 1\), got \(1, 2\)"),
    (MOVED, [[1, 2, 3]], r"shape \(n, 2\), got \(1, 3\)"),
    (sequence(DROP, SHIFT), [[1, 2]], r"shape \(n, 3\), got \(1, 2\)"),
    (DROP, [[1]], r"have the axes \[1\], got points of 1 coordinates"),
    (CREATE, [[]], r"have the axes \[2\], got points of 0 coordinates"),
    (
        ProjectAxis(createdOutputs=[4], droppedInputs=[0, 3]),
        [[1, 2, 3]],
        r"have the axes \[3, 4\], got points of 3 coordinates",
    ),
    (UNUSED, [[1, 2]], r"have the axes \[2\], got points of 2 coordinates"),
    (sequence(Identity(), UNUSED), [[1, 2]], r"have the axes \[2\], got points of 2"),
    (sequence(Identity(), by_dimension((MOVED, [1, 3], [1, 0]))), [[1, 2]], r"axes \[3\], got"),
    (sequence(SHIFT, PLACED), [[1, 2]], r"shape \(n, 1\), got \(1, 2\)"),
    (
        by_dimension((PLACED, [0], [0])),
        [[1], [2]],
        r"the coordinates to return points of 1 coordinates, got 2",
    ),
]


@pytest.mark.parametrize(("transform", "points", "message"), UNFIT)
def test_points_that_do_not_fit(transform: Any, points: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        transform.transform_points(points)


@pytest.mark.parametrize(("transform", "points", "_expected"), LINEAR)
def test_affines_do_the_same(transform: Any, points: Any, _expected: Any) -> None:
    named = attrs.evolve(transform, input=START, output=END, name="same")
    affine = named.as_affine(len(points[0]))
    assert affine.type == "affine"
    assert (affine.input, affine.output, affine.name) == (START, END, "same")
    np.testing.assert_allclose(
        affine.transform_points(points), transform.transform_points(points), rtol=1e-12
    )
    if transform.ndim_in is not None:
        assert named.as_affine() == affine


def test_the_affine_of_by_dimension_is_of_the_axes_that_are_used() -> None:
    assert UNUSED.as_affine().affine == ((1, 0, 2, 3, 4), (0, 0, 1, 0, 0))
    assert UNUSED.as_affine(5).ndim_in == 5
    with pytest.raises(ValueError, match=r"the axes \[2\], got points of 1 coordinates"):
        by_dimension((Identity(), [2], [0])).as_affine(1)


@pytest.mark.parametrize(
    ("transform", "ndim", "message"),
    [
        (MOVED, None, "a field of displacements is not affine"),
        (PLACED, 1, "a field of coordinates is not affine"),
        (sequence(SHIFT, MOVED), None, "a field of displacements is not affine"),
        (PAIR, None, "a field of displacements is not affine"),
        (by_dimension((PLACED, [0], [0, 1])), None, "a field of coordinates is not affine"),
        (Displacements(path="d"), None, "a field of displacements is not affine"),
        (Identity(), None, "the identity accepts any number of dimensions: give `ndim`"),
        (DROP, None, "the projectAxis accepts any number of dimensions: give `ndim`"),
        (sequence(SWAP), None, "the sequence accepts any number of dimensions: give `ndim`"),
        (SHIFT, 3, "expected 2 dimensions for the translation, got 3"),
        (sequence(SHIFT), 1, "expected 2 dimensions for the sequence, got 1"),
        (MOVED, 3, "a field of displacements is not affine"),
    ],
)
def test_what_no_affine_does(transform: Any, ndim: int | None, message: str) -> None:
    with pytest.raises(NoAffineError, match=message):
        transform.as_affine(ndim)


INVERTIBLE = [row[0] for row in COMPUTED if row[0].has_inverse and row[0] is not PAIR]


@pytest.mark.parametrize("transform", [*INVERTIBLE, PAIR])
def test_inverses_lead_back_by_another_name(transform: Any) -> None:
    back = transform.inverse()
    assert (back.input, back.output, back.name) == (None, None, None)
    named = attrs.evolve(transform, input=START, output=END, name="forth")
    back = named.inverse()
    assert (back.input, back.output, back.name) == (END, START, "forth_inverse")
    assert named.get_inverse() == back
    assert type(back) is type(transform)
    assert back.has_inverse


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (Identity(), Identity()),
        (Scale(scale=[2, 0.5]), Scale(scale=[0.5, 2])),
        (SHIFT, Translation(translation=[-1, 2])),
        (TURN, Rotation(rotation=[[0, 1], [-1, 0]])),
        (SQUARE, Affine(affine=[[0, 1 / 3, 0], [0.5, 0, -0.5]])),
        (MapAxis(mapAxis=[1, 2, 0]), MapAxis(mapAxis=[2, 0, 1])),
        (sequence(SHIFT, TURN), sequence(TURN.inverse(), SHIFT.inverse())),
        (
            SWAP,
            by_dimension((Scale(scale=[0.1]), [0], [1]), (Translation(translation=[-5]), [1], [0])),
        ),
        (PAIR, Bijection(forward=PAIR.backward, inverse=PAIR.forward)),
    ],
)
def test_inverses(transform: Any, expected: Any) -> None:
    assert transform.inverse() == expected


# But for rounding: numpy refuses to invert some, and makes up numbers for the others.
SINGULAR = [
    [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    [[-0.06, -0.17, -0.08], [0.05, -0.15, -0.1], [0.02, 0.08, 0.04]],
    [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
    [[1e9, 2e9, 3e9], [4e-9, 5e-9, 6e-9], [7, 8, 9]],
    [[1e9, 2e-9, 3], [4e9, 5e-9, 6], [7e9, 8e-9, 9]],
]
CELL = by_dimension((Identity(), [0], [0]))


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (Scale(scale=[2, 0]), r"the scale has no inverse: expected nonzero factors, got \[2, 0\]"),
        (
            Affine(affine=[[1, 2, 1], [2, 4, 0]]),
            r"the affine has no inverse: .*, got \[\[1.0, 2.0, 1.0\]",
        ),
        *(
            (Affine(affine=np.c_[each, [1, 2, 3]]), "the affine has no inverse")
            for each in SINGULAR
        ),
        (NARROW, "the affine has no inverse"),
        (WIDE, "the affine has no inverse"),
        (DROP, "a projection to other axes has no inverse"),
        (CREATE, "a projection to other axes has no inverse"),
        (MOVED, "a field of displacements has no inverse that can be computed: use a `Bijection`"),
        (PLACED, "a field of coordinates has no inverse"),
        (sequence(SHIFT, DROP), "a projection to other axes has no inverse"),
        (sequence(SHIFT, CELL), "a sequence from 2 to 1 dimensions has no inverse"),
        (UNUSED, "the byDimension has no inverse: a part has none, or an input axis is not used"),
        (by_dimension((Identity(), [1], [0])), "an input axis is not used exactly once"),
        (
            by_dimension((Identity(), [0], [0]), (Identity(), [0], [1])),
            "an input axis is not used exactly once",
        ),
        (by_dimension((Scale(scale=[0]), [0], [0])), "a part has none"),
        (by_dimension((CELL, [0, 1], [0])), "an input axis is not used exactly once"),
    ],
)
def test_what_has_no_inverse(transform: Any, message: str) -> None:
    assert not transform.has_inverse
    with pytest.raises(NoInverseError, match=message):
        transform.inverse()


FACTORS = st.floats(0.01, 100) | st.floats(-100, -0.01) | st.integers(1, 9)
DISTANCES = st.floats(-1000, 1000)


def _matrix(angles: list[float], ndim: int) -> Any:
    """Return a rotation by an angle in each plane of two neighbouring axes."""
    matrix = np.eye(ndim)
    for i, angle in enumerate(angles):
        turn = np.eye(ndim)
        turn[i : i + 2, i : i + 2] = [
            [math.cos(angle), -math.sin(angle)],
            [math.sin(angle), math.cos(angle)],
        ]
        matrix = turn @ matrix
    return matrix


def _vectors(each: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(each, min_size=count, max_size=count)


def _rotations(ndim: int) -> st.SearchStrategy[Any]:
    return _vectors(st.floats(-4, 4), ndim - 1).map(lambda angles: _matrix(angles, ndim))


def _affine(turn: Any, factors: list[float], other: Any, distances: list[float]) -> Affine:
    return Affine(affine=np.c_[turn @ np.diag(factors) @ other, distances])


def _simple(ndim: int) -> st.SearchStrategy[Any]:
    """Return transformations that have an inverse, and no parts."""
    factors, distances = _vectors(FACTORS, ndim), _vectors(DISTANCES, ndim)
    return st.one_of(
        st.just(Identity()),
        factors.map(Scale.build),
        distances.map(Translation.build),
        _rotations(ndim).map(lambda matrix: Rotation(rotation=matrix)),
        st.permutations(range(ndim)).map(lambda axes: MapAxis(mapAxis=axes)),
        st.builds(_affine, _rotations(ndim), factors, _rotations(ndim), distances),
    )


@st.composite
def _divided(draw: st.DrawFn, ndim: int, depth: int) -> ByDimension:
    """Return transformations of some of the axes, and of the others."""
    count = draw(st.integers(1, ndim))
    inputs, outputs = draw(st.permutations(range(ndim))), draw(st.permutations(range(ndim)))
    parts = [
        (draw(invertibles(end - start, depth)), inputs[start:end], outputs[start:end])
        for start, end in ((0, count), (count, ndim))
        if start != end
    ]
    return by_dimension(*parts)


def invertibles(ndim: int, depth: int = 2) -> st.SearchStrategy[Any]:
    """Return transformations that have an inverse, of some number of dimensions."""
    if depth == 0:
        return _simple(ndim)
    parts = st.deferred(lambda: invertibles(ndim, depth - 1))
    return st.one_of(
        _simple(ndim),
        st.lists(parts, min_size=1, max_size=3).map(lambda each: sequence(*each)),
        parts.map(lambda forward: Bijection(forward=forward, inverse=forward.inverse())),
        _divided(ndim, depth - 1),
    )


@st.composite
def with_points(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return a transformation that has an inverse, with points for it."""
    ndim = draw(st.integers(1, 5))
    rows = st.lists(st.floats(-1000, 1000), min_size=ndim, max_size=ndim)
    return draw(invertibles(ndim)), np.array(draw(st.lists(rows, min_size=1, max_size=3)))


def _size(*arrays: Any) -> float:
    return 1 + max(float(abs(array).max()) for array in arrays)


@given(with_points())
def test_back_is_where_a_point_was(case: tuple[Any, Any]) -> None:
    transform, points = case
    mapped = transform.transform_points(points)
    back = transform.inverse()
    size = _size(points, mapped, np.array(back.as_affine(points.shape[1]).affine))
    np.testing.assert_allclose(back.transform_points(mapped), points, atol=1e-6 * size)
    twice = back.inverse().transform_points(points)
    np.testing.assert_allclose(twice, mapped, atol=1e-6 * size * _size(mapped))


@given(with_points())
def test_an_affine_is_the_same_as_step_by_step(case: tuple[Any, Any]) -> None:
    transform, points = case
    ndim = points.shape[1]
    expected = points
    for part in getattr(transform, "transformations", [transform]):
        if transform.type == "byDimension":
            expected = transform.transform_points(points)
            break
        expected = part.transform_points(expected)
    for each in (transform, transform.as_affine(ndim)):
        mapped = each.transform_points(points)
        np.testing.assert_allclose(mapped, expected, atol=1e-9 * _size(points, expected))


@given(with_points())
def test_what_was_made_is_read_again(case: tuple[Any, Any]) -> None:
    transform, _ = case
    document = json.loads(json.dumps(unstructure(transform)))
    read = structure(document, _class(transform))
    assert read == transform
    assert hash(read) == hash(transform)
    assert unstructure(read) == document


ROUNDED = [[0.17, -0.985], [0.985, 0.17]]
SYSTEMS = [
    {"name": name, "axes": [{"name": axis, "type": "space"} for axis in "yx"]}
    for name in ("start", "end")
]


POINTS = np.array([[1, 2], [-300, 0.5]])


def _scene(*transforms: dict[str, Any]) -> dict[str, Any]:
    placed = [
        {**each, "input": {"name": "start"}, "output": {"name": "end"}} for each in transforms
    ]
    scene = {"coordinateSystems": SYSTEMS, "coordinateTransformations": placed}
    return {"ome": {"version": "0.6", "scene": scene}}


def _warned(document: dict[str, Any]) -> list[str]:
    report = validate(document)
    assert report.status == "valid", str(report)
    return [problem.rule for problem in report.problems if "rotation" in problem.rule]


@pytest.mark.parametrize(
    ("rotation", "warned"),
    [
        (ROUNDED, ["t6.rotation-orthonormal"]),
        ((np.eye(2) * (1 - 4e-4)).tolist(), ["t6.rotation-orthonormal"]),
        ((np.eye(2) * (1 + 1e-6)).tolist(), ["t6.rotation-orthonormal"]),
        ((np.eye(2) * (1 + 1e-7)).tolist(), []),
        ([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]], []),
        ([[-1, 0], [0, -1]], []),
    ],
)
def test_rotations_of_rounded_numbers(rotation: Any, warned: list[str]) -> None:
    document = _scene({"type": "rotation", "rotation": rotation})
    assert _warned(document) == warned
    turn = Rotation(rotation=rotation)
    mapped = turn.transform_points(POINTS)
    np.testing.assert_allclose(mapped, POINTS @ np.array(rotation).T)
    back = turn.inverse()
    assert isinstance(back, Rotation)
    np.testing.assert_allclose(back.transform_points(mapped), POINTS, rtol=1e-9, atol=1e-9)


def test_the_inverse_of_an_exact_rotation_is_its_transpose() -> None:
    c, s = math.cos(1), math.sin(1)
    assert Rotation(rotation=[[c, -s], [s, c]]).inverse() == Rotation(rotation=[[c, s], [-s, c]])
    matrix = _matrix([0.3, 1.1, -2.5, 0.7], 5)
    assert Rotation(rotation=matrix).inverse() == Rotation(rotation=matrix.T)


def test_an_inverse_that_is_too_far_from_a_rotation_is_an_affine() -> None:
    turn = Rotation(rotation=np.eye(2) * math.sqrt(1 - 0.0009999), input=START, name="turn")
    back = turn.inverse()
    assert isinstance(back, Affine)
    assert (back.input, back.output, back.name) == (None, START, "turn_inverse")
    there = turn.transform_point([10, 20])
    assert back.transform_point(there) == pytest.approx((10, 20), rel=1e-12)


@pytest.mark.parametrize(
    ("rotation", "message"),
    [
        ([[1, 0], [0, 0.99]], "expected orthonormal rows, got rows with an error of 0.0199"),
        ([[1, 0.0011], [0, 1]], "expected orthonormal rows, got rows with an error of 0.0011"),
        ([[1, 0], [0, -1]], "expected the determinant 1, got -1: a reflection"),
        ([[0, 1], [1, 0]], "expected the determinant 1, got -1: a reflection"),
        ([[0, 0], [0, 0]], "expected orthonormal rows, got rows with an error of 1"),
    ],
)
def test_what_is_no_rotation(rotation: Any, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Rotation(rotation=rotation)
    assert str(raised.value) == f"rotation: {message} [t6.rotation-orthonormal]"


@pytest.mark.parametrize(
    ("made", "field", "expected"),
    [
        (Scale(scale=np.array([1, 0.5])), "scale", (1.0, 0.5)),
        (Scale(scale=(np.int8(2), np.float32(0.5))), "scale", (2, 0.5)),
        (Translation(translation=np.array([1, 2], dtype="uint8")), "translation", (1, 2)),
        (MapAxis(mapAxis=np.array([1, 0])), "mapAxis", (1, 0)),
        (ProjectAxis(createdOutputs=np.array([1])), "createdOutputs", (1,)),
        (ProjectAxis(droppedInputs=iter([np.int64(1)])), "droppedInputs", (1,)),
        (Affine(affine=np.array([[1, 2.5]])), "affine", ((1.0, 2.5),)),
        (Affine(affine=[np.array([1, 2]), [np.float64(3), 4]]), "affine", ((1, 2), (3.0, 4))),
        (Rotation(rotation=np.eye(2)), "rotation", ((1.0, 0.0), (0.0, 1.0))),
        (
            ByDimensionTransform(
                transformation=Identity(), inputAxes=np.array([3]), outputAxes=(np.uint8(1),)
            ),
            "inputAxes",
            (3,),
        ),
    ],
)
def test_numbers_of_numpy_become_those_of_python(made: Any, field: str, expected: Any) -> None:
    found = getattr(made, field)
    assert repr(found) == repr(expected)
    assert json.loads(json.dumps(unstructure(made)))[field] == json.loads(json.dumps(expected))


IDENTITY = ByDimensionTransform(transformation=Identity(), inputAxes=[0], outputAxes=[0])


LAST = "transformations[1]"
PART = "transformations[0].transformation"
INNER = f"{LAST}.transformations[0]"
REFUSED: list[Any] = [
    (
        Rotation,
        {"rotation": [["1", 0], [0, 1]]},
        'rotation[0][0]: expected a number, got "1"',
        "t6.rotation-2d",
    ),
    (
        Rotation,
        {"rotation": [[10**400, 0], [0, 1]]},
        "rotation: expected orthonormal rows, got rows with an error of inf",
        "t6.rotation-orthonormal",
    ),
    (Scale, {"scale": ["1"]}, 'scale[0]: expected a number, got "1"', "t6.scale-length"),
    (Scale, {"scale": [True]}, "scale[0]: expected a number, got true", "t6.scale-length"),
    (Scale, {"scale": [math.nan]}, "scale[0]: expected a number, got NaN", "t6.scale-length"),
    (Scale, {"scale": "12"}, 'scale: expected a list, got "12"', "t6.scale-length"),
    (Scale, {"scale": 3}, "scale: expected a list, got 3", "t6.scale-length"),
    (Scale, {"scale": None}, "scale: expected a list, got null", "t6.scale-length"),
    (
        Scale,
        {"scale": np.ones((1, 2))},
        "scale[0]: expected a number, got array([1., 1.])",
        "t6.scale-length",
    ),
    (
        Scale,
        {"scale": [1], "type": "translation"},
        'type: expected "scale", got "translation"',
        "t6.type",
    ),
    (
        Translation,
        {"translation": ["1"]},
        'translation[0]: expected a number, got "1"',
        "t6.translation-length",
    ),
    (
        Translation,
        {"translation": [math.inf]},
        "translation[0]: expected a number, got Infinity",
        "t6.translation-length",
    ),
    (
        Translation,
        {"translation": {1: 2}},
        'translation: expected a list, got {"1": 2}',
        "t6.translation-length",
    ),
    (
        MapAxis,
        {"mapAxis": [1.0, 0]},
        "mapAxis[0]: expected an integer, got 1.0",
        "t6.mapaxis-field",
    ),
    (
        MapAxis,
        {"mapAxis": ["0"]},
        'mapAxis[0]: expected an integer, got "0"',
        "t6.mapaxis-field",
    ),
    (
        MapAxis,
        {"mapAxis": [True]},
        "mapAxis[0]: expected an integer, got true",
        "t6.mapaxis-field",
    ),
    (
        MapAxis,
        {"mapAxis": [0, 0]},
        "mapAxis: expected each axis once, got 0 more than once",
        "t6.mapaxis-perm",
    ),
    (
        MapAxis,
        {"mapAxis": [1, 2]},
        "mapAxis: expected indices from 0 to 1, got 2",
        "t6.mapaxis-range",
    ),
    (
        MapAxis,
        {"mapAxis": [-1, 0]},
        "mapAxis: expected indices from 0 to 1, got -1",
        "t6.mapaxis-range",
    ),
    (
        ProjectAxis,
        {"createdOutputs": [0, 0]},
        "createdOutputs: expected axes that differ, got 0 more than once",
        "t6.project-created-unique",
    ),
    (
        ProjectAxis,
        {"droppedInputs": [1, 1]},
        "droppedInputs: expected axes that differ, got 1 more than once",
        "t6.project-dropped-unique",
    ),
    (
        ProjectAxis,
        {"droppedInputs": [0.5]},
        "droppedInputs[0]: expected an integer, got 0.5",
        "t6.project-dropped-unique",
    ),
    (
        ProjectAxis,
        {"createdOutputs": [-1]},
        "createdOutputs: expected axis indices of at least 0, got -1",
        "t6.dims-compatible",
    ),
    (Affine, {}, "expected one of 'affine' and 'path', got neither", "t6.affine-2d"),
    (
        Affine,
        {"affine": [[1, 0]], "path": "a"},
        "expected one of 'affine' and 'path', got both",
        "t6.affine-2d",
    ),
    (Affine, {"path": 3}, "path: expected a string, got 3", "t6.affine-2d"),
    (
        Affine,
        {"affine": []},
        "affine: expected rows of one length, got no rows",
        "t6.affine-shape",
    ),
    (
        Affine,
        {"affine": [[]]},
        "affine: expected rows of one length, got rows of 0 numbers",
        "t6.affine-shape",
    ),
    (
        Affine,
        {"affine": [[1, 2], [3]]},
        "affine: expected rows of one length, got rows of 2, 1 numbers",
        "t6.affine-shape",
    ),
    (Affine, {"affine": [1, 2]}, "affine: expected a list of lists, got [1, 2]", "t6.affine-2d"),
    (
        Affine,
        {"affine": np.ones(2)},
        "affine: expected a list of lists, got (np.float64(1.0), np.float64(1.0))",
        "t6.affine-2d",
    ),
    (Affine, {"affine": "12"}, 'affine: expected a list, got "12"', "t6.affine-2d"),
    (
        Affine,
        {"affine": [["1", 2]]},
        'affine[0][0]: expected a number, got "1"',
        "t6.affine-2d",
    ),
    (
        Affine,
        {"affine": [[1, True]]},
        "affine[0][1]: expected a number, got true",
        "t6.affine-2d",
    ),
    (
        Affine,
        {"affine": [[math.nan]]},
        "affine[0][0]: expected a number, got NaN",
        "t6.affine-2d",
    ),
    (
        Affine,
        {"affine": np.ones((1, 1, 1))},
        "affine[0][0]: expected a number, got array([1.])",
        "t6.affine-2d",
    ),
    (Rotation, {}, "expected one of 'rotation' and 'path', got neither", "t6.rotation-2d"),
    (
        Rotation,
        {"rotation": [[1]], "path": "r"},
        "expected one of 'rotation' and 'path', got both",
        "t6.rotation-2d",
    ),
    (
        Rotation,
        {"rotation": [1, 0]},
        "rotation: expected a list of lists, got [1, 0]",
        "t6.rotation-2d",
    ),
    (
        Rotation,
        {"rotation": [[1, 0], [0]]},
        "rotation: expected as many rows as columns, got 2 rows of 2, 1 numbers",
        "t6.rotation-shape",
    ),
    (
        Rotation,
        {"rotation": []},
        "rotation: expected rows of numbers, got none",
        "t6.rotation-shape",
    ),
    (
        Sequence,
        {"transformations": []},
        "transformations: expected at least one transformation, got none",
        "t6.sequence-nonempty",
    ),
    (
        Sequence,
        {"transformations": SHIFT},
        "transformations: expected a list, got Translation(translation=(1, -2))",
        "t6.sequence-nonempty",
    ),
    (
        Sequence,
        {"transformations": [SHIFT, Scale(scale=[1])]},
        "transformations[1].scale: expected 2 numbers, one for each axis of the input, got 1",
        "t6.scale-length",
    ),
    (
        Sequence,
        {"transformations": [DROP, SHIFT, MapAxis(mapAxis=[0, 1, 2])]},
        "transformations[2].mapAxis: expected 2 numbers, one for each axis of the input, got 3",
        "t6.mapaxis-length",
    ),
    *(
        (
            Sequence,
            {"transformations": [Affine(affine=[[1, 2, 3]]), part]},
            f"{LAST}.{part.type}: expected 1 {parts}, one for each axis of the input, got 2",
            rule,
        )
        for part, parts, rule in (
            (SHIFT, "numbers", "t6.translation-length"),
            (TURN, "rows", "t6.rotation-dims"),
        )
    ),
    (
        Sequence,
        {"transformations": [SHIFT, NARROW]},
        "transformations[1].affine: expected 1 rows of 3 numbers, got 1 of 4",
        "t6.affine-shape",
    ),
    (
        Sequence,
        {"transformations": [SHIFT, by_dimension((Identity(), [2], [0]))]},
        f"{INNER}.inputAxes: expected axis indices below 2, the number of axes, got 2",
        "t6.bydim-int",
    ),
    (
        Bijection,
        {"forward": Scale(scale=[1]), "inverse": SHIFT},
        "inverse.translation: expected 1 numbers, one for each axis of the input, got 2",
        "t6.bijection-inner-dims",
    ),
    (
        Bijection,
        {"forward": None, "inverse": SHIFT},
        "forward: expected an object, got null",
        "t6.bijection-both",
    ),
    (
        ByDimension,
        {"transformations": None},
        "transformations: expected a list, got null",
        "t6.bydim-items",
    ),
    (
        ByDimension,
        {"transformations": [Identity()]},
        "transformations[0]: expected an object, got Identity()",
        "t6.bydim-items",
    ),
    (
        ByDimension,
        {"transformations": [IDENTITY, IDENTITY]},
        "transformations: expected each of 2 output axes once, got 0, 0",
        "t6.bydim-cover",
    ),
    (
        ByDimension,
        {"transformations": [attrs.evolve(IDENTITY, inputAxes=[-1])]},
        "transformations[0].inputAxes: expected axis indices of at least 0, got -1",
        "t6.bydim-int",
    ),
    (
        ByDimension,
        {"transformations": [attrs.evolve(IDENTITY, transformation=SHIFT)]},
        f"{PART}.translation: expected 1 numbers, one for each axis of the input, got 2",
        "t6.bydim-length",
    ),
    (
        ByDimensionTransform,
        {"transformation": None, "inputAxes": [0], "outputAxes": [0]},
        "transformation: expected an object, got null",
        "t6.bydim-items",
    ),
    (
        ByDimensionTransform,
        {"transformation": Identity(), "inputAxes": ["0"], "outputAxes": [0]},
        'inputAxes[0]: expected an integer, got "0"',
        "t6.bydim-int",
    ),
    (
        ByDimensionTransform,
        {"transformation": Identity(), "inputAxes": [0], "outputAxes": [0.0]},
        "outputAxes[0]: expected an integer, got 0.0",
        "t6.bydim-int",
    ),
    (Displacements, {"path": 3}, "path: expected a string, got 3", "t6.field-grid"),
    (Coordinates, {"path": None}, "path: expected a string, got null", "t6.field-grid"),
    (Identity, {"name": 3}, "name: expected a string, got 3", "t6.name-unique"),
    (Identity, {"output": "end"}, 'output: expected an object, got "end"', "t6.io-object"),
    (
        CoordinateSystemIdentifier,
        {},
        "expected a 'name' or a 'path', got neither",
        "t6.io-object",
    ),
    (CoordinateSystemIdentifier, {"name": 3}, "name: expected a string, got 3", "t6.io-object"),
    (
        CoordinateSystem,
        {"name": "", "axes": []},
        "name: expected a non-empty string, got an empty one",
        "cs.name-nonempty",
    ),
    (CoordinateSystem, {"name": "a", "axes": 3}, "axes: expected a list, got 3", "cs.axes"),
    (
        CoordinateSystem,
        {"name": "a", "axes": [Axis(name="x"), Axis(name="y"), Axis(name="x")]},
        'axes: expected names that differ, got "x" more than once',
        "axes.name-unique",
    ),
    (
        Axis,
        {"name": ""},
        "name: expected a non-empty string, got an empty one",
        "axes.name-nonempty",
    ),
    (
        Axis,
        {"name": "c", "discrete": "yes"},
        'discrete: expected true or false, got "yes"',
        "axes.discrete-bool",
    ),
    (
        Axis,
        {"name": "c", "longName": 3},
        "longName: expected a string, got 3",
        "axes.longname-string",
    ),
]


@pytest.mark.parametrize(("cls", "fields", "message", "rule"), REFUSED)
def test_what_the_constructors_refuse(
    cls: Callable[..., Any], fields: dict[str, Any], message: str, rule: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        cls(**fields)
    assert str(raised.value).splitlines()[0] == f"{message} [{rule}]"


SYSTEM = CoordinateSystem(
    name="physical",
    axes=[
        Axis(name="c", type="channel", discrete=True, longName="wavelength"),
        Axis(name="x", type="space", unit="micrometer"),
    ],
)


@pytest.mark.parametrize(
    "model",
    [*(row[0] for row in TABLE), SYSTEM, START, END, IDENTITY, *SYSTEM.axes],
)
def test_models_come_back(model: Any) -> None:
    named = (
        attrs.evolve(model, input=START, output=END, name="n", extra={"more": [1]})
        if isinstance(model, Transform)
        else model
    )
    for each in (model, named):
        document = json.loads(json.dumps(unstructure(each)))
        read = structure(document, _class(each))
        copied = pickle.loads(pickle.dumps(each))  # noqa: S301 - our own
        assert read == each
        assert copied == each
        assert hash(read) == hash(each) == hash(copied)
        assert unstructure(read) == document


def test_documents() -> None:
    assert unstructure(attrs.evolve(PAIR, input=START, output=END)) == {
        "type": "bijection",
        "input": {"name": "start"},
        "output": {"name": "end", "path": "0"},
        "forward": {"type": "displacements", "path": "d"},
        "inverse": {"type": "displacements", "path": "e"},
    }
    assert unstructure(CELL) == {
        "type": "byDimension",
        "transformations": [
            {"transformation": {"type": "identity"}, "inputAxes": [0], "outputAxes": [0]}
        ],
    }
    assert unstructure(SYSTEM) == {
        "name": "physical",
        "axes": [
            {"name": "c", "type": "channel", "discrete": True, "longName": "wavelength"},
            {"name": "x", "type": "space", "unit": "micrometer"},
        ],
    }
    assert SYSTEM.ndim == 2


def test_a_field_in_memory_is_no_part_of_the_metadata() -> None:
    other = attrs.evolve(MOVED, grid=None)
    assert other == MOVED
    assert hash(other) == hash(MOVED)
    copied: Any = pickle.loads(pickle.dumps(MOVED))  # noqa: S301 - our own
    assert copied.transform_point([1, 1]) == (41, 5)
    document = {"type": "displacements", "path": "d", "grid": 1}
    read = structure(document, Displacements)
    assert (read.grid, read.extra) == (None, {"grid": 1})
    assert unstructure(read) == document


def test_references_show_where_they_lead() -> None:
    assert [str(each) for each in (START, END)] == ["start", "0 end"]
    assert str(CoordinateSystemIdentifier(path="0")) == "0"
    assert structure({"name": "a", "path": None}, CoordinateSystemIdentifier).path is None


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (Identity(), "Identity()"),
        (SHIFT, "Translation(translation=(1, -2))"),
        (Scale(scale=[2], name="s", extra={"a": 1}), "Scale(name='s', scale=(2,), extra={'a': 1})"),
        (MapAxis(mapAxis=[1, 0]), "MapAxis(mapAxis=(1, 0))"),
        (DROP, "ProjectAxis(droppedInputs=(1,))"),
        (Affine(path="a"), "Affine(path='a')"),
        (TURN, "Rotation(rotation=((0, -1), (1, 0)))"),
        (Displacements(path="d"), "Displacements(path='d')"),
        (Coordinates(path="c"), "Coordinates(path='c')"),
        (sequence(Identity()), "Sequence(transformations=(Identity(),))"),
        (CELL, f"ByDimension(transformations=({IDENTITY!r},))"),
        (
            IDENTITY,
            "ByDimensionTransform(transformation=Identity(), inputAxes=(0,), outputAxes=(0,))",
        ),
        (START, "CoordinateSystemIdentifier(name='start')"),
        (
            CoordinateSystem(name="a", axes=[Axis(name="x")]),
            "CoordinateSystem(name='a', axes=(Axis(name='x'),))",
        ),
    ],
)
def test_models_show_what_they_were_made_of(model: Any, shown: str) -> None:
    assert repr(model) == shown
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        _class(model)("a")


def test_what_is_usual_is_not_looked_at_closely() -> None:
    assert sequence(Scale(scale=[1, 2]), SHIFT).passes_at_a_glance()
    assert not sequence(Identity(), Identity()).passes_at_a_glance()
    assert not unchecked(Sequence, transformations=()).passes_at_a_glance()


def test_ends_can_be_changed() -> None:
    moved = attrs.evolve(SHIFT, name="shift").between(START, END)
    assert moved == Translation(translation=[1, -2], name="shift", input=START, output=END)
    assert moved.between(None, None) == attrs.evolve(SHIFT, name="shift")


# Values between the points of a grid.

LINE = grid([[0], [10], [30], [60]], steps=[2.0], origin=[1.0])
ROW = grid([[[1, 10], [2, 20], [4, 40]]])  # a grid of 1 x 3 points
NAN = math.nan


@pytest.mark.parametrize(
    ("field", "interpolation", "points", "expected"),
    [
        (LINE, "linear", [[1], [2], [3], [4.5], [7]], [[0], [5], [10], [25], [60]]),
        (LINE, "nearest", [[1], [1.9], [2], [2.1], [6.1], [7]], [[0], [0], [10], [10], [60], [60]]),
        (LINE, "linear", [[0.999], [7.001], [-50], [NAN], [math.inf]], [[NAN]] * 5),
        (LINE, "nearest", [[0.9], [7.1], [3]], [[NAN], [NAN], [10]]),
        (LINE, "cubic", [[0.9], [7.1]], [[NAN], [NAN]]),
        (LINE, "linear", [[1 - 1e-12], [7 + 1e-12]], [[0], [60]]),
        (LINE, "cubic", [[1], [3], [5], [7]], [[0], [10], [30], [60]]),
        (LINE, "bspline-cubic", [[1], [3], [5], [7]], [[0], [10], [30], [60]]),
        (ROW, "linear", [[0, 0], [0, 1.5], [0, 2]], [[1, 10], [3, 30], [4, 40]]),
        (ROW, "nearest", [[0, 0.4], [0, 1.5], [0, 2]], [[1, 10], [4, 40], [4, 40]]),
        (ROW, "cubic", [[0, 0], [0, 1], [0, 2]], [[1, 10], [2, 20], [4, 40]]),
        (ROW, "linear", [[0.5, 1], [-0.1, 1], [0, 3]], [[NAN, NAN]] * 3),
        (SHIFTS, "linear", [[0.5, 0.5], [0, 1.1]], [[25, 1], [NAN, NAN]]),
        (SHIFTS, "nearest", [[0.4, 0.6], [0.6, 0.4]], [[20, 0], [30, 0]]),
        (grid(np.empty((0, 1))), "linear", [[0], [1]], [[NAN], [NAN]]),
    ],
)
def test_values_of_a_grid(field: Grid, interpolation: str, points: Any, expected: Any) -> None:
    found = field.at(np.array(points, dtype=float), interpolation)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    placed = Coordinates(path="c", interpolation=interpolation, grid=field)
    np.testing.assert_array_equal(placed.transform_points(points), found)


@pytest.mark.parametrize("interpolation", ["linear", "nearest", "cubic"])
def test_no_point_is_inside(interpolation: str) -> None:
    assert LINE.at(np.empty((0, 1)), interpolation).shape == (0, 1)


def test_cubic_is_a_spline_of_each_coordinate() -> None:
    places = np.arange(40.0)
    waves = grid(np.stack([np.sin(places / 4), np.cos(places / 4)], axis=-1))
    points = np.linspace(15, 25, 21)[:, None]
    expected = np.c_[np.sin(points / 4), np.cos(points / 4)]
    np.testing.assert_allclose(waves.at(points, "cubic"), expected, atol=1e-4)
    assert abs(waves.at(points, "linear") - expected).max() > 1e-3


def test_linear_is_meant_if_nothing_is_said() -> None:
    unsaid = Coordinates(path="c", grid=LINE)
    assert unsaid.transform_point([2]) == (5,)
    assert attrs.evolve(unsaid, interpolation="nearest").transform_point([2]) == (10,)
    assert attrs.evolve(unsaid, interpolation="linear").transform_point([2]) == (5,)


def test_an_interpolation_that_nobody_knows() -> None:
    moved = attrs.evolve(MOVED, interpolation="lanczos")
    message = (
        "expected one of the interpolations nearest, linear, cubic, bspline-cubic, got 'lanczos'"
    )
    with pytest.raises(ValueError, match=message):
        moved.transform_point([0, 0])


def test_cubic_needs_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.ndimage", None)
    message = r"cubic interpolation needs scipy: pip install 'ome-zarr-models-attrs\[scipy\]'"
    with pytest.raises(ImportError, match=message):
        attrs.evolve(MOVED, interpolation="cubic").transform_point([0, 0])
    assert attrs.evolve(MOVED, interpolation="linear").transform_point([0, 0]) == (10, 0)


@given(st.data(), st.integers(1, 3))
def test_linear_interpolation_of_an_affine_field_is_exact(data: st.DataObject, ndim: int) -> None:
    def vector(low: float, high: float) -> Any:
        return np.array(
            data.draw(st.lists(st.floats(low, high), min_size=ndim, max_size=ndim)), dtype=float
        )

    shape = data.draw(st.lists(st.integers(1, 4), min_size=ndim, max_size=ndim))
    steps, origin, offset = vector(0.1, 10), vector(-100, 100), vector(-10, 10)
    linear = np.array([vector(-5, 5) for _ in range(ndim)])
    corners = np.moveaxis(np.indices(shape), 0, -1) * steps + origin
    field = Grid(corners @ linear.T + offset, steps, origin)
    points = (vector(0, 1) * (np.array(shape) - 1) * steps + origin)[None]
    expected = points @ linear.T + offset
    moved = Displacements(path="d", grid=field).transform_points(points)
    placed = Coordinates(path="c", grid=field).transform_points(points)
    np.testing.assert_allclose(placed, expected, atol=1e-6)
    np.testing.assert_allclose(moved, points + expected, atol=1e-6)


# Parameters in arrays.

_KINDS = {"displacements": "displacement", "coordinates": "coordinate"}


@pytest.fixture
def root() -> Any:
    """Return a group in which nothing is yet."""
    return ZARR.open_group(MemoryStore(), mode="w", zarr_format=3)


def _write(group: Any, path: str, values: Any, names: Any = None) -> None:
    array = np.asarray(values)
    written = group.create_array(
        path, shape=array.shape, dtype=array.dtype, chunks=array.shape, dimension_names=names
    )
    written[...] = array


def _write_field(
    group: Any,
    path: str,
    vectors: Any,
    type_: str = "displacements",
    *,
    steps: Any = None,
    origin: Any = None,
    axes: Any = None,
) -> None:
    """Write an image of vectors, which are its first axis; ``vectors`` have them last."""
    pixels = np.moveaxis(np.asarray(vectors, dtype="float64"), -1, 0)
    names = "zyx"[-(pixels.ndim - 1) :]
    own = {"name": "d", "type": _KINDS[type_], "discrete": True}
    if axes is None:
        spatial = [{"name": name, "type": "space", "unit": "micrometer"} for name in names]
        axes = [own, *spatial]
    scale = {"type": "scale", "scale": [1, *(steps or [1] * len(names))]}
    translation = {"type": "translation", "translation": [0, *(origin or [0] * len(names))]}
    placed = {
        "type": "sequence",
        "transformations": [scale, translation],
        "input": {"path": "level"},
        "output": {"name": "physical"},
    }
    multiscale = {
        "coordinateSystems": [{"name": "physical", "axes": axes}],
        "datasets": [{"path": "level", "coordinateTransformations": [placed]}],
    }
    below = group.create_group(path, attributes=stored({"multiscales": [multiscale]}, "0.6"))
    _write(below, "level", pixels, [axis["name"] for axis in axes])


def test_displacements_of_an_image(root: Any) -> None:
    vectors = np.arange(24.0).reshape(3, 4, 2)
    _write_field(root, "fields/d", vectors, steps=[2, 0.5], origin=[10, -1])
    moved = Displacements(path="fields/d", input=START, name="warp")
    loaded = moved.load(root)
    assert loaded == moved
    assert (moved.ndim_in, loaded.ndim_in, loaded.ndim_out, loaded.ndim) == (None, 2, 2, 2)
    grid_points = np.moveaxis(np.indices((3, 4)), 0, -1).reshape(-1, 2)
    points = grid_points * [2, 0.5] + [10, -1]
    np.testing.assert_allclose(loaded.transform_points(points), points + vectors.reshape(-1, 2))
    assert loaded.transform_point([11, -0.75]) == (11 + 5, -0.75 + 6)
    assert np.isnan(loaded.transform_points([[9.9, 0], [14.1, 0], [12, 0.6], [12, -1.1]])).all()
    nearest = attrs.evolve(moved, interpolation="nearest").load(root)
    assert nearest.transform_point([11.1, -0.8]) == (11.1 + 8, -0.8 + 9)
    cubic = attrs.evolve(moved, interpolation="cubic").load(root)
    assert cubic.transform_point([12, 0.5]) == pytest.approx((12 + 14, 0.5 + 15))


def test_coordinates_of_an_image(root: Any) -> None:
    places = np.stack([np.linspace(0, 9, 4), np.linspace(5, 8, 4), np.zeros(4)], axis=-1)
    pair = np.stack([places, places + 100], axis=0)
    _write_field(root, "c", pair, "coordinates", steps=[1, 3])
    placed = Coordinates(path="c").load(root)
    assert (placed.ndim_in, placed.ndim_out, placed.change, placed.ndim) == (2, 3, 1, None)
    assert placed.transform_point([0, 3]) == (3, 6, 0)
    assert placed.transform_point([1, 4.5]) == (104.5, 106.5, 100)
    assert placed.transform_point([0.5, 0]) == (50, 55, 50)


def test_an_axis_of_time_may_be_before_the_vectors(root: Any) -> None:
    axes = [
        {"name": "t", "type": "time", "unit": "second"},
        {"name": "d", "type": "coordinate", "discrete": True},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]
    pixels = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    placed = {
        "type": "scale",
        "scale": [7, 1, 2, 3],
        "input": {"path": "0"},
        "output": {"name": "physical"},
    }
    multiscale = {
        "coordinateSystems": [
            {"name": "other", "axes": axes[2:]},
            {"name": "physical", "axes": axes},
        ],
        "coordinateTransformations": [
            {
                "type": "projectAxis",
                "droppedInputs": [0, 1],
                "input": {"name": "physical"},
                "output": {"name": "other"},
            }
        ],
        "datasets": [{"path": "0", "coordinateTransformations": [placed]}],
    }
    below = root.create_group("c", attributes=stored({"multiscales": [multiscale]}, "0.6"))
    _write(below, "0", pixels, [*"tdyx"])
    mapped = Coordinates(path="c").load(root).transform_point([7, 2 * 2, 4 * 3])
    assert mapped == tuple(pixels[1, :, 2, 4])


def test_the_vectors_of_an_array_are_last(root: Any, tmp_path: Path) -> None:
    vectors = np.arange(12, dtype="int16").reshape(2, 3, 2)
    local = ZARR.open_group(tmp_path, mode="w", zarr_format=3)
    targets: list[Any] = [(root, root), (root, root.store), (local, tmp_path)]
    for group, target in targets:
        if "d" not in group:
            _write(group, "d", vectors)
        loaded = Displacements(path="d").load(target)
        assert loaded.transform_points(np.array([[1, 2], [0.5, 0]])).tolist() == [
            [11, 13],
            [3.5, 4],
        ]
        placed = Coordinates(path="/d/").load(target)
        assert placed.transform_points([[1, 2], [0, 3]])[0].tolist() == [10, 11]


@pytest.mark.parametrize("cls", [Displacements, Coordinates, Affine, Rotation])
@pytest.mark.parametrize("wrapped", [False, True])
def test_nobody_has_read_the_parameters(cls: Any, wrapped: bool) -> None:  # noqa: FBT001 - a parameter
    transform = cls(path="some/path")
    used: Any = sequence(transform) if wrapped else transform
    message = f"the parameters of the {transform.type} are in an array at 'some/path': read"
    with pytest.raises(UnloadedError, match=message):
        used.transform_points([[0, 0]])


@pytest.mark.parametrize("transform", [Affine(path="m"), Rotation(path="m")])
def test_nobody_knows_the_inverse_of_what_is_not_read(transform: Any) -> None:
    with pytest.raises(UnloadedError, match="at 'm'"):
        transform.inverse()
    with pytest.raises(UnloadedError, match="at 'm'"):
        transform.as_affine(2)


def test_matrices_are_read(root: Any) -> None:
    _write(root, "m/affine", np.array([[1, 2, 3], [4, 5, 6]], dtype="int8"))
    _write(root, "turn", np.array([[0.0, -1], [1, 0]], dtype="float32"))
    affine = Affine(path="m/affine", input=START, output=END, name="a", extra={"more": 1})
    assert affine.load(root) == attrs.evolve(affine, path=None, affine=[[1, 2, 3], [4, 5, 6]])
    turn = Rotation(path="turn").load(root)
    assert (turn, turn.path) == (TURN, None)
    assert unstructure(turn)["rotation"] == [[0, -1], [1, 0]]


NOTHING_TO_READ = [row[0] for row in TABLE if "'path'" not in str(unstructure(row[0]))]


@pytest.mark.parametrize("transform", NOTHING_TO_READ)
def test_nothing_is_to_be_read(transform: Any, root: Any) -> None:
    assert transform.load(root) == transform


@pytest.mark.parametrize(
    ("transform", "point", "expected"),
    [
        (sequence(SHIFT, Affine(path="a")), [0, 0], (-2.0, 9.0)),
        (sequence(Rotation(path="r"), SHIFT), [10, 20], (-19.0, 8.0)),
        (sequence(sequence(Displacements(path="d"))), [1, 2], (11.0, 13.0)),
        (Bijection(forward=Affine(path="a"), inverse=Rotation(path="r")), [1, 1], (1.0, 18.0)),
        (Bijection(forward=Rotation(path="r"), inverse=Affine(path="a")), [1, 2], (-2.0, 1.0)),
        (by_dimension((Rotation(path="r"), [2, 0], [0, 1])), [1, 2, 3], (-1.0, 3.0)),
        (by_dimension((Coordinates(path="d"), [1, 0], [1, 0])), [2, 1], (11.0, 10.0)),
    ],
)
def test_parameters_of_parts_are_read(transform: Any, point: Any, expected: Any, root: Any) -> None:
    _write(root, "a", np.array([[1.0, 1, -1], [0, 3, 15]]))
    _write(root, "r", np.array([[0.0, -1], [1, 0]]))
    _write(root, "d", np.arange(12.0).reshape(2, 3, 2))
    with pytest.raises(UnloadedError):
        transform.transform_point(point)
    loaded = transform.load(root)
    assert type(loaded) is type(transform)
    assert loaded.transform_point(point) == expected


def test_both_directions_are_read(root: Any) -> None:
    _write(root, "r", np.array([[0.0, -1], [1, 0]]))
    _write(root, "back", np.array([[0.0, 1], [-1, 0]]))
    pair = Bijection(forward=Rotation(path="r"), inverse=Rotation(path="back")).load(root)
    assert pair.inverse().transform_point([-20, 10]) == (10, 20)


@pytest.fixture
def wrong(root: Any) -> Any:
    """Return a group of what transformations cannot be read from."""
    space = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    vector = {"name": "d", "type": "displacement", "discrete": True}
    _write(root, "line", np.ones(3))
    _write(root, "cube", np.ones((2, 2, 2)))
    _write(root, "wide", np.ones((2, 3)))
    _write(root, "square", np.ones((2, 2)))
    _write(root, "nan", np.full((1, 2), math.nan))
    _write(root, "short", np.ones((4, 4, 1)))
    root.create_array("scalar", shape=(), dtype="float64")
    root.create_group("group")
    zeros = np.zeros((4, 4, 2))
    _write_field(root, "field", zeros)
    _write_field(root, "other", zeros, axes=[{**vector, "type": "channel"}, *space])
    _write_field(root, "untyped", zeros, axes=[{"name": "d"}, *space])
    _write_field(root, "smooth", zeros, axes=[{**vector, "discrete": False}, *space])
    _write_field(root, "unsaid", zeros, axes=[{"name": "d", "type": "displacement"}, *space])
    _write_field(root, "long", np.zeros((4, 4, 3)))
    for name, version in (("0.5", "0.5"), ("image", "0.6")):
        root.create_group(name, attributes=stored(image("yx", 1, version), version))
        _write(root[name], "0", np.zeros((64, 64), dtype="uint16"), [*"yx"])
    root.create_group("plate", attributes=stored(plate((), "0.6"), "0.6"))
    return root


AXES_OF_FIELD = "zarr.json multiscales[0].coordinateSystems[0].axes"


@pytest.mark.parametrize(
    ("transform", "place", "message", "rule"),
    [
        (Affine(path="none"), "none", "expected an array, got nothing there", "missing"),
        (Rotation(path="a/b"), "a/b", "expected an array, got nothing there", "missing"),
        (
            Displacements(path="no"),
            "no",
            "expected an image of vectors, got nothing there",
            "missing",
        ),
        (
            Affine(path="group"),
            "group zarr.json",
            "expected an array, got a group",
            "t6.affine-path-shape",
        ),
        (
            Rotation(path="group"),
            "group zarr.json",
            "expected an array, got a group",
            "t6.rotation-path-shape",
        ),
        (
            Affine(path="line"),
            "line zarr.json shape",
            "expected an array of 2 dimensions, got 1",
            "t6.affine-path-shape",
        ),
        (
            Affine(path="scalar"),
            "scalar zarr.json shape",
            "expected an array of 2 dimensions, got 0",
            "t6.affine-path-shape",
        ),
        (
            Rotation(path="cube"),
            "cube zarr.json shape",
            "expected an array of 2 dimensions, got 3",
            "t6.rotation-path-shape",
        ),
        (
            Rotation(path="wide"),
            "wide zarr.json shape",
            "expected the shape 2 x 2, got 2 x 3",
            "t6.rotation-path-shape",
        ),
        (
            Rotation(path="square"),
            "square zarr.json rotation",
            "expected orthonormal rows, got rows with an error of 2",
            "t6.rotation-orthonormal",
        ),
        (
            Affine(path="nan"),
            "nan zarr.json affine[0][0]",
            "expected a number, got NaN",
            "t6.affine-2d",
        ),
        (
            sequence(SHIFT, Affine(path="square")),
            "transformations[1].affine",
            "expected 2 rows of 3 numbers, got 2 of 2",
            "t6.affine-shape",
        ),
        (
            Displacements(path="line"),
            "line zarr.json shape",
            "expected at least 2 dimensions, one for each axis and one for the vectors, got 1",
            "t6.field-dims",
        ),
        (
            Coordinates(path="scalar"),
            "scalar zarr.json shape",
            "expected at least 2 dimensions, one for each axis and one for the vectors, got 0",
            "t6.field-dims",
        ),
        (
            Displacements(path="short"),
            "short zarr.json shape",
            "expected vectors of 2 numbers, got 1",
            "t6.field-vector-length",
        ),
        (
            Displacements(path="long"),
            "long/level zarr.json shape",
            "expected vectors of 2 numbers, got 3",
            "t6.field-vector-length",
        ),
        *(
            (
                Displacements(path=path),
                f"{path} {AXES_OF_FIELD}",
                f'expected an axis of type "displacement", got {found}',
                "t6.field-axis-type",
            )
            for path, found in (
                ("other", '"channel", "space", "space"'),
                ("untyped", 'no type, "space", "space"'),
                ("image", '"space", "space"'),
            )
        ),
        (
            Coordinates(path="field"),
            f"field {AXES_OF_FIELD}",
            'expected an axis of type "coordinate", got "displacement", "space", "space"',
            "t6.field-axis-type",
        ),
        *(
            (
                Displacements(path=path),
                f"{path} {AXES_OF_FIELD}[0].discrete",
                f"expected true, as vectors are discrete, got {found}",
                "t6.field-axis-discrete",
            )
            for path, found in (("smooth", "false"), ("unsaid", "none"))
        ),
        (
            Displacements(path="0.5"),
            "0.5 zarr.json",
            "expected an image of OME-Zarr 0.6, got image 0.5",
            "t6.field-grid",
        ),
        (
            Coordinates(path="plate"),
            "plate zarr.json",
            "expected an image of OME-Zarr 0.6, got plate 0.6",
            "t6.field-grid",
        ),
    ],
)
def test_parameters_that_cannot_be_read(
    transform: Any, place: str, message: str, rule: str, wrong: Any
) -> None:
    with pytest.raises(ValidationError) as raised:
        transform.load(wrong)
    assert str(raised.value).splitlines()[0] == f"{place}: {message} [{rule}]"
    assert isinstance(raised.value, MissingNodeError) is (rule == "missing")


def test_a_group_that_is_no_image_holds_no_field(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="expected metadata of OME-Zarr"):
        Displacements(path="group").load(wrong)


def test_points_of_a_field_are_apart(root: Any) -> None:
    _write_field(root, "flat", np.zeros((2, 2, 2)), steps=[0, 1])
    with pytest.raises(ValidationError, match=r"flat zarr\.json: .* got a scale of 0 \[t6\.field"):
        Displacements(path="flat").load(root)


def test_coordinates_of_an_array_may_be_of_any_length(wrong: Any) -> None:
    placed = Coordinates(path="short").load(wrong)
    assert (placed.ndim_in, placed.ndim_out) == (2, 1)
    assert placed.transform_point([0, 3]) == (1,)


# The conformance cases of others.

_PACKAGE = "ome-zarr-transformations-conformance"


def _cases() -> dict[str, Path]:
    """Return the folders of the cases, by their names; none if they are not installed."""
    try:
        files = importlib.metadata.distribution(_PACKAGE).files or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    folders = [Path(str(file.locate())).parent for file in files if file.name == "conformance.toml"]
    return {folder.name.partition(".")[0]: folder for folder in folders}


CASES = _cases()
each_case = (
    pytest.mark.parametrize("name", sorted(CASES))
    if CASES
    else pytest.mark.skip(reason=f"{_PACKAGE} is not installed: it needs Python 3.12")
)


def _released(transform: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation as the release of 0.6 has it, of one of the draft."""
    released = dict(transform)
    for end in ("input", "output"):
        if end in released:
            released[end] = {"name": released[end]}
    for part in ("forward", "inverse"):
        if part in released:
            released[part] = _released(released[part])
    if released["type"] == "byDimension":
        released["transformations"] = [_item(item) for item in released["transformations"]]
    elif "transformations" in released:
        released["transformations"] = [_released(part) for part in released["transformations"]]
    return released


def _item(item: dict[str, Any]) -> dict[str, Any]:
    transform = {key: value for key, value in item.items() if not key.endswith("_axes")}
    return {
        "transformation": _released(transform),
        "inputAxes": item["input_axes"],
        "outputAxes": item["output_axes"],
    }


def _case(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes of a case, as the release has them, and what is expected."""
    folder = CASES[name]
    attributes = json.loads((folder / "zarr.json").read_text())["attributes"]
    scene = attributes["ome"]["scene"]
    scene["coordinateTransformations"] = [
        _released(transform) for transform in scene["coordinateTransformations"]
    ]
    return attributes, tomllib.loads((folder / "conformance.toml").read_text())


@each_case
def test_conformance(name: str) -> None:
    attributes, case = _case(name)
    graph = Scene(attributes=structure(attributes), members={}).transform_graph()
    start, end = case["source"]["name"], case["target"]["name"]
    if case["should_error"]:
        with pytest.raises(LookupError, match="expected one of the systems 'input', 'output', got"):
            graph.get_transform(start, end)
        return
    transform = graph.get_transform(start, end)
    mapped = transform.transform_points(case["source"]["coordinates"])
    np.testing.assert_allclose(mapped, case["target"]["coordinates"], rtol=1e-6, atol=1e-9)
    simple = graph.get_transform(start, end, simplify=True)
    again = simple.transform_points(case["source"]["coordinates"])
    np.testing.assert_allclose(again, mapped, rtol=1e-12, atol=1e-12)


@each_case
def test_conformance_of_rotations(name: str) -> None:
    is_rounded = name in ("rotation", "rotation_inverse")
    assert _warned(_case(name)[0]) == ["t6.rotation-orthonormal"] * is_rounded


# What is imported.


@pytest.mark.parametrize(
    "statement",
    [
        "import ome_zarr_models.v06.coordinate_transforms",
        """
from ome_zarr_models import structure
from tests.documents import image, stored
structure(stored(image(version='0.6'), '0.6'))
""",
        """
from ome_zarr_models.v06.coordinate_transforms import *
sequence = Sequence(transformations=[Affine(affine=[[2, 0]]), Scale(scale=[2])])
assert sequence.has_inverse and Rotation(rotation=[[0, -1], [1, 0]]).has_inverse
Scale(scale=[2]).inverse()
""",
    ],
)
def test_what_is_loaded(statement: str) -> None:
    code = f"import sys; exec({statement!r}); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    loaded = set(run.stdout.split())
    assert "ome_zarr_models.v06.coordinate_transforms" in loaded
    assert loaded & {"numpy", "zarr", "scipy", "asyncio"} == set()


def test_names_that_others_have() -> None:
    assert SQUARE.affine_matrix == SQUARE.affine
    assert TURN.rotation_matrix == TURN.rotation
    with pytest.raises(UnloadedError):
        Affine(path="a").as_affine()
    with pytest.raises(UnloadedError):
        Rotation(path="a").as_affine(2)
    part = ByDimensionTransform(transformation=SHIFT, inputAxes=[2, 1], outputAxes=[0, 1])
    assert part.has_inverse
    back = part.get_inverse()
    assert (back.transformation, back.inputAxes) == (SHIFT.inverse(), (0, 1))
    with pytest.raises(ValueError, match="expected a point of 2 coordinates, got 3"):
        SHIFT.transform_point([1, 2, 3])


def test_a_field_is_shown_in_a_few_words() -> None:
    assert repr(LINE) == "<Grid: 4 vectors of 1>"
    assert repr(ROW) == "<Grid: 1x3 vectors of 2>"


def _nested(depth: int, wrap: str) -> dict[str, Any]:
    document: dict[str, Any] = {"type": "scale", "scale": [2, 2]}
    for _ in range(depth - 1):
        axes = {"inputAxes": [0, 1], "outputAxes": [0, 1]}
        parts: dict[str, dict[str, Any]] = {
            "sequence": {"transformations": [document]},
            "bijection": {"forward": document, "inverse": document},
            "byDimension": {"transformations": [{"transformation": document, **axes}]},
        }
        document = {"type": wrap, **parts[wrap]}
    return document


@pytest.mark.parametrize("wrap", ["sequence", "byDimension"])
def test_transformations_are_not_nested_without_end(wrap: str) -> None:
    deepest: Any = structure(_nested(32, wrap), _KINDS_OF[wrap])
    assert (deepest.height, deepest.transform_point([1, 2])) == (32, (2, 4))
    message = "expected at most 32 transformations inside of each other, got 33"
    with pytest.raises(ValidationError, match=rf"{message} \[nesting\]"):
        attrs.evolve(structure(_nested(2, wrap), _KINDS_OF[wrap]), transformations=_around(deepest))
    for depth in (34, 60, 400):
        with pytest.raises(ValidationError) as raised:
            structure(_nested(depth, wrap), _KINDS_OF[wrap])
        assert [problem.rule for problem in raised.value.problems] == ["nesting"]
        problems = validate(_scene(_nested(depth, wrap))).problems
        assert [problem.rule for problem in problems if problem.level == "error"] == ["nesting"]


def test_bijections_are_not_nested_without_end() -> None:
    deep: Any = structure(_nested(10, "bijection"), Bijection)
    assert deep.height == 10
    document = _nested(2, "bijection")
    for _ in range(400):
        document = {"type": "bijection", "forward": document, "inverse": {"type": "identity"}}
    with pytest.raises(ValidationError, match=r"\[nesting\]"):
        structure(document, Bijection)


_KINDS_OF: dict[str, Any] = {"sequence": Sequence, "byDimension": ByDimension}


def _around(transform: Any) -> list[Any]:
    if transform.type == "sequence":
        return [transform]
    axes = {"inputAxes": [0, 1], "outputAxes": [0, 1]}
    return [ByDimensionTransform(transformation=transform, **axes)]


@pytest.mark.parametrize(
    "transform",
    [
        Scale(scale=[5e-324, 1]),
        Scale(scale=[10**400, 1]),
        Affine(affine=[[10**400, 0, 0], [0, 1, 0]]),
        Affine(affine=[[1e-310, 0, 0], [0, 1e-310, 0]]),
        Affine(affine=[[5e-324, 0]]),
    ],
)
def test_inverses_that_are_no_numbers(transform: Any) -> None:
    with pytest.raises((NoInverseError, OverflowError)):
        transform.inverse()
    graph = TransformGraph()
    graph.add("a", "b", transform)
    with pytest.raises((NoInverseError, LookupError)):
        graph.get_transform("b", "a")


def test_a_matrix_may_not_claim_to_be_huge(root: Any) -> None:
    root.create_array("huge", shape=(100000, 60000), dtype="float64", chunks=(1000, 1000))
    message = "expected the shape 5 x 6 at most, got 100000 x 60000"
    with pytest.raises(ValidationError, match=message):
        Affine(path="huge").load(root)


def test_cubic_values_are_those_of_a_cubic_curve() -> None:
    field = grid([[float(x**3)] for x in range(21)])
    assert field.at(np.array([[10.5]]), "cubic")[0, 0] == pytest.approx(10.5**3, rel=1e-6)
