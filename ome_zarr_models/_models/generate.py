"""
The fast pass: functions written for each class, as attrs and cattrs write theirs.

They keep no record of where they are: what is not plainly right raises, and the detailed
pass of `_diagnose` finds out whether anything is wrong, and what.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from itertools import count
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .._json.values import not_json
from .types import (
    Choice,
    Foreign,
    Free,
    Items,
    Nested,
    Object,
    Scalar,
    Tagged,
    fields_aside,
    is_ours,
    keys,
    models_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .rule import Rule
    from .types import Key, ModelBase, Type


Function: TypeAlias = Callable[[Any], Any]
Adviser: TypeAlias = Callable[[Any, Any, Any], None]
"""Adds problems to a list: of a model, at a place."""
Resolve: TypeAlias = Callable[[Any], Function]
"""Gives the function for a type that another function needs."""

_UNSURE: Final = "raise Unsure"
_NUMBERS: Final = (int, float)
_NUMBERED: Final = count()


class Unsure(Exception):  # noqa: N818 - no error: the detailed pass decides
    """Something is not plainly right."""


class _Source:
    """
    The source of a function, and the values that it uses.

    Names of classes are no part of the source: they may be any text.
    """

    def __init__(self, purpose: str, parameters: str, model: type | None = None) -> None:
        self._name = purpose if model is None else f"{purpose}_{model.__qualname__}"
        self._lines = [f"def function({parameters}):"]
        self._scope: dict[str, Any] = {
            "__name__": __name__,
            "Unsure": Unsure,
            "isfinite": isfinite,
            "not_json": not_json,
        }

    def add(self, *lines: str, under: str = "") -> None:
        """Add lines, in a block of their own where a condition is given."""
        depth = "        " if under else "    "
        self._lines += [f"    {under}"] if under else []
        self._lines += [depth + line for line in lines]

    def use(self, value: object) -> str:
        """Return a name for a value."""
        name = f"_{len(self._scope)}"
        self._scope[name] = value
        return name

    def given(self, key: Key, v: str) -> str:
        """Return the head of a block for when a key's value stands for something."""
        if key.required:
            return f"if {v} is not None:" if key.nullable else ""
        if key.absent is None:
            return f"if {v} is not None:"
        same = (
            f"{v}.__class__ is {self.use(key.absent.__class__)} and {v} == {self.use(key.absent)}"
        )
        return f"if not ({same}):"

    def add_rules(self, model: type[ModelBase]) -> None:
        """Add that a model raises that breaks a rule."""
        checks = [rule.check for rule in model.spec_rules if rule.severity == "error"]
        loops = [f"for _ in {self.use(check)}(self): {_UNSURE}" for check in checks]
        if loops:
            self.add(*loops, under="if not self.passes_at_a_glance():")

    def function(self) -> Callable[..., Any]:
        """Return the function, whose source debuggers and `inspect.getsource` can show."""
        source = "\n".join(self._lines)
        file = f"<{__name__} {next(_NUMBERED)}: {self._name}>"
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        exec(compile(source, file, "exec"), self._scope)  # noqa: S102 - our own source
        function: Callable[..., Any] = self._scope["function"]
        function.__name__ = function.__qualname__ = self._name
        return function


def checker(model: type[ModelBase]) -> Function:
    """Write the function that checks what a model was made of."""
    source = _Source("check", "self", model)
    for key in keys(model):
        wrong = _wrong(key.type, "v", source) or _not_json(key.type, "v")
        if wrong:
            source.add(f"v = self.{key.field}")
            source.add(f"if {wrong}: {_UNSURE}", under=source.given(key, "v"))
    names = source.use({key.name for key in keys(model)})
    known = f"not self.extra.keys().isdisjoint({names})"
    source.add(f"if {known} or any(not_json(self.extra)): {_UNSURE}", under="if self.extra:")
    source.add_rules(model)
    source.add("return")
    return source.function()


def adviser(
    model: type[ModelBase],
    look: Adviser,
    nested: Iterable[Key],
    rules: Iterable[Rule],
    of: Callable[[Any], Adviser],
) -> Adviser:
    """
    Write the function that adds what is advised on in a model to a list of problems.

    Parameters
    ----------
    model : type
        The class of the model, all of which was read.
    look : callable
        Looks closely at the model's own keys, and adds what it finds.
    nested : iterable of Key
        The keys that hold models to look at.
    rules : iterable of Rule
        What is recommended beyond single keys.
    of : callable
        Gives the function for another class.
    """
    source = _Source("advise", "self, loc, problems", model)
    signs: list[str] = []
    for key in keys(model):
        v = f"self.{key.field}"
        if key.missing is not None and key.missing.severity == "warning":
            signs.append(f"{v} is None")
        wrong = _wrong(key.type, v, source) if key.loose else ""
        if wrong:
            signs.append(f"({v} is not None or {key.required}) and ({wrong})")
    loose = {key.name for key in keys(model) if key.loose}
    if loose:  # an explicit null is there
        signs.append(f"self.extra and not {source.use(loose)}.isdisjoint(self.extra)")
    signs += [f"next({source.use(rule.check)}(self), None)" for rule in rules]
    if signs:
        source.add(f"{source.use(look)}(self, loc, problems)", under=f"if {' or '.join(signs)}:")
    for key in nested:
        functions = {each: of(each) for each in models_of(key.type)}
        each = f"{source.use(functions)}[x.__class__]"
        if len(functions) == 1:
            (each,) = map(source.use, functions.values())
        if isinstance(key.type, Items):
            call = f"{each}(x, (*loc, {str.__repr__(key.name)}, i), problems)"
            source.add(call, under=f"for i, x in enumerate(self.{key.field} or ()):")
        else:
            source.add(f"x = self.{key.field}")
            source.add(
                f"{each}(x, (*loc, {str.__repr__(key.name)}), problems)", under="if x is not None:"
            )
    source.add("return")
    return source.function()


def _not_json(type_: Type, v: str) -> str:
    """Return the condition that free JSON is none; empty for other types."""
    return f"any(not_json({v}))" if type_ in (Free(), Object(Free())) else ""


def structurer(model: type[ModelBase], resolve: Resolve) -> Function:
    """Write the function from a document to a model."""
    source = _Source("structure", "o", model)
    shape = keys(model)
    required = [key for key in shape if key.required]
    source.add(f"if o.__class__ is not dict: {_UNSURE}", f"known = {len(required)}")
    for key in shape:
        v = f"v_{key.field}"
        given = source.given(key, v)
        lines = _from_json(key.type, v, source, resolve)
        if key.required:
            source.add(f"{v} = o[{str.__repr__(key.name)}]")  # KeyError is as good as Unsure
            source.add(*lines, under=given if lines else "")
            continue
        # What equals the absent value counts as unknown, and so is kept in `extra`.
        source.add(f"{v} = o.get({str.__repr__(key.name)}, {source.use(key.absent)})")
        source.add(*lines, "known += 1", under=given)
        if key.absent is None and not key.nullable:
            source.add(_UNSURE, under=f"elif {str.__repr__(key.name)} in o:")
    source.add(
        f"extra = {{}} if known == len(o) else {source.use(_unknown)}(o, {source.use(shape)})"
    )
    if is_ours(model):
        _add_instance(source, model)
    else:
        _add_call(source, model)
    return source.function()


def _unknown(document: dict[str, Any], shape: tuple[Key, ...]) -> dict[str, Any]:
    """Return what a document has beyond the fields of its model."""
    known = {key.name: key for key in shape}
    return {
        name: value
        for name, value in document.items()
        if name not in known or known[name].is_unsaid_by(value)
    }


def _add_instance(source: _Source, model: type[ModelBase]) -> None:
    """Add that an instance is made past the constructor: its values are what JSON has."""
    source.add(f"self = {source.use(object.__new__)}({source.use(model)})")
    for field, v in [("extra", "extra"), *((key.field, f"v_{key.field}") for key in keys(model))]:
        # The slot's own setter: `object.__setattr__` takes twice as long.
        source.add(f"{source.use(getattr(model, field).__set__)}(self, {v})")
    for field, default in fields_aside(model).items():
        source.add(f"{source.use(getattr(model, field).__set__)}(self, {source.use(default)})")
    source.add_rules(model)
    source.add("return self")


def _add_call(source: _Source, model: type[ModelBase]) -> None:
    """Add that the constructor is called, which may do more than ours do."""
    source.add("arguments = {'extra': extra}")
    for key in keys(model):
        v = f"v_{key.field}"
        source.add(f"arguments[{str.__repr__(key.argument)}] = {v}", under=source.given(key, v))
    source.add(f"return {source.use(model)}(**arguments)")


def _from_json(type_: Type, v: str, source: _Source, resolve: Resolve) -> list[str]:
    """Return the statements that turn a JSON value into a field's, or raise."""
    wrong = _wrong(type_, v, source, sequence=list)
    check = f"if {wrong}: {_UNSURE}"
    match type_:
        case Items(Scalar() | Free()):
            return [check, f"{v} = tuple({v})"]
        case Items(items):
            each = source.use(_reader(items, resolve))
            check = f"if {v}.__class__ is not list: {_UNSURE}"
            return [check, f"{v} = tuple([{each}(x) for x in {v}])"]
        case Object(values) if not isinstance(values, Free):
            each = source.use(_reader(values, resolve))
            return [check, f"{v} = {{k: {each}(x) for k, x in {v}.items()}}"]
        case Nested() | Tagged() | Foreign():
            return [f"{v} = {source.use(_reader(type_, resolve))}({v})"]
        case _:
            return [check] if wrong else []


def _reader(type_: Type, resolve: Resolve) -> Function:
    """Return the function from a JSON value to a value of a type."""
    match type_:
        case Nested(hint) | Foreign(hint):
            return resolve(hint)
        case Tagged():
            return tagged_reader(type_, resolve)
        case _:
            source = _Source("read", "v")
            source.add(*_from_json(type_, "v", source, resolve), "return v")
            return source.function()


def tagged_reader(union: Tagged, resolve: Resolve) -> Function:
    """Write the function from a document to one of some models."""
    source = _Source("structure_tagged", "o")
    tags = [member.tag for member in union.members]
    if len(set(tags)) == len(tags):
        readers = {member.tag: resolve(member.model) for member in union.members}
        source.add(f"return {source.use(readers)}[o['type']](o)")  # KeyError is as good as Unsure
        return source.function()
    source.add("tag = o['type']")
    for member in union.members:
        same = [other for other in union.members if other.tag == member.tag]
        others = [other.own for other in same if other.own != member.own]
        here = f"tag == {member.tag!r} and {member.own!r} in o"
        alone = "".join(f" and {other!r} not in o" for other in others)
        source.add(f"return {source.use(resolve(member.model))}(o)", under=f"if {here}{alone}:")
    source.add(_UNSURE)
    return source.function()


def _wrong(type_: Type, v: str, source: _Source, sequence: type = tuple) -> str:
    """Return the condition that a value is not plainly of a type; empty if any value is."""
    match type_:
        case Scalar(kind) if kind is float:
            return f"{v}.__class__ not in {source.use(_NUMBERS)} or not isfinite({v})"
        case Scalar(kind):
            return f"{v}.__class__ is not {kind.__name__}"
        case Choice(values):
            return f"{v}.__class__ is not {type(values[0]).__name__} or {v} not in {values!r}"
        case Items(items):
            wrong = _wrong_items(items, v, source, sequence)
            return f"{v}.__class__ is not {sequence.__name__}{wrong}"
        case Object():
            return f"{v}.__class__ is not dict"
        case Nested(model):
            return f"{v}.__class__ is not {source.use(model)}"
        case Tagged(members):
            return f"{v}.__class__ not in {source.use(tuple(each.model for each in members))}"
        case _:
            return ""


def _wrong_items(items: Type, v: str, source: _Source, sequence: type) -> str:
    match items:
        case Scalar(kind) if kind is float:
            kinds, more = frozenset(_NUMBERS), f" or not isfinite(sum({v}))"
        case Scalar(kind):
            kinds, more = frozenset((kind,)), ""
        case Nested(model):
            kinds, more = frozenset((model,)), ""
        case Tagged(members):
            kinds, more = frozenset(each.model for each in members), ""
        case Items():
            wrong = _wrong(items, "x", source, sequence)
            return f" or any({wrong} for x in {v})"
        case _:
            return ""
    return f" or not {source.use(kinds)}.issuperset(map(type, {v})){more}"


def unstructurer(model: type[ModelBase], resolve: Resolve, *, for_text: bool = False) -> Function:
    """
    Write the function from a model to a document.

    Parameters
    ----------
    model : type
        The class of the model.
    resolve : callable
        Gives the function for a type that this one needs.
    for_text : bool
        Whether the document is only made into a text, for which tuples are as good as lists.
    """
    writer = _Writer(model, resolve, vector="{}" if for_text else "[*{}]")
    writer.add(f"o = {writer.to_object(model, 'self')}")
    for key in keys(model):
        if not key.required:
            writer.add(f"v = self.{key.field}")
            value = writer.to_json(key.type, "v")
            writer.add(f"o[{str.__repr__(key.name)}] = {value}", under=writer.given(key, "v"))
    more = ["for k, v in self.extra.items(): o.setdefault(k, v)"]
    if for_text:  # then nobody looks at it later
        more.insert(0, f"if any(not_json(self.extra)): {_UNSURE}")
    writer.add(*more, under="if self.extra:")
    writer.add("return o")
    return writer.function()


class _Writer(_Source):
    """The source of a function from a model to a document."""

    def __init__(self, model: type[ModelBase], resolve: Resolve, vector: str) -> None:
        super().__init__("unstructure", "self", model)
        self._resolve = resolve
        self._vector = vector

    def to_object(self, model: type[ModelBase], v: str) -> str:
        """Return the expression of an object with the keys that a model always has."""
        items: list[str] = []
        for key in keys(model):
            if key.required:
                value = self.to_json(key.type, f"{v}.{key.field}")
                if key.nullable:
                    value = f"None if {v}.{key.field} is None else {value}"
                items.append(f"{str.__repr__(key.name)}: {value}")
        return f"{{{', '.join(items)}}}"

    def to_json(self, type_: Type, v: str) -> str:
        """Return the expression of the JSON value of a field's value."""
        match type_:
            case Items(Scalar() | Free()):
                return self._vector.format(v)
            case Choice((value,)):
                return repr(value)
            case Items(items):
                return f"[{self.to_json(items, 'x')} for x in {v}]"
            case Object(values) if not isinstance(values, Free):
                return f"{{k: {self.to_json(values, 'x')} for k, x in {v}.items()}}"
            case Nested(model):
                return self._of_models([model], v)
            case Tagged(members):
                return self._of_models([member.model for member in members], v)
            case Foreign(hint):
                return f"{self.use(self._resolve(hint))}({v})"
            case _:
                return v

    def _of_models(self, models: list[type[ModelBase]], v: str) -> str:
        """Return the expression of the document of one of some models, or of a subclass."""
        functions = {model: self._resolve(model) for model in models}
        expression = f"{self.use(functions)}.get({v}.__class__, {self.use(self._other)})({v})"
        for model, function in reversed(functions.items()):  # the first is asked for first
            is_exact = f"{v}.__class__ is {self.use(model)}"
            # Written in place where it is short, which spares the call of a function.
            if _is_written(function) and all(key.required for key in keys(model)):
                expression = (
                    f"{self.to_object(model, v)} if {is_exact} and not {v}.extra else {expression}"
                )
            elif len(models) == 1:
                expression = f"{self.use(function)}({v}) if {is_exact} else {expression}"
        return expression

    def _other(self, model: ModelBase) -> Any:
        return self._resolve(type(model))(model)


def _is_written(function: Function) -> bool:
    """Return whether a function is one of this module's, and not a hook of the user's."""
    return function.__module__ == __name__
