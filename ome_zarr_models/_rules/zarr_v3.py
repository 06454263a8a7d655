"""The rules for the document of an array of Zarr format 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._json.values import is_list, is_object
from .._models.rule import MUST, UNREAD, Finding, Part, rule
from .images import ARRAY, SECTION
from .nodes import is_one_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..typing import Loc

_INT: Final = frozenset((int,))
_STR: Final = frozenset((str,))
_NAMED: Final = "a name, or an object with the key 'name'"


def at_a_glance(array: Part, /) -> bool:
    """Return whether a quick look shows that an array breaks no rule."""
    shape, names = array.shape, array.dimension_names
    grid: Mapping[str, Any] = array.chunk_grid
    codecs: tuple[Any, ...] = array.codecs
    data_type: Any = array.data_type
    chunks: Any = grid["configuration"]["chunk_shape"] if grid["name"] == "regular" else ()
    return (
        chunks.__class__ is list
        and len(chunks) == len(shape) > 0
        and _INT.issuperset(map(type, chunks))
        and min(shape) > 0
        and min(chunks) > 0
        and data_type.__class__ is str
        and data_type[:1].isalpha()
        and _fits(data_type, array.fill_value)
        and array.chunk_key_encoding["name"].__class__ is str
        and codecs != ()
        and _STR.issuperset([codec["name"].__class__ for codec in codecs])
        and (names is None or (len(names) == len(shape) and _STR.issuperset(map(type, names))))
    )


def _fits(data_type: Any, value: Any) -> bool:
    """Return whether a fill value fits a core data type; true for any other data type."""
    if not isinstance(data_type, str):
        return True
    if data_type.startswith(("int", "uint")):
        values = values_of(data_type)
        return type(value) in (int, float) and (values is None or is_one_of(values, value))
    if data_type.startswith("float"):  # bits, NaN and infinities are written as strings
        return type(value) in (int, float, str)
    return data_type != "bool" or (type(value) in (bool, int, float) and value in (0, 1))


@rule(ARRAY.slug, MUST, SECTION)
def fill_value(array: Part) -> Iterator[Finding]:
    """The fill value of a Zarr array must be a value of its data type."""
    value = array.fill_value
    if value is not UNREAD and array.data_type is not UNREAD and not _fits(array.data_type, value):
        message = f"expected a value of type {array.data_type}, got {show(value)}"
        yield Finding(("fill_value",), message)


@rule(ARRAY.slug, MUST, SECTION)
def lengths(array: Part) -> Iterator[Finding]:
    """A Zarr array must have a length along each dimension."""
    for i, length in enumerate(array.shape):
        if length < 0:
            yield Finding(("shape", i), f"expected a length of at least 0, got {length}")


@rule(ARRAY.slug, MUST, SECTION)
def chunk_shape(array: Part) -> Iterator[Finding]:
    """The chunks of a regular grid must have as many dimensions as the array."""
    grid = array.chunk_grid
    if not is_object(grid) or grid.get("name") != "regular":
        return
    configuration = grid.get("configuration")
    shape: Any = configuration.get("chunk_shape") if is_object(configuration) else None
    loc = ("chunk_grid", "configuration", "chunk_shape")
    if not is_list(shape) or not all(type(length) is int and length > 0 for length in shape):
        found = "none" if shape is None else show(shape)
        yield Finding(loc, f"expected lengths of at least 1, got {found}")
    elif len(shape) != len(array.shape):
        expected = f"expected {len(array.shape)} lengths, one for each dimension of the array"
        yield Finding(loc, f"{expected}, got {len(shape)}")


@rule(ARRAY.slug, MUST, SECTION)
def names(array: Part) -> Iterator[Finding]:
    """The data type, chunk grid, chunk key encoding and codecs of an array must have names."""
    parts: list[tuple[Loc, Any]] = [
        (("data_type",), array.data_type),
        (("chunk_grid",), array.chunk_grid),
        (("chunk_key_encoding",), array.chunk_key_encoding),
    ]
    if array.codecs is not UNREAD:
        parts += [(("codecs", i), codec) for i, codec in enumerate(array.codecs)]
        if not array.codecs:
            yield Finding(("codecs",), "expected at least one codec, got none")
    if isinstance(array.data_type, str) and array.data_type[:1] in ("<", ">", "|"):
        data_type = show(array.data_type)
        message = f'expected a name such as "uint16", got {data_type}, a data type of Zarr format 2'
        yield Finding(("data_type",), message)
    for loc, part in parts:
        name = part.get("name") if is_object(part) else part
        if part is not UNREAD and not (isinstance(name, str) and name):
            yield Finding(loc, f"expected {_NAMED}, got {show(part)}")


@rule(ARRAY.slug, MUST, SECTION)
def dimension_names(array: Part) -> Iterator[Finding]:
    """'dimension_names' must have a name or null for each dimension of the array."""
    names = array.dimension_names
    if names is None:
        return
    if len(names) != len(array.shape):
        dimensions = f"dimension of the array of shape {show(array.shape)}"
        message = f"expected {len(array.shape)} names, one for each {dimensions}"
        yield Finding(("dimension_names",), f"{message}, got {len(names)}: {show(names)}")
    for i, name in enumerate(names):
        if not isinstance(name, str | None):
            yield Finding(("dimension_names", i), f"expected a name or null, got {show(name)}")
