"""
Recommendations of the specification that a model does not follow.

They become warnings, and are looked for only when a report is made.
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
    """The recommendations for a model class: on its own keys, its nested models and its rules."""

    recommended: tuple[Key, ...]
    loose: tuple[Key, ...]
    optional: tuple[Key, ...]
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
        optional=tuple(key for key in shape if key.warns_of_null),
        nested=tuple(key for key in shape if _has_advice(key.type, {model})),
        rules=tuple(rule for rule in model.spec_rules if rule.severity == "warning"),
    )


def _has_advice(type_: Type, seen: set[Any]) -> bool:
    """Return whether there are recommendations for the models that a type contains."""
    models = set(models_of(type_)) - seen
    seen |= models  # before the recursion: models may contain each other
    return any(
        any(rule.severity == "warning" for rule in model.spec_rules)
        or any(
            key.warns_of_null
            or key.loose
            or (key.missing is not None and key.missing.severity == "warning")
            or _has_advice(key.type, seen)
            for key in keys(model)
        )
        for model in models
    )


def advise(model: ModelBase, loc: Loc = ()) -> list[Problem]:
    """
    Return a warning for each recommendation that a model does not follow.

    Parameters
    ----------
    model : Model
        A model; values that could not be read may be `UNREAD`.
    loc : tuple of str and int
        The location of the model in its document.

    Returns
    -------
    list of Problem
    """
    problems: list[Problem] = []
    known: Any = type(model)
    try:
        _adviser(known)(model, loc, problems)
    except (Undecidable, KeyError):  # a value in it could not be read
        return advise_closely(model, loc)
    return problems


def advise_closely(model: ModelBase, loc: Loc = ()) -> list[Problem]:
    """Return what `advise` returns, without the generated function: values may be `UNREAD`."""
    problems = [*_own_advice(model, loc)]
    for key in _plan(type(model)).nested:
        for place, nested in _nested_models(key, getattr(model, key.field)):
            problems += advise(nested, (*loc, *place))
    return problems


@cache
def _adviser(model: Any) -> Adviser:
    plan = _plan(model)
    return adviser(model, _add_own_advice, plan.nested, plan.rules, _advisers)


_advisers = Acyclic(_adviser)


def _add_own_advice(model: ModelBase, loc: Loc, problems: list[Problem]) -> None:
    problems += _own_advice(model, loc)


def _own_advice(model: ModelBase, loc: Loc) -> Iterator[Problem]:
    """Yield the warnings for a model itself, without those for nested models."""
    plan = _plan(type(model))
    for key in plan.recommended:
        if getattr(model, key.field) is None and key.name not in model.extra:
            yield _warning(key.missing, (*loc, key.name), "recommended, but missing")
    for key in plan.loose:
        value = getattr(model, key.field)
        if (value is not None or key.required) and value is not UNREAD:
            message = mismatch(key.type, value)
            if message:
                yield _warning(key.wrong, (*loc, key.name), message)
    for key in plan.optional:
        if model.extra.get(key.name, UNREAD) is None:
            yield _warning(key.wrong, (*loc, key.name), "expected a value or no key, got null")
    for rule in plan.rules:
        for finding in rule.findings(model):
            yield _warning(finding.rule or rule.slug, (*loc, *finding.loc), finding.message)


def _nested_models(key: Key, value: Any) -> Iterator[tuple[Loc, ModelBase]]:
    """Yield the models in a field that could be read, with their locations."""
    if value is None or value is UNREAD:
        return
    if isinstance(key.type, Items):
        for i, item in intact(value):
            yield (key.name, i), item
    else:
        yield (key.name,), value


def _warning(rule: Rule | str | None, loc: Loc, message: str) -> Problem:
    slug = rule if isinstance(rule, str) else rule.slug if rule else "type"
    return Problem(slug, "warning", "", loc, message)
