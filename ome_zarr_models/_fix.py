"""Documents as they should be: what a reader mends, written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from attrs import evolve, frozen

from . import _zarr_io
from ._json import decode, encode, repeated_keys
from ._paths import join
from ._repair import ARRAYS, Fix, mend, mend_group, replaced
from ._spec import FORMATS, find, told
from ._values import is_object
from ._walk import walk
from .exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._hierarchy import Hierarchy
    from ._spec import Version
    from ._zarr_io import Answers, Location
    from .exceptions import Problem

__all__ = ["Mended", "mended", "repair", "write"]

T = TypeVar("T")

_INDENT: Final = re.compile(rb"\{\n( +)")


@overload
def repair(
    document: Mapping[str, Any], *, version: str | None = None
) -> tuple[dict[str, Any], list[Fix]]: ...
@overload
def repair(document: Any, *, version: str | None = None) -> tuple[Any, list[Fix]]: ...
def repair(document: Any, *, version: str | None = None) -> tuple[Any, list[Fix]]:
    """
    Return metadata as it was meant, where that is plain, and what is different in it.

    These are the repairs that a reader makes with ``policy="repair"``. What is wrong beyond
    them stays as it is: `validate` says whether anything is.

    Parameters
    ----------
    document : mapping
        The attributes of a group as they are stored. They are not changed.
    version : str, optional
        The version that they are of, such as ``"0.4"``; the metadata tells if not given.

    Returns
    -------
    document : dict
        The attributes, mended.
    fixes : list of Fix
        Every change, in the order in which they were made.

    Examples
    --------
    >>> document = {"well": {"images": [{"path": "0"}], "version": 0.4}}
    >>> mended, fixes = repair(document)
    >>> mended
    {'well': {'images': [{'path': '0'}], 'version': '0.4'}}
    >>> print(fixes[0])
    well.version: "0.4", found 0.4 [well.version-string]
    """
    found = find(version) if version else told(document)
    return (document, []) if found is None else _mend_attributes(document, found)


def _mend_attributes(
    attributes: Any, version: Version, inherited: str | None = None
) -> tuple[Any, list[Fix]]:
    """Return the attributes of a group, mended; also a draft's name is replaced."""
    attributes, draft = version.released(attributes)
    loc = (*version.place, "version")
    renamed = [Fix(version.version_rule, loc, draft, version.name)] if draft else []
    attributes, fixes = mend_group(attributes, version.place, inherited)
    return attributes, [*renamed, *fixes]


@frozen
class Mended:
    """
    A document of a hierarchy in which something is mended.

    ``key`` is its own, as seen from the hierarchy. ``text`` is what to write; it is None
    where writing would lose something that ``problems`` name.
    """

    key: str
    fixes: tuple[Fix, ...]
    text: bytes | None
    problems: tuple[Problem, ...] = ()

    @property
    def patch(self) -> list[dict[str, Any]]:
        """What is mended, as a JSON Patch (RFC 6902)."""
        return [fix.to_patch() for fix in self.fixes]


def mended(location: Location) -> list[Mended]:
    """
    Return the documents of a hierarchy in which something is mended.

    What consolidated metadata holds is a copy of other documents: they are mended where
    they are, and in the copy.
    """
    texts: dict[str, bytes] = {}
    hierarchy = _zarr_io.run(_keeping(walk(consolidated=False), texts), location)
    documents = {
        join(node.path, name): document
        for node in hierarchy.nodes.values()
        for name, document in node.documents.items()
    }
    fixes = {key: list(_fixes(hierarchy, key, each)) for key, each in documents.items()}
    copied = FORMATS[2].consolidated
    if any(fixes.values()) and hierarchy.root.format.consolidated == copied:
        text = _zarr_io.in_loop(_zarr_io.get(location.store, location.key(copied)))
        if text is not None:
            texts[copied] = text
            documents[copied], _ = decode(text)
            fixes[copied] = []
    root = hierarchy.root.format.consolidated
    if root in documents:
        fixes[root] += _fixes_of_copies(hierarchy, documents[root])
    return [
        _mended(key, documents[key], found, texts[key]) for key, found in fixes.items() if found
    ]


def write(location: Location, documents: Iterable[Mended]) -> Iterator[Mended]:
    """Write documents, one after the other; yield each, also one that is left as it is."""
    if not location.store.supports_deletes:
        msg = f"documents in {location.uri} cannot be replaced: unpack it, and pack it again"
        raise NotImplementedError(msg)
    for each in documents:
        if each.text is not None:
            _zarr_io.in_loop(_zarr_io.put(location.store, location.key(each.key), each.text))
        yield each


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


def _fixes(hierarchy: Hierarchy, key: str, document: Any) -> Iterator[Fix]:
    """Yield what is mended in a document of a hierarchy, or in a copy of it."""
    path, _, name = key.rpartition("/")
    node = hierarchy.nodes.get(path)
    version = hierarchy.version
    if node is None or version is None:
        return
    if node.type == "array" and name == node.format.array:
        yield from mend(document, ARRAYS)[1]
    if node.type == "group" and name == node.format.attributes:
        attributes = document
        for step in node.format.place:
            attributes = attributes.get(str(step)) if is_object(attributes) else None
        if told(attributes) in (None, version):
            inherited = version.name if path else None
            for fix in _mend_attributes(attributes, version, inherited)[1]:
                yield evolve(fix, loc=(*node.format.place, *fix.loc))


def _fixes_of_copies(hierarchy: Hierarchy, document: Any) -> Iterator[Fix]:
    """Yield what is mended in the documents that consolidated metadata holds."""
    place: tuple[str, ...] = ("metadata",)
    own = hierarchy.root.format
    is_inline = own.consolidated == own.group
    if is_inline:
        place = ("consolidated_metadata", *place)
    held = document
    for step in place:
        held = held.get(step) if is_object(held) else None
    for key, copy in held.items() if is_object(held) else ():
        for fix in _fixes(hierarchy, join(key, own.group) if is_inline else key, copy):
            yield evolve(fix, loc=(*place, key, *fix.loc))


def _mended(key: str, document: Any, fixes: list[Fix], text: bytes) -> Mended:
    path, _, name = key.rpartition("/")
    problems = tuple(each.below(path, name) for each in repeated_keys(text, document))
    for fix in fixes:
        document = replaced(document, fix.loc, fix.after)
    if not problems:
        found = _INDENT.match(text)
        try:
            text = encode(document, indent=len(found[1]) if found else 0)
        except ValidationError as error:  # something else in it is no JSON
            problems = tuple(each.below(path, name) for each in error.problems)
    return Mended(key, tuple(fixes), None if problems else text, problems)
