"""The official cases, and written documents beside the official schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import dumps, structure, unstructure, validate

from ..helpers.factories import VERSIONS, image, image_label, plate, stored, well
from ..helpers.official import KINDS, cases, official_schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


#: Rules that need values which could not be read, and so are not decided.
UNDECIDED = {
    "ms.ct-one-scale",
    "ms6.ct-form",
    "ms6.ct-input-path",
    "ms6.ct-output-name",
    "plate.well-path-form",
    "t6.bijection-inner-dims",
    "t6.bydim-cover",
}
#: Cases whose broken rules differ from those that the suite lists, and why.
CONTRADICTIONS: dict[str, tuple[set[str], set[str], str]] = {
    # the case: (rules that are not named, rules that are named beside, the reason)
    "0.4/spec-tests/image/invalid_version": (
        set(),
        {"meta.version-consistent"},
        "metadata that names another version is not of 0.4",
    ),
    "0.6/spec-tests/image/invalid_transformation_type": (
        set(),
        {"t6.translation-length"},
        "a scale that is called a translation has no translation",
    ),
    "0.6/spec-zarr/image/invalid_transformation_type": (
        set(),
        {"t6.translation-length"},
        "a scale that is called a translation has no translation",
    ),
    "0.6/spec-tests/image/transforms-bad_byDimension_wrong_axes_type": (
        set(),
        {"t6.bydim-int"},
        "its axes are strings",
    ),
    "0.6/spec-examples/transformation/mapAxis1": (
        {"t6.io-object"},
        {"scene.io-object"},
        "in a scene it is a rule of scenes",
    ),
}
#: Cases whose verdict is not followed, where the suite and the prose disagree.
REASONS = {
    "ms6.ct-length": "a scale of 2 numbers for 3 axes",
    "t6.bydim-cover": "an axis of the output is in no item",
    "label.multiscales": "a label image without multiscales, which is a MUST",
    "plate.well-path-form": "wells of rows or columns that are not the plate's",
    "ms.axes-space": "axes of type array, which the schema allows and the prose does not",
    "meta.version-value": "a version that there never was",
    "ms6.top-intrinsic": "a transformation of a system that is not there",
    "ms6.ct-input-path": "a dataset whose transformation is of another path",
    "t6.io-object": "references that are strings, as in a draft",
    "meta.ome-key": "a file of something else",
    "meta.ome-object": "a file of something else",
    "t6.bydim-items": "items in the form of a draft",
}


def _report(case: dict[str, Any], version: str) -> Any:
    kind = KINDS.get(case["kind"], case["kind"])
    return validate(case["attributes"], version=version, kind=kind)


@pytest.mark.parametrize("version", VERSIONS)
def test_verdict_is_that_of_the_suite(
    version: str, shared: Path, subtests: pytest.Subtests
) -> None:
    """Where the suite and the prose agree, the verdict is that of the suite."""
    followed = 0
    for case in cases(shared, version):
        # What the strict schemas add is only recommended, and so is a warning.
        if case["prose_agrees"] is False or case["level"] == "should":
            continue
        followed += 1
        with subtests.test(case["id"]):
            assert _report(case, version).status == case["expected"]
    assert followed > 30


def test_rules_explain_verdicts_that_differ_from_the_suite(shared: Path) -> None:
    """Where the suite of 0.6 and the prose disagree, a rule says why."""
    for case in cases(shared, "0.6"):
        if case["prose_agrees"] is False:
            assert REASONS.keys() & {rule for rule, _ in case["prose"]["must"]}, case["id"]


@pytest.mark.parametrize("version", VERSIONS)
def test_strict_schemas_become_warnings(
    version: str, shared: Path, subtests: pytest.Subtests
) -> None:
    """Where a strict schema refuses what is allowed, there is a warning."""
    for case in cases(shared, version):
        if case["level"] == "should" and case["prose_agrees"] is not False:
            with subtests.test(case["id"]):
                report = _report(case, version)
                assert report.status == "valid"
                assert report.problems or case["expected"] == "valid"


@pytest.mark.parametrize("version", VERSIONS)
def test_rules_are_those_of_the_prose(
    version: str, shared: Path, subtests: pytest.Subtests
) -> None:
    """The rules that are broken by the prose are the ones that are named."""
    for case in cases(shared, version):
        with subtests.test(case["id"]):
            report = _report(case, version)
            errors = {problem.rule for problem in report.problems if problem.level == "error"}
            warned = {problem.rule for problem in report.problems if problem.level == "warning"}
            # The prose of 0.5 asks for a plate's version, and took it back in 0.6.
            expected = {rule for rule, _ in case["prose"]["must"]} - {"plate.version"}
            unnamed, beside, _ = CONTRADICTIONS.get(case["id"], (set(), set(), ""))
            # A rule that touches what could not be read cannot be decided.
            undecided: set[str] = UNDECIDED if len(expected) > 1 else set()
            if "meta.version-value" in errors:  # then nothing else is looked at
                undecided = expected
            assert expected - errors <= undecided | unnamed
            assert errors <= expected | beside
            if not errors:
                assert {rule for rule, _ in case["prose"]["should"]} <= warned


@pytest.mark.parametrize("version", VERSIONS)
def test_valid_cases_round_trip(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    for case in cases(shared, version):
        report = _report(case, version)
        if report.status == "valid":
            with subtests.test(case["id"]):
                assert unstructure(report.model) == case["attributes"]
                assert json.loads(dumps(report.model)) == case["attributes"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("schema", "make"),
    [
        ("strict_image", image),
        ("strict_label", image_label),
        ("strict_plate", plate),
        ("strict_well", well),
    ],
)
def test_written_documents_are_valid_by_the_official_schemas(
    schema: str, make: Callable[..., dict[str, Any]], version: str, shared: Path
) -> None:
    written = unstructure(structure(stored(make(version=version), version)))
    assert official_schemas(shared, version)[schema].is_valid(written)
