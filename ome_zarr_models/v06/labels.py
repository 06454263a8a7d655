"""Groups of label images of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from .._groups.labels import LabelsGroup
from .._model import Model, items, key
from .._rules import Rule, versions
from .._rules import labels as rules
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .image_label import ImageLabel  # noqa: F401 - named in the bases

__all__ = ["Labels", "LabelsAttrs", "LabelsZarrAttrs"]


@frozen(kw_only=True, repr=False)
class LabelsAttrs(BaseOMEAttrs):
    """
    The metadata of a group of label images.

    The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#labels-md>`_.

    Parameters
    ----------
    labels : sequence of str
        The paths of the label images, from the group.
    version : {"0.6"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind: ClassVar[str] = "labels"

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.LABELS))


@frozen(kw_only=True, repr=False)
class LabelsZarrAttrs(BaseZarrAttrs[LabelsAttrs]):
    """The attributes of a group of label images as they are stored: `ome` is its metadata."""

    ome: LabelsAttrs = field(metadata=key(versions.OME))


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup["ImageLabel"], BaseGroupv06[LabelsAttrs]):
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

    __attributes__: ClassVar[type[Model]] = LabelsZarrAttrs
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (
        *LabelsGroup.__tree_rules__,
        rules.nothing_between,
    )
