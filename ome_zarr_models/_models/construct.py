"""
Create a model of arguments that its generated constructor did not take.

Keywords that are not fields become keys of ``extra``, as in ome-zarr-models.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from .._json.text import closest
from .complete import complete, is_complete
from .explain import MIN_SIMILARITY, normalized
from .types import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .types import ModelBase


def construct(
    self: ModelBase,
    init: Callable[..., None],
    arguments: tuple[Any, ...],
    values: Mapping[str, Any],
) -> None:
    """
    Initialize a model with arguments that its generated constructor did not take.

    Raises
    ------
    TypeError
        If a keyword is similar to the name of a field, or given twice, or a value is missing.
        For a missing value, programs that use pydantic get its own error, which those that
        were written for ome-zarr-models catch.
    """
    model = type(self)
    if not is_complete(model):
        complete(model)
        model.__init__(self, *arguments, **values)
        return
    known = _known(model, values)
    if "pydantic_core" in sys.modules and not arguments:
        refuse_missing(model, known)
    init(self, *arguments, **known)


def refuse_missing(model: type[ModelBase], values: Mapping[str, Any]) -> None:
    """Raise the error of pydantic if a constructor needs a value that is not given."""
    missing = [
        attribute.name
        for attribute in attrs.fields(model)
        if attribute.default is attrs.NOTHING and (attribute.alias or attribute.name) not in values
    ]
    if missing:
        from .pydantic_schema import missing_error  # pydantic is loaded

        raise missing_error(model, missing, values)


def _known(model: type[ModelBase], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by the parameters of the constructor; the others are in ``extra``."""
    attributes = [attribute for attribute in attrs.fields(model) if attribute.init]
    parameters = {plain: plain for plain in (each.alias or each.name for each in attributes)}
    parameters |= {key.name: key.argument for key in keys(model)}
    given: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    similar = {normalized(name): name for name in parameters}
    for name, value in values.items():
        if name in parameters:
            if parameters[name] in given:
                msg = f"{model.__name__}() got {name!r} under two names"
                raise TypeError(msg)
            given[parameters[name]] = value
        elif close := closest(normalized(name), similar, MIN_SIMILARITY):
            hint = f"did you mean {similar[close]!r}? Other keys are passed in 'extra'"
            msg = f"{model.__name__}() got an unexpected keyword argument {name!r}: {hint}"
            raise TypeError(msg)
        else:
            extra[name] = value
    if extra:
        given["extra"] = {**extra, **given.get("extra", {})}
    return given
