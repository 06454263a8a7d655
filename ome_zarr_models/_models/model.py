"""The base of every metadata class."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, ClassVar, Final, SupportsFloat, SupportsIndex, cast

from attrs import Attribute, field, fields, frozen

from .._json.values import JSON, is_object
from .fields import key
from .rule import Rule  # noqa: TC001 - the annotations of models are looked at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .generate import Function

__all__ = ["JSON", "Model", "integer", "integers", "items", "key", "number", "numbers", "rows"]

_CHECKERS: dict[type, Function] = {}
_NO_SEQUENCES: Final[tuple[type, ...]] = (str, bytes, Mapping, AbstractSet)


def _copied(extra: Any) -> Any:
    """Return a copy of an object, so that nobody else changes it; what is none stays."""
    return {**extra} if is_object(extra) else extra


@frozen(kw_only=True, repr=False)
class Model:
    """
    A part of the metadata: a JSON object whose keys are fields.

    A model that exists is valid, as far as its own document goes: the constructor checks
    the types of its values and the rules of the specification.

    Parameters
    ----------
    extra : mapping of str to JSON, optional
        What the document says beyond the fields: keys that the specification does not
        know, and explicit nulls. It is written as it was read.

    Raises
    ------
    ValidationError
        If the specification does not allow the values; it names every problem.
    """

    __rules__: ClassVar[tuple[Rule, ...]] = ()
    #: What rules of parts are called here, where that is not their own slug.
    __called__: ClassVar[Mapping[str, str]] = {}

    extra: Mapping[str, JSON] = field(factory=dict[str, JSON], converter=_copied, hash=False)

    def __attrs_post_init__(self) -> None:
        model = type(self)
        check = _CHECKERS.get(model)
        if check is None:
            # Written when the first model is made: not every import makes one.
            from .generate import checker

            check = _CHECKERS[model] = checker(model)
        try:
            check(self)
        except Exception:  # noqa: BLE001 - whatever is not plainly right is looked at closely
            _settle(self)

    def __usual__(self) -> bool:
        """Return whether a glance tells that no rule is broken; else each is asked."""
        return False

    def __repr__(self) -> str:
        said = {
            attribute.alias or attribute.name: value
            for attribute in fields(type(self))
            if (value := getattr(self, attribute.name)) != _default(attribute, self)
        }
        arguments = ", ".join(f"{name}={said[name]!r}" for name in sorted(said, key="extra".__eq__))
        return f"{type(self).__name__}({arguments})"


def _default(attribute: Attribute[Any], model: Model) -> Any:
    default: Any = attribute.default
    if not hasattr(default, "factory"):
        return default
    return default.factory(model) if default.takes_self else default.factory()


def _settle(model: Model) -> None:
    """Make the fields what a document's would be, or raise for all that is wrong with them."""
    from ..exceptions import ValidationError
    from .explain import Diagnosis  # only when something may be wrong

    diagnosis = Diagnosis()
    read = diagnosis.read_fields(model)
    if diagnosis.errors:
        raise ValidationError(tuple(diagnosis.problems)) from None
    for attribute in fields(type(model)):
        object.__setattr__(model, attribute.name, getattr(read, attribute.name))


def number(value: SupportsFloat) -> float:
    """Return a number as Python has it, where it is one of numpy's."""
    plain: float = _plain(value)
    return plain


def integer(value: SupportsIndex) -> int:
    """Return an integer as Python has it, where it is one of numpy's."""
    plain: int = _plain(value)
    return plain


def numbers(values: Iterable[SupportsFloat]) -> tuple[float, ...]:
    """Return numbers, an array of numpy for example, as a tuple of Python's."""
    plain: tuple[float, ...] = _listed(values, _plain)
    return plain


def rows(values: Iterable[Iterable[SupportsFloat]]) -> tuple[tuple[float, ...], ...]:
    """Return a matrix, an array of numpy for example, as a tuple of tuples."""
    plain: tuple[tuple[float, ...], ...] = _listed(values, numbers)
    return plain


def integers(values: Iterable[SupportsIndex]) -> tuple[int, ...]:
    """Return integers, an array of numpy for example, as a tuple of Python's."""
    plain: tuple[int, ...] = _listed(values, _plain)
    return plain


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") and not getattr(value, "ndim", 0) else value


def _listed(values: Any, each: Callable[[Any], Any] | None = None) -> Any:
    """Return a sequence as a tuple; what is none stays, and is reported by who checks it."""
    try:
        if not isinstance(values, _NO_SEQUENCES):
            return tuple(map(each, values)) if each else tuple(values)
    except TypeError:
        pass
    return cast("Any", values)


if TYPE_CHECKING:
    from builtins import tuple as items  # what type checkers understand as a converter
else:

    class items:  # noqa: N801 - it is used like `tuple`
        """``items[T, ...]`` is a converter to ``tuple[T, ...]``."""

        def __class_getitem__(cls, _: object) -> Callable[[Any], Any]:
            return _listed
