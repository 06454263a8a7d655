"""What no rule of the specification forbids, but is hardly meant: these rules only warn."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._json.values import is_list, is_object
from .._models.rule import SHOULD, Finding, Rule, Undecidable, intact, rule
from .images import LAYOUT, SECTION, arrays_same_dtype
from .multiscales import CLOSE, placed
from .nodes import arrays, values_of
from .omero import SECTION as OMERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..typing import Loc
    from .nodes import Level


same_dtype = Rule(
    "plausible.same-dtype",
    SHOULD,
    SECTION,
    "The arrays of a multiscale should have the same data type.",
    arrays_same_dtype.check,
)


def _scales_fit_shapes(image: Any, levels: list[Level]) -> Iterator[Finding]:
    """The pixels of a level should be larger than those of the first as its array is smaller."""
    first: dict[int, tuple[Any, Any]] = {}
    for i, j, _, array in levels:
        scale, _ = placed(image.ome_attributes.multiscales[i].datasets[j])
        scale, shape = scale or (), array.shape
        if i not in first:
            first[i] = scale, shape
            continue
        before, whole = first[i]
        if not len(scale) == len(before) == len(shape) == len(whole):
            continue
        for by_scale, by_shape in _factors(scale, before, shape, whole):
            found = f"the array is smaller by {by_shape:.4g}"
            message = f"expected a scale that fits the shape: {found}, the scale larger by"
            loc = ("multiscales", i, "datasets", j, "coordinateTransformations")
            yield Finding(loc, f"{message} {by_scale:.4g}")
            break


def _factors(
    scale: tuple[float, ...],
    before: tuple[float, ...],
    shape: tuple[int, ...],
    whole: tuple[int, ...],
) -> Iterator[tuple[float, float]]:
    """Yield the factors of scale and shape along each axis along which they differ."""
    for size, size_before, length, length_before in zip(scale, before, shape, whole, strict=True):
        try:
            by_scale, by_shape = size / size_before, length_before / length
            apart = abs(length_before / by_scale - length)
        except ArithmeticError:  # a zero, or an integer beyond all floats
            continue
        if apart > 1 and not isclose(by_scale, by_shape, rel_tol=CLOSE):
            yield by_scale, by_shape


def _windows_fit(image: Any, levels: list[Level]) -> Iterator[Finding]:
    """The window of a channel should be within the range of the data type."""
    omero: Any = getattr(image.ome_attributes, "omero", None)
    level = next(iter(levels), None)
    if omero is None or level is None or (values := values_of(level.node.dtype)) is None:
        return
    for i, channel in intact(omero.channels):
        for name in ("min", "max", "start", "end"):
            value: Any = getattr(channel.window, name, None)
            if isinstance(value, int | float) and not values[0] <= value <= values[-1]:
                loc = ("omero", "channels", i, "window", name)
                within = f"expected a number from {values[0]} to {values[-1]}, the range of"
                yield Finding(loc, f"{within} {level.node.dtype}, got {show(value)}")


def _codecs_are_known(_: Any, levels: list[Level]) -> Iterator[Finding]:
    """Arrays should have codecs that other programs than zarr-python can read."""
    for level in levels:
        for loc, name in _codecs(getattr(level.node, "codecs", ()), ("codecs",)):
            if name.startswith("numcodecs."):
                message = f"expected a registered codec, got {show(name)}, which only zarr-python"
                yield Finding((*loc, "name"), f"{message} knows", level.path, of_array=True)


def _codecs(codecs: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Yield the names of codecs and of those within a sharding codec, with their places."""
    for i, codec in enumerate(codecs if is_list(codecs) else ()):
        if is_object(codec) and isinstance(codec.get("name"), str):
            yield (*loc, i), codec["name"]
            configuration = codec.get("configuration")
            inner = configuration.get("codecs") if is_object(configuration) else ()
            yield from _codecs(inner, (*loc, i, "configuration", "codecs"))


def _fill_values_are_of_the_type(_: Any, levels: list[Level]) -> Iterator[Finding]:
    """The fill value of an array should be written as a value of its data type."""
    for level in levels:
        value, array = level.node.fill_value, level.node
        right: Any = value
        if array.holds_integers and type(value) is float:
            right = int(value)
        elif array.dtype == "bool" and type(value) in (int, float):
            right = bool(value)
        if right is not value:
            message = f"expected {show(right)}, got {show(value)}"
            yield Finding(("fill_value",), message, level.path, of_array=True)


WINDOW: Final = Rule(
    "plausible.window",
    SHOULD,
    OMERO,
    "The window of a channel should be within the range of the data type.",
)
CODEC: Final = Rule(
    "plausible.codec",
    SHOULD,
    LAYOUT,
    "Arrays should have codecs that other programs than zarr-python can read.",
)
FILL_VALUE: Final = Rule(
    "plausible.fill-value",
    SHOULD,
    LAYOUT,
    "The fill value of an array should be written as a value of its data type.",
)
_CHECKS: Final = (
    ("", _scales_fit_shapes),
    (WINDOW.slug, _windows_fit),
    (CODEC.slug, _codecs_are_known),
    (FILL_VALUE.slug, _fill_values_are_of_the_type),
)


@rule("plausible.scale-shape", SHOULD, SECTION, also=(WINDOW, CODEC, FILL_VALUE))
def levels(image: Any) -> Iterator[Finding]:
    """The pixels of a level should be larger than those of the first as its array is smaller."""
    found = [*arrays(image)]  # looked up once for all checks
    for slug, check in _CHECKS:
        try:
            for finding in check(image, found):
                yield finding._replace(rule=slug)
        except Undecidable:  # a value that it needs could not be read
            continue
