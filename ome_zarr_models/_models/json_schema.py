"""JSON Schemas of models: what `_shape` knows of a class, and what its rules say of themselves."""

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
    Return the JSON Schema of a class of metadata.

    It accepts every document that `structure` reads as this class. It refuses one that
    lacks a key, has a value of another type, or breaks a rule that JSON Schema can say; not
    one whose parts do not fit each other, such as names that differ, or a scale that has a
    number for each axis: `validate` knows these rules too. What is only recommended is no
    part of it. A ``$comment`` has the rule that a part of the schema is of.

    Parameters
    ----------
    cls : type
        A class of metadata, such as ``v04.ImageAttrs``, or of a part of it, such as
        ``v06.multiscales.Multiscale``.

    Returns
    -------
    dict
        The schema, in the dialect 2020-12. The classes of parts are in its ``$defs``.

    Raises
    ------
    TypeError
        If the class is none of metadata: one of groups or arrays, for example.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> schema = json_schema(Axis)
    >>> schema["title"], schema["required"]
    ('Axis', ['name'])
    """
    if not is_model(cls) or hasattr(cls, "to_flat"):
        hint = ", which is one of groups or arrays" if hasattr(cls, "to_flat") else ""
        msg = f"expected a class of metadata, got {cls!r}{hint}"
        raise TypeError(msg)
    return _Writer(cls).write()


class _Writer:
    """Writes the schema of a model, in which each other one is written once."""

    def __init__(self, model: type[ModelBase]) -> None:
        self._model = model
        self._definitions: dict[str, dict[str, Any]] = {}
        self._places: dict[Any, str] = {model: "#"}

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
        """Return the schema of objects whose key has its own name, or else another one."""
        other = of_key(also, **self._value(key))
        if key.required:
            other["required"] = [also]
        return {"anyOf": [{"required": [key.name]}, other]}

    def _value(self, key: Key) -> dict[str, Any]:
        schema = self._of(key.type)
        if key.loose and isinstance(key.type, Scalar | Choice | Object):
            # Any other value is kept as it is found, with a warning.
            schema = {name: said for name, said in schema.items() if name == "additionalProperties"}
        return {"anyOf": [schema, {"type": "null"}]} if schema and key.nullable else schema

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
            case _:  # any JSON, or what only a converter of the user's knows
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
                    "then": {"oneOf": each} if len(each) > 1 else each[0],
                }
                for tag, each in by_tag.items()
            ],
        }

    def _reference(
        self, what: T, name: str, write: Callable[[T], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the reference to a definition, which is written if it is not there yet."""
        if what not in self._places:
            while name in self._definitions:  # the name of another class
                name += "_"
            self._places[what] = f"#/$defs/{name}"
            self._definitions[name] = {}  # keeps the name, also for what is made of itself
            self._definitions[name] |= write(what)
        return {"$ref": self._places[what]}


def _base(members: tuple[Member, ...]) -> type:
    """Return the class that all models of a union are of."""
    models = [member.model for member in members]
    return next(base for base in models[0].__mro__ if all(issubclass(m, base) for m in models))


def _described(cls: type) -> dict[str, str]:
    """Return the first line of a class's docstring as a schema has it; nothing if it has none."""
    text = (cls.__doc__ or "").strip().partition("\n")[0]
    return {"description": text} if text else {}
