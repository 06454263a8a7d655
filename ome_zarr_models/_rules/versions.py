"""The rules for the key ``ome`` and the version of the metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import MUST, Finding, Rule, of_key

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "metadata"

OME = Rule("meta.ome-key", MUST, SECTION, "The attributes of a group must have the key 'ome'.")
CONSISTENT = Rule(
    "meta.version-consistent", MUST, SECTION, "The version must be the same throughout a hierarchy."
)
OBJECT = Rule("meta.ome-object", MUST, SECTION, "The value of 'ome' must be an object.")
VERSION = Rule(
    "meta.version", MUST, SECTION, "'ome' must have 'version', the version of its metadata."
)


def _unless_own_version(metadata: Any) -> Iterator[Finding]:
    if metadata.version != metadata.ome_zarr_version:
        expected, version = show(metadata.ome_zarr_version), show(metadata.version)
        yield Finding(("version",), f"expected {expected}, got {version}")


OWN = Rule(
    VERSION.slug,
    MUST,
    SECTION,
    VERSION.text,
    _unless_own_version,
    schema=of_key("version", const="0.5"),
)
VERSION_VALUE = Rule(
    "meta.version-value",
    MUST,
    SECTION,
    "'version' must be the version of the specification that the metadata follows.",
    _unless_own_version,
    schema=of_key("version", const="0.6"),
)
