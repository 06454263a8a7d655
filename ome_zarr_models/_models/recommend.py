"""
What the specification recommends, and a model leaves out.

These are warnings: nobody looks for them who only asks for a model.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..exceptions import Problem
from .explain import mismatch
from .generate import Adviser, adviser
from .rule import UNREAD, Undecidable, intact
from .structure import Acyclic
from .types import Items, Key, cached, keys, models_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..typing import Loc
    from .rule import Rule
    from .types import ModelBase, Type


class _Plan(NamedTuple):
    """What to look at in the models of a class."""

    recommended: tuple[Key, ...]
    loose: tuple[Key, ...]
    nested: tuple[Key, ...]
    rules: tuple[Rule, ...]


@cached
def _plan(model: type[ModelBase]) -> _Plan:
    shape = keys(model)
    return _Plan(
        recommended=tuple(
            key for key in shape if key.missing is not None and key.missing.severity == "warning"
        ),
        loose=tuple(key for key in shape if key.loose),
        nested=tuple(key for key in shape if _says_more(key.type, {model})),
        rules=tuple(rule for rule in model.spec_rules if rule.severity == "warning"),
    )


def _says_more(type_: Type, seen: set[Any]) -> bool:
    """Return whether there is anything to look at in the models that a type is made of."""
    models = set(models_of(type_)) - seen
    seen |= models  # first, as models may be made of each other
    return any(
        any(rule.severity == "warning" for rule in model.spec_rules)
        or any(
            key.loose
            or (key.missing is not None and key.missing.severity == "warning")
            or _says_more(key.type, seen)
            for key in keys(model)
        )
        for model in models
    )


def advise(model: ModelBase, loc: Loc = ()) -> list[Problem]:
    """
    Return what a model should have and has not, as far as it could be read.

    Parameters
    ----------
    model : Model
        A model, which may have `UNREAD` for values.
    loc : tuple of str and int
        The place of the model in its document.
    """
    problems: list[Problem] = []
    known: Any = type(model)
    try:
        _adviser(known)(model, loc, problems)
    except (Undecidable, KeyError):  # something in it could not be read
        return advise_closely(model, loc)
    return problems


def advise_closely(model: ModelBase, loc: Loc = ()) -> list[Problem]:
    """Return what `advise` does of a model that may have `UNREAD` in it, part by part."""
    problems = [*_own(model, loc)]
    for key in _plan(type(model)).nested:
        for place, nested in _nested(key, getattr(model, key.field)):
            problems += advise(nested, (*loc, *place))
    return problems


@cache
def _adviser(model: Any) -> Adviser:
    plan = _plan(model)
    return adviser(model, _look, plan.nested, plan.rules, _advisers)


_advisers = Acyclic(_adviser)


def _look(model: ModelBase, loc: Loc, problems: list[Problem]) -> None:
    problems += _own(model, loc)


def _own(model: ModelBase, loc: Loc) -> Iterator[Problem]:
    """Yield what is advised on in a model, but not in the models that it is made of."""
    plan = _plan(type(model))
    for key in plan.recommended:
        if getattr(model, key.field) is None and key.name not in model.extra:
            yield _warning(key.missing, (*loc, key.name), "recommended, but missing")
    for key in plan.loose:
        value = getattr(model, key.field)
        is_said = value is not None or key.required or key.name in model.extra
        if is_said and value is not UNREAD:
            message = mismatch(key.type, value)
            if message:
                yield _warning(key.wrong, (*loc, key.name), message)
    for rule in plan.rules:
        for finding in rule.findings(model):
            yield _warning(rule, (*loc, *finding.loc), finding.message)


def _nested(key: Key, value: Any) -> Iterator[tuple[Loc, ModelBase]]:
    """Yield the models that a field holds, as far as they could be read."""
    if value is None or value is UNREAD:
        return
    if isinstance(key.type, Items):
        for i, item in intact(value):
            yield (key.name, i), item
    else:
        yield (key.name,), value


def _warning(rule: Rule | None, loc: Loc, message: str) -> Problem:
    return Problem(rule.slug if rule else "type", "warning", "", loc, message)
