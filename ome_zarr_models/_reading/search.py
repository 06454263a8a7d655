"""The roots of hierarchies below a place."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias

from .._json.text import decode
from .._json.values import at, is_object
from .._paths import join
from .._spec.versions import VERSIONS
from .._spec.zarr_formats import FORMATS
from .._zarr.store import list_folders, locate, read_some
from ..exceptions import Problem
from .read import check_options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import zarr

    from .._zarr.loop import Answer
    from .._zarr.store import Location
    from ..typing import StoreLike


_AT_ONCE: Final = 512
"""How many folders are looked at before what is found in them is passed on."""
_ZIPPED: Final = ".ozx"
_TELLING: Final = tuple(each.attributes for each in (FORMATS[3], FORMATS[2]))
"""The documents that tell whether a group is one of OME-Zarr, the newest first."""
_DOCUMENTS: Final = frozenset(
    name for each in FORMATS.values() for name in (each.group, each.array, each.attributes)
)
_KEYS: Final = frozenset(
    ("ome", *(kind.key for version in VERSIONS.values() for kind in version.kinds))
)
_What: TypeAlias = Literal["root", "array", "folder"]


def find(
    root: zarr.Group | StoreLike, *, max_depth: int | None = None, max_requests: int = 64
) -> Search:
    """
    Find the OME-Zarr hierarchies below a folder or a prefix of a store that can list.

    It goes into folders and plain groups, but neither into arrays nor into what it finds;
    the place itself may be all that there is to find.

    Parameters
    ----------
    root : zarr.Group, or whatever `zarr.open_group` takes
        Where to begin.
    max_depth : int, optional
        How many folders deep to go: 1 for those in the root alone.
    max_requests : int
        How many requests may be under way at once.

    Returns
    -------
    Search
        An iterator over the paths or URLs of the roots, which knows how many `requests` it
        has made, and in `problems` what could not be looked at. Of a store that is no path
        or URL, they are what it calls them.

    Examples
    --------
    >>> search = find("nowhere")
    >>> list(search), search.requests
    ([], 3)
    """
    check_options("report", "all", max_requests)
    return Search(locate(root), max_depth, max_requests)


class Search:
    """
    An iterator over the roots of OME-Zarr hierarchies below a place.

    ``requests`` is how many requests it has made so far: one for each folder that is
    listed, and one for each document that is read. ``problems`` are those of folders and
    documents that the store did not give.
    """

    def __init__(self, location: Location, max_depth: int | None, max_requests: int) -> None:
        self.requests = 0
        self.problems: list[Problem] = []
        self._location = location._replace(uri=location.uri.rstrip("/") or location.uri)
        self._max_depth = max_depth
        self._max_requests = max_requests
        self._found = self._search()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        return next(self._found)

    def _search(self) -> Iterator[str]:
        # Also a store that cannot list may hold a hierarchy.
        if any(self._look({"": {name}})[""] == "root" for name in _TELLING):
            yield self._location.uri
            return
        todo = deque([("", 0)])
        while todo:
            depths = dict(todo.popleft() for _ in range(min(len(todo), _AT_ONCE)))
            listed = self._list(depths)
            if listed.get("") == [] and not self.problems:
                self.problems.append(
                    Problem(
                        "missing",
                        "error",
                        "",
                        (),
                        "expected a folder that is not empty, got nothing",
                    )
                )
            found = self._look(listed)
            for path, names in listed.items():
                if found[path] == "root" and path:
                    yield join(self._location.uri, path)
                if found[path] != "folder":
                    continue
                below = [name for name in names if name not in _DOCUMENTS]
                yield from (
                    join(self._location.uri, path, name) for name in below if name.endswith(_ZIPPED)
                )
                if depths[path] != self._max_depth:
                    todo += (
                        (join(path, name), depths[path] + 1)
                        for name in below
                        if not name.endswith(_ZIPPED)
                    )

    def _list(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Return the names of what is in folders, as far as they can be listed."""
        found = list_folders(self._location, paths, self._max_requests)
        self.requests += len(found)
        return {path: self._names(path, names) for path, names in found.items()}

    def _names(self, path: str, names: list[str] | Exception) -> list[str]:
        if not isinstance(names, Exception):
            return names
        message = f"could not be listed: {type(names).__name__}: {names}"
        self.problems.append(Problem("unreadable", "error", path, (), message))
        return []

    def _look(self, nodes: Mapping[str, Collection[str]]) -> dict[str, _What]:
        """Return what there is at paths, by the names that are there."""
        wanted = {
            path: join(path, name)
            for path, names in nodes.items()
            if (name := next((name for name in _TELLING if name in names), None))
        }
        answers = read_some(self._location, wanted.values(), self._max_requests)
        self.requests += len(wanted)
        return {
            path: self._what(names, wanted.get(path, ""), answers) for path, names in nodes.items()
        }

    def _what(self, names: Collection[str], key: str, answers: Mapping[str, Answer]) -> _What:
        if FORMATS[2].array in names:
            return "array"
        path, _, name = key.rpartition("/")
        answer = answers.get(key)
        if isinstance(answer, Exception):
            message = f"could not be read: {type(answer).__name__}: {answer}"
            self.problems.append(Problem("unreadable", "error", path, (), message, name))
            return "root"  # of what, only who reads it as one can say
        document: Any = None
        if isinstance(answer, bytes):
            try:
                document, _ = decode(answer)
            except ValueError:
                return "root"  # of what, only who reads it as one can say
        own = next((each for each in FORMATS.values() if each.attributes == name), None)
        if own is None:
            return "folder"
        if at(document, "node_type") == "array":
            return "array"
        attributes = at(document, *own.place)
        is_root = is_object(attributes) and not _KEYS.isdisjoint(attributes)
        return "root" if is_root else "folder"  # of any version: who reads it says which
