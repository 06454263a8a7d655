"""
The rules of the specification: each has one home here, and an id.

A rule is either asked of one key of a document, and then only declared here, or it
relates values to each other, and then it is a function. A function is given a model and
yields what breaks the rule. It may take for granted that values have their types: one
that could not be read is reported for itself, and stops a rule that touches it.
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
"""A model, a group or an array as rules see it: any value in it may be `UNREAD` or `Partial`."""
Word: TypeAlias = Literal["MUST", "SHOULD", "SCHEMA"]

MUST: Final = "MUST"
SHOULD: Final = "SHOULD"
SCHEMA: Final = "SCHEMA"

MAX_NESTED: Final = 32
"""How deep parts of the same kind may be inside of each other: deeper than anybody needs."""
NESTING: Final = "nesting"
"""The rule that they are not deeper, which is none of the specification's."""


class Finding(NamedTuple):
    """
    A place where a rule is broken, as seen from the model that the rule is about.

    ``node`` is the path of a node below the model's own, and ``of_array`` tells that
    the place is in an array's document and not in a node's attributes. ``rule`` is the id
    of the rule that is broken, where a function looks for several.
    """

    loc: Loc
    message: str
    node: str = ""
    of_array: bool = False
    rule: str = ""

    def below(self, *loc: str | int) -> Finding:
        """Return this finding as seen from further up."""
        return self._replace(loc=(*loc, *self.loc))


def _by_its_key(_: object) -> Iterator[Finding]:
    """Check nothing: whether a key is there, and its type, is seen when it is read."""
    return iter(())


@frozen
class Rule:
    """
    One normative sentence of the specification.

    ``level`` is the sentence's own word; ``SCHEMA`` marks what only the JSON schema asks.
    ``section`` is the anchor of the sentence's section in the specification, and ``also``
    are rules whose breaches the same function finds. ``schema`` is as much of the rule as
    JSON Schema can say of the model's document, the types of whose values are said elsewhere.
    """

    slug: str
    level: Word
    section: str
    text: str
    check: Callable[[Any], Iterator[Finding]] = _by_its_key
    also: tuple[Rule, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, eq=False, repr=False)

    @property
    def line(self) -> str:
        """The sentence in one line."""
        return self.text.strip().partition("\n")[0]

    @property
    def severity(self) -> Severity:
        """Whether breaking the rule is an error or a warning."""
        return "error" if self.level == MUST else "warning"

    def findings(self, model: object) -> Iterator[Finding]:
        """Yield what breaks the rule in a model, as far as that can be decided."""
        try:
            yield from self.check(model)
        except Undecidable:
            return


def rule(
    slug: str,
    level: Word,
    section: str,
    also: tuple[Rule, ...] = (),
    schema: Mapping[str, Any] | None = None,
) -> Callable[[Callable[[Any], Iterator[Finding]]], Rule]:
    """Declare the rule that a function checks; the function's docstring is its text."""

    def declare(check: Callable[[Any], Iterator[Finding]]) -> Rule:
        return Rule(slug, level, section, check.__doc__ or "", check, also, schema)

    return declare


def of_key(name: str, **schema: Any) -> dict[str, Any]:
    """Return the schema of objects in which the value of a key has a schema."""
    return {"properties": {name: schema}}


class Undecidable(Exception):  # noqa: N818 - no error: the rule is passed over
    """A rule touched a value that could not be read."""


class Unread:
    """
    What stands in a model for a value that could not be read.

    The value is reported for itself; a rule that touches it cannot be decided.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name) if name.startswith("__") else Undecidable

    def _touched(self, *_: object) -> Any:
        raise Undecidable

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __len__ = __iter__ = _touched
    __bool__ = __hash__ = __contains__ = __getitem__ = __str__ = _touched


UNREAD: Final[Any] = Unread()


class Partial(tuple[T, ...]):
    """Values of which some could not be read, and are `UNREAD`."""

    __slots__ = ()


def intact(values: tuple[T, ...]) -> Iterable[tuple[int, T]]:
    """Return the values that could be read, each with its index."""
    if type(values) is tuple:
        return enumerate(values)
    return [(i, value) for i, value in enumerate(values) if value is not UNREAD]


def repeated(values: list[Any]) -> list[Any]:
    """Return the values that are there more than once, each of them once; none is `UNREAD`."""
    values = [value for value in values if value is not UNREAD]
    try:
        if len(set(values)) == len(values):
            return []
    except TypeError:  # free JSON, such as a name that is a list, cannot be hashed
        values = [repr(value) for value in values]
    return [value for value, count in Counter(values).items() if count > 1]


def listed(values: Iterable[object]) -> str:
    """Return values as a person lists them."""
    return ", ".join(map(str, values)) or "none"
