"""The rules for where metadata is stored; they are checked when a hierarchy is assembled."""

from __future__ import annotations

from typing import Final

from .._models.rule import MUST, Rule

SECTION: Final = "storage-format"

FORMAT = Rule(
    "storage.zarr-format",
    MUST,
    SECTION,
    "The hierarchy must have the Zarr format that its OME-Zarr version requires.",
)
PLACE = Rule(
    "storage.attrs-on-group",
    MUST,
    SECTION,
    "The metadata must be in the attributes of the Zarr group that it describes.",
)
NO_COMMENTS = Rule(
    "storage.no-json-comments", MUST, "conventions", "JSON documents must not contain comments."
)
THREE_GROUPS = Rule(
    "hcs.three-groups",
    MUST,
    "hcs-layout",
    "The plate, each of its rows and each of its wells must be a group.",
)

OF_ALL: Final = (FORMAT, PLACE, NO_COMMENTS, THREE_GROUPS)
