"""The graph of coordinate systems, and the transformations found in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ome_zarr_models import ValidationError, validate
from ome_zarr_models.exceptions import MissingNodeError
from ome_zarr_models.v06 import Scene
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem, CoordinateSystemIdentifier
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Coordinates,
    Displacements,
    Identity,
    MapAxis,
    ProjectAxis,
    Rotation,
    Scale,
    Sequence,
    Translation,
    UnloadedError,
)
from ome_zarr_models.v06.transform_graph import NoTransformError, System, TransformGraph, simplified

from ..helpers.factories import below, group, hierarchy, image, image_label, multiscale
from ..helpers.opened import open_ome_zarr, open_ome_zarr_async
from ..helpers.stores import ZARR, Counting, documents_in, memory

if TYPE_CHECKING:
    from pathlib import Path


def _image(*transforms: dict[str, Any], labels: Any = None) -> dict[str, Any]:
    """Return the documents of an image with a system for each transformation."""
    metadata = image("yx", 2, "0.6")
    (whole,) = metadata["multiscales"]
    (physical,) = whole["coordinateSystems"]
    names = [t["output"]["name"] for t in transforms if "path" not in t["output"]]
    systems = [{**physical, "name": name} for name in names if name != "physical"]
    whole["coordinateSystems"] += systems
    if transforms:
        whole["coordinateTransformations"] = list(transforms)
    return hierarchy(metadata, labels, version="0.6")


def _to(name: str, **transform: Any) -> dict[str, Any]:
    return {**transform, "input": {"name": "physical"}, "output": {"name": name}}


def _scene(count: int = 2) -> dict[str, Any]:
    """Return the documents of a scene of tiles side by side."""
    transforms = [
        {
            "type": "translation",
            "translation": [0, 100 * i],
            "input": {"path": f"tiles/{i}", "name": "physical"},
            "output": {"name": "world"},
        }
        for i in range(count)
    ]
    systems = [{"name": "world", "axes": multiscale("yx")["axes"]}]
    scene = {"coordinateTransformations": transforms, "coordinateSystems": systems}
    documents = group({"scene": scene}, "0.6") | below("tiles", group(None, "0.6"))
    for i in range(count):
        documents |= below(f"tiles/{i}", hierarchy(image("yx", 2, "0.6"), version="0.6"))
    return documents


ROTATED = _to("rotated", type="rotation", rotation=[[0, -1], [1, 0]])
STRETCHED = _to("stretched", type="scale", scale=[2, 4])


def test_graph_of_an_image() -> None:
    graph = open_ome_zarr(memory(_image(ROTATED, STRETCHED))).transform_graph()
    assert [str(system) for system in graph.systems] == [
        "0",
        "physical",
        "1",
        "rotated",
        "stretched",
    ]
    assert graph.ndim("physical") == graph.ndim("0") == 2
    assert [str(each) for each in graph.reachable("rotated")] == [
        "physical",
        "0",
        "1",
        "stretched",
    ]
    assert repr(graph) == "TransformGraph(5 systems, 4 transformations)"


# (from, to, a point, where it is)
@pytest.mark.parametrize(
    ("start", "end", "point", "expected"),
    [
        ("0", "physical", (10, 20), (5, 10)),
        ("1", "physical", (10, 20), (10.5, 20.5)),
        ("physical", "1", (10.5, 20.5), (10, 20)),
        ("0", "1", (10, 20), (4.5, 9.5)),
        ("0", "rotated", (10, 20), (-10, 5)),
        ("rotated", "stretched", (-10, 5), (10, 40)),
        ("physical", "physical", (1, 2), (1, 2)),
    ],
)
def test_systems_are_looked_up(
    start: str, end: str, point: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    graph = open_ome_zarr(memory(_image(ROTATED, STRETCHED))).transform_graph()
    for simplify in (False, True):
        transform = graph.get_transform(start, end, simplify=simplify)
        assert transform.transform_point(point) == pytest.approx(expected)
        ends = [str(end) for end in (transform.input, transform.output)]
        assert ends == [start, end]
    assert graph.get_transform(start, end) == graph.get_transform(start, end)


def test_systems_are_named_in_many_ways() -> None:
    opened = open_ome_zarr(memory(_image(STRETCHED)))
    graph = opened.transform_graph()
    (whole,) = opened.ome_attributes.multiscales
    ways = [
        "stretched",
        System("", "stretched"),
        ("", "stretched"),
        CoordinateSystemIdentifier(name="stretched"),
        whole.coordinateSystems[1],
    ]
    found = [graph.get_transform("physical", way) for way in ways]
    assert set(found) == {Scale(**_ends("physical", "stretched"), scale=[2, 4])}
    array = CoordinateSystemIdentifier(path="0")
    assert graph.get_transform(array, "physical").input == array


def _ends(start: str, end: str) -> dict[str, Any]:
    names = {"input": start, "output": end}
    return {key: CoordinateSystemIdentifier(name=name) for key, name in names.items()}


def test_error_names_the_systems_that_can_be_reached() -> None:
    projected = _to("flat", type="projectAxis", droppedInputs=[0], createdOutputs=[0])
    graph = open_ome_zarr(memory(_image(projected))).transform_graph()
    assert graph.get_transform("physical", "flat").transform_point([3, 4]) == (0, 4)
    message = "no transformations lead from 'flat' to 'physical'; reachable systems: none"
    with pytest.raises(NoTransformError, match=message):
        graph.get_transform("flat", "physical")
    message = "one of '0', 'physical', '1', 'flat', got 'nowhere'"
    with pytest.raises(NoTransformError, match=message):
        graph.get_transform("nowhere", "physical")
    with pytest.raises(LookupError, match=r"got \('a', 'b'\)"):
        graph.ndim(("a", "b"))
    with pytest.raises(NoTransformError, match="got 'phsical': did you mean 'physical'"):
        graph.get_transform("0", "phsical")
    for wrong in (5, None, ("physical",), ("a", "b", "c")):
        with pytest.raises(TypeError, match="expected a system: its name, or its path and name"):
            graph.get_transform("0", wrong)


def test_long_list_of_systems_is_truncated() -> None:
    graph = TransformGraph()
    for i in range(12):
        graph.add_system(f"s{i}")
    with pytest.raises(NoTransformError, match="'s9' and 2 more, got 'x'"):
        graph.reachable("x")
    assert graph.ndim("s1") is None


def test_declared_transformation_goes_before_an_inverse() -> None:
    graph = TransformGraph()
    graph.add("a", "b", Translation(translation=[1]))
    graph.add("b", "a", Translation(translation=[-1.5]))
    assert graph.get_transform("b", "a").transform_point([0]) == (-1.5,)
    graph = TransformGraph()
    graph.add("a", "b", Translation(translation=[1]))
    assert graph.get_transform("a", "b").transform_point([0]) == (1,)
    graph.add("a", "b", Translation(translation=[2]))  # which replaces what was found before
    assert graph.get_transform("a", "b").transform_point([0]) == (2,)
    graph.add("a", "a", Identity())
    assert not graph.edges[System("", "a"), System("", "a")].is_inverse


def test_graph_of_a_scene() -> None:
    opened = open_ome_zarr(memory(_scene()))
    graph = opened.transform_graph()
    tile = ("tiles/1", "physical")
    assert graph.get_transform(tile, "world").transform_point([1, 2]) == (1, 102)
    pixels = graph.get_transform(("tiles/0/1", None), tile, simplify=True)
    assert pixels.transform_point([0, 0]) == (0.5, -99.5)
    assert str(pixels.input) == "tiles/0/1"
    assert str(pixels.output) == "tiles/1 physical"
    assert graph.to_mermaid().splitlines()[:3] == [
        "graph LR",
        '    n1["tiles/0 physical"] -->|translation| n0["world"]',
        '    n2["tiles/1 physical"] -->|translation| n0["world"]',
    ]


@pytest.mark.filterwarnings("ignore:.*metadata only")
def test_graph_of_a_new_scene(tmp_path: Path) -> None:
    tile = open_ome_zarr(memory(hierarchy(image("yx", 2, "0.6"), version="0.6")))
    axes = tile.ome_attributes.multiscales[0].axes
    end = CoordinateSystemIdentifier(name="world")
    start = CoordinateSystemIdentifier(path="a/b", name="physical")
    made = Scene.new(
        images={"a/b": tile},
        coord_transforms=[Translation(translation=[1, 2], input=start, output=end)],
        coord_systems=[CoordinateSystem(name="world", axes=axes)],
    )
    made.to_zarr(str(tmp_path))
    opened = open_ome_zarr(str(tmp_path), policy="strict")
    assert opened == made
    assert opened.images == {"a/b": tile}
    assert opened["a/b"] == tile
    assert opened.transform_graph().get_transform(start, end).transform_point([0, 0]) == (1, 2)


def test_label_images_are_in_the_graph_of_their_image() -> None:
    depth: Any
    reference = {"path": "labels/cells", "name": "physical"}
    transform = {"type": "identity", "input": reference, "output": {"name": "physical"}}
    documents = _image(transform, labels={"cells": image_label("yx", 2, "0.6")})
    graph = open_ome_zarr(memory(documents)).transform_graph()
    pixels = ("labels/cells/1", None)
    assert graph.get_transform(pixels, "1").transform_point([3, 4]) == (3, 4)
    for depth in ("attributes", "arrays"):
        without = open_ome_zarr(memory(documents), depth=depth).transform_graph()
        assert [str(system) for system in without.systems][-1] == "labels/cells physical"


def test_parameters_are_read_from_the_store_of_the_group() -> None:
    turned = _to("turned", type="rotation", path="turn")
    moved = {
        "type": "sequence",
        "transformations": [{"type": "affine", "path": "move"}, {"type": "identity"}],
        **{end: {"name": name} for end, name in (("input", "physical"), ("output", "moved"))},
    }
    documents = _image(turned, moved)
    store = memory(documents)
    for path, matrix in (("turn", [[0, -1], [1, 0]]), ("move", [[1, 0, 5], [0, 1, 6]])):
        data = np.array(matrix, dtype="float64")
        ZARR.create_array(store, name=path, data=data)
    opened = open_ome_zarr(store)
    graph = opened.transform_graph()
    assert graph.get_transform("moved", "turned").transform_point([5, 6]) == (0, 0)
    assert graph.get_transform("physical", "moved").transform_point([0, 0]) == (5, 6)
    made = type(opened)(attributes=opened.attributes, members=opened.members)
    unread = made.transform_graph()
    with pytest.raises(UnloadedError, match="an array at 'turn'"):
        unread.get_transform("physical", "turned").transform_point([0, 0])
    with pytest.raises(NoTransformError):  # whether it has an inverse is not known
        unread.get_transform("moved", "physical")
    again = made.transform_graph(store)
    assert again.get_transform("moved", "turned").transform_point([5, 6]) == (0, 0)
    kept = simplified(unread.get_transform("physical", "moved"))
    assert isinstance(kept, Sequence)
    assert isinstance(kept.transformations[0], Affine | Displacements)
    assert kept.transformations[0].path == "move"


def _field(store: Any) -> None:
    """Write a field that moves points by (1, 2)."""
    field = multiscale("cyx", 1, "0.6")
    field["coordinateSystems"][0]["axes"][0] = {
        "name": "d",
        "type": "displacement",
        "discrete": True,
    }
    field["datasets"][0]["coordinateTransformations"][0]["transformations"][1] = {
        "type": "translation",
        "translation": [0, 0, 0],
    }
    attributes = {"ome": {"version": "0.6", "multiscales": [field]}}
    made = ZARR.create_group(store, path="field", attributes=attributes, overwrite=True)
    data = np.broadcast_to(np.array([1.0, 2.0])[:, None, None], (2, 4, 4)).copy()
    made.create_array("0", data=data)


@pytest.mark.parametrize("nested", [False, True])
def test_fields_are_read_when_they_are_needed(*, nested: bool) -> None:
    moved: dict[str, Any] = {"type": "displacements", "path": "field"}
    if nested:
        moved = {"type": "bijection", "forward": moved, "inverse": {**moved}}
    store = memory(_image(_to("moved", **moved), STRETCHED))
    _field(store)
    counting = Counting(store)
    graph = open_ome_zarr(counting).transform_graph()
    before = len(counting.keys)
    graph.get_transform("physical", "stretched")
    assert len(counting.keys) == before
    transform = graph.get_transform("physical", "moved", simplify=True)
    after = len(counting.keys)
    assert after > before
    assert transform.transform_point([0.5, 0.5]) == (1.5, 2.5)
    assert graph.get_transform("physical", "moved") == transform
    assert len(counting.keys) == after
    both = graph.get_transform("0", "moved", simplify=True)
    assert both.transform_point([1, 1]) == (1.5, 2.5)
    assert [part.type for part in both.transformations] == ["affine", moved["type"]]


async def _opened(store: Any) -> Any:
    return await open_ome_zarr_async(store)


def test_fields_are_read_after_the_event_loop_of_the_group() -> None:
    import asyncio

    store = memory(_image(_to("moved", type="displacements", path="field")))
    _field(store)
    graph = asyncio.run(_opened(store)).transform_graph()
    assert graph.get_transform("physical", "moved").transform_point([0, 0]) == (1, 2)


def test_sequences_are_simplified() -> None:
    shift, turn = Translation(translation=[1, 2]), Rotation(rotation=[[0, -1], [1, 0]])
    field = Coordinates(path="field")
    inner = Sequence(transformations=[turn, field, MapAxis(mapAxis=[1, 0])])
    folded: Any = simplified(
        Sequence(transformations=[shift, inner, Identity(), shift], **_ends("a", "b"), name="all")
    )
    assert [part.type for part in folded.transformations] == ["affine", "coordinates", "affine"]
    assert (str(folded.input), str(folded.output), folded.name) == ("a", "b", "all")
    assert folded.transformations[0].transform_point([0, 0]) == (-2, 1)
    assert folded.transformations[2].transform_point([5, 7]) == (8, 7)
    assert simplified(shift) is shift
    one = simplified(Sequence(transformations=[shift, shift], **_ends("a", "b")))
    assert one == Affine(affine=[[1, 0, 2], [0, 1, 4]], **_ends("a", "b"))
    unknown = simplified(Sequence(transformations=[Identity(), Identity()]))
    assert isinstance(unknown, Sequence)
    assert [part.type for part in unknown.transformations] == ["identity", "identity"]
    lifted = Sequence(
        transformations=[ProjectAxis(createdOutputs=[0]), Translation(translation=[1, 2, 3])]
    )
    assert simplified(lifted, 2).transform_point([0, 0]) == (1, 2, 3)


def test_graph_is_drawn_by_mermaid() -> None:
    graph = TransformGraph()
    graph.add_system('say "alone"')
    graph.add("a", "b", Sequence(transformations=[Scale(scale=[1]), Translation(translation=[1])]))
    assert graph.to_mermaid().splitlines() == [
        "graph LR",
        '    n1["a"] -->|sequence of scale, translation| n2["b"]',
        '    n0["say #quot;alone#quot;"]',
    ]


def test_graph_is_drawn_by_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = open_ome_zarr(memory(_image(STRETCHED))).transform_graph()
    drawn = graph.to_graphviz().source
    assert drawn.count(" -> ") == 3
    assert "shape=box" in drawn
    assert "label=scale" in drawn
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"ome-zarr-models-attrs\[graphviz\]"):
        graph.to_graphviz()


def test_unread_displacements_have_no_inverse() -> None:
    graph = TransformGraph()
    graph.add("a", "b", Displacements(path="field"))
    assert graph.reachable("a") == [System("", "b")]
    assert graph.reachable("b") == []


def test_graph_of_a_scene_without_members() -> None:
    graph = open_ome_zarr(memory(_scene()), depth="attributes").transform_graph()
    tile = ("tiles/1", "physical")
    assert graph.get_transform(tile, "world").transform_point([1, 2]) == (1, 102)
    message = r"got \('tiles/2', 'physical'\): did you mean \('tiles/1', 'physical'\)"
    with pytest.raises(NoTransformError, match=message):
        graph.get_transform(("tiles/2", "physical"), "world")


def test_path_of_the_fewest_steps_is_taken() -> None:
    graph = TransformGraph()
    for start, end, distance in (("a", "b", 1), ("b", "c", 1), ("c", "d", 1), ("a", "e", 10)):
        graph.add(start, end, Translation(translation=[distance]))
    assert graph.get_transform("a", "d").transform_point([0]) == (3,)
    graph.add("e", "d", Translation(translation=[10]))
    assert graph.get_transform("a", "d").transform_point([0]) == (20,)
    graph.add("d", "f", Translation(translation=[1]))
    assert graph.get_transform("a", "f").transform_point([0]) == (21,)


def test_inverse_of_a_replaced_transformation_is_forgotten() -> None:
    graph = TransformGraph()
    graph.add("a", "b", Scale(scale=[2]))
    graph.add("a", "b", Scale(scale=[4]))
    assert graph.get_transform("b", "a").transform_point([4]) == (1,)
    graph.add("a", "b", Scale(scale=[0]))
    with pytest.raises(NoTransformError):
        graph.get_transform("b", "a")
    graph.add("b", "a", Translation(translation=[7]))
    graph.add("a", "b", Translation(translation=[1]))
    assert graph.get_transform("b", "a").transform_point([0]) == (7,)
    assert graph.get_transform("a", "b").transform_point([0]) == (1,)


def test_systems_of_two_multiscales_are_distinct() -> None:
    one: Any = multiscale("yx", 1, "0.6")
    other: Any = multiscale("yx", 2, "0.6")
    other["datasets"] = [
        {**dataset, "path": f"b{i}"} for i, dataset in enumerate(other["datasets"])
    ]
    for dataset in other["datasets"]:
        dataset["coordinateTransformations"][0]["input"] = {"path": dataset["path"]}
    documents = hierarchy({"multiscales": [one, other]}, version="0.6")
    graph = open_ome_zarr(memory(documents)).transform_graph()
    names = [str(system) for system in graph.systems]
    assert names == ["0", "physical", "b0", "physical (1)", "b1"]
    assert [str(each) for each in graph.reachable("0")] == ["physical"]


def _scene_of_turned() -> Any:
    """Return a store of a scene of an image whose transformation is in an array."""
    documents = group(
        {
            "scene": {
                "coordinateTransformations": [
                    {
                        "type": "identity",
                        "input": {"path": "a", "name": "turned"},
                        "output": {"name": "world"},
                    }
                ],
                "coordinateSystems": [{"name": "world", "axes": multiscale("yx")["axes"]}],
            }
        },
        "0.6",
    )
    store = memory(documents | below("a", _image(_to("turned", type="affine", path="turn"))))
    ZARR.create_array(store, name="a/turn", data=np.array([[0.0, -1, 0], [1, 0, 0]]))
    return store


def test_parameters_of_an_image_in_a_scene_are_read() -> None:
    store = _scene_of_turned()
    opened = open_ome_zarr(store)
    tile = ("a", "physical")
    graph = opened.transform_graph()
    assert graph.get_transform(tile, "world").transform_point([1, 2]) == (-2, 1)
    assert graph.get_transform("world", tile).transform_point([-2, 1]) == (1, 2)
    inner = opened["a"].transform_graph()
    assert inner.get_transform("turned", "physical").transform_point([-2, 1]) == (1, 2)
    with pytest.raises(KeyError, match="expected the path of an image, one of a, got 'b'"):
        opened["b"]
    made = type(opened)(attributes=opened.attributes, members=opened.members)
    with pytest.raises(
        NoTransformError, match=r"parameters of 1 transformation\(s\) are in arrays"
    ):
        made.transform_graph().get_transform("world", tile)


def test_parameters_are_requested_once() -> None:
    counting = Counting(_scene_of_turned())
    graph = open_ome_zarr(counting).transform_graph()
    before = len(counting.keys)
    graph.get_transform(("a", "physical"), "world")
    graph.get_transform("world", ("a", "physical"))
    assert counting.keys[before:] == ["a/turn/zarr.json", "a/turn/c/0/0"]


def test_singular_matrix_has_no_inverse() -> None:
    flat = _to("flat", type="affine", path="flat")
    store = memory(_image(flat))
    ZARR.create_array(store, name="flat", data=np.array([[1.0, 0, 0], [0, 0, 0]]))
    graph = open_ome_zarr(store).transform_graph()
    with pytest.raises(NoTransformError, match="reachable systems: none"):
        graph.get_transform("flat", "physical")
    assert graph.get_transform("physical", "flat").transform_point([1, 2]) == (1, 0)


@pytest.mark.parametrize("type_", ["affine", "rotation"])
def test_inverse_of_a_matrix_that_could_not_be_read_is_tried_again(type_: str) -> None:
    matrix = [[0.0, -1, 0], [1, 0, 0]] if type_ == "affine" else [[0.0, -1], [1, 0]]
    transform: Any = Affine(path="turn") if type_ == "affine" else Rotation(path="turn")
    store = memory(_image(_to("turned", type=type_, path="turn")))
    graph = TransformGraph(store)
    for name, part in (("turned", transform), ("both", Sequence(transformations=[transform]))):
        graph.add("physical", name, part)
        edges = graph.edges
        assert edges[System("", "physical"), System("", name)] == (part, "", False)
        assert edges[System("", name), System("", "physical")] == (part, "", True)
    for _ in range(2):
        with pytest.raises(MissingNodeError):
            graph.get_transform("turned", "physical")
    assert graph.reachable("turned") == [System("", "physical"), System("", "both")]
    ZARR.create_array(store, name="turn", data=np.array(matrix))
    assert graph.get_transform("turned", "physical").transform_point([-2, 1]) == (1, 2)
    assert graph.get_transform("both", "physical").transform_point([-2, 1]) == (1, 2)
    assert graph.get_transform("physical", "turned").transform_point([1, 2]) == (-2, 1)


def test_inverses_are_read_from_the_group_of_their_transformation() -> None:
    both = Sequence(transformations=[Affine(path="turn"), Rotation(path="turned/back")])
    store = memory({})
    ZARR.create_array(store, name="a/turn", data=np.array([[0.0, -1, 0], [1, 0, 0]]))
    ZARR.create_array(store, name="a/turned/back", data=np.array([[0.0, 1], [-1, 0]]))
    graph = TransformGraph(store)
    graph.add("physical", "same", both, "a")
    assert {edge.holder for edge in graph.edges.values()} == {"a"}
    assert graph.get_transform("same", "physical").transform_point([1, 2]) == (1, 2)


def test_matrix_that_cannot_be_read_has_no_inverse() -> None:
    graph = TransformGraph()
    graph.add("physical", "turned", Affine(path="turn"))
    assert list(graph.edges) == [(System("", "physical"), System("", "turned"))]
    assert graph.reachable("turned") == []


@pytest.mark.parametrize(
    "transform",
    [
        Displacements(path="field"),
        Scale(scale=[0]),
        Sequence(transformations=[Affine(path="turn"), Displacements(path="field")]),
    ],
)
def test_only_matrices_have_an_inverse_that_is_looked_for(transform: Any) -> None:
    graph = TransformGraph(memory({}))
    graph.add("physical", "moved", transform)
    assert list(graph.edges) == [(System("", "physical"), System("", "moved"))]


def test_stored_matrices_that_do_not_fit_are_refused() -> None:
    store = memory(_image(_to("turned", type="affine", path="turn")))
    ZARR.create_array(store, name="turn", data=np.zeros((2, 3)))
    opened = open_ome_zarr(store)
    ZARR.create_array(store, name="turn", data=np.zeros((3, 3)), overwrite=True)
    with pytest.raises(ValidationError, match=r"expected 2 rows of 3 numbers, got 3 of 3"):
        opened.transform_graph().get_transform("physical", "turned")
    ZARR.create_array(store, name="turn", data=np.full((2, 3), np.nan), overwrite=True)
    with pytest.raises(ValidationError, match=r"turn zarr\.json affine\[0\]\[0\]: .* got NaN"):
        opened.transform_graph().get_transform("physical", "turned")


def test_fields_of_fields_are_not_read() -> None:
    """Fields of fields could refer to each other without end."""
    store = memory(_image(_to("moved", type="displacements", path="field")))
    _field(store)
    metadata = _to("more", type="displacements", path="deeper")
    held = documents_in(store)
    attributes: Any = held["field/zarr.json"]["attributes"]
    (whole,) = attributes["ome"]["multiscales"]
    (system,) = whole["coordinateSystems"]
    whole["coordinateSystems"].append({**system, "name": "more"})
    whole["coordinateTransformations"] = [metadata]
    counting = Counting(memory(held))
    validate(counting)
    assert "field/0/zarr.json" in counting.keys
    assert not [key for key in counting.keys if key.startswith(("field/deeper", "field/labels"))]
