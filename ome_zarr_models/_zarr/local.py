"""The local file system, read without zarr."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


ZIP_SUFFIXES: Final = (".ozx", ".zip")

_READ_SIZE: Final = 2**14
_OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NODE_DOCUMENTS: Final = (".zgroup", "zarr.json")
_LISTED_DOCUMENTS: Final = (*_NODE_DOCUMENTS, ".zarray", ".zattrs")
_MAX_SHOWN: Final = 3


def local_path(target: object) -> str | None:
    """Return the path of the folder or zip file that a target names; None if it is not local."""
    if type(target) is not str:
        is_path = type(target).__module__.startswith("pathlib") and hasattr(target, "__fspath__")
        return str(target) if is_path else None
    if target.startswith("file://"):
        from urllib.request import url2pathname  # a large import for a rare case

        return url2pathname(target.removeprefix("file://"))
    return None if "://" in target or "::" in target else target or "."


def file_reader(folder: str) -> Callable[[str], bytes | Exception | None]:
    """
    Return a function that reads a file of a local store by its key.

    It takes a third of the time of zarr's own store.
    """

    def read_whole(file: int) -> bytes:
        text = os.read(file, _READ_SIZE)
        if len(text) < _READ_SIZE:  # nearly all documents are this short
            return text
        parts = [text]
        while text:
            text = os.read(file, _READ_SIZE)
            parts.append(text)
        return b"".join(parts)

    def read(key: str) -> bytes | Exception | None:
        try:
            file = os.open(f"{folder}/{key}", _OPEN_FLAGS)
            try:
                return read_whole(file)
            finally:
                os.close(file)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            return error

    return read


def list_folder(folder: str) -> list[str] | Exception:
    """Return the sorted names of the folders, Zarr documents and zip files in a folder."""
    try:
        with os.scandir(folder) as listing:
            return sorted(entry.name for entry in listing if _may_hold_ome_zarr(entry))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        return error


def _may_hold_ome_zarr(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry of a folder may be, or contain, a part of an OME-Zarr hierarchy."""
    try:
        if entry.is_dir():
            return not (entry.is_symlink() and _links_to_ancestor(entry.path))
    except OSError:  # a broken link
        return False
    return entry.name in _LISTED_DOCUMENTS or entry.name.endswith(ZIP_SUFFIXES)


def _links_to_ancestor(link: str) -> bool:
    """Return whether a symbolic link leads to one of the folders that contain it."""
    real, ancestor = os.path.realpath(link), os.path.abspath(link)  # noqa: PTH100 - of strings
    while ancestor != os.path.dirname(ancestor):  # noqa: PTH120
        ancestor = os.path.dirname(ancestor)  # noqa: PTH120
        if os.path.realpath(ancestor) == real:
            return True
    return False


def describe_path(path: str) -> str:
    """Return what is at a path that has no Zarr group, for an error message."""
    from pathlib import Path

    place = Path(path)
    if place.is_file():
        return "a file"
    if not place.is_dir():
        return "nothing there"
    groups = sorted(
        {document.parent.name for name in _NODE_DOCUMENTS for document in place.glob(f"*/{name}")}
    )
    more = f" and {len(groups) - _MAX_SHOWN} more" if len(groups) > _MAX_SHOWN else ""
    return (
        f"a folder that is not a group but contains groups: {', '.join(groups[:_MAX_SHOWN])}{more}"
        if groups
        else "a folder that is not a group"
    )
