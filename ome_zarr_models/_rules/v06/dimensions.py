"""The rules that transformations fit the dimensions of their input and output."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..._models.rule import MUST, Finding, Rule, listed, repeated, rule
from .transforms import INTEGERS, SCALE, SECTION, TRANSLATION

if TYPE_CHECKING:
    from collections.abc import Iterator


_UNEQUAL: Final = "expected {} axes of the output, as many as of the input, got {}"


def fits(transform: Any, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    """
    Yield where a transformation does not fit the dimensions of its input and output.

    An unknown number of dimensions is None. Each finding has the id of the rule it breaks.
    """
    check = _CHECKS.get(transform.type, _fits_equal)
    yield from check(transform, ndim_in, ndim_out)


def _part_fits(part: Any, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    """Yield where a part does not fit; without known dimensions, the part checks itself."""
    if ndim_in is not None or ndim_out is not None:
        yield from fits(part, ndim_in, ndim_out)


def _fits_equal(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    rule = DISPLACED if transform.type == "displacements" else COMPATIBLE
    if transform.type != "coordinates" and None not in (ndim_in, ndim_out) and ndim_in != ndim_out:
        yield Finding((), _UNEQUAL.format(ndim_in, ndim_out), rule=rule.slug)


def _fits_vector(
    rule: Rule, name: str, transform: Any, ndim_in: Any, ndim_out: Any
) -> Iterator[Finding]:
    vector = getattr(transform, name)
    if vector is None:  # the parameters are in an array
        for finding in _fits_equal(transform, ndim_in, ndim_out):
            yield finding._replace(rule=rule.slug)
        return
    for end, ndim in (("input", ndim_in), ("output", ndim_out)):
        if ndim is not None and len(vector) != ndim:
            parts = "rows" if name == "rotation" else "numbers"
            message = f"expected {ndim} {parts}, one for each axis of the {end}"
            yield Finding((name,), f"{message}, got {len(vector)}", rule=rule.slug)
            return


def _fits_affine(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    rows = transform.affine
    if not rows or len({len(row) for row in rows}) != 1:
        return
    shape = (len(rows), len(rows[0]))
    expected = (
        shape[0] if ndim_out is None else ndim_out,
        shape[1] if ndim_in is None else ndim_in + 1,
    )
    if shape != expected:
        last = (*[0] * (shape[1] - 1), 1)
        hint = ": leave out the last row" if shape[0] > 1 and tuple(rows[-1]) == last else ""
        message = f"expected {expected[0]} rows of {expected[1]} numbers"
        found = f"{shape[0]} of {shape[1]}{hint}"
        yield Finding(("affine",), f"{message}, got {found}", rule=AFFINE_FITS.slug)


def _fits_project(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    for name, ndim in (("droppedInputs", ndim_in), ("createdOutputs", ndim_out)):
        axes = getattr(transform, name) or ()
        messages = [*_unless_indices(axes, ndim)]
        yield from (Finding((name,), message, rule=COMPATIBLE.slug) for message in messages)
        if messages or repeated([*axes]):  # repetitions break a rule of their own
            return
    if None not in (ndim_in, ndim_out) and ndim_in + transform.change != ndim_out:
        found = f"{ndim_in + transform.change}: {ndim_in} of the input and {transform.change:+}"
        message = f"expected {ndim_out} axes, as many as the output has, got {found}"
        yield Finding((), message, rule=COMPATIBLE.slug)


def _unless_indices(axes: Any, ndim: int | None) -> Iterator[str]:
    """Yield messages on values that are not indices of the axes of a system."""
    if negative := [axis for axis in axes if axis < 0]:
        yield f"expected axis indices of at least 0, got {listed(negative)}"
    if ndim is not None and (beyond := [axis for axis in axes if axis >= ndim]):
        yield f"expected axis indices below {ndim}, the number of axes, got {listed(beyond)}"


def _fits_sequence(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    parts = transform.transformations
    for i, part in enumerate(parts):
        is_last = i == len(parts) - 1
        for finding in _part_fits(part, ndim_in, ndim_out if is_last else None):
            yield finding.below("transformations", i)
        change = part.change
        ndim_in = part.ndim_out if change is None or ndim_in is None else ndim_in + change


def _fits_by_dimension(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    outputs: list[int] = []
    for i, item in enumerate(transform.transformations):
        outputs += item.outputAxes
        for name, ndim in (("inputAxes", ndim_in), ("outputAxes", ndim_out)):
            for message in _unless_indices(getattr(item, name), ndim):
                yield Finding(("transformations", i, name), message, rule=INTEGERS.slug)
        for finding in fits(item.transformation, len(item.inputAxes), len(item.outputAxes)):
            inner = finding.below("transformations", i, "transformation")
            yield inner._replace(rule=AXES_FIT.slug)
    ordered, count = sorted(outputs), len(outputs) if ndim_out is None else ndim_out
    if ordered != [*range(count)]:
        message = f"expected each of {count} output axes once, got {listed(ordered)}"
        yield Finding(("transformations",), message, rule=AXES_COVERED.slug)


def _fits_bijection(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    if None not in (ndim_in, ndim_out) and ndim_in != ndim_out:
        yield Finding((), _UNEQUAL.format(ndim_in, ndim_out), rule=BIJECTION_FITS.slug)
        return
    ndim = ndim_out if ndim_in is None else ndim_in
    if ndim is None:
        forward, back = transform.forward, transform.backward
        ndims = (forward.ndim_in, forward.ndim_out, back.ndim_in, back.ndim_out)
        ndim = next((known for known in ndims if known is not None), None)
    for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
        for finding in _part_fits(part, ndim, ndim):
            yield finding.below(name)._replace(rule=DIRECTIONS_FIT.slug)


AFFINE_FITS = Rule(
    "t6.affine-shape",
    MUST,
    "affine-md",
    "An affine must have a row for each output axis, with a number for each input axis plus one.",
)
AXES_COVERED = Rule(
    "t6.bydim-cover",
    MUST,
    "bydimension-md",
    "Each output axis must be in exactly one item of byDimension.",
)
AXES_FIT = Rule(
    "t6.bydim-length",
    MUST,
    "bydimension-md",
    "An item of byDimension must have as many axes as its transformation has dimensions.",
)
BIJECTION_FITS = Rule(
    "t6.bijection-dims",
    MUST,
    "bijection-md",
    "The input and the output of a bijection must have the same number of axes.",
)
COMPATIBLE = Rule(
    "t6.dims-compatible",
    MUST,
    SECTION,
    "The parameters of a transformation must fit the dimensions of its input and output.",
)
DIRECTIONS_FIT = Rule(
    "t6.bijection-inner-dims",
    MUST,
    "bijection-md",
    "Both directions of a bijection must fit its input and output.",
)
DISPLACED = Rule(
    "t6.field-dispm-eq-n",
    MUST,
    "coordinates-displacements-md",
    "The input and the output of displacements must have the same number of axes.",
)
MAP_AXIS_FITS = Rule(
    "t6.mapaxis-length",
    MUST,
    "mapaxis-md",
    "'mapAxis' must have an entry for each axis of its input and of its output.",
)
ROTATION_FITS = Rule(
    "t6.rotation-dims",
    MUST,
    "rotation-md",
    "A rotation must have a row for each axis of its input and of its output.",
)

_CHECKS: Final[dict[str, Any]] = {
    "affine": _fits_affine,
    "bijection": _fits_bijection,
    "byDimension": _fits_by_dimension,
    "mapAxis": partial(_fits_vector, MAP_AXIS_FITS, "mapAxis"),
    "projectAxis": _fits_project,
    "rotation": partial(_fits_vector, ROTATION_FITS, "rotation"),
    "scale": partial(_fits_vector, SCALE, "scale"),
    "sequence": _fits_sequence,
    "translation": partial(_fits_vector, TRANSLATION, "translation"),
}


RULES: Final = (
    AFFINE_FITS,
    AXES_COVERED,
    AXES_FIT,
    BIJECTION_FITS,
    COMPATIBLE,
    DIRECTIONS_FIT,
    DISPLACED,
    INTEGERS,
    MAP_AXIS_FITS,
    ROTATION_FITS,
    SCALE,
    TRANSLATION,
)
"""The rules that `fits` checks."""


@rule("t6.dims-compatible", MUST, SECTION, also=RULES)
def parts_fit(transform: Any) -> Iterator[Finding]:
    """The parts of a transformation must fit each other, whatever its input and output are."""
    return fits(transform, None, None)
