"""Detection of the version and the kind of a group: the only code that decides either."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.text import closest, show
from .._json.values import is_list, is_object, objects_at
from .._models.rule import listed
from .._rules import storage
from .._rules.versions import OBJECT, OME
from ..exceptions import NotOMEZarrError, Problem, ValidationError
from .drafts import is_read_as
from .versions import VERSIONED_PARTS, VERSIONS
from .zarr_formats import OME_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .versions import Kind, Version
    from .zarr_formats import Format


PLACE_RULE: Final = storage.PLACE.slug

_OLDER: Final = ("0.1", "0.2", "0.3")
_BELOW_OME: Final = [version for version in VERSIONS.values() if version.place]
_MOST_KEYS: Final = 256
"""How many keys of a document are searched for a misspelled one."""
_DRAFT: Final = r"(0\.6)[.-]dev\d*"


class Detected(NamedTuple):
    """
    The version and the kind of a group, or the problems for which it has neither.

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
        NotOMEZarrError
            If there are problems.
        """
        if self.version is None or self.kind is None:
            raise NotOMEZarrError(self.problems)
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
        The kind to assume for attributes without the key of any kind: the reader then
        reports what they lack.
    zarr_format : Format, optional
        The Zarr format in which the attributes are stored.
    """
    problem = _unsupported(attributes)
    if problem is not None:
        return Detected(problems=(problem,))
    document: Any = attributes
    try:
        detected = _detect_version(document)
    except ValidationError as error:
        return Detected(problems=error.problems)
    detected_kind = detected.kind_of(document)
    if detected_kind is None:
        if kind is not None and (detected.place or "ome" not in document):
            assumed = version or _likeliest_version(document, zarr_format)
            return Detected(assumed, assumed.kind(kind))
        return Detected(problems=(_unknown_kind(detected, document),))
    if version is not None and detected != version and _can_be_read_as(version, detected, document):
        detected, detected_kind = version, version.kind_of(document) or detected_kind
    problems = tuple(_mismatches(detected, document, version, zarr_format))
    return Detected(problems=problems) if problems else Detected(detected, detected_kind)


class Misplaced(NamedTuple):
    """
    Metadata at the place of another version.

    Parameters
    ----------
    attributes : JSON
        The attributes with the metadata where it should be.
    problem : Problem
        Where it is instead.
    """

    attributes: Mapping[str, Any]
    problem: Problem


def misplaced(attributes: object, zarr_format: Format, root: Version | None) -> Misplaced | None:
    """
    Return the attributes of a group as they should be; None if they are.

    Parameters
    ----------
    attributes : JSON
        The attributes of the group.
    zarr_format : Format
        The Zarr format in which they are stored.
    root : Version, optional
        The version of the hierarchy, if it is known.
    """
    if not is_object(attributes):
        return None
    old, ome = VERSIONS["0.4"], attributes.get("ome")
    if zarr_format == old.format and is_object(ome):
        is_old = "version" not in ome or is_read_as(ome["version"], old.name)
        if is_old and old.kind_of(ome) is not None and old.kind_of(attributes) is None:
            message = "expected the metadata of OME-Zarr 0.4 beside this key, got it below"
            rest = {key: value for key, value in attributes.items() if key != "ome"}
            inner = {key: value for key, value in ome.items() if key != "version"}
            problem = Problem(PLACE_RULE, "error", "", ("ome",), message)
            return Misplaced({**rest, **inner}, problem)
    if zarr_format == old.format or "ome" in attributes:
        return None
    if old.kind_of(attributes) is not None and not _names_04(attributes):
        name = attributes.get("version")
        named = [version for version in _BELOW_OME if is_read_as(name, version.name)]
        version = [*named, *([root] if root and root.place else []), VERSIONS["0.5"]][0]
        since = "OME-Zarr has its metadata under this key since 0.5"
        if named:
            since = f"OME-Zarr {name} has its metadata under this key"
        message = f"required, but missing: {since}"
        rest = {key: value for key, value in attributes.items() if key not in OME_KEYS}
        inner = {key: value for key, value in attributes.items() if key in OME_KEYS}
        ome = {**inner, "version": version.name}
        return Misplaced({**rest, "ome": ome}, Problem(OME.slug, "error", "", ("ome",), message))
    return None


def declared_version(attributes: object) -> Version | None:
    """Return the version that the metadata under ``ome`` names; None if it names none."""
    version = detect(attributes).version
    if version is None or not version.place:
        return None
    name = version.metadata(attributes).get("version")
    return version if is_read_as(name, version.name) else None


def draft_read(version: Version, draft: str) -> Problem:
    """Return the warning that a draft is read as the version that it became."""
    message = f'read as "{version.name}", found "{draft}": a draft with the same structure'
    return Problem(version.version_rule, "warning", "", (*version.place, "version"), message)


def older_version(attributes: Mapping[str, Any]) -> str | None:
    """Return the version that metadata names if it is older than 0.4 and looks it, else None."""
    first = next(iter(objects_at(attributes, "multiscales")), None)
    if first is None:
        return None
    axes, version = first.get("axes"), first.get("version")
    # Axes are objects since 0.4, whatever the version says.
    looks_new = is_list(axes) and any(map(is_object, axes))
    return version if version in _OLDER and not looks_new else None


def _unsupported(attributes: object) -> Problem | None:
    """Return the problem of attributes that cannot be of any version that is read."""
    if not is_object(attributes):
        message = f"expected an object, got {show(attributes)}"
        return Problem(PLACE_RULE, "error", "", (), message)
    if is_object(attributes.get("ome")):
        return None
    older = older_version(attributes)
    if older:
        return _no_metadata(
            VERSIONS["0.4"].version_rule,
            f"OME-Zarr {older}, which is older: convert it to 0.4 first",
        )
    if "ome" not in attributes and _named_below_ome(attributes.get("version")):
        version = attributes["version"]
        message = f"required, but missing: OME-Zarr {version} has its metadata under this key"
        return Problem(OME.slug, "error", "", ("ome",), message)
    return None


def _detect_version(attributes: Mapping[str, Any]) -> Version:
    """Return the version that attributes name, or else look like; raise if it is not read."""
    metadata = attributes.get("ome")
    if not is_object(metadata):
        return VERSIONS["0.4"]
    name = metadata.get("version")
    for version in _BELOW_OME:
        if is_read_as(name, version.name):
            return version
    if isinstance(name, str):
        raise ValidationError((_unknown_version(name),))
    looks_06 = "scene" in metadata or any(
        "coordinateSystems" in multiscale for multiscale in objects_at(metadata, "multiscales")
    )
    return VERSIONS["0.6" if looks_06 or name == 0.6 else "0.5"]  # noqa: PLR2004 - the version as a number


def _named_below_ome(name: object) -> bool:
    return any(is_read_as(name, version.name) for version in _BELOW_OME)


def _unknown_version(name: str) -> Problem:
    """Return the problem of metadata under ``ome`` whose version is not read."""
    hint = ""
    draft = re.fullmatch(_DRAFT, name)
    if name in VERSIONS:
        hint = f": OME-Zarr {name} has its metadata directly in the attributes"
    elif draft:
        drafts = "the drafts 0.6.dev4, 0.6rc0 and later are read"
        hint = f", a draft of {draft[1]} with another structure; {drafts}"
    versions = " or ".join(version.name for version in _BELOW_OME)
    rule = VERSIONS["0.6" if name.startswith("0.6") else "0.5"].version_rule
    message = f"expected version {versions} under the key 'ome', got {show(name)}{hint}"
    return Problem(rule, "error", "", ("ome", "version"), message)


def _can_be_read_as(expected: Version, detected: Version, attributes: object) -> bool:
    """Return whether metadata names no version, and has the place of the expected one."""
    name = detected.metadata(attributes).get("version")
    return expected.place == detected.place and name is None


def _mismatches(
    detected: Version,
    attributes: Mapping[str, Any],
    expected: Version | None,
    zarr_format: Format | None,
) -> Iterator[Problem]:
    """Yield the problem of metadata of an unexpected version, or in the wrong Zarr format."""
    if expected is not None and detected != expected:
        if not (expected.place and not detected.place):
            names = f"OME-Zarr {expected.name}, got OME-Zarr {detected.name}"
            module = f"v{detected.name.replace('.', '')}"
            hint = f"use {module}, or open_ome_zarr without a version"
            message = f"expected {names}: {hint}"
            yield Problem(expected.version_rule, "error", "", (), message)
        elif "ome" in attributes:
            message = f"expected an object, got {show(attributes['ome'])}"
            yield Problem(OBJECT.slug, "error", "", expected.place, message)
        else:
            yield Problem(OME.slug, "error", "", expected.place, "required, but missing")
    elif zarr_format is not None and detected.format != zarr_format:
        numbers = f"Zarr format {detected.format.number}, got Zarr format {zarr_format.number}"
        message = f"expected OME-Zarr {detected.name} in {numbers}"
        yield Problem(storage.FORMAT.slug, "error", "", (), message)


def _names_04(attributes: Mapping[str, Any]) -> bool:
    """Return whether any part of metadata names 0.4 as its version."""
    parts = [*objects_at(attributes, "multiscales"), *map(attributes.get, VERSIONED_PARTS)]
    return any(is_object(part) and part.get("version") == "0.4" for part in parts)


def _likeliest_version(attributes: object, zarr_format: Format | None) -> Version:
    """Return the likeliest version of attributes that have the key of no kind of group."""
    candidates = [version for version in VERSIONS.values() if zarr_format in (None, version.format)]
    named = [
        version
        for version in candidates
        if version.metadata(attributes).get("version") == version.name
    ]
    return [*named, *candidates][0]


def _unknown_kind(version: Version, attributes: Mapping[str, Any]) -> Problem:
    """Return the problem of attributes that have the key of no kind of group."""
    if "ome" in attributes and not version.place:
        message = f"expected an object, got {show(attributes['ome'])}"
        return Problem(OBJECT.slug, "error", "", ("ome",), message)
    metadata = version.metadata(attributes)
    if "zarr_format" in metadata and "attributes" in metadata:
        return _no_metadata(PLACE_RULE, "a whole 'zarr.json' document: pass its 'attributes'")
    found = (
        f"OME-Zarr {version.name} metadata of an unknown kind of group" if version.place else "none"
    )
    keys = f": the keys are {listed(metadata, repr)}" if metadata else ""
    known = {"ome", *(kind.key for version in VERSIONS.values() for kind in version.kinds)}
    hint = ""
    for key in islice(metadata, _MOST_KEYS):
        near = closest(str(key).lower(), known, 0.8)
        if near not in (None, key):
            hint = f": did you mean {near!r} instead of {key!r}?"
            break
    return _no_metadata(PLACE_RULE, f"{found}{keys}{hint}")


def _no_metadata(rule: str, found: str) -> Problem:
    message = f"expected metadata of OME-Zarr {', '.join(VERSIONS)}, got {found}"
    return Problem(rule, "error", "", (), message)
