"""Models to and from JSON, with our converter and with the user's."""

from __future__ import annotations

import json
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
from ome_zarr_models.exceptions import BrokenJSONError
from ome_zarr_models.v04.axes import Axis
from ome_zarr_models.v04.coordinate_transformations import PathScale, VectorScale
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v04.image_label import ImageLabelAttrs
from ome_zarr_models.v04.labels import LabelsAttrs
from ome_zarr_models.v04.multiscales import Multiscale

from .documents import Loc, broken, image, image_label


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
def test_a_converter_of_the_users(converter: cattrs.Converter) -> None:
    register_hooks(converter)
    study = converter.structure(STUDY, Study)
    assert study.image == structure(image(), ImageAttrs)
    assert study.scale == PathScale(path="scales")
    assert json.loads(json.dumps(converter.unstructure(study))) == STUDY
    with pytest.raises((cattrs.ClassValidationError, ValidationError)):
        converter.structure(broken(STUDY, ("axes", 0), {}), Study)


@pytest.mark.parametrize("preconf", [preconf_json, preconf_msgspec, preconf_orjson])
def test_text_by_a_converter_of_the_users(preconf: Any) -> None:
    converter = preconf.make_converter()
    register_hooks(converter)
    study = converter.structure(STUDY, Study)
    assert converter.loads(converter.dumps(study), Study) == study


def test_the_users_own_hooks_are_kept() -> None:
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


def test_a_model_of_the_users() -> None:
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


def test_a_model_of_the_users_needs_a_converter_for_its_own_types() -> None:
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
def test_the_class_is_looked_up(document: dict[str, Any], cls: type) -> None:
    model = structure(document)
    assert type(model) is cls
    assert unstructure(model) == document
    assert loads(dumps(model)) == model
    assert loads(json.dumps(document)) == model
    assert list(json.loads(dumps(model))) == list(document)
    assert json.loads(dumps([model])) == [document]


def test_other_types_than_models() -> None:
    axes = structure([{"name": "y"}, {"name": "x"}], tuple[Axis, ...])
    assert axes == (Axis(name="y"), Axis(name="x"))
    assert list(unstructure(axes)) == [{"name": "y"}, {"name": "x"}]
    union: Any = VectorScale | PathScale
    assert structure({"type": "scale", "scale": [1]}, union) == VectorScale(scale=(1,))
    with pytest.raises(ValidationError, match=r"trafo\.type-known"):
        structure({"type": "shear"}, union)


def test_any_mapping_will_do_for_a_converter_too() -> None:
    converter = make_converter()
    assert converter.structure(MappingProxyType({"name": "x"}), Axis) == Axis(name="x")


def test_any_mapping_and_any_sequence_will_do() -> None:
    document = image()
    document["multiscales"] = tuple(document["multiscales"])
    document["omero"] = MappingProxyType(document["omero"])
    assert structure(MappingProxyType(document)) == structure(image())


@pytest.mark.parametrize(
    ("document", "expected", "found"),
    [
        ({}, "OME-Zarr 0.4", "no OME-Zarr metadata"),
        ({"plate": {}}, "OME-Zarr 0.4", "OME-Zarr plate"),
        ({"ome": {"version": "0.5"}}, "OME-Zarr 0.4", "OME-Zarr 0.5"),
        ({"ome": {}}, "OME-Zarr 0.4", "OME-Zarr of an unknown version"),
        ({"multiscales": [{"version": "0.1"}]}, "OME-Zarr 0.4", "OME-Zarr 0.1, which is older"),
        (
            {"multiscales": [{"version": "0.3", "axes": ["y", "x"]}]},
            "OME-Zarr 0.4",
            "OME-Zarr 0.3, which is older",
        ),
    ],
)
def test_what_is_no_metadata_says_what_it_is(
    document: dict[str, Any], expected: str, found: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        structure(document)
    assert f"expected metadata of {expected}" in str(raised.value)
    assert f"got {found}" in str(raised.value)


@pytest.mark.parametrize("cls", [ImageAttrs, Axis, LabelsAttrs])
@pytest.mark.parametrize("document", [None, [], "{}", 3])
def test_what_is_no_object(document: Any, cls: type) -> None:
    with pytest.raises(ValidationError, match="expected an object, got "):
        structure(document, cls)


@pytest.mark.parametrize("text", [b"", b"{", b"{'a': 1}", b"[1,]", b'{"a": "\xff"}', b"{}}"])
def test_text_that_is_no_json(text: bytes) -> None:
    with pytest.raises(BrokenJSONError, match="expected JSON, got ") as raised:
        loads(text, Axis)
    assert isinstance(raised.value.__cause__, ValueError)


def test_nan_in_text_is_found_where_it_is() -> None:
    text = json.dumps(broken(image(), ("omero", "channels", 0, "window", "max"), float("nan")))
    with pytest.raises(ValidationError) as raised:
        loads(text)
    assert str(raised.value) == (
        "omero.channels[0].window.max: expected a number, got NaN [omero.window-minmax]"
    )


@pytest.mark.parametrize("value", [float("nan"), [1, float("inf")], {"a": {"b": -float("inf")}}])
def test_nan_is_never_written(value: Any) -> None:
    axis = Axis(name="x", extra={"more": value, "none": None})
    with pytest.raises(ValueError, match="JSON has no NaN"):
        dumps(axis)


def test_null_is_written() -> None:
    extra: dict[str, Any] = {"none": None, "a": [1.5, {"b": None}]}
    assert json.loads(dumps(Axis(name="x", extra=extra))) == {"name": "x", **extra}


def test_numbers_stay_what_they_are() -> None:
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


def test_other_types_in_a_model_of_the_users() -> None:
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
def test_what_is_wrong_in_a_model_of_the_users(loc: Loc, value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        structure(broken(GRID, loc, value), Grid)
    assert str(raised.value).startswith(message)
