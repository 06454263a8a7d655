"""Options with fixed values, and what arrays are built from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest
from zarr.codecs import GzipCodec

from ome_zarr_models import scan, structure, unstructure, validate
from ome_zarr_models.v05 import ArraySpec
from ome_zarr_models.v05.image import ImageAttrs

from ..helpers.factories import image
from ..helpers.opened import open_ome_zarr, open_ome_zarr_async
from ..helpers.stores import ZARR, documents_in, memory
from ..helpers.versions import MODULES, array_of, every_version
from ..helpers.writing import documents_of, group_of

if TYPE_CHECKING:
    from collections.abc import Callable

ODD: list[Any] = ["document", "Documents", "true", "", None, 1, 0, [], b"documents"]


@pytest.mark.parametrize("overwrite", ODD, ids=repr)
@every_version
def test_unknown_overwrite_is_refused(version: str, overwrite: Any) -> None:
    store = memory(documents_of("image", version))
    before = documents_in(store)
    message = "expected overwrite to be False, True or 'documents', got"
    for node in (group_of("image", version), MODULES[version].GroupSpec(members={})):
        with pytest.raises(ValueError, match=message):
            node.to_zarr(store, overwrite=overwrite)
    with pytest.raises(ValueError, match=message):
        array_of(version).to_zarr(store, "0", overwrite=overwrite)
    assert documents_in(store) == before


def _open_async(store: Any, **options: Any) -> Any:
    return asyncio.run(open_ome_zarr_async(store, **options))


def _scan_one(store: Any, **options: Any) -> Any:
    return scan([store], **options)


READERS: list[tuple[str, Callable[..., Any]]] = [
    ("policy", open_ome_zarr),
    ("depth", open_ome_zarr),
    ("policy", _open_async),
    ("depth", _open_async),
    ("policy", MODULES["0.5"].Image.from_zarr),
    ("depth", MODULES["0.5"].Image.from_zarr),
    ("depth", validate),
    ("consolidated", validate),
    ("depth", _scan_one),
]


@pytest.mark.parametrize(("option", "call"), READERS)
@pytest.mark.parametrize("value", ["other", "", "ALL", "Use"])
def test_unknown_options_of_readers_are_refused(
    option: str, call: Callable[..., Any], value: str
) -> None:
    with pytest.raises(ValueError, match=f"expected {option} to be one of '.*', got '{value}'"):
        call(memory(documents_of("image", "0.5")), **{option: value})


def test_everything_that_an_array_is_built_from_arrives() -> None:
    spec = ArraySpec.build(
        shape=(8, 8),
        dtype=np.uint16,
        chunks=(2, 2),
        shards=(4, 4),
        compressors=[GzipCodec(level=3)],
        fill_value=np.uint16(7),
        dimension_names=["y", "x"],
        attributes={"a": 1},
    )
    made: Any = spec.to_zarr(memory({}))
    assert (made.shape, made.dtype, made.chunks, made.shards) == ((8, 8), "uint16", (2, 2), (4, 4))
    assert made.fill_value == 7
    assert [codec.to_dict()["name"] for codec in made.compressors] == ["gzip"]
    assert made.metadata.dimension_names == ("y", "x")
    assert made.attrs.asdict() == {"a": 1}
    assert ArraySpec.from_zarr(made) == spec


@pytest.mark.parametrize(
    "given", [{}, {"chunks": (2, 2)}, {"shards": (8, 8)}, {"shards": None, "chunks": (4, 4)}]
)
def test_sharding_of_an_array_is_kept_or_is_what_is_given(given: dict[str, Any]) -> None:
    store = memory({})
    array = ZARR.create_array(store, shape=(8, 8), chunks=(2, 2), shards=(4, 4), dtype="u1")
    made = ArraySpec.from_array(array, **given).to_zarr(memory({}))
    assert made.shards == given.get("shards", (4, 4))
    assert made.chunks == given.get("chunks", (2, 2))
    with pytest.raises(ValueError, match="expected either a chunk_grid, or chunks and shards"):
        ArraySpec.from_array(array, chunk_grid=array.metadata.chunk_grid.to_dict(), chunks=(2, 2))


@every_version
def test_sequences_and_numpy_values_make_equal_arrays(version: str) -> None:
    array = MODULES[version].ArraySpec.from_array(np.zeros((4, 4), "u2"))
    as_list = MODULES[version].ArraySpec.from_array(np.zeros((4, 4), np.uint16), chunks=[2, 2])
    as_tuple = MODULES[version].ArraySpec.from_array(np.zeros((4, 4), "u2"), chunks=(2, 2))
    assert as_list == as_tuple != array
    assert hash(as_list) == hash(as_tuple)


@every_version
def test_free_json_is_not_shared(version: str) -> None:
    given: dict[str, Any] = {"seen": {"a": [1]}}
    documents: dict[str, Any] = {
        **image("yx", version=version),
        **given,
        **({} if version == "0.4" else {"version": version}),
    }
    cls = MODULES[version].image.ImageAttrs if version != "0.5" else ImageAttrs
    model: Any = structure(documents, cls)
    given["seen"]["a"].append(2)
    assert unstructure(model)["seen"] == {"a": [1]}
    unstructure(model)["seen"]["a"].append(3)
    assert unstructure(model)["seen"] == {"a": [1]}


@every_version
def test_free_json_of_plain_nodes_is_not_shared(version: str) -> None:
    given: dict[str, Any] = {"seen": {"a": [1]}}
    group = MODULES[version].GroupSpec(attributes=given, members={})
    given["seen"]["a"].append(2)
    assert group.attributes == {"seen": {"a": [1]}}
    name = ".zattrs" if version == "0.4" else "zarr.json"
    document = group.to_documents()[name]
    document.get("attributes", document)["seen"]["a"].append(2)
    assert group.attributes == {"seen": {"a": [1]}}


@pytest.mark.parametrize("given", ["uint16", "<u2", np.uint16, np.dtype("u2"), np.dtype(">u2")])
def test_data_types_of_numpy_are_accepted(given: Any) -> None:
    assert attrs.evolve(array_of("0.5"), data_type=given).data_type == "uint16"


@pytest.mark.filterwarnings("ignore:.*does not have a Zarr V3 specification")
def test_other_data_types_are_written_as_zarr_writes_them() -> None:
    made = attrs.evolve(array_of("0.5"), data_type=np.dtype("datetime64[s]"), fill_value=0)
    assert made.data_type == {
        "name": "numpy.datetime64",
        "configuration": {"unit": "s", "scale_factor": 1},
    }


def test_codecs_of_the_chunks_in_shards_are_those_given() -> None:
    array = ZARR.create_array(memory({}), shape=(8, 8), chunks=(2, 2), shards=(4, 4), dtype="u1")
    given: list[Any] = [{"name": "bytes"}, {"name": "gzip", "configuration": {"level": 3}}]
    spec = ArraySpec.from_array(array, codecs=given, chunks=(1, 1))
    made: Any = spec.to_zarr(memory({}))
    assert (made.chunks, made.shards) == ((1, 1), (4, 4))
    assert [codec.to_dict()["name"] for codec in made.compressors] == ["gzip"]
