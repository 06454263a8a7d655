"""The metadata of wells of OME-Zarr 0.5."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import plates as rules
from ..common import well_types
from ..common._reexports import reexport
from ..common.well_types import WellImage

__all__ = ["WellImage", "WellMeta"]


@frozen(kw_only=True, repr=False)
class WellMeta(well_types.WellMeta):
    """
    The fields of view of a well: the value of ``well``.

    It has a version only in 0.4 and 0.5. The specification's section is `"well" metadata
    <https://ngff.openmicroscopy.org/0.5/index.html#well-md>`_.

    Parameters
    ----------
    images : sequence of WellImage
        The images.
    version : str, optional
        The version of the specification, ``"0.5"``.
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

    version: str | None = field(
        default=None, metadata=key(rules.WELL_VERSION, rules.WELL_VERSION_STRING)
    )


reexport(globals())
