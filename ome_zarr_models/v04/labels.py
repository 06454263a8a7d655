"""Groups of label images of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.labels import LabelsGroup
from .._models.fields import items, key
from .._rules import labels as rules
from .base import Attrs, BaseGroupv04

if TYPE_CHECKING:
    from .image_label import ImageLabel  # noqa: F401 - named in the bases

__all__ = ["Labels", "LabelsAttrs"]


@frozen(kw_only=True, repr=False)
class LabelsAttrs(Attrs):
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

    kind = "labels"

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.LABELS))


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup["ImageLabel"], BaseGroupv04[LabelsAttrs]):
    """
    The label images of an image.

    Parameters
    ----------
    attributes : LabelsAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The label images by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = LabelsAttrs
