"""Unions of classes: what the hooks for cattrs need to know of classes in higher layers."""

from __future__ import annotations

from abc import abstractmethod
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Self, TypeGuard, Union, get_args, get_origin

from .types import ModelBase, is_model, keys

if TYPE_CHECKING:
    from collections.abc import Mapping


class HasNodes:
    """The interface of a group that hooks rely on: its document is that of all its nodes."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def from_nodes(cls, nodes: Mapping[str, Mapping[str, Any]]) -> Self:
        """Build a group from the documents of its nodes."""

    @abstractmethod
    def to_nodes(self) -> dict[str, dict[str, Any]]:
        """Return the documents of all nodes of the group by their paths."""


class ToldApart:
    """The interface of classes that their documents tell apart by version and kind."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def choices(cls, document: object, members: tuple[type, ...]) -> tuple[type, ...]:
        """
        Return the classes that a document can be one of.

        Parameters
        ----------
        document : JSON
            The document.
        members : tuple of type
            The classes of a union, each of which has this interface.

        Returns
        -------
        tuple of type
            At least one class, the likeliest first.

        Raises
        ------
        ValidationError
            If the document is that of another class, or of none.
        """


def has_nodes(hint: Any) -> TypeGuard[type[HasNodes]]:
    """Return whether a type is a class of groups."""
    return isinstance(hint, type) and issubclass(hint, HasNodes)


def is_told_apart(hint: Any) -> TypeGuard[type[ToldApart]]:
    """Return whether a type is a class that its documents tell from others."""
    return isinstance(hint, type) and issubclass(hint, ToldApart)


def is_union(hint: Any) -> bool:
    """Return whether a type is a union of several classes of models and groups, or None."""
    members = members_of(hint)
    return (
        get_origin(hint) in (Union, UnionType)
        and len(members) > 1
        and all(is_model(member) or has_nodes(member) for member in members)
    )


def members_of(union: Any) -> tuple[Any, ...]:
    """Return the members of a union other than None."""
    return tuple(member for member in get_args(union) if member is not NoneType)


def keys_in_common(cls: type, document: Mapping[str, Any]) -> int:
    """Return how many keys of a document a model class declares; 0 for other classes."""
    if not issubclass(cls, ModelBase):
        return 0
    return sum(not {key.name, key.also}.isdisjoint(document) for key in keys(cls))


def name_of(cls: type) -> str:
    """Return the name of a class, with that of the package of its version, if it is in one."""
    package = cls.__module__.partition(".")[2].partition(".")[0]
    has_version = package[:2] == "v0" and cls.__module__.startswith(f"{_ROOT}.")
    return f"{package}.{cls.__name__}" if has_version else cls.__name__


_ROOT = __name__.partition(".")[0]
