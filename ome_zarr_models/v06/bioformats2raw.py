"""Bioformats2raw collections of OME-Zarr 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .._groups import enveloped
from .._groups.collections import CollectionGroup
from ..common._reexports import reexport
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases
    from .well import Well  # noqa: F401 - named in the bases

__all__ = ["BioFormats2Raw", "BioFormats2RawAttrs", "BioFormats2RawZarrAttrs"]


@frozen(kw_only=True, repr=False)
class BioFormats2RawAttrs(BaseOMEAttrs, enveloped.BioFormats2RawAttrs):
    """
    The metadata of a bioformats2raw collection.

    The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.6/index.html#bf2raw>`_.

    Parameters
    ----------
    bioformats2raw_layout : {3}
        The version of the layout; the JSON key is ``bioformats2raw.layout``.
    plate : Plate, optional
        The plate, if the images are fields of view of one.
    version : {"0.6"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class BioFormats2RawZarrAttrs(BaseZarrAttrs[BioFormats2RawAttrs]):
    """
    The attributes of a bioformats2raw collection as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : BioFormats2RawAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class BioFormats2Raw(CollectionGroup["Well", "Image"], BaseGroupv06[BioFormats2RawAttrs]):
    """
    A bioformats2raw collection: the images that bioformats2raw converted from one file.

    `BioFormats2Raw.new` creates one. The specification's section is `"bioformats2raw.layout"
    <https://ngff.openmicroscopy.org/0.6/index.html#bf2raw>`_.

    Parameters
    ----------
    attributes : BioFormats2RawZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images, or the rows of the plate, and the group ``OME``, by their names; None if they
        were not read.
    ome_xml : bytes, optional
        The content of ``OME/METADATA.ome.xml``, which describes all the images.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06 import ArraySpec, BioFormats2Raw, Image
    >>> from ome_zarr_models.v06.axes import Axis
    >>> from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> image = Image.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(64, 64))],
    ...     paths=["0"],
    ...     scales=[(0.5, 0.5)],
    ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
    ... )
    >>> collection = BioFormats2Raw.new([image, image])
    >>> collection.image_paths, collection["1"].shape
    (['0', '1'], (64, 64))
    """

    attributes_class = BioFormats2RawZarrAttrs

    ome_xml: bytes | None = None


reexport(globals())
