"""The rules for an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._json.text import show
from .._models.rule import MUST, SCHEMA, SHOULD, Finding, Part, Rule, listed, of_key, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


SECTION: Final = "axes-md"

TYPES: Final = ("space", "time", "channel")
TYPES_06: Final = ("array", *TYPES, "coordinate", "displacement")

UNITS: Final = {
    "space": frozenset(
        [
            "angstrom",
            "attometer",
            "centimeter",
            "decimeter",
            "exameter",
            "femtometer",
            "foot",
            "gigameter",
            "hectometer",
            "inch",
            "kilometer",
            "megameter",
            "meter",
            "micrometer",
            "mile",
            "millimeter",
            "nanometer",
            "parsec",
            "petameter",
            "picometer",
            "terameter",
            "yard",
            "yoctometer",
            "yottameter",
            "zeptometer",
            "zettameter",
        ]
    ),
    "time": frozenset(
        [
            "attosecond",
            "centisecond",
            "day",
            "decisecond",
            "exasecond",
            "femtosecond",
            "gigasecond",
            "hectosecond",
            "hour",
            "kilosecond",
            "megasecond",
            "microsecond",
            "millisecond",
            "minute",
            "nanosecond",
            "petasecond",
            "picosecond",
            "second",
            "terasecond",
            "yoctosecond",
            "yottasecond",
            "zeptosecond",
            "zettasecond",
        ]
    ),
}

ABBREVIATIONS: Final = {
    "a": "angstrom",
    "cm": "centimeter",
    "h": "hour",
    "m": "meter",
    "micron": "micrometer",
    "min": "minute",
    "mm": "millimeter",
    "ms": "millisecond",
    "nm": "nanometer",
    "s": "second",
    "sec": "second",
    "um": "micrometer",
    "us": "microsecond",
}

NAME = Rule("axes.name", MUST, SECTION, "Each axis must have a 'name'.")
TYPE = Rule("axes.type", SHOULD, SECTION, "Each axis should have a 'type'.")
STRINGS = Rule(
    "schema.axis-unit-string",
    SCHEMA,
    SECTION,
    "The JSON schema requires the 'name', 'type' and 'unit' of an axis to be strings.",
)


DISCRETE = Rule("axes.discrete-bool", MUST, SECTION, "'discrete' must be true or false.")
LONG_NAME = Rule("axes.longname-string", MUST, SECTION, "'longName' must be a string.")


@rule("axes.name-nonempty", MUST, SECTION, schema=of_key("name", minLength=1))
def name_nonempty(axis: Part) -> Iterator[Finding]:
    """The name of an axis must be a non-empty string."""
    if axis.name == "":
        yield Finding(("name",), "expected a non-empty string, got an empty one")


@rule("axes.type-known", SHOULD, SECTION)
def type_known(axis: Part) -> Iterator[Finding]:
    """The type of an axis should be space, time or channel."""
    yield from _unless_type_in(TYPES, axis)


@rule("axes.type-known", SHOULD, SECTION)
def type_known_06(axis: Part) -> Iterator[Finding]:
    """The type of an axis should be array, space, time, channel, coordinate or displacement."""
    yield from _unless_type_in(TYPES_06, axis)


def _unless_type_in(types: tuple[str, ...], axis: Part) -> Iterator[Finding]:
    if isinstance(axis.type, str) and axis.type not in types:
        expected = listed(f'"{name}"' for name in types)
        yield Finding(("type",), f"expected one of {expected}, got {show(axis.type)}")


@rule("axes.unit", SHOULD, SECTION)
def unit_given(axis: Part) -> Iterator[Finding]:
    """Each axis of type space or time should have a 'unit'."""
    if axis.unit is None and _units(axis) and "unit" not in axis.extra:
        hint = ": did you mean 'unit' instead of 'units'?" if "units" in axis.extra else ""
        yield Finding((), f"expected a unit of {axis.type}, got none{hint}")


@rule("axes.unit-known", SHOULD, SECTION)
def unit_known(axis: Part) -> Iterator[Finding]:
    """The unit of an axis of type space or time should be one of the listed UDUNITS-2 names."""
    units = _units(axis)
    if units and isinstance(axis.unit, str) and axis.unit not in units:
        likely = _likely_unit(axis.unit)
        hint = f": did you mean {show(likely)}?" if likely in units else ""
        yield Finding(("unit",), f"expected a unit of {axis.type}, got {show(axis.unit)}{hint}")


def _units(axis: Part) -> frozenset[str]:
    return UNITS.get(axis.type, frozenset()) if isinstance(axis.type, str) else frozenset()


def _likely_unit(unit: str) -> str:
    """Return the listed name that an unlisted name of a unit most likely stands for."""
    plain = unit.strip().lower().replace("metre", "meter").replace("\N{MICRO SIGN}", "u")
    plain = plain.replace("\N{GREEK SMALL LETTER MU}", "u").replace("ångström", "angstrom")
    for name in (plain, plain.removesuffix("s")):
        if name in ABBREVIATIONS:
            return ABBREVIATIONS[name]
    return plain.removesuffix("s")
