"""The metadata of public images."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import ValidationWarning, dumps, loads, structure, unstructure, validate
from ome_zarr_models.v04 import Image

if TYPE_CHECKING:
    from pathlib import Path

IMAGES: list[tuple[str, int, list[str]]] = [
    ("10501752.zarr", 4, ["labels.paths-exist"]),
    ("idr0079_images.zarr/0", 6, ["labels.paths-exist"]),
    ("idr0079_images.zarr/1", 6, []),
    ("idr0079_images.zarr/2", 6, ["labels.paths-exist"]),
    ("hcs_example.ome.zarr/B/03/0", 5, []),
]


@pytest.mark.parametrize(("path", "levels", "missing"), IMAGES)
def test_an_image(path: str, levels: int, missing: list[str], shared: Path) -> None:
    """Label images that are named, and are not in the collection, are all that is wrong."""
    folder = shared / "data" / "real" / "0.4" / path
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        image = Image.from_zarr(folder)
    assert [warning.category for warning in warned] == [ValidationWarning] * len(missing)
    assert [len(multiscale) for multiscale in image.datasets] == [levels]
    report = validate(folder)
    assert [p.rule for p in report.problems if p.level == "error"] == missing
    assert (report.status == "valid") == (not missing)
    assert (report.kind, report.version) == ("image", "0.4")


def test_round_trip(shared: Path, subtests: pytest.Subtests) -> None:
    for path in sorted((shared / "data" / "real" / "0.4").rglob(".zattrs")):
        document: dict[str, Any] = json.loads(path.read_text())
        if document.keys() & {"multiscales", "labels"}:
            with subtests.test(str(path)):
                assert unstructure(structure(document)) == document
                assert unstructure(loads(dumps(structure(document)))) == document
