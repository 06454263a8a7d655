"""The rules for the document of an array of Zarr format 2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._json.values import is_list, is_object
from .._models.rule import MUST, UNREAD, Finding, Part, rule
from .images import ARRAY, SECTION
from .nodes import is_one_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..typing import Loc

_TYPE: Final = r"[<>|]([biufcmMOSUV])[0-9]*(?:\[[0-9A-Za-z]+\])?"
_USUAL_TYPES: Final = frozenset(
    [
        "|u1",
        "|i1",
        "|b1",
        *(f"{order}{kind}" for order in "<>" for kind in ("u2", "u4", "f4", "f8")),
    ]
)
_NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")
_NUMBERS: Final = "biuf"


def at_a_glance(array: Part, /) -> bool:
    """Return whether a quick look shows that an array breaks no rule."""
    shape, chunks, compressor = array.shape, array.chunks, array.compressor
    return (
        len(shape) == len(chunks)
        and min(shape, default=1) > 0
        and min(chunks, default=1) > 0
        and array.dtype in _USUAL_TYPES
        and array.fill_value in (0, None)
        and array.filters is None
        and (compressor is None or compressor.get("id").__class__ is str)
    )


@rule(ARRAY.slug, MUST, SECTION)
def lengths(array: Part) -> Iterator[Finding]:
    """A Zarr array must have a length along each dimension, and chunks of as many dimensions."""
    for i, length in enumerate(array.shape):
        if length < 0:
            yield Finding(("shape", i), f"expected a length of at least 0, got {length}")
    if len(array.chunks) != len(array.shape):
        expected = f"expected {len(array.shape)} lengths, one for each dimension of the array"
        yield Finding(("chunks",), f"{expected}, got {len(array.chunks)}")
        return
    for i, (length, chunk) in enumerate(zip(array.shape, array.chunks, strict=True)):
        if chunk < min(length, 1):
            yield Finding(("chunks", i), f"expected at least 1, got {chunk}")


@rule(ARRAY.slug, MUST, SECTION)
def data_type(array: Part) -> Iterator[Finding]:
    """The data type of a Zarr array must be a type string of NumPy, or a list of fields."""
    if array.dtype is not UNREAD and not _is_type(array.dtype):
        yield Finding(("dtype",), f'expected a data type such as "<u2", got {show(array.dtype)}')


def _is_type(dtype: Any) -> bool:
    if is_list(dtype):
        return bool(dtype) and all(
            is_list(part) and len(part) in (2, 3) and isinstance(part[0], str) and _is_type(part[1])
            for part in dtype
        )
    return isinstance(dtype, str) and bool(re.fullmatch(_TYPE, dtype))


@rule(ARRAY.slug, MUST, SECTION)
def fill_value(array: Part) -> Iterator[Finding]:
    """The fill value of a Zarr array of numbers must be a number, or null."""
    kind = re.fullmatch(_TYPE, array.dtype) if isinstance(array.dtype, str) else None
    if array.fill_value is UNREAD:
        return
    if kind and kind[1] == "c" and not _is_complex(array.fill_value):
        message = f"expected two numbers or null, got {show(array.fill_value)}"
        yield Finding(("fill_value",), message)
    if kind and kind[1] in _NUMBERS and not isinstance(array.fill_value, bool | int | float | None):
        names = _NOT_FINITE if kind[1] == "f" else ()
        if array.fill_value not in names:
            expected = ", ".join(["a number", *map(show, names)])
            message = f"expected {expected} or null, got {show(array.fill_value)}"
            yield Finding(("fill_value",), message)
            return
    values = values_of(array.dtype)
    value = array.fill_value
    if values is not None and value is not None and not is_one_of(values, value):
        expected = f"expected an integer from {values[0]} to {values[-1]}"
        message = f"{expected}, as the data type is {array.dtype}, got {show(value)}"
        yield Finding(("fill_value",), message)


def _is_complex(value: Any) -> bool:
    return value is None or (is_list(value) and len(value) == 2)  # noqa: PLR2004 - of two parts


@rule(ARRAY.slug, MUST, SECTION)
def codecs(array: Part) -> Iterator[Finding]:
    """The compressor and the filters of a Zarr array must be objects with the key 'id'."""
    places: list[tuple[Loc, Any]] = [(("compressor",), array.compressor)]
    places += [(("filters", i), codec) for i, codec in enumerate(array.filters or ())]
    for loc, codec in places:
        if is_object(codec) and not isinstance(codec.get("id"), str):
            name = show(codec["id"]) if "id" in codec else "none"
            yield Finding((*loc, "id"), f"expected the name of a codec, got {name}")
