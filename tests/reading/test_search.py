"""Search for hierarchies in folders and stores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import find

from ..helpers.factories import (
    VERSIONS,
    array,
    array_3,
    below,
    collection,
    hierarchy,
    plate_hierarchy,
)
from ..helpers.stores import Counting, memory, write

if TYPE_CHECKING:
    from pathlib import Path

    from ..helpers.servers import Served


EVERYTHING: dict[str, Any] = {
    **below("a/image.zarr", hierarchy()),
    **below("a/plate.zarr", plate_hierarchy(version="0.5")),
    **below("b/c/d/scan.zarr", collection(version="0.6")),
    "b/.zgroup": {"zarr_format": 2},
    "b/c/zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}},
    "b/array/.zarray": array("yx"),
    "b/array/.zattrs": {"_ARRAY_DIMENSIONS": ["y", "x"]},
    "b/array/0/0": b"",
    "b/array_3/zarr.json": array_3("yx"),
    "b/array_3/c/0/0": b"",
    "b/plain/.zgroup": {"zarr_format": 2},
    "b/plain/.zattrs": {"a": 1},
    "notes.txt": b"",
    "z.ozx": b"",
}


ROOTS = ["z.ozx", "a/image.zarr", "a/plate.zarr", "b/c/d/scan.zarr"]


@pytest.mark.parametrize("where", ["folder", "memory", "counting"])
def test_find_yields_all_hierarchies(where: str, tmp_path: Path) -> None:
    store = memory({k: v for k, v in EVERYTHING.items() if "bytes" not in k})
    target: Any = {"folder": None, "memory": store, "counting": Counting(store)}[where]
    if target is None:
        target = write(EVERYTHING, tmp_path)
    search = find(target)
    found = list(search)
    uri = str(target)
    assert [each.removeprefix(f"{uri}/") for each in found] == ROOTS
    assert search.problems == []
    # The root's own documents, the folders that are listed (in a store also a file, as it
    # does not say what is one), and the documents that tell what there is.
    assert search.requests == 2 + 11 + 7 + (where != "folder")
    assert [each.removeprefix(f"{uri}/") for each in find(target, max_depth=2)] == ROOTS[:3]
    assert [each.removeprefix(f"{uri}/") for each in find(target, max_depth=0)] == ["z.ozx"]


@pytest.mark.parametrize("version", VERSIONS)
def test_find_yields_the_root_itself(version: str, tmp_path: Path, server: Served) -> None:
    path = write(hierarchy(version=version), tmp_path)
    assert list(find(path)) == [path]
    server.documents = hierarchy(version=version)
    assert list(find(server.url)) == [server.url]  # which cannot list


def test_find_yields_broken_hierarchies(tmp_path: Path) -> None:
    path = write({"a/zarr.json": b"{", "b/zarr.json": b"[]", "c/.zattrs": b"{"}, tmp_path)
    assert list(find(path)) == [f"{path}/a", f"{path}/c"]


def test_find_yields_hierarchies_of_other_versions(tmp_path: Path) -> None:
    documents = {
        "a/.zattrs": {"multiscales": [{"version": "0.1"}]},
        "b/zarr.json": {"node_type": "group", "attributes": {"ome": {"version": "0.9"}}},
        "c/zarr.json": {"node_type": "group", "attributes": {"other": 1}},
    }
    path = write(documents, tmp_path)
    assert list(find(f"{path}/")) == [f"{path}/a", f"{path}/b"]
    with pytest.raises(ValueError, match="max_requests of at least 1"):
        find(path, max_requests=0)


def test_each_folder_is_searched_once_over_links(tmp_path: Path) -> None:
    path = write(below("a/image.zarr", hierarchy()), tmp_path)
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "other").symlink_to(tmp_path / "a" / "image.zarr")
    assert list(find(path)) == [f"{path}/other"]
    assert list(find(tmp_path / "nothing")) == []
    assert list(find(tmp_path / "a" / "image.zarr" / ".zattrs")) == []


def test_folders_that_cannot_be_listed_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(below("a", hierarchy()) | {"b/c.txt": b""}, tmp_path)
    scandir = os.scandir

    def refuse(folder: str) -> Any:
        if folder.endswith("/b"):
            msg = "no"
            raise PermissionError(msg)
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refuse)
    search = find(path)
    assert list(search) == [f"{path}/a"]
    assert [str(each) for each in search.problems] == [
        "b: could not be listed: PermissionError: no [unreadable]"
    ]
    store = Counting(memory(below("a", hierarchy()) | below("b", hierarchy())))
    store.errors["a/.zattrs"] = PermissionError("403")
    search = find(store)
    assert [each.rpartition("/")[2] for each in search] == ["a", "b"]
    assert [each.node for each in search.problems] == ["a"]
    assert find(tmp_path / "nothing").problems == []
    search = find(tmp_path / "nothing")
    assert list(search) == []
    assert [each.rule for each in search.problems] == ["missing"]


def test_stores_that_fail_to_list_are_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    for error, expected in ((OSError("down"), 1), (FileNotFoundError(), 1)):

        def refuse(_: str, error: Exception = error) -> Any:
            raise error

        store = Counting(memory({}))
        monkeypatch.setattr(store, "list_dir", refuse)
        search = find(store)
        assert list(search) == []
        assert len(search.problems) == expected


def test_depth_is_not_negative() -> None:
    with pytest.raises(ValueError, match="expected max_depth to be at least 0, got -1"):
        find({}, max_depth=-1)
