"""Text for a terminal: lines, tables and JSON, with their styles, and the exit statuses."""

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
"""How rich shows each kind of line."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def table_lines(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(n) for cell, n in zip(line, widths, strict=True)).rstrip()


def print_line(line: str, *, style: str = "") -> None:
    """Print a line, with its style where rich is installed."""
    line = _CONTROL.sub(lambda found: repr(found[0])[1:-1], line)  # of names from a file
    try:
        from rich.console import Console  # an extra, and only for looks
    except ImportError:
        sys.stdout.write(f"{line}\n")
    else:
        Console(soft_wrap=True).print(line, style=style, markup=False, highlight=False)


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    sys.stdout.write(f"{json.dumps(value, indent=indent)}\n")
