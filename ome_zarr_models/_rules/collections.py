"""The rules for a bioformats2raw collection and its series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import MUST, SHOULD, UNREAD, Finding, Rule, intact, of_key, rule
from .nodes import images_of_wells, instead_of_image, kind_of, node_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECTION: Final = "bf2raw"

LAYOUT = Rule("bf2raw.value-3", MUST, SECTION, "'bioformats2raw.layout' must be 3.")
KEY = Rule(
    "bf2raw.key", MUST, SECTION, "The top-level group must have the key 'bioformats2raw.layout'."
)
SERIES = Rule("bf2raw.series-strings", MUST, SECTION, "'series' must be a list of strings.")


_LAYOUT: Final = "bioformats2raw.layout"


def is_laid_out(group: Any) -> bool:
    """Return whether a group has the layout of a collection; a plate may have it as well."""
    return bool(
        group.kind == "bioformats2raw" or group.ome_attributes.extra.get(_LAYOUT) is not None
    )


@rule("bf2raw.beside", SHOULD, SECTION)
def beside(metadata: Any) -> Iterator[Finding]:
    """Images, labels and wells should not have the layout of a collection."""
    value = metadata.extra.get(_LAYOUT)
    if value is not None and metadata.kind not in ("plate", "series", "bioformats2raw"):
        message = f"expected no layout beside other metadata, got {show(value)}"
        yield Finding((_LAYOUT,), f"{message}: it is read as one of kind {metadata.kind!r}")


@rule(LAYOUT.slug, MUST, SECTION, schema=of_key(_LAYOUT, enum=[3, None]))
def layout_of_plate(metadata: Any) -> Iterator[Finding]:
    """'bioformats2raw.layout' must be 3."""
    value = metadata.extra.get(_LAYOUT)
    if value not in (None, 3):
        yield Finding((_LAYOUT,), f"expected 3, got {show(value)}")


@rule("bf2raw.xml", SHOULD, SECTION)
def described(collection: Any) -> Iterator[Finding]:
    """The file OME/METADATA.ome.xml should describe the whole collection."""
    if collection.ome_xml is None and is_laid_out(collection):
        yield Finding((), "expected the file OME/METADATA.ome.xml, got nothing there")


@rule("bf2raw.plate-series", SHOULD, SECTION)
def series_of_plate(collection: Any) -> Iterator[Finding]:
    """A collection with a plate should also have 'series', which lists all images of its wells."""
    if collection.ome_attributes.plate is None or not is_laid_out(collection):
        return
    ome = node_at(collection.members, "OME")
    if kind_of(ome) != "series":
        if ome is not UNREAD:
            message = "expected the key 'series' in the group OME, as there is a plate, got none"
            yield Finding((), message)
        return
    images = [f"{path}/{image.path}" for path, _, image in images_of_wells(collection)]
    series = {path for _, path in intact(ome.ome_attributes.series)}
    missing = [path for path in images if path not in series]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        message = f"expected the path of every image of the plate, got none for {show(missing[0])}"
        yield Finding(("series",), f"{message}{more}", "OME")


@rule("bf2raw.series-paths", MUST, SECTION)
def series_exist(collection: Any) -> Iterator[Finding]:
    """Each path in 'series' must lead to an image."""
    ome = node_at(collection.members, "OME")
    if kind_of(ome) != "series":
        return
    for i, path in intact(ome.ome_attributes.series):
        node = node_at(collection.members, path) if isinstance(path, str) else UNREAD
        found = "nothing there" if node is None else instead_of_image(node)
        if found:
            message = f"expected an image at {show(path)}, got {found}"
            yield Finding(("series", i), message, "OME")


@rule("bf2raw.numbered", MUST, SECTION)
def numbered(collection: Any) -> Iterator[Finding]:
    """Without 'series' and 'plate', images must be in the groups 0, 1, 2, ..."""
    ome = node_at(collection.members, "OME")
    if collection.ome_attributes.plate is not None or kind_of(ome) == "series":
        return
    members: Mapping[str, Any] = collection.members
    if "0" not in members:
        yield Finding((), 'expected an image at "0", as no series are listed, got nothing there')
    for name, node in members.items():
        if name.isdigit() and (found := instead_of_image(node)):
            yield Finding((), f"expected an image at {show(name)}, got {found}")
