"""Label images of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from .._groups.enveloped import NamesDimensions
from .._groups.images import BaseImageLabelGroup, given
from .._models.fields import items, key
from .._rules import labels as rules
from .._rules import multiscales
from .._rules import multiscales as multiscale_rules
from ._images import TREE_RULES, new_multiscale
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .image_label_types import Label
from .multiscales import Multiscale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..typing import JSON
    from .coordinate_systems import CoordinateSystem
    from .coordinate_transforms import AnyTransform
    from .image_label_types import Color, Property, Source

__all__ = ["ImageLabel", "ImageLabelAttrs", "ImageLabelZarrAttrs"]


@frozen(kw_only=True, repr=False)
class ImageLabelAttrs(BaseOMEAttrs):
    """
    The metadata of a label image.

    The specification's section is `"image-label" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#label-md>`_.

    Parameters
    ----------
    image_label : Label
        What the values of the label image mean; in JSON its key is ``image-label``.
    multiscales : sequence of Multiscale
        The label image at several resolutions.
    version : {"0.6"}
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
class ImageLabel(HasGraph, NamesDimensions, BaseImageLabelGroup, BaseGroupv06[ImageLabelAttrs]):
    """
    A label image: each pixel says which object it belongs to.

    Parameters
    ----------
    attributes : ImageLabelZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The arrays, and the parameters of transformations, by their names; None if nobody
        has looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = ImageLabelZarrAttrs
    tree_rules = (
        *BaseImageLabelGroup.tree_rules,
        *TREE_RULES,
    )

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[Any],
        paths: Sequence[str],
        scales: Sequence[Sequence[float]],
        translations: Sequence[Sequence[float] | None] | None = None,
        physical_coord_system: CoordinateSystem,
        name: str | None = None,
        multiscale_type: str | None = None,
        metadata: Mapping[str, JSON] | None = None,
        coord_transforms: Sequence[AnyTransform] = (),
        coord_systems: Sequence[CoordinateSystem] = (),
        parameters: Mapping[str, Any] | None = None,
        colors: Sequence[Color] | None = None,
        properties: Sequence[Property] | None = None,
        source: Source | None = None,
    ) -> Self:
        """
        Return a new label image of some arrays.

        Its parameters are those of ``Image.new``, and:

        Parameters
        ----------
        array_specs, paths, scales, translations, physical_coord_system
            As for an image: the arrays hold integers, on as many levels as the image has.
        name, multiscale_type, metadata, coord_transforms, coord_systems, parameters : optional
            As for an image.
        colors : sequence of Color, optional
            The colors in which label values are shown.
        properties : sequence of Property, optional
            What is known of label values.
        source : Source, optional
            The image that it belongs to; the one whose ``labels`` it is in if not given.

        Raises
        ------
        ValueError
            If there are not as many of one as of the other.
        ValidationError
            If the specification does not allow this label image; it names every problem.
        """
        multiscale = new_multiscale(
            array_specs=array_specs,
            paths=paths,
            scales=scales,
            translations=translations,
            physical_coord_system=physical_coord_system,
            name=name,
            multiscale_type=multiscale_type,
            metadata=metadata,
            coord_transforms=coord_transforms,
            coord_systems=coord_systems,
        )
        label = given(colors=colors, properties=properties, source=source)
        return cls._of_arrays(
            {"image-label": label, "multiscales": [multiscale]},
            array_specs=array_specs,
            paths=paths,
            axes=physical_coord_system.axes,
            parameters=parameters,
        )
