"""The two Zarr formats: which documents define a node, and where its attributes are."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import Loc, ZarrFormat


_ROOT: Final = __name__.partition(".")[0]
"""The package, in which classes of higher layers are looked up by name."""


OME_KEYS: Final = frozenset(
    (
        "bioformats2raw.layout",
        "image-label",
        "labels",
        "multiscales",
        "ome",
        "omero",
        "plate",
        "scene",
        "series",
        "version",
        "well",
    )
)
"""The keys of OME-Zarr's metadata, of whatever version and kind of group."""
_ENVELOPE: Final = frozenset(("ome",))


class Format(NamedTuple):
    """
    A Zarr format: the names of its documents and of the classes of its nodes.

    Parameters
    ----------
    number : {2, 3}
        The number of the format.
    group, array : str
        The name of the document that makes a node a group or an array.
    attributes : str
        The name of the document that holds the attributes of a node.
    place : tuple of str
        The keys that lead to the attributes in that document.
    consolidated : str
        The name of the document that consolidates the documents of all nodes below a root.
    module : str
        The module, relative to the package, that has the classes of arrays and groups.
    owned : frozenset of str
        The keys of attributes that a writer of OME-Zarr replaces: others are foreign.
    """

    number: ZarrFormat
    group: str
    array: str
    attributes: str
    place: Loc
    consolidated: str
    module: str
    owned: frozenset[str]

    @property
    def has_one_document(self) -> bool:
        """Whether the type, the attributes and the copies of a node are all in one document."""
        return self.group == self.consolidated

    @property
    def other(self) -> Format:
        """The other Zarr format."""
        return FORMATS[3 if self.number == 2 else 2]  # noqa: PLR2004 - the numbers of the formats

    @property
    def array_spec(self) -> Any:
        """The class of arrays."""
        return load(f"{self.module}:ArraySpec")

    @property
    def group_spec(self) -> Any:
        """The class of groups."""
        return load(f"{self.module}:GroupSpec")


FORMATS: Final[Mapping[ZarrFormat, Format]] = {
    2: Format(
        2, ".zgroup", ".zarray", ".zattrs", (), ".zmetadata", "_zarr.v2", OME_KEYS - {"version"}
    ),
    3: Format(
        3,
        "zarr.json",
        "zarr.json",
        "zarr.json",
        ("attributes",),
        "zarr.json",
        "_zarr.v3",
        _ENVELOPE,
    ),
}


@cache
def load(name: str) -> Any:
    """Import an object of the package by its module and name, such as ``"v04.image:Image"``."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f".{module}", _ROOT), attribute)


def group_documents(zarr_format: Format, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documents of a group by their names; of attributes only if there are any."""
    main: dict[str, Any] = {"zarr_format": zarr_format.number}
    if zarr_format.group != zarr_format.attributes:
        documents = {zarr_format.group: main}
        return {**documents, zarr_format.attributes: attributes} if attributes else documents
    return {zarr_format.group: {**main, "node_type": "group", "attributes": attributes}}
