"""Label images of OME-Zarr 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._groups.images import ImageLabelGroup
from .._models.fields import items, key
from .._rules import images as arrays
from .._rules import labels as rules
from .._rules import multiscales as multiscale_rules
from .._rules import plausible
from .._zarr.v2 import ArraySpec
from ..common._reexports import reexport
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
        The colors and properties of label values; the JSON key is ``image-label``.
    multiscales : sequence of Multiscale
        The label image at several resolutions; usually one multiscale.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "image-label"
    spec_rules = (
        *Attrs.spec_rules,
        multiscale_rules.multiscales,
        multiscale_rules.multiscales_unique,
    )

    image_label: Label = field(metadata=key(rules.IMAGE_LABEL, name="image-label"))
    multiscales: tuple[Multiscale, ...] = field(
        converter=items[Multiscale, ...],
        metadata=key(rules.MULTISCALES, multiscale_rules.multiscales),
    )


@frozen(kw_only=True, repr=False)
class ImageLabel(ImageLabelGroup[ArraySpec], BaseGroupv04[ImageLabelAttrs]):
    """
    A label image: the value of a pixel is the number of the object that the pixel belongs to.

    `ImageLabel.new` creates one. The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#label-md>`_.

    Parameters
    ----------
    attributes : ImageLabelAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays by their names; None if they were not read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04 import ArraySpec, ImageLabel
    >>> from ome_zarr_models.v04.axes import Axis
    >>> nuclei = ImageLabel.new(
    ...     array_specs=[ArraySpec(shape=(64, 64), chunks=(64, 64), dtype="<u4")],
    ...     paths=["0"],
    ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
    ...     scales=[(0.5, 0.5)],
    ...     translations=None,
    ... )
    >>> nuclei.dtype, nuclei.voxel_size()["x"]
    ('<u4', (0.5, 'micrometer'))
    """

    attributes_class = ImageLabelAttrs
    tree_rules = (
        *ImageLabelGroup.tree_rules,
        plausible.same_dtype,
        arrays.nested_chunks,
    )


reexport(globals())
