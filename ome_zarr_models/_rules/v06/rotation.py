"""The distance of a matrix from a rotation."""

from __future__ import annotations

from math import inf
from typing import Any


def rotation_error(rows: Any) -> float:
    """Return the largest deviation of a square matrix from orthonormal rows and determinant 1."""
    if any(len(row) != len(rows) for row in rows):
        return 0.0  # reported as `t6.rotation-shape`
    try:
        matrix = [[float(x) for x in row] for row in rows]
    except OverflowError:  # an integer that is too large for a float
        return inf
    products = [
        abs(sum(a * b for a, b in zip(left, right, strict=True)) - (i == j))
        for i, left in enumerate(matrix)
        for j, right in enumerate(matrix)
    ]
    return max([*products, abs(determinant(matrix) - 1)])


def determinant(rows: Any) -> float:
    """Return the determinant of a square matrix."""
    remaining: list[list[float]] = [[float(x) for x in row] for row in rows]
    result = 1.0
    while remaining:
        pivot = max(range(len(remaining)), key=lambda i: abs(remaining[i][0]))
        first = remaining.pop(pivot)
        result *= -first[0] if pivot % 2 else first[0]
        if first[0] == 0:
            return 0.0
        remaining = [
            [x - row[0] / first[0] * y for x, y in zip(row[1:], first[1:], strict=True)]
            for row in remaining
        ]
    return result
