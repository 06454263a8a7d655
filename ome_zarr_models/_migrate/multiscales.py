"""
Multiscales with axes, as 0.4 and 0.5 have them, to multiscales with coordinate systems, and back.

A scale and a translation of all levels are a second system in 0.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.values import is_list, is_object, objects_at
from ..exceptions import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..typing import Loc


INTRINSIC: Final = "physical"
"""The name of the system of which 0.4 and 0.5 say no name."""
OF_ALL: Final = "world"
"""The name of the system after the transformations of all levels."""

_KEY: Final = "coordinateTransformations"
_SYSTEMS: Final = "coordinateSystems"
_FORMS: Final = (["scale"], ["translation"], ["scale", "translation"])


def axes_of(multiscale: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the axes of the arrays, whatever version a multiscale is of."""
    if _SYSTEMS not in multiscale:
        return objects_at(multiscale, "axes")
    return objects_at(_intrinsic(multiscale), "axes")


def to_systems(multiscale: Mapping[str, Any], loc: Loc) -> tuple[dict[str, Any], list[Problem]]:
    """Return a multiscale of 0.4 or 0.5 as 0.6 has it, with what cannot be said."""
    problems: list[Problem] = []
    system = {"name": INTRINSIC, "axes": multiscale["axes"]}
    systems = [system]
    output = {"name": INTRINSIC}
    datasets: list[Any] = []
    for i, dataset in enumerate(multiscale["datasets"]):
        place = (*loc, "datasets", i, _KEY)
        one = _one(dataset[_KEY], {"path": dataset["path"]}, output, place, problems)
        datasets.append({**dataset, _KEY: [one]})
    rest = {k: v for k, v in multiscale.items() if k not in ("axes", "datasets", _KEY)}
    migrated = {_SYSTEMS: systems, "datasets": datasets, **rest}
    of_all = multiscale.get(_KEY)
    if of_all is not None:
        systems.append({"name": OF_ALL, "axes": multiscale["axes"]})
        migrated[_KEY] = [_one(of_all, output, {"name": OF_ALL}, (*loc, _KEY), problems)]
    return migrated, problems


def _one(
    transforms: list[Any], start: Any, end: Any, loc: Loc, problems: list[Problem]
) -> dict[str, Any]:
    """Return a scale, and a translation perhaps, as one transformation."""
    for i, transform in enumerate(transforms):
        if "path" in transform:
            message = "OME-Zarr 0.6 has no scale or translation whose numbers are in an array"
            problems.append(Problem("version-impossible", "error", "", (*loc, i), message))
    ends = {"input": start, "output": end}
    if len(transforms) == 1:
        return {**transforms[0], **ends}
    return {"type": "sequence", "transformations": list(transforms), **ends}


def to_axes(
    multiscale: Mapping[str, Any], target: str, loc: Loc
) -> tuple[dict[str, Any], list[Problem]]:
    """Return a multiscale of 0.6 as an older version has it, with what cannot be said."""
    losses = _Losses(target, loc)
    system = _intrinsic(multiscale)
    if system.get("name") != INTRINSIC:
        losses.add(f"the name {system.get('name')!r} of the coordinate system", _SYSTEMS)
    losses.add_keys(system, ("name", "axes"), _SYSTEMS)
    axes = objects_at(system, "axes")
    datasets = [
        {**dataset, _KEY: losses.plain(dataset[_KEY][0], len(axes), "datasets", i, _KEY, 0)}
        for i, dataset in enumerate(multiscale["datasets"])
    ]
    rest = {k: v for k, v in multiscale.items() if k not in (_SYSTEMS, "datasets", _KEY)}
    migrated: dict[str, Any] = {"axes": axes, "datasets": datasets, **rest}
    of_all = _of_all(multiscale, system)
    if of_all is not None:
        migrated[_KEY] = losses.plain(of_all, len(axes), _KEY, 0)
    else:
        losses.add_systems(multiscale, system)
    return migrated, losses.problems


def _intrinsic(multiscale: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the system that the datasets are mapped to."""
    first = multiscale["datasets"][0][_KEY][0]
    name = first["output"]["name"]
    return next(each for each in objects_at(multiscale, _SYSTEMS) if each["name"] == name)


def _of_all(multiscale: Mapping[str, Any], system: Mapping[str, Any]) -> Any:
    """Return the transformation of all levels that older versions have too, if there is one."""
    transforms = multiscale.get(_KEY)
    others = [each for each in objects_at(multiscale, _SYSTEMS) if each is not system]
    if not is_list(transforms) or len(transforms) != 1 or len(others) != 1:
        return None
    (transform,), (other,) = transforms, others
    is_plain = other == {"name": OF_ALL, "axes": system["axes"]}
    ends = transform["input"], transform["output"]
    is_forward = ends == ({"name": system["name"]}, {"name": OF_ALL})
    return transform if is_plain and is_forward and _form(transform) in _FORMS else None


def _form(transform: Mapping[str, Any]) -> list[Any]:
    parts = objects_at(transform, "transformations")
    return (
        [part["type"] for part in parts] if transform["type"] == "sequence" else [transform["type"]]
    )


class _Losses:
    """What an older version cannot say of a multiscale."""

    def __init__(self, target: str, loc: Loc) -> None:
        self.problems: list[Problem] = []
        self._target = target
        self._loc = loc

    def add(self, what: str, *loc: str | int) -> None:
        """Add that something is lost."""
        message = f"OME-Zarr {self._target} has no place for {what}"
        self.problems.append(Problem("version-loss", "warning", "", (*self._loc, *loc), message))

    def add_keys(self, part: Mapping[str, Any], known: tuple[str, ...], *loc: str | int) -> None:
        """Add that keys are lost."""
        for key in part:
            if key not in known:
                self.add(f"the key {key!r}", *loc, key)

    def add_systems(self, multiscale: Mapping[str, Any], intrinsic: Mapping[str, Any]) -> None:
        """Add that further systems are lost, and the transformations to them."""
        for i, system in enumerate(objects_at(multiscale, _SYSTEMS)):
            if system is not intrinsic:
                self.add(f"the coordinate system {system['name']!r}", _SYSTEMS, i)
        for i, transform in enumerate(objects_at(multiscale, _KEY)):
            ends = (_said(transform[end]) for end in ("input", "output"))
            self.add(f"the {transform['type']} from {' to '.join(ends)}", _KEY, i)

    def plain(self, transform: Mapping[str, Any], ndim: int, *loc: str | int) -> list[Any]:
        """Return a scale, and a translation perhaps, one by one."""
        bare = {k: v for k, v in transform.items() if k not in ("input", "output")}
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
        return [{k: v for k, v in part.items() if k not in ("input", "output")} for part in parts]


def _said(reference: Mapping[str, Any]) -> str:
    return repr(" ".join(filter(None, (reference.get("path"), reference.get("name")))))
