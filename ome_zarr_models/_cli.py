"""The command line: ``ome-zarr-models info PATH``, ``validate PATH`` and ``rules``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from . import __version__
from ._catalog import entries
from ._formats import to_github
from ._graph import short
from ._read import read
from ._rules.arrays import is_array, kind_of, node_at
from ._rules.plates import wells
from ._spec import VERSIONS
from ._validate import status_of, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["main"]

_EXIT: Final = {"valid": 0, "invalid": 1, "unreadable": 2}
_NONE: Final[Mapping[str, Any]] = {}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_STYLES: Final = {"valid": "green", "invalid": "red", "unreadable": "magenta"}


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments; those of the process if not given.

    Returns
    -------
    int
        0 if all is valid, 1 if something is invalid, 2 if something could not be read.
    """
    parser = argparse.ArgumentParser(
        prog="ome-zarr-models", description="Look at OME-Zarr metadata, and judge it."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in (("info", _info), ("validate", _validate)):
        what = command.__doc__
        described = commands.add_parser(name, help=what, description=what)
        described.add_argument("path", nargs="+", metavar="PATH", help="a path or URL")
        described.set_defaults(run=command)
        if command is _validate:
            described.add_argument(
                "--format",
                choices=("text", "json", "jsonl", "github"),
                default="text",
                help="text for people (the default), one JSON document, one for each path, or "
                "annotations of GitHub's workflows",
            )
    what = _rules.__doc__
    described = commands.add_parser("rules", help=what, description=what)
    described.add_argument("version", nargs="?", choices=[*VERSIONS], help="of this version alone")
    options = parser.parse_args(arguments)
    if options.command == "rules":
        return _rules(options.version)
    if options.command == "validate" and options.format != "text":
        return _report(options.path, options.format)
    run: Callable[[str], int] = options.run
    try:
        return max(run(path) for path in options.path)
    except ImportError as error:  # of an extra, which the message names
        _print(str(error), style="red")
        return _EXIT["unreadable"]


def _validate(path: str) -> int:
    """Say everything that is not as the specification says."""
    report = validate(path)
    first, *problems = str(report).splitlines()
    _print(first, style=_STYLES[report.status])
    for problem in problems:
        _print(problem, style="" if problem.lstrip().startswith("error") else "dim")
    return _EXIT[report.status]


def _report(paths: Iterable[str], form: str) -> int:
    """Write what `_validate` says in a form for machines."""
    status = 0
    reports: list[Any] = []
    for path in paths:
        report = validate(path)
        status = max(status, _EXIT[report.status])
        if form == "json":
            reports.append(report.to_dict())
        elif form == "jsonl":
            sys.stdout.write(f"{json.dumps(report.to_dict())}\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in to_github(report))
    if form == "json":
        sys.stdout.write(f"{json.dumps(reports, indent=2)}\n")
    return status


def _rules(version: str | None) -> int:
    """List all rules: which versions have them, whether they are a must, and what they say."""
    rows = [
        [each.slug, " ".join(each.versions), each.level, each.text.partition("\n")[0]]
        for each in entries()
        if version is None or version in each.versions
    ]
    for line in _table(["rule", "versions", "level", "text"], rows):
        _print(line)
    return 0


def _info(path: str) -> int:
    """Say what a group is, and what is in it."""
    outcome = read(path)
    group, problems = outcome.group, outcome.problems
    if group is None:
        _print(f"cannot open {path}", style="red")
        for problem in problems:
            _print(f"  {problem}")
        return _EXIT[status_of(problems)]
    _print(f"OME-Zarr {group.ome_zarr_version} {group.kind} at {path}", style="bold")
    for line in _describe(group):
        _print(f"  {line}")
    for problem in problems:
        _print(f"  warning: {problem}", style="dim")
    return 0


def _describe(group: Any) -> Iterator[str]:
    """Yield what a person wants to know of a group, line by line."""
    metadata = group.ome_attributes
    for multiscale in getattr(metadata, "multiscales", ()):
        yield f"name      {multiscale.name or '(none)'}"
        yield f"axes      {_axes(multiscale)}"
        yield from _systems(multiscale)
        yield from _table(
            ["level", "path", "shape", "chunks", "dtype", "scale"], _levels(group, multiscale)
        )
    if getattr(metadata, "omero", None):
        channels = (f"{c.label or '(no label)'} #{c.color}" for c in metadata.omero.channels)
        yield f"channels  {', '.join(channels)}"
    if getattr(metadata, "scene", None):
        yield from _systems(metadata.scene)
    if getattr(metadata, "plate", None):
        yield from _plate(group)
    else:
        members: Mapping[str, Any] = group.members or {}
        below = [line for name, node in members.items() for line in _tree(name, node)]
        yield from (["tree", *below] if below else [])


def _axes(system: Any) -> str:
    return ", ".join(f"{axis.name} ({axis.unit or axis.type or 'no type'})" for axis in system.axes)


def _systems(owner: Any) -> Iterator[str]:
    """Yield the coordinate systems of 0.6, and the transformations between them."""
    for system in getattr(owner, "coordinateSystems", None) or ():
        yield f"system    {system.name}: {_axes(system)}"
    if hasattr(owner, "coordinateSystems"):
        for transform in owner.coordinateTransformations or ():
            name = f"  ({transform.name})" if transform.name else ""
            yield f"transform {transform.input} -> {transform.output}: {short(transform)}{name}"


def _levels(group: Any, multiscale: Any) -> Iterator[list[str]]:
    for i, dataset in enumerate(multiscale.datasets):
        array = node_at(group.members, dataset.path)
        shape, chunks = map(_lengths, (array.shape, array.chunks))
        yield [str(i), dataset.path, shape, chunks, str(array.dtype), _scale(dataset)]


def _scale(dataset: Any) -> str:
    transform = dataset.coordinateTransformations[0]
    first = next(iter(getattr(transform, "transformations", ())), transform)
    if first.type == "identity":
        return "1"
    return " ".join(map(str, getattr(first, "scale", ("in an array",))))


def _lengths(lengths: Iterable[int]) -> str:
    return "x".join(map(str, lengths))


def _tree(name: str, node: Any) -> Iterator[str]:
    """Yield a node, and what is in it."""
    if is_array(node):
        yield f"  {name}  {_lengths(node.shape)} {node.dtype}"
        return
    yield f"  {name}  {kind_of(node) or 'group'}"
    members: Mapping[str, Any] = node.members or _NONE
    for below, member in members.items():
        yield from (f"  {line}" for line in _tree(below, member))


def _plate(group: Any) -> Iterator[str]:
    """Yield what there is to know of a plate, with the map of its wells."""
    plate = group.ome_attributes.plate
    there = {well.path for _, well, node in wells(group) if kind_of(node) == "well"}
    yield f"name      {plate.name or '(none)'}"
    for acquisition in plate.acquisitions or ():
        yield f"acquired  {acquisition.id}: {acquisition.name or '(no name)'}"
    count = len(plate.rows) * len(plate.columns)
    yield f"wells     {len(plate.wells)} of {count}: # is there, ? is not"
    signs = {well.path: "#" if well.path in there else "?" for well in plate.wells}
    columns = [column.name for column in plate.columns]
    yield from _table(
        ["", *columns],
        ([row.name, *(signs.get(f"{row.name}/{c}", ".") for c in columns)] for row in plate.rows),
    )


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(n) for cell, n in zip(line, widths, strict=True)).rstrip()


def _print(line: str, *, style: str = "") -> None:
    """Print a line, with its style where rich is installed."""
    line = _CONTROL.sub(lambda found: repr(found[0])[1:-1], line)  # of names from a file
    try:
        from rich.console import Console  # an extra, and only for looks
    except ImportError:
        sys.stdout.write(f"{line}\n")
    else:
        Console(soft_wrap=True).print(line, style=style, markup=False, highlight=False)
