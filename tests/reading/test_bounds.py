"""Documents that are larger than the bound, or nested more deeply than Python can follow."""

from __future__ import annotations

import asyncio
import json
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import (
    find,
    open_ome_zarr,
    open_ome_zarr_async,
    repair,
    scan,
    structure,
    validate,
)
from ome_zarr_models.exceptions import UnreadableNodeError, ValidationError, ValidationWarning
from ome_zarr_models.v04 import Image

from ..helpers.factories import VERSIONS, Loc, broken, hierarchy, image, image_label, stored
from ..helpers.servers import Served
from ..helpers.stores import Counting, memory, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from ome_zarr_models import Report

MS = ("multiscales", 0)
GIGABYTE = 2**30
BOUND = 64 * 2**20


def _too_large(report: Report) -> list[tuple[str, str, str]]:
    return [
        (each.node, each.document, each.message)
        for each in report.problems
        if each.rule == "too-large" and each.level == "error"
    ]


MEGABYTES = {zipfile.ZIP_DEFLATED: 400, zipfile.ZIP_BZIP2: 70}
"""How much the bombs unpack to; bzip2 takes long to pack."""


def _zip_with_bomb(file: Path, method: int) -> int:
    """Write an image to an archive, with attributes that are spaces; return their size."""
    with zipfile.ZipFile(file, "w") as archive:
        for key, document in hierarchy().items():
            entry = zipfile.ZipInfo(key)
            entry.compress_type = method
            with archive.open(entry, "w") as opened:
                opened.write(json.dumps(document).encode())
                for _ in range(MEGABYTES[method] if key == ".zattrs" else 0):
                    opened.write(b" " * 2**20)
        return archive.getinfo(".zattrs").file_size


def _peak(job: Callable[[], Any]) -> tuple[Any, int]:
    tracemalloc.start()
    try:
        return job(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", MEGABYTES)
def test_zip_bomb_is_not_unpacked(method: int, tmp_path: Path) -> None:
    file = tmp_path / "bomb.ozx"
    size = _zip_with_bomb(file, method)
    assert file.stat().st_size < 420_000
    for target in (str(file), f"zip://::{file}"):
        validate(target)  # what is made once
        for job in (lambda: validate(target), lambda: next(scan([target]))):  # noqa: B023 - called here
            report, peak = _peak(job)
            ((node, document, message),) = _too_large(report)
            assert (node, document) == ("", ".zattrs")
            assert f"at most {BOUND} bytes, got {size}:" in message
            assert report.status == "unreadable"
            assert peak < 2**22


@pytest.mark.parametrize("method", MEGABYTES)
def test_entry_that_is_larger_than_declared_is_not_unpacked(method: int, tmp_path: Path) -> None:
    file = tmp_path / "bomb.ozx"
    size = _zip_with_bomb(file, method)
    text = file.read_bytes()
    place = text.index(size.to_bytes(4, "little"), text.index(b"PK\x01\x02"))
    file.write_bytes(text[:place] + (500).to_bytes(4, "little") + text[place + 4 :])
    for target in (str(file), f"zip://::{file}")[: 2 if method == zipfile.ZIP_DEFLATED else 1]:
        validate(target)  # what is made once
        report, peak = _peak(lambda: validate(target))  # noqa: B023 - called here
        assert report.status == "unreadable"
        assert [each.document for each in report.errors] == [".zattrs"]
        assert peak < 2**22


@pytest.mark.parametrize(
    "key", [".zattrs", ".zgroup", "0/.zarray", "labels/.zattrs", "labels/nuclei/0/.zarray"]
)
def test_large_file_is_not_read(key: str, tmp_path: Path) -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    write(documents, tmp_path)
    validate(tmp_path)  # what is made once
    os.truncate(tmp_path / key, GIGABYTE)
    report, peak = _peak(lambda: validate(tmp_path))
    ((node, document, message),) = _too_large(report)
    assert f"{node}/{document}".lstrip("/") == key
    assert message == f"expected at most {BOUND} bytes, got {GIGABYTE}: a larger max_bytes reads it"
    assert peak < 2**22
    expected = ValidationWarning if key.startswith("labels") else UnreadableNodeError
    with pytest.raises(expected, match="too-large"):  # warnings are raised in tests
        open_ome_zarr(tmp_path)


def test_bound_is_inclusive_and_can_be_changed(tmp_path: Path) -> None:
    """The same for files, stores with and without an event loop, archives, and scans."""
    documents = hierarchy()
    documents[".zattrs"]["notes"] = "x" * 40_000  # more than is read at once
    size = len(json.dumps(documents[".zattrs"]))
    folder = write(documents, tmp_path / "a.zarr")
    archive = str(tmp_path / "a.ozx")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for key, document in documents.items():
            opened.writestr(key, json.dumps(document))
    for target in (folder, memory(documents), Counting(memory(documents)), archive):
        assert validate(target, max_bytes=size).status == "valid"
        report = validate(target, max_bytes=size - 1)
        assert [each[1] for each in _too_large(report)] == [".zattrs"]
        assert f"at most {size - 1} bytes, got {size}:" in report.problems[0].message
        assert open_ome_zarr(target, max_bytes=size).kind == "image"
        for read in (open_ome_zarr, Image.from_zarr):
            with pytest.raises(UnreadableNodeError):
                read(target, max_bytes=size - 1)
        for read_async in (open_ome_zarr_async, Image.from_zarr_async):
            assert asyncio.run(read_async(target, max_bytes=size)).kind == "image"
            with pytest.raises(UnreadableNodeError):
                asyncio.run(read_async(target, max_bytes=size - 1))
        if not isinstance(target, Counting):
            assert [each.status for each in scan([target], max_bytes=size)] == ["valid"]
        (report,) = scan([target], max_bytes=size - 1)
        assert report.status == "unreadable"
    (report,) = scan([folder], max_bytes=size - 1, workers=1)
    assert report.status == "unreadable"


def test_short_documents_have_a_bound_as_well(tmp_path: Path) -> None:
    folder = write(hierarchy(), tmp_path)
    report = validate(folder, max_bytes=30)
    assert {each[1] for each in _too_large(report)} >= {".zattrs"}


def test_long_body_of_a_server_is_refused() -> None:
    pytest.importorskip("aiohttp")
    documents = hierarchy()
    documents[".zattrs"]["notes"] = "x" * 3_000_000
    with Served(documents) as served:
        import threading

        threading.Thread(target=served.serve_forever, daemon=True).start()
        try:
            assert validate(served.url).status == "valid"
            report = validate(served.url, max_bytes=2**20)
            (scanned,) = scan([served.url], max_bytes=2**20)
            asked = served.asked.count(".zattrs")
        finally:
            served.shutdown()
    assert [each[1] for each in _too_large(report)] == [".zattrs"]
    assert _too_large(scanned) == _too_large(report)
    assert asked == 3  # it is not asked for again


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="an endless file of Linux")
def test_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder = write(hierarchy(), tmp_path)
    (tmp_path / ".zattrs").unlink()
    (tmp_path / ".zattrs").symlink_to("/dev/zero")
    report = validate(folder, max_bytes=2**20)
    ((_, document, message),) = _too_large(report)
    assert document == ".zattrs"
    assert f"at most {2**20} bytes, got more" in message


def test_large_consolidated_metadata_is_a_warning(tmp_path: Path) -> None:
    """The documents themselves can be read."""
    write(hierarchy(), tmp_path)
    (tmp_path / ".zmetadata").touch()
    os.truncate(tmp_path / ".zmetadata", GIGABYTE)
    report = validate(tmp_path)
    assert report.status == "valid"
    assert [(each.rule, each.document) for each in report.warnings] == [("too-large", ".zmetadata")]


def test_search_reports_large_documents(tmp_path: Path) -> None:
    write(hierarchy(), tmp_path / "a.zarr")
    os.truncate(tmp_path / "a.zarr" / ".zattrs", GIGABYTE)
    search = find(tmp_path)
    assert [*search] == [str(tmp_path / "a.zarr")]
    assert [each.rule for each in search.problems] == ["too-large"]


@pytest.mark.parametrize("value", [0, -1])
def test_bounds_below_one_are_refused(value: int) -> None:
    store = memory(hierarchy())
    jobs: list[Callable[[], Any]] = [
        lambda: open_ome_zarr(store, max_bytes=value),
        lambda: asyncio.run(open_ome_zarr_async(store, max_bytes=value)),
        lambda: Image.from_zarr(store, max_bytes=value),
        lambda: asyncio.run(Image.from_zarr_async(store, max_bytes=value)),
        lambda: validate(store, max_bytes=value),
        lambda: scan([store], max_bytes=value),
    ]
    for job in jobs:
        with pytest.raises(ValueError, match=f"expected max_bytes of at least 1, got {value}"):
            job()


def _lists(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def _objects(depth: int, key: str = "a") -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {key: value}
    return value


def _sequences(depth: int) -> Any:
    value: Any = {"type": "identity"}
    for _ in range(depth):
        value = {"type": "sequence", "transformations": [value]}
    return value


DEEP: dict[str, Callable[[int], Any]] = {
    "lists": _lists,
    "objects": _objects,
    "multiscales": lambda depth: _objects(depth, "multiscales"),
    "sequences": _sequences,
    "below a tuple": lambda depth: {("x", "y"): _lists(depth)},
}
PLACES: tuple[Loc, ...] = (
    ("seen",),
    ("multiscales",),
    (*MS, "name"),
    (*MS, "datasets", 0, "path"),
    (*MS, "datasets", 0, "coordinateTransformations"),
    (*MS, "datasets", 0, "coordinateTransformations", 0),
)


@pytest.mark.parametrize("loc", [("seen",), MS, (*MS, "datasets", 0, "path")])
def test_very_deeply_nested_documents_give_problems(loc: Loc) -> None:
    for make in (_lists, _objects):
        report = validate(broken(image(), loc, make(100_000)))
        assert report.status == ("valid" if loc == ("seen",) else "invalid")


def test_deeply_nested_properties_are_compared() -> None:
    label = image_label()
    label["image-label"]["properties"] = [
        {"label-value": 1, "seen": _lists(3_000)},
        {"label-value": 1, "seen": _lists(3_000)},
        {"label-value": [_lists(3_000)]},
    ]
    assert validate(label).status == "invalid"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("loc", PLACES)
def test_deeply_nested_documents_give_problems(loc: Loc, kind: str, version: str) -> None:
    for depth in (900, 3_000):
        document = stored(broken(image(version=version), loc, DEEP[kind](depth)), version)
        report = validate(document)
        assert all([str(report), report.to_row(), report.to_dict()])
        if report:
            structure(document)
        else:
            with pytest.raises(ValidationError):
                structure(document)
        repair(document)
