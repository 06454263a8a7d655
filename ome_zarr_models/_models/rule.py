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
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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


_JSON_TYPES: Final = (type(None), bool, list, dict)
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


def repeated(values: list[Any]) -> list[Any]:
    """Return each value that occurs more than once; `UNREAD` is skipped."""
    values = [value for value in values if value is not UNREAD]
    try:
        if len(set(values)) == len(values):
            return []
    except TypeError:  # free JSON, such as a name that is a list, is not hashable
        by_text = {text_of(value): value for value in values}
        return [by_text[text] for text, n in Counter(map(text_of, values)).items() if n > 1]
    return [value for value, count in Counter(values).items() if count > 1]


def text_of(value: object) -> str:
    """Return the ``repr`` of a value, or its identity if it is nested too deeply for one."""
    try:
        return repr(value)
    except RecursionError:
        return object.__repr__(value)


def listed(values: Iterable[object]) -> str:
    """Return values joined by commas for a message, strings without quotes; "none" if empty."""
    from .._json.text import show  # only messages need it

    # `str` raises for `UNREAD`, as it has to.
    return ", ".join(show(v) if type(v) in _JSON_TYPES else str(v) for v in values) or "none"
