"""Groups of label images of OME-Zarr 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.labels import LabelsGroup
from .._models.fields import items, key
from .._rules import labels as rules
from ..common._reexports import reexport
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
        The paths of the label images, relative to the group.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "labels"

    labels: tuple[str, ...] = field(converter=items[str, ...], metadata=key(rules.LABELS))


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup["ImageLabel"], BaseGroupv04[LabelsAttrs]):
    """
    The label images of an image.

    `Labels.new` creates a group. The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#labels-md>`_.

    Parameters
    ----------
    attributes : LabelsAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The label images by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import ArraySpec, ImageLabel, Labels
    >>> from ome_zarr_models.v04.axes import Axis
    >>> nuclei = ImageLabel.new(
    ...     array_specs=[ArraySpec(shape=(64, 64), chunks=(64, 64), dtype="<u4")],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> labels = Labels.new({"nuclei": nuclei})
    >>> labels.label_paths, labels["nuclei"].shape
    (['nuclei'], (64, 64))
    """

    attributes_class = LabelsAttrs


reexport(globals())
