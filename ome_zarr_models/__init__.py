"""
The metadata of OME-Zarr as frozen attrs classes, and their way to and from JSON and Zarr.

Nothing is imported before it is used: `ome_zarr_models.v04` and the others load neither
zarr nor numpy nor cattrs.
"""

from ._lazy import lazy

TYPE_CHECKING = False  # without importing typing
if TYPE_CHECKING:
    from . import exceptions, v04, v05, v06
    from ._models.hooks import dumps, loads, make_converter, register_hooks, structure, unstructure
    from ._models.json_schema import json_schema
    from ._reading.open import open_ome_zarr, open_ome_zarr_async
    from ._reading.search import find
    from ._reports.report import Report, validate
    from ._scan.scan import scan
    from ._spec.repair import Fix, repair
    from .exceptions import Problem, ValidationError, ValidationWarning

__all__ = [
    "Fix",
    "Problem",
    "Report",
    "ValidationError",
    "ValidationWarning",
    "dumps",
    "exceptions",
    "find",
    "json_schema",
    "loads",
    "make_converter",
    "open_ome_zarr",
    "open_ome_zarr_async",
    "register_hooks",
    "repair",
    "scan",
    "structure",
    "unstructure",
    "v04",
    "v05",
    "v06",
    "validate",
]

__version__ = "0.1.0"

__getattr__, __dir__ = lazy(
    globals(),
    {
        **dict.fromkeys(__all__, "._models.hooks"),
        **dict.fromkeys(("Problem", "ValidationError", "ValidationWarning"), ".exceptions"),
        **dict.fromkeys(("Fix", "repair"), "._spec.repair"),
        **dict.fromkeys(("open_ome_zarr", "open_ome_zarr_async"), "._reading.open"),
        **dict.fromkeys(("Report", "validate"), "._reports.report"),
        "find": "._reading.search",
        "json_schema": "._models.json_schema",
        "scan": "._scan.scan",
    },
    ("exceptions", "v04", "v05", "v06"),
)
