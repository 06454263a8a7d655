"""Wells of 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups import enveloped
from .._groups.plates import WellGroup
from .._models.fields import key
from .._rules import plates as rules
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs
from .well_types import WellMeta

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases

__all__ = ["Well", "WellAttrs", "WellZarrAttrs"]


@frozen(kw_only=True, repr=False)
class WellAttrs(BaseOMEAttrs, enveloped.WellAttrs):
    """The metadata of a well of 0.5."""

    well: WellMeta = field(metadata=key(rules.WELL_SPEC, rules.IMAGES))


@frozen(kw_only=True, repr=False)
class WellZarrAttrs(BaseZarrAttrs[WellAttrs]):
    """The attributes of a well as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Well(WellGroup["Image"], BaseGroupv05[WellAttrs]):
    """
    A well of a plate, and its images: the fields of view.

    Parameters
    ----------
    attributes : WellZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = WellZarrAttrs
