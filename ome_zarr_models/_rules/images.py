"""The rules of an image with its arrays: of what the metadata says about other nodes."""

from __future__ import annotations

from itertools import groupby
from operator import ge
from typing import TYPE_CHECKING, Any, Final

from .._models.rule import MUST, UNREAD, Finding, Rule, intact, listed, rule
from .._paths import is_below
from .nodes import arrays, is_array, levels
from .transformations import lengths

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "multiscale-md"
LAYOUT: Final = "image-layout"
MIN_NDIM: Final = 2
MAX_NDIM: Final = 5

ARRAY = Rule("ms.ds-array-exists", MUST, SECTION, "The path of a dataset leads to a Zarr array.")


def at_a_glance(image: Any, /) -> bool:
    """Whether this is plainly like nearly every image without labels: it breaks no rule."""
    metadata, members = image.ome_attributes, image.members
    if members is None or "labels" in members or not _is_plain(metadata.multiscales):
        return False
    multiscale = metadata.multiscales[0]
    names = tuple([axis.name for axis in multiscale.axes])
    first: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    first_dtype: Any = None
    is_of_06 = hasattr(multiscale, "coordinateSystems")
    for dataset in multiscale.datasets:
        array = members.get(dataset.path)
        if not is_array(array) or getattr(array, "dimension_names", names) != names:
            return False
        shape = array.shape
        if not len(shape) == len(multiscale.axes) <= MAX_NDIM:
            return False
        if getattr(array, "dimension_separator", "/") != "/":
            return False
        dtype = array.dtype if is_of_06 else None
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


def _is_plain(multiscales: Any) -> bool:
    """Whether there is one multiscale, and in 0.6 nothing in it to look at but the arrays."""
    if len(multiscales) != 1:
        return False
    systems = getattr(multiscales[0], "coordinateSystems", None)
    is_alone = systems is None or len(systems) == 1
    return is_alone and (systems is None or multiscales[0].coordinateTransformations is None)


@rule("ms.ds-array-exists", MUST, SECTION)
def arrays_exist(image: Any) -> Iterator[Finding]:
    """The path of every dataset leads to a Zarr array below the image."""
    for i, j, path, node in levels(image):
        loc = ("multiscales", i, "datasets", j, "path")
        if not is_below(path):
            yield Finding(loc, f"expected a path below the image, got {path!r}")
        elif node is None:
            yield Finding(loc, f"expected an array at {path!r}, got nothing there")
        elif node is not UNREAD and not is_array(node):
            yield Finding(loc, f"expected an array at {path!r}, got a group")


@rule("ms.ds-same-ndim", MUST, SECTION)
def arrays_same_ndim(image: Any) -> Iterator[Finding]:
    """All arrays of a multiscale have the same number of dimensions."""
    first: dict[int, int] = {}
    for level in arrays(image):
        found = len(level.node.shape)
        expected = first.setdefault(level.multiscale, found)
        if found != expected:
            message = f"expected {expected} dimensions as at the first level, got {found}"
            yield Finding(("shape",), message, level.path, of_array=True)


@rule("ms.ds-same-dtype", MUST, SECTION)
def arrays_same_dtype(image: Any) -> Iterator[Finding]:
    """All arrays of a multiscale have the same data type."""
    first: dict[int, Any] = {}
    for level in arrays(image):
        expected = first.setdefault(level.multiscale, level.node.dtype)
        if level.node.dtype != expected:
            message = f"expected {expected} as at the first level, got {level.node.dtype}"
            yield Finding((level.node.dtype_key,), message, level.path, of_array=True)


@rule("ms.axes-ndim", MUST, SECTION)
def axes_ndim(image: Any) -> Iterator[Finding]:
    """There are as many axes as the arrays have dimensions."""
    ndims = {level.multiscale: len(level.node.shape) for level in reversed([*arrays(image)])}
    for i, multiscale in intact(image.ome_attributes.multiscales):
        count = len(multiscale.axes)
        ndim = ndims.get(i, count)
        if count != ndim:
            message = f"expected {ndim} axes, as many as the arrays have dimensions, got {count}"
            yield Finding(("multiscales", i, *axes_place(multiscale)), message)


def lengths_apart(image: Any, i: int) -> Iterator[Finding]:
    """
    Yield the scales and translations of a multiscale that differ in length from its axes.

    There are none unless the axes are as many as the dimensions of the arrays: a document alone
    cannot tell which of axes and scales are wrong.
    """
    multiscale = image.ome_attributes.multiscales[i]
    count = len(multiscale.axes)
    if {len(level.node.shape) for level in arrays(image) if level.multiscale == i} != {count}:
        return
    for j, dataset in intact(multiscale.datasets):
        if dataset.coordinateTransformations is UNREAD:
            continue
        for loc, length in lengths(dataset):
            if length not in (count, None):
                message = f"expected {count} entries, one for each axis, got {length}"
                yield Finding(("multiscales", i, "datasets", j, *loc), message)


def axes_place(multiscale: Any) -> tuple[str | int, ...]:
    """Return where in a multiscale its axes are: in 0.6 those of the intrinsic system."""
    for i, system in enumerate(getattr(multiscale, "coordinateSystems", ())):
        if system.axes is multiscale.axes:
            return "coordinateSystems", i, "axes"
    return ("axes",)


@rule("ms.ds-max5", MUST, SECTION)
def arrays_max_5d(image: Any) -> Iterator[Finding]:
    """No array has more than 5 dimensions."""
    for level in arrays(image):
        ndim = len(level.node.shape)
        if ndim > MAX_NDIM:
            message = f"expected at most {MAX_NDIM} dimensions, got {ndim}"
            yield Finding(("shape",), message, level.path, of_array=True)


@rule("ms.ds-order-shapes", MUST, SECTION)
def largest_first(image: Any) -> Iterator[Finding]:
    """The arrays are ordered from the largest to the smallest."""
    before: dict[int, tuple[int, ...]] = {}
    for level in arrays(image):
        shape, larger = level.node.shape, before.get(level.multiscale, ())
        if len(shape) == len(larger) and shape != larger and all(map(ge, shape, larger)):
            message = f"expected less than {list(larger)} of the level before, got {list(shape)}"
            yield Finding(("shape",), message, level.path, of_array=True)
        before[level.multiscale] = shape


@rule("storage.nested-chunks", MUST, LAYOUT)
def nested_chunks(image: Any) -> Iterator[Finding]:
    """Chunks are nested: the dimension separator is '/'."""
    for level in arrays(image):
        separator = level.node.dimension_separator
        if separator != "/":
            found = repr(separator) if separator else "none, which means '.'"
            message = f"expected '/', got {found}"
            yield Finding(("dimension_separator",), message, level.path, of_array=True)


@rule("omero.channel-count", MUST, "omero-md")
def channel_count(image: Any) -> Iterator[Finding]:
    """'omero' has one channel for each index of the channel axis."""
    metadata = image.ome_attributes
    level = next(arrays(image), None)
    omero = getattr(metadata, "omero", None)
    if level is None or omero is None:
        return
    axes = metadata.multiscales[level.multiscale].axes
    if len(level.node.shape) != len(axes):  # another rule's business
        return
    sizes = [n for n, axis in zip(level.node.shape, axes, strict=True) if axis.type == "channel"]
    count = len(omero.channels)
    if sizes and sizes[0] != count:
        message = f"expected {sizes[0]} channels, as long as the channel axis is, got {count}"
        yield Finding(("omero", "channels"), message)


@rule("axes.dimension-names-present", MUST, "axes-md")
def dimension_names_present(image: Any) -> Iterator[Finding]:
    """The array of every level has 'dimension_names'."""
    for level in arrays(image):
        if level.node.dimension_names is None:
            message = "expected the names of the axes, got none"
            yield Finding(("dimension_names",), message, level.path, of_array=True)


@rule("axes.dimension-names-match", MUST, "axes-md")
def dimension_names_match(image: Any) -> Iterator[Finding]:
    """The 'dimension_names' of the array of every level are the names of the axes."""
    multiscales = image.ome_attributes.multiscales
    for i, group in groupby(arrays(image), key=lambda level: level.multiscale):
        found = [(level.path, level.node.dimension_names) for level in group]
        names = [axis.name for axis in multiscales[i].axes]
        wrong = [(path, each) for path, each in found if each is not None and list(each) != names]
        if len(wrong) == len(found) > 1 and len({each for _, each in wrong}) == 1:
            expected = "expected the names that the arrays of all levels have in 'dimension_names'"
            found_there = f"{listed(names)}, and there {listed(wrong[0][1])}"
            yield Finding(("multiscales", i, "axes"), f"{expected}, got {found_there}")
            continue
        for path, each in wrong:
            message = f"expected {listed(names)}, as the axes have, got {listed(each)}"
            yield Finding(("dimension_names",), message, path, of_array=True)


NAMED: Final = (dimension_names_present, dimension_names_match)
