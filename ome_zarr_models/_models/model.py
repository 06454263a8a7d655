"""The base class of all metadata classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from attrs import Attribute, field, fields, frozen

from .._json.values import copied
from ..typing import JSON
from .complete import is_complete
from .pydantic_names import PydanticNames
from .types import ModelBase, is_ours

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature

    from .generate import Function


_CHECKERS: dict[type, Function] = {}


class _ExtraLast:
    """The signature of a class, whose fields come before ``extra``."""

    def __get__(self, _: object, cls: type[Any]) -> Signature:
        from inspect import signature  # nothing asks for it on an import

        own = signature(cls.__init__)
        _, *parameters = own.parameters.values()
        parameters.sort(key=lambda parameter: parameter.name == "extra")
        return own.replace(parameters=parameters)


class _Constructible(ModelBase):
    """The constructors of models: they also take unknown keywords, at run time."""

    __slots__ = ()

    __signature__ = _ExtraLast()

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        if "__attrs_init__" not in vars(cls):  # else the class has a constructor of its own
            _set_constructor(cls, _first_constructor(cls, cls.__init__))


def _first_constructor(cls: type[ModelBase], plain: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor of a class; that of our own is replaced when it is called."""

    def slow(self: Model, values: Mapping[str, Any], arguments: tuple[Any, ...] = ()) -> None:
        try:
            plain(self, *arguments, **values)
        except TypeError:
            pass
        else:
            return
        from .construct import construct  # only needed for unknown keywords

        construct(self, plain, arguments, values)

    @wraps(plain)
    def construct_first(self: Model, *arguments: Any, **values: Any) -> None:
        if is_ours(cls):
            from .generate import constructor  # not every program creates an instance

            generated = constructor(cls, _checker(cls), slow, _check_closely)
            _set_constructor(cls, wraps(plain)(generated))
        slow(self, values, arguments)

    return construct_first


def _checker(cls: type[ModelBase]) -> Function:
    """Return the function that checks an instance of a class, generated for the first one."""
    from .generate import checker  # not every program creates an instance

    return _CHECKERS.setdefault(cls, checker(cls))


def _set_constructor(cls: type, init: Callable[..., None]) -> None:
    setattr(cls, "__init__", init)  # noqa: B010 - type checkers allow it so


def _as_extra(values: Mapping[str, JSON]) -> Mapping[str, JSON]:
    extra: Mapping[str, JSON] = copied(values)
    return extra


@frozen(kw_only=True, repr=False)
class Model(PydanticNames, _Constructible):
    """
    A JSON object of the metadata, whose keys are the fields of the class.

    Instances are immutable and valid: the constructor checks the types of the values and the
    rules of the specification for the object itself.

    Parameters
    ----------
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields: those that the specification does not
        define, and explicit nulls. They are written as they were read.

    Raises
    ------
    ValidationError
        If the values break rules of the specification; it carries every problem.
    """

    extra: Mapping[str, JSON] = field(factory=dict[str, JSON], converter=_as_extra, hash=False)

    def __attrs_post_init__(self) -> None:
        model = type(self)
        check = _CHECKERS.get(model)
        if check is None:
            if not is_complete(model):
                raise TypeError  # to the constructor, which completes it
            check = _checker(model)
        try:
            check(self)
        except Exception:  # noqa: BLE001 - the detailed pass decides
            _check_closely(self)

    def __repr__(self) -> str:
        values = {
            attribute.alias or attribute.name: value
            for attribute in fields(type(self))
            if (value := getattr(self, attribute.name)) != default_of(attribute, self)
        }
        names = sorted(values, key="extra".__eq__)
        arguments = ", ".join(f"{name}={values[name]!r}" for name in names)
        return f"{type(self).__name__}({arguments})"


def default_of(attribute: Attribute[Any], instance: object) -> Any:
    """Return the default of a field of an instance."""
    default: Any = attribute.default
    if not hasattr(default, "factory"):
        return default
    return default.factory(instance) if default.takes_self else default.factory()


def _check_closely(model: Model) -> None:
    """Convert the fields to what reading a document gives; raise with every problem if invalid."""
    from ..exceptions import ValidationError
    from .explain import Explainer  # only needed for values that may be wrong

    explainer = Explainer()
    read = explainer.read_fields(model)
    if explainer.errors:
        raise ValidationError(tuple(explainer.problems)) from None
    for attribute in fields(type(model)):
        object.__setattr__(model, attribute.name, getattr(read, attribute.name))
