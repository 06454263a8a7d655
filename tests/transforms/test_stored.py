"""Parameters of transformations that are stored in arrays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pytest
from zarr.storage import MemoryStore

from ome_zarr_models import ValidationError, unstructure
from ome_zarr_models.exceptions import MissingNodeError
from ome_zarr_models.v06.coordinate_transforms import (
    Affine,
    Bijection,
    Coordinates,
    Displacements,
    Rotation,
    UnloadedError,
)

from ..helpers.factories import image, plate, stored
from ..helpers.stores import ZARR
from .examples import END, SHIFT, START, TABLE, TURN, by_dimension, sequence

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = {"displacements": "displacement", "coordinates": "coordinate"}


@pytest.fixture
def root() -> Any:
    """Return an empty group."""
    return ZARR.open_group(MemoryStore(), mode="w", zarr_format=3)


def _write(group: Any, path: str, values: Any, names: Any = None) -> None:
    array = np.asarray(values)
    written = group.create_array(
        path, shape=array.shape, dtype=array.dtype, chunks=array.shape, dimension_names=names
    )
    written[...] = array


def _write_field(
    group: Any,
    path: str,
    vectors: Any,
    type_: str = "displacements",
    *,
    steps: Any = None,
    origin: Any = None,
    axes: Any = None,
) -> None:
    """Write an image of vectors, which are its first axis; ``vectors`` have them last."""
    pixels = np.moveaxis(np.asarray(vectors, dtype="float64"), -1, 0)
    names = "zyx"[-(pixels.ndim - 1) :]
    own = {"name": "d", "type": _KINDS[type_], "discrete": True}
    if axes is None:
        spatial = [{"name": name, "type": "space", "unit": "micrometer"} for name in names]
        axes = [own, *spatial]
    scale = {"type": "scale", "scale": [1, *(steps or [1] * len(names))]}
    translation = {"type": "translation", "translation": [0, *(origin or [0] * len(names))]}
    placed = {
        "type": "sequence",
        "transformations": [scale, translation],
        "input": {"path": "level"},
        "output": {"name": "physical"},
    }
    multiscale = {
        "coordinateSystems": [{"name": "physical", "axes": axes}],
        "datasets": [{"path": "level", "coordinateTransformations": [placed]}],
    }
    below = group.create_group(path, attributes=stored({"multiscales": [multiscale]}, "0.6"))
    _write(below, "level", pixels, [axis["name"] for axis in axes])


def test_displacements_are_read_from_an_image(root: Any) -> None:
    vectors = np.arange(24.0).reshape(3, 4, 2)
    _write_field(root, "fields/d", vectors, steps=[2, 0.5], origin=[10, -1])
    moved = Displacements(path="fields/d", input=START, name="warp")
    loaded = moved.load(root)
    assert loaded == moved
    assert (moved.ndim_in, loaded.ndim_in, loaded.ndim_out, loaded.ndim) == (None, 2, 2, 2)
    grid_points = np.moveaxis(np.indices((3, 4)), 0, -1).reshape(-1, 2)
    points = grid_points * [2, 0.5] + [10, -1]
    np.testing.assert_allclose(loaded.transform_points(points), points + vectors.reshape(-1, 2))
    assert loaded.transform_point([11, -0.75]) == (11 + 5, -0.75 + 6)
    assert np.isnan(loaded.transform_points([[9.9, 0], [14.1, 0], [12, 0.6], [12, -1.1]])).all()
    nearest = attrs.evolve(moved, interpolation="nearest").load(root)
    assert nearest.transform_point([11.1, -0.8]) == (11.1 + 8, -0.8 + 9)
    cubic = attrs.evolve(moved, interpolation="cubic").load(root)
    assert cubic.transform_point([12, 0.5]) == pytest.approx((12 + 14, 0.5 + 15))


def test_coordinates_are_read_from_an_image(root: Any) -> None:
    places = np.stack([np.linspace(0, 9, 4), np.linspace(5, 8, 4), np.zeros(4)], axis=-1)
    pair = np.stack([places, places + 100], axis=0)
    _write_field(root, "c", pair, "coordinates", steps=[1, 3])
    placed = Coordinates(path="c").load(root)
    assert (placed.ndim_in, placed.ndim_out, placed.change, placed.ndim) == (2, 3, 1, None)
    assert placed.transform_point([0, 3]) == (3, 6, 0)
    assert placed.transform_point([1, 4.5]) == (104.5, 106.5, 100)
    assert placed.transform_point([0.5, 0]) == (50, 55, 50)


def test_axis_of_time_may_be_before_the_vectors(root: Any) -> None:
    axes = [
        {"name": "t", "type": "time", "unit": "second"},
        {"name": "d", "type": "coordinate", "discrete": True},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]
    pixels = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    placed = {
        "type": "scale",
        "scale": [7, 1, 2, 3],
        "input": {"path": "0"},
        "output": {"name": "physical"},
    }
    multiscale = {
        "coordinateSystems": [
            {"name": "other", "axes": axes[2:]},
            {"name": "physical", "axes": axes},
        ],
        "coordinateTransformations": [
            {
                "type": "projectAxis",
                "droppedInputs": [0, 1],
                "input": {"name": "physical"},
                "output": {"name": "other"},
            }
        ],
        "datasets": [{"path": "0", "coordinateTransformations": [placed]}],
    }
    below = root.create_group("c", attributes=stored({"multiscales": [multiscale]}, "0.6"))
    _write(below, "0", pixels, [*"tdyx"])
    mapped = Coordinates(path="c").load(root).transform_point([7, 2 * 2, 4 * 3])
    assert mapped == tuple(pixels[1, :, 2, 4])


def test_vectors_of_an_array_are_along_its_last_axis(root: Any, tmp_path: Path) -> None:
    vectors = np.arange(12, dtype="int16").reshape(2, 3, 2)
    local = ZARR.open_group(tmp_path, mode="w", zarr_format=3)
    targets: list[Any] = [(root, root), (root, root.store), (local, tmp_path)]
    for group, target in targets:
        if "d" not in group:
            _write(group, "d", vectors)
        loaded = Displacements(path="d").load(target)
        assert loaded.transform_points(np.array([[1, 2], [0.5, 0]])).tolist() == [
            [11, 13],
            [3.5, 4],
        ]
        placed = Coordinates(path="/d/").load(target)
        assert placed.transform_points([[1, 2], [0, 3]])[0].tolist() == [10, 11]


@pytest.mark.parametrize("cls", [Displacements, Coordinates, Affine, Rotation])
@pytest.mark.parametrize("wrapped", [False, True])
def test_unread_parameters_are_named(cls: Any, wrapped: bool) -> None:  # noqa: FBT001 - a parameter
    transform = cls(path="some/path")
    used: Any = sequence(transform) if wrapped else transform
    message = f"the parameters of the {transform.type} are in an array at 'some/path': read"
    with pytest.raises(UnloadedError, match=message):
        used.transform_points([[0, 0]])


@pytest.mark.parametrize("transform", [Affine(path="m"), Rotation(path="m")])
def test_unread_matrix_has_no_inverse(transform: Any) -> None:
    with pytest.raises(UnloadedError, match="at 'm'"):
        transform.inverse()
    with pytest.raises(UnloadedError, match="at 'm'"):
        transform.as_affine(2)


def test_matrices_are_read_from_arrays(root: Any) -> None:
    _write(root, "m/affine", np.array([[1, 2, 3], [4, 5, 6]], dtype="int8"))
    _write(root, "turn", np.array([[0.0, -1], [1, 0]], dtype="float32"))
    affine = Affine(path="m/affine", input=START, output=END, name="a", extra={"more": 1})
    assert affine.load(root) == attrs.evolve(affine, path=None, affine=[[1, 2, 3], [4, 5, 6]])
    turn = Rotation(path="turn").load(root)
    assert (turn, turn.path) == (TURN, None)
    assert unstructure(turn)["rotation"] == [[0, -1], [1, 0]]


NOTHING_TO_READ = [row[0] for row in TABLE if "'path'" not in str(unstructure(row[0]))]


@pytest.mark.parametrize("transform", NOTHING_TO_READ)
def test_load_returns_transformations_without_parameters(transform: Any, root: Any) -> None:
    assert transform.load(root) == transform


@pytest.mark.parametrize(
    ("transform", "point", "expected"),
    [
        (sequence(SHIFT, Affine(path="a")), [0, 0], (-2.0, 9.0)),
        (sequence(Rotation(path="r"), SHIFT), [10, 20], (-19.0, 8.0)),
        (sequence(sequence(Displacements(path="d"))), [1, 2], (11.0, 13.0)),
        (Bijection(forward=Affine(path="a"), inverse=Rotation(path="r")), [1, 1], (1.0, 18.0)),
        (Bijection(forward=Rotation(path="r"), inverse=Affine(path="a")), [1, 2], (-2.0, 1.0)),
        (by_dimension((Rotation(path="r"), [2, 0], [0, 1])), [1, 2, 3], (-1.0, 3.0)),
        (by_dimension((Coordinates(path="d"), [1, 0], [1, 0])), [2, 1], (11.0, 10.0)),
    ],
)
def test_parameters_of_parts_are_read(transform: Any, point: Any, expected: Any, root: Any) -> None:
    _write(root, "a", np.array([[1.0, 1, -1], [0, 3, 15]]))
    _write(root, "r", np.array([[0.0, -1], [1, 0]]))
    _write(root, "d", np.arange(12.0).reshape(2, 3, 2))
    with pytest.raises(UnloadedError):
        transform.transform_point(point)
    loaded = transform.load(root)
    assert type(loaded) is type(transform)
    assert loaded.transform_point(point) == expected


def test_both_directions_of_a_bijection_are_read(root: Any) -> None:
    _write(root, "r", np.array([[0.0, -1], [1, 0]]))
    _write(root, "back", np.array([[0.0, 1], [-1, 0]]))
    pair = Bijection(forward=Rotation(path="r"), inverse=Rotation(path="back")).load(root)
    assert pair.inverse().transform_point([-20, 10]) == (10, 20)


@pytest.fixture
def wrong(root: Any) -> Any:
    """Return a group of nodes that are not valid parameters."""
    space = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    vector = {"name": "d", "type": "displacement", "discrete": True}
    _write(root, "line", np.ones(3))
    _write(root, "cube", np.ones((2, 2, 2)))
    _write(root, "wide", np.ones((2, 3)))
    _write(root, "square", np.ones((2, 2)))
    _write(root, "nan", np.full((1, 2), math.nan))
    _write(root, "short", np.ones((4, 4, 1)))
    root.create_array("scalar", shape=(), dtype="float64")
    root.create_group("group")
    zeros = np.zeros((4, 4, 2))
    _write_field(root, "field", zeros)
    _write_field(root, "other", zeros, axes=[{**vector, "type": "channel"}, *space])
    _write_field(root, "untyped", zeros, axes=[{"name": "d"}, *space])
    _write_field(root, "smooth", zeros, axes=[{**vector, "discrete": False}, *space])
    _write_field(root, "unsaid", zeros, axes=[{"name": "d", "type": "displacement"}, *space])
    _write_field(root, "long", np.zeros((4, 4, 3)))
    for name, version in (("0.5", "0.5"), ("image", "0.6")):
        root.create_group(name, attributes=stored(image("yx", 1, version), version))
        _write(root[name], "0", np.zeros((64, 64), dtype="uint16"), [*"yx"])
    root.create_group("plate", attributes=stored(plate((), "0.6"), "0.6"))
    return root


AXES_OF_FIELD = "zarr.json multiscales[0].coordinateSystems[0].axes"


@pytest.mark.parametrize(
    ("transform", "place", "message", "rule"),
    [
        (Affine(path="none"), "none", "expected an array, got nothing there", "missing"),
        (Rotation(path="a/b"), "a/b", "expected an array, got nothing there", "missing"),
        (
            Displacements(path="no"),
            "no",
            "expected an image of vectors, got nothing there",
            "missing",
        ),
        (
            Affine(path="group"),
            "group zarr.json",
            "expected an array, got a group",
            "t6.affine-path-shape",
        ),
        (
            Rotation(path="group"),
            "group zarr.json",
            "expected an array, got a group",
            "t6.rotation-path-shape",
        ),
        (
            Affine(path="line"),
            "line zarr.json shape",
            "expected an array of 2 dimensions, got 1",
            "t6.affine-path-shape",
        ),
        (
            Affine(path="scalar"),
            "scalar zarr.json shape",
            "expected an array of 2 dimensions, got 0",
            "t6.affine-path-shape",
        ),
        (
            Rotation(path="cube"),
            "cube zarr.json shape",
            "expected an array of 2 dimensions, got 3",
            "t6.rotation-path-shape",
        ),
        (
            Rotation(path="wide"),
            "wide zarr.json shape",
            "expected the shape 2 x 2, got 2 x 3",
            "t6.rotation-path-shape",
        ),
        (
            Rotation(path="square"),
            "square zarr.json rotation",
            "expected rows of length 1 at right angles, got rows that are off by 2",
            "t6.rotation-orthonormal",
        ),
        (
            Affine(path="nan"),
            "nan zarr.json affine[0][0]",
            "expected a number, got NaN",
            "t6.affine-2d",
        ),
        (
            sequence(SHIFT, Affine(path="square")),
            "transformations[1].affine",
            "expected 2 rows of 3 numbers, got 2 of 2",
            "t6.affine-shape",
        ),
        (
            Displacements(path="line"),
            "line zarr.json shape",
            "expected at least 2 dimensions, one for each axis and one for the vectors, got 1",
            "t6.field-dims",
        ),
        (
            Coordinates(path="scalar"),
            "scalar zarr.json shape",
            "expected at least 2 dimensions, one for each axis and one for the vectors, got 0",
            "t6.field-dims",
        ),
        (
            Displacements(path="short"),
            "short zarr.json shape",
            "expected vectors of 2 numbers, got 1",
            "t6.field-vector-length",
        ),
        (
            Displacements(path="long"),
            "long/level zarr.json shape",
            "expected vectors of 2 numbers, got 3",
            "t6.field-vector-length",
        ),
        *(
            (
                Displacements(path=path),
                f"{path} {AXES_OF_FIELD}",
                f'expected an axis of type "displacement", got {found}',
                "t6.field-axis-type",
            )
            for path, found in (
                ("other", '"channel", "space", "space"'),
                ("untyped", 'no type, "space", "space"'),
                ("image", '"space", "space"'),
            )
        ),
        (
            Coordinates(path="field"),
            f"field {AXES_OF_FIELD}",
            'expected an axis of type "coordinate", got "displacement", "space", "space"',
            "t6.field-axis-type",
        ),
        *(
            (
                Displacements(path=path),
                f"{path} {AXES_OF_FIELD}[0].discrete",
                f"expected true, as vectors are discrete, got {found}",
                "t6.field-axis-discrete",
            )
            for path, found in (("smooth", "false"), ("unsaid", "none"))
        ),
        (
            Displacements(path="0.5"),
            "0.5 zarr.json",
            "expected an image of OME-Zarr 0.6, got image 0.5",
            "t6.field-grid",
        ),
        (
            Coordinates(path="plate"),
            "plate zarr.json",
            "expected an image of OME-Zarr 0.6, got plate 0.6",
            "t6.field-grid",
        ),
    ],
)
def test_invalid_parameters_are_refused(
    transform: Any, place: str, message: str, rule: str, wrong: Any
) -> None:
    with pytest.raises(ValidationError) as raised:
        transform.load(wrong)
    assert str(raised.value).splitlines()[0] == f"{place}: {message} [{rule}]"
    assert isinstance(raised.value, MissingNodeError) is (rule == "missing")


def test_group_other_than_an_image_is_not_a_field(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="expected metadata of OME-Zarr"):
        Displacements(path="group").load(wrong)


def test_scale_of_a_field_is_not_zero(root: Any) -> None:
    _write_field(root, "flat", np.zeros((2, 2, 2)), steps=[0, 1])
    with pytest.raises(ValidationError, match=r"flat zarr\.json: .* got a scale of 0 \[t6\.field"):
        Displacements(path="flat").load(root)


def test_coordinates_in_an_array_may_have_any_length(wrong: Any) -> None:
    placed = Coordinates(path="short").load(wrong)
    assert (placed.ndim_in, placed.ndim_out) == (2, 1)
    assert placed.transform_point([0, 3]) == (1,)


def test_huge_matrix_is_refused(root: Any) -> None:
    root.create_array("huge", shape=(100000, 60000), dtype="float64", chunks=(1000, 1000))
    message = "expected the shape 5 x 6 at most, got 100000 x 60000"
    with pytest.raises(ValidationError, match=message):
        Affine(path="huge").load(root)
