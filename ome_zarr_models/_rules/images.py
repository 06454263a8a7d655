"""The rules for an image together with its arrays."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from operator import ge
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .._json.text import show
from .._models.rule import MUST, UNREAD, Finding, Rule, Undecidable, intact, rule
from .._paths import is_below
from .nodes import Level, arrays, is_array, levels, node_at
from .transformations import lengths

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "multiscale-md"
LAYOUT: Final = "image-layout"
MIN_NDIM: Final = 2
MAX_NDIM: Final = 5

ARRAY = Rule("ms.ds-array-exists", MUST, SECTION, "Each dataset path must lead to a Zarr array.")


def at_a_glance(image: Any, /) -> bool:
    """Return whether a quick look shows that an image without labels breaks no rule."""
    metadata, members = image.ome_attributes, image.members
    if members is None or "labels" in members or not _is_simple(metadata.multiscales):
        return False
    multiscale = metadata.multiscales[0]
    names = tuple([axis.name for axis in multiscale.axes])
    first: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    first_dtype: Any = None
    is_06 = hasattr(multiscale, "coordinateSystems")
    for dataset in multiscale.datasets:
        array = members.get(dataset.path)
        if not is_array(array) or getattr(array, "dimension_names", names) != names:
            return False
        shape = array.shape
        if not len(shape) == len(multiscale.axes) <= MAX_NDIM:
            return False
        if getattr(array, "dimension_separator", "/") != "/":
            return False
        dtype = array.dtype if is_06 else None
        if before and (all(map(ge, shape, before)) or dtype != first_dtype):
            return False
        if not before:
            first, first_dtype = shape, dtype
        before = shape
    types = [axis.type for axis in multiscale.axes]
    omero: Any = getattr(metadata, "omero", None)
    if omero is None or "channel" not in types:
        return True
    return len(first) > 0 and first[types.index("channel")] == len(omero.channels)


def _is_simple(multiscales: Any) -> bool:
    """Return whether there is one multiscale, in 0.6 with one system and no transformations."""
    if len(multiscales) != 1:
        return False
    systems = getattr(multiscales[0], "coordinateSystems", None)
    has_one = systems is None or len(systems) == 1
    return has_one and (systems is None or multiscales[0].coordinateTransformations is None)


@rule("ms.ds-array-exists", MUST, SECTION)
def arrays_exist(image: Any) -> Iterator[Finding]:
    """Each dataset path must lead to a Zarr array below the image; its document must be valid."""
    for i, j, path, node in levels(image):
        loc = ("multiscales", i, "datasets", j, "path")
        if not is_below(path):
            yield Finding(loc, f"expected a path below the image, got {show(path)}")
        elif node is None:
            yield Finding(loc, f"expected an array at {show(path)}, got nothing there")
        elif node is not UNREAD and not is_array(node):
            yield Finding(loc, f"expected an array at {show(path)}, got a group")


@rule("ms.ds-same-ndim", MUST, SECTION)
def arrays_same_ndim(image: Any) -> Iterator[Finding]:
    """All arrays of a multiscale must have the same number of dimensions."""
    first: dict[int, Level] = {}
    counts: _Counts = {}
    for level in arrays(image):
        reference = first.setdefault(level.multiscale, level)
        ndim, expected = len(level.node.shape), len(reference.node.shape)
        if ndim != expected:
            count = _axis_count(image, level, counts)
            axes = "" if count is None else f"; the image has {count} axes"
            message = (
                f"expected {expected} dimensions, as array {show(reference.path)} of the first "
                f"level has, got {ndim} in array {show(level.path)}{axes}"
            )
            yield Finding(("shape",), message, level.path, of_array=True)


@rule("ms.ds-same-dtype", MUST, SECTION)
def arrays_same_dtype(image: Any) -> Iterator[Finding]:
    """All arrays of a multiscale must have the same data type."""
    first: dict[int, Level] = {}
    for level in arrays(image):
        reference = first.setdefault(level.multiscale, level)
        if level.node.dtype != reference.node.dtype:
            message = (
                f"expected {show(reference.node.dtype)}, as array {show(reference.path)} of the "
                f"first level has, got {show(level.node.dtype)}"
            )
            yield Finding((level.node.dtype_key,), message, level.path, of_array=True)


@rule("ms.axes-ndim", MUST, SECTION)
def axes_ndim(image: Any) -> Iterator[Finding]:
    """The number of axes must equal the number of dimensions of the arrays."""
    first = {level.multiscale: level for level in reversed([*arrays(image)])}
    for i, multiscale in intact(image.ome_attributes.multiscales):
        count = len(multiscale.axes)
        ndim = len(first[i].node.shape) if i in first else count
        if count != ndim:
            message = (
                f"expected {ndim} axes, as array {show(first[i].path)} has {ndim} dimensions, "
                f"got {count} axes"
            )
            yield Finding(("multiscales", i, *axes_place(multiscale)), message)


def lengths_apart(image: Any, i: int) -> Iterator[Finding]:
    """
    Yield the scales and translations of a multiscale that differ in length from its axes.

    None are yielded unless the axes are as many as the dimensions of the arrays: a document alone
    cannot tell which of axes and scales are wrong.
    """
    multiscale = image.ome_attributes.multiscales[i]
    count = len(multiscale.axes)
    nodes = [
        node_at(image.members, dataset.path)
        for _, dataset in intact(multiscale.datasets)
        if isinstance(dataset.path, str)
    ]
    if {len(node.shape) for node in nodes if is_array(node)} != {count}:
        return
    for j, dataset in intact(multiscale.datasets):
        if dataset.coordinateTransformations is UNREAD:
            continue
        for loc, length in lengths(dataset):
            if length not in (count, None):
                message = f"expected {count} entries, one for each axis, got {length}"
                yield Finding(("multiscales", i, "datasets", j, *loc), message)


def axes_place(multiscale: Any) -> tuple[str | int, ...]:
    """Return the place of the axes in a multiscale: in 0.6, those of the intrinsic system."""
    axes = multiscale.axes
    for i, system in intact(getattr(multiscale, "coordinateSystems", ())):
        if system.axes is axes:
            return "coordinateSystems", i, "axes"
    return ("axes",)


@rule("ms.ds-max5", MUST, SECTION)
def arrays_max_5d(image: Any) -> Iterator[Finding]:
    """An array must not have more than 5 dimensions."""
    for level in arrays(image):
        ndim = len(level.node.shape)
        if ndim > MAX_NDIM:
            message = f"expected at most {MAX_NDIM} dimensions, got {ndim}"
            yield Finding(("shape",), message, level.path, of_array=True)


@rule("ms.ds-order-shapes", MUST, SECTION)
def largest_first(image: Any) -> Iterator[Finding]:
    """The arrays must be ordered from the largest to the smallest."""
    before: dict[int, tuple[int, ...]] = {}
    for level in arrays(image):
        shape, larger = level.node.shape, before.get(level.multiscale, ())
        if len(shape) == len(larger) and shape != larger and all(map(ge, shape, larger)):
            expected = f"expected a shape smaller than {show(larger)} of the level before"
            message = f"{expected}, got {show(shape)}"
            yield Finding(("shape",), message, level.path, of_array=True)
        before[level.multiscale] = shape


@rule("storage.nested-chunks", MUST, LAYOUT)
def nested_chunks(image: Any) -> Iterator[Finding]:
    """Chunks must be nested: 'dimension_separator' must be '/'."""
    for level in arrays(image):
        separator = level.node.dimension_separator
        if separator != "/":
            found = show(separator) if separator else 'none, which means "."'
            message = f'expected "/", got {found}'
            yield Finding(("dimension_separator",), message, level.path, of_array=True)


@rule("omero.channel-count", MUST, "omero-md")
def channel_count(image: Any) -> Iterator[Finding]:
    """'omero' must have one channel for each index of the channel axis."""
    metadata = image.ome_attributes
    level = next(arrays(image), None)
    omero = getattr(metadata, "omero", None)
    if level is None or omero is None:
        return
    axes = metadata.multiscales[level.multiscale].axes
    if len(level.node.shape) != len(axes):  # reported as `ms.axes-ndim`
        return
    sizes = [n for n, axis in zip(level.node.shape, axes, strict=True) if axis.type == "channel"]
    count = len(omero.channels)
    if sizes and sizes[0] != count:
        expected = f"expected {sizes[0]} channels, one for each index of the channel axis"
        message = f"{expected}, got {count}"
        yield Finding(("omero", "channels"), message)


_Counts: TypeAlias = dict[int, int | None]
"""The numbers of axes of multiscales, by index: each is looked for once."""


def _axis_count(image: Any, level: Level, counts: _Counts) -> int | None:
    """Return the number of axes of a level; None if the axes could not be read."""
    if level.multiscale not in counts:
        axes = UNREAD
        with suppress(Undecidable):
            axes = image.ome_attributes.multiscales[level.multiscale].axes
        counts[level.multiscale] = None if axes is UNREAD else len(axes)
    return counts[level.multiscale]


def _ndim_note(image: Any, level: Level, counts: _Counts) -> str:
    """Return a note for a message if an array does not have one dimension for each axis."""
    ndim, count = len(level.node.shape), _axis_count(image, level, counts)
    path = show(level.path)
    note = f": array {path} has {ndim} dimensions, but the image has {count} axes"
    return "" if count in (None, ndim) else note


def has_names(array: Any) -> bool:
    """Return whether an array names any of its dimensions."""
    return any(name is not None for name in array.dimension_names or ())


@rule("axes.dimension-names-present", MUST, "axes-md")
def dimension_names_present(image: Any) -> Iterator[Finding]:
    """The array of each level must have 'dimension_names'."""
    counts: _Counts = {}
    for level in arrays(image):
        if not has_names(level.node):
            note = _ndim_note(image, level, counts)
            message = f"expected the names of the axes, got none{note}"
            yield Finding(("dimension_names",), message, level.path, of_array=True)


@rule("axes.dimension-names-match", MUST, "axes-md")
def dimension_names_match(image: Any) -> Iterator[Finding]:
    """The 'dimension_names' of the array of each level must be the names of the axes."""
    multiscales = image.ome_attributes.multiscales
    counts: _Counts = {}
    for i, group in groupby(arrays(image), key=lambda level: level.multiscale):
        found = [(level, level.node.dimension_names) for level in group]
        names = [axis.name for axis in multiscales[i].axes]
        wrong = [
            (level, own) for level, own in found if has_names(level.node) and list(own) != names
        ]
        if len(wrong) == len(found) > 1 and len({own for _, own in wrong}) == 1:
            level, own = wrong[0]
            expected = f"expected {show(own)}, the 'dimension_names' of all arrays"
            message = f"{expected}, got {show(names)}{_ndim_note(image, level, counts)}"
            yield Finding(("multiscales", i, "axes"), message)
            continue
        for level, own in wrong:
            message = f"expected {show(names)}, the names of the axes, got {show(own)}"
            note = _ndim_note(image, level, counts)
            yield Finding(("dimension_names",), f"{message}{note}", level.path, of_array=True)


NAMED: Final = (dimension_names_present, dimension_names_match)
