"""The names that programs written for ome-zarr-models use."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import warnings
from typing import Annotated, Any, Literal

import attrs
import jsonschema
import pytest
from pydantic import BaseModel, SkipValidation, TypeAdapter
from pydantic import ValidationError as PydanticError

from ome_zarr_models import (
    ValidationError,
    ValidationWarning,
    open_ome_zarr,
    structure,
    unstructure,
)
from ome_zarr_models.base import BaseAttrs
from ome_zarr_models.common.image_label_types import Color, LabelBase
from ome_zarr_models.common.omero import Channel, Omero, Window
from ome_zarr_models.common.plate import PlateBase
from ome_zarr_models.common.well_types import WellImage
from ome_zarr_models.v04 import GroupSpec, Image, Labels
from ome_zarr_models.v05 import image as v05_image
from ome_zarr_models.v05 import image_label, well, well_types
from ome_zarr_models.v05.axes import Axis
from ome_zarr_models.v05.multiscales import Dataset
from ome_zarr_models.v06.coordinate_transforms import Scale
from ome_zarr_models.v06.image import ImageAttrs

from ..helpers.factories import VERSIONS, hierarchy_of, image, metadata_of, stored
from ..helpers.stores import memory

WINDOW: dict[str, Any] = {"min": 0, "max": 255, "start": 0, "end": 255}
PLATE: dict[str, Any] = {
    "rows": [{"name": "A"}],
    "columns": [{"name": "1"}],
    "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
}


class UncheckedImage(WellImage):
    """A field of view whose path may be any string."""

    path: Annotated[str, SkipValidation]


class UncheckedWell(well_types.WellMeta):
    """A well with such fields of view."""

    images: list[UncheckedImage]  # type: ignore[assignment]  # as pydantic's models declare


class UncheckedWellAttrs(well.WellAttrs):
    """The metadata of such a well."""

    well: UncheckedWell


class VersionedPlate(PlateBase):
    """A plate that has a version."""

    version: Literal["0.4", "0.5"]


class Screen(BaseModel):
    """A model of pydantic with models as fields."""

    plate: VersionedPlate
    images: list[UncheckedImage] = []
    axis: Annotated[Axis | None, "the first"] = None


def test_documents_are_validated_and_dumped() -> None:
    axis = Axis.model_validate({"name": "x", "type": "space", "seen": None})
    assert axis == Axis(name="x", type="space", extra={"seen": None})
    assert Axis.model_validate(axis) is axis
    assert Axis.model_validate_json(b'{"name": "x", "type": "space", "seen": null}') == axis
    dumped = {"name": "x", "type": "space", "unit": None, "seen": None}
    assert axis.model_dump() == axis.model_dump(mode="json") == dict(axis) == dumped
    assert json.loads(axis.model_dump_json()) == dumped
    assert axis.model_dump_json(exclude_none=True) == '{"name":"x","type":"space"}'
    assert axis.model_dump_json(indent=1, exclude_none=True) == (
        '{\n "name": "x",\n "type": "space"\n}'
    )
    assert axis.model_dump(include={"name", "unit"}) == {"name": "x", "unit": None}
    assert axis.model_dump(exclude={"seen", "unit"}) == {"name": "x", "type": "space"}
    assert axis.model_dump(exclude_unset=True) == {"name": "x", "type": "space", "seen": None}
    scale = Scale(scale=[1, 2])
    assert scale.model_dump(exclude_defaults=True) == {"type": "scale", "scale": [1, 2]}
    with pytest.raises(ValueError, match="expected 'python' or 'json' as the mode"):
        axis.model_dump(mode="yaml")


@pytest.mark.parametrize("text", ["{", '{"name": "x", "name": "y"}', '{"name": "x", "a": NaN}'])
def test_wrong_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|repeated|more than once"):
        Axis.model_validate_json(text)


def test_keys_may_be_the_names_of_fields() -> None:
    document = {"colors": [{"label_value": 1, "rgba": [0, 0, 0, 255]}], "b": {"label_value": 1}}
    label = LabelBase.model_validate(document)
    assert label == LabelBase(colors=[{"label_value": 1, "rgba": [0, 0, 0, 255]}], b=document["b"])  # type: ignore[list-item, call-arg]  # as pydantic's constructors take it
    assert label.colors == (Color(label_value=1, rgba=(0, 0, 0, 255)),)
    assert label.model_dump(exclude_none=True) == document
    assert label.model_dump(by_alias=True, exclude_none=True)["colors"][0]["label-value"] == 1
    nested = {
        "type": "sequence",
        "transformations": [{"type": "scale", "scale": [1, 2]}, {"type": "scale"}, 3],
    }
    with pytest.raises(ValidationError):
        image_label.ImageLabelAttrs.model_validate({"multiscales": [{"datasets": [nested]}]})


def test_keywords_that_are_no_fields_are_extra() -> None:
    arguments: dict[str, Any] = {"color": "FFFFFF", "window": WINDOW, "wavelength_id": "A01"}
    channel = Channel(**arguments, label="GFP")
    assert channel.extra == {"wavelength_id": "A01"}
    assert channel.model_extra == {"wavelength_id": "A01", "label": "GFP"}
    assert Channel(**arguments, extra={"b": 1}).extra == {"wavelength_id": "A01", "b": 1}
    assert Omero(channels=[channel], id=7).model_extra == {"id": 7}
    assert channel.window == Window(min=0, max=255, start=0, end=255)
    aliases: dict[str, Any] = {"label-value": 3}
    assert Color(**aliases) == Color(label_value=3)
    with pytest.raises(TypeError, match="got 'label-value' under two names"):
        Color(label_value=3, **aliases)
    misspelled: dict[str, Any] = {"colour": "FFFFFF"}
    with pytest.raises(TypeError, match="did you mean 'color'"):
        Channel(window=channel.window, **misspelled)


def test_missing_values_are_errors_of_pydantic_where_it_is_loaded() -> None:
    required: dict[str, Any] = {}
    with pytest.raises(PydanticError, match="Field required"):
        Axis(**required)
    program = "from ome_zarr_models.v05.axes import Axis; Axis(type='space')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program
    assert b"TypeError" in done.stderr
    assert b"'name'" in done.stderr


def test_copies_are_changed_and_validated() -> None:
    axis = Axis(name="x")
    changed = Axis(name="x", type="space")
    assert axis.model_copy(update={"type": "space"}) == changed
    assert axis.copy(update={"type": "space"}, deep=True) == changed
    assert axis.model_copy() == axis == Axis.model_construct(name="x")
    with pytest.raises(ValidationError):
        Channel(color="FFFFFF", window=Window(**WINDOW)).model_copy(update={"color": "red"})


def test_fields_are_described() -> None:
    fields = Color.model_fields
    assert fields["label_value"].alias == "label-value"
    assert fields["label_value"].is_required()
    assert not fields["rgba"].is_required()
    assert fields["rgba"].alias is None
    assert Axis(name="x").model_fields["name"].annotation is str


def test_classes_with_annotations_alone_are_models() -> None:
    attributes = UncheckedWellAttrs.model_validate(
        {"version": "0.5", "well": {"images": [{"path": "0_illumination corrected"}]}}
    )
    assert attributes.well.images[0].path == "0_illumination corrected"
    with pytest.raises(ValidationError, match="a string"):
        UncheckedImage(path=3)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValidationError, match=r"well\.path-alnum"):
        WellImage(path="0_1")
    plate = VersionedPlate(**PLATE, version="0.5")  # type: ignore[call-arg]  # an attrs class at run time
    for each in (plate, copy.deepcopy(plate), pickle.loads(pickle.dumps(plate))):  # noqa: S301 - own data
        assert each.version == "0.5"
        assert each == plate
    assert structure({**PLATE, "version": "0.5"}, VersionedPlate) == plate
    assert unstructure(plate) == {**PLATE, "version": "0.5"}
    missing: dict[str, Any] = dict(PLATE)
    with pytest.raises(ValueError, match="version"):
        VersionedPlate(**missing)


def test_fields_of_base_classes_may_be_annotated_anew() -> None:
    class Renamed(WellImage):
        path: str

    assert Renamed(path="0", acquisition=1).model_dump() == {"path": "0", "acquisition": 1}
    with pytest.raises(ValidationError, match=r"well\.path-alnum"):
        Renamed(path="0_1")


def test_unknown_transformations_are_reported_as_they_are() -> None:
    for document in ({"type": "nothing"}, {"scale": [1]}, 3):
        with pytest.raises(ValidationError, match="ransformations"):
            Dataset(path="0", coordinateTransformations=[document])  # type: ignore[list-item]  # on purpose


def test_classes_of_attrs_are_models_too() -> None:
    @attrs.frozen
    class Seen(Axis):
        seen: str

    assert Seen("now", name="x") == Seen(seen="now", name="x")
    assert Seen("now", name="x", more=1).extra == {"more": 1}  # type: ignore[call-arg]  # extra at run time
    assert Seen(seen="now", name="x", more=1).extra == {"more": 1}  # type: ignore[call-arg]  # extra at run time

    @attrs.frozen(init=False)
    class Own(Axis):
        def __init__(self, name: str) -> None:
            made: Any = self
            made.__attrs_init__(name=name.lower())

    assert Own("X").name == "x"


def test_models_are_fields_of_models_of_pydantic() -> None:
    screen = Screen.model_validate(
        {"plate": {**PLATE, "version": "0.5"}, "images": [{"path": "a b"}], "axis": {"name": "x"}}
    )
    assert screen.axis == Axis(name="x")
    assert screen.plate.version == "0.5"
    assert Screen.model_validate(screen.model_dump()) == screen
    assert Screen.model_validate_json(screen.model_dump_json()) == screen
    assert screen.model_dump(exclude_none=True)["axis"] == {"name": "x"}
    wrong: dict[str, Any] = {
        **PLATE,
        "version": "0.5",
        "rows": [{"name": "A"}, {"name": "A"}],
        "wells": [{}],
    }
    with pytest.raises(PydanticError) as raised:
        Screen.model_validate({"plate": wrong})
    found = {(error["loc"], error["type"]) for error in raised.value.errors()}
    assert (("plate", "rows"), "plate.row-unique") in found
    assert (("plate", "wells", 0, "rowIndex"), "plate.well-index") in found


def test_json_schemas_are_parts_of_those_of_pydantic() -> None:
    schema: Any = TypeAdapter(dict[str, ImageAttrs]).json_schema()
    assert Axis.model_json_schema()["title"] == "Axis"
    jsonschema.validate({"a": stored(metadata_of("image", "0.6"), "0.6")["ome"]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"a": {"version": "0.6"}}, schema)


def test_models_are_no_lists() -> None:
    with pytest.raises(ValidationError, match="expected a list"):
        Scale(scale=Axis(name="x"))  # type: ignore[arg-type]  # on purpose


def test_groups_take_mappings_as_attributes() -> None:
    group = Image(attributes=image())  # type: ignore[arg-type]  # as pydantic's take it
    assert group.attributes == structure(image())
    with pytest.raises(ValidationError):
        Image(attributes={"multiscales": []})  # type: ignore[arg-type]  # on purpose
    assert issubclass(Axis, BaseAttrs)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["image", "labels", "plate", "well", "bioformats2raw"])
def test_groups_are_dumped_and_validated(kind: str, version: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        group: Any = open_ome_zarr(memory(hierarchy_of(kind, version)), policy="repair")
    cls: Any = group.__class__
    dumped: dict[str, Any] = group.model_dump(exclude_none=True)
    assert list(dumped) == list(cls.model_fields) == ["zarr_format", "attributes", "members"]
    read: Any = cls.model_validate(json.loads(json.dumps(dumped)))
    assert (
        read.to_nodes()
        == cls.model_validate_json(group.model_dump_json(exclude_none=True)).to_nodes()
    )
    assert read.to_flat().keys() == group.to_flat().keys()
    assert read.model_dump(exclude_none=True) == dumped
    assert cls.model_validate(group) is group
    assert (
        read.model_copy()
        == read
        == cls.model_construct(attributes=read.attributes, members=read.members)
    )
    bare = read.model_copy(update={"members": None})
    assert bare.members is None
    assert bare.model_dump()["members"] is None
    assert "members" not in bare.model_dump(exclude_none=True)


def test_groups_of_wrong_forms_are_refused() -> None:
    group: dict[str, Any] = {
        "attributes": {"labels": []},
        "members": {"a": {"shape": [1], "attributes": {}}},
    }
    with pytest.raises(ValidationError, match="chunks: required"):
        Labels.model_validate(group)
    with pytest.raises(TypeError, match="an ArraySpec or a GroupSpec"):
        Labels.model_validate({**group, "members": {"a": 3}})
    with pytest.raises(ValidationError):
        Labels.model_validate({**group, "members": {}, "attributes": {}})
    with pytest.raises(TypeError, match="expected a mapping with the key 'attributes'"):
        Labels.model_validate({"labels": []})
    nested: dict[str, Any] = {"attributes": {}, "members": {"b": {"attributes": {"c": 1}}}}
    spec = GroupSpec.model_validate({"attributes": {}, "members": {"a": nested}})
    assert spec.model_dump()["members"]["a"]["members"]["b"]["attributes"] == {"c": 1}


@pytest.mark.parametrize(("version", "draft"), [("0.5", "0.5-dev"), ("0.6", "0.6.dev4")])
def test_drafts_are_validated_as_what_they_became(version: str, draft: str) -> None:
    attributes = stored(image("yx", version=version), version)
    document: dict[str, Any] = attributes["ome"]
    cls: Any = {"0.5": v05_image.ImageAttrs, "0.6": ImageAttrs}[version]
    with pytest.warns(ValidationWarning, match=f'read as "{version}", found "{draft}"'):
        read = cls.model_validate({**document, "version": draft})
    assert read == cls.model_validate(document)
    with pytest.raises(ValidationError):
        cls.model_validate([])
