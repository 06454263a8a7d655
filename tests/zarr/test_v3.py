"""Arrays and groups of Zarr format 3."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from zarr.storage import MemoryStore

from ome_zarr_models import ValidationError, structure, unstructure
from ome_zarr_models.v05 import ArraySpec, GroupSpec

from ..helpers.factories import ABSENT, Loc, array_3, broken
from ..helpers.stores import ZARR, documents_in

SPEC = ArraySpec.build(shape=(4, 6), dtype="uint16", chunks=(2, 3), dimension_names=["y", "x"])
GRID = ("chunk_grid", "configuration", "chunk_shape")


def test_built_array_is_what_zarr_makes() -> None:
    made = ZARR.create_array(
        MemoryStore(), shape=(4, 6), dtype="uint16", chunks=(2, 3), dimension_names=["y", "x"]
    )
    assert ArraySpec.from_zarr(made) == SPEC
    assert (SPEC.ndim, SPEC.chunks, SPEC.dtype, SPEC.holds_integers) == (2, (2, 3), "uint16", True)
    assert pickle.loads(pickle.dumps(SPEC)) == SPEC  # noqa: S301 - our own
    assert hash(SPEC) == hash(ArraySpec.from_zarr(made))
    other = ArraySpec.build(
        shape=[4], dtype=np.float32, fill_value=np.nan, attributes={"a": 1}, shards=[4], chunks=[2]
    )
    assert (other.fill_value, other.attributes, other.chunks) == ("NaN", {"a": 1}, (4,))
    assert not other.holds_integers
    assert ArraySpec.build(shape=(8,), dtype="uint8").chunks == (8,)


def test_array_is_written_and_read() -> None:
    store = MemoryStore()
    made = SPEC.to_zarr(store, "in/side")
    made[:] = 7
    assert ArraySpec.from_zarr(made) == SPEC
    assert sorted(documents_in(store)) == ["in/side/zarr.json", "in/zarr.json", "zarr.json"]
    group = ZARR.open_group(store, mode="r")
    spec = GroupSpec.from_zarr(group)
    assert spec == GroupSpec(
        attributes={}, members={"in": GroupSpec(attributes={}, members={"side": SPEC})}
    )
    other = ZARR.create_group(MemoryStore(), zarr_format=2)
    with pytest.raises(TypeError, match="expected a group of Zarr format 3"):
        GroupSpec.from_zarr(other)
    with pytest.raises(TypeError, match="expected an array of Zarr format 3"):
        ArraySpec.from_zarr(other.create_array("a", shape=(1,), dtype="uint8"))


# (place, new value, place of the problem)
WRONG: list[tuple[Loc, Any, str]] = [
    (("shape",), ABSENT, "shape"),
    (("shape", 0), -1, "shape[0]"),
    (("shape", 0), "4", "shape[0]"),
    (("data_type",), ABSENT, "data_type"),
    (("data_type",), "<u2", "data_type"),
    (("data_type",), 3, "data_type"),
    (("data_type",), {}, "data_type"),
    (("data_type",), "", "data_type"),
    (("chunk_grid",), "regular", "chunk_grid"),
    (("chunk_grid", "name"), ABSENT, "chunk_grid"),
    (("chunk_grid", "configuration"), ABSENT, "chunk_grid.configuration.chunk_shape"),
    (GRID, [64], "chunk_grid.configuration.chunk_shape"),
    (GRID, [64, 0], "chunk_grid.configuration.chunk_shape"),
    (GRID, [64, 1.5], "chunk_grid.configuration.chunk_shape"),
    (GRID, 64, "chunk_grid.configuration.chunk_shape"),
    (("chunk_key_encoding",), {}, "chunk_key_encoding"),
    (("chunk_key_encoding",), ABSENT, "chunk_key_encoding"),
    (("codecs",), [], "codecs"),
    (("codecs",), ABSENT, "codecs"),
    (("codecs", 0), {"configuration": {}}, "codecs[0]"),
    (("fill_value",), ABSENT, "fill_value"),
    (("fill_value",), "NaN", "fill_value"),
    (("fill_value",), 1.5, "fill_value"),
    (("fill_value",), 65536, "fill_value"),
    (("dimension_names",), ["y"], "dimension_names"),
    (("dimension_names", 0), 3, "dimension_names[0]"),
    (("dimension_names",), "yx", "dimension_names"),
    (("attributes",), [], "attributes"),
    (("node_type",), "group", "node_type"),
    (("zarr_format",), 2, "zarr_format"),
]


@pytest.mark.parametrize(("loc", "value", "place"), WRONG)
def test_invalid_array_documents_are_refused(loc: Loc, value: Any, place: str) -> None:
    with pytest.raises(ValidationError) as raised:
        structure(broken(array_3("yx"), loc, value), ArraySpec)
    assert [str(problem).partition(":")[0] for problem in raised.value.problems] == [place]
    expected = "storage.zarr-format" if place == "zarr_format" else "ms.ds-array-exists"
    assert raised.value.problems[0].rule == expected


@pytest.mark.parametrize(
    ("loc", "value"),
    [
        (("shape",), [0, 0]),
        (("data_type",), {"name": "numpy.datetime64", "configuration": {"unit": "s"}}),
        (("chunk_grid",), {"name": "rectangular", "configuration": {"chunks": []}}),
        (("chunk_key_encoding",), {"name": "v2"}),
        (("codecs",), ["bytes", {"name": "zstd"}]),
        (("fill_value",), 7),
        (("dimension_names",), ["y", None]),
        (("dimension_names",), ABSENT),
        (("attributes",), ABSENT),
        (("storage_transformers",), []),
        (("more",), {"must_understand": False}),
    ],
)
def test_rare_keys_round_trip(loc: Loc, value: Any) -> None:
    document = array_3("yx")
    document[str(loc[0])] = None
    document = broken(document, loc, value)
    spec = structure(document, ArraySpec)
    assert unstructure(spec) == document
    assert spec.to_documents() == {"zarr.json": document}


@pytest.mark.parametrize("value", [5e-324, -1.5, 2.0**64, float("inf"), float("nan")])
def test_floats_are_compared_with_large_integer_types_at_once(value: float) -> None:
    document = {**array_3("yx"), "data_type": "uint64", "fill_value": value}
    with pytest.raises(ValidationError, match="fill_value: expected a value of type uint64"):
        structure(document, ArraySpec)


@pytest.mark.parametrize(
    ("data_type", "value"),
    [("float32", "0x7fc00000"), ("float32", "NaN"), ("bool", True), ("complex64", [0.0, "NaN"])],
)
def test_fill_values_round_trip(data_type: str, value: Any) -> None:
    document = {**array_3("yx"), "data_type": data_type, "fill_value": value}
    assert unstructure(structure(document, ArraySpec)) == document


def test_dimensions_need_no_names() -> None:
    document = broken({**array_3("yx"), "codecs": ["bytes"]}, ("dimension_names",), ABSENT)
    assert unstructure(structure(document, ArraySpec)) == document


@pytest.mark.parametrize(
    ("data", "given", "expected"),
    [
        (np.zeros((4, 6), "uint8"), {}, {"chunks": (4, 6), "fill_value": 0, "data_type": "uint8"}),
        (np.zeros((4, 6)), {"chunks": (2, 2)}, {"chunks": (2, 2), "data_type": "float64"}),
        (
            SimpleNamespace(shape=(4,), dtype="uint8", chunksize=(2,), attrs={"a": 1}),
            {"dimension_names": ["x"], "fill_value": 3},
            {"chunks": (2,), "attributes": {"a": 1}, "dimension_names": ("x",), "fill_value": 3},
        ),
        (SPEC.to_zarr(MemoryStore()), {"fill_value": 3}, {"chunks": (2, 3), "fill_value": 3}),
        (SPEC.to_zarr(MemoryStore()), {"chunks": (4, 6)}, {"chunks": (4, 6)}),
        (
            ZARR.create_array(MemoryStore(), shape=(4,), chunks=(2,), dtype="uint8", zarr_format=2),
            {"codecs": [{"name": "bytes"}]},
            {"chunks": (2,), "codecs": ({"name": "bytes"},)},
        ),
    ],
)
def test_array_is_described(data: Any, given: dict[str, Any], expected: dict[str, Any]) -> None:
    spec = ArraySpec.from_array(data, **given)
    assert spec.shape == data.shape
    assert {name: getattr(spec, name) for name in expected} == expected
