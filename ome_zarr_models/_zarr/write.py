"""
Writing the documents of a hierarchy.

Everything is looked at before anything is written. The deepest documents are then written
first and the root's last, so that no root claims nodes that are not there.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from .._json.text import decode
from .._json.values import is_object
from .._paths import groups_above, join
from .._spec.detect import detect
from .._spec.members import named_paths
from .._spec.zarr_formats import FORMATS, group_documents
from ..exceptions import ConflictError
from .consolidated import copies_of, keys_of_copies, parsed, text_of, with_copies
from .documents import Documents
from .files import DOCUMENTS, check_file, folders_above, folds_case, is_part
from .layout import differences
from .loop import for_each
from .merge import UnmergedError, both_changes, written_over

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from .._spec.zarr_formats import Format
    from ..typing import Overwrite
    from .store import Location

_SHOWN: Final = 10
_TRIES: Final = 100
_OUTSIDE: Final = ".."
"""The group that a local store may lie in."""
_MAIN: Final = ("zarr.json", ".zgroup", ".zarray")


def check_overwrite(overwrite: object) -> None:
    """Raise if a value is not one of those that `overwrite` may have."""
    if type(overwrite) is not bool and overwrite != "documents":
        msg = f"expected overwrite to be False, True or 'documents', got {overwrite!r}"
        raise ValueError(msg)


async def write(
    location: Location,
    nodes: Mapping[str, Mapping[str, Any]],
    zarr_format: Format,
    *,
    overwrite: Overwrite,
    as_found: Collection[str] = (),
    pixels_at: Mapping[str, str] | None = None,
) -> list[str]:
    """
    Write the documents of nodes.

    Parameters
    ----------
    location : Location
        Where the root of the nodes is.
    nodes : mapping of str to mapping of str to JSON
        The documents by their names, of each node by its path from the root.
    zarr_format : Format
        The Zarr format; groups above the root that do not exist yet are made in it.
    overwrite : bool or "documents"
        Whether nodes that exist are deleted, with all that is in them; or have their
        documents replaced, and keep all else.
    as_found : collection of str
        The paths of the nodes whose documents may have NaN, since it was read there.
    pixels_at : mapping of str to str, optional
        The place at which a group was read, by the paths of the arrays that were read there
        and are written elsewhere: their pixels are still there.

    Returns
    -------
    list of str
        What the caller should be warned of.

    Raises
    ------
    FileExistsError
        If something that exists would be lost, hidden or made unreadable; it names each
        such thing, and nothing is written then.
    ConflictError
        If another writer changed a document in the meantime.
    """
    found = {join(location.path, path) for path in as_found}
    return await _Writing(location, nodes, zarr_format, overwrite, found, pixels_at or {}).run()


class _Writing:
    """The state of one write. Paths are those of the store."""

    def __init__(
        self,
        location: Location,
        nodes: Mapping[str, Mapping[str, Any]],
        zarr_format: Format,
        overwrite: Overwrite,
        as_found: Collection[str],
        pixels_at: Mapping[str, str],
    ) -> None:
        self._location = location
        self._documents = Documents(location)
        self._format = zarr_format
        self._overwrite = overwrite
        self._as_found = as_found
        self._pixels_at = pixels_at
        self._nodes = {join(location.path, path): documents for path, documents in nodes.items()}
        self._above = groups_above(location.path)
        self._texts: dict[str, dict[str, bytes]] = {}
        """The documents that exist, by their names, of each node that has any."""
        self._written: dict[str, dict[str, Any]] = {}
        """The documents to write, with None for those to remove."""
        self._done: list[str] = []
        self._is_merged = False
        """Whether another writer has written some of the documents at the same time."""
        self._warnings: list[str] = []

    async def run(self) -> list[str]:
        if self._documents.store.read_only:
            msg = f"{self._location.uri} is open for reading only"
            raise ValueError(msg)
        is_local = self._documents.folder is not None
        await self._look([*self._nodes, *self._above, *([_OUTSIDE] if is_local else [])])
        if not self._documents.store.supports_deletes:
            self._check_archive()
        self._check_above()
        self._check_case()
        if self._overwrite == "documents":
            await self._check_documents()
        elif self._overwrite:
            await self._check_deletable()
        else:
            self._check_new()
        self._plan()
        texts = {
            join(node, name): None
            if document is None
            else text_of(document, as_found=node in self._as_found)
            for node, documents in self._written.items()
            for name, document in documents.items()
        }  # all of them, before the first is written: there may be no JSON for a value
        self._check_replaceable()
        self._warn()
        deleted = await self._delete() if self._overwrite is True else []
        await self._write(texts)
        await self._keep_copies_true(deleted)
        return self._warnings

    # Looking

    async def _look(self, nodes: Iterable[str]) -> None:
        """Read the documents of nodes, in both formats."""

        async def look(node: str) -> None:
            if self._documents.is_absent(node):
                return
            texts = {name: await self._documents.get(join(node, name)) for name in DOCUMENTS}
            there = {name: text for name, text in texts.items() if text is not None}
            if there:
                self._texts[node] = there

        await for_each(look, nodes)

    def _parsed(self, node: str, name: str) -> Mapping[str, Any]:
        return parsed(self._texts.get(node, {}).get(name))

    def _type(self, node: str, zarr_format: Format) -> str | None:
        """Return ``"array"`` or ``"group"`` for a node that exists in a format."""
        texts = self._texts.get(node, {})
        if not zarr_format.has_one_document:
            types = ((zarr_format.array, "array"), (zarr_format.group, "group"))
            return next((type_ for name, type_ in types if name in texts), None)
        if zarr_format.group not in texts:
            return None
        node_type = self._parsed(node, zarr_format.group).get("node_type")
        return "array" if node_type == "array" else "group"

    def _exists(self, node: str) -> bool:
        return any(name in self._texts.get(node, {}) for name in DOCUMENTS)

    def _new_type(self, node: str) -> str:
        document = self._nodes[node].get(self._format.array)
        if self._format.has_one_document:
            return (
                "array" if is_object(document) and document.get("node_type") == "array" else "group"
            )
        return "group" if document is None else "array"

    # Checking

    def _check_above(self) -> None:
        own, other = self._format, self._format.other
        for node in (_OUTSIDE, *self._above):
            is_hidden = other.number == 3 or not self._type(node, own)  # noqa: PLR2004 - Zarr's own
            if "array" in (self._type(node, own), self._type(node, other)):
                found = "an array"
            elif self._type(node, other) and is_hidden:
                found = f"a group of Zarr format {other.number}, whose readers would not see it,"
            else:
                continue
            expected = f"expected a group of Zarr format {own.number} above {self._location.uri}"
            msg = f"{expected}, got {found} at {node!r}: nothing is written"
            raise FileExistsError(msg)

    def _check_archive(self) -> None:
        """Raise if something would be replaced or deleted in a store that cannot, as zip files."""
        if self._overwrite is not False and any(map(self._exists, self._nodes)):
            msg = f"nothing can be deleted in {self._location.uri}: write to a new place"
            raise NotImplementedError(msg)
        for node in self._above:
            copies = copies_of(self._parsed(node, self._format.consolidated), self._format)
            if copies is not None:
                key = join(node, self._format.consolidated)
                msg = (
                    f"the consolidated metadata in {key} cannot be replaced in "
                    f"{self._location.uri}: write to a new place"
                )
                raise NotImplementedError(msg)

    def _check_case(self) -> None:
        """Refuse nodes whose names differ only in case, where a file system folds case."""
        folder = self._documents.folder
        folded: dict[str, list[str]] = {}
        for node in self._nodes:
            folded.setdefault(node.casefold(), []).append(self._name(node))
        same = [nodes for nodes in folded.values() if len(nodes) > 1]
        if same and folder is not None and folds_case(folder):
            self._refuse([f"{_listed(nodes)} are the same file here" for nodes in same])

    def _check_new(self) -> None:
        existing = [self._name(node) for node in self._nodes if self._exists(node)]
        if existing:
            msg = (
                f"{self._location.uri} already has nodes at {_listed(existing)}: "
                'overwrite="documents" replaces their documents and keeps their pixels, '
                "overwrite=True deletes them with their pixels"
            )
            raise FileExistsError(msg)

    async def _check_deletable(self) -> None:
        """Refuse to delete files of a folder that is not a node of Zarr."""
        if self._exists(self._location.path):
            return
        refused: list[str] = []
        for node in self._nodes:
            files: list[str] = []
            if node == self._location.path and self._new_type(node) == "group":
                names = await self._documents.names_in(node)
                is_local = self._documents.folder is not None  # elsewhere are no folders
                files = [
                    name
                    for name, is_folder in names.items()
                    if is_local and not is_folder and not is_part(name)
                ]
            elif not self._exists(node):
                files = self._documents.foreign_files(node)
            if files:
                refused.append(
                    f"{self._name(node)!r} is no node of Zarr, and has the files {_listed(files)}"
                )
        self._refuse(refused, "nothing is deleted")

    async def _check_documents(self) -> None:
        refused = [*self._hidden(), *self._changed_nodes(), *await self._unlisted()]
        if self._is_over_other_format:
            refused += await self._hidden_by_new_format()
        self._refuse(refused)

    @property
    def _is_over_other_format(self) -> bool:
        return any(self._type(node, self._format.other) for node in self._nodes)

    def _hidden(self) -> Iterator[str]:
        """Yield where ``zarr.json`` would hide documents of format 2."""
        newest = FORMATS[3]
        if self._format != newest:
            for node in self._nodes:
                if newest.group in self._texts.get(node, {}):
                    where = self._name(node)
                    yield f"{newest.group} at {where!r} hides documents of Zarr format 2"

    def _changed_nodes(self) -> Iterator[str]:
        """Yield where a node is of another type, or an array is another one."""
        for node, documents in self._nodes.items():
            new_type = self._new_type(node)
            for zarr_format in (self._format, self._format.other):
                old_type = self._type(node, zarr_format)
                if old_type is None:
                    continue
                if old_type != new_type:
                    yield f"{self._name(node)!r} is {_a(old_type)}, not {_a(new_type)}"
                elif new_type == "array":
                    old = self._parsed(node, zarr_format.array)
                    new = documents[self._format.array]
                    changes = differences(old, zarr_format, new, self._format)
                    for change in changes:
                        yield f"{self._name(node)!r} is an array of other pixels: {change}"

    async def _unlisted(self) -> list[str]:
        """Return which nodes exist that the old metadata names, and the new does not."""
        lost: dict[str, str] = {}
        for node, documents in self._nodes.items():
            if self._new_type(node) == "array":
                continue
            new = named_paths(_attributes(documents, self._format), node)
            for zarr_format in (self._format, self._format.other):
                texts = {name: self._parsed(node, name) for name in self._texts.get(node, ())}
                old = named_paths(_attributes(texts, zarr_format), node)
                lost.update(dict.fromkeys(old - new, node))
            lost.update(dict.fromkeys(await self._numbered(node, documents) - new, node))
        if self._documents.folder is None:  # what is above the store cannot be looked at
            lost = {path: node for path, node in lost.items() if not path.startswith("../")}
        await self._look(path for path in lost if path not in self._texts)
        return [
            f"{self._name(path)!r} exists, and {self._name(node)!r} would no longer name it: "
            "add it, or delete it first"
            for path, node in lost.items()
            if self._exists(path)
        ]

    async def _numbered(self, node: str, documents: Mapping[str, Any]) -> set[str]:
        """Return the images of a collection without a list of series, where one is written."""
        detected = detect(_attributes(documents, self._format)).kind
        if detected is None or detected.name != "series" or self._exists(node):
            return set()
        above, images = node.rpartition("/")[0] if node else "..", set[str]()
        while True:
            image = join(above, str(len(images)))
            await self._look([image] if image not in self._texts else [])
            if not self._exists(image):
                return images
            images.add(image)

    async def _hidden_by_new_format(self) -> list[str]:
        """Return which nodes of the other format are not written, and become invisible."""
        if self._format.number != 3:  # noqa: PLR2004 - Zarr's own
            return []
        others = await self._documents.nodes_below(self._location.path, FORMATS[2])
        if others is None:
            self._warnings.append(
                f"{self._location.uri}: this store cannot list its keys, so nodes of Zarr format 2 "
                "that are not written here may be there: readers no longer see them"
            )
            return []
        return [
            f"{self._name(node)!r}, a node of Zarr format 2 that is not written, would be hidden: "
            "convert to another place, or delete it first"
            for node in others
            if node not in self._nodes
        ]

    def _check_replaceable(self) -> None:
        """Raise if a file that will be written is one with which something else would change."""
        is_cleared = self._overwrite is True and self._exists(self._location.path)
        for node, documents in self._written.items():
            if node in self._above or not is_cleared:
                for name in documents:
                    self._documents.check_replaceable(join(node, name))
        for node in self._above:
            for name in self._texts.get(node, ()):
                self._documents.check_replaceable(join(node, name))
        folder = self._documents.folder
        for above, _ in folders_above(folder) if folder is not None else ():
            for zarr_format in FORMATS.values():
                check_file(join(above, zarr_format.consolidated), above)

    def _refuse(self, problems: list[str], outcome: str = "nothing is written") -> None:
        if problems:
            more = len(problems) - _SHOWN
            shown = [*problems[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]
            raise FileExistsError("\n".join([f"{self._location.uri}: {outcome}:", *shown]))

    def _name(self, node: str) -> str:
        """Return the path of a node as seen from the root that is written."""
        below = _from(self._location.path, node)
        return node if below is None else below or "."

    # Writing

    def _plan(self) -> None:
        """Find out what is written: documents over old ones keep what is foreign in these."""
        parent = group_documents(self._format, {})
        for node in self._above:
            if not self._type(node, self._format):
                self._written[node] = dict(parent)
        for node, documents in self._nodes.items():
            merged: Mapping[str, Any] = documents
            if self._overwrite == "documents":
                old = {name: self._parsed(node, name) for name in self._texts.get(node, ())}
                merged = written_over(old, documents, self._format)
            self._written[node] = dict(merged)
        if self._overwrite == "documents" and self._format.has_one_document:
            for node, documents in self._written.items():
                document = documents[self._format.group]
                if copies_of(document, self._format) is not None:
                    below = _below(self._written, node)
                    documents[self._format.group] = with_copies(document, self._format, below)

    def _warn(self) -> None:
        if self._is_over_other_format and self._overwrite == "documents":
            names = "zarr.json" if self._format.number == 2 else ".zgroup, .zarray and .zattrs"  # noqa: PLR2004 - Zarr's own
            self._warnings.append(
                f"{self._location.uri}: the documents of Zarr format {self._format.other.number} "
                f"({names}) remain beside the new ones"
            )
        without_pixels: dict[str, list[str]] = {}
        for path, uri in self._pixels_at.items():
            if self._overwrite is True or not self._exists(join(self._location.path, path)):
                without_pixels.setdefault(uri, []).append(path)
        self._warnings += (
            f"{self._location.uri}: metadata only: the pixels of {_listed(paths)} are "
            f"still at {uri}"
            for uri, paths in without_pixels.items()
        )

    async def _delete(self) -> list[str]:
        """Delete the nodes that exist, the documents of the root first; return their paths."""
        root = self._location.path
        deleted = [root] if self._exists(root) else [*self._nodes]
        found = {node for node in deleted if self._exists(node) or await self._has_leftovers(node)}
        there = [node for node in deleted if node in found and found.isdisjoint(groups_above(node))]
        if there:
            await self._keep_copies_true(there, is_before=True)
        for node in there:
            await self._delete_node(node)
        for node in self._nodes:
            self._texts.pop(node, None)
        return there

    async def _has_leftovers(self, node: str) -> bool:
        """Return whether something lies where a node will be, though it has no documents."""
        is_root_group = node == self._location.path and self._new_type(node) == "group"
        return not is_root_group and bool(await self._documents.names_in(node))

    async def _delete_node(self, node: str) -> None:
        if self._documents.folder is None:
            for name, text in self._texts.get(node, {}).items():
                await self._documents.remove(join(node, name), text)
        await self._documents.remove_all(node)

    async def _write(self, texts: Mapping[str, bytes | None]) -> None:
        async def put(node: str) -> None:
            # Attributes come first: a bare group never claims a place.
            for name in sorted(self._written[node], key=lambda name: name in _MAIN):
                await self._put(node, name, texts[join(node, name)])

        for node in (node for node in self._written if node in self._above):
            await put(node)

        def rank(node: str) -> tuple[int, bool]:
            return -_depth(node), self._names_others_beside(node)

        for _, nodes in groupby(sorted(self._nodes, key=rank), key=rank):
            await for_each(put, nodes)

    def _names_others_beside(self, node: str) -> bool:
        """Return whether a group names nodes that are not in it, as the series of a collection."""
        named = named_paths(_attributes(self._nodes[node], self._format), node)
        return any(_from(node, path) is None for path in named)

    async def _put(self, node: str, name: str, text: bytes | None) -> None:
        """Write a document; where another writer was faster, with the changes of both."""
        key, before = join(node, name), self._texts.get(node, {}).get(name)
        for attempt in range(_TRIES):
            if text is None:
                is_done = await self._documents.remove(key, before)
            else:
                is_done = await self._documents.replace(key, text, before)
            if is_done:
                self._done.append(key)
                return
            theirs = await self._documents.get(key)
            text, before = self._merged(key, before, text, theirs), theirs
            self._written[node][name] = None if text is None else parsed(text)
            self._is_merged = True
            await _pause(attempt)
        raise self._conflict(key)

    def _merged(
        self, key: str, base: bytes | None, mine: bytes | None, theirs: bytes | None
    ) -> bytes | None:
        """Return the text of a document with the changes of two writers, or raise."""
        if mine == theirs:
            return mine
        try:
            if None in (base, mine, theirs):
                raise UnmergedError(key)  # noqa: TRY301 - as what cannot be merged
            merged = both_changes(*(decode(text or b"")[0] for text in (base, mine, theirs)))
        except (UnmergedError, ValueError) as error:
            raise self._conflict(key) from error
        return text_of(merged)

    def _conflict(self, key: str) -> ConflictError:
        return ConflictError(key, tuple(self._done), self._location.uri)

    # Consolidated metadata

    async def _keep_copies_true(self, deleted: list[str], *, is_before: bool = False) -> None:
        """Update the consolidated metadata of the groups that are written, and of those above."""
        own = self._format
        written = {} if is_before else self._written
        holders = [*self._above]
        if not is_before and (not own.has_one_document or self._is_merged):
            holders += [
                node
                for node in self._nodes
                if own.consolidated in {*self._texts.get(node, {}), *self._written[node]}
            ]
        copies = _Copies(own, written, self._texts, self._documents, deleted)
        for node in holders:
            for zarr_format in FORMATS.values():
                if zarr_format.consolidated in {*self._texts.get(node, {}), own.group}:
                    await copies.keep_true(self._documents, node, zarr_format)
        folder = self._documents.folder
        for above, path in folders_above(folder) if folder is not None else ():
            documents = Documents(self._location._replace(place=above, path=""))
            for zarr_format in FORMATS.values():
                await copies.keep_true(documents, "", zarr_format, path)


class _Copies:
    """
    What a write changed, for the copies of it in consolidated metadata.

    Parameters
    ----------
    zarr_format : Format
        The Zarr format that was written.
    written : mapping
        The documents that were written, by their names, of each node.
    texts : mapping
        The documents that were there before.
    documents : Documents
        The documents of the store.
    deleted : list of str
        The nodes that were deleted.
    """

    def __init__(
        self,
        zarr_format: Format,
        written: Mapping[str, Mapping[str, Any]],
        texts: Mapping[str, Mapping[str, bytes]],
        documents: Documents,
        deleted: Iterable[str],
    ) -> None:
        self._format, self._written, self._texts = zarr_format, written, texts
        self._documents, self._deleted = documents, deleted

    async def keep_true(
        self, documents: Documents, holder: str, zarr_format: Format, path: str = ""
    ) -> None:
        """
        Update the consolidated metadata of a group, if it has any.

        Parameters
        ----------
        documents : Documents
            The store of the group, which may be one above that of the documents written.
        holder : str
            The path of the group in it.
        zarr_format : Format
            The Zarr format of the consolidated metadata.
        path : str
            The path of the store of the documents in that of the group.
        """
        key = join(holder, zarr_format.consolidated)
        deleted = (join(path, node) for node in self._deleted)
        gone = [inner for node in deleted if (inner := _from(holder, node))]
        written: dict[str, Mapping[str, Any]] = {}
        if zarr_format == self._format:
            written = {join(path, node): each for node, each in self._written.items()}
        below = _below(written, holder)
        if not gone and not below:
            return
        for attempt in range(_TRIES):
            before = await documents.get(key)
            document = parsed(before)
            copies = copies_of(document, zarr_format)
            if copies is None:
                return
            held = keys_of_copies(copies, zarr_format)
            below = {
                node: await self._latest(join(holder, node), path, node, each, held)
                for node, each in below.items()
            }
            between = await _between(documents, holder, zarr_format, held, below)
            updated = with_copies(document, zarr_format, {**between, **below}, gone)
            if updated == document or await documents.replace(key, text_of(updated), before):
                return
            await _pause(attempt)
        raise ConflictError(key, (), documents.uri)

    async def _latest(
        self,
        place: str,
        path: str,
        copied: str,
        written: Mapping[str, Any],
        held: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        """
        Return the documents of a node as they are now.

        They are read again only if the copy is neither what was there before nor what was
        written: another writer then has changed the document, and updated its copy.
        """
        node = _from(path, place) or ""
        latest: dict[str, Any] = {}
        for name, document in written.items():
            copy = held.get(join(copied, name))
            before = self._texts.get(node, {}).get(name)
            latest[name] = document
            if copy is not None and copy not in (document, parsed(before)):
                text = await self._documents.get(join(node, name))
                latest[name] = None if text is None else parsed(text)
        return latest


async def _between(
    documents: Documents,
    holder: str,
    zarr_format: Format,
    held: Mapping[str, Any],
    below: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Return the groups between a group and nodes that are not in its consolidated metadata."""
    steps = [path.split("/") for path in below]
    paths = dict.fromkeys("/".join(each[:i]) for each in steps for i in range(1, len(each)))
    groups: dict[str, dict[str, Any]] = {}
    for path in paths:
        if path not in below and join(path, zarr_format.group) not in held:
            names = dict.fromkeys((zarr_format.group, zarr_format.attributes))
            texts = {name: await documents.get(join(holder, path, name)) for name in names}
            groups[path] = {name: parsed(text) for name, text in texts.items() if text is not None}
    return groups


async def _pause(attempt: int) -> None:
    """Wait before a document is tried again, longer after each attempt, and not in step."""
    from asyncio import sleep
    from random import uniform

    await sleep(uniform(0, min(0.002 * 2**attempt, 0.1)))  # noqa: S311 - nothing secret


def _attributes(documents: Mapping[str, Any], zarr_format: Format) -> Any:
    document: Any = documents.get(zarr_format.attributes, {})
    for step in zarr_format.place:
        document = document.get(str(step), {}) if is_object(document) else {}
    return document


def _below(nodes: Mapping[str, Mapping[str, Any]], group: str) -> dict[str, Mapping[str, Any]]:
    """Return nodes by their paths from a group, as far as they are in it."""
    paths = {node: _from(group, node) for node in nodes}
    return {path: nodes[node] for node, path in paths.items() if path is not None}


def _from(group: str, node: str) -> str | None:
    """Return the path of a node from a group; None if it is not in it."""
    if not group or node == group:
        return node if not group else ""
    return node.removeprefix(f"{group}/") if node.startswith(f"{group}/") else None


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_SHOWN]))
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _a(type_: str) -> str:
    return "an array" if type_ == "array" else "a group"


def _depth(node: str) -> int:
    return node.count("/") + 1 if node else 0
