"""Groups of a kind and a version that nobody has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .read import read, read_async

if TYPE_CHECKING:
    import zarr

    from .._zarr.store import StoreLike
    from ..base import Policy
    from .walk import Depth

__all__ = ["open_ome_zarr", "open_ome_zarr_async"]


def open_ome_zarr(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Any:
    """
    Read an OME-Zarr group; its metadata tells of which version and of which kind it is.

    Parameters
    ----------
    group : zarr.Group, or whatever `zarr.open_group` takes
        The group, or the path, URL or store of it. The store need not be able to list
        what it holds.
    version : str, optional
        The version that is expected, such as ``"0.5"``.
    policy : {"repair", "strict"}
        Whether metadata that breaks a rule of the specification is read, where it is
        plain what is meant, with a warning for each such place; or refused.
    depth : {"attributes", "arrays", "all"}
        How far to read: the attributes alone, the group's own arrays as well, or
        everything below. `members` is None if nothing was looked for.
    max_requests : int
        How many requests may be under way at once.

    Returns
    -------
    HCS, Image, ImageLabel, Labels, Well, BioFormats2Raw or Series
        The group, of its version.

    Raises
    ------
    ValidationError
        If it is no OME-Zarr group that this library reads, or the specification does not
        allow what was found; it names every problem.
    MissingNodeError
        If there is no group.
    UnreadableNodeError
        If the store refuses a document, or fails; its own error is the cause.
    BrokenJSONError
        If a document is no JSON.

    Warns
    -----
    ValidationWarning
        For each place that was mended.
    """
    outcome = read(group, version=version, mode=policy, depth=depth, max_requests=max_requests)
    return outcome.group_or_raise(stacklevel=2)


async def open_ome_zarr_async(
    group: zarr.Group | StoreLike,
    *,
    version: str | None = None,
    policy: Policy = "repair",
    depth: Depth = "all",
    max_requests: int = 64,
) -> Any:
    """
    Read an OME-Zarr group, as `open_ome_zarr` does, in the running event loop.

    The parameters, the result and the errors are those of `open_ome_zarr`.
    """
    outcome = await read_async(
        group, version=version, mode=policy, depth=depth, max_requests=max_requests
    )
    return outcome.group_or_raise(stacklevel=2)
