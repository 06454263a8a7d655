"""Each rule that is new in 0.6, broken in one place: what is said, and where."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from ome_zarr_models import (
    ValidationError,
    ValidationWarning,
    open_ome_zarr,
    structure,
    unstructure,
    validate,
)
from ome_zarr_models.v06 import ArraySpec, Image, ImageLabel
from ome_zarr_models.v06.axes import Axis
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem, CoordinateSystemIdentifier
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Identity,
    Scale,
    Sequence,
    Translation,
)
from ome_zarr_models.v06.image import ImageZarrAttrs
from ome_zarr_models.v06.multiscales import Dataset, Multiscale
from ome_zarr_models.v06.scene import Scene, SceneAttrs
from ome_zarr_models.v06.transform_graph import TransformGraph

from .documents import (
    ABSENT,
    AXES,
    Loc,
    array_3,
    below,
    broken,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    stored,
    well,
)
from .stores import memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SYSTEMS = "coordinateSystems"
TRANSFORMS = "coordinateTransformations"

MS = ("ome", "multiscales", 0)
INTRINSIC = (*MS, SYSTEMS, 0)
CT = (*MS, "datasets", 1, TRANSFORMS)
TOP = (*MS, TRANSFORMS)
SCENE = ("ome", "scene")
WORLD = (*SCENE, SYSTEMS, 0)
LINKS = (*SCENE, TRANSFORMS)

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
    """Return a scene of two images, of which one is warped to the other."""
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
    """Return attributes that are valid, of which no part is there twice as one object."""
    document: dict[str, Any] = json.loads(json.dumps(stored(MAKERS[what](), "0.6")))
    return document


def system_of(name: str) -> Loc:
    """Return the place of a system of the image."""
    return (*MS, SYSTEMS, 1 + [*WAYS].index(name))


def way_to(name: str) -> Loc:
    """Return the place of the transformation to a system of the image."""
    return (*TOP, [*WAYS].index(name))


def axes(*types: str) -> list[dict[str, Any]]:
    """Return axes of some types, with units; a name for each."""
    units = {"space": {"unit": "meter"}, "time": {"unit": "second"}}
    return [
        {"name": f"axis {i}", "type": type_, **units.get(type_, {})}
        for i, type_ in enumerate(types)
    ]


def placed(transform: Mapping[str, Any], path: str = "1") -> dict[str, Any]:
    """Return a transformation of a dataset."""
    return {**transform, "input": {"path": path}, "output": {"name": "physical"}}


# The system that the transformation `coordinates` leads to may have any number of axes.
FREE = (*system_of("coordinates"), "axes")
AXIS = (*INTRINSIC, "axes", 1)
ITEM = (*way_to("byDimension"), "transformations", 0)
LINK = (*LINKS, 0)

Row = tuple[str, Loc, Any, str, Loc | None]

# (the document, where, what is there instead, the rule, where that is said if elsewhere)
SYSTEM_ERRORS: list[Row] = [
    ("image", (*INTRINSIC, "axes", 1, "name"), "", "axes.name-nonempty", None),
    ("image", (*AXIS, "discrete"), 1, "axes.discrete-bool", None),
    ("image", (*AXIS, "discrete"), "no", "axes.discrete-bool", None),
    ("image", (*AXIS, "longName"), 3, "axes.longname-string", None),
    ("image", (*system_of("scale"), "name"), ABSENT, "cs.name", None),
    ("image", (*system_of("scale"), "axes"), ABSENT, "cs.axes", None),
    ("image", (*system_of("scale"), "axes"), "yx", "cs.axes", None),
    ("image", (*system_of("scale"), "axes", 0), "y", "cs.axes", None),
    ("image", (*MS, SYSTEMS), ABSENT, "ms.cs", None),
    ("image", (*MS, SYSTEMS), {}, "ms.cs", None),
    ("image", (*MS, SYSTEMS), [], "ms.cs", None),
    ("image of cells", (*MS, SYSTEMS), [], "ms.cs", None),
    ("image", (*MS, SYSTEMS, 1), "identity", "ms.cs", None),
    ("image", FREE, axes("time", "space"), "ms.axes-space", None),
    ("image", FREE, axes(*["space"] * 4), "ms.axes-space", None),
    ("image", FREE, axes("time", "time", "space", "space"), "ms.axes-time", None),
    ("image", FREE, axes("channel", "array", "space", "space"), "ms.axes-channel", None),
    ("image", FREE, axes("space", "time", "space"), "ms.axes-order", None),
    ("image", FREE, axes("channel", "time", "space", "space"), "ms.axes-order", None),
    ("image", (*FREE, 0, "name"), "x", "axes.name-unique", FREE),
    ("scene", (*SCENE, SYSTEMS), {}, "scene.cs", None),
    ("scene", (*SCENE, SYSTEMS), "world", "scene.cs", None),
    ("scene", WORLD, "world", "scene.cs", None),
    ("scene", (*WORLD, "name"), ABSENT, "cs.name", None),
    ("scene", (*WORLD, "axes"), None, "cs.axes", None),
    ("scene", (*WORLD, "axes", 0, "name"), "x", "axes.name-unique", (*WORLD, "axes")),
    ("scene", (*SCENE, SYSTEMS), [system("world")] * 2, "cs.name-unique", None),
    (
        "scene",
        (*SCENE, SYSTEMS),
        [system("world"), system("")],
        "cs.name-nonempty",
        (*SCENE, SYSTEMS, 1, "name"),
    ),
]

DATASET_ERRORS: list[Row] = [
    ("image", CT, [], "ms6.ct-single", None),
    ("image", CT, [placed(SCALE), placed(SCALE)], "ms6.ct-single", None),
    ("image", CT, [placed(TRANSLATION)], "ms6.ct-form", (*CT, 0, "type")),
    ("image", CT, [placed(WAYS["affine"])], "ms6.ct-form", (*CT, 0, "type")),
    (
        "image",
        (*CT, 0, "transformations"),
        [TRANSLATION, SCALE],
        "ms6.ct-form",
        (*CT, 0, "type"),
    ),
    ("image", (*CT, 0, "transformations"), [SCALE], "ms6.ct-form", (*CT, 0, "type")),
    ("image", (*CT, 0, "transformations"), [], "t6.sequence-nonempty", None),
    ("image", (*CT, 0, "input"), ABSENT, "t6.input-output", None),
    ("image", (*CT, 0, "input", "path"), "0", "ms6.ct-input-path", None),
    ("image", (*CT, 0, "input"), {}, "t6.io-object", None),
    ("image", (*CT, 0, "input"), "1", "t6.io-object", None),
    ("image", (*CT, 0, "input", "path"), 1, "t6.io-object", None),
    ("image", (*CT, 0, "input", "name"), "pixels", "ms6.ct-input-noname", None),
    ("image", (*CT, 0, "output", "name"), "world", "ms6.ct-output-name", None),
    ("image", (*CT, 0, "output"), {}, "t6.io-object", None),
    ("image", (*CT, 0, "output", "name"), "scale", "ms6.ct-output-same", None),
    ("image", (*CT, 0, "output", "path"), "1", "ms6.ct-output-nopath", None),
    (
        "image",
        CT,
        [placed({"type": "scale", "scale": [2, 2, 2]})],
        "ms6.ct-length",
        (*CT, 0, "scale"),
    ),
]

# Where there is one system alone, most is seen at a glance.
PLAIN_ERRORS: list[Row] = [
    (
        "image label",
        (*INTRINSIC, "axes", 0),
        AXES["t"],
        "ms.axes-space",
        (*INTRINSIC, "axes"),
    ),
    ("image label", (*INTRINSIC, "axes", 0, "name"), "x", "axes.name-unique", (*INTRINSIC, "axes")),
    ("image label", (*CT, 0, "output", "name"), "world", "ms6.ct-output-name", None),
    ("image label", (*CT, 0, "input", "path"), "0", "ms6.ct-input-path", None),
    (
        "image label",
        (*CT, 0, "transformations", 0, "scale"),
        [0.1, 0.1],
        "ms.ds-order",
        (*MS, "datasets", 1),
    ),
    ("image label", CT, [placed(TRANSLATION)], "ms6.ct-form", (*CT, 0, "type")),
    (
        "image label",
        CT,
        [placed({"type": "scale", "scale": [2, 2, 2]})],
        "ms6.ct-length",
        (*CT, 0, "scale"),
    ),
]

WHOLE_ERRORS: list[Row] = [
    ("image", (*way_to("scale"), "input"), ABSENT, "t6.input-output", None),
    ("image", (*way_to("scale"), "output"), ABSENT, "t6.input-output", None),
    ("image", (*way_to("scale"), "input"), "physical", "t6.io-object", None),
    ("image", (*way_to("scale"), "input"), {}, "t6.io-object", None),
    ("image", (*way_to("scale"), "output", "name"), 1, "t6.io-object", None),
    ("image", (*way_to("scale"), "output", "path"), ["1"], "t6.io-object", None),
    ("image", (*way_to("scale"), "name"), 1, "t6.name-unique", None),
    ("image", (*way_to("scale"), "type"), ABSENT, "t6.type", None),
    ("image", (*way_to("scale"), "type"), "shear", "t6.type", None),
    ("image", (*way_to("scale"), "type"), 3, "t6.type", None),
    (
        "image",
        (*way_to("scale"), "input", "name"),
        "affine",
        "ms6.top-intrinsic",
        way_to("scale"),
    ),
    ("image", (*way_to("scale"), "input", "name"), "scale", "ms6.top-intrinsic", way_to("scale")),
    ("image", (*way_to("scale"), "output", "name"), "world", "ms6.top-other-known", None),
    ("image of cells", (*TOP, 0, "output", "path"), "cells", "ms6.top-other-known", None),
    ("image of cells", (*TOP, 0, "output", "path"), "0", "ms6.top-other-known", None),
    ("image of cells", (*TOP, 0, "output", "name"), ABSENT, "ms6.top-other-label", None),
    ("image of cells", (*TOP, 0, "output", "path"), "labels/../0", "ms6.top-other-known", None),
    (
        "image of cells",
        (*TOP, 0),
        between(reference("physical"), reference("physical", "labels/cells"), WAYS["mapAxis"]),
        "ms6.top-label-types",
        (*TOP, 0, "type"),
    ),
    (
        "image of cells",
        (*TOP, 0),
        between(
            reference("physical", "labels/cells"),
            reference("physical"),
            {"type": "sequence", "transformations": [TRANSLATION, SCALE]},
        ),
        "ms6.top-label-types",
        (*TOP, 0, "type"),
    ),
]

TYPE_ERRORS: list[Row] = [
    # What has another number of axes than what it is between.
    ("image", (*way_to("scale"), "scale"), [1, 2, 3], "t6.scale-length", None),
    ("image", (*way_to("translation"), "translation"), [1], "t6.translation-length", None),
    ("image", (*way_to("mapAxis"), "mapAxis"), [2, 1, 0], "t6.mapaxis-length", None),
    (
        "image",
        (*way_to("rotation"), "rotation"),
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "t6.rotation-dims",
        None,
    ),
    (
        "image",
        (*system_of("rotation by path"), "axes"),
        system("", "zyx")["axes"],
        "t6.rotation-dims",
        way_to("rotation by path"),
    ),
    (
        "image",
        (*system_of("scale"), "axes"),
        system("", "zyx")["axes"],
        "t6.scale-length",
        (*way_to("scale"), "scale"),
    ),
    ("image", (*way_to("affine"), "affine"), [[1, 0], [0, 1]], "t6.affine-shape", None),
    ("image", (*way_to("affine"), "affine"), [[1, 0, 0]] * 3, "t6.affine-shape", None),
    (
        "image",
        (*system_of("displacements"), "axes"),
        system("", "zyx")["axes"],
        "t6.field-dispm-eq-n",
        way_to("displacements"),
    ),
    (
        "image",
        (*system_of("bijection"), "axes"),
        system("", "zyx")["axes"],
        "t6.bijection-dims",
        way_to("bijection"),
    ),
    (
        "image",
        (*system_of("identity"), "axes"),
        system("", "zyx")["axes"],
        "t6.dims-compatible",
        way_to("identity"),
    ),
    (
        "image",
        (*system_of("projectAxis"), "axes"),
        system("", "yx")["axes"],
        "t6.dims-compatible",
        way_to("projectAxis"),
    ),
    ("image", (*way_to("projectAxis"), "createdOutputs"), [3], "t6.dims-compatible", None),
    (
        "image",
        (*way_to("projectAxis"), "droppedInputs"),
        [1],
        "t6.dims-compatible",
        way_to("projectAxis"),
    ),
    (
        "image",
        (*way_to("sequence"), "transformations", 1, "translation"),
        [1, 2, 3],
        "t6.translation-length",
        None,
    ),
    # What is wrong by itself.
    ("image", (*way_to("scale"), "scale"), ABSENT, "t6.scale-length", None),
    ("image", (*way_to("scale"), "scale", 1), "2", "t6.scale-length", None),
    ("image", (*way_to("translation"), "translation"), 5, "t6.translation-length", None),
    ("image", (*way_to("translation"), "translation"), ABSENT, "t6.translation-length", None),
    ("image", (*way_to("mapAxis"), "mapAxis"), ABSENT, "t6.mapaxis-field", None),
    ("image", (*way_to("mapAxis"), "mapAxis"), {"0": 1}, "t6.mapaxis-field", None),
    ("image", (*way_to("mapAxis"), "mapAxis", 1), 0.0, "t6.mapaxis-field", None),
    (
        "image",
        (*way_to("mapAxis"), "mapAxis", 1),
        2,
        "t6.mapaxis-range",
        (*way_to("mapAxis"), "mapAxis"),
    ),
    (
        "image",
        (*way_to("mapAxis"), "mapAxis", 1),
        -1,
        "t6.mapaxis-range",
        (*way_to("mapAxis"), "mapAxis"),
    ),
    (
        "image",
        (*way_to("mapAxis"), "mapAxis", 0),
        0,
        "t6.mapaxis-perm",
        (*way_to("mapAxis"), "mapAxis"),
    ),
    ("image", (*way_to("projectAxis"), "createdOutputs"), 0, "t6.project-created-unique", None),
    (
        "image",
        (*way_to("projectAxis"), "createdOutputs", 0),
        "z",
        "t6.project-created-unique",
        None,
    ),
    (
        "image",
        (*way_to("projectAxis"), "createdOutputs"),
        [0, 0],
        "t6.project-created-unique",
        None,
    ),
    ("image", (*way_to("projectAxis"), "droppedInputs"), {}, "t6.project-dropped-unique", None),
    ("image", (*way_to("affine"), "affine"), ABSENT, "t6.affine-2d", way_to("affine")),
    ("image", (*way_to("affine"), "path"), "affine", "t6.affine-2d", way_to("affine")),
    ("image", (*way_to("affine"), "affine", 1), 0, "t6.affine-2d", None),
    ("image", (*way_to("affine"), "affine", 1, 1), None, "t6.affine-2d", None),
    ("image", (*way_to("affine by path"), "path"), 1, "t6.affine-2d", None),
    (
        "image",
        (*way_to("affine"), "affine", 1),
        [0, 1],
        "t6.affine-shape",
        (*way_to("affine"), "affine"),
    ),
    ("image", (*way_to("affine"), "affine"), [], "t6.affine-shape", None),
    ("image", (*way_to("rotation"), "rotation"), ABSENT, "t6.rotation-2d", way_to("rotation")),
    ("image", (*way_to("rotation"), "path"), "rotation", "t6.rotation-2d", way_to("rotation")),
    ("image", (*way_to("rotation"), "rotation"), "90", "t6.rotation-2d", None),
    (
        "image",
        (*way_to("rotation"), "rotation"),
        [[0, -1, 0], [1, 0, 0]],
        "t6.rotation-shape",
        None,
    ),
    (
        "image",
        (*way_to("rotation"), "rotation", 1),
        [1],
        "t6.rotation-shape",
        (*way_to("rotation"), "rotation"),
    ),
    ("image", (*way_to("rotation"), "rotation"), [[0, 1], [1, 0]], "t6.rotation-orthonormal", None),
    ("image", (*way_to("rotation"), "rotation"), [[2, 0], [0, 2]], "t6.rotation-orthonormal", None),
    ("image", (*way_to("rotation"), "rotation"), [[0, 0], [0, 0]], "t6.rotation-orthonormal", None),
    ("image", (*way_to("sequence"), "transformations"), ABSENT, "t6.sequence-nonempty", None),
    ("image", (*way_to("sequence"), "transformations"), [], "t6.sequence-nonempty", None),
    ("image", (*way_to("sequence"), "transformations", 0), "scale", "t6.sequence-nonempty", None),
    ("image", (*way_to("bijection"), "forward"), ABSENT, "t6.bijection-both", None),
    ("image", (*way_to("bijection"), "inverse"), ABSENT, "t6.bijection-both", None),
    ("image", (*way_to("bijection"), "inverse"), [], "t6.bijection-both", None),
    ("image", (*way_to("bijection"), "inverse", "type"), "none", "t6.type", None),
    (
        "image",
        (*way_to("bijection"), "forward"),
        {"type": "affine", "affine": [[1, 0, 0, 0]] * 3},
        "t6.bijection-inner-dims",
        (*way_to("bijection"), "forward", "affine"),
    ),
    ("image", (*way_to("displacements"), "path"), ABSENT, "t6.field-grid", None),
    ("image", (*way_to("coordinates"), "path"), 3, "t6.field-grid", None),
    ("image", (*way_to("byDimension"), "transformations"), ABSENT, "t6.bydim-items", None),
    ("image", (*way_to("byDimension"), "transformations"), {}, "t6.bydim-items", None),
    ("image", (*ITEM, "transformation"), ABSENT, "t6.bydim-items", None),
    ("image", ITEM, "y", "t6.bydim-items", None),
    ("image", (*ITEM, "inputAxes"), ABSENT, "t6.bydim-items", None),
    ("image", (*ITEM, "inputAxes"), "y", "t6.bydim-int", None),
    ("image", (*ITEM, "inputAxes", 0), "y", "t6.bydim-int", None),
    ("image", (*ITEM, "inputAxes"), [2], "t6.bydim-int", None),
    (
        "image",
        (*ITEM, "outputAxes"),
        [1],
        "t6.bydim-cover",
        (*way_to("byDimension"), "transformations"),
    ),
    (
        "image",
        (*way_to("byDimension"), "transformations", 1),
        ABSENT,
        "t6.bydim-cover",
        (*way_to("byDimension"), "transformations"),
    ),
    ("image", (*ITEM, "transformation", "scale"), [1, 2], "t6.bydim-length", None),
    ("image", (*ITEM, "inputAxes"), [0, 1], "t6.bydim-length", (*ITEM, "transformation", "scale")),
]

SCENE_ERRORS: list[Row] = [
    ("scene", SCENE, [], "scene.ct", None),
    ("scene", LINKS, ABSENT, "scene.ct", None),
    ("scene", LINKS, {}, "scene.ct", None),
    ("scene", LINK, "shift", "scene.ct", None),
    ("scene", (*LINK, "input"), "a", "scene.io-object", None),
    ("scene", (*LINK, "input"), {}, "scene.io-object", None),
    ("scene", (*LINK, "output", "name"), 1, "scene.io-object", None),
    ("scene", (*LINK, "input"), ABSENT, "t6.input-output", None),
    ("scene", (*LINK, "input", "name"), ABSENT, "scene.io-name", None),
    ("scene", (*LINK, "output"), {"path": "b"}, "scene.io-name", (*LINK, "output", "name")),
    ("scene", (*LINK, "output", "name"), "word", "scene.io-known", None),
    ("scene", (*LINK, "input", "path"), ABSENT, "scene.io-known", (*LINK, "input", "name")),
    (
        "registration",
        (*LINK, "input"),
        {"name": "world"},
        "scene.io-known",
        (*LINK, "input", "name"),
    ),
    ("scene", (*LINK, "translation"), [1, 2, 3], "t6.translation-length", None),
    (
        "scene",
        LINK,
        between(
            reference("physical", "a"),
            reference("world"),
            {"type": "projectAxis", "createdOutputs": [0, 0]},
        ),
        "t6.project-created-unique",
        (*LINK, "createdOutputs"),
    ),
    (
        "scene",
        LINK,
        between(
            reference("physical", "a"),
            reference("world"),
            {"type": "projectAxis", "droppedInputs": [1, 1]},
        ),
        "t6.project-dropped-unique",
        (*LINK, "droppedInputs"),
    ),
    ("registration", (*LINK, "forward"), ABSENT, "t6.bijection-both", None),
    (
        "registration",
        (*LINK, "forward", "transformations", 0, "translation"),
        [1, 2, 3],
        "t6.bijection-inner-dims",
        (*LINK, "inverse", "transformations", 0, "translation"),
    ),
]

OTHER_ERRORS: list[Row] = [
    ("well", ("ome", "well", "images", 0, "path"), "a b", "well.path-chars", None),
    ("well", ("ome", "well", "images", 0, "path"), "..", "well.path-dots", None),
    ("well", ("ome", "well", "images", 0, "path"), "__0", "well.path-reserved", None),
    (
        "well",
        ("ome", "well", "images", 0, "path"),
        "1",
        "well.path-unique",
        ("ome", "well", "images"),
    ),
    ("image", ("ome",), "0.6", "meta.ome-object", None),
    ("image", ("ome",), [], "meta.ome-object", None),
    ("image", ("ome",), None, "meta.ome-object", None),
    ("image", ("ome", "version"), 0.6, "meta.version-value", None),
]

ERRORS = [
    *SYSTEM_ERRORS,
    *DATASET_ERRORS,
    *PLAIN_ERRORS,
    *WHOLE_ERRORS,
    *TYPE_ERRORS,
    *SCENE_ERRORS,
    *OTHER_ERRORS,
]

_SQRT = 0.7071
WARNINGS: list[Row] = [
    ("scene", (*WORLD, "axes", 0, "type"), "angle", "axes.type-known", None),
    ("image", FREE, [AXES[axis] for axis in "xyz"], "ms.axes-zyx", None),
    ("image", (*way_to("scale"), "scale", 1), 0, "t6.scale-nonzero", (*way_to("scale"), "scale")),
    (
        "image",
        (*way_to("rotation"), "rotation"),
        [[_SQRT, -_SQRT], [_SQRT, _SQRT]],
        "t6.rotation-orthonormal",
        None,
    ),
    ("image", (*way_to("bijection"), "forward"), WAYS["rotation"], "t6.bijection-not-closed", None),
    (
        "image",
        (*way_to("bijection"), "inverse"),
        {"type": "identity"},
        "t6.bijection-not-closed",
        None,
    ),
    ("scene", (*LINKS, 1, "name"), "shift", "t6.name-unique", LINKS),
    ("scene", LINKS, [], "schema6.top-ct-nonempty", None),
    ("image of cells", TOP, [], "schema6.top-ct-nonempty", None),
    (
        "image",
        (*way_to("scale"), "scale", 1),
        -2,
        "schema6.scale-positive",
        (*way_to("scale"), "scale"),
    ),
    ("image", (*way_to("displacements"), "interpolation"), "sinc", "schema6.interpolation", None),
    ("image", (*way_to("displacements"), "interpolation"), 3, "schema6.interpolation", None),
    (
        "scene",
        LINK,
        between(
            reference("physical", "a"),
            reference("world"),
            {"type": "projectAxis", "droppedInputs": []},
        ),
        "schema6.project-bounds",
        (*LINK, "droppedInputs"),
    ),
    (
        "image",
        (*ITEM, "transformation"),
        {"type": "mapAxis", "mapAxis": [0]},
        "schema6.mapaxis-2to5",
        (*ITEM, "transformation", "mapAxis"),
    ),
    (
        "image",
        (*ITEM, "transformation"),
        {"type": "rotation", "rotation": [[1]]},
        "schema6.rotation-2to5",
        (*ITEM, "transformation", "rotation"),
    ),
    (
        "scene",
        LINK,
        between(reference("physical", "a"), reference("world"), {"type": "projectAxis"}),
        "schema6.project-bounds",
        None,
    ),
]

#: What breaks several rules: (the document, where, what is there instead, the rules).
SEVERAL: list[tuple[str, Loc, Any, list[str]]] = [
    (
        "image label",
        (*MS, "datasets"),
        [
            {"path": str(i), TRANSFORMS: [placed({"type": "scale", "scale": scale}, str(i))]}
            for i, scale in enumerate([[-2, -2], [-1, -1]])
        ],
        ["ms.ds-order", "schema6.scale-positive"],
    ),
    ("image", FREE, axes("space"), ["ms.axes-count", "ms.axes-space"]),
    ("image", FREE, [], ["ms.axes-count", "ms.axes-space"]),
    (
        "image",
        FREE,
        axes("time", "channel", *["space"] * 4),
        ["ms.axes-count", "ms.axes-space"],
    ),
    (
        "image",
        (*system_of("scale"), "name"),
        "",
        ["cs.name-nonempty", "ms6.top-other-known"],
    ),
    ("image", (*CT, 0, "input"), {"name": "1"}, ["ms6.ct-input-noname", "ms6.ct-input-path"]),
    ("image", (*CT, 0, "output"), {"path": "1"}, ["ms6.ct-output-name", "ms6.ct-output-nopath"]),
    (
        "image",
        (*CT, 0, "transformations", 1, "translation"),
        [5],
        ["ms6.ct-length", "t6.translation-length"],
    ),
    ("image", (*ITEM, "outputAxes"), [2], ["t6.bydim-cover", "t6.bydim-int"]),
    ("image", (*ITEM, "inputAxes"), [-1], ["t6.bydim-int"]),
    (
        "image",
        (*way_to("projectAxis"), "createdOutputs"),
        [-1],
        ["schema6.project-bounds", "t6.dims-compatible"],
    ),
    (
        "image",
        (*system_of("sequence"), "name"),
        "scale",
        ["cs.name-unique", "ms6.top-other-known"],
    ),
]

_COLOR = ("ome", "image-label", "colors", 0)

# (what may be, the document, where, what is there instead, the rules that warn of it)
ALLOWED: list[tuple[str, str, Loc, Any, set[str]]] = [
    ("ms.axes-time", "image", FREE, axes("time", "space", "space"), set()),
    ("ms.axes-channel", "image", FREE, axes("channel", "space", "space"), set()),
    ("may.custom-axis", "image", FREE, axes("angle", "space", "space"), {"axes.type-known"}),
    ("may.custom-axis", "image", FREE, [{"name": "a"}, *axes("space", "space")], {"axes.type"}),
    (
        "may.null-axis-type",
        "image",
        FREE,
        [{"name": "a", "type": None}, *axes("space", "space")],
        {"schema.axis-unit-string"},
    ),
    ("may.unknown-unit", "image", (*AXIS, "unit"), "pixel", {"axes.unit-known"}),
    ("may.extra-keys", "image", (*way_to("affine"), "note"), {"by": "hand"}, set()),
    ("may.extra-keys", "image", (*way_to("scale"), "input", "note"), 1, set()),
    ("may.extra-keys", "image", (*INTRINSIC, "note"), None, set()),
    ("may.extra-keys", "image", (*AXIS, "note"), [], set()),
    ("may.extra-keys", "image", (*ITEM, "note"), [], set()),
    ("may.extra-keys", "scene", (*SCENE, "note"), "", set()),
    ("may.extra-keys", "scene", ("more",), {}, set()),
    ("may.no-optional", "image", (*MS, "name"), ABSENT, {"ms.name"}),
    ("may.no-optional", "image", (*MS, "type"), ABSENT, {"ms.type"}),
    ("may.no-optional", "image", (*MS, "metadata"), ABSENT, {"ms.metadata"}),
    ("may.no-optional", "scene", (*SCENE, SYSTEMS, 0, "axes", 0, "type"), ABSENT, {"axes.type"}),
    ("may.rgba-absent", "image label", (*_COLOR, "rgba"), ABSENT, set()),
    ("may.color-extra", "image label", (*_COLOR, "note"), "red", set()),
    ("may.label-values-differ", "image label", (*_COLOR, "label-value"), 7, set()),
    ("may.labels-empty", "labels", ("ome", "labels"), [], set()),
    (
        "may.anisotropic-order",
        "image",
        (*CT, 0, "transformations", 0, "scale"),
        [0.25, 1],
        set(),
    ),
    ("may.xyz-order", "image", FREE, [AXES[axis] for axis in "xyz"], {"ms.axes-zyx"}),
    (
        "may.nested-path",
        "image",
        (*MS, "datasets", 1),
        {"path": "a/b/1", TRANSFORMS: [placed(SCALE, "a/b/1")]},
        set(),
    ),
    (
        "may.relative-plate-time",
        "plate",
        ("ome", "plate", "acquisitions", 0, "starttime"),
        -1,
        {"schema.acq-time-nonneg"},
    ),
    ("may.sparse-wells", "plate", ("ome", "plate", "wells", 1), ABSENT, set()),
    (
        "may6.negative-scale",
        "image",
        (*way_to("scale"), "scale"),
        [-1, 1],
        {"schema6.scale-positive"},
    ),
    ("may6.ct-path-null", "image", (*way_to("scale"), "input", "path"), None, set()),
    ("may6.ct-path-null", "image", (*way_to("scale"), "output", "path"), None, set()),
    ("may6.ct-path-null", "scene", (*LINK, "output", "path"), None, set()),
    (
        "may6.ndim-change",
        "image",
        FREE,
        [AXES[axis] for axis in "tczyx"],
        set(),
    ),
    ("may6.bspline", "image", (*way_to("displacements"), "interpolation"), "bspline-cubic", set()),
    (
        "may6.label-ref-input",
        "image of cells",
        (*TOP, 0),
        between(reference("physical", "labels/cells"), reference("physical"), SCALE),
        set(),
    ),
    (
        "labels.parent-trafo-types",
        "image of cells",
        (*TOP, 0),
        between(reference("physical"), reference("physical", "labels/cells"), WAYS["sequence"]),
        set(),
    ),
    (
        "may6.affine-path",
        "image",
        way_to("affine"),
        between(reference("physical"), reference("affine"), WAYS["affine by path"]),
        set(),
    ),
    (
        "may6.affine-nonsquare",
        "image",
        way_to("projectAxis"),
        between(
            reference("physical"),
            reference("projectAxis"),
            {"type": "affine", "affine": [[0, 0, 5], [1, 0, 0], [0, 1, 0]]},
        ),
        set(),
    ),
]


# What a hierarchy has, and documents alone do not tell.

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

ROOT = "zarr.json"
FIELD = "parameters/displacements"
IN_FIELD = (*INTRINSIC, "axes")
IN_ZARR = ("attributes",)


def root(loc: Loc) -> Loc:
    """Return a place in the attributes of the root."""
    return (ROOT, *IN_ZARR, *loc)


def of_field(loc: Loc, name: str = FIELD) -> Loc:
    """Return a place in the attributes of a field."""
    return (f"{name}/zarr.json", *IN_ZARR, *loc)


Change = tuple[Loc, Any]


def other_field(axes: str) -> list[Change]:
    """Return the changes to a field of other axes."""
    documents = field("displacements", axes)
    return [((f"{FIELD}/{name}",), document) for name, document in documents.items()]


# (the hierarchy, what is changed: where and to what, the rule, the node, the place in it)
TREE_ERRORS: list[tuple[str, list[Change], str, str, Loc]] = [
    (
        "image",
        [(("1/zarr.json", "data_type"), "float32")],
        "ms.ds-same-dtype",
        "1",
        ("data_type",),
    ),
    (
        "image",
        [
            (("0/zarr.json",), shaped("zyx", 4, 64, 64)),
            (("1/zarr.json",), shaped("zyx", 4, 32, 32)),
        ],
        "ms.axes-ndim",
        "",
        (*IN_ZARR, *INTRINSIC, "axes"),
    ),
    (
        "image",
        [(root(way_to("scale")), ABSENT)],
        "t6.graph-connected",
        "",
        (*IN_ZARR, *system_of("scale")),
    ),
    (
        "image of cells",
        [(root((*MS, SYSTEMS, 1)), system("world"))],
        "t6.graph-connected",
        "",
        (*IN_ZARR, *MS, SYSTEMS, 1),
    ),
    (
        "image of cells",
        [(root((*TOP, 0, "output", "name")), "world")],
        "ms6.top-other-label",
        "",
        (*IN_ZARR, *TOP, 0, "output", "name"),
    ),
    (
        "image of cells",
        [(root((*TOP, 0, "output", "name")), ABSENT)],
        "ms6.top-other-label",
        "",
        (*IN_ZARR, *TOP, 0, "output", "name"),
    ),
    (
        "image of cells",
        [(root((*TOP, 0, "output", "path")), "labels/nuclei")],
        "ms6.top-other-label",
        "",
        (*IN_ZARR, *TOP, 0, "output", "path"),
    ),
    (
        "image of cells",
        [(root((*TOP, 0, "output", "path")), "labels/cells/0")],
        "ms6.top-other-label",
        "",
        (*IN_ZARR, *TOP, 0, "output", "path"),
    ),
    (
        "image",
        [(("parameters/affine/zarr.json",), shaped("yx", 2, 2))],
        "t6.affine-path-shape",
        "parameters/affine",
        ("shape",),
    ),
    (
        "image",
        [(("parameters/affine/zarr.json",), shaped("x", 6))],
        "t6.affine-path-shape",
        "parameters/affine",
        ("shape",),
    ),
    (
        "image",
        [(("parameters/affine/zarr.json",), ABSENT)],
        "t6.affine-path-shape",
        "",
        (*IN_ZARR, *way_to("affine by path"), "path"),
    ),
    (
        "image",
        [(("parameters/affine/zarr.json",), group(None, "0.6")["zarr.json"])],
        "t6.affine-path-shape",
        "",
        (*IN_ZARR, *way_to("affine by path"), "path"),
    ),
    (
        "image",
        [(("parameters/rotation/zarr.json",), shaped("yx", 2, 3))],
        "t6.rotation-path-shape",
        "parameters/rotation",
        ("shape",),
    ),
    (
        "image",
        [(("parameters/rotation/zarr.json",), shaped("yx", 3, 3))],
        "t6.rotation-path-shape",
        "parameters/rotation",
        ("shape",),
    ),
    (
        "image",
        [(root((*way_to("displacements"), "path")), "parameters/none")],
        "t6.field-grid",
        "",
        (*IN_ZARR, *way_to("displacements"), "path"),
    ),
    (
        "image",
        [(root((*way_to("displacements"), "path")), "parameters")],
        "t6.field-grid",
        "",
        (*IN_ZARR, *way_to("displacements"), "path"),
    ),
    (
        "image",
        other_field("tdyx"),
        "t6.field-dims",
        f"{FIELD}/0",
        ("shape",),
    ),
    (
        "image",
        [((f"{FIELD}/0/zarr.json",), shaped("dyx", 3, 8, 8))],
        "t6.field-vector-length",
        f"{FIELD}/0",
        ("shape",),
    ),
    (
        "image",
        [(("parameters/coordinates/levels/0/zarr.json",), shaped("dyx", 3, 8, 8))],
        "t6.field-vector-length",
        "parameters/coordinates/levels/0",
        ("shape",),
    ),
    (
        "image",
        [(of_field((*IN_FIELD, 0, "type")), "coordinate")],
        "t6.field-axis-type",
        FIELD,
        (*IN_ZARR, *IN_FIELD),
    ),
    (
        "image",
        [(of_field((*IN_FIELD, 0, "discrete")), False)],
        "t6.field-axis-discrete",
        FIELD,
        (*IN_ZARR, *IN_FIELD, 0, "discrete"),
    ),
    (
        "image",
        [(of_field((*IN_FIELD, 0, "discrete")), ABSENT)],
        "t6.field-axis-discrete",
        FIELD,
        (*IN_ZARR, *IN_FIELD, 0, "discrete"),
    ),
    (
        "registration",
        [(of_field((*IN_FIELD, 0, "discrete"), f"{TRANSFORMS}/inverse"), False)],
        "t6.field-axis-discrete",
        f"{TRANSFORMS}/inverse",
        (*IN_ZARR, *IN_FIELD, 0, "discrete"),
    ),
    (
        "registration",
        [(root((*LINK, "forward", "transformations", 1, "path")), f"{TRANSFORMS}/none")],
        "t6.field-grid",
        "",
        (*IN_ZARR, *LINK, "forward", "transformations", 1, "path"),
    ),
    (
        "scene",
        [(root((*LINK, "input", "path")), "c")],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "path"),
    ),
    (
        "scene",
        [(root((*LINK, "input", "path")), "../a")],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "path"),
    ),
    (
        "scene",
        [(("a/zarr.json", *IN_ZARR), {})],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "path"),
    ),
    (
        "scene",
        [(root((*LINK, "input", "path")), "a/0")],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "path"),
    ),
    (
        "scene",
        [(root((*LINK, "input", "name")), "world")],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "name"),
    ),
    (
        "scene",
        [(root((*SCENE, SYSTEMS, 1)), system("alone"))],
        "t6.graph-connected",
        "",
        (*IN_ZARR, *SCENE, SYSTEMS, 1),
    ),
    (
        "scene",
        [(("a/zarr.json", *IN_ZARR), stored(image("yx", version="0.5"), "0.5"))],
        "meta.version-consistent",
        "a",
        (*IN_ZARR, "ome", "version"),
    ),
    (
        "image of cells",
        [
            (("labels/cells/zarr.json", *IN_ZARR, "ome", "version"), "0.5"),
            (root(TOP), ABSENT),
        ],
        "meta.version-consistent",
        "labels/cells",
        (*IN_ZARR, "ome", "version"),
    ),
    (
        "image of cells",
        [(("labels/cells/zarr.json", *IN_ZARR, "ome", "version"), ABSENT)],
        "meta.version",
        "labels/cells",
        (*IN_ZARR, "ome", "version"),
    ),
    (
        "scene",
        [(("a/zarr.json", *IN_ZARR, "ome"), ABSENT)],
        "scene.io-path",
        "",
        (*IN_ZARR, *LINK, "input", "path"),
    ),
]

TREE_WARNINGS: list[tuple[str, list[Change], str, str, Loc]] = [
    (
        "registration",
        [
            (root((*LINK, "forward", "transformations", 1, "path")), "fields/forward"),
            *(
                ((f"fields/{name}",), document)
                for name, document in below("forward", field("displacements")).items()
            ),
            (("fields/zarr.json",), group(None, "0.6")["zarr.json"]),
        ],
        "scene.param-group",
        "",
        (*IN_ZARR, *LINK, "forward", "transformations", 1, "path"),
    ),
]

#: What breaks several rules: (the hierarchy, what is changed, the rules and their nodes).
TREE_SEVERAL: list[tuple[str, list[Change], set[tuple[str, str]]]] = [
    (
        "image",
        other_field("ydx"),
        {("ms.axes-order", FIELD), ("t6.field-axis-place", FIELD)},
    ),
    (
        "image",
        other_field("dtyx"),
        {
            ("ms.axes-order", FIELD),
            ("t6.field-axis-place", FIELD),
            ("t6.field-dims", f"{FIELD}/0"),
        },
    ),
    (
        "scene",
        [(root((*LINK, "output", "name")), "alone"), (root((*SCENE, SYSTEMS, 1)), system("alone"))],
        {("t6.graph-connected", "")},
    ),
]


def changed(what: str, changes: list[Change]) -> dict[str, Any]:
    """Return the documents of a hierarchy, some of them changed."""
    documents: dict[str, Any] = json.loads(json.dumps(TREES[what]()))
    for loc, value in changes:
        *way, last = loc
        at: Any = documents
        for step in way:
            at = at[step]
        if isinstance(last, int) and last == len(at):
            at.append(value)
        elif value is ABSENT:
            del at[last]
        else:
            at[last] = value
    return documents


@pytest.mark.parametrize("what", MAKERS)
def test_nothing_to_say_of_what_is_right(what: str) -> None:
    document = document_of(what)
    report = validate(document)
    assert (report.problems, report.status, report.version) == ((), "valid", "0.6")
    assert unstructure(structure(document)) == document


@pytest.mark.parametrize("what", TREES)
def test_nothing_to_say_of_hierarchies_that_are_right(what: str) -> None:
    store = memory(TREES[what]())
    report = validate(store)
    assert (report.problems, report.status, report.version) == ((), "valid", "0.6")
    assert open_ome_zarr(store, policy="strict") == report.model


@pytest.mark.parametrize(("what", "loc", "value", "rule", "place"), ERRORS + WARNINGS)
def test_rules(what: str, loc: Loc, value: Any, rule: str, place: Loc | None) -> None:
    level = "error" if (what, loc, value, rule, place) in ERRORS else "warning"
    report = validate(broken(document_of(what), loc, value))
    assert [(p.rule, p.level, p.loc) for p in report.problems] == [(rule, level, place or loc)]
    assert report.status == ("valid" if level == "warning" else "invalid")


@pytest.mark.parametrize(("what", "loc", "value", "rules"), SEVERAL)
def test_what_breaks_several_rules(what: str, loc: Loc, value: Any, rules: list[str]) -> None:
    problems = validate(broken(document_of(what), loc, value)).problems
    assert sorted({problem.rule for problem in problems}) == rules


@pytest.mark.parametrize(("what", "loc", "value", "warned"), [row[1:] for row in ALLOWED])
def test_what_is_allowed(what: str, loc: Loc, value: Any, warned: set[str]) -> None:
    document: Any = broken(document_of(what), loc, value)
    report = validate(document)
    assert report.status == "valid"
    assert {(p.rule, p.level) for p in report.problems} == {(rule, "warning") for rule in warned}
    assert unstructure(structure(document)) == document


@pytest.mark.parametrize(("what", "changes", "rule", "node", "loc"), TREE_ERRORS + TREE_WARNINGS)
def test_rules_of_hierarchies(
    what: str, changes: list[Change], rule: str, node: str, loc: Loc
) -> None:
    level = "error" if (what, changes, rule, node, loc) in TREE_ERRORS else "warning"
    store = memory(changed(what, changes))
    problems = validate(store).problems
    assert [(p.rule, p.level, p.node, p.loc) for p in problems] == [(rule, level, node, loc)]
    if level == "warning":
        assert open_ome_zarr(store, policy="strict").ome_zarr_version == "0.6"
        return
    with pytest.raises(ValidationError) as raised:
        open_ome_zarr(store, policy="strict")
    assert f"{node} zarr.json".strip() in str(raised.value)
    assert f"[{rule}]" in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (changes, rule)
        for what, changes, rule, *_ in TREE_ERRORS
        if what == "image" and rule != "ms.axes-ndim"
    ],
)
def test_images_without_labels_are_judged_as_well(changes: list[Change], rule: str) -> None:
    documents = changed("image", changes)
    del documents["labels/zarr.json"]
    assert [problem.rule for problem in validate(memory(documents)).problems] == [rule]


@pytest.mark.parametrize(("what", "changes", "expected"), TREE_SEVERAL)
def test_hierarchies_that_break_several_rules(
    what: str, changes: list[Change], expected: set[tuple[str, str]]
) -> None:
    problems = validate(memory(changed(what, changes))).problems
    assert {(problem.rule, problem.node) for problem in problems} == expected


# What could not be read is reported for itself, and hides only what depends on it.

#: (the document, two changes, the rules that are found broken)
UNREAD: list[tuple[str, list[tuple[Loc, Any]], list[str]]] = [
    (
        "image",
        [((*way_to("scale"), "scale"), 3), ((*way_to("translation"), "translation"), [1])],
        ["t6.scale-length", "t6.translation-length"],
    ),
    (
        "image",
        [((*ITEM, "inputAxes"), 3), ((*way_to("mapAxis"), "mapAxis"), [2, 1, 0])],
        ["t6.bydim-int", "t6.mapaxis-length"],
    ),
    (
        "image",
        [((*MS, "datasets", 0, TRANSFORMS, 0), 3), ((*CT, 0, "input", "path"), "2")],
        ["ms.ds-ct", "ms6.ct-input-path"],
    ),
    (
        "image",
        [((*MS, "datasets", 0, TRANSFORMS), 3), ((*CT, 0, "output", "name"), "2")],
        ["ms.ds-ct", "ms6.ct-output-name"],
    ),
    (
        "image",
        [((*MS, "datasets", 0), 3), ((*CT, 0, "transformations", 0, "scale"), 3)],
        ["ms.datasets", "t6.scale-length"],
    ),
    (
        "image",
        [((*CT, 0, "transformations", 0), 3), ((*way_to("scale"), "scale"), [1])],
        ["t6.scale-length", "t6.sequence-nonempty"],
    ),
    (
        "image",
        [
            ((*MS, "datasets", 0, TRANSFORMS, 0, "output"), 3),
            ((*way_to("scale"), "input", "name"), "affine"),
        ],
        ["ms6.top-intrinsic", "t6.io-object"],
    ),
    (
        "image",
        [((*MS, "datasets", i, TRANSFORMS, 0, "output"), {}) for i in (0, 1)],
        ["t6.io-object", "t6.io-object"],
    ),
    (
        "image",
        [((*MS, SYSTEMS, 0), 3), ((*way_to("scale"), "output", "name"), "world")],
        ["ms.cs"],
    ),
    (
        "image",
        [((*system_of("scale"), "axes"), 3), ((*way_to("translation"), "translation"), [1])],
        ["cs.axes", "t6.translation-length"],
    ),
    (
        "image",
        [((*system_of("scale"), "name"), 3), ((*FREE, 0, "type"), "array")],
        ["cs.name-nonempty", "ms.axes-space"],
    ),
    (
        "image",
        [((*way_to("scale"), "input"), 3), ((*way_to("affine"), "output", "name"), "world")],
        ["ms6.top-other-known", "t6.io-object"],
    ),
    (
        "image",
        [((*way_to("bijection"), "forward"), 3), ((*way_to("bijection"), "inverse"), SCALE)],
        ["t6.bijection-both", "t6.bijection-not-closed"],
    ),
    (
        "image",
        [((*way_to("bijection"), "inverse"), 3), ((*way_to("scale"), "name"), 3)],
        ["t6.bijection-both", "t6.name-unique"],
    ),
    (
        "image",
        [((*way_to("mapAxis"), "mapAxis", 0), "y"), ((*way_to("mapAxis"), "mapAxis", 1), 2)],
        ["t6.mapaxis-field", "t6.mapaxis-range"],
    ),
    (
        "image",
        [((*way_to("scale"), "scale", 0), "2"), ((*way_to("scale"), "scale", 1), -1)],
        ["schema6.scale-positive", "t6.scale-length"],
    ),
    (
        "image",
        [
            ((*way_to("displacements"), "interpolation"), "sinc"),
            ((*way_to("displacements"), "path"), 3),
        ],
        ["schema6.interpolation", "t6.field-grid"],
    ),
    (
        "scene",
        [((*LINK, "input", "path"), 3), ((*LINKS, 1, "output", "name"), "there")],
        ["scene.io-known", "scene.io-object"],
    ),
    (
        "scene",
        [(WORLD, 3), ((*LINK, "output", "name"), "there")],
        ["scene.cs"],
    ),
    (
        "scene",
        [(LINK, 3), ((*LINKS, 1, "input", "name"), ABSENT)],
        ["scene.ct", "scene.io-name"],
    ),
]


@pytest.mark.parametrize(("what", "changes", "rules"), UNREAD)
def test_what_cannot_be_read_hides_little(
    what: str, changes: list[tuple[Loc, Any]], rules: list[str]
) -> None:
    document = document_of(what)
    for loc, value in changes:
        document = broken(document, loc, value)
    assert sorted(problem.rule for problem in validate(document).problems) == rules


#: What is wrong with one node alone, though others refer to it: (the hierarchy, what is
#: changed, the rule, the node).
ALONE: list[tuple[str, Loc, Any, str, str]] = [
    ("image", of_field(("ome", "multiscales")), [], "ms.list", FIELD),
    ("image", of_field(("ome", "multiscales")), 3, "ms.list", FIELD),
    ("image", of_field(MS), 3, "ms.list", FIELD),
    ("image", of_field((*MS, "datasets")), [], "ms.datasets", FIELD),
    ("image", of_field((*MS, "datasets", 0, "path")), 3, "ms.ds-path", FIELD),
    ("image", of_field((*IN_FIELD, 0)), 3, "cs.axes", FIELD),
    ("image", of_field((*MS, SYSTEMS)), [], "ms.cs", FIELD),
    ("image", of_field(("ome", "version")), "0.5", "meta.version-consistent", FIELD),
    ("image", (f"{FIELD}/0/zarr.json", "shape"), 3, "ms.ds-array-exists", f"{FIELD}/0"),
    (
        "image",
        ("parameters/affine/zarr.json", "shape"),
        3,
        "ms.ds-array-exists",
        "parameters/affine",
    ),
    ("image", root((*way_to("scale"), "type")), "shear", "t6.type", ""),
    ("image", root((*way_to("scale"), "input")), {}, "t6.io-object", ""),
    ("image", root((*way_to("scale"), "input")), 3, "t6.io-object", ""),
    ("image", root((*way_to("scale"), "output")), ABSENT, "t6.input-output", ""),
    ("image", root((*way_to("bijection"), "forward")), 3, "t6.bijection-both", ""),
    ("image", root((*way_to("sequence"), "transformations", 0)), 3, "t6.sequence-nonempty", ""),
    ("image", root((*ITEM, "transformation")), 3, "t6.bydim-items", ""),
    ("image", root(INTRINSIC), 3, "ms.cs", ""),
    ("image", root(MS), 3, "ms.list", ""),
    ("image", root((*system_of("scale"), "name")), ABSENT, "cs.name", ""),
    ("image of cells", ("labels/zarr.json", *IN_ZARR, "ome", "labels"), 3, "labels.key", "labels"),
    ("image of cells", ("labels/zarr.json", *IN_ZARR, "ome"), ABSENT, "meta.ome-key", "labels"),
    (
        "image of cells",
        ("labels/zarr.json", *IN_ZARR, "ome", "version"),
        "0.5",
        "meta.version-consistent",
        "labels",
    ),
    ("image of cells", ("labels/cells/zarr.json",), ABSENT, "labels.paths-exist", "labels"),
    (
        "image of cells",
        ("labels/cells/zarr.json", *IN_ZARR, "ome", "version"),
        "0.5",
        "meta.version-consistent",
        "labels/cells",
    ),
    (
        "image of cells",
        ("labels/cells/zarr.json", *IN_ZARR, *INTRINSIC),
        3,
        "ms.cs",
        "labels/cells",
    ),
    ("image of cells", root((*TOP, 0, "output", "path")), "0", "ms6.top-other-known", ""),
    ("scene", root(SCENE), 3, "scene.ct", ""),
    ("scene", root((*SCENE, SYSTEMS)), 3, "scene.cs", ""),
    ("scene", ("a/zarr.json", *IN_ZARR, "ome", "multiscales"), 3, "ms.list", "a"),
    ("scene", ("a/zarr.json", *IN_ZARR, "ome", "multiscales"), [], "ms.list", "a"),
    ("scene", ("a/zarr.json", *IN_ZARR, *MS), 3, "ms.list", "a"),
    ("scene", ("a/zarr.json", *IN_ZARR, *INTRINSIC), 3, "ms.cs", "a"),
    ("registration", root((*LINK, "forward")), 3, "t6.bijection-both", ""),
    (
        "registration",
        root((*LINK, "forward", "transformations", 1)),
        3,
        "t6.sequence-nonempty",
        "",
    ),
]


@pytest.mark.parametrize(("what", "loc", "value", "rule", "node"), ALONE)
def test_what_is_wrong_is_said_once(what: str, loc: Loc, value: Any, rule: str, node: str) -> None:
    problems = validate(memory(changed(what, [(loc, value)]))).problems
    assert [(problem.rule, problem.node) for problem in problems] == [(rule, node)]


def test_a_label_image_that_is_left_out_does_not_keep_the_image_from_being_read() -> None:
    array: Change = (("labels/cells/1/zarr.json", "data_type"), "float32")
    store = memory(changed("image of cells", [array]))
    with pytest.warns(ValidationWarning, match=r"ms\.ds-same-dtype|labels\.integer-dtype"):
        read = open_ome_zarr(store)
    assert read.labels.members == {}


def test_the_graph_of_a_scene_with_fields() -> None:
    read = open_ome_zarr(memory(registration_tree()))
    systems = read.transform_graph().systems
    assert {str(each) for each in systems} >= {"a physical", "b physical", "a/0", "b/1"}


def test_fields_that_were_read_are_not_read_again() -> None:
    ends = ("a", "physical"), ("b", "physical")
    warp = open_ome_zarr(memory(registration_tree())).transform_graph().get_transform(*ends)
    graph = TransformGraph(memory({}))
    graph.add(*ends, warp)
    assert graph.get_transform(*ends).transform_point([-5, 7]) == (5, 2)


def test_matrices_may_be_at_paths_with_slashes_around() -> None:
    change: Change = (root((*way_to("affine by path"), "path")), "/parameters/affine/")
    assert validate(memory(changed("image", [change]))).problems == ()


@pytest.mark.parametrize("shape", [("yxd", 8, 8, 2), ("yxd", 8, 8, 3), ("yx", 8, 8)])
def test_a_field_may_be_an_array_alone(shape: tuple[Any, ...]) -> None:
    """The vectors are then along its last axis."""
    change: Change = ((f"{FIELD}/zarr.json",), shaped(*shape))
    found = [(p.rule, p.node) for p in validate(memory(changed("image", [change]))).problems]
    rules = {3: "t6.field-vector-length", 8: "t6.field-dims"}
    assert found == ([] if shape[-1] == 2 else [(rules[shape[-1]], FIELD)])


# Versions.


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
    store = memory(changed(what, [(root(("ome", "version")), draft)]))
    with pytest.warns(ValidationWarning, match=r"meta\.version-value"):
        assert open_ome_zarr(store).ome_attributes.version == "0.6"


@pytest.mark.parametrize("draft", ["0.6.dev1", "0.6.dev3"])
def test_drafts_of_another_form_are_refused_by_name(draft: str) -> None:
    document: Any = broken(document_of("image"), ("ome", "version"), draft)
    message = rf'got "{draft}", a draft of 0\.6 .*\[meta\.version-value\]'
    (problem,) = validate(document).problems
    assert (problem.rule, problem.level) == ("meta.version-value", "error")
    store = memory(changed("image", [(root(("ome", "version")), draft)]))
    assert validate(store).status == "invalid"
    with pytest.raises(ValidationError, match=message):
        structure(document)
    with pytest.raises(ValidationError, match=message):
        open_ome_zarr(store)


def test_a_version_that_is_a_number() -> None:
    store = memory(changed("image", [(root(("ome", "version")), 0.6)]))
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
def test_where_the_metadata_is_and_its_version(loc: Loc, value: Any, rule: str) -> None:
    document: Any = broken(document_of("image"), loc, value)
    with pytest.raises(ValidationError) as raised:
        structure(document, ImageZarrAttrs)
    assert [(p.rule, p.loc) for p in raised.value.problems] == [(rule, loc)]


# Models that are made.


def axes_of(names: str) -> list[Axis]:
    """Return axes."""
    return [structure(AXES[name], Axis) for name in names]


def physical(name: str = "physical", names: str = "yx") -> CoordinateSystem:
    """Return a coordinate system."""
    return CoordinateSystem(name=name, axes=axes_of(names))


def end(name: str | None = None, path: str | None = None) -> CoordinateSystemIdentifier:
    """Return a reference to a coordinate system."""
    return CoordinateSystemIdentifier(name=name, path=path)


def dataset(level: int = 0, output: str = "physical", scale: Any = None) -> Dataset:
    """Return a dataset."""
    return Dataset.build(
        path=str(level),
        scale=scale or [2.0**level] * 2,
        translation=None,
        coord_sys_output_name=output,
    )


def multiscale_of(**parts: Any) -> Multiscale:
    """Return a multiscale, of which some parts are other ones."""
    given: dict[str, Any] = {SYSTEMS: [physical(), physical("world")], "datasets": [dataset()]}
    return Multiscale(**{**given, **parts})


def transform(start: str = "physical", to: str = "world") -> Translation:
    """Return a transformation between two systems of a multiscale."""
    return Translation(translation=[1, 2], input=end(start), output=end(to))


def test_levels_may_be_in_pixels_or_flipped() -> None:
    in_pixels = Identity(input=end(path="0"), output=end("physical"))
    pixels = Dataset(path="0", coordinateTransformations=[in_pixels])
    for systems in ([physical()], [physical(), physical("world")]):
        assert multiscale_of(coordinateSystems=systems, datasets=[pixels]).ndim == 2
        flipped = [dataset(0, scale=[-1, 1]), dataset(1, scale=[-2, 2])]
        assert multiscale_of(coordinateSystems=systems, datasets=flipped).ndim == 2


#: What is made, and the rule that it breaks.
MADE_WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Axis(name=""), "axes.name-nonempty"),
    (lambda: Axis(name="x", discrete=1), "axes.discrete-bool"),  # type: ignore[arg-type] # that is what is tested
    (lambda: physical(""), "cs.name-nonempty"),
    (lambda: physical(names="xx"), "axes.name-unique"),
    (end, "t6.io-object"),
    (lambda: multiscale_of(coordinateSystems=[]), "ms.cs"),
    (lambda: multiscale_of(coordinateSystems=[physical()] * 2), "cs.name-unique"),
    (lambda: multiscale_of(coordinateSystems=[physical(names="x")]), "ms.axes-count"),
    (lambda: multiscale_of(datasets=[]), "ms.datasets"),
    (lambda: multiscale_of(datasets=[dataset(output="here")]), "ms6.ct-output-name"),
    (
        lambda: multiscale_of(datasets=[dataset(), dataset(1, "world")]),
        "ms6.ct-output-same",
    ),
    (lambda: multiscale_of(datasets=[dataset(scale=[1, 1, 1])]), "ms6.ct-length"),
    (lambda: multiscale_of(datasets=[dataset(1), dataset(0)]), "ms.ds-order"),
    (
        lambda: multiscale_of(coordinateTransformations=[transform(to="here")]),
        "ms6.top-other-known",
    ),
    (
        lambda: multiscale_of(coordinateTransformations=[transform("world", "world")]),
        "ms6.top-intrinsic",
    ),
    (lambda: multiscale_of(coordinateTransformations=[Identity()]), "t6.input-output"),
    (lambda: Dataset(path="0", coordinateTransformations=[]), "ms6.ct-single"),
    (
        lambda: Dataset(
            path="0",
            coordinateTransformations=[Identity(input=end(path="1"), output=end("physical"))],
        ),
        "ms6.ct-input-path",
    ),
    (lambda: Affine(affine=[[1, 0], [0]]), "t6.affine-shape"),
    (Affine, "t6.affine-2d"),
    (lambda: SceneAttrs(coordinateTransformations=[transform("a", "b")]), "scene.io-known"),
    (
        lambda: SceneAttrs(
            coordinateTransformations=[Identity(input=end(path="a"), output=end("world"))],
            coordinateSystems=[physical("world")],
        ),
        "scene.io-name",
    ),
]


@pytest.mark.parametrize(("make", "rule"), MADE_WRONG)
def test_what_is_made_is_right(make: Callable[[], Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rf"\[{rule.replace('.', '[.]')}\]"):
        make()


def arrays(dtype: str = "<u2", count: int = 2) -> list[ArraySpec]:
    """Return the arrays of an image."""
    return [ArraySpec.from_documents({"zarr.json": array_3("yx", i, dtype)}) for i in range(count)]


def image_of(cls: Any = Image, **parts: Any) -> Any:
    """Return a new image of two levels, of which some parts are other ones."""
    return cls.new(
        **{
            "array_specs": arrays(),
            "paths": ["0", "1"],
            "scales": [[1, 1], [2, 2]],
            "translations": [None, [0.5, 0.5]],
            "physical_coord_system": physical(),
            "name": "cells",
            "multiscale_type": "mean",
            "metadata": {"method": "mean"},
            **parts,
        }
    )


def written(made: Any) -> Any:
    """Return what a group is that is written and read again."""
    store = memory({})
    made.to_zarr(store)
    report = validate(store)
    assert (report.status, report.problems) == ("valid", ())
    return open_ome_zarr(store, policy="strict")


def test_an_image_that_is_made_written_and_read() -> None:
    made = image_of(coord_systems=[physical("world")], coord_transforms=[transform()])
    assert written(made) == made
    (of_image,) = made.ome_attributes.multiscales
    assert of_image.intrinsic_coordinate_system == physical()
    assert of_image.ndim == 2
    in_pixels = image_of(
        array_specs=arrays(count=1), paths=["0"], scales=[[1, 1]], translations=None
    )
    assert written(in_pixels) == in_pixels
    plain = image_of(translations=None)
    assert written(plain) == plain
    assert plain.ome_attributes.multiscales[0].coordinateTransformations is None


def test_a_label_image_that_is_made_written_and_read() -> None:
    made = image_of(ImageLabel, array_specs=arrays("<u4"), colors=[{"label-value": 1}])
    assert written(made) == made
    with pytest.raises(ValidationError, match=r"labels\.integer-dtype"):
        image_of(ImageLabel, array_specs=arrays("<f4"))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"physical_coord_system": physical(names="zyx")}, "ms.axes-ndim"),
        ({"coord_systems": [physical()]}, "cs.name-unique"),
        ({"coord_systems": [physical("world", "x")]}, "ms.axes-space"),
        ({"coord_transforms": [transform()]}, "ms6.top-other-known"),
        ({"coord_transforms": [Scale(scale=[1, 1])]}, "t6.input-output"),
        ({"scales": [[2, 2], [1, 1]]}, "ms.ds-order"),
        ({"scales": [[1], [2]]}, "ms6.ct-length"),
    ],
)
def test_an_image_that_is_made_is_right(parts: dict[str, Any], rule: str) -> None:
    for cls in (Image, ImageLabel):
        with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
            image_of(cls, **{"array_specs": arrays("<u4"), **parts})


def test_a_scene_that_is_made_written_and_read() -> None:
    images = {"a": image_of(), "deep/b": image_of(name="other")}
    links = [transform().between(end("physical", path), end("world")) for path in images]
    made = Scene.new(images=images, coord_transforms=links, coord_systems=[physical("world")])
    read = written(made)
    assert read == made
    assert read.images == images
    assert read["deep/b"] == images["deep/b"]
    with pytest.raises(KeyError):
        read["c"]
    alone = Scene.new(
        images=images,
        coord_transforms=[Identity(input=end("physical", "a"), output=end("physical", "deep/b"))],
    )
    assert written(alone) == alone
    assert alone.ome_attributes.scene.coordinateSystems is None


@pytest.mark.parametrize(
    ("links", "systems", "rule"),
    [
        ([transform("physical", "world")], [physical("world")], "scene.io-known"),
        ([Identity(input=end("physical", "c"), output=end("world"))], ["world"], "scene.io-path"),
        ([Identity(input=end("other", "a"), output=end("world"))], ["world"], "scene.io-path"),
        (
            [Identity(input=end("physical", "a"), output=end("world"))],
            ["world", "alone"],
            "t6.graph-connected",
        ),
        ([Identity()], ["world"], "t6.input-output"),
    ],
)
def test_a_scene_that_is_made_is_right(links: Any, systems: list[Any], rule: str) -> None:
    systems = [physical(each) if isinstance(each, str) else each for each in systems]
    with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
        Scene.new(images={"a": image_of()}, coord_transforms=links, coord_systems=systems)


# All rules.

NEW = (
    "cs.",
    "ms6.",
    "t6.",
    "scene.",
    "schema6.",
    "meta.",
    "axes.discrete-bool",
    "axes.longname-string",
    "axes.name-nonempty",
    "axes.type-known",
    "ms.cs",
    "ms.axes-",
    "ms.ds-same-dtype",
    "well.path-",
    "labels.parent-",
    "may.",
    "may6.",
)
#: Why a rule of the specification is broken in no table.
UNCHECKED = {
    "labels.parent-multiscales": "a group without multiscales is none whose labels are looked for",
    "labels.parent-trafo-types": "the same as ms6.top-label-types, but for sequences: see ALLOWED",
    "schema6.bijection-both": "the same as t6.bijection-both, which is a MUST",
}


def test_each_rule_is_broken_somewhere(shared: Path) -> None:
    rules = json.loads((shared / "spec" / "rules.json").read_text())
    new = {
        rule["slug"]: rule["level"]
        for rule in rules
        if rule["version"] == "0.6"
        and rule["scope"] in ("attrs", "array", "tree")
        and rule["slug"].startswith(NEW)
    }
    tested = {row[3] for row in [*ERRORS, *WARNINGS, *ALONE]}
    tested |= {row[2] for row in [*TREE_ERRORS, *TREE_WARNINGS]}
    tested |= {rule for row in SEVERAL for rule in row[3]}
    tested |= {rule for row in TREE_SEVERAL for rule, _ in row[2]}
    allowed = {row[0] for row in ALLOWED}
    demanded = {slug for slug, level in new.items() if level != "MAY"}
    assert demanded - tested == UNCHECKED.keys()
    assert new.keys() - demanded == allowed - UNCHECKED.keys()


# What is given to `new` beside the arrays.


def _tile(version: str = "0.6") -> Any:
    return open_ome_zarr(memory(hierarchy(image("yx", 1, version), version=version)))


def _matrix(shape: tuple[int, ...], dtype: str = "float64") -> Any:
    return ArraySpec.build(shape=shape, dtype=dtype)


def _turned(path: str) -> Affine:
    start, end = (CoordinateSystemIdentifier(name=name) for name in ("physical", "turned"))
    return Affine(path=path, input=start, output=end)


def _with_matrix(matrix: Any, path: str = "coordinateTransformations/turn") -> Any:
    (system,) = _tile().ome_attributes.multiscales[0].coordinateSystems
    return Image.new(
        array_specs=[_matrix((4, 4), "uint8")],
        paths=["0"],
        scales=[(1, 1)],
        physical_coord_system=system,
        coord_transforms=[_turned(path)],
        coord_systems=[evolve(system, name="turned")],
        parameters={path: matrix},
    )


def test_parameters_are_written_with_an_image() -> None:
    made = _with_matrix(_matrix((2, 3)))
    store = memory({})
    made.to_zarr(store)
    assert open_ome_zarr(store, policy="strict") == made
    assert made.members["coordinateTransformations"].members["turn"].shape == (2, 3)


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [
        ((2, 2), "float64", "expected the shape 2 x 3, got 2 x 2"),
        ((3, 2), "float64", "expected the shape 2 x 3, got 3 x 2"),
        ((2, 3), "complex64", 'expected a data type of real numbers, got "complex64"'),
        ((2, 3), "bool", 'expected a data type of real numbers, got "bool"'),
    ],
)
def test_matrices_that_are_none(shape: tuple[int, ...], dtype: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message) as raised:
        _with_matrix(_matrix(shape, dtype))
    (problem,) = raised.value.problems
    assert (problem.rule, problem.node) == (
        "t6.affine-path-shape",
        "coordinateTransformations/turn",
    )


def _placed(path: str, transform: Any, system: str = "physical") -> Any:
    start = CoordinateSystemIdentifier(path=path, name=system)
    return evolve(transform, input=start, output=CoordinateSystemIdentifier(name="world"))


def _world() -> Any:
    (system,) = _tile().ome_attributes.multiscales[0].coordinateSystems
    return evolve(system, name="world")


def test_matrices_of_a_scene_fit_the_images() -> None:
    path = "coordinateTransformations/a"
    given: dict[str, Any] = {
        "images": {"a": _tile()},
        "coord_transforms": [_placed("a", Affine(path=path))],
        "coord_systems": [_world()],
    }
    made = Scene.new(**given, parameters={path: _matrix((2, 3))})
    assert list(made.images) == ["a"]
    with pytest.raises(ValidationError, match="expected the shape 2 x 3, got 2 x 4"):
        Scene.new(**given, parameters={path: _matrix((2, 4))})


def test_transformations_of_a_scene_fit_the_images() -> None:
    shift = Sequence(transformations=[Scale(scale=[1, 1]), Affine(affine=[[1, 0, 0]])])
    axes = [Axis(name="x", type="space")]
    line = CoordinateSystem(name="world", axes=axes)
    made: dict[str, Any] = {"images": {"a": _tile()}, "coord_systems": [line]}
    assert Scene.new(**made, coord_transforms=[_placed("a", shift)]).images
    wrong = Affine(affine=[[1, 0]])
    with pytest.raises(ValidationError, match=r"affine: expected 1 rows of 3 numbers, got 1 of 2"):
        Scene.new(**made, coord_transforms=[_placed("a", wrong)])


def test_images_that_no_transformation_leads_to() -> None:
    """They would not be found again, where a store cannot list."""
    given: dict[str, Any] = {"coord_transforms": [_placed("a", Identity())]}
    for path in ("b", "more/b"):
        images = {"a": _tile(), path: _tile()}
        message = f'expected a transformation from or to the image "{path}", got none'
        with pytest.raises(ValidationError, match=message):
            Scene.new(**given, images=images, coord_systems=[_world()])


@pytest.mark.parametrize(
    ("image_", "message"),
    [
        (_tile("0.5"), r"at 'a', got one of 0\.5: `to_version\('0\.6'\)` converts it"),
        (3, "expected an Image of OME-Zarr 0.6 at 'a', got 3"),
    ],
)
def test_what_is_no_image_of_a_scene(image_: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Scene.new(images={"a": image_}, coord_transforms=[_placed("a", Identity())])


@pytest.mark.parametrize(
    ("found", "hint"),
    [("rotate", ': did you mean "rotation"?'), ("x", ""), (3, "")],
)
def test_types_that_are_none(found: Any, hint: str) -> None:
    document = broken(document_of("image"), (*way_to("rotation"), "type"), found)
    problem = next(p for p in validate(document).problems if p.rule == "t6.type")
    shown = f'"{found}"' if isinstance(found, str) else found
    assert problem.message.startswith('expected one of "identity", "mapAxis"')
    assert problem.message.endswith(f", got {shown}{hint}")


def test_a_homogeneous_matrix_has_a_row_too_many() -> None:
    document = broken(
        document_of("image"),
        (*way_to("affine"), "affine"),
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    )
    (problem,) = [p for p in validate(document).problems if p.level == "error"]
    message = "expected 2 rows of 3 numbers, got 3 of 3: leave out the last row"
    assert problem.message == message
