"""
From one version of the specification to another.

What the other version cannot say is a loss, and is said; what it cannot do is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._json.values import is_object, objects_at
from .._models.structure import to_document, to_model
from .._models.types import keys
from .._paths import join
from .._rules.nodes import is_array, kind_of
from .._spec.versions import VERSIONED_PARTS, VERSIONS, get_version
from ..exceptions import Problem, ValidationError
from .arrays import migrate_array
from .multiscales import axes_of, to_axes, to_systems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._models.model import Model
    from .._spec.versions import Kind, Version
    from ..typing import Loc


_OME: Final = frozenset(("omero", *(kind.key for kind in VERSIONS["0.6"].kinds)))
"""The keys that are metadata of OME-Zarr, of whatever kind of group."""


def migrate_part(part: Model, version: str, losses: list[Problem] | None) -> Any:
    """Return a multiscale, a plate, a well or a label as another version has it."""
    target, cls = get_version(version), type(part)
    document, own = to_document(part), {key.name for key in keys(cls)}
    found = list(_lost(document, (), target))
    module = cls.__module__.rpartition(".")[2]
    if module == "multiscales":
        document = _multiscale(document, target, (), found)
    else:
        document = _part(document, target, is_stamped="version" in document or "version" not in own)
    _raise_or_add(found, losses)
    return to_model(document, target.load(module, cls.__name__))


def migrate_attributes(attributes: Any, version: str, losses: list[Problem] | None) -> Any:
    """Return the metadata of a group as another version has it."""
    target = get_version(version)
    metadata = to_document(attributes)
    found = list(_lost_versions(metadata, target))
    migrated = _metadata(metadata, get_version(attributes.ome_zarr_version), target, found)
    kind = _kind(attributes.kind, target, found)
    _raise_or_add(found, losses)
    assert kind is not None, "it has been said that there is none"
    made: Any = to_model(target.attributes(migrated), kind.attributes_class())
    return made.ome if target.place else made


def migrate_group(group: Any, version: str, losses: list[Problem] | None) -> Any:
    """Return a group as another version has it, with all that is in it."""
    found: list[Problem] = []
    migrated = _group(group, get_version(version), found, "")
    _raise_or_add(found, losses)
    return migrated


def _raise_or_add(found: list[Problem], losses: list[Problem] | None) -> None:
    """Raise for what cannot be done; hand out what is lost, or raise if nobody takes it."""
    if losses is None or any(problem.level == "error" for problem in found):
        if found:
            raise ValidationError(tuple(found))
    else:
        losses.extend(found)


def _group(group: Any, target: Version, found: list[Problem], node: str) -> Any:
    kind: Any = kind_of(group)
    own = get_version(group.ome_zarr_version)
    document = to_document(group.attributes)
    metadata: Mapping[str, Any] = own.metadata(document)
    own_found = list(_lost_versions(metadata, target))
    names = dict(_axis_names(metadata))
    if own.place:
        beside = {key: value for key, value in document.items() if key not in own.place}
    else:
        mine = {key for key in group.attributes.extra if key not in _OME}
        beside = {key: value for key, value in metadata.items() if key in mine}
        metadata = {key: value for key, value in metadata.items() if key not in mine}
    migrated = _metadata(metadata, own, target, own_found)
    found_kind = _kind(kind, target, own_found)
    place = (*own.format.place, *own.place)
    found += [each.below(node, own.format.attributes, *place) for each in own_found]
    attributes = _beside(target, migrated, beside, found, node)
    cls: Any = found_kind and found_kind.group_class()
    more = {"ome_xml": group.ome_xml} if kind == "bioformats2raw" else {}
    members = _members(group, target, found, node, names)
    if any(problem.level == "error" for problem in found):
        return None  # all that cannot be done is said at once, of the groups above too
    try:
        return cls(
            attributes=to_model(attributes, cls.attributes_class),
            members=members,
            _source=group._source,  # noqa: SLF001 - carried along
            **more,
        )
    except ValidationError as error:  # of what was read as wrong
        found += [evolve(each, node=join(node, each.node)) for each in error.problems]
    return None


def _members(
    group: Any, target: Version, found: list[Problem], node: str, names: Mapping[str, list[str]]
) -> dict[str, Any] | None:
    if group.members is None:
        return None
    migrated: dict[str, Any] = {}
    for name, member in group.members.items():
        path = join(node, name)
        if is_array(member):
            array, problems = migrate_array(member, target.format, names.get(name))
            found += [problem.below(path, member.format.array) for problem in problems]
            migrated[name] = array
        elif kind_of(member):
            migrated[name] = _group(member, target, found, path)
        else:
            start = f"{name}/"
            below = {
                k.removeprefix(start): axes for k, axes in names.items() if k.startswith(start)
            }
            members = _members(member, target, found, path, below)
            if not any(problem.level == "error" for problem in found):
                spec: Any = target.format.group_spec
                migrated[name] = spec(attributes=member.attributes, members=members)
    return migrated


def _axis_names(metadata: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the path of each array, with the names of its axes."""
    for multiscale in objects_at(metadata, "multiscales"):
        names = [str(axis.get("name")) for axis in axes_of(multiscale)]
        for dataset in objects_at(multiscale, "datasets"):
            yield str(dataset.get("path")), names


def _beside(
    target: Version,
    metadata: Mapping[str, Any],
    beside: Mapping[str, Any],
    found: list[Problem],
    node: str,
) -> dict[str, Any]:
    """Return attributes with what is no metadata of OME-Zarr beside it."""
    attributes = dict(target.attributes(metadata))
    for key, value in beside.items():
        if key in attributes or (key in _OME and not target.place):
            message = f"OME-Zarr {target.name} has a key of this name of its own"
            found.append(Problem("version-loss", "warning", node, (key,), message))
        else:
            attributes[key] = value
    return attributes


def _kind(name: str, target: Version, found: list[Problem]) -> Kind | None:
    """Return a kind of group in another version, or say that it has none."""
    for kind in target.kinds:
        if kind.name == name:
            return kind
    message = f"OME-Zarr {target.name} has no {name}"
    found.append(Problem("version-impossible", "error", "", (), message))
    return None


def _metadata(
    metadata: Mapping[str, Any], own: Version, target: Version, found: list[Problem]
) -> dict[str, Any]:
    """Return metadata as the other version has it."""
    migrated: dict[str, Any] = {k: value for k, value in metadata.items() if k != "version"}
    if target.place:
        migrated = {"version": target.name, **migrated}
    multiscales = objects_at(migrated, "multiscales")
    if multiscales:
        migrated["multiscales"] = [
            _multiscale(each, target, ("multiscales", i), found)
            for i, each in enumerate(multiscales)
        ]
    for key in VERSIONED_PARTS:
        part: object = migrated.get(key)
        if is_object(part):
            migrated[key] = _part(part, target, is_stamped=own.has_systems or "version" in part)
    return migrated


def _part(part: Mapping[str, Any], target: Version, *, is_stamped: bool) -> dict[str, Any]:
    migrated = {key: value for key, value in part.items() if key != "version"}
    if target.has_systems or not is_stamped:
        return migrated
    return {**migrated, "version": target.name}


def _multiscale(
    multiscale: Mapping[str, Any], target: Version, loc: Loc, found: list[Problem]
) -> dict[str, Any]:
    migrated = {key: value for key, value in multiscale.items() if key != "version"}
    if target.has_systems and "axes" in migrated:
        migrated, problems = to_systems(migrated, loc)
        found += problems
    elif "coordinateSystems" in migrated and not target.has_systems:
        migrated, problems = to_axes(migrated, target.name, loc)
        found += problems
    return migrated if target.place else {**migrated, "version": target.name}


def _lost_versions(metadata: Mapping[str, Any], target: Version) -> Iterator[Problem]:
    """Yield versions that say something else than the metadata's own version."""
    parts: list[tuple[Loc, Mapping[str, Any]]] = [
        (("multiscales", i), each) for i, each in enumerate(objects_at(metadata, "multiscales"))
    ]
    for key in VERSIONED_PARTS:
        part: object = metadata.get(key)
        if is_object(part):
            parts.append(((key,), part))
    for loc, part in parts:
        yield from _lost(part, loc, target)


def _lost(part: Mapping[str, Any], loc: Loc, target: Version) -> Iterator[Problem]:
    version = part.get("version")
    if version is not None and version not in VERSIONS:
        message = f"OME-Zarr {target.name} says its own version: {version!r} is lost"
        yield Problem("version-loss", "warning", "", (*loc, "version"), message)
