"""What a class looks like in JSON: its keys, the types of their values, and the rules on them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
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

from ..typing import JSON  # noqa: TC001 - annotations are evaluated
from .fields import declaration
from .rule import Rule  # noqa: TC001 - the annotations of models are looked at

if TYPE_CHECKING:
    from collections.abc import Callable


F = TypeVar("F", bound="Callable[..., Any]")


class ModelBase:
    """What the modules below `Model` know of it, and tell it by."""

    __slots__ = ()

    spec_rules: ClassVar[tuple[Rule, ...]] = ()
    """The rules of the specification that the document of a model keeps."""

    __attrs_attrs__: ClassVar[Any]
    extra: Mapping[str, JSON]

    if TYPE_CHECKING:  # the constructors take the fields of each class

        def __init__(self, **fields: Any) -> None: ...

    def passes_at_a_glance(self, /) -> bool:
        """
        Return whether a quick look shows that no rule is broken.

        True must imply that; False means only that each rule has to be checked.
        """
        return False


def cached(function: F) -> F:
    """Return a function that remembers its results, and has the type of the other."""
    return cast("F", cache(function))


class Free(NamedTuple):
    """Any JSON value."""


class Scalar(NamedTuple):
    """A string, an integer, a number or a boolean."""

    kind: type


class Choice(NamedTuple):
    """One of some values."""

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
    """The document of one of some models, which its ``type`` and its keys tell apart."""

    members: tuple[Member, ...]


class Foreign(NamedTuple):
    """A type that is none of ours, for a converter that knows it."""

    hint: Any


Type: TypeAlias = Free | Scalar | Choice | Object | Items | Nested | Tagged | Foreign


class Member(NamedTuple):
    """
    A model of a tagged union: its ``type``, and the key that only it has.

    ``also`` is another name of the key, and ``missing`` the rule that it is there.
    """

    tag: str
    model: type[ModelBase]
    own: str
    also: str | None
    missing: Rule | None


class Key(NamedTuple):
    """
    A key of a document, and the field of the model that stands for it.

    Parameters
    ----------
    field, name : str
        The name of the field, and of the key.
    argument : str
        What the constructor calls the field.
    also : str, optional
        Another key under which the value is read.
    type : Type
        The type of the values.
    nullable : bool
        Whether the value may be an explicit null.
    required : bool
        Whether the key is in every document.
    absent
        What the field is when the key is absent.
    missing, wrong : Rule, optional
        The rules that a missing key and a value of another type break.
    transitional : bool
        Whether a reader that repairs reads the rest when the value is wrong.
    inside : mapping of str to Rule
        Rules by the slugs of those whose place they take in the value.
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

    @property
    def loose(self) -> bool:
        """Whether a value of another type is kept as it is found."""
        return self.wrong is not None and self.wrong.severity == "warning"

    def is_unsaid_by(self, value: object) -> bool:
        """Whether a value says no more than that the key is absent."""
        return not self.required and same(value, self.absent)


@cached
def keys(model: type[ModelBase]) -> tuple[Key, ...]:
    """Return the keys of a model's document."""
    hints = get_type_hints(model)
    return tuple(
        _key(attribute, _resolved(hints[attribute.name], model))
        for attribute in attrs.fields(model)
        if attribute.init and attribute.name != "extra" and not declaration(attribute).aside
    )


@cached
def fields_aside(model: type[ModelBase]) -> dict[str, Any]:
    """Return the fields of a model that are in no document, with their defaults."""
    return {
        attribute.name: attribute.default
        for attribute in attrs.fields(model)
        if declaration(attribute).aside
    }


def _resolved(hint: Any, model: type) -> Any:
    """Return what an annotation means in a class that binds the type variables of its bases."""
    for cls in model.__mro__:
        for base in vars(cls).get("__orig_bases__", ()):
            variables = getattr(get_origin(base), "__parameters__", ())
            if hint in variables:
                return _resolved(get_args(base)[variables.index(hint)], model)
    return hint


def _key(attribute: attrs.Attribute[Any], hint: Any) -> Key:
    declared = declaration(attribute)
    type_, optional = (Free(), True) if declared.free else type_of(hint)
    required = _is_required(attribute)
    loose = declared.wrong is None or declared.wrong.severity == "warning"
    return Key(
        field=attribute.name,
        name=declared.name or attribute.name,
        argument=attribute.alias or attribute.name,
        also=declared.also,
        type=type_,
        nullable=isinstance(type_, Free) or (optional and (required or loose or declared.nullable)),
        required=required,
        absent=_default(attribute) if declared.absent is attrs.NOTHING else declared.absent,
        missing=declared.missing,
        wrong=declared.wrong,
        transitional=declared.transitional,
        inside=declared.inside,
    )


def _is_required(attribute: attrs.Attribute[Any]) -> bool:
    return declaration(attribute).required or attribute.default is attrs.NOTHING


def _default(attribute: attrs.Attribute[Any]) -> Any:
    default: Any = attribute.default
    if hasattr(default, "takes_self"):  # one that looks at the object is never what is absent
        return attrs.NOTHING if default.takes_self else default.factory()
    return default


@cached
def holds_free_json(model: type[ModelBase]) -> bool:
    """Return whether documents of a model may hold any JSON, beside what is in ``extra``."""
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
    """Return the models that the values of a type are, or hold."""
    match type_:
        case Items(inner) | Object(inner):
            return models_of(inner)
        case Nested(model):
            return (model,)
        case Tagged(members):
            return tuple(member.model for member in members)
        case _:
            return ()


def same(value: object, other: object) -> bool:
    """Return whether two values are the same JSON: ``1`` is neither ``1.0`` nor ``true``."""
    return type(value) is type(other) and value == other


def is_model(hint: Any) -> bool:
    """Return whether a type is a model."""
    return isinstance(hint, type) and issubclass(hint, ModelBase) and attrs.has(hint)


def is_ours(model: type[ModelBase]) -> bool:
    """
    Return whether a model is one of this package.

    Its constructor then does nothing but to convert what JSON does not have, and to check.
    """
    return model.__module__.startswith(f"{__name__.partition('.')[0]}.")


def is_tagged_union(hint: Any) -> bool:
    """Return whether a type is a union of models that their ``type`` tells apart."""
    members = [member for member in get_args(hint) if member is not NoneType]
    return (
        get_origin(hint) in (Union, UnionType)
        and len(members) > 1
        and all(is_model(member) and isinstance(_tag(member), str) for member in members)
    )


@cached
def type_of(hint: Any) -> tuple[Type, bool]:
    """Return the type that an annotation means, and whether it allows None."""
    origin, arguments = get_origin(hint), get_args(hint)
    found: Type = Foreign(hint)
    if origin in (Union, UnionType) and NoneType in arguments:
        rest = tuple(argument for argument in arguments if argument is not NoneType)
        return type_of(Union[rest])[0], True  # noqa: UP007 - of a tuple
    if hint is Any:
        found = Free()
    elif hint in (str, int, float, bool):
        found = Scalar(hint)
    elif origin is Literal:
        found = Choice(arguments)
    elif origin is tuple and arguments[1:] == (...,):
        found = Items(type_of(arguments[0])[0])
    elif origin is Mapping:
        found = Object(type_of(arguments[1])[0])
    elif is_model(hint):
        found = Nested(hint)
    elif is_tagged_union(hint):
        found = tagged(hint)
    return found, hint is Any


def tagged(union: Any) -> Tagged:
    """Return the type that a union of models means."""
    return Tagged(tuple(_member(model) for model in get_args(union) if model is not NoneType))


def _member(model: type[ModelBase]) -> Member:
    # Not of `keys`, which need the types: those of a union's members may be the union.
    own = [each for each in attrs.fields(model) if each.init and _is_required(each)][-1]
    declared = declaration(own)
    return Member(_tag(model), model, declared.name or own.name, declared.also, declared.missing)


def _tag(model: type[ModelBase]) -> Any:
    return getattr(attrs.fields_dict(model).get("type"), "default", None)
