"""Arrays from one Zarr format to the other, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from zarr.storage import MemoryStore

from ome_zarr_models import (
    ValidationError,
    open_ome_zarr,
    structure,
    v04,
    v05,
)
from ome_zarr_models._migrate.arrays import migrate_array
from ome_zarr_models._spec.versions import get_version

from ..helpers.factories import (
    array,
    array_3,
    broken,
    hierarchy,
    image,
)
from ..helpers.stores import keys_in, memory

V04, V05 = get_version("0.4"), get_version("0.5")
BLOSC = {"id": "blosc", "cname": "zstd", "clevel": 5, "shuffle": 2, "blocksize": 0}

# Changes to an array of format 2.
CHANGES: list[dict[str, Any]] = [
    {},
    {"dtype": "|b1", "fill_value": False},
    {"dtype": "|i1"},
    {"dtype": ">f8", "fill_value": "NaN"},
    {"dtype": "<c8", "fill_value": [0.0, 1.0]},
    {"order": "F"},
    {"dimension_separator": "."},
    {"compressor": BLOSC},
    {"compressor": {**BLOSC, "shuffle": 0}},
    {"compressor": {"id": "gzip", "level": 1}},
    {"compressor": {"id": "zstd", "level": 1, "checksum": True}},
    {"compressor": {"id": "lz4", "acceleration": 1}},
    {"compressor": None, "filters": [{"id": "delta", "dtype": "<u2", "astype": "<u2"}]},
    {"filters": [{"id": "shuffle", "elementsize": 2}]},
    {"attributes": {"mine": 1}},
    {"shape": [0, 4], "chunks": [1, 2]},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_arrays_are_converted_to_format_3_and_back(changes: dict[str, Any]) -> None:
    spec = structure({**array("yx"), "attributes": {}, **changes}, v04.ArraySpec)
    there, problems = migrate_array(spec, V05, ["y", "x"])
    assert problems == []
    assert there.dimension_names == ("y", "x")
    back, problems = migrate_array(there, V04, ["y", "x"])
    assert problems == []
    assert back == spec


DOTS = {"name": "v2", "configuration": {"separator": "."}}

# (change to an array of format 2, fields in format 3)
SAID: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"dtype": "<i8"}, {"data_type": "int64"}),
    ({"dimension_separator": "."}, {"chunk_key_encoding": DOTS}),
    ({"dtype": "<u2", "fill_value": 3.0}, {"fill_value": 3}),
    ({"dtype": "|b1", "fill_value": 1}, {"fill_value": True}),
    (
        {"compressor": {**BLOSC, "shuffle": -1}},
        {
            "codecs": (
                {"name": "bytes", "configuration": {"endian": "little"}},
                {
                    "name": "blosc",
                    "configuration": {
                        "cname": "zstd",
                        "clevel": 5,
                        "shuffle": "shuffle",
                        "blocksize": 0,
                        "typesize": 2,
                    },
                },
            )
        },
    ),
]


def _blosc(shuffle: str, size: int, **more: Any) -> dict[str, Any]:
    configuration = {"cname": "zstd", "clevel": 5, "shuffle": shuffle, "typesize": size}
    return {"name": "blosc", "configuration": {"blocksize": 0, **configuration, **more}}


@pytest.mark.parametrize(
    ("dtype", "compressor", "expected"),
    [
        ("|u1", {**BLOSC, "shuffle": -1}, _blosc("bitshuffle", 1)),
        ("<u2", {**BLOSC, "shuffle": -1}, _blosc("shuffle", 2)),
        ("<u4", {**BLOSC, "shuffle": 0}, _blosc("noshuffle", 4)),
        ("<u4", {"id": "blosc", "cname": "zstd", "clevel": 5}, _blosc("shuffle", 4)),
        ("<u4", {**BLOSC, "blocksize": 64}, _blosc("bitshuffle", 4, blocksize=64)),
        (
            "<u4",
            {"id": "zstd", "level": 1},
            {"name": "zstd", "configuration": {"level": 1, "checksum": False}},
        ),
    ],
)
def test_compressors_become_codecs(
    dtype: str, compressor: dict[str, Any], expected: dict[str, Any]
) -> None:
    document = {**array("yx", dtype=dtype), "compressor": compressor, "attributes": {}}
    migrated, problems = migrate_array(structure(document, v04.ArraySpec), V05, None)
    assert problems == []
    assert migrated.codecs[-1] == expected


def test_absent_separator_is_a_dot() -> None:
    document: dict[str, Any] = {**array("yx"), "attributes": {}}
    del document["dimension_separator"]
    spec = structure(document, v04.ArraySpec)
    migrated, _ = migrate_array(spec, V05, None)
    assert migrated.chunk_key_encoding == DOTS
    assert migrated.dimension_names is None
    back, problems = migrate_array(migrated, V04, ["y", "x"])
    assert problems == []
    assert back == evolve(spec, dimension_separator=".")


@pytest.mark.parametrize(("changes", "expected"), SAID)
def test_keys_of_format_2_become_those_of_format_3(
    changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    spec = structure({**array("yx"), "attributes": {}, **changes}, v04.ArraySpec)
    migrated, problems = migrate_array(spec, V05, None)
    assert problems == []
    assert {name: getattr(migrated, name) for name in expected} == expected
    assert migrated.dimension_names is None


LOST_3: list[tuple[dict[str, Any], str, str]] = [
    ({"fill_value": None}, "fill_value", "warning"),
    ({"more": 1}, "more", "warning"),
    ({"dtype": "|S3"}, "dtype", "error"),
    ({"dtype": "<f16"}, "dtype", "error"),
    ({"dtype": "<i16"}, "dtype", "error"),
    ({"dtype": "|b1", "fill_value": 7}, "fill_value", "error"),
    ({"dtype": "<c8", "fill_value": None}, "fill_value", "warning"),
    ({"compressor": {"id": "imagecodecs_jpegxl"}}, "compressor", "error"),
    ({"compressor": {**BLOSC, "shuffle": 7}}, "compressor", "error"),
    ({"filters": [{"id": "base64"}]}, "filters", "error"),
    ({"dtype": [["x", "<u2"]]}, "dtype", "error"),
]
DEFAULT = {"name": "default"}
SHARDS: dict[str, Any] = {"name": "sharding_indexed", "configuration": {}}
LOST_2: list[tuple[dict[str, Any], str, str]] = [
    ({"dimension_names": ["a", "b"]}, "dimension_names", "warning"),
    ({"more": 1}, "more", "warning"),
    ({"data_type": {"name": "string"}}, "data_type", "error"),
    ({"data_type": "string"}, "data_type", "error"),
    ({"data_type": "int4"}, "data_type", "error"),
    ({"data_type": "float32", "fill_value": "0x7fc00000"}, "fill_value", "error"),
    ({"codecs": [{"name": "bytes", "configuration": None}, "numcodecs.zfpy"]}, "codecs", "error"),
    (
        {
            "codecs": [
                {"name": "numcodecs.delta", "configuration": {"dtype": ">u2"}},
                {"name": "bytes", "configuration": {"endian": "big"}},
            ]
        },
        "codecs",
        "error",
    ),
    ({"chunk_key_encoding": DEFAULT}, "chunk_key_encoding", "error"),
    (
        {"chunk_key_encoding": {"name": "v2", "configuration": {"separator": "-"}}},
        "chunk_key_encoding",
        "error",
    ),
    ({"chunk_grid": {"name": "rectangular"}}, "chunk_grid", "error"),
    ({"storage_transformers": [{"name": "a"}]}, "storage_transformers", "error"),
    ({"codecs": [SHARDS]}, "codecs", "error"),
    ({"codecs": ["bytes", {"name": "crc32c"}]}, "codecs", "error"),
    (
        {"codecs": [{"name": "transpose", "configuration": {"order": [0, 1]}}, "bytes"]},
        "codecs",
        "error",
    ),
    ({"codecs": ["bytes", {"name": "transpose"}]}, "codecs", "error"),
]


@pytest.mark.parametrize(("changes", "key", "level"), LOST_3)
def test_losses_of_format_3_are_reported(changes: dict[str, Any], key: str, level: str) -> None:
    spec = structure({**array("yx"), "attributes": {}, **changes}, v04.ArraySpec)
    migrated, (problem,) = migrate_array(spec, V05, None)
    rule = "version-impossible" if level == "error" else "version-loss"
    assert (problem.rule, problem.loc, problem.level) == (rule, (key,), level)
    assert (migrated is spec) == (level == "error")
    documents = hierarchy(broken(image("yx"), ("multiscales", 0, "datasets", 1, "path"), "a/1"))
    documents["a/1/.zarray"] |= changes
    if level == "error":
        with pytest.raises(ValidationError, match=f"a/1 .zarray {key}"):
            open_ome_zarr(memory(documents)).to_version("0.5", losses=[])


@pytest.mark.parametrize(("changes", "key", "level"), LOST_2)
def test_losses_of_format_2_are_reported(changes: dict[str, Any], key: str, level: str) -> None:
    document = {**array_3("yx"), "chunk_key_encoding": {"name": "v2"}, **changes}
    spec = structure(document, v05.ArraySpec)
    migrated, problems = migrate_array(spec, V04, ["y", "x"])
    (problem,) = problems
    rule = "version-impossible" if level == "error" else "version-loss"
    assert (problem.rule, problem.loc, problem.level) == (rule, (key,), level)
    assert (migrated is spec) == (level == "error")


def test_array_of_the_same_format_is_unchanged() -> None:
    spec = v04.ArraySpec(shape=(1,), chunks=(1,), dtype="uint8")
    assert migrate_array(spec, V04, None) == (spec, [])


def _filters(dtype: str) -> dict[str, list[dict[str, Any]]]:
    delta = {"id": "delta", "dtype": dtype, "astype": dtype}
    shuffle = {"id": "shuffle", "elementsize": int(dtype[2])}
    other = {"<i8": "<i4"}.get(dtype, "<i8" if dtype[1] in "iu" else "<f8")
    found: dict[str, list[dict[str, Any]]] = {
        "none": [],
        "delta": [delta],
        "shuffle": [shuffle],
        "delta, shuffle": [delta, shuffle],
        "shuffle, delta": [shuffle, {**delta, "dtype": "|u1", "astype": "|u1"}],
        "astype": [{"id": "astype", "encode_dtype": other, "decode_dtype": dtype}],
        "base64": [{"id": "base64"}],
        "offset": [{"id": "fixedscaleoffset", "offset": 1, "scale": 1, "dtype": dtype}],
        "other delta": [{**delta, "astype": other}],
    }
    if dtype[1] == "f":
        found["quantize"] = [{"id": "quantize", "digits": 3, "dtype": dtype}]
        found["bitround"] = [{"id": "bitround", "keepbits": 8}]
    return found


@pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in the Zarr version 3")
@given(st.data())
def test_chunks_of_format_2_are_read_in_format_3(data: st.DataObject) -> None:
    """Chunks that format 2 wrote are read in format 3 where they are, or refused."""
    dtype = data.draw(st.sampled_from(["|u1", "|i1", "<u2", ">i4", "<i8", "<f4", ">f8"]))
    name = data.draw(st.sampled_from(sorted(_filters(dtype))))
    compressors: list[Any] = [None, BLOSC, {"id": "zlib", "level": 1}, {"id": "zstd", "level": 1}]
    compressors += [{**BLOSC, "shuffle": way} for way in (-1, 0, 1)]
    compressors += [{"id": "bz2", "level": 1}, {"id": "lz4", "acceleration": 1}]
    spec = v04.ArraySpec(
        shape=(5, 7),
        chunks=(2, 3),
        dtype=dtype,
        order=data.draw(st.sampled_from(["C", "F"])),
        dimension_separator=data.draw(st.sampled_from(["/", "."])),
        compressor=data.draw(st.sampled_from(compressors)),
        filters=_filters(dtype)[name] or None,
        fill_value=data.draw(st.sampled_from([0, 1, None])),
    )
    migrated, problems = migrate_array(spec, V05, ["y", "x"])
    is_refused = any(problem.level == "error" for problem in problems)
    is_same = name in ("none", "shuffle") or (dtype[0] != ">" and name in SAME)
    assert is_refused == (not is_same)
    if is_refused or (spec.compressor is None and name.endswith("shuffle")):
        return  # the last of which zarr refuses in format 2
    store = MemoryStore()
    pixels = np.arange(35).reshape(5, 7).astype(dtype)
    written: Any = spec.to_zarr(store)
    written[:4] = pixels[:4]
    expected = np.asarray(written[:])
    held = vars(store)["_store_dict"]
    chunks = [key for key in keys_in(store) if not key.startswith(".z")]
    other = MemoryStore({key: held[key] for key in chunks})
    opened: Any = migrated.to_zarr(other)
    assert np.array_equal(np.asarray(opened[:4]), expected[:4])
    assert sorted(keys_in(other)) == sorted([*chunks, "zarr.json"])
    back, problems = migrate_array(migrated, V04, ["y", "x"])
    assert problems == []
    assert back.filters == spec.filters


SAME = ("bitround", "delta", "delta, shuffle", "offset", "quantize")


@pytest.mark.parametrize("names", [None, (None, None), ("y", "x"), ("a", "b")])
def test_names_of_dimensions_are_those_that_the_version_requires(names: Any) -> None:
    spec = v05.ArraySpec.build(shape=(2, 2), dtype="uint8", dimension_names=names)
    migrated, problems = migrate_array(spec, V05, ["y", "x"])
    assert migrated.dimension_names == ("y", "x")
    assert [str(problem) for problem in problems] == (
        ["dimension_names: OME-Zarr 0.5 requires the names of the axes [version-loss]"]
        if names == ("a", "b")
        else []
    )
    assert migrate_array(spec, get_version("0.6"), ["y", "x"]) == (spec, [])
    assert migrate_array(spec, V05, None) == (spec, [])
