"""Models to and from JSON, with converters of the package and of users."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping  # noqa: TC003 - the annotations of models are looked at
from datetime import date
from types import MappingProxyType
from typing import Any

import attrs
import cattrs
import pytest
from cattrs.preconf import json as preconf_json
from cattrs.preconf import msgspec as preconf_msgspec
from cattrs.preconf import orjson as preconf_orjson

from ome_zarr_models import (
    ValidationError,
    dumps,
    loads,
    make_converter,
    register_hooks,
    structure,
    unstructure,
)
from ome_zarr_models._json.text import decode, repeated_keys
from ome_zarr_models._models.fields import items
from ome_zarr_models._models.model import Model
from ome_zarr_models.exceptions import BrokenJSONError, Problem
from ome_zarr_models.v04.axes import Axis
from ome_zarr_models.v04.coordinate_transformations import PathScale, VectorScale
from ome_zarr_models.v04.image import Image, ImageAttrs
from ome_zarr_models.v04.image_label import ImageLabelAttrs
from ome_zarr_models.v04.labels import LabelsAttrs
from ome_zarr_models.v04.multiscales import Dataset, Multiscale

from ..helpers.factories import Loc, broken, image, image_label, plate


@attrs.frozen
class Holder:
    """A class of the user's, with a model for its only field."""

    axis: Axis


@attrs.frozen
class Study:
    """A class of the user's, with metadata for fields."""

    title: str
    image: ImageAttrs
    axes: list[Axis]
    scale: VectorScale | PathScale
    spare: Axis | None = None


STUDY = {
    "title": "cells",
    "image": image(),
    "axes": [{"name": "x", "type": "space", "seen": True}],
    "scale": {"type": "scale", "path": "scales"},
    "spare": None,
}

CONVERTERS: list[cattrs.Converter] = [
    make_converter(),
    cattrs.Converter(),
    cattrs.Converter(detailed_validation=False),
    preconf_json.make_converter(),
    preconf_msgspec.make_converter(),
    preconf_orjson.make_converter(),
]


@pytest.mark.parametrize("converter", CONVERTERS, ids=lambda each: type(each).__name__)
def test_hooks_work_in_converters_of_users(converter: cattrs.Converter) -> None:
    register_hooks(converter)
    study = converter.structure(STUDY, Study)
    assert study.image == structure(image(), ImageAttrs)
    assert study.scale == PathScale(path="scales")
    assert json.loads(json.dumps(converter.unstructure(study))) == STUDY
    with pytest.raises((cattrs.ClassValidationError, ValidationError)):
        converter.structure(broken(STUDY, ("axes", 0), {}), Study)


@pytest.mark.parametrize("preconf", [preconf_json, preconf_msgspec, preconf_orjson])
def test_hooks_work_in_text_converters_of_users(preconf: Any) -> None:
    converter = preconf.make_converter()
    register_hooks(converter)
    study = converter.structure(STUDY, Study)
    assert converter.loads(converter.dumps(study), Study) == study


def test_hooks_of_users_are_kept() -> None:
    converter = cattrs.Converter()
    register_hooks(converter)
    converter.register_structure_hook(Axis, lambda value, _: Axis(name=value))
    converter.register_unstructure_hook(Axis, lambda axis: axis.name)
    document = {"axes": ["y", "x"], "datasets": image("yx")["multiscales"][0]["datasets"]}
    with pytest.raises(ValidationError, match=r"ms\.axes-space"):
        converter.structure(document, Multiscale)
    converter.register_structure_hook(Axis, lambda value, _: Axis(name=value, type="space"))
    converter = converter.copy()
    multiscale = converter.structure(document, Multiscale)
    assert [axis.name for axis in multiscale.axes] == ["y", "x"]
    assert converter.unstructure(multiscale) == document


def test_model_of_a_user_is_read_and_written() -> None:
    @attrs.frozen(kw_only=True)
    class Dated(Axis):
        day: date = date(2020, 1, 1)

    converter = cattrs.Converter()
    register_hooks(converter)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    converter.register_unstructure_hook(date, date.isoformat)
    day = date(2024, 2, 29)
    assert Dated(name="t", type=["any"], day=day).day == day  # type: ignore[arg-type] # kept
    dated = converter.structure({"name": "t", "day": "2024-02-29"}, Dated)
    assert dated == Dated(name="t", day=date(2024, 2, 29))
    assert converter.unstructure(dated) == {"name": "t", "day": "2024-02-29"}
    with pytest.raises(ValidationError, match='day: expected date, got "2024-13-01": month'):
        converter.structure({"name": "t", "day": "2024-13-01"}, Dated)


def test_model_of_a_user_needs_a_converter_for_other_types() -> None:
    @attrs.frozen(kw_only=True)
    class Dated(Axis):
        day: date

    with pytest.raises(TypeError, match="register_hooks"):
        structure({"name": "t", "day": "2024-02-29"}, Dated)
    with pytest.raises(TypeError, match="register_hooks"):
        unstructure(Dated(name="t", day=date(2024, 2, 29)))


@pytest.mark.parametrize(
    ("document", "cls"),
    [
        (image(), ImageAttrs),
        (image_label(), ImageLabelAttrs),
        ({"labels": ["0", "nuclei"]}, LabelsAttrs),
    ],
)
def test_class_is_found_by_the_document(document: dict[str, Any], cls: type) -> None:
    model = structure(document)
    assert type(model) is cls
    assert unstructure(model) == document
    assert loads(dumps(model)) == model
    assert loads(json.dumps(document)) == model
    assert list(json.loads(dumps(model))) == list(document)
    assert json.loads(dumps([model])) == [document]


def test_containers_and_unions_of_models_are_read() -> None:
    axes = structure([{"name": "y"}, {"name": "x"}], tuple[Axis, ...])
    assert axes == (Axis(name="y"), Axis(name="x"))
    assert list(unstructure(axes)) == [{"name": "y"}, {"name": "x"}]
    union: Any = VectorScale | PathScale
    assert structure({"type": "scale", "scale": [1]}, union) == VectorScale(scale=(1,))
    with pytest.raises(ValidationError, match=r"trafo\.type-known"):
        structure({"type": "shear"}, union)


def test_problems_in_other_types_have_places() -> None:
    with pytest.raises(ValidationError) as raised:
        structure({"title": 3, "image": image(), "axes": [{"name": "x"}, {"nam": "y"}]}, Study)
    assert [(problem.rule, problem.loc) for problem in raised.value.problems] == [
        ("axes.name", ("axes", 1, "name")),
        ("type", ("scale",)),
    ]


def test_optional_model_is_read() -> None:
    kind: Any = VectorScale | PathScale | None
    assert structure(None, kind) is None
    assert structure({"type": "scale", "path": "p"}, kind) == PathScale(path="p")


def test_copied_converter_has_its_own_hooks() -> None:
    converter = make_converter()
    document = {"axes": ["y", "x"], "datasets": image("yx")["multiscales"][0]["datasets"]}
    with pytest.raises(ValidationError):
        converter.structure(document, Multiscale)
    copy = converter.copy()
    copy.register_structure_hook(Axis, lambda value, _: Axis(name=value, type="space"))
    copy.register_unstructure_hook(Axis, lambda axis: axis.name)
    multiscale = copy.structure(document, Multiscale)
    assert copy.unstructure(multiscale) == document
    assert converter.unstructure(multiscale)["axes"][0] == {"name": "y", "type": "space"}


@attrs.frozen(kw_only=True)
class Tree(Model):
    """A model that holds others of its own kind."""

    name: str
    branches: tuple[Tree, ...] = attrs.field(default=(), converter=items["Tree", ...])


TREE: dict[str, Any] = {"name": "a", "branches": [{"name": "b"}, {"name": "c", "leaves": 3}]}


def test_recursive_model_is_read_and_written() -> None:
    own: list[tuple[Any, Any]] = [(structure, unstructure)]
    for read, write in [*own, (CONVERTERS[0].structure, CONVERTERS[0].unstructure)]:
        tree = read(TREE, Tree)
        assert tree.branches == (Tree(name="b"), Tree(name="c", extra={"leaves": 3}))
        assert write(tree) == TREE
        with pytest.raises(ValidationError, match=r"branches\[0\]\.name"):
            read({"name": "a", "branches": [{}]}, Tree)
    assert json.loads(dumps(structure(TREE, Tree))) == TREE


def test_subclass_is_written_with_its_own_fields() -> None:
    @attrs.frozen(kw_only=True, repr=False)
    class Measured(VectorScale):
        by: str

    scale = Measured(scale=[1, 2], by="hand")
    dataset = Dataset(path="0", coordinateTransformations=[scale])
    written = {"type": "scale", "scale": [1, 2], "by": "hand"}
    assert unstructure(dataset)["coordinateTransformations"] == [written]
    assert json.loads(dumps(dataset))["coordinateTransformations"] == [written]
    converter = make_converter()
    converter.register_unstructure_hook(VectorScale, lambda scale: list(scale.scale))
    plain = Dataset.build(path="0", scale=[1, 2], translation=[3, 4])
    assert converter.unstructure(plain)["coordinateTransformations"] == [
        [1, 2],
        {"type": "translation", "translation": [3, 4]},
    ]


@attrs.frozen(kw_only=True)
class Checked(Axis):
    """A model with a validator and an attribute of the user's."""

    size: int = attrs.field(default=1, validator=attrs.validators.gt(0))
    names: list[str] = attrs.field(factory=list[str], init=False)
    _hidden: str | None = None

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.name == "bad":
            raise ValidationError((Problem("own", "error", "", ("name",), "expected better"),))


def test_constructor_of_a_model_of_a_user_is_called() -> None:
    axis = structure({"name": "x", "size": 2, "_hidden": "h"}, Checked)
    assert (axis.size, axis.names) == (2, [])
    assert axis != Checked(name="x", size=2)
    assert unstructure(axis) == {"name": "x", "size": 2, "_hidden": "h"}
    assert structure({"name": "x", "shown": True}, Checked).extra == {"shown": True}
    for document, problem in [
        ({"name": "x", "size": 0}, "'size' must be > 0: 0 [type]"),
        ({"name": "bad"}, "name: expected better [own]"),
        ({"name": "x", "size": "1"}, 'size: expected an integer, got "1" [type]'),
        ({"name": "x", "size": True}, "size: expected an integer, got true [type]"),
    ]:
        with pytest.raises(ValidationError) as raised:
            structure(document, Checked)
        assert str(raised.value) == problem
        with pytest.raises(ValidationError, match=rf"^\[0\].*{re.escape(problem[-30:])}"):
            structure([document], list[Checked])


def test_problems_of_hooks_of_users_keep_their_places() -> None:
    def structure_day(value: Any, _: Any) -> date:
        error = ValidationError(
            (Problem("own", "error", "", (1,), f"expected a day, got {value}"),)
        )
        raise error

    converter = make_converter()
    converter.register_structure_hook(date, structure_day)

    @attrs.frozen(kw_only=True)
    class Dated(Axis):
        day: date

    with pytest.raises(ValidationError, match=r"^day\[1\]: expected a day, got 3 \[own\]$"):
        converter.structure({"name": "t", "day": 3}, Dated)


def test_notes_of_other_errors_are_ignored() -> None:
    def refuse(*_: Any) -> Any:
        error = ValueError("no day")
        error.add_note("this was read by hand")
        raise error

    converter = make_converter()
    converter.register_structure_hook(date, refuse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ome_zarr_models._models.hooks._converter", lambda: converter)
        with pytest.raises(ValidationError, match=r"^\[0\]: no day \[type\]$"):
            structure(["today"], list[date])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"name": "y", "name": "x"}', [("name",)]),
        ('{"name" : "y", "name"\n: "y"}', [("name",)]),
        ('{"name": NaN, "name": "x"}', [("name",)]),
        ('{"name": "x", "\\u006eame": "y"}', [("name",)]),
        ('{"name": "x", "seen": [{"a": 1, "a": 2}, {"b": {"c:": 1, "c:": 1}}]}', [
            ("seen", 0, "a"), ("seen", 1, "b", "c:")
        ]),
        ('{"name": "\\u003a", "type": ":\\ud800"}', []),
        ('{"name": "\\u003a", "seen": 1, "seen": 2}', [("seen",)]),
        ('{"name": "\\ud800", "seen": 1, "seen": 2}', [("seen",)]),
        (f'{{"name": "x", "seen": 1, "seen": {"[" * 900}{"]" * 900}}}', [("seen",)]),
    ],
)  # fmt: skip
def test_repeated_keys_are_refused(text: str, places: list[Loc]) -> None:
    for given in (text, text.encode()):
        if places:
            with pytest.raises(ValidationError) as raised:
                loads(given, Axis)
            assert [(each.rule, each.loc) for each in raised.value.problems] == [
                ("json-key", place) for place in places
            ]
            assert "expected this key once, got it more than once" in str(raised.value)
        else:
            decoded, _ = decode(given)
            assert repeated_keys(given, decoded) == ()


def test_repeated_keys_are_not_searched_too_deep() -> None:
    assert repeated_keys(b'{"a": 1, "a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", {}) == ()


def test_lone_surrogate_in_a_text_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"labels\[0\].*\[json-value\]|expected"):
        loads('{"labels": ["\ud800"]}')


def test_keys_other_than_strings_are_ignored() -> None:
    with pytest.raises(ValidationError) as raised:
        structure({"multiscales": [{1: 2}]}, ImageAttrs)
    assert {each.rule for each in raised.value.problems} >= {"ms.axes", "ms.datasets"}


def test_values_other_than_documents_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"expected an object, got \[\] \[type\]"):
        structure([])  # type: ignore[call-overload] # that is what is tested
    with pytest.raises(ValidationError, match="did you mean `loads`"):
        structure("{}")  # type: ignore[call-overload] # that is what is tested
    with pytest.raises(ValidationError, match="expected an object, got 3"):
        loads("3")


def test_groups_are_refused_with_a_hint() -> None:
    group = Image(attributes=structure(image(), ImageAttrs))
    for convert in (unstructure, dumps):
        with pytest.raises(TypeError, match="expected metadata, got a group, Image: use its"):
            convert(group)
    with pytest.raises(TypeError, match=r"expected a metadata class, got the group .*Image"):
        structure(image(), Image)


@pytest.mark.parametrize("nested", ["[" * 100_000, "[" * 100_000 + "]" * 100_000])
def test_too_deeply_nested_text_is_refused(nested: str) -> None:
    with pytest.raises(BrokenJSONError, match="not JSON: "):
        loads(f'{{"name": "x", "more": {nested}}}', Axis)


def test_lone_surrogates_are_not_written() -> None:
    axis = Axis(name="\ud800", type="space\xb5")
    text = json.dumps(unstructure(axis))
    for convert in (lambda: dumps(axis), lambda: loads(text, Axis)):
        with pytest.raises(ValidationError) as raised:
            convert()
        assert str(raised.value) == 'name: expected JSON, got "\\ud800" [json-value]'


def test_converters_read_any_mapping() -> None:
    converter = make_converter()
    assert converter.structure(MappingProxyType({"name": "x"}), Axis) == Axis(name="x")


def test_any_mapping_and_any_sequence_is_read() -> None:
    document = image()
    document["multiscales"] = tuple(document["multiscales"])
    document["omero"] = MappingProxyType(document["omero"])
    assert structure(MappingProxyType(document)) == structure(image())


@pytest.mark.parametrize(
    ("document", "expected", "found"),
    [
        ({}, "OME-Zarr 0.4", "none ["),
        ({"a": 1, "b": 2}, "OME-Zarr 0.4", "none: the keys are 'a', 'b'"),
        ({"ome": {"version": "0.6"}}, "OME-Zarr 0.4", "OME-Zarr 0.6"),
        ({"ome": {"version": "0.4", "plate": {}}}, "", '"0.4": OME-Zarr 0.4 has its metadata'),
        (
            {"ome": {"version": "0.5"}},
            "OME-Zarr 0.4",
            "OME-Zarr 0.5 metadata of an unknown kind of group: the keys are 'version'",
        ),
        (
            {"OME": {}},
            "OME-Zarr 0.4",
            "none: the keys are 'OME': did you mean 'ome' instead of 'OME'?",
        ),
        (
            {"multiscale": [], "zzz": 1},
            "OME-Zarr 0.4",
            "none: the keys are 'multiscale', 'zzz': did you mean 'multiscales' instead of",
        ),
        (
            {"zarr_format": 3, "node_type": "group", "attributes": {}},
            "OME-Zarr 0.4",
            "a whole 'zarr.json' document: pass its 'attributes'",
        ),
        ({"ome": {}}, "OME-Zarr 0.4", "OME-Zarr 0.5 metadata of an unknown kind of group ["),
        ({"ome": []}, "", "[] [meta.ome-object]"),
        (
            {"multiscales": [{"version": "0.1"}]},
            "OME-Zarr 0.4",
            "OME-Zarr 0.1, which is older: convert it to 0.4 first",
        ),
        (
            {"multiscales": [{"version": "0.3", "axes": ["y", "x"]}]},
            "OME-Zarr 0.4",
            "OME-Zarr 0.3, which is older: convert it to 0.4 first",
        ),
    ],
)
def test_error_names_what_a_document_is_instead_of_metadata(
    document: dict[str, Any], expected: str, found: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        structure(document)
    assert not expected or f"expected metadata of {expected}" in str(raised.value)
    assert f"got {found}" in str(raised.value)


@pytest.mark.parametrize("cls", [ImageAttrs, Axis, LabelsAttrs])
@pytest.mark.parametrize("document", [None, [], "{}", 3])
def test_documents_other_than_objects_are_refused(document: Any, cls: type) -> None:
    with pytest.raises(ValidationError, match="expected an object, got "):
        structure(document, cls)


@pytest.mark.parametrize("text", [b"", b"{", b"{'a': 1}", b"[1,]", b'{"a": "\xff"}', b"{}}"])
def test_text_other_than_json_is_refused(text: bytes) -> None:
    with pytest.raises(BrokenJSONError, match="not JSON: ") as raised:
        loads(text, Axis)
    assert isinstance(raised.value.__cause__, ValueError)


def test_nan_in_a_field_is_named_by_its_place() -> None:
    text = json.dumps(broken(image(), ("omero", "channels", 0, "window", "max"), float("nan")))
    with pytest.raises(ValidationError) as raised:
        loads(text)
    assert str(raised.value) == (
        "omero.channels[0].window.max: expected a number, got NaN [omero.window-minmax]"
    )


@pytest.mark.parametrize(
    ("value", "loc", "found"),
    [
        (float("nan"), (), "NaN"),
        ([1, float("inf")], (1,), "Infinity"),
        ({"a": {"b": -float("inf")}}, ("a", "b"), "-Infinity"),
        ({"a": [{1, 2}]}, ("a", 0), "{1, 2}"),
        (object, (), "<class 'object'>"),
        ({(1, 2): 3}, (), "[1, 2]"),
    ],
)
def test_values_that_json_does_not_have_are_refused(value: Any, loc: Loc, found: str) -> None:
    expected = f"expected JSON, got {found}"
    document = {"name": "x", "more": value, "none": None}
    problem = Problem("json-value", "error", "", ("more", *loc), expected)
    with pytest.raises(ValidationError) as raised:
        dumps(structure(document, Axis))  # free JSON is looked at when it is written
    assert raised.value.problems == (problem,)
    with pytest.raises(ValidationError) as raised:
        Axis(name="x", extra={"more": value, "none": None})
    assert raised.value.problems == (attrs.evolve(problem, loc=("extra", "more", *loc)),)


def test_all_nans_of_a_text_are_named_by_their_places() -> None:
    text = '{"name": NaN, "more": [0, -Infinity]}'
    with pytest.raises(ValidationError) as raised:
        loads(text, Axis)
    assert list(map(str, raised.value.problems)) == [
        "name: expected JSON, got NaN [json-value]",
        "more[1]: expected JSON, got -Infinity [json-value]",
    ]
    with pytest.raises(ValidationError) as raised:
        loads(f'{{"axis": {text}}}', Holder)
    assert str(raised.value).startswith("axis.name: expected JSON, got NaN")


@pytest.mark.parametrize("place", [(), ("plate",), ("plate", "wells", 1)])
def test_nan_in_extra_is_named_by_its_place(place: Loc) -> None:
    document = broken(plate(), (*place, "more"), float("nan"))
    with pytest.raises(ValidationError) as raised:
        dumps(structure(document))
    assert [problem.loc for problem in raised.value.problems] == [(*place, "more")]
    document = broken(plate(), (*place, "more"), {"none": None})
    assert json.loads(dumps(structure(document))) == document


def test_nulls_in_extra_are_written() -> None:
    extra: dict[str, Any] = {"none": None, "a": [1.5, {"b": None}]}
    assert json.loads(dumps(Axis(name="x", extra=extra))) == {"name": "x", **extra}


def test_numbers_keep_their_types() -> None:
    vector = [1, 1.0, 0.1, 10**30, -0.0]
    written = dumps(structure({"type": "scale", "scale": vector}, VectorScale))
    assert [repr(n) for n in json.loads(written)["scale"]] == [repr(n) for n in vector]
    assert repr(unstructure(loads(written, VectorScale))["scale"]) == repr(vector)


SCALE = VectorScale(scale=(1,))


@attrs.frozen(kw_only=True)
class Grid(Axis):
    """A model of the user's, with types that none of ours has."""

    parts: Mapping[str, Axis]
    scale: VectorScale | PathScale = SCALE
    matrix: tuple[tuple[float, ...], ...] = ()
    weights: Mapping[str, float] | None = None


GRID = {
    "name": "grid",
    "parts": {"a": {"name": "y"}, "b": {"name": "x", "seen": 1}},
    "matrix": [[1, 0.5], []],
    "weights": {"a": 1.5},
}


def test_model_of_a_user_may_have_other_types() -> None:
    grid = structure(GRID, Grid)
    assert grid.parts["b"] == Axis(name="x", extra={"seen": 1})
    assert grid.matrix == ((1, 0.5), ())
    assert unstructure(grid) == GRID
    assert Grid(name="grid", parts=grid.parts, matrix=grid.matrix, weights={"a": 1.5}) == grid


@pytest.mark.parametrize(
    ("loc", "value", "message"),
    [
        (("parts",), [], "parts: expected an object, got []"),
        (("parts", "a"), {}, "parts.a.name: required, but missing [axes.name]"),
        (("matrix", 0), 3, "matrix[0]: expected a list, got 3"),
        (("matrix", 0, 1), "1", 'matrix[0][1]: expected a number, got "1"'),
        (("weights", "a"), None, "weights.a: expected a number, got null"),
        (("weights",), {"a": {1}}, "weights.a: expected a number, got {1}"),
        (("weights",), {"a": "w" * 99}, f'weights.a: expected a number, got "{"w" * 76}...'),
    ],
)
def test_problems_in_a_model_of_a_user_have_places(loc: Loc, value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        structure(broken(GRID, loc, value), Grid)
    assert str(raised.value).startswith(message)
