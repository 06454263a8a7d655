"""Points and affines of coordinate transformations."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from ome_zarr_models.v06.coordinate_transforms import (
    Displacements,
    Identity,
    NoAffineError,
    ProjectAxis,
    Scale,
    Translation,
)

from .examples import (
    COMPUTED,
    CREATE,
    DROP,
    END,
    LINEAR,
    MOVED,
    PAIR,
    PLACED,
    SHIFT,
    START,
    SWAP,
    TABLE,
    TURN,
    UNUSED,
    WIDE,
    by_dimension,
    sequence,
)


@pytest.mark.parametrize(("transform", "points", "expected"), COMPUTED)
def test_points_are_transformed(transform: Any, points: Any, expected: Any) -> None:
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
def test_no_points_and_integer_points_are_transformed(
    transform: Any, points: Any, expected: Any
) -> None:
    ndim = len(points[0])
    none = transform.transform_points(np.empty((0, ndim)))
    assert (none.shape, none.dtype) == ((0, len(expected[0])), np.float64)
    whole = transform.transform_points(np.zeros((1, ndim), dtype="uint8"))
    assert whole.dtype == np.float64
    assert (whole == transform.transform_points([[0.0] * ndim])).all()


@pytest.mark.parametrize(("transform", "_points", "_expected", "known"), TABLE)
def test_numbers_of_dimensions_are_known(
    transform: Any, _points: Any, _expected: Any, known: Any
) -> None:
    ndim_in, ndim_out, change, has_inverse = known
    assert (transform.ndim_in, transform.ndim_out) == (ndim_in, ndim_out)
    assert transform.change == change
    assert transform.has_inverse is has_inverse
    assert transform.ndim == (ndim_in if ndim_in == ndim_out else None)


def test_scales_and_translations_are_built_from_numbers() -> None:
    assert Scale.build(np.array([2, 0.5])) == Scale(scale=(2.0, 0.5))
    assert Translation.build([1, 2]) == Translation(translation=(1, 2))


def test_transformation_is_added_to_a_sequence() -> None:
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
def test_points_of_another_shape_are_refused(transform: Any, points: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        transform.transform_points(points)


@pytest.mark.parametrize(("transform", "points", "_expected"), LINEAR)
def test_affine_gives_the_same_points(transform: Any, points: Any, _expected: Any) -> None:
    named = attrs.evolve(transform, input=START, output=END, name="same")
    affine = named.as_affine(len(points[0]))
    assert affine.type == "affine"
    assert (affine.input, affine.output, affine.name) == (START, END, "same")
    np.testing.assert_allclose(
        affine.transform_points(points), transform.transform_points(points), rtol=1e-12
    )
    if transform.ndim_in is not None:
        assert named.as_affine() == affine


def test_affine_of_by_dimension_has_the_used_axes() -> None:
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
def test_transformations_without_an_affine(transform: Any, ndim: int | None, message: str) -> None:
    with pytest.raises(NoAffineError, match=message):
        transform.as_affine(ndim)
