"""How far a matrix is from a rotation."""

from __future__ import annotations

from math import inf
from typing import Any


def rotation_error(rows: Any) -> float:
    """Return how far a square matrix is from orthonormal rows, and the determinant 1."""
    if any(len(row) != len(rows) for row in rows):
        return 0.0  # another rule's business
    try:
        matrix = [[float(x) for x in row] for row in rows]
    except OverflowError:  # of an integer that no float is as large as
        return inf
    products = [
        abs(sum(a * b for a, b in zip(one, other, strict=True)) - (i == j))
        for i, one in enumerate(matrix)
        for j, other in enumerate(matrix)
    ]
    return max([*products, abs(determinant(matrix) - 1)])


def determinant(rows: Any) -> float:
    """Return the determinant of a square matrix."""
    left: list[list[float]] = [[float(x) for x in row] for row in rows]
    result = 1.0
    while left:
        pivot = max(range(len(left)), key=lambda i: abs(left[i][0]))
        first = left.pop(pivot)
        result *= -first[0] if pivot % 2 else first[0]
        if first[0] == 0:
            return 0.0
        left = [
            [x - row[0] / first[0] * y for x, y in zip(row[1:], first[1:], strict=True)]
            for row in left
        ]
    return result
