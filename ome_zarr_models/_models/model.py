"""The base of every metadata class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import Attribute, field, fields, frozen

from .._json.values import is_object
from ..typing import JSON
from .types import ModelBase

if TYPE_CHECKING:
    from .generate import Function


_CHECKERS: dict[type, Function] = {}


def _copied(extra: Any) -> Any:
    """Return a copy of an object, so that nobody else changes it; what is none stays."""
    return {**extra} if is_object(extra) else extra


@frozen(kw_only=True, repr=False)
class Model(ModelBase):
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
        except Exception:  # noqa: BLE001 - whatever is not plainly right is explained
            _explain(self)

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


def _explain(model: Model) -> None:
    """Make the fields what a document's would be, or raise for all that is wrong with them."""
    from ..exceptions import ValidationError
    from .explain import Explainer  # only when something may be wrong

    diagnosis = Explainer()
    read = diagnosis.read_fields(model)
    if diagnosis.errors:
        raise ValidationError(tuple(diagnosis.problems)) from None
    for attribute in fields(type(model)):
        object.__setattr__(model, attribute.name, getattr(read, attribute.name))
