"""Open hierarchies, and read documents, whose kind a test knows."""

from __future__ import annotations

from typing import Any, Final

import ome_zarr_models

open_ome_zarr: Final[Any] = ome_zarr_models.open_ome_zarr
"""`ome_zarr_models.open_ome_zarr`, whose result may be used as a group of any kind."""
open_ome_zarr_async: Final[Any] = ome_zarr_models.open_ome_zarr_async
structure: Final[Any] = ome_zarr_models.structure
"""`ome_zarr_models.structure`, whose result may be used as metadata of any kind."""
