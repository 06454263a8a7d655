"""Documents of a store that are compared with what was read before they are replaced."""

from __future__ import annotations

import os
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from .._paths import join
from .files import (
    DOCUMENTS,
    RefusedFileError,
    check_file,
    clear_folder,
    foreign_files,
    names_in,
    read_file,
    remove_file,
    replace_file,
)
from .local import folder_identity
from .store import content_of, get, own_errors

if TYPE_CHECKING:
    from zarr.abc.store import Store
    from zarr.storage import MemoryStore

    from .._spec.zarr_formats import Format
    from .store import Location


_MEMORY: Final = Lock()
"""Held while a document of a store in memory is compared and replaced."""


class Documents:
    """
    The documents of a store, by their keys.

    Parameters
    ----------
    location : Location
        A place in the store: the root of the hierarchy that is written.
    """

    def __init__(self, location: Location) -> None:
        self.store: Store = location.store
        self.folder = folder_of(location.place)
        """The folder of the store; None if it is not a local one."""
        self.uri = location.uri

    async def get(self, key: str) -> bytes | None:
        """Return the content of a document; None if it does not exist."""
        if self.folder is not None:
            return read_file(self._file(key))
        try:
            return await own_errors(get(self.store, key))
        except FileNotFoundError:  # the store's own root
            return None

    def _file(self, key: str) -> str:
        """Return the path of a file or folder of a local store; ``..`` leads to what it is in."""
        folder = self.folder or "."
        if key == ".." or key.startswith("../"):  # also if the folder itself is not there yet
            return os.path.dirname(os.path.abspath(folder)) + key[2:]
        return join(folder, key)

    async def replace(self, key: str, text: bytes, before: bytes | None) -> bool:
        """
        Replace a document, if it still is what it was.

        In a local file system, and in object stores that have a conditional put, this is
        one step; elsewhere the document is compared just before it is written.

        Parameters
        ----------
        key : str
            The key of the document.
        text : bytes
            Its new content.
        before : bytes, optional
            Its content when it was read; None if it did not exist.

        Returns
        -------
        bool
            Whether it was replaced; False if its content is another than `before`.
        """
        if self.folder is not None:
            return replace_file(f"{self.folder}/{key}", text, before, root=self.folder)
        objects = _object_store(self.store)
        if objects is not None:
            return await own_errors(_put_if_unchanged(objects, key, text, before))
        from zarr.core.buffer import default_buffer_prototype

        content = default_buffer_prototype().buffer.from_bytes(text)
        if _is_in_memory(self.store):
            with _MEMORY:
                if content_of(self.store.get_sync(key)) != before:
                    return False
                self.store.set_sync(key, content)
            return True
        if await self.get(key) != before:
            return False
        await own_errors(self.store.set(key, content))
        return True

    async def remove(self, key: str, before: bytes | None) -> bool:
        """Remove a document, if it still is what it was; return whether it is gone."""
        if self.folder is not None:
            return remove_file(f"{self.folder}/{key}", before, root=self.folder)
        if _is_in_memory(self.store):
            with _MEMORY:
                if content_of(self.store.get_sync(key)) != before:
                    return False
                self.store.delete_sync(key)
            return True
        if await self.get(key) != before:
            return False
        if before is not None:
            await own_errors(self.store.delete(key))
        return True

    async def remove_all(self, node: str) -> None:
        """Remove all that is at a path, the documents of each node first in a local folder."""
        if self.folder is not None:
            clear_folder(join(self.folder, node))
        else:
            await own_errors(self.store.delete_dir(node))

    def refusal(self, key: str) -> str:
        """Return why a document will not be written; empty if nothing is known against it."""
        try:
            self.check_replaceable(key)
        except RefusedFileError as error:
            return str(error)
        return ""

    def is_absent(self, node: str) -> bool:
        """Return whether there is certainly nothing at a path, without a request."""
        return self.folder is not None and not os.path.isdir(self._file(node))

    async def names_in(self, node: str) -> dict[str, bool]:
        """
        Return the names of what is at a path, each with whether it is a folder.

        A store that cannot list returns no names. Only a local one knows which are folders.
        """
        if self.folder is not None:
            return names_in(join(self.folder, node))
        if not self.store.supports_listing:
            return {}
        return await own_errors(self._listed(node))

    async def _listed(self, node: str) -> dict[str, bool]:
        return {name: False async for name in self.store.list_dir(node)}

    def check_replaceable(self, key: str) -> None:
        """Raise `RefusedFileError` if something else would change with a document."""
        if self.folder is not None:
            check_file(f"{self.folder}/{key}", root=self.folder)

    def foreign_files(self, node: str) -> list[str]:
        """Return the files at a path that are no node's; none where prefixes are no folders."""
        return [] if self.folder is None else list(foreign_files(join(self.folder, node)))

    async def nodes_below(self, group: str, zarr_format: Format) -> list[str] | None:
        """Return the paths of the nodes of a format in a group; None if the store cannot list."""
        if not self.store.supports_listing:
            return None
        nodes: list[str] = []
        seen: set[object] = {None}
        todo = deque([group])
        while todo:
            node = todo.popleft()
            if self.folder is not None:
                identity = folder_identity(join(self.folder, node))
                if identity in seen:  # over a symbolic link, or gone by now
                    continue
                seen.add(identity)
            names = await self.names_in(node)
            if node != group and not names.keys().isdisjoint(
                (zarr_format.group, zarr_format.array)
            ):
                nodes.append(node)
            if zarr_format.array not in names:
                todo += (
                    join(node, name)
                    for name, is_folder in names.items()
                    if (is_folder or self.folder is None) and name not in DOCUMENTS
                )
        return nodes


def folder_of(place: Store | str) -> str | None:
    """Return the folder of a local store; None for any other, and for what only wraps one."""
    if isinstance(place, str):
        return place
    from zarr.storage import LocalStore

    return str(place.root) if type(place) is LocalStore else None


def _is_in_memory(store: Store) -> TypeGuard[MemoryStore]:
    """Return whether a store is one of memory, not a subclass, that can be used synchronously."""
    from zarr.storage import MemoryStore

    return type(store) is MemoryStore and hasattr(store, "set_sync")


def _object_store(store: Store) -> Any:
    """Return the object store of obstore that a store of zarr stands for; None for others."""
    from zarr.storage import ObjectStore

    untyped: Any = store
    return untyped.store if type(store) is ObjectStore else None


async def _put_if_unchanged(store: Any, key: str, text: bytes, before: bytes | None) -> bool:
    import obstore  # an extra: whoever has such a store has it
    from obstore.exceptions import AlreadyExistsError, NotSupportedError, PreconditionError

    mode: Any = "create"
    if before is not None:
        try:
            current = await obstore.get_async(store, key)
        except FileNotFoundError:
            return False
        if bytes(await current.bytes_async()) != before:
            return False
        known = {"e_tag": current.meta["e_tag"], "version": current.meta["version"]}
        mode = {key: value for key, value in known.items() if value is not None} or "overwrite"
    try:
        await obstore.put_async(store, key, text, mode=mode)
    except (AlreadyExistsError, PreconditionError):
        return False
    except (NotSupportedError, NotImplementedError):  # compared just now, as elsewhere
        await obstore.put_async(store, key, text)
    return True
