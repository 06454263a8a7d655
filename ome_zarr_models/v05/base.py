"""What all groups of 0.5 have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from attrs import field, frozen

from .._groups.enveloped import BaseZarrAttrs, EnvelopedGroup
from .._model import key
from .._rules import versions as rules
from ..base import GroupAttrs, stamped

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BaseGroupv05", "BaseOMEAttrs", "BaseZarrAttrs"]

A = TypeVar("A", bound="BaseOMEAttrs")


@frozen(kw_only=True, repr=False)
class BaseOMEAttrs(GroupAttrs):
    """
    The metadata of a group of 0.5: the content of the key ``ome``.

    Parameters
    ----------
    version : {"0.5"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    ome_zarr_version: ClassVar[str] = "0.5"

    version: Literal["0.5"] = field(default="0.5", metadata=key(rules.VERSION, required=True))


@frozen(kw_only=True, repr=False)
class BaseGroupv05(EnvelopedGroup[A], Generic[A]):
    """
    A group of an OME-Zarr 0.5 hierarchy.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    """

    ome_zarr_version: ClassVar[str] = "0.5"

    @classmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        version = cls.ome_zarr_version
        return {"version": version, **stamped(metadata, version)}
