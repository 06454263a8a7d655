"""The versions of the specification, and the kinds of groups that each has."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._values import is_list, is_object
from .exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONSOLIDATED", "PLACE_RULE", "VERSIONS", "VERSION_RULE", "Kind", "Version", "detect"]


CONSOLIDATED: Final = ".zmetadata"
"""The name of the document that holds the documents of all nodes below, in Zarr format 2."""


class Kind(NamedTuple):
    """
    A kind of group.

    ``key`` is the key of the metadata that tells it; ``group`` and ``attributes`` name
    the classes of the group and of its metadata.
    """

    name: str
    key: str
    group: str
    attributes: str

    def group_class(self) -> Any:
        """Return the class of the group."""
        return _load(self.group)

    def attributes_class(self) -> Any:
        """Return the class of the group's metadata."""
        return _load(self.attributes)


class Version(NamedTuple):
    """
    A version of the specification.

    ``document`` is the name of the JSON document that holds a group's attributes,
    ``place`` where in it the metadata is, and ``kinds`` come with the specific ones first.
    """

    name: str
    zarr_format: int
    document: str
    place: tuple[str, ...]
    kinds: tuple[Kind, ...]

    def kind(self, name: str) -> Kind:
        """Return a kind by its name."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        names = ", ".join(kind.name for kind in self.kinds)
        msg = f"expected one of the kinds {names}, got {name!r}"
        raise ValueError(msg)

    def kind_of(self, metadata: Mapping[str, Any], role: str | None = None) -> Kind | None:
        """Return the kind that metadata is of, in a role that its parent has for it."""
        if role == "labels":
            return self.kind(role)
        found = next((kind for kind in self.kinds if kind.key in metadata), None)
        if role == "image-label" and found is not None and found.name not in (role, "image"):
            return None
        return found


# Strings, so that nothing is imported before it is needed.
VERSIONS: Final[Mapping[str, Version]] = {
    "0.4": Version(
        name="0.4",
        zarr_format=2,
        document=".zattrs",
        place=(),
        kinds=(
            Kind(
                "image-label",
                "image-label",
                "v04.image_label:ImageLabel",
                "v04.image_label:ImageLabelAttrs",
            ),
            Kind("image", "multiscales", "v04.image:Image", "v04.image:ImageAttrs"),
            Kind("labels", "labels", "v04.labels:Labels", "v04.labels:LabelsAttrs"),
        ),
    ),
}

VERSION_RULE: Final = "ms.version"
PLACE_RULE: Final = "storage.attrs-on-group"
_OLDER: Final = ("0.1", "0.2", "0.3")
_UNREAD_KINDS: Final = {
    "plate": "plate",
    "well": "well",
    "bioformats2raw.layout": "bioformats2raw collection",
}


def detect(attributes: Mapping[str, Any]) -> tuple[Version, Kind]:
    """
    Return the version and the kind of a group, by its attributes as they are stored.

    Raises
    ------
    ValidationError
        If these are not the attributes of an OME-Zarr group that this library reads; it
        says what they look like.
    """
    ome = attributes.get("ome")
    if is_object(ome):
        raise _other(VERSION_RULE, ome.get("version", "of an unknown version"))
    older = older_version(attributes)
    if older:
        raise _other(VERSION_RULE, older, ", which is older")
    version = VERSIONS["0.4"]
    kind = version.kind_of(attributes)
    if kind is None:
        unread = [what for key, what in _UNREAD_KINDS.items() if key in attributes]
        raise _other(PLACE_RULE, *unread[:1]) if unread else _none(attributes)
    return version, kind


def older_version(attributes: Mapping[str, Any]) -> str | None:
    """Return the version of metadata that says, and looks like, it is older than 0.4."""
    multiscales = attributes.get("multiscales")
    first = multiscales[0] if is_list(multiscales) and multiscales else None
    if not is_object(first):
        return None
    axes, version = first.get("axes"), first.get("version")
    # Axes are objects since 0.4, whatever the version says.
    looks_new = is_list(axes) and any(map(is_object, axes))
    return version if version in _OLDER and not looks_new else None


def _other(rule: str, *found: object) -> ValidationError:
    """Return the error for metadata of another version, or of another kind."""
    return _refused(rule, f"OME-Zarr {''.join(map(str, found))}")


def _none(attributes: Mapping[str, Any]) -> ValidationError:
    """Return the error for what is no metadata of OME-Zarr."""
    keys = ", ".join(map(repr, attributes))
    return _refused(PLACE_RULE, f"none{f', but the keys {keys}' if keys else ''}")


def _refused(rule: str, found: str) -> ValidationError:
    message = f"expected metadata of OME-Zarr {', '.join(VERSIONS)}, got {found}"
    return ValidationError((Problem(rule, "error", "", (), message),))


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(f".{module}", __package__), attribute)
