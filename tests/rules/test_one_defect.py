"""One defect is one problem: it neither becomes several nor hides another."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import validate

from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    Loc,
    array_3,
    broken,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    plate_hierarchy,
    stored,
)
from ..helpers.stores import memory

MS = ("multiscales", 0)
_GROUP = {"zarr_format": 3, "node_type": "group"}
CT = "coordinateTransformations"


def _found(target: Any, **expected: Any) -> list[tuple[str, Loc]]:
    report = validate(target, **expected)
    return [(each.rule, each.loc) for each in report.problems if each.level == "error"]


@pytest.mark.parametrize(
    ("loc", "value", "rule", "message"),
    [
        (
            (*MS, "datasets", 0, CT, 0, "scale"),
            ["1"] * 5,
            "trafo.param",
            'expected a list of numbers, got ["1", "1", "1", "1", "1"]',
        ),
        ((*MS, "axes"), ["y", "x"], "ms.axes", 'expected a list of objects, got ["y", "x"]'),
        (("multiscales",), [1, None], "ms.list", "expected a list of objects, got [1, null]"),
    ],
)
def test_list_of_other_types_is_one_problem(loc: Loc, value: Any, rule: str, message: str) -> None:
    report = validate(broken(image(), loc, value))
    assert [(p.rule, p.loc, p.message) for p in report.problems] == [(rule, loc, message)]


@pytest.mark.parametrize(
    ("document", "changes", "expected"),
    [
        (
            image(),
            [((*MS, "axes", 0, "name"), ABSENT), ((*MS, "axes", 4, "name"), "y")],
            ["axes.name", "axes.name-unique"],
        ),
        (
            image(),
            [((*MS, "axes", 0), 3), ((*MS, "axes", 4, "name"), "y")],
            ["ms.axes", "axes.name-unique"],
        ),
        (
            image(),
            [((*MS, "datasets", 0, CT), ABSENT), ((*MS, "datasets", 1, CT, 0, "scale"), [1, 1])],
            ["ms.ds-ct", "ms.ct-length"],
        ),
        (
            image_label(),
            [
                (("image-label", "colors"), [{}, {"label-value": 1}, {"label-value": 1}]),
            ],
            ["label.color-value", "label.color-unique"],
        ),
        (
            plate(),
            [(("plate", "columns", 0, "name"), 3), (("plate", "wells", 1, "path"), "C2")],
            ["plate.column-name", "plate.well-path-form"],
        ),
        (
            plate(),
            [(("plate", "columns"), 8), (("plate", "wells", 1, "path"), "C/2")],
            ["plate.columns", "plate.well-path-form"],
        ),
        (
            plate(),
            [(("plate", "columns"), 8), (("plate", "wells", 1, "rowIndex"), 7)],
            ["plate.columns", "plate.well-index-range"],
        ),
        (
            plate(),
            [(("plate", "columns"), 8), (("plate", "wells", 1, "columnIndex"), -1)],
            ["plate.columns", "plate.well-index-range"],
        ),
    ],
)
def test_unreadable_value_hides_no_other_problem(
    document: Any, changes: list[tuple[Loc, Any]], expected: list[str]
) -> None:
    for loc, value in changes:
        document = broken(document, loc, value)
    assert sorted({rule for rule, _ in _found(document)}) == sorted(expected)


def test_negative_index_is_refused_without_columns() -> None:
    document = broken(plate(), ("plate", "columns"), 8)
    report = validate(broken(document, ("plate", "wells", 1, "columnIndex"), -1))
    assert "expected an index from 0, got -1" in {each.message for each in report.problems}


@pytest.mark.parametrize(
    ("document", "loc", "near", "hint"),
    [
        (image(), (*MS, "datasets", 0), "coordinateTransformation", CT),
        (plate(), ("plate", "wells", 0), "row_index", "rowIndex"),
        (image_label(), ("image-label", "colors", 0), "label_value", "label-value"),
        (image(), (*MS,), "Axes", "axes"),
    ],
)
def test_misspelled_keys_get_a_hint(document: Any, loc: Loc, near: str, hint: str) -> None:
    owner: Any = document
    for step in loc:
        owner = owner[step]
    wrong = broken(broken(document, (*loc, near), owner[hint]), (*loc, hint), ABSENT)
    (problem,) = [each for each in validate(wrong).problems if each.level == "error"]
    assert problem.loc == (*loc, hint)
    assert problem.message == f"required, but missing: did you mean {hint!r} instead of {near!r}?"


def _v3(version: str = "0.5") -> dict[str, Any]:
    return hierarchy(version=version)


def test_dimension_names_that_all_differ_from_the_axes_are_one_problem() -> None:
    place = ("zarr.json", "attributes", "ome", *MS, "axes")
    documents = broken(_v3(), (*place, 1, "name"), "channel")
    (problem,) = validate(memory(documents)).problems
    assert (problem.rule, problem.document) == ("axes.dimension-names-match", "zarr.json")
    assert problem.loc == place[1:]
    assert problem.message == (
        'expected ["t", "c", "z", "y", "x"], the \'dimension_names\' of all arrays, '
        'got ["t", "channel", "z", "y", "x"]'
    )
    documents = broken(documents, ("1/zarr.json", "dimension_names"), list("abcde"))
    assert [each.node for each in validate(memory(documents)).problems] == ["0", "1"]


def test_null_as_dimension_names() -> None:
    documents = broken(_v3(), ("0/zarr.json", "dimension_names"), None)
    (problem,) = validate(memory(documents)).problems
    assert (problem.rule, problem.node) == ("axes.dimension-names-present", "0")
    documents = broken(_v3("0.6"), ("0/zarr.json", "dimension_names"), None)
    report = validate(memory(documents))
    assert report.status == "valid"
    model: Any = report.model
    assert model.members["0"].to_documents()["zarr.json"]["dimension_names"] is None


@pytest.mark.parametrize("kind", ["plate", "image"])
def test_metadata_outside_of_ome_is_one_problem(kind: str) -> None:
    metadata = plate(version="0.5") if kind == "plate" else image(version="0.5")
    attributes: Any = {"version": "0.5", **metadata}
    documents = {"zarr.json": {**_GROUP, "attributes": attributes}}
    report = validate(memory(documents))
    assert (report.status, report.kind) == ("invalid", kind)
    problem = report.problems[0]
    assert (problem.rule, problem.loc) == ("meta.ome-key", ("attributes", "ome"))
    assert problem.message == "required, but missing: OME-Zarr 0.5 has its metadata under this key"
    (problem,) = validate(attributes).problems
    assert (problem.rule, problem.loc) == ("meta.ome-key", ("ome",))
    del attributes["version"]
    report = validate(memory(documents))
    assert (report.status, report.kind) == ("invalid", kind)
    problem = report.problems[0]
    assert (problem.rule, problem.loc) == ("meta.ome-key", ("attributes", "ome"))
    assert problem.message == (
        "required, but missing: OME-Zarr has its metadata under this key since 0.5"
    )


def test_metadata_of_0_4_in_zarr_format_3_is_one_problem() -> None:
    for metadata in (image(), plate()):
        documents = {"zarr.json": {**_GROUP, "attributes": metadata}}
        (problem,) = validate(memory(documents)).problems
        assert problem.rule == "storage.zarr-format"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("latest", ""),
        ("", ""),
        (
            "0.6.dev3",
            (
                ", a draft of 0.6 with another structure;"
                " the drafts 0.6.dev4, 0.6rc0 and later are read"
            ),
        ),
    ],
)
def test_unknown_version_is_one_problem(said: str, why: str) -> None:
    documents = broken(_v3(), ("zarr.json", "attributes", "ome", "version"), said)
    message = f"expected version 0.5 or 0.6 under the key 'ome', got \"{said}\"{why}"
    for target, place in (
        (memory(documents), ("attributes", "ome", "version")),
        (documents["zarr.json"]["attributes"], ("ome", "version")),
    ):
        (problem,) = validate(target).problems
        assert (problem.loc, problem.message) == (place, message)


def test_metadata_of_0_4_under_ome_is_one_problem() -> None:
    (problem,) = validate({"ome": {"version": "0.4", **image()}}).problems
    assert (problem.rule, problem.loc) == ("meta.version", ("ome", "version"))
    assert problem.message == (
        "expected version 0.5 or 0.6 under the key 'ome', got \"0.4\": OME-Zarr 0.4 has its"
        " metadata directly in the attributes"
    )


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_plate_without_a_version_has_that_of_its_wells(version: str) -> None:
    place = ("zarr.json", "attributes", "ome", "version")
    documents = broken(plate_hierarchy(version=version), place, ABSENT)
    report = validate(memory(documents))
    rule = "meta.version" if version == "0.5" else "meta.version-value"
    assert [(each.rule, each.node) for each in report.problems] in (
        [(rule, "")],
        [("meta.version", "")],
    )
    assert report.version == version
    for document in documents.values():
        document["attributes"].get("ome", {}).pop("version", None)
    report = validate(memory(documents))
    assert report.version == "0.5"


@pytest.mark.parametrize("version", VERSIONS)
def test_array_instead_of_a_row_is_reported(version: str) -> None:
    documents = plate_hierarchy(version=version)
    if version == "0.4":
        del documents["A/.zgroup"]
        documents["A/.zarray"] = {}
    else:
        documents["A/zarr.json"] = array_3("yx")
    errors = _found(memory(documents))
    assert ("hcs.three-groups", ()) in errors


@pytest.mark.parametrize("version", VERSIONS)
def test_missing_acquisitions_are_one_problem(version: str) -> None:
    documents = plate_hierarchy(version=version)
    key = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    documents = broken(documents, (*key, "plate", "acquisitions"), ABSENT)
    name = ".zattrs" if version == "0.4" else "zarr.json"
    place = () if version == "0.4" else ("attributes", "ome")
    documents = broken(documents, (f"A/1/{name}", *place, "well", "images", 0, "acquisition"), 1)
    documents = broken(documents, (f"B/2/{name}", *place, "well", "images", 1, "acquisition"), 7)
    (problem,) = validate(memory(documents)).problems
    assert (problem.rule, problem.level, problem.node) == ("well.acq-known", "error", "")
    assert problem.loc == (*place, "plate", "acquisitions")
    assert problem.message == (
        'expected the acquisitions 1, 7, as named by image "0" of well "A/1", got none'
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_unreadable_series_is_one_problem(version: str) -> None:
    documents = plate_hierarchy(version=version)
    key = (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")
    documents = broken(documents, (*key, "bioformats2raw.layout"), 3)
    for name, document in group({"series": 3}, version).items():
        documents[f"OME/{name}"] = document
    documents["OME/METADATA.ome.xml"] = b"<OME/>"
    problems = validate(memory(documents)).problems
    assert [(each.rule, each.node) for each in problems] == [("bf2raw.series-strings", "OME")]
    documents["OME/.zattrs" if version == "0.4" else "OME/zarr.json"] = b"{"
    problems = validate(memory(documents)).problems
    assert [(each.rule, each.node) for each in problems] == [("json", "OME")]


@pytest.mark.parametrize("version", VERSIONS)
def test_invalid_multiscales_of_a_label_image_are_one_problem(version: str) -> None:
    document = stored({**image_label(version=version), "multiscales": 3}, version)
    assert [rule for rule, _ in _found(document)] == ["ms.list"]


def test_defect_of_a_field_used_twice_is_one_problem() -> None:
    whole = multiscale("yx", 1, "0.6")
    axes = whole["coordinateSystems"][0]["axes"]
    whole["coordinateSystems"] += [{"name": name, "axes": axes} for name in ("a", "b")]
    whole[CT] = [
        {
            "type": "displacements",
            "path": "field",
            "input": {"name": "physical"},
            "output": {"name": name},
        }
        for name in ("a", "b")
    ]
    documents = hierarchy({"multiscales": [whole]}, version="0.6")
    for key, document in hierarchy(image("yx", 1, "0.6"), version="0.6").items():
        documents[f"field/{key}"] = document
    problems = [each for each in validate(memory(documents)).problems if each.node == "field"]
    assert [each.rule for each in problems] == ["t6.field-axis-type"]
