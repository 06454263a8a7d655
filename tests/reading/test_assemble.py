"""Rules between the nodes of a hierarchy, each broken in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, structure, validate
from ome_zarr_models.v04 import ArraySpec, GroupSpec, Image, ImageLabel, Labels
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v04.labels import LabelsAttrs

from ..helpers.factories import (
    ABSENT,
    Loc,
    array,
    array_3,
    broken,
    collection,
    hierarchy,
    image,
    image_label,
    plate,
    plate_hierarchy,
)
from ..helpers.stores import Counting, memory

if TYPE_CHECKING:
    from ome_zarr_models import Problem, Report

Place = tuple[str, str, Loc]  # node, document, place in it

#: Rules whose breach is read with a warning.
TOLERATED = {
    "label.source-image-exists",
    "labels.paths-exist",
    "labels.same-levels",
    "ms.ds-order-shapes",
    "omero.channel-count",
    "storage.nested-chunks",
}

MS = ("multiscales", 0)
PATH = (*MS, "datasets", 1, "path")
SOURCE = ("image-label", "source", "image")
DEEP = broken(image_label(), SOURCE, "../../../")
DOCUMENTS = hierarchy(labels={"nuclei": image_label(), "deep/cells": DEEP})
NUCLEI = "labels/nuclei"

# (rule, changes: key, place in the document, value; node and place of the problem)
ERRORS: list[tuple[str, list[tuple[str, Loc, Any]], Place]] = [
    ("ms.ds-array-exists", [("1/.zarray", (), ABSENT)], ("", ".zattrs", PATH)),
    (
        "ms.ds-array-exists",
        [("1/.zarray", (), ABSENT), ("1/.zgroup", (), {"zarr_format": 2})],
        ("", ".zattrs", PATH),
    ),
    ("ms.ds-array-exists", [(".zattrs", PATH, "labels")], ("", ".zattrs", PATH)),
    ("ms.ds-array-exists", [(".zattrs", PATH, "../1")], ("", ".zattrs", PATH)),
    ("ms.ds-array-exists", [(".zattrs", PATH, "/../1")], ("", ".zattrs", PATH)),
    ("ms.ds-array-exists", [(".zattrs", PATH, "1\0")], ("", ".zattrs", PATH)),
    ("ms.ds-array-exists", [(".zattrs", PATH, "")], ("", ".zattrs", PATH)),
    ("ms.ds-array-exists", [("1/.zarray", ("chunks",), [1])], ("1", ".zarray", ("chunks",))),
    ("ms.ds-same-ndim", [("1/.zarray", (), array("zyx", 1))], ("1", ".zarray", ("shape",))),
    (
        "ms.axes-ndim",
        [("0/.zarray", (), array("zyx", 0)), ("1/.zarray", (), array("zyx", 1))],
        ("", ".zattrs", (*MS, "axes")),
    ),
    (
        "ms.ds-order-shapes",
        [("0/.zarray", (), array(level=1)), ("1/.zarray", (), array(level=0))],
        ("1", ".zarray", ("shape",)),
    ),
    (
        "storage.nested-chunks",
        [("1/.zarray", ("dimension_separator",), ".")],
        ("1", ".zarray", ("dimension_separator",)),
    ),
    (
        "storage.nested-chunks",
        [("1/.zarray", ("dimension_separator",), ABSENT)],
        ("1", ".zarray", ("dimension_separator",)),
    ),
    (
        "labels.paths-exist",
        [
            (".zattrs", PATH, "labels/1"),
            ("labels/1/.zarray", (), array(level=1)),
            (f"{NUCLEI}/.zgroup", (), ABSENT),
        ],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "storage.zarr-format",
        [(f"{NUCLEI}/.zgroup", ("zarr_format",), 3)],
        (NUCLEI, ".zgroup", ("zarr_format",)),
    ),
    ("storage.zarr-format", [(".zgroup", (), [])], ("", ".zgroup", ("zarr_format",))),
    ("storage.zarr-format", [(".zgroup", (), {})], ("", ".zgroup", ("zarr_format",))),
    (
        "storage.zarr-format",
        [(".zgroup", ("zarr_format",), 2.0)],
        ("", ".zgroup", ("zarr_format",)),
    ),
    ("ms.ds-array-exists", [("1/.zattrs", (), [])], ("1", ".zattrs", ())),
    (
        "omero.channel-count",
        [(".zattrs", ("omero", "channels", 1), ABSENT)],
        ("", ".zattrs", ("omero", "channels")),
    ),
    ("labels.key", [("labels/.zattrs", ("labels",), ABSENT)], ("labels", ".zattrs", ("labels",))),
    ("labels.key", [("labels/.zattrs", (), ABSENT)], ("labels", ".zattrs", ("labels",))),
    (
        "labels.paths-exist",
        [(f"{NUCLEI}/.zgroup", (), ABSENT)],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "labels.paths-exist",
        [(f"{NUCLEI}/.zgroup", (), ABSENT), (f"{NUCLEI}/.zarray", (), array())],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "labels.paths-exist",
        [(f"{NUCLEI}/.zattrs", (), {})],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "labels.paths-exist",
        [(f"{NUCLEI}/.zattrs", (), {"labels": []})],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "labels.paths-exist",
        [("labels/.zattrs", ("labels", 0), "../0")],
        ("labels", ".zattrs", ("labels", 0)),
    ),
    (
        "labels.integer-dtype",
        [(f"{NUCLEI}/1/.zarray", ("dtype",), "<f4")],
        (f"{NUCLEI}/1", ".zarray", ("dtype",)),
    ),
    (
        "labels.same-levels",
        [(f"{NUCLEI}/.zattrs", (), image_label(levels=1))],
        (NUCLEI, ".zattrs", (*MS, "datasets")),
    ),
    (
        "label.source-image-exists",
        [(f"{NUCLEI}/.zattrs", SOURCE, "../../other")],
        (NUCLEI, ".zattrs", SOURCE),
    ),
    (
        "label.source-image-exists",
        [(f"{NUCLEI}/.zattrs", SOURCE, "..")],
        (NUCLEI, ".zattrs", SOURCE),
    ),
    (
        "axes.name-unique",
        [("labels/deep/cells/.zattrs", (*MS, "axes", 1, "name"), "t")],
        ("labels/deep/cells", ".zattrs", (*MS, "axes")),
    ),
]

WARNINGS: list[tuple[str, list[tuple[str, Loc, Any]], Place]] = [
    (
        "labels.image-label",
        [(f"{NUCLEI}/.zattrs", ("image-label",), ABSENT)],
        (NUCLEI, "", ()),
    ),
    (
        "labels.dims",
        [(f"{NUCLEI}/1/.zarray", ("shape", 4), 30)],
        (f"{NUCLEI}/1", ".zarray", ("shape",)),
    ),
    ("ms.name", [(f"{NUCLEI}/.zattrs", (*MS, "name"), ABSENT)], (NUCLEI, ".zattrs", (*MS, "name"))),
]


def _changed(changes: list[tuple[str, Loc, Any]]) -> dict[str, Any]:
    changed = "".join(key for key, _, _ in changes)
    documents = dict(DOCUMENTS if "labels/" in changed else hierarchy())
    for key, loc, value in changes:
        documents = broken(documents, (key, *loc), value)
    return documents


# The same in Zarr format 3: where the attributes are, and what an array looks like.
def _of_05(changes: list[tuple[str, Loc, Any]]) -> list[tuple[str, Loc, Any]]:
    return [
        _change_of_05(*change) for change in changes if change[0].rpartition("/")[2] != ".zgroup"
    ]


def _change_of_05(key: str, loc: Loc, value: Any) -> tuple[str, Loc, Any]:
    folder, slash, name = key.rpartition("/")
    if name == ".zattrs":
        loc = ("attributes", "ome", *loc)
        if len(loc) == 2 and isinstance(value, dict):
            value = {"version": "0.5", **cast("dict[str, Any]", value)}
    elif loc == ():
        value = ABSENT if value is ABSENT else _array_3(value)
    elif loc[0] == "chunks":
        loc = ("chunk_grid", "configuration", "chunk_shape")
    elif loc[0] == "dtype":
        loc, value = ("data_type",), "float32"
    return f"{folder}{slash}zarr.json", loc, value


def _array_3(document: dict[str, Any]) -> dict[str, Any]:
    axes = {2: "yx", 3: "zyx", 5: "tczyx"}[len(document["shape"])]
    return {**array_3(axes), "shape": document["shape"]} | {
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": document["shape"]}}
    }


NOT_IN_05 = ("storage.nested-chunks", "storage.zarr-format")
OF_05 = [
    (rule, _of_05(changes), place)
    for rule, changes, place in ERRORS + WARNINGS
    if rule not in NOT_IN_05
    and [1] not in [value for _, _, value in changes]
    and ("1/.zattrs", (), []) not in changes
    and ("labels/.zattrs", (), ABSENT) not in changes
    and not any(key.endswith(".zgroup") for key, _, _ in changes)
]
DOCUMENTS_05 = hierarchy(
    labels={
        "nuclei": image_label(version="0.5"),
        "deep/cells": broken(image_label(version="0.5"), SOURCE, "../../../"),
    },
    version="0.5",
)
ARRAY_05 = ("1", "zarr.json")
ONLY_05: list[tuple[str, tuple[str, Loc, Any], Place]] = [
    (
        "axes.dimension-names-present",
        ("1/zarr.json", ("dimension_names",), ABSENT),
        (*ARRAY_05, ("dimension_names",)),
    ),
    (
        "axes.dimension-names-match",
        ("1/zarr.json", ("dimension_names",), list("tcxyz")),
        (*ARRAY_05, ("dimension_names",)),
    ),
    (
        "ms.ds-array-exists",
        ("1/zarr.json", ("dimension_names",), list("yx")),
        (*ARRAY_05, ("dimension_names",)),
    ),
    (
        "meta.version",
        (f"{NUCLEI}/zarr.json", ("attributes", "ome", "version"), ABSENT),
        (NUCLEI, "zarr.json", ("attributes", "ome", "version")),
    ),
    (
        "meta.ome-key",
        ("labels/zarr.json", ("attributes", "ome"), ABSENT),
        ("labels", "zarr.json", ("attributes", "ome")),
    ),
    (
        "storage.zarr-format",
        ("zarr.json", ("zarr_format",), 2),
        ("", "zarr.json", ("zarr_format",)),
    ),
]


@pytest.mark.parametrize(("rule", "changes", "place"), OF_05)
def test_rule_is_reported_at_its_node_in_0_5(
    rule: str, changes: list[tuple[str, Loc, Any]], place: Place
) -> None:
    changed = "".join(key for key, _, _ in changes)
    documents = dict(DOCUMENTS_05 if "labels/" in changed else hierarchy(version="0.5"))
    for key, loc, value in changes:
        documents = broken(documents, (key, *loc), value)
    node, document, loc = place
    problems = _ruled(validate(memory(documents)))
    found = [(p.rule, p.node, p.document) for p in problems]
    assert found[:1] == [(rule, node, "zarr.json")]
    assert len({p.rule for p in problems} - {"axes.dimension-names-match"}) == 1
    if document == ".zattrs":
        assert problems[0].loc[2:] == loc
        assert problems[0].loc[:2] == ("attributes", "ome")


def _ruled(report: Report) -> list[Problem]:
    """Return the problems that break a rule of the specification: changes may be implausible."""
    aside = ("plausible.", "labels.all-listed")
    return [each for each in report.problems if not each.rule.startswith(aside)]


@pytest.mark.parametrize(("rule", "change", "place"), ONLY_05)
def test_rule_of_0_5_alone_is_reported_at_its_node(
    rule: str, change: tuple[str, Loc, Any], place: Place
) -> None:
    key, loc, value = change
    report = validate(memory(broken(DOCUMENTS_05, (key, *loc), value)))
    errors = [(p.rule, p.node, p.document, p.loc) for p in report.problems if p.level == "error"]
    assert errors == [(rule, *place)]


def test_valid_hierarchy_of_0_5_has_no_problems() -> None:
    report = validate(memory(DOCUMENTS_05))
    assert report.problems == ()
    assert (report.status, report.version, report.kind) == ("valid", "0.5", "image")


@pytest.mark.parametrize(("rule", "changes", "place"), ERRORS + WARNINGS)
def test_rule_is_reported_at_its_node(
    rule: str, changes: list[tuple[str, Loc, Any]], place: Place
) -> None:
    level = "error" if (rule, changes, place) in ERRORS else "warning"
    report = validate(memory(_changed(changes)))
    node, document, loc = place
    found = [(p.rule, p.level, p.node, p.document, p.loc) for p in _ruled(report)]
    assert found == [(rule, level, node, document or ".zattrs", loc)]
    assert report.status == ("invalid" if level == "error" else "valid")
    if level == "error" and rule not in TOLERATED:
        for policy in ("strict", "repair"):
            left_out = policy == "repair" and node.startswith("labels")
            with pytest.raises(ValidationWarning if left_out else ValidationError, match=rule):
                Image.from_zarr(memory(_changed(changes)), policy=policy)


def test_valid_hierarchy_has_no_problems() -> None:
    report = validate(memory(DOCUMENTS))
    assert report.problems == ()
    assert report.status == "valid"
    assert isinstance(report.model, Image)


def test_six_dimensions_are_too_many() -> None:
    changes: list[tuple[str, Loc, Any]] = [
        (f"{i}/.zarray", (key,), [1, *array(level=i)["shape"]])
        for i in (0, 1)
        for key in ("shape", "chunks")
    ]
    problems = validate(memory(_changed(changes))).problems
    assert {problem.rule for problem in problems} == {"ms.axes-ndim", "ms.ds-max5"}


def test_source_elsewhere_in_the_hierarchy_is_read() -> None:
    documents = _changed([(f"{NUCLEI}/.zattrs", SOURCE, "../../other")])
    documents["other/.zgroup"] = {"zarr_format": 2}
    documents["other/.zattrs"] = image()
    assert validate(memory(documents)).status == "valid"


@pytest.mark.parametrize("image", ["../../../other.zarr", "../.."])
def test_source_outside_of_the_hierarchy_is_not_checked(image: str) -> None:
    store = Counting(memory(_changed([(f"{NUCLEI}/.zattrs", SOURCE, image)])))
    assert validate(store).status == "valid"
    assert not any("other" in key or ".." in key for key in store.keys)


def test_absolute_source_is_refused() -> None:
    store = Counting(memory(_changed([(f"{NUCLEI}/.zattrs", SOURCE, "/other.zarr")])))
    (problem,) = validate(store).problems
    assert (problem.rule, problem.node) == ("label.source-image-exists", NUCLEI)
    assert problem.message == 'expected a relative path in the hierarchy, got "/other.zarr"'
    assert not any("other" in key for key in store.keys)


@pytest.mark.parametrize(
    ("group", "documents"),
    [("labels", hierarchy(labels={"nuclei": image_label()})), ("OME", collection())],
)
def test_attributes_without_a_group_are_reported(group: str, documents: dict[str, Any]) -> None:
    documents = dict(documents)
    del documents[f"{group}/.zgroup"]
    (problem, *_) = validate(memory(documents)).problems
    assert (problem.rule, problem.node) == ("storage.attrs-on-group", group)
    assert problem.message == "expected a group, got attributes without a group"


def test_group_of_format_3_needs_its_node_type() -> None:
    documents = hierarchy(version="0.5")
    del documents["zarr.json"]["node_type"]
    (problem,) = validate(memory(documents)).problems
    assert (problem.rule, problem.loc) == ("storage.attrs-on-group", ("node_type",))


def test_refused_source_is_unreadable() -> None:
    store = Counting(memory(_changed([(f"{NUCLEI}/.zattrs", SOURCE, "../../other")])))
    store.errors["other/.zgroup"] = PermissionError("403")
    report = validate(store)
    assert report.status == "unreadable"
    assert [(p.rule, p.node) for p in report.problems] == [("unreadable", "other")]


def test_dataset_without_a_path_does_not_hide_the_next() -> None:
    changes: list[tuple[str, Loc, Any]] = [
        (".zattrs", (*MS, "datasets", 0, "path"), ABSENT),
        ("1/.zarray", ("dimension_separator",), "."),
    ]
    rules = [problem.rule for problem in validate(memory(_changed(changes))).problems]
    assert rules == ["ms.ds-path", "storage.nested-chunks"]


def test_well_without_a_path_does_not_hide_the_next() -> None:
    attributes = broken(plate(("A/1", "B/2", "A/3")), ("plate", "wells", 0, "path"), 7)
    problems = validate(memory({**plate_hierarchy(), ".zattrs": attributes})).problems
    assert [(problem.rule, problem.loc) for problem in problems] == [
        ("plate.well-path", ("plate", "wells", 0, "path")),
        ("plate.well-exists", ("plate", "wells", 2, "path")),
    ]


def test_channels_are_counted_only_with_a_channel_axis() -> None:
    attributes = {**image("zyx"), "omero": image()["omero"]}
    assert validate(memory(hierarchy(attributes))).status == "valid"


ATTRIBUTES = structure(image("yx"), ImageAttrs)
ARRAYS = {str(i): ArraySpec.from_documents({".zarray": array("yx", i)}) for i in (0, 1)}


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"0": ARRAYS["0"]}, "ms.ds-array-exists"),
        ({**ARRAYS, "1": GroupSpec()}, "ms.ds-array-exists"),
        ({**ARRAYS, "1": ArraySpec(shape=[1], chunks=[1], dtype="|u1")}, "ms.ds-same-ndim"),
    ],
)
def test_constructor_of_a_group_checks_its_members(members: Any, rule: str) -> None:
    Image(attributes=ATTRIBUTES)
    Image(attributes=ATTRIBUTES, members=ARRAYS)
    with pytest.raises(ValidationError, match=rule):
        Image(attributes=ATTRIBUTES, members=members)


def test_group_needs_the_attributes_of_its_kind() -> None:
    with pytest.raises(ValidationError, match="attributes: expected LabelsAttrs, got ImageAttrs"):
        Labels(attributes=ATTRIBUTES)  # type: ignore[arg-type] # that is what is tested


def test_labels_may_be_given_as_plain_groups() -> None:
    label = GroupSpec(attributes=image_label("yx"), members=ARRAYS)
    for given in (label, ImageLabel.from_spec(label)):
        deep = GroupSpec(members={"nuclei": given})
        labels = GroupSpec(attributes={"labels": ["deep/nuclei"]}, members={"deep": deep})
        read = Image(attributes=ATTRIBUTES, members={**ARRAYS, "labels": labels}).labels
        assert read is not None
        assert read.get_image_labels_group("deep/nuclei") == ImageLabel.from_spec(label)
        assert hash(read) == hash(Labels(attributes=LabelsAttrs(labels=["deep/nuclei"])))


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        (
            GroupSpec(attributes={"image-label": {}}, members=ARRAYS),
            "labels/nuclei .zattrs multiscales: required, but missing",
        ),
        (
            GroupSpec(attributes=image_label("yx"), members={"0": ARRAYS["0"]}),
            r"labels/nuclei .zattrs multiscales\[0\].datasets\[1\].path: .* got nothing there",
        ),
        (GroupSpec(), r"labels .zattrs labels\[0\]: .* got a group that is not an image"),
        (ARRAYS["0"], r"labels .zattrs labels\[0\]: .* got an array"),
    ],
)
def test_plain_groups_are_checked_as_label_images(label: Any, problem: str) -> None:
    labels = GroupSpec(attributes={"labels": ["nuclei"]}, members={"nuclei": label})
    with pytest.raises(ValidationError, match=f"^{problem}"):
        Image(attributes=ATTRIBUTES, members={**ARRAYS, "labels": labels})


def test_array_instead_of_labels_is_refused() -> None:
    made = Image(attributes=ATTRIBUTES, members={**ARRAYS, "labels": ARRAYS["0"]})
    with pytest.raises(
        RuntimeError, match="expected a group of kind labels at 'labels', got ArraySpec"
    ):
        made.labels  # noqa: B018 - a property
