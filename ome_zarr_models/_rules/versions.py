"""The rules for the key ``ome`` and the version of the metadata."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import MUST, Finding, Rule, of_key, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION: Final = "metadata"

_OTHER: Final = r"^0\.[0-35-9]"

OME = Rule("meta.ome-key", MUST, SECTION, "The attributes of a group must have the key 'ome'.")
CONSISTENT = Rule(
    "meta.version-consistent", MUST, SECTION, "The version must be the same throughout a hierarchy."
)
OBJECT = Rule("meta.ome-object", MUST, SECTION, "The value of 'ome' must be an object.")
VERSION = Rule(
    "meta.version", MUST, SECTION, "'ome' must have 'version', the version of its metadata."
)


def is_of_another(version: str) -> bool:
    """Return whether a text names another version than 0.4."""
    return re.match(_OTHER, version) is not None


@rule(
    CONSISTENT.slug,
    MUST,
    SECTION,
    schema=of_key("version", **{"not": {"type": "string", "pattern": _OTHER}}),
)
def not_of_another(part: Any) -> Iterator[Finding]:
    """Metadata of OME-Zarr 0.4 must not name another version."""
    version = part.version
    if isinstance(version, str) and is_of_another(version):
        yield Finding(("version",), f'expected "0.4", as it is stored so, got {show(version)}')


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
