"""Base classes of the groups of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import field, frozen

from .._models.rule import Rule  # noqa: TC001 - annotations of models are evaluated
from .._rules import collections
from .._zarr.v2 import GroupSpec
from ..base import BaseGroup, GroupAttrs, stamped
from ..common._reexports import reexport

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Attrs", "BaseGroupv04"]

A = TypeVar("A", bound="Attrs")


class Attrs(GroupAttrs):
    """The metadata of a group of OME-Zarr 0.4, which is also its attributes."""

    __slots__ = ()

    ome_zarr_version = "0.4"
    spec_rules: ClassVar[tuple[Rule, ...]] = (collections.beside,)


@frozen(kw_only=True, repr=False)
class BaseGroupv04(BaseGroup, GroupSpec, Generic[A]):
    """
    A group of an OME-Zarr 0.4 hierarchy.

    Parameters
    ----------
    attributes : Attrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    """

    ome_zarr_version = "0.4"

    attributes: A = field()

    @property
    def ome_attributes(self) -> A:
        """The metadata of the group; in 0.4 it is the same as ``attributes``."""
        return self.attributes

    @classmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        version = cls.ome_zarr_version
        parts = [{**part, "version": version} for part in metadata.get("multiscales", ())]
        return stamped({**metadata, **({"multiscales": parts} if parts else {})}, version)


reexport(globals())
