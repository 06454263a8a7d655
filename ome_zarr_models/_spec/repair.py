"""
Repairs of metadata that breaks a rule of the specification but whose meaning is plain.

A repair is a function that yields the fixes of one defect in a document. It does not change
the document: `apply_repairs` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping  # noqa: TC003 - attrs evaluates annotations
from copy import copy
from functools import partial
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any, Final

from attrs import NOTHING, evolve, field, frozen

from .._json.text import NOT_JSON, show
from .._json.values import at, is_list, is_object, items_at, replaced
from .._models.types import Nested, nulls
from .._paths import cleaned
from ..exceptions import Problem, show_place
from .detect import PLACE_RULE, Misplaced, detect, misplaced
from .drafts import is_read_as, renamed
from .versions import get_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..typing import Loc
    from .versions import Version

    Repair = Callable[[Any], Iterator["Fix"]]


TOLERATED: Final = frozenset(
    (
        NOT_JSON,
        "axes.dimension-names-match",
        "axes.dimension-names-present",
        "bf2raw.numbered",
        "bf2raw.series-paths",
        "label.source-image-exists",
        "meta.version-consistent",
        "labels.paths-exist",
        "labels.same-levels",
        "ms.ds-order",
        "ms.ds-order-shapes",
        "omero.channel-count",
        "omero.color-hex",
        "plate.column-alnum",
        "plate.column-unique",
        "plate.row-alnum",
        "plate.row-unique",
        "plate.well-consistent",
        "plate.well-index-range",
        "plate.well-path-form",
        "storage.nested-chunks",
        "well.acq-known",
        "well.acq-required",
        "well.image-exists",
        "well.path-alnum",
        "well.path-chars",
        "well.path-reserved",
    )
)
"""Rules that a reader only warns about: what breaks them is read as it is."""


@frozen
class Defects:
    """
    What was wrong with a group that was read nevertheless.

    ``tolerated`` are the ids of the rules that the group breaks, and ``left_out`` is why members
    that its metadata names were left out, by their paths.
    """

    tolerated: frozenset[str] = frozenset()
    left_out: Mapping[str, str] = field(factory=dict[str, str])


_LAYOUT: Final = "bioformats2raw.layout"
_SYSTEMS: Final = "coordinateSystems"
_TRANSFORMATIONS: Final = "coordinateTransformations"
_TYPES_BY_NAME: Final = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_LARGE: Final = 10**18
_DIGITS: Final = re.compile("[0-9]{1,18}").fullmatch
_COLOR: Final = re.compile("#?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")


@frozen
class Fix:
    """
    The change of one value in a document that breaks a rule.

    Parameters
    ----------
    rule : str
        The rule of the specification that the value breaks.
    loc : tuple of str and int
        The keys and indices that lead to the value.
    before : JSON or `attrs.NOTHING`
        The value in the document; `attrs.NOTHING` if the key is missing.
    after : JSON or `attrs.NOTHING`
        The value as which it is read; `attrs.NOTHING` if the key is removed.

    Examples
    --------
    >>> fix = Fix("plate.version-string", ("plate", "version"), 0.4, "0.4")
    >>> print(fix)
    plate.version: "0.4", found 0.4 [plate.version-string]
    >>> fix.to_patch()
    {'op': 'replace', 'path': '/plate/version', 'value': '0.4'}
    """

    rule: str
    loc: Loc
    before: Any
    after: Any

    def to_patch(self) -> dict[str, Any]:
        """
        Return this change as an operation of a JSON Patch (RFC 6902).

        Returns
        -------
        dict
            An operation ``add``, ``remove`` or ``replace``.
        """
        escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in self.loc)
        path = "".join(f"/{step}" for step in escaped)
        if self.after is NOTHING:
            return {"op": "remove", "path": path}
        op = "add" if self.before is NOTHING else "replace"
        return {"op": op, "path": path, "value": self.after}

    def __str__(self) -> str:
        return f"{show_place(self.loc)}: {self._message} [{self.rule}]"

    @property
    def _message(self) -> str:
        before = "nothing" if self.before is NOTHING else show(self.before)
        after = "removed" if self.after is NOTHING else show(self.after)
        return f"{after}, found {before}"

    def problem(self) -> Problem:
        """Return the warning that the value is read as another one."""
        message = self._message.replace("removed", "absent", self.after is NOTHING)
        return Problem(self.rule, "warning", "", self.loc, f"read as {message}")


def repair(
    document: Mapping[str, Any], *, version: str | None = None
) -> tuple[Mapping[str, Any], list[Fix]]:
    """
    Repair the metadata of a group where its meaning is plain.

    These are the repairs that a reader makes with ``policy="repair"``, and those of what it
    keeps as it was found: nulls, missing types of axes, names of versions. All other defects
    stay as they are; `validate` reports them.

    Parameters
    ----------
    document : mapping
        The attributes of a group as they are stored. They are not changed.
    version : str, optional
        The version of the metadata, such as ``"0.4"``; by default it is detected. Metadata
        whose version cannot be detected is returned as it is.

    Returns
    -------
    document : mapping
        The repaired attributes; `document` itself if there is nothing to repair.
    fixes : list of Fix
        The changes, in the order in which they were made.

    Raises
    ------
    TypeError
        If `document` is not a mapping.
    ValueError
        If `version` is not the name of a version.

    Examples
    --------
    >>> document = {"well": {"images": [{"path": "0"}], "version": 0.4}}
    >>> repaired, fixes = repair(document)
    >>> repaired
    {'well': {'images': [{'path': '0'}], 'version': '0.4'}}
    >>> print(fixes[0])
    well.version: "0.4", found 0.4 [well.version-string]
    """
    if not is_object(document):
        msg = f"expected the attributes of a group as a mapping, got {show(document)}"
        raise TypeError(msg)
    known = get_version(version) if version else detect(document).version
    old = get_version("0.4")
    if known is None and misplaced(document, old.format, None):
        known = old
    return (document, []) if known is None else repair_stored(document, known)


def repair_stored(
    attributes: Any, version: Version, *, is_below: bool = False
) -> tuple[Any, list[Fix]]:
    """Repair the attributes of a group as `repair_group` does, and replace a draft's name."""
    moved = misplaced(attributes, version.format, version)
    moves = [*_moves(attributes, moved)] if moved else []
    attributes = moved.attributes if moved else attributes
    drafted = version.metadata(attributes)
    attributes, draft = version.released(attributes)
    place = version.place
    fixes = [Fix(version.version_rule, (*place, "version"), draft, version.name)] if draft else []
    for loc, old, new, value in renamed(drafted, draft or "") or ():
        fixes.append(Fix("t6.bydim-items", (*place, *loc, old), value, NOTHING))
        fixes.append(Fix("t6.bydim-items", (*place, *loc, new), NOTHING, value))
    attributes, repaired = repair_group(attributes, version, is_below=is_below)
    stored: list[Repair] = [partial(_remove_nulls, version)]
    if not version.place:
        stored.insert(0, partial(_release_parts, version.name))
    attributes, changed = apply_repairs(attributes, stored)
    return attributes, [*moves, *fixes, *repaired, *changed]


def _moves(attributes: Mapping[str, Any], moved: Misplaced) -> Iterator[Fix]:
    """Yield the changes by which metadata gets to the place of its version."""
    rule, after = moved.problem.rule, moved.attributes
    for key, value in attributes.items():
        if key not in after:
            yield Fix(rule, (key,), value, NOTHING)
    for key, value in after.items():
        if key not in attributes:
            yield Fix(rule, (key,), NOTHING, value)


def _remove_nulls(version: Version, attributes: Any) -> Iterator[Fix]:
    """Remove the keys of nulls, which a reader keeps, and of transformations without any."""
    kind = version.kind_of(attributes)
    places: list[Loc] = []
    if kind is not None:
        model: Any = kind.attributes_class()
        for loc, key in nulls(Nested(model), attributes):
            places.append(loc)
            yield Fix(key.wrong.slug if key.wrong else "type", loc, None, NOTHING)
    for name, value in version.metadata(attributes).items():
        is_kind = any(name == other.key for other in version.kinds)
        if value is None and is_kind and (*version.place, name) not in places:
            yield Fix(PLACE_RULE, (*version.place, name), None, NOTHING)


def apply_repairs(document: Any, repairs: Iterable[Repair]) -> tuple[Any, list[Fix]]:
    """Apply repairs to a copy of a document; return it and the fixes."""
    fixes: list[Fix] = []
    for find_fixes in repairs:
        found = list(find_fixes(document))
        document = apply_fixes(document, found)
        fixes += found
    return document, fixes


def apply_fixes(document: Any, fixes: Iterable[Fix]) -> Any:
    """Return a copy of a document with fixes applied; its other values are shared, not copied."""
    copies: dict[int, Any] = {}
    for fix in fixes:
        document = _replace(document, fix.loc, fix.after, copies)
    return document


def _replace(document: Any, loc: Loc, value: Any, copies: dict[int, Any]) -> Any:
    """
    Return a document with a value replaced, in copies of the containers on the way to it.

    The copies are kept by their ids, so that many changes copy each container once.
    """

    def own(container: Any) -> Any:
        if id(container) not in copies:
            container = copy(container)
            copies[id(container)] = container
        return container

    *way, last = loc
    document = changed = own(document)
    for step in way:
        changed[step] = changed = own(changed[step])
    if value is NOTHING:
        del changed[last]
    else:
        changed[last] = value
    return document


def repair_group(
    attributes: Any, version: Version, *, is_below: bool = False
) -> tuple[Any, list[Fix]]:
    """
    Repair the attributes of a group.

    Parameters
    ----------
    attributes : JSON
        The attributes as they are stored. They are not changed.
    version : Version
        The version as which they are read.
    is_below : bool
        Whether the group is below the root: metadata without a version then has the
        root's.

    Returns
    -------
    attributes : JSON
        The repaired attributes.
    fixes : list of Fix
        The changes, with their places in the attributes.
    """
    metadata = at(attributes, *version.place)
    if not is_object(metadata):
        return attributes, []
    repairs: list[Repair] = [
        partial(_repair_versions_of_parts, version.name),
        partial(_repair_paths, "well.path-chars" if version.has_systems else "well.path-alnum"),
    ]
    if version.place:
        repairs.insert(0, partial(_repair_version, version.name, is_below=is_below))
    metadata, fixes = apply_repairs(metadata, [*repairs, *_REPAIRS_OF_GROUPS])
    if not fixes:
        return attributes, []
    repaired = replaced(attributes, version.place, metadata) if version.place else metadata
    return repaired, [evolve(fix, loc=(*version.place, *fix.loc)) for fix in fixes]


def _repair_version(name: str, document: Any, *, is_below: bool) -> Iterator[Fix]:
    """Replace a number by the version that it stands for; add a version below the root."""
    version = document.get("version", NOTHING)
    # The meaning of any other number is not plain.
    if (version in (NOTHING, None) and is_below) or _written(version) == name:
        yield Fix("meta.version", ("version",), version, name)


def _repair_versions_of_parts(name: str, document: Any) -> Iterator[Fix]:
    """Replace a number by the version that it stands for, in multiscales and other parts."""
    for rule, loc, part in _versioned_parts(document):
        version = part.get("version")
        written = _written(version)
        if written and (rule != "ms.version" or written == name):
            yield Fix(rule, (*loc, "version"), version, written)


def _release_parts(name: str, attributes: Any) -> Iterator[Fix]:
    """Replace patch numbers and suffixes of versions, which a reader of 0.4 keeps."""
    for rule, loc, part in _versioned_parts(attributes):
        version = part.get("version")
        if version != name and is_read_as(version, name):
            yield Fix(rule, (*loc, "version"), version, name)


def _versioned_parts(document: Any) -> Iterator[tuple[str, Loc, Mapping[str, Any]]]:
    """Yield the parts of metadata that name a version, each after the rule that it must."""
    rules = {
        "image-label": "label.version-string",
        "plate": "plate.version-string",
        "well": "well.version-string",
    }
    for loc, part in _multiscales(document):
        yield "ms.version", loc, part
    for key, rule in rules.items():
        for loc, part in _part(document, key):
            yield rule, loc, part


def _repair_paths(rule_of_wells: str, document: Any) -> Iterator[Fix]:
    """Remove needless slashes from the paths of nodes, and replace backslashes by slashes."""
    for rule, loc, path in (*_paths_of_levels(document), *_paths_of_groups(document)):
        clean = cleaned(path)
        if clean is not path:
            yield Fix(rule or rule_of_wells, loc, path, clean)


def _paths_of_levels(document: Any) -> Iterator[tuple[str, Loc, Any]]:
    """Yield the paths of arrays with their places, and the rule that others break."""
    for loc, multiscale in _multiscales(document):
        for place, dataset in _items(multiscale, "datasets", loc):
            yield "ms.ds-array-exists", (*place, "path"), dataset.get("path")
            for inner, transform in _items(dataset, _TRANSFORMATIONS, place):
                for key in ("input", "output"):
                    for end, system in _part(transform, key, inner):
                        yield "ms.ds-array-exists", (*end, "path"), system.get("path")


def _paths_of_groups(document: Any) -> Iterator[tuple[str, Loc, Any]]:
    """Yield the paths of groups in the same way; the rule of those in wells is left empty."""
    for loc, plate in _part(document, "plate"):
        for place, well in _items(plate, "wells", loc):
            path = well.get("path")
            is_long = isinstance(path, str) and path.count("/") > 1
            rule = "plate.well-path-extra" if is_long else "plate.well-path-form"
            yield rule, (*place, "path"), path
    for loc, well in _part(document, "well"):
        for place, image in _items(well, "images", loc):
            yield "", (*place, "path"), image.get("path")
    yield from _paths_in_scenes(document)
    for key, rule in (("labels", "labels.paths-exist"), ("series", "bf2raw.series-paths")):
        for i, path in enumerate(items_at(document, key)):
            yield rule, (key, i), path


def _paths_in_scenes(document: Any) -> Iterator[tuple[str, Loc, Any]]:
    for loc, scene in _part(document, "scene"):
        for place, transform in _items(scene, _TRANSFORMATIONS, loc):
            for key in ("input", "output"):
                for end, reference in _part(transform, key, place):
                    yield "scene.io-path", (*end, "path"), reference.get("path")


def _repair_names(document: Any) -> Iterator[Fix]:
    """Read the paths of a collection's images and of label images from integers."""
    for key, rule in (("series", "bf2raw.series-strings"), ("labels", "labels.key")):
        for i, path in enumerate(items_at(document, key)):
            if name := named_by_number(path):
                yield Fix(rule, (key, i), path, name)


def _repair_layout(document: Any) -> Iterator[Fix]:
    """Read the layout of a collection from a string."""
    if document.get(_LAYOUT) == "3":
        yield Fix("bf2raw.value-3", (_LAYOUT,), "3", 3)


def _repair_field_count(document: Any) -> Iterator[Fix]:
    """Remove a field count of 0 from a plate."""
    for loc, plate in _part(document, "plate"):
        if plate.get("field_count") == 0:
            yield Fix("plate.field-count-int", (*loc, "field_count"), 0, NOTHING)


def _repair_acquisitions(document: Any) -> Iterator[Fix]:
    """Read the ids of acquisitions from strings of digits."""
    for loc, plate in _part(document, "plate"):
        for place, acquisition in _items(plate, "acquisitions", loc):
            number = acquisition.get("id")
            if isinstance(number, str) and _DIGITS(number):
                yield Fix("plate.acq-id-int", (*place, "id"), number, int(number))
    for loc, well in _part(document, "well"):
        for place, image in _items(well, "images", loc):
            number = image.get("acquisition")
            if isinstance(number, str) and _DIGITS(number):
                yield Fix("well.acq-int", (*place, "acquisition"), number, int(number))


def _repair_well_indices(document: Any) -> Iterator[Fix]:
    """Add the missing indices of wells, from their paths, and read others from strings."""
    for loc, plate in _part(document, "plate"):
        rows, columns = (_indices(plate, key) for key in ("rows", "columns"))
        for place, well in _items(plate, "wells", loc):
            path = well.get("path")
            row, _, column = path.partition("/") if isinstance(path, str) else ("", "", "")
            for key, name, names in (("rowIndex", row, rows), ("columnIndex", column, columns)):
                index = well.get(key)
                if isinstance(index, str) and _DIGITS(index):
                    yield Fix("plate.well-index", (*place, key), index, int(index))
                elif index is None and name in names:
                    yield Fix(
                        "plate.well-index", (*place, key), well.get(key, NOTHING), names[name]
                    )


def _indices(plate: Mapping[str, Any], key: str) -> dict[str, int]:
    """Return the indices of the rows or columns of a plate by their names."""
    indices: dict[str, int] = {}
    for i, (_, side) in enumerate(_items(plate, key)):
        name = side.get("name")
        if isinstance(name, str):
            indices.setdefault(name, i)
    return indices


def _repair_empty_transformations(document: Any) -> Iterator[Fix]:
    """Remove the key of a multiscale's own transformations where it has none."""
    for loc, multiscale in _multiscales(document):
        if multiscale.get(_TRANSFORMATIONS) == [] and _SYSTEMS not in multiscale:
            yield Fix("ms.top-ct", (*loc, _TRANSFORMATIONS), [], NOTHING)


def _repair_axis_types(document: Any) -> Iterator[Fix]:
    """Add the types of axes whose names are ``t``, ``c``, ``z``, ``y`` or ``x``."""
    multiscales = [*_multiscales(document)]
    systems = [
        system for loc, multiscale in multiscales for system in _items(multiscale, _SYSTEMS, loc)
    ]
    for loc, owner in [*multiscales, *systems]:
        for place, axis in _items(owner, "axes", loc):
            name = axis.get("name")
            if axis.get("type") is None and isinstance(name, str) and name in _TYPES_BY_NAME:
                before = axis.get("type", NOTHING)
                yield Fix("axes.type", (*place, "type"), before, _TYPES_BY_NAME[name])


def _repair_vectors(document: Any) -> Iterator[Fix]:
    """Read the numbers of a scale or translation from strings, where all are strings."""
    for loc, transformations, has_systems in _transformations(document):
        for i, transform in enumerate(transformations):
            for key in ("scale", "translation"):
                numbers = _parse_numbers(transform.get(key))
                if numbers:
                    rule = f"t6.{key}-length" if has_systems else "trafo.param"
                    yield Fix(rule, (*loc, i, key), transform[key], numbers)


def _repair_windows(document: Any) -> Iterator[Fix]:
    """Read the numbers of a window from strings, where all are strings."""
    rules = {
        "min": "omero.window-minmax",
        "max": "omero.window-minmax",
        "start": "omero.window-startend",
        "end": "omero.window-startend",
    }
    for loc, channel in _channels(document):
        for place, window in _part(channel, "window", loc):
            keys = [key for key in rules if key in window]
            numbers = _parse_numbers([window[key] for key in keys])
            for key, number in zip(keys, numbers, strict=False):
                yield Fix(rules[key], (*place, key), window[key], number)


def _repair_order(document: Any) -> Iterator[Fix]:
    """Move a translation behind the scale that follows it, and multiply it by the scale."""
    for loc, transformations, has_systems in _transformations(document):
        # In 0.6, only the sequence of a dataset must begin with the scale.
        if has_systems and ("datasets" not in loc or loc[-1] != "transformations"):
            continue
        if [transform.get("type") for transform in transformations] == ["translation", "scale"]:
            translation, scale = transformations
            offsets, factors = translation.get("translation"), scale.get("scale")
            if not (is_list(offsets) and is_list(factors) and len(offsets) == len(factors)):
                continue
            if all(map(_is_number, [*offsets, *factors])):
                products = _products(offsets, factors)
                if not all(map(_is_number, products)):
                    continue
                swapped = [scale, {**translation, "translation": products}]
                rule = "ms6.ct-form" if has_systems else "ms.ct-translation-after"
                yield Fix(rule, loc, transformations, swapped)


def _products(offsets: list[float], factors: list[float]) -> list[float]:
    """Return the products of two vectors; ``[inf]`` if one is too large."""
    try:
        return [offset * factor for offset, factor in zip(offsets, factors, strict=True)]
    except OverflowError:  # an integer is larger than any float
        return [inf]


def _repair_colors(document: Any) -> Iterator[Fix]:
    """Remove the hash before a color, and the opacity after it."""
    for loc, channel in _channels(document):
        color = channel.get("color")
        digits = _COLOR.fullmatch(color) if isinstance(color, str) else None
        if digits and digits[1] != color:
            yield Fix("omero.color-hex", (*loc, "color"), color, digits[1])


def _repair_fill_value(document: Any) -> Iterator[Fix]:
    """Replace a fill value of NaN or infinity by the string that stands for it."""
    value = document.get("fill_value") if is_object(document) else None
    if isinstance(value, float) and not isfinite(value):
        name = "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
        yield Fix("ms.ds-array-exists", ("fill_value",), value, name)


def repair_dimension_names(document: Mapping[str, Any], names: list[str]) -> Iterator[Fix]:
    """Add the names of the axes to an array of Zarr format 3 that names none of its dimensions."""
    own, shape = document.get("dimension_names", NOTHING), document.get("shape")
    is_missing = own in (NOTHING, None) or (is_list(own) and not any(own))
    if is_missing and is_list(shape) and len(shape) == len(names):
        yield Fix("axes.dimension-names-present", ("dimension_names",), own, names)


def _repair_codecs(document: Any) -> Iterator[Fix]:
    """Add the keys of an array of Zarr format 2 that say that it has no compressor or filters."""
    if at(document, "zarr_format") == 2:  # noqa: PLR2004 - the only one with these keys
        for key in ("compressor", "filters"):
            value = document.get(key, NOTHING)
            if value is NOTHING or (key == "filters" and value == {}):
                yield Fix("ms.ds-array-exists", (key,), value, None)


ARRAYS: Final[tuple[Repair, ...]] = (_repair_fill_value, _repair_codecs)
"""The repairs of the documents of arrays."""

_REPAIRS_OF_GROUPS: Final[tuple[Repair, ...]] = (
    _repair_names,
    _repair_layout,
    _repair_field_count,
    _repair_acquisitions,
    _repair_well_indices,
    _repair_empty_transformations,
    _repair_axis_types,
    _repair_vectors,
    _repair_windows,
    _repair_order,
    _repair_colors,
)


def _part(document: Any, key: str, loc: Loc = ()) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Yield the object under a key, with its place; nothing if there is no object."""
    part = document.get(key) if is_object(document) else None
    if is_object(part):
        yield (*loc, key), part


def _items(document: Any, key: str, loc: Loc = ()) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Yield the objects in the list under a key, each with its place."""
    values = document.get(key) if is_object(document) else None
    for i, value in enumerate(values if is_list(values) else []):
        if is_object(value):
            yield (*loc, key, i), value


def _multiscales(document: Any) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    return _items(document, "multiscales")


def _channels(document: Any) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    for loc, omero in _part(document, "omero"):
        yield from _items(omero, "channels", loc)


def _transformations(document: Any) -> Iterator[tuple[Loc, list[Mapping[str, Any]], bool]]:
    """
    Yield the lists of transformations of multiscales, of datasets and of sequences.

    Each list comes with its place, and with whether its multiscale has coordinate systems.
    Lists in which not all items are objects are left out.
    """
    for loc, multiscale in _multiscales(document):
        has_systems = _SYSTEMS in multiscale
        for owner_loc, owner in [(loc, multiscale), *_items(multiscale, "datasets", loc)]:
            for place, transformations in _lists(owner, _TRANSFORMATIONS, owner_loc):
                yield place, transformations, has_systems
                for i, transform in enumerate(transformations):
                    for inner, parts in _lists(transform, "transformations", (*place, i)):
                        yield inner, parts, has_systems


def _lists(
    owner: Mapping[str, Any], key: str, loc: Loc
) -> Iterator[tuple[Loc, list[Mapping[str, Any]]]]:
    """Yield the list under a key, with its place; nothing if not all its items are objects."""
    values = owner.get(key)
    if is_list(values) and all(map(is_object, values)):
        yield (*loc, key), values


def _parse_numbers(values: Any) -> list[float]:
    """Return the numbers that a list of strings stands for; empty for any other value."""
    if not is_list(values) or not all(isinstance(value, str) for value in values):
        return []
    try:
        numbers = [json.loads(value) for value in values]
    except ValueError:
        return []
    return numbers if all(map(_is_number, numbers)) else []


def named_by_number(path: object) -> str:
    """Return the name that an integer stands for where names are strings; empty for others."""
    is_whole = type(path) is int or (type(path) is float and path.is_integer())
    return _written(int(path)) if is_whole else ""  # type: ignore[call-overload]  # a number


def _written(number: Any) -> str:
    """Return a number as text; an empty one for what is no number, or too large for a name."""
    return str(number) if _is_number(number) and abs(number) < _LARGE else ""


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))
