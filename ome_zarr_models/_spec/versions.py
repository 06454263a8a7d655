"""The versions of the specification, and the kinds of groups that each has."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from .._json.text import show
from .._json.values import at, is_list, is_object, objects
from .._rules.storage import PLACE
from .._rules.versions import OBJECT, OME
from ..exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..exceptions import Loc

__all__ = [
    "FORMATS",
    "IMAGES",
    "PLACE_RULE",
    "VERSIONED_PARTS",
    "VERSIONS",
    "Format",
    "Kind",
    "Version",
    "ZarrFormat",
    "detect",
    "draft_read",
    "find",
    "likely",
    "older_version",
    "other_said",
    "seen",
    "told",
]

ZarrFormat: TypeAlias = Literal[2, 3]

_ROOT: Final = __name__.partition(".")[0]


class Format(NamedTuple):
    """
    A Zarr format: where it keeps what makes a node.

    ``group`` and ``array`` name the documents that make a node one or the other,
    ``attributes`` the one that holds its attributes, and ``place`` where in it they are.
    ``consolidated`` names the document of a root that holds the documents of all nodes
    below, and ``module`` the classes of nodes.
    """

    number: ZarrFormat
    group: str
    array: str
    attributes: str
    place: Loc
    consolidated: str
    module: str

    @property
    def other(self) -> Format:
        """The other one of Zarr's two formats."""
        return next(other for other in FORMATS.values() if other != self)

    @property
    def array_spec(self) -> Any:
        """The class of arrays."""
        return _load(f"{self.module}:ArraySpec")

    @property
    def group_spec(self) -> Any:
        """The class of groups."""
        return _load(f"{self.module}:GroupSpec")


FORMATS: Final[Mapping[ZarrFormat, Format]] = {
    2: Format(2, ".zgroup", ".zarray", ".zattrs", (), ".zmetadata", "_zarr.v2"),
    3: Format(3, "zarr.json", "zarr.json", "zarr.json", ("attributes",), "zarr.json", "_zarr.v3"),
}


class Kind(NamedTuple):
    """
    A kind of group.

    ``key`` is the key of the metadata that tells it; ``group`` and ``attributes`` name
    the classes of the group and of its attributes.
    """

    name: str
    key: str
    group: str
    attributes: str

    def group_class(self) -> Any:
        """Return the class of the group."""
        return _load(self.group)

    def attributes_class(self) -> Any:
        """Return the class of the group's attributes as they are stored."""
        return _load(self.attributes)


class Version(NamedTuple):
    """
    A version of the specification.

    ``place`` is where in a group's attributes the metadata is, ``version_rule`` the rule
    that it is of this version, and ``kinds`` come with the specific ones first. ``drafts``
    are what it was called before it was released, in the same form; ``has_systems`` tells
    that multiscales have coordinate systems, and not only axes.
    """

    name: str
    format: Format
    place: tuple[str, ...]
    version_rule: str
    kinds: tuple[Kind, ...]
    drafts: tuple[str, ...] = ()
    has_systems: bool = False

    def load(self, module: str, name: str) -> Any:
        """Return what a module of this version has under a name."""
        return getattr(self.module(module), name)

    def module(self, name: str) -> Any:
        """Return a module of this version."""
        return import_module(f".v{self.name.replace('.', '')}.{name}", _ROOT)

    def kind(self, name: str) -> Kind:
        """Return a kind by its name."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        names = ", ".join(kind.name for kind in self.kinds)
        msg = f"expected one of the kinds {names}, got {name!r}"
        raise ValueError(msg)

    def metadata(self, attributes: object) -> Mapping[str, Any]:
        """Return the metadata in a group's attributes, as far as they are JSON objects."""
        metadata = at(attributes, *self.place)
        return metadata if is_object(metadata) else {}

    def attributes(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the attributes that store metadata."""
        for step in reversed(self.place):
            metadata = {step: metadata}
        return metadata

    def released(self, attributes: Any) -> tuple[Any, str | None]:
        """Return attributes that a draft's name stands in, with this version's, and the name."""
        metadata = self.metadata(attributes)
        said = metadata.get("version")
        if not self.place or said not in self.drafts:
            return attributes, None
        (key,) = self.place
        return {**attributes, key: {**metadata, "version": self.name}}, said

    def kind_of(self, attributes: object, role: str | None = None) -> Kind | None:
        """Return the kind that attributes are of, in a role that their parent has for them."""
        metadata = self.metadata(attributes)
        if role in _KINDS_BY_NAME:
            return self.kind(role)
        found = next((kind for kind in self.kinds if kind.key in metadata), None)
        if role in (*IMAGES, "field") and found is not None and found.name not in IMAGES:
            return None
        return found


_KINDS_BY_NAME: Final = ("labels", "well")
"""Groups of these roles have nothing else to be, whatever their attributes say."""
IMAGES: Final = ("image", "image-label")


def _kinds(package: str, envelope: str = "", *, scenes: bool = False) -> tuple[Kind, ...]:
    """Return the kinds of a version; strings, so that nothing is imported before it is needed."""
    return tuple(
        Kind(
            name,
            key,
            f"{package}.{module}:{cls}",
            f"{package}.{module}:{cls}{envelope}Attrs",
        )
        for name, key, module, cls in (
            ("bioformats2raw", "bioformats2raw.layout", "bioformats2raw", "BioFormats2Raw"),
            ("plate", "plate", "hcs", "HCS"),
            ("image-label", "image-label", "image_label", "ImageLabel"),
            ("image", "multiscales", "image", "Image"),
            ("labels", "labels", "labels", "Labels"),
            ("well", "well", "well", "Well"),
            ("series", "series", "series", "Series"),
            *([("scene", "scene", "scene", "Scene")] if scenes else []),
        )
    )


VERSIONS: Final[Mapping[str, Version]] = {
    "0.4": Version("0.4", FORMATS[2], (), "ms.version", _kinds("v04")),
    "0.5": Version(
        "0.5", FORMATS[3], ("ome",), "meta.version", _kinds("v05", "Zarr"), ("0.5-dev",)
    ),
    "0.6": Version(
        "0.6",
        FORMATS[3],
        ("ome",),
        "meta.version-value",
        _kinds("v06", "Zarr", scenes=True),
        ("0.6rc0", "0.6.dev4"),
        has_systems=True,
    ),
}

PLACE_RULE: Final = PLACE.slug
VERSIONED_PARTS: Final = ("image-label", "plate", "well")
"""The keys of metadata that may say its own version, beside the multiscales."""
_OLDER: Final = ("0.1", "0.2", "0.3")
_NEWER: Final = [
    name for each in VERSIONS.values() if each.place for name in (each.name, *each.drafts)
]
_DRAFT: Final = re.compile(r"(0\.6)\.dev\d+")


def find(version: str) -> Version:
    """Return a version by its name."""
    if version not in VERSIONS:
        msg = f"expected one of the versions {', '.join(VERSIONS)}, got {version!r}"
        raise ValueError(msg)
    return VERSIONS[version]


def seen(attributes: object) -> tuple[Version, Kind] | None:
    """Return the version and the kind that a group's attributes say, or look, they are of."""
    try:
        return detect(attributes)
    except ValidationError:
        return None


def told(attributes: object) -> Version | None:
    """Return the version that a group's attributes say, or look, they are of."""
    found = seen(attributes)
    return found and found[0]


def other_said(version: Version, attributes: object) -> Version | None:
    """Return the version that attributes say they are of, if it is another one."""
    found = told(attributes)
    if found is None or found == version or not version.place:
        return None
    said = found.metadata(attributes).get("version")
    return found if said in (found.name, *found.drafts) else None  # else it only looks like it


def likely(zarr_format: Format, attributes: object = None) -> Version:
    """Return the version that attributes in a Zarr format most likely are of."""
    found = [version for version in VERSIONS.values() if version.format == zarr_format]
    said = [each for each in found if each.metadata(attributes).get("version") == each.name]
    return [*said, *found][0]


def detect(attributes: object) -> tuple[Version, Kind]:
    """
    Return the version and the kind of a group, by its attributes as they are stored.

    Raises
    ------
    ValidationError
        If these are not the attributes of an OME-Zarr group that this library reads; it
        says what they look like.
    """
    version = VERSIONS["0.4"]
    if not is_object(attributes):
        message = f"expected an object, got {show(attributes)}"
        raise ValidationError((Problem(PLACE_RULE, "error", "", (), message),))
    if is_object(attributes.get("ome")):
        version = _newer(attributes["ome"])
    else:
        older = older_version(attributes)
        if older:
            raise _refused(version.version_rule, f"OME-Zarr {older}, which is older")
        if "ome" not in attributes and attributes.get("version") in _NEWER:
            message = f"required, but missing: version {attributes['version']} has metadata in it"
            raise ValidationError((Problem(OME.slug, "error", "", ("ome",), message),))
    kind = version.kind_of(attributes)
    if kind is None and "ome" in attributes and not version.place:
        message = f"expected an object, got {show(attributes['ome'])}"
        raise ValidationError((Problem(OBJECT.slug, "error", "", ("ome",), message),))
    if kind is None:
        raise _none(version, version.metadata(attributes))
    return version, kind


def draft_read(version: Version, draft: str) -> Problem:
    """Return the warning that a draft is read as the version that it became."""
    message = f'read as "{version.name}", found "{draft}": a draft of the same form'
    return Problem(version.version_rule, "warning", "", (*version.place, "version"), message)


def _newer(metadata: Mapping[str, Any]) -> Version:
    """Return the version that metadata under the key ``ome`` says, or looks, it is of."""
    said = metadata.get("version")
    for version in VERSIONS.values():
        if version.place and said in (version.name, *version.drafts):
            return version
    if isinstance(said, str):
        draft = _DRAFT.fullmatch(said)
        rule = VERSIONS["0.6" if said.startswith("0.6") else "0.5"].version_rule
        if said in VERSIONS:
            newer = " or ".join(name for name, each in VERSIONS.items() if each.place)
            message = f"expected {newer} under the key 'ome', got {show(said)}"
            raise ValidationError((Problem(rule, "error", "", ("ome", "version"), message),))
        which = f"a draft of {draft[1]} whose form is another" if draft else "which is not known"
        raise _refused(rule, f"{show(said)}, {which}", ("ome", "version"))
    looks_06 = "scene" in metadata or any(
        "coordinateSystems" in each for each in objects(metadata, "multiscales")
    )
    return VERSIONS["0.6" if looks_06 or said == 0.6 else "0.5"]  # noqa: PLR2004 - the version as a number


def older_version(attributes: Mapping[str, Any]) -> str | None:
    """Return the version of metadata that says, and looks like, it is older than 0.4."""
    first = next(iter(objects(attributes, "multiscales")), None)
    if first is None:
        return None
    axes, version = first.get("axes"), first.get("version")
    # Axes are objects since 0.4, whatever the version says.
    looks_new = is_list(axes) and any(map(is_object, axes))
    return version if version in _OLDER and not looks_new else None


def _none(version: Version, metadata: Mapping[str, Any]) -> ValidationError:
    """Return the error for what is no metadata of OME-Zarr, or of no kind of group."""
    keys = ", ".join(map(repr, metadata))
    found = "none"
    if version.place:
        found = f"OME-Zarr {version.name} of no kind of group"
    known = {"ome", *(kind.key for each in VERSIONS.values() for kind in each.kinds)}
    near = [(key, *get_close_matches(str(key).lower(), known, 1, 0.8)) for key in metadata]
    if "zarr_format" in metadata and "attributes" in metadata:
        return _refused(PLACE_RULE, "a whole document of Zarr: give what its 'attributes' are")
    hints = [
        f": did you mean {name[0]!r} by {key!r}?" for key, *name in near if name not in ([], [key])
    ]
    found = f"{found}{f': the keys are {keys}' if keys else ''}"
    return _refused(PLACE_RULE, f"{found}{''.join(hints[:1])}")


def _refused(rule: str, found: str, loc: Loc = ()) -> ValidationError:
    message = f"expected metadata of OME-Zarr {', '.join(VERSIONS)}, got {found}"
    return ValidationError((Problem(rule, "error", "", loc, message),))


@cache
def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(f".{module}", _ROOT), attribute)
