"""What all groups of 0.4 have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from .._zarr.v2 import GroupSpec
from ..base import BaseGroup, GroupAttrs, stamped

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Attrs", "BaseGroupv04"]

A = TypeVar("A", bound="Attrs")


class Attrs(GroupAttrs):
    """The metadata of a group of 0.4, which is its attributes."""

    __slots__ = ()

    ome_zarr_version = "0.4"


@frozen(kw_only=True, repr=False)
class BaseGroupv04(BaseGroup, GroupSpec, Generic[A]):
    """
    A group of an OME-Zarr 0.4 hierarchy.

    Parameters
    ----------
    attributes : Attrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    """

    ome_zarr_version = "0.4"

    attributes: A = field()

    @property
    def ome_attributes(self) -> A:
        """The metadata, which in 0.4 is the group's attributes."""
        return self.attributes

    @classmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        version = cls.ome_zarr_version
        each = [{**part, "version": version} for part in metadata.get("multiscales", ())]
        return stamped({**metadata, **({"multiscales": each} if each else {})}, version)
