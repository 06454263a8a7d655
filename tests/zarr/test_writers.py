"""Several writers of one hierarchy at the same time."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import obstore.store
import pytest
from zarr.storage import MemoryStore, ObjectStore

from ome_zarr_models import validate
from ome_zarr_models.exceptions import ConflictError

from ..helpers.factories import hierarchy, image, image_label
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import ZARR, memory
from ..helpers.versions import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WRITERS = 8
_TRIES = 200
_ROWS = [*"ABCDEFGHI"]

# Metadata without pixels, nodes that are not there yet, and copies in format 3; filters are set
# here, as threads share them.
pytestmark = pytest.mark.filterwarnings("ignore")

both_formats = pytest.mark.parametrize("version", ["0.4", "0.5"])


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(_WRITERS, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(_WRITERS) as pool:
        yield pool


def _until_done(write: Callable[[], object]) -> None:
    """Read and write until no other writer was faster."""
    for _ in range(_TRIES):
        try:
            write()
        except (FileExistsError, ConflictError, KeyError):
            continue  # the last one for a copy that its writer has not added yet
        return
    msg = "another writer always was faster"
    raise RuntimeError(msg)


def _add_label(store: Any, version: str, number: int) -> None:
    module = MODULES[version]
    documents = hierarchy(image_label("yx", 1, version), version=version)
    label = module.ImageLabel.from_zarr(memory(documents))

    def write() -> None:
        present = open_ome_zarr(store, version=version).labels
        labels = {path: present[path] for path in present.label_paths} if present else {}
        labels[f"label {number}"] = label
        module.Labels.new(labels).to_zarr(store, "labels", overwrite="documents")

    _until_done(write)


def _add_well(store: Any, version: str, number: int) -> None:
    def write() -> None:
        plate = open_ome_zarr(store, version=version)
        wells = {well.path: plate[well.path] for well in plate.ome_attributes.plate.wells}
        _plate({**wells, f"{_ROWS[number]}/1": _well(version)}, version).to_zarr(
            store, overwrite="documents"
        )

    _until_done(write)


def _well(version: str) -> Any:
    field = open_ome_zarr(memory(hierarchy(image("yx", 1, version), version=version)))
    return MODULES[version].Well.new({"0": field})


def _plate(wells: dict[str, Any], version: str) -> Any:
    return MODULES[version].HCS.new(rows=_ROWS, columns=["1"], wells=wells, name="screen")


def _make(store: Any, version: str, kind: str) -> None:
    """Write an image or a plate, with consolidated metadata."""
    documents = hierarchy(image("yx", 1, version), version=version)
    group = open_ome_zarr(memory(documents))
    if kind == "plate":
        group = _plate({"I/1": _well(version)}, version)
    group.to_zarr(store)
    ZARR.consolidate_metadata(store)


def _check(store: Any, kind: str) -> None:
    """Check that nothing was lost that the writers have added."""
    report = validate(store, consolidated="check")
    assert report.status == "valid", str(report)
    for consolidated in ("use", "ignore"):
        group: Any = validate(store, consolidated=consolidated).model
        if kind == "image":
            names = {f"label {number}" for number in range(_WRITERS)}
            assert set(group.labels.label_paths) == set(group.labels.members) == names
        else:
            wells = {well.path for well in group.ome_attributes.plate.wells}
            assert wells == {f"{row}/1" for row in _ROWS}
            assert len([*group.well_groups]) == len(_ROWS)


_ADD = {"image": _add_label, "plate": _add_well}
both_kinds = pytest.mark.parametrize("kind", [*_ADD])


def _add_all(executor: Executor, store: Any, version: str, kind: str) -> None:
    list(executor.map(partial(_ADD[kind], store, version), range(_WRITERS)))


@pytest.mark.slow
@both_kinds
@both_formats
def test_processes_that_add_to_a_local_hierarchy(
    kind: str, version: str, processes: Executor, tmp_path: Path
) -> None:
    place = str(tmp_path / "image.zarr")
    _make(place, version, kind)
    _add_all(processes, place, version, kind)
    _check(place, kind)
    left = [file.name for file in tmp_path.rglob("*") if file.is_file()]
    documents = {"zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata"}
    assert documents.issuperset(left)


@both_kinds
@both_formats
@pytest.mark.parametrize("make", [MemoryStore, lambda: ObjectStore(obstore.store.MemoryStore())])
def test_threads_that_add_to_a_hierarchy_in_memory(
    kind: str, version: str, make: Callable[[], Any], threads: Executor
) -> None:
    store = make()
    _make(store, version, kind)
    _add_all(threads, store, version, kind)
    _check(store, kind)
