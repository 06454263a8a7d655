"""
Create a model of arguments that its generated constructor did not take.

Keywords that are not fields become keys of ``extra``, as in ome-zarr-models.
"""

from __future__ import annotations

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
    """
    model = type(self)
    if not is_complete(model):
        complete(model)
        model.__init__(self, *arguments, **values)
    else:
        init(self, *arguments, **_known(model, values))


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
