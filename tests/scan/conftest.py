"""Fixtures of the tests of scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ..helpers.factories import VERSIONS, broken, hierarchy
from ..helpers.stores import write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def images(tmp_path: Path) -> list[str]:
    """Return the paths of images: every third is invalid, and the last is missing."""
    paths = [
        write(
            broken(hierarchy(), (".zattrs", "multiscales", 0, "axes", 0, "name"), "x")
            if i % 3 == 0
            else hierarchy(version=VERSIONS[i % 3]),
            tmp_path / f"{i}.zarr",
        )
        for i in range(12)
    ]
    return [*paths, str(tmp_path / "nothing.zarr")]
