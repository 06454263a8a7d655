"""Metadata of public images."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import (
    ValidationWarning,
    dumps,
    loads,
    structure,
    unstructure,
    v04,
    v05,
    validate,
)

from ..helpers.opened import open_ome_zarr

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

# (hierarchy, its kind, the rules that it breaks, the rules that are read with a warning)
MISSING_LABELS = ["labels.paths-exist"]
HIERARCHIES: list[tuple[str, str, list[str], list[str]]] = [
    ("0.4/10501752.zarr", "image", MISSING_LABELS, []),
    ("0.4/idr0079_images.zarr", "bioformats2raw", MISSING_LABELS * 2, []),
    ("0.4/idr0079_images.zarr/0", "image", MISSING_LABELS, []),
    ("0.4/idr0079_images.zarr/1", "image", [], []),
    ("0.4/hcs_example.ome.zarr", "plate", [], []),
    ("0.4/hcs_example.ome.zarr/B/03", "well", [], []),
    ("0.4/hcs_example.ome.zarr/B/03/0", "image", [], []),
    ("0.5/6001240_labels.zarr", "image", ["meta.version", *MISSING_LABELS], []),
    ("0.5/ExpA_VIP_ASLM_on.zarr", "image", [], []),
    ("0.5/BR00109990_C2.zarr", "bioformats2raw", [], []),
]


@pytest.mark.parametrize(("path", "kind", "wrong", "more"), HIERARCHIES)
def test_hierarchy_is_read_and_its_errors_are_reported(
    path: str, kind: str, wrong: list[str], more: list[str], shared: Path
) -> None:
    """Errors are reported, and do not keep the hierarchy from being read."""
    folder = shared / "data" / "real" / path
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        group = open_ome_zarr(folder)
    assert all(warning.category is ValidationWarning for warning in warned)
    rules = [str(warning.message).rpartition("[")[2].rstrip("]") for warning in warned]
    assert rules == wrong + more
    assert (group.ome_zarr_version, group.kind) == (path[:3], kind)
    report = validate(folder)
    assert [p.rule for p in report.problems if p.level == "error"] == wrong
    assert (report.status == "valid") == (not wrong)
    assert (report.kind, report.version) == (kind, path[:3])


@pytest.mark.parametrize(("path", "levels"), [("10501752.zarr", 4), ("hcs_example.ome.zarr", 5)])
def test_all_levels_are_read(path: str, levels: int, shared: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        group = open_ome_zarr(shared / "data" / "real" / "0.4" / path)
    image = group if group.kind == "image" else group.well("B", "03")["0"]
    assert [len(multiscale) for multiscale in image.datasets] == [levels]


def test_hierarchies_are_written_and_read_again(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data" / "real"
    for path in ("0.4/hcs_example.ome.zarr", "0.5/BR00109990_C2.zarr"):
        group = open_ome_zarr(folder / path)
        group.to_zarr(tmp_path / path)
        assert open_ome_zarr(tmp_path / path) == group


def test_attributes_round_trip(shared: Path, subtests: pytest.Subtests) -> None:
    paths = [*(shared / "data" / "real").rglob(".zattrs")]
    paths += (shared / "data" / "real").rglob("zarr.json")
    compared = 0
    for path in sorted(paths):
        document: dict[str, Any] = json.loads(path.read_text())
        attributes = document if path.name == ".zattrs" else document.get("attributes")
        if not attributes or path.parent.name == "labels" or "shape" in document:
            continue
        compared += 1
        with subtests.test(str(path)):
            assert unstructure(structure(attributes)) == attributes
            assert unstructure(loads(dumps(structure(attributes)))) == attributes
    assert compared > 15


def test_array_documents_round_trip(shared: Path, subtests: pytest.Subtests) -> None:
    folder = shared / "data" / "real"
    for path in sorted([*folder.rglob(".zarray"), *folder.rglob("zarr.json")]):
        document: dict[str, Any] = json.loads(path.read_text())
        if document.get("node_type") != "group":
            module = v05 if path.name == "zarr.json" else v04
            with subtests.test(str(path)):
                spec = module.ArraySpec.from_documents({path.name: document})
                assert spec.to_documents() == {path.name: document}
