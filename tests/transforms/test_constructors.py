"""Transformations as models: made, refused, read, written and shown."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest

from ome_zarr_models import ValidationError, structure, unstructure, validate
from ome_zarr_models.v06 import coordinate_transforms
from ome_zarr_models.v06.axes import Axis
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Bijection,
    ByDimension,
    ByDimensionTransform,
    Coordinates,
    CoordinateSystem,
    CoordinateSystemIdentifier,
    Displacements,
    Identity,
    MapAxis,
    ProjectAxis,
    Rotation,
    Scale,
    Sequence,
    Transform,
    Translation,
    UnloadedError,
)
from ome_zarr_models.v06.multiscales import Dataset

from ..helpers.cases import read
from ..helpers.systems import scene_of
from .examples import (
    CELL,
    DROP,
    END,
    IDENTITY,
    MOVED,
    NARROW,
    PAIR,
    SHIFT,
    SQUARE,
    START,
    SYSTEM,
    TABLE,
    TURN,
    by_dimension,
    class_of,
    sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("made", "field", "expected"),
    [
        (Scale(scale=np.array([1, 0.5])), "scale", (1.0, 0.5)),
        (Scale(scale=(np.int8(2), np.float32(0.5))), "scale", (2, 0.5)),
        (Translation(translation=np.array([1, 2], dtype="uint8")), "translation", (1, 2)),
        (MapAxis(mapAxis=np.array([1, 0])), "mapAxis", (1, 0)),
        (ProjectAxis(createdOutputs=np.array([1])), "createdOutputs", (1,)),
        (ProjectAxis(droppedInputs=iter([np.int64(1)])), "droppedInputs", (1,)),
        (Affine(affine=np.array([[1, 2.5]])), "affine", ((1.0, 2.5),)),
        (Affine(affine=[np.array([1, 2]), [np.float64(3), 4]]), "affine", ((1, 2), (3.0, 4))),
        (Rotation(rotation=np.eye(2)), "rotation", ((1.0, 0.0), (0.0, 1.0))),
        (
            ByDimensionTransform(
                transformation=Identity(), inputAxes=np.array([3]), outputAxes=(np.uint8(1),)
            ),
            "inputAxes",
            (3,),
        ),
    ],
)
def test_numbers_of_numpy_become_numbers_of_python(made: Any, field: str, expected: Any) -> None:
    found = getattr(made, field)
    assert repr(found) == repr(expected)
    assert json.loads(json.dumps(unstructure(made)))[field] == json.loads(json.dumps(expected))


LAST = "transformations[1]"


PART = "transformations[0].transformation"


INNER = f"{LAST}.transformations[0]"


#: Arguments that are not JSON; the others are in tests/cases.
REFUSED: list[Any] = [
    (
        Rotation,
        {"rotation": [[10**400, 0], [0, 1]]},
        "rotation: expected rows of length 1 at right angles, got rows that are off by inf",
        "t6.rotation-orthonormal",
    ),
    (Scale, {"scale": [math.nan]}, "scale[0]: expected a number, got NaN", "t6.scale-length"),
    (
        Scale,
        {"scale": np.ones((1, 2))},
        "scale[0]: expected a number, got array([1., 1.])",
        "t6.scale-length",
    ),
    (
        Translation,
        {"translation": [math.inf]},
        "translation[0]: expected a number, got Infinity",
        "t6.translation-length",
    ),
    (
        Translation,
        {"translation": {1: 2}},
        "translation: expected a list, got {1: 2}",
        "t6.translation-length",
    ),
    (
        Affine,
        {"affine": np.ones(2)},
        "affine: expected a list of lists, got (np.float64(1.0), np.float64(1.0))",
        "t6.affine-2d",
    ),
    (
        Affine,
        {"affine": [[math.nan]]},
        "affine[0][0]: expected a number, got NaN",
        "t6.affine-2d",
    ),
    (
        Affine,
        {"affine": np.ones((1, 1, 1))},
        "affine[0][0]: expected a number, got array([1.])",
        "t6.affine-2d",
    ),
    (
        Sequence,
        {"transformations": SHIFT},
        "transformations: expected a list, got Translation(translation=(1, -2))",
        "t6.sequence-nonempty",
    ),
    (
        Sequence,
        {"transformations": [SHIFT, Scale(scale=[1])]},
        "transformations[1].scale: expected 2 numbers, one for each axis of the input, got 1",
        "t6.scale-length",
    ),
    (
        Sequence,
        {"transformations": [DROP, SHIFT, MapAxis(mapAxis=[0, 1, 2])]},
        "transformations[2].mapAxis: expected 2 numbers, one for each axis of the input, got 3",
        "t6.mapaxis-length",
    ),
    *(
        (
            Sequence,
            {"transformations": [Affine(affine=[[1, 2, 3]]), part]},
            f"{LAST}.{part.type}: expected 1 {parts}, one for each axis of the input, got 2",
            rule,
        )
        for part, parts, rule in (
            (SHIFT, "numbers", "t6.translation-length"),
            (TURN, "rows", "t6.rotation-dims"),
        )
    ),
    (
        Sequence,
        {"transformations": [SHIFT, NARROW]},
        "transformations[1].affine: expected 1 rows of 3 numbers, got 1 of 4",
        "t6.affine-shape",
    ),
    (
        Sequence,
        {"transformations": [SHIFT, by_dimension((Identity(), [2], [0]))]},
        f"{INNER}.inputAxes: expected axis indices below 2, the number of axes, got 2",
        "t6.bydim-int",
    ),
    (
        Bijection,
        {"forward": Scale(scale=[1]), "inverse": SHIFT},
        "inverse.translation: expected 1 numbers, one for each axis of the input, got 2",
        "t6.bijection-inner-dims",
    ),
    (
        Bijection,
        {"forward": None, "inverse": SHIFT},
        "forward: expected an object, got null",
        "t6.bijection-both",
    ),
    (
        ByDimension,
        {"transformations": [Identity()]},
        (
            "transformations[0]: expected an instance of "
            "ome_zarr_models.v06.coordinate_transforms.ByDimensionTransform, got Identity()"
        ),
        "t6.bydim-items",
    ),
    (
        ByDimension,
        {"transformations": [IDENTITY, IDENTITY]},
        "transformations: expected each of 2 output axes once, got 0, 0",
        "t6.bydim-cover",
    ),
    (
        ByDimension,
        {"transformations": [attrs.evolve(IDENTITY, inputAxes=[-1])]},
        "transformations[0].inputAxes: expected axis indices of at least 0, got -1",
        "t6.bydim-int",
    ),
    (
        ByDimension,
        {"transformations": [attrs.evolve(IDENTITY, transformation=SHIFT)]},
        f"{PART}.translation: expected 1 numbers, one for each axis of the input, got 2",
        "t6.bydim-length",
    ),
    (
        ByDimensionTransform,
        {"transformation": Identity(), "inputAxes": ["0"], "outputAxes": [0]},
        'inputAxes[0]: expected an integer, got "0"',
        "t6.bydim-int",
    ),
    (
        ByDimensionTransform,
        {"transformation": Identity(), "inputAxes": [0], "outputAxes": [0.5]},
        "outputAxes[0]: expected an integer, got 0.5",
        "t6.bydim-int",
    ),
    (
        CoordinateSystem,
        {"name": "a", "axes": [Axis(name="x"), Axis(name="y"), Axis(name="x")]},
        'axes: expected names that differ, got "x" more than once',
        "axes.name-unique",
    ),
]


CLASSES = {**vars(coordinate_transforms), "Axis": Axis}
CASES = [
    (CLASSES[case["what"]], case["value"], case["message"], case["rule"])
    for case in read("0.6/constructors")
]


@pytest.mark.parametrize(("cls", "fields", "message", "rule"), [*REFUSED, *CASES])
def test_constructors_refuse_invalid_arguments(
    cls: Callable[..., Any], fields: dict[str, Any], message: str, rule: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        cls(**fields)
    assert str(raised.value).splitlines()[0] == f"{message} [{rule}]"


@pytest.mark.parametrize(
    "model",
    [*(row[0] for row in TABLE), SYSTEM, START, END, IDENTITY, *SYSTEM.axes],
)
def test_transformations_round_trip(model: Any) -> None:
    named = (
        attrs.evolve(model, input=START, output=END, name="n", extra={"more": [1]})
        if isinstance(model, Transform)
        else model
    )
    for each in (model, named):
        document = json.loads(json.dumps(unstructure(each)))
        read = structure(document, class_of(each))
        copied = pickle.loads(pickle.dumps(each))  # noqa: S301 - our own
        assert read == each
        assert copied == each
        assert hash(read) == hash(each) == hash(copied)
        assert unstructure(read) == document


def test_transformations_are_written_as_documents() -> None:
    assert unstructure(attrs.evolve(PAIR, input=START, output=END)) == {
        "type": "bijection",
        "input": {"name": "start"},
        "output": {"name": "end", "path": "0"},
        "forward": {"type": "displacements", "path": "d"},
        "inverse": {"type": "displacements", "path": "e"},
    }
    assert unstructure(CELL) == {
        "type": "byDimension",
        "transformations": [
            {"transformation": {"type": "identity"}, "inputAxes": [0], "outputAxes": [0]}
        ],
    }
    assert unstructure(SYSTEM) == {
        "name": "physical",
        "axes": [
            {"name": "c", "type": "channel", "discrete": True, "longName": "wavelength"},
            {"name": "x", "type": "space", "unit": "micrometer"},
        ],
    }
    assert SYSTEM.ndim == 2


def test_loaded_field_is_not_part_of_the_metadata() -> None:
    other = attrs.evolve(MOVED, grid=None)
    assert other == MOVED
    assert hash(other) == hash(MOVED)
    copied: Any = pickle.loads(pickle.dumps(MOVED))  # noqa: S301 - our own
    assert copied.transform_point([1, 1]) == (41, 5)
    document = {"type": "displacements", "path": "d", "grid": 1}
    read = structure(document, Displacements)
    assert (read.grid, read.extra) == (None, {"grid": 1})
    assert unstructure(read) == document


def test_references_show_their_path_and_name() -> None:
    assert [str(each) for each in (START, END)] == ["start", "0 end"]
    assert str(CoordinateSystemIdentifier(path="0")) == "0"
    assert structure({"name": "a", "path": None}, CoordinateSystemIdentifier).path is None


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (Identity(), "Identity()"),
        (SHIFT, "Translation(translation=(1, -2))"),
        (Scale(scale=[2], name="s", extra={"a": 1}), "Scale(name='s', scale=(2,), extra={'a': 1})"),
        (MapAxis(mapAxis=[1, 0]), "MapAxis(mapAxis=(1, 0))"),
        (DROP, "ProjectAxis(droppedInputs=(1,))"),
        (Affine(path="a"), "Affine(path='a')"),
        (TURN, "Rotation(rotation=((0, -1), (1, 0)))"),
        (Displacements(path="d"), "Displacements(path='d')"),
        (Coordinates(path="c"), "Coordinates(path='c')"),
        (sequence(Identity()), "Sequence(transformations=(Identity(),))"),
        (CELL, f"ByDimension(transformations=({IDENTITY!r},))"),
        (
            IDENTITY,
            "ByDimensionTransform(transformation=Identity(), inputAxes=(0,), outputAxes=(0,))",
        ),
        (START, "CoordinateSystemIdentifier(name='start')"),
        (
            CoordinateSystem(name="a", axes=[Axis(name="x")]),
            "CoordinateSystem(name='a', axes=(Axis(name='x'),))",
        ),
    ],
)
def test_repr_shows_the_arguments(model: Any, shown: str) -> None:
    assert repr(model) == shown
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        class_of(model)("a")


def test_sequence_of_scale_and_translation_skips_rules() -> None:
    assert sequence(Scale(scale=[1, 2]), SHIFT).passes_at_a_glance()
    assert not sequence(Identity(), Identity()).passes_at_a_glance()
    empty = sequence(SHIFT)
    object.__setattr__(empty, "transformations", ())
    assert not empty.passes_at_a_glance()


def test_ends_can_be_changed() -> None:
    moved = attrs.evolve(SHIFT, name="shift").between(START, END)
    assert moved == Translation(translation=[1, -2], name="shift", input=START, output=END)
    assert moved.between(None, None) == attrs.evolve(SHIFT, name="shift")


@pytest.mark.parametrize(
    "statement",
    [
        "import ome_zarr_models.v06.coordinate_transforms",
        """
from ome_zarr_models import structure
from tests.helpers.factories import image, stored
structure(stored(image(version='0.6'), '0.6'))
""",
        """
from ome_zarr_models.v06.coordinate_transforms import *
sequence = Sequence(transformations=[Affine(affine=[[2, 0]]), Scale(scale=[2])])
assert sequence.has_inverse and Rotation(rotation=[[0, -1], [1, 0]]).has_inverse
Scale(scale=[2]).inverse()
""",
    ],
)
def test_transformations_load_neither_numpy_nor_zarr(statement: str) -> None:
    code = f"import sys; exec({statement!r}); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    loaded = set(run.stdout.split())
    assert "ome_zarr_models.v06.coordinate_transforms" in loaded
    assert loaded & {"numpy", "zarr", "scipy", "asyncio"} == set()


def test_names_of_the_pydantic_package_are_kept() -> None:
    assert SQUARE.affine_matrix == SQUARE.affine
    assert TURN.rotation_matrix == TURN.rotation
    with pytest.raises(UnloadedError):
        Affine(path="a").as_affine()
    with pytest.raises(UnloadedError):
        Rotation(path="a").as_affine(2)
    part = ByDimensionTransform(transformation=SHIFT, inputAxes=[2, 1], outputAxes=[0, 1])
    assert part.has_inverse
    back = part.get_inverse()
    assert (back.transformation, back.inputAxes) == (SHIFT.inverse(), (0, 1))
    with pytest.raises(ValueError, match="expected a point of 2 coordinates, got 3"):
        SHIFT.transform_point([1, 2, 3])


def _nested(depth: int, wrap: str) -> dict[str, Any]:
    document: dict[str, Any] = {"type": "scale", "scale": [2, 2]}
    for _ in range(depth - 1):
        axes = {"inputAxes": [0, 1], "outputAxes": [0, 1]}
        parts: dict[str, dict[str, Any]] = {
            "sequence": {"transformations": [document]},
            "bijection": {"forward": document, "inverse": document},
            "byDimension": {"transformations": [{"transformation": document, **axes}]},
        }
        document = {"type": wrap, **parts[wrap]}
    return document


@pytest.mark.parametrize("wrap", ["sequence", "byDimension"])
def test_depth_of_nested_transformations_is_limited(wrap: str) -> None:
    deepest: Any = structure(_nested(32, wrap), _KINDS_OF[wrap])
    assert (deepest.height, deepest.transform_point([1, 2])) == (32, (2, 4))
    message = "expected at most 32 transformations inside of each other, got 33"
    with pytest.raises(ValidationError, match=rf"{message} \[nesting\]"):
        attrs.evolve(structure(_nested(2, wrap), _KINDS_OF[wrap]), transformations=_around(deepest))
    for depth in (34, 60, 400):
        with pytest.raises(ValidationError) as raised:
            structure(_nested(depth, wrap), _KINDS_OF[wrap])
        assert [problem.rule for problem in raised.value.problems] == ["nesting"]
        problems = validate(scene_of(_nested(depth, wrap))).problems
        assert [problem.rule for problem in problems if problem.level == "error"] == ["nesting"]


def test_depth_of_nested_bijections_is_limited() -> None:
    deep: Any = structure(_nested(10, "bijection"), Bijection)
    assert deep.height == 10
    document = _nested(2, "bijection")
    for _ in range(400):
        document = {"type": "bijection", "forward": document, "inverse": {"type": "identity"}}
    with pytest.raises(ValidationError, match=r"\[nesting\]"):
        structure(document, Bijection)


_KINDS_OF: dict[str, Any] = {"sequence": Sequence, "byDimension": ByDimension}


def _around(transform: Any) -> list[Any]:
    if transform.type == "sequence":
        return [transform]
    axes: dict[str, Any] = {"inputAxes": [0, 1], "outputAxes": [0, 1]}
    return [ByDimensionTransform(transformation=transform, **axes)]


def test_sequence_may_be_empty_until_something_holds_it() -> None:
    empty = Sequence(transformations=())
    assert empty.transform_point((1, 2)) == (1, 2)
    assert empty.add_transform(Scale(scale=[2, 2])).transform_point((1, 2)) == (2, 4)
    with pytest.raises(ValidationError, match=r"t6\.sequence-nonempty"):
        Dataset(path="0", coordinateTransformations=[empty])
