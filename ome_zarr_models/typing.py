"""Types of parameters and return values, for annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - users may evaluate the aliases
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer
    from zarr.storage import StorePath

    from .base import BaseGroup
    from .v06.coordinate_transforms import AnyTransform

    # What zarr itself accepts as a store, except fsspec's mappings, which are not typed.
    StoreLike: TypeAlias = Store | StorePath | Path | str | dict[str, Buffer]
    AnyGroup: TypeAlias = BaseGroup
    JSON: TypeAlias = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
else:
    AnyTransform = StoreLike = JSON = Any

    def __getattr__(name: str) -> Any:  # converters need the class, and others do not load it
        if name != "AnyGroup":
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from .base import BaseGroup

        return BaseGroup


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
"""How much of a hierarchy is read: the root's attributes, also its arrays, or everything."""
Loc: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value in a JSON document."""
Overwrite: TypeAlias = bool | Literal["documents"]
"""What to do with existing nodes: delete them, raise, or replace only their documents."""
Policy: TypeAlias = Literal["repair", "strict"]
"""Whether metadata that breaks a rule is repaired if its meaning is clear, or refused."""
Severity: TypeAlias = Literal["error", "warning"]
"""Whether a rule is required by the specification, or recommended."""
ZarrFormat: TypeAlias = Literal[2, 3]
"""The version of the Zarr format."""
