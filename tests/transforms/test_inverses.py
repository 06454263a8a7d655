"""Inverses of transformations."""

from __future__ import annotations

import json
import math
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import structure, unstructure
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Bijection,
    ByDimension,
    Identity,
    MapAxis,
    NoInverseError,
    Rotation,
    Scale,
    Translation,
)
from ome_zarr_models.v06.transform_graph import TransformGraph

from .examples import (
    CELL,
    COMPUTED,
    CREATE,
    DROP,
    END,
    MOVED,
    NARROW,
    PAIR,
    PLACED,
    SHIFT,
    SQUARE,
    START,
    SWAP,
    TURN,
    UNUSED,
    WIDE,
    by_dimension,
    class_of,
    sequence,
)

INVERTIBLE = [row[0] for row in COMPUTED if row[0].has_inverse and row[0] is not PAIR]


@pytest.mark.parametrize("transform", [*INVERTIBLE, PAIR])
def test_inverse_has_its_ends_exchanged_and_a_name(transform: Any) -> None:
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
def test_inverse_is_of_the_same_type(transform: Any, expected: Any) -> None:
    assert transform.inverse() == expected


# Singular but for rounding: numpy refuses to invert some, and returns any numbers for others.
SINGULAR = [
    [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    [[-0.06, -0.17, -0.08], [0.05, -0.15, -0.1], [0.02, 0.08, 0.04]],
    [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
    [[1e9, 2e9, 3e9], [4e-9, 5e-9, 6e-9], [7, 8, 9]],
    [[1e9, 2e-9, 3], [4e9, 5e-9, 6], [7e9, 8e-9, 9]],
]


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
def test_transformations_without_an_inverse(transform: Any, message: str) -> None:
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
def test_inverse_leads_back(case: tuple[Any, Any]) -> None:
    transform, points = case
    mapped = transform.transform_points(points)
    back = transform.inverse()
    size = _size(points, mapped, np.array(back.as_affine(points.shape[1]).affine))
    np.testing.assert_allclose(back.transform_points(mapped), points, atol=1e-6 * size)
    twice = back.inverse().transform_points(points)
    np.testing.assert_allclose(twice, mapped, atol=1e-6 * size * _size(mapped))


@given(with_points())
def test_affine_is_the_same_as_step_by_step(case: tuple[Any, Any]) -> None:
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
def test_transformations_round_trip(case: tuple[Any, Any]) -> None:
    transform, _ = case
    document = json.loads(json.dumps(unstructure(transform)))
    read = structure(document, class_of(transform))
    assert read == transform
    assert hash(read) == hash(transform)
    assert unstructure(read) == document


def test_inverse_of_an_exact_rotation_is_its_transpose() -> None:
    c, s = math.cos(1), math.sin(1)
    assert Rotation(rotation=[[c, -s], [s, c]]).inverse() == Rotation(rotation=[[c, s], [-s, c]])
    matrix = _matrix([0.3, 1.1, -2.5, 0.7], 5)
    assert Rotation(rotation=matrix).inverse() == Rotation(rotation=matrix.T)


def test_inverse_too_far_from_a_rotation_is_an_affine() -> None:
    turn = Rotation(rotation=np.eye(2) * math.sqrt(1 - 0.0009999), input=START, name="turn")
    back = turn.inverse()
    assert isinstance(back, Affine)
    assert (back.input, back.output, back.name) == (None, START, "turn_inverse")
    there = turn.transform_point([10, 20])
    assert back.transform_point(there) == pytest.approx((10, 20), rel=1e-12)


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
def test_inverses_beyond_the_numbers_are_refused(transform: Any) -> None:
    with pytest.raises((NoInverseError, OverflowError)):
        transform.inverse()
    graph = TransformGraph()
    graph.add("a", "b", transform)
    with pytest.raises((NoInverseError, LookupError)):
        graph.get_transform("b", "a")
