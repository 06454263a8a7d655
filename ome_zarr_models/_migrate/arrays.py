"""
Migration of arrays between the Zarr formats; their chunks stay as they are.

The chunk keys of format 2 are the chunk key encoding ``v2`` of format 3, and most of its
codecs have a name in format 3. A codec that is not known to be the same is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._json.values import is_list, is_object
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._spec.versions import Version


DATA_TYPES: Final = {
    "b1": "bool",
    **{f"i{n}": f"int{8 * n}" for n in (1, 2, 4, 8)},
    **{f"u{n}": f"uint{8 * n}" for n in (1, 2, 4, 8)},
    **{f"f{n}": f"float{8 * n}" for n in (2, 4, 8)},
    **{f"c{n}": f"complex{8 * n}" for n in (8, 16)},
}
"""The names in format 3 of the data types of format 2, without their byte order."""

TYPE_CODES: Final = {name: code for code, name in DATA_TYPES.items()}

_ENDIAN: Final = {"<": "little", ">": "big"}
_SHUFFLES: Final = ("noshuffle", "shuffle", "bitshuffle")
_NON_FINITE: Final = ("NaN", "Infinity", "-Infinity")
_NUMCODECS: Final = "numcodecs."
_PIXEL_FILTERS: Final = ("bitround", "delta", "fixedscaleoffset", "quantize")
"""Filters of numcodecs that turn pixels into as many pixels of the same data type."""
_BYTE_CODECS: Final = ("blosc", "bz2", "gzip", "lz4", "lzma", "shuffle", "zlib", "zstd")
"""Filters and compressors of numcodecs that turn bytes into bytes."""
_CORE_CODECS: Final = ("blosc", "gzip", "zstd")
"""Codecs that format 3 defines; the others keep a name of numcodecs in it."""


class _ProblemLog:
    """Collects what the other format cannot express."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def lose(self, key: str, message: str) -> None:
        """Add that a value is lost."""
        self.problems.append(Problem("version-loss", "warning", "", (key,), message))

    def refuse(self, key: str, message: str) -> None:
        """Add that the array cannot be migrated."""
        self.problems.append(Problem("version-impossible", "error", "", (key,), message))


def migrate_array(
    array: Any, version: Version, names: Sequence[str] | None
) -> tuple[Any, list[Problem]]:
    """
    Migrate an array to the Zarr format of a version.

    Parameters
    ----------
    array : ArraySpec
        An array of either format.
    version : Version
        The version of the specification to migrate to.
    names : sequence of str, optional
        The names of the axes, which become the dimension names in format 3.

    Returns
    -------
    array : ArraySpec
        The migrated array; the given one if a problem is an error.
    problems : list of Problem
        Losses are warnings; what makes the migration impossible is an error.
    """
    zarr_format = version.format
    log = _ProblemLog()
    if array.format == zarr_format:
        return _with_names(array, version, names, log), log.problems
    migrate = _to_format_3 if array.format.number == 2 else _to_format_2  # noqa: PLR2004 - Zarr's own
    fields = migrate(array, names, log)
    if any(problem.level == "error" for problem in log.problems):
        return array, log.problems
    return zarr_format.array_spec(**fields), log.problems


def _with_names(array: Any, version: Version, names: Sequence[str] | None, log: _ProblemLog) -> Any:
    """Return an array with the names of dimensions that the version requires."""
    is_required = version.format.has_one_document and not version.has_systems
    own = getattr(array, "dimension_names", None)
    if not is_required or names is None or own == tuple(names):
        return array
    if own is not None and any(own):
        log.lose("dimension_names", f"OME-Zarr {version.name} requires the names of the axes")
    return evolve(array, dimension_names=names)


def _to_format_3(array: Any, names: Sequence[str] | None, log: _ProblemLog) -> dict[str, Any]:
    """Return the fields of an array of format 2 in format 3."""
    dtype = array.dtype if isinstance(array.dtype, str) else ""
    endian, code = dtype[:1], dtype[1:]
    if code not in DATA_TYPES:
        log.refuse("dtype", f"Zarr format 3 has no name for the data type {array.dtype!r}")
        return {}
    for key in array.extra:
        log.lose(key, "Zarr format 3 has no such key")
    fill_value = array.fill_value
    if fill_value is None:
        log.lose("fill_value", "Zarr format 3 requires a fill value: null becomes 0")
        fill_value = [0.0, 0.0] if code[0] == "c" else 0
    separator = array.dimension_separator or "."
    chunk_shape = [max(1, length) for length in array.chunks]  # 0 along what has no pixels
    return {
        "shape": array.shape,
        "data_type": DATA_TYPES[code],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunk_shape}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": separator}},
        "fill_value": _fill_value(fill_value, code, log),
        "codecs": _codecs(array, endian, log),
        "attributes": array.attributes,
        "dimension_names": names,
    }


def _fill_value(value: Any, code: str, log: _ProblemLog) -> Any:
    """Return a fill value as the data type has it; refuse one that does not fit."""
    kind, fits = code[0], True
    if kind == "b":
        fits = value in (0, 1)
        value = bool(value)
    elif kind in "iu":
        value = int(value)  # its rule has made sure that it fits
    elif kind == "f":
        fits = isinstance(value, int | float) or value in _NON_FINITE
    else:
        fits = is_list(value)
    if not fits:
        message = f"expected a value of the data type {DATA_TYPES[code]}, got {value!r}"
        log.refuse("fill_value", message)
    return value


def _codecs(array: Any, endian: str, log: _ProblemLog) -> list[dict[str, Any]]:
    """Return the order, the filters, the byte order and the compressor as codecs of format 3."""
    to_bytes: dict[str, Any] = {"name": "bytes"}
    if endian in _ENDIAN:
        to_bytes["configuration"] = {"endian": _ENDIAN[endian]}
    pixel_filters: list[dict[str, Any]] = []
    byte_codecs: list[dict[str, Any]] = []
    for codec in array.filters or ():
        if codec["id"] not in _PIXEL_FILTERS:
            byte_codecs.append(_codec(codec, array, log, "filters"))
            continue
        types = {codec.get("dtype", array.dtype), codec.get("astype", array.dtype)}
        if types != {array.dtype} or endian == ">" or byte_codecs:
            message = f"the filter {codec['id']!r} would give other values in Zarr format 3"
            log.refuse("filters", message)
        pixel_filters.append(_codec(codec, array, log, "filters"))
    if array.compressor is not None:
        byte_codecs.append(_codec(array.compressor, array, log, "compressor"))
    transposed = {"name": "transpose", "configuration": {"order": [*range(array.ndim)][::-1]}}
    return [*([transposed] if array.order == "F" else []), *pixel_filters, to_bytes, *byte_codecs]


def _codec(codec: Mapping[str, Any], array: Any, log: _ProblemLog, key: str) -> dict[str, Any]:
    """Return a filter or a compressor of format 2 as a codec of format 3."""
    configuration = {name: value for name, value in codec.items() if name != "id"}
    name, size = codec["id"], int(array.dtype[2:])
    if name not in (*_BYTE_CODECS, *_PIXEL_FILTERS):
        log.refuse(key, f"Zarr format 3 has no codec that is known to be the same as {name!r}")
    elif name == "blosc":
        shuffle = configuration.get("shuffle", 1)
        if shuffle == -1:  # blosc then chooses by the size of a pixel
            shuffle = 2 if size == 1 else 1
        if shuffle not in (0, 1, 2):
            log.refuse(key, f"expected -1, 0, 1 or 2 as the 'shuffle' of blosc, got {shuffle!r}")
            shuffle = 0
        configuration |= {"shuffle": _SHUFFLES[shuffle], "typesize": size}
        configuration.setdefault("blocksize", 0)
    elif name == "zstd":
        configuration.setdefault("checksum", False)
    name = name if name in _CORE_CODECS else f"{_NUMCODECS}{name}"
    return {"name": name, "configuration": configuration}


def _to_format_2(array: Any, names: Sequence[str] | None, log: _ProblemLog) -> dict[str, Any]:
    """Return the fields of an array of format 3 in format 2."""
    code = TYPE_CODES.get(array.data_type) if isinstance(array.data_type, str) else None
    if code is None:
        log.refuse("data_type", f"Zarr format 2 has no name for the data type {array.data_type!r}")
    encoding = array.chunk_key_encoding
    if encoding["name"] != "v2":
        message = f"Zarr format 2 has no chunk keys of the encoding {encoding['name']!r}"
        log.refuse("chunk_key_encoding", message)
    separator = _configuration(encoding).get("separator", ".")
    if separator not in ("/", "."):
        log.refuse("chunk_key_encoding", f"Zarr format 2 has no chunk keys with {separator!r}")
    if array.chunk_grid["name"] != "regular":
        log.refuse("chunk_grid", "Zarr format 2 has regular chunks only")
    if array.storage_transformers:
        log.refuse("storage_transformers", "Zarr format 2 has no storage transformers")
    if array.dimension_names is not None and list(array.dimension_names) != list(names or ()):
        log.lose("dimension_names", "Zarr format 2 has no dimension names")
    for key in array.extra:
        log.lose(key, "Zarr format 2 has no such key")
    order, filters, endian = _filters(array, log)
    if code is None:
        return {}
    has_compressor = bool(filters) and filters[-1]["id"] not in _PIXEL_FILTERS
    return {
        "shape": array.shape,
        "chunks": array.chunks,
        "dtype": f"{'|' if code[1:] == '1' else endian}{code}",
        "compressor": filters.pop() if has_compressor else None,
        "filters": filters or None,
        "fill_value": _fill_value(array.fill_value, code, log),
        "order": order,
        "dimension_separator": separator,
        "attributes": array.attributes or {},
    }


def _filters(array: Any, log: _ProblemLog) -> tuple[str, list[dict[str, Any]], str]:
    """Return the order of pixels, the filters (the compressor last) and the byte order."""
    order, endian = "C", "<"
    filters: list[dict[str, Any]] = []
    for i, codec in enumerate(array.codecs):
        configuration = _configuration(codec)
        full_name: str = codec["name"] if is_object(codec) else codec
        name = full_name.removeprefix(_NUMCODECS)
        if full_name == "bytes":
            endian = ">" if configuration.get("endian") == "big" else "<"
        elif full_name == "transpose" and i == 0:
            if configuration.get("order") != [*range(array.ndim)][::-1]:
                log.refuse("codecs", "Zarr format 2 can only transpose all dimensions in reverse")
            order = "F"
        elif name in (*_BYTE_CODECS, *_PIXEL_FILTERS):
            if name == "blosc" and configuration.get("shuffle") in _SHUFFLES:
                configuration["shuffle"] = _SHUFFLES.index(configuration["shuffle"])
            configuration.pop("typesize", None)
            filters.append({"id": name, **configuration})
        else:
            message = f"Zarr format 2 has no codec that is known to be the same as {full_name!r}"
            log.refuse("codecs", message)
    if endian == ">" and any(codec["id"] in _PIXEL_FILTERS for codec in filters):
        log.refuse(
            "codecs", "filters of big-endian pixels would give other values in Zarr format 2"
        )
    return order, filters, endian


def _configuration(extension: Any) -> dict[str, Any]:
    """Return a copy of the configuration of a codec or an encoding; empty if it has none."""
    configuration: object = extension.get("configuration") if is_object(extension) else None
    return dict(configuration) if is_object(configuration) else {}
