"""Groups of label images of 0.4."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from .._groups import LabelsGroup
from .._model import Model, items, key
from .._rules import labels as rules
from .base import BaseGroupv04

__all__ = ["Labels", "LabelsAttrs"]


@frozen(kw_only=True, repr=False)
class LabelsAttrs(Model):
    """
    The metadata of a group of label images.

    The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#labels-md>`_.

    Parameters
    ----------
    labels : sequence of str
        The paths of the label images, from the group.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.LABELS))


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup, BaseGroupv04[LabelsAttrs]):
    """
    The label images of an image.

    Parameters
    ----------
    attributes : LabelsAttrs
        The metadata: which label images there are.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The label images by their names; None if nobody has looked for them.
    """

    __attributes__: ClassVar[type[Model]] = LabelsAttrs
