"""Rules of images, label images and labels of 0.4, each broken in one place."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ome_zarr_models import ValidationError, structure, validate
from ome_zarr_models._rules import axes as rules
from ome_zarr_models.v04.image import ImageAttrs

from ..helpers.cases import Case, every, load
from ..helpers.factories import ABSENT, Loc, broken, image, image_label, metadata_of, multiscale

MS = ("multiscales", 0)
AXIS = (*MS, "axes", 1)
DATASET = (*MS, "datasets", 1)
CT = (*DATASET, "coordinateTransformations")
TOP = (*MS, "coordinateTransformations")
CHANNEL = ("omero", "channels", 1)
LABEL = ("image-label",)

SCALE = {"type": "scale", "scale": [1, 1, 1, 1, 1]}
TRANSLATION = {"type": "translation", "translation": [0, 0, 0, 0, 0]}


@every([*load("0.4/images"), *load("0.4/label-images")])
def test_rule_is_reported_at_its_place(case: Case) -> None:
    document = case.applied(metadata_of(case.what))
    _check(document, case.what, case.rule, case.level, case.place)


@pytest.mark.parametrize(
    ("loc", "value"), [((*CT, 0, "scale", 2), math.nan), ((*CT, 1, "translation", 2), math.inf)]
)
def test_nan_and_infinity_are_not_numbers(loc: Loc, value: float) -> None:
    _check(broken(image(), loc, value), "image", "trafo.param", "error", loc)


def test_properties_of_a_label_value_may_differ() -> None:
    said = [{"label-value": 1, "area": 1}, {"label-value": 1, "area": 2}, {"label-value": 2}]
    assert validate(broken(image_label(), (*LABEL, "properties"), said)).problems == ()


@pytest.mark.parametrize("value", [ABSENT, "0", ["0", 1], None])
def test_labels_are_a_list_of_strings(value: Any) -> None:
    where = ("labels", 1) if isinstance(value, list) else ("labels",)
    _check(broken({"labels": ["0"]}, ("labels",), value), "labels", "labels.key", "error", where)


def _check(document: Any, kind: str, rule: str, level: str, where: Loc) -> None:
    report = validate(document, kind=kind)
    assert [(p.rule, p.level, p.loc) for p in report.problems] == [(rule, level, where)]
    assert report.status == ("valid" if level == "warning" else "invalid")
    assert (report.model is None) == (level == "error")


def test_valid_documents_have_no_problems() -> None:
    assert validate(image()).problems == ()
    assert validate(image_label()).problems == ()
    assert validate({"labels": []}).problems == ()


def test_all_problems_are_in_the_error() -> None:
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


def test_unreadable_vector_does_not_hide_the_next() -> None:
    document = broken(image(levels=3), (*MS, "datasets", 0, "coordinateTransformations", 0), {})
    document = broken(document, (*CT, 0, "scale"), [1])
    rules = [problem.rule for problem in validate(document).problems]
    assert rules == ["trafo.type", "ms.ct-length"]


def test_vectors_that_all_differ_from_the_axes_are_one_problem() -> None:
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
def test_unknown_units_get_a_hint(unit: str, meant: str | None) -> None:
    (problem,) = validate(broken(image(), (*MS, "axes", 2, "unit"), unit)).problems
    assert ("did you mean" in problem.message) == (meant is not None)
    assert meant is None or f'did you mean "{meant}"?' in problem.message


def test_unit_under_the_key_units_gets_a_hint() -> None:
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
def test_allowed_documents_are_valid(change: tuple[Loc, Any]) -> None:
    assert validate(broken(image(), *change)).status == "valid"


def test_rule_on_a_key_has_no_findings() -> None:
    assert list(rules.NAME.findings(object())) == []


@pytest.mark.parametrize("value", [1, "a"])
def test_multiscales_nested_too_deeply_are_not_compared(value: object) -> None:
    for _ in range(3_000):
        value = [value]
    document = {"multiscales": [{**multiscale("yx"), "metadata": value} for _ in "ab"]}
    assert {problem.rule for problem in validate(document).errors} <= {"invalid-json"}
