"""JSON Schemas of models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

import pytest
from attrs import field, frozen
from jsonschema import Draft202012Validator

from ome_zarr_models import json_schema, v04, v05, v06
from ome_zarr_models._models.fields import key
from ome_zarr_models._models.model import Model
from ome_zarr_models._models.rule import MUST, SHOULD, Rule, of_key
from ome_zarr_models._models.types import keys, models_of
from ome_zarr_models.common.axes import Axis as Axis04
from ome_zarr_models.common.image_label_types import Color
from ome_zarr_models.common.multiscales import Dataset
from ome_zarr_models.common.plate import Acquisition
from ome_zarr_models.common.well_types import WellImage
from ome_zarr_models.v06.axes import Axis as Axis06
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
from ome_zarr_models.v06.coordinate_transforms import Sequence

from ..helpers.factories import VERSIONS
from ..helpers.schemas import CANNOT_SAY, broken_rules, validator
from ..helpers.versions import group_classes


def _all_models() -> set[type[Model]]:
    """Return all classes of metadata."""
    left = [cls.attributes_class for version in VERSIONS for cls in group_classes(version).values()]
    found: set[type[Model]] = set()
    while left:
        model = left.pop()
        if model not in found:
            found.add(model)
            left += [part for each in keys(model) for part in models_of(each.type)]
    return found


@pytest.mark.parametrize("model", sorted(_all_models(), key=str))
def test_schemas_are_valid_json_schemas(model: type[Model]) -> None:
    schema = json_schema(model)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == model.__name__
    assert schema["description"].endswith((".", ":"))
    assert json.loads(json.dumps(schema)) == schema


def test_rules_without_a_schema_are_those_of_the_table() -> None:
    unsaid = {
        rule.slug
        for model in _all_models()
        for rule in model.spec_rules
        if rule.severity == "error" and rule.schema is None
    }
    # The schema of a sequence says it, whatever holds the sequence.
    assert unsaid - {"t6.sequence-nonempty"} <= CANNOT_SAY.keys()


VALUES: list[tuple[Any, Any, bool]] = [
    # Null is read as an absent key.
    (Acquisition, {"id": 1, "name": None}, True),
    (Acquisition, {"id": 1, "maximumfieldcount": None}, True),
    (Acquisition, {"id": 1, "maximumfieldcount": 0}, False),
    (Acquisition, {"id": None}, False),
    (WellImage, {"path": "0", "acquisition": None}, True),
    (Color, {"label-value": 1, "rgba": None}, True),
    # A value of another type is only a warning.
    (Axis04, {"name": 3, "type": None, "unit": ["meter"]}, True),
    (Axis04, {"type": "space"}, False),
    (Axis06, {"name": 3}, False),
    (Axis06, {"name": "x", "discrete": 1}, False),
    # The `type` and an own key tell which of some it is.
    (Dataset, {"path": "0", "coordinateTransformations": [{}]}, False),
    (Axis04, {"name": "x", "shown": {"any": ["thing"]}}, True),
    (Axis04, ["x"], False),
]


@pytest.mark.parametrize(("cls", "document", "is_valid"), VALUES)
def test_schemas_agree_with_structure_on_keys(cls: Any, document: Any, is_valid: bool) -> None:  # noqa: FBT001 - a column
    assert validator(cls).is_valid(document) is is_valid
    assert (broken_rules(document, cls) == set()) is is_valid


@pytest.mark.parametrize(
    ("transform", "is_valid"),
    [
        ({"type": "translation", "translation": [0, 0]}, True),
        ({"type": "translation", "path": "places"}, True),
        ({"type": "translation", "translation": "places"}, True),
        ({"type": "translation", "path": "places", "translation": "beside"}, True),
        ({"type": "translation", "path": "places", "translation": [0, 0]}, False),
        ({"type": "translation"}, False),
        ({"type": "translation", "scale": [1, 1]}, False),
        ({"translation": [0, 0]}, False),
        ({"type": "shift", "translation": [0, 0]}, False),
    ],
)
def test_schema_of_a_union_finds_the_member(transform: Any, is_valid: bool) -> None:  # noqa: FBT001 - a column
    scale = {"type": "scale", "scale": [1, 1]}
    document = {"path": "0", "coordinateTransformations": [scale, transform]}
    assert validator(Dataset).is_valid(document) is is_valid
    assert (broken_rules(document, Dataset) == set()) is is_valid


SPACE, TIME, CHANNEL = ({"name": "a", "type": type_} for type_ in ("space", "time", "channel"))
CUSTOM, BARE = {"name": "a", "type": "phase"}, {"name": "a"}
SCALE = {"type": "scale", "scale": [1, 1]}
TRANSLATION = {"type": "translation", "translation": [0, 0]}

# Each rule alone, as others bound the lists as well.
COUNTS: list[tuple[str, list[Any], bool]] = [
    ("ms.axes-space", [SPACE], False),
    ("ms.axes-space", [SPACE] * 2, True),
    ("ms.axes-space", [SPACE] * 3, True),
    ("ms.axes-space", [SPACE] * 4, False),
    ("ms.axes-time", [SPACE], True),
    ("ms.axes-time", [TIME], True),
    ("ms.axes-time", [TIME] * 2, False),
    ("ms.axes-channel", [SPACE], True),
    ("ms.axes-channel", [CHANNEL], True),
    *(("ms.axes-channel", [other, CHANNEL], False) for other in (CHANNEL, CUSTOM, BARE)),
    ("ms.ct-one-scale", [TRANSLATION], False),
    ("ms.ct-one-scale", [SCALE], True),
    ("ms.ct-one-scale", [SCALE] * 2, False),
    ("ms.ct-one-translation", [SCALE], True),
    ("ms.ct-one-translation", [TRANSLATION], True),
    ("ms.ct-one-translation", [TRANSLATION] * 2, False),
]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize(("slug", "listed", "is_valid"), COUNTS)
def test_schemas_bound_what_lists_contain(
    slug: str,
    listed: list[Any],
    is_valid: bool,  # noqa: FBT001 - a column
    version: str,
) -> None:
    schema = json_schema(group_classes(version)["image"].attributes_class)
    definitions: Any = schema["$defs"]
    parts = [
        {"$defs": definitions, **part}
        for definition in definitions.values()
        for part in definition.get("allOf", ())
        if part.get("$comment") == slug
    ]
    assert parts
    document: Any = dict.fromkeys(("axes", "coordinateTransformations"), listed)
    validators: list[Any] = [Draft202012Validator(part) for part in parts]
    assert {each.is_valid(document) for each in validators} == {is_valid}


def test_schema_of_a_sequence_is_recursive() -> None:
    schema = json_schema(Sequence)
    assert schema["properties"]["transformations"]["items"] == {"$ref": "#/$defs/Transform"}
    inner: dict[str, Any] = {"type": "sequence", "transformations": [{"type": "identity"}]}
    of_sequence = validator(Sequence)
    assert of_sequence.is_valid({"type": "sequence", "transformations": [inner]})
    inner["transformations"].append({"type": "sequence", "transformations": []})
    assert not of_sequence.is_valid({"type": "sequence", "transformations": [inner]})


def test_schema_names_its_rules() -> None:
    (error,) = validator(Axis04).iter_errors({})
    assert error.message == "'name' is a required property"
    parts = json_schema(CoordinateSystem)["allOf"]
    assert parts[:1] == [
        {
            "$comment": "cs.name-nonempty",
            "description": "The name of a coordinate system must be a non-empty string.",
            "properties": {"name": {"minLength": 1}},
        }
    ]


def test_schema_is_a_copy() -> None:
    first = json_schema(CoordinateSystem)
    first["allOf"][0]["properties"]["name"]["minLength"] = 5
    assert json_schema(CoordinateSystem)["allOf"][0]["properties"]["name"] == {"minLength": 1}


def _wrong(level: Any) -> Rule:
    return Rule("wrong", level, "", "It is so.", schema=of_key("count", minimum=1))


@frozen(kw_only=True, repr=False)
class Axis(Axis04):
    """
    An axis that is called like another.

    Parameters
    ----------
    name, type, unit, extra
        As there.
    """


@frozen(kw_only=True, repr=False)
class Cat(Model):
    """A cat."""

    type: Literal["cat"] = field(default="cat", metadata=key(required=True))
    lives: int = field()


@frozen(kw_only=True, repr=False)
class Dog(Model):  # noqa: D101 - as a user's class may be
    type: Literal["dog"] = field(default="dog", metadata=key(required=True))
    tricks: tuple[str, ...] = field()


@frozen(kw_only=True, repr=False)
class Everything(Model):
    """What a user may declare."""

    spec_rules: ClassVar[tuple[Rule, ...]] = (_wrong(MUST), _wrong(SHOULD))

    axis: Axis04 = field()
    other: Axis | None = field(default=None)
    pet: Cat | Dog | None = field(default=None)
    inner: Everything | None = field(default=None, metadata=key(nullable=True))
    count: int | None = field(default=None, metadata=key(also="number"))
    counts: Mapping[str, int] | None = field(default=None, metadata=key(wrong=_wrong(MUST)))
    liked: Mapping[str, int] | None = field(default=None, metadata=key(wrong=_wrong(SHOULD)))
    size: Literal["s", "m", "l"] | None = field(default=None, metadata=key(wrong=_wrong(MUST)))
    made: datetime | None = field(default=None)
    ratio: float | None = field(default=None, metadata=key(wrong=_wrong(MUST)))


@pytest.mark.parametrize(
    ("change", "is_valid"),
    [
        ({}, True),
        ({"axis": {}}, False),
        ({"other": {"name": "y"}}, True),
        ({"other": None}, True),
        ({"other": {}}, False),
        ({"pet": {"type": "cat", "lives": 9}}, True),
        ({"pet": {"type": "dog", "tricks": ["sit"]}}, True),
        ({"pet": {"type": "dog", "lives": 9}}, False),
        ({"pet": {"type": "cow"}}, False),
        ({"inner": {"axis": {"name": "x"}, "inner": None}}, True),
        ({"inner": {}}, False),
        ({"count": 1}, True),
        ({"count": 0}, False),
        ({"number": 1}, True),
        ({"number": "1"}, False),
        ({"count": 1, "number": "1"}, True),
        ({"counts": {"a": 1}}, True),
        ({"counts": {"a": "1"}}, False),
        ({"counts": [1]}, False),
        ({"liked": {"a": 1}}, True),
        ({"liked": {"a": "1"}}, False),
        ({"liked": [1]}, True),
        ({"size": "m"}, True),
        ({"size": "xl"}, False),
        ({"made": "today"}, True),
        ({"ratio": 1}, True),
        ({"ratio": "1"}, False),
    ],
)
def test_schema_of_a_class_of_a_user(change: dict[str, Any], is_valid: bool) -> None:  # noqa: FBT001 - a column
    document = {"axis": {"name": "x"}, **change}
    assert validator(Everything).is_valid(document) is is_valid


def test_definitions_have_names_of_their_own() -> None:
    schema = json_schema(Everything)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["inner"] == {"anyOf": [{"$ref": "#"}, {"type": "null"}]}
    assert schema["properties"]["other"]["anyOf"][0] == {"$ref": "#/$defs/Axis_"}
    assert [*schema["$defs"]] == ["Axis", "Axis_", "Model", "Cat", "Dog"]
    assert schema["$defs"]["Cat"]["description"] == "A cat."
    assert "description" not in schema["$defs"]["Dog"]
    assert [part.get("$comment") for part in schema["allOf"]] == [None, "wrong"]


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (v04.Image, "such as v05.image.ImageAttrs, got the group or array class <class "),
        (v05.GroupSpec, "such as v05.image.ImageAttrs, got the group or array class <class "),
        (v06.ArraySpec, "such as v05.image.ImageAttrs, got the group or array class <class "),
        (dict, "such as v05.image.ImageAttrs, got <class 'dict'>$"),
        ("Axis", "such as v05.image.ImageAttrs, got 'Axis'$"),
    ],
)
def test_classes_other_than_metadata_are_refused(cls: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        json_schema(cls)
