"""What all groups of 0.4 have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Self, TypeVar

from attrs import field, frozen

from .._checks import typed_members
from .._model import Model
from .._structure import structure
from .._zarr_v2 import GroupSpec
from ..base import BaseGroup
from ..exceptions import Problem, ValidationError

__all__ = ["BaseGroupv04"]

A = TypeVar("A", bound=Model)


@frozen(kw_only=True, repr=False)
class BaseGroupv04(BaseGroup, GroupSpec, Generic[A]):
    """
    A group of an OME-Zarr 0.4 hierarchy.

    Parameters
    ----------
    attributes : Model
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    """

    ome_zarr_version: ClassVar[str] = "0.4"
    __documents__: ClassVar[tuple[str, str]] = (".zattrs", ".zarray")

    attributes: A = field()

    def __attrs_post_init__(self) -> None:
        GroupSpec.__attrs_post_init__(self)
        if not isinstance(self.attributes, self.__attributes__):
            expected, found = self.__attributes__.__name__, self.attributes
            message = f"expected {expected}, got {found!r}"
            raise ValidationError((Problem("type", "error", "", ("attributes",), message),))
        if self.members is not None:
            object.__setattr__(self, "members", typed_members(self))
            self._check()

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Return the group of this kind that a plain group is; see `BaseGroup`."""
        attributes: Any = structure(spec.attributes, cls.__attributes__)
        return cls(attributes=attributes, members=spec.members)

    @property
    def ome_attributes(self) -> A:
        """The metadata, which in 0.4 is the group's attributes."""
        return self.attributes
