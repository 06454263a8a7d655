"""Label images of 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._groups.images import ImageLabelGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import labels as rules
from .._rules import multiscales
from .._rules import multiscales as multiscale_rules
from .base import Attrs, BaseGroupv04
from .image_label_types import Label
from .multiscales import Multiscale

__all__ = ["ImageLabel", "ImageLabelAttrs"]


@frozen(kw_only=True, repr=False)
class ImageLabelAttrs(Attrs):
    """
    The metadata of a label image.

    The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#label-md>`_.

    Parameters
    ----------
    image_label : Label
        What the values of the label image mean; in JSON its key is ``image-label``.
    multiscales : sequence of Multiscale
        The label image at several resolutions.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "image-label"
    spec_rules = (
        multiscale_rules.multiscales,
        multiscale_rules.multiscales_unique,
    )

    image_label: Label = field(metadata=key(rules.IMAGE_LABEL, name="image-label"))
    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...], metadata=key(rules.MULTISCALES, multiscales.multiscales)
    )


@frozen(kw_only=True, repr=False)
class ImageLabel(ImageLabelGroup, BaseGroupv04[ImageLabelAttrs]):
    """
    A label image: each pixel says which object it belongs to.

    Parameters
    ----------
    attributes : ImageLabelAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = ImageLabelAttrs
    tree_rules = (
        *ImageLabelGroup.tree_rules,
        arrays.nested_chunks,
    )
