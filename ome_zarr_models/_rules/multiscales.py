"""The rules for an element of ``multiscales``."""

from __future__ import annotations

from math import isclose
from operator import ge
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from .._json.text import show
from .._models.rule import (
    MUST,
    SCHEMA,
    SHOULD,
    UNREAD,
    Finding,
    Part,
    Rule,
    comparable,
    intact,
    listed,
    of_key,
    repeated,
    rule,
)
from .axes import TYPES
from .images import MAX_NDIM, MIN_NDIM
from .transformations import (
    KEY,
    lengths,
    one_scale,
    one_translation,
    only_scale_and_translation,
    translation_after_scale,
)
from .transformations import SECTION as OF_TRANSFORMATIONS
from .versions import is_of_another

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


SECTION: Final = "multiscale-md"

AXES = Rule("ms.axes", MUST, SECTION, "Each multiscale must have 'axes'.")
PATH = Rule("ms.ds-path", MUST, SECTION, "Each dataset must have 'path', a string.")
TRANSFORMATIONS = Rule(
    "ms.ds-ct", MUST, SECTION, "Each dataset must have 'coordinateTransformations', a list."
)
NAME = Rule("ms.name", SHOULD, SECTION, "Each multiscale should have 'name'.")
METHOD = Rule(
    "ms.type", SHOULD, SECTION, "Each multiscale should have 'type', the downscaling method."
)
METADATA = Rule(
    "ms.metadata",
    SHOULD,
    SECTION,
    "Each multiscale should have 'metadata', an object on the downscaling method.",
)


CUSTOM: Final = "custom"
CLOSE: Final = 0.05
"""How much two ratios may differ that are meant to be the same."""
_SPACE: Final = {"required": ["type"], **of_key("type", const="space")}
_TIME: Final = {"required": ["type"], **of_key("type", const="time")}
_OTHER: Final = {"not": {"required": ["type"], **of_key("type", enum=["space", "time"])}}
_RULES_OF_DATASETS: Final = (
    only_scale_and_translation,
    one_scale,
    one_translation,
    translation_after_scale,
)
USUAL_TYPES: Final = frozenset(
    (*time, *channel, *space)
    for time in [(), ("time",)]
    for channel in [(), ("channel",)]
    for space in [("space",) * 2, ("space",) * 3]
)


def at_a_glance(multiscale: Part, /) -> bool:
    """Return whether a quick look shows that a multiscale breaks no rule."""
    axes = multiscale.axes
    if multiscale.coordinateTransformations is not None or not multiscale.datasets:
        return False
    if getattr(multiscale, "version", None) not in (None, "0.4"):  # of 0.4, others have none
        return False
    if tuple([axis.type for axis in axes]) not in USUAL_TYPES:
        return False
    ndim = len(axes)
    if len({axis.name for axis in axes}) != ndim:
        return False
    before: tuple[float, ...] = ()
    for dataset in multiscale.datasets:
        for transform in dataset.coordinateTransformations:
            if len(getattr(transform, transform.type, ())) != ndim:
                return False
        scale = _scale(dataset)
        if before and scale and all(map(ge, before, scale)):
            return False
        before = scale
    return True


@rule("ms.list", MUST, SECTION, schema=of_key("multiscales", minItems=1))
def multiscales(image: Part) -> Iterator[Finding]:
    """'multiscales' must be a list of at least one object."""
    if not image.multiscales:
        yield Finding(("multiscales",), "expected at least one multiscale, got none")


@rule("schema.multiscales-nonempty", SCHEMA, SECTION)
def multiscales_unique(image: Part) -> Iterator[Finding]:
    """The JSON schema requires the items of 'multiscales' to differ."""
    if len(image.multiscales) < 2:  # noqa: PLR2004 - nothing to compare
        return
    known: set[Any] = set()
    for i, multiscale in intact(image.multiscales):
        try:
            content = comparable(multiscale)
        except RecursionError:  # free JSON that is nested too deeply
            return
        if content not in known:
            known.add(content)
        else:
            message = "expected multiscales that differ, got a copy of an earlier one"
            yield Finding(("multiscales", i), message)


@rule("ms.axes-count", MUST, SECTION, schema=of_key("axes", minItems=MIN_NDIM, maxItems=MAX_NDIM))
def axes_count(multiscale: Part) -> Iterator[Finding]:
    """There must be 2 to 5 axes."""
    count = len(multiscale.axes)
    if not MIN_NDIM <= count <= MAX_NDIM:
        yield Finding(("axes",), f"expected 2 to 5 axes, got {count}")


@rule("axes.name-unique", MUST, "axes-md")
def axis_names_unique(multiscale: Part) -> Iterator[Finding]:
    """Axis names must be unique."""
    twice = repeated([axis.name for _, axis in intact(multiscale.axes)])
    if twice:
        names = listed(twice, show)
        yield Finding(("axes",), f"expected names that differ, got {names} more than once")


def _categories(multiscale: Part) -> list[str]:
    """Return "space", "time", "channel" or "custom" for each axis."""
    types = [axis.type for axis in multiscale.axes]
    return [type_ if type_ in TYPES else CUSTOM for type_ in types]


def _types(multiscale: Part) -> str:
    """Return the types of the axes for messages."""
    return listed(
        category if category != CUSTOM else f"{CUSTOM} ({_type(axis)})"
        for category, axis in zip(_categories(multiscale), multiscale.axes, strict=True)
    )


def _type(axis: Part) -> str:
    return "no type" if axis.type is None else show(axis.type)


@rule(
    "ms.axes-space",
    MUST,
    SECTION,
    schema=of_key("axes", contains=_SPACE, minContains=2, maxContains=3),
)
def space_axes(multiscale: Part) -> Iterator[Finding]:
    """There must be 2 or 3 axes of type space."""
    count = _categories(multiscale).count("space")
    if count not in (2, 3):
        found = f"{count}: {_types(multiscale)}"
        yield Finding(("axes",), f"expected 2 or 3 axes of type space, got {found}")


@rule(
    "ms.axes-time",
    MUST,
    SECTION,
    schema=of_key("axes", contains=_TIME, minContains=0, maxContains=1),
)
def time_axes(multiscale: Part) -> Iterator[Finding]:
    """There must be at most one axis of type time."""
    count = _categories(multiscale).count("time")
    if count > 1:
        found = f"{count}: {_types(multiscale)}"
        yield Finding(("axes",), f"expected at most one axis of type time, got {found}")


@rule(
    "ms.axes-channel",
    MUST,
    SECTION,
    schema=of_key("axes", contains=_OTHER, minContains=0, maxContains=1),
)
def channel_axes(multiscale: Part) -> Iterator[Finding]:
    """There must be at most one axis of type channel, of a custom type or without a type."""
    categories = _categories(multiscale)
    count = categories.count("channel") + categories.count(CUSTOM)
    if count > 1:
        found = f"{count}: {_types(multiscale)}"
        yield Finding(
            ("axes",), f"expected at most one axis of type channel or custom, got {found}"
        )


# What may be before the axes of space, as at most one axis is of time and one of another type.
_ORDERS: Final[Sequence[list[Any]]] = ([], [_TIME], [_OTHER], [_TIME, _OTHER])


@rule(
    "ms.axes-order",
    MUST,
    SECTION,
    schema=of_key(
        "axes",
        anyOf=[{**({"prefixItems": first} if first else {}), "items": _SPACE} for first in _ORDERS],
    ),
)
def axes_order(multiscale: Part) -> Iterator[Finding]:
    """Axes must be ordered by type: time, then channel or custom, then space."""
    categories = _categories(multiscale)
    ordered = sorted(categories, key=("time", "channel", CUSTOM, "space").index)
    if categories != ordered:
        found = _types(multiscale)
        yield Finding(("axes",), f"expected the order {listed(ordered)}, got {found}")


@rule("ms.axes-zyx", SHOULD, SECTION)
def space_axes_zyx(multiscale: Part) -> Iterator[Finding]:
    """Three axes of type space should be ordered z, y, x."""
    names = [axis.name for axis in multiscale.axes if axis.type == "space"]
    if names != ["z", "y", "x"] and sorted(map(str, names)) == ["x", "y", "z"]:
        yield Finding(("axes",), f"expected the order z, y, x, got {listed(names)}")


@rule("ms.datasets", MUST, SECTION, schema=of_key("datasets", minItems=1))
def datasets(multiscale: Part) -> Iterator[Finding]:
    """Each multiscale must have 'datasets', a list of at least one object."""
    if not multiscale.datasets:
        yield Finding(("datasets",), "expected at least one dataset, got none")


@rule("ms.ct-length", MUST, SECTION)
def transformation_lengths(multiscale: Part) -> Iterator[Finding]:
    """Scales and translations must have one entry for each axis."""
    count = len(multiscale.axes)
    vectors = [
        (("datasets", i, *loc), length)
        for i, dataset in intact(multiscale.datasets)
        if dataset.coordinateTransformations is not UNREAD
        for loc, length in lengths(dataset)
        if length is not None
    ]
    wrong = [(loc, length) for loc, length in vectors if length != count]
    if len(wrong) == len(vectors) > 1 and len({length for _, length in wrong}) == 1:
        expected = f"expected {wrong[0][1]} axes, one for each entry of the scales"
        yield Finding(("axes",), f"{expected}, got {count}")
        return
    for loc, length in wrong:
        yield Finding(loc, f"expected {count} entries, one for each axis, got {length}")


@rule("ms.ds-order", MUST, SECTION)
def finest_first(multiscale: Part) -> Iterator[Finding]:
    """Datasets must be ordered from the highest to the lowest resolution."""
    before: tuple[float, ...] = ()
    for i, dataset in intact(multiscale.datasets):
        scale = _scale(dataset)
        if len(scale) == len(before) and scale != before and all(map(ge, before, scale)):
            expected = f"expected a scale larger than {show(before)}, that of the level before"
            hint = "list the levels from the highest to the lowest resolution"
            yield Finding(("datasets", i), f"{expected}, got {show(scale)}: {hint}")
        before = scale or before


def _scale(dataset: Part) -> tuple[float, ...]:
    """Return the pixel sizes of a dataset; empty if they are not in the document."""
    for _, transform in intact(dataset.coordinateTransformations):
        # In 0.6, the scale may be the first part of a sequence.
        first = next(iter(getattr(transform, "transformations", ())), transform)
        if scale := _scale_of(first):
            return scale
    return ()


def _scale_of(transform: Any) -> tuple[float, ...]:
    scale: Any = getattr(transform, "scale", ())
    return tuple(map(abs, cast("tuple[float, ...]", scale))) if type(scale) is tuple else ()


@rule(
    "ms.top-ct",
    MUST,
    SECTION,
    schema={"allOf": [inner.schema for inner in _RULES_OF_DATASETS]},
)
def transformations_of_all(multiscale: Part) -> Iterator[Finding]:
    """Transformations of a whole multiscale must follow the rules for those of datasets."""
    if multiscale.coordinateTransformations is None:
        return
    for inner in _RULES_OF_DATASETS:
        yield from inner.findings(multiscale)
    count = len(multiscale.axes)
    for loc, length in lengths(multiscale):
        if length not in (count, None):
            yield Finding(loc, f"expected {count} entries, one for each axis, got {length}")


@rule("ms.version", SHOULD, SECTION)
def version_04(multiscale: Any) -> Iterator[Finding]:
    """Each multiscale should have 'version', which is '0.4'."""
    is_near = isinstance(multiscale.version, str) and not is_of_another(multiscale.version)
    if is_near and multiscale.version != "0.4":
        yield Finding(("version",), f'expected "0.4", got {show(multiscale.version)}')


def placed(dataset: Any) -> tuple[Any, Any]:
    """
    Return the scale and the translation of a dataset.

    None stands for what it has not, and nothing for what could not be read.
    """
    scale: Any = None
    translation: Any = None
    for _, transform in intact(dataset.coordinateTransformations):
        # In 0.6, both may be in a sequence.
        for part in getattr(transform, "transformations", None) or (transform,):
            scale = getattr(part, "scale", None) if scale is None else scale
            translation = getattr(part, "translation", None) if translation is None else translation
    return _read(scale), _read(translation)


def _read(vector: Any) -> Any:
    return vector if vector is None or _is_vector(vector) else ()


def _is_vector(value: Any) -> TypeGuard[tuple[float, ...]]:
    return type(value) is tuple


PATH_UNIQUE: Final = Rule(
    "plausible.path-unique",
    SHOULD,
    SECTION,
    "The datasets of a multiscale should have different paths.",
)


SCALE_SIGN: Final = Rule(
    "plausible.scale-sign",
    SHOULD,
    OF_TRANSFORMATIONS,
    "The entries of a scale should be positive: they are the sizes of a pixel.",
)


def _scales_positive(multiscale: Part) -> Iterator[Finding]:
    owners: list[tuple[tuple[str | int, ...], Any]] = [((), multiscale)]
    owners += [(("datasets", j), dataset) for j, dataset in intact(multiscale.datasets)]
    for loc, owner in owners:
        for i, transform in intact(owner.coordinateTransformations or ()):
            scale: Any = getattr(transform, "scale", None)
            if _is_vector(scale) and min(scale, default=1) <= 0:
                message = f"expected positive numbers, got {show(scale)}"
                yield Finding((*loc, KEY, i, "scale"), message, rule=SCALE_SIGN.slug)


@rule("plausible.half-pixel", SHOULD, SECTION, also=(PATH_UNIQUE,))
def levels_plausible(multiscale: Part) -> Iterator[Finding]:
    """Either all levels should be moved by half of the added pixel size, or none."""
    return _implausible(_levels(multiscale))


@rule("plausible.half-pixel", SHOULD, SECTION, also=(PATH_UNIQUE, SCALE_SIGN))
def levels_of_vectors(multiscale: Part) -> Iterator[Finding]:
    """Either all levels should be moved by half of the added pixel size, or none."""
    levels = _levels(multiscale)
    yield from _implausible(levels)
    if multiscale.coordinateTransformations or any(
        scale and min(scale) <= 0 for _, _, scale, _ in levels
    ):
        yield from _scales_positive(multiscale)


def _levels(multiscale: Part) -> list[tuple[int, Any, Any, Any]]:
    """Return the index, the path, the scale and the translation of each dataset."""
    return [(j, dataset.path, *placed(dataset)) for j, dataset in intact(multiscale.datasets)]


def _implausible(levels: list[tuple[int, Any, Any, Any]]) -> Iterator[Finding]:
    if twice := repeated([path for _, path, _, _ in levels]):
        message = f"expected paths that differ, got {listed(twice, show)} more than once"
        yield Finding(("datasets",), message, rule=PATH_UNIQUE.slug)
    moves: dict[str, int] = {}
    for j, _, scale, translation in levels[1:]:
        _, _, first, start = levels[0]
        if scale and first:
            moves.setdefault(_moved(first, start, scale, translation), j)
    if len(moves) > 1 and moves.keys() >= {"half", "none"}:
        half, none = moves["half"], moves["none"]
        message = "expected levels that are all moved by half of the added pixel size, or none"
        yield Finding(("datasets",), f"{message}, got level {half} that is, and level {none} not")


def _moved(first: Any, start: Any, scale: Any, translation: Any) -> str:
    """Return "half" or "none" if that is how a level is moved; empty if it is neither."""
    if translation == start:
        return "none" if scale != first else ""
    nowhere = (0,) * len(first)
    start = nowhere if start is None else start
    translation = nowhere if translation is None else translation
    if not len(first) == len(start) == len(scale) == len(translation):
        return ""
    found = ""
    for before, size, origin, moved in zip(first, scale, start, translation, strict=True):
        if before == size:
            continue
        try:
            added, offset = size - before, 2 * (moved - origin)
            this = "none" if not offset else "half" if isclose(offset, added, rel_tol=CLOSE) else ""
        except OverflowError:  # an integer beyond all floats
            return ""
        if not this or this != (found or this):
            return ""
        found = this
    return found
