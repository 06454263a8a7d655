"""
Classes of users that declare their fields by annotations alone, as pydantic's models do.

They become classes of attrs when they are first used: when a class is created, nothing tells
whether a decorator of attrs follows.
"""

from __future__ import annotations

from inspect import get_annotations
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import attrs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .rule import Finding, Rule


def is_complete(model: type) -> bool:
    """Return whether attrs knows all fields of a class."""
    return "__attrs_attrs__" in vars(model) or not get_annotations(model)


def complete(model: type[Any]) -> None:
    """
    Make a class of a user that only annotates its fields a class of attrs.

    A field of the base class that is annotated anew keeps the key of the document. The rules
    for fields that are annotated with pydantic's ``SkipValidation`` are not checked.
    """
    inherited = {attribute.name: attribute for attribute in attrs.fields(model)}

    def as_inherited(_: type, attributes: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        return [
            attribute.evolve(metadata=base.metadata, converter=base.converter, alias=base.alias)
            if (base := inherited.get(attribute.name)) and not attribute.metadata
            else attribute
            for attribute in attributes
        ]

    hints = get_type_hints(model, include_extras=True)
    unchecked = {name for name, hint in hints.items() if _is_unchecked(hint)}
    decorate = attrs.frozen(
        kw_only=True,
        repr=False,
        slots=False,
        field_transformer=as_inherited,
        getstate_setstate=True,  # else copies have only the fields of the base class
    )
    decorate(model)
    for name in inherited.keys() & get_annotations(model):
        setattr(model, name, None)  # hides the slot of the base class from the instances
    if unchecked:
        model.spec_rules = tuple(_except_for(rule, unchecked) for rule in model.spec_rules)


def _is_unchecked(hint: Any) -> bool:
    named = [each if isinstance(each, type) else type(each) for each in get_args(hint)[1:]]
    return any(each.__name__ == "SkipValidation" for each in named)


def _except_for(rule: Rule, names: Collection[str]) -> Rule:
    """Return a rule that does not look at some fields."""

    def check(part: Any) -> Iterator[Finding]:
        return (each for each in rule.findings(part) if not each.loc or each.loc[0] not in names)

    return attrs.evolve(rule, check=check, schema=None)
