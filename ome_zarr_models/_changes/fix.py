"""Repair the documents of stored hierarchies as readers repair them in memory."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from attrs import evolve, frozen

from .._json.text import decode, encode, repeated_keys
from .._json.values import at, is_object
from .._models.explain import Explainer
from .._models.rule import Undecidable, intact
from .._paths import join
from .._reading.walk import walk
from .._spec.detect import declared_version
from .._spec.repair import (
    ARRAYS,
    TOLERATED,
    Fix,
    apply_fixes,
    apply_repairs,
    repair_dimension_names,
    repair_stored,
)
from .._spec.versions import IMAGES
from .._zarr.documents import Documents
from .._zarr.files import RefusedFileError
from .._zarr.loop import in_loop
from .._zarr.store import read_some, run
from ..exceptions import ConflictError, Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from .._reading.hierarchy import Hierarchy
    from .._zarr.loop import Answers
    from .._zarr.store import Location


T = TypeVar("T")

_INDENT: Final = re.compile(rb"\{\r?\n( *)")
_CONSOLIDATED: Final = "consolidated"
"""The id of the rule that a document and its copies are fixed together."""


@frozen
class FixedDocument:
    """
    A document of a hierarchy, and the fixes that it needs.

    ``key`` is relative to the hierarchy, ``before`` is the text that was read, and ``text``
    is the text to write; it is None if ``problems`` prevent that. ``shared`` are the keys of
    documents with which it shares consolidated metadata, of each group that has some.
    """

    key: str
    fixes: tuple[Fix, ...]
    before: bytes
    text: bytes | None
    problems: tuple[Problem, ...] = ()
    shared: tuple[tuple[str, ...], ...] = ()

    @property
    def patch(self) -> list[dict[str, Any]]:
        """The fixes, as a JSON Patch (RFC 6902)."""
        return [fix.to_patch() for fix in self.fixes]

    def unchanged(self, rule: str, message: str) -> FixedDocument:
        """Return this document with a problem, because of which it is not written."""
        path, _, name = self.key.rpartition("/")
        problem = Problem(rule, "error", path, (), message, name)
        return evolve(self, text=None, problems=(*self.problems, problem))


class _Copy(NamedTuple):
    """A copy of a document in consolidated metadata: its key, its place there and its value."""

    key: str
    place: tuple[str, ...]
    document: Any


def find_fixes(location: Location) -> list[FixedDocument]:
    """
    Find the documents of a hierarchy that need fixes.

    A document and its copies in consolidated metadata are all fixed, or none of them is.
    """
    texts: dict[str, bytes] = {}
    hierarchy = run(_record_texts(walk(consolidated=False), texts), location)
    documents = {
        join(node.path, name): document
        for node in hierarchy.nodes.values()
        for name, document in node.documents.items()
    }
    _add_consolidated(hierarchy, location, documents, texts)
    names = _axis_names(hierarchy)
    copies = {key: list(_copies(hierarchy, key, document)) for key, document in documents.items()}
    fixed: dict[str, FixedDocument] = {}
    for key, document in documents.items():
        fixes = [*_fixes(hierarchy, names, key, document)]
        for copy in copies[key]:
            fixes += (
                evolve(fix, loc=(*copy.place, *fix.loc))
                for fix in _fixes(hierarchy, names, copy.key, copy.document)
            )
        if fixes:
            fixed[key] = _apply_fixes(key, document, fixes, texts[key])
    for holder, held in copies.items():
        keys = [holder, *(copy.key for copy in held)] if held else []
        sharing = tuple(key for key in keys if key in fixed)
        _all_or_none(sharing, fixed)
        for key in sharing:
            fixed[key] = evolve(fixed[key], shared=(*fixed[key].shared, sharing))
    return list(fixed.values())


def write_fixes(
    location: Location, documents: Collection[FixedDocument]
) -> Iterator[FixedDocument]:
    """
    Write documents, the deepest first and the root's last; yield each one, written or not.

    They are yielded in the order in which they are given, after the last was written; if one
    cannot be, those that were written are yielded before the error is raised.

    Raises
    ------
    ConflictError
        If a document was changed since it was read. Nothing is written if that is seen
        before the first one is written.
    """
    stored = Documents(location)
    checked = {document.key: document for document in documents}
    for document in documents:
        refusal = stored.refusal(location.key(document.key)) if document.text is not None else ""
        if refusal:
            checked[document.key] = document.unchanged("unwritable", refusal)
    for keys in dict.fromkeys(keys for document in documents for keys in document.shared):
        _all_or_none(keys, checked)
    ordered = sorted(checked.values(), key=lambda document: -document.key.count("/"))
    for document in ordered:
        if document.text is not None:
            key = location.key(document.key)
            if in_loop(stored.get(key)) != document.before:
                raise ConflictError(document.key, (), location.uri)
    results: dict[str, FixedDocument] = {}
    failure: Exception | None = None
    for document in ordered:
        try:
            results[document.key] = _write_one(stored, location, document, results)
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            failure = error
            break
    yield from (results[document.key] for document in documents if document.key in results)
    if failure is not None:
        raise failure


def _write_one(
    stored: Documents,
    location: Location,
    document: FixedDocument,
    before: Mapping[str, FixedDocument],
) -> FixedDocument:
    """Write a document, if it can be; return it, with the problem if it is not written."""
    if document.text is None:
        return document
    try:
        replacing = stored.replace(location.key(document.key), document.text, document.before)
        if not in_loop(replacing):
            written = tuple(key for key, each in before.items() if each.text is not None)
            raise ConflictError(document.key, written, location.uri)
    except RefusedFileError as error:
        return document.unchanged("unwritable", str(error))
    return document


def _record_texts(walked: Answers[T], texts: dict[str, bytes]) -> Answers[T]:
    """Pass on a walk, and record the texts that are sent to it."""
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
    """Add the document of consolidated metadata, if it is a separate one."""
    name = hierarchy.root.format.consolidated
    if name in documents or not documents:
        return
    answer = read_some(location, [name])[name]
    if isinstance(answer, Exception):  # if it is there, it has to be kept true
        raise answer
    text = answer or b""
    try:
        document, _ = decode(text)
    except ValueError:  # readers ignore it, too
        return
    texts[name], documents[name] = text, document


def _axis_names(hierarchy: Hierarchy) -> dict[str, list[str]]:
    """Return the names of the axes of the arrays of images, by the paths of the arrays."""
    names: dict[str, list[str]] = {}
    for path, node in hierarchy.nodes.items():
        if node.type != "group" or hierarchy.version is None:
            continue
        attributes, _ = repair_stored(node.attributes, hierarchy.version, is_below=bool(path))
        kind = hierarchy.version.kind_of(attributes)
        if kind is not None and kind.name in IMAGES:
            explainer = Explainer(tolerated=TOLERATED, lenient=True)
            image: Any = explainer.read_model(kind.attributes_class(), attributes)
            with suppress(Undecidable):  # values that the names depend on could not be read
                metadata = image.ome if hierarchy.version.place else image
                for _, multiscale in intact(metadata.multiscales):
                    axes = [axis.name for axis in multiscale.axes]
                    names.update(
                        (join(path, dataset.path), axes)
                        for _, dataset in intact(multiscale.datasets)
                    )
    return names


def _fixes(
    hierarchy: Hierarchy, names: Mapping[str, list[str]], key: str, document: Any
) -> Iterator[Fix]:
    """
    Yield the fixes of a document of a hierarchy, or of its copy.

    ``names`` has the names of the axes of arrays, by the paths of the arrays.
    """
    path, _, name = key.rpartition("/")
    node = hierarchy.nodes.get(path)
    version = hierarchy.version
    if node is None or version is None:
        return
    if node.type == "array" and name == node.format.array:
        yield from apply_repairs(document, ARRAYS)[1]
        if node.format.has_one_document and path in names and is_object(document):
            yield from repair_dimension_names(document, names[path])
    if node.type == "group" and name == node.format.attributes:
        attributes = at(document, *node.format.place)
        if not version.place or declared_version(attributes) in (None, version):
            for fix in repair_stored(attributes, version, is_below=bool(path))[1]:
                yield evolve(fix, loc=(*node.format.place, *fix.loc))


def _copies(hierarchy: Hierarchy, key: str, document: Any) -> Iterator[_Copy]:
    """Yield the copies of other documents in consolidated metadata."""
    own = hierarchy.root.format
    group, _, name = key.rpartition("/")
    if name != own.consolidated:
        return
    place = ("consolidated_metadata", "metadata") if own.has_one_document else ("metadata",)
    held = at(document, *place)
    for path, copy in held.items() if is_object(held) else ():
        copied_key = join(group, path, own.group if own.has_one_document else "")
        yield _Copy(copied_key, (*place, path), copy)


def _apply_fixes(key: str, document: Any, fixes: list[Fix], text: bytes) -> FixedDocument:
    """Return a document with its fixes applied, or with the problems that prevent it."""
    path, _, name = key.rpartition("/")
    problems = tuple(problem.below(path, name) for problem in repeated_keys(text, document))
    document = apply_fixes(document, fixes)
    written: bytes | None = None
    try:
        written = None if problems else _encode_like(document, text)
    except ValidationError as error:  # another value is not JSON, such as NaN
        problems = tuple(problem.below(path, name) for problem in error.problems)
    return FixedDocument(key, tuple(fixes), text, written, problems)


def _encode_like(document: Any, text: bytes) -> bytes:
    """Encode a document with the indentation and final newline of another text."""
    match = _INDENT.match(text.lstrip())
    indent = (len(match[1]) or 2) if match else 0
    return encode(document, indent=indent) + (b"\n" if text.endswith(b"\n") else b"")


def _all_or_none(keys: Iterable[str], fixed: dict[str, FixedDocument]) -> None:
    """Keep documents and their copies unchanged if one of them cannot be written."""
    blocked = next((key for key in keys if fixed[key].text is None), None)
    for key in keys if blocked is not None else ():
        if fixed[key].text is not None:
            message = f"not written, as {blocked} cannot be: they share consolidated metadata"
            fixed[key] = fixed[key].unchanged(_CONSOLIDATED, message)
