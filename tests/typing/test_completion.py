"""What editors complete without running anything."""

from __future__ import annotations

from typing import Any

import pytest

JEDI: Any = pytest.importorskip("jedi")  # which has no types


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from ome_zarr_models import open_", {"open_ome_zarr", "open_ome_zarr_async"}),
        ("from ome_zarr_models.v05 import ImageL", {"ImageLabel"}),
        ("import ome_zarr_models.v04 as m; m.coordinate_t", {"coordinate_transformations"}),
        ("import ome_zarr_models as m; m.common.pl", {"plate"}),
        ("from ome_zarr_models.typing import AnyIm", {"AnyImage"}),
        ("from ome_zarr_models import v06; v06.Image.from_z", {"from_zarr", "from_zarr_async"}),
    ],
)
def test_names_are_completed(code: str, expected: set[str]) -> None:
    completions = JEDI.Script(code).complete(1, len(code))
    assert {completion.name for completion in completions} == expected
