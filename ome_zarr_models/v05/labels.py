"""Groups of label images of 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._groups import enveloped
from .._groups.labels import LabelsGroup
from .._rules import labels as rules
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .image_label import ImageLabel  # noqa: F401 - named in the bases

__all__ = ["Labels", "LabelsAttrs", "LabelsZarrAttrs"]


@frozen(kw_only=True, repr=False)
class LabelsAttrs(BaseOMEAttrs, enveloped.LabelsAttrs):
    """The metadata of a group of label images of 0.5."""


@frozen(kw_only=True, repr=False)
class LabelsZarrAttrs(BaseZarrAttrs[LabelsAttrs]):
    """The attributes of a group of label images as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup["ImageLabel"], BaseGroupv05[LabelsAttrs]):
    """
    The label images of an image.

    Parameters
    ----------
    attributes : LabelsZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The label images by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = LabelsZarrAttrs
    tree_rules = (
        *LabelsGroup.tree_rules,
        rules.nothing_between,
    )
