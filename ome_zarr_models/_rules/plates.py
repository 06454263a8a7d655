"""The rules of a plate and of its wells."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Any, Final

from .._models.rule import (
    MUST,
    SCHEMA,
    SHOULD,
    UNREAD,
    Finding,
    Part,
    Partial,
    Rule,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from .nodes import instead_of_image, is_array, kind_of, node_at

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "plate-md"
WELL: Final = "well-md"

PLATE = Rule("plate.wells", MUST, SECTION, "A plate has the key 'plate', an object.")
ROWS = Rule("plate.rows", MUST, SECTION, "'rows' is a list of objects.")
COLUMNS = Rule("plate.columns", MUST, SECTION, "'columns' is a list of objects.")
WELLS = Rule("plate.wells", MUST, SECTION, "'wells' is a list of objects.")
ROW_NAME = Rule("plate.row-name", MUST, SECTION, "Every row has a string 'name'.")
COLUMN_NAME = Rule("plate.column-name", MUST, SECTION, "Every column has a string 'name'.")
NAME = Rule("plate.name", SHOULD, SECTION, "The plate has 'name'.")
NAME_STRING = Rule("plate.name-string", MUST, SECTION, "The name of the plate is a string.")
VERSION = Rule("plate.version", SHOULD, SECTION, "The plate has 'version'.")
VERSION_STRING = Rule("plate.version-string", MUST, SECTION, "The version is a string.")
FIELDS = Rule("plate.field-count", SHOULD, SECTION, "'field_count' is given.")
ACQUISITIONS = Rule("plate.acq-list", MUST, SECTION, "'acquisitions' is a list of objects.")
ACQUISITION_ID = Rule("plate.acq-id", MUST, SECTION, "Every acquisition has 'id'.")
ACQUISITION_NAME = Rule("plate.acq-name", SHOULD, SECTION, "Every acquisition has 'name'.")
ACQUISITION_NAME_STRING = Rule(
    "plate.acq-name-string", MUST, SECTION, "The name of an acquisition is a string."
)
ACQUISITION_FIELDS = Rule(
    "plate.acq-mfc", SHOULD, SECTION, "Every acquisition has 'maximumfieldcount'."
)
ACQUISITION_DESCRIPTION = Rule(
    "plate.acq-desc-string", MUST, SECTION, "The description of an acquisition is a string."
)
WELL_PATH = Rule("plate.well-path", MUST, SECTION, "Every well has a string 'path'.")
WELL_INDEX = Rule(
    "plate.well-index", MUST, SECTION, "Every well has the integers rowIndex and columnIndex."
)
IMAGES = Rule("well.images", MUST, WELL, "'well' has 'images', a list of objects.")
IMAGE_PATH = Rule("well.path", MUST, WELL, "Every image of a well has a string 'path'.")
IMAGE_ACQUISITION = Rule("well.acq-int", MUST, WELL, "An 'acquisition' is an integer.")
WELL_SPEC = Rule("hcs.well-spec", MUST, "hcs-layout", "The group of a well has the key 'well'.")
WELL_VERSION = Rule("well.version", SHOULD, WELL, "The well has 'version'.")
WELL_VERSION_STRING = Rule("well.version-string", MUST, WELL, "The version is a string.")


_ALLOWED: Final = re.compile("[a-zA-Z0-9._-]+").fullmatch
_ALPHANUMERIC: Final = "^[a-zA-Z0-9]+$"


def _of_wells(key: str, **schema: Any) -> dict[str, Any]:
    """Return the schema of plates in whose wells the value of a key has a schema."""
    return of_key("wells", items=of_key(key, **schema))


def _is_alphanumeric(name: str) -> bool:
    return name.isascii() and name.isalnum()


@rule("plate.row-alnum", MUST, SECTION, schema=of_key("name", pattern=_ALPHANUMERIC))
def row_name(row: Part) -> Iterator[Finding]:
    """The name of a row is alphanumeric."""
    if not _is_alphanumeric(row.name):
        yield Finding(("name",), f"expected letters and digits only, got {row.name!r}")


@rule("plate.column-alnum", MUST, SECTION, schema=of_key("name", pattern=_ALPHANUMERIC))
def column_name(column: Part) -> Iterator[Finding]:
    """The name of a column is alphanumeric."""
    if not _is_alphanumeric(column.name):
        yield Finding(("name",), f"expected letters and digits only, got {column.name!r}")


@rule("plate.acq-id-int", MUST, SECTION, schema=of_key("id", minimum=0))
def acquisition_id(acquisition: Part) -> Iterator[Finding]:
    """The id of an acquisition is an integer from 0."""
    if acquisition.id < 0:
        yield Finding(("id",), f"expected an integer from 0, got {acquisition.id}")


@rule("plate.acq-mfc-int", MUST, SECTION, schema=of_key("maximumfieldcount", minimum=1))
def acquisition_fields(acquisition: Part) -> Iterator[Finding]:
    """The maximum field count of an acquisition is a positive integer."""
    count = acquisition.maximumfieldcount
    if count is not None and count < 1:
        yield Finding(("maximumfieldcount",), f"expected a positive integer, got {count}")


ACQUISITION_TIME = Rule(
    "plate.acq-time-int", MUST, SECTION, "The times of an acquisition are integers."
)


@rule("schema.acq-time-nonneg", SCHEMA, SECTION)
def acquisition_times(acquisition: Part) -> Iterator[Finding]:
    """The times of an acquisition are not negative."""
    for key in ("starttime", "endtime"):
        time = getattr(acquisition, key)
        if time is not None and time is not UNREAD and time < 0:
            yield Finding((key,), f"expected a time from 0, got {time}")


def at_a_glance(plate: Part, /) -> bool:
    """Whether this is plainly like nearly every plate: then it breaks no rule."""
    rows = [row.name for row in plate.rows]
    columns = [column.name for column in plate.columns]
    if len(set(rows)) != len(rows) or len(set(columns)) != len(columns):
        return False
    if plate.acquisitions is not None:
        ids = [acquisition.id for acquisition in plate.acquisitions]
        if len(set(ids)) != len(ids):
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
    """No two rows have the same name."""
    yield from _unique("rows", [row.name for _, row in intact(plate.rows)])


@rule("plate.column-unique", MUST, SECTION)
def columns_unique(plate: Part) -> Iterator[Finding]:
    """No two columns have the same name."""
    yield from _unique("columns", [column.name for _, column in intact(plate.columns)])


@rule("plate.acq-id-unique", MUST, SECTION)
def acquisitions_unique(plate: Part) -> Iterator[Finding]:
    """No two acquisitions have the same id."""
    found = [acquisition.id for _, acquisition in intact(plate.acquisitions or ())]
    yield from _unique("acquisitions", found)


def _unique(key: str, values: list[Any]) -> Iterator[Finding]:
    twice = repeated(values)
    if twice:
        found = ", ".join(map(str, twice))
        yield Finding((key,), f"expected values that differ, got {found} more than once")


@rule("plate.row-case-collision", SHOULD, SECTION)
def rows_differ_in_more_than_case(plate: Part) -> Iterator[Finding]:
    """The names of rows do not collide where case makes no difference."""
    yield from _collide("rows", [row.name for row in plate.rows])


@rule("plate.column-case-collision", SHOULD, SECTION)
def columns_differ_in_more_than_case(plate: Part) -> Iterator[Finding]:
    """The names of columns do not collide where case makes no difference."""
    yield from _collide("columns", [column.name for column in plate.columns])


def _collide(key: str, names: list[str]) -> Iterator[Finding]:
    twice = repeated([name.lower() for name in set(names)])
    if twice:
        found = ", ".join(sorted(name for name in names if name.lower() in twice))
        yield Finding((key,), f"expected names that differ in more than case, got {found}")


@rule("plate.field-count-int", MUST, SECTION, schema=of_key("field_count", minimum=1))
def field_count(plate: Part) -> Iterator[Finding]:
    """The number of fields of view is a positive integer."""
    if plate.field_count is not None and plate.field_count < 1:
        yield Finding(("field_count",), f"expected a positive integer, got {plate.field_count}")


@rule("plate.well-path-extra", MUST, SECTION, schema=_of_wells("path", pattern="^[^/]*/?[^/]*$"))
def well_paths_are_short(plate: Part) -> Iterator[Finding]:
    """The path of a well has nothing before its row or after its column."""
    for i, well in intact(plate.wells):
        if well.path is not UNREAD and well.path.count("/") > 1:
            loc = ("wells", i, "path")
            yield Finding(loc, f"expected a row and a column, such as 'A/1', got {well.path!r}")


# The names of rows and columns are alphanumeric.
@rule(
    "plate.well-path-form",
    MUST,
    SECTION,
    schema=_of_wells("path", pattern="^[a-zA-Z0-9]+/[a-zA-Z0-9]+$"),
)
def well_paths(plate: Part) -> Iterator[Finding]:
    """The path of a well is the name of a row, a slash, and the name of a column."""
    rows, columns = _names(plate.rows), _names(plate.columns)
    for i, well in intact(plate.wells):
        if well.path is UNREAD or well.path.count("/") > 1:
            continue
        row, slash, column = well.path.partition("/")
        sides = ((row, rows), (column, columns))
        if not slash or any(names is not None and name not in names for name, names in sides):
            message = f"expected the names of a row and a column of the plate, got {well.path!r}"
            yield Finding(("wells", i, "path"), message)


def _names(parts: Any) -> list[str] | None:
    """Return the names of rows or columns; None if one of them could not be read."""
    if parts is UNREAD or type(parts) is Partial:
        return None
    names = [part.name for part in parts]
    return None if any(name is UNREAD for name in names) else names


@rule(
    "plate.well-index-range",
    MUST,
    SECTION,
    schema={"allOf": [_of_wells(key, minimum=0) for key in ("rowIndex", "columnIndex")]},
)
def well_indices(plate: Part) -> Iterator[Finding]:
    """The indices of a well are those of a row and a column, from 0."""
    for i, well in intact(plate.wells):
        for key, parts in (("rowIndex", plate.rows), ("columnIndex", plate.columns)):
            index = getattr(well, key)
            most = inf if parts is UNREAD else len(parts)
            if index is not UNREAD and not 0 <= index < most:
                less = "" if most == inf else f", less than {most}"
                yield Finding(("wells", i, key), f"expected an index from 0{less}, got {index}")


@rule("plate.well-consistent", MUST, SECTION)
def well_indices_as_path(plate: Part) -> Iterator[Finding]:
    """The path and the indices of a well mean the same row and column."""
    for i, well in intact(plate.wells):
        if well.path is UNREAD or well.path.count("/") != 1:
            continue
        names = well.path.split("/")
        sides: list[tuple[str, str, tuple[Any, ...]]] = [
            ("rowIndex", names[0], plate.rows),
            ("columnIndex", names[1], plate.columns),
        ]
        for key, name, parts in sides:
            index = getattr(well, key)
            if index is UNREAD or not 0 <= index < len(parts) or parts[index] is UNREAD:
                continue
            of_index = parts[index].name
            if of_index != name and any(name == part.name for _, part in intact(parts)):
                message = f"expected the index of {name!r}, as in 'path', got that of {of_index!r}"
                yield Finding(("wells", i, key), message)


@rule("schema.plate-nonempty", SCHEMA, SECTION)
def plate_nonempty(plate: Part) -> Iterator[Finding]:
    """A plate has rows, columns and wells."""
    for key in ("rows", "columns", "wells"):
        if getattr(plate, key) == ():
            yield Finding((key,), "expected at least one, got none")


@rule("schema.wells-unique", SCHEMA, SECTION)
def wells_unique(plate: Part) -> Iterator[Finding]:
    """No two wells are the same."""
    yield from _unique("wells", [well.path for well in plate.wells])


@rule("schema.version-enum", SCHEMA, SECTION)
def version_04(part: Any) -> Iterator[Finding]:
    """The version of a plate or a well is '0.4'."""
    if part.version not in (None, "0.4"):
        yield Finding(("version",), f"expected '0.4', got {part.version!r}")


@rule("well.path-alnum", MUST, WELL, schema=of_key("path", pattern=_ALPHANUMERIC))
def image_path(image: Part) -> Iterator[Finding]:
    """The path of an image of a well is alphanumeric."""
    if not _is_alphanumeric(image.path):
        yield Finding(("path",), f"expected letters and digits only, got {image.path!r}")


@rule("well.path-chars", MUST, WELL, schema=of_key("path", pattern="^[a-zA-Z0-9._-]+$"))
def image_path_characters(image: Part) -> Iterator[Finding]:
    """The path of an image of a well is of a-z, A-Z, 0-9, '-', '_' and '.'."""
    if len(image.path) == 0 or not _ALLOWED(image.path):
        expected = "expected letters, digits and '-', '_', '.' only"
        yield Finding(("path",), f"{expected}, got {image.path!r}")


@rule("well.path-dots", MUST, WELL, schema=of_key("path", pattern="[^.]"))
def image_path_not_dots(image: Part) -> Iterator[Finding]:
    """The path of an image of a well is not of dots alone."""
    if image.path and not image.path.strip("."):
        yield Finding(("path",), f"expected more than dots, got {image.path!r}")


@rule("well.path-reserved", MUST, WELL, schema=of_key("path", pattern="^(?!__)"))
def image_path_free(image: Part) -> Iterator[Finding]:
    """The path of an image of a well does not begin with '__'."""
    if image.path.startswith("__"):
        yield Finding(("path",), f"expected no '__' at the beginning, got {image.path!r}")


@rule("well.path-unique", MUST, WELL)
def image_paths_unique(well: Part) -> Iterator[Finding]:
    """No two images of a well have the same path."""
    yield from _unique("images", [image.path for _, image in intact(well.images)])


@rule("schema.images-nonempty", SCHEMA, WELL)
def some_images(well: Part) -> Iterator[Finding]:
    """A well has images."""
    if well.images == ():
        yield Finding(("images",), "expected at least one, got none")


# Of a plate and a well with what is in them:


def _named_wells(plate: Any) -> Iterator[tuple[int, Part, Any]]:
    """Yield the wells of a plate, each with its index and what is at its path."""
    metadata = plate.ome_attributes.plate
    for i, well in intact(metadata.wells if metadata is not None else ()):
        if well.path is not UNREAD:
            yield i, well, node_at(plate.members, well.path)


def wells(plate: Any) -> Iterator[tuple[int, Part, Any]]:
    """Yield the wells of a plate whose groups are there, each with its index and its group."""
    for i, well, node in _named_wells(plate):
        if node is not None and node is not UNREAD:
            yield i, well, node


@rule("plate.well-exists", SHOULD, SECTION)
def wells_exist(plate: Any) -> Iterator[Finding]:
    """The paths of wells lead to their groups; plates are often sparse."""
    for i, well, node in _named_wells(plate):
        if node is None:
            loc = ("plate", "wells", i, "path")
            yield Finding(loc, f"expected a well at {well.path!r}, got nothing there")


@rule("plate.well-exists", MUST, SECTION)
def wells_are_wells(plate: Any) -> Iterator[Finding]:
    """What is at the path of a well is a well."""
    for i, well, node in wells(plate):
        if kind_of(node) != "well":
            found = "an array" if is_array(node) else "another group"
            loc = ("plate", "wells", i, "path")
            yield Finding(loc, f"expected a well at {well.path!r}, got {found}")


def images_of_wells(plate: Any) -> Iterator[tuple[str, int, Part]]:
    """Yield the images that the wells of a plate name, each with its well's path and its index."""
    for _, well, node in wells(plate):
        if kind_of(node) == "well":
            for i, image in intact(node.ome_attributes.well.images):
                yield well.path, i, image


def _acquisitions(plate: Any) -> Any:
    metadata = plate.ome_attributes.plate
    return None if metadata is None else metadata.acquisitions


@rule("well.acq-known", MUST, WELL)
def acquisitions_known(plate: Any) -> Iterator[Finding]:
    """The acquisition of an image of a well is one of the plate's."""
    known = [acquisition.id for acquisition in _acquisitions(plate) or ()]
    wrong = [
        (path, i, image)
        for path, i, image in images_of_wells(plate)
        if isinstance(image.acquisition, int) and image.acquisition not in known
    ]
    if wrong and not known:
        path, _, first = wrong[0]
        numbers = listed(dict.fromkeys(image.acquisition for _, _, image in wrong))
        message = f"expected {numbers}, as image {first.path!r} of well {path!r} says, got none"
        yield Finding(("plate", "acquisitions"), message)
        return
    for path, i, image in wrong:
        message = f"expected one of the plate's acquisitions, {listed(dict.fromkeys(known))}, got"
        loc = ("well", "images", i, "acquisition")
        yield Finding(loc, f"{message} {image.acquisition}", path)


@rule("well.acq-required", MUST, WELL)
def acquisitions_given(plate: Any) -> Iterator[Finding]:
    """With several acquisitions in the plate, each image of a well says of which it is."""
    if len(_acquisitions(plate) or ()) > 1:
        for path, i, image in images_of_wells(plate):
            if image.acquisition is None:
                message = "required with several acquisitions in the plate, but missing"
                yield Finding(("well", "images", i, "acquisition"), message, path)


@rule("well.image-exists", MUST, WELL)
def images_exist(well: Any) -> Iterator[Finding]:
    """The paths of a well's images lead to groups."""
    for i, image in intact(well.ome_attributes.well.images):
        if image.path is not UNREAD and node_at(well.members, image.path) is None:
            loc = ("well", "images", i, "path")
            yield Finding(loc, f"expected an image at {image.path!r}, got nothing there")


@rule("well.image-exists", MUST, WELL)
def images_are_images(well: Any) -> Iterator[Finding]:
    """What is at the paths of a well's images are images."""
    for i, image in intact(well.ome_attributes.well.images):
        node = node_at(well.members, image.path) if image.path is not UNREAD else None
        if node is not None and (found := instead_of_image(node)):
            loc = ("well", "images", i, "path")
            yield Finding(loc, f"expected an image at {image.path!r}, got {found}")
