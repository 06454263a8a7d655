"""What `overwrite=True` deletes, and what it refuses to."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from zarr.storage import LocalStore

from ome_zarr_models import ValidationWarning, open_ome_zarr, validate

from ..helpers.factories import below
from ..helpers.stores import Breaking, memory
from ..helpers.stores import write as write_files
from ..helpers.versions import array_of, every_version
from ..helpers.writing import (
    EVERY,
    consolidated,
    contents,
    documents_of,
    group_of,
    parsed,
    place_with,
    untrue_copies,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

every_kind = pytest.mark.parametrize(("kind", "version"), EVERY)
every_store = pytest.mark.parametrize("store", ["path", "local", "memory", "object"])


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@every_store
@every_kind
def test_everything_in_the_node_is_deleted_and_nothing_beside_it(
    kind: str, version: str, store: str, tmp_path: Path
) -> None:
    above = documents_of("plain", version, 0)
    old = below("a", {**documents_of(kind, version, 3), "0/0/0": b"pixels", "loose/0": b"1"})
    place = place_with(consolidated({**above, **old, "b/0": b"beside"}), store, tmp_path)
    assert write(group_of(kind, version, 1), place.target, "a", overwrite=True) == []
    held = contents(place)
    new = below("a", documents_of(kind, version, 1))
    holders = {"zarr.json"} if version != "0.4" else {".zgroup", ".zmetadata"}
    assert held.keys() == {*new, *holders, "b/0"}
    assert untrue_copies(parsed(held)) == []


@every_store
@every_version
def test_old_chunks_do_not_lie_under_new_arrays(version: str, store: str, tmp_path: Path) -> None:
    """After a write that was killed, the root is gone and the rest is there."""
    left = {"0/0/0": b"old", "1/0.0": b"old", "labels/label 0/0/c/0/0": b"old", "2/0": b"other"}
    place = place_with(left, store, tmp_path)
    write(group_of("image", version, 1), place.target, overwrite=True)
    assert contents(place).keys() == {*documents_of("image", version, 1), "2/0"}
    place = place_with(left, store, tmp_path / "more")
    array_of(version).to_zarr(place.target, "0", overwrite=True)
    assert not contents(place).keys() & {"0/0/0"}


@every_version
def test_documents_go_before_what_they_describe(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever deleting breaks off, no group claims what is not there."""
    group = group_of("plate", version)
    own = ".zgroup" if version == "0.4" else "zarr.json"
    unlink = os.unlink
    total = len(documents_of("plate", version)) + 1
    for after in range(total + 1):
        path = write_files(
            {**documents_of("plate", version), "A/1/0/0/0": b"1"}, tmp_path / str(after)
        )
        gone: list[str] = []

        def stop(file: str, *, gone: list[str] = gone, after: int = after) -> None:
            if len(gone) == after:
                msg = "killed"
                raise OSError(msg)
            gone.append(file)
            unlink(file)

        with monkeypatch.context() as patched:
            patched.setattr("os.unlink", stop)
            with suppress(OSError):
                write(group, path, overwrite=True)
        if gone:
            assert gone[0].rpartition("/")[2] == own
            assert len(gone) >= total or validate(path).status != "valid"
        write(group, path, overwrite=True)
        assert open_ome_zarr(path) == group
        assert _files(tmp_path / str(after)) == {*documents_of("plate", version)}


@pytest.mark.parametrize("name", ["notes.txt", "photo.jpg", "c"])
@every_version
def test_folder_that_is_no_hierarchy_is_not_emptied(
    name: str, version: str, tmp_path: Path
) -> None:
    path = write_files({name: b"mine", "0/0/0": b"old"}, tmp_path)
    with pytest.raises(FileExistsError, match=f"nothing is deleted:\n'.' is no node .*'{name}'"):
        write(group_of("image", version), path, overwrite=True)
    assert _files(tmp_path) == {name, "0/0/0"}


@pytest.mark.parametrize(
    "key", ["labels/notes", "0/notes", "0/deep/er/notes.txt", "labels/x/y.csv"]
)
@every_version
def test_folders_of_members_that_are_no_nodes_are_not_emptied(
    key: str, version: str, tmp_path: Path
) -> None:
    path = write_files({key: b"mine", "other/mine": b"1"}, tmp_path)
    node, _, rest = key.partition("/")
    with pytest.raises(FileExistsError, match=f"'{node}' is no node .*has the files '{rest}'"):
        write(group_of("image", version), path, overwrite=True)
    assert _files(tmp_path) == {key, "other/mine"}


def test_files_of_nodes_that_are_not_written_are_deleted_with_their_group(tmp_path: Path) -> None:
    left = {"labels/old/.zgroup": {"zarr_format": 2}, "labels/old/notes": b"of a node"}
    path = write_files(left, tmp_path)
    (tmp_path / "labels" / "link").symlink_to(tmp_path.parent, target_is_directory=True)
    write(group_of("image", "0.4", 1), path, overwrite=True)
    assert _files(tmp_path) == {*documents_of("image", "0.4", 1)}


@pytest.mark.parametrize("kind", ["image", "array"])
def test_link_as_the_target_is_followed_and_stays(kind: str, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    group: Any = group_of("image", "0.5", 0) if kind == "image" else array_of("0.5")
    for overwrite in (False, True):
        write(group, tmp_path / "link", overwrite=overwrite)
        assert (tmp_path / "link").is_symlink()
        assert "zarr.json" in _files(tmp_path / "real")
        (tmp_path / "real" / "old").write_text("of the node")
    write(group, tmp_path / "link", overwrite=True)
    assert "old" not in _files(tmp_path / "real")


def test_links_in_the_hierarchy_are_deleted_and_not_followed(tmp_path: Path) -> None:
    path = write_files(documents_of("image", "0.5", 0), tmp_path / "a")
    kept = write_files({"zarr.json": documents_of("plain", "0.5", 0)["zarr.json"]}, tmp_path / "b")
    (tmp_path / "a" / "link").symlink_to(kept, target_is_directory=True)
    write(group_of("image", "0.5", 0), path, overwrite=True)
    assert _files(tmp_path / "b") == {"zarr.json"}
    assert not (tmp_path / "a" / "link").exists()


def test_link_that_leads_out_is_refused_before_anything_is_deleted(tmp_path: Path) -> None:
    out = write_files({"0/0": b"pixels"}, tmp_path / "out")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "0").symlink_to(out, target_is_directory=True)
    for overwrite in (False, "documents", True):
        with pytest.raises(OSError, match="a symbolic link that leads out of the hierarchy"):
            write(group_of("image", "0.5", 0), tmp_path / "a", overwrite=overwrite)
        assert _files(tmp_path / "out") == {"0/0"}
        assert _files(tmp_path / "a") <= {"0/0/0"}


@pytest.mark.parametrize("key", ["1/zarr.json", "zarr.json", "../zarr.json"])
def test_file_with_several_links_is_refused_before_anything_is_written(
    key: str, tmp_path: Path
) -> None:
    outer = consolidated(
        {**documents_of("plain", "0.5", 0), **below("a", documents_of("image", "0.5", 0))}
    )
    write_files(outer, tmp_path / "p")
    path = tmp_path / "p" / "a"
    os.link((path / key).resolve(), tmp_path / "again")
    before = {file: (tmp_path / "p" / file).read_bytes() for file in _files(tmp_path / "p")}
    with pytest.raises(OSError, match="has 2 hard links"):
        write(group_of("image", "0.5", 0), path, overwrite="documents")
    with pytest.raises(OSError, match="has 2 hard links"):
        write(group_of("image", "0.5", 0), tmp_path / "p", "a", overwrite="documents")
    after = {file: (tmp_path / "p" / file).read_bytes() for file in _files(tmp_path / "p")}
    assert after == before


def test_folders_that_link_to_each_other_are_listed_once(tmp_path: Path) -> None:
    documents = documents_of("image", "0.4", 0)
    path = write_files({**documents, "more/here/x": b""}, tmp_path)
    for i in range(8):
        (tmp_path / "more" / f"back {i}").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "more" / "self").symlink_to("self")
    new = open_ome_zarr(memory(documents)).to_version("0.5")
    (said,) = write(new, path, overwrite="documents")
    assert "remain beside" in said


@pytest.mark.parametrize("name", ["a.ZIP", "a.Ozx", "a.zip"])
def test_archives_are_known_by_their_suffix_in_any_case(name: str, tmp_path: Path) -> None:
    group = group_of("image", "0.5")
    with pytest.warns(ValidationWarning, match="metadata only"):
        group.to_zarr(tmp_path / name).store.close()
    assert (tmp_path / name).is_file()
    assert open_ome_zarr(tmp_path / name) == group
    for overwrite in (True, "documents"):
        with pytest.raises(NotImplementedError, match="nothing can be deleted"):
            group.to_zarr(tmp_path / name, overwrite=overwrite)


def test_read_only_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="open for reading only"):
        group_of("image", "0.5").to_zarr(LocalStore(tmp_path, read_only=True), overwrite=True)


def test_store_that_breaks_while_copies_are_written() -> None:
    documents = consolidated(documents_of("plain", "0.4", 0))
    inner = memory(documents)
    group = group_of("well", "0.4", 1)
    total = len(documents_of("well", "0.4", 1))
    with pytest.raises(OSError, match="disk full"):
        write(group, Breaking(inner, total), "a")
    write(group, inner, "a", overwrite="documents")
    held = parsed({key: value.to_bytes() for key, value in vars(inner)["_store_dict"].items()})
    assert untrue_copies(held) == []
