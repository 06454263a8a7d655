"""What of an array's document says where its pixels are, and how they are stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._json.values import at, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._spec.zarr_formats import Format

_SIZED: Final = re.compile("(bool|int|uint|float|complex)([0-9]*)").fullmatch
_KINDS: Final = {"bool": "b", "int": "i", "uint": "u", "float": "f", "complex": "c"}


def differences(
    old: Mapping[str, Any], old_format: Format, new: Mapping[str, Any], new_format: Format
) -> Iterator[str]:
    """
    Yield how the pixels that a document describes differ from those of another.

    Documents of two Zarr formats are compared by what both formats say in the same way.
    """
    if old_format == new_format:
        before, after = _layout(old, old_format), _layout(new, new_format)
    else:
        before, after = _common(old, old_format), _common(new, new_format)
    for name in before:
        if before[name] != after[name]:
            yield f"its {name} is {show(before[name])}, not {show(after[name])}"


def _layout(document: Mapping[str, Any], zarr_format: Format) -> dict[str, Any]:
    if not zarr_format.has_one_document:
        return {
            "shape": _listed(document.get("shape")),
            "data type": _listed(document.get("dtype")),
            "chunk shape": _listed(document.get("chunks")),
            "compressor": document.get("compressor"),
            "filters": _listed(document.get("filters")) or None,
            "order": document.get("order"),
            "fill value": document.get("fill_value"),
            "separator of chunk keys": document.get("dimension_separator") or ".",
        }
    return {
        "shape": _listed(document.get("shape")),
        "data type": document.get("data_type"),
        "chunk grid": document.get("chunk_grid"),
        "codecs": [_named(codec) for codec in _listed(document.get("codecs")) or ()],
        "fill value": document.get("fill_value"),
        "chunk key encoding": _chunk_keys(document, zarr_format),
        "storage transformers": _listed(document.get("storage_transformers")) or None,
    }


def _common(document: Mapping[str, Any], zarr_format: Format) -> dict[str, Any]:
    """Return what documents of both formats say in the same way."""
    if not zarr_format.has_one_document:
        dtype = document.get("dtype")
        return {
            "shape": _listed(document.get("shape")),
            "data type": dtype[1:] if isinstance(dtype, str) else _listed(dtype),
            "chunk shape": _listed(document.get("chunks")),
            "chunk key encoding": _chunk_keys(document, zarr_format),
        }
    return {
        "shape": _listed(document.get("shape")),
        "data type": _short(document.get("data_type")),
        "chunk shape": _listed(at(document, "chunk_grid", "configuration", "chunk_shape")),
        "chunk key encoding": _chunk_keys(document, zarr_format),
    }


def _chunk_keys(document: Mapping[str, Any], zarr_format: Format) -> list[Any]:
    """Return the name of a chunk key encoding, and what separates the numbers."""
    if not zarr_format.has_one_document:
        return ["v2", document.get("dimension_separator") or "."]
    encoding = document.get("chunk_key_encoding")
    name = encoding if isinstance(encoding, str) else at(encoding, "name")
    return [name, at(encoding, "configuration", "separator") or ("." if name == "v2" else "/")]


def _short(data_type: Any) -> Any:
    """Return the type of a pixel as format 2 writes it, without the order of bytes."""
    sized = _SIZED(data_type) if isinstance(data_type, str) else None
    if sized is None:
        return data_type
    return f"{_KINDS[sized[1]]}{int(sized[2] or 8) // 8}"


def _named(codec: Any) -> Any:
    """Return a codec as an object, without an empty configuration."""
    named = {"name": codec} if isinstance(codec, str) else codec
    if not is_object(named):
        return named
    return {k: v for k, v in named.items() if k != "configuration" or v}


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if is_list(value) else value
