"""Write an image with its pixels, read its metadata, and validate it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ome_zarr_models import validate
from ome_zarr_models.v04 import ArraySpec, Image
from ome_zarr_models.v04.axes import Axis


def write(folder: Path) -> None:
    """Write an image with two channels at three resolutions."""
    levels = [np.random.default_rng(0).integers(0, 255, (2, 256, 256), "uint8")]
    levels += [levels[0][:, :: 2**i, :: 2**i] for i in (1, 2)]
    image = Image.new(
        array_specs=[ArraySpec.from_array(level, chunks=(1, 64, 64)) for level in levels],
        paths=["0", "1", "2"],
        axes=[
            Axis(name="c", type="channel"),
            Axis(name="y", type="space", unit="micrometer"),
            Axis(name="x", type="space", unit="micrometer"),
        ],
        scales=[(1, 0.5 * 2**i, 0.5 * 2**i) for i in range(3)],
        translations=[None, None, None],
        name="cells",
        multiscale_type="sampling",
        metadata={"description": "every second pixel"},
    )
    group = image.to_zarr(folder)
    for path, level in zip("012", levels, strict=True):
        array: Any = group[path]
        array[:] = level


def show(folder: Path) -> None:
    """Read the image, print some of its metadata, and validate it."""
    image = Image.from_zarr(folder)
    print(image.attributes.multiscales[0].datasets[1])
    print(image.voxel_size(level=1))
    print()
    print(validate(folder))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary) / "cells.zarr"
        write(folder)
        show(folder)
