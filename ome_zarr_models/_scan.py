"""Verdicts on many hierarchies."""

from __future__ import annotations

from collections.abc import Sized
from functools import cache
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import evolve, frozen

from . import _zarr_io
from ._facts import facts_of
from ._hierarchy import Texts
from ._progress import Progress, shown
from ._read import check_options, judge, judge_through, nowhere
from ._requests import Gate
from ._validate import is_document, report_on, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Executor, Future

    import zarr

    from ._outcome import Outcome
    from ._validate import Report
    from ._walk import Depth
    from ._zarr_io import StoreLike

__all__ = ["Options", "Target", "judge_all", "judge_batch", "scan", "unread"]

Target: TypeAlias = "Mapping[str, Any] | zarr.Group | StoreLike"


@frozen
class Options:
    """How hierarchies are judged."""

    depth: Depth
    max_requests: int
    max_per_host: int | None
    timeout: float | None
    retries: int
    models: bool


def scan(
    targets: Iterable[Target],
    *,
    depth: Depth = "all",
    max_requests: int = 64,
    max_per_host: int | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: bool | Callable[[Progress], object] = False,
    timeout: float | None = None,
    retries: int = 2,
    models: bool = False,
) -> Iterator[Report]:
    """
    Judge many documents or hierarchies: one report for each, as soon as it is there.

    What is wrong with a target, or with its store, is in its report; nothing is raised for
    it. Targets are taken when there is room for them, so that there may be any number.

    Parameters
    ----------
    targets : iterable of mapping, zarr.Group, or whatever `zarr.open_group` takes
        What is judged, as `validate` does it. With workers they must be such as can be
        pickled: documents, paths and URLs.
    depth : {"attributes", "arrays", "all"}
        How far to look in each hierarchy.
    max_requests : int
        How many requests may be under way at once, over all targets and workers.
    max_per_host : int, optional
        How many of them to one host.
    executor : concurrent.futures.Executor, optional
        What runs the workers: also one of dask, loky or mpi4py. It is not shut down.
    workers : int, optional
        How many processes to start; or, with an executor, how many of its workers to keep
        busy. All is done in this process if neither is given.
    progress : bool or callable
        Whether to show how far it is, or what to call with a `Progress` after each report.
    timeout : float, optional
        For how many seconds the answer to a request is waited for.
    retries : int
        How often to ask again for what may come later: after a server's error, a reset
        connection or a timeout, with pauses that grow. What is forbidden or not there is
        asked for once.
    models : bool
        Whether reports have models; they are large to pickle and to keep.

    Yields
    ------
    Report
        One for each target, in the order in which they are done. `Report.facts` says what
        an image is, in short.

    Raises
    ------
    ValueError
        If an option is none.

    Examples
    --------
    >>> reports = scan([{"labels": ["cells"]}, {"labels": [1]}, "nowhere.zarr"])
    >>> sorted(report.status for report in reports)
    ['invalid', 'unreadable', 'valid']
    """
    check_options("report", depth, max_requests)
    for name, value, least in (
        ("max_per_host", max_per_host, 1),
        ("workers", workers, 1),
        ("retries", retries, 0),
    ):
        if value is not None and value < least:
            msg = f"expected {name} of at least {least}, got {value!r}"
            raise ValueError(msg)
    if timeout is not None and not timeout > 0:
        msg = f"expected a timeout above 0 s, got {timeout!r}"
        raise ValueError(msg)
    options = Options(depth, max_requests, max_per_host, timeout, retries, models)
    if executor is None and workers is None:
        texts = None if models else Texts()
        reports = judge_all(enumerate(targets), options, texts)
    else:
        from ._workers import spread  # seldom needed

        reports = spread(enumerate(targets), options, executor, workers)
    total = len(targets) if isinstance(targets, Sized) else None
    return shown(reports, progress, total) if progress else reports


def judge_batch(targets: list[tuple[int, Target]], options: Options) -> list[Report]:
    """Judge some targets, each with its number, in a worker."""
    return list(judge_all(targets, options, None if options.models else _texts()))


@cache
def _texts() -> Texts:
    """Return what a worker keeps from one batch to the next."""
    return Texts()


def judge_all(
    targets: Iterable[tuple[int, Target]], options: Options, texts: Texts | None
) -> Iterator[Report]:
    """Judge targets, each with its number: here, or in the event loop of zarr where it must be."""
    loop = _InLoop(options, texts)
    try:
        for number, target in targets:
            begin = perf_counter()
            try:
                if is_document(target):
                    yield _of_document(number, target, options)
                    continue
                location = _zarr_io.locate_here(target)
                outcome = location and judge(location, options.depth, texts)
            except Exception as error:  # noqa: BLE001 - a store may raise anything
                outcome = nowhere(target, error)
            if outcome is None:
                loop.start(target)
            else:
                yield _report(outcome, begin, options)
            while loop.has_more:
                yield loop.next()
        while loop.is_busy:
            yield loop.next()
    finally:
        loop.stop()


class _InLoop:
    """Judges targets in the event loop of zarr, so many at once that requests are never few."""

    def __init__(self, options: Options, texts: Texts | None) -> None:
        self._options = options
        self._texts = texts
        self._most = 2 * options.max_requests
        self._gate: Gate | None = None
        self._running: set[Future[Report]] = set()
        self._done: SimpleQueue[Future[Report]] = SimpleQueue()

    @property
    def is_busy(self) -> bool:
        """Whether there are reports to come."""
        return bool(self._running)

    @property
    def has_more(self) -> bool:
        """Whether a report is to be taken before more is started."""
        return len(self._running) >= self._most or not self._done.empty()

    def start(self, target: Target) -> None:
        """Start to judge a target."""
        if self._gate is None:  # only with the first: what it needs takes long to import
            of = self._options
            self._gate = Gate(of.max_requests, of.max_per_host, of.timeout, of.retries)
        future = _zarr_io.start_in_loop(self._judge(target, self._gate))
        self._running.add(future)
        future.add_done_callback(self._done.put)

    def next(self) -> Report:
        """Return the next report that is there."""
        future = self._done.get()
        self._running.discard(future)
        return future.result()

    def stop(self) -> None:
        """Stop what is under way."""
        for future in self._running:
            future.cancel()

    async def _judge(self, target: Target, gate: Gate) -> Report:
        begin = perf_counter()
        try:
            location = await _zarr_io.locate_async(cast("zarr.Group | StoreLike", target))
            outcome = await judge_through(location, self._options.depth, self._texts, gate)
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            outcome = nowhere(target, error)
        return _report(outcome, begin, self._options)


def unread(target: Target, error: Exception) -> Report:
    """Return the report on a target that a worker could not judge."""
    return report_on(nowhere(target, error), perf_counter())


def _of_document(number: int, document: Any, options: Options) -> Report:
    report = validate(document)
    facts = facts_of(report.model)
    model = report.model if options.models else None
    return evolve(report, uri=f"targets[{number}]", model=model, facts=facts)


def _report(outcome: Outcome, begin: float, options: Options) -> Report:
    facts = facts_of(outcome.partial, options.depth)
    return report_on(outcome, begin, facts=facts, has_model=options.models)
