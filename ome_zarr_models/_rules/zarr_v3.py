"""The rules of an array of Zarr format 3: what its document must be for it to be an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_list, is_object
from .._models.rule import MUST, UNREAD, Finding, Part, rule
from .images import ARRAY, SECTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..typing import Loc

_INT: Final = frozenset((int,))
_STR: Final = frozenset((str,))
_NAMED: Final = "a name, or an object with the key 'name'"


def at_a_glance(array: Part, /) -> bool:
    """Whether this is plainly like nearly every array: then it breaks no rule."""
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
    """Return whether a fill value is one of a data type, where that is a plain one."""
    if not isinstance(data_type, str):
        return True
    if data_type.startswith(("int", "uint")):
        return type(value) is int
    if data_type.startswith("float"):  # bits and what is not finite are written as strings
        return type(value) in (int, float, str)
    return data_type != "bool" or type(value) is bool


@rule(ARRAY.slug, MUST, SECTION)
def fill_value(array: Part) -> Iterator[Finding]:
    """The fill value of a Zarr array is one of its data type."""
    value = array.fill_value
    if value is not UNREAD and array.data_type is not UNREAD and not _fits(array.data_type, value):
        yield Finding(("fill_value",), f"expected a value of type {array.data_type}, got {value!r}")


@rule(ARRAY.slug, MUST, SECTION)
def lengths(array: Part) -> Iterator[Finding]:
    """A Zarr array has a length along each dimension."""
    for i, length in enumerate(array.shape):
        if length < 0:
            yield Finding(("shape", i), f"expected a length, got {length}")


@rule(ARRAY.slug, MUST, SECTION)
def chunk_shape(array: Part) -> Iterator[Finding]:
    """The chunks of a regular grid have as many dimensions as the array."""
    grid = array.chunk_grid
    if not is_object(grid) or grid.get("name") != "regular":
        return
    configuration = grid.get("configuration")
    found: Any = configuration.get("chunk_shape") if is_object(configuration) else None
    loc = ("chunk_grid", "configuration", "chunk_shape")
    if not is_list(found) or not all(type(length) is int and length > 0 for length in found):
        yield Finding(loc, f"expected lengths of at least 1, got {found!r}")
    elif len(found) != len(array.shape):
        message = f"expected {len(array.shape)} lengths, as 'shape' has, got {len(found)}"
        yield Finding(loc, message)


@rule(ARRAY.slug, MUST, SECTION)
def names(array: Part) -> Iterator[Finding]:
    """What an array is made by has a name: its data type, grid, keys and codecs."""
    found: list[tuple[Loc, Any]] = [
        (("data_type",), array.data_type),
        (("chunk_grid",), array.chunk_grid),
        (("chunk_key_encoding",), array.chunk_key_encoding),
    ]
    if array.codecs is not UNREAD:
        found += [(("codecs", i), codec) for i, codec in enumerate(array.codecs)]
        if not array.codecs:
            yield Finding(("codecs",), "expected at least one codec, got none")
    if isinstance(array.data_type, str) and array.data_type[:1] in ("<", ">", "|"):
        message = f"expected a name such as 'uint16', got {array.data_type!r}, of Zarr format 2"
        yield Finding(("data_type",), message)
    for loc, each in found:
        name = each.get("name") if is_object(each) else each
        if each is not UNREAD and not (isinstance(name, str) and name):
            yield Finding(loc, f"expected {_NAMED}, got {each!r}")


@rule(ARRAY.slug, MUST, SECTION)
def dimension_names(array: Part) -> Iterator[Finding]:
    """There is a name or null for each dimension, where there are names at all."""
    found = array.dimension_names
    if found is None:
        return
    if len(found) != len(array.shape):
        message = f"expected {len(array.shape)} names, as 'shape' has lengths, got {len(found)}"
        yield Finding(("dimension_names",), message)
    for i, name in enumerate(found):
        if not isinstance(name, str | None):
            yield Finding(("dimension_names", i), f"expected a name or null, got {name!r}")
