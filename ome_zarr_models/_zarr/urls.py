"""Stores whose keys become parts of URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from zarr.abc.store import Store
from zarr.storage import WrapperStore

from .._paths import quoted

if TYPE_CHECKING:
    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import Buffer, BufferPrototype


class QuotingStore(WrapperStore[Store]):
    """
    A store that asks another one for percent-encoded keys, and adds the query of a URL to them.

    zarr reads whole arrays from it, whatever the names of the nodes are; other methods than
    `get` pass keys on as they are.
    """

    quotes_keys = True

    def __init__(self, store: Store, query: str = "") -> None:
        super().__init__(store)
        self._query = query

    def _with_store(self, store: Store) -> Self:
        return type(self)(store, self._query)

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """Return the bytes of a key, or a range of them."""
        return await super().get(quoted(key) + self._query, prototype, byte_range)
