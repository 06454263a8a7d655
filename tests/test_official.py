"""The official cases, and what the official schemas say of what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ome_zarr_models import structure, unstructure, validate

from .documents import image, image_label

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("image", "image-label")


def _cases(shared: Path, version: str) -> list[dict[str, Any]]:
    text = (shared / "conformance" / f"cases-{version}.json").read_text()
    cases: list[dict[str, Any]] = json.loads(text)
    return [case for case in cases if case["kind"] in KINDS]


def _schema(shared: Path, version: str, name: str) -> Any:
    folder = shared / "conformance" / "schemas" / version
    schemas = [json.loads(path.read_text()) for path in folder.glob("*.schema")]
    registry: Registry[Any] = Registry()
    for schema in schemas:
        registry = registry.with_resource(schema["$id"], DRAFT202012.create_resource(schema))
    found = next(schema for schema in schemas if schema["$id"].endswith(f"/{name}.schema"))
    return Draft202012Validator(found, registry=registry)


def test_verdicts(shared: Path, subtests: pytest.Subtests) -> None:
    """Where the suite and the prose agree, the verdict is the suite's."""
    judged = 0
    for case in _cases(shared, "0.4"):
        if case["prose_agrees"] is False:
            continue
        judged += 1
        with subtests.test(case["id"]):
            report = validate(case["attributes"], version="0.4", kind=case["kind"])
            assert report.status == case["expected"]
    assert judged > 0


def test_rules(shared: Path, subtests: pytest.Subtests) -> None:
    """The rules that are broken by the prose are the ones that are named."""
    for case in _cases(shared, "0.4"):
        with subtests.test(case["id"]):
            report = validate(case["attributes"], version="0.4", kind=case["kind"])
            errors = {problem.rule for problem in report.problems if problem.level == "error"}
            warned = {problem.rule for problem in report.problems if problem.level == "warning"}
            expected = {rule for rule, _ in case["prose"]["must"]}
            # A translation without its vector cannot be read: that it is no scale is not said.
            assert expected - errors <= ({"ms.ct-one-scale"} if len(expected) > 1 else set())
            assert errors <= expected
            assert {rule for rule, _ in case["prose"]["should"]} <= warned


def test_round_trip(shared: Path, subtests: pytest.Subtests) -> None:
    for case in _cases(shared, "0.4"):
        report = validate(case["attributes"], version="0.4", kind=case["kind"])
        if report.status == "valid":
            with subtests.test(case["id"]):
                assert unstructure(report.model) == case["attributes"]


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("strict_image", image()),
        ("strict_image", image("yx", levels=1)),
        ("strict_label", image_label()),
    ],
)
def test_what_is_written_is_valid_by_the_schemas(
    shared: Path, schema: str, document: dict[str, Any]
) -> None:
    written = unstructure(structure(document))
    assert _schema(shared, "0.4", schema).is_valid(written)


def test_all_rules_are_known(shared: Path) -> None:
    """Problems name rules of the specification."""
    known = {rule["slug"] for rule in json.loads((shared / "spec" / "rules.json").read_text())}
    assert {rule.slug for rule in _rules()} <= known


def _rules() -> set[Any]:
    from ome_zarr_models import _rules
    from ome_zarr_models._rules import arrays, axes, labels, multiscales, omero, transformations

    modules = (arrays, axes, labels, multiscales, omero, transformations)
    found = (value for module in modules for value in vars(module).values())
    return {value for value in found if isinstance(value, _rules.Rule)}
