"""Declare the keys of a document on the fields of a model, and convert values for fields."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    NamedTuple,
    Self,
    SupportsFloat,
    SupportsIndex,
    TypeVar,
    cast,
)

from attrs import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from attrs import Attribute

    from .rule import Rule

    T = TypeVar("T")


__all__ = [
    "Declared",
    "declaration",
    "integer",
    "integers",
    "items",
    "key",
    "number",
    "numbers",
    "optional_integer",
    "optional_integers",
    "optional_items",
    "optional_rows",
    "rows",
]

_METADATA: Final = "ome_zarr_models"


class Declared(NamedTuple):
    """The arguments of `key`."""

    missing: Rule | None = None
    wrong: Rule | None = None
    name: str | None = None
    also: str | None = None
    required: bool = False
    absent: Any = NOTHING
    transitional: bool = False
    nullable: bool = False
    aside: bool = False
    free: bool = False
    inside: Mapping[str, Rule] = MappingProxyType({})


def key(
    missing: Rule | None = None,
    wrong: Rule | None = None,
    *,
    name: str | None = None,
    also: str | None = None,
    required: bool = False,
    absent: Any = NOTHING,
    transitional: bool = False,
    nullable: bool = False,
    aside: bool = False,
    free: bool = False,
    inside: Mapping[str, Rule] | None = None,
) -> dict[str, Any]:
    """
    Return the metadata of a field that declares its key in the document.

    Parameters
    ----------
    missing : Rule, optional
        The rule that is broken if the key is missing.
    wrong : Rule, optional
        The rule that is broken if the value has another type; `missing` if not given. If
        the rule is only recommended, such a value is kept as it was read.
    name : str, optional
        The key, if it differs from the field's name.
    also : str, optional
        Another key that is read if the document does not have the first.
    required : bool
        Whether every document has the key although the field has a default.
    absent : optional
        The field's value if the key is absent; its default if not given.
    transitional : bool
        Whether a wrong value is only a warning when metadata is repaired: it is then kept in
        ``extra``, and the rest of the document is read.
    nullable : bool
        Whether an explicit null, which means the same as an absent key, is not reported.
    aside : bool
        Whether the field is not part of the document.
    free : bool
        Whether the value may be any JSON, and only rules restrict it.
    inside : mapping of str to Rule, optional
        Rules to report instead of others within the value, by the ids of the others.

    Returns
    -------
    dict
        The ``metadata`` for `attrs.field`.
    """
    wrong = wrong or missing
    return {
        _METADATA: Declared(
            missing,
            wrong,
            name,
            also,
            required,
            absent,
            transitional,
            nullable,
            aside,
            free,
            inside or {},
        )
    }


def declaration(attribute: Attribute[Any]) -> Declared:
    """Return the declaration of a field; one with defaults if `key` was not used."""
    declared: Declared = attribute.metadata.get(_METADATA, Declared())
    return declared


_NOT_LISTS: Final[tuple[type, ...]] = (str, bytes, Mapping, AbstractSet)


def number(value: SupportsFloat) -> float:
    """Convert a numpy number to a Python number; return other values unchanged."""
    converted: float = _without_numpy(value)
    return converted


def integer(value: SupportsIndex) -> int:
    """Convert a numpy integer to a Python integer; return other values unchanged."""
    converted: int = _without_numpy(value)
    return converted


def numbers(values: Iterable[SupportsFloat]) -> tuple[float, ...]:
    """Convert a sequence of numbers, such as a numpy array, to a tuple of Python numbers."""
    converted: tuple[float, ...] = _as_tuple(values, _without_numpy)
    return converted


def rows(values: Iterable[Iterable[SupportsFloat]]) -> tuple[tuple[float, ...], ...]:
    """Convert a matrix, such as a numpy array, to a tuple of tuples of Python numbers."""
    converted: tuple[tuple[float, ...], ...] = _as_tuple(values, numbers)
    return converted


def integers(values: Iterable[SupportsIndex]) -> tuple[int, ...]:
    """Convert a sequence of integers, such as a numpy array, to a tuple of Python integers."""
    converted: tuple[int, ...] = _as_tuple(values, _without_numpy)
    return converted


def optional_integer(value: SupportsIndex | None) -> int | None:
    """Convert a numpy integer to a Python integer; return None and other values unchanged."""
    return None if value is None else integer(value)


def optional_integers(values: Iterable[SupportsIndex] | None) -> tuple[int, ...] | None:
    """Convert a sequence of integers, as `integers` does, unless it is None."""
    return None if values is None else integers(values)


def optional_rows(
    values: Iterable[Iterable[SupportsFloat]] | None,
) -> tuple[tuple[float, ...], ...] | None:
    """Convert a matrix, as `rows` does, unless it is None."""
    return None if values is None else rows(values)


def _without_numpy(value: Any) -> Any:
    return value.item() if hasattr(value, "item") and not getattr(value, "ndim", 0) else value


def _as_tuple(values: Iterable[Any], convert: Callable[[Any], Any] | None = None) -> Any:
    """Convert a sequence to a tuple; return other values unchanged, for the checks to report."""
    try:
        # Models can be iterated, as pydantic's, but are no lists of what they yield.
        if not isinstance(values, _NOT_LISTS) and not hasattr(values, "__attrs_attrs__"):
            return tuple(map(convert, values)) if convert else tuple(values)
    except TypeError:
        pass
    return cast("Any", values)


def _as_optional_tuple(values: Iterable[Any] | None) -> Any:
    return None if values is None else _as_tuple(values)


if TYPE_CHECKING:
    from builtins import tuple as items  # type checkers understand this as a converter

    class optional_items(tuple[T, ...]):  # noqa: N801 - used like `items`
        """A converter to a tuple that leaves None as it is."""

        __slots__ = ()

        def __new__(cls, values: Iterable[T] | None) -> Self: ...
else:

    class items:  # noqa: N801 - used like `tuple`
        """A converter to a tuple: ``items[T, ...]`` returns ``tuple[T, ...]``."""

        def __class_getitem__(cls, _: object) -> Callable[[Any], Any]:
            return _as_tuple

    class optional_items:  # noqa: N801 - used like `items`
        """A converter to a tuple that leaves None as it is."""

        def __class_getitem__(cls, _: object) -> Callable[[Any], Any]:
            return _as_optional_tuple
