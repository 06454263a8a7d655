"""The keys of a document, declared beside the fields that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, SupportsFloat, SupportsIndex, cast

from attrs import Attribute

from .rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


from typing import TYPE_CHECKING, NamedTuple

from attrs import NOTHING

if TYPE_CHECKING:
    from attrs import Attribute

    from .rule import Rule


__all__ = [
    "Declared",
    "declaration",
    "integer",
    "integers",
    "items",
    "key",
    "number",
    "numbers",
    "rows",
]

_METADATA: Final = "ome_zarr_models"


class Declared(NamedTuple):
    """What `key` was given."""

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
    Declare the key of a document that a field stands for, as the field's metadata.

    Parameters
    ----------
    missing : Rule, optional
        The rule that a document breaks in which the key is missing.
    wrong : Rule, optional
        The rule that a value of another type breaks; `missing` if not given. If that is
        only recommended, such a value is kept as it is found.
    name : str, optional
        The key, where it is not the field's name.
    also : str, optional
        Another key under which the value is read.
    required : bool
        Whether the key is in every document, though the field has a default.
    absent : optional
        What the field is when the key is absent, where that is not its default.
    transitional : bool
        Whether a reader that repairs reads the rest when the value is wrong.
    nullable : bool
        Whether an explicit null is as good as an absent key.
    aside : bool
        Whether the field stands for no key: it is of the model alone, and in no document.
    free : bool
        Whether only rules say what the value may be, and not its type.
    inside : mapping of str to Rule, optional
        Rules by the slugs of those whose place they take in the value.
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
    """Return what was declared for a field."""
    declared: Declared = attribute.metadata.get(_METADATA, Declared())
    return declared


_NO_SEQUENCES: Final[tuple[type, ...]] = (str, bytes, Mapping, AbstractSet)


def number(value: SupportsFloat) -> float:
    """Return a number as Python has it, where it is one of numpy's."""
    plain: float = _plain(value)
    return plain


def integer(value: SupportsIndex) -> int:
    """Return an integer as Python has it, where it is one of numpy's."""
    plain: int = _plain(value)
    return plain


def numbers(values: Iterable[SupportsFloat]) -> tuple[float, ...]:
    """Return numbers, an array of numpy for example, as a tuple of Python's."""
    plain: tuple[float, ...] = _listed(values, _plain)
    return plain


def rows(values: Iterable[Iterable[SupportsFloat]]) -> tuple[tuple[float, ...], ...]:
    """Return a matrix, an array of numpy for example, as a tuple of tuples."""
    plain: tuple[tuple[float, ...], ...] = _listed(values, numbers)
    return plain


def integers(values: Iterable[SupportsIndex]) -> tuple[int, ...]:
    """Return integers, an array of numpy for example, as a tuple of Python's."""
    plain: tuple[int, ...] = _listed(values, _plain)
    return plain


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") and not getattr(value, "ndim", 0) else value


def _listed(values: Any, each: Callable[[Any], Any] | None = None) -> Any:
    """Return a sequence as a tuple; what is none stays, and is reported by who checks it."""
    try:
        if not isinstance(values, _NO_SEQUENCES):
            return tuple(map(each, values)) if each else tuple(values)
    except TypeError:
        pass
    return cast("Any", values)


if TYPE_CHECKING:
    from builtins import tuple as items  # what type checkers understand as a converter
else:

    class items:  # noqa: N801 - it is used like `tuple`
        """``items[T, ...]`` is a converter to ``tuple[T, ...]``."""

        def __class_getitem__(cls, _: object) -> Callable[[Any], Any]:
            return _listed
