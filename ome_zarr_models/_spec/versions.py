"""The versions of the specification, and the kinds of groups that each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import NOTHING

from .._json.values import at, is_object, replaced
from .drafts import is_read_as, renamed
from .zarr_formats import FORMATS, Format, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._models.model import Model
    from ..typing import BaseGroup


class Kind(NamedTuple):
    """
    A kind of group.

    Parameters
    ----------
    name : str
        The name of the kind, such as ``"image"``.
    key : str
        The key that metadata of this kind has, such as ``"multiscales"``.
    group, attributes : str
        The classes of the group and of its stored attributes, as `load` takes them.
    """

    name: str
    key: str
    group: str
    attributes: str

    def group_class(self) -> type[BaseGroup]:
        """Return the class of the group."""
        cls: type[BaseGroup] = load(self.group)
        return cls

    def attributes_class(self) -> type[Model]:
        """Return the class of the group's attributes as they are stored."""
        cls: type[Model] = load(self.attributes)
        return cls


class Version(NamedTuple):
    """
    A version of the specification.

    Parameters
    ----------
    name : str
        The name of the version, such as ``"0.5"``.
    format : Format
        The Zarr format in which this version is stored.
    place : tuple of str
        The keys that lead from a group's attributes to its metadata; empty for 0.4.
    version_rule : str
        The rule that metadata breaks if it is of another version.
    kinds : tuple of Kind
        The kinds of groups, the more specific ones first.
    has_systems : bool
        Whether multiscales have coordinate systems, instead of axes alone.
    system_names : tuple of str
        The names that a conversion gives to the intrinsic coordinate system of a multiscale, and
        to that after the transformations of the whole multiscale.
    """

    name: str
    format: Format
    place: tuple[str, ...]
    version_rule: str
    kinds: tuple[Kind, ...]
    has_systems: bool = False
    system_names: tuple[str, str] = ("physical", "world")

    def load(self, module: str, name: str) -> Any:
        """Import an object of a module of this version's package."""
        return load(f"v{self.name.replace('.', '')}.{module}:{name}")

    def kind(self, name: str) -> Kind:
        """Return the kind with a name."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        names = ", ".join(kind.name for kind in self.kinds)
        msg = f"expected one of the kinds {names}, got {name!r}"
        raise ValueError(msg)

    def metadata(self, attributes: object) -> Mapping[str, Any]:
        """Return the metadata in a group's attributes; empty if it is not a JSON object."""
        metadata = at(attributes, *self.place)
        return metadata if is_object(metadata) else {}

    def attributes(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the attributes in which metadata is stored."""
        for key in reversed(self.place):
            metadata = {key: metadata}
        return metadata

    def released(self, attributes: Any) -> tuple[Any, str | None]:
        """
        Replace the name of a draft in attributes by the name of this version.

        Keys that the draft has under other names are renamed.

        Returns
        -------
        attributes : JSON
            The attributes, unchanged if they do not name a draft of this version.
        draft : str or None
            The name of the draft that was replaced.
        """
        metadata = self.metadata(attributes)
        draft: Any = metadata.get("version")
        changes = renamed(metadata, draft) if self.place and self.is_draft(draft) else None
        if changes is None:
            return attributes, None
        for loc, old, new, value in changes:
            metadata = replaced(metadata, (*loc, old), NOTHING)
            metadata = replaced(metadata, (*loc, new), value)
        (key,) = self.place
        return {**attributes, key: {**metadata, "version": self.name}}, draft

    def is_draft(self, name: object) -> bool:
        """Return whether a name is not this version's own, but is read as this version."""
        return name != self.name and is_read_as(name, self.name)

    def kind_of(self, attributes: object, role: str | None = None) -> Kind | None:
        """
        Return the kind of a group.

        Parameters
        ----------
        attributes : JSON
            The attributes of the group.
        role : str, optional
            The role that the metadata of a parent gives the group.

        Returns
        -------
        Kind or None
            The kind; None if the attributes have no key of a kind that the role allows.
        """
        metadata = self.metadata(attributes)
        if role in _DECISIVE_ROLES:
            return self.kind(role)
        found = next((kind for kind in self.kinds if metadata.get(kind.key) is not None), None)
        if role in (*IMAGES, "field") and found is not None and found.name not in IMAGES:
            return None
        return found


_DECISIVE_ROLES: Final = ("labels", "well")
"""Roles that decide the kind of a group, whatever its attributes are."""
IMAGES: Final = ("image", "image-label")


def _kinds(package: str, envelope: str = "", *, scenes: bool = False) -> tuple[Kind, ...]:
    """Return the kinds of a version; they name their classes, which are imported when used."""
    return tuple(
        Kind(
            name,
            key,
            f"{package}.{module}:{cls}",
            f"{package}.{module}:{cls}{envelope}Attrs",
        )
        for name, key, module, cls in (
            ("plate", "plate", "hcs", "HCS"),
            ("image-label", "image-label", "image_label", "ImageLabel"),
            ("image", "multiscales", "image", "Image"),
            ("labels", "labels", "labels", "Labels"),
            ("well", "well", "well", "Well"),
            *([("scene", "scene", "scene", "Scene")] if scenes else []),
            # Beside the key of another kind, the layout does not decide.
            ("bioformats2raw", "bioformats2raw.layout", "bioformats2raw", "BioFormats2Raw"),
            ("series", "series", "series", "Series"),
        )
    )


VERSIONS: Final[Mapping[str, Version]] = {
    "0.4": Version("0.4", FORMATS[2], (), "ms.version", _kinds("v04")),
    "0.5": Version("0.5", FORMATS[3], ("ome",), "meta.version", _kinds("v05", "Zarr")),
    "0.6": Version(
        "0.6",
        FORMATS[3],
        ("ome",),
        "meta.version-value",
        _kinds("v06", "Zarr", scenes=True),
        has_systems=True,
    ),
}

VERSIONED_PARTS: Final = ("image-label", "plate", "well")
"""The keys of metadata that may have a version of their own, besides the multiscales."""


def get_version(version: str) -> Version:
    """Return the version with a name."""
    if version not in VERSIONS:
        msg = f"expected one of the versions {', '.join(VERSIONS)}, got {version!r}"
        raise ValueError(msg)
    return VERSIONS[version]
