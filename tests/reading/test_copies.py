"""Consolidated metadata that differs from the documents that it copies."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import validate

from ..helpers.factories import ABSENT, broken, hierarchy, image, image_label
from ..helpers.stores import ZARR, memory
from ..helpers.versions import every_version
from ..helpers.writing import consolidated


def _consolidated(version: str) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    labels = {"nuclei": image_label("yx", version=version)}
    documents = consolidated(hierarchy(image("yx", version=version), labels, version))
    if version == "0.4":
        return documents, ".zmetadata", ("metadata",)
    return documents, "zarr.json", ("consolidated_metadata", "metadata")


def _problems(documents: dict[str, Any]) -> list[tuple[str, str]]:
    problems = validate(memory(documents), consolidated="check").problems
    return [(each.node, each.message) for each in problems if each.rule == "consolidated"]


@every_version
def test_each_copy_that_differs_is_named(version: str) -> None:
    documents, holder, place = _consolidated(version)
    assert _problems(documents) == []
    name = ".zarray" if version == "0.4" else "zarr.json"
    copy = f"1/{name}" if version == "0.4" else "1"
    where = (holder, *place, copy)
    changed = broken(documents, (*where, "shape"), [1, 1])
    message = f"the copy of 1/{name} in the consolidated metadata in {holder} differs from it"
    assert _problems(changed) == [("1", message)]
    assert _problems(broken(documents, where, ABSENT)) == [
        ("1", f"1/{name} is not in the consolidated metadata in {holder}")
    ]
    gone = broken(documents, (f"labels/nuclei/1/{name}",), ABSENT)
    expected = f"has a copy of labels/nuclei/1/{name}, which does not exist"
    assert [message.partition(" in ")[2] for _, message in _problems(gone)] == [
        f"{holder} {expected}"
    ]
    for text in (b"{", b"[]"):
        if version == "0.4":
            assert _problems({**documents, holder: text}) == []


@every_version
@pytest.mark.filterwarnings("ignore:Consolidated metadata")
def test_copies_that_zarr_makes_are_equal(version: str) -> None:
    labels = {"nuclei": image_label("yx", version=version)}
    documents = hierarchy(image("yx", version=version), labels, version)
    if version == "0.4":
        del documents["0/.zarray"]["dimension_separator"]
    store = memory(documents)
    ZARR.consolidate_metadata(store)
    report = validate(store, consolidated="check")
    assert [problem for problem in report.problems if problem.rule == "consolidated"] == []


def test_array_that_is_not_copied_is_named() -> None:
    """Readers of format 2 see only the copies."""
    documents, holder, place = _consolidated("0.4")
    (problem,) = validate(memory(broken(documents, (holder, *place, "1/.zarray"), ABSENT))).errors
    expected = 'an array at "1", got nothing there: it is not in the consolidated metadata'
    assert expected in problem.message
