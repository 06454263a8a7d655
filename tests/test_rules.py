"""Each rule of a document, broken in one place: what is said, and where."""

from __future__ import annotations

import math
from copy import deepcopy
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import ValidationError, structure, validate
from ome_zarr_models._models.rule import UNREAD, Undecidable
from ome_zarr_models._rules import axes as rules
from ome_zarr_models.v04.image import ImageAttrs

from .documents import ABSENT, Loc, broken, image, image_label, multiscale

if TYPE_CHECKING:
    from collections.abc import Callable

MS = ("multiscales", 0)
AXIS = (*MS, "axes", 1)
DATASET = (*MS, "datasets", 1)
CT = (*DATASET, "coordinateTransformations")
TOP = (*MS, "coordinateTransformations")
CHANNEL = ("omero", "channels", 1)
LABEL = ("image-label",)

SCALE = {"type": "scale", "scale": [1, 1, 1, 1, 1]}
TRANSLATION = {"type": "translation", "translation": [0, 0, 0, 0, 0]}


def axes(*types: str | None) -> list[dict[str, Any]]:
    """Return axes of some types, with units; a name for each."""
    units = {"space": "meter", "time": "second"}
    return [
        {
            "name": f"axis {i}",
            **({"type": t} if t else {}),
            **({"unit": units[t]} if t in units else {}),
        }
        for i, t in enumerate(types)
    ]


# (rule, where the value is, the value, where the problem is if not there)
ERRORS: list[tuple[str, Loc, Any, Loc | None]] = [
    ("axes.name", (*AXIS, "name"), ABSENT, None),
    ("axes.name-unique", (*AXIS, "name"), "t", (*MS, "axes")),
    ("ms.list", ("multiscales",), ABSENT, None),
    ("ms.list", ("multiscales",), {}, None),
    ("ms.list", ("multiscales",), [], None),
    ("ms.list", ("multiscales",), "a list", None),
    ("ms.list", MS, "a multiscale", None),
    ("ms.axes", (*MS, "axes"), ABSENT, None),
    ("ms.axes", (*MS, "axes"), "tczyx", None),
    ("ms.axes", AXIS, "c", None),
    ("ms.axes-space", (*MS, "axes"), axes("time", "space", "space", "space", "space"), None),
    ("ms.axes-time", (*MS, "axes"), axes("time", "time", "space", "space", "space"), None),
    ("ms.axes-channel", (*MS, "axes"), axes("channel", "channel", "space", "space", "space"), None),
    ("ms.axes-order", (*MS, "axes"), axes("channel", "time", "space", "space", "space"), None),
    ("ms.axes-order", (*MS, "axes"), axes("time", "space", "channel", "space", "space"), None),
    ("ms.datasets", (*MS, "datasets"), ABSENT, None),
    ("ms.datasets", (*MS, "datasets"), [], None),
    ("ms.datasets", (*MS, "datasets"), {"0": {}}, None),
    ("ms.datasets", DATASET, "1", None),
    ("ms.ds-path", (*DATASET, "path"), ABSENT, None),
    ("ms.ds-path", (*DATASET, "path"), 1, None),
    ("ms.ds-path", (*DATASET, "path"), None, None),
    ("ms.ds-ct", CT, ABSENT, None),
    ("ms.ds-ct", CT, SCALE, None),
    ("ms.ds-ct", (*CT, 1), "translation", None),
    ("ms.ct-one-scale", CT, [], None),
    ("ms.ct-one-scale", CT, [TRANSLATION], None),
    ("ms.ct-one-scale", CT, [SCALE, SCALE], None),
    ("ms.ct-one-translation", CT, [SCALE, TRANSLATION, TRANSLATION], None),
    ("ms.ct-translation-after", CT, [TRANSLATION, SCALE], None),
    ("ms.ct-types", CT, [SCALE, {"type": "identity"}], (*CT, 1, "type")),
    ("ms.ct-length", (*CT, 0, "scale"), [1, 1, 1], None),
    ("ms.ct-length", (*CT, 1, "translation"), [1, 1, 1, 1, 1, 1], None),
    ("ms.ds-order", (*CT, 0, "scale"), [1, 1, 1, 0.1, 0.1], DATASET),
    ("ms.top-ct", TOP, [], None),
    ("ms.top-ct", TOP, None, None),
    ("ms.top-ct", TOP, [TRANSLATION], None),
    ("ms.top-ct", TOP, [{"type": "scale", "scale": [1, 1]}], (*TOP, 0, "scale")),
    ("trafo.type", (*CT, 0, "type"), ABSENT, None),
    ("trafo.type-known", (*CT, 0, "type"), "affine", None),
    ("trafo.type-known", (*CT, 0, "type"), 3, None),
    ("trafo.param", (*CT, 0, "scale"), ABSENT, (*CT, 0)),
    ("trafo.param", (*CT, 0, "path"), "scales", (*CT, 0)),
    ("trafo.param", (*CT, 0, "scale"), "11111", None),
    ("trafo.param", (*CT, 0, "scale"), 2.0, None),
    ("trafo.param", (*CT, 0, "scale", 2), "1", None),
    ("trafo.param", (*CT, 0, "scale", 2), True, None),
    ("trafo.param", (*CT, 0, "scale", 2), None, None),
    ("trafo.param", (*CT, 0, "scale", 2), math.nan, None),
    ("trafo.param", (*CT, 1, "translation", 2), math.inf, None),
    ("trafo.param", (*CT, 0), {"type": "scale", "path": 3}, (*CT, 0, "path")),
    ("omero.channels", ("omero",), None, None),
    ("omero.channels", ("omero",), [], None),
    ("omero.channels", ("omero", "channels"), ABSENT, None),
    ("omero.channels", ("omero", "channels"), {}, None),
    ("omero.channels", CHANNEL, "red", None),
    ("omero.color", (*CHANNEL, "color"), ABSENT, None),
    ("omero.color-hex", (*CHANNEL, "color"), 255, None),
    ("omero.color-hex", (*CHANNEL, "color"), "red", None),
    ("omero.color-hex", (*CHANNEL, "color"), "#00FF00", None),
    ("omero.color-hex", (*CHANNEL, "color"), "00FF00FF", None),
    ("omero.color-hex", (*CHANNEL, "color"), "00FG00", None),
    ("omero.window", (*CHANNEL, "window"), ABSENT, None),
    ("omero.window", (*CHANNEL, "window"), [0, 255], None),
    ("omero.window-minmax", (*CHANNEL, "window", "min"), ABSENT, None),
    ("omero.window-minmax", (*CHANNEL, "window", "max"), "255", None),
    ("omero.window-startend", (*CHANNEL, "window", "start"), ABSENT, None),
    ("omero.window-startend", (*CHANNEL, "window", "end"), None, None),
]

WARNINGS: list[tuple[str, Any, Any, Loc | None]] = [
    ("schema.multiscales-nonempty", ("multiscales",), [multiscale()] * 2, ("multiscales", 1)),
    ("axes.type", (*MS, "axes", 1, "type"), ABSENT, None),
    ("axes.type-known", (*MS, "axes", 1, "type"), "angle", None),
    ("axes.unit", (*MS, "axes", 2, "unit"), ABSENT, (*MS, "axes", 2)),
    ("axes.unit-known", (*MS, "axes", 0, "unit"), "micrometer", None),
    ("axes.unit-known", (*MS, "axes", 2, "unit"), "micron", None),
    ("schema.axis-unit-string", (*MS, "axes", 1, "name"), 3, None),
    ("schema.axis-unit-string", (*MS, "axes", 1, "name"), ["c"], None),
    ("schema.axis-unit-string", (*MS, "axes", 1, "type"), None, None),
    ("schema.axis-unit-string", (*MS, "axes", 1, "unit"), 3, None),
    ("ms.axes-zyx", (*MS, "axes", slice(2, 5)), "reversed", (*MS, "axes")),
    ("ms.name", (*MS, "name"), ABSENT, None),
    ("ms.name", (*MS, "name"), 3, None),
    ("ms.type", (*MS, "type"), ABSENT, None),
    ("ms.metadata", (*MS, "metadata"), ABSENT, None),
    ("ms.metadata", (*MS, "metadata"), "mean", None),
    ("ms.version", (*MS, "version"), ABSENT, None),
    ("ms.version", (*MS, "version"), "0.3", None),
    ("ms.version", (*MS, "version"), 0.4, None),
    ("schema.ct-min2", (*CT, 0), {"type": "scale", "path": "scales"}, None),
    ("schema.ct-min2", (*CT, 1), {"type": "translation", "path": "places"}, None),
    ("schema.ct-min2", (*CT, 1), {"type": "translation", "translation": "places"}, None),
    ("schema.omero-types", (*CHANNEL, "label"), 3, None),
    ("schema.omero-types", (*CHANNEL, "family"), None, None),
    ("schema.omero-types", (*CHANNEL, "active"), 1, None),
]

LABEL_ERRORS: list[tuple[str, Loc, Any, Loc | None]] = [
    ("label.multiscales", ("multiscales",), ABSENT, None),
    ("ms.list", ("multiscales",), [], None),
    ("labels.image-label", LABEL, [], None),
    ("label.colors-list", (*LABEL, "colors"), {}, None),
    ("label.colors-list", (*LABEL, "colors"), None, None),
    ("label.colors-list", (*LABEL, "colors", 0), [255, 0, 0, 255], None),
    ("label.color-value", (*LABEL, "colors", 0, "label-value"), ABSENT, None),
    ("label.color-value-int", (*LABEL, "colors", 0, "label-value"), 1.5, None),
    ("label.color-value-int", (*LABEL, "colors", 0, "label-value"), True, None),
    ("label.rgba", (*LABEL, "colors", 0, "rgba"), [0, 0, 0], None),
    ("label.rgba", (*LABEL, "colors", 0, "rgba"), [0, 0, 0, 256], None),
    ("label.rgba", (*LABEL, "colors", 0, "rgba"), [-1, 0, 0, 0], None),
    ("label.rgba", (*LABEL, "colors", 0, "rgba", 1), 0.5, None),
    ("label.color-unique", (*LABEL, "colors", 1, "label-value"), 1, (*LABEL, "colors")),
    ("label.properties-list", (*LABEL, "properties"), {}, None),
    ("label.property-value", (*LABEL, "properties", 0, "label-value"), ABSENT, None),
    ("label.property-value-int", (*LABEL, "properties", 0, "label-value"), "1", None),
    ("label.source-object", (*LABEL, "source"), "../../", None),
    ("label.source-image-string", (*LABEL, "source", "image"), 3, None),
    ("label.source-image-string", (*LABEL, "source", "image"), None, None),
    ("label.version-string", (*LABEL, "version"), 0.4, None),
]

LABEL_WARNINGS: list[tuple[str, Loc, Any, Loc | None]] = [
    ("label.colors", (*LABEL, "colors"), ABSENT, None),
    ("schema.colors-nonempty", (*LABEL, "colors"), [], None),
    ("schema.colors-nonempty", (*LABEL, "properties"), [], None),
    ("schema.colors-nonempty", (*LABEL, "properties"), [{"label-value": 1}] * 2, None),
    ("schema.multiscales-nonempty", ("multiscales",), [multiscale()] * 2, ("multiscales", 1)),
    ("label.version", (*LABEL, "version"), ABSENT, None),
    ("schema.version-enum", (*LABEL, "version"), "0.5", None),
]


def _broken(document: Any, loc: Any, value: Any) -> Any:
    *way, last = loc
    if isinstance(last, slice):
        changed = deepcopy(document)
        at = changed
        for step in way:
            at = at[step]
        at[last] = at[last][::-1]
        return changed
    return broken(document, loc, value)


@pytest.mark.parametrize(("rule", "loc", "value", "where"), ERRORS + WARNINGS)
def test_image(rule: str, loc: Loc, value: Any, where: Loc | None) -> None:
    level = "error" if (rule, loc, value, where) in ERRORS else "warning"
    _check(_broken(image(), loc, value), "image", rule, level, where or loc)


@pytest.mark.parametrize(("rule", "loc", "value", "where"), LABEL_ERRORS + LABEL_WARNINGS)
def test_image_label(rule: str, loc: Loc, value: Any, where: Loc | None) -> None:
    level = "error" if (rule, loc, value, where) in LABEL_ERRORS else "warning"
    _check(_broken(image_label(), loc, value), "image-label", rule, level, where or loc)


def test_properties_of_a_label_value_may_differ() -> None:
    said = [{"label-value": 1, "area": 1}, {"label-value": 1, "area": 2}, {"label-value": 2}]
    assert validate(broken(image_label(), (*LABEL, "properties"), said)).problems == ()


@pytest.mark.parametrize("value", [ABSENT, "0", ["0", 1], None])
def test_labels(value: Any) -> None:
    where = ("labels", 1) if isinstance(value, list) else ("labels",)
    _check(broken({"labels": ["0"]}, ("labels",), value), "labels", "labels.key", "error", where)


def _check(document: Any, kind: str, rule: str, level: str, where: Loc) -> None:
    report = validate(document, kind=kind)
    assert [(p.rule, p.level, p.loc) for p in report.problems] == [(rule, level, where)]
    assert report.status == ("valid" if level == "warning" else "invalid")
    assert (report.model is None) == (level == "error")


def test_nothing_to_say_of_what_is_right() -> None:
    assert validate(image()).problems == ()
    assert validate(image_label()).problems == ()
    assert validate({"labels": []}).problems == ()


def test_all_problems_at_once() -> None:
    document = broken(image(), (*AXIS, "name"), ABSENT)
    document = broken(document, (*DATASET, "path"), 3)
    document = broken(document, (*CT, 1, "translation", 0), "0")
    document = broken(document, (*CHANNEL, "window"), None)
    document = broken(document, (*MS, "axes", 0, "type"), "channel")
    with pytest.raises(ValidationError) as raised:
        structure(document, ImageAttrs)
    assert {problem.rule for problem in raised.value.problems} == {
        "axes.name",
        "ms.ds-path",
        "trafo.param",
        "omero.window",
        "ms.axes-channel",
    }


def test_a_vector_that_cannot_be_read_does_not_hide_the_next() -> None:
    document = broken(image(levels=3), (*MS, "datasets", 0, "coordinateTransformations", 0), {})
    document = broken(document, (*CT, 0, "scale"), [1])
    rules = [problem.rule for problem in validate(document).problems]
    assert rules == ["trafo.type", "ms.ct-length"]


def test_all_vectors_of_another_length_are_one_problem() -> None:
    document = image("zyx")
    document["multiscales"][0]["axes"].insert(0, {"name": "c", "type": "channel"})
    (problem,) = validate(document).problems
    assert (problem.rule, problem.loc) == ("ms.ct-length", (*MS, "axes"))


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("micron", "micrometer"),
        ("Micrometers", "micrometer"),
        ("\N{MICRO SIGN}m", "micrometer"),
        ("\N{GREEK SMALL LETTER MU}m", "micrometer"),
        ("nanometre", "nanometer"),
        ("nm", "nanometer"),
        ("pixel", None),
        ("second", None),
    ],
)
def test_a_unit_that_was_meant_is_named(unit: str, meant: str | None) -> None:
    (problem,) = validate(broken(image(), (*MS, "axes", 2, "unit"), unit)).problems
    assert ("did you mean" in problem.message) == (meant is not None)
    assert meant is None or f'did you mean "{meant}"?' in problem.message


def test_a_unit_under_the_key_units_is_found() -> None:
    document = broken(image(), (*MS, "axes", 2), {"name": "z", "type": "space", "units": "meter"})
    (problem,) = validate(document).problems
    assert "did you mean 'unit' instead of 'units'?" in problem.message


@pytest.mark.parametrize(
    "change",
    [
        ((*AXIS, "type"), ABSENT),
        ((*AXIS, "type"), None),
        ((*AXIS, "type"), "angle"),
        ((*AXIS, "long name"), {"any": ["thing"]}),
        ((*MS, "axes", 2, "unit"), "furlong"),
        ((*CT, 0), {"type": "scale", "path": "scales"}),
        (TOP, [SCALE, TRANSLATION]),
        ((*DATASET, "path"), "path/to/1"),
        ((*CT, 0, "scale"), [1, 1, 0.5, 1.0, 1.0]),
    ],
)
def test_what_may_be_is_valid(change: tuple[Loc, Any]) -> None:
    assert validate(broken(image(), *change)).status == "valid"


def test_what_could_not_be_read_cannot_be_mistaken() -> None:
    assert repr(UNREAD) == "UNREAD"
    assert not hasattr(UNREAD, "__wrapped__")
    is_one: Callable[[object], bool] = lambda value: value == 1  # noqa: E731 - beside the others
    for touch in (len, bool, hash, list, str, attrgetter("name"), is_one):
        with pytest.raises(Undecidable):
            touch(UNREAD)


def test_a_rule_on_a_key_has_nothing_to_check() -> None:
    assert list(rules.NAME.findings(object())) == []
