"""Wells of 0.6, and their fields of view."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import items, key
from .._rules import plates as rules
from ..common import well_types

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellImage(well_types.WellImage):
    """
    An image of a well: a field of view.

    Parameters
    ----------
    path : str
        The name of the image's group in the well: letters, digits, and ``-``, ``_``, ``.``.
    acquisition, extra : optional
        As in all versions.
    """

    spec_rules = (
        rules.image_path_characters,
        rules.image_path_not_dots,
        rules.image_path_free,
    )


@frozen(kw_only=True, repr=False)
class WellMeta(well_types.WellMeta):
    """
    The fields of view of a well.

    Parameters
    ----------
    images : sequence of WellImage
        The images.
    extra : mapping, optional
        As in all versions.
    """

    images: tuple[WellImage, ...] = field(
        converter=items[WellImage, ...], metadata=key(rules.IMAGES)
    )
