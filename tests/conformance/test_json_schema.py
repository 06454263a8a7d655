"""JSON Schemas of models agree with `structure`, except for rules that a schema cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..helpers.cases import load
from ..helpers.factories import VERSIONS, image
from ..helpers.mutations import broken_documents, mutated, subjects
from ..helpers.official import KINDS, cases
from ..helpers.schemas import CANNOT_SAY, broken_rules, validator
from ..helpers.systems import document_of
from ..helpers.versions import attributes_class

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("version", VERSIONS)
def test_schemas_accept_valid_documents(version: str) -> None:
    for kind, document in subjects(version):
        validator(attributes_class(version, kind)).validate(document)


def _deep() -> Any:
    """Return a scene of transformations that are inside of each other more than they may."""
    document: Any = document_of("scene")
    (*_, link) = document["ome"]["scene"]["coordinateTransformations"]
    for _ in range(33):
        parts = {name: link.pop(name) for name in [*link] if name not in ("input", "output")}
        link |= {"type": "sequence", "transformations": [parts]}
    return document


def test_schemas_refuse_broken_documents(subtests: pytest.Subtests) -> None:
    """The table is of the rules whose breaches are not all refused, and of no others."""
    accepted: set[str] = set()
    for version, kind, rule, document in [
        *broken_documents(),
        ("0.6", "scene", "nesting", _deep()),
    ]:
        cls = attributes_class(version, kind)
        with subtests.test(f"{version} {rule}"):
            assert rule in broken_rules(document, cls)
            if validator(cls).is_valid(document):
                accepted.add(rule)
    assert accepted == CANNOT_SAY.keys()


def test_schemas_accept_documents_with_warnings(subtests: pytest.Subtests) -> None:
    schema = validator(attributes_class("0.4", "image"))
    for case in load("0.4/images"):
        if case.level == "warning":
            with subtests.test(case.rule):
                schema.validate(case.applied(image()))
    for subject in ("systems", "datasets", "transforms", "scenes"):
        for case in load(f"0.6/{subject}"):
            if case.level == "warning":
                with subtests.test(case.rule):
                    kind = "scene" if case.what == "scene" else "image"
                    schema = validator(attributes_class("0.6", kind))
                    schema.validate(case.applied(document_of(case.what)))


@pytest.mark.parametrize("version", VERSIONS)
def test_schemas_agree_with_structure_on_official_cases(
    version: str, shared: Path, subtests: pytest.Subtests
) -> None:
    """The schema and `structure` have the same verdict, but for what a schema cannot say."""
    for case in cases(shared, version):
        with subtests.test(case["id"]):
            kind: Any = KINDS.get(case["kind"], case["kind"])
            _agree(case["attributes"], attributes_class(version, kind))


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=100)
@given(st.data())
def test_schemas_agree_with_structure_on_mutated_documents(
    version: str, data: st.DataObject
) -> None:
    kind, document = data.draw(mutated(version))
    _agree(document, attributes_class(version, kind))


def _agree(document: Any, cls: Any) -> None:
    rules = broken_rules(document, cls)
    if validator(cls).is_valid(document):
        assert rules <= CANNOT_SAY.keys()
    else:
        assert rules != set()
