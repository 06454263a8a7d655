"""JSON Schemas of models, beside what `structure` says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ome_zarr_models import ValidationError, json_schema, structure, v04, v05, v06
from ome_zarr_models._models.fields import key
from ome_zarr_models._models.model import Model
from ome_zarr_models._models.rule import MUST, SHOULD, Rule, of_key
from ome_zarr_models._models.types import keys, models_of
from ome_zarr_models._spec.versions import VERSIONS as SPECS
from ome_zarr_models.common.axes import Axis as Axis04
from ome_zarr_models.common.image_label_types import Color
from ome_zarr_models.common.multiscales import Dataset
from ome_zarr_models.common.plate import Acquisition
from ome_zarr_models.common.well_types import WellImage
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v06.axes import Axis as Axis06
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem
from ome_zarr_models.v06.coordinate_transforms import Sequence
from ome_zarr_models.v06.image import ImageZarrAttrs
from ome_zarr_models.v06.scene import SceneZarrAttrs

from . import test_rules, test_rules_06
from .documents import VERSIONS, broken, image
from .mutations import broken_documents, mutated, subjects
from .test_official import KINDS, cases

if TYPE_CHECKING:
    from pathlib import Path

#: The rules that a schema cannot say, or only in part, and why.
CANNOT_SAY = {
    "axes.name-unique": "items that differ in the value of a key",
    "cs.name-unique": "items that differ in the value of a key",
    "label.color-unique": "items that differ in the value of a key",
    "ms.ct-length": "lists that are as long as each other",
    "ms.ds-order": "numbers that are larger than others",
    "ms.top-ct": "lists that are as long as each other",
    "ms6.ct-input-path": "a string that is the same as another",
    "ms6.ct-length": "lists that are as long as each other",
    "ms6.ct-output-name": "a name that something else has",
    "ms6.ct-output-same": "strings that are the same",
    "ms6.top-intrinsic": "a name that something else has",
    "ms6.top-other-known": "a name that something else has",
    "nesting": "how deep documents are",
    "plate.acq-id-unique": "items that differ in the value of a key",
    "plate.column-unique": "items that differ in the value of a key",
    "plate.field-count-int": "1.0 is an integer in JSON Schema",
    "plate.row-unique": "items that differ in the value of a key",
    "plate.well-consistent": "an index of an item with a name",
    "plate.well-index-range": "a number that is less than a list is long",
    "plate.well-path-form": "names that something else has",
    "scene.io-known": "a name that something else has",
    "t6.affine-shape": "lists that are as long as each other",
    "t6.bijection-dims": "lists that are as long as each other",
    "t6.bijection-inner-dims": "lists that are as long as each other",
    "t6.bydim-cover": "numbers that are each in one of several lists",
    "t6.bydim-int": "numbers that are less than a list is long",
    "t6.bydim-length": "lists that are as long as each other",
    "t6.dims-compatible": "lists that are as long as each other",
    "t6.field-dispm-eq-n": "lists that are as long as each other",
    "t6.mapaxis-field": "0.0 is an integer in JSON Schema",
    "t6.mapaxis-length": "lists that are as long as each other",
    "t6.mapaxis-range": "numbers that are less than a list is long",
    "t6.rotation-dims": "lists that are as long as each other",
    "t6.rotation-orthonormal": "sums and products",
    "t6.rotation-shape": "lists that are as long as each other",
    "t6.scale-length": "lists that are as long as each other",
    "t6.translation-length": "lists that are as long as each other",
    "well.path-unique": "items that differ in the value of a key",
}


@cache
def _validator(cls: type) -> Any:
    return Draft202012Validator(json_schema(cls))


def _class_of(version: str, kind: str) -> Any:
    return SPECS[version].kind(kind).attributes_class()


def _broken_rules(document: Any, cls: type) -> set[str]:
    """Return the rules for whose sake `structure` refuses a document."""
    try:
        structure(document, cls)
    except ValidationError as error:
        return {problem.rule for problem in error.problems}
    return set()


def _all_models() -> set[type[Model]]:
    """Return all classes of metadata."""
    left = [_class_of(version, kind.name) for version in VERSIONS for kind in SPECS[version].kinds]
    found: set[type[Model]] = set()
    while left:
        model = left.pop()
        if model not in found:
            found.add(model)
            left += [part for each in keys(model) for part in models_of(each.type)]
    return found


@pytest.mark.parametrize("model", sorted(_all_models(), key=str))
def test_schemas_are_schemas(model: type[Model]) -> None:
    schema = json_schema(model)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == model.__name__
    assert schema["description"].endswith((".", ":"))
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_right_is_valid(version: str) -> None:
    for kind, document in subjects(version):
        _validator(_class_of(version, kind)).validate(document)


def _deep() -> Any:
    """Return a scene of transformations that are inside of each other more than they may."""
    document: Any = test_rules_06.document_of("scene")
    (*_, link) = document["ome"]["scene"]["coordinateTransformations"]
    for _ in range(33):
        parts = {name: link.pop(name) for name in [*link] if name not in ("input", "output")}
        link |= {"type": "sequence", "transformations": [parts]}
    return document


def test_what_breaks_a_rule_is_refused(subtests: pytest.Subtests) -> None:
    """The table is of the rules whose breaches are not all refused, and of no others."""
    accepted: set[str] = set()
    for version, kind, rule, document in [
        *broken_documents(),
        ("0.6", "scene", "nesting", _deep()),
    ]:
        cls = _class_of(version, kind)
        with subtests.test(f"{version} {rule}"):
            assert rule in _broken_rules(document, cls)
            if _validator(cls).is_valid(document):
                accepted.add(rule)
    assert accepted == CANNOT_SAY.keys()


def test_a_rule_is_said_or_cannot_be_said() -> None:
    unsaid = {
        rule.slug
        for model in _all_models()
        for rule in model.spec_rules
        if rule.severity == "error" and rule.schema is None
    }
    assert unsaid <= CANNOT_SAY.keys()


def test_what_is_recommended_is_not_in_schemas(subtests: pytest.Subtests) -> None:
    for rule, loc, value, _ in test_rules.WARNINGS:
        if not isinstance(loc[-1], slice):
            with subtests.test(rule):
                _validator(ImageAttrs).validate(broken(image(), loc, value))
    for what, loc, value, rule, _ in test_rules_06.WARNINGS:
        with subtests.test(rule):
            cls: Any = SceneZarrAttrs if what == "scene" else ImageZarrAttrs
            _validator(cls).validate(broken(test_rules_06.document_of(what), loc, value))


@pytest.mark.parametrize("version", VERSIONS)
def test_official_cases(version: str, shared: Path, subtests: pytest.Subtests) -> None:
    """The schema and `structure` have the same verdict, but for what a schema cannot say."""
    for case in cases(shared, version):
        with subtests.test(case["id"]):
            kind: Any = KINDS.get(case["kind"], case["kind"])
            _agree(case["attributes"], _class_of(version, kind))


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=100)
@given(st.data())
def test_verdicts(version: str, data: st.DataObject) -> None:
    kind, document = data.draw(mutated(version))
    _agree(document, _class_of(version, kind))


def _agree(document: Any, cls: Any) -> None:
    rules = _broken_rules(document, cls)
    if _validator(cls).is_valid(document):
        assert rules <= CANNOT_SAY.keys()
    else:
        assert rules != set()


VALUES: list[tuple[Any, Any, bool]] = [
    # Null is as good as an absent key.
    (Acquisition, {"id": 1, "name": None}, True),
    (Acquisition, {"id": 1, "maximumfieldcount": None}, True),
    (Acquisition, {"id": 1, "maximumfieldcount": 0}, False),
    (Acquisition, {"id": None}, False),
    (WellImage, {"path": "0", "acquisition": None}, True),
    (Color, {"label-value": 1, "rgba": None}, False),
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
def test_keys(cls: Any, document: Any, is_valid: bool) -> None:  # noqa: FBT001 - a column
    assert _validator(cls).is_valid(document) is is_valid
    assert (_broken_rules(document, cls) == set()) is is_valid


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
def test_members_of_a_union(transform: Any, is_valid: bool) -> None:  # noqa: FBT001 - a column
    scale = {"type": "scale", "scale": [1, 1]}
    document = {"path": "0", "coordinateTransformations": [scale, transform]}
    assert _validator(Dataset).is_valid(document) is is_valid
    assert (_broken_rules(document, Dataset) == set()) is is_valid


def test_a_transformation_is_made_of_others() -> None:
    schema = json_schema(Sequence)
    assert schema["properties"]["transformations"]["items"] == {"$ref": "#/$defs/Transform"}
    inner: dict[str, Any] = {"type": "sequence", "transformations": [{"type": "identity"}]}
    validator = _validator(Sequence)
    assert validator.is_valid({"type": "sequence", "transformations": [inner]})
    inner["transformations"].append({"type": "sequence", "transformations": []})
    assert not validator.is_valid({"type": "sequence", "transformations": [inner]})


def test_a_schema_names_its_rules() -> None:
    (error,) = _validator(Axis04).iter_errors({})
    assert error.message == "'name' is a required property"
    parts = json_schema(CoordinateSystem)["allOf"]
    assert parts == [
        {
            "$comment": "cs.name-nonempty",
            "description": "The name of a coordinate system must be a non-empty string.",
            "properties": {"name": {"minLength": 1}},
        }
    ]


def test_a_schema_is_of_its_own() -> None:
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
def test_classes_of_ones_own(change: dict[str, Any], is_valid: bool) -> None:  # noqa: FBT001 - a column
    document = {"axis": {"name": "x"}, **change}
    assert _validator(Everything).is_valid(document) is is_valid


def test_definitions() -> None:
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
        (v04.Image, "got the group or array class <class "),
        (v05.GroupSpec, "got the group or array class <class "),
        (v06.ArraySpec, "got the group or array class <class "),
        (dict, "expected a metadata class, got <class 'dict'>$"),
        ("Axis", "expected a metadata class, got 'Axis'$"),
    ],
)
def test_what_is_no_class_of_metadata(cls: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        json_schema(cls)
