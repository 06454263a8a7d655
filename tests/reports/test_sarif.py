"""Reports as logs of SARIF."""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from pydantic import BaseModel

from ome_zarr_models import Problem, Report, validate
from ome_zarr_models._reports.render import to_sarif

from ..helpers.cli import run
from ..helpers.factories import broken, hierarchy, image
from ..helpers.stores import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SARIF: Any = import_module("sarif_pydantic")
"""Models of SARIF's schema, which have no types."""


def test_log_has_all_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = write(hierarchy(), tmp_path / "a")
    documents = {**hierarchy(), ".zattrs": broken(image(), ("multiscales", 0, "axes", 0), 3)}
    documents["0/.zarray"]["shape"] = [1]
    wrong = write(documents, tmp_path / "b c")
    missing = str(tmp_path / "none")
    assert run("validate", "--format", "sarif", right, wrong, missing) == 2
    text = capsys.readouterr().out
    log = SARIF.Sarif.model_validate_json(text)
    assert not [*_unknown(log)]
    assert log.model_dump(mode="json", exclude_unset=True, by_alias=True) == json.loads(text)
    (log_run,) = log.runs
    assert log_run.results is not None
    assert log_run.tool.driver.rules is not None
    found = [
        (problem.rule, problem.level, problem.message)
        for path in (right, wrong, missing)
        for problem in validate(path).problems
    ]
    assert [(r.rule_id, r.level, r.message.text) for r in log_run.results] == found
    rules = [rule.id for rule in log_run.tool.driver.rules]
    assert [rules[result.rule_index or 0] for result in log_run.results] == [
        row[0] for row in found
    ]
    assert len(set(rules)) == len(rules)
    (said,) = json.loads(text)["runs"][0]["invocations"]
    assert said == {"executionSuccessful": False}
    first = json.loads(text)["runs"][0]["results"][0]
    uri = f"file://{tmp_path}/b%20c/.zattrs"
    assert first["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": uri}},
            "logicalLocations": [
                {"fullyQualifiedName": "multiscales[0].axes[0]", "kind": "member"}
            ],
        }
    ]
    described = json.loads(text)["runs"][0]["tool"]["driver"]["rules"][0]
    assert described["helpUri"].startswith("https://ngff.openmicroscopy.org/")
    assert described["defaultConfiguration"] == {"level": "error"}
    assert to_sarif([validate({"labels": [1]})])["runs"][0]["invocations"] == [
        {"executionSuccessful": True}
    ]


def _unknown(model: Any) -> Iterator[str]:
    """Yield what a document of SARIF has that its schema does not."""
    if isinstance(model, BaseModel):
        yield from model.model_extra or ()
        for name in type(model).model_fields:
            yield from _unknown(getattr(model, name))
    elif isinstance(model, list):
        items: list[Any] = model  # pyright: ignore[reportUnknownVariableType] - of anything
        for item in items:
            yield from _unknown(item)


@pytest.mark.parametrize(
    ("root", "uri"),
    [
        ("/a b/50%.zarr", "file:///a%20b/50%25.zarr/A%231/.zattrs"),
        ("a#b.zarr", "a%23b.zarr/A%231/.zattrs"),
        ("https://host/a%20b?x=1", "https://host/a%20b?x=1/A%231/.zattrs"),
        ("C:\\x", "file:///C:/x/A%231/.zattrs"),
        ("C:\\a b\\50%#.zarr", "file:///C:/a%20b/50%25%23.zarr/A%231/.zattrs"),
        ("d:/x", "file:///d:/x/A%231/.zattrs"),
        ("d://x", "file:///d://x/A%231/.zattrs"),
        ("\\\\host\\share\\a b", "file://host/share/a%20b/A%231/.zattrs"),
        ("C:x", "C%3Ax/A%231/.zattrs"),
        ("s3://bucket/a.zarr", "s3://bucket/a.zarr/A%231/.zattrs"),
        ("\udcff.zarr", "%FF.zarr/A%231/.zattrs"),
    ],
)
def test_places_are_escaped_uris(root: str, uri: str) -> None:
    problem = Problem("json", "error", "A#1", (), "not JSON", ".zattrs")
    report = Report(
        root, None, None, "unreadable", (problem, problem, evolve(problem, rule="mine"))
    )
    (log_run,) = to_sarif([report])["runs"]
    (location,) = log_run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert log_run["tool"]["driver"]["rules"] == [
        {"id": "json", "shortDescription": {"text": "A document is JSON."}},
        {"id": "mine"},
    ]


@pytest.mark.skipif(os.name == "nt", reason="a backslash separates folders on Windows")
def test_backslashes_are_part_of_names_elsewhere() -> None:
    report = Report("/a\\b", None, None, "unreadable", (Problem("json", "error", "", (), "x", ""),))
    (result,) = to_sarif([report])["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "file:///a%5Cb"


def test_document_without_a_place_has_no_location() -> None:
    (result,) = to_sarif([validate({})])["runs"][0]["results"]
    assert "locations" not in result
