"""The JSON form of a metadata class: its keys, the types of their values, and their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import is_not
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Literal,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from .._json.values import is_list, is_object
from ..typing import JSON  # noqa: TC001 - annotations are evaluated
from .complete import complete, is_complete
from .fields import declaration
from .rule import MAX_NESTED, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..typing import Loc


_SEQUENCES: Final = (list, Sequence)
_DEEPEST: Final = 4 * MAX_NESTED  # a nested transformation has two steps
F = TypeVar("F", bound="Callable[..., Any]")


class ModelBase:
    """The interface of `Model` that the modules it is built on rely on."""

    __slots__ = ()

    spec_rules: ClassVar[tuple[Rule, ...]] = ()
    """The rules of the specification that the model's document has to follow."""
    whole_floats: ClassVar[bool] = True
    """Whether integers may be written as floats without a fraction, as JSON schemas have it."""

    __attrs_attrs__: ClassVar[Any]
    extra: Mapping[str, JSON]

    if TYPE_CHECKING:  # each class has a constructor that takes its fields

        def __init__(self, **fields: object) -> None: ...

    def passes_at_a_glance(self, /) -> bool:
        """
        Return whether a quick look shows that no rule is broken.

        True implies that every rule holds; after False, each rule is checked.
        """
        return False


def cached(function: F) -> F:
    """Cache the results of a function, as `functools.cache` does, and keep its type."""
    return cast("F", cache(function))


def plain(value: Any) -> Any:
    """
    Return a value of a subclass of ``str`` or ``int`` as a plain one; others unchanged.

    The names and values that classes of users declare become keys of documents and parts of
    generated source code: methods that a subclass overrides have no say there.
    """
    if issubclass(type(value), str):
        return str.__str__(value)
    if issubclass(type(value), int) and type(value) is not bool:
        return int.__index__(value)
    return value


class Free(NamedTuple):
    """Any JSON value."""


class Scalar(NamedTuple):
    """A string, an integer, a number or a boolean."""

    kind: type


class Choice(NamedTuple):
    """One of the given values."""

    values: tuple[Any, ...]


class Object(NamedTuple):
    """A JSON object with values of one type."""

    values: Type


class Items(NamedTuple):
    """A list of values of one type."""

    items: Type


class Nested(NamedTuple):
    """The document of another model."""

    model: type[ModelBase]


class Tagged(NamedTuple):
    """The document of one of several models, selected by its ``type`` and its keys."""

    members: tuple[Member, ...]


class Foreign(NamedTuple):
    """A type that only a cattrs converter can handle."""

    hint: Any


Type: TypeAlias = Free | Scalar | Choice | Object | Items | Nested | Tagged | Foreign


class Member(NamedTuple):
    """
    A model of a tagged union.

    Parameters
    ----------
    tag : str
        The value of ``type``.
    model : type
        The class of the model.
    own : str
        The key that tells it from the other models with the same ``type``.
    also : str, optional
        Another name of that key.
    missing : Rule, optional
        The rule that is broken if the key is missing.
    """

    tag: str
    model: type[ModelBase]
    own: str
    also: str | None
    missing: Rule | None


class Key(NamedTuple):
    """
    A key of a document, and the field of the model that holds its value.

    Parameters
    ----------
    field, name : str
        The name of the field, and of the key.
    argument : str
        The name of the constructor's parameter.
    also : str, optional
        Another key that is read if the document does not have the first.
    type : Type
        The type of the value.
    nullable : bool
        Whether the value may be an explicit null.
    required : bool
        Whether every document has the key.
    absent
        The field's value if the key is absent.
    missing, wrong : Rule, optional
        The rules that are broken if the key is missing, and if the value has another type.
    transitional : bool
        Whether a wrong value is only a warning when metadata is repaired.
    inside : mapping of str to Rule
        Rules to report instead of others within the value, by the ids of the others.
    warns_of_null : bool
        Whether the key may be absent, but should not be null.
    whole_floats : bool
        Whether the value is an integer, or a list of them, that may be written as a float
        without a fraction.
    """

    field: str
    name: str
    argument: str
    also: str | None
    type: Type
    nullable: bool
    required: bool
    absent: Any
    missing: Rule | None
    wrong: Rule | None
    transitional: bool
    inside: Mapping[str, Rule]
    warns_of_null: bool
    whole_floats: bool

    @property
    def loose(self) -> bool:
        """Whether a value of another type is kept as it was read."""
        return self.wrong is not None and self.wrong.severity == "warning"

    def means_absent(self, value: object) -> bool:
        """Whether a value means the same as an absent key, and so is kept in ``extra``."""
        is_null = value is None and not self.nullable
        return not self.required and (is_null or same(value, self.absent))

    def with_integers(self, value: Any) -> Any:
        """Return a value with the integers that are written as floats; itself without any."""
        if not self.whole_floats:
            return value
        if is_list(value):
            integers = [_integer(item) for item in value]
            return integers if any(map(is_not, integers, value)) else value
        return _integer(value)


@cached
def keys(model: type[ModelBase]) -> tuple[Key, ...]:
    """Return the keys of the document of a model class."""
    if not is_complete(model):
        complete(model)
    hints = get_type_hints(model)
    return tuple(
        _key(attribute, _resolved(hints[attribute.name], model), model)
        for attribute in attrs.fields(model)
        if attribute.init and attribute.name != "extra" and not declaration(attribute).aside
    )


@cached
def fields_aside(model: type[ModelBase]) -> dict[str, Any]:
    """Return the fields that are not part of the document, with their defaults."""
    return {
        attribute.name: attribute.default
        for attribute in attrs.fields(model)
        if declaration(attribute).aside
    }


def _resolved(hint: Any, model: type) -> Any:
    """Replace a type variable with the type that the class binds it to in its bases."""
    for cls in model.__mro__:
        for base in vars(cls).get("__orig_bases__", ()):
            variables = getattr(get_origin(base), "__parameters__", ())
            if hint in variables:
                return _resolved(get_args(base)[variables.index(hint)], model)
    return hint


def _key(attribute: attrs.Attribute[Any], hint: Any, model: type[ModelBase]) -> Key:
    declared = declaration(attribute)
    type_, optional = (Free(), True) if declared.free else type_of(hint)
    required = _is_required(attribute)
    return Key(
        field=plain(attribute.name),
        name=plain(attribute.name if declared.name is None else declared.name),
        argument=plain(attribute.alias or attribute.name),
        also=plain(declared.also),
        type=type_,
        nullable=isinstance(type_, Free) or optional,
        required=required,
        absent=_default(attribute) if declared.absent is attrs.NOTHING else declared.absent,
        missing=declared.missing,
        wrong=declared.wrong,
        transitional=declared.transitional,
        inside=declared.inside,
        warns_of_null=not (required or declared.nullable or isinstance(type_, Free)),
        whole_floats=model.whole_floats and _has_integers(type_),
    )


def _has_integers(type_: Type) -> bool:
    match type_:
        case Scalar(kind):
            return kind is int
        case Choice(values):
            return any(type(value) is int for value in values)
        case Items(Scalar(kind)):
            return kind is int
        case _:
            return False


def _integer(value: object) -> object:
    return int(value) if type(value) is float and value.is_integer() else value


def _is_required(attribute: attrs.Attribute[Any]) -> bool:
    return bool(declaration(attribute).required) or attribute.default is attrs.NOTHING


def _default(attribute: attrs.Attribute[Any]) -> Any:
    default: Any = attribute.default
    if hasattr(default, "takes_self"):  # a default that depends on the instance
        return attrs.NOTHING if default.takes_self else default.factory()
    return default


@cached
def holds_free_json(model: type[ModelBase]) -> bool:
    """Return whether documents of a model may hold free JSON other than in ``extra``."""
    return any(_is_free(key.type, {model}) for key in keys(model))


def _is_free(type_: Type, seen: set[Any]) -> bool:
    match type_:
        case Items(items) | Object(items):
            return _is_free(items, seen)
        case Nested() | Tagged():
            models = set(models_of(type_)) - seen
            seen |= models
            return any(_is_free(key.type, seen) for model in models for key in keys(model))
        case _:
            return isinstance(type_, Free | Foreign)


def models_of(type_: Type) -> tuple[type[ModelBase], ...]:
    """Return the model classes that values of a type are instances of, or contain."""
    match type_:
        case Items(inner) | Object(inner):
            return models_of(inner)
        case Nested(model):
            return (model,)
        case Tagged(members):
            return tuple(member.model for member in members)
        case _:
            return ()


def nulls(type_: Type, value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Key]]:
    """Yield the place of each null in a document that means an absent key, and the key."""
    match type_:
        case Items(items) if is_list(value):
            for i, item in enumerate(value):
                yield from nulls(items, item, (*loc, i))
        case Tagged(members) if is_object(value) and len(loc) < _DEEPEST:
            for member in members:
                if value.get("type") == member.tag and value.get(member.own) is not None:
                    yield from nulls(Nested(member.model), value, loc)
        case Nested(model) if is_object(value):
            for key in keys(model):
                item = value.get(key.name)
                if item is None and key.name in value and not key.required:
                    yield (*loc, key.name), key
                yield from nulls(key.type, item, (*loc, key.name))
        case _:
            return


def with_keys(type_: Type, value: Any, depth: int = 0) -> Any:
    """
    Return a value whose objects have the keys of the document, not the names of fields.

    Nulls in the place of absent keys are left out, as from what a program makes.
    """
    match type_:
        case Items(items) if is_list(value) and models_of(items):
            return [with_keys(items, item, depth) for item in value]
        case Tagged(members) if is_object(value) and depth < _DEEPEST:
            for member in members:
                if value.get("type") == member.tag and value.get(member.own) is not None:
                    return with_keys(Nested(member.model), value, depth)
            return value
        case Nested(model) if is_object(value):
            fields = {key.field: key for key in keys(model)}
            fields |= {key.name: key for key in keys(model)}
            known = {name: fields[name] for name in value if name in fields}
            renamed = {
                key.name: with_keys(key.type, value[name], depth + 1)
                for name, key in known.items()
                if key.required or value[name] is not None
            }
            return {name: item for name, item in value.items() if name not in known} | renamed
        case _:
            return value


def same(first: object, second: object) -> bool:
    """Return whether two values are the same JSON: ``1`` is neither ``1.0`` nor ``true``."""
    return type(first) is type(second) and first == second


def is_model(hint: Any) -> bool:
    """Return whether a type is a model class."""
    return isinstance(hint, type) and issubclass(hint, ModelBase) and attrs.has(hint)


def is_ours(model: type[ModelBase]) -> bool:
    """
    Return whether a model class is defined in this package.

    Its constructor then only converts and checks values, and may be skipped for JSON values.
    """
    return model.__module__.startswith(f"{__name__.partition('.')[0]}.")


def is_tagged_union(hint: Any) -> bool:
    """Return whether a type is a union of model classes that have a ``type`` key."""
    members = [member for member in get_args(hint) if member is not NoneType]
    return (
        get_origin(hint) in (Union, UnionType)
        and len(members) > 1
        and all(is_model(member) and isinstance(_tag(member), str) for member in members)
    )


@cached
def type_of(hint: Any) -> tuple[Type, bool]:
    """Return the JSON type of an annotation, and whether it allows None."""
    origin, arguments = get_origin(hint), get_args(hint)
    type_: Type = Foreign(hint)
    if origin in (Union, UnionType) and NoneType in arguments:
        rest = tuple(argument for argument in arguments if argument is not NoneType)
        return type_of(Union[rest])[0], True  # noqa: UP007 - `|` cannot unpack a tuple
    if hint is Any:
        type_ = Free()
    elif any(hint is kind for kind in (str, int, float, bool)):  # `==` may be a user's
        type_ = Scalar(hint)
    elif origin is Literal:
        type_ = Choice(tuple(map(plain, arguments)))
    elif (origin is tuple and arguments[1:] == (...,)) or origin in _SEQUENCES:
        type_ = Items(type_of(arguments[0])[0])
    elif origin is Mapping:
        type_ = Object(type_of(arguments[1])[0])
    elif is_model(hint):
        type_ = Nested(hint)
    elif is_tagged_union(hint):
        type_ = tagged(hint)
    return type_, hint is Any


def tagged(union: Any) -> Tagged:
    """Return the JSON type of a union of model classes."""
    return Tagged(tuple(_member(model) for model in get_args(union) if model is not NoneType))


def _member(model: type[ModelBase]) -> Member:
    # `keys` cannot be used: it needs the types of the fields, and one may be this union.
    own = [field for field in attrs.fields(model) if field.init and _is_required(field)][-1]
    declared = declaration(own)
    name = own.name if declared.name is None else declared.name
    return Member(_tag(model), model, plain(name), plain(declared.also), declared.missing)


def _tag(model: type[ModelBase]) -> Any:
    return plain(getattr(attrs.fields_dict(model).get("type"), "default", None))
