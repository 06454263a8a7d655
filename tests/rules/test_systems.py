"""Rules of documents of 0.6, each broken in one place: coordinate systems and transformations."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import structure, unstructure, validate

from ..helpers.cases import SUBJECTS_06, Case, every, load
from ..helpers.factories import broken
from ..helpers.systems import MAKERS, document_of, transform_to

CASES = [case for subject in SUBJECTS_06 for case in load(f"0.6/{subject}")]


@pytest.mark.parametrize("what", MAKERS)
def test_valid_documents_have_no_problems(what: str) -> None:
    document = document_of(what)
    report = validate(document)
    assert (report.problems, report.status, report.version) == ((), "valid", "0.6")
    assert unstructure(structure(document)) == document


@every(case for case in CASES if case.rule)
def test_rule_is_reported_at_its_place(case: Case) -> None:
    report = validate(case.applied(document_of(case.what)))
    found = [(p.rule, p.level, p.loc) for p in report.problems]
    assert found == [(case.rule, case.level, case.place)]
    assert report.status == ("valid" if case.level == "warning" else "invalid")


@every(case for case in CASES if case.rules)
def test_several_rules_are_reported(case: Case) -> None:
    problems = validate(case.applied(document_of(case.what))).problems
    assert sorted({problem.rule for problem in problems}) == [*case.rules]


@every(load("0.6/allowed"))
def test_allowed_documents_are_valid(case: Case) -> None:
    document: Any = case.applied(document_of(case.what))
    report = validate(document)
    assert report.status == "valid"
    assert {(p.rule, p.level) for p in report.problems} == {
        (rule, "warning") for rule in case.warns
    }
    assert unstructure(structure(document)) == document


@every(load("0.6/unread"))
def test_unreadable_values_hide_only_what_depends_on_them(case: Case) -> None:
    problems = validate(case.applied(document_of(case.what))).problems
    assert sorted(problem.rule for problem in problems) == [*case.rules]


@pytest.mark.parametrize(
    ("found", "hint"),
    [("rotate", ': did you mean "rotation"?'), ("x", ""), (3, "")],
)
def test_unknown_types_of_transformations_get_a_hint(found: Any, hint: str) -> None:
    document = broken(document_of("image"), (*transform_to("rotation"), "type"), found)
    problem = next(p for p in validate(document).problems if p.rule == "t6.type")
    shown = f'"{found}"' if isinstance(found, str) else found
    assert problem.message.startswith('expected one of "identity", "mapAxis"')
    assert problem.message.endswith(f", got {shown}{hint}")


def test_homogeneous_matrices_have_a_row_too_many() -> None:
    document = broken(
        document_of("image"),
        (*transform_to("affine"), "affine"),
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    )
    (problem,) = [p for p in validate(document).problems if p.level == "error"]
    message = "expected 2 rows of 3 numbers, got 3 of 3: leave out the last row"
    assert problem.message == message
