"""
Migration of groups and of parts of their metadata to another version of the specification.

Values that the other version cannot express are losses, which are reported as warnings.
Groups and arrays that it does not have make the migration impossible, which is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .._json.text import show
from .._json.values import is_object, objects_at
from .._models.structure import attempt, to_document, to_model
from .._models.types import keys
from .._paths import join
from .._rules.nodes import is_array, kind_of, node_at
from .._spec.repair import TOLERATED, Defects
from .._spec.versions import VERSIONED_PARTS, VERSIONS, get_version
from ..exceptions import Problem, ValidationError
from .arrays import migrate_array
from .multiscales import NAME_LOST, axes_of, place_before, to_axes, to_systems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._models.model import Model
    from .._spec.versions import Kind, Version
    from ..typing import Loc, Severity


_OME_KEYS: Final = frozenset(("omero", *(kind.key for kind in VERSIONS["0.6"].kinds)))
"""The keys of OME-Zarr metadata, of all kinds of groups."""


def target_version(version: str, default_system: str | None, output_system: str | None) -> Version:
    """Return a version whose coordinate systems get other names than usual."""
    target = get_version(version)
    usual, usual_output = target.system_names
    return target._replace(system_names=(default_system or usual, output_system or usual_output))


def migrate_part(part: Model, target: Version, losses: list[Problem] | None) -> Any:
    """Migrate a multiscale, a plate, a well or an image label to another version."""
    cls = type(part)
    document, names = to_document(part), {key.name for key in keys(cls)}
    problems = list(_lost_version(document, (), target))
    module = cls.__module__.rpartition(".")[2]
    if module == "multiscales":
        document = _migrated_multiscale(document, target, (), problems)
    else:
        is_stamped = "version" in document or "version" not in names
        document = _with_version(document, target, is_stamped=is_stamped)
    _raise_or_add(problems, losses)
    return to_model(document, target.load(module, cls.__name__))


def migrate_attributes(attributes: Any, target: Version, losses: list[Problem] | None) -> Any:
    """Migrate the metadata of a group to another version."""
    metadata: Mapping[str, Any] = to_document(attributes)
    problems = list(_lost_versions(metadata, target))
    source = get_version(attributes.ome_zarr_version)
    metadata = _without_wrong(metadata, attributes, problems)
    migrated = _migrated_metadata(metadata, source, target, problems)
    kind = _kind_in(target, attributes.kind, problems)
    _raise_or_add(problems, losses)
    assert kind is not None, "`_raise_or_add` raises without a kind"
    tolerated = () if _is_valid(attributes) else TOLERATED
    try:
        made: Any = to_model(target.attributes(migrated), kind.attributes_class(), tolerated)
    except ValidationError as error:
        found = [in_source(each, metadata, (source, target)) for each in error.problems]
        raise ValidationError(tuple(found)) from None
    return made.ome if target.place else made


def migrate_group(group: Any, target: Version, losses: list[Problem] | None) -> Any:
    """Migrate a group and its members to another version."""
    problems: list[Problem] = []
    migrated = _migrated_group(group, target, problems, "")
    _raise_or_add(problems, losses)
    return migrated


def _raise_or_add(problems: list[Problem], losses: list[Problem] | None) -> None:
    """Raise if the migration is impossible, or lossy and `losses` is None; else add the losses."""
    if losses is None or any(problem.level == "error" for problem in problems):
        if any(problem.rule != NAME_LOST for problem in problems):
            raise ValidationError(tuple(problems))
    else:
        losses.extend(problems)


def _migrated_group(group: Any, target: Version, problems: list[Problem], path: str) -> Any:
    """Return the migrated group at a path; None if there is an error among the problems."""
    kind: Any = kind_of(group)
    source = get_version(group.ome_zarr_version)
    document = to_document(group.attributes)
    metadata: Mapping[str, Any] = source.metadata(document)
    own_problems = list(_lost_versions(metadata, target))
    names_by_path = dict(axis_names(metadata))
    if source.place:
        foreign = {key: value for key, value in document.items() if key not in source.place}
    else:
        foreign_keys = {key for key in group.attributes.extra if key not in _OME_KEYS}
        foreign = {key: value for key, value in metadata.items() if key in foreign_keys}
        metadata = {key: value for key, value in metadata.items() if key not in foreign_keys}
    metadata = _without_wrong(metadata, group.ome_attributes, own_problems)
    migrated = _migrated_metadata(metadata, source, target, own_problems)
    member_problems: list[Problem] = []
    members = _migrated_members(group, target, member_problems, path, names_by_path)
    if target.has_systems and not any(each.level == "error" for each in member_problems):
        migrated = _of_one_data_type(migrated, members, target, own_problems)
    target_kind = _kind_in(target, kind, own_problems)
    place: Any = (*source.format.place, *source.place)
    problems += [problem.below(path, source.format.attributes, *place) for problem in own_problems]
    attributes = _with_foreign(foreign, migrated, target, problems, path)
    cls: Any = target_kind and target_kind.group_class()
    more = {"ome_xml": group.ome_xml} if hasattr(group, "ome_xml") else {}
    problems += member_problems
    defects: Any = group._defects  # noqa: SLF001 - what is wrong with it
    left_out: Mapping[str, str] = defects.left_out if defects else {}
    for name, reason in left_out.items():
        message = f"it was left out when the group was read, and is not converted: {reason}"
        problems.append(Problem("version-loss", "warning", join(path, name), (), message))
    if any(problem.level == "error" for problem in problems):
        return None  # and no exception, so that the groups above report their errors too
    if defects:
        defects = evolve(defects, tolerated=defects.tolerated | TOLERATED)

    def build(defects: Any) -> Any:
        return cls(
            attributes=to_model(attributes, cls.attributes_class, TOLERATED if defects else ()),
            members=members,
            _source=group._source,  # noqa: SLF001 - where its pixels are
            _defects=defects,
            **more,
        )

    try:
        return build(defects)
    except ValidationError as error:
        broken: Any = error.problems
    is_readable = all(each.rule in TOLERATED for each in broken)
    for each in broken:
        own = in_source(each, metadata, (source, target), source.format.attributes, *place)
        level: Severity = "warning" if is_readable else "error"
        problems.append(evolve(own, node=join(path, own.node), level=level))
    return build(Defects(TOLERATED)) if is_readable else None


def in_source(
    problem: Problem,
    metadata: Mapping[str, Any],
    versions: tuple[Version, Version],
    document: str = "",
    *place: str,
) -> Problem:
    """
    Return a problem of migrated metadata with its place before the migration.

    The metadata as it was is at a place in a document. Problems of members keep their place.
    """
    source, target = versions
    is_stored = problem.document == target.format.attributes
    loc = problem.loc[len(target.format.place) :] if is_stored else problem.loc
    if problem.node or loc[: len(target.place)] != target.place:
        return problem
    loc = loc[len(target.place) :]
    if source.has_systems != target.has_systems:
        loc = place_before(loc, metadata)
    return evolve(problem, document=document, loc=(*place, *loc))


def _of_one_data_type(
    metadata: dict[str, Any],
    members: Mapping[str, Any] | None,
    target: Version,
    problems: list[Problem],
) -> dict[str, Any]:
    """Return metadata without the levels whose data type differs; their arrays stay members."""
    multiscales: list[Any] = []
    for i, multiscale in enumerate(objects_at(metadata, "multiscales")):
        datasets: list[Any] = []
        first: Any = None
        for j, dataset in enumerate(multiscale["datasets"]):
            dtype: Any = getattr(node_at(members, dataset["path"]), "dtype", first)
            first = first or dtype
            if dtype == first:
                datasets.append(dataset)
                continue
            message = (
                f"array {show(dataset['path'])} is no level in OME-Zarr {target.name}: its data "
                f"type is {show(dtype)}, that of the first level is {show(first)}"
            )
            loc = ("multiscales", i, "datasets", j)
            problems.append(Problem("version-loss", "warning", "", loc, message))
        multiscales.append({**multiscale, "datasets": datasets})
    return {**metadata, "multiscales": multiscales} if multiscales else metadata


def _migrated_members(
    group: Any,
    target: Version,
    problems: list[Problem],
    path: str,
    axis_names: Mapping[str, list[str]],
) -> dict[str, Any] | None:
    """
    Return the migrated members of a group; None if they were not read.

    ``axis_names`` has the names of the axes of the arrays, by their paths in the group.
    """
    if group.members is None:
        return None
    migrated: dict[str, Any] = {}
    for name, member in group.members.items():
        member_path = join(path, name)
        if is_array(member):
            array, array_problems = migrate_array(member, target, axis_names.get(name))
            document = member.format.array
            problems += [problem.below(member_path, document) for problem in array_problems]
            migrated[name] = array
        elif kind_of(member):
            migrated[name] = _migrated_group(member, target, problems, member_path)
        else:
            start = f"{name}/"
            names_below = {
                array_path.removeprefix(start): names
                for array_path, names in axis_names.items()
                if array_path.startswith(start)
            }
            members = _migrated_members(member, target, problems, member_path, names_below)
            if not any(problem.level == "error" for problem in problems):
                spec: Any = target.format.group_spec
                migrated[name] = spec(attributes=member.attributes, members=members)
    return migrated


def _without_wrong(
    metadata: Mapping[str, Any], attributes: Any, problems: list[Problem]
) -> Mapping[str, Any]:
    """Return metadata without blocks that were read although they are wrong; add the losses."""
    names = [key.name for key in keys(attributes.__class__) if key.transitional]
    wrong = [name for name in names if name in metadata and _is_wrong(attributes, name)]
    for name in wrong:
        if metadata[name] is not None:
            message = "it breaks rules of the specification, and is not converted"
            problems.append(Problem("version-loss", "warning", "", (name,), message))
    return {key: value for key, value in metadata.items() if key not in wrong}


def _is_wrong(attributes: Any, name: str) -> bool:
    block = getattr(attributes, name)
    return block is None or not _is_valid(block)


def _is_valid(part: Any) -> bool:
    return attempt(to_document(part), part.__class__) is not None


def axis_names(metadata: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the path of each array of the multiscales, with the names of its axes."""
    for multiscale in objects_at(metadata, "multiscales"):
        names = [str(axis.get("name")) for axis in axes_of(multiscale)]
        for dataset in objects_at(multiscale, "datasets"):
            yield str(dataset.get("path")), names


def _with_foreign(
    foreign: Mapping[str, Any],
    metadata: Mapping[str, Any],
    target: Version,
    problems: list[Problem],
    path: str,
) -> dict[str, Any]:
    """Return the attributes that store metadata beside keys that are not OME-Zarr's."""
    attributes = dict(target.attributes(metadata))
    for key, value in foreign.items():
        if key in attributes or (key in _OME_KEYS and not target.place):
            message = f"OME-Zarr {target.name} defines this key: the value is lost"
            problems.append(Problem("version-loss", "warning", path, (key,), message))
        else:
            attributes[key] = value
    return attributes


def _kind_in(target: Version, name: str, problems: list[Problem]) -> Kind | None:
    """Return a kind of group in the target version; add a problem if the version lacks it."""
    for kind in target.kinds:
        if kind.name == name:
            return kind
    message = f"OME-Zarr {target.name} has no {name}"
    problems.append(Problem("version-impossible", "error", "", (), message))
    return None


def _migrated_metadata(
    metadata: Mapping[str, Any], source: Version, target: Version, problems: list[Problem]
) -> dict[str, Any]:
    """Return the metadata of a group in the target version."""
    migrated: dict[str, Any] = {key: value for key, value in metadata.items() if key != "version"}
    if target.place:
        migrated = {"version": target.name, **migrated}
    multiscales = objects_at(migrated, "multiscales")
    if multiscales:
        migrated["multiscales"] = [
            _migrated_multiscale(multiscale, target, ("multiscales", i), problems)
            for i, multiscale in enumerate(multiscales)
        ]
    for key in VERSIONED_PARTS:
        part: object = migrated.get(key)
        if is_object(part):
            is_stamped = source.has_systems or "version" in part
            migrated[key] = _with_version(part, target, is_stamped=is_stamped)
    return migrated


def _with_version(part: Mapping[str, Any], target: Version, *, is_stamped: bool) -> dict[str, Any]:
    """Return a plate, a well or an image label with the target version, if it has one there."""
    migrated = {key: value for key, value in part.items() if key != "version"}
    if target.has_systems or not is_stamped:
        return migrated
    return {**migrated, "version": target.name}


def _migrated_multiscale(
    multiscale: Mapping[str, Any], target: Version, loc: Loc, problems: list[Problem]
) -> dict[str, Any]:
    """Return a multiscale in the target version."""
    migrated = {key: value for key, value in multiscale.items() if key != "version"}
    if target.place and "axes" in migrated:
        migrated["axes"] = _named_axes(migrated["axes"], target, loc, problems)
    if target.has_systems and "axes" in migrated:
        migrated, added = to_systems(migrated, target.system_names, loc)
        problems += added
    elif "coordinateSystems" in migrated and not target.has_systems:
        migrated, added = to_axes(migrated, target.name, loc)
        problems += added
    return migrated if target.place else {**migrated, "version": target.name}


def _named_axes(axes: Any, target: Version, loc: Loc, problems: list[Problem]) -> list[Any]:
    """Return axes whose names are strings, and in 0.6 not empty."""
    named: list[Any] = []
    for i, axis in enumerate(axes):
        name = axis.get("name")
        new = str(name) or (f"axis {i}" if target.has_systems else "")
        if new != name:
            becomes = f"{show(name)} becomes {show(new)}"
            message = f"OME-Zarr {target.name} needs another name: {becomes}"
            loc_of_name = (*loc, "axes", i, "name")
            problems.append(Problem("version-loss", "warning", "", loc_of_name, message))
        named.append({**axis, "name": new})
    return named


def _lost_versions(metadata: Mapping[str, Any], target: Version) -> Iterator[Problem]:
    """Yield the loss of each version in parts of the metadata that is not a known one."""
    parts: list[tuple[Loc, Mapping[str, Any]]] = [
        (("multiscales", i), multiscale)
        for i, multiscale in enumerate(objects_at(metadata, "multiscales"))
    ]
    for key in VERSIONED_PARTS:
        part: object = metadata.get(key)
        if is_object(part):
            parts.append(((key,), part))
    for loc, part in parts:
        yield from _lost_version(part, loc, target)


def _lost_version(part: Mapping[str, Any], loc: Loc, target: Version) -> Iterator[Problem]:
    version = part.get("version")
    if version is not None and not (isinstance(version, str) and version in VERSIONS):
        message = f"OME-Zarr {target.name} replaces the version: {version!r} is lost"
        yield Problem("version-loss", "warning", "", (*loc, "version"), message)
