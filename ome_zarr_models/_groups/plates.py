"""Plates and their wells, in all versions."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar

from .._models.model import Model
from .._models.structure import to_document
from .._rules import plates as rules
from .._rules.nodes import kind_of
from ..base import BaseGroup
from ..common.well import WellGroupNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._models.rule import Rule
    from ..common.plate import Acquisition, Plate


W = TypeVar("W")
I = TypeVar("I")  # noqa: E741 - of an image

SIZES: Final = {6: (2, 3), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}
"""The numbers of rows and columns of the usual plates, by their numbers of wells."""


class WellsGroup(BaseGroup, Generic[W]):
    """A group that has wells."""

    __slots__ = ()

    tree_rules: ClassVar[tuple[Rule, ...]] = (
        rules.wells_exist,
        rules.wells_are_wells,
        rules.acquisitions_known,
        rules.acquisitions_given,
    )

    @property
    def n_wells(self) -> int:
        """The number of wells that the metadata names, whether they are there or not."""
        return len(self._plate.wells)

    @property
    def _plate(self) -> Plate:
        plate: Plate | None = self.ome_attributes.plate
        if plate is None:
            msg = "expected a plate, got a collection that is none"
            raise RuntimeError(msg)
        return plate

    @property
    def well_groups(self) -> Iterator[W]:
        """The wells that are there."""
        for well in self._plate.wells:
            node: W | None = self._group_at(well.path, "well")
            if node is not None:
                yield node

    def get_well_group(self, i: int) -> W:
        """
        Return a well by its index in the metadata.

        Parameters
        ----------
        i : int
            The index.

        Raises
        ------
        WellGroupNotFoundError
            If the group of the well is not there.
        """
        return self.well(self._plate.wells[i].path)

    def well(self, row: str, column: str | None = None) -> W:
        """
        Return a well by its row and its column.

        Parameters
        ----------
        row : str
            The name of the row, or the path of the well: ``"B"``, or ``"B/3"``.
        column : str, optional
            The name of the column: ``"3"``.

        Raises
        ------
        WellGroupNotFoundError
            If the group of the well is not there.
        """
        path = row if column is None else f"{row}/{column}"
        node: W | None = self._group_at(path, "well")
        if node is None:
            known = [well.path for well in self._plate.wells]
            what = "a well whose group is not there" if path in known else "no well of the plate"
            msg = f"expected the path of a well, such as {known[:1]}, got {path!r}: {what}"
            raise WellGroupNotFoundError(msg)
        return node


class PlateGroup(WellsGroup[W]):
    """A plate, and its wells."""

    __slots__ = ()

    kind = "plate"

    def __getitem__(self, path: str) -> W:
        return self.well(path)

    @classmethod
    def new(
        cls,
        *,
        size: int | None = None,
        rows: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        wells: Mapping[str, W | None] | Sequence[str] | None = None,
        acquisitions: Sequence[Acquisition | Mapping[str, Any]] | None = None,
        field_count: int | None = None,
        name: str | None = None,
    ) -> Self:
        """
        Return a new plate.

        Parameters
        ----------
        size : int, optional
            The number of wells of a usual plate: 6, 24, 48, 96, 384 or 1536.
        rows, columns : sequence of str, optional
            The names of all rows and columns, where it is none of the usual.
        wells : mapping of str to Well, or sequence of str, optional
            The wells that are imaged, by their paths, such as ``"B/3"``. Those without a
            group are declared: their groups are written later. All wells of the plate are
            declared if nothing is given.
        acquisitions : sequence of Acquisition, or of its JSON, optional
            The runs of a microscope over the plate.
        field_count : int, optional
            The largest number of fields of view of a well; counted if not given.
        name : str, optional
            The name of the plate.

        Raises
        ------
        ValueError
            If neither `size` nor `rows` and `columns` say how large it is, or both do.
        ValidationError
            If the specification does not allow this plate; it names every problem.
        """
        rows, columns = _rows_and_columns(size, rows, columns)
        if wells is None:
            wells = [f"{row}/{column}" for row in rows for column in columns]
        groups: dict[str, Any] = {}
        if isinstance(wells, Mapping):
            groups = {path: well for path, well in wells.items() if well is not None}
        for path, well in groups.items():
            if kind_of(well) != "well":
                msg = f"expected a Well at {path!r}, got {well!r}"
                raise TypeError(msg)
        counts = [len(well.ome_attributes.well.images) for well in groups.values()]
        said = {
            "acquisitions": None if acquisitions is None else _documents(acquisitions),
            "field_count": max(counts, default=None) if field_count is None else field_count,
            "name": name,
        }
        plate = {
            "rows": [{"name": row} for row in rows],
            "columns": [{"name": column} for column in columns],
            "wells": [_well(path, rows, columns) for path in wells],
            **{key: value for key, value in said.items() if value is not None},
        }
        return cls._from_metadata({"plate": plate}, cls._nest_members(groups))


def _rows_and_columns(
    size: int | None, rows: Sequence[str] | None, columns: Sequence[str] | None
) -> tuple[Sequence[str], Sequence[str]]:
    if size is None:
        if rows is None or columns is None:
            msg = f"expected a size of {', '.join(map(str, SIZES))}, or rows and columns, got none"
            raise ValueError(msg)
        return rows, columns
    if rows is not None or columns is not None or size not in SIZES:
        msg = f"expected a size of {', '.join(map(str, SIZES))}, or rows and columns, got {size}"
        raise ValueError(f"{msg} with them" if size in SIZES else msg)
    n_rows, n_columns = SIZES[size]
    names = [*ascii_uppercase, *(f"A{letter}" for letter in ascii_uppercase)]
    return names[:n_rows], [str(i) for i in range(1, n_columns + 1)]


def _well(path: str, rows: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    row, _, column = str(path).partition("/")
    # What is not found is said of the path, when the plate is made.
    return {
        "path": path,
        "rowIndex": rows.index(row) if row in rows else 0,
        "columnIndex": columns.index(column) if column in columns else 0,
    }


def _documents(models: Sequence[Any]) -> list[Any]:
    return [to_document(model) if isinstance(model, Model) else model for model in models]


class WellGroup(BaseGroup, Generic[I]):
    """A well of a plate, and its images: the fields of view."""

    __slots__ = ()

    kind = "well"
    tree_rules = (rules.images_are_images,)
    store_rules = (rules.images_exist,)

    @property
    def n_images(self) -> int:
        """The number of images that the metadata names."""
        return len(self.ome_attributes.well.images)

    @property
    def images(self) -> Iterator[I]:
        """The images that are there."""
        for image in self.ome_attributes.well.images:
            node: I | None = self._group_at(image.path, "image", "image-label")
            if node is not None:
                yield node

    def get_image(self, i: int) -> I:
        """
        Return an image by its index in the metadata.

        Parameters
        ----------
        i : int
            The index.

        Raises
        ------
        KeyError
            If the group of the image is not there.
        """
        return self[self.ome_attributes.well.images[i].path]

    def __getitem__(self, path: str) -> I:
        node: I | None = self._group_at(path, "image", "image-label")
        if node is None:
            names = ", ".join(image.path for image in self.ome_attributes.well.images)
            msg = f"expected the path of an image that is there, of {names or 'none'}, got {path!r}"
            raise KeyError(msg)
        return node

    def get_acquisition_paths(self) -> dict[int, list[str]]:
        """Return the paths of the images of each acquisition."""
        paths: dict[int, list[str]] = self.ome_attributes.well.get_acquisition_paths()
        return paths

    @classmethod
    def new(
        cls,
        images: Mapping[str, I] | Sequence[str],
        *,
        acquisitions: Mapping[str, int] | None = None,
    ) -> Self:
        """
        Return a new well.

        Parameters
        ----------
        images : mapping of str to Image, or sequence of str
            The fields of view by their names, such as ``"0"``. Names alone declare
            images whose groups are written later.
        acquisitions : mapping of str to int, optional
            The acquisition of each, by the names of the images.

        Raises
        ------
        ValidationError
            If the specification does not allow this well; it names every problem.
        """
        known = acquisitions or {}
        documents = [
            {"path": path, **({"acquisition": known[path]} if path in known else {})}
            for path in images
        ]
        members = cls._nest_members(images if isinstance(images, Mapping) else {})
        return cls._from_metadata({"well": {"images": documents}}, members)
