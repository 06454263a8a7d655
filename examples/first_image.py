"""Make an image, write it, read it again, and see what the command line says of it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ome_zarr_models._cli import main
from ome_zarr_models.v04 import ArraySpec, Image
from ome_zarr_models.v04.axes import Axis


def make(folder: Path) -> None:
    """Write an image of two channels at three resolutions."""
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
    for name, level in zip("012", levels, strict=True):
        pixels: Any = group[name]
        pixels[:] = level


def show(folder: Path) -> None:
    """Read the image, and print what there is to know of it."""
    image = Image.from_zarr(folder)
    print(image.attributes.multiscales[0].datasets[1])
    print()
    main(["info", str(folder)])
    print()
    main(["validate", str(folder)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(sys.argv[1] if len(sys.argv) > 1 else temporary) / "cells.zarr"
        make(place)
        show(place)
