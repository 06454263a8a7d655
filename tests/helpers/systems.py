"""Documents and hierarchies of 0.6, with coordinate systems and transformations of every type."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ome_zarr_models import validate

from .factories import (
    AXES,
    Loc,
    array_3,
    below,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    stored,
    well,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SYSTEMS = "coordinateSystems"
TRANSFORMS = "coordinateTransformations"
MULTISCALE = ("ome", "multiscales", 0)
#: The path of a field of displacements of the image.
FIELD = "parameters/displacements"

SCALE = {"type": "scale", "scale": [2, 0.5]}
TRANSLATION = {"type": "translation", "translation": [10, -5]}
#: A transformation of each type from the intrinsic system to another, by the other's name.
WAYS: dict[str, dict[str, Any]] = {
    "identity": {"type": "identity"},
    "scale": SCALE,
    "translation": TRANSLATION,
    "rotation": {"type": "rotation", "rotation": [[0, -1], [1, 0]]},
    "affine": {"type": "affine", "affine": [[1, 0.5, 10], [0, 1, 20]]},
    "rotation by path": {"type": "rotation", "path": "parameters/rotation"},
    "affine by path": {"type": "affine", "path": "parameters/affine"},
    "mapAxis": {"type": "mapAxis", "mapAxis": [1, 0]},
    "projectAxis": {"type": "projectAxis", "createdOutputs": [0]},
    "sequence": {"type": "sequence", "transformations": [SCALE, TRANSLATION]},
    "byDimension": {
        "type": "byDimension",
        "transformations": [
            {
                "inputAxes": [1],
                "outputAxes": [0],
                "transformation": {"type": "scale", "scale": [2]},
            },
            {"inputAxes": [0], "outputAxes": [1], "transformation": {"type": "identity"}},
        ],
    },
    "bijection": {
        "type": "bijection",
        "forward": {"type": "displacements", "path": "parameters/forward"},
        "inverse": {"type": "displacements", "path": "parameters/inverse"},
    },
    "displacements": {
        "type": "displacements",
        "path": "parameters/displacements",
        "interpolation": "linear",
    },
    "coordinates": {"type": "coordinates", "path": "parameters/coordinates"},
}


def system(name: str, axes: str = "yx") -> dict[str, Any]:
    """Return a coordinate system."""
    return {"name": name, "axes": [deepcopy(AXES[axis]) for axis in axes]}


def reference(name: str, path: str | None = None) -> dict[str, str]:
    """Return a reference to a coordinate system, of a group at a path if there is one."""
    return {"name": name} if path is None else {"path": path, "name": name}


def between(
    start: dict[str, str], end: dict[str, str], transform: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a transformation between two systems."""
    return {**deepcopy(dict(transform)), "input": start, "output": end}


def moved_image() -> dict[str, Any]:
    """Return an image with a transformation of each type."""
    document = image("yx", version="0.6")
    (of_image,) = document["multiscales"]
    systems = [system(name, "zyx" if name == "projectAxis" else "yx") for name in WAYS]
    of_image[SYSTEMS] += systems
    of_image[TRANSFORMS] = [
        between(reference("physical"), reference(name), transform)
        for name, transform in WAYS.items()
    ]
    return document


def image_of_cells() -> dict[str, Any]:
    """Return an image with a transformation to its label image."""
    document = image("yx", version="0.6")
    cells = reference("physical", "labels/cells")
    (of_image,) = document["multiscales"]
    of_image[TRANSFORMS] = [between(reference("physical"), cells, {"type": "identity"})]
    return document


def scene() -> dict[str, Any]:
    """Return a scene of two images in one world."""
    shift: dict[str, Any] = {**TRANSLATION, "name": "shift"}
    return {
        "scene": {
            SYSTEMS: [system("world")],
            TRANSFORMS: [
                between(reference("physical", "a"), reference("world"), shift),
                between(reference("physical", "b"), reference("world"), WAYS["affine"]),
            ],
        }
    }


def registration() -> dict[str, Any]:
    """Return a scene of two images, one of which is warped to the other."""
    ways = {
        name: {
            "type": "sequence",
            "transformations": [
                TRANSLATION,
                {"type": "displacements", "path": f"{TRANSFORMS}/{name}"},
            ],
        }
        for name in ("forward", "inverse")
    }
    ends = reference("physical", "a"), reference("physical", "b")
    return {"scene": {TRANSFORMS: [between(*ends, {"type": "bijection", **ways})]}}


MAKERS: dict[str, Callable[[], dict[str, Any]]] = {
    "image": moved_image,
    "image of cells": image_of_cells,
    "image label": lambda: image_label("yx", version="0.6"),
    "scene": scene,
    "registration": registration,
    "plate": lambda: plate(version="0.6"),
    "well": lambda: well(version="0.6"),
    "labels": lambda: {"labels": ["cells"]},
}


def document_of(what: str) -> dict[str, Any]:
    """Return attributes that are valid, in which no object is shared by two places."""
    document: dict[str, Any] = json.loads(json.dumps(stored(MAKERS[what](), "0.6")))
    return document


def transform_to(name: str) -> Loc:
    """Return the place of the transformation to a system of the image."""
    return (*MULTISCALE, TRANSFORMS, [*WAYS].index(name))


def placed(transform: Mapping[str, Any], path: str = "1") -> dict[str, Any]:
    """Return a transformation of a dataset."""
    return {**transform, "input": {"path": path}, "output": {"name": "physical"}}


_TYPES = {"displacements": "displacement", "coordinates": "coordinate"}
_LENGTHS = {"t": 1, "d": 2}


def shaped(axes: str, *shape: int) -> dict[str, Any]:
    """Return the document of an array of a shape."""
    grid = {"name": "regular", "configuration": {"chunk_shape": [*shape]}}
    return {**array_3(axes, dtype="<f4"), "shape": [*shape], "chunk_grid": grid}


def field(type_: str, axes: str = "dyx", level: str = "0") -> dict[str, Any]:
    """Return the documents of a field, whose vectors are of 2 numbers."""
    vectors = {"d": {"name": "d", "type": _TYPES[type_], "discrete": True}}
    systems = [{"name": "physical", "axes": [{**AXES, **vectors}[axis] for axis in axes]}]
    ones = {"type": "scale", "scale": [1 for _ in axes]}
    datasets = [{"path": level, TRANSFORMS: [placed(ones, level)]}]
    metadata = {**multiscale(version="0.6"), SYSTEMS: systems, "datasets": datasets}
    level_array = shaped(axes, *(_LENGTHS.get(axis, 8) for axis in axes))
    return {**group({"multiscales": [metadata]}, "0.6"), f"{level}/zarr.json": level_array}


def image_tree(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the documents of an image, without those of what it refers to."""
    return hierarchy(image("yx", version="0.6"), version="0.6") | group(metadata, "0.6")


def moved_tree() -> dict[str, Any]:
    """Return the documents of an image with a transformation of each type."""
    documents = image_tree(moved_image()) | below("parameters", group(None, "0.6"))
    documents |= below("labels", group({"labels": []}, "0.6"))
    for name in ("displacements", "forward", "inverse"):
        documents |= below(f"parameters/{name}", field("displacements"))
    documents |= below("parameters/coordinates", field("coordinates", level="levels/0"))
    documents |= below("parameters/coordinates/levels", group(None, "0.6"))
    documents["parameters/affine/zarr.json"] = shaped("yx", 2, 3)
    documents["parameters/rotation/zarr.json"] = shaped("yx", 2, 2)
    return documents


def cells_tree() -> dict[str, Any]:
    """Return the documents of an image with a label image."""
    labels = {"cells": image_label("yx", version="0.6")}
    plain = hierarchy(image("yx", version="0.6"), labels, version="0.6")
    return plain | group(image_of_cells(), "0.6")


def scene_tree(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the documents of a scene of two images."""
    documents = group(metadata, "0.6")
    for name in "ab":
        documents |= below(name, hierarchy(image("yx", version="0.6"), version="0.6"))
    return documents


def registration_tree() -> dict[str, Any]:
    """Return the documents of a scene with fields."""
    documents = scene_tree(registration()) | below(TRANSFORMS, group(None, "0.6"))
    for name in ("forward", "inverse"):
        documents |= below(f"{TRANSFORMS}/{name}", field("displacements"))
    return documents


TREES: dict[str, Callable[[], dict[str, Any]]] = {
    "image": moved_tree,
    "image of cells": cells_tree,
    "scene": lambda: scene_tree(scene()),
    "registration": registration_tree,
}


def tree_of(what: str) -> dict[str, Any]:
    """Return the documents of a valid hierarchy, in which no object is shared by two places."""
    documents: dict[str, Any] = json.loads(json.dumps(TREES[what]()))
    return documents


def in_root(loc: Loc) -> Loc:
    """Return the place in a hierarchy of a place in the attributes of its root."""
    return ("zarr.json", "attributes", *loc)


def scene_of(*transforms: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a scene with transformations between two systems."""
    ends = {"input": {"name": "start"}, "output": {"name": "end"}}
    scene = {
        SYSTEMS: [
            {"name": name, "axes": [{"name": axis, "type": "space"} for axis in "yx"]}
            for name in ("start", "end")
        ],
        TRANSFORMS: [{**transform, **ends} for transform in transforms],
    }
    return stored({"scene": scene}, "0.6")


def rotation_warnings(attributes: dict[str, Any]) -> list[str]:
    """Return the rules of rotations that warn of valid attributes."""
    report = validate(attributes)
    assert report.status == "valid", str(report)
    return [problem.rule for problem in report.problems if "rotation" in problem.rule]
