"""
What a reader mends in metadata that is not as the specification says.

A repair is a function that looks at a document and yields what it would change, without
changing it.
"""

from __future__ import annotations

import json
import re
from copy import copy
from functools import partial
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any, Final, overload

from attrs import NOTHING, evolve, frozen

from .._json.text import NOT_JSON, show
from .._json.values import at, is_list, is_object
from ..exceptions import Problem, show_place
from .detect import detect
from .versions import get_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ..typing import Loc
    from .versions import Version

    Repair = Callable[[Any], Iterator["Fix"]]


TOLERATED: Final = frozenset(
    (
        NOT_JSON,
        "axes.dimension-names-match",
        "axes.dimension-names-present",
        "label.source-image-exists",
        "labels.paths-exist",
        "labels.same-levels",
        "ms.ds-order",
        "ms.ds-order-shapes",
        "omero.channel-count",
        "omero.color-hex",
        "well.image-exists",
    )
)
"""The rules whose breach is read as it is, with a warning."""


_SYSTEMS: Final = "coordinateSystems"
_TRANSFORMATIONS: Final = "coordinateTransformations"
_TYPES: Final = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_NUMBER: Final = re.compile("[0-9]{1,18}").fullmatch
_COLOR: Final = re.compile("#?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")


@frozen
class Fix:
    """
    A value of a document that is read, and may be written, as another.

    Parameters
    ----------
    rule : str
        The rule of the specification that the value breaks.
    loc : tuple of str and int
        The keys and indices that lead to the value.
    before, after : JSON
        What is found, and what it stands for; `attrs.NOTHING` if the key is not there.

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
        Return the operation of a JSON Patch (RFC 6902) that does the same.

        Returns
        -------
        dict
            The operation: ``add``, ``remove`` or ``replace``.
        """
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.loc)
        path = "".join(f"/{step}" for step in steps)
        if self.after is NOTHING:
            return {"op": "remove", "path": path}
        op = "add" if self.before is NOTHING else "replace"
        return {"op": op, "path": path, "value": self.after}

    def __str__(self) -> str:
        return f"{show_place(self.loc)}: {self._message} [{self.rule}]"

    @property
    def _message(self) -> str:
        before, after = ("nothing" if v is NOTHING else show(v) for v in (self.before, self.after))
        return f"{after}, found {before}"

    def problem(self) -> Problem:
        """Return the warning that says so."""
        return Problem(self.rule, "warning", "", self.loc, f"read as {self._message}")


@overload
def repair(
    document: Mapping[str, Any], *, version: str | None = None
) -> tuple[dict[str, Any], list[Fix]]: ...
@overload
def repair(document: Any, *, version: str | None = None) -> tuple[Any, list[Fix]]: ...
def repair(document: Any, *, version: str | None = None) -> tuple[Any, list[Fix]]:
    """
    Return metadata as it was meant, where that is plain, and what is different in it.

    These are the repairs that a reader makes with ``policy="repair"``. What is wrong beyond
    them stays as it is: `validate` says whether anything is.

    Parameters
    ----------
    document : mapping
        The attributes of a group as they are stored. They are not changed.
    version : str, optional
        The version that they are of, such as ``"0.4"``; the metadata tells if not given.

    Returns
    -------
    document : dict
        The attributes, mended.
    fixes : list of Fix
        Every change, in the order in which they were made.

    Examples
    --------
    >>> document = {"well": {"images": [{"path": "0"}], "version": 0.4}}
    >>> mended, fixes = repair(document)
    >>> mended
    {'well': {'images': [{'path': '0'}], 'version': '0.4'}}
    >>> print(fixes[0])
    well.version: "0.4", found 0.4 [well.version-string]
    """
    if not is_object(document):
        msg = f"expected the attributes of a group, got {show(document)}"
        raise TypeError(msg)
    found = get_version(version) if version else detect(document).version
    return (document, []) if found is None else repair_stored(document, found)


def repair_stored(
    attributes: Any, version: Version, *, is_below: bool = False
) -> tuple[Any, list[Fix]]:
    """Return what `repair_group` does, where the name of a draft is replaced too."""
    attributes, draft = version.released(attributes)
    loc = (*version.place, "version")
    renamed = [Fix(version.version_rule, loc, draft, version.name)] if draft else []
    attributes, fixes = repair_group(attributes, version, is_below=is_below)
    return attributes, [*renamed, *fixes]


def apply_repairs(document: Any, repairs: Iterable[Repair]) -> tuple[Any, list[Fix]]:
    """Return a document as a reader understands it, and what is different in it."""
    fixes: list[Fix] = []
    for look in repairs:
        for fix in list(look(document)):
            document = replaced(document, fix.loc, fix.after)
            fixes.append(fix)
    return document, fixes


def repair_group(
    attributes: Any, version: Version, *, is_below: bool = False
) -> tuple[Any, list[Fix]]:
    """
    Return the attributes of a group as a reader understands them, and what is different.

    Parameters
    ----------
    attributes : JSON
        The attributes.
    version : Version
        The version that they are read as.
    is_below : bool
        Whether they are of a group below the root, whose version they have if they do not
        say one.
    """
    metadata = at(attributes, *version.place)
    if not is_object(metadata):
        return attributes, []
    of_all = partial(_version, version.name, is_below=is_below)
    repairs: list[Repair] = [*([of_all] if version.place else []), partial(_versions, version.name)]
    metadata, fixes = apply_repairs(metadata, [*repairs, *_GROUPS])
    if not fixes:
        return attributes, []
    mended = replaced(attributes, version.place, metadata) if version.place else metadata
    return mended, [evolve(fix, loc=(*version.place, *fix.loc)) for fix in fixes]


def replaced(document: Any, loc: Loc, value: Any) -> Any:
    """Return a document with another value at a place; what is elsewhere is the same."""
    step, *way = loc
    changed = copy(document)
    if way:
        changed[step] = replaced(document[step], tuple(way), value)
    elif value is NOTHING:
        del changed[step]
    else:
        changed[step] = value
    return changed


def _version(name: str, document: Any, *, is_below: bool) -> Iterator[Fix]:
    """A version of all the metadata that is a number, or not there."""
    found = document.get("version", NOTHING)
    # Another number is no other version's: what it stands for is not plain.
    if (found is NOTHING and is_below) or (_is_number(found) and str(found) == name):
        yield Fix("meta.version", ("version",), found, name)


def _versions(name: str, document: Any) -> Iterator[Fix]:
    """A version that is written as a number."""
    rules = {
        "image-label": "label.version-string",
        "plate": "plate.version-string",
        "well": "well.version-string",
    }
    parts = [("ms.version", *found) for found in _multiscales(document)]
    parts += [(rule, *found) for key, rule in rules.items() for found in _part(document, key)]
    for rule, loc, part in parts:
        version = part.get("version")
        is_plain = rule != "ms.version" or str(version) == name
        if _is_number(version) and is_plain:
            yield Fix(rule, (*loc, "version"), version, str(version))


def _field_count(document: Any) -> Iterator[Fix]:
    """A plate of no fields of view at all."""
    for loc, plate in _part(document, "plate"):
        if plate.get("field_count") == 0:
            yield Fix("plate.field-count-int", (*loc, "field_count"), 0, NOTHING)


def _acquisitions(document: Any) -> Iterator[Fix]:
    """A number of an acquisition that is written as a string."""
    for loc, plate in _part(document, "plate"):
        for where, acquisition in _items(plate, "acquisitions", loc):
            number = acquisition.get("id")
            if isinstance(number, str) and _NUMBER(number):
                yield Fix("plate.acq-id-int", (*where, "id"), number, int(number))
    for loc, well in _part(document, "well"):
        for where, image in _items(well, "images", loc):
            number = image.get("acquisition")
            if isinstance(number, str) and _NUMBER(number):
                yield Fix("well.acq-int", (*where, "acquisition"), number, int(number))


def _well_indices(document: Any) -> Iterator[Fix]:
    """Indices of a well that are not there, and that its path tells."""
    for loc, plate in _part(document, "plate"):
        rows, columns = (
            [each.get("name") for _, each in _items(plate, key)] for key in ("rows", "columns")
        )
        for where, well in _items(plate, "wells", loc):
            path = well.get("path")
            row, _, column = path.partition("/") if isinstance(path, str) else ("", "", "")
            for key, name, names in (("rowIndex", row, rows), ("columnIndex", column, columns)):
                if key not in well and name in names:
                    yield Fix("plate.well-index", (*where, key), NOTHING, names.index(name))


def _no_transformations(document: Any) -> Iterator[Fix]:
    """A multiscale with no transformations of its own, and a key that says so."""
    for loc, multiscale in _multiscales(document):
        found = multiscale.get(_TRANSFORMATIONS, 0)
        has_systems = _SYSTEMS in multiscale
        if found is None or (found == [] and not has_systems):
            rule = "t6.type" if has_systems else "ms.top-ct"
            yield Fix(rule, (*loc, _TRANSFORMATIONS), found, NOTHING)


def _axis_types(document: Any) -> Iterator[Fix]:
    """Axes without a type, whose names tell it."""
    multiscales = [*_multiscales(document)]
    systems = [found for loc, each in multiscales for found in _items(each, _SYSTEMS, loc)]
    for loc, owner in [*multiscales, *systems]:
        for where, axis in _items(owner, "axes", loc):
            name = axis.get("name")
            if axis.get("type") is None and isinstance(name, str) and name in _TYPES:
                found = axis.get("type", NOTHING)
                yield Fix("axes.type", (*where, "type"), found, _TYPES[name])


def _vectors(document: Any) -> Iterator[Fix]:
    """Numbers of a transformation that are written as strings, all of them."""
    for loc, transformations, has_systems in _transformations(document):
        for i, transform in enumerate(transformations):
            for key in ("scale", "translation"):
                numbers = _read_numbers(transform.get(key))
                if numbers:
                    rule = f"t6.{key}-length" if has_systems else "trafo.param"
                    yield Fix(rule, (*loc, i, key), transform[key], numbers)


def _windows(document: Any) -> Iterator[Fix]:
    """Numbers of a window that are written as strings, all of them."""
    rules = {
        "min": "omero.window-minmax",
        "max": "omero.window-minmax",
        "start": "omero.window-startend",
        "end": "omero.window-startend",
    }
    for loc, channel in _channels(document):
        for where, window in _part(channel, "window", loc):
            found = [key for key in rules if key in window]
            numbers = _read_numbers([window[key] for key in found])
            for key, number in zip(found, numbers, strict=False):
                yield Fix(rules[key], (*where, key), window[key], number)


def _scale_first(document: Any) -> Iterator[Fix]:
    """A translation before the scale: it is what the scale makes of it."""
    for loc, transformations, has_systems in _transformations(document):
        # In 0.6 it is wrong only in the sequence of a dataset.
        if has_systems and ("datasets" not in loc or loc[-1] != "transformations"):
            continue
        if [transform.get("type") for transform in transformations] == ["translation", "scale"]:
            translation, scale = transformations
            moved, factors = translation.get("translation"), scale.get("scale")
            if not (is_list(moved) and is_list(factors) and len(moved) == len(factors)):
                continue
            if all(map(_is_number, [*moved, *factors])):
                products = _products(moved, factors)
                if not all(map(_is_number, products)):
                    continue
                swapped = [scale, {**translation, "translation": products}]
                rule = "ms6.ct-form" if has_systems else "ms.ct-translation-after"
                yield Fix(rule, loc, transformations, swapped)


def _products(numbers: list[float], others: list[float]) -> list[float]:
    """Return the products of numbers; infinities for those that are too large."""
    try:
        return [n * other for n, other in zip(numbers, others, strict=True)]
    except OverflowError:  # of an integer that is larger than any float
        return [inf]


def _colors(document: Any) -> Iterator[Fix]:
    """A color with a hash before it, or with an opacity after it."""
    for loc, channel in _channels(document):
        color = channel.get("color")
        digits = _COLOR.fullmatch(color) if isinstance(color, str) else None
        if digits and digits[1] != color:
            yield Fix("omero.color-hex", (*loc, "color"), color, digits[1])


def _fill_value(document: Any) -> Iterator[Fix]:
    """A fill value of NaN or infinity that is not written as a string."""
    value = document.get("fill_value") if is_object(document) else None
    if isinstance(value, float) and not isfinite(value):
        name = "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
        yield Fix("ms.ds-array-exists", ("fill_value",), value, name)


ARRAYS: Final[tuple[Repair, ...]] = (_fill_value,)

_GROUPS: Final[tuple[Repair, ...]] = (
    _field_count,
    _acquisitions,
    _well_indices,
    _no_transformations,
    _axis_types,
    _vectors,
    _windows,
    _scale_first,
    _colors,
)


def _part(document: Any, key: str, loc: Loc = ()) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Yield the object that a key has, with its place."""
    part = document.get(key) if is_object(document) else None
    if is_object(part):
        yield (*loc, key), part


def _items(document: Any, key: str, loc: Loc = ()) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Yield the objects in the list that a key has, each with its place."""
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
    Yield the transformations of multiscales, of datasets and of sequences, if all are objects.

    Each list has its place, and whether it is of a multiscale that has coordinate systems.
    """
    for loc, multiscale in _multiscales(document):
        has_systems = _SYSTEMS in multiscale
        for where, owner in [(loc, multiscale), *_items(multiscale, "datasets", loc)]:
            for place, found in _lists(owner, _TRANSFORMATIONS, where):
                yield place, found, has_systems
                for i, transform in enumerate(found):
                    for inner, parts in _lists(transform, "transformations", (*place, i)):
                        yield inner, parts, has_systems


def _lists(
    owner: Mapping[str, Any], key: str, loc: Loc
) -> Iterator[tuple[Loc, list[Mapping[str, Any]]]]:
    """Yield the list of objects that a key has, with its place."""
    found = owner.get(key)
    if is_list(found) and all(map(is_object, found)):
        yield (*loc, key), found


def _read_numbers(values: Any) -> list[float]:
    """Return numbers that are all written as strings; none if they are not."""
    if not is_list(values) or not all(isinstance(value, str) for value in values):
        return []
    try:
        read = [json.loads(value) for value in values]
    except ValueError:
        return []
    return read if all(map(_is_number, read)) else []


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))
