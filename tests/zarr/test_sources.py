"""Sources, which remember where a group was read from."""

from __future__ import annotations

import gc

from ome_zarr_models import open_ome_zarr
from ome_zarr_models._zarr import sources

from ..helpers.factories import hierarchy, image
from ..helpers.stores import memory


def test_source_is_forgotten_with_its_group() -> None:
    opened = open_ome_zarr(memory(hierarchy(image("yx", version="0.6"), version="0.6")))
    assert sources.recall(opened) is not None
    known = len(vars(sources)["_SOURCES"])
    del opened
    gc.collect()
    assert len(vars(sources)["_SOURCES"]) < known
