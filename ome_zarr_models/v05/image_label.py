"""Label images of 0.5."""

from __future__ import annotations

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import ImageLabelGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import labels as rules
from .._rules import multiscales
from .._rules import multiscales as multiscale_rules
from .base import BaseGroupv05, BaseOMEAttrs, BaseZarrAttrs
from .image_label_types import Label
from .multiscales import Multiscale

__all__ = ["ImageLabel", "ImageLabelAttrs", "ImageLabelZarrAttrs"]


@frozen(kw_only=True, repr=False)
class ImageLabelAttrs(BaseOMEAttrs):
    """
    The metadata of a label image.

    The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#label-md>`_.

    Parameters
    ----------
    image_label : Label
        What the values of the label image mean; in JSON its key is ``image-label``.
    multiscales : sequence of Multiscale
        The label image at several resolutions.
    version : {"0.5"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "image-label"
    spec_rules = (
        *BaseOMEAttrs.spec_rules,
        multiscale_rules.multiscales,
        multiscale_rules.multiscales_unique,
    )

    image_label: Label = field(metadata=key(rules.IMAGE_LABEL, name="image-label"))
    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.MULTISCALES, multiscales.multiscales)
    )


@frozen(kw_only=True, repr=False)
class ImageLabelZarrAttrs(BaseZarrAttrs[ImageLabelAttrs]):
    """The attributes of a label image as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class ImageLabel(NamesDimensions, ImageLabelGroup, BaseGroupv05[ImageLabelAttrs]):
    """
    A label image: each pixel says which object it belongs to.

    Parameters
    ----------
    attributes : ImageLabelZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = ImageLabelZarrAttrs
    tree_rules = (*ImageLabelGroup.tree_rules, *arrays.NAMED)
