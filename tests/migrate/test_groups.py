"""Metadata and groups from one version to another, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

import pytest
from attrs import evolve

from ome_zarr_models import (
    Problem,
    ValidationError,
    ValidationWarning,
    unstructure,
    v04,
    v05,
    validate,
)
from ome_zarr_models._migrate.groups import in_source
from ome_zarr_models._spec.versions import get_version

from ..helpers.factories import (
    Loc,
    broken,
    collection,
    hierarchy,
    image,
    image_label,
    plate,
    plate_hierarchy,
    stored,
    well,
)
from ..helpers.opened import open_ome_zarr, structure
from ..helpers.stores import memory
from ..helpers.versions import every_version

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")


def _other(version: str) -> str:
    return "0.5" if version == "0.4" else "0.4"


@every_version
@pytest.mark.parametrize("make", [image, image_label, plate, well])
def test_metadata_is_converted_and_back(make: Callable[..., dict[str, Any]], version: str) -> None:
    other = _other(version)
    metadata = structure(stored(make(version=version), version))
    metadata = metadata if version == "0.4" else metadata.ome
    migrated = metadata.to_version(other)
    expected = structure(stored(make(version=other), other))
    assert migrated == (expected if other == "0.4" else expected.ome)
    assert migrated.to_version(version) == metadata
    assert metadata.to_version(version) == metadata


@every_version
def test_multiscale_is_converted(version: str) -> None:
    other = _other(version)
    (multiscale,) = _opened(version).ome_attributes.multiscales
    (expected,) = _opened(other).ome_attributes.multiscales
    assert multiscale.to_version(other) == expected


@every_version
def test_parts_of_metadata_are_converted_and_back(version: str) -> None:
    other = _other(version)
    for make, key in ((plate, "plate"), (well, "well"), (image_label, "image_label")):
        part, expected = (
            getattr(_inner(structure(stored(make(version=each), each))), key)
            for each in (version, other)
        )
        assert part.to_version(other) == expected
        assert type(part.to_version(other)) is type(expected)
        assert part.to_version(version) == part
        if version != "0.6":
            bare = evolve(part, version=None)
            assert bare.to_version(other).version is None
            losses: list[Problem] = []
            assert evolve(part, version="0.1").to_version(other, losses=losses) == expected
            assert [problem.loc for problem in losses] == [("version",)]


def _inner(attributes: Any) -> Any:
    return getattr(attributes, "ome", attributes)


def _opened(version: str) -> Any:
    return open_ome_zarr(memory(hierarchy(version=version)))


HIERARCHIES: list[Callable[[str], dict[str, Any]]] = [
    lambda version: hierarchy(labels={"nuclei": image_label(version=version)}, version=version),
    lambda version: plate_hierarchy(version=version),
    lambda version: collection(version=version),
]


@pytest.mark.parametrize("make", HIERARCHIES)
def test_groups_are_converted_and_back(make: Callable[[str], dict[str, Any]]) -> None:
    opened = open_ome_zarr(memory(make("0.4")))
    migrated = opened.to_version("0.5")
    assert migrated.kind == opened.kind
    assert migrated.ome_zarr_version == "0.5"
    assert [*migrated.to_flat()] == [*opened.to_flat()]
    store = memory({})
    migrated.to_zarr(store)
    report = validate(store)
    assert report.status == "valid"
    assert [problem for problem in report.problems if problem.level == "error"] == []
    assert open_ome_zarr(store, policy="strict") == migrated
    assert migrated.to_version("0.4") == opened


def test_foreign_attributes_are_kept() -> None:
    documents = broken(hierarchy(), (".zattrs", "mine"), [1])
    opened = open_ome_zarr(memory(documents))
    migrated = opened.to_version("0.5")
    assert unstructure(migrated.attributes)["mine"] == [1]
    assert migrated.to_version("0.4") == opened


def test_plain_groups_and_groups_without_members_are_converted() -> None:
    document = broken(image(), ("multiscales", 0, "datasets", 0, "path"), "path/to/0")
    documents = hierarchy(document)
    documents["path/.zattrs"] = {"mine": 1}
    opened = open_ome_zarr(memory(documents))
    migrated = opened.to_version("0.5")
    assert migrated.to_flat()["/path"] == v05.GroupSpec(attributes={"mine": 1})
    assert migrated.to_flat()["/path/to/0"].dimension_names == tuple("tczyx")
    assert migrated.to_version("0.4") == opened
    alone = open_ome_zarr(memory(documents), depth="attributes")
    assert alone.to_version("0.5").members is None


def test_losses_are_reported_with_their_places() -> None:
    attributes = {**image(), "ome": "mine"}
    attributes = broken(attributes, ("multiscales", 0, "version"), "0.4.1")
    documents = broken(hierarchy(), (".zattrs",), attributes)
    documents = broken(documents, ("1/.zarray", "fill_value"), None)
    opened = open_ome_zarr(memory(documents))
    losses: list[Problem] = []
    migrated = opened.to_version("0.5", losses=losses)
    assert list(map(str, losses)) == [
        (
            ".zattrs multiscales[0].version: OME-Zarr 0.5 replaces the version: '0.4.1' is lost"
            " [version-loss]"
        ),
        "ome: OME-Zarr 0.5 defines this key: the value is lost [version-loss]",
        "1 .zarray fill_value: Zarr format 3 requires a fill value: null becomes 0 [version-loss]",
    ]
    assert migrated.members["1"].fill_value == 0
    with pytest.raises(ValidationError, match=r"'0\.4\.1' is lost"):
        opened.to_version("0.5")
    (multiscale,) = opened.attributes.multiscales
    with pytest.raises(ValidationError, match=r"'0\.4\.1' is lost"):
        multiscale.to_version("0.5")
    with pytest.raises(ValidationError, match=r"'0\.4\.1' is lost"):
        opened.attributes.to_version("0.5")


def test_metadata_of_another_kind_is_lost() -> None:
    key = ("zarr.json", "attributes", "plate")
    documents = broken(hierarchy(version="0.5"), key, {"more": 1})
    losses: list[Problem] = []
    opened = open_ome_zarr(memory(documents), depth="attributes")
    migrated = opened.to_version("0.4", losses=losses)
    assert [problem.loc for problem in losses] == [("plate",)]
    assert migrated.kind == "image"
    assert "plate" not in unstructure(migrated.attributes)
    documents = plate_hierarchy()
    documents[".zattrs"] = {**documents[".zattrs"], "bioformats2raw.layout": 3, "multiscales": "/"}
    migrated = open_ome_zarr(memory(documents)).to_version("0.5")
    assert migrated.kind == "plate"
    assert [*unstructure(migrated.attributes)] == ["ome"]
    documents = broken(plate_hierarchy(), (".zattrs", "plate", "version"), "0.2")
    with pytest.raises(ValidationError, match=r"plate\.version: .*'0\.2' is lost"):
        open_ome_zarr(memory(documents)).to_version("0.5")


def test_labels_that_are_not_there_are_no_loss() -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    documents["labels/.zattrs"] = {"labels": ["nuclei", "cells"]}
    with pytest.warns(ValidationWarning):
        opened = open_ome_zarr(memory(documents))
    labels = opened.to_version("0.5").labels
    assert labels is not None
    assert labels.label_paths == ["nuclei", "cells"]
    assert list(labels.members) == ["nuclei"]


def test_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of the versions"):
        _opened("0.4").to_version("0.3")


def test_plain_group_becomes_a_plain_group() -> None:
    opened = open_ome_zarr(memory(hierarchy()))
    changed = evolve(opened, members={**opened.members, "more": v04.GroupSpec()})
    assert changed.to_version("0.5").members["more"] == v05.GroupSpec()


def test_foreign_version_beside_metadata_of_0_4_is_replaced() -> None:
    metadata = structure({**plate(), "version": "of mine"})
    assert metadata.to_version("0.5").version == "0.5"


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("node", ["", "labels/cells/"])
def test_levels_of_another_data_type_are_no_levels_in_0_6(version: str, node: str) -> None:
    documents = hierarchy(labels={"cells": image_label(version=version)}, version=version)
    name, key, dtype = (
        (".zarray", "dtype", "|u1") if version == "0.4" else ("zarr.json", "data_type", "uint8")
    )
    group = open_ome_zarr(memory(broken(documents, (f"{node}1/{name}", key), dtype)))
    document = ".zattrs" if version == "0.4" else "zarr.json"
    with pytest.raises(ValidationError, match='array "1" is no level in ') as raised:
        group.to_version("0.6")
    losses: list[Problem] = []
    migrated: Any = group.to_version("0.6", losses=losses)
    assert (losses[0].node, losses[0].document) == (node.rstrip("/"), document)
    assert losses == [*raised.value.problems]
    assert {each.rule for each in losses} == {"version-loss", "labels.same-levels"}
    store = memory({})
    migrated.to_zarr(store)
    assert {each.rule for each in validate(store).problems} <= {
        "labels.same-levels",
        "plausible.codec",
    }
    found = migrated.labels.members["cells"] if node else migrated
    assert [each.path for each in found.ome_attributes.multiscales[0].datasets] == ["0"]
    assert {"0", "1"} <= set(found.members)


def _axes_of(version: str, node: str) -> Loc:
    key = f"{node}/" if node else ""
    place = (f"{key}.zattrs",) if version == "0.4" else (f"{key}zarr.json", "attributes", "ome")
    return (*place, "multiscales", 0, "axes")


@pytest.mark.parametrize(("version", "other"), [("0.4", "0.5"), ("0.4", "0.6"), ("0.5", "0.6")])
@pytest.mark.parametrize("node", ["", "labels/cells"])
@pytest.mark.parametrize(("name", "becomes"), [(1, "1"), (2.5, "2.5"), (None, "None"), ("", None)])
def test_names_of_axes_become_strings(
    name: Any, becomes: str | None, node: str, version: str, other: str
) -> None:
    documents = hierarchy(labels={"cells": image_label(version=version)}, version=version)
    axes = _axes_of(version, node)
    documents = broken(documents, (*axes, 2, "name"), name)
    with catch_warnings():
        simplefilter("ignore")
        group: Any = open_ome_zarr(memory(documents))
    losses: list[Problem] = []
    migrated: Any = group.to_version(other, losses=losses)
    migrated = migrated.labels.members["cells"] if node else migrated
    multiscale = migrated.ome_attributes.multiscales[0]
    found = (multiscale.coordinateSystems[0] if other == "0.6" else multiscale).axes[2].name
    expected = becomes or ("axis 2" if other == "0.6" else "")
    assert found == expected
    places = [(each.node, each.document, each.loc) for each in losses if "name" in each.message]
    place = (node, str(axes[0]).rpartition("/")[2], (*axes[1:], 2, "name"))
    assert places == ([place] if expected != name else [])


@pytest.mark.parametrize(("version", "other"), [("0.4", "0.5"), ("0.4", "0.6"), ("0.5", "0.6")])
@pytest.mark.parametrize("node", ["", "labels/cells"])
def test_errors_name_places_in_what_is_converted(version: str, other: str, node: str) -> None:
    documents = hierarchy(labels={"cells": image_label(version=version)}, version=version)
    axes = _axes_of(version, node)
    documents = broken(documents, (*axes, 3, "name"), 4)
    documents = broken(documents, (*axes, 4, "name"), "4")
    with catch_warnings():
        simplefilter("ignore")
        group: Any = open_ome_zarr(memory(documents))
    with pytest.raises(ValidationError) as raised:
        group.to_version(other, losses=[])
    last = raised.value.problems[-1]
    document = str(axes[0]).rpartition("/")[2]
    assert (last.node, last.document, last.loc) == (node, document, axes[1:])
    own = group.labels.members["cells"] if node else group
    with pytest.raises(ValidationError) as raised:
        own.ome_attributes.to_version(other, losses=[])
    (problem,) = raised.value.problems
    assert (problem.node, problem.document, problem.loc) == ("", "", ("multiscales", 0, "axes"))


def test_chunks_without_length_are_converted() -> None:
    documents = hierarchy(version="0.4")
    for level in "01":
        for key in ("shape", "chunks"):
            documents = broken(documents, (f"{level}/.zarray", key, 0), 0)
    with catch_warnings():
        simplefilter("ignore")
        migrated: Any = open_ome_zarr(memory(documents)).to_version("0.5", losses=[])
    assert migrated.members["0"].shape[0] == 0
    assert migrated.members["0"].chunks[0] == 1


def test_levels_are_not_compared_after_one_that_cannot_be_converted() -> None:
    documents = broken(hierarchy(version="0.4"), ("1/.zarray", "compressor"), {"id": "other"})
    with pytest.raises(ValidationError) as raised:
        open_ome_zarr(memory(documents)).to_version("0.6", losses=[])
    assert [each.rule for each in raised.value.problems] == ["version-impossible"]


@pytest.mark.parametrize("value", [[[1]], {"a": 1}, 7])
def test_version_that_is_no_string_is_a_loss(value: Any) -> None:
    documents = broken(hierarchy(version="0.4"), (".zattrs", "multiscales", 0, "version"), value)
    with catch_warnings():
        simplefilter("ignore")
        group: Any = open_ome_zarr(memory(documents))
    losses: list[Problem] = []
    group.to_version("0.5", losses=losses)
    assert [each.loc for each in losses] == [("multiscales", 0, "version")]


@pytest.mark.parametrize(
    ("node", "document", "loc"),
    [("0", "zarr.json", ("data_type",)), ("", "zarr.json", ("data_type",)), ("0", "", ("ome",))],
)
def test_problems_of_members_keep_their_places(node: str, document: str, loc: Loc) -> None:
    problem = Problem("type", "error", node, loc, "wrong", document)
    versions = (get_version("0.4"), get_version("0.6"))
    assert in_source(problem, {}, versions, ".zattrs") is problem


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_chunk_keys_with_dots_are_a_loss_in_0_4(version: str) -> None:
    keys = {"name": "v2", "configuration": {"separator": "."}}
    documents = hierarchy(version=version)
    for level in "01":
        documents = broken(documents, (f"{level}/zarr.json", "chunk_key_encoding"), keys)
    group: Any = open_ome_zarr(memory(documents))
    with pytest.raises(ValidationError, match="nested-chunks"):
        group.to_version("0.4")
    losses: list[Problem] = []
    migrated: Any = group.to_version("0.4", losses=losses)
    rules = {(each.rule, each.level, each.node) for each in losses if each.rule != "version-name"}
    assert rules == {("storage.nested-chunks", "warning", level) for level in "01"}
    assert migrated.members["0"].dimension_separator == "."
    assert migrated.to_version(version, losses=[]).members["0"].chunk_key_encoding == keys
