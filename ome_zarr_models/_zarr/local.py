"""The local file system, read without zarr."""

from __future__ import annotations

import os
from errno import EINVAL, ENAMETOOLONG
from typing import TYPE_CHECKING, Final

from .loop import TooLargeError

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


def file_reader(folder: str, max_bytes: int) -> Callable[[str], bytes | Exception | None]:
    """
    Return a function that reads a file of a local store by its key, if it is not too large.

    It takes a third of the time of zarr's own store.
    """

    def read_whole(file: int) -> bytes:
        text = os.read(file, _READ_SIZE)
        if len(text) < _READ_SIZE and len(text) <= max_bytes:  # nearly all are this short
            return text
        size = os.fstat(file).st_size
        if size > max_bytes:
            raise TooLargeError(max_bytes, size)
        parts, length = [text], len(text)
        while text:
            text = os.read(file, _READ_SIZE)
            parts.append(text)
            length += len(text)
            if length > max_bytes:  # it grows, or is no regular file
                raise TooLargeError(max_bytes)
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
            return None if _cannot_exist(error, f"{folder}/{key}") else error

    return read


def _cannot_exist(error: Exception, path: str) -> bool:
    """Return whether an error of the system says that there is no such file."""
    if isinstance(error, PermissionError):  # on Windows, of a folder in place of a document
        return os.path.isdir(path)
    # A name is too long, or has characters that names cannot have on Windows.
    return isinstance(error, OSError) and error.errno in (ENAMETOOLONG, EINVAL)


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
            return True
    except OSError:  # a broken link
        return False
    return entry.name in _LISTED_DOCUMENTS or entry.name.lower().endswith(ZIP_SUFFIXES)


def folder_identity(folder: str) -> tuple[int, int] | None:
    """Return what tells a folder from others, over whatever links it is reached; None if gone."""
    try:
        status = os.stat(folder)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


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
