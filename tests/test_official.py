"""The official cases, and what the official schemas say of what is written."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ome_zarr_models import dumps, structure, unstructure, validate

from .documents import VERSIONS, image, image_label, plate, stored, well

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The suite's name of a kind, where it is not ours.
UNDECIDED = {"ms.ct-one-scale", "plate.well-path-form"}
KINDS = {"bf2raw": "bioformats2raw"}


def _cases(shared: Path, version: str) -> list[dict[str, Any]]:
    text = (shared / "conformance" / f"cases-{version}.json").read_text()
    cases: list[dict[str, Any]] = json.loads(text)
    assert len(cases) > 50
    return cases


def _report(case: dict[str, Any], version: str) -> Any:
    kind = KINDS.get(case["kind"], case["kind"])
    return validate(case["attributes"], version=version, kind=kind)


def _schema(shared: Path, version: str, name: str) -> Any:
    folder = shared / "conformance" / "schemas" / version
    schemas = [json.loads(path.read_text()) for path in folder.glob("*.schema")]
    registry: Registry[Any] = Registry()
    for schema in schemas:
        registry = registry.with_resource(schema["$id"], DRAFT202012.create_resource(schema))
    found = next(schema for schema in schemas if schema["$id"].endswith(f"/{name}.schema"))
    return Draft202012Validator(found, registry=registry)


@pytest.mark.parametrize("version", VERSIONS)
def test_verdicts(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    """Where the suite and the prose agree, the verdict is the suite's."""
    judged = 0
    for case in _cases(shared, version):
        # What the strict schemas add is only recommended, and so is a warning.
        if case["prose_agrees"] is False or case["level"] == "should":
            continue
        judged += 1
        with subtests.test(case["id"]):
            assert _report(case, version).status == case["expected"]
    assert judged > 30


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_recommended(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    """Where a strict schema refuses what is allowed, there is a warning."""
    for case in _cases(shared, version):
        if case["level"] == "should" and case["prose_agrees"] is not False:
            with subtests.test(case["id"]):
                report = _report(case, version)
                assert report.status == "valid"
                assert report.problems or case["expected"] == "valid"


@pytest.mark.parametrize("version", VERSIONS)
def test_rules(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    """The rules that are broken by the prose are the ones that are named."""
    for case in _cases(shared, version):
        with subtests.test(case["id"]):
            report = _report(case, version)
            errors = {problem.rule for problem in report.problems if problem.level == "error"}
            warned = {problem.rule for problem in report.problems if problem.level == "warning"}
            # The prose of 0.5 asks for a plate's version, and took it back in 0.6.
            expected = {rule for rule, _ in case["prose"]["must"]} - {"plate.version"}
            # A rule that touches what could not be read cannot be decided.
            undecided: set[str] = UNDECIDED if len(expected) > 1 else set()
            assert expected - errors <= undecided
            assert errors <= expected
            if not errors:
                assert {rule for rule, _ in case["prose"]["should"]} <= warned


@pytest.mark.parametrize("version", VERSIONS)
def test_round_trip(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(shared, version):
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
def test_what_is_written_is_valid_by_the_schemas(
    schema: str, make: Callable[..., dict[str, Any]], version: str, shared: Path
) -> None:
    written = unstructure(structure(stored(make(version=version), version)))
    assert _schema(shared, version, schema).is_valid(written)


def test_all_rules_are_known(shared: Path) -> None:
    """Problems name rules of the specification."""
    known = {rule["slug"] for rule in json.loads((shared / "spec" / "rules.json").read_text())}
    assert {rule.slug for rule in _rules()} <= known


def _rules() -> set[Any]:
    from ome_zarr_models import _rules

    modules = [
        import_module(f"{_rules.__name__}.{each.name}")
        for each in pkgutil.iter_modules(_rules.__path__)
    ]
    found = (value for module in modules for value in vars(module).values())
    return {value for value in found if isinstance(value, _rules.Rule)}
