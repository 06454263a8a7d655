"""
Arrays from one Zarr format to the other, such that their chunks stay where they are.

The chunks of format 2 have the keys that format 3 calls the encoding ``v2``, and are made
by the same codecs under other names. What is not known to be the same is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_list, is_object
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._spec.zarr_formats import Format


NAMES: Final = {
    "b1": "bool",
    **{f"i{n}": f"int{8 * n}" for n in (1, 2, 4, 8)},
    **{f"u{n}": f"uint{8 * n}" for n in (1, 2, 4, 8)},
    **{f"f{n}": f"float{8 * n}" for n in (2, 4, 8)},
    **{f"c{n}": f"complex{8 * n}" for n in (8, 16)},
}
"""What format 3 calls the data types of format 2, without their byte order."""

CODES: Final = {name: code for code, name in NAMES.items()}

_ENDIAN: Final = {"<": "little", ">": "big"}
_SHUFFLES: Final = ("noshuffle", "shuffle", "bitshuffle")
_NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")
_NUMCODECS: Final = "numcodecs."
_OF_PIXELS: Final = ("bitround", "delta", "fixedscaleoffset", "quantize")
"""The filters of numcodecs that take pixels, and give as many of the same type."""
_OF_BYTES: Final = ("blosc", "bz2", "gzip", "lz4", "lzma", "shuffle", "zlib", "zstd")
_OWN: Final = ("blosc", "gzip", "zstd")
"""Those that format 3 has itself; the others have a name of numcodecs."""


class _Report:
    """What is lost, and what cannot be done."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def lost(self, key: str, message: str) -> None:
        self.problems.append(Problem("version-loss", "warning", "", (key,), message))

    def refuse(self, key: str, message: str) -> None:
        self.problems.append(Problem("version-impossible", "error", "", (key,), message))


def migrate_array(
    array: Any, zarr_format: Format, names: Sequence[str] | None
) -> tuple[Any, list[Problem]]:
    """
    Return an array in a Zarr format, and what cannot be said in it.

    Parameters
    ----------
    array : ArraySpec
        An array of either format.
    zarr_format : Format
        The format that is wanted.
    names : sequence of str, optional
        The names of the axes, which format 3 has for the dimensions.
    """
    if array.format == zarr_format:
        return array, []
    report = _Report()
    make = _to_3 if array.format.number == 2 else _to_2  # noqa: PLR2004 - Zarr's own
    fields = make(array, names, report)
    if any(problem.level == "error" for problem in report.problems):
        return array, report.problems
    return zarr_format.array_spec(**fields), report.problems


def _to_3(array: Any, names: Sequence[str] | None, report: _Report) -> dict[str, Any]:
    dtype = array.dtype if isinstance(array.dtype, str) else ""
    endian, code = dtype[:1], dtype[1:]
    if code not in NAMES:
        report.refuse("dtype", f"Zarr format 3 has no name for the data type {array.dtype!r}")
        return {}
    for key in array.extra:
        report.lost(key, "Zarr format 3 has no such key")
    fill_value = array.fill_value
    if fill_value is None:
        report.lost("fill_value", "Zarr format 3 has no null here: it becomes 0")
        fill_value = [0.0, 0.0] if code[0] == "c" else 0
    separator = array.dimension_separator or "."
    return {
        "shape": array.shape,
        "data_type": NAMES[code],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(array.chunks)}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": separator}},
        "fill_value": _fill_value(fill_value, code, report),
        "codecs": _codecs(array, endian, report),
        "attributes": array.attributes,
        "dimension_names": names,
    }


def _fill_value(value: Any, code: str, report: _Report) -> Any:
    """Return a fill value as an array of a data type has it."""
    kind, bits = code[0], 8 * int(code[1:])
    if kind == "b":
        fits = value in (0, 1)
        value = bool(value)
    elif kind in "iu":
        low = -(2 ** (bits - 1)) if kind == "i" else 0
        fits = isinstance(value, int | float) and value == int(value)
        value = int(value) if fits else value
        fits = fits and low <= value < low + 2**bits
    elif kind == "f":
        fits = isinstance(value, int | float) or value in _NOT_FINITE
    else:
        fits = is_list(value)
    if not fits:
        report.refuse("fill_value", f"{value!r} is no value of the data type {NAMES[code]}")
    return value


def _codecs(array: Any, endian: str, report: _Report) -> list[dict[str, Any]]:
    to_bytes: dict[str, Any] = {"name": "bytes"}
    if endian in _ENDIAN:
        to_bytes["configuration"] = {"endian": _ENDIAN[endian]}
    of_pixels: list[dict[str, Any]] = []
    of_bytes: list[dict[str, Any]] = []
    for codec in array.filters or ():
        if codec["id"] not in _OF_PIXELS:
            of_bytes.append(_codec(codec, array, report, "filters"))
            continue
        types = {codec.get("dtype", array.dtype), codec.get("astype", array.dtype)}
        if types != {array.dtype} or endian == ">" or of_bytes:
            report.refuse("filters", f"the filter {codec['id']!r} does otherwise in Zarr format 3")
        of_pixels.append(_codec(codec, array, report, "filters"))
    if array.compressor is not None:
        of_bytes.append(_codec(array.compressor, array, report, "compressor"))
    transposed = {"name": "transpose", "configuration": {"order": [*range(array.ndim)][::-1]}}
    return [*([transposed] if array.order == "F" else []), *of_pixels, to_bytes, *of_bytes]


def _codec(codec: Mapping[str, Any], array: Any, report: _Report, key: str) -> dict[str, Any]:
    configuration = {name: value for name, value in codec.items() if name != "id"}
    name, size = codec["id"], int(array.dtype[2:])
    if name not in (*_OF_BYTES, *_OF_PIXELS):
        report.refuse(key, f"Zarr format 3 has no codec {name!r} that is known to be the same")
    elif name == "blosc":
        shuffle = configuration.get("shuffle", 1)
        if shuffle == -1:  # which blosc leaves to the size of a pixel
            shuffle = 2 if size == 1 else 1
        if shuffle not in (0, 1, 2):
            report.refuse(key, f"blosc has no way {shuffle!r} to shuffle")
            shuffle = 0
        configuration |= {"shuffle": _SHUFFLES[shuffle], "typesize": size}
        configuration.setdefault("blocksize", 0)
    elif name == "zstd":
        configuration.setdefault("checksum", False)
    name = name if name in _OWN else f"{_NUMCODECS}{name}"
    return {"name": name, "configuration": configuration}


def _to_2(array: Any, names: Sequence[str] | None, report: _Report) -> dict[str, Any]:
    code = CODES.get(array.data_type) if isinstance(array.data_type, str) else None
    if code is None:
        report.refuse("data_type", f"Zarr format 2 has no name for {array.data_type!r}")
    encoding = array.chunk_key_encoding
    if encoding["name"] != "v2":
        report.refuse("chunk_key_encoding", "the chunks have keys that Zarr format 2 does not know")
    if array.chunk_grid["name"] != "regular":
        report.refuse("chunk_grid", "Zarr format 2 has regular chunks only")
    if array.storage_transformers:
        report.refuse("storage_transformers", "Zarr format 2 has none")
    if array.dimension_names is not None and list(array.dimension_names) != list(names or ()):
        report.lost("dimension_names", "Zarr format 2 has no names of dimensions")
    for key in array.extra:
        report.lost(key, "Zarr format 2 has no such key")
    order, filters, endian = _filters(array, report)
    if code is None:
        return {}
    has_compressor = bool(filters) and filters[-1]["id"] not in _OF_PIXELS
    return {
        "shape": array.shape,
        "chunks": array.chunks,
        "dtype": f"{'|' if code[1:] == '1' else endian}{code}",
        "compressor": filters.pop() if has_compressor else None,
        "filters": filters or None,
        "fill_value": _fill_value(array.fill_value, code, report),
        "order": order,
        "dimension_separator": _configuration(encoding).get("separator", "."),
        "attributes": array.attributes or {},
    }


def _filters(array: Any, report: _Report) -> tuple[str, list[dict[str, Any]], str]:
    """Return the order of pixels, the filters with the compressor last, and the byte order."""
    order, endian = "C", "<"
    filters: list[dict[str, Any]] = []
    for i, codec in enumerate(array.codecs):
        configuration = _configuration(codec)
        said: str = codec["name"] if is_object(codec) else codec
        name = said.removeprefix(_NUMCODECS)
        if said == "bytes":
            endian = ">" if configuration.get("endian") == "big" else "<"
        elif said == "transpose" and i == 0:
            if configuration.get("order") != [*range(array.ndim)][::-1]:
                report.refuse("codecs", "Zarr format 2 has no such order of dimensions")
            order = "F"
        elif name in (*_OF_BYTES, *_OF_PIXELS):
            if name == "blosc" and configuration.get("shuffle") in _SHUFFLES:
                configuration["shuffle"] = _SHUFFLES.index(configuration["shuffle"])
            configuration.pop("typesize", None)
            filters.append({"id": name, **configuration})
        else:
            report.refuse("codecs", f"Zarr format 2 has no codec known to be {said!r}")
    if endian == ">" and any(each["id"] in _OF_PIXELS for each in filters):
        report.refuse("codecs", "filters of pixels do otherwise in Zarr format 2")
    return order, filters, endian


def _configuration(part: Any) -> dict[str, Any]:
    configuration: object = part.get("configuration") if is_object(part) else None
    return dict(configuration) if is_object(configuration) else {}
