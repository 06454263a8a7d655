"""Which class of a union a document is one of: told by its form, its version and its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.text import show
from .._json.values import at, is_object
from .._models.rule import listed
from .._models.types import Nested, keys
from .._models.unions import has_nodes, name_of
from ..exceptions import Problem, ValidationError
from .detect import Detected, detect
from .versions import VERSIONS
from .zarr_formats import FORMATS, Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .versions import Kind


_STARTS: Final = ({""}, {"", "/"}, {"/"})
"""How the paths of nodes may start."""


class _Member(NamedTuple):
    """
    A class of a union.

    Parameters
    ----------
    cls : type
        The class.
    version, kind : str, optional
        The version and the kind of group that it is for; None if it is a base of several.
    is_stored : bool
        Whether its document has the metadata of a group as it is stored.
    """

    cls: Any
    version: str | None
    kind: str | None
    is_stored: bool


def is_nodes(document: object) -> bool:
    """Return whether a document has the form of a group: nodes by their paths."""
    return is_object(document) and {str(path)[:1] for path in document} in _STARTS


def format_of(nodes: object) -> Format:
    """Return the Zarr format of the root among the nodes of a group."""
    root = at(nodes, "")
    return FORMATS[3 if is_object(root) and FORMATS[3].group in root else 2]


def choices(document: object, members: Sequence[Any]) -> tuple[type, ...]:
    """Return the classes of a union that a document can be one of; see `ByDocument`."""
    arrays = [cls for cls in members if _is_array(cls)]
    if is_nodes(document) or all(map(has_nodes, members)):
        chosen, found = _of_group(document, [cls for cls in members if has_nodes(cls)])
    elif arrays and is_object(document) and "zarr_format" in document:
        number = document["zarr_format"]
        chosen = [cls for cls in arrays if cls.format.number == number]
        found = f"a document of Zarr format {show(number)}"
    else:
        metadata = [cls for cls in members if not has_nodes(cls) and cls not in arrays]
        chosen, found = _of_metadata(document, [*map(_member, metadata)])
    if not chosen:
        message = f"expected one of {listed(map(name_of, members))}, got {found}"
        raise ValidationError((Problem("type", "error", "", (), message),))
    return tuple(dict.fromkeys(chosen))


def _of_group(nodes: object, members: list[Any]) -> tuple[list[type], str]:
    """Return the classes that fit the nodes of a group, and what these are."""
    zarr_format = format_of(nodes)
    attributes = at(nodes, "", zarr_format.attributes, *zarr_format.place)
    detected = detect(attributes or {}, zarr_format=zarr_format)
    plain = [each for each in members if _is_plain(each) and each.format == zarr_format]
    chosen = _fitting(detected, attributes, [_member(each) for each in members])
    return chosen or plain, _shown("nodes", detected)


def _of_metadata(document: object, members: list[_Member]) -> tuple[list[type], str]:
    """Return the classes that fit the metadata of a group, stored or not, and what it is."""
    detected = detect(document)
    chosen = _fitting(detected, document, [each for each in members if each.is_stored])
    if not chosen and is_object(document) and not is_object(document.get("ome")):
        stored = {"ome": document}
        inside = detect(stored)
        chosen = _fitting(inside, stored, [each for each in members if not each.is_stored])
        detected = inside if inside.kind and "version" in document else detected
    return chosen, _shown("metadata", detected)


def _fitting(detected: Detected, attributes: object, members: list[_Member]) -> list[type]:
    """Return the classes for a version and kind; else those that a reader can use for it."""
    if detected.version is None or detected.kind is None:
        return []
    version, kind = detected.version, detected.kind
    own = [each for each in members if each.version == version.name]
    present = version.metadata(attributes)
    return (
        [each.cls for each in own if each.kind == kind.name]
        or [each.cls for each in own if each.kind and version.kind(each.kind).key in present]
        or [kind.group_class() for each in members if _is_base(each, kind)]
    )


def _is_base(member: _Member, kind: Kind) -> bool:
    """Return whether a class is a base of the classes of groups, also of that of a kind."""
    is_concrete = member.version is not None and member.kind is not None
    has_rules = has_nodes(member.cls) and not _is_plain(member.cls)
    return has_rules and not is_concrete and issubclass(kind.group_class(), member.cls)


def _member(cls: Any) -> _Member:
    own: Any = cls
    for key in () if has_nodes(cls) else keys(cls):
        if key.field == "ome" and isinstance(key.type, Nested):
            own = key.type.model
    version: str | None = getattr(own, "ome_zarr_version", None)
    is_inside = own is cls and version is not None and bool(VERSIONS[version].place)
    return _Member(cls, version, getattr(own, "kind", None), not is_inside)


def _is_array(cls: Any) -> bool:
    return hasattr(cls, "format") and not has_nodes(cls)


def _is_plain(cls: Any) -> bool:
    """Return whether a class is one of groups of Zarr, and not of OME-Zarr."""
    return hasattr(cls, "format") and not hasattr(cls, "tree_rules")


def _shown(what: str, detected: Detected) -> str:
    """Return what a document is, or why that is unknown."""
    if detected.version is None or detected.kind is None:
        reasons = listed(problem.message for problem in detected.problems)
        return f"{what} of an unknown kind of group: {reasons}"
    return f"{what} of an OME-Zarr {detected.version.name} group of kind {detected.kind.name!r}"
