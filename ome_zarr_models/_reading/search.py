"""Find the OME-Zarr hierarchies below a folder or in a store."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias

from .._json.text import decode
from .._json.values import at, is_object
from .._paths import join
from .._spec.versions import VERSIONS
from .._spec.zarr_formats import FORMATS
from .._zarr.local import folder_identity
from .._zarr.store import list_folders, locate, read_some
from ..exceptions import Problem
from .hierarchy import unread
from .read import check_options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import zarr

    from .._zarr.loop import Answer
    from .._zarr.store import Location
    from ..typing import StoreLike


_BATCH: Final = 512
"""The number of folders that are examined before their hierarchies are yielded."""
_ZIP_SUFFIX: Final = ".ozx"
_ATTRIBUTES: Final = tuple(FORMATS[number].attributes for number in (3, 2))
"""The documents whose attributes show whether a group is OME-Zarr, the newest format first."""
_DOCUMENTS: Final = frozenset(
    name for own in FORMATS.values() for name in (own.group, own.array, own.attributes)
)
_OME_KEYS: Final = frozenset(
    ("ome", *(kind.key for version in VERSIONS.values() for kind in version.kinds))
)
_NodeType: TypeAlias = Literal["root", "array", "folder"]


def find(
    root: zarr.Group | StoreLike, *, max_depth: int | None = None, max_requests: int = 64
) -> Search:
    """
    Find the OME-Zarr hierarchies in a folder, or below a path of a store that can list.

    The search enters folders and plain groups, but not arrays or the hierarchies that it
    finds. If `root` is a hierarchy itself, it is the only result.

    Parameters
    ----------
    root : zarr.Group, or anything that `zarr.open_group` accepts
        The folder, path, URL or store in which to start.
    max_depth : int, optional
        The maximum depth of the search: 1 for the entries of the root; unlimited if not
        given.
    max_requests : int
        The maximum number of concurrent requests.

    Returns
    -------
    Search
        An iterator over the paths or URLs of the hierarchies. Its ``requests`` is the number
        of requests so far, and its ``problems`` are those of folders and documents that
        could not be read.

    Raises
    ------
    ValueError
        If `max_requests` is less than 1, or the store cannot be opened.
    ImportError
        If the URL needs a package that is not installed.

    Examples
    --------
    >>> search = find("nowhere")
    >>> list(search), search.requests
    ([], 3)
    """
    check_options(max_requests=max_requests)
    if max_depth is not None and max_depth < 0:
        msg = f"expected max_depth to be at least 0, got {max_depth!r}"
        raise ValueError(msg)
    return Search(locate(root), max_depth, max_requests)


class Search:
    """
    An iterator over the OME-Zarr hierarchies that `find` finds.

    Attributes
    ----------
    requests : int
        The number of requests so far: one for each folder that was listed, and one for each
        document that was read.
    problems : list of Problem
        The problems of folders and documents that could not be read.
    """

    def __init__(self, location: Location, max_depth: int | None, max_requests: int) -> None:
        self.requests = 0
        self.problems: list[Problem] = []
        self._location = location._replace(uri=location.uri.rstrip("/") or location.uri)
        self._max_depth = max_depth
        self._max_requests = max_requests
        self._seen: set[tuple[int, int] | None] = set()
        self._roots = self._search()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        return next(self._roots)

    def _search(self) -> Iterator[str]:
        # The root is read before it is listed: the store may be unable to list.
        if any(self._examine({"": {name}})[""] == "root" for name in _ATTRIBUTES):
            yield self._location.uri
            return
        todo = deque([("", 0)])
        while todo:
            batch = (todo.popleft() for _ in range(min(len(todo), _BATCH)))
            depths = {path: depth for path, depth in batch if self._is_new(path)}
            listings = self._list(depths)
            if listings.get("") == [] and not self.problems:
                message = "expected a folder that is not empty, got nothing"
                self.problems.append(Problem("missing", "error", "", (), message))
            types = self._examine(listings)
            for path, names in listings.items():
                if types[path] == "root" and path:
                    yield join(self._location.uri, path)
                if types[path] != "folder":
                    continue
                entries = [name for name in names if name not in _DOCUMENTS]
                yield from (
                    join(self._location.uri, path, name)
                    for name in entries
                    if name.lower().endswith(_ZIP_SUFFIX)
                )
                if depths[path] != self._max_depth:
                    todo += (
                        (join(path, name), depths[path] + 1)
                        for name in entries
                        if not name.lower().endswith(_ZIP_SUFFIX)
                    )

    def _is_new(self, path: str) -> bool:
        """Return whether a folder was not seen before, over other symbolic links."""
        place = self._location.place
        if not isinstance(place, str):
            return True
        identity = folder_identity(join(place, self._location.path, path))
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return identity is not None or not path

    def _list(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Return the entries of folders; those of one that cannot be listed are empty."""
        listings = list_folders(self._location, paths, self._max_requests)
        self.requests += len(listings)
        return {path: self._names_or_problem(path, names) for path, names in listings.items()}

    def _names_or_problem(self, path: str, names: list[str] | Exception) -> list[str]:
        if not isinstance(names, Exception):
            return names
        message = f"could not be listed: {type(names).__name__}: {names}"
        self.problems.append(Problem("unreadable", "error", path, (), message))
        return []

    def _examine(self, folders: Mapping[str, Collection[str]]) -> dict[str, _NodeType]:
        """Return the types of folders, given the names of their entries."""
        keys = {
            path: join(path, name)
            for path, names in folders.items()
            if (name := next((name for name in _ATTRIBUTES if name in names), None))
        }
        answers = read_some(self._location, keys.values(), self._max_requests)
        self.requests += len(keys)
        return {
            path: self._classify(names, keys.get(path, ""), answers)
            for path, names in folders.items()
        }

    def _classify(
        self, names: Collection[str], key: str, answers: Mapping[str, Answer]
    ) -> _NodeType:
        """Return the type of a folder from its entries and the document at a key in it."""
        if FORMATS[2].array in names:
            return "array"
        path, _, name = key.rpartition("/")
        answer = answers.get(key)
        if isinstance(answer, Exception):
            rule, message = unread(answer)
            self.problems.append(Problem(rule, "error", path, (), message, name))
            return "root"  # reading it as a hierarchy reports the problem in full
        document: Any = None
        if isinstance(answer, bytes):
            try:
                document, _ = decode(answer)
            except ValueError:
                return "root"  # reading it as a hierarchy reports the problem
        zarr_format = next((own for own in FORMATS.values() if own.attributes == name), None)
        if zarr_format is None:
            return "folder"
        if at(document, "node_type") == "array":
            return "array"
        attributes = at(document, *zarr_format.place)
        is_root = is_object(attributes) and not _OME_KEYS.isdisjoint(attributes)
        return "root" if is_root else "folder"
