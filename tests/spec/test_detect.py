"""Detection of the version and the kind of a group."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, structure, validate
from ome_zarr_models.exceptions import MissingNodeError
from ome_zarr_models.v06.image import ImageZarrAttrs

from ..helpers.factories import (
    ABSENT,
    Loc,
    array,
    array_3,
    broken,
    group,
    hierarchy,
    image,
    image_label,
    stored,
    well,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory
from ..helpers.systems import document_of, in_root, tree_of
from ..helpers.versions import MODULES, every_version


@pytest.mark.parametrize("draft", ["0.6rc0", "0.6.dev4"])
@pytest.mark.parametrize("what", ["image", "scene"])
def test_drafts_of_the_same_form_are_read(draft: str, what: str) -> None:
    document: Any = broken(document_of(what), ("ome", "version"), draft)
    report = validate(document)
    assert (report.status, report.version) == ("valid", "0.6")
    assert [(p.rule, p.level, p.loc) for p in report.problems] == [
        ("meta.version-value", "warning", ("ome", "version"))
    ]
    with pytest.warns(ValidationWarning, match=f'read as "0.6", found "{draft}"'):
        read: Any = structure(document)
    assert read.ome.version == "0.6"
    store = memory(broken(tree_of(what), in_root(("ome", "version")), draft))
    with pytest.warns(ValidationWarning, match=r"meta\.version-value"):
        assert open_ome_zarr(store).ome_attributes.version == "0.6"


@pytest.mark.parametrize("draft", ["0.6.dev1", "0.6.dev3"])
def test_drafts_of_another_form_are_refused(draft: str) -> None:
    document: Any = broken(document_of("image"), ("ome", "version"), draft)
    message = rf'got "{draft}", a draft of 0\.6 .*\[meta\.version-value\]'
    (problem,) = validate(document).problems
    assert (problem.rule, problem.level) == ("meta.version-value", "error")
    store = memory(broken(tree_of("image"), in_root(("ome", "version")), draft))
    assert validate(store).status == "invalid"
    with pytest.raises(ValidationError, match=message):
        structure(document)
    with pytest.raises(ValidationError, match=message):
        open_ome_zarr(store)


def test_version_as_a_number_is_repaired() -> None:
    store = memory(broken(tree_of("image"), in_root(("ome", "version")), 0.6))
    (problem,) = validate(store).problems
    assert (problem.rule, problem.level) == ("meta.version-value", "error")
    with pytest.warns(ValidationWarning, match='read as "0.6", found 0.6'):
        assert open_ome_zarr(store).ome_attributes.version == "0.6"
    with pytest.raises(ValidationError, match=r"meta\.version-value"):
        open_ome_zarr(store, policy="strict")


@pytest.mark.parametrize(
    ("loc", "value", "rule"),
    [
        (("ome",), ABSENT, "meta.ome-key"),
        (("ome", "version"), ABSENT, "meta.version"),
        (("ome", "version"), "0.5", "meta.version-value"),
        (("ome", "version"), None, "meta.version-value"),
    ],
)
def test_attributes_need_metadata_of_their_version(loc: Loc, value: Any, rule: str) -> None:
    document: Any = broken(document_of("image"), loc, value)
    with pytest.raises(ValidationError) as raised:
        structure(document, ImageZarrAttrs)
    assert [(p.rule, p.loc) for p in raised.value.problems] == [(rule, loc)]


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_missing_version_is_that_of_the_image(version: str) -> None:
    documents = hierarchy(labels={"nuclei": image_label(version=version)}, version=version)
    below = broken(documents, ("labels/zarr.json", "attributes", "ome", "version"), ABSENT)
    with pytest.warns(ValidationWarning, match=rf'labels .*: read as "{version}", found nothing'):
        assert open_ome_zarr(memory(below)).labels.ome_attributes.version == version
    root = broken(documents, ("zarr.json", "attributes", "ome", "version"), ABSENT)
    with pytest.raises(ValidationError, match=r"ome\.version: required, but missing"):
        open_ome_zarr(memory(root))
    report = validate(memory(root))
    assert (report.version, [p.rule for p in report.problems]) == (version, ["meta.version"])
    plain = stored(well(version=version), version)
    del plain["ome"]["version"]
    report = validate(plain, version=version)
    assert (report.version, [p.rule for p in report.problems]) == (version, ["meta.version"])


NO_OME: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({}, MissingNodeError, "expected a Zarr group, got nothing there"),
    ({".zgroup": {"zarr_format": 2}}, ValidationError, "got none"),
    (
        group({}, "0.5"),
        ValidationError,
        "got OME-Zarr 0.5 metadata of an unknown kind of group: the keys are 'version'",
    ),
    ({".zarray": array()}, ValidationError, "expected a group, got an array"),
    ({"zarr.json": array_3()}, ValidationError, "expected a group, got an array"),
    ({".zattrs": image()}, ValidationError, "got attributes without a group"),
]


def _group_07() -> dict[str, Any]:
    attributes: dict[str, Any] = {"ome": {"version": "0.7", "multiscales": []}}
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        *NO_OME,
        (
            _group_07(),
            ValidationError,
            "expected version 0.5 or 0.6 under the key 'ome', got \"0.7\"",
        ),
        (
            {
                ".zgroup": {"zarr_format": 2},
                ".zattrs": {"multiscales": [{"version": "0.2", "axes": ["y", "x"]}]},
            },
            ValidationError,
            "got OME-Zarr 0.2, which is older: convert it to 0.4 first",
        ),
        (
            {"zarr.json": {**group({}, "0.5")["zarr.json"], "attributes": image()}},
            ValidationError,
            "expected OME-Zarr 0.4 in Zarr format 2, got Zarr format 3",
        ),
    ],
)
def test_nodes_other_than_ome_zarr_are_refused(
    documents: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        open_ome_zarr(memory(documents))


@every_version
def test_expected_version_is_checked(version: str) -> None:
    other = "0.5" if version == "0.4" else "0.4"
    store = memory(hierarchy(version=version))
    with pytest.raises(ValidationError, match=f"expected .*Zarr format .*got Zarr format|{other}"):
        open_ome_zarr(store, version=other)
    with pytest.raises(ValidationError, match="Zarr format"):
        MODULES[other].Image.from_zarr(store)
    with pytest.raises(ValueError, match=r"expected one of the versions 0\.4, 0\.5, 0\.6, got '1'"):
        open_ome_zarr(store, version="1")
    attributes = stored(image(version=version), version)
    report = validate(attributes, version=other)
    assert report.status == "invalid"
    assert len(report.problems) == 1


@every_version
def test_expected_kind_is_checked_in_every_version(version: str) -> None:
    report = validate(memory(hierarchy(version=version)), kind="image")
    assert (report.status, report.version) == ("valid", version)
    report = validate(memory(hierarchy(version=version)), kind="plate")
    assert [problem.rule for problem in report.problems] == ["plate.wells"]
    report = validate(memory(group({"more": 1}, version)), kind="plate")
    assert [problem.rule for problem in report.problems] == ["plate.wells"]


def test_ome_other_than_an_object_is_refused() -> None:
    document = {"ome": "0.6", **image("yx")}
    (problem,) = validate(document, version="0.6").problems
    assert str(problem) == 'ome: expected an object, got "0.6" [meta.ome-object]'
    (problem,) = validate(image("yx"), version="0.6").problems
    assert str(problem) == "ome: required, but missing [meta.ome-key]"
