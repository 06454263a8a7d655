"""Writers that are killed: documents are old or new, and a second run completes the write."""

from __future__ import annotations

import json
import shutil
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import pytest

from ome_zarr_models import open_ome_zarr, validate
from ome_zarr_models.exceptions import MissingNodeError, ValidationError

from ..helpers.factories import (
    ABSENT,
    broken,
    collection,
    hierarchy,
    image,
    image_label,
    plate_hierarchy,
)
from ..helpers.stores import write

if sys.platform == "win32":
    pytest.skip("Windows can neither fork nor kill as POSIX does", allow_module_level=True)

from ..helpers.kills import Killer, Write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ome_zarr_models.typing import Overwrite

pytestmark = pytest.mark.slow

_NAMES: Final = ("zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata")
_KINDS: Final = ("image", "plate", "collection")

every_kind = pytest.mark.parametrize("kind", _KINDS)
both_formats = pytest.mark.parametrize("version", ["0.4", "0.5"])
with_and_without_copies = pytest.mark.parametrize("is_consolidated", [False, True])


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with Killer() as process:
        yield process


def _documents(kind: str, version: str, size: int) -> dict[str, Any]:
    """Return the documents of a hierarchy: the larger one has another name and a node more."""
    match kind:
        case "image":
            names = ["nuclei", "cells"][:size]
            labels = {name: image_label("yx", 1, version) for name in names}
            documents = hierarchy(image("yx", 1, version), labels, version)
        case "plate":
            wells = ["A/1", "B/2"][:size]
            documents = plate_hierarchy(wells, fields=1, levels=1, version=version)
        case _:
            documents = collection(size, version=version)
    return {
        key: _renamed(document, f"size {size}") if not isinstance(document, bytes) else document
        for key, document in documents.items()
    }


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _renamed(document: Any, name: str) -> Any:
    """Return a document in which images and plates have another name."""
    if _is_list(document):
        return [_renamed(item, name) for item in document]
    if not _is_object(document):
        return document
    return {
        key: name if value in ("cells", "screen") and key == "name" else _renamed(value, name)
        for key, value in document.items()
    }


def _with_copies(documents: dict[str, Any], version: str) -> dict[str, Any]:
    held = {key: each for key, each in documents.items() if not isinstance(each, bytes)}
    if version == "0.4":
        return {**documents, ".zmetadata": {"metadata": held, "zarr_consolidated_format": 1}}
    root = held.pop("zarr.json")
    metadata = {key.removesuffix("/zarr.json"): each for key, each in held.items()}
    inline = {"kind": "inline", "must_understand": False, "metadata": metadata}
    return {**documents, "zarr.json": {**root, "consolidated_metadata": inline}}


def _with_pixels(documents: dict[str, Any]) -> dict[str, Any]:
    """Return documents and a chunk of each array."""
    arrays = [
        key.rpartition("/")[0]
        for key, document in documents.items()
        if key.endswith(".zarray") or (isinstance(document, dict) and "shape" in document)
    ]
    return {**documents, **{f"{array}/c/0": b"pixels" for array in arrays}}


def _without_types(document: Any, version: str) -> Any:
    """Return the document of an image without the type of an axis, which can be repaired."""
    place = () if version == "0.4" else ("attributes", "ome")
    metadata = document if _is_object(document) else {}
    for key in place:
        metadata = metadata.get(key, {})
    if "multiscales" not in metadata:
        return document
    return broken(document, (*place, "multiscales", 0, "axes", 0, "type"), ABSENT)


def _files(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


class _Case:
    """A write to a copy of a hierarchy, which is killed at each of its operations."""

    def __init__(
        self, killer: Killer, folder: Path, old: dict[str, Any] | None, written: Write
    ) -> None:
        self.killer, self.folder, self.written = killer, folder, written
        self.target = folder / "target"
        self.start = folder / "start"
        self.start.mkdir()
        write(old or {}, self.start)
        self.old = _files(self.start)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is fixed is repaired first
            self.old_group: Any = open_ome_zarr(str(self.start)) if old else None
        self._reset()
        written()
        self.new = _files(self.target)
        self.new_group: Any = open_ome_zarr(str(self.target))
        assert self.new != self.old

    def states(self) -> Iterator[dict[str, bytes]]:
        """Yield the files after a kill at each operation."""
        at = 1
        self._reset()
        while self.killer.kill(self.written, at):
            yield _files(self.target)
            at += 1
            self._reset()
        assert at > 5
        assert _files(self.target) == self.new

    def _reset(self) -> None:
        shutil.rmtree(self.target, ignore_errors=True)
        shutil.copytree(self.start, self.target)

    def check_documents(self, files: dict[str, bytes], *, holder: str = "") -> None:
        """Check that documents are old or new ones; the copies of a holder may be between."""
        for key, text in files.items():
            if key.rpartition("/")[2] in _NAMES and key != holder:
                assert text in (self.old.get(key), self.new.get(key)), key
        if holder:
            json.loads(files[holder])

    def check_root(self, *, may_be_missing: bool, path: str = "") -> Any:
        """Check that the root is an old or a new one, and claims nothing that is not there."""
        place = str(self.target / path)
        try:
            group = open_ome_zarr(place, policy="strict")
        except ValidationError as error:
            self._check_missing(error, may_be_missing=may_be_missing, path=path)
            return None
        for consolidated in ("use", "ignore"):
            report = validate(place, consolidated=consolidated)
            assert report.status == "valid", str(report)
        return group

    def _check_missing(self, error: ValidationError, *, may_be_missing: bool, path: str) -> None:
        """Check that there is no root, or a new group of Zarr format 2 without `.zgroup` yet."""
        nodes = [problem.node for problem in error.problems]
        if isinstance(error, MissingNodeError):
            assert may_be_missing
            assert nodes == [""]
            return
        assert {problem.rule for problem in error.problems} == {"storage.attrs-on-group"}
        is_new = not any(f"{path}/{node}/.zgroup".strip("/") in self.old for node in nodes)
        assert is_new or (may_be_missing and nodes == [""])

    def check_completed(self, again: Write) -> None:
        """Check that a second run completes the write."""
        again()
        assert _files(self.target) == self.new
        report = validate(str(self.target), consolidated="check")
        assert report.status == "valid", str(report)


def _written(folder: Path, kind: str, version: str, overwrite: Overwrite, path: str = "") -> Write:
    source = folder / "source"
    source.mkdir()
    write(_documents(kind, version, 2), source)
    return Write(str(folder / "target"), path, str(source), "", overwrite)


def _old(kind: str, version: str, *, is_consolidated: bool) -> dict[str, Any]:
    documents = _documents(kind, version, 1)
    return _with_pixels(_with_copies(documents, version) if is_consolidated else documents)


@every_kind
@both_formats
def test_killed_write_of_a_new_hierarchy(
    kind: str, version: str, killer: Killer, tmp_path: Path
) -> None:
    case = _Case(killer, tmp_path, None, _written(tmp_path, kind, version, overwrite=False))
    again = case.written._replace(overwrite="documents")
    for files in case.states():
        case.check_documents(files)
        group = case.check_root(may_be_missing=True)
        assert group in (None, case.new_group)
        case.check_completed(again)


@every_kind
@both_formats
@with_and_without_copies
def test_killed_write_that_deletes(
    *, kind: str, version: str, is_consolidated: bool, killer: Killer, tmp_path: Path
) -> None:
    old = _old(kind, version, is_consolidated=is_consolidated)
    case = _Case(killer, tmp_path, old, _written(tmp_path, kind, version, overwrite=True))
    assert not any(text == b"pixels" for text in case.new.values())
    for files in case.states():
        case.check_documents(files)
        group = case.check_root(may_be_missing=True)
        assert group in (None, case.old_group, case.new_group)
        case.check_completed(case.written)


@every_kind
@both_formats
@with_and_without_copies
def test_killed_write_of_documents(
    *, kind: str, version: str, is_consolidated: bool, killer: Killer, tmp_path: Path
) -> None:
    old = _old(kind, version, is_consolidated=is_consolidated)
    case = _Case(killer, tmp_path, old, _written(tmp_path, kind, version, overwrite="documents"))
    metadata = (case.old_group.ome_attributes, case.new_group.ome_attributes)
    for files in case.states():
        case.check_documents(files)
        assert {key: text for key, text in files.items() if text == b"pixels"} == {
            key: text for key, text in case.old.items() if text == b"pixels"
        }
        group = case.check_root(may_be_missing=False)
        assert group is None or group.ome_attributes in metadata
        case.check_completed(case.written)


@pytest.mark.filterwarnings("ignore:.* exists beside zarr.json")
@every_kind
@with_and_without_copies
def test_killed_conversion_in_place(
    *, kind: str, is_consolidated: bool, killer: Killer, tmp_path: Path
) -> None:
    old = _old(kind, "0.4", is_consolidated=is_consolidated)
    old = {key: text for key, text in old.items() if not key.endswith(".xml")}
    source = str(tmp_path / "start")
    written = Write(str(tmp_path / "target"), "", source, "0.5", "documents")
    case = _Case(killer, tmp_path, old, written)
    for files in case.states():
        case.check_documents(files)
        group = case.check_root(may_be_missing=False)
        assert group in (case.old_group, case.new_group)
        case.check_completed(written)


@every_kind
@both_formats
@with_and_without_copies
def test_killed_fix(
    *, kind: str, version: str, is_consolidated: bool, killer: Killer, tmp_path: Path
) -> None:
    documents = {
        key: _without_types(document, version)
        for key, document in _documents(kind, version, 2).items()
    }
    old = _with_pixels(_with_copies(documents, version) if is_consolidated else documents)
    case = _Case(killer, tmp_path, old, Write(str(tmp_path / "target")))
    problems = set(validate(str(case.start), consolidated="ignore").problems)
    assert problems
    for files in case.states():
        case.check_documents(files)
        report = validate(str(case.target), consolidated="ignore")
        assert problems.issuperset(report.problems)
        case.check_completed(case.written)


@both_formats
@pytest.mark.parametrize("overwrite", [True, "documents"])
def test_killed_write_into_a_consolidated_collection(
    version: str, overwrite: Overwrite, killer: Killer, tmp_path: Path
) -> None:
    old = _old("collection", version, is_consolidated=True)
    written = _written(tmp_path, "image", version, overwrite, path="0")
    case = _Case(killer, tmp_path, old, written)
    holder = ".zmetadata" if version == "0.4" else "zarr.json"
    for files in case.states():
        case.check_documents(files, holder=holder)
        group = case.check_root(may_be_missing=overwrite is True, path="0")
        assert group is None or group.ome_attributes in (
            case.old_group["0"].ome_attributes,
            case.new_group["0"].ome_attributes,
        )
        case.check_completed(written)
