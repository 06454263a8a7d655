"""Reports."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import Problem, Report, ValidationError, structure, validate
from ome_zarr_models.exceptions import BrokenJSONError, MissingNodeError, UnreadableNodeError
from ome_zarr_models.v04 import Image, ImageLabel, Labels

from ..helpers.factories import array, broken, hierarchy, image, image_label
from ..helpers.stores import Counting, memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = {"nuclei": image_label()}
PROBLEM = Problem("r", "error", "", (), "a")


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def test_report_on_a_document() -> None:
    report = validate(image())
    assert report.model == structure(image())
    assert (report.uri, report.kind, report.version) == ("", "image", "0.4")
    assert (report.status, report.problems, report.requests) == ("valid", (), 0)
    assert 0 < report.elapsed < 60
    assert str(report) == "valid: OME-Zarr 0.4 image"
    assert "model=" not in repr(report)


def test_report_on_a_hierarchy() -> None:
    store = Counting(memory(hierarchy(labels=LABELS)))
    report = validate(store)
    assert report.model == Image.from_zarr(memory(hierarchy(labels=LABELS)))
    assert report.requests == len(store.keys)
    assert report.uri == str(store)
    assert validate(store.with_read_only(), max_requests=1).status == "valid"


def test_report_as_text() -> None:
    documents = broken(hierarchy(), ("1/.zarray", "dimension_separator"), ".")
    documents = broken(documents, (".zattrs", "multiscales", 0, "name"), 3)
    report = validate(memory(documents))
    assert str(report) == (
        f"invalid: OME-Zarr 0.4 image at {report.uri}\n"
        "  .zattrs\n"
        "    warning: multiscales[0].name: expected a string, got 3 [ms.name]\n"
        "  1 .zarray\n"
        '    error: dimension_separator: expected "/", got "." [storage.nested-chunks]'
    )


@pytest.mark.parametrize(
    ("target", "kind", "cls"),
    [
        (hierarchy(), "image", Image),
        ({f"a/{key}": value for key, value in hierarchy().items()}, None, None),
        (
            {k.removeprefix("labels/"): v for k, v in hierarchy(labels=LABELS).items()},
            "labels",
            Labels,
        ),
        (
            {k.removeprefix("labels/nuclei/"): v for k, v in hierarchy(labels=LABELS).items()},
            "image-label",
            ImageLabel,
        ),
    ],
)
def test_kind_is_detected(target: dict[str, Any], kind: str | None, cls: type | None) -> None:
    for key in (".zgroup", ".zattrs"):
        target = {**target, **({key: target.pop(key)} if key in target else {})}
    if kind == "labels":
        target = {**target, ".zgroup": {"zarr_format": 2}, ".zattrs": {"labels": ["nuclei"]}}
    if kind == "image-label":
        target[".zattrs"] = image_label()
    report = validate(memory(target))
    assert (report.kind, report.version) == (kind, "0.4" if kind else None)
    assert (type(report.model) if report.model else None) is cls
    assert report.status == ("valid" if kind else "unreadable")


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("image", []),
        ("image-label", ["labels.image-label"]),
        ("labels", ["labels.key"]),
    ],
)
def test_expected_kind_is_checked(kind: str, rules: list[str]) -> None:
    found = [problem.rule for problem in validate(image(), kind=kind).problems]
    assert found == rules
    report = validate(memory(hierarchy()), version="0.4", kind=kind)
    assert [problem.rule for problem in report.problems] == rules
    assert report.kind == kind


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"version": "0.2"}, "expected one of the versions 0.4, 0.5, 0.6, got '0.2'"),
        (
            {"kind": "picture"},
            "expected one of the kinds plate, .*, bioformats2raw, series, got 'picture'",
        ),
    ],
)
def test_unknown_versions_and_kinds_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate(image(), **given)


@pytest.mark.parametrize(
    ("documents", "status", "rule"),
    [
        ({}, "unreadable", "missing"),
        ({**hierarchy(), ".zattrs": b"{"}, "unreadable", "json"),
        ({**hierarchy(), "0/.zarray": b'{"shape"'}, "unreadable", "json"),
        ({**hierarchy(), ".zattrs": b"{} # nothing"}, "invalid", "storage.no-json-comments"),
        ({".zgroup": {"zarr_format": 2}}, "invalid", "storage.attrs-on-group"),
        ({".zarray": array()}, "invalid", "storage.attrs-on-group"),
        ({"zarr.json": {}}, "invalid", "storage.attrs-on-group"),
        ({"zarr.json": {"node_type": "array"}}, "invalid", "storage.attrs-on-group"),
        (
            {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": image()}},
            "invalid",
            "storage.zarr-format",
        ),
    ],
)
def test_report_is_valid_invalid_or_unreadable(
    documents: dict[str, Any], status: str, rule: str
) -> None:
    report = validate(memory(documents))
    assert (report.status, report.model) == (status, None)
    assert [problem.rule for problem in report.problems] == [rule]


def test_refusal_is_unreadable_unless_metadata_is_invalid() -> None:
    store = Counting(memory(hierarchy()))
    store.errors["1/.zarray"] = PermissionError("403")
    assert validate(store).status == "unreadable"
    store = Counting(memory(broken(hierarchy(), (".zattrs", "multiscales", 0, "axes"), [])))
    store.errors["1/.zarray"] = PermissionError("403")
    assert validate(store).status == "invalid"


@pytest.mark.parametrize(
    ("depth", "status"), [("attributes", "valid"), ("arrays", "valid"), ("all", "invalid")]
)
def test_depth_limits_what_is_checked(depth: Any, status: str) -> None:
    documents = hierarchy(labels={**LABELS, "cells": image_label(levels=1)})
    assert validate(memory(documents), depth=depth).status == status


def test_report_on_a_missing_path(tmp_path: Path) -> None:
    report = validate(tmp_path / "nothing.zarr")
    assert str(report) == (
        f"unreadable: OME-Zarr at {tmp_path}/nothing.zarr\n"
        "  error: expected a Zarr group, got nothing there [missing]"
    )


def test_mapping_of_buffers_is_a_store() -> None:
    held: dict[str, Any] = vars(memory(hierarchy()))["_store_dict"]
    assert isinstance(validate(held).model, Image)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, _pickled],
)
def test_errors_can_be_copied_and_pickled(copied: Callable[[Any], Any]) -> None:
    problems = tuple(validate({"multiscales": [{}, {}]}).problems)
    for cls in (ValidationError, MissingNodeError, UnreadableNodeError, BrokenJSONError):
        error = cls(problems, "file:///a.zarr")
        assert type(copied(error)) is cls
        assert (copied(error).problems, copied(error).uri) == (error.problems, error.uri)
        assert str(copied(error)) == str(error)


@pytest.mark.parametrize(
    ("problems", "uri", "text"),
    [
        ([PROBLEM], "", "a [r]"),
        ([PROBLEM], "u", "u: a [r]"),
        ([PROBLEM, PROBLEM], "", "a [r]\na [r]"),
        ([PROBLEM, PROBLEM], "u", "u:\na [r]\na [r]"),
    ],
)
def test_errors_as_text(problems: list[Problem], uri: str, text: str) -> None:
    assert str(ValidationError(tuple(problems), uri)) == text


def test_problems_as_text() -> None:
    problem = Problem("r", "error", "", (), "expected this, got that")
    assert str(problem) == "expected this, got that [r]"
    assert str(problem.below("a/b", ".zattrs", "c.d", 0)) == (
        "a/b .zattrs ['c.d'][0]: expected this, got that [r]"
    )
    assert Report("u", None, None, "valid", ()).model is None


def test_report_in_a_notebook(tmp_path: Path) -> None:
    report: Any = validate({"labels": ["<b>", 1]})
    shown = report._repr_html_()
    assert shown.startswith("<p><b>invalid</b>: OME-Zarr 0.4 labels</p><table>")
    assert "<td>error</td><td></td><td>labels[1]</td><td>expected a string, got 1</td>" in shown
    assert '#labels-md">labels.key</a></td></tr></table>' in shown
    nothing: Any = validate(str(tmp_path / "a&b"))
    assert "a&amp;b</code>" in nothing._repr_html_()
    assert "<td>missing</td>" in nothing._repr_html_()
    right: Any = validate({"labels": []})
    assert right._repr_html_() == "<p><b>valid</b>: OME-Zarr 0.4 labels</p>"


def test_valid_report_raises_nothing() -> None:
    validate({"labels": []}).raise_for_errors()
