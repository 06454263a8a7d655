"""Writing of hierarchies."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, open_ome_zarr
from ome_zarr_models.v04 import ArraySpec, GroupSpec, Image

from ..helpers.factories import array, group, hierarchy, image, image_label, plate_hierarchy, stored
from ..helpers.stores import ZARR, Breaking, documents_in, keys_in, memory, store_with
from ..helpers.versions import MODULES, array_of, every_version

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

LABELS = {"nuclei": image_label(), "cells": image_label()}


def test_interrupted_write_leaves_no_image() -> None:
    """Wherever it breaks off, what can be opened is whole."""
    total = len(hierarchy(labels=LABELS))
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    for after in range(total):
        inner = memory({})
        store = Breaking(inner, after)
        with pytest.raises(OSError, match="disk full"):
            read.to_zarr(store)
        assert ".zgroup" not in documents_in(inner)
        with pytest.raises(ValidationError):
            open_ome_zarr(inner)
    store = Breaking(memory({}), total + 1)
    read.to_zarr(store)
    assert store.written[-2:] == [".zattrs", ".zgroup"]
    depths = [key.count("/") for key in store.written]
    assert depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("key", [".zgroup", "0/.zarray", "labels/cells/0/.zarray", "zarr.json"])
def test_existing_nodes_are_not_overwritten(key: str) -> None:
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    store = memory({key: {}, "other/.zgroup": {}, "0/0.0": {}})
    before = documents_in(store)
    with pytest.raises(FileExistsError, match="already has nodes at"):
        read.to_zarr(store)
    assert documents_in(store) == before
    read.to_zarr(store, overwrite=True)
    other: dict[str, Any] = {} if key in (".zgroup", "zarr.json") else {"other/.zgroup": {}}
    assert documents_in(store) == {**hierarchy(labels=LABELS), **other}
    assert "0/0.0" not in keys_in(store)


def test_keys_of_no_node_are_left_alone() -> None:
    store = memory({"notes": {}, "0/.zarray": array(), "0/notes": {}})
    Image.from_zarr(memory(hierarchy())).to_zarr(store, overwrite=True)
    assert "notes" in documents_in(store)
    assert "0/notes" not in documents_in(store)


@pytest.mark.parametrize("path", ["", "in", "a/b"])
def test_image_is_written_below_a_group(path: str) -> None:
    store = memory({"there/.zgroup": {"zarr_format": 2}, "there/.zattrs": {"mine": 1}})
    read = Image.from_zarr(memory(hierarchy()))
    group = ZARR.open_group(store, path="there", mode="r+")
    if path:
        written = read.to_zarr(group, path)
        assert written.path == f"there/{path}"
        assert Image.from_zarr(group[path]) == read
        assert documents_in(store)["there/.zattrs"] == {"mine": 1}
    else:
        with pytest.raises(FileExistsError):
            read.to_zarr(group)
        written = read.to_zarr(group, overwrite=True)
        assert written.path == "there"
        assert Image.from_zarr(written) == read
    group = ZARR.open_group(store, path="there", mode="r+")
    assert (
        ArraySpec.from_documents({".zarray": array()}).to_zarr(group, "spare").path == "there/spare"
    )


@pytest.mark.parametrize("path", ["..", "a/../b", "a//b", "a\\b", "C:/a", "/".join("a" * 65)])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    store = memory({})
    with pytest.raises(ValueError, match="expected the path of a node"):
        Image.from_zarr(memory(hierarchy())).to_zarr(store, path)
    assert keys_in(store) == []


def test_consolidated_metadata_above_is_updated() -> None:
    above = {".zgroup": {"zarr_format": 2}, "a/.zgroup": {"zarr_format": 2}}
    above["b/.zgroup"] = {"zarr_format": 2}
    old = {**above, "a/image/.zgroup": {"zarr_format": 2}, "a/image/7/.zarray": array()}
    below = {key.removeprefix("a/"): text for key, text in old.items() if key.startswith("a/")}
    store = memory(
        {
            **old,
            ".zmetadata": {"zarr_consolidated_format": 1, "metadata": old},
            "a/.zmetadata": {"metadata": below, "zarr_consolidated_format": 1},
            "b/.zmetadata": b"{",
        }
    )
    read = Image.from_zarr(memory(hierarchy()))
    read.to_zarr(store, "a/image", overwrite=True)
    read.to_zarr(store, "b/image")
    new = {f"{group}/image/{key}": text for group in "ab" for key, text in hierarchy().items()}
    held = documents_in(store)
    assert held[".zmetadata"] == {
        "zarr_consolidated_format": 1,
        "metadata": {**above, **new},
    }
    assert held["a/.zmetadata"]["metadata"] == {
        ".zgroup": {"zarr_format": 2},
        **{f"image/{key}": text for key, text in hierarchy().items()},
    }
    group = ZARR.open_group(store, mode="r", zarr_format=2, use_consolidated=True)
    assert Image.from_zarr(group["b/image"]) == read


def test_new_groups_above_are_added_to_consolidated_metadata() -> None:
    root = {".zgroup": {"zarr_format": 2}}
    store = memory({**root, ".zmetadata": {"metadata": root, "zarr_consolidated_format": 1}})
    Image.from_zarr(memory(hierarchy())).to_zarr(store, "a/b")
    assert documents_in(store)[".zmetadata"]["metadata"]["a/.zgroup"] == {"zarr_format": 2}


@pytest.mark.parametrize("document", [{"node_type": "array"}, {"node_type": "group"}, b"{", []])
def test_node_of_zarr_format_3_above_is_refused(document: Any) -> None:
    store = memory({"a/zarr.json": document})
    read = Image.from_zarr(memory(hierarchy()))
    with pytest.raises(FileExistsError, match=r"expected a group of Zarr format 2 above .* at 'a'"):
        read.to_zarr(store, "a/b")
    assert keys_in(store) == ["a/zarr.json"]


def test_unread_members_are_not_written() -> None:
    read = Image.from_zarr(memory(hierarchy()), depth="attributes")
    store = memory({})
    with pytest.raises(ValidationError, match="members were not read"):
        read.to_zarr(store)
    with pytest.raises(ValidationError, match=r"^in: members were not read: open"):
        GroupSpec(members={"in": read}).to_zarr(store)
    assert keys_in(store) == []


def test_image_is_written_to_a_folder(tmp_path: Path) -> None:
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    read.to_zarr(tmp_path / "new.zarr")
    assert Image.from_zarr(tmp_path / "new.zarr") == read
    read.to_zarr(f"file://{tmp_path}/other.zarr", path="in")
    assert Image.from_zarr(tmp_path / "other.zarr" / "in") == read


@every_version
def test_interrupted_write_leaves_no_plate(version: str) -> None:
    made = open_ome_zarr(memory(plate_hierarchy(version=version)))
    root = ".zgroup" if version == "0.4" else "zarr.json"
    total = len(documents_in(store_with(made)))
    for after in range(0, total, 5):
        inner = memory({})
        with pytest.raises(OSError, match="disk full"):
            made.to_zarr(Breaking(inner, after))
        assert root not in keys_in(inner)
    store = Breaking(memory({}), total)
    made.to_zarr(store)
    assert store.written[-1] == root


@every_version
def test_documents_are_overwritten_and_chunks_are_kept(version: str) -> None:
    store = memory({**hierarchy(image("yx", version=version), version=version), "0/0/0": b"7"})
    opened = open_ome_zarr(store)
    changed = opened.to_version("0.5")
    with pytest.raises(FileExistsError):
        changed.to_zarr(store)
    remaining = pytest.warns(ValidationWarning, match="documents of Zarr format 2 .* remain")
    with remaining if version == "0.4" else nullcontext():
        changed.to_zarr(store, overwrite="documents")
    assert "0/0/0" in keys_in(store)
    beside = pytest.warns(ValidationWarning, match="Zarr format 2 exists beside zarr.json")
    with beside if version == "0.4" else nullcontext():
        assert open_ome_zarr(store) == changed
    label = MODULES[version].ImageLabel.from_spec(
        MODULES[version].GroupSpec(
            attributes=stored(image_label("yx", version=version), version),
            members={str(i): array_of(version, "<u4") for i in range(2)},
        )
    )
    for names in (["a"], ["a", "b"]):
        labels = MODULES[version].Labels.new(dict.fromkeys(names, label))
        other = memory({"labels/a/0/0/0": b"7"})
        labels.to_zarr(other, "labels", overwrite="documents")
        assert "labels/a/0/0/0" in keys_in(other)


@every_version
def test_groups_above_have_the_same_format(version: str) -> None:
    other = "0.5" if version == "0.4" else "0.4"
    store = memory(group({"well": {}}, other))
    before = keys_in(store)
    with pytest.raises(FileExistsError, match=r"expected a group of Zarr format \d above"):
        open_ome_zarr(memory(hierarchy(version=version))).to_zarr(store, "a")
    assert keys_in(store) == before
