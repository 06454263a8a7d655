"""The rules of where the metadata is, and which version it says that it is of."""

from __future__ import annotations

from typing import Final

from . import MUST, Rule

SECTION: Final = "metadata"

OME = Rule("meta.ome-key", MUST, SECTION, "The attributes of a group have the key 'ome'.")
VERSION_VALUE = Rule("meta.version-value", MUST, SECTION, "'version' names this version.")
CONSISTENT = Rule(
    "meta.version-consistent", MUST, SECTION, "The version is the same throughout a hierarchy."
)
OBJECT = Rule("meta.ome-object", MUST, SECTION, "The value of 'ome' is an object.")
VERSION = Rule("meta.version", MUST, SECTION, "'ome' has 'version', which is that of the rest.")
