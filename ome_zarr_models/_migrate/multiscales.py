"""
Migration of multiscales between axes (0.4, 0.5) and coordinate systems (0.6).

The axes become those of the intrinsic coordinate system. The transformations of a whole
multiscale lead from it to a second coordinate system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_list, is_object, objects_at
from .._rules.v06.references import TYPES_OF_ALL
from .._spec.versions import VERSIONS
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import Loc


NAME_LOST: Final = "version-name"
"""The rule of a name that is lost, which alone is no reason to refuse a conversion."""

_TRANSFORMATIONS: Final = "coordinateTransformations"
_SYSTEMS: Final = "coordinateSystems"


def axes_of(multiscale: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the axes of the arrays of a multiscale of any version."""
    if _SYSTEMS not in multiscale:
        return objects_at(multiscale, "axes")
    return objects_at(_intrinsic(multiscale), "axes")


def to_systems(
    multiscale: Mapping[str, Any], names: tuple[str, str], loc: Loc
) -> tuple[dict[str, Any], list[Problem]]:
    """Migrate a multiscale of 0.4 or 0.5 to 0.6; return it and the problems."""
    problems: list[Problem] = []
    intrinsic, world = names
    system = {"name": intrinsic, "axes": multiscale["axes"]}
    systems = [system]
    output = {"name": intrinsic}
    datasets: list[Any] = []
    for i, dataset in enumerate(multiscale["datasets"]):
        place = (*loc, "datasets", i, _TRANSFORMATIONS)
        transform = _joined(
            dataset[_TRANSFORMATIONS], {"path": dataset["path"]}, output, place, problems
        )
        datasets.append({**dataset, _TRANSFORMATIONS: [transform]})
    rest = _without(multiscale, "axes", "datasets", _TRANSFORMATIONS)
    migrated = {_SYSTEMS: systems, "datasets": datasets, **rest}
    transforms = multiscale.get(_TRANSFORMATIONS)
    if transforms is not None:
        systems.append({"name": world, "axes": multiscale["axes"]})
        place = (*loc, _TRANSFORMATIONS)
        migrated[_TRANSFORMATIONS] = [_joined(transforms, output, {"name": world}, place, problems)]
    return migrated, problems


def place_before(loc: Loc, metadata: Mapping[str, Any]) -> Loc:
    """Return the place in metadata of what is at a place of the migrated metadata."""
    if loc[:1] != ("multiscales",) or len(loc) < 3:  # noqa: PLR2004 - it is in no multiscale
        return loc
    where, (first, *rest) = loc[:2], loc[2:]
    multiscale = objects_at(metadata, "multiscales")[int(loc[1])]
    if first == _SYSTEMS:
        return (*where, "axes", *rest[2:])
    if first == "axes":
        names = [system["name"] for system in objects_at(multiscale, _SYSTEMS)]
        return (*where, _SYSTEMS, names.index(_intrinsic(multiscale)["name"]), first, *rest)
    steps = [first, *rest]
    if _TRANSFORMATIONS in steps[:-1]:
        i = steps.index(_TRANSFORMATIONS) + 1
        owner: Any = multiscale
        for step in steps[:i]:
            owner = owner[step]
        if _SYSTEMS not in multiscale and "transformations" in steps:
            del steps[i : i + 2]
        elif _SYSTEMS in multiscale and owner[0]["type"] == "sequence":
            steps[i:i] = [0, "transformations"]
    return (*where, *steps)


def _without(owner: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the items of an object but for some keys."""
    return {key: value for key, value in owner.items() if key not in names}


def _joined(
    transforms: list[Any], start: Any, end: Any, loc: Loc, problems: list[Problem]
) -> dict[str, Any]:
    """Join a scale and an optional translation to one transformation of 0.6."""
    for i, transform in enumerate(transforms):
        if "path" in transform:
            message = "OME-Zarr 0.6 has no scale or translation with its numbers in an array"
            problems.append(Problem("version-impossible", "error", "", (*loc, i), message))
    ends = {"input": start, "output": end}
    if len(transforms) == 1:
        return {**transforms[0], **ends}
    return {"type": "sequence", "transformations": list(transforms), **ends}


def to_axes(
    multiscale: Mapping[str, Any], target: str, loc: Loc
) -> tuple[dict[str, Any], list[Problem]]:
    """Migrate a multiscale of 0.6 to an older version; return it and the losses."""
    losses = _Losses(target, loc)
    system = _intrinsic(multiscale)
    losses.add_keys(system, ("name", "axes"), _SYSTEMS)
    axes = objects_at(system, "axes")
    datasets = [
        {
            **dataset,
            _TRANSFORMATIONS: losses.split(
                dataset[_TRANSFORMATIONS][0], len(axes), "datasets", i, _TRANSFORMATIONS, 0
            ),
        }
        for i, dataset in enumerate(multiscale["datasets"])
    ]
    rest = _without(multiscale, _SYSTEMS, "datasets", _TRANSFORMATIONS)
    migrated: dict[str, Any] = {"axes": axes, "datasets": datasets, **rest}
    transform = _transform_of_all(multiscale, system)
    for i, each in enumerate(objects_at(multiscale, _SYSTEMS)):
        if each is system or transform is not None:
            losses.add_name(each["name"], each is system, _SYSTEMS, i, "name")
    if transform is not None:
        migrated[_TRANSFORMATIONS] = losses.split(transform, len(axes), _TRANSFORMATIONS, 0)
    else:
        losses.add_systems(multiscale, system)
    return migrated, losses.problems


def _intrinsic(multiscale: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the coordinate system to which the datasets are mapped."""
    first = multiscale["datasets"][0][_TRANSFORMATIONS][0]
    name = first["output"]["name"]
    return next(system for system in objects_at(multiscale, _SYSTEMS) if system["name"] == name)


def _transform_of_all(multiscale: Mapping[str, Any], intrinsic: Mapping[str, Any]) -> Any:
    """Return the transformation of all levels if older versions can express it, else None."""
    transforms = multiscale.get(_TRANSFORMATIONS)
    others = [system for system in objects_at(multiscale, _SYSTEMS) if system is not intrinsic]
    if not is_list(transforms) or len(transforms) != 1 or len(others) != 1:
        return None
    (transform,), (other,) = transforms, others
    is_world = other == {"name": other["name"], "axes": intrinsic["axes"]}
    ends = transform["input"], transform["output"]
    is_forward = ends == ({"name": intrinsic["name"]}, {"name": other["name"]})
    return transform if is_world and is_forward and _types(transform) in TYPES_OF_ALL else None


def _types(transform: Mapping[str, Any]) -> list[Any]:
    """Return the types of the parts of a sequence, or the type of another transformation."""
    parts = objects_at(transform, "transformations")
    return (
        [part["type"] for part in parts] if transform["type"] == "sequence" else [transform["type"]]
    )


class _Losses:
    """Collects what an older version cannot express of a multiscale."""

    def __init__(self, target: str, loc: Loc) -> None:
        self.problems: list[Problem] = []
        self._target = target
        self._loc = loc

    def add(self, thing: str, *loc: str | int) -> None:
        """Add that a thing is lost."""
        message = f"OME-Zarr {self._target} has no place for {thing}"
        self.problems.append(Problem("version-loss", "warning", "", (*self._loc, *loc), message))

    def add_name(self, name: Any, is_intrinsic: bool, *loc: str | int) -> None:  # noqa: FBT001 - of one system
        """Add that a name is lost, unless a conversion back gives it again."""
        if name != VERSIONS["0.6"].system_names[0 if is_intrinsic else 1]:
            message = f"OME-Zarr {self._target} has no names of coordinate systems: {name!r}"
            self.problems.append(Problem(NAME_LOST, "warning", "", (*self._loc, *loc), message))

    def add_keys(self, part: Mapping[str, Any], known: tuple[str, ...], *loc: str | int) -> None:
        """Add that the keys of an object that are not known are lost."""
        for key in part:
            if key not in known:
                self.add(f"the key {key!r}", *loc, key)

    def add_systems(self, multiscale: Mapping[str, Any], intrinsic: Mapping[str, Any]) -> None:
        """Add that further coordinate systems and the transformations to them are lost."""
        for i, system in enumerate(objects_at(multiscale, _SYSTEMS)):
            if system is not intrinsic:
                self.add(f"the coordinate system {system['name']!r}", _SYSTEMS, i)
        for i, transform in enumerate(objects_at(multiscale, _TRANSFORMATIONS)):
            ends = (_show_reference(transform[end]) for end in ("input", "output"))
            self.add(f"the {transform['type']} from {' to '.join(ends)}", _TRANSFORMATIONS, i)

    def split(self, transform: Mapping[str, Any], ndim: int, *loc: str | int) -> list[Any]:
        """Split a transformation of 0.6 into a scale and an optional translation."""
        bare = _without(transform, "input", "output")
        for end in ("input", "output"):
            known = ("name", "path")
            self.add_keys(transform[end] if is_object(transform[end]) else {}, known, *loc, end)
        if transform["type"] == "identity":
            self.add_keys(bare, ("type",), *loc)
            return [{"type": "scale", "scale": [1] * ndim}]
        if transform["type"] == "scale":
            return [bare]
        if transform["type"] == "translation":
            return [{"type": "scale", "scale": [1] * ndim}, bare]
        self.add_keys(bare, ("type", "transformations"), *loc)
        parts = objects_at(transform, "transformations")
        for i, part in enumerate(parts):
            for end in ("input", "output"):
                if end in part:
                    self.add(f"the {end} of a part", *loc, "transformations", i, end)
        return [_without(part, "input", "output") for part in parts]


def _show_reference(reference: Mapping[str, Any]) -> str:
    """Return the path and the name of a coordinate system in quotes, as a message has them."""
    return repr(" ".join(filter(None, (reference.get("path"), reference.get("name")))))
