"""The metadata of plates of OME-Zarr 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import plates as rules
from ..common import plate
from ..common._reexports import reexport
from ..common.plate import Acquisition, Column, Row, WellInPlate

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]


@frozen(kw_only=True, repr=False)
class Plate(plate.Plate):
    """
    A plate: its rows, its columns, and the wells that were imaged.

    It has a version only in 0.4 and 0.5. The specification's section is `"plate" metadata
    <https://ngff.openmicroscopy.org/0.4/index.html#plate-md>`_.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the plate.
    columns : sequence of Column
        All columns of the plate.
    wells : sequence of WellInPlate
        The wells that were imaged.
    acquisitions : sequence of Acquisition, optional
        The acquisitions: runs of a microscope over the plate.
    field_count : int, optional
        The largest number of fields of view in a well.
    name : str, optional
        The name of the plate.
    version : str, optional
        The version of the specification, ``"0.4"``.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.

    Examples
    --------
    >>> plate = Plate(
    ...     rows=[Row(name="A")],
    ...     columns=[Column(name="1"), Column(name="2")],
    ...     wells=[WellInPlate(path="A/2", rowIndex=0, columnIndex=1)],
    ...     version="0.4",
    ... )
    >>> plate.wells[0].path
    'A/2'
    """

    spec_rules = (*plate.Plate.spec_rules, rules.version_04)

    version: str | None = field(default=None, metadata=key(rules.VERSION, rules.VERSION_STRING))


reexport(globals())
