"""The methods of pydantic's models, for programs that were written for ome-zarr-models."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import attrs

from .._json.values import is_list, is_object
from .types import ModelBase, Nested, keys, same, with_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ..typing import JSON


class FieldInfo(NamedTuple):
    """
    What ``model_fields`` says of a field.

    Parameters
    ----------
    annotation
        The type of the field.
    alias : str or None
        The key in the document, if it is not the name of the field.
    default
        The value of the field if it is not given; `attrs.NOTHING` if it is required.
    """

    annotation: Any
    alias: str | None
    default: Any

    def is_required(self) -> bool:
        """Return whether the constructor needs a value."""
        return self.default is attrs.NOTHING


class _Fields:
    """The fields of a class, as an attribute of the class and of its instances."""

    def __get__(self, _: object, model: type[ModelBase]) -> dict[str, FieldInfo]:
        from typing import get_type_hints  # models are created without it

        hints = get_type_hints(model)
        defaults = {attribute.name: attribute.default for attribute in attrs.fields(model)}
        return {
            key.field: FieldInfo(
                hints[key.field], key.name if key.name != key.field else None, defaults[key.field]
            )
            for key in keys(model)
        }


class PydanticNames(ModelBase):
    """
    Names of pydantic's models for what models of this package do.

    They let programs that were written for ome-zarr-models run. `structure`, `unstructure`,
    `loads`, `dumps`, `json_schema` and `attrs.evolve` are the names of this package.
    """

    __slots__ = ()

    fields_in_extra: ClassVar[tuple[str, ...]] = ()
    """The fields that ome-zarr-models has in ``model_extra``."""
    model_fields = _Fields()

    @classmethod
    def model_validate(cls, obj: object) -> Self:
        """
        Return the model of a document, as `structure` does; a model is returned unchanged.

        Parameters
        ----------
        obj : mapping
            The document. Its keys may also be the names of fields.

        Returns
        -------
        Model

        Raises
        ------
        ValidationError
            If the document breaks rules of the specification; it carries every problem.

        Examples
        --------
        >>> from ome_zarr_models.v04.axes import Axis
        >>> Axis.model_validate({"name": "x", "type": "space"})
        Axis(name='x', type='space')
        """
        from .structure import to_model  # it generates functions, which imports need not

        return to_model(with_keys(Nested(cls), obj), cls)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes) -> Self:
        """
        Return the model of a JSON text, as `loads` does.

        Parameters
        ----------
        json_data : str or bytes
            The JSON text.

        Returns
        -------
        Model

        Raises
        ------
        ValidationError
            If the text is not JSON, or the document breaks rules of the specification.

        Examples
        --------
        >>> from ome_zarr_models.v04.axes import Axis
        >>> Axis.model_validate_json('{"name": "x"}')
        Axis(name='x')
        """
        from .structure import from_text

        return from_text(json_data, cls.model_validate)

    @classmethod
    def model_construct(cls, _fields_set: Collection[str] | None = None, **values: object) -> Self:
        """
        Return a model of the given values; unlike pydantic's, it is validated.

        Parameters
        ----------
        **values
            The values of the fields.

        Returns
        -------
        Model
        """
        return cls(**values)

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """
        Return the JSON Schema of the class, as `json_schema` does.

        Returns
        -------
        dict
        """
        from .json_schema import json_schema

        return json_schema(cls)

    def model_dump(
        self,
        *,
        mode: str = "python",
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        by_alias: bool | None = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """
        Return the values of all fields as JSON, with None for those that are not given.

        `unstructure` returns the document as it was read, without them.

        Parameters
        ----------
        mode : {"python", "json"}
            Accepted, and without effect: all values are those of JSON.
        include, exclude : collection of str, optional
            The names of the fields that are returned, or left out.
        by_alias : bool, optional
            Whether the keys are those of the document, such as ``label-value``, instead of
            the names of the fields.
        exclude_unset, exclude_defaults : bool
            Whether fields with their default are left out, here and in nested models, unless
            every document has them: a model does not know which of them were given.
        exclude_none : bool
            Whether keys whose value is None are left out, here and in nested models, unless
            every document has them.

        Returns
        -------
        dict

        Examples
        --------
        >>> from ome_zarr_models.v04.axes import Axis
        >>> Axis(name="x").model_dump()
        {'name': 'x', 'type': None, 'unit': None}
        >>> Axis(name="x").model_dump(exclude_none=True)
        {'name': 'x'}
        """
        if mode not in ("python", "json"):
            msg = f"expected 'python' or 'json' as the mode, got {mode!r}"
            raise ValueError(msg)
        dumped: dict[str, Any] = _dumped(
            self,
            by_alias=bool(by_alias),
            exclude_defaults=exclude_unset or exclude_defaults,
            exclude_none=exclude_none,
        )
        if include is not None:
            dumped = {name: value for name, value in dumped.items() if name in include}
        return {name: value for name, value in dumped.items() if name not in (exclude or ())}

    def model_dump_json(
        self,
        *,
        indent: int | None = None,
        by_alias: bool | None = None,
        exclude_none: bool = False,
    ) -> str:
        """
        Return `model_dump` as JSON text; `dumps` returns the document as it was read.

        Parameters
        ----------
        indent : int, optional
            The number of spaces of each level; by default, the text has no line breaks.
        by_alias, exclude_none : bool
            As for `model_dump`.

        Returns
        -------
        str
        """
        return to_text(self.model_dump(by_alias=by_alias, exclude_none=exclude_none), indent)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """
        Return a copy with changed values, as `attrs.evolve` does; it is validated.

        Parameters
        ----------
        update : mapping of str to object, optional
            The new values by the names of their fields.
        deep : bool
            Accepted, and without effect: models are immutable.

        Returns
        -------
        Model

        Examples
        --------
        >>> from ome_zarr_models.v04.axes import Axis
        >>> Axis(name="x").model_copy(update={"type": "space"})
        Axis(name='x', type='space')
        """
        del deep
        model: Any = self
        copy: Self = attrs.evolve(model, **(update or {}))
        return copy

    def copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """
        Return a changed copy: the name that `model_copy` had in pydantic 1.

        Parameters
        ----------
        update : mapping of str to object, optional
            The new values by the names of their fields.
        deep : bool
            Accepted, and without effect: models are immutable.

        Returns
        -------
        Model
        """
        return self.model_copy(update=update, deep=deep)

    @property
    def model_extra(self) -> dict[str, Any]:
        """The values that are not fields in ome-zarr-models, by their keys; a new dict."""
        fields = {name: getattr(self, name) for name in self.fields_in_extra}
        given = {name: value for name, value in fields.items() if value is not None}
        return {**given, **_unknown(self)}

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for key in keys(type(self)):
            yield key.field, getattr(self, key.field)
        yield from _unknown(self).items()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """Return how pydantic validates and serializes fields of this class."""
        from .pydantic_schema import core_schema_of  # only pydantic asks, so it is installed

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the JSON Schema of fields of this class, for pydantic."""
        from .pydantic_schema import nested_json_schema

        return nested_json_schema(cls)


def to_text(document: JSON, indent: int | None) -> str:
    """Return a document as JSON text in pydantic's form."""
    import json  # models load without it

    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(document, indent=indent, separators=separators, ensure_ascii=False)


def _unknown(model: ModelBase) -> dict[str, JSON]:
    known = {key.name for key in keys(type(model))}
    return {name: value for name, value in model.extra.items() if name not in known}


def _dumped(value: Any, *, by_alias: bool, exclude_defaults: bool, exclude_none: bool) -> Any:
    dump = partial(
        _dumped,
        by_alias=by_alias,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
    )
    if isinstance(value, PydanticNames):
        items = [(key, getattr(value, key.field)) for key in keys(type(value))]
        if exclude_defaults:
            items = [(k, item) for k, item in items if k.required or not same(item, k.absent)]
        fields = {key.name if by_alias else key.field: item for key, item in items}
        needed = {key.name if by_alias else key.field for key, _ in items if key.required}
        known = {**fields, **_unknown(value)}
        # Arrays of Zarr format 2 must have nulls.
        return {
            name: dump(item)
            for name, item in known.items()
            if not (exclude_none and item is None and name not in needed)
        }
    if is_object(value):
        values = value.items()
        return {k: dump(item) for k, item in values if not (exclude_none and item is None)}
    return [*map(dump, value)] if is_list(value) else value
