"""How pydantic validates, serializes and describes models in its own; only it imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema
from pydantic_core import ValidationError as PydanticError

from .._json.values import is_list, is_object
from ..exceptions import ValidationError
from .json_schema import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BASE: Final = "https://ome-zarr-models.invalid"
"""Identifies the schemas of classes: it leads nowhere, on purpose."""


def core_schema_of(model: type[Any]) -> core_schema.CoreSchema:
    """Return the schema by which pydantic validates and serializes a field of a class."""

    def validate(value: object) -> Any:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            raise _as_pydantic(model, value, error) from error

    def serialize(value: Any, info: core_schema.SerializationInfo) -> dict[str, Any]:
        dumped: dict[str, Any] = value.model_dump(
            by_alias=info.by_alias, exclude_none=info.exclude_none
        )
        return dumped

    serialization = core_schema.plain_serializer_function_ser_schema(serialize, info_arg=True)
    return core_schema.no_info_plain_validator_function(validate, serialization=serialization)


def _as_pydantic(model: type, value: object, error: ValidationError) -> PydanticError:
    """Return the problems as pydantic's: the rule as the type, at the place in the document."""
    custom: Any = PydanticCustomError  # whose arguments are literals for type checkers
    details = [
        InitErrorDetails(
            type=custom(problem.rule, "{message}", {"message": problem.message}),
            loc=problem.loc,
            input=value,
        )
        for problem in error.problems
    ]
    return PydanticError.from_exception_data(model.__name__, details)


def missing_error(model: type, names: Iterable[str], values: Mapping[str, Any]) -> PydanticError:
    """Return the error of pydantic for values that a constructor needs."""
    details = [InitErrorDetails(type="missing", loc=(name,), input=values) for name in names]
    return PydanticError.from_exception_data(model.__name__, details)


def nested_json_schema(model: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of a class as a part of another schema, with its definitions."""
    identity = f"{_BASE}/{model.__module__}.{model.__qualname__}"
    schema = _absolute(json_schema(model), identity)
    del schema["$schema"]
    return {"$id": identity, **schema}


def _absolute(schema: Any, identity: str) -> Any:
    """Return a schema whose references hold wherever it is; pydantic looks up relative ones."""
    if is_object(schema):
        return {
            name: identity + value if name == "$ref" else _absolute(value, identity)
            for name, value in schema.items()
        }
    return [_absolute(item, identity) for item in schema] if is_list(schema) else schema
