"""Rules of hierarchies of 0.6, each broken in one place."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, validate
from ome_zarr_models.v06.transform_graph import TransformGraph

from ..helpers.cases import Case, every, load
from ..helpers.factories import broken
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory
from ..helpers.systems import (
    FIELD,
    TREES,
    in_root,
    registration_tree,
    shaped,
    transform_to,
    tree_of,
)

CASES = load("0.6/trees")


@pytest.mark.parametrize("what", TREES)
def test_valid_hierarchies_have_no_problems(what: str) -> None:
    store = memory(TREES[what]())
    report = validate(store)
    assert (report.problems, report.status, report.version) == ((), "valid", "0.6")
    assert open_ome_zarr(store, policy="strict") == report.model


@every(case for case in CASES if case.rule)
def test_rule_is_reported_at_its_node_and_place(case: Case) -> None:
    store = memory(case.applied(tree_of(case.what)))
    found = [(p.rule, p.level, p.node, p.loc) for p in validate(store).problems]
    assert found == [(case.rule, case.level, case.node, case.place)]
    if case.level == "warning":
        assert open_ome_zarr(store, policy="strict").ome_zarr_version == "0.6"
        return
    with pytest.raises(ValidationError) as raised:
        open_ome_zarr(store, policy="strict")
    assert f"{case.node} zarr.json".strip() in str(raised.value)
    assert f"[{case.rule}]" in str(raised.value)


@every(
    case
    for case in CASES
    if case.what == "image" and case.level == "error" and case.rule != "ms.axes-ndim"
)
def test_rule_is_reported_for_an_image_without_labels(case: Case) -> None:
    documents = case.applied(tree_of("image"))
    del documents["labels/zarr.json"]
    assert [problem.rule for problem in validate(memory(documents)).problems] == [case.rule]


@every(case for case in CASES if case.problems)
def test_several_rules_are_reported_at_their_nodes(case: Case) -> None:
    problems = validate(memory(case.applied(tree_of(case.what)))).problems
    assert {(problem.rule, problem.node) for problem in problems} == {*case.problems}


@every(load("0.6/nodes"))
def test_defect_of_a_node_is_reported_once(case: Case) -> None:
    problems = validate(memory(case.applied(tree_of(case.what)))).problems
    assert [(problem.rule, problem.node) for problem in problems] == [(case.rule, case.node)]


def test_image_is_read_without_a_label_image_that_is_left_out() -> None:
    array = ("labels/cells/1/zarr.json", "data_type")
    store = memory(broken(tree_of("image of cells"), array, "float32"))
    with pytest.warns(ValidationWarning, match=r"ms\.ds-same-dtype|labels\.integer-dtype"):
        read = open_ome_zarr(store)
    assert read.labels.members == {}


def test_graph_of_a_scene_with_fields() -> None:
    read = open_ome_zarr(memory(registration_tree()))
    systems = read.transform_graph().systems
    assert {str(each) for each in systems} >= {"a physical", "b physical", "a/0", "b/1"}


def test_fields_are_read_only_once() -> None:
    ends = ("a", "physical"), ("b", "physical")
    warp = open_ome_zarr(memory(registration_tree())).transform_graph().get_transform(*ends)
    graph = TransformGraph(memory({}))
    graph.add(*ends, warp)
    assert graph.get_transform(*ends).transform_point([-5, 7]) == (5, 2)


def test_paths_of_matrices_may_have_slashes_around_them() -> None:
    place = in_root((*transform_to("affine by path"), "path"))
    documents = broken(tree_of("image"), place, "/parameters/affine/")
    assert validate(memory(documents)).problems == ()


@pytest.mark.parametrize("shape", [("yxd", 8, 8, 2), ("yxd", 8, 8, 3), ("yx", 8, 8)])
def test_field_may_be_an_array(shape: tuple[Any, ...]) -> None:
    """The vectors are then along its last axis."""
    documents = broken(tree_of("image"), (f"{FIELD}/zarr.json",), shaped(*shape))
    found = [(p.rule, p.node) for p in validate(memory(documents)).problems]
    rules = {3: "t6.field-vector-length", 8: "t6.field-dims"}
    assert found == ([] if shape[-1] == 2 else [(rules[shape[-1]], FIELD)])


def test_system_of_an_image_without_a_readable_name() -> None:
    """It is reported where it is, and the references to others are still checked."""
    documents = tree_of("scene")
    systems = ("a/zarr.json", "attributes", "ome", "multiscales", 0, "coordinateSystems")
    other = {
        **documents["a/zarr.json"]["attributes"]["ome"]["multiscales"][0]["coordinateSystems"][0]
    }
    documents = broken(documents, (*systems, 1), {**other, "name": 3})
    report = validate(memory(documents))
    assert [(p.node, p.loc[-1]) for p in report.errors] == [("a", "name")]
