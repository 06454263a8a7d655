"""
The detailed pass: reads a document key by key, and collects every problem in it.

It is slow, and decides: the fast pass of `_compile` only tells that nothing is wrong.
"""

from __future__ import annotations

from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._json.text import NOT_JSON, show
from .._json.values import is_list, is_object, is_scalar, not_json
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
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ..typing import Loc, Severity
    from .rule import Rule
    from .types import Key, Member, Type


_FEW: Final = 3
_NEARLY: Final = 0.8
_NAMES: Final[Mapping[type, str]] = {
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
    What is wrong with a document, and the model of it as far as it could be read.

    Parameters
    ----------
    read_foreign : callable, optional
        Reads the values of types that are none of ours, given the value and the type.
    is_plain : callable
        Tells whether a model is read as its class says, and not in a way of the user's.
    tolerated : collection of str
        The rules that a reader tolerates: breaking one is only a warning.
    lenient : bool
        Whether a wrong value of a transitional key is kept aside, with warnings.
    quick : callable, optional
        Gives the model of a document if that is plainly right, and else None: what is right
        beside something wrong is not looked at closely.
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
        self._found: set[Problem] = set()
        self._depth = 0
        self._read_foreign = read_foreign
        self._is_plain = is_plain
        self._tolerated = tolerated
        self._lenient = lenient
        self._quick = quick

    @property
    def errors(self) -> bool:
        """Whether one of the problems is an error."""
        return any(problem.level == "error" for problem in self.problems)

    def read_model(
        self, model: type[ModelBase], document: object, loc: Loc = (), wrong: Rule | None = None
    ) -> Any:
        """Return the model of a document, with `UNREAD` for what could not be read."""
        if isinstance(document, model):
            return document
        if not is_object(document):
            return self._wrong(loc, "an object", document, wrong)
        # Not of what is inside of its own kind, which is counted.
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
                message = f"required, but missing{_meant(name, document, model)}"
                self._add(key.missing, (*loc, name), message)
            else:
                values[key.field] = key.absent
        extra = {
            name: value
            for name, value in document.items()
            if name not in known or known[name].means_absent(values[known[name].field])
        }
        self._read_free({k: value for k, value in extra.items() if k not in known}, loc)
        return self._build(model, {**values, "extra": extra}, loc, before)

    def read_fields(self, model: ModelBase) -> Any:
        """Return a model that is like another, but with its fields read as a document's."""
        values: dict[str, Any] = {}
        for key in keys(type(model)):
            value = getattr(model, key.field)
            given = key.required or not same(value, key.absent)
            values[key.field] = self._read_key(key, value, (key.name,)) if given else value
        extra = self._read_extra(model)
        aside = {name: getattr(model, name) for name in fields_aside(type(model))}
        return self._check(type(model), {**aside, **values, "extra": extra}, ())

    def _read_extra(self, model: ModelBase) -> Any:
        extra, loc = model.extra, ("extra",)
        if not is_object(extra):
            return self._wrong(loc, "an object", extra, None)
        for key in keys(type(model)):
            # What says no more than an absent key may be here, such as an explicit null.
            if key.name in extra and not key.means_absent(extra[key.name]):
                message = f"expected nothing, as {key.field!r} is a field"
                self._add(key.wrong, (*loc, key.name), message)
        self._read_free(extra, loc)
        return extra

    def read(self, type_: Type, value: object, loc: Loc = (), wrong: Rule | None = None) -> Any:
        """Return the value of a type, with `UNREAD` for what could not be read."""
        match type_:
            case Items(items):
                return self._read_items(items, value, loc, wrong)
            case Object(values):
                return self._read_object(values, value, loc, wrong)
            case Nested(model) if self._is_plain(model):
                return self.read_model(model, value, loc, wrong)
            case Tagged(members):
                return self._read_tagged(members, value, loc, wrong)
            case Nested(hint) | Foreign(hint):
                return self._read_as_foreign(hint, value, loc, wrong)
            case Free():
                self._read_free(value, loc)
                return value
            case _:
                message = mismatch(type_, value)
                return self._add(wrong, loc, message) if message else value

    def _build(
        self, model: type[ModelBase], values: Mapping[str, Any], loc: Loc, before: int
    ) -> Any:
        built = self._check(model, values, loc)
        if is_ours(model) or len(self.problems) > before:
            return built
        given = {
            key.argument: values[key.field]
            for key in keys(model)
            if key.required or not same(values[key.field], key.absent)
        }
        try:  # the constructor, which may do more than ours do
            return model(**given, extra=values["extra"])
        except ValidationError as error:
            self.problems += [problem.below("", "", *loc) for problem in error.problems]
        except Exception as error:  # noqa: BLE001 - a validator of the user's may raise anything
            return self._add(None, loc, str(error))
        return UNREAD

    def _check(self, model: type[ModelBase], values: Mapping[str, Any], loc: Loc) -> Any:
        """Return a model, whose fields may be `UNREAD`, after the rules had a look at it."""
        built = object.__new__(model)
        for field, value in {**fields_aside(model), **values}.items():
            object.__setattr__(built, field, value)
        for rule in model.spec_rules:
            if rule.severity == "error":
                for finding in rule.findings(built):
                    slug = finding.rule or rule.slug
                    level: Severity = "warning" if slug in self._tolerated else "error"
                    problem = Problem(slug, level, "", (*loc, *finding.loc), finding.message)
                    # What is wrong with a part may be found again with the whole.
                    if problem not in self._found:
                        self._found.add(problem)
                        self.problems.append(problem)
        return built

    def _read_key(self, key: Key, value: object, loc: Loc) -> Any:
        if value is None and key.nullable:
            return None
        if key.transitional and self._lenient:
            return self._read_transitional(key, value, loc)
        if key.loose and mismatch(key.type, value):
            self._read_free(value, loc)
            return value
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
            kept = f"; {key.name!r} is kept in 'extra'" if attempt.errors else ""
            message = f"{problem.message}{kept}"
            self.problems.append(Problem(problem.rule, "warning", "", problem.loc, message))
        return key.absent if attempt.errors else read

    def _read_items(self, items: Type, value: object, loc: Loc, wrong: Rule | None) -> Any:
        if not is_list(value):
            return self._wrong(loc, "a list", value, wrong)
        is_plain = not isinstance(items, Nested) or self._is_plain(items.model)
        expected = _all_wrong(items, value) if is_plain else ""
        if expected:
            return self._wrong(loc, expected, value, wrong)
        read = [self.read(items, item, (*loc, i), wrong) for i, item in enumerate(value)]
        return Partial(read) if any(item is UNREAD for item in read) else tuple(read)

    def _read_object(self, values: Type, value: object, loc: Loc, wrong: Rule | None) -> Any:
        if not is_object(value):
            return self._wrong(loc, "an object", value, wrong)
        if isinstance(values, Free):
            self._read_free(value, loc)
            return value
        return {name: self.read(values, item, (*loc, name), wrong) for name, item in value.items()}

    def _read_as_foreign(self, hint: Any, value: object, loc: Loc, wrong: Rule | None) -> Any:
        if self._read_foreign is None:
            return value
        try:
            return self._read_foreign(value, hint)
        except ValidationError as error:
            self.problems += [problem.below("", "", *loc) for problem in error.problems]
        except Exception as error:  # noqa: BLE001 - a hook of the user's may raise anything
            expected = getattr(hint, "__name__", hint)
            return self._add(wrong, loc, f"expected {expected}, got {show(value)}: {error}")
        return UNREAD

    def _read_free(self, value: object, loc: Loc) -> None:
        level: Severity = "warning" if NOT_JSON in self._tolerated else "error"
        for place, found in not_json(value):
            message = f"expected JSON, got {show(found)}"
            self.problems.append(Problem(NOT_JSON, level, "", (*loc, *place), message))

    def _read_tagged(
        self, members: tuple[Member, ...], value: object, loc: Loc, wrong: Rule | None
    ) -> Any:
        if isinstance(value, tuple(member.model for member in members)):
            return value
        if not is_object(value):
            return self._wrong(loc, "an object", value, wrong)
        tag = next(key for key in keys(members[0].model) if key.name == "type")
        if "type" not in value:
            return self._add(tag.missing, (*loc, "type"), "required, but missing")
        tagged = [member for member in members if member.tag == value["type"]]
        if not tagged:
            tags = [member.tag for member in members]
            found = value["type"]
            close = get_close_matches(found, tags, 1) if isinstance(found, str) else []
            hint = f": did you mean {show(close[0])}?" if close else ""
            message = f"expected {_either(tags)}, got {show(found)}{hint}"
            return self._add(tag.wrong, (*loc, "type"), message)
        if self._depth == MAX_NESTED:
            message = f"expected at most {MAX_NESTED} of these inside of each other, got more"
            self.problems.append(Problem(NESTING, "error", "", loc, message))
            return UNREAD
        self._depth += 1
        try:
            return self._read_one_of(tagged, value, loc)
        finally:
            self._depth -= 1

    def _read_one_of(self, members: list[Member], value: Mapping[str, Any], loc: Loc) -> Any:
        """Read the one model whose own key is there, of those with the same ``type``."""
        if len(members) == 1:
            return self.read_model(members[0].model, value, loc)
        attempts: list[tuple[Explainer, Any]] = []
        for member in members:
            if member.own in value or member.also in value:
                attempt = self._attempt()
                attempts.append((attempt, attempt.read_model(member.model, value, loc)))
        fitting = [(attempt, read) for attempt, read in attempts if not attempt.errors]
        if len(fitting) > 1 or not attempts:
            own_keys = _either(member.own for member in members)
            found = "both" if attempts else "neither"
            return self._add(members[0].missing, loc, f"expected {own_keys}, got {found}")
        attempt, read = (fitting or attempts)[0]
        self.problems += attempt.problems
        return read

    def _attempt(self) -> Explainer:
        """Return a diagnosis for a part, whose problems may be dropped."""
        return Explainer(self._read_foreign, is_plain=self._is_plain, tolerated=self._tolerated)

    def _wrong(self, loc: Loc, expected: str, value: object, rule: Rule | None) -> Any:
        return self._add(rule, loc, f"expected {expected}, got {show(value)}")

    def _add(self, rule: Rule | None, loc: Loc, message: str, level: Severity = "error") -> Any:
        """Add a problem; return what stands for the value that has it."""
        self.problems.append(Problem(rule.slug if rule else "type", level, "", loc, message))
        return UNREAD


def _all_wrong(items: Type, values: Sequence[object]) -> str:
    """Return what the values of a list should be, if several are there and none is."""
    if len(values) < 2:  # noqa: PLR2004 - one is told of for itself
        return ""
    match items:
        case Nested() | Tagged():
            return "" if any(map(_is_whole, values)) else "a list of objects"
        case Items():
            return "" if any(map(is_list, values)) else "a list of lists"
        case Scalar(kind) if all(type(v) is not float and mismatch(items, v) for v in values):
            return f"a list of {_PLURALS[kind]}"
        case _:
            return ""


def _is_whole(value: object) -> bool:
    return is_object(value) or isinstance(value, ModelBase)


def mismatch(type_: Type, value: object) -> str:
    """Return what is wrong with a value that is not of a simple type; nothing if it is."""
    match type_:
        case Scalar(kind):
            fits = type(value) is kind and is_scalar(value)
            if kind is float:
                fits = type(value) is int or (type(value) is float and isfinite(value))
            expected = _NAMES[kind]
        case Choice(values):
            fits = any(type(value) is type(each) and value == each for each in values)
            expected = _either(values)
        case Object():
            fits, expected = is_object(value), "an object"
        case _:
            return ""
    return "" if fits else f"expected {expected}, got {show(value)}"


def _meant(name: str, document: Mapping[str, Any], model: type[ModelBase]) -> str:
    """Return a hint at a key of a document that nobody knows, and that is nearly the name."""
    known = {key.name for key in keys(model)}
    strangers = {_plain(key): key for key in document if type(key) is str and key not in known}
    near = get_close_matches(_plain(name), strangers, 1, _NEARLY)
    return f": did you mean it by {strangers[near[0]]!r}?" if near else ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _either(values: Iterable[Any]) -> str:
    shown = list(dict.fromkeys(map(show, values)))
    return " or ".join(shown) if len(shown) <= _FEW else f"one of {', '.join(shown)}"
