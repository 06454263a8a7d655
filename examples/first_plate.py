"""Write a plate of images, read one of its fields of view, and validate the plate."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ome_zarr_models import open_ome_zarr, validate
from ome_zarr_models.v05 import HCS, ArraySpec, Image, Well
from ome_zarr_models.v05.axes import Axis


def write(folder: Path) -> None:
    """Write a plate with 24 wells, two of which were imaged, with two fields of view each."""
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
        metadata={"method": "none, as the arrays have no pixels yet"},
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
    """Read the plate, print some of its metadata, and validate it."""
    plate = open_ome_zarr(folder)
    assert isinstance(plate, HCS)
    print(f"{plate.n_wells} wells")
    print(plate.well("B", "2")["0"].datasets[0][1])
    print()
    print(validate(folder))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary) / "screen.zarr"
        write(folder)
        show(folder)
