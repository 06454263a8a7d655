"""The command ``ome-zarr-models scan``: a table of many images."""

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
_BAD: Final = 2


def add_scan(commands: Any) -> None:
    """Add the command to those of a parser."""
    what = "Judge many hierarchies, and write a table of them, a row an image."
    command = commands.add_parser("scan", help=what, description=what)
    command.add_argument(
        "root",
        nargs="+",
        metavar="ROOT_OR_LIST",
        help="a folder or URL in which hierarchies are looked for, a file with a path or URL in "
        "each line, or - for such lines from the standard input",
    )
    command.add_argument(
        "--output", required=True, help="the table: a .jsonl, .csv or .parquet file"
    )
    command.add_argument(
        "--resume",
        action="store_true",
        help="go on with a table, and leave out what is in it",
    )
    command.add_argument(
        "--depth",
        choices=("attributes", "arrays", "all"),
        default="all",
        help="how far to look in each hierarchy (all)",
    )
    for name, of, default, what in (
        ("--max-depth", int, None, "how many folders deep to look for hierarchies"),
        ("--max-requests", int, 64, "how many requests may be under way at once (64)"),
        ("--max-per-host", int, None, "how many of them to one host"),
        ("--workers", int, None, "how many processes to start"),
        ("--timeout", float, None, "for how many seconds an answer is waited for"),
        ("--retries", int, 2, "how often to ask again for what may come later (2)"),
    ):
        command.add_argument(name, type=of, default=default, metavar="N", help=what)
    command.add_argument("--quiet", action="store_true", help="do not show how far it is")
    command.set_defaults(run=_scan)


def _scan(options: argparse.Namespace) -> int:
    summary = Summary()
    how: Any = {
        "depth": options.depth,
        "max_requests": options.max_requests,
        "max_per_host": options.max_per_host,
        "workers": options.workers,
        "timeout": options.timeout,
        "retries": options.retries,
        "progress": not options.quiet,
    }
    try:
        scan((), **how)  # which refuses what is no option
        with open_table(options.output, resume=options.resume) as rows:
            targets = _targets(options, summary)
            reports = scan(_new(targets, rows.known, summary), **how)
            try:
                for report in reports:
                    rows.write(report.to_row())
                    summary.add(report)
            except KeyboardInterrupt:
                sys.stderr.write(f"stopped; --resume goes on with {options.output}\n")
                summary.status = _INTERRUPTED
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return _BAD
    sys.stdout.writelines(f"{line}\n" for line in summary.lines())
    return summary.status


def _targets(options: argparse.Namespace, summary: Summary) -> Iterator[str]:
    """Yield the hierarchies that are meant."""
    for root in options.root:
        if root == "-":
            yield from _lines(sys.stdin)
        elif Path(root).is_file() and Path(root).suffix not in (".ozx", ".zip"):
            with Path(root).open(encoding="utf-8-sig") as file:
                yield from _lines(file)
        else:
            # Where nothing is found, the report says what is there instead.
            try:
                search = find(root, max_depth=options.max_depth, max_requests=options.max_requests)
                first = next(search, None)
            except Exception:  # noqa: BLE001 - a store may raise anything, and the report says it
                yield root
                continue
            yield from [root] if first is None else chain([first], search)
            for problem in search.problems:
                sys.stderr.write(f"{root}: {problem}\n")
                summary.status = _BAD


def _lines(file: Iterable[str]) -> Iterator[str]:
    stripped = (line.strip() for line in file)
    return (line for line in stripped if line and not line.startswith("#"))


def _new(targets: Iterable[str], known: dict[str, str], summary: Summary) -> Iterator[str]:
    """Yield the targets that are not in the table yet, each once."""
    for target in targets:
        name = one_line(target)
        if name in known:
            summary.add_known(known[name])
        else:
            known[name] = ""
            yield target


class Summary:
    """How many reports there are of each kind, version and status, and of each rule."""

    def __init__(self) -> None:
        self.status = 0
        self.known = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._requests = 0

    def add_known(self, status: str) -> None:
        """Count what the table had before; of a target that is there twice, there is no more."""
        if status:
            self.known += 1
            self.status = max(self.status, EXIT.get(status, _BAD))

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
        """Yield the lines of the table of all counts."""
        order = ("status", "kind", "version", "error", "warning")
        rows = [
            [of, name, str(count)]
            for (of, name), count in sorted(
                self._counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0])
            )
        ]
        total = [["requests", "", str(self._requests)]]
        total += [["known", "in the table before", str(self.known)]] if self.known else []
        yield from table_lines(["of", "which", "images"], [*rows, *total])
