"""The packages of the versions, the classes of their groups, and groups of each version."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import pytest

from ome_zarr_models import open_ome_zarr, v04, v05, v06

from .factories import VERSIONS, array, array_3, hierarchy, image
from .stores import memory

MODULES: Final[dict[str, Any]] = {"0.4": v04, "0.5": v05, "0.6": v06}

every_version = pytest.mark.parametrize("version", VERSIONS)


@cache
def group_classes(version: str) -> dict[str, Any]:
    """Return the classes of a version's groups, by their kinds."""
    module = MODULES[version]
    classes = [getattr(module, name) for name in module.__all__]
    return {cls.kind: cls for cls in classes if hasattr(cls, "kind")}


def attributes_class(version: str, kind: str) -> Any:
    """Return the class of the attributes, as they are stored, of a kind of group."""
    return group_classes(version)[kind].attributes_class


def image_of(version: str, levels: int = 2) -> Any:
    """Return an image of two dimensions."""
    return open_ome_zarr(memory(hierarchy(image("yx", levels, version), version=version)))


def array_of(version: str, dtype: str = "<u2") -> Any:
    """Return the array of a level of two dimensions."""
    name, make = (".zarray", array) if version == "0.4" else ("zarr.json", array_3)
    return MODULES[version].ArraySpec.from_documents({name: make("yx", dtype=dtype)})
