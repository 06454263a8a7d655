"""The progress of a scan."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping


_SECONDS: Final = 5.0
"""The interval between two lines of progress, where there is no progress bar."""


@frozen
class Progress:
    """
    The progress of a scan.

    Parameters
    ----------
    done : int
        The number of reports so far.
    total : int, optional
        The number of targets, if it is known.
    statuses : mapping of str to int
        The number of reports with each status.
    seconds : float
        The time since the scan began.
    """

    done: int
    total: int | None
    statuses: Mapping[str, int]
    seconds: float

    def __str__(self) -> str:
        total = "" if self.total is None else f" of {self.total}"
        counts = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        rate = self.done / self.seconds if self.seconds else 0
        return (
            f"{self.done}{total} in {self.seconds:.0f} s ({rate:.0f}/s): {counts or 'nothing yet'}"
        )


def shown(
    reports: Iterator[Any],
    callback: Callable[[Progress], object] | None = None,
    total: int | None = None,
) -> Iterator[Any]:
    """Yield reports, and pass the progress to a callback or else display it on stderr."""
    begin = perf_counter()
    counts: Counter[str] = Counter()
    display = _display(total) if callback is None else nullcontext(callback)
    # Closing this generator closes that of the reports, which stops the scan.
    with closing(cast("Generator[Any, None, None]", reports)), display as show:
        for done, report in enumerate(reports, 1):
            counts[report.status] += 1
            show(Progress(done, total, dict(counts), perf_counter() - begin))
            yield report


def _display(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    """Return a progress bar on a terminal that has rich, and else lines of text."""
    if sys.stderr.isatty():
        try:
            return _bar(total)
        except ImportError:  # rich is an optional dependency
            pass
    return _lines()


@contextmanager
def _lines() -> Generator[Callable[[Progress], object], None, None]:
    """Write a line every few seconds, and one at the end."""
    due = _SECONDS
    last: Progress | None = None

    def show(progress: Progress) -> None:
        nonlocal due, last
        last = progress
        if progress.seconds >= due:
            due = progress.seconds + _SECONDS
            last = None
            sys.stderr.write(f"{progress}\n")

    try:
        yield show
    finally:
        if last is not None:
            sys.stderr.write(f"{last}\n")


def _bar(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    class ScanBar(Bar):
        """A progress bar whose context returns a function to update it."""

        def __enter__(self) -> Any:
            super().__enter__()
            task = self.add_task("", total=total)

            def show(progress: Progress) -> None:
                counts = str(progress).partition(": ")[2]
                self.update(task, completed=progress.done, description=counts)

            return show

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    description = TextColumn("{task.description}", markup=False)
    return ScanBar(*columns, description, console=Console(stderr=True))
