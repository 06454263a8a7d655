"""Base classes of the groups of OME-Zarr 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import field, frozen

from .._groups import enveloped
from .._groups.enveloped import EnvelopedGroup, OMEAttrs
from .._models.fields import key
from .._models.rule import Rule
from .._rules import collections
from .._rules import versions as rules
from ..common._reexports import reexport

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BaseGroupv06", "BaseOMEAttrs", "BaseZarrAttrs"]

A = TypeVar("A", bound="BaseOMEAttrs")


class BaseOMEAttrs(OMEAttrs):
    """The metadata of a group of OME-Zarr 0.6: the value of the key ``ome``."""

    __slots__ = ()

    ome_zarr_version = "0.6"
    spec_rules: ClassVar[tuple[Rule, ...]] = (rules.VERSION_VALUE, collections.beside)


@frozen(kw_only=True, repr=False)
class BaseZarrAttrs(enveloped.BaseZarrAttrs[A], Generic[A]):
    """
    The attributes of a group as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : BaseOMEAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    ome: A = field(metadata=key(rules.OME, rules.OBJECT))


@frozen(kw_only=True, repr=False)
class BaseGroupv06(EnvelopedGroup[A], Generic[A]):
    """
    A group of an OME-Zarr 0.6 hierarchy.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    """

    ome_zarr_version = "0.6"

    @classmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"version": cls.ome_zarr_version, **metadata}


reexport(globals())
