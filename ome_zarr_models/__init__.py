"""
OME-Zarr metadata as frozen attrs classes, read from and written to JSON and Zarr.

Everything is imported on first use. The metadata classes, such as those of
`ome_zarr_models.v04`, load neither zarr nor numpy nor cattrs.
"""

from os.path import dirname, exists  # pathlib need not be loaded
from warnings import warn

from ._lazy import lazy
from ._version import __version__ as __version__

if exists(f"{dirname(__file__)}/_utils.py"):  # a module that only ome-zarr-models has
    warn(
        "the files of ome-zarr-models and ome-zarr-models-attrs are mixed in one folder, "
        f"{dirname(__file__)}: run `pip uninstall ome-zarr-models ome-zarr-models-attrs`, and "
        "install again the one that you need",
        stacklevel=2,
    )

TYPE_CHECKING = bool()  # False, but jedi skips what it knows not to run
if TYPE_CHECKING:
    from . import base, common, exceptions, typing, v04, v05, v06
    from ._documents import dumps, loads, structure, unstructure
    from ._models.hooks import make_converter, register_hooks
    from ._models.json_schema import json_schema
    from ._reading.read import open_ome_zarr, open_ome_zarr_async
    from ._reading.search import find
    from ._reports.report import Report, validate
    from ._scan.scan import scan
    from ._spec.repair import Fix, repair
    from .base import BaseGroup
    from .exceptions import ConflictError, Problem, ValidationError, ValidationWarning
    from .v04.base import BaseGroupv04
    from .v05.base import BaseGroupv05
    from .v06.base import BaseGroupv06

__all__ = [
    "BaseGroup",
    "BaseGroupv04",
    "BaseGroupv05",
    "BaseGroupv06",
    "ConflictError",
    "Fix",
    "Problem",
    "Report",
    "ValidationError",
    "ValidationWarning",
    "base",
    "common",
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
    "typing",
    "unstructure",
    "v04",
    "v05",
    "v06",
    "validate",
]

lazy(
    globals(),
    {
        "._documents": ("dumps", "loads", "structure", "unstructure"),
        "._models.hooks": ("make_converter", "register_hooks"),
        "._models.json_schema": ("json_schema",),
        "._reading.read": ("open_ome_zarr", "open_ome_zarr_async"),
        "._reading.search": ("find",),
        "._reports.report": ("Report", "validate"),
        "._scan.scan": ("scan",),
        "._spec.repair": ("Fix", "repair"),
        ".base": ("BaseGroup",),
        ".exceptions": ("ConflictError", "Problem", "ValidationError", "ValidationWarning"),
        ".v04.base": ("BaseGroupv04",),
        ".v05.base": ("BaseGroupv05",),
        ".v06.base": ("BaseGroupv06",),
    },
)
