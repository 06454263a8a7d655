"""
The detailed pass: read a document key by key, and explain everything that is wrong.

It is slow, and runs only if the generated fast functions of `_models/generate.py` cannot tell
that a document is valid.
"""

from __future__ import annotations

from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._json.text import NOT_JSON, closest, show
from .._json.values import copied, is_list, is_object, is_scalar, not_json
from ..exceptions import Problem, ValidationError
from .rule import MAX_NESTED, NESTING, UNREAD, Partial
from .types import (
    Choice,
    Foreign,
    Free,
    Items,
    ModelBase,
    Nested,
    Object,
    Scalar,
    Tagged,
    fields_aside,
    is_ours,
    keys,
    plain,
    same,
    with_keys,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ..typing import Loc, Severity
    from .rule import Rule
    from .types import Key, Member, Type


_MAX_SPELLED_OUT: Final = 3
MIN_SIMILARITY: Final = 0.8
"""How similar a key must be to another to be its misspelling, from 0 to 1."""
_MAX_KEY: Final = 64
_MOST_KEYS: Final = 256
"""How many keys of a document are searched for a misspelled one."""
_SINGULARS: Final[Mapping[type, str]] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
}
_PLURALS: Final[Mapping[type, str]] = {
    str: "strings",
    int: "integers",
    float: "numbers",
    bool: "booleans",
}


class Explainer:
    """
    Read documents into models as far as possible, and collect every problem.

    Parameters
    ----------
    read_foreign : callable, optional
        Reads a value of a type that only a converter can handle, given the value and the
        type.
    is_plain : callable
        Returns whether a model class is read as it declares, and not by a user's hook.
    tolerated : collection of str
        The ids of rules that readers tolerate: a violation is only a warning.
    lenient : bool
        Whether a wrong value of a transitional key is kept in ``extra``, with warnings.
    quick : callable, optional
        Returns the model of a document if it is certainly valid, and else None. With it, the
        valid parts of an invalid document are not read key by key.

    Attributes
    ----------
    problems : list of Problem
        The problems found so far.
    """

    def __init__(
        self,
        read_foreign: Callable[[object, Any], Any] | None = None,
        *,
        is_plain: Callable[[type], bool] = lambda _: True,
        tolerated: Collection[str] = (),
        lenient: bool = False,
        quick: Callable[[object, type[Any]], Any] | None = None,
    ) -> None:
        self.problems: list[Problem] = []
        self._rule_problems: set[Problem] = set()
        self._depth = 0
        self._read_foreign = read_foreign
        self._is_plain = is_plain
        self._tolerated = tolerated
        self._lenient = lenient
        self._quick = quick

    @property
    def errors(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.level == "error" for problem in self.problems)

    def read_model(
        self, model: type[ModelBase], document: object, loc: Loc = (), rule: Rule | None = None
    ) -> Any:
        """Return the model of a document; values that could not be read are `UNREAD`."""
        if isinstance(document, model):
            return document
        if not is_object(document):
            # A class of the same name in another version looks like the right one.
            module = model.__module__.partition("._")[0]
            own = f"an instance of {module}.{model.__name__}"
            expected = own if isinstance(document, ModelBase) else "an object"
            return self._add_mismatch(loc, expected, document, rule)
        # Not within nested transformations and the like, whose depth is counted.
        if self._quick and loc and not self._depth:
            read = self._quick(document, model)
            if read is not None:
                return read
        before = len(self.problems)
        values: dict[str, Any] = {}
        known: dict[str, Key] = {}
        for key in keys(model):
            name = key.name
            if key.also is not None and key.also in document and name not in document:
                name = key.also
            if name in document:
                known[name] = key
                values[key.field] = self._read_key(key, document[name], (*loc, name))
            elif key.required:
                values[key.field] = UNREAD
                message = f"required, but missing{_misspelling_hint(name, document, model)}"
                self._add(key.missing, (*loc, name), message)
            else:
                values[key.field] = key.absent
        extra = {
            name: value
            for name, value in document.items()
            if name not in known
            or known[name].means_absent(values[known[name].field])
            or known[name].with_integers(value) is not value
        }
        self._read_free({k: value for k, value in extra.items() if k not in known}, loc)
        return self._build(model, {**values, "extra": copied(extra)}, loc, before)

    def read_fields(self, model: ModelBase) -> Any:
        """Return a copy of a model, with its fields read like the values of a document."""
        values: dict[str, Any] = {}
        for key in keys(type(model)):
            value = getattr(model, key.field)
            is_given = key.required or not same(value, key.absent)
            if is_given:  # JSON in the place of a model may have the names of fields
                value = self._read_key(key, with_keys(key.type, value), (key.name,))
            values[key.field] = value
        extra = self._read_extra(model)
        aside = {name: getattr(model, name) for name in fields_aside(type(model))}
        return self._check(type(model), {**aside, **values, "extra": extra}, ())

    def _read_extra(self, model: ModelBase) -> Any:
        extra, loc = model.extra, ("extra",)
        if not is_object(extra):
            return self._add_mismatch(loc, "an object", extra, None)
        for key in keys(type(model)):
            if key.name not in extra:
                continue
            # What was read is kept as it was written until another value replaces it.
            written, value = extra[key.name], getattr(model, key.field)
            integers = key.with_integers(written)
            if key.transitional or key.means_absent(written):
                is_replaced = not same(value, key.absent)
            elif integers is not written:
                is_replaced = value != (tuple(integers) if is_list(integers) else integers)
            else:
                is_replaced = False
                message = f"expected no field here: pass it as {key.argument!r}"
                self._add(key.wrong, (*loc, key.name), message)
            if is_replaced:
                extra = {name: item for name, item in extra.items() if name != key.name}
        return self._read_free(extra, loc)

    def read(self, type_: Type, value: object, loc: Loc = (), rule: Rule | None = None) -> Any:
        """Return a value of a type; `UNREAD` if it could not be read, or parts of it are."""
        match type_:
            case Items(items):
                return self._read_items(items, value, loc, rule)
            case Object(values):
                return self._read_object(values, value, loc, rule)
            case Nested(model) if self._is_plain(model):
                return self.read_model(model, value, loc, rule)
            case Tagged(members):
                return self._read_tagged(members, value, loc, rule)
            case Nested(hint) | Foreign(hint):
                return self._read_as_foreign(hint, value, loc, rule)
            case Free():
                return self._read_free(value, loc)
            case Choice():
                value = plain(value)  # an enumeration of strings may be declared, for example
                message = mismatch(type_, value)
                return self._add(rule, loc, message) if message else value
            case _:
                message = mismatch(type_, value)
                return self._add(rule, loc, message) if message else value

    def _build(
        self, model: type[ModelBase], values: Mapping[str, Any], loc: Loc, before: int
    ) -> Any:
        built = self._check(model, values, loc)
        if is_ours(model) or len(self.problems) > before:
            return built
        arguments = {
            key.argument: values[key.field]
            for key in keys(model)
            if key.required or not same(values[key.field], key.absent)
        }
        try:  # the constructor of a user's class may do more than check
            return model(**arguments, extra=values["extra"])
        except ValidationError as error:
            self.problems += [problem.below("", "", *loc) for problem in error.problems]
        except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
            return self._add(None, loc, str(error))
        return UNREAD

    def _check(self, model: type[ModelBase], values: Mapping[str, Any], loc: Loc) -> Any:
        """Create an instance, whose fields may be `UNREAD`, and check the rules of its class."""
        built = object.__new__(model)
        for field, value in {**fields_aside(model), **values}.items():
            object.__setattr__(built, field, value)
        for rule in model.spec_rules:
            if rule.severity == "error":
                for finding in rule.findings(built):
                    slug = finding.rule or rule.slug
                    level: Severity = "warning" if slug in self._tolerated else "error"
                    problem = Problem(slug, level, "", (*loc, *finding.loc), finding.message)
                    # The rules of a model may find a problem of its parts again.
                    if problem not in self._rule_problems:
                        self._rule_problems.add(problem)
                        self.problems.append(problem)
        return built

    def _read_key(self, key: Key, value: object, loc: Loc) -> Any:
        if value is None and (key.nullable or not key.required):
            return None if key.nullable else key.absent
        value = key.with_integers(value)
        if key.transitional and self._lenient:
            return self._read_transitional(key, value, loc)
        if key.loose and mismatch(key.type, value):
            return self._read_free(value, loc)
        before = len(self.problems)
        read = self.read(key.type, value, loc, key.wrong)
        for i, problem in enumerate(self.problems[before:], before):
            if problem.rule in key.inside:
                self.problems[i] = evolve(problem, rule=key.inside[problem.rule].slug)
        return read

    def _read_transitional(self, key: Key, value: object, loc: Loc) -> Any:
        attempt = self._attempt()
        read = attempt.read(key.type, value, loc, key.wrong)
        for problem in attempt.problems:
            suffix = f"; {key.name!r} is kept in 'extra'" if attempt.errors else ""
            message = f"{problem.message}{suffix}"
            self.problems.append(Problem(problem.rule, "warning", "", problem.loc, message))
        return key.absent if attempt.errors else read

    def _read_items(self, items: Type, value: object, loc: Loc, rule: Rule | None) -> Any:
        if not is_list(value):
            return self._add_mismatch(loc, "a list", value, rule)
        is_plain = not isinstance(items, Nested) or self._is_plain(items.model)
        expected = _expected_list(items, value) if is_plain else ""
        if expected:
            return self._add_mismatch(loc, expected, value, rule)
        read = [self.read(items, item, (*loc, i), rule) for i, item in enumerate(value)]
        return Partial(read) if any(item is UNREAD for item in read) else tuple(read)

    def _read_object(self, values: Type, value: object, loc: Loc, rule: Rule | None) -> Any:
        if not is_object(value):
            return self._add_mismatch(loc, "an object", value, rule)
        if isinstance(values, Free):
            return self._read_free(value, loc)
        return {name: self.read(values, item, (*loc, name), rule) for name, item in value.items()}

    def _read_as_foreign(self, hint: Any, value: object, loc: Loc, rule: Rule | None) -> Any:
        if self._read_foreign is None:
            return value
        try:
            return self._read_foreign(value, hint)
        except ValidationError as error:
            self.problems += [within(problem, loc) for problem in error.problems]
        except Exception as error:  # noqa: BLE001 - a user's hook may raise anything
            expected = getattr(hint, "__name__", hint)
            return self._add(rule, loc, f"expected {expected}, got {show(value)}: {error}")
        return UNREAD

    def _read_free(self, value: Any, loc: Loc) -> Any:
        """Return a copy of a JSON value of any type."""
        level: Severity = "warning" if NOT_JSON in self._tolerated else "error"
        for place, flaw in not_json(value):
            message = f"expected JSON, got {show(flaw)}"
            self.problems.append(Problem(NOT_JSON, level, "", (*loc, *place), message))
        return copied(value)

    def _read_tagged(
        self, members: tuple[Member, ...], value: object, loc: Loc, rule: Rule | None
    ) -> Any:
        if isinstance(value, tuple(member.model for member in members)):
            return value
        if not is_object(value):
            return self._add_mismatch(loc, "an object", value, rule)
        type_key = next(key for key in keys(members[0].model) if key.name == "type")
        if "type" not in value:
            return self._add(type_key.missing, (*loc, "type"), "required, but missing")
        tag = value["type"]
        tagged = [member for member in members if member.tag == tag]
        if not tagged:
            tags = [member.tag for member in members]
            close = closest(tag, tags) if isinstance(tag, str) else None
            hint = f": did you mean {show(close)}?" if close else ""
            message = f"expected {_any_of(tags)}, got {show(tag)}{hint}"
            return self._add(type_key.wrong, (*loc, "type"), message)
        if self._depth == MAX_NESTED:
            message = f"expected at most {MAX_NESTED} levels of nesting, got more"
            self.problems.append(Problem(NESTING, "error", "", loc, message))
            return UNREAD
        self._depth += 1
        try:
            return self._read_one_of(tagged, value, loc)
        finally:
            self._depth -= 1

    def _read_one_of(self, members: list[Member], value: Mapping[str, Any], loc: Loc) -> Any:
        """Read as the model whose own key is there, of several with the same ``type``."""
        if len(members) == 1:
            return self.read_model(members[0].model, value, loc)
        attempts: list[tuple[Explainer, Any]] = []
        for member in members:
            names = [member.own, *([member.also] if member.also else [])]
            if any(value.get(name) is not None for name in names):
                attempt = self._attempt()
                attempts.append((attempt, attempt.read_model(member.model, value, loc)))
        fitting = [(attempt, read) for attempt, read in attempts if not attempt.errors]
        if len(fitting) > 1 or not attempts:
            own_keys = _any_of(member.own for member in members)
            count = "both" if attempts else "neither"
            return self._add(members[0].missing, loc, f"expected either {own_keys}, got {count}")
        attempt, read = (fitting or attempts)[0]
        self.problems += attempt.problems
        return read

    def _attempt(self) -> Explainer:
        """Return an explainer for a part, whose problems may be dropped."""
        return Explainer(self._read_foreign, is_plain=self._is_plain, tolerated=self._tolerated)

    def _add_mismatch(self, loc: Loc, expected: str, value: object, rule: Rule | None) -> Any:
        return self._add(rule, loc, f"expected {expected}, got {show(value)}")

    def _add(self, rule: Rule | None, loc: Loc, message: str, level: Severity = "error") -> Any:
        """Add a problem; return the placeholder for the value."""
        self.problems.append(Problem(rule.slug if rule else "type", level, "", loc, message))
        return UNREAD


def _expected_list(items: Type, values: Sequence[object]) -> str:
    """Return what a list should be if none of its items, two or more, is right; else empty."""
    if len(values) < 2:  # noqa: PLR2004 - a single item is reported itself
        return ""
    match items:
        case Nested() | Tagged():
            return "" if any(map(_is_object_or_model, values)) else "a list of objects"
        case Items():
            return "" if any(map(is_list, values)) else "a list of lists"
        case Scalar(kind) if all(type(v) is not float and mismatch(items, v) for v in values):
            return f"a list of {_PLURALS[kind]}"
        case _:
            return ""


def _is_object_or_model(value: object) -> bool:
    return is_object(value) or isinstance(value, ModelBase)


def within(problem: Problem, loc: Loc) -> Problem:
    """Return a problem of a value at a place in a document, which may be the nodes of a group."""
    if problem.document or problem.node:
        node = f"/{problem.node}" if problem.node else ""
        loc = (*loc, node, *filter(None, [problem.document]))
    return problem.below("", "", *loc)


def mismatch(type_: Type, value: object) -> str:
    """Return the message for a value that is not of a simple type; empty if it is."""
    match type_:
        case Scalar(kind):
            fits = type(value) is kind and is_scalar(value)
            if kind is float:
                fits = type(value) is int or (type(value) is float and isfinite(value))
            expected = _SINGULARS[kind]
        case Choice(values):
            fits = any(same(value, choice) for choice in values)
            expected = _any_of(values)
        case Object():
            fits, expected = is_object(value), "an object"
        case _:
            return ""
    return "" if fits else f"expected {expected}, got {show(value)}"


def _misspelling_hint(name: str, document: Mapping[str, Any], model: type[ModelBase]) -> str:
    """Return a hint that a key of the document looks like a misspelling of the name, if any."""
    known = {key.name for key in keys(model)}
    unknown = {
        normalized(key): key
        for key in islice(document, _MOST_KEYS)
        if type(key) is str and len(key) <= _MAX_KEY and key not in known
    }
    close = closest(normalized(name), unknown, MIN_SIMILARITY)
    return f": did you mean {name!r} instead of {unknown[close]!r}?" if close else ""


def normalized(name: str) -> str:
    """Return a key in the form in which it is compared with others."""
    return name.lower().replace("_", "").replace("-", "")


def _any_of(values: Iterable[Any]) -> str:
    """Return the values as JSON for a message: ``"a", "b" or "c"``, or ``one of`` many."""
    *shown, last = dict.fromkeys(map(show, values))
    if len(shown) >= _MAX_SPELLED_OUT:
        return f"one of {', '.join((*shown, last))}"
    return f"{', '.join(shown)} or {last}" if shown else last
