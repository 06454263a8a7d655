"""Make a plate with labelled images, write it, read it again, and look something up in it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ome_zarr_models import open_ome_zarr
from ome_zarr_models._cli import main
from ome_zarr_models.v05 import HCS, ArraySpec, Image, Well
from ome_zarr_models.v05.axes import Axis


def make(folder: Path) -> None:
    """Write a plate of 24 wells, of which two were imaged, with two fields of view each."""
    field = Image.new(
        array_specs=[
            ArraySpec.build(shape=(n, n), dtype="uint16", chunks=(64, 64)) for n in (256, 128)
        ],
        paths=["0", "1"],
        axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        scales=[(0.5, 0.5), (1, 1)],
        translations=None,
        name="field",
        multiscale_type="mean",
        metadata={"method": "none: there are no pixels yet"},
    )
    well = Well.new({"0": field, "1": field}, acquisitions={"0": 1, "1": 1})
    plate = HCS.new(
        size=24,
        wells={"B/2": well, "C/5": well},
        acquisitions=[{"id": 1, "name": "first", "maximumfieldcount": 2}],
        name="screen",
    )
    plate.to_zarr(folder)


def show(folder: Path) -> None:
    """Read the plate, and print what there is to know of it."""
    plate = open_ome_zarr(folder)
    print(plate.well("B", "2")["0"].datasets[0][1])
    print()
    main(["info", str(folder)])
    print()
    main(["validate", str(folder)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(sys.argv[1] if len(sys.argv) > 1 else temporary) / "screen.zarr"
        make(place)
        show(place)
