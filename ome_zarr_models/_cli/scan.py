"""The command ``ome-zarr-models scan``, which writes a table of many hierarchies."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._reading.search import find
from .._scan.scan import scan
from .._scan.tables import open_table
from ..exceptions import one_line
from .text import EXIT, table_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator


_INTERRUPTED: Final = 130
_FAILED: Final = 2


def add_scan(commands: Any) -> None:
    """Add the command to the subparsers of a parser."""
    description = "Validate many hierarchies and write a table with one row for each."
    command = commands.add_parser("scan", help=description, description=description)
    command.add_argument(
        "root",
        nargs="+",
        metavar="ROOT_OR_LIST",
        help="folder or URL to search for hierarchies, text file with one path or URL per line, "
        "or - to read such lines from standard input",
    )
    command.add_argument(
        "--output",
        required=True,
        help="table to write: a .jsonl, .csv or .parquet file, of one scan at a time",
    )
    command.add_argument(
        "--resume",
        action="store_true",
        help="append to an existing table, and skip the targets that it lists; a row that an "
        "interruption cut off is written again, and a damaged or foreign file is refused",
    )
    command.add_argument(
        "--depth",
        choices=("attributes", "arrays", "all"),
        default="all",
        help="how much to read: attributes of the root, its arrays, or all nodes (default: all)",
    )
    for name, type_, default, text in (
        ("--max-depth", int, None, "search for hierarchies at most N folders deep"),
        ("--max-requests", int, 64, "number of concurrent requests (default: 64)"),
        ("--max-per-host", int, None, "number of concurrent requests to one host"),
        ("--workers", int, None, "number of worker processes to start"),
        ("--timeout", float, None, "seconds to wait for the response to a request"),
        ("--retries", int, 2, "retries after a timeout or a server error (default: 2)"),
    ):
        command.add_argument(name, type=type_, default=default, metavar="N", help=text)
    command.add_argument("--quiet", action="store_true", help="hide the progress display")
    command.set_defaults(run=_scan)


def _scan(options: argparse.Namespace) -> int:
    summary = Summary()
    arguments: Any = {
        "depth": options.depth,
        "max_requests": options.max_requests,
        "max_per_host": options.max_per_host,
        "workers": options.workers,
        "timeout": options.timeout,
        "retries": options.retries,
        "progress": not options.quiet,
    }
    try:
        scan((), **arguments)  # raises for an option that is out of range
        with open_table(options.output, resume=options.resume) as rows:
            sys.stderr.writelines(f"{note}\n" for note in rows.notes)
            targets = _targets(options, summary)
            reports = scan(_new(targets, rows.known, summary), **arguments)
            try:
                for report in reports:
                    rows.write(report.to_row())
                    summary.add(report)
            except KeyboardInterrupt:
                sys.stderr.write(f"interrupted: use --resume to continue with {options.output}\n")
                summary.status = _INTERRUPTED
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    sys.stdout.writelines(f"{line}\n" for line in summary.lines())
    return summary.status


def _targets(options: argparse.Namespace, summary: Summary) -> Iterator[str]:
    """Yield the hierarchies that the arguments name or contain."""
    for root in options.root:
        if root == "-":
            yield from _lines(sys.stdin)
        elif Path(root).is_file() and Path(root).suffix not in (".ozx", ".zip"):
            with Path(root).open(encoding="utf-8-sig") as file:
                yield from _lines(file)
        else:
            # A root without hierarchies is validated itself, so that it has a row.
            try:
                search = find(root, max_depth=options.max_depth, max_requests=options.max_requests)
                first = next(search, None)
            except Exception:  # noqa: BLE001 - a store may raise anything; its report says what
                yield root
                continue
            yield from [root] if first is None else chain([first], search)
            for problem in search.problems:
                sys.stderr.write(f"{root}: {problem}\n")
                summary.status = _FAILED


def _lines(file: Iterable[str]) -> Iterator[str]:
    stripped = (line.strip() for line in file)
    return (line for line in stripped if line and not line.startswith("#"))


def _new(targets: Iterable[str], known: dict[str, str], summary: Summary) -> Iterator[str]:
    """Yield the targets that are not in the table yet, without duplicates."""
    for target in targets:
        name = one_line(target)
        if name in known:
            summary.add_known(known[name])
        else:
            known[name] = ""
            yield target


class Summary:
    """The number of reports by status, kind, version and broken rule."""

    def __init__(self) -> None:
        self.status = 0
        self.known = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._requests = 0

    def add_known(self, status: str) -> None:
        """Count a target that the table had before; `status` is empty for a duplicate."""
        if status:
            self.known += 1
            self.status = max(self.status, EXIT.get(status, _FAILED))

    def add(self, report: Any) -> None:
        """Count a report."""
        self.status = max(self.status, EXIT[report.status])
        self._requests += report.requests
        self._counts.update(
            (("kind", report.kind or "none"), ("version", report.version or "none")),
        )
        self._counts["status", report.status] += 1
        for rule, level in {(problem.rule, problem.level) for problem in report.problems}:
            self._counts[level, rule] += 1

    def lines(self) -> Iterator[str]:
        """Yield the lines of the summary, a table."""
        order = ("status", "kind", "version", "error", "warning")
        rows = [
            [category, name, str(count)]
            for (category, name), count in sorted(
                self._counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0])
            )
        ]
        total = [["requests", "", str(self._requests)]]
        total += [["known", "in the table before", str(self.known)]] if self.known else []
        yield from table_lines(["of", "which", "images"], [*rows, *total])
