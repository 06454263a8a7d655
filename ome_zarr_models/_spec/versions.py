"""The versions of the specification, and the kinds of groups that each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._json.values import at, is_object
from .zarr_formats import FORMATS, Format, load

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        return load(self.group)

    def attributes_class(self) -> Any:
        """Return the class of the group's attributes as they are stored."""
        return load(self.attributes)


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
        return load(f"v{self.name.replace('.', '')}.{module}:{name}")

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

VERSIONED_PARTS: Final = ("image-label", "plate", "well")
"""The keys of metadata that may say its own version, beside the multiscales."""


def get_version(version: str) -> Version:
    """Return a version by its name."""
    if version not in VERSIONS:
        msg = f"expected one of the versions {', '.join(VERSIONS)}, got {version!r}"
        raise ValueError(msg)
    return VERSIONS[version]
