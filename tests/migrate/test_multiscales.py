"""Axes of 0.4 and 0.5 become coordinate systems of 0.6, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import Problem, ValidationError, unstructure, validate
from ome_zarr_models._migrate.multiscales import place_before

from ..helpers.factories import (
    ABSENT,
    Loc,
    broken,
    collection,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate_hierarchy,
    stored,
)
from ..helpers.opened import open_ome_zarr, structure
from ..helpers.stores import memory

if TYPE_CHECKING:
    from collections.abc import Callable

DATASET: Loc = ("datasets", 0, "coordinateTransformations")
SCALE: dict[str, Any] = {"type": "scale", "scale": [2, 3]}
SHIFT: dict[str, Any] = {"type": "translation", "translation": [5, 6]}
ENDS: dict[str, Any] = {"input": {"name": "physical"}, "output": {"name": "world"}}


def _parts(version: str, document: Any) -> Any:
    (part,) = structure(stored({"multiscales": [document]}, version)).ome.multiscales
    return part


def _with_world(**transform: Any) -> dict[str, Any]:
    whole = multiscale("yx", 1, "0.6")
    axes = whole["coordinateSystems"][0]["axes"]
    whole["coordinateSystems"].append({"name": "world", "axes": axes})
    return {**whole, "coordinateTransformations": [{**transform, **ENDS}]}


@pytest.mark.parametrize(
    ("of_all", "expected"),
    [
        ([SCALE], {**SCALE, **ENDS}),
        ([SCALE, SHIFT], {"type": "sequence", "transformations": [SCALE, SHIFT], **ENDS}),
    ],
)
def test_transformations_of_all_levels_become_a_second_system(
    of_all: list[Any], expected: dict[str, Any]
) -> None:
    before = {**multiscale("yx", 1, "0.5"), "coordinateTransformations": of_all}
    migrated = _parts("0.5", before).to_version("0.6")
    document = unstructure(migrated)
    assert document["coordinateTransformations"] == [expected]
    assert [system["name"] for system in document["coordinateSystems"]] == ["physical", "world"]
    assert unstructure(migrated.to_version("0.5")) == before


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (SHIFT, [{"type": "scale", "scale": [1, 1]}, SHIFT]),
        (SCALE, [SCALE]),
    ],
)
def test_second_system_becomes_transformations_of_all_levels(
    transform: dict[str, Any], expected: list[Any]
) -> None:
    migrated = _parts("0.6", _with_world(**transform)).to_version("0.5")
    assert unstructure(migrated)["coordinateTransformations"] == expected


def test_identity_becomes_a_scale_of_ones() -> None:
    ends = {"input": {"path": "0"}, "output": {"name": "physical"}}
    whole = broken(multiscale("yx", 1, "0.6"), DATASET, [{"type": "identity", **ends}])
    migrated = unstructure(_parts("0.6", whole).to_version("0.5"))
    assert migrated["datasets"][0]["coordinateTransformations"] == [
        {"type": "scale", "scale": [1, 1]}
    ]


def test_keys_unknown_to_0_5_are_kept_in_extra() -> None:
    axes = [
        {"name": name, "type": "space", "unit": "meter", "discrete": False, "longName": name * 3}
        for name in "yx"
    ]
    loc: Loc = ("coordinateSystems", 0, "axes")
    whole = _parts("0.6", broken(multiscale("yx", 2, "0.6"), loc, axes))
    older = whole.to_version("0.5")
    assert older.axes[0].extra == {"discrete": False, "longName": "yyy"}
    assert older.to_version("0.6") == whole


WORLD = _with_world(type="rotation", rotation=[[0, -1], [1, 0]])

# (multiscale, losses with their places)
LOST: list[tuple[dict[str, Any], list[tuple[str, Loc]]]] = [
    (
        WORLD,
        [
            ("the coordinate system 'world'", ("coordinateSystems", 1)),
            ("the rotation from 'physical' to 'world'", ("coordinateTransformations", 0)),
        ],
    ),
    (
        broken(
            multiscale("yx", 1, "0.6"),
            ("coordinateTransformations",),
            [
                {
                    "type": "identity",
                    "input": {"path": "labels/a", "name": "b"},
                    "output": {"name": "physical"},
                }
            ],
        ),
        [("the identity from 'labels/a b' to 'physical'", ("coordinateTransformations", 0))],
    ),
    (
        broken(multiscale("yx", 1, "0.6"), ("coordinateSystems", 0, "color"), "red"),
        [("the key 'color'", ("coordinateSystems", "color"))],
    ),
    (
        broken(multiscale("yx", 1, "0.6"), (*DATASET, 0, "name"), "to physical"),
        [("the key 'name'", (*DATASET, 0, "name"))],
    ),
    (
        broken(multiscale("yx", 1, "0.6"), (*DATASET, 0, "input", "more"), 1),
        [("the key 'more'", (*DATASET, 0, "input", "more"))],
    ),
    (
        broken(
            multiscale("yx", 1, "0.6"), (*DATASET, 0, "transformations", 0, "input"), {"name": "a"}
        ),
        [("the input of a part", (*DATASET, 0, "transformations", 0, "input"))],
    ),
]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_name_alone_is_no_reason_to_refuse(version: str) -> None:
    document = broken(multiscale("yx", 1, "0.6"), ("coordinateSystems", 0, "name"), "stage")
    document = broken(document, (*DATASET, 0, "output", "name"), "stage")
    metadata = structure(stored({"multiscales": [document]}, "0.6")).ome
    losses: list[Problem] = []
    older = metadata.to_version(version, losses=losses)
    assert older == metadata.to_version(version)
    (problem,) = losses
    assert (problem.rule, problem.level) == ("version-name", "warning")
    assert problem.loc == ("multiscales", 0, "coordinateSystems", 0, "name")
    assert "'stage'" in problem.message
    assert older.to_version("0.6", default_coordinate_system="stage") == metadata


def test_systems_are_named_as_asked() -> None:
    whole = {**multiscale("yx", 1, "0.5"), "coordinateTransformations": [SCALE]}
    metadata = structure(stored({"multiscales": [whole]}, "0.5")).ome
    names = {"default_coordinate_system": "array", "output_coordinate_system": "slide"}
    (made,) = metadata.to_version("0.6", **names).multiscales
    assert [system.name for system in made.coordinateSystems] == ["array", "slide"]
    losses: list[Problem] = []
    assert metadata.to_version("0.6", **names).to_version("0.5", losses=losses) == metadata
    assert {problem.rule for problem in losses} == {"version-name"}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(("document", "lost"), LOST)
def test_losses_are_reported_with_their_places(
    document: dict[str, Any], lost: list[tuple[str, Loc]], version: str
) -> None:
    part = _parts("0.6", document)
    losses: list[Problem] = []
    older = part.to_version(version, losses=losses)
    assert [(p.rule, p.level) for p in losses] == [("version-loss", "warning")] * len(lost)
    prefix = f"OME-Zarr {version} has no place for "
    assert [(p.message, p.loc) for p in losses] == [(f"{prefix}{what}", loc) for what, loc in lost]
    assert validate(stored({"multiscales": [unstructure(older)]}, version)).status == "valid"
    with pytest.raises(ValidationError) as raised:
        part.to_version(version)
    assert raised.value.problems == tuple(losses)
    metadata = structure(stored({"multiscales": [document]}, "0.6")).ome
    of_image: list[Problem] = []
    metadata.to_version(version, losses=of_image)
    assert [p.loc for p in of_image] == [("multiscales", 0, *loc) for _, loc in lost]


def test_transformations_by_path_cannot_be_converted_to_0_6() -> None:
    by_path = [{"type": "scale", "path": "scale"}, {"type": "translation", "path": "shift"}]
    whole = _parts("0.5", broken(multiscale("yx", 1, "0.5"), DATASET, by_path))
    with pytest.raises(ValidationError) as raised:
        whole.to_version("0.6", losses=[])
    assert [(p.rule, p.loc) for p in raised.value.problems] == [
        ("version-impossible", (*DATASET, 0)),
        ("version-impossible", (*DATASET, 1)),
    ]


def test_scenes_cannot_be_converted_to_0_5() -> None:
    transform = {
        "type": "identity",
        "input": {"path": "a", "name": "physical"},
        "output": {"path": "b", "name": "physical"},
    }
    documents = group({"scene": {"coordinateTransformations": [transform]}}, "0.6")
    for name in "ab":
        made = hierarchy(image("yx", 1, "0.6"), version="0.6")
        documents |= {f"{name}/{key}": each for key, each in made.items()}
    scene = open_ome_zarr(memory(documents))
    for each in (scene, scene.ome_attributes):
        assert each.to_version("0.6") == each
        with pytest.raises(ValidationError, match=r"OME-Zarr 0\.5 has no scene"):
            each.to_version("0.5", losses=[])


def _image(version: str) -> dict[str, Any]:
    labels = {"cells": image_label("yx", 2, version)}
    return hierarchy(image("yx", 2, version), labels, version)


def _plate(version: str) -> dict[str, Any]:
    return plate_hierarchy(version=version)


def _collection(version: str) -> dict[str, Any]:
    return collection(2, version=version)


@pytest.mark.parametrize("older", ["0.4", "0.5"])
@pytest.mark.parametrize("make", [_image, _plate, _collection])
def test_hierarchies_are_converted_to_0_6_and_back(
    make: Callable[[str], dict[str, Any]], older: str
) -> None:
    """A converted hierarchy equals one of 0.6, except for where Zarr format 2 has its chunks."""
    before = open_ome_zarr(memory(make(older)))
    migrated = before.to_version("0.6")
    expected = open_ome_zarr(memory(make("0.6")))
    assert type(migrated) is type(expected)
    assert migrated.attributes == expected.attributes
    assert migrated.members.keys() == expected.members.keys()
    assert migrated.to_version(older) == before
    if older == "0.5":
        assert migrated == expected


def test_plate_gets_its_version_back() -> None:
    opened = open_ome_zarr(memory(plate_hierarchy(version="0.6")))
    older = opened.to_version("0.5")
    assert older.ome_attributes.plate.version == "0.5"
    assert older.well("A/1").ome_attributes.well.version == "0.5"
    assert older.to_version("0.6") == opened


def test_arrays_get_names_of_dimensions() -> None:
    """Members keep the names of their dimensions."""
    opened = open_ome_zarr(memory(hierarchy(image("yx", 1, "0.4"), version="0.4")))
    assert opened.to_version("0.6").members["0"].dimension_names == ("y", "x")
    unnamed = hierarchy(image("yx", 1, "0.6"), version="0.6")
    unnamed = broken(unnamed, ("0/zarr.json", "dimension_names"), ABSENT)
    assert validate(memory(unnamed)).status == "valid"


def test_transformation_to_the_physical_system_is_lost() -> None:
    whole = _with_world(**SCALE)
    back = {"input": ENDS["output"], "output": ENDS["input"]}
    whole["coordinateTransformations"] = [{**SCALE, **back}]
    losses: list[Problem] = []
    older = _parts("0.6", whole).to_version("0.5", losses=losses)
    assert older.coordinateTransformations is None
    assert len(losses) == 2


CT = "coordinateTransformations"
TO_SYSTEMS: list[tuple[Loc, Loc]] = [
    (("coordinateSystems", 0, "axes", 1, "name"), ("axes", 1, "name")),
    (("coordinateSystems", 0, "axes"), ("axes",)),
    (("datasets", 1, "path"), ("datasets", 1, "path")),
    (
        ("datasets", 0, CT, 0, "transformations", 1, "translation"),
        ("datasets", 0, CT, 1, "translation"),
    ),
    (("datasets", 0, CT, 0, "scale"), ("datasets", 0, CT, 0, "scale")),
    (("datasets", 0, CT), ("datasets", 0, CT)),
    ((CT, 0, "transformations", 0, "scale", 2), (CT, 0, "scale", 2)),
]
TO_AXES: list[tuple[Loc, Loc]] = [
    (("axes", 1, "name"), ("coordinateSystems", 1, "axes", 1, "name")),
    (("datasets", 0, CT, 1, "scale"), ("datasets", 0, CT, 0, "transformations", 1, "scale")),
    (("datasets", 1, CT, 0, "scale"), ("datasets", 1, CT, 0, "scale")),
    (("name",), ("name",)),
]


@pytest.mark.parametrize(("after", "before"), [*TO_SYSTEMS, *TO_AXES])
def test_places_are_those_before(after: Loc, before: Loc) -> None:
    scale: dict[str, Any] = {"type": "scale", "scale": [1, 1], "output": {"name": "own"}}
    joined: dict[str, Any] = {
        "type": "sequence",
        "transformations": [scale, scale],
        "output": {"name": "own"},
    }
    old: dict[str, Any] = {"axes": [], "datasets": [{CT: [scale, scale]}], CT: [scale]}
    new: dict[str, Any] = {
        "coordinateSystems": [{"name": "world"}, {"name": "own"}],
        "datasets": [{CT: [joined]}, {CT: [scale]}],
    }
    metadata = {"multiscales": [old if (after, before) in TO_SYSTEMS else new]}
    place: Loc = ("multiscales", 0)
    assert place_before((*place, *after), metadata) == (*place, *before)
    outsides: list[Loc] = [(), ("omero", "channels", 0), place, ("multiscales",)]
    for outside in outsides:
        assert place_before(outside, metadata) == outside
