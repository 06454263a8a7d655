"""Documents that are replaced if they are what they were, and files that change in one step."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import obstore
import pytest
from obstore.store import LocalStore as ObjectFolder
from obstore.store import MemoryStore as ObjectMemory
from zarr.storage import LocalStore, MemoryStore, ObjectStore

from ome_zarr_models._zarr.documents import Documents
from ome_zarr_models._zarr.files import (
    RefusedFileError,
    clear_folder,
    folds_case,
    read_file,
    remove_file,
    replace_file,
    try_lock,
)
from ome_zarr_models._zarr.merge import UnmergedError, both_changes
from ome_zarr_models._zarr.store import content_of, locate, open_node
from ome_zarr_models.exceptions import ConflictError
from ome_zarr_models.v05 import Labels

from ..helpers.stores import memory
from ..helpers.writing import consolidated, documents_of, group_of, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORES: list[Callable[[Path], Any]] = [
    LocalStore,
    lambda _: MemoryStore(),
    lambda _: ObjectStore(ObjectMemory()),
    lambda folder: ObjectStore(ObjectFolder(folder)),
]


@pytest.mark.parametrize("make", STORES)
def test_document_is_replaced_if_it_is_what_it_was(
    make: Callable[[Path], Any], tmp_path: Path
) -> None:
    documents = Documents(locate(make(tmp_path)))

    async def steps() -> list[bool]:
        return [
            await documents.replace("a/b", b"1", b"0"),
            await documents.remove("a/b", None),
            await documents.replace("a/b", b"1", None),
            await documents.replace("a/b", b"2", None),
            await documents.replace("a/b", b"2", b"0"),
            await documents.replace("a/b", b"2", b"1"),
            await documents.remove("a/b", b"1"),
            await documents.remove("a/b", None),
            await documents.remove("a/b", b"2"),
        ]

    assert asyncio.run(steps()) == [False, True, True, False, False, True, False, False, True]
    assert asyncio.run(documents.get("a/b")) is None


def test_object_that_changes_while_it_is_replaced_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ObjectMemory()
    obstore.put(store, "a", b"1")
    get = obstore.get_async

    async def change_then(*given: Any) -> Any:
        result = await get(*given)
        obstore.put(store, "a", b"another")
        return result

    monkeypatch.setattr(obstore, "get_async", change_then)
    documents = Documents(locate(ObjectStore(store)))
    assert not asyncio.run(documents.replace("a", b"2", b"1"))
    assert bytes(obstore.get(store, "a").bytes()) == b"another"


def test_root_of_a_store_that_is_not_there_has_no_documents() -> None:
    class Missing(MemoryStore):
        async def get(self, *given: Any, **more: Any) -> Any:
            raise FileNotFoundError(given, more)

    assert asyncio.run(Documents(locate(Missing())).get("a")) is None


def test_failed_replacement_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    full = OSError(errno.ENOSPC, "full")

    def fail(*_: Any) -> None:
        raise full

    monkeypatch.setattr("os.write", fail)
    with pytest.raises(OSError, match="full"):
        replace_file(str(file), b"new", b"old", root=str(tmp_path))
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are those of POSIX")
def test_mode_and_owner_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"0")
    file.chmod(0o660)
    given: list[tuple[int, int]] = []
    own = os.fstat

    def other(opened: int) -> os.stat_result:
        values = [*own(opened)]
        values[4] += 1
        return os.stat_result(values)

    def change(_: int, user: int, group: int) -> None:
        given.append((user, group))
        if user != -1 or len(given) > 2:
            raise PermissionError

    monkeypatch.setattr("os.fstat", other)
    monkeypatch.setattr("os.fchown", change)
    status = file.stat()
    for text in (b"1", b"2"):
        assert replace_file(str(file), text, file.read_bytes(), root=str(tmp_path))
        assert file.stat().st_mode & 0o777 == 0o660
    assert given == [(status.st_uid, status.st_gid), (-1, status.st_gid)] * 2
    monkeypatch.setattr("os.fchown", _accept)
    assert replace_file(str(file), b"3", b"2", root=str(tmp_path))
    monkeypatch.delattr("os.fchown")
    assert replace_file(str(file), b"4", b"3", root=str(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="locks are those of POSIX")
def test_file_system_without_locks_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("fcntl.flock", refuse)
    file = str(tmp_path / "a")
    assert replace_file(file, b"1", None, root=str(tmp_path))
    assert remove_file(file, b"1", root=str(tmp_path))
    assert [*tmp_path.iterdir()] == []
    with (tmp_path / "b").open("wb") as opened:
        assert try_lock(opened.fileno())


def test_links_are_followed_inside_and_refused_outside(tmp_path: Path) -> None:
    (tmp_path / "in" / "real").mkdir(parents=True)
    (tmp_path / "in" / "real" / "a").write_bytes(b"1")
    (tmp_path / "out").write_bytes(b"1")
    root = str(tmp_path / "in")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "real", target_is_directory=True)
    (tmp_path / "in" / "away").symlink_to(tmp_path / "out")
    assert replace_file(f"{root}/link/a", b"2", b"1", root=root)
    assert read_file(f"{root}/real/a") == b"2"
    with pytest.raises(RefusedFileError, match="leads out of the hierarchy"):
        replace_file(f"{root}/away", b"2", b"1", root=root)
    os.link(f"{root}/real/a", f"{root}/again")
    with pytest.raises(RefusedFileError, match="has 2 hard links"):
        replace_file(f"{root}/again", b"3", b"2", root=root)
    assert read_file(f"{root}/real") is None


class Meddling(MemoryStore):
    """A store in which another writer changes a document before each of some reads of it."""

    def __init__(self, held: Any, key: str, texts: list[bytes | None], skip: int = 1) -> None:
        super().__init__(held)
        self.key, self.texts, self.skip = key, texts, skip

    async def get(self, key: str, prototype: Any = None, byte_range: Any = None) -> Any:
        if key == self.key:
            self.skip -= 1
            if self.skip < 0 and self.texts:
                text = self.texts.pop(0)
                if text is None:
                    await self.delete(key)
                else:
                    await self.set(key, prototype.buffer.from_bytes(text))
        return await super().get(key, prototype, byte_range)


def _meddling(documents: dict[str, Any], key: str, texts: list[bytes | None]) -> Meddling:
    return Meddling(vars(memory(documents))["_store_dict"], key, texts)


def test_labels_of_two_writers_are_merged() -> None:
    theirs = b'{"labels": ["label 0", "theirs"]}'
    store = _meddling(documents_of("labels", "0.4", 1), ".zattrs", [theirs])
    write(group_of("labels", "0.4", 2), store, overwrite="documents")
    assert b'"theirs",' in vars(store)["_store_dict"][".zattrs"].to_bytes()
    assert b'"label 1"' in vars(store)["_store_dict"][".zattrs"].to_bytes()


@pytest.mark.parametrize("theirs", [b"{", b"[]", b'{"labels": []}', None])
def test_changes_that_exclude_each_other_conflict(theirs: bytes | None) -> None:
    store = _meddling(documents_of("labels", "0.4", 1), ".zattrs", [theirs])
    with pytest.raises(ConflictError, match=r"\.zattrs was changed by another writer") as raised:
        write(group_of("labels", "0.4", 2), store, overwrite="documents")
    assert raised.value.key == ".zattrs"
    assert "label 1/.zgroup" in raised.value.written


def test_same_change_of_two_writers_is_one() -> None:
    store = _meddling({".zgroup": {"zarr_format": 2}, ".zattrs": {"labels": []}}, ".zattrs", [None])
    write(group_of("plain", "0.4", 0), store, overwrite="documents")
    assert [*vars(store)["_store_dict"]] == [".zgroup"]


def test_copies_of_two_writers_are_merged_and_given_up_after_many_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("random.uniform", min)
    documents = consolidated(documents_of("plain", "0.4", 0))
    texts: list[bytes | None] = [
        b'{"metadata": {".zgroup": {"zarr_format": 2}}, "n": %d}' % n for n in range(400)
    ]
    few = _meddling(documents, ".zmetadata", texts[:3])
    write(group_of("well", "0.4", 1), few, "a")
    assert b'"a/.zattrs"' in vars(few)["_store_dict"][".zmetadata"].to_bytes()
    many = _meddling(documents, ".zmetadata", texts)
    with pytest.raises(ConflictError, match=r"\.zmetadata was changed"):
        write(group_of("well", "0.4", 1), many, "b")
    attributes: list[bytes | None] = [
        json.dumps({"labels": ["label 0", *map(str, range(n))]}).encode() for n in range(1, 400)
    ]
    always = _meddling(documents_of("labels", "0.4", 1), ".zattrs", attributes)
    with pytest.raises(ConflictError, match=r"\.zattrs was changed"):
        write(group_of("labels", "0.4", 2), always, overwrite="documents")


def test_changes_of_consolidated_metadata_are_merged() -> None:
    base = {"consolidated_metadata": {"kind": "inline", "metadata": {"a": 1, "b": 1, "gone": 1}}}
    mine = {"consolidated_metadata": {"kind": "inline", "metadata": {"a": 2, "b": 1}}}
    theirs = {"consolidated_metadata": {"metadata": {"a": 1, "b": 3, "gone": 1, "c": 4}}}
    merged = both_changes(base, mine, theirs)
    assert merged == {"consolidated_metadata": {"metadata": {"a": 2, "b": 3, "c": 4}}}
    assert both_changes({"labels": []}, {"labels": ["a"]}, {"labels": []}) == {"labels": ["a"]}
    lists = both_changes({"labels": None}, {"labels": ["a"]}, {"labels": ["b"]})
    assert lists == {"labels": ["b", "a"]}
    for other in ({"labels": 1}, {"version": 1}):
        with pytest.raises(UnmergedError):
            both_changes({"labels": ["a"]}, {"labels": ["a", "b"]}, other)
    with pytest.raises(UnmergedError):
        both_changes({"name": 0}, {"name": 1}, {"name": 2})
    with pytest.raises(UnmergedError):
        both_changes({"omero": {}}, {"omero": {"a": 1}}, {"omero": {"b": 1}})


def _accept(_: int, user: int, group: int) -> None:
    assert user >= 0 <= group


@pytest.mark.parametrize("folds", [True, False])
def test_names_that_differ_only_in_case(
    folds: bool,  # noqa: FBT001 - a column
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a file system folds case, two labels of one name would be one file."""

    def samefile(first: str, second: str) -> bool:
        if not folds:
            raise FileNotFoundError(second)
        return first.casefold() == second.casefold()

    monkeypatch.setattr(os.path, "samefile", samefile)
    label = group_of("image-label", "0.5")
    labels: Any = Labels.new({"Nuclei": label, "nuclei": label})
    assert folds_case(str(tmp_path / "none" / "labels")) is folds
    if folds:
        with pytest.raises(FileExistsError, match="'Nuclei', 'nuclei' are the same file here"):
            write(labels, tmp_path / "labels")
        assert list(tmp_path.iterdir()) == []
    else:
        write(labels, tmp_path / "labels")
        assert {"Nuclei", "nuclei"} <= {path.name for path in (tmp_path / "labels").iterdir()}


@pytest.mark.parametrize(("root", "folds"), [("A", False), ("a", True)])
def test_folder_without_letters_has_the_case_of_the_system(
    root: str,
    folds: bool,  # noqa: FBT001 - a column
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def normcase(_: str) -> str:
        return root

    monkeypatch.setattr(os.path, "normcase", normcase)
    assert folds_case("/") is folds


def test_folder_that_is_not_there_is_clear(tmp_path: Path) -> None:
    """Another writer may have deleted it in the meantime."""
    clear_folder(str(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_store_may_return_any_kind_of_bytes(kind: Callable[[bytes], Any]) -> None:
    content = content_of(kind(b"{}"))
    assert (type(content), content) == (bytes, b"{}")
    with pytest.raises(ValueError, match="expected at most 1 byte"):
        content_of(kind(b"{}"), 1)


@pytest.mark.filterwarnings("ignore:.*metadata only")
@pytest.mark.parametrize(("version", "is_opened"), [("0.5", True), ("0.4", False)])
def test_group_is_opened_though_zarr_refuses_its_keys(
    version: str,
    is_opened: bool,  # noqa: FBT001 - a column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As zarr 3.1 does with the keys of other programs in `zarr.json`."""

    async def refuse(*_: Any, **__: Any) -> None:
        msg = "unexpected keyword argument"
        raise TypeError(msg)

    group = group_of("image", version)
    store = MemoryStore()
    monkeypatch.setattr("zarr.api.asynchronous.open_group", refuse)
    if is_opened:
        assert dict(group.to_zarr(store).attrs) == group.to_documents()["zarr.json"]["attributes"]
    else:
        with pytest.raises(TypeError, match="unexpected keyword"):
            group.to_zarr(store)


def test_node_with_keys_of_other_programs_is_opened() -> None:
    foreign = {"must_understand": False}
    group = {"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}, "other": foreign}
    node = open_node(locate(memory({"zarr.json": group})))
    assert node is not None
    assert dict(node.attrs) == {"a": 1}
