"""The rules of where metadata is stored, which are kept when a hierarchy is put together."""

from __future__ import annotations

from typing import Final

from .._models.rule import MUST, Rule

SECTION: Final = "storage-format"

FORMAT = Rule(
    "storage.zarr-format",
    MUST,
    SECTION,
    "The hierarchy is of the Zarr format that the version asks for.",
)
PLACE = Rule(
    "storage.attrs-on-group",
    MUST,
    SECTION,
    "The metadata is in the attributes of the Zarr group that it describes.",
)
NO_COMMENTS = Rule(
    "storage.no-json-comments", MUST, "conventions", "There are no comments in JSON documents."
)
THREE_GROUPS = Rule(
    "hcs.three-groups", MUST, "hcs-layout", "There are groups of the plate, its rows and wells."
)

OF_ALL: Final = (FORMAT, PLACE, NO_COMMENTS, THREE_GROUPS)
