"""
Folders and files of a local hierarchy that is written.

A document is replaced in one step: a reader sees the old text or the new one, never a part.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from stat import S_IMODE, S_ISREG
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

DOCUMENTS: Final = (".zmetadata", ".zgroup", ".zarray", ".zattrs", "zarr.json")
"""In the order in which they are deleted: that of format 3 hides the others, and copies outlive
what they copy."""
_GAPS: Final = 3
"""How many folders without documents may be between a node and a group above it."""
_PART: Final = ".part"
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class RefusedFileError(OSError):
    """A file that is not written, as something else would change with it."""


def replace_file(path: str, text: bytes, before: bytes | None, *, root: str) -> bool:
    """
    Replace the content of a file, if it still is what it was.

    The new content is written beside the file and renamed, under the advisory lock of its
    folder, with the mode and, where the system allows it, the owner of the file. A killed
    process leaves the old content or the new one; so does a power failure only if the file
    system orders its writes, since nothing is synchronised.

    Parameters
    ----------
    path : str
        The file, which need not exist.
    text : bytes
        The new content.
    before : bytes, optional
        The content that the file had when it was read; None if it did not exist.
    root : str
        The folder of the hierarchy: a symbolic link that leads out of it is refused.

    Returns
    -------
    bool
        Whether the file was replaced; False if its content is another than `before`.

    Raises
    ------
    RefusedFileError
        If the file has several hard links, or lies outside of the hierarchy.
    """
    file = _resolved(path, root)
    folder = os.path.dirname(file)
    os.makedirs(folder, exist_ok=True)
    with _locked(folder) as is_locked:
        if read_file(file) != before:
            return False
        _swap(file, text, is_locked=is_locked)
    return True


def remove_file(path: str, before: bytes | None, *, root: str) -> bool:
    """Remove a file, if it still is what it was; return whether it is gone."""
    file = _resolved(path, root)
    if before is None:
        return read_file(file) is None
    with _locked(os.path.dirname(file)):
        if read_file(file) != before:
            return False
        os.unlink(path)
    return True


def _resolved(path: str, root: str) -> str:
    """Return the file that a path leads to, over symbolic links inside of the hierarchy."""
    file, folder = os.path.realpath(path), os.path.realpath(root)
    if os.path.commonpath((file, folder)) != folder:
        msg = f"{path} is a symbolic link that leads out of the hierarchy, to {file}: not written"
        raise RefusedFileError(msg)
    return file


def _status(file: str) -> os.stat_result | None:
    """Return the status of a file, which must have one link; None if it does not exist."""
    try:
        status = os.stat(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if status.st_nlink > 1 and S_ISREG(status.st_mode):
        msg = (
            f"{file} has {status.st_nlink} hard links, of which this would be cut off: not written"
        )
        raise RefusedFileError(msg)
    return status


def _swap(file: str, text: bytes, *, is_locked: bool) -> None:
    status = _status(file)
    folder, name = os.path.split(file)
    # Under the lock there is one writer: what a killed one left is written over.
    part = os.path.join(folder, f".{name}{'' if is_locked else f'.{os.getpid():x}'}{_PART}")
    opened = os.open(part, _FLAGS, 0o666)
    try:
        try:
            _write_all(opened, text)
            if status is not None:
                _keep_owner(part, opened, status)
        finally:
            os.close(opened)
        os.replace(part, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(part)
        raise


def _write_all(opened: int, text: bytes) -> None:
    left = memoryview(text)
    while left:
        left = left[os.write(opened, left) :]


def _keep_owner(part: str, opened: int, status: os.stat_result) -> None:
    """Give a new file the owner, the group and the mode of the one that it replaces."""
    own = os.fstat(opened)
    if hasattr(os, "fchown") and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(opened, status.st_uid, status.st_gid)
        except PermissionError:  # of another user's file: its group may be kept
            with suppress(PermissionError):
                os.fchown(opened, -1, status.st_gid)
    os.chmod(part, S_IMODE(status.st_mode))


def clear_folder(folder: str) -> None:
    """
    Delete all that is in a folder, the documents of each node before what they describe.

    Files that are not of Zarr go even before the documents, since a second run would refuse
    to delete them where no node is. Of symbolic links, the links are deleted, and not what
    they lead to.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=_deleted_at)
    except FileNotFoundError:  # deleted with a folder that it was in
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            clear_folder(entry.path)
            os.rmdir(entry.path)
        else:
            os.unlink(entry.path)


def _deleted_at(entry: os.DirEntry[str]) -> int:
    """Return the place of an entry of a folder in the order in which they are deleted."""
    if entry.name in DOCUMENTS:
        return 1 + DOCUMENTS.index(entry.name)
    is_foreign = not entry.is_dir(follow_symlinks=False) and not _is_chunk(entry.name)
    return 0 if is_foreign else 1 + len(DOCUMENTS)


def check_file(path: str, root: str) -> None:
    """
    Raise if a file cannot be replaced without changing something else.

    Raises
    ------
    RefusedFileError
        If the file has several hard links, or lies outside of the hierarchy.
    """
    _status(_resolved(path, root))


def foreign_files(folder: str) -> Iterator[str]:
    """Yield the paths of the files in a folder that are neither in a node nor chunks of one."""
    for name, is_folder in names_in(folder).items():
        path = f"{folder}/{name}"
        if not is_folder:
            if not _is_chunk(name) and not is_part(name):
                yield name
        elif not os.path.islink(path) and names_in(path).keys().isdisjoint(DOCUMENTS):
            yield from (f"{name}/{file}" for file in foreign_files(path))


def _is_chunk(name: str) -> bool:
    """Return whether a file may be a chunk, such as ``0``, ``0.1``, ``c.0`` or ``c``."""
    return name == "c" or name.removeprefix("c.").replace(".", "").isdigit()


def folders_above(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the groups of Zarr that a folder is in, each with the path of the folder from it."""
    above, path, gaps = os.path.abspath(folder), "", 0
    while gaps <= _GAPS and (name := os.path.basename(above)):
        above, path = os.path.dirname(above), f"{name}/{path}" if path else name
        if any(os.path.isfile(os.path.join(above, each)) for each in DOCUMENTS):
            gaps = 0
            yield above, path
        else:
            gaps += 1


def is_part(name: str) -> bool:
    """Return whether a file is what a killed writer left of a document."""
    return name.endswith(_PART) and name.startswith(tuple(f".{each}." for each in DOCUMENTS))


def folds_case(folder: str) -> bool:
    """Return whether names that differ only in case are the same in a folder, or above it."""
    place = os.path.abspath(folder)
    while not os.path.isdir(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    swapped = os.path.join(os.path.dirname(place), os.path.basename(place).swapcase())
    if swapped == place:  # a name without letters
        return os.path.normcase("A") != "A"
    try:
        return os.path.samefile(place, swapped)
    except OSError:
        return False


def names_in(folder: str) -> dict[str, bool]:
    """Return the names of what is in a folder, each with whether it is a folder."""
    try:
        with os.scandir(folder) as listing:
            return {entry.name: _is_folder(entry) for entry in listing}
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def read_file(file: str) -> bytes | None:
    """Return the content of a file; None if it does not exist."""
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def try_lock(opened: int) -> bool:
    """
    Take the advisory lock of an open file; return False if another process has it.

    It is released when the file is closed, and so also when the process is killed. Where the
    file system has no locks, it is always taken.
    """
    if sys.platform == "win32":
        return _try_lock_on_windows(opened)
    import fcntl  # not on Windows

    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network file system without locks
        return True
    return True


@contextmanager
def _locked(folder: str) -> Generator[bool]:
    """Hold the advisory lock of a folder; yield whether the file system has such locks."""
    if sys.platform == "win32":
        yield from _locked_on_windows(folder)
        return
    import fcntl  # not on Windows

    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
        except OSError:  # a network file system without locks
            yield False
        else:
            yield True
    finally:
        os.close(opened)  # which unlocks


if sys.platform == "win32":

    def _try_lock_on_windows(opened: int) -> bool:
        """Lock a byte far behind the end of a file, as others cannot read what is locked."""
        import msvcrt

        position = os.lseek(opened, 0, os.SEEK_CUR)
        os.lseek(opened, 2**40, os.SEEK_SET)
        try:
            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(opened, position, os.SEEK_SET)
        return True

    def _locked_on_windows(folder: str) -> Iterator[bool]:
        """Hold a lock on a file that stands for a folder, as folders cannot be locked."""
        import msvcrt
        from hashlib import sha256
        from tempfile import gettempdir

        name = sha256(os.path.normcase(folder).encode()).hexdigest()[:32]
        path = os.path.join(gettempdir(), f"ome-zarr-models-{name}.lock")
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            while True:
                try:
                    msvcrt.locking(opened, msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # after ten seconds: another process still holds it
                    continue
            yield True
            os.lseek(opened, 0, os.SEEK_SET)
            msvcrt.locking(opened, msvcrt.LK_UNLCK, 1)
        finally:
            os.close(opened)
