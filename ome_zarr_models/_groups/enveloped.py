"""What the groups of 0.5 and later have in common: their metadata is below the key ``ome``."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import field, frozen

from .._model import Model, key
from .._rules import versions as rules
from .._zarr_v3 import GroupSpec
from ..base import BaseGroup, GroupAttrs

__all__ = ["BaseZarrAttrs", "EnvelopedGroup"]

A = TypeVar("A", bound=GroupAttrs)


@frozen(kw_only=True, repr=False)
class BaseZarrAttrs(Model, Generic[A]):
    """
    The attributes of a group, as they are stored.

    Parameters
    ----------
    ome : BaseOMEAttrs
        The metadata.
    extra : mapping, optional
        What there is beside the key ``ome``; it is written as it was read.
    """

    ome: A = field(metadata=key(rules.OME))


@frozen(kw_only=True, repr=False)
class EnvelopedGroup(BaseGroup, GroupSpec, Generic[A]):
    """
    A group of a hierarchy of 0.5 or later.

    Parameters
    ----------
    attributes : BaseZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    """

    attributes: BaseZarrAttrs[A] = field()

    @property
    def ome_attributes(self) -> A:
        """The metadata, which is below the key ``ome``."""
        return self.attributes.ome
