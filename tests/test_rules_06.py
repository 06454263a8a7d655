"""Each rule that is new in 0.6, broken in one place: what is said, and where."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

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
from ome_zarr_models.v06.coordinate_transforms import Affine, Identity, Scale, Translation
from ome_zarr_models.v06.image import ImageZarrAttrs
from ome_zarr_models.v06.multiscales import Dataset, Multiscale
from ome_zarr_models.v06.scene import Scene, SceneAttrs

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
        {"name": f"axis {i}", "type": type_, **units.get(type_, {})} for i, type_ in enumerate(types)
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
    ("image", (*way_to("mapAxis"), "mapAxis", 1), 2, "t6.mapaxis-range", (*way_to("mapAxis"), "mapAxis")),
    ("image", (*way_to("mapAxis"), "mapAxis", 1), -1, "t6.mapaxis-range", (*way_to("mapAxis"), "mapAxis")),
    ("image", (*way_to("mapAxis"), "mapAxis", 0), 0, "t6.mapaxis-perm", (*way_to("mapAxis"), "mapAxis")),
    ("image", (*way_to("projectAxis"), "createdOutputs"), 0, "t6.project-created-unique", None),
    ("image", (*way_to("projectAxis"), "createdOutputs", 0), "z", "t6.project-created-unique", None),
    ("image", (*way_to("projectAxis"), "droppedInputs"), {}, "t6.project-dropped-unique", None),
    ("image", (*way_to("affine"), "affine"), ABSENT, "t6.affine-2d", way_to("affine")),
    ("image", (*way_to("affine"), "path"), "affine", "t6.affine-2d", way_to("affine")),
    ("image", (*way_to("affine"), "affine", 1), 0, "t6.affine-2d", None),
    ("image", (*way_to("affine"), "affine", 1, 1), None, "t6.affine-2d", None),
    ("image", (*way_to("affine by path"), "path"), 1, "t6.affine-2d", None),
    ("image", (*way_to("affine"), "affine", 1), [0, 1], "t6.affine-shape", (*way_to("affine"), "affine")),
    ("image", (*way_to("affine"), "affine"), [], "t6.affine-shape", None),
    ("image", (*way_to("rotation"), "rotation"), ABSENT, "t6.rotation-2d", way_to("rotation")),
    ("image", (*way_to("rotation"), "path"), "rotation", "t6.rotation-2d", way_to("rotation")),
    ("image", (*way_to("rotation"), "rotation"), "90", "t6.rotation-2d", None),
    ("image", (*way_to("rotation"), "rotation"), [[0, -1, 0], [1, 0, 0]], "t6.rotation-shape", None),
    ("image", (*way_to("rotation"), "rotation", 1), [1], "t6.rotation-shape", (*way_to("rotation"), "rotation")),
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
    ("image", (*ITEM, "outputAxes"), [1], "t6.bydim-cover", (*way_to("byDimension"), "transformations")),
    ("image", (*way_to("byDimension"), "transformations", 1), ABSENT, "t6.bydim-cover", (*way_to("byDimension"), "transformations")),
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
    ("registration", (*LINK, "input"), {"name": "world"}, "scene.io-known", (*LINK, "input", "name")),
    ("scene", (*LINK, "translation"), [1, 2, 3], "t6.translation-length", None),
    (
        "scene",
        LINK,
        between(reference("physical", "a"), reference("world"), {"type": "projectAxis", "createdOutputs": [0, 0]}),
        "t6.project-created-unique",
        (*LINK, "createdOutputs"),
    ),
    (
        "scene",
        LINK,
        between(reference("physical", "a"), reference("world"), {"type": "projectAxis", "droppedInputs": [1, 1]}),
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
    ("well", ("ome", "well", "images", 0, "path"), "1", "well.path-unique", ("ome", "well", "images")),
    ("image", ("ome",), "0.6", "meta.ome-object", None),
    ("image", ("ome",), [], "meta.ome-object", None),
    ("image", ("ome",), None, "meta.ome-object", None),
    ("image", ("ome", "version"), 0.6, "meta.version-value", None),
]

ERRORS = [
    *SYSTEM_ERRORS,
    *DATASET_ERRORS,
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
        (*way_to("projectAxis"), "createdOutputs"),
        [0, 0],
        ["t6.dims-compatible", "t6.project-created-unique"],
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

_FIELD_AXES = {
    "displacements": {"name": "d", "type": "displacement", "discrete": True},
    "coordinates": {"name": "d", "type": "coordinate", "discrete": True},
}


def shaped(axes: str, *shape: int, dtype: str = "<f4") -> dict[str, Any]:
    """Return the document of an array of a shape."""
    grid = {"name": "regular", "configuration": {"chunk_shape": [*shape]}}
    return {**array_3(axes, dtype=dtype), "shape": [*shape], "chunk_grid": grid}


def field(type_: str, level: str = "0") -> dict[str, Any]:
    """Return the documents of a field of 2 axes, whose vectors are of 2 numbers."""
    metadata: dict[str, Any] = {"multiscales": [multiscale("yx", 1, version="0.6")]}
    (of_field,) = metadata["multiscales"]
    of_field[SYSTEMS][0]["axes"].insert(0, _FIELD_AXES[type_])
    ones = {"type": "scale", "scale": [1, 1, 1]}
    of_field["datasets"] = [{"path": level, TRANSFORMS: [placed(ones, level)]}]
    return {**group(metadata, "0.6"), f"{level}/zarr.json": shaped("dyx", 2, 8, 8)}


def image_tree(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the documents of an image, without those of what it refers to."""
    return hierarchy(image("yx", version="0.6"), version="0.6") | group(metadata, "0.6")


def moved_tree() -> dict[str, Any]:
    """Return the documents of an image with a transformation of each type."""
    documents = image_tree(moved_image()) | below("parameters", group(None, "0.6"))
    for name in ("displacements", "forward", "inverse"):
        documents |= below(f"parameters/{name}", field("displacements"))
    documents |= below("parameters/coordinates", field("coordinates", "levels/0"))
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
        [(root((*way_to("affine"), "input", "name")), "physical"), (root(way_to("scale")), ABSENT)],
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
        [((f"{FIELD}/0/zarr.json",), shaped("tdyx", 1, 2, 8, 8))],
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
        "registration",
        [(root((*LINKS, 1)), {})],
        "t6.graph-connected",
        "",
        (*IN_ZARR, *LINKS, 1, "input"),
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
        [(("labels/cells/zarr.json", *IN_ZARR, "ome", "version"), "0.5")],
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
