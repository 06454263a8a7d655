"""Hierarchies as they should be: what a reader mends in their documents, written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from attrs import evolve, frozen

from .._json.text import decode, encode, repeated_keys
from .._json.values import at, is_object
from .._paths import join
from .._reading.walk import walk
from .._spec.detect import declared_version
from .._spec.repair import ARRAYS, Fix, apply_repairs, repair_stored, replaced
from .._zarr import loop
from .._zarr import store as _zarr_io
from ..exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._reading.hierarchy import Hierarchy
    from .._zarr.loop import Answers
    from .._zarr.store import Location


T = TypeVar("T")

_INDENT: Final = re.compile(rb"\{\r?\n( *)")
_COPY: Final = "consolidated"
"""The rule that consolidated metadata is a copy, which is none of the specification's."""


@frozen
class FixedDocument:
    """
    A document of a hierarchy, and the fixes that it needs.

    ``key`` is its own, as seen from the hierarchy, and ``before`` its text. ``text`` is what
    to write; it is None where writing would lose something that ``problems`` name.
    """

    key: str
    fixes: tuple[Fix, ...]
    before: bytes
    text: bytes | None
    problems: tuple[Problem, ...] = ()

    @property
    def patch(self) -> list[dict[str, Any]]:
        """The fixes, as a JSON Patch (RFC 6902)."""
        return [fix.to_patch() for fix in self.fixes]

    def left(self, rule: str, message: str) -> FixedDocument:
        """Return the same as a document that is not written, and why."""
        path, _, name = self.key.rpartition("/")
        problem = Problem(rule, "error", path, (), message, name)
        return evolve(self, text=None, problems=(*self.problems, problem))


class _Copy(NamedTuple):
    """A document that consolidated metadata holds: of which key, where, and what it is."""

    key: str
    place: tuple[str, ...]
    document: Any


def find_fixes(location: Location) -> list[FixedDocument]:
    """
    Return the documents of a hierarchy that need fixes.

    What consolidated metadata holds are copies of other documents: they are fixed where
    they are and in the copy, or in neither.
    """
    texts: dict[str, bytes] = {}
    hierarchy = _zarr_io.run(_keeping(walk(consolidated=False), texts), location)
    documents = {
        join(node.path, name): document
        for node in hierarchy.nodes.values()
        for name, document in node.documents.items()
    }
    _add_consolidated(hierarchy, location, documents, texts)
    copies = {key: list(_copies(hierarchy, key, each)) for key, each in documents.items()}
    found: dict[str, FixedDocument] = {}
    for key, document in documents.items():
        fixes = [*_fixes(hierarchy, key, document)]
        for copy in copies[key]:
            fixes += (
                evolve(fix, loc=(*copy.place, *fix.loc))
                for fix in _fixes(hierarchy, copy.key, copy.document)
            )
        if fixes:
            found[key] = _mended(key, document, fixes, texts[key])
    for holder, held in copies.items():
        keys = [holder, *(copy.key for copy in held)] if held else []
        _all_or_none([key for key in keys if key in found], found)
    return list(found.values())


def write_fixes(location: Location, documents: Iterable[FixedDocument]) -> Iterator[FixedDocument]:
    """Write documents, one after the other; yield each, also one that is left as it is."""
    for each in documents:
        done = each
        if each.text is not None:
            key = location.key(each.key)
            if loop.in_loop(_zarr_io.get(location.store, key)) == each.before:
                loop.in_loop(_zarr_io.put(location.store, key, each.text))
            else:
                done = each.left("unreadable", "somebody else has written it in the meantime")
        yield done


def _keeping(walked: Answers[T], texts: dict[str, bytes]) -> Answers[T]:
    """Pass a walk on, and keep the texts that it is sent."""
    keys = next(walked)
    while True:
        answers = yield keys
        texts.update({key: text for key, text in answers.items() if isinstance(text, bytes)})
        try:
            keys = walked.send(answers)
        except StopIteration as stop:
            result: T = stop.value
            return result


def _add_consolidated(
    hierarchy: Hierarchy, location: Location, documents: dict[str, Any], texts: dict[str, bytes]
) -> None:
    """Add the document that holds all others, where it is one of its own."""
    name = hierarchy.root.format.consolidated
    if name in documents or not documents:
        return
    text = loop.in_loop(_zarr_io.get(location.store, location.key(name)))
    try:
        document, _ = decode(text or b"")
    except ValueError:  # which readers pass by too
        return
    texts[name], documents[name] = text or b"", document


def _fixes(hierarchy: Hierarchy, key: str, document: Any) -> Iterator[Fix]:
    """Yield the fixes of a document of a hierarchy, or in a copy of it."""
    path, _, name = key.rpartition("/")
    node = hierarchy.nodes.get(path)
    version = hierarchy.version
    if node is None or version is None:
        return
    if node.type == "array" and name == node.format.array:
        yield from apply_repairs(document, ARRAYS)[1]
    if node.type == "group" and name == node.format.attributes:
        attributes = at(document, *node.format.place)
        if not version.place or declared_version(attributes) in (None, version):
            for fix in repair_stored(attributes, version, is_below=bool(path))[1]:
                yield evolve(fix, loc=(*node.format.place, *fix.loc))


def _copies(hierarchy: Hierarchy, key: str, document: Any) -> Iterator[_Copy]:
    """Yield the copies of other documents that a document holds."""
    own = hierarchy.root.format
    group, _, name = key.rpartition("/")
    if name != own.consolidated:
        return
    is_inline = own.consolidated == own.group
    place = ("consolidated_metadata", "metadata") if is_inline else ("metadata",)
    held = at(document, *place)
    for path, copy in held.items() if is_object(held) else ():
        of = join(group, path, own.group if is_inline else "")
        yield _Copy(of, (*place, path), copy)


def _mended(key: str, document: Any, fixes: list[Fix], text: bytes) -> FixedDocument:
    path, _, name = key.rpartition("/")
    problems = tuple(each.below(path, name) for each in repeated_keys(text, document))
    for fix in fixes:
        document = replaced(document, fix.loc, fix.after)
    written: bytes | None = None
    try:
        written = None if problems else _as_before(document, text)
    except ValidationError as error:  # something else in it is no JSON
        problems = tuple(each.below(path, name) for each in error.problems)
    return FixedDocument(key, tuple(fixes), text, written, problems)


def _as_before(document: Any, text: bytes) -> bytes:
    """Return the text of a document, with the indentation and the end of another one."""
    found = _INDENT.match(text.lstrip())
    indent = (len(found[1]) or 2) if found else 0
    return encode(document, indent=indent) + (b"\n" if text.endswith(b"\n") else b"")


def _all_or_none(keys: list[str], found: dict[str, FixedDocument]) -> None:
    """Leave documents and their copies as they are if one of them is."""
    wrong = next((key for key in keys if found[key].text is None), None)
    for key in keys if wrong is not None else ():
        if found[key].text is not None:
            found[key] = found[key].left(_COPY, f"{wrong} goes with it, and is left as it is")
