"""
Checks of single values, under the names that ome-zarr-models has for them.

They are for programs that were written for it: `ome_zarr_models.validate` checks a whole
hierarchy, and names every problem.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from .._reading.checks import NO_MEMBERS
from .._rules.images import MAX_NDIM, MIN_NDIM
from .._rules.nodes import is_array
from .._spec.zarr_formats import FORMATS
from ._reexports import reexport

if TYPE_CHECKING:
    from collections.abc import Sequence

    import zarr

    from .._zarr import v2, v3
    from ..typing import ZarrFormat
    from .coordinate_transformations import VectorScale

__all__ = [
    "VALID_DTYPES",
    "VALID_NDIM",
    "check_array_path",
    "check_array_spec",
    "check_group_path",
    "check_group_spec",
    "check_length",
    "check_ordered_scales",
    "unique_items_validator",
    "validate_zarr_node_name",
]

T = TypeVar("T")

VALID_NDIM: Final = tuple(range(MIN_NDIM, MAX_NDIM + 1))
"""The numbers of axes that an image can have."""
VALID_DTYPES: Final = [
    np.dtype(f"{sign}int{bits}") for bits in (8, 16, 32, 64) for sign in ("u", "")
]
"""The data types of label images."""
_PATTERNS: Final = {
    "AlphaNumericConstraint": r"^[a-zA-Z0-9]*$",
    "RGBHexConstraint": r"[0-9a-fA-F]{6}",
    "WellPathCharsConstraint": r"^[A-Za-z0-9._-]+$",
}


if not TYPE_CHECKING:
    reexport(globals())
    _reexported = __getattr__  # noqa: F821 - just set

    def __getattr__(name: str) -> Any:
        if name not in _PATTERNS:
            return _reexported(name)
        from pydantic import StringConstraints  # programs that use these names have it

        return StringConstraints(pattern=_PATTERNS[name])


def validate_zarr_node_name(value: str) -> str:
    """
    Check that a string can be the name of a node of Zarr format 3.

    Parameters
    ----------
    value : str
        The name.

    Returns
    -------
    str
        The name.

    Raises
    ------
    ValueError
        If it is ``.`` or ``..``, or begins with two underscores.

    Examples
    --------
    >>> validate_zarr_node_name("0")
    '0'
    """
    if value in (".", "..") or value.startswith("__"):
        msg = (
            f"expected a name other than '.' and '..' that does not begin with '__', got {value!r}"
        )
        raise ValueError(msg)
    return value


def unique_items_validator(values: list[T]) -> list[T]:
    """
    Check that no two values of a list are equal.

    Parameters
    ----------
    values : list
        The values, which need not be hashable.

    Returns
    -------
    list
        The values.

    Raises
    ------
    ValueError
        If two of them are equal.

    Examples
    --------
    >>> unique_items_validator(["y", "x"])
    ['y', 'x']
    """
    for i, value in enumerate(values):
        if value in values[:i]:
            msg = f"expected values that differ, got {value!r} more than once"
            raise ValueError(msg)
    return values


def check_length(
    sequence: Sequence[T], *, valid_lengths: Sequence[int], variable_name: str
) -> None:
    """
    Check the length of a sequence.

    Parameters
    ----------
    sequence : sequence
        The sequence.
    valid_lengths : sequence of int
        The lengths that it may have.
    variable_name : str
        What the error calls it.

    Raises
    ------
    ValueError
        If it has another length.

    Examples
    --------
    >>> check_length("yx", valid_lengths=VALID_NDIM, variable_name="axes")
    """
    if len(sequence) not in valid_lengths:
        lengths = ", ".join(map(str, valid_lengths))
        msg = f"{variable_name}: expected a length of {lengths}, got {len(sequence)}"
        raise ValueError(msg)


def check_ordered_scales(scales: Sequence[VectorScale]) -> None:
    """
    Check that scales are those of levels from the highest resolution to the lowest.

    Parameters
    ----------
    scales : sequence of VectorScale
        The scale of each level.

    Raises
    ------
    ValueError
        If a pixel of a level is smaller, along some axis, than one of the level before.

    Examples
    --------
    >>> from ome_zarr_models.common.coordinate_transformations import VectorScale
    >>> check_ordered_scales([VectorScale(scale=[1, 1]), VectorScale(scale=[2, 2])])
    """
    for i, (first, second) in enumerate(pairwise(scales)):
        if any(a > b for a, b in zip(first.scale, second.scale, strict=False)):
            msg = f"expected larger pixels at level {i + 1} than {first.scale}, got {second.scale}"
            raise ValueError(msg)


def check_array_path(
    group: zarr.Group, array_path: str, *, expected_zarr_version: ZarrFormat
) -> v2.ArraySpec | v3.ArraySpec:
    """
    Return the metadata of an array in a group.

    Parameters
    ----------
    group : zarr.Group
        The group.
    array_path : str
        The path of the array, relative to the group.
    expected_zarr_version : {2, 3}
        The Zarr format of the array.

    Returns
    -------
    ArraySpec

    Raises
    ------
    ValueError
        If there is no array at the path, or it has another format.
    """
    node = _node(group, array_path, expected_zarr_version)
    if not is_array(node):
        found = "nothing" if node is None else "a group"
        msg = f"expected an array at {array_path!r}, got {found}"
        raise ValueError(msg)
    spec: v2.ArraySpec | v3.ArraySpec = FORMATS[expected_zarr_version].array_spec.from_zarr(node)
    return spec


def check_group_path(
    group: zarr.Group, group_path: str, *, expected_zarr_version: ZarrFormat
) -> v2.GroupSpec | v3.GroupSpec:
    """
    Return the metadata of a group in a group, without its members.

    Parameters
    ----------
    group : zarr.Group
        The group.
    group_path : str
        The path of the other group, relative to this one.
    expected_zarr_version : {2, 3}
        The Zarr format of the group.

    Returns
    -------
    GroupSpec

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    ValueError
        If there is an array, or the group has another format.
    """
    node = _node(group, group_path, expected_zarr_version)
    if node is None:
        msg = f"expected a group at {group_path!r}, got nothing"
        raise FileNotFoundError(msg)
    if is_array(node):
        msg = f"expected a group at {group_path!r}, got an array"
        raise ValueError(msg)
    spec: v2.GroupSpec | v3.GroupSpec = FORMATS[expected_zarr_version].group_spec.from_zarr(
        node, depth="attributes"
    )
    return spec


def _node(group: zarr.Group, path: str, zarr_format: ZarrFormat) -> Any:
    node: Any = group.get(path)
    if node is not None and node.metadata.zarr_format != zarr_format:
        msg = f"expected Zarr format {zarr_format} at {path!r}, got {node.metadata.zarr_format}"
        raise ValueError(msg)
    return node


def check_array_spec(spec: v2.GroupSpec | v3.GroupSpec, path: str) -> v2.ArraySpec | v3.ArraySpec:
    """
    Return the array that a group has at a path.

    Parameters
    ----------
    spec : GroupSpec
        The group.
    path : str
        The path of the array, relative to the group.

    Returns
    -------
    ArraySpec

    Raises
    ------
    ValueError
        If the members of the group were not read, or there is a group at the path.
    KeyError
        If there is nothing at the path.
    """
    member: v2.ArraySpec | v3.ArraySpec = _member(spec, path)
    if not is_array(member):
        msg = f"expected an array at {path!r}, got a group"
        raise ValueError(msg)
    return member


def check_group_spec(spec: v2.GroupSpec | v3.GroupSpec, path: str) -> v2.GroupSpec | v3.GroupSpec:
    """
    Return the group that a group has at a path.

    Parameters
    ----------
    spec : GroupSpec
        The group.
    path : str
        The path of the other group, relative to this one.

    Returns
    -------
    GroupSpec

    Raises
    ------
    ValueError
        If the members of the group were not read, or there is an array at the path.
    KeyError
        If there is nothing at the path.
    """
    member: v2.GroupSpec | v3.GroupSpec = _member(spec, path)
    if is_array(member):
        msg = f"expected a group at {path!r}, got an array"
        raise ValueError(msg)
    return member


def _member(spec: v2.GroupSpec | v3.GroupSpec, path: str) -> Any:
    if spec.members is None:
        raise ValueError(NO_MEMBERS)
    return spec.members[path]
