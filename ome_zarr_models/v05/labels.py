"""Groups of label images of OME-Zarr 0.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._groups import enveloped
from .._groups.labels import LabelsGroup
from .._rules import labels as rules
from ..common._reexports import reexport
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .image_label import ImageLabel  # noqa: F401 - named in the bases

__all__ = ["Labels", "LabelsAttrs", "LabelsZarrAttrs"]


@frozen(kw_only=True, repr=False)
class LabelsAttrs(BaseOMEAttrs, enveloped.LabelsAttrs):
    """
    The metadata of a group of label images.

    The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#labels-md>`_.

    Parameters
    ----------
    labels : sequence of str
        The paths of the label images, relative to the group.
    version : {"0.5"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class LabelsZarrAttrs(BaseZarrAttrs[LabelsAttrs]):
    """
    The attributes of a group of label images as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : LabelsAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class Labels(LabelsGroup["ImageLabel"], BaseGroupv05[LabelsAttrs]):
    """
    The label images of an image.

    `Labels.new` creates a group. The specification's section is `"labels" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#labels-md>`_.

    Parameters
    ----------
    attributes : LabelsZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The label images by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v05 import ArraySpec, ImageLabel, Labels
    >>> from ome_zarr_models.v05.axes import Axis
    >>> nuclei = ImageLabel.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint32", chunks=(64, 64))],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> labels = Labels.new({"nuclei": nuclei})
    >>> labels.label_paths, labels["nuclei"].shape
    (['nuclei'], (64, 64))
    """

    attributes_class = LabelsZarrAttrs
    tree_rules = (
        *LabelsGroup.tree_rules,
        rules.nothing_between,
    )


reexport(globals())
