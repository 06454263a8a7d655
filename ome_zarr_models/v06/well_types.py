"""The metadata of wells of OME-Zarr 0.6."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import items, key
from .._rules import plates as rules
from ..common import well_types
from ..common._reexports import reexport

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellImage(well_types.WellImage):
    """
    An image of a well: a field of view.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#well-md>`_.

    Parameters
    ----------
    path : str
        The name of the image's group in the well. It may have letters, digits, ``-``, ``_`` and
        ``.``, does not consist of dots alone, and does not begin with ``__``.
    acquisition : int, optional
        The id of the acquisition of the plate.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> WellImage(path="field-1", acquisition=0)
    WellImage(path='field-1', acquisition=0)
    """

    spec_rules = (
        rules.image_path_characters,
        rules.image_path_not_dots,
        rules.image_path_free,
    )


@frozen(kw_only=True, repr=False)
class WellMeta(well_types.WellMeta):
    """
    The fields of view of a well: the value of ``well``.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#well-md>`_.

    Parameters
    ----------
    images : sequence of WellImage
        The images.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> WellMeta(images=[WellImage(path="0", acquisition=1)]).get_acquisition_paths()
    {1: ['0']}
    """

    images: tuple[WellImage, ...] = field(
        converter=items[WellImage, ...], metadata=key(rules.IMAGES)
    )


reexport(globals())
