"""
Rules of the specification, each with an id.

A rule about a single key, such as that it is required, has no function: it is checked when
the key is read. A rule that relates values to each other is a function that takes a model
and yields a `Finding` for each violation. Such a function may rely on the types of the
values: a value that could not be read is reported on its own, and a rule that uses it is
skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sized
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..typing import Loc, Severity


T = TypeVar("T")
Part: TypeAlias = Any
"""A model, group or array as rules see it: any value in it may be `UNREAD` or `Partial`."""
Keyword: TypeAlias = Literal["MUST", "SHOULD", "SCHEMA"]
"""The keyword of a rule in the specification; SCHEMA if only its JSON Schema has the rule."""

MUST: Final = "MUST"
SHOULD: Final = "SHOULD"
SCHEMA: Final = "SCHEMA"

MAX_NESTED: Final = 32
"""How deep objects of the same kind may be nested: far deeper than any real document."""
NESTING: Final = "nesting"
"""The id of the rule that they are not nested deeper; it is not from the specification."""


FEW: Final = 1000
"""So many values are compared quickly, even if all have the same hash."""
_SAFE: Final = 2**60
_MOST_LISTED: Final = 20
"""How many values a message lists."""
_JSON_TYPES: Final = (type(None), bool, int, list, dict)
"""The types whose values look different in Python and in JSON."""


class Finding(NamedTuple):
    """
    A violation of a rule, located relative to the model that was checked.

    Parameters
    ----------
    loc : tuple of str and int
        The keys and indices that lead to the value in the document.
    message : str
        What was expected, and what was found.
    node : str
        The path of the node that has the document, relative to the model's own node.
    of_array : bool
        Whether the location is in the metadata of an array, and not in attributes.
    rule : str
        The id of the broken rule, if the function checks several; else empty.
    """

    loc: Loc
    message: str
    node: str = ""
    of_array: bool = False
    rule: str = ""

    def below(self, *loc: str | int) -> Finding:
        """Return this finding with its location seen from an outer document."""
        return self._replace(loc=(*loc, *self.loc))


def _checked_on_reading(_: object) -> Iterator[Finding]:
    """Yield nothing: that a key is there, and its type, are checked when it is read."""
    return iter(())


@frozen
class Rule:
    """
    One normative sentence of the specification.

    Parameters
    ----------
    slug : str
        The id of the rule.
    level : {"MUST", "SHOULD", "SCHEMA"}
        The keyword of the sentence; ``"SCHEMA"`` if only the JSON Schema of the
        specification has the rule.
    section : str
        The anchor of the section in the specification.
    text : str
        The rule in a sentence.
    check : callable
        Takes a model, and yields a finding for each violation.
    also : tuple of Rule
        Other rules that the same function checks.
    schema : mapping, optional
        The part of the rule that JSON Schema can express, for the model's document. The
        types of values are not part of it.
    """

    slug: str
    level: Keyword
    section: str
    text: str
    check: Callable[[Any], Iterator[Finding]] = _checked_on_reading
    also: tuple[Rule, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)

    @property
    def line(self) -> str:
        """The first line of the text."""
        return self.text.strip().partition("\n")[0]

    @property
    def severity(self) -> Severity:
        """Whether a violation is an error or a warning."""
        return "error" if self.level == MUST else "warning"

    def findings(self, model: object) -> Iterator[Finding]:
        """Yield the violations in a model; stop at a value that could not be read."""
        try:
            yield from self.check(model)
        except Undecidable:
            return


def rule(
    slug: str,
    level: Keyword,
    section: str,
    also: tuple[Rule, ...] = (),
    schema: Mapping[str, Any] | None = None,
) -> Callable[[Callable[[Any], Iterator[Finding]]], Rule]:
    """Turn a function into the rule that it checks; its docstring becomes the rule's text."""

    def declare(check: Callable[[Any], Iterator[Finding]]) -> Rule:
        return Rule(slug, level, section, check.__doc__ or "", check, also, schema)

    return declare


def of_key(name: str, **schema: Any) -> dict[str, Any]:
    """Return the JSON Schema of an object whose value under a key has the given schema."""
    return {"properties": {name: schema}}


def given(*names: str) -> dict[str, Any]:
    """Return the JSON Schema of an object that has some keys: a null would be an absent key."""
    return {
        "required": [*names],
        "properties": {name: {"not": {"type": "null"}} for name in names},
    }


class Undecidable(Exception):  # noqa: N818 - not an error: the rule is skipped
    """A rule used a value that could not be read."""


class Unread:
    """
    The placeholder in a model for a value that could not be read.

    The value is reported on its own. A rule that uses it cannot be decided: every
    operation raises `Undecidable`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name) if name.startswith("__") else Undecidable

    def _undecidable(self, *_: object) -> Any:
        raise Undecidable

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __len__ = __iter__ = _undecidable
    __bool__ = __hash__ = __contains__ = __getitem__ = __str__ = _undecidable


UNREAD: Final[Any] = Unread()


class Partial(tuple[T, ...]):
    """A list in which some values could not be read, and are `UNREAD`."""

    __slots__ = ()


def intact(values: tuple[T, ...]) -> Iterable[tuple[int, T]]:
    """Return the values that could be read, each with its index."""
    if type(values) is tuple:
        return enumerate(values)
    return [(i, value) for i, value in enumerate(values) if value is not UNREAD]


def comparable(value: Any) -> Any:
    """Return a value that can be in a set, and that is equal for models and JSON that are equal."""
    if hasattr(value, "__attrs_attrs__"):
        fields = [getattr(value, each.name) for each in value.__attrs_attrs__]
        return type(value), *map(comparable, fields)
    if isinstance(value, Mapping):
        mapping: dict[str, Any] = {**value}  # pyright: ignore[reportUnknownVariableType] - any keys
        return dict, frozenset((key, comparable(item)) for key, item in mapping.items())
    if isinstance(value, list | tuple):
        parts: list[Any] = [*value]  # pyright: ignore[reportUnknownVariableType] - of any type
        return list, *map(comparable, parts)
    if value is UNREAD:
        raise Undecidable
    return hex(value) if _may_collide(value) else value


def repeated(values: list[Any]) -> list[Any]:
    """Return each value that occurs more than once; `UNREAD` is skipped."""
    values = [value for value in values if value is not UNREAD]
    if len(values) <= FEW or not any(map(_may_collide, values)):
        try:
            if len(set(values)) == len(values):
                return []
            return [value for value, count in Counter(values).items() if count > 1]
        except TypeError:  # free JSON, such as a name that is a list, is not hashable
            pass
    texts = [hex(value) if type(value) is int else text_of(value) for value in values]
    by_text = dict(zip(texts, values, strict=True))
    return [by_text[text] for text, count in Counter(texts).items() if count > 1]


def text_of(value: object) -> str:
    """Return the ``repr`` of a value, or its identity if it is nested too deeply for one."""
    try:
        return repr(value)
    except RecursionError:
        return object.__repr__(value)


def _may_collide(value: object) -> bool:
    """Return whether a value is an integer so large that many others may have the same hash."""
    return type(value) is int and not -_SAFE < value < _SAFE


def listed(values: Iterable[object], text: Callable[[Any], str] | None = None) -> str:
    """
    Return values joined by commas for a message, with the number of those after the first 20.

    Parameters
    ----------
    values : iterable
        The values. Those of a collection, unlike those of an iterator, are not touched if they
        are not shown.
    text : callable, optional
        Returns the text of a value; strings are shown without quotes if not given.

    Returns
    -------
    str
        The values; "none" without any.
    """
    from .._json.text import cut  # only messages need it

    known: Any = values if isinstance(values, Sized) else tuple(values)
    shown = ", ".join([cut((text or _text)(value)) for value in islice(known, _MOST_LISTED)])
    more = len(known) - _MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown or "none"


def _text(value: object) -> str:
    from .._json.text import show  # only messages need it

    # `str` raises for `UNREAD`, as it has to.
    return show(value) if type(value) in _JSON_TYPES else str(value)
