"""The benchmarked operations, as implemented by each library."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from . import data

if TYPE_CHECKING:
    from pathlib import Path


class Attrs:
    """The library of this project, and the base class of its peers."""

    module = "ome_zarr_models.v04.image"

    def __init__(self) -> None:
        self.root: Any = import_module("ome_zarr_models")
        self.image: Any = import_module("ome_zarr_models.v04.image")

    def parse(self) -> Any:
        return self.root.structure(data.DOCUMENT, self.image.ImageAttrs)

    def loads(self) -> Any:
        return self.root.loads(data.TEXT, self.image.ImageAttrs)

    def dumps(self, model: Any) -> Any:
        return self.root.dumps(model)

    def construct(self) -> Any:
        axes: Any = import_module("ome_zarr_models.v04.axes")
        multiscales: Any = import_module("ome_zarr_models.v04.multiscales")
        omero: Any = import_module("ome_zarr_models.v04.omero")
        window = omero.Window(**data.WINDOW)
        return self.image.ImageAttrs(
            multiscales=(
                multiscales.Multiscale(
                    axes=tuple(axes.Axis(**axis) for axis in data.AXES),
                    datasets=tuple(
                        multiscales.Dataset.build(path=str(i), scale=scale, translation=translation)
                        for i, (scale, translation) in enumerate(
                            zip(data.SCALES, data.TRANSLATIONS, strict=True)
                        )
                    ),
                    name="image",
                    version="0.4",
                ),
            ),
            omero=omero.Omero(
                channels=[omero.Channel(color="00FF00", window=window) for _ in range(3)]
            ),
        )

    def open_group(self, folder: Path) -> Any:
        zarr: Any = import_module("zarr")
        return zarr.open_group(folder, mode="r")

    def open(self, group: Any) -> Any:
        return self.image.Image.from_zarr(group)

    def validate(self, folder: Path) -> Any:
        return self.root.validate(folder)

    def open_05(self, group: Any) -> Any:
        return self._v05().image.Image.from_zarr(group)

    def scan(self, folders: list[str]) -> Any:
        return sum(report.status == "valid" for report in self.root.scan(folders))

    def parse_plate(self) -> Any:
        hcs: Any = import_module("ome_zarr_models.v04.hcs")
        return self.root.structure(data.PLATE, hcs.HCSAttrs)

    def open_plate(self, group: Any) -> Any:
        return self._v05().hcs.HCS.from_zarr(group)

    def parse_06(self) -> Any:
        image: Any = import_module("ome_zarr_models.v06.image")
        return self.root.structure(data.IMAGE_06, image.ImageAttrs)

    def parse_scene(self) -> Any:
        scene: Any = import_module("ome_zarr_models.v06.scene")
        return self.root.structure(data.SCENE, scene.BaseSceneAttrs)

    def transform(self) -> Any:
        transforms: Any = import_module("ome_zarr_models.v06.coordinate_transforms")
        parts = [
            transforms.Scale(scale=data.SCALE),
            transforms.Rotation(rotation=data.ROTATION),
            transforms.Translation(translation=data.SCALE),
        ]
        return transforms.Sequence(transformations=parts)

    def transform_points(self, transform: Any) -> Any:
        return transform.transform_points(data.POINTS)

    def _v05(self) -> Any:
        package: Any = import_module("ome_zarr_models.v05")
        for name in ("image", "hcs"):
            import_module(f"ome_zarr_models.v05.{name}")
        return package


class OmeZarrModels(Attrs):
    """The pydantic package, which has the same import paths."""

    def parse(self) -> Any:
        return self.image.ImageAttrs.model_validate(data.DOCUMENT)

    def loads(self) -> Any:
        return self.image.ImageAttrs.model_validate_json(data.TEXT)

    def dumps(self, model: Any) -> Any:
        return model.model_dump_json()

    def validate(self, folder: Path) -> Any:
        return self.root.open_ome_zarr(folder, version="0.4")

    def scan(self, folders: list[str]) -> Any:
        zarr: Any = import_module("zarr")
        return [self.root.open_ome_zarr(zarr.open_group(path, mode="r")) for path in folders]

    def parse_plate(self) -> Any:
        hcs: Any = import_module("ome_zarr_models.v04.hcs")
        return hcs.HCSAttrs.model_validate(data.PLATE)

    def parse_06(self) -> Any:
        image: Any = import_module("ome_zarr_models.v06.image")
        return image.ImageAttrs.model_validate(data.IMAGE_06)

    def parse_scene(self) -> Any:
        scene: Any = import_module("ome_zarr_models.v06.scene")
        return scene.BaseSceneAttrs.model_validate(data.SCENE)

    def transform_points(self, transform: Any) -> Any:
        return [transform.transform_point(point) for point in data.POINTS]


class Yaozarrs(Attrs):
    """The package yaozarrs."""

    module = "yaozarrs"

    def __init__(self) -> None:
        self.root = import_module("yaozarrs")
        self.image = import_module("yaozarrs.v04")

    def parse(self) -> Any:
        return self.image.Image.model_validate(data.DOCUMENT)

    def loads(self) -> Any:
        return self.image.Image.model_validate_json(data.TEXT)

    def dumps(self, model: Any) -> Any:
        return model.model_dump_json()

    def construct(self) -> Any:
        v04, omero = self.image, import_module("yaozarrs._omero")
        kinds = {"time": v04.TimeAxis, "channel": v04.ChannelAxis, "space": v04.SpaceAxis}
        return v04.Image(
            multiscales=[
                v04.Multiscale(
                    axes=[kinds[axis["type"]](**axis) for axis in data.AXES],
                    datasets=[
                        v04.Dataset(
                            path=str(i),
                            coordinateTransformations=[
                                v04.ScaleTransformation(scale=scale),
                                v04.TranslationTransformation(translation=translation),
                            ],
                        )
                        for i, (scale, translation) in enumerate(
                            zip(data.SCALES, data.TRANSLATIONS, strict=True)
                        )
                    ],
                    name="image",
                )
            ],
            omero=omero.Omero(
                channels=[
                    omero.OmeroChannel(color="00FF00", window=omero.OmeroWindow(**data.WINDOW))
                    for _ in range(3)
                ]
            ),
        )

    def open_group(self, folder: Path) -> Any:
        return folder

    def open(self, group: Any) -> Any:
        return self.root.validate_zarr_store(str(group))

    def validate(self, folder: Path) -> Any:
        return self.root.validate_zarr_store(str(folder))

    def scan(self, folders: list[str]) -> Any:
        return [self.root.validate_zarr_store(path) for path in folders]

    def open_05(self, group: Any) -> Any:
        return self.open(group)

    def open_plate(self, group: Any) -> Any:
        return self.open(group)

    def parse_plate(self) -> Any:
        return self.image.Plate.model_validate(data.PLATE)

    def parse_06(self) -> Any:
        pytest.skip("yaozarrs does not support 0.6")

    def parse_scene(self) -> Any:
        return self.parse_06()

    def transform(self) -> Any:
        return self.parse_06()


LIBRARIES = {"attrs": Attrs, "ome-zarr-models": OmeZarrModels, "yaozarrs": Yaozarrs}
