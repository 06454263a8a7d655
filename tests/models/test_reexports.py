"""Names where ome-zarr-models has them."""

from __future__ import annotations

import json
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from ome_zarr_models.common import validation
from ome_zarr_models.common.coordinate_transformations import VectorScale
from ome_zarr_models.v04 import Image
from ome_zarr_models.v05 import ArraySpec, GroupSpec

from ..helpers.factories import hierarchy
from ..helpers.stores import memory
from ..helpers.versions import image_of

ZARR: Any = zarr  # its functions are typed in part
NAMES: Final = json.loads((Path(__file__).parents[1] / "cases" / "names-1.8.1.json").read_text())
LEFT_OUT: Final = {
    # Class members that pydantic calls, and nothing else.
    "v05.plate.Plate.check_version_given": "a validator",
    "v06.coordinate_transforms.MapAxis.check_all_axes": "a validator",
    "v06.coordinate_transforms.Affine.check_metadata_set": "a validator",
    "v06.coordinate_transforms.Affine.model_post_init": "a validator",
    "v06.coordinate_transforms.Rotation.check_metadata_set": "a validator",
    "v06.coordinate_transforms.Rotation.check_rotation_matrix": "a validator",
    "v06.multiscales.Multiscale.check_dataset_transform_output": "a validator",
    "v06.multiscales.Dataset.check_cs_input": "a validator",
    "v06.multiscales.Dataset.check_cs_output": "a validator",
    # Fields of classes.
    "common.image_label_types.LabelBase.version": "the classes of 0.4 and 0.5 have it",
    "common.well_types.WellMeta.version": "the classes of 0.4 and 0.5 have it",
    "v06.image_label_types.Label.version": "0.6 has no version there",
    "v04.bioformats2raw.BioFormats2RawAttrs.series": "the group OME has it: see v04.series",
    "v05.bioformats2raw.BioFormats2RawAttrs.series": "the group OME has it: see v05.series",
    "v06.bioformats2raw.BioFormats2RawAttrs.series": "the group OME has it: see v06.series",
    # Parameters.
    "v05.image.ImageAttrs.to_version(default_cs_name)": "default_coordinate_system, as in 0.4",
    "v05.image.ImageAttrs.to_version(output_cs_name)": "output_coordinate_system, as in 0.4",
    "v05.multiscales.Multiscale.to_version(default_cs_name)": "default_coordinate_system",
    "v05.multiscales.Multiscale.to_version(output_cs_name)": "output_coordinate_system",
}


def _missing(module: str, name: str, members: dict[str, list[str]]) -> list[str]:
    found: Any = getattr(import_module(f"ome_zarr_models.{module}".rstrip(".")), name, None)
    if found is None:
        return [f"{module}.{name}"]
    path = f"{module}.{name}"
    missing: list[str] = []
    for member, parameters in members.items():
        if not (hasattr(found, member) or member in getattr(found, "__annotations__", {})):
            missing.append(f"{path}.{member}")
        elif parameters:
            own = signature(getattr(found, member)).parameters
            missing += [f"{path}.{member}({each})" for each in parameters if each not in own]
    return missing


@pytest.mark.parametrize("module", NAMES)
def test_names_are_where_they_are_in_the_peer(module: str) -> None:
    missing = [
        path for name, members in NAMES[module].items() for path in _missing(module, name, members)
    ]
    assert sorted(missing) == sorted(path for path in LEFT_OUT if path in missing)
    assert set(missing) <= LEFT_OUT.keys()


def test_hardly_any_name_is_left_out() -> None:
    count = sum(
        1 + sum(1 + len(parameters) for parameters in members.values())
        for names in NAMES.values()
        for members in names.values()
    )
    assert len(LEFT_OUT) <= count / 50


def test_unknown_names_are_errors() -> None:
    for module in ("v05.image", "common.validation", "v05"):
        with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
            getattr(import_module(f"ome_zarr_models.{module}"), "Nothing")  # noqa: B009 - it is not there
    # A name of another version than that of the module.
    with pytest.raises(AttributeError, match="has no attribute 'CoordinateSystem'"):
        getattr(import_module("ome_zarr_models.v04.image"), "CoordinateSystem")  # noqa: B009 - it is not there


def test_values_are_checked() -> None:
    assert validation.unique_items_validator([[1], [2]]) == [[1], [2]]
    with pytest.raises(ValueError, match="more than once"):
        validation.unique_items_validator([[1], [1]])
    assert validation.validate_zarr_node_name("A") == "A"
    for name in (".", "..", "__a"):
        with pytest.raises(ValueError, match="expected a name"):
            validation.validate_zarr_node_name(name)
    validation.check_length("yx", valid_lengths=validation.VALID_NDIM, variable_name="axes")
    with pytest.raises(ValueError, match="axes: expected a length of 2, 3, 4, 5, got 1"):
        validation.check_length("y", valid_lengths=validation.VALID_NDIM, variable_name="axes")
    scales = [VectorScale(scale=[1, 1]), VectorScale(scale=[2, 1])]
    validation.check_ordered_scales(scales)
    with pytest.raises(ValueError, match="expected larger pixels at level 1"):
        validation.check_ordered_scales(scales[::-1])
    assert np.dtype("uint8") in validation.VALID_DTYPES
    assert np.dtype("float32") not in validation.VALID_DTYPES
    constraint: Any = getattr(validation, "AlphaNumericConstraint")  # noqa: B009 - not for type checkers
    assert constraint.pattern == "^[a-zA-Z0-9]*$"


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_nodes_are_checked(zarr_format: Any) -> None:
    other: Any = 5 - zarr_format
    group = ZARR.open_group(MemoryStore(), zarr_format=zarr_format)
    group.create_array("0", shape=(2, 2), dtype="uint8")
    group.create_group("a")
    spec = validation.check_array_path(group, "0", expected_zarr_version=zarr_format)
    assert spec.shape == (2, 2)
    array: Any = group["0"]
    assert spec.like(array)
    assert not spec.like(group.create_array("1", shape=(3, 3), dtype="uint8"))
    found = validation.check_group_path(group, "a", expected_zarr_version=zarr_format)
    assert found.attributes == {}
    for path, message in (("a", "got a group"), ("b", "got nothing")):
        with pytest.raises(ValueError, match=message):
            validation.check_array_path(group, path, expected_zarr_version=zarr_format)
    with pytest.raises(ValueError, match=f"expected Zarr format {other}"):
        validation.check_array_path(group, "0", expected_zarr_version=other)
    with pytest.raises(ValueError, match="got an array"):
        validation.check_group_path(group, "0", expected_zarr_version=zarr_format)
    with pytest.raises(FileNotFoundError, match="got nothing"):
        validation.check_group_path(group, "b", expected_zarr_version=zarr_format)


def test_members_are_checked() -> None:
    array = ArraySpec.build(shape=(2, 2), dtype="uint8")
    spec = GroupSpec(members={"0": array, "a": GroupSpec(members={})})
    assert validation.check_array_spec(spec, "0") == array
    assert validation.check_group_spec(spec, "a") == GroupSpec(members={})
    with pytest.raises(ValueError, match="got a group"):
        validation.check_array_spec(spec, "a")
    with pytest.raises(ValueError, match="got an array"):
        validation.check_group_spec(spec, "0")
    image = image_of("0.5")  # a group that has a shape
    assert validation.check_group_spec(GroupSpec(members={"b": image}), "b") == image
    with pytest.raises(ValueError, match="were not read"):
        validation.check_group_spec(GroupSpec(), "0")
    assert (spec.node_type, array.node_type) == ("group", "array")


def test_groups_are_compared() -> None:
    store = memory(hierarchy())
    one, other = Image.from_zarr(store), Image.from_zarr(store, depth="attributes")
    assert one.like(ZARR.open_group(store, zarr_format=2))
    assert not one.like(other)
    assert one.like(other, exclude={"members"})
    assert one.like(other, include={"attributes"})


def test_no_optional_arrays() -> None:
    assert Image.from_zarr(memory(hierarchy())).attributes.get_optional_array_paths() == []
