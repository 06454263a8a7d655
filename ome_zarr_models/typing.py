"""Types of parameters and results, for annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - the aliases may be evaluated
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer
    from zarr.storage import StorePath

    from .base import BaseGroup
    from .v06.coordinate_transforms import AnyTransform

    # What zarr itself takes for a store, but for fsspec's, which has no types.
    StoreLike: TypeAlias = Store | StorePath | Path | str | dict[str, Buffer]
    AnyGroup: TypeAlias = BaseGroup
    JSON: TypeAlias = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
else:
    AnyGroup = AnyTransform = StoreLike = JSON = Any

__all__ = [
    "JSON",
    "AnyGroup",
    "AnyTransform",
    "Consolidated",
    "Depth",
    "Loc",
    "Overwrite",
    "Policy",
    "Severity",
    "StoreLike",
    "ZarrFormat",
]

Consolidated: TypeAlias = Literal["use", "ignore", "check"]
"""Whether consolidated metadata is read instead of documents, ignored, or compared with them."""
Depth: TypeAlias = Literal["attributes", "arrays", "all"]
"""How far a hierarchy is read: the root's attributes, its arrays as well, or everything."""
Loc: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value in a JSON document."""
Overwrite: TypeAlias = bool | Literal["documents"]
"""Whether nodes that exist are deleted, refused, or have their documents replaced."""
Policy: TypeAlias = Literal["repair", "strict"]
"""Whether metadata that breaks a rule is read where its meaning is plain, or refused."""
Severity: TypeAlias = Literal["error", "warning"]
"""Whether the specification demands something, or recommends it."""
ZarrFormat: TypeAlias = Literal[2, 3]
"""The number of a Zarr format."""
