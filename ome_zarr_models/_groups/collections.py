"""bioformats2raw collections and the series in them, in all versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from .._json.values import is_list
from .._reading.checks import NO_MEMBERS
from .._reading.hierarchy import OME_XML
from .._rules import collections as rules
from .._rules.nodes import kind_of, node_at
from .._spec.members import Named
from .._spec.versions import VERSIONS
from ..base import BaseGroup
from .plates import WellsGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


W = TypeVar("W")
I = TypeVar("I")  # noqa: E741 - of an image

_OME: Final = "OME"


class CollectionGroup(WellsGroup[W], Generic[W, I]):
    """The images that bioformats2raw made of one file; the wells, if it is of a plate."""

    __slots__ = ()

    kind = "bioformats2raw"
    tree_rules = (
        *WellsGroup.tree_rules,
        rules.described,
        rules.series_of_plate,
        rules.series_exist,
        rules.numbered,
    )

    ome_xml: bytes | None

    @property
    def image_paths(self) -> list[str]:
        """The paths of the images: of the group ``OME``, or numbered where it does not say."""
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        if self.ome_attributes.plate is not None:
            return []
        ome = node_at(self.members, _OME)
        if kind_of(ome) == "series":
            return list(ome.ome_attributes.series)
        attributes = getattr(ome, "attributes", {})
        said = VERSIONS[self.ome_zarr_version].metadata(attributes).get("series")
        if is_list(said):
            return [path for path in said if isinstance(path, str)]
        numbered: list[str] = []
        while str(len(numbered)) in self.members:
            numbered.append(str(len(numbered)))
        return numbered

    @property
    def images(self) -> dict[str, I]:
        """The images that are there, by their paths."""
        found = {path: self._group_at(path, "image", "image-label") for path in self.image_paths}
        return {path: node for path, node in found.items() if node is not None}

    def __getitem__(self, path: str) -> Any:
        """Return an image, or the well of a plate, by its path."""
        return self.images[path] if self.ome_attributes.plate is None else self.well(path)

    def to_documents(self) -> dict[str, Any]:
        """Return the group's documents, and its file of OME-XML, by their names."""
        documents: dict[str, Any] = super().to_documents()  # type: ignore[misc] # of the Zarr format's own class
        file = {} if self.ome_xml is None else {f"{_OME}/{OME_XML}": self.ome_xml}
        return {**file, **documents}

    def named_nodes(self) -> Iterator[Named]:
        yield from super().named_nodes()
        for path in self.image_paths:
            yield Named(path, "image")

    @classmethod
    def fields_from_documents(cls, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {"ome_xml": documents.get(_OME, {}).get(OME_XML)}

    @classmethod
    def new(cls, images: Mapping[str, I] | Sequence[I], *, ome_xml: bytes | None = None) -> Self:
        """
        Return a new collection.

        Parameters
        ----------
        images : mapping of str to Image, or sequence of Image
            The images by their paths; a sequence is numbered.
        ome_xml : bytes, optional
            The OME-XML that describes the whole collection.

        Raises
        ------
        ValidationError
            If the specification does not allow this; it names every problem.
        """
        if not isinstance(images, Mapping):
            images = {str(i): image for i, image in enumerate(images)}
        series = VERSIONS[cls.ome_zarr_version].kind("series").group_class()
        members = cls._nest_members({**images, _OME: series.new(list(images))})
        made = cls._from_metadata({"bioformats2raw.layout": 3}, members)
        object.__setattr__(made, "ome_xml", ome_xml)
        return made


class SeriesGroup(BaseGroup):
    """The group ``OME`` of a bioformats2raw collection: the order of its images."""

    __slots__ = ()

    kind = "series"
    has_members = False

    @classmethod
    def new(cls, series: Sequence[str]) -> Self:
        """
        Return a new group.

        Parameters
        ----------
        series : sequence of str
            The paths of the images from the collection, in the order of the OME-XML.
        """
        return cls._from_metadata({"series": list(series)}, None)
