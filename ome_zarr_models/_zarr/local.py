"""The local file system, which is read without zarr."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


ZIPPED: Final = (".ozx", ".zip")

_AT_ONCE: Final = 2**14
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NODES: Final = (".zgroup", "zarr.json")
_LISTED: Final = (*_NODES, ".zarray", ".zattrs")
_SHOWN: Final = 3


def folder_of(target: object) -> str | None:
    """Return the folder, or the zip file, that a path or URL means, if it means one."""
    if type(target) is not str:
        is_path = type(target).__module__.startswith("pathlib") and hasattr(target, "__fspath__")
        return str(target) if is_path else None
    if target.startswith("file://"):
        from urllib.request import url2pathname  # imports much, and is seldom needed

        return url2pathname(target.removeprefix("file://"))
    return None if "://" in target or "::" in target else target or "."


def reader(folder: str) -> Callable[[str], bytes | Exception | None]:
    """Return the function that reads a file of a local store, in a third of the time of zarr's."""

    def read_whole(file: int) -> bytes:
        text = os.read(file, _AT_ONCE)
        if len(text) < _AT_ONCE:  # as nearly all documents are
            return text
        parts = [text]
        while text:
            text = os.read(file, _AT_ONCE)
            parts.append(text)
        return b"".join(parts)

    def read(key: str) -> bytes | Exception | None:
        try:
            file = os.open(f"{folder}/{key}", _FLAGS)
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
    """Return the names of folders, of documents and of zip files in a folder."""
    try:
        with os.scandir(folder) as listing:
            return sorted(entry.name for entry in listing if _counts(entry))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        return error


def _counts(entry: os.DirEntry[str]) -> bool:
    """Return whether there may be something of OME-Zarr in an entry of a folder."""
    try:
        if entry.is_dir():
            return not (entry.is_symlink() and _leads_back(entry.path))
    except OSError:  # of a link that leads nowhere
        return False
    return entry.name in _LISTED or entry.name.endswith(ZIPPED)


def _leads_back(link: str) -> bool:
    """Return whether a symbolic link leads to a folder that it is in."""
    real, above = os.path.realpath(link), os.path.abspath(link)  # noqa: PTH100 - of strings
    while above != os.path.dirname(above):  # noqa: PTH120
        above = os.path.dirname(above)  # noqa: PTH120
        if os.path.realpath(above) == real:
            return True
    return False


def instead(folder: str) -> str:
    """Return what there is where no group is."""
    from pathlib import Path

    place = Path(folder)
    if place.is_file():
        return "a file"
    if not place.is_dir():
        return "nothing there"
    below = sorted(each.parent.name for name in _NODES for each in place.glob(f"*/{name}"))
    more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
    return (
        f"a folder without one, with groups in it: {', '.join(below[:_SHOWN])}{more}"
        if below
        else "a folder without one"
    )
