"""
Read and write the documents of Zarr stores with zarr-python.

zarr is imported only when a store is read or written.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeGuard, TypeVar

from .._json.text import decode
from .._paths import checked, join, quoted
from .local import ZIP_SUFFIXES, file_reader, list_folder, local_path
from .loop import (
    MAX_BYTES,
    MAX_REQUESTS,
    Answer,
    Answers,
    TooLargeError,
    for_each,
    in_loop,
    start_in_loop,
)
from .zips import get_declared, read_entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    import zarr
    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer, BufferPrototype
    from zarr.storage import StorePath

    from ..typing import StoreLike
    from .requests import RankedGate


T = TypeVar("T")

_PACKAGES: Final = {
    "abfs": "adlfs",
    "az": "adlfs",
    "gcs": "gcsfs",
    "gs": "gcsfs",
    "http": "aiohttp",
    "https": "aiohttp",
    "s3": "s3fs",
}
"""The packages with which fsspec reads URLs, by scheme."""
_GROUP_KEYS: Final = ("zarr_format", "node_type", "attributes", "consolidated_metadata")
_REMOTE_EXTRA: Final = ("aiohttp", "s3fs")
"""The packages of these that the extra ``remote`` installs."""


class Location(NamedTuple):
    """
    The place of a node in a store.

    Parameters
    ----------
    place : Store or str
        The store, or the path of a local folder, whose documents are read without a store.
    path : str
        The path of the node in the store.
    uri : str
        The path or URL of the node, for messages.
    documents : mapping of str to JSON, optional
        The documents of the node by their names, if they are known already.
    is_consolidated : bool, optional
        Whether the node has consolidated metadata, if that is known already.
    is_ours : bool
        Whether the store was opened here for a URL, so that the caller does not have it.
    max_bytes : int
        The size in bytes of the largest document that is read.
    """

    place: Store | str
    path: str
    uri: str
    documents: Mapping[str, Any] | None = None
    is_consolidated: bool | None = None
    is_ours: bool = False
    max_bytes: int = MAX_BYTES

    @property
    def store(self) -> Store:
        """The store."""
        if not isinstance(self.place, str):
            return self.place
        from zarr.storage import LocalStore

        return LocalStore(self.place, read_only=True)

    @property
    def host(self) -> str:
        """The host in the URL; empty for other places."""
        from urllib.parse import urlsplit  # a large import that only scans need

        return urlsplit(self.uri).netloc

    def bounded(self, max_bytes: int) -> Location:
        """Return this location with another bound on its documents."""
        return self if max_bytes == self.max_bytes else self._replace(max_bytes=max_bytes)

    def key(self, name: str) -> str:
        """Return the store's key of a document, given its path below this place."""
        key = join(self.path, name)
        return quoted(key) if _is_asked_by_url(self.place) else key


def _is_asked_by_url(place: Any) -> bool:
    """
    Return whether the keys of a store become parts of URLs as they are.

    Those of fsspec's file system for HTTP do, also where a cache or another store wraps it.
    """
    if isinstance(place, str) or getattr(place, "quotes_keys", False):
        return False
    parts: list[Any] = [place]
    for part in parts:
        protocol: Any = getattr(part, "protocol", ())
        if not {"http", "https"}.isdisjoint((protocol,) if isinstance(protocol, str) else protocol):
            return True
        # A cache of fsspec says that attributes of what it caches are its own.
        own = hasattr(part, "__dict__")
        inner: dict[str, Any] = object.__getattribute__(part, "__dict__") if own else {}
        parts += [inner[name] for name in ("fs", "_store") if name in inner]
    return False


def locate(target: zarr.Group | StoreLike, path: str = "", *, writable: bool = False) -> Location:
    """
    Return the location of a group, or of a path below it.

    Parameters
    ----------
    target : zarr.Group, or anything that `zarr.open_group` accepts
        A group, or the path, URL or store of one.
    path : str
        The path of the node below it.
    writable : bool
        Whether to open the store for writing.

    Returns
    -------
    Location

    Raises
    ------
    ImportError
        If the URL needs a package that is not installed; the message names it.
    OSError, ValueError
        If the store cannot be opened.
    """
    location = _locate_sync(target, path, writable=writable)
    if location is None:
        return in_loop(locate_async(target, path, writable=writable))
    return location


async def locate_async(
    target: zarr.Group | StoreLike, path: str = "", *, writable: bool = False
) -> Location:
    """Return the location of a group, as `locate` does, in the running event loop."""
    from zarr.storage._common import (  # zarr has no public name for it
        make_store_path,  # pyright: ignore[reportUnknownVariableType] - fsspec has no types
    )

    location = _locate_sync(target, path, writable=writable)
    if location is not None:
        return location
    file = local_path(target)
    if file is not None and file.lower().endswith(ZIP_SUFFIXES):
        store = await _open_zip_store(file, writable=writable)
        return Location(store, checked(path), join(str(target), path))
    base, query = _without_query(target)
    try:
        opened = await make_store_path(
            base if query else target, path=checked(path), mode="a" if writable else "r"
        )
    except ImportError as error:
        raise ImportError(_import_message(str(target), error)) from error
    is_ours = isinstance(target, str)
    uri = f"{join(base, path)}{query}"
    if query:  # such as the signature of a URL that may be read for a while
        from .urls import QuotingStore

        store = QuotingStore(opened.store, query)
        return Location(store, opened.path, uri, is_ours=is_ours)
    return Location(opened.store, opened.path, uri, is_ours=is_ours)


def _without_query(target: Any) -> tuple[str, str]:
    """Return a target as text, without the query of a URL of HTTP, and the query."""
    text = str(target)
    if not (isinstance(target, str) and text.startswith(("http://", "https://"))):
        return text, ""
    base, mark, query = text.partition("?")
    return base, f"{mark}{query}"


def _import_message(url: str, error: ImportError) -> str:
    """Return a message that names the package a URL needs, and how to install it."""
    cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
    package = (cause.name or "").partition(".")[0]
    if package == "fsspec":  # the package for the scheme installs it
        package = _PACKAGES.get(url.rpartition("::")[2].partition("://")[0], "")
    if package not in _PACKAGES.values():
        return f"{url} cannot be opened: {error}"
    requirement = "'ome-zarr-models-attrs[remote]'" if package in _REMOTE_EXTRA else package
    return f"{url} needs {package}, which is not installed: pip install {requirement}"


def _locate_sync(target: zarr.Group | StoreLike, path: str, *, writable: bool) -> Location | None:
    """Return the location of a target; None if opening it takes an event loop."""
    path = checked(path)
    folder = local_path(target)
    if folder is not None:
        if folder.lower().endswith(ZIP_SUFFIXES):
            return None
        uri = join(str(target), path)
        return Location(_writable_store(folder) if writable else folder, path, uri)
    if type(target) is str:
        return None
    import zarr  # not before: a folder is read without it
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
        # The store of a zip file has to be opened before it can be read.
        is_open = not isinstance(target, ZipStore) or vars(target).get("_is_open")
        return Location(target, path, str(StorePath(target, path))) if is_open else None
    return None


def _writable_store(folder: str) -> Store:
    from zarr.storage import LocalStore

    return LocalStore(folder)


async def _open_zip_store(file: str, *, writable: bool) -> Store:
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
    if metadata.zarr_format == 2:  # noqa: PLR2004 - a Zarr format
        documents = {".zgroup": {"zarr_format": 2}, ".zattrs": metadata.attributes}
    else:  # zarr does not keep consolidated metadata as it was written
        document = {"zarr_format": 3, "node_type": "group", "attributes": metadata.attributes}
        documents = None if is_consolidated else {"zarr.json": document}
    store_path = group.store_path
    return Location(store_path.store, store_path.path, str(store_path), documents, is_consolidated)


def run(walk: Answers[T], location: Location, max_requests: int = MAX_REQUESTS) -> T:
    """
    Run a walk to its end and return its result.

    Keys are read one by one if the store reads synchronously; otherwise at most
    `max_requests` at once, in the event loop of zarr.
    """
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
    """Run a walk to its end and return its result, at most `max_requests` keys at once."""
    from asyncio import to_thread, wrap_future

    read = _sync_reader(location)
    if read is not None:
        return await _drive(walk, lambda keys: to_thread(_read_all, read, keys))
    job = _drive(walk, partial(_read_many, location, max_requests))
    if location.is_ours:
        # fsspec shares the session with later users of the URL, so its loop must stay alive.
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
    """Return the location of a target; None if reading it takes an event loop."""
    location = _locate_sync(target, "", writable=False)
    return location if location is not None and _sync_reader(location) is not None else None


def _sync_reader(location: Location) -> Callable[[str], Answer] | None:
    """Return a function that reads a key without an event loop; None if the store cannot."""
    if isinstance(location.place, str):
        return file_reader(f"{location.place}/{location.path}", location.max_bytes)
    from zarr.storage import LocalStore

    store = location.place
    if type(store) is LocalStore:
        return file_reader(f"{store.root}/{location.path}", location.max_bytes)
    from zarr.core.buffer import default_buffer_prototype

    if not _reads_synchronously(store):
        return None
    get_sync: Callable[..., Any] = getattr(store, "get_sync")  # noqa: B009 - some stores lack it
    prototype = default_buffer_prototype()  # looked up once: that costs as much as a read

    def read(key: str) -> Answer:
        from asyncio import CancelledError

        try:
            answer = get_sync(location.key(key), prototype=prototype)
            return content_of(answer, location.max_bytes)
        except FileNotFoundError:  # the root of the store does not exist
            return None
        except CancelledError as error:  # nothing is cancelled here: it is the store's own
            return _cancelled_by_store(error)
        except Exception as error:  # noqa: BLE001 - a store may raise anything; the walk reports it
            return error

    return read


def content_of(buffer: Any, max_bytes: int = MAX_BYTES) -> bytes | None:
    """Return the bytes that a store returned; raise if they are something else, or too many."""
    if hasattr(buffer, "__len__") and len(buffer) > max_bytes:
        raise TooLargeError(max_bytes, len(buffer))
    content: Any = buffer.to_bytes() if hasattr(buffer, "to_bytes") else buffer
    if content is None or type(content) is bytes:
        return content
    if type(content) in (bytearray, memoryview):
        return bytes(content)
    msg = f"the store returned {type(buffer).__name__}, not bytes"
    raise TypeError(msg)


async def own_errors(request: Awaitable[T]) -> T:
    """Await a request; a store that raises ``CancelledError`` by itself has failed."""
    from asyncio import CancelledError, current_task

    try:
        return await request
    except CancelledError as error:
        task = current_task()
        if task is None or task.cancelling():
            raise
        raise _cancelled_by_store(error) from error


def _cancelled_by_store(error: BaseException) -> Exception:
    """Return the error for a store that raises ``CancelledError`` by itself."""
    failure = ConnectionError("the store cancelled the request")
    failure.__cause__ = error
    return failure


def _reads_synchronously(store: Store) -> bool:
    # A class that overrides `get` alone, to count or to decrypt, must not be bypassed.
    cls = next(cls for cls in type(store).__mro__ if vars(cls).keys() & {"get", "get_sync"})
    return "get_sync" in vars(cls) and bool(getattr(store, "_supports_sync_io", True))


async def run_through_gate(walk: Answers[T], location: Location, gate: RankedGate) -> T:
    """Run a walk to its end and return its result; only the gate limits the requests."""
    get_once, host = _getter(location), location.host

    def ask(key: str, prototype: BufferPrototype) -> Awaitable[Buffer | bytes | None]:
        return gate.ask(host, lambda: get_once(key, prototype))

    async def read(keys: list[str]) -> Mapping[str, Answer]:
        return await _read_many(location, len(keys), keys, ask)

    return await _drive(walk, read)


def _getter(location: Location) -> Callable[[str, BufferPrototype], Awaitable[Any]]:
    """Return a function that requests a key of a store, and unpacks no more than the bound."""
    from zarr.storage import FsspecStore, ZipStore

    store, max_bytes = location.store, location.max_bytes

    async def get_entry(key: str, _: BufferPrototype) -> bytes | None:
        return read_entry(store, key, max_bytes)

    async def get_remote_entry(key: str, prototype: BufferPrototype) -> Buffer | None:
        return await get_declared(store, key, prototype, max_bytes)

    # A class that overrides `get`, to count or to decrypt, must not be bypassed.
    match store:
        case ZipStore() if type(store).get is ZipStore.get:
            return get_entry
        case FsspecStore() if getattr(store.fs, "protocol", None) == "zip":
            return get_remote_entry
        case _:
            return store.get


async def _read_many(
    location: Location,
    max_requests: int,
    keys: Iterable[str],
    ask: Callable[[str, BufferPrototype], Awaitable[Any]] | None = None,
) -> dict[str, Answer]:
    from zarr.core.buffer import default_buffer_prototype

    prototype = default_buffer_prototype()
    ask = ask or _getter(location)
    answers: dict[str, Answer] = {}

    async def read(key: str) -> None:
        try:
            answer = await own_errors(ask(location.key(key), prototype))
            answers[key] = content_of(answer, location.max_bytes)
        except FileNotFoundError:  # the root of the store does not exist
            answers[key] = None
        except Exception as error:  # noqa: BLE001 - a store may raise anything; the walk reports it
            answers[key] = error

    await for_each(read, keys, max_requests)
    return answers


def read_some(
    location: Location, keys: Iterable[str], max_requests: int = MAX_REQUESTS
) -> Mapping[str, Answer]:
    """Read keys and return the answers of the store by key."""

    def walk() -> Answers[Mapping[str, Answer]]:
        return (yield [*keys])

    return run(walk(), location, max_requests)


def list_folders(
    location: Location, paths: Iterable[str], max_requests: int = MAX_REQUESTS
) -> dict[str, list[str] | Exception]:
    """
    Return the names of the entries of folders, by the paths of the folders.

    In a store, unlike in a local folder, all names are returned: which are folders is unknown.
    """
    if isinstance(location.place, str):
        return {path: list_folder(join(location.place, location.path, path)) for path in paths}
    return in_loop(_list_many(location, paths, max_requests))


async def _list_many(
    location: Location, paths: Iterable[str], max_requests: int
) -> dict[str, list[str] | Exception]:
    listings: dict[str, list[str] | Exception] = {}

    async def list_names(key: str) -> list[str]:
        return sorted([name async for name in location.store.list_dir(key)])

    async def list_one(path: str) -> None:
        try:
            listings[path] = await own_errors(list_names(location.key(path)))
        except (FileNotFoundError, NotADirectoryError):
            listings[path] = []
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            listings[path] = error

    todo = list(paths)
    await for_each(list_one, todo, max_requests)
    return {path: listings[path] for path in todo}


async def get(store: Store, key: str) -> bytes | None:
    """Return the bytes of a key; None if the key does not exist."""
    from zarr.core.buffer import default_buffer_prototype

    buffer = await store.get(key, default_buffer_prototype())
    return content_of(buffer)


def can_replace(location: Location) -> bool:
    """Return whether the store can replace the bytes of a key; a zip file cannot."""
    return location.store.supports_deletes


def open_group(location: Location, zarr_format: Literal[2, 3]) -> zarr.Group:
    """Open the group at a location for writing."""
    import zarr
    from zarr.api import asynchronous
    from zarr.storage import StorePath

    store_path = StorePath(location.store, location.path)
    opening: Any = asynchronous.open_group(  # pyright: ignore[reportUnknownMemberType] - fsspec has no types
        store_path, mode="r+", zarr_format=zarr_format, use_consolidated=False
    )
    try:
        return zarr.Group(in_loop(own_errors(opening)))
    except TypeError:  # see `_group_of`
        text = in_loop(get(location.store, location.key("zarr.json")))
        document: dict[str, Any] = decode(text)[0] if text is not None else {}
        if document.get("node_type") != "group":
            raise
        document.pop("consolidated_metadata", None)
        return _group_of(document, store_path)


def open_array(location: Location, zarr_format: Literal[2, 3]) -> zarr.Array[Any]:
    """Open the array at a location for writing."""
    import zarr
    from zarr.api import asynchronous
    from zarr.storage import StorePath

    opening: Any = asynchronous.open_array(  # pyright: ignore[reportUnknownMemberType] - fsspec has no types
        store=StorePath(location.store, location.path), mode="r+", zarr_format=zarr_format
    )
    return zarr.Array(in_loop(own_errors(opening)))


def open_node(location: Location) -> zarr.Array[Any] | zarr.Group | None:
    """Open the array or group of Zarr format 3 at a location; None if there is no node."""
    import zarr
    from zarr.storage import StorePath

    store_path = StorePath(_for_zarr(location.store), location.path)
    text = in_loop(get(location.store, location.key("zarr.json")))
    if text is None:
        return None
    document, _ = decode(text)  # read here: zarr's own functions make more requests
    if document.get("node_type") == "array":
        array_class: Any = zarr.Array
        array: zarr.Array[Any] = array_class.from_dict(store_path, document)
        return array
    return _group_of(document, store_path)


def _group_of(document: Mapping[str, Any], store_path: StorePath) -> zarr.Group:
    """
    Return the group of a document of Zarr format 3.

    zarr 3.1 refuses keys that it does not know, which other programs add: it is not shown any.
    """
    import zarr
    from zarr.core.group import AsyncGroup

    known = {key: document[key] for key in _GROUP_KEYS if key in document}
    return zarr.Group(AsyncGroup.from_dict(store_path, known))


def store_path_of(target: Location | zarr.Group | StoreLike, path: str) -> StorePath:
    """Return the `StorePath` of the node at a path below a group."""
    from zarr.storage import StorePath

    if not isinstance(target, Location):
        target = locate(target)
    return StorePath(_for_zarr(target.store), join(target.path, path))


def _for_zarr(store: Store) -> Store:
    """Return a store that zarr can read pixels from, which knows nothing of URLs."""
    if not _is_asked_by_url(store):
        return store
    from .urls import QuotingStore

    return QuotingStore(store)


def is_group(node: zarr.Array[Any] | zarr.Group) -> TypeGuard[zarr.Group]:
    """Return whether a node is a group."""
    import zarr

    return isinstance(node, zarr.Group)


def array_documents(array: zarr.Array[Any]) -> dict[str, Any]:
    """Return the documents of an array by their names, as zarr would write them."""
    from zarr.core.buffer import default_buffer_prototype

    buffers = array.metadata.to_buffer_dict(default_buffer_prototype())
    return {name: decode(buffer.to_bytes())[0] for name, buffer in buffers.items()}


def new_array(zarr_format: Literal[2, 3], **options: Any) -> Any:
    """Create an array in memory with the options of `zarr.create_array`."""
    import zarr
    from zarr.storage import MemoryStore

    create: Any = getattr(zarr, "create_array")  # noqa: B009 - fsspec's types are not known
    return create(MemoryStore(), zarr_format=zarr_format, **options)
