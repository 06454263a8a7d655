"""Stores that count, refuse, wait or break."""

from __future__ import annotations

import asyncio
import json
import warnings
from typing import TYPE_CHECKING, Any

import zarr
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import MemoryStore, WrapperStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zarr.abc.store import ByteRequest
from zarr.core.buffer import Buffer, BufferPrototype

ZARR: Any = zarr
"""zarr, without its types: those of fsspec in them are unknown."""


def memory(documents: Mapping[str, Any]) -> MemoryStore:
    """Return a store that holds documents by their keys; bytes as they are."""
    make = default_buffer_prototype().buffer.from_bytes
    return MemoryStore(
        {
            key: make(value if isinstance(value, bytes) else json.dumps(value).encode())
            for key, value in documents.items()
        }
    )


def write(documents: Mapping[str, Any], folder: Path, indent: int | None = None) -> str:
    """Write documents to a folder, by their keys; bytes as they are. Return its path."""
    for key, document in documents.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        text = document
        if not isinstance(document, bytes):
            text = json.dumps(document, indent=indent).encode()
        (folder / key).write_bytes(text)
    return str(folder)


_DOCUMENTS = (".zgroup", ".zarray", ".zattrs", ".zmetadata", "zarr.json", "notes")


def _is_json(text: bytes) -> bool:
    return text != b"{"  # the text of broken documents in tests


def keys_in(store: MemoryStore) -> list[str]:
    """Return the keys that a store holds."""
    return list(vars(store)["_store_dict"])


def documents_in(store: MemoryStore) -> dict[str, Any]:
    """Return the documents that a store holds, by their keys."""
    held = vars(store)["_store_dict"]
    return {
        key: json.loads(value.to_bytes())
        for key, value in held.items()
        if key.rpartition("/")[2] in _DOCUMENTS and _is_json(value.to_bytes())
    }


def store_with(group: Any) -> MemoryStore:
    """Return a store that a group is written to."""
    store = memory({})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*metadata only")
        group.to_zarr(store)
    return store


class Counting(WrapperStore[MemoryStore]):
    """
    A store that can neither list nor be read synchronously, and records its requests.

    ``rounds`` are the keys that were under way together, ``most`` how many at once.
    """

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.keys: list[str] = []
        self.rounds: list[set[str]] = []
        self.most = 0
        self.under_way = 0
        self.errors: dict[str, Exception] = {}
        self.refuses = False  # missing keys
        self.begun = asyncio.Event()

    @property
    def supports_listing(self) -> bool:
        return False

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        self.keys.append(key)
        if self.under_way == 0:
            self.rounds.append(set())
        self.rounds[-1].add(key)
        self.under_way += 1
        self.begun.set()
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0.001)
            if key in self.errors:
                raise self.errors[key]
            found = await super().get(key, prototype, byte_range)
            if found is None and self.refuses:
                msg = "403"
                raise PermissionError(msg)
        finally:
            self.under_way -= 1
        return found


class Breaking(WrapperStore[MemoryStore]):
    """A store that fails after some writes; ``written`` are the keys in their order."""

    def __init__(self, store: MemoryStore, after: int) -> None:
        super().__init__(store)
        self.after = after
        self.written: list[str] = []

    async def set(self, key: str, value: Buffer) -> None:
        if len(self.written) == self.after:
            msg = "disk full"
            raise OSError(msg)
        self.written.append(key)
        await super().set(key, value)
