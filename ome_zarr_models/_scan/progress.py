"""How far a scan is."""

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
    reports: Iterator[Any],
    tell: Callable[[Progress], object] | None = None,
    total: int | None = None,
) -> Iterator[Any]:
    """Pass reports on, and tell somebody how far it is, or else show it on the terminal."""
    begin = perf_counter()
    counts: Counter[str] = Counter()
    display = _display(total) if tell is None else nullcontext(tell)
    # Who leaves this leaves the reports, too.
    with closing(cast("Generator[Any, None, None]", reports)), display as show:
        for done, report in enumerate(reports, 1):
            counts[report.status] += 1
            show(Progress(done, total, dict(counts), perf_counter() - begin))
            yield report


def _display(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    if sys.stderr.isatty():
        try:
            return _bar(total)
        except ImportError:  # of an extra, and only for looks
            pass
    return _lines()


@contextmanager
def _lines() -> Generator[Callable[[Progress], object], None, None]:
    """Write a line every few seconds, and one at the end."""
    after = _SECONDS
    last: Progress | None = None

    def tell(progress: Progress) -> None:
        nonlocal after, last
        last = progress
        if progress.seconds >= after:
            after = progress.seconds + _SECONDS
            last = None
            sys.stderr.write(f"{progress}\n")

    try:
        yield tell
    finally:
        if last is not None:
            sys.stderr.write(f"{last}\n")


def _bar(total: int | None) -> AbstractContextManager[Callable[[Progress], object]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    class Shown(Bar):
        """A bar that is told how far it is."""

        def __enter__(self) -> Any:
            super().__enter__()
            task = self.add_task("", total=total)

            def tell(progress: Progress) -> None:
                said = str(progress).partition(": ")[2]
                self.update(task, completed=progress.done, description=said)

            return tell

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    described = TextColumn("{task.description}", markup=False)
    return Shown(*columns, described, console=Console(stderr=True))
