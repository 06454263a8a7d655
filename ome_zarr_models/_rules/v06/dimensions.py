"""The rules that transformations of 0.6 fit the dimensions of what they are between."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..._models.rule import MUST, Finding, Rule, listed, repeated, rule
from .transforms import INTEGERS, SCALE, SECTION, TRANSLATION

if TYPE_CHECKING:
    from collections.abc import Iterator


def fits(transform: Any, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    """
    Yield what of a transformation does not fit some numbers of dimensions.

    A number that is not known is None. The findings say which rules are broken.
    """
    check = _CHECKS.get(transform.type, _fits_equal)
    yield from check(transform, ndim_in, ndim_out)


def _part_fits(part: Any, ndim_in: int | None, ndim_out: int | None) -> Iterator[Finding]:
    """Yield what of a part does not fit; what does not fit inside of it, it says itself."""
    if ndim_in is not None or ndim_out is not None:
        yield from fits(part, ndim_in, ndim_out)


def _fits_equal(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    rule = DISPLACED if transform.type == "displacements" else COMPATIBLE
    if transform.type != "coordinates" and None not in (ndim_in, ndim_out) and ndim_in != ndim_out:
        message = f"expected as many axes of the output as of the input, {ndim_in}, got {ndim_out}"
        yield Finding((), message, rule=rule.slug)


def _fits_vector(
    rule: Rule, name: str, transform: Any, ndim_in: Any, ndim_out: Any
) -> Iterator[Finding]:
    vector = getattr(transform, name)
    if vector is None:  # in an array
        for finding in _fits_equal(transform, ndim_in, ndim_out):
            yield finding._replace(rule=rule.slug)
        return
    for what, ndim in (("input", ndim_in), ("output", ndim_out)):
        if ndim is not None and len(vector) != ndim:
            parts = "rows" if name == "rotation" else "numbers"
            message = f"expected {ndim} {parts}, one for each axis of the {what}"
            yield Finding((name,), f"{message}, got {len(vector)}", rule=rule.slug)
            return


def _fits_affine(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    rows = transform.affine
    if not rows or len({len(row) for row in rows}) != 1:
        return
    found = (len(rows), len(rows[0]))
    expected = (
        found[0] if ndim_out is None else ndim_out,
        found[1] if ndim_in is None else ndim_in + 1,
    )
    if found != expected:
        shapes = f"expected {expected[0]} rows of {expected[1]} numbers"
        last = (*[0] * (found[1] - 1), 1)
        hint = ": leave out the last row" if found[0] > 1 and tuple(rows[-1]) == last else ""
        message = f"{shapes}, got {found[0]} of {found[1]}{hint}"
        yield Finding(("affine",), message, rule=AFFINE_FITS.slug)


def _fits_project(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    for name, ndim in (("droppedInputs", ndim_in), ("createdOutputs", ndim_out)):
        axes = getattr(transform, name) or ()
        wrong = [*_no_axes(axes, ndim)]
        yield from (Finding((name,), message, rule=COMPATIBLE.slug) for message in wrong)
        if wrong or repeated([*axes]):  # which is another rule's business
            return
    if None not in (ndim_in, ndim_out) and ndim_in + transform.change != ndim_out:
        made = f"{ndim_in} with {transform.change:+} make {ndim_in + transform.change}"
        message = f"expected as many axes as the output has, {ndim_out}, but {made}"
        yield Finding((), message, rule=COMPATIBLE.slug)


def _no_axes(axes: Any, ndim: int | None) -> Iterator[str]:
    """Yield what is wrong with numbers of axes, of which a system has as many as are known."""
    if negative := [axis for axis in axes if axis < 0]:
        yield f"expected numbers of axes, from 0, got {listed(negative)}"
    if ndim is not None and (beyond := [axis for axis in axes if axis >= ndim]):
        yield f"expected numbers of axes, of which there are {ndim}, got {listed(beyond)}"


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
            for message in _no_axes(getattr(item, name), ndim):
                yield Finding(("transformations", i, name), message, rule=INTEGERS.slug)
        for finding in fits(item.transformation, len(item.inputAxes), len(item.outputAxes)):
            inner = finding.below("transformations", i, "transformation")
            yield inner._replace(rule=AXES_FIT.slug)
    found, count = sorted(outputs), len(outputs) if ndim_out is None else ndim_out
    if found != [*range(count)]:
        message = f"expected each of {count} output axes once, got {listed(found)}"
        yield Finding(("transformations",), message, rule=AXES_COVERED.slug)


def _fits_bijection(transform: Any, ndim_in: Any, ndim_out: Any) -> Iterator[Finding]:
    if None not in (ndim_in, ndim_out) and ndim_in != ndim_out:
        message = f"expected as many axes of the output as of the input, {ndim_in}, got {ndim_out}"
        yield Finding((), message, rule=BIJECTION_FITS.slug)
        return
    ndim = ndim_out if ndim_in is None else ndim_in
    if ndim is None:
        forward, back = transform.forward, transform.backward
        found = (forward.ndim_in, forward.ndim_out, back.ndim_in, back.ndim_out)
        ndim = next((each for each in found if each is not None), None)
    for name, part in (("forward", transform.forward), ("inverse", transform.backward)):
        for finding in _part_fits(part, ndim, ndim):
            yield finding.below(name)._replace(rule=DIRECTIONS_FIT.slug)


AFFINE_FITS = Rule(
    "t6.affine-shape", MUST, "affine-md", "The numbers of an affine fit its input and output."
)
AXES_COVERED = Rule(
    "t6.bydim-cover",
    MUST,
    "bydimension-md",
    "Every output axis is in exactly one item of byDimension.",
)
AXES_FIT = Rule(
    "t6.bydim-length",
    MUST,
    "bydimension-md",
    "The axes of an item of byDimension are as many as its parameters have.",
)
BIJECTION_FITS = Rule(
    "t6.bijection-dims",
    MUST,
    "bijection-md",
    "The input and the output of a bijection have as many axes.",
)
COMPATIBLE = Rule(
    "t6.dims-compatible", MUST, SECTION, "The parameters fit the input and the output."
)
DIRECTIONS_FIT = Rule(
    "t6.bijection-inner-dims",
    MUST,
    "bijection-md",
    "Both directions of a bijection fit its input and output.",
)
DISPLACED = Rule(
    "t6.field-dispm-eq-n",
    MUST,
    "coordinates-displacements-md",
    "The input and the output of displacements have as many axes.",
)
MAP_AXIS_FITS = Rule(
    "t6.mapaxis-length",
    MUST,
    "mapaxis-md",
    "'mapAxis' is as long as its input and its output have axes.",
)
ROTATION_FITS = Rule(
    "t6.rotation-dims",
    MUST,
    "rotation-md",
    "A rotation has as many rows as its input and its output have axes.",
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
"""The rules that `fits` finds the breaches of."""


@rule("t6.dims-compatible", MUST, SECTION, also=RULES)
def parts_fit(transform: Any) -> Iterator[Finding]:
    """The parts of a transformation fit each other, whatever it is between."""
    return fits(transform, None, None)
