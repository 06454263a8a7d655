"""Where documents of arrays say that pixels are, and how they differ."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models._zarr.layout import differences
from ome_zarr_models.v04 import ArraySpec as ArraySpec04
from ome_zarr_models.v05 import ArraySpec as ArraySpec05

from ..helpers.factories import array, array_3

FORMATS = {2: ArraySpec04.format, 3: ArraySpec05.format}
OF_2 = array("yx")
OF_3 = array_3("yx")
KEYS_OF_2 = {"name": "v2", "configuration": {"separator": "."}}


def _differences(old: Any, new: Any, formats: tuple[int, int]) -> list[str]:
    before, after = (FORMATS[number] for number in formats)
    return [*differences(old, before, new, after)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"shape": (64, 64), "chunks": (64, 64)}, []),
        ({"filters": []}, []),
        ({"attributes": {"a": 1}}, []),
        ({"shape": [64, 32]}, ["its shape is [64, 64], not [64, 32]"]),
        ({"dtype": ">u2"}, ['its data type is "<u2", not ">u2"']),
        ({"chunks": [32, 32]}, ["its chunk shape is [64, 64], not [32, 32]"]),
        ({"compressor": None}, ["its compressor is "]),
        ({"filters": [{"id": "delta"}]}, ["its filters is null, not "]),
        ({"order": "F"}, ['its order is "C", not "F"']),
        ({"fill_value": 1}, ["its fill value is 0, not 1"]),
        ({"dimension_separator": "."}, ['its separator of chunk keys is "/", not "."']),
        ({"dimension_separator": None}, ['its separator of chunk keys is "/", not "."']),
        ({"shape": [1, 1], "order": "F"}, ["its shape is ", "its order is "]),
    ],
)
def test_differences_of_format_2(change: dict[str, Any], expected: list[str]) -> None:
    found = _differences(OF_2, {**OF_2, **change}, (2, 2))
    assert len(found) == len(expected)
    assert all(map(str.startswith, found, expected))
    back = _differences({**OF_2, **change}, OF_2, (2, 2))
    assert len(back) == len(expected)


def test_structured_types_and_defaults_of_format_2() -> None:
    of_fields = {**OF_2, "dtype": [["r", "<u1"], ["g", "<u1"]]}
    as_tuples = {**OF_2, "dtype": (("r", "<u1"), ("g", "<u1"))}
    assert _differences(of_fields, as_tuples, (2, 2)) == []
    without = {key: value for key, value in OF_2.items() if key != "dimension_separator"}
    assert _differences(without, {**OF_2, "dimension_separator": "."}, (2, 2)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"shape": (64, 64), "attributes": {"a": 1}, "dimension_names": None}, []),
        ({"codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}, []),
        ({"storage_transformers": []}, []),
        ({"chunk_key_encoding": "default"}, []),
        ({"chunk_key_encoding": {"name": "default"}}, []),
        ({"shape": [64, 32]}, ["its shape is [64, 64], not [64, 32]"]),
        ({"data_type": "uint8"}, ['its data type is "uint16", not "uint8"']),
        ({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8]}}}, ["its ch"]),
        ({"codecs": ["bytes"]}, ["its codecs is "]),
        ({"codecs": [*OF_3["codecs"], "gzip"]}, ["its codecs is "]),
        ({"codecs": None}, ["its codecs is "]),
        ({"fill_value": 1}, ["its fill value is 0, not 1"]),
        (
            {"chunk_key_encoding": "v2"},
            ['its chunk key encoding is ["default","/"], not ["v2","."]'],
        ),
        ({"chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}}}, ["its"]),
        ({"storage_transformers": [{"name": "a"}]}, ["its storage transformers is null, not "]),
    ],
)
def test_differences_of_format_3(change: dict[str, Any], expected: list[str]) -> None:
    found = _differences(OF_3, {**OF_3, **change}, (3, 3))
    assert len(found) == len(expected)
    assert all(
        text.replace(", ", ",").startswith(e.replace(", ", ","))
        for text, e in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("bytes", {"name": "bytes"}),
        ({"name": "bytes"}, {"name": "bytes", "configuration": {}}),
        ({"name": "x", "configuration": None}, "x"),
        (3, 3),
    ],
)
def test_codecs_are_written_in_several_ways(first: Any, second: Any) -> None:
    old, new = ({**OF_3, "codecs": [codec]} for codec in (first, second))
    assert _differences(old, new, (3, 3)) == []


@pytest.mark.parametrize(
    ("dtype", "data_type"),
    [
        *(
            ("<u2", "uint16"),
            (">u2", "uint16"),
            ("|u1", "uint8"),
            ("|i1", "int8"),
            ("<i8", "int64"),
        ),
        *(("<f4", "float32"), ("<f8", "float64"), ("<c16", "complex128"), ("|b1", "bool")),
    ],
)
def test_types_of_both_formats(dtype: str, data_type: str) -> None:
    of_2 = {**OF_2, "dtype": dtype}
    of_3 = {**OF_3, "data_type": data_type, "chunk_key_encoding": "v2"}
    of_3["chunk_key_encoding"] = {"name": "v2", "configuration": {"separator": "/"}}
    assert _differences(of_2, of_3, (2, 3)) == []
    assert _differences(of_3, of_2, (3, 2)) == []
    other = {**of_3, "data_type": "float16"}
    short = dtype[1:]
    assert _differences(of_2, other, (2, 3)) == [f'its data type is "{short}", not "f2"']


@pytest.mark.parametrize(
    "data_type", ["r16", "uintx", "string", "xuint16", {"name": "numpy"}, None]
)
def test_other_types_are_compared_as_they_are(data_type: Any) -> None:
    of_3 = {**OF_3, "data_type": data_type, "chunk_key_encoding": "v2"}
    of_2 = {**OF_2, "dimension_separator": None}
    (found,) = _differences(of_2, of_3, (2, 3))
    assert found.startswith('its data type is "u2", not ')


@pytest.mark.parametrize(
    ("of_2", "of_3", "name"),
    [
        ({"shape": [1, 64]}, {}, "shape"),
        ({"chunks": [1, 64]}, {}, "chunk shape"),
        ({"dimension_separator": "/"}, {}, "chunk key encoding"),
        ({"dimension_separator": None}, {"chunk_key_encoding": {"name": "default"}}, "chunk key"),
        ({}, {"chunk_grid": {"name": "regular"}}, "chunk shape"),
        ({"dtype": [["r", "<u1"]]}, {}, "data type"),
    ],
)
def test_differences_between_formats(of_2: Any, of_3: Any, name: str) -> None:
    first = {**OF_2, "dimension_separator": ".", **of_2}
    second = {**OF_3, "chunk_key_encoding": KEYS_OF_2, **of_3}
    for found in (_differences(first, second, (2, 3)), _differences(second, first, (3, 2))):
        assert len(found) == 1
        assert found[0].startswith(f"its {name}")
    listed = {**first, "dtype": [["r", "<u1"]]}
    if name == "data type":
        found = _differences(listed, second, (2, 3))
        assert found == ['its data type is [["r", "<u1"]], not "u2"']
    same = {**OF_2, "dimension_separator": "."}
    assert _differences(same, {**OF_3, "chunk_key_encoding": KEYS_OF_2}, (2, 3)) == []
    # What only one format has, or has in its own way, is not compared.
    other = {**same, "compressor": None, "order": "F", "filters": [1], "fill_value": 7}
    assert _differences(other, {**OF_3, "chunk_key_encoding": "v2"}, (2, 3)) == []
