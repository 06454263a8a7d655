"""Zip archives, whose entries are unpacked up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .loop import TooLargeError

if TYPE_CHECKING:
    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer, BufferPrototype

_STEP: Final = 4096
"""How much of an entry is unpacked at once where zipfile cannot stop earlier."""


def read_entry(store: Store, key: str, max_bytes: int) -> bytes | None:
    """
    Return the content of an entry of a `ZipStore`; None if there is no such entry.

    Unlike the store's own method, this unpacks neither an entry that is declared to be too
    large nor more than an entry is declared to have.

    Raises
    ------
    TooLargeError
        If the entry is larger than `max_bytes`.
    BadZipFile
        If the entry is another than the archive declares.
    """
    from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED  # slow to import

    held: Any = store
    with held._lock:  # noqa: SLF001 - zarr has no public way to its archive
        archive = held._zipfile() if hasattr(held, "_zipfile") else held._zf  # noqa: SLF001 - as above
        try:
            entry = archive.getinfo(key)
        except KeyError:
            return None
        size: int = entry.file_size
        if size > max_bytes:
            raise TooLargeError(max_bytes, size)
        with archive.open(entry) as file:
            if entry.compress_type == ZIP_BZIP2:
                file._decompressor = _BoundedBZ2(size)  # noqa: SLF001 - its own has no bound
            is_bounded = entry.compress_type in (ZIP_STORED, ZIP_DEFLATED)
            step = max(size, 1) if is_bounded else _STEP
            return b"".join(iter(lambda: file.read(step), b""))


async def get_declared(
    store: Store, key: str, prototype: BufferPrototype, max_bytes: int
) -> Buffer | None:
    """
    Return the content of an entry of an archive that fsspec reads, as far as it is declared.

    Its size is in the directory of the archive, which is read when the archive is opened.

    Raises
    ------
    FileNotFoundError
        If there is no such entry.
    TooLargeError
        If the entry is larger than `max_bytes`.
    """
    from zarr.abc.store import RangeByteRequest

    size = await store.getsize(key)
    if size > max_bytes:
        raise TooLargeError(max_bytes, size)
    return await store.get(key, prototype, RangeByteRequest(0, max(size, 1)))


class _BoundedBZ2:
    """A decompressor of bzip2 that returns a limited number of bytes at once."""

    def __init__(self, max_bytes: int) -> None:
        from bz2 import BZ2Decompressor

        self._decompressor = BZ2Decompressor()
        self._max_bytes = max_bytes

    def decompress(self, data: bytes) -> bytes:
        """Unpack data."""
        return self._decompressor.decompress(data, self._max_bytes)

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""
        return self._decompressor.eof
