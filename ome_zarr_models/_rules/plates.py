"""The rules for a plate and its wells."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import (
    FEW,
    MUST,
    SCHEMA,
    SHOULD,
    UNREAD,
    Finding,
    Part,
    Partial,
    Rule,
    comparable,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from .nodes import (
    images_of_wells,
    instead_of_image,
    is_array,
    kind_of,
    named_wells,
    node_at,
    wells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


SECTION: Final = "plate-md"
WELL: Final = "well-md"

PLATE = Rule(
    "plate.wells",
    MUST,
    SECTION,
    "A plate must have the key 'plate', an object with 'wells', a list of objects.",
)
ROWS = Rule("plate.rows", MUST, SECTION, "'rows' must be a list of objects.")
COLUMNS = Rule("plate.columns", MUST, SECTION, "'columns' must be a list of objects.")
WELLS = Rule("plate.wells", MUST, SECTION, "'wells' must be a list of objects.")
ROW_NAME = Rule("plate.row-name", MUST, SECTION, "Each row must have 'name', a string.")
COLUMN_NAME = Rule("plate.column-name", MUST, SECTION, "Each column must have 'name', a string.")
NAME = Rule("plate.name", SHOULD, SECTION, "A plate should have 'name'.")
NAME_STRING = Rule("plate.name-string", MUST, SECTION, "The name of a plate must be a string.")
VERSION = Rule("plate.version", SHOULD, SECTION, "A plate should have 'version'.")
VERSION_STRING = Rule(
    "plate.version-string", MUST, SECTION, "The version of a plate must be a string."
)
FIELDS = Rule("plate.field-count", SHOULD, SECTION, "A plate should have 'field_count'.")
ACQUISITIONS = Rule("plate.acq-list", MUST, SECTION, "'acquisitions' must be a list of objects.")
ACQUISITION_ID = Rule("plate.acq-id", MUST, SECTION, "Each acquisition must have 'id'.")
ACQUISITION_NAME = Rule("plate.acq-name", SHOULD, SECTION, "Each acquisition should have 'name'.")
ACQUISITION_NAME_STRING = Rule(
    "plate.acq-name-string", MUST, SECTION, "The name of an acquisition must be a string."
)
ACQUISITION_FIELDS = Rule(
    "plate.acq-mfc", SHOULD, SECTION, "Each acquisition should have 'maximumfieldcount'."
)
ACQUISITION_DESCRIPTION = Rule(
    "plate.acq-desc-string", MUST, SECTION, "The description of an acquisition must be a string."
)
WELL_PATH = Rule("plate.well-path", MUST, SECTION, "Each well must have 'path', a string.")
WELL_INDEX = Rule(
    "plate.well-index",
    MUST,
    SECTION,
    "Each well must have the integers 'rowIndex' and 'columnIndex'.",
)
IMAGES = Rule("well.images", MUST, WELL, "'well' must have 'images', a list of objects.")
IMAGE_PATH = Rule("well.path", MUST, WELL, "Each image of a well must have 'path', a string.")
IMAGE_ACQUISITION = Rule(
    "well.acq-int", MUST, WELL, "The 'acquisition' of an image of a well must be an integer."
)
WELL_SPEC = Rule(
    "hcs.well-spec", MUST, "hcs-layout", "The group of a well must have the key 'well'."
)
WELL_VERSION = Rule("well.version", SHOULD, WELL, "A well should have 'version'.")
WELL_VERSION_STRING = Rule(
    "well.version-string", MUST, WELL, "The version of a well must be a string."
)


_ALLOWED: Final = re.compile("[a-zA-Z0-9._-]+").fullmatch
_ALPHANUMERIC: Final = "^[a-zA-Z0-9]+$"


def _of_wells(key: str, **schema: Any) -> dict[str, Any]:
    """Return the schema for plates whose wells each match a schema at a key."""
    return of_key("wells", items=of_key(key, **schema))


def _is_alphanumeric(name: str) -> bool:
    return name.isascii() and name.isalnum()


@rule("plate.row-alnum", MUST, SECTION, schema=of_key("name", pattern=_ALPHANUMERIC))
def row_name(row: Part) -> Iterator[Finding]:
    """The name of a row must be alphanumeric."""
    if not _is_alphanumeric(row.name):
        yield Finding(("name",), f"expected letters and digits only, got {show(row.name)}")


@rule("plate.column-alnum", MUST, SECTION, schema=of_key("name", pattern=_ALPHANUMERIC))
def column_name(column: Part) -> Iterator[Finding]:
    """The name of a column must be alphanumeric."""
    if not _is_alphanumeric(column.name):
        yield Finding(("name",), f"expected letters and digits only, got {show(column.name)}")


@rule("plate.acq-id-int", MUST, SECTION, schema=of_key("id", minimum=0))
def acquisition_id(acquisition: Part) -> Iterator[Finding]:
    """The id of an acquisition must be an integer of at least 0."""
    if acquisition.id < 0:
        yield Finding(("id",), f"expected an integer of at least 0, got {show(acquisition.id)}")


@rule("plate.acq-mfc-int", MUST, SECTION, schema=of_key("maximumfieldcount", minimum=1))
def acquisition_fields(acquisition: Part) -> Iterator[Finding]:
    """The maximum field count of an acquisition must be a positive integer."""
    count = acquisition.maximumfieldcount
    if count is not None and count < 1:
        yield Finding(("maximumfieldcount",), f"expected a positive integer, got {show(count)}")


ACQUISITION_TIME = Rule(
    "plate.acq-time-int", MUST, SECTION, "The times of an acquisition must be integers."
)


@rule("schema.acq-time-nonneg", SCHEMA, SECTION)
def acquisition_times(acquisition: Part) -> Iterator[Finding]:
    """The JSON schema requires the times of an acquisition not to be negative."""
    for key in ("starttime", "endtime"):
        time = getattr(acquisition, key)
        if time is not None and time is not UNREAD and time < 0:
            yield Finding((key,), f"expected a time of at least 0, got {show(time)}")


def at_a_glance(plate: Part, /) -> bool:
    """Return whether a quick look shows that a plate breaks no rule."""
    rows = [row.name for row in plate.rows]
    columns = [column.name for column in plate.columns]
    if len(set(rows)) != len(rows) or len(set(columns)) != len(columns):
        return False
    if plate.acquisitions is not None:
        ids = [acquisition.id for acquisition in plate.acquisitions]
        if len(ids) > FEW or len(set(ids)) != len(ids):
            return False
    if plate.field_count is not None and plate.field_count < 1:
        return False
    counts = len(rows), len(columns)
    for well in plate.wells:
        row, column = well.rowIndex, well.columnIndex
        if not (0 <= row < counts[0] and 0 <= column < counts[1]):
            return False
        if well.path != f"{rows[row]}/{columns[column]}":
            return False
    return True


@rule("plate.row-unique", MUST, SECTION)
def rows_unique(plate: Part) -> Iterator[Finding]:
    """The names of rows must be unique."""
    yield from _unless_unique("rows", "names", [row.name for _, row in intact(plate.rows)])


@rule("plate.column-unique", MUST, SECTION)
def columns_unique(plate: Part) -> Iterator[Finding]:
    """The names of columns must be unique."""
    names = [column.name for _, column in intact(plate.columns)]
    yield from _unless_unique("columns", "names", names)


@rule("plate.acq-id-unique", MUST, SECTION)
def acquisitions_unique(plate: Part) -> Iterator[Finding]:
    """The ids of acquisitions must be unique."""
    ids = [acquisition.id for _, acquisition in intact(plate.acquisitions or ())]
    yield from _unless_unique("acquisitions", "ids", ids)


def _unless_unique(key: str, noun: str, values: list[Any]) -> Iterator[Finding]:
    twice = repeated(values)
    if twice:
        found = listed(twice, show)
        yield Finding((key,), f"expected {noun} that differ, got {found} more than once")


@rule("plate.row-case-collision", SHOULD, SECTION)
def rows_differ_in_more_than_case(plate: Part) -> Iterator[Finding]:
    """The names of rows should differ in more than case."""
    yield from _if_case_collides("rows", [row.name for row in plate.rows])


@rule("plate.column-case-collision", SHOULD, SECTION)
def columns_differ_in_more_than_case(plate: Part) -> Iterator[Finding]:
    """The names of columns should differ in more than case."""
    yield from _if_case_collides("columns", [column.name for column in plate.columns])


def _if_case_collides(key: str, names: list[str]) -> Iterator[Finding]:
    twice = {*repeated([name.lower() for name in set(names)])}
    if twice:
        found = listed(sorted(name for name in names if name.lower() in twice), show)
        yield Finding((key,), f"expected names that differ in more than case, got {found}")


@rule("plate.field-count-int", MUST, SECTION, schema=of_key("field_count", minimum=1))
def field_count(plate: Part) -> Iterator[Finding]:
    """The number of fields of view must be a positive integer."""
    if plate.field_count is not None and plate.field_count < 1:
        message = f"expected a positive integer, got {show(plate.field_count)}"
        yield Finding(("field_count",), message)


@rule("plate.well-path-extra", MUST, SECTION, schema=_of_wells("path", pattern="^[^/]*/?[^/]*$"))
def well_paths_are_short(plate: Part) -> Iterator[Finding]:
    """The path of a well must not have anything before its row or after its column."""
    for i, well in intact(plate.wells):
        if well.path is not UNREAD and well.path.count("/") > 1:
            loc = ("wells", i, "path")
            message = f'expected a row and a column, such as "A/1", got {show(well.path)}'
            yield Finding(loc, message)


# The names of rows and columns are alphanumeric.
@rule(
    "plate.well-path-form",
    MUST,
    SECTION,
    schema=_of_wells("path", pattern="^[a-zA-Z0-9]+/[a-zA-Z0-9]+$"),
)
def well_paths(plate: Part) -> Iterator[Finding]:
    """The path of a well must be the name of a row, a slash, and the name of a column."""
    rows, columns = _names(plate.rows), _names(plate.columns)
    for i, well in intact(plate.wells):
        if well.path is UNREAD or well.path.count("/") > 1:
            continue
        row, slash, column = well.path.partition("/")
        sides = ((row, rows), (column, columns))
        if not slash or any(names is not None and name not in names for name, names in sides):
            expected = "expected a row and a column of the plate, such as 'B/3'"
            message = f"{expected}, got {show(well.path)}"
            yield Finding(("wells", i, "path"), message)


def _names(parts: Any) -> set[str] | None:
    """Return the names of rows or columns; None if one of them could not be read."""
    if parts is UNREAD or type(parts) is Partial:
        return None
    names = [part.name for part in parts]
    return None if any(name is UNREAD for name in names) else set(names)


@rule(
    "plate.well-index-range",
    MUST,
    SECTION,
    schema={"allOf": [_of_wells(key, minimum=0) for key in ("rowIndex", "columnIndex")]},
)
def well_indices(plate: Part) -> Iterator[Finding]:
    """The indices of a well must be those of a row and a column, counted from 0."""
    for i, well in intact(plate.wells):
        for key, parts in (("rowIndex", plate.rows), ("columnIndex", plate.columns)):
            index = getattr(well, key)
            most = inf if parts is UNREAD else len(parts)
            if index is not UNREAD and not 0 <= index < most:
                less = "" if most == inf else f", less than {most}"
                message = f"expected an index from 0{less}, got {show(index)}"
                yield Finding(("wells", i, key), message)


@rule("plate.well-consistent", MUST, SECTION)
def well_indices_as_path(plate: Part) -> Iterator[Finding]:
    """The path and the indices of a well must name the same row and column."""
    known = [
        {part.name for _, part in intact(parts) if part.name is not UNREAD}
        for parts in (plate.rows, plate.columns)
    ]
    for i, well in intact(plate.wells):
        if well.path is UNREAD or well.path.count("/") != 1:
            continue
        names = well.path.split("/")
        sides: list[tuple[str, str, tuple[Any, ...], set[str]]] = [
            ("rowIndex", names[0], plate.rows, known[0]),
            ("columnIndex", names[1], plate.columns, known[1]),
        ]
        for key, name, parts, names_of_parts in sides:
            index = getattr(well, key)
            if index is UNREAD or not 0 <= index < len(parts) or parts[index] is UNREAD:
                continue
            of_index = parts[index].name
            if of_index is not UNREAD and of_index != name and name in names_of_parts:
                expected = f"expected the index of {show(name)}, as in 'path'"
                message = f"{expected}, got that of {show(of_index)}"
                yield Finding(("wells", i, key), message)


@rule("schema.plate-nonempty", SCHEMA, SECTION)
def plate_nonempty(plate: Part) -> Iterator[Finding]:
    """The JSON schema requires a plate to have rows, columns and wells."""
    for key in ("rows", "columns", "wells"):
        if getattr(plate, key) == ():
            yield Finding((key,), "expected at least one object, got an empty list")


@rule("schema.wells-unique", SCHEMA, SECTION)
def wells_unique(plate: Part) -> Iterator[Finding]:
    """The JSON schema requires wells to differ."""
    yield from _unless_unique("wells", "paths", [well.path for well in plate.wells])


@rule("schema.version-enum", SCHEMA, SECTION)
def version_04(part: Any) -> Iterator[Finding]:
    """The JSON schema requires the version of a plate or a well to be '0.4'."""
    if part.version not in (None, "0.4"):
        yield Finding(("version",), f'expected "0.4", got {show(part.version)}')


@rule("well.path-alnum", MUST, WELL, schema=of_key("path", pattern=_ALPHANUMERIC))
def image_path(image: Part) -> Iterator[Finding]:
    """The path of an image of a well must be alphanumeric."""
    if not _is_alphanumeric(image.path):
        yield Finding(("path",), f"expected letters and digits only, got {show(image.path)}")


@rule("well.path-chars", MUST, WELL, schema=of_key("path", pattern="^[a-zA-Z0-9._-]+$"))
def image_path_characters(image: Part) -> Iterator[Finding]:
    """The path of an image of a well must consist of a-z, A-Z, 0-9, '-', '_' and '.'."""
    if len(image.path) == 0 or not _ALLOWED(image.path):
        expected = "expected letters, digits and '-', '_', '.' only"
        yield Finding(("path",), f"{expected}, got {show(image.path)}")


@rule("well.path-dots", MUST, WELL, schema=of_key("path", pattern="[^.]"))
def image_path_not_dots(image: Part) -> Iterator[Finding]:
    """The path of an image of a well must not consist of dots only."""
    if image.path and not image.path.strip("."):
        yield Finding(("path",), f"expected more than dots, got {show(image.path)}")


@rule("well.path-reserved", MUST, WELL, schema=of_key("path", pattern="^(?!__)"))
def image_path_free(image: Part) -> Iterator[Finding]:
    """The path of an image of a well must not begin with '__'."""
    if image.path.startswith("__"):
        yield Finding(("path",), f"expected no '__' at the beginning, got {show(image.path)}")


@rule("well.path-unique", MUST, WELL)
def image_paths_unique(well: Part) -> Iterator[Finding]:
    """The paths of the images of a well must be unique."""
    yield from _unless_unique("images", "paths", [image.path for _, image in intact(well.images)])


@rule("schema.images-nonempty", SCHEMA, WELL)
def some_images(well: Part) -> Iterator[Finding]:
    """The JSON schema requires a well to have images."""
    if well.images == ():
        yield Finding(("images",), "expected at least one object, got an empty list")


# Rules for plates and wells together with their members.


@rule("plate.well-exists", SHOULD, SECTION)
def wells_exist(plate: Any) -> Iterator[Finding]:
    """The path of each well should lead to its group; plates may be sparse."""
    for i, well, node in named_wells(plate):
        if node is None:
            loc = ("plate", "wells", i, "path")
            yield Finding(loc, f"expected a well at {show(well.path)}, got nothing there")


@rule("plate.well-exists", MUST, SECTION)
def wells_are_wells(plate: Any) -> Iterator[Finding]:
    """The node at the path of a well must be a well."""
    for i, well, node in wells(plate):
        if kind_of(node) != "well":
            found = "an array" if is_array(node) else "another group"
            loc = ("plate", "wells", i, "path")
            yield Finding(loc, f"expected a well at {show(well.path)}, got {found}")


def _acquisitions(plate: Any) -> Any:
    metadata = plate.ome_attributes.plate
    return None if metadata is None else metadata.acquisitions


def _by_content(ids: Iterable[Any]) -> dict[Any, Any]:
    return {comparable(each): each for each in ids}


@rule("well.acq-known", MUST, WELL)
def acquisitions_known(plate: Any) -> Iterator[Finding]:
    """The acquisition of an image of a well must be one of the plate's acquisitions."""
    known = _by_content(acquisition.id for acquisition in _acquisitions(plate) or ())
    wrong = [
        (path, i, image)
        for path, i, image in images_of_wells(plate)
        if isinstance(image.acquisition, int) and comparable(image.acquisition) not in known
    ]
    if wrong and not known:
        path, _, first = wrong[0]
        numbers = listed(_by_content(image.acquisition for _, _, image in wrong).values())
        place = f"image {show(first.path)} of well {show(path)}"
        message = f"expected the acquisitions {numbers}, as named by {place}, got none"
        yield Finding(("plate", "acquisitions"), message)
        return
    expected = f"expected an acquisition of the plate, one of {listed(known.values())}"
    for path, i, image in wrong:
        loc = ("well", "images", i, "acquisition")
        yield Finding(loc, f"{expected}, got {show(image.acquisition)}", path)


@rule("well.acq-required", MUST, WELL)
def acquisitions_given(plate: Any) -> Iterator[Finding]:
    """If a plate has several acquisitions, each image of a well must have 'acquisition'."""
    if len(_acquisitions(plate) or ()) > 1:
        for path, i, image in images_of_wells(plate):
            if image.acquisition is None:
                message = "required, as the plate has several acquisitions, but missing"
                yield Finding(("well", "images", i, "acquisition"), message, path)


@rule("well.image-exists", MUST, WELL)
def images_exist(well: Any) -> Iterator[Finding]:
    """The path of each image of a well must lead to a group."""
    for i, image in intact(well.ome_attributes.well.images):
        if image.path is not UNREAD and node_at(well.members, image.path) is None:
            loc = ("well", "images", i, "path")
            yield Finding(loc, f"expected an image at {show(image.path)}, got nothing there")


@rule("well.image-exists", MUST, WELL)
def images_are_images(well: Any) -> Iterator[Finding]:
    """The node at the path of an image of a well must be an image."""
    for i, image in intact(well.ome_attributes.well.images):
        node = node_at(well.members, image.path) if image.path is not UNREAD else None
        if node is not None and (found := instead_of_image(node)):
            loc = ("well", "images", i, "path")
            yield Finding(loc, f"expected an image at {show(image.path)}, got {found}")


@rule("plausible.field-count", SHOULD, SECTION)
def enough_fields(plate: Any) -> Iterator[Finding]:
    """'field_count' should not be smaller than the number of images of a well."""
    metadata = plate.ome_attributes.plate
    if metadata is None or metadata.field_count is None:
        return
    counts: dict[str, int] = {}
    for path, i, _ in images_of_wells(plate):
        counts[path] = i + 1
    most = max(counts, key=counts.__getitem__, default="")
    if counts.get(most, 0) > metadata.field_count:
        message = f"expected at least {counts[most]}, as well {show(most)} has as many images"
        yield Finding(("plate", "field_count"), f"{message}, got {metadata.field_count}")
