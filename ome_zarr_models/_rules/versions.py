"""The rules of where the metadata is, and which version it says that it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._models.rule import MUST, Finding, Rule, of_key

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "metadata"

OME = Rule("meta.ome-key", MUST, SECTION, "The attributes of a group have the key 'ome'.")
CONSISTENT = Rule(
    "meta.version-consistent", MUST, SECTION, "The version is the same throughout a hierarchy."
)
OBJECT = Rule("meta.ome-object", MUST, SECTION, "The value of 'ome' is an object.")
VERSION = Rule("meta.version", MUST, SECTION, "'ome' has 'version', which is that of the rest.")


def _is_own(metadata: Any) -> Iterator[Finding]:
    if metadata.version != metadata.ome_zarr_version:
        message = f"expected {metadata.ome_zarr_version!r}, got {metadata.version!r}"
        yield Finding(("version",), message)


OWN = Rule(
    VERSION.slug, MUST, SECTION, VERSION.text, _is_own, schema=of_key("version", const="0.5")
)
VERSION_VALUE = Rule(
    "meta.version-value",
    MUST,
    SECTION,
    "'version' names this version.",
    _is_own,
    schema=of_key("version", const="0.6"),
)
