"""Arrays and groups of Zarr format 2."""

from __future__ import annotations

import json
import pickle
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from zarr.storage import MemoryStore

from ome_zarr_models import ValidationError, structure, unstructure
from ome_zarr_models.v04 import ArraySpec, GroupSpec

from ..helpers.factories import ABSENT, array, broken
from ..helpers.stores import ZARR, documents_in, keys_in, memory

SPEC = ArraySpec(shape=(4, 6), chunks=(2, 3), dtype="uint16")


def test_array_has_defaults() -> None:
    assert SPEC.to_documents() == {
        ".zarray": {
            "shape": [4, 6],
            "chunks": [2, 3],
            "dtype": "<u2",
            "compressor": None,
            "fill_value": 0,
            "order": "C",
            "filters": None,
            "zarr_format": 2,
            "dimension_separator": "/",
        }
    }
    assert SPEC.ndim == 2
    assert SPEC.holds_integers
    assert SPEC.to_flat("/a") == {"/a": SPEC}
    assert pickle.loads(pickle.dumps(SPEC)) == SPEC  # noqa: S301 - our own
    assert hash(SPEC) == hash(ArraySpec(shape=(4, 6), chunks=(2, 3), dtype="uint16"))


@pytest.mark.parametrize(
    ("dtype", "written", "integers"),
    [
        ("|u1", "|u1", True),
        (np.dtype(">i4"), ">i4", True),
        (np.float32, "<f4", False),
        ("bool", "|b1", False),
        ([["x", "<f4"], ["y", "<i2"]], [["x", "<f4"], ["y", "<i2"]], False),
        (np.dtype([("x", "<f4")]), [["x", "<f4"]], False),
    ],
)
def test_data_types_are_written(dtype: Any, written: Any, integers: bool) -> None:  # noqa: FBT001 - a table
    spec = ArraySpec(shape=[1], chunks=[1], dtype=dtype)
    assert json.loads(json.dumps(spec.to_documents()[".zarray"]["dtype"])) == written
    assert spec.holds_integers is integers


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (np.uint8(7), 7),
        (np.float32(0.5), 0.5),
        (np.nan, "NaN"),
        (np.inf, "Infinity"),
        (-np.inf, "-Infinity"),
    ],
)
def test_fill_values_of_numpy_are_written(value: Any, written: Any) -> None:
    spec = ArraySpec(shape=[1], chunks=[1], dtype="<f4", fill_value=value)
    assert spec.to_documents()[".zarray"]["fill_value"] == written


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("shape", ABSENT, "shape"),
        ("shape", [1, "2"], "shape[1]"),
        ("chunks", [1], "chunks"),
        ("order", "A", "order"),
        ("compressor", ABSENT, "compressor"),
        ("filters", [3], "filters[0]"),
        ("dimension_separator", "-", "dimension_separator"),
        ("zarr_format", 3, "zarr_format"),
        ("zarr_format", 2.0, "zarr_format"),
        ("shape", [4, -1], "shape[1]"),
        ("chunks", [1, 0], "chunks[1]"),
        ("dtype", "u2", "dtype"),
        ("dtype", "<u2 ", "dtype"),
        ("dtype", 2, "dtype"),
        ("dtype", [], "dtype"),
        ("dtype", [["x", "<u2"], ["y"]], "dtype"),
        ("dtype", [["x", "u2"]], "dtype"),
        ("dtype", [[1, "<u2"]], "dtype"),
        ("fill_value", "NaN", "fill_value"),
        ("fill_value", [1], "fill_value"),
        ("fill_value", 1.5, "fill_value"),
        ("fill_value", 2.0**64, "fill_value"),
        ("dtype", "<c8", "fill_value"),
        ("compressor", {}, "compressor.id"),
        ("compressor", {"id": 3}, "compressor.id"),
        ("filters", [{"id": "delta"}, {"name": "delta"}], "filters[1].id"),
    ],
)
def test_invalid_array_documents_are_refused(key: str, value: Any, where: str) -> None:
    document = broken({**array("yx"), "attributes": {}}, (key,), value)
    with pytest.raises(ValidationError) as raised:
        structure(document, ArraySpec)
    assert str(raised.value).startswith(f"{where}: ")
    expected = "storage.zarr-format" if key == "zarr_format" else "ms.ds-array-exists"
    assert raised.value.problems[0].rule == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shape", [64, 0]),
        ("dtype", "|S7"),
        ("dtype", "<M8[ns]"),
        ("dtype", [["x", "<f4"], ["y", "<i2", [2, 2]], ["z", [["w", "|b1"]]]]),
        ("fill_value", None),
        ("fill_value", 7),
        ("filters", [{"id": "delta"}]),
        ("compressor", None),
    ],
)
def test_rare_keys_round_trip(key: str, value: Any) -> None:
    document = broken({**array("yx"), "attributes": {}}, (key,), value)
    assert unstructure(structure(document, ArraySpec)) == document


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("<f4", "NaN"), ("|S3", "AAAA"), ("|S3", None), ("<c8", [0.0, 1.0]), ("<c8", None)],
)
def test_fill_values_round_trip(dtype: str, value: Any) -> None:
    document: Any = {**array("yx", dtype=dtype), "fill_value": value, "attributes": {}}
    assert unstructure(structure(document, ArraySpec)) == document


def test_empty_array_may_have_empty_chunks() -> None:
    assert ArraySpec(shape=(0, 2), chunks=(0, 1), dtype="uint8").chunks == (0, 1)


def test_documents_round_trip() -> None:
    zarray = {**array(), "more": 1, "filters": [{"id": "delta"}]}
    del zarray["dimension_separator"]
    spec = ArraySpec.from_documents({".zarray": zarray, ".zattrs": {"a": [1]}})
    assert spec.dimension_separator is None
    assert spec.to_documents() == {".zarray": zarray, ".zattrs": {"a": [1]}}
    assert unstructure(spec) == {**zarray, "attributes": {"a": [1]}}


def test_array_is_written_and_read() -> None:
    spec = ArraySpec(
        shape=(4, 6),
        chunks=(2, 3),
        dtype="<f4",
        fill_value=np.nan,
        compressor={"id": "zlib", "level": 1},
        filters=[{"id": "delta", "dtype": "<f4", "astype": "<f4"}],
        attributes={"a": 1},
    )
    store = MemoryStore()
    made = spec.to_zarr(store, "in/side")
    made[:] = 1
    assert made.shape == (4, 6)
    assert sorted(documents_in(store)) == [
        ".zgroup",
        "in/.zgroup",
        "in/side/.zarray",
        "in/side/.zattrs",
    ]
    read = ArraySpec.from_zarr(made)
    assert read.to_documents()[".zarray"]["compressor"] == {"id": "zlib", "level": 1}
    assert read == spec


def test_existing_array_is_refused_or_replaced() -> None:
    store = MemoryStore()
    SPEC.to_zarr(store, "a")[:] = 1
    before = keys_in(store)
    with pytest.raises(FileExistsError, match=r"/a already has nodes at '\.': overwrite="):
        SPEC.to_zarr(store, "a")
    assert keys_in(store) == before
    assert not np.any(np.asarray(SPEC.to_zarr(store, "a", overwrite=True)[:]))
    with pytest.raises(
        FileExistsError, match=r"expected a group of Zarr format 2 above .* got an array at 'a'"
    ):
        SPEC.to_zarr(store, "a/b")


def test_zarr_format_3_is_refused() -> None:
    group = ZARR.create_group(MemoryStore(), zarr_format=3)
    array_3 = group.create_array("a", shape=(4,), dtype="uint8")
    with pytest.raises(TypeError, match="expected an array of Zarr format 2"):
        ArraySpec.from_zarr(array_3)
    with pytest.raises(TypeError, match="expected a group of Zarr format 2"):
        GroupSpec.from_zarr(group)


@pytest.mark.parametrize(
    ("data", "given", "expected"),
    [
        (np.zeros((4, 6), "uint8"), {}, {"chunks": (4, 6), "fill_value": 0}),
        (np.zeros((4, 6)), {"chunks": (2, 2), "order": "F"}, {"chunks": (2, 2), "order": "F"}),
        (
            SimpleNamespace(
                shape=(4,), dtype="uint8", chunksize=(2,), chunks=((2, 2),), attrs={"a": 1}
            ),
            {"dimension_separator": "."},
            {"chunks": (2,), "attributes": {"a": 1}, "dimension_separator": "."},
        ),
        (
            SimpleNamespace(shape=(4,), dtype="uint8", chunks=(3,), attributes={}, order="F"),
            {"attributes": {"b": 2}, "compressor": {"id": "zlib"}, "fill_value": None},
            {
                "chunks": (3,),
                "attributes": {"b": 2},
                "order": "F",
                "compressor": {"id": "zlib"},
                "fill_value": None,
            },
        ),
        (
            ZARR.create_array(
                MemoryStore(),
                shape=(4,),
                chunks=(2,),
                dtype="uint8",
                attributes={"a": 1},
                fill_value=7,
            ),
            {"filters": [{"id": "delta"}]},
            {
                "chunks": (2,),
                "attributes": {"a": 1},
                "filters": ({"id": "delta"},),
                "fill_value": 7,
            },
        ),
        (
            SimpleNamespace(shape=(4,), dtype="uint8", chunks=None, compressor=None),
            {},
            {"chunks": (4,), "compressor": None},
        ),
        (
            SPEC.to_zarr(MemoryStore()),
            {"fill_value": 3},
            {"chunks": (2, 3), "fill_value": 3, "dtype": "<u2", "dimension_separator": "/"},
        ),
    ],
)
def test_array_is_described(data: Any, given: dict[str, Any], expected: dict[str, Any]) -> None:
    spec = ArraySpec.from_array(data, **given)
    assert spec.shape == data.shape
    assert {name: getattr(spec, name) for name in expected} == expected


def test_chunks_are_chosen_by_zarr() -> None:
    spec = ArraySpec.from_array(np.broadcast_to(np.uint8(0), (10_000, 10_000)))
    assert spec.chunks == spec.to_zarr(MemoryStore()).chunks
    assert spec.chunks < spec.shape


GROUP = GroupSpec(
    attributes={"a": 1},
    members={
        "0": SPEC,
        "b": GroupSpec(members={"c": GroupSpec(members={"1": SPEC}), "2": SPEC}),
    },
)


def test_group_is_flattened_and_rebuilt() -> None:
    flat = GROUP.to_flat()
    assert list(flat) == ["", "/0", "/b", "/b/c", "/b/2", "/b/c/1"]
    assert GroupSpec.from_flat(flat) == GROUP
    assert flat[""] == GroupSpec(attributes={"a": 1})
    assert GROUP.to_flat("/root")["/root/b/c/1"] == SPEC
    assert GroupSpec.from_flat({"/b/c/1": SPEC}).to_flat() == {
        "": GroupSpec(),
        "/b": GroupSpec(),
        "/b/c": GroupSpec(),
        "/b/c/1": SPEC,
    }


@pytest.mark.parametrize("path", ["0", "/", "/a/", "//a", "/../a", "/."])
def test_invalid_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="expected the path of a node"):
        GroupSpec.from_flat({path: SPEC})


@pytest.mark.parametrize("name", ["", "a/b", "..", "\0"])
def test_invalid_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected the name of a member"):
        GroupSpec(members={name: SPEC})


def test_invalid_members_are_refused() -> None:
    with pytest.raises(
        TypeError, match="expected an ArraySpec or a GroupSpec of Zarr format 2 at 'a', got 3"
    ):
        GroupSpec(members={"a": 3})  # type: ignore[dict-item] # that is what is tested


def test_group_is_written_and_read() -> None:
    store = MemoryStore()
    group = GROUP.to_zarr(store, path="in")
    assert GroupSpec.from_zarr(group) == GROUP
    assert GroupSpec.from_zarr(group, depth="attributes") == GroupSpec(attributes={"a": 1})
    assert GroupSpec.from_zarr(group, depth="arrays") == GroupSpec(
        attributes={"a": 1}, members={"0": SPEC, "b": GroupSpec(members={})}
    )
    assert repr(GROUP) == "GroupSpec(attributes={'a': 1}, members=['0', 'b'])"
    assert repr(GroupSpec()) == "GroupSpec(attributes={}, members=None)"


def test_existing_parent_is_kept() -> None:
    store = memory({".zgroup": {"zarr_format": 2}, ".zattrs": {"mine": 1}})
    GROUP.to_zarr(store, path="in")
    assert documents_in(store)[".zattrs"] == {"mine": 1}
