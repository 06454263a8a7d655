"""Which version and which kind of group attributes are: the one place that decides it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.text import show
from .._json.values import is_list, is_object, objects_at
from .._rules import storage
from .._rules.versions import OBJECT, OME
from ..exceptions import Problem, ValidationError
from .versions import VERSIONED_PARTS, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..typing import Loc
    from .versions import Kind, Version
    from .zarr_formats import Format


PLACE_RULE: Final = storage.PLACE.slug

_OLDER: Final = ("0.1", "0.2", "0.3")
_NEWER: Final = [
    name for each in VERSIONS.values() if each.place for name in (each.name, *each.drafts)
]
_DRAFT: Final = re.compile(r"(0\.6)\.dev\d+")


class Detected(NamedTuple):
    """
    What the attributes of a group are: the version and the kind, or why they are neither.

    Parameters
    ----------
    version : Version, optional
        The version as which the attributes are read; None if there are `problems`.
    kind : Kind, optional
        The kind of group; None if there are `problems`.
    problems : tuple of Problem
        Why the attributes are not those of an OME-Zarr group that can be read, with their
        places in the attributes.
    """

    version: Version | None = None
    kind: Kind | None = None
    problems: tuple[Problem, ...] = ()

    def found(self) -> tuple[Version, Kind]:
        """
        Return the version and the kind.

        Raises
        ------
        ValidationError
            If there are problems.
        """
        if self.version is None or self.kind is None:
            raise ValidationError(self.problems)
        return self.version, self.kind


def detect(
    attributes: object,
    *,
    version: Version | None = None,
    kind: str | None = None,
    zarr_format: Format | None = None,
) -> Detected:
    """
    Detect the version and the kind of a group from its attributes as they are stored.

    Parameters
    ----------
    attributes : JSON
        The attributes.
    version : Version, optional
        The version that is expected. Attributes of another version are a problem.
    kind : str, optional
        The kind that is expected. Attributes of no kind are then taken for it: a reader
        tells what they lack.
    zarr_format : Format, optional
        The Zarr format in which the attributes are stored.
    """
    problem = _not_ome_zarr(attributes)
    if problem is not None:
        return Detected(problems=(problem,))
    document: Any = attributes
    try:
        found = _version(document)
    except ValidationError as error:
        return Detected(problems=error.problems)
    found_kind = found.kind_of(document)
    if found_kind is None:
        if kind is not None and (found.place or "ome" not in document):
            taken = version or _likely(document, zarr_format)
            return Detected(taken, taken.kind(kind))
        return Detected(problems=(_of_no_kind(found, document),))
    if version is not None and found != version and _may_be(version, found, document):
        found, found_kind = version, version.kind_of(document) or found_kind
    problems = tuple(_misplaced(found, document, version, zarr_format))
    return Detected(problems=problems) if problems else Detected(found, found_kind)


def declared_version(attributes: object) -> Version | None:
    """Return the version that metadata names; None if it names none, or is not OME-Zarr."""
    found = detect(attributes).version
    if found is None or not found.place:
        return None
    name = found.metadata(attributes).get("version")
    return found if name in (found.name, *found.drafts) else None


def draft_read(version: Version, draft: str) -> Problem:
    """Return the warning that a draft is read as the version that it became."""
    message = f'read as "{version.name}", found "{draft}": a draft of the same form'
    return Problem(version.version_rule, "warning", "", (*version.place, "version"), message)


def older_version(attributes: Mapping[str, Any]) -> str | None:
    """Return the version of metadata that says, and looks like, it is older than 0.4."""
    first = next(iter(objects_at(attributes, "multiscales")), None)
    if first is None:
        return None
    axes, version = first.get("axes"), first.get("version")
    # Axes are objects since 0.4, whatever the version says.
    looks_new = is_list(axes) and any(map(is_object, axes))
    return version if version in _OLDER and not looks_new else None


def _not_ome_zarr(attributes: object) -> Problem | None:
    """Return the problem of attributes that cannot be those of a version that is read."""
    if not is_object(attributes):
        message = f"expected an object, got {show(attributes)}"
        return Problem(PLACE_RULE, "error", "", (), message)
    if is_object(attributes.get("ome")):
        return None
    older = older_version(attributes)
    if older:
        return _refused(VERSIONS["0.4"].version_rule, f"OME-Zarr {older}, which is older")
    if "ome" not in attributes and attributes.get("version") in _NEWER:
        message = f"required, but missing: version {attributes['version']} has metadata in it"
        return Problem(OME.slug, "error", "", ("ome",), message)
    return None


def _version(attributes: Mapping[str, Any]) -> Version:
    """Return the version that attributes name, or look like."""
    metadata = attributes.get("ome")
    if not is_object(metadata):
        return VERSIONS["0.4"]
    name = metadata.get("version")
    for version in VERSIONS.values():
        if version.place and name in (version.name, *version.drafts):
            return version
    if isinstance(name, str):
        draft = _DRAFT.fullmatch(name)
        rule = VERSIONS["0.6" if name.startswith("0.6") else "0.5"].version_rule
        if name in VERSIONS:
            newer = " or ".join(name for name, each in VERSIONS.items() if each.place)
            message = f"expected {newer} under the key 'ome', got {show(name)}"
            raise ValidationError((Problem(rule, "error", "", ("ome", "version"), message),))
        which = f"a draft of {draft[1]} whose form is another" if draft else "which is not known"
        raise ValidationError((_refused(rule, f"{show(name)}, {which}", ("ome", "version")),))
    looks_06 = "scene" in metadata or any(
        "coordinateSystems" in each for each in objects_at(metadata, "multiscales")
    )
    return VERSIONS["0.6" if looks_06 or name == 0.6 else "0.5"]  # noqa: PLR2004 - the version as a number


def _may_be(expected: Version, found: Version, attributes: object) -> bool:
    """Return whether metadata that looks like one version names none, and may be of another."""
    return found.place == expected.place and "version" not in found.metadata(attributes)


def _misplaced(
    found: Version,
    attributes: Mapping[str, Any],
    expected: Version | None,
    zarr_format: Format | None,
) -> Iterator[Problem]:
    """Yield the problem of metadata of another version, or in the other Zarr format."""
    if expected is not None and found != expected:
        if not (expected.place and not found.place):
            message = f"expected OME-Zarr {expected.name}, got OME-Zarr {found.name}"
            yield Problem(expected.version_rule, "error", "", (), message)
        elif "ome" in attributes:
            message = f"expected an object, got {show(attributes['ome'])}"
            yield Problem(OBJECT.slug, "error", "", expected.place, message)
        else:
            yield Problem(OME.slug, "error", "", expected.place, "required, but missing")
    elif zarr_format is not None and found.format != zarr_format:
        if not found.place and not _names_04(attributes):
            message = "required, but missing: since OME-Zarr 0.5, the metadata is in it"
            yield Problem(OME.slug, "error", "", ("ome",), message)
        else:
            numbers = f"Zarr format {found.format.number}, got Zarr format {zarr_format.number}"
            message = f"expected OME-Zarr {found.name} in {numbers}"
            yield Problem(storage.FORMAT.slug, "error", "", (), message)


def _names_04(attributes: Mapping[str, Any]) -> bool:
    """Return whether any part of metadata names 0.4 as its version."""
    parts = [*objects_at(attributes, "multiscales"), *map(attributes.get, VERSIONED_PARTS)]
    return any(is_object(part) and part.get("version") == "0.4" for part in parts)


def _likely(attributes: object, zarr_format: Format | None) -> Version:
    """Return the version that attributes in a Zarr format most likely are of."""
    of_format = [each for each in VERSIONS.values() if zarr_format in (None, each.format)]
    named = [each for each in of_format if each.metadata(attributes).get("version") == each.name]
    return [*named, *of_format][0]


def _of_no_kind(version: Version, attributes: Mapping[str, Any]) -> Problem:
    """Return the problem of what is not metadata of OME-Zarr, or of no kind of group."""
    if "ome" in attributes and not version.place:
        message = f"expected an object, got {show(attributes['ome'])}"
        return Problem(OBJECT.slug, "error", "", ("ome",), message)
    metadata = version.metadata(attributes)
    if "zarr_format" in metadata and "attributes" in metadata:
        return _refused(PLACE_RULE, "a whole document of Zarr: give what its 'attributes' are")
    found = f"OME-Zarr {version.name} of no kind of group" if version.place else "none"
    keys = ", ".join(map(repr, metadata))
    known = {"ome", *(kind.key for each in VERSIONS.values() for kind in each.kinds)}
    near = [(key, *get_close_matches(str(key).lower(), known, 1, 0.8)) for key in metadata]
    hints = [
        f": did you mean {name[0]!r} by {key!r}?" for key, *name in near if name not in ([], [key])
    ]
    found = f"{found}{f': the keys are {keys}' if keys else ''}"
    return _refused(PLACE_RULE, f"{found}{''.join(hints[:1])}")


def _refused(rule: str, found: str, loc: Loc = ()) -> Problem:
    message = f"expected metadata of OME-Zarr {', '.join(VERSIONS)}, got {found}"
    return Problem(rule, "error", "", loc, message)
