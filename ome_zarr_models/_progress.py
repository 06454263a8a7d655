"""How far a scan is."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Progress", "shown"]

_SECONDS: Final = 5.0
"""Between two lines, where there is no bar."""


@frozen
class Progress:
    """
    How far a scan is.

    Parameters
    ----------
    done : int
        How many targets have a report.
    total : int, optional
        How many there are, where that is known.
    statuses : mapping of str to int
        How many reports have each status.
    seconds : float
        For how long it has been under way.
    """

    done: int
    total: int | None
    statuses: Mapping[str, int]
    seconds: float

    def __str__(self) -> str:
        of = "" if self.total is None else f" of {self.total}"
        found = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        rate = self.done / self.seconds if self.seconds else 0
        return f"{self.done}{of} in {self.seconds:.0f} s ({rate:.0f}/s): {found or 'nothing yet'}"


def shown(
    reports: Iterator[Any], show: bool | Callable[[Progress], object], total: int | None = None
) -> Iterator[Any]:
    """Pass reports on, and show how far it is: on the terminal, or to whom is to be called."""
    begin = perf_counter()
    counts: Counter[str] = Counter()
    display = nullcontext(show) if callable(show) else _display(total)
    with display as tell:
        for done, report in enumerate(reports, 1):
            counts[report.status] += 1
            tell(Progress(done, total, dict(counts), perf_counter() - begin))
            yield report


def _display(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    if sys.stderr.isatty():
        try:
            return _bar(total)
        except ImportError:  # of an extra, and only for looks
            pass
    return nullcontext(_Lines())


class _Lines:
    """Writes a line every few seconds."""

    def __init__(self) -> None:
        self._next = _SECONDS

    def __call__(self, progress: Progress) -> None:
        if progress.seconds >= self._next or progress.done == progress.total:
            self._next = progress.seconds + _SECONDS
            sys.stderr.write(f"{progress}\n")


def _bar(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    class Shown(Bar):
        """A bar that is told how far it is."""

        def __enter__(self) -> Any:
            super().__enter__()
            task = self.add_task("", total=total)
            return lambda progress: self.update(
                task, completed=progress.done, description=str(progress).partition(": ")[2]
            )

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    described = TextColumn("{task.description}", markup=False)
    return Shown(*columns, described, console=Console(stderr=True))
