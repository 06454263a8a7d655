"""Base classes of the groups of OME-Zarr 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import frozen

from .._groups.enveloped import BaseZarrAttrs, EnvelopedGroup, OMEAttrs
from .._models.rule import Rule
from .._rules import collections
from .._rules import versions as rules
from ..base import stamped
from ..common._reexports import reexport

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BaseGroupv05", "BaseOMEAttrs", "BaseZarrAttrs"]

A = TypeVar("A", bound="BaseOMEAttrs")


class BaseOMEAttrs(OMEAttrs):
    """The metadata of a group of OME-Zarr 0.5: the value of the key ``ome``."""

    __slots__ = ()

    ome_zarr_version = "0.5"
    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.OWN, collections.beside)


@frozen(kw_only=True, repr=False)
class BaseGroupv05(EnvelopedGroup[A], Generic[A]):
    """
    A group of an OME-Zarr 0.5 hierarchy.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    """

    ome_zarr_version = "0.5"

    @classmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        version = cls.ome_zarr_version
        return {"version": version, **stamped(metadata, version)}


reexport(globals())
