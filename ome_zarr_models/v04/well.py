"""Wells of 0.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from .._groups.plates import WellGroup
from .._models.fields import key
from .._rules import plates as rules
from .base import Attrs, BaseGroupv04
from .well_types import WellMeta

if TYPE_CHECKING:
    from .image import Image  # noqa: F401 - named in the bases

__all__ = ["Well", "WellAttrs"]


@frozen(kw_only=True, repr=False)
class WellAttrs(Attrs):
    """
    The metadata of a well.

    The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#well-md>`_.

    Parameters
    ----------
    well : WellMeta
        The fields of view of the well.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "well"

    well: WellMeta = field(metadata=key(rules.WELL_SPEC, rules.IMAGES))


@frozen(kw_only=True, repr=False)
class Well(WellGroup["Image"], BaseGroupv04[WellAttrs]):
    """
    A well of a plate, and its images: the fields of view.

    Parameters
    ----------
    attributes : WellAttrs
        The metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images by their names; None if nobody has
        looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
    """

    attributes_class = WellAttrs
