"""Groups of plates and wells, in every version."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar

from .._json.text import show
from .._models.model import Model
from .._models.rule import Rule, listed
from .._models.structure import to_document
from .._reading.hierarchy import OME_XML
from .._rules import collections
from .._rules import plates as rules
from .._rules.nodes import kind_of
from ..base import BaseGroup, refuse_strings
from ..common.well import WellGroupNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..common.plate import Acquisition, Plate
    from ..common.well_types import WellMeta


W = TypeVar("W")
I = TypeVar("I")  # noqa: E741 - of an image

SIZES: Final = {6: (2, 3), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}
"""The numbers of rows and columns of the standard plates, by their numbers of wells."""


class WellsGroup(BaseGroup, Generic[W]):
    """A group that has wells: a plate, or a bioformats2raw collection of a plate."""

    __slots__ = ()

    tree_rules: ClassVar[tuple[Rule, ...]] = (
        rules.wells_exist,
        rules.wells_are_wells,
        rules.acquisitions_known,
        rules.acquisitions_given,
        rules.enough_fields,
        collections.described,
        collections.series_of_plate,
        collections.series_exist,
    )

    ome_xml: bytes | None

    def to_documents(self) -> dict[str, Any]:
        """
        Return the documents of the group and the file ``OME/METADATA.ome.xml``.

        Returns
        -------
        dict of str to JSON or bytes
            The JSON documents and the content of the file, by their names.
        """
        documents: dict[str, Any] = super().to_documents()  # type: ignore[misc] # of the Zarr format's own class
        file = {} if self.ome_xml is None else {f"OME/{OME_XML}": self.ome_xml}
        return {**file, **documents}

    @classmethod
    def fields_from_documents(cls, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {"ome_xml": documents.get("OME", {}).get(OME_XML)}

    @classmethod
    def from_nodes(cls, nodes: Mapping[str, Mapping[str, Any]]) -> Self:
        """
        Build a group from the documents of its nodes; the inverse of `to_nodes`.

        Parameters
        ----------
        nodes : mapping of str to mapping of str to JSON
            The documents of each node by their names, by the path of the node. The documents of
            the group itself may have the text of the file ``OME/METADATA.ome.xml`` beside them.

        Returns
        -------
        Self
            The group.

        Raises
        ------
        ValidationError
            If the documents break a rule of the specification; the error lists every problem.
        """
        from .._zarr.nodes import without_file  # only needed for nodes in JSON

        nodes, ome_xml = without_file(nodes, f"OME/{OME_XML}")
        group = super().from_nodes(nodes)
        object.__setattr__(group, "ome_xml", ome_xml)
        return group

    @property
    def n_wells(self) -> int:
        """
        The number of wells in the metadata, whether their groups exist or not.

        Raises
        ------
        RuntimeError
            If this is a bioformats2raw collection without a plate.
        """
        return len(self._plate.wells)

    @property
    def _plate(self) -> Plate:
        metadata: Any = self.ome_attributes
        plate: Plate | None = metadata.plate
        if plate is None:
            msg = "this bioformats2raw collection has no plate"
            raise RuntimeError(msg)
        return plate

    @property
    def well_groups(self) -> Iterator[W]:
        """
        The wells whose groups exist, in the order of the metadata.

        Raises
        ------
        RuntimeError
            If the members were not read, or this is a bioformats2raw collection without a
            plate.
        """
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
            The index in ``plate.wells``, from 0.

        Returns
        -------
        Well

        Raises
        ------
        IndexError
            If there is no such index.
        WellGroupNotFoundError
            If the group of the well does not exist.
        RuntimeError
            If the members were not read, or this is a bioformats2raw collection without a
            plate.
        """
        return self.well(self._plate.wells[i].path)

    def well(self, row: str, column: str | None = None) -> W:
        """
        Return a well by the names of its row and its column; ``plate["B/3"]`` is the same.

        Parameters
        ----------
        row : str
            The name of the row, such as ``"B"``; or the path of the well, such as ``"B/3"``.
        column : str, optional
            The name of the column, such as ``"3"``.

        Returns
        -------
        Well

        Raises
        ------
        WellGroupNotFoundError
            If the plate has no such well, or the group of the well does not exist.
        RuntimeError
            If the node at the path is not a well but, for example, a row; if the members were
            not read; or if this is a bioformats2raw collection without a plate.
        """
        path = row if column is None else f"{row}/{column}"
        node: W | None = self._group_at(path, "well")
        if node is None:
            paths = [well.path for well in self._plate.wells]
            expected = f"expected the path of a well, such as {next(iter(paths), 'A/1')!r}"
            msg = f"{expected}, got {path!r}: {self._why_missing(path)}"
            raise WellGroupNotFoundError(msg)
        return node


class PlateGroup(WellsGroup[W]):
    """A plate and its wells."""

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

        Give either `size`, or `rows` and `columns`.

        Parameters
        ----------
        size : int, optional
            The number of wells of a standard plate: 6, 24, 48, 96, 384 or 1536. Its rows are
            named ``"A"``, ``"B"``, ... and its columns ``"1"``, ``"2"``, ...
        rows, columns : sequence of str, optional
            The names of all rows and all columns of another plate.
        wells : mapping of str to (Well or None), or sequence of str, optional
            The wells that were imaged, by their paths, such as ``"B/3"``. If the value is
            None, or `wells` is a sequence of paths, the plate lists the well, but `to_zarr`
            does not write its group; write it later. By default the plate lists all wells.
        acquisitions : sequence of Acquisition, or of mapping, optional
            The acquisitions: runs of a microscope over the plate.
        field_count : int, optional
            The largest number of fields of view in a well; counted in `wells` if not given.
        name : str, optional
            The name of the plate.

        Returns
        -------
        HCS

        Raises
        ------
        ValueError
            If neither `size` nor both of `rows` and `columns` are given, if `size` is given
            with one of them, or if `size` is not that of a standard plate.
        TypeError
            If a value of `wells` is neither a Well nor None.
        ValidationError
            If the plate breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import HCS, Well
        >>> plate = HCS.new(size=96, wells={"B/3": Well.new(["0"]), "C/3": None}, name="screen")
        >>> plate.n_wells, len(list(plate.well_groups))
        (2, 1)
        >>> plate.well("B", "3").n_images
        1
        """
        refuse_strings(rows=rows, columns=columns, wells=wells)
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
        optional = {
            "acquisitions": None if acquisitions is None else _documents(acquisitions),
            "field_count": max(counts, default=None) if field_count is None else field_count,
            "name": name,
        }
        plate = {
            "rows": [{"name": row} for row in rows],
            "columns": [{"name": column} for column in columns],
            "wells": [_well(path, rows, columns) for path in wells],
            **{key: value for key, value in optional.items() if value is not None},
        }
        return cls._from_metadata({"plate": plate}, cls._nest_members(groups))


def _rows_and_columns(
    size: int | None, rows: Sequence[str] | None, columns: Sequence[str] | None
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the rows and the columns of a plate."""
    sizes = ", ".join(map(str, SIZES))
    expected = f"expected a size of {sizes}, or rows and columns"
    if size is None:
        if rows is None or columns is None:
            msg = f"{expected}, got {_given(rows=rows, columns=columns)}"
            raise ValueError(msg)
        return rows, columns
    if rows is not None or columns is not None:
        msg = f"{expected}, got a size of {size!r} and {_given(rows=rows, columns=columns)}"
        raise ValueError(msg)
    if size not in SIZES:
        msg = f"{expected}, got a size of {size!r}"
        raise ValueError(msg)
    n_rows, n_columns = SIZES[size]
    names = [*ascii_uppercase, *(f"A{letter}" for letter in ascii_uppercase)]
    return names[:n_rows], [str(i) for i in range(1, n_columns + 1)]


def _given(**values: object) -> str:
    """Return the names of the arguments that are given."""
    return " and ".join(name for name, value in values.items() if value is not None) or "neither"


def _well(path: str, rows: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    """Return the document of a well in a plate."""
    row, _, column = str(path).partition("/")
    # An unknown row or column is reported with the path, when the plate is validated.
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
        """The number of images in the metadata, whether their groups exist or not."""
        return len(self._well.images)

    @property
    def _well(self) -> WellMeta:
        metadata: Any = self.ome_attributes
        well: WellMeta = metadata.well
        return well

    @property
    def images(self) -> Iterator[I]:
        """
        The images whose groups exist, in the order of the metadata.

        Raises
        ------
        RuntimeError
            If the members were not read.
        """
        for image in self._well.images:
            node: I | None = self._group_at(image.path, "image", "image-label")
            if node is not None:
                yield node

    def get_image(self, i: int) -> I:
        """
        Return an image by its index in the metadata; ``well["0"]`` returns one by its path.

        Parameters
        ----------
        i : int
            The index in ``well.images``, from 0.

        Returns
        -------
        Image

        Raises
        ------
        IndexError
            If there is no such index.
        KeyError
            If the group of the image does not exist.
        RuntimeError
            If the members were not read.
        """
        return self[self._well.images[i].path]

    def __getitem__(self, path: str) -> I:
        node: I | None = self._group_at(path, "image", "image-label")
        if node is None:
            paths = [image.path for image in self._well.images]
            expected = f"expected the path of an image, one of {listed(paths)}"
            msg = f"{expected}, got {path!r}: {self._why_missing(path)}"
            raise KeyError(msg)
        return node

    def get_acquisition_paths(self) -> dict[int, list[str]]:
        """
        Return the paths of the images of each acquisition.

        Returns
        -------
        dict of int to list of str
            The paths, relative to the well, by the ids of the acquisitions.

        Raises
        ------
        ValueError
            If an image has no acquisition.
        """
        return self._well.get_acquisition_paths()

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
            The fields of view by their paths, such as ``"0"``. The images of a sequence are
            only named in the metadata, and their groups are written later.
        acquisitions : mapping of str to int, optional
            The ids of the acquisitions of the plate, by the paths of the images.

        Returns
        -------
        Well

        Raises
        ------
        ValidationError
            If the well breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import Well
        >>> well = Well.new(["0", "1"], acquisitions={"0": 1, "1": 2})
        >>> well.n_images, well.get_acquisition_paths()
        (2, {1: ['0'], 2: ['1']})
        """
        refuse_strings(images=images)
        acquisitions = acquisitions or {}
        unknown = [path for path in acquisitions if path not in images]
        if unknown:
            msg = f"expected acquisitions of images of the well, got {listed(unknown, show)}"
            raise ValueError(msg)
        documents = [
            {"path": path, **({"acquisition": acquisitions[path]} if path in acquisitions else {})}
            for path in images
        ]
        members = cls._nest_members(images if isinstance(images, Mapping) else {})
        return cls._from_metadata({"well": {"images": documents}}, members)
