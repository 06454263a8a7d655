"""Values between the points of a grid."""

from __future__ import annotations

import math
import sys
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models.v06.coordinate_transforms import Coordinates, Displacements
from ome_zarr_models.v06.coordinate_transforms._grid import Grid

from .examples import LINE, MOVED, ROW, SHIFTS, grid

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
def test_values_are_interpolated(
    field: Grid, interpolation: str, points: Any, expected: Any
) -> None:
    found = field.at(np.array(points, dtype=float), interpolation)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    placed = Coordinates(path="c", interpolation=interpolation, grid=field)
    np.testing.assert_array_equal(placed.transform_points(points), found)


@pytest.mark.parametrize("interpolation", ["linear", "nearest", "cubic"])
def test_no_points_give_no_values(interpolation: str) -> None:
    assert LINE.at(np.empty((0, 1)), interpolation).shape == (0, 1)


def test_cubic_interpolation_is_a_spline_of_each_coordinate() -> None:
    places = np.arange(40.0)
    waves = grid(np.stack([np.sin(places / 4), np.cos(places / 4)], axis=-1))
    points = np.linspace(15, 25, 21)[:, None]
    expected = np.c_[np.sin(points / 4), np.cos(points / 4)]
    np.testing.assert_allclose(waves.at(points, "cubic"), expected, atol=1e-4)
    assert abs(waves.at(points, "linear") - expected).max() > 1e-3


def test_linear_interpolation_is_the_default() -> None:
    unsaid = Coordinates(path="c", grid=LINE)
    assert unsaid.transform_point([2]) == (5,)
    assert attrs.evolve(unsaid, interpolation="nearest").transform_point([2]) == (10,)
    assert attrs.evolve(unsaid, interpolation="linear").transform_point([2]) == (5,)


def test_unknown_interpolation_is_refused() -> None:
    moved = attrs.evolve(MOVED, interpolation="lanczos")
    message = (
        "expected one of the interpolations nearest, linear, cubic, bspline-cubic, got 'lanczos'"
    )
    with pytest.raises(ValueError, match=message):
        moved.transform_point([0, 0])


def test_cubic_interpolation_needs_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_repr_of_a_grid() -> None:
    assert repr(LINE) == "<Grid: 4 vectors of 1>"
    assert repr(ROW) == "<Grid: 1x3 vectors of 2>"


def test_cubic_interpolation_of_a_cubic_curve_is_exact() -> None:
    field = grid([[float(x**3)] for x in range(21)])
    assert field.at(np.array([[10.5]]), "cubic")[0, 0] == pytest.approx(10.5**3, rel=1e-6)
