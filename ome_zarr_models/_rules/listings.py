"""The rules that a listing of the store decides; nodes that no metadata names break them."""

from __future__ import annotations

from typing import Final

from .._models.rule import MUST, SHOULD, Rule
from .collections import SECTION as COLLECTIONS

PLATES: Final = "hcs-layout"

ALL_LISTED = Rule(
    "labels.all-listed", SHOULD, "labels-md", "'labels' should list all label images in the group."
)
PARENT_MULTISCALES = Rule(
    "labels.parent-multiscales",
    MUST,
    "labels-md",
    "The group that has the group 'labels' must be an image.",
)
EMPTY_ROW = Rule(
    "hcs.empty-row", SHOULD, PLATES, "There should be no group of a row without images."
)
EMPTY_WELL = Rule(
    "hcs.empty-well", SHOULD, PLATES, "There should be no group of a well without images."
)
PLATE_SPEC = Rule(
    "hcs.plate-spec", MUST, PLATES, "The group that has the groups of rows must have 'plate'."
)
PLATE_KEY = Rule(
    "bf2raw.plate-key", MUST, COLLECTIONS, "A collection of a plate must also have 'plate'."
)
NUMBERED = Rule(
    "bf2raw.numbered",
    MUST,
    COLLECTIONS,
    "Without 'series' and 'plate', images must be in the groups 0, 1, 2, ... without gaps.",
)
