"""
Plates, as all versions have them.

The specification's section is `"plate" metadata
<https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen
from attrs.converters import optional

from .._models.fields import integer, items, key
from .._models.model import Model
from .._models.rule import Rule
from .._rules import plates as rules
from .versioned import Versioned

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]


@frozen(kw_only=True, repr=False)
class Acquisition(Model):
    """
    One run of a microscope over a plate.

    Parameters
    ----------
    id : int
        The number of the acquisition, from 0; no two of a plate have the same.
    name, description : str, optional
        The name and a description of the acquisition.
    maximumfieldcount : int, optional
        The largest number of fields of view of a well.
    starttime, endtime : int, optional
        When it began and ended, in seconds or milliseconds since 1970.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (
        rules.acquisition_id,
        rules.acquisition_fields,
        rules.acquisition_times,
    )

    id: int = field(converter=integer, metadata=key(rules.ACQUISITION_ID, rules.acquisition_id))
    name: str | None = field(
        default=None,
        metadata=key(rules.ACQUISITION_NAME, rules.ACQUISITION_NAME_STRING, nullable=True),
    )
    maximumfieldcount: int | None = field(
        default=None,
        converter=optional(integer),
        metadata=key(rules.ACQUISITION_FIELDS, rules.acquisition_fields, nullable=True),
    )
    description: str | None = field(
        default=None, metadata=key(None, rules.ACQUISITION_DESCRIPTION, nullable=True)
    )
    starttime: int | None = field(
        default=None,
        converter=optional(integer),
        metadata=key(None, rules.ACQUISITION_TIME, nullable=True),
    )
    endtime: int | None = field(
        default=None,
        converter=optional(integer),
        metadata=key(None, rules.ACQUISITION_TIME, nullable=True),
    )


@frozen(kw_only=True, repr=False)
class Row(Model):
    """
    A row of a plate.

    Parameters
    ----------
    name : str
        The name of the row, of letters and digits, such as ``"A"``.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (rules.row_name,)

    name: str = field(metadata=key(rules.ROW_NAME))


@frozen(kw_only=True, repr=False)
class Column(Model):
    """
    A column of a plate.

    Parameters
    ----------
    name : str
        The name of the column, of letters and digits, such as ``"1"``.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (rules.column_name,)

    name: str = field(metadata=key(rules.COLUMN_NAME))


@frozen(kw_only=True, repr=False)
class WellInPlate(Model):
    """
    A well, as its plate has it.

    Parameters
    ----------
    path : str
        The path of the well's group: its row, a slash and its column, such as ``"A/1"``.
    rowIndex, columnIndex : int
        The indices of the row and of the column in the plate's, from 0.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    path: str = field(metadata=key(rules.WELL_PATH))
    rowIndex: int = field(converter=integer, metadata=key(rules.WELL_INDEX))
    columnIndex: int = field(converter=integer, metadata=key(rules.WELL_INDEX))


@frozen(kw_only=True, repr=False)
class Plate(Versioned):
    """
    A plate: its rows, its columns, and the wells that were imaged.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the plate.
    columns : sequence of Column
        All columns of the plate.
    wells : sequence of WellInPlate
        The wells that were imaged.
    acquisitions : sequence of Acquisition, optional
        The runs of a microscope over the plate.
    field_count : int, optional
        The largest number of fields of view of a well.
    name : str, optional
        The name of the plate.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules: ClassVar[tuple[Rule, ...]] = (
        rules.rows_unique,
        rules.rows_differ_in_more_than_case,
        rules.columns_unique,
        rules.columns_differ_in_more_than_case,
        rules.acquisitions_unique,
        rules.field_count,
        rules.well_paths_are_short,
        rules.well_paths,
        rules.well_indices,
        rules.well_indices_as_path,
        rules.wells_unique,
        rules.plate_nonempty,
    )

    rows: tuple[Row, ...] = field(converter=items[Row, ...], metadata=key(rules.ROWS))
    columns: tuple[Column, ...] = field(converter=items[Column, ...], metadata=key(rules.COLUMNS))
    wells: tuple[WellInPlate, ...] = field(
        converter=items[WellInPlate, ...], metadata=key(rules.WELLS)
    )
    acquisitions: tuple[Acquisition, ...] | None = field(
        default=None,
        converter=optional(items[Acquisition, ...]),
        metadata=key(None, rules.ACQUISITIONS, nullable=True),
    )
    field_count: int | None = field(
        default=None,
        converter=optional(integer),
        metadata=key(rules.FIELDS, rules.field_count, nullable=True),
    )
    name: str | None = field(
        default=None, metadata=key(rules.NAME, rules.NAME_STRING, nullable=True)
    )

    passes_at_a_glance = rules.at_a_glance
