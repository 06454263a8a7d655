"""
Generated fast functions: source code for each metadata class, as attrs and cattrs generate it.

The functions do not track their location in the document. They raise if a value is not
certainly valid; the detailed pass, `_models/explain.py`, then decides whether it is invalid
and explains what is wrong.

Classes of users may have any text as a name, a key or a value. None of it becomes source code
but as an identifier (`_is_name`) or as the literal of a plain string (`_Source.value`);
everything else is passed to the function as an object.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable
from itertools import count
from keyword import iskeyword
from math import isfinite
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_origin

from attrs import NOTHING, fields

from .._json.values import copied, not_json
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
    from collections.abc import Iterable, Iterator

    from .rule import Rule
    from .types import Key, ModelBase, Type


Function: TypeAlias = Callable[[Any], Any]
Adviser: TypeAlias = Callable[[Any, Any, Any], None]
"""Takes a model, its location and a list, and appends the problems of the model."""
Resolve: TypeAlias = Callable[[Any], Function]
"""Returns the function for a type that another function calls."""

_UNSURE: Final = "raise Unsure"
_NUMBERS: Final = (int, float)
_COUNTER: Final = count()
_MAX_NAME: Final = 100
"""How many characters of a text are part of the source code at most."""


class Unsure(Exception):  # noqa: N818 - not an error: the detailed pass decides
    """A value is not certainly valid."""


class _Source:
    """
    The source code of a function, and the values that it uses.

    Parameters
    ----------
    purpose : str
        What the function does, for its name.
    parameters : str
        The parameters of the function.
    model : type, optional
        The class that the function is for, for its name. Class names are not part of the
        source code, since a class may have any text as its name.
    """

    def __init__(self, purpose: str, parameters: str, model: type | None = None) -> None:
        name = "" if model is None else f"_{model.__qualname__}"
        self._name = purpose + re.sub(r"[^\w.<>]+", "_", name, flags=re.ASCII)[:_MAX_NAME]
        self._lines = [f"def function({parameters}):"]
        self._scope: dict[str, Any] = {
            "__name__": __name__,
            "Unsure": Unsure,
            "isfinite": isfinite,
            "missing": NOTHING,
            "not_json": not_json,
        }

    def add(self, *lines: str, under: str = "") -> None:
        """Add lines; with `under`, the head of a block, as the block."""
        indentation = "        " if under else "    "
        self._lines += [f"    {under}"] if under else []
        self._lines += [indentation + line for line in lines]

    def use(self, value: object) -> str:
        """Make a value available to the function; return its name there."""
        name = f"_{len(self._scope)}"
        self._scope[name] = value
        return name

    def value(self, value: object) -> str:
        """Return the expression for a value: the literal of a short string, for readers."""
        # A subclass may have a representation of its own.
        is_short = type(value) is str and len(value) < _MAX_NAME
        return repr(value) if is_short else self.use(value)

    def unless_absent(self, key: Key, v: str) -> str:
        """Return the head of a block that runs unless `v` is absent or null; empty if always."""
        if key.required:
            return f"if {v} is not None:" if key.nullable else ""
        if key.absent is None:
            return f"if {v} is not None:"
        is_absent = (
            f"{v}.__class__ is {self.use(key.absent.__class__)} and {v} == {self.use(key.absent)}"
        )
        return f"if not ({is_absent}):"

    def add_rules(self, model: type[ModelBase]) -> None:
        """Add lines that raise if the model breaks a rule."""
        checks = [rule.check for rule in model.spec_rules if rule.severity == "error"]
        loops = [f"for _ in {self.use(check)}(self): {_UNSURE}" for check in checks]
        if loops:
            self.add(*loops, under="if not self.passes_at_a_glance():")

    def function(self) -> Callable[..., Any]:
        """Compile the function; debuggers and `inspect.getsource` can show its source."""
        source = "\n".join(self._lines)
        filename = f"<{__name__} {next(_COUNTER)}: {self._name}>"
        linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
        exec(compile(source, filename, "exec"), self._scope)  # noqa: S102 - our own source
        function: Callable[..., Any] = self._scope["function"]
        function.__name__ = function.__qualname__ = self._name
        return function


def _is_name(field: str) -> bool:
    """Return whether the name of a field is also one in source code, and the same there."""
    return field.isidentifier() and field.isascii() and not iskeyword(field)


def _attribute(owner: str, field: str) -> str:
    """Return the expression for a field of an object."""
    return f"{owner}.{field}" if _is_name(field) else f"getattr({owner}, {field!r})"


def checker(model: type[ModelBase]) -> Function:
    """Generate the function that checks the fields of a new instance."""
    source = _Source("check", "self", model)
    for key in keys(model):
        mismatch = _mismatch(key.type, "v", source) or _free_json_mismatch(key.type, "v")
        if mismatch:
            source.add(f"v = {_attribute('self', key.field)}")
            source.add(f"if {mismatch}: {_UNSURE}", under=source.unless_absent(key, "v"))
        _add_copy(source, model, key)
    names = source.use({key.name for key in keys(model)})
    has_key = f"not self.extra.keys().isdisjoint({names})"
    source.add(f"if {has_key} or any(not_json(self.extra)): {_UNSURE}", under="if self.extra:")
    source.add_rules(model)
    source.add("return")
    return source.function()


def constructor(
    model: type[ModelBase],
    check: Function,
    slow: Callable[[Any, dict[str, Any]], None],
    explain: Function,
) -> Callable[..., None]:
    """
    Generate the constructor of a class of this package.

    Parameters
    ----------
    model : type
        The class.
    check : callable
        Checks a new instance, as `checker` generates it.
    slow : callable
        Initializes an instance with keywords of which one is unknown or missing, or an
        instance of a subclass.
    explain : callable
        Checks a new instance closely, if its values are not certainly valid.

    Returns
    -------
    callable
        Takes the instance, and keywords.
    """
    arguments = {each.alias or each.name: each for each in fields(model) if each.init}
    parameters = [
        f"{v}={'None' if each.default is None else 'missing'}" for v, each in arguments.items()
    ]
    source = _Source("construct", f"self, *, {', '.join(parameters)}, **unknown", model)
    reasons = ["unknown", f"self.__class__ is not {source.use(model)}"]
    reasons += [f"{v} is missing" for v, each in arguments.items() if each.default is NOTHING]
    given = ", ".join(f"{v!r}: {v}" for v in arguments)
    given = f"{{k: v for k, v in {{{given}, **unknown}}.items() if v is not missing}}"
    source.add(f"return {source.use(slow)}(self, {given})", under=f"if {' or '.join(reasons)}:")
    for v, attribute in arguments.items():
        default: Any = attribute.default
        converted = f"{v} = {source.use(attribute.converter)}({v})"
        lines = [converted] if attribute.converter else []
        if default is NOTHING:
            source.add(*lines)
        elif default is None:
            source.add(*lines, under=f"if {v} is not None:" if lines else "")
        else:
            source.add(f"{v} = {_made(default, source)}", under=f"if {v} is missing:")
            source.add(*lines, under="else:" if lines else "")
        source.add(f"{source.use(getattr(model, attribute.name).__set__)}(self, {v})")
    source.add(
        "try:",
        f"    {source.use(check)}(self)",
        "except Exception:",
        f"    {source.use(explain)}(self)",
    )
    return source.function()


def _made(default: Any, source: _Source) -> str:
    """Return the expression for the default of a field."""
    factory: Any = getattr(default, "factory", None)
    if factory is None:
        return source.value(default)
    if (get_origin(factory) or factory) is dict:
        return "{}"
    return f"{source.use(factory)}({'self' if default.takes_self else ''})"


def _add_copy(source: _Source, model: type[ModelBase], key: Key) -> None:
    """Add lines that replace free JSON by a copy, which the caller cannot change later."""
    match key.type:
        case Free() | Object(Free()):
            copy = f"{source.use(copied)}(v)"
        case Items(Free() | Object(Free())):
            copy = f"tuple(map({source.use(copied)}, v))"
        case _:
            return
    slot: Any = getattr(model, key.field, None)
    set_field = f"{source.use(object.__setattr__)}(self, {source.value(key.field)}, {copy})"
    if isinstance(slot, MemberDescriptorType):  # faster; classes of users may have no slots
        set_field = f"{source.use(slot.__set__)}(self, {copy})"
    source.add(f"v = {_attribute('self', key.field)}")
    source.add(set_field, under="if v.__class__ in (dict, list, tuple):")


def adviser(
    model: type[ModelBase],
    add_own: Adviser,
    nested: Iterable[Key],
    rules: Iterable[Rule],
    resolve: Callable[[Any], Adviser],
) -> Adviser:
    """
    Generate the function that appends a warning for each recommendation not followed.

    Parameters
    ----------
    model : type
        The class of the model, all of whose values could be read.
    add_own : callable
        Appends the warnings for the model itself. It is slow, and called only if the
        generated function finds that there may be some.
    nested : iterable of Key
        The keys that hold models with recommendations.
    rules : iterable of Rule
        The recommended rules that relate values to each other.
    resolve : callable
        Returns the function for another class.

    Returns
    -------
    callable
    """
    source = _Source("advise", "self, loc, problems", model)
    conditions: list[str] = []
    for key in keys(model):
        v = _attribute("self", key.field)
        if key.missing is not None and key.missing.severity == "warning":
            conditions.append(f"{v} is None")
        mismatch = _mismatch(key.type, v, source) if key.loose else ""
        if mismatch:
            conditions.append(f"({v} is not None or {key.required}) and ({mismatch})")
    optional = {key.name for key in keys(model) if key.warns_of_null}
    if optional:  # `extra` may have an explicit null
        conditions.append(f"self.extra and not {source.use(optional)}.isdisjoint(self.extra)")
    conditions += [f"next({source.use(rule.check)}(self), None)" for rule in rules]
    if conditions:
        call = f"{source.use(add_own)}(self, loc, problems)"
        source.add(call, under=f"if {' or '.join(conditions)}:")
    for key in nested:
        functions = {cls: resolve(cls) for cls in models_of(key.type)}
        function = f"{source.use(functions)}[x.__class__]"
        if len(functions) == 1:
            (function,) = map(source.use, functions.values())
        if isinstance(key.type, Items):
            call = f"{function}(x, (*loc, {source.value(key.name)}, i), problems)"
            models = _attribute("self", key.field)
            source.add(call, under=f"for i, x in enumerate({models} or ()):")
        else:
            source.add(f"x = {_attribute('self', key.field)}")
            call = f"{function}(x, (*loc, {source.value(key.name)}), problems)"
            source.add(call, under="if x is not None:")
    source.add("return")
    return source.function()


def _free_json_mismatch(type_: Type, v: str) -> str:
    """Return the condition that a value of free JSON is not JSON; empty for other types."""
    return f"any(not_json({v}))" if type_ in (Free(), Object(Free())) else ""


def structurer(model: type[ModelBase], resolve: Resolve) -> Function:
    """Generate the function from a document to a model."""
    source = _Source("structure", "o", model)
    shape = keys(model)
    required = [key for key in shape if key.required]
    source.add(f"if o.__class__ is not dict: {_UNSURE}", f"known = {len(required)}")
    for v, key in _variables(shape):
        unless_absent = source.unless_absent(key, v)
        lines = _from_json(key.type, v, source, resolve)
        if key.required:
            source.add(f"{v} = o[{source.value(key.name)}]")  # a KeyError means unsure, too
            source.add(*lines, under=unless_absent if lines else "")
            continue
        # A value that means the same as an absent key is not counted, and so kept in `extra`.
        source.add(f"{v} = o.get({source.value(key.name)}, {source.use(key.absent)})")
        if key.absent is not None and not key.nullable:
            source.add(f"{v} = {source.use(key.absent)}", under=f"if {v} is None:")
            unless_absent = f"el{unless_absent}"
        source.add(*lines, "known += 1", under=unless_absent)
    extra = f"{source.use(_extra)}(o, {source.use(shape)})"
    source.add(f"extra = {{}} if known == len(o) else {extra}")
    if is_ours(model):
        _add_instance(source, model)
    else:
        _add_call(source, model)
    return source.function()


def _variables(shape: tuple[Key, ...]) -> Iterator[tuple[str, Key]]:
    """Yield the keys, each with the name of the variable for its value."""
    for i, key in enumerate(shape):
        yield f"v_{key.field}" if _is_name(key.field) else f"v_{i}", key


def _extra(document: dict[str, Any], shape: tuple[Key, ...]) -> dict[str, Any]:
    """Return the keys of a document that are not fields, and their values."""
    known = {key.name: key for key in shape}
    return {
        name: copied(value)
        for name, value in document.items()
        if name not in known or known[name].means_absent(value)
    }


def _add_instance(source: _Source, model: type[ModelBase]) -> None:
    """Add lines that create the instance directly: JSON values need no constructor."""
    source.add(f"self = {source.use(object.__new__)}({source.use(model)})")
    variables = [(v, key.field) for v, key in _variables(keys(model))]
    for v, field in [("extra", "extra"), *variables]:
        # The setter of the slot: `object.__setattr__` takes twice as long.
        source.add(f"{source.use(getattr(model, field).__set__)}(self, {v})")
    for field, default in fields_aside(model).items():
        source.add(f"{source.use(getattr(model, field).__set__)}(self, {source.use(default)})")
    source.add_rules(model)
    source.add("return self")


def _add_call(source: _Source, model: type[ModelBase]) -> None:
    """Add lines that call the constructor: a user's class may do more in it."""
    source.add("arguments = {'extra': extra}")
    for v, key in _variables(keys(model)):
        argument = f"arguments[{source.value(key.argument)}] = {v}"
        source.add(argument, under=source.unless_absent(key, v))
    source.add(f"return {source.use(model)}(**arguments)")


def _from_json(type_: Type, v: str, source: _Source, resolve: Resolve) -> list[str]:
    """Return the statements that convert a JSON value to the value of a field, or raise."""
    mismatch = _mismatch(type_, v, source, sequence=list)
    check = f"if {mismatch}: {_UNSURE}"
    match type_:
        case Items(Scalar()):
            return [check, f"{v} = tuple({v})"]
        case Items(Free()):
            return [check, f"{v} = tuple(map({source.use(copied)}, {v}))"]
        case Items(items):
            read = source.use(_reader(items, resolve))
            check = f"if {v}.__class__ is not list: {_UNSURE}"
            return [check, f"{v} = tuple([{read}(x) for x in {v}])"]
        case Object(values) if not isinstance(values, Free):
            read = source.use(_reader(values, resolve))
            return [check, f"{v} = {{k: {read}(x) for k, x in {v}.items()}}"]
        case Nested() | Tagged() | Foreign():
            return [f"{v} = {source.use(_reader(type_, resolve))}({v})"]
        case Free() | Object():
            copy = f"{v} = {source.use(copied)}({v})"
            is_shared = f"{v}.__class__ is dict or {v}.__class__ is list"
            return [check, copy] if mismatch else [f"if {is_shared}: {copy}"]
        case _:
            return [check] if mismatch else []


def _reader(type_: Type, resolve: Resolve) -> Function:
    """Return the function from a JSON value to the value of a type."""
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
    """Generate the function from a document to one of several models."""
    source = _Source("structure_tagged", "o")
    tags = [member.tag for member in union.members]
    if len(set(tags)) == len(tags):
        readers = {member.tag: resolve(member.model) for member in union.members}
        source.add(f"return {source.use(readers)}[o['type']](o)")  # a KeyError means unsure, too
        return source.function()
    source.add("tag = o['type']")
    for member in union.members:
        same_tag = [other for other in union.members if other.tag == member.tag]
        other_keys = [other.own for other in same_tag if other.own != member.own]
        own = f"o.get({source.value(member.own)}) is not None"
        has_own = f"tag == {source.value(member.tag)} and {own}"
        has_no_other = "".join(f" and o.get({source.value(key)}) is None" for key in other_keys)
        call = f"{source.use(resolve(member.model))}(o)"
        source.add(f"return {call}", under=f"if {has_own}{has_no_other}:")
    source.add(_UNSURE)
    return source.function()


def _mismatch(type_: Type, v: str, source: _Source, sequence: type = tuple) -> str:
    """Return the condition that a value is not certainly of a type; empty if any value is."""
    match type_:
        case Scalar(kind) if kind is float:
            return f"{v}.__class__ not in {source.use(_NUMBERS)} or not isfinite({v})"
        case Scalar(kind):
            return f"{v}.__class__ is not {source.use(kind)}"
        case Choice(values):
            first: object = values[0]
            of, choices = source.use(type(first)), source.use(values)
            return f"{v}.__class__ is not {of} or {v} not in {choices}"
        case Items(items):
            mismatch = _items_mismatch(items, v, source, sequence)
            return f"{v}.__class__ is not {sequence.__name__}{mismatch}"
        case Object():
            return f"{v}.__class__ is not dict"
        case Nested(model):
            return f"{v}.__class__ is not {source.use(model)}"
        case Tagged(members):
            return f"{v}.__class__ not in {source.use(tuple(member.model for member in members))}"
        case _:
            return ""


def _items_mismatch(items: Type, v: str, source: _Source, sequence: type) -> str:
    """Return a further condition for the items of a sequence, with its ``or``; may be empty."""
    match items:
        case Scalar(kind) if kind is float:
            kinds, more = frozenset(_NUMBERS), f" or not isfinite(sum({v}))"
        case Scalar(kind):
            kinds, more = frozenset((kind,)), ""
        case Nested(model):
            kinds, more = frozenset((model,)), ""
        case Tagged(members):
            kinds, more = frozenset(member.model for member in members), ""
        case Items():
            mismatch = _mismatch(items, "x", source, sequence)
            return f" or any({mismatch} for x in {v})"
        case _:
            return ""
    return f" or not {source.use(kinds)}.issuperset(map(type, {v})){more}"


def unstructurer(model: type[ModelBase], resolve: Resolve, *, for_text: bool = False) -> Function:
    """
    Generate the function from a model to a document.

    Parameters
    ----------
    model : type
        The class of the model.
    resolve : callable
        Returns the function for a type that this one calls.
    for_text : bool
        Whether the document is only encoded as text. It then has tuples instead of lists,
        which saves copies, and the function raises if ``extra`` is not JSON.

    Returns
    -------
    callable
    """
    writer = _Writer(model, resolve, for_text=for_text)
    writer.add(f"o = {writer.to_object(model, 'self')}")
    for key in keys(model):
        if not key.required:
            writer.add(f"v = {_attribute('self', key.field)}")
            item = f"o[{writer.value(key.name)}] = {writer.to_json(key.type, 'v')}"
            writer.add(item, under=writer.unless_absent(key, "v"))
    value = "v" if for_text else f"{writer.use(copied)}(v)"
    # A key of a field is in `extra` only as the same value written in another way.
    lines = [f"for k, v in self.extra.items(): o[k] = {value}"]
    if for_text:  # `extra` is not checked again when the text is encoded
        lines.insert(0, f"if any(not_json(self.extra)): {_UNSURE}")
    writer.add(*lines, under="if self.extra:")
    writer.add("return o")
    return writer.function()


class _Writer(_Source):
    """The source code of a function from a model to a document."""

    def __init__(self, model: type[ModelBase], resolve: Resolve, *, for_text: bool) -> None:
        super().__init__("unstructure", "self", model)
        self._resolve = resolve
        self._for_text = for_text

    def to_object(self, model: type[ModelBase], v: str) -> str:
        """Return the expression for an object with the required keys of a model."""
        items: list[str] = []
        for key in keys(model):
            if key.required:
                field = _attribute(v, key.field)
                value = self.to_json(key.type, field)
                if key.nullable:
                    value = f"None if {field} is None else {value}"
                items.append(f"{self.value(key.name)}: {value}")
        return f"{{{', '.join(items)}}}"

    def to_json(self, type_: Type, v: str) -> str:
        """Return the expression for the JSON value of a field."""
        match type_:
            case Items(Scalar()) | Items(Free()) if self._for_text:
                return v
            case Items(Scalar()):
                return f"[*{v}]"
            case Free() | Object(Free()) if not self._for_text:
                return f"{self.use(copied)}({v})"
            case Choice((value,)):
                return self.value(value)
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
        """Return the expression for the document of one of several models, or of a subclass."""
        functions = {model: self._resolve(model) for model in models}
        expression = f"{self.use(functions)}.get({v}.__class__, {self.use(self._of_subclass)})({v})"
        for model, function in reversed(functions.items()):  # so that the first is tested first
            is_exact = f"{v}.__class__ is {self.use(model)}"
            # A short one is inlined, which saves a function call.
            if _is_generated(function) and all(key.required for key in keys(model)):
                expression = (
                    f"{self.to_object(model, v)} if {is_exact} and not {v}.extra else {expression}"
                )
            elif len(models) == 1:
                expression = f"{self.use(function)}({v}) if {is_exact} else {expression}"
        return expression

    def _of_subclass(self, model: ModelBase) -> Any:
        return self._resolve(type(model))(model)


def _is_generated(function: Function) -> bool:
    """Return whether a function was generated here, and is not a user's hook."""
    return function.__module__ == __name__
