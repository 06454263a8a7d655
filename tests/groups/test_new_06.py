"""New metadata, images and scenes of 0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from ome_zarr_models import ValidationError, open_ome_zarr, structure, validate
from ome_zarr_models.v06 import ArraySpec, Image, ImageLabel
from ome_zarr_models.v06.axes import Axis
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem, CoordinateSystemIdentifier
from ome_zarr_models.v06.coordinate_transforms import Affine, Identity, Scale, Sequence, Translation
from ome_zarr_models.v06.multiscales import Dataset, Multiscale
from ome_zarr_models.v06.scene import Scene, SceneAttrs

from ..helpers.factories import AXES, array_3, hierarchy, image
from ..helpers.stores import memory

if TYPE_CHECKING:
    from collections.abc import Callable


def axes_of(names: str) -> list[Axis]:
    """Return axes."""
    return [structure(AXES[name], Axis) for name in names]


def physical(name: str = "physical", names: str = "yx") -> CoordinateSystem:
    """Return a coordinate system."""
    return CoordinateSystem(name=name, axes=axes_of(names))


def end(name: str | None = None, path: str | None = None) -> CoordinateSystemIdentifier:
    """Return a reference to a coordinate system."""
    return CoordinateSystemIdentifier(name=name, path=path)


def dataset(level: int = 0, output: str = "physical", scale: Any = None) -> Dataset:
    """Return a dataset."""
    return Dataset.build(
        path=str(level),
        scale=scale or [2.0**level] * 2,
        translation=None,
        coord_sys_output_name=output,
    )


def multiscale_of(**parts: Any) -> Multiscale:
    """Return a multiscale with other parts."""
    given: dict[str, Any] = {
        "coordinateSystems": [physical(), physical("world")],
        "datasets": [dataset()],
    }
    return Multiscale(**{**given, **parts})


def transform(start: str = "physical", to: str = "world") -> Translation:
    """Return a transformation between two systems of a multiscale."""
    return Translation(translation=[1, 2], input=end(start), output=end(to))


def test_levels_may_be_in_pixels_or_flipped() -> None:
    in_pixels = Identity(input=end(path="0"), output=end("physical"))
    pixels = Dataset(path="0", coordinateTransformations=[in_pixels])
    for systems in ([physical()], [physical(), physical("world")]):
        assert multiscale_of(coordinateSystems=systems, datasets=[pixels]).ndim == 2
        flipped = [dataset(0, scale=[-1, 1]), dataset(1, scale=[-2, 2])]
        assert multiscale_of(coordinateSystems=systems, datasets=flipped).ndim == 2


#: Constructors, and the rule that their arguments break.
INVALID: list[tuple[Callable[[], Any], str]] = [
    (lambda: Axis(name=""), "axes.name-nonempty"),
    (lambda: Axis(name="x", discrete=1), "axes.discrete-bool"),  # type: ignore[arg-type] # that is what is tested
    (lambda: physical(""), "cs.name-nonempty"),
    (lambda: physical(names="xx"), "axes.name-unique"),
    (end, "t6.io-object"),
    (lambda: multiscale_of(coordinateSystems=[]), "ms.cs"),
    (lambda: multiscale_of(coordinateSystems=[physical()] * 2), "cs.name-unique"),
    (lambda: multiscale_of(coordinateSystems=[physical(names="x")]), "ms.axes-count"),
    (lambda: multiscale_of(datasets=[]), "ms.datasets"),
    (lambda: multiscale_of(datasets=[dataset(output="here")]), "ms6.ct-output-name"),
    (
        lambda: multiscale_of(datasets=[dataset(), dataset(1, "world")]),
        "ms6.ct-output-same",
    ),
    (lambda: multiscale_of(datasets=[dataset(scale=[1, 1, 1])]), "ms6.ct-length"),
    (lambda: multiscale_of(datasets=[dataset(1), dataset(0)]), "ms.ds-order"),
    (
        lambda: multiscale_of(coordinateTransformations=[transform(to="here")]),
        "ms6.top-other-known",
    ),
    (
        lambda: multiscale_of(coordinateTransformations=[transform("world", "world")]),
        "ms6.top-intrinsic",
    ),
    (lambda: multiscale_of(coordinateTransformations=[Identity()]), "t6.input-output"),
    (lambda: Dataset(path="0", coordinateTransformations=[]), "ms6.ct-single"),
    (
        lambda: Dataset(
            path="0",
            coordinateTransformations=[Identity(input=end(path="1"), output=end("physical"))],
        ),
        "ms6.ct-input-path",
    ),
    (lambda: Affine(affine=[[1, 0], [0]]), "t6.affine-shape"),
    (Affine, "t6.affine-2d"),
    (lambda: SceneAttrs(coordinateTransformations=[transform("a", "b")]), "scene.io-known"),
    (
        lambda: SceneAttrs(
            coordinateTransformations=[Identity(input=end(path="a"), output=end("world"))],
            coordinateSystems=[physical("world")],
        ),
        "scene.io-name",
    ),
]


@pytest.mark.parametrize(("make", "rule"), INVALID)
def test_constructors_check_rules(make: Callable[[], Any], rule: str) -> None:
    with pytest.raises(ValidationError, match=rf"\[{rule.replace('.', '[.]')}\]"):
        make()


def arrays(dtype: str = "<u2", count: int = 2) -> list[ArraySpec]:
    """Return the arrays of an image."""
    return [ArraySpec.from_documents({"zarr.json": array_3("yx", i, dtype)}) for i in range(count)]


def image_of(cls: Any = Image, **parts: Any) -> Any:
    """Return a new image of two levels with other parts."""
    return cls.new(
        **{
            "array_specs": arrays(),
            "paths": ["0", "1"],
            "scales": [[1, 1], [2, 2]],
            "translations": [None, [0.5, 0.5]],
            "physical_coord_system": physical(),
            "name": "cells",
            "multiscale_type": "mean",
            "metadata": {"method": "mean"},
            **parts,
        }
    )


def written(made: Any) -> Any:
    """Return a group after it is written and read again."""
    store = memory({})
    made.to_zarr(store)
    report = validate(store)
    assert (report.status, report.problems) == ("valid", ())
    return open_ome_zarr(store, policy="strict")


def test_new_image_is_written_and_read() -> None:
    made = image_of(coord_systems=[physical("world")], coord_transforms=[transform()])
    assert written(made) == made
    (of_image,) = made.ome_attributes.multiscales
    assert of_image.intrinsic_coordinate_system == physical()
    assert of_image.ndim == 2
    in_pixels = image_of(
        array_specs=arrays(count=1), paths=["0"], scales=[[1, 1]], translations=None
    )
    assert written(in_pixels) == in_pixels
    plain = image_of(translations=None)
    assert written(plain) == plain
    assert plain.ome_attributes.multiscales[0].coordinateTransformations is None


def test_new_label_image_is_written_and_read() -> None:
    made = image_of(ImageLabel, array_specs=arrays("<u4"), colors=[{"label-value": 1}])
    assert written(made) == made
    with pytest.raises(ValidationError, match=r"labels\.integer-dtype"):
        image_of(ImageLabel, array_specs=arrays("<f4"))


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"physical_coord_system": physical(names="zyx")}, "ms.axes-ndim"),
        ({"coord_systems": [physical()]}, "cs.name-unique"),
        ({"coord_systems": [physical("world", "x")]}, "ms.axes-space"),
        ({"coord_transforms": [transform()]}, "ms6.top-other-known"),
        ({"coord_transforms": [Scale(scale=[1, 1])]}, "t6.input-output"),
        ({"scales": [[2, 2], [1, 1]]}, "ms.ds-order"),
        ({"scales": [[1], [2]]}, "ms6.ct-length"),
    ],
)
def test_new_image_refuses_invalid_arguments(parts: dict[str, Any], rule: str) -> None:
    for cls in (Image, ImageLabel):
        with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
            image_of(cls, **{"array_specs": arrays("<u4"), **parts})


def test_new_scene_is_written_and_read() -> None:
    images = {"a": image_of(), "deep/b": image_of(name="other")}
    links = [transform().between(end("physical", path), end("world")) for path in images]
    made = Scene.new(images=images, coord_transforms=links, coord_systems=[physical("world")])
    read = written(made)
    assert read == made
    assert read.images == images
    assert read["deep/b"] == images["deep/b"]
    with pytest.raises(KeyError):
        read["c"]
    alone = Scene.new(
        images=images,
        coord_transforms=[Identity(input=end("physical", "a"), output=end("physical", "deep/b"))],
    )
    assert written(alone) == alone
    assert alone.ome_attributes.scene.coordinateSystems is None


@pytest.mark.parametrize(
    ("links", "systems", "rule"),
    [
        ([transform("physical", "world")], [physical("world")], "scene.io-known"),
        ([Identity(input=end("physical", "c"), output=end("world"))], ["world"], "scene.io-path"),
        ([Identity(input=end("other", "a"), output=end("world"))], ["world"], "scene.io-path"),
        (
            [Identity(input=end("physical", "a"), output=end("world"))],
            ["world", "alone"],
            "t6.graph-connected",
        ),
        ([Identity()], ["world"], "t6.input-output"),
    ],
)
def test_new_scene_refuses_invalid_arguments(links: Any, systems: list[Any], rule: str) -> None:
    systems = [physical(each) if isinstance(each, str) else each for each in systems]
    with pytest.raises(ValidationError, match=rule.replace(".", r"\.")):
        Scene.new(images={"a": image_of()}, coord_transforms=links, coord_systems=systems)


def _tile(version: str = "0.6") -> Any:
    return open_ome_zarr(memory(hierarchy(image("yx", 1, version), version=version)))


def _matrix(shape: tuple[int, ...], dtype: str = "float64") -> Any:
    return ArraySpec.build(shape=shape, dtype=dtype)


def _turned(path: str) -> Affine:
    start, end = (CoordinateSystemIdentifier(name=name) for name in ("physical", "turned"))
    return Affine(path=path, input=start, output=end)


def _with_matrix(matrix: Any, path: str = "coordinateTransformations/turn") -> Any:
    (system,) = _tile().ome_attributes.multiscales[0].coordinateSystems
    return Image.new(
        array_specs=[_matrix((4, 4), "uint8")],
        paths=["0"],
        scales=[(1, 1)],
        physical_coord_system=system,
        coord_transforms=[_turned(path)],
        coord_systems=[evolve(system, name="turned")],
        parameters={path: matrix},
    )


def test_parameters_are_written_with_an_image() -> None:
    made = _with_matrix(_matrix((2, 3)))
    store = memory({})
    made.to_zarr(store)
    assert open_ome_zarr(store, policy="strict") == made
    assert made.members["coordinateTransformations"].members["turn"].shape == (2, 3)


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [
        ((2, 2), "float64", "expected the shape 2 x 3, got 2 x 2"),
        ((3, 2), "float64", "expected the shape 2 x 3, got 3 x 2"),
        ((2, 3), "complex64", 'expected a data type of real numbers, got "complex64"'),
        ((2, 3), "bool", 'expected a data type of real numbers, got "bool"'),
    ],
)
def test_new_image_refuses_invalid_matrices(
    shape: tuple[int, ...], dtype: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=message) as raised:
        _with_matrix(_matrix(shape, dtype))
    (problem,) = raised.value.problems
    assert (problem.rule, problem.node) == (
        "t6.affine-path-shape",
        "coordinateTransformations/turn",
    )


def _placed(path: str, transform: Any, system: str = "physical") -> Any:
    start = CoordinateSystemIdentifier(path=path, name=system)
    return evolve(transform, input=start, output=CoordinateSystemIdentifier(name="world"))


def _world() -> Any:
    (system,) = _tile().ome_attributes.multiscales[0].coordinateSystems
    return evolve(system, name="world")


def test_matrices_of_a_new_scene_fit_its_images() -> None:
    path = "coordinateTransformations/a"
    given: dict[str, Any] = {
        "images": {"a": _tile()},
        "coord_transforms": [_placed("a", Affine(path=path))],
        "coord_systems": [_world()],
    }
    made = Scene.new(**given, parameters={path: _matrix((2, 3))})
    assert list(made.images) == ["a"]
    with pytest.raises(ValidationError, match="expected the shape 2 x 3, got 2 x 4"):
        Scene.new(**given, parameters={path: _matrix((2, 4))})


def test_transformations_of_a_new_scene_fit_its_images() -> None:
    shift = Sequence(transformations=[Scale(scale=[1, 1]), Affine(affine=[[1, 0, 0]])])
    axes = [Axis(name="x", type="space")]
    line = CoordinateSystem(name="world", axes=axes)
    made: dict[str, Any] = {"images": {"a": _tile()}, "coord_systems": [line]}
    assert Scene.new(**made, coord_transforms=[_placed("a", shift)]).images
    wrong = Affine(affine=[[1, 0]])
    with pytest.raises(ValidationError, match=r"affine: expected 1 rows of 3 numbers, got 1 of 2"):
        Scene.new(**made, coord_transforms=[_placed("a", wrong)])


def test_new_scene_refuses_images_without_a_transformation() -> None:
    """Such images would not be found in a store that cannot list."""
    given: dict[str, Any] = {"coord_transforms": [_placed("a", Identity())]}
    for path in ("b", "more/b"):
        images = {"a": _tile(), path: _tile()}
        message = f'expected a transformation from or to the image "{path}", got none'
        with pytest.raises(ValidationError, match=message):
            Scene.new(**given, images=images, coord_systems=[_world()])


@pytest.mark.parametrize(
    ("image_", "message"),
    [
        (_tile("0.5"), r"at 'a', got one of 0\.5: `to_version\('0\.6'\)` converts it"),
        (3, "expected an Image of OME-Zarr 0.6 at 'a', got 3"),
    ],
)
def test_new_scene_refuses_other_values_than_images(image_: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Scene.new(images={"a": image_}, coord_transforms=[_placed("a", Identity())])
