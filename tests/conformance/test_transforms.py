"""The cases of the package ome-zarr-transformations-conformance."""

from __future__ import annotations

import importlib.metadata
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ome_zarr_models.v06 import Scene

from ..helpers.opened import structure
from ..helpers.systems import rotation_warnings

_PACKAGE = "ome-zarr-transformations-conformance"


def _cases() -> dict[str, Path]:
    """Return the folders of the cases, by their names; none if they are not installed."""
    try:
        files = importlib.metadata.distribution(_PACKAGE).files or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    folders = [Path(str(file.locate())).parent for file in files if file.name == "conformance.toml"]
    return {folder.name.partition(".")[0]: folder for folder in folders}


CASES = _cases()


each_case = (
    pytest.mark.parametrize("name", sorted(CASES))
    if CASES
    else pytest.mark.skip(reason=f"{_PACKAGE} is not installed: it needs Python 3.12")
)


def _released(transform: dict[str, Any]) -> dict[str, Any]:
    """Return a transformation as the release of 0.6 has it, of one of the draft."""
    released = dict(transform)
    for end in ("input", "output"):
        if end in released:
            released[end] = {"name": released[end]}
    for part in ("forward", "inverse"):
        if part in released:
            released[part] = _released(released[part])
    if released["type"] == "byDimension":
        released["transformations"] = [_item(item) for item in released["transformations"]]
    elif "transformations" in released:
        released["transformations"] = [_released(part) for part in released["transformations"]]
    return released


def _item(item: dict[str, Any]) -> dict[str, Any]:
    transform = {key: value for key, value in item.items() if not key.endswith("_axes")}
    return {
        "transformation": _released(transform),
        "inputAxes": item["input_axes"],
        "outputAxes": item["output_axes"],
    }


def _case(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes of a case, as the release has them, and what is expected."""
    folder = CASES[name]
    attributes = json.loads((folder / "zarr.json").read_text())["attributes"]
    scene = attributes["ome"]["scene"]
    scene["coordinateTransformations"] = [
        _released(transform) for transform in scene["coordinateTransformations"]
    ]
    return attributes, tomllib.loads((folder / "conformance.toml").read_text())


@each_case
def test_points_are_those_of_the_case(name: str) -> None:
    attributes, case = _case(name)
    graph = Scene(attributes=structure(attributes), members={}).transform_graph()
    start, end = case["source"]["name"], case["target"]["name"]
    if case["should_error"]:
        with pytest.raises(LookupError, match="one of 'input', 'output', got"):
            graph.get_transform(start, end)
        return
    transform = graph.get_transform(start, end)
    mapped = transform.transform_points(case["source"]["coordinates"])
    np.testing.assert_allclose(mapped, case["target"]["coordinates"], rtol=1e-6, atol=1e-9)
    simple = graph.get_transform(start, end, simplify=True)
    again = simple.transform_points(case["source"]["coordinates"])
    np.testing.assert_allclose(again, mapped, rtol=1e-12, atol=1e-12)


@each_case
def test_rounded_rotations_are_warned_of(name: str) -> None:
    is_rounded = name in ("rotation", "rotation_inverse")
    assert rotation_warnings(_case(name)[0]) == ["t6.rotation-orthonormal"] * is_rounded
