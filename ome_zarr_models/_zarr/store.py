"""
Reading and writing the documents of a Zarr store: the one module that knows zarr.

Zarr is imported when something is read or written, and not before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeGuard, TypeVar

from .._json.text import decode
from .._paths import checked, join
from .local import ZIPPED, folder_of, list_folder, reader
from .loop import MAX_REQUESTS, Answer, Answers, for_each, in_loop, start_in_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    import zarr
    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer, BufferPrototype
    from zarr.storage import StorePath

    from ..typing import StoreLike
    from .requests import Ranked


T = TypeVar("T")


class Location(NamedTuple):
    """
    A place in a store.

    ``place`` is the store, or a folder, which needs none before something but a document is
    asked for. ``documents`` are those of its node that somebody already holds, by their names.
    ``is_ours`` tells that nobody else holds the store, which was opened for its URL.
    """

    place: Store | str
    path: str
    uri: str
    documents: Mapping[str, Any] | None = None
    is_consolidated: bool | None = None
    is_ours: bool = False

    @property
    def store(self) -> Store:
        """The store."""
        if not isinstance(self.place, str):
            return self.place
        from zarr.storage import LocalStore

        return LocalStore(self.place, read_only=True)

    @property
    def host(self) -> str:
        """The server that is asked, as far as the URL says it."""
        from urllib.parse import urlsplit  # imports much, and is seldom needed

        return urlsplit(self.uri).netloc

    def key(self, name: str) -> str:
        """Return the store's key of a document below this place."""
        return join(self.path, name)


def locate(target: zarr.Group | StoreLike, path: str = "", *, writable: bool = False) -> Location:
    """Return the place of a group, or of whatever zarr takes for a store."""
    located = _locate_directly(target, path, writable=writable)
    if located is None:
        return in_loop(locate_async(target, path, writable=writable))
    return located


async def locate_async(
    target: zarr.Group | StoreLike, path: str = "", *, writable: bool = False
) -> Location:
    """Return the place of a group, or of whatever zarr takes for a store."""
    from zarr.storage._common import (  # zarr has no public name for it
        make_store_path,  # pyright: ignore[reportUnknownVariableType] - fsspec has no types
    )

    located = _locate_directly(target, path, writable=writable)
    if located is not None:
        return located
    file = folder_of(target)
    if file is not None and file.endswith(ZIPPED):
        store = await _zip_store(file, writable=writable)
        return Location(store, checked(path), join(str(target), path))
    try:
        where = await make_store_path(target, path=checked(path), mode="a" if writable else "r")
    except ImportError as error:
        msg = f"{target} needs more than is installed: pip install 'ome-zarr-models-attrs[remote]'"
        raise ImportError(msg) from error
    is_ours = isinstance(target, str)
    return Location(where.store, where.path, join(str(target), path), is_ours=is_ours)


def _locate_directly(
    target: zarr.Group | StoreLike, path: str, *, writable: bool
) -> Location | None:
    """Return the place of what needs no event loop to be opened."""
    path = checked(path)
    folder = folder_of(target)
    if folder is not None:
        if folder.endswith(ZIPPED):
            return None
        uri = join(str(target), path)
        return Location(_writable_store(folder) if writable else folder, path, uri)
    if type(target) is str:
        return None
    import zarr  # which a folder can do without
    from zarr.abc.store import Store
    from zarr.storage import StorePath, ZipStore

    if isinstance(target, zarr.Group):
        if not path:
            return _locate_group(target)
        target = target.store_path
    if isinstance(target, StorePath):
        path = join(target.path, path)
        target = target.store
    if isinstance(target, Store):
        # A zip file is to be opened before it can be asked for anything.
        is_open = not isinstance(target, ZipStore) or vars(target).get("_is_open")
        return Location(target, path, str(StorePath(target, path))) if is_open else None
    return None


def _writable_store(folder: str) -> Store:
    from zarr.storage import LocalStore

    return LocalStore(folder)


async def _zip_store(file: str, *, writable: bool) -> Store:
    from zipfile import BadZipFile

    from zarr.storage import ZipStore

    mode: Literal["a", "r"] = "a" if writable else "r"
    try:
        return await ZipStore.open(file, mode=mode, read_only=not writable)
    except BadZipFile as error:
        raise ValueError(str(error)) from error


def _locate_group(group: zarr.Group) -> Location:
    metadata = group.metadata
    is_consolidated = metadata.consolidated_metadata is not None
    documents: dict[str, Any] | None
    if metadata.zarr_format == 2:  # noqa: PLR2004 - Zarr's own
        documents = {".zgroup": {"zarr_format": 2}, ".zattrs": metadata.attributes}
    else:  # consolidated metadata, zarr does not keep as it was written
        document = {"zarr_format": 3, "node_type": "group", "attributes": metadata.attributes}
        documents = None if is_consolidated else {"zarr.json": document}
    where = group.store_path
    return Location(where.store, where.path, str(where), documents, is_consolidated)


def run(walk: Answers[T], location: Location, max_requests: int = MAX_REQUESTS) -> T:
    """Run a walk to its end: key by key if the store can, else in the event loop of zarr."""
    read = _sync_reader(location)
    if read is None:
        return in_loop(_drive(walk, partial(_read_many, location, max_requests)))
    try:
        keys = next(walk)
        while True:
            keys = walk.send(_read_all(read, keys))
    except StopIteration as stop:
        result: T = stop.value
        return result


async def run_async(walk: Answers[T], location: Location, max_requests: int = MAX_REQUESTS) -> T:
    """Run a walk to its end, at most `max_requests` requests at once."""
    from asyncio import to_thread, wrap_future

    read = _sync_reader(location)
    if read is not None:
        return await _drive(walk, lambda keys: to_thread(_read_all, read, keys))
    job = _drive(walk, partial(_read_many, location, max_requests))
    if location.is_ours:
        # Whoever opens the URL next gets the same session, which lives as long as its loop.
        return await wrap_future(start_in_loop(job))
    return await job


async def _drive(
    walk: Answers[T], read: Callable[[list[str]], Awaitable[Mapping[str, Answer]]]
) -> T:
    try:
        keys = next(walk)
        while True:
            keys = walk.send(await read(keys))
    except StopIteration as stop:
        result: T = stop.value
        return result


def _read_all(read: Callable[[str], Answer], keys: Iterable[str]) -> dict[str, Answer]:
    return {key: read(key) for key in keys}


def locate_here(target: Any) -> Location | None:
    """Return the place of what is read without an event loop; None for anything else."""
    location = _locate_directly(target, "", writable=False)
    return location if location is not None and _sync_reader(location) is not None else None


def _sync_reader(location: Location) -> Callable[[str], Answer] | None:
    """Return the function that reads a key here and now, if the store can do that."""
    if isinstance(location.place, str):
        return reader(f"{location.place}/{location.path}")
    from zarr.storage import LocalStore

    store = location.place
    if type(store) is LocalStore:
        return reader(f"{store.root}/{location.path}")
    from zarr.core.buffer import default_buffer_prototype

    if not _reads_synchronously(store):
        return None
    get: Callable[..., Any] = getattr(store, "get_sync")  # noqa: B009 - not every store has it
    prototype = default_buffer_prototype()  # looking it up costs as much as a read

    def read(key: str) -> Answer:
        try:
            found = get(location.key(key), prototype=prototype)
        except FileNotFoundError:  # the store's own root
            return None
        except Exception as error:  # noqa: BLE001 - a store may raise anything; the walk reports it
            return error
        return None if found is None else found.to_bytes()

    return read


def _reads_synchronously(store: Store) -> bool:
    # A class that overrides `get` alone, to count or to decrypt, must not be passed by.
    reading = next(cls for cls in type(store).__mro__ if vars(cls).keys() & {"get", "get_sync"})
    return "get_sync" in vars(reading) and bool(getattr(store, "_supports_sync_io", True))


async def run_through(walk: Answers[T], location: Location, gate: Ranked) -> T:
    """Run a walk to its end here, where only a gate bounds the requests."""
    store, host = location.store, location.host

    def ask(key: str, prototype: BufferPrototype) -> Awaitable[Buffer | None]:
        return gate.ask(host, lambda: store.get(key, prototype))

    async def read(keys: list[str]) -> Mapping[str, Answer]:
        return await _read_many(location, len(keys), keys, ask)

    return await _drive(walk, read)


async def _read_many(
    location: Location,
    max_requests: int,
    keys: Iterable[str],
    ask: Callable[[str, BufferPrototype], Awaitable[Buffer | None]] | None = None,
) -> dict[str, Answer]:
    from zarr.core.buffer import default_buffer_prototype

    prototype = default_buffer_prototype()
    ask = ask or location.store.get
    answers: dict[str, Answer] = {}

    async def read(key: str) -> None:
        try:
            found = await ask(location.key(key), prototype)
        except FileNotFoundError:  # the store's own root
            answers[key] = None
        except Exception as error:  # noqa: BLE001 - a store may raise anything; the walk reports it
            answers[key] = error
        else:
            answers[key] = None if found is None else found.to_bytes()

    await for_each(read, keys, max_requests)
    return answers


def read_some(
    location: Location, keys: Iterable[str], max_requests: int = MAX_REQUESTS
) -> Mapping[str, Answer]:
    """Return the answers for some keys."""

    def walk() -> Answers[Mapping[str, Answer]]:
        return (yield [*keys])

    return run(walk(), location, max_requests)


def list_folders(
    location: Location, paths: Iterable[str], max_requests: int = MAX_REQUESTS
) -> dict[str, list[str] | Exception]:
    """Return the names of what is in folders; of a store, nobody knows what are folders."""
    if isinstance(location.place, str):
        return {path: list_folder(join(location.place, location.path, path)) for path in paths}
    return in_loop(_list_many(location, paths, max_requests))


async def _list_many(
    location: Location, paths: Iterable[str], max_requests: int
) -> dict[str, list[str] | Exception]:
    found: dict[str, list[str] | Exception] = {}

    async def look(path: str) -> None:
        try:
            names = location.store.list_dir(location.key(path))
            found[path] = sorted([name async for name in names])
        except (FileNotFoundError, NotADirectoryError):
            found[path] = []
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            found[path] = error

    todo = list(paths)
    await for_each(look, todo, max_requests)
    return {path: found[path] for path in todo}


async def get(store: Store, key: str) -> bytes | None:
    """Return the bytes of a key; None if it is not there."""
    from zarr.core.buffer import default_buffer_prototype

    found = await store.get(key, default_buffer_prototype())
    return None if found is None else found.to_bytes()


async def put(store: Store, key: str, text: bytes) -> None:
    """Set the bytes of a key."""
    from zarr.core.buffer import default_buffer_prototype

    await store.set(key, default_buffer_prototype().buffer.from_bytes(text))


def can_replace(location: Location) -> bool:
    """Return whether what is under a key of a store can be replaced: in a zip file it cannot."""
    return location.store.supports_deletes


def open_group(location: Location, zarr_format: Literal[2, 3]) -> zarr.Group:
    """Return the group at a place, to be written to."""
    import zarr
    from zarr.storage import StorePath

    where = StorePath(location.store, location.path)
    return zarr.open_group(  # pyright: ignore[reportUnknownMemberType] - fsspec has no types
        where, mode="r+", zarr_format=zarr_format, use_consolidated=False
    )


def open_array(location: Location, zarr_format: Literal[2, 3]) -> zarr.Array[Any]:
    """Return the array at a place, to be written to."""
    import zarr
    from zarr.storage import StorePath

    where = StorePath(location.store, location.path)
    return zarr.open_array(  # pyright: ignore[reportUnknownMemberType] - fsspec has no types
        where, mode="r+", zarr_format=zarr_format
    )


def open_node(location: Location) -> zarr.Array[Any] | zarr.Group | None:
    """Return the array or the group of Zarr format 3 at a place; None if there is nothing."""
    import zarr
    from zarr.core.group import AsyncGroup
    from zarr.storage import StorePath

    where = StorePath(location.store, location.path)
    text = in_loop(get(location.store, location.key("zarr.json")))
    if text is None:
        return None
    document, _ = decode(text)  # which is read once: zarr would ask for it again
    if document.get("node_type") == "array":
        made: Any = zarr.Array
        array: zarr.Array[Any] = made.from_dict(where, document)
        return array
    return zarr.Group(AsyncGroup.from_dict(where, document))


def below(target: Location | zarr.Group | StoreLike, path: str) -> StorePath:
    """Return the place of what is at a path below a group."""
    from zarr.storage import StorePath

    if not isinstance(target, Location):
        target = locate(target)
    return StorePath(target.store, join(target.path, path))


def is_group(node: zarr.Array[Any] | zarr.Group) -> TypeGuard[zarr.Group]:
    """Return whether a node is a group."""
    import zarr

    return isinstance(node, zarr.Group)


def array_documents(array: zarr.Array[Any]) -> dict[str, Any]:
    """Return the documents of an array, by their names, as zarr would write them."""
    from zarr.core.buffer import default_buffer_prototype

    written = array.metadata.to_buffer_dict(default_buffer_prototype())
    return {name: decode(text.to_bytes())[0] for name, text in written.items()}


def new_array(zarr_format: Literal[2, 3], **given: Any) -> Any:
    """Return an array as zarr makes it; nothing is stored."""
    import zarr
    from zarr.storage import MemoryStore

    create: Any = getattr(zarr, "create_array")  # noqa: B009 - fsspec's types are not known
    return create(MemoryStore(), zarr_format=zarr_format, **given)
