"""Models as Python objects."""

from __future__ import annotations

import inspect
import math
import pickle
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest

from ome_zarr_models import ValidationError, structure, unstructure
from ome_zarr_models.v04 import Image
from ome_zarr_models.v04.axes import Axis
from ome_zarr_models.v04.coordinate_transformations import (
    Identity,
    PathScale,
    PathTranslation,
    Transform,
    VectorScale,
    VectorTranslation,
)
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v04.image_label import ImageLabelAttrs
from ome_zarr_models.v04.image_label_types import Color, Label, Property, Source
from ome_zarr_models.v04.labels import LabelsAttrs
from ome_zarr_models.v04.multiscales import Dataset, Multiscale
from ome_zarr_models.v04.omero import Channel, Omero, Window

from ..helpers.factories import image, image_label

if TYPE_CHECKING:
    from collections.abc import Callable

SPACE = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
LEVEL = Dataset.build(path="0", scale=[0.5, 0.5], translation=[1, 2])
TRANSFORMS = LEVEL.coordinateTransformations
WINDOW = Window(max=255, min=0, start=0, end=255)


def test_image_attributes_are_made_of_parts() -> None:
    multiscale = Multiscale(axes=SPACE, datasets=[LEVEL], name="cells", type="mean", version="0.4")
    attributes = ImageAttrs(
        multiscales=[multiscale], omero=Omero(channels=[Channel(color="ff0000", window=WINDOW)])
    )
    assert multiscale.ndim == 2
    assert attributes.get_array_paths() == ["0"]
    assert unstructure(attributes) == {
        "multiscales": [
            {
                "axes": [
                    {"name": "y", "type": "space", "unit": "micrometer"},
                    {"name": "x", "type": "space", "unit": "micrometer"},
                ],
                "datasets": [
                    {
                        "path": "0",
                        "coordinateTransformations": [
                            {"type": "scale", "scale": [0.5, 0.5]},
                            {"type": "translation", "translation": [1, 2]},
                        ],
                    }
                ],
                "name": "cells",
                "type": "mean",
                "version": "0.4",
            }
        ],
        "omero": {
            "channels": [
                {"color": "ff0000", "window": {"max": 255, "min": 0, "start": 0, "end": 255}}
            ]
        },
    }


def test_label_image_attributes_are_made_of_parts() -> None:
    label = Label(
        colors=[Color(label_value=1, rgba=[0, 0, 255, 255])],
        properties=[Property(label_value=1, extra={"area": 3})],
        source=Source(),
    )
    attributes = ImageLabelAttrs(
        image_label=label, multiscales=[Multiscale(axes=SPACE, datasets=[LEVEL])]
    )
    assert label.source is not None
    assert label.source.image == "../../"
    assert unstructure(attributes)["image-label"] == {
        "colors": [{"label-value": 1, "rgba": [0, 0, 255, 255]}],
        "properties": [{"label-value": 1, "area": 3}],
        "source": {},
    }
    assert unstructure(LabelsAttrs(labels=["nuclei"])) == {"labels": ["nuclei"]}


@pytest.mark.parametrize(
    ("model", "document"),
    [
        (Identity(), {"type": "identity"}),
        (Transform(type="scale"), {"type": "scale"}),
        (VectorScale(type="scale", scale=(1, 2)), {"type": "scale", "scale": [1, 2]}),
        (PathScale(path="p"), {"type": "scale", "path": "p"}),
        (VectorTranslation.build([1, 2]), {"type": "translation", "translation": [1, 2]}),
        (PathTranslation(translation="p"), {"type": "translation", "path": "p"}),
    ],
)
def test_transformations_are_written_and_read(model: Transform, document: dict[str, Any]) -> None:
    assert unstructure(model) == document
    assert structure(document, type(model)) == model


def test_string_as_translation_is_read_as_a_path() -> None:
    document = {"type": "translation", "translation": "places"}
    assert structure(document, PathTranslation) == PathTranslation(translation="places")


def test_vectors_have_a_number_of_dimensions() -> None:
    assert VectorScale.build([1, 2, 3]).ndim == 3
    assert VectorTranslation.build([1, 2]).ndim == 2


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (np.array([1, 0.5]), (1.0, 0.5)),
        (np.array([1, 2], dtype="uint8"), (1, 2)),
        ((np.float32(0.5), np.int64(2)), (0.5, 2)),
        (iter([1, 2.5]), (1, 2.5)),
    ],
)
def test_arrays_of_numpy_become_numbers_of_python(
    numbers: Any, expected: tuple[float, ...]
) -> None:
    scale = VectorScale.build(numbers).scale
    assert scale == expected
    assert [type(n) for n in scale] == [type(n) for n in expected]


def test_scalars_of_numpy_become_numbers_of_python() -> None:
    window = Window(max=np.float64(255), min=np.uint8(0), start=0, end=255)
    assert [type(window.max), type(window.min)] == [float, int]
    assert type(Color(label_value=np.int32(3)).label_value) is int


@pytest.mark.parametrize(
    ("cls", "fields", "problems"),
    [
        (VectorScale, {"scale": ["1", True]}, ["scale"]),
        (VectorScale, {"scale": [1, math.nan]}, ["scale[1]"]),
        (VectorScale, {"type": "translation", "scale": [1]}, ["type"]),
        (Dataset, {"path": 0, "coordinateTransformations": []}, ["coordinateTr", "path"]),
        (Window, {"max": "255", "min": 0, "start": 0, "end": 255}, ["max"]),
        (Channel, {"color": "red", "window": WINDOW}, ["color"]),
        (Channel, {"color": "ff0000", "window": [0, 1]}, ["window"]),
        (Color, {"label_value": 1.5}, ["label-value"]),
        (Color, {"label_value": 1, "rgba": [1, 2]}, ["rgba"]),
        (Multiscale, {"axes": SPACE, "datasets": "0"}, ["datasets"]),
        (Multiscale, {"axes": SPACE[:1], "datasets": [LEVEL]}, ["axes", "axes", "axes"]),
        (Dataset, {"path": 0, "coordinateTransformations": TRANSFORMS}, ["path"]),
        (LabelsAttrs, {"labels": ["0", 1]}, ["labels[1]"]),
    ],
)
def test_constructors_check_fields(
    cls: Callable[..., Any], fields: dict[str, Any], problems: list[str]
) -> None:
    with pytest.raises(ValidationError) as raised:
        cls(**fields)
    lines = sorted(str(raised.value).splitlines())
    assert len(lines) == len(problems)
    assert all(line.startswith(place) for line, place in zip(lines, problems, strict=True)), lines


def _untyped(cls: Any) -> Any:
    return cls


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda: Axis(name="x", extra=[1]),  # type: ignore[arg-type]  # on purpose
            "extra: expected an object, got [1] [type]",
        ),
        (
            lambda: Axis(name="x", extra={"type": "space"}),
            "extra.type: expected no field here: pass it as 'type' [schema.axis-unit-string]",
        ),
        (lambda: _untyped(VectorScale)(scale=3), "scale: expected a list, got 3 [trafo.param]"),
        (
            lambda: _untyped(VectorScale)(scale="12"),
            'scale: expected a list, got "12" [trafo.param]',
        ),
        (
            lambda: LabelsAttrs(labels="nuclei"),
            'labels: expected a list, got "nuclei" [labels.key]',
        ),
        (
            lambda: LabelsAttrs(labels={"0": 1}),
            'labels: expected a list, got {"0": 1} [labels.key]',
        ),
        (
            lambda: VectorScale(scale=np.ones((2, 1), int)),
            "scale: expected a list of numbers, got (array([1]), array([1])) [trafo.param]",
        ),
    ],
)
def test_constructors_name_the_first_problem(make: Callable[[], Any], problem: str) -> None:
    with pytest.raises(ValidationError) as raised:
        make()
    assert str(raised.value).splitlines()[0] == problem


def test_extra_is_copied() -> None:
    extra: dict[str, Any] = {"more": 1}
    axis = Axis(name="x", extra=extra)
    extra["less"] = 2
    assert axis.extra == {"more": 1}


def test_numbers_may_be_of_any_size() -> None:
    assert VectorScale(scale=[1, 10**400]).scale[1] == 10**400


def test_evolved_model_is_checked() -> None:
    with pytest.raises(ValidationError, match=r"ms\.ct-one-scale"):
        attrs.evolve(LEVEL, coordinateTransformations=[])


def test_parts_may_be_given_as_documents() -> None:
    document = image()["multiscales"][0]
    made = Multiscale(axes=document["axes"], datasets=document["datasets"])
    assert made.axes[0] == Axis(name="t", type="time", unit="second")
    assert made.datasets[0].coordinateTransformations[0].type == "scale"


def test_models_are_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        SPACE[0].name = "z"  # type: ignore[misc] # that is what is tested
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        structure({"name": "x"}, Axis).name = "z"  # type: ignore[misc] # that is what is tested
    assert not hasattr(SPACE[0], "__dict__")


@pytest.mark.parametrize("document", [image(), image_label()])
def test_models_can_be_copied_compared_and_hashed(document: dict[str, Any]) -> None:
    model = structure(document)
    other = structure(document)
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - our own
    assert hash(model) == hash(other)
    assert model == other
    assert attrs.evolve(model, extra={"more": 1}) != model


def test_unknown_keys_and_explicit_nulls_are_kept() -> None:
    document = {"name": "x", "long name": "left to right", "unit": None, "type": None}
    axis = structure(document, Axis)
    assert (axis.unit, axis.extra["long name"]) == (None, "left to right")
    assert unstructure(axis) == document


def test_changed_field_replaces_an_explicit_null() -> None:
    axis = structure({"name": "x", "unit": None}, Axis)
    assert unstructure(attrs.evolve(axis, unit="meter")) == {"name": "x", "unit": "meter"}


def test_explicit_default_is_written_again() -> None:
    assert unstructure(structure({"image": "../../"}, Source)) == {"image": "../../"}
    assert unstructure(structure({}, Source)) == {}


def test_repr_shows_fields_that_are_not_defaults() -> None:
    assert repr(structure({"name": "x", "shown": True}, Axis)) == (
        "Axis(name='x', extra={'shown': True})"
    )
    assert repr(LEVEL) == (
        "Dataset(path='0', coordinateTransformations="
        "(VectorScale(scale=(0.5, 0.5)), VectorTranslation(translation=(1, 2))))"
    )


def test_extra_is_the_last_parameter() -> None:
    assert [*inspect.signature(Axis).parameters] == ["name", "type", "unit", "extra"]
    assert inspect.signature(Image).parameters.keys() >= {"attributes", "members"}
