"""Groups of bioformats2raw collections, in every version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from .._json.values import is_list
from .._models.rule import listed
from .._reading.checks import NO_MEMBERS
from .._rules import collections as rules
from .._rules.nodes import kind_of, node_at
from .._spec.members import Named
from .._spec.versions import VERSIONS
from ..base import BaseGroup, refuse_strings
from .plates import WellsGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


W = TypeVar("W")
I = TypeVar("I")  # noqa: E741 - of an image

_OME: Final = "OME"


class CollectionGroup(WellsGroup[W], Generic[W, I]):
    """The images that bioformats2raw converted from one file, or the wells of a plate."""

    __slots__ = ()

    kind = "bioformats2raw"
    tree_rules = (
        *WellsGroup.tree_rules,
        rules.numbered,
    )

    @property
    def image_paths(self) -> list[str]:
        """
        The paths of the images, relative to the collection.

        They are read from ``series`` in the group ``OME``. Without ``series``, images have the
        names ``"0"``, ``"1"``, ... A collection with a plate has wells instead, and the list is
        empty.

        Raises
        ------
        RuntimeError
            If the members were not read.
        """
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        metadata: Any = self.ome_attributes
        if metadata.plate is not None:
            return []
        ome = node_at(self.members, _OME)
        if kind_of(ome) == "series":
            return list(ome.ome_attributes.series)
        attributes = getattr(ome, "attributes", {})
        series: Any = VERSIONS[self.ome_zarr_version].metadata(attributes).get("series")
        if is_list(series):
            return [path for path in series if isinstance(path, str)]
        numbered: list[str] = []
        while str(len(numbered)) in self.members:
            numbered.append(str(len(numbered)))
        return numbered

    @property
    def images(self) -> dict[str, I]:
        """
        The images by their paths; paths without a node are left out.

        Raises
        ------
        RuntimeError
            If the members were not read, or the node at one of the paths is not an image.
        """
        nodes = {path: self._group_at(path, "image", "image-label") for path in self.image_paths}
        return {path: node for path, node in nodes.items() if node is not None}

    def __getitem__(self, path: str) -> W | I:
        metadata: Any = self.ome_attributes
        if metadata.plate is not None:
            return self.well(path)
        image: I | None = (
            self._group_at(path, "image", "image-label") if path in self.image_paths else None
        )
        if image is None:
            expected = f"expected the path of an image, one of {listed(self.images)}"
            msg = f"{expected}, got {path!r}: {self._why_missing(path)}"
            raise KeyError(msg)
        return image

    def named_nodes(self) -> Iterator[Named]:
        yield from super().named_nodes()
        for path in self.image_paths:
            yield Named(path, "image")

    @classmethod
    def new(cls, images: Mapping[str, I] | Sequence[I], *, ome_xml: bytes | None = None) -> Self:
        """
        Return a new collection of images.

        The group ``OME`` is created as well; its ``series`` names the images in their order.

        Parameters
        ----------
        images : mapping of str to Image, or sequence of Image
            The images by their paths in the collection. The images of a sequence get the
            paths ``"0"``, ``"1"``, ...
        ome_xml : bytes, optional
            The OME-XML that describes the images, as the content of
            ``OME/METADATA.ome.xml``.

        Returns
        -------
        BioFormats2Raw

        Raises
        ------
        ValueError
            If a key of `images` is not a path below the collection.
        ValidationError
            If the collection breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import ArraySpec, BioFormats2Raw, Image
        >>> from ome_zarr_models.v05.axes import Axis
        >>> image = Image.new(
        ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(64, 64))],
        ...     paths=["0"],
        ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        ...     scales=[(0.5, 0.5)],
        ...     translations=None,
        ... )
        >>> BioFormats2Raw.new([image, image]).image_paths
        ['0', '1']
        """
        if not isinstance(images, Mapping):
            images = {str(i): image for i, image in enumerate(images)}
        series: Any = VERSIONS[cls.ome_zarr_version].kind("series").group_class()
        members = cls._nest_members({**images, _OME: series.new(list(images))})
        collection = cls._from_metadata({"bioformats2raw.layout": 3}, members)
        object.__setattr__(collection, "ome_xml", ome_xml)
        return collection


class SeriesGroup(BaseGroup):
    """The group ``OME`` of a bioformats2raw collection: the order of its images."""

    __slots__ = ()

    kind = "series"
    has_members = False

    @classmethod
    def new(cls, series: Sequence[str]) -> Self:
        """
        Return a new group ``OME``.

        Parameters
        ----------
        series : sequence of str
            The paths of the images, relative to the collection, in the order of the OME-XML.

        Returns
        -------
        Series

        Raises
        ------
        ValidationError
            If `series` is not a sequence of strings.

        Examples
        --------
        >>> from ome_zarr_models.v05 import Series
        >>> Series.new(["0", "1"]).ome_attributes.series
        ('0', '1')
        """
        refuse_strings(series=series)
        return cls._from_metadata({"series": list(series)}, None)
