"""
Use the programs that depend on ome-zarr-models, with this package in its place.

Each writes and reads images, labels and plates, as far as it has them, in each version.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import ome_zarr_models
from ome_zarr_models import open_ome_zarr, validate
from ome_zarr_models.base import BaseAttrs

PIXELS = np.arange(2 * 64 * 64, dtype="uint16").reshape(2, 64, 64)
MASK = np.greater(PIXELS, PIXELS.mean()).astype("uint8")


def use_ome_zarr(folder: Path) -> None:
    """Write and read an image with labels by ome-zarr-py."""
    from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale

    image = OMEZarrImage(data=PIXELS, axes="cyx", scale={"y": 0.5, "x": 0.5})
    mask = OMEZarrImage(data=MASK, axes="cyx", scale={"y": 0.5, "x": 0.5}, name="cells")
    for version in ("0.4", "0.5", "0.6"):
        path = str(folder / f"{version}.zarr")
        labels = OMEZarrLabels(image=mask, scale_factors=None)
        written = OMEZarrMultiscale(image=image, scale_factors=(2,), labels=labels)
        written.to_ome_zarr(path, version=version)
        read = OMEZarrMultiscale.from_ome_zarr(path)
        assert np.array_equal(read.images[0].data, PIXELS)
        assert isinstance(read.metadata, BaseAttrs)
        assert [*read.labels] == ["cells"]
        assert open_ome_zarr(path).ome_zarr_version == version


def use_ngio(folder: Path) -> None:
    """Write and read images, with labels, and plates by ngio."""
    from ngio import (
        ImageInWellPath,
        create_empty_plate,
        create_ome_zarr_from_array,
        open_ome_zarr_container,
        open_ome_zarr_plate,
    )

    for version in ("0.4", "0.5"):
        path = folder / f"{version}.zarr"
        made = create_ome_zarr_from_array(
            path,
            PIXELS,
            pixelsize=0.5,
            axes_names=["c", "y", "x"],
            channels_meta=["DAPI", "GFP"],
            levels=2,
            ngff_version=version,
        )
        made.derive_label("cells").set_array(MASK[0])
        read = open_ome_zarr_container(path)
        assert read.channel_labels == ["DAPI", "GFP"]
        assert read.list_labels() == ["cells"]
        assert np.array_equal(read.get_image().get_as_numpy(), PIXELS)
        assert open_ome_zarr(path).channel_names == ("DAPI", "GFP")
        path = folder / f"{version}-plate.zarr"
        fields = [ImageInWellPath(row="A", column=column, path="0_raw") for column in "12"]
        create_empty_plate(path, name="screen", images=fields, ngff_version=version)
        plate = open_ome_zarr_plate(path)
        assert plate.rows == ["A"]
        assert len(plate.wells_paths()) == 2  # noqa: PLR2004 - two columns


def use_bioio(folder: Path) -> None:
    """Write and read images by bioio-ome-zarr."""
    from bioio_ome_zarr import Reader
    from bioio_ome_zarr.writers import OMEZarrWriter

    for zarr_format in (2, 3):
        path = str(folder / f"{zarr_format}.zarr")
        writer = OMEZarrWriter(
            path,
            level_shapes=PIXELS.shape,
            dtype=PIXELS.dtype,
            zarr_format=zarr_format,
            axes_names=["c", "y", "x"],
            axes_types=["channel", "space", "space"],
        )
        writer.write_full_volume(PIXELS)
        assert np.array_equal(Reader(path).get_image_data("CYX"), PIXELS)
        assert validate(path)


def main() -> None:
    """Use each of the programs."""
    print(f"ome_zarr_models from {Path(ome_zarr_models.__file__).parent}")
    for use in (use_ome_zarr, use_ngio, use_bioio):
        with tempfile.TemporaryDirectory() as folder:
            use(Path(folder))
        print(f"{use.__name__}: works")


if __name__ == "__main__":
    main()
