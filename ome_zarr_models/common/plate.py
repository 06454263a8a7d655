"""
Plates: their rows, columns, wells and acquisitions.

See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
specification.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from .._models.fields import integer, items, key, optional_integer, optional_items
from .._models.model import Model
from .._models.rule import Rule
from .._rules import plates as rules
from ._reexports import reexport
from .versioned import Versioned

__all__ = ["Acquisition", "Column", "Plate", "PlateBase", "Row", "WellInPlate"]


@frozen(kw_only=True, repr=False)
class Acquisition(Model):
    """
    An acquisition: one run of a microscope over a plate.

    See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
    specification.

    Parameters
    ----------
    id : int
        The id of the acquisition, at least 0; unique in the plate.
    name : str, optional
        The name of the acquisition.
    maximumfieldcount : int, optional
        The largest number of fields of view in a well, at least 1.
    description : str, optional
        A description of the acquisition.
    starttime, endtime : int, optional
        The start and the end of the acquisition, as timestamps since the epoch (1970).
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `id` is negative, `maximumfieldcount` is not positive, or a value has another type.

    Examples
    --------
    >>> Acquisition(id=0, name="day 1", maximumfieldcount=4)
    Acquisition(id=0, name='day 1', maximumfieldcount=4)
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
        converter=optional_integer,
        metadata=key(rules.ACQUISITION_FIELDS, rules.acquisition_fields, nullable=True),
    )
    description: str | None = field(
        default=None, metadata=key(None, rules.ACQUISITION_DESCRIPTION, nullable=True)
    )
    starttime: int | None = field(
        default=None,
        converter=optional_integer,
        metadata=key(None, rules.ACQUISITION_TIME, nullable=True),
    )
    endtime: int | None = field(
        default=None,
        converter=optional_integer,
        metadata=key(None, rules.ACQUISITION_TIME, nullable=True),
    )


@frozen(kw_only=True, repr=False)
class Row(Model):
    """
    A row of a plate.

    See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
    specification.

    Parameters
    ----------
    name : str
        The name of the row, which has only letters and digits, such as ``"A"``; unique
        among the rows of the plate.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `name` is empty, or has characters other than ASCII letters and digits.

    Examples
    --------
    >>> Row(name="A")
    Row(name='A')
    """

    spec_rules = (rules.row_name,)

    name: str = field(metadata=key(rules.ROW_NAME))


@frozen(kw_only=True, repr=False)
class Column(Model):
    """
    A column of a plate.

    See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
    specification.

    Parameters
    ----------
    name : str
        The name of the column, which has only letters and digits, such as ``"1"``; unique
        among the columns of the plate.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `name` is empty, or has characters other than ASCII letters and digits.

    Examples
    --------
    >>> Column(name="1")
    Column(name='1')
    """

    spec_rules = (rules.column_name,)

    name: str = field(metadata=key(rules.COLUMN_NAME))


@frozen(kw_only=True, repr=False)
class WellInPlate(Model):
    """
    A well, as the metadata of its plate lists it.

    See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
    specification.

    Parameters
    ----------
    path : str
        The path of the well's group in the plate: the name of its row, a slash and the name
        of its column, such as ``"A/1"``.
    rowIndex, columnIndex : int
        The indices of its row and column in `Plate.rows` and `Plate.columns`, from 0.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If `path` is not a string, or an index is not an integer.

    Examples
    --------
    >>> WellInPlate(path="A/1", rowIndex=0, columnIndex=0)
    WellInPlate(path='A/1', rowIndex=0, columnIndex=0)
    """

    path: str = field(metadata=key(rules.WELL_PATH))
    rowIndex: int = field(converter=integer, metadata=key(rules.WELL_INDEX))
    columnIndex: int = field(converter=integer, metadata=key(rules.WELL_INDEX))


@frozen(kw_only=True, repr=False)
class Plate(Versioned):
    """
    The metadata of a plate: the value of ``plate``.

    See `"plate" metadata <https://ngff.openmicroscopy.org/0.5/index.html#plate-md>`_ in the
    specification.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the plate, with and without imaged wells.
    columns : sequence of Column
        All columns of the plate, with and without imaged wells.
    wells : sequence of WellInPlate
        The wells that were imaged.
    acquisitions : sequence of Acquisition, optional
        The acquisitions of the plate.
    field_count : int, optional
        The largest number of fields of view in a well, at least 1.
    name : str, optional
        The name of the plate.
    extra : mapping of str to JSON, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If names or ids are repeated, or a well does not match the rows and columns.

    Examples
    --------
    >>> plate = Plate(
    ...     rows=[Row(name="A")],
    ...     columns=[Column(name="1"), Column(name="2")],
    ...     wells=[WellInPlate(path="A/2", rowIndex=0, columnIndex=1)],
    ... )
    >>> [well.path for well in plate.wells]
    ['A/2']
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
        converter=optional_items[Acquisition],
        metadata=key(None, rules.ACQUISITIONS, nullable=True),
    )
    field_count: int | None = field(
        default=None,
        converter=optional_integer,
        metadata=key(rules.FIELDS, rules.field_count, nullable=True),
    )
    name: str | None = field(
        default=None, metadata=key(rules.NAME, rules.NAME_STRING, nullable=True)
    )

    passes_at_a_glance = rules.at_a_glance


PlateBase = Plate
"""The name of `Plate` in ome-zarr-models."""


reexport(globals())
