"""JSON Schemas of models, from the types of their keys and the schemas of their rules."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .rule import of_key
from .types import Choice, Items, Nested, Object, Scalar, Tagged, is_model, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .types import Key, Member, ModelBase, Type


T = TypeVar("T")

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NAMES: Final[Mapping[type, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
}


def json_schema(cls: type) -> dict[str, Any]:
    """
    Return the JSON Schema of a metadata class.

    The schema accepts every document that `structure` accepts for the class. It rejects
    documents with missing keys, with values of other types, and those that break a rule
    that JSON Schema can express. Rules that relate values to each other, such as that axis
    names are unique or that a scale has a number for each axis, are checked only by
    `structure` and `validate`. Recommendations are not part of the schema. Each part that
    comes from a rule has the rule's id as its ``$comment``.

    Parameters
    ----------
    cls : type
        A metadata class, such as ``v04.image.ImageAttrs`` or
        ``v06.multiscales.Multiscale``.

    Returns
    -------
    dict
        The schema, in the dialect 2020-12. The schemas of nested classes are in ``$defs``.

    Raises
    ------
    TypeError
        If `cls` is not a metadata class, but that of a group or array, for example.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> schema = json_schema(Axis)
    >>> schema["title"], schema["required"]
    ('Axis', ['name'])
    """
    if not is_model(cls) or hasattr(cls, "to_flat"):
        kind = "the group or array class " if hasattr(cls, "to_flat") else ""
        msg = f"expected a metadata class, such as v05.image.ImageAttrs, got {kind}{cls!r}"
        raise TypeError(msg)
    return _Writer(cls).write()


class _Writer:
    """Write the schema of a model, with one definition for each nested model."""

    def __init__(self, model: type[ModelBase]) -> None:
        self._model = model
        self._definitions: dict[str, dict[str, Any]] = {}
        self._references: dict[Any, str] = {model: "#"}

    def write(self) -> dict[str, Any]:
        """Return the schema of the model."""
        schema = {"$schema": _DIALECT, "title": self._model.__name__, **self._object(self._model)}
        return {**schema, "$defs": self._definitions} if self._definitions else schema

    def _object(self, model: type[ModelBase]) -> dict[str, Any]:
        shape = keys(model)
        required = [key.name for key in shape if key.required and key.also is None]
        parts = [self._under_either_name(key, key.also) for key in shape if key.also is not None]
        parts += [
            {"$comment": rule.slug, "description": rule.text, **deepcopy({**rule.schema})}
            for rule in model.spec_rules
            if rule.schema is not None and rule.severity == "error"
        ]
        return {
            **_described(model),
            "type": "object",
            "properties": {key.name: self._value(key) for key in shape},
            **({"required": required} if required else {}),
            **({"allOf": parts} if parts else {}),
        }

    def _under_either_name(self, key: Key, also: str) -> dict[str, Any]:
        """Return the schema of an object that has a key under its own name or another."""
        other = of_key(also, **self._value(key))
        if key.required:
            other["required"] = [also]
        return {"anyOf": [{"required": [key.name]}, other]}

    def _value(self, key: Key) -> dict[str, Any]:
        schema = self._of(key.type)
        if key.loose and isinstance(key.type, Scalar | Choice | Object):
            # A value of another type is allowed, with a warning.
            schema = {
                name: value for name, value in schema.items() if name == "additionalProperties"
            }
        may_be_null = schema and (key.nullable or not key.required)
        return {"anyOf": [schema, {"type": "null"}]} if may_be_null else schema

    def _of(self, type_: Type) -> dict[str, Any]:
        match type_:
            case Scalar(kind):
                return {"type": _NAMES[kind]}
            case Choice((value,)):
                return {"const": value}
            case Choice(values):
                return {"enum": [*values]}
            case Items(items):
                return {"type": "array", "items": self._of(items)}
            case Object(values):
                inner = self._of(values)
                return {"type": "object", **({"additionalProperties": inner} if inner else {})}
            case Nested(model):
                return self._reference(model, model.__name__, self._object)
            case Tagged(members):
                return self._reference(members, _base(members).__name__, self._union)
            case _:  # free JSON, or a type that only a converter can handle
                return {}

    def _union(self, members: tuple[Member, ...]) -> dict[str, Any]:
        by_tag: dict[str, list[Any]] = {}
        for member in members:
            by_tag.setdefault(member.tag, []).append(self._of(Nested(member.model)))
        return {
            **_described(_base(members)),
            "type": "object",
            **of_key("type", enum=[*by_tag]),
            "required": ["type"],
            "allOf": [
                {
                    "if": {**of_key("type", const=tag), "required": ["type"]},
                    "then": {"oneOf": schemas} if len(schemas) > 1 else schemas[0],
                }
                for tag, schemas in by_tag.items()
            ],
        }

    def _reference(
        self, target: T, name: str, write: Callable[[T], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return a reference to the definition of a target; write the definition if needed."""
        if target not in self._references:
            while name in self._definitions:  # that of another class
                name += "_"
            self._references[target] = f"#/$defs/{name}"
            self._definitions[name] = {}  # reserves the name: the target may contain itself
            self._definitions[name] |= write(target)
        return {"$ref": self._references[target]}


def _base(members: tuple[Member, ...]) -> type:
    """Return the nearest common base class of the models of a union."""
    models = [member.model for member in members]
    return next(base for base in models[0].__mro__ if all(issubclass(m, base) for m in models))


def _described(cls: type) -> dict[str, str]:
    """Return the first line of a class's docstring as a description; empty without a docstring."""
    text = (cls.__doc__ or "").strip().partition("\n")[0]
    return {"description": text} if text else {}
