"""
What only a listing of the store shows: nodes that no metadata names.

Every group that may have such nodes is listed once, and the documents of each node found are
read: one listing for each plate, row, collection and group of labels, and one or two documents
for each folder that is not named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import decode, show
from .._json.values import is_list, is_object, objects_at
from .._models.rule import listed
from .._paths import join
from .._rules import listings as rules
from .._spec.versions import IMAGES, VERSIONS
from .._zarr.store import list_folders, read_some
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._models.rule import Rule
    from .._spec.versions import Version
    from .._zarr.store import Location
    from .hierarchy import Hierarchy, Node


_MAX_ROWS: Final = 64  # more than any plate has: a folder of anything else may hold thousands
_WELL: Final = "required, as {} is a well, but missing"


def can_list(location: Location) -> bool:
    """Return whether listing a place is cheap: a local folder, or a store in memory."""
    return isinstance(location.place, str) or type(location.place).__name__ in (
        "LocalStore",
        "MemoryStore",
    )


def unnamed_nodes(hierarchy: Hierarchy, location: Location) -> Iterator[Problem]:
    """Yield a problem for each rule that is broken by nodes that no metadata names."""
    version = hierarchy.version
    if version is None:
        yield from _wells_of_no_plate(hierarchy, location)
        return
    look = _Look(hierarchy, location, version)
    for node in [*hierarchy.nodes.values()]:
        if node.type != "group":
            continue
        if node.role == "labels" and version.place:
            yield from _unlisted_labels(hierarchy, node, look)
        if node.role == "plate":
            yield from _empty_rows(hierarchy, node, look)
        if node.role == "bioformats2raw" and not hierarchy.has_plate(node):
            yield from _collected(node, look)
        if version.has_systems and node.role in ("plate", "well", "bioformats2raw"):
            yield from _labels_of_no_image(node, look)


class _Look:
    """Lists groups and reads what they are, once each."""

    def __init__(self, hierarchy: Hierarchy, location: Location, version: Version) -> None:
        self._nodes = hierarchy.nodes
        self._location = location
        self.version = version
        self._kinds: dict[str, str | None] = {}
        self._names: dict[str, list[str]] = {}

    def names(self, path: str) -> list[str]:
        """Return the names of what may be nodes in a group."""
        if path not in self._names:
            names = list_folders(self._location, [path])[path]
            found = [] if isinstance(names, Exception) else names
            self._names[path] = [name.rstrip("/") for name in found if not name.startswith(".")]
        return self._names[path]

    def kind(self, path: str) -> str | None:
        """Return the kind of the group at a path; "group" for a plain one, None without one."""
        if path not in self._kinds:
            node = self._nodes.get(path)
            if node is not None and node.type == "group":
                kind = self.version.kind_of(node.attributes)
                self._kinds[path] = kind.name if kind else "group"
            else:
                self._kinds[path] = self._read_kind(path)
        return self._kinds[path]

    def _read_kind(self, path: str) -> str | None:
        own = self.version.format
        texts = read_some(self._location, [join(path, own.group), join(path, own.attributes)])
        documents: list[Any] = []
        for text in texts.values():
            try:
                documents.append(decode(text)[0] if isinstance(text, bytes) else None)
            except ValueError:
                documents.append(None)
        if not is_object(documents[0]) or documents[0].get("node_type") == "array":
            return None
        attributes = documents[-1].get("attributes") if own.place else documents[-1]
        kind = self.version.kind_of(attributes)
        return kind.name if kind else "group"

    def has_image(self, path: str) -> bool:
        """Return whether there is an image in a group."""
        return any(self.kind(join(path, name)) in IMAGES for name in self.names(path))

    def problem(self, rule: Rule, node: Node, message: str, *loc: str) -> Problem:
        own = self.version
        problem = Problem(rule.slug, rule.severity, "", loc, message)
        return problem.below(node.path, own.format.attributes, *own.format.place, *own.place)


def _unlisted_labels(hierarchy: Hierarchy, node: Node, look: _Look) -> Iterator[Problem]:
    if not is_list(hierarchy.metadata(node).get("labels")):
        return
    for name in look.names(node.path):
        if name not in node.members and look.kind(join(node.path, name)) in IMAGES:
            message = f"expected all label images to be listed, got {show(name)}, which is not"
            yield look.problem(rules.ALL_LISTED, node, message, "labels")


def _empty_rows(hierarchy: Hierarchy, node: Node, look: _Look) -> Iterator[Problem]:
    rows = objects_at(hierarchy.metadata(node).get("plate"), "rows")
    names = {name for row in rows if isinstance(name := row.get("name"), str)}
    for row in look.names(node.path):
        path = join(node.path, row)
        if row not in names or look.kind(path) is None:
            continue
        has_images = False
        for column in look.names(path):
            well = join(path, column)
            named = hierarchy.nodes.get(well)
            if named is not None and named.role == "well":
                has_images |= named.is_there
            elif look.has_image(well):
                has_images = True
            elif look.kind(well) is not None:
                message = f"expected no group of a well without images, got {show(well)}"
                yield look.problem(rules.EMPTY_WELL, node, message)
        if not has_images:
            message = f"expected no group of a row without images, got {show(path)}"
            yield look.problem(rules.EMPTY_ROW, node, message)


def _wells_of_no_plate(hierarchy: Hierarchy, location: Location) -> Iterator[Problem]:
    """Yield the problem that a group without OME-Zarr metadata has rows with wells."""
    root = hierarchy.root
    if root.type != "group":
        return
    version = next(each for each in VERSIONS.values() if each.format == root.format)
    look = _Look(hierarchy, location, version)
    well = _first_well("", look.names("")[:_MAX_ROWS], look)
    if well:
        yield look.problem(rules.PLATE_SPEC, root, _WELL.format(show(well)), "plate")


def _first_well(path: str, rows: list[str], look: _Look) -> str | None:
    """Return the path of the first well in groups that may be rows."""
    for name in rows:
        row = join(path, name)
        if look.kind(row) == "group":
            for column in look.names(row):
                if look.kind(join(row, column)) == "well":
                    return join(row, column)
    return None


def _collected(node: Node, look: _Look) -> Iterator[Problem]:
    names = look.names(node.path)
    numbered = [name for name in names if name.isdigit() and name not in node.members]
    has_series = "OME" in node.members and look.kind(join(node.path, "OME")) == "series"
    apart = [name for name in numbered if look.kind(join(node.path, name)) in IMAGES]
    if apart and "0" in node.members and not has_series:
        message = f"expected images at 0, 1, 2 and so on, got {listed(apart, show)} after a gap"
        yield look.problem(rules.NUMBERED, node, message)
    well = _first_well(node.path, [name for name in names if name not in node.members], look)
    if well:
        yield look.problem(rules.PLATE_KEY, node, _WELL.format(show(well)), "plate")


def _labels_of_no_image(node: Node, look: _Look) -> Iterator[Problem]:
    if "labels" in look.names(node.path) and look.kind(join(node.path, "labels")) == "labels":
        message = "required, as there is a group of labels, but missing"
        yield look.problem(rules.PARENT_MULTISCALES, node, message, "multiscales")
