"""The command line: ``ome-zarr-models info``, ``validate``, ``fix``, ``scan`` and ``rules``."""

from __future__ import annotations

import argparse
import json
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, get_args

from .._changes.fix import find_fixes, write_fixes
from .._reading.outcome import UNREAD_RULES
from .._reading.read import read
from .._reports.catalog import entries
from .._reports.render import to_github, to_lines, to_markdown, to_sarif
from .._reports.report import status_of, validate
from .._spec.versions import VERSIONS
from .._version import __version__
from .._zarr.store import can_replace, locate
from ..typing import Consolidated
from .describe import describe
from .scan import add_scan
from .text import EXIT, STYLES, print_json, print_line, table_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .._changes.fix import FixedDocument


_FORMATS: Final = ("text", "json", "jsonl", "sarif", "github")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        The exit status: 0 if everything is valid, 1 if something is invalid, 2 if something
        could not be read.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # the terminal may not encode all names
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except ImportError as error:  # of an optional dependency; the message names the extra
        print_line(str(error), style="red")
        return EXIT["unreadable"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ome-zarr-models", description="Inspect, validate and repair OME-Zarr metadata."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, run in (("info", _info), ("validate", _validate), ("fix", _fix)):
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.add_argument("path", nargs="+", metavar="PATH", help="path or URL of a hierarchy")
        command.set_defaults(run=run)
        if run is _validate:
            command.add_argument(
                "--format",
                choices=_FORMATS,
                default="text",
                help="output format: text, one JSON array, JSON lines with one report per path, "
                "a SARIF 2.1.0 log, or GitHub annotations (default: text)",
            )
            command.add_argument(
                "--consolidated",
                choices=get_args(Consolidated),
                default="use",
                help="read consolidated metadata instead of the documents of nodes, ignore it, or "
                "compare it with them (default: use)",
            )
        if run is _fix:
            command.add_argument(
                "--dry-run",
                action="store_true",
                help="write nothing; print one line of JSON per document, with the changes as a "
                "JSON Patch (RFC 6902)",
            )
    add_scan(commands)
    command = commands.add_parser("rules", help=_rules.__doc__, description=_rules.__doc__)
    command.add_argument(
        "version", nargs="?", choices=[*VERSIONS], help="list only rules of this version"
    )
    command.add_argument(
        "--format",
        choices=("text", "markdown"),
        default="text",
        help="output format (default: text)",
    )
    command.set_defaults(run=_rules)
    return parser


def _validate(options: argparse.Namespace) -> int:
    """Validate hierarchies and list every problem."""
    status = 0
    reports: list[Any] = []
    for path in options.path:
        report = validate(path, consolidated=options.consolidated)
        status = max(status, EXIT[report.status])
        match options.format:
            case "text":
                for line, style in to_lines(report):
                    print_line(line, style=STYLES[style])
            case "jsonl":
                sys.stdout.write(f"{json.dumps(report.to_dict())}\n")
            case "github":
                sys.stdout.writelines(f"{line}\n" for line in to_github(report))
            case _:
                reports.append(report)
    if options.format == "json":
        print_json([report.to_dict() for report in reports])
    elif options.format == "sarif":
        print_json(to_sarif(reports))
    return status


def _fix(options: argparse.Namespace) -> int:
    """Repair metadata whose meaning is unambiguous, and write it back."""
    return max(_fix_one(path, is_dry=options.dry_run) for path in options.path)


def _fix_one(path: str, *, is_dry: bool) -> int:
    written = 0
    try:
        documents = find_fixes(locate(path))
        if is_dry:
            for document in documents:
                print_json(_plan(path, document), indent=None)
        else:
            for document in _write(path, documents):
                _print_fixes(path, document)
                written += document.text is not None
    except Exception as error:  # noqa: BLE001 - a store may raise anything
        progress = f" after {written} documents were written" if written else ""
        sys.stderr.write(f"{path} could not be fixed{progress}: {error or type(error).__name__}\n")
        return EXIT["unreadable"]
    report = validate(path)
    if is_dry:
        unread = [
            problem
            for problem in report.problems
            if problem.level == "error" and problem.rule in UNREAD_RULES
        ]
        sys.stderr.writelines(f"{path}: {problem}\n" for problem in unread)
        return EXIT["unreadable"] if unread else 0
    for line, style in to_lines(report):
        print_line(line, style=STYLES[style])
    return EXIT[report.status]


def _write(path: str, documents: list[FixedDocument]) -> Iterable[FixedDocument]:
    """Write fixed documents; a hierarchy without any is not opened for writing."""
    if all(document.text is None for document in documents):
        return documents
    location = locate(path, writable=True)
    if not can_replace(location):
        msg = "a document in a zip file cannot be replaced: unpack it, and pack it again"
        raise ValueError(msg)
    return write_fixes(location, documents)


def _print_fixes(path: str, document: FixedDocument) -> None:
    is_written = document.text is not None
    print_line(f"{path} {document.key}{'' if is_written else ' is unchanged'}", style="bold")
    for line in document.fixes if is_written else document.problems:
        print_line(f"  {line}")


def _plan(path: str, document: FixedDocument) -> dict[str, Any]:
    """Return the JSON object that a dry run prints for a document."""
    return {
        "uri": path,
        "document": document.key,
        "patch": document.patch,
        "problems": [str(problem) for problem in document.problems],
    }


def _rules(options: argparse.Namespace) -> int:
    """List all rules, with their versions, severity and text."""
    rules = [entry for entry in entries() if options.version in (None, *entry.versions)]
    if options.format == "markdown":
        sys.stdout.writelines(f"{line}\n" for line in to_markdown(rules))
        return 0
    rows = [[rule.slug, " ".join(rule.versions), rule.level, rule.text] for rule in rules]
    for line in table_lines(["rule", "versions", "severity", "text"], rows):
        print_line(line)
    return 0


def _info(options: argparse.Namespace) -> int:
    """Describe groups: their metadata, levels and members."""
    return max(_info_one(path) for path in options.path)


def _info_one(path: str) -> int:
    outcome = read(path)
    group, problems = outcome.group, outcome.problems
    if group is None:
        print_line(f"cannot open {path}", style="red")
        for problem in problems:
            print_line(f"  {problem}")
        return EXIT[status_of(problems)]
    print_line(f"OME-Zarr {group.ome_zarr_version} {group.kind} at {path}", style="bold")
    for line in describe(group):
        print_line(f"  {line}")
    for problem in problems:
        print_line(f"  warning: {problem}", style="dim")
    return 0
