"""The methods of pydantic's models of groups, for programs written for ome-zarr-models."""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs

from .._json.values import copied, is_object
from .._models.model import Model
from .._models.pydantic_names import FieldInfo, to_text
from .._spec.zarr_formats import Format  # noqa: TC001 - annotations of groups are evaluated

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Fields:
    """The fields of a class of groups, as an attribute of the class and of its instances."""

    def __get__(self, _: object, cls: Any) -> dict[str, FieldInfo]:
        fields = attrs.fields_dict(cls)
        names = ("zarr_format", "attributes", "members")
        return {name: FieldInfo(fields[name].type, None, fields[name].default) for name in names}


class PydanticGroupNames:
    """
    Names of pydantic's models for what groups of this package do.

    The form of a group is that of pydantic-zarr: an object with ``zarr_format``,
    ``attributes`` and ``members``. `from_nodes` and `to_nodes` have the documents as a store
    has them instead.
    """

    __slots__ = ()

    format: ClassVar[Format]
    model_fields = _Fields()

    @classmethod
    def model_validate(cls, obj: object) -> Self:
        """
        Return the group of an object; a group is returned unchanged.

        Parameters
        ----------
        obj : mapping
            The ``attributes`` of the group as they are stored, and its ``members``, each a
            mapping of the same form, the mapping of an array, or a specification.

        Returns
        -------
        Self

        Raises
        ------
        ValidationError
            If the group breaks rules of the specification; it carries every problem.
        TypeError
            If `obj` is not a mapping with these keys.

        Examples
        --------
        >>> from ome_zarr_models.v04 import Labels
        >>> labels = Labels.model_validate({"attributes": {"labels": []}, "members": {}})
        >>> labels.ome_attributes.labels
        ()
        """
        if isinstance(obj, cls):
            return obj
        if not is_object(obj) or "attributes" not in obj:
            msg = f"expected a mapping with the key 'attributes', got {obj!r}"
            raise TypeError(msg)
        build: Any = cls
        group: Self = build(**_fields(cls.format, obj))
        return group

    @classmethod
    def model_validate_json(cls, json_data: str | bytes) -> Self:
        """
        Return the group of a JSON text, as `model_validate` does.

        Parameters
        ----------
        json_data : str or bytes
            The JSON text.

        Returns
        -------
        Self

        Raises
        ------
        ValidationError
            If the text is not JSON, or the group breaks rules of the specification.
        """
        from .._models.structure import from_text

        return from_text(json_data, cls.model_validate)

    def model_dump(
        self,
        *,
        mode: str = "python",
        by_alias: bool | None = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """
        Return the attributes and members as JSON, with None for what is not given.

        Parameters
        ----------
        mode : {"python", "json"}
            Accepted, and without effect: all values are those of JSON.
        by_alias, exclude_unset, exclude_defaults, exclude_none : bool
            As for `model_dump` of metadata.

        Returns
        -------
        dict
            ``zarr_format``, ``attributes``, and ``members`` in the same form; these are None
            if they were not read.

        Examples
        --------
        >>> from ome_zarr_models.v04 import GroupSpec
        >>> GroupSpec(attributes={"a": 1}, members={}).model_dump()
        {'zarr_format': 2, 'attributes': {'a': 1}, 'members': {}}
        """
        dump = methodcaller(
            "model_dump",
            mode=mode,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )
        group: Any = self
        is_model = isinstance(group.attributes, Model)
        dumped: dict[str, Any] = {
            "zarr_format": self.format.number,
            "attributes": dump(group.attributes) if is_model else copied(group.attributes),
        }
        if group.members is not None:
            dumped["members"] = {name: dump(member) for name, member in group.members.items()}
        elif not exclude_none:
            dumped["members"] = None
        return dumped

    def model_dump_json(
        self,
        *,
        indent: int | None = None,
        by_alias: bool | None = None,
        exclude_none: bool = False,
    ) -> str:
        """
        Return `model_dump` as JSON text.

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
            The new ``attributes`` or ``members``.
        deep : bool
            Accepted, and without effect: groups are immutable.

        Returns
        -------
        Self
        """
        del deep
        group: Any = self
        copy: Self = attrs.evolve(group, **(update or {}))
        return copy

    @classmethod
    def model_construct(cls, **values: object) -> Self:
        """
        Return a group of the given values; unlike pydantic's, it is validated.

        Parameters
        ----------
        **values
            The values of the fields.

        Returns
        -------
        Self
        """
        return cls(**values)


def _fields(own: Format, group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a group of a mapping, with specifications of its members."""
    fields = {name: group[name] for name in ("zarr_format", "attributes") if name in group}
    members: Any = group.get("members")
    if is_object(members):
        members = {name: _spec(own, member) for name, member in members.items()}
    return {**fields, "members": members}


def _spec(own: Format, member: Any) -> Any:
    if not is_object(member):
        return member
    if "shape" in member:
        return own.array_spec.model_validate(member)
    return own.group_spec(**_fields(own, member))
