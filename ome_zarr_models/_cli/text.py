"""Output of the command line: lines, tables, JSON, styles and exit statuses."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


EXIT: Final = {"valid": 0, "invalid": 1, "unreadable": 2}
"""The exit status for each status of a report."""
STYLES: Final = {
    "valid": "green",
    "invalid": "red",
    "unreadable": "magenta",
    "node": "bold",
    "error": "",
    "warning": "dim",
}
"""The rich style of each kind of line."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def table_lines(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield the lines of a table with aligned columns."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for row in lines:
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()


def print_line(line: str, *, style: str = "") -> None:
    """Print a line, with its style if rich is installed."""
    # Names in metadata may contain control characters.
    line = _CONTROL.sub(lambda match: repr(match[0])[1:-1], line)
    try:
        from rich.console import Console  # an optional dependency
    except ImportError:
        sys.stdout.write(f"{line}\n")
    else:
        Console(soft_wrap=True).print(line, style=style, markup=False, highlight=False)


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    sys.stdout.write(f"{json.dumps(value, indent=indent)}\n")
