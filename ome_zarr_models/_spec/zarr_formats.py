"""Zarr's two formats: which documents make a node, and where its attributes are."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import Loc, ZarrFormat


_ROOT: Final = __name__.partition(".")[0]
"""The package, in which classes of higher layers are found by name."""


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
    A Zarr format: where it keeps what makes a node.

    ``group`` and ``array`` name the documents that make a node one or the other,
    ``attributes`` the one that holds its attributes, and ``place`` where in it they are.
    ``consolidated`` names the document of a root that holds the documents of all nodes
    below, and ``module`` the classes of nodes. ``owned`` are the keys of attributes that a
    writer of OME-Zarr replaces.
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
    def other(self) -> Format:
        """The other one of Zarr's two formats."""
        return next(other for other in FORMATS.values() if other != self)

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
    """Return what a module of the package has under a name: ``"v04.image:Image"``."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f".{module}", _ROOT), attribute)


def group_documents(zarr_format: Format, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documents of a group by their names; of attributes only if there are any."""
    main: dict[str, Any] = {"zarr_format": zarr_format.number}
    if zarr_format.group != zarr_format.attributes:
        documents = {zarr_format.group: main}
        return {**documents, zarr_format.attributes: attributes} if attributes else documents
    return {zarr_format.group: {**main, "node_type": "group", "attributes": attributes}}
