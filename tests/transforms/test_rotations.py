"""Rotations whose numbers are rounded, and matrices that are not rotations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ome_zarr_models import ValidationError
from ome_zarr_models.v06.coordinate_transforms import Rotation

from ..helpers.systems import rotation_warnings, scene_of

ROUNDED = [[0.17, -0.985], [0.985, 0.17]]


POINTS = np.array([[1, 2], [-300, 0.5]])


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
def test_rounded_rotations_are_accepted_with_a_warning(rotation: Any, warned: list[str]) -> None:
    document = scene_of({"type": "rotation", "rotation": rotation})
    assert rotation_warnings(document) == warned
    turn = Rotation(rotation=rotation)
    mapped = turn.transform_points(POINTS)
    np.testing.assert_allclose(mapped, POINTS @ np.array(rotation).T)
    back = turn.inverse()
    assert isinstance(back, Rotation)
    np.testing.assert_allclose(back.transform_points(mapped), POINTS, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("rotation", "message"),
    [
        (
            [[1, 0], [0, 0.99]],
            "expected rows of length 1 at right angles, got rows that are off by 0.0199",
        ),
        (
            [[1, 0.0011], [0, 1]],
            "expected rows of length 1 at right angles, got rows that are off by 0.0011",
        ),
        ([[1, 0], [0, -1]], "expected the determinant 1, got -1: a reflection"),
        ([[0, 1], [1, 0]], "expected the determinant 1, got -1: a reflection"),
        ([[0, 0], [0, 0]], "expected rows of length 1 at right angles, got rows that are off by 1"),
    ],
)
def test_other_matrices_than_rotations_are_refused(rotation: Any, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Rotation(rotation=rotation)
    assert str(raised.value) == f"rotation: {message} [t6.rotation-orthonormal]"
