"""A scan spread over workers: processes, or whatever an executor runs."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from attrs import evolve

from ._judge import judge_batch, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext

    from ._judge import Options, Target
    from ._validate import Report

__all__ = ["spread"]

Batch: TypeAlias = "list[tuple[int, Target]]"

_SIZE: Final = 32
"""How many targets a worker is given at once, so that little time goes into giving them."""
_AHEAD: Final = 2
"""How many batches there are for each worker, so that none waits for the next one."""


def spread(
    targets: Iterable[tuple[int, Target]],
    options: Options,
    executor: Executor | None,
    workers: int | None,
) -> Iterator[Report]:
    """Judge targets, each with its number, in workers that share the requests."""
    workers = workers or cast("int | None", getattr(executor, "_max_workers", None)) or _cores()
    # A batch is under way in each worker of our own; in those of others, perhaps all are.
    at_once = workers if executor is None else _AHEAD * workers
    at_once = min(at_once, options.max_requests, options.max_per_host or options.max_requests)
    shared = evolve(
        options,
        max_requests=options.max_requests // at_once,
        max_per_host=options.max_per_host and options.max_per_host // at_once,
    )
    if executor is None:
        return _OwnPool(shared, at_once).reports(targets)
    return _Workers(shared, at_once, executor).reports(targets)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Workers:
    """Workers of an executor that is somebody else's."""

    def __init__(self, options: Options, most: int, executor: Executor) -> None:
        self._options = options
        self._most = most
        self._executor = executor
        self._running: dict[Future[list[Report]], Batch] = {}
        self._done: SimpleQueue[Future[list[Report]]] = SimpleQueue()

    def reports(self, targets: Iterable[tuple[int, Target]]) -> Iterator[Report]:
        """Yield the reports, as batches of them are done."""
        waiting = iter(targets)
        try:
            while batch := list(islice(waiting, _SIZE)):
                yield from self._start(batch)
                while len(self._running) >= self._most:
                    yield from self._take()
            while self._running:
                yield from self._take()
        except BaseException:
            self._stop()
            raise
        self._end()

    def _start(self, batch: Batch) -> Iterator[Report]:
        try:
            future = self._executor.submit(judge_batch, batch, self._options)
        except Exception as error:  # noqa: BLE001 - executors raise what they like
            yield from self._failed(batch, error)
        else:
            self._running[future] = batch
            future.add_done_callback(self._done.put)

    def _take(self) -> Iterator[Report]:
        future = self._done.get()
        batch = self._running.pop(future)
        try:
            yield from future.result()
        except Exception as error:  # noqa: BLE001 - as pickling, and executors, may raise anything
            yield from self._failed(batch, error)

    def _failed(self, batch: Batch, error: Exception) -> Iterator[Report]:
        """Yield what is said of a batch that got no reports: of the one whose fault it is."""
        if len(batch) == 1 or isinstance(error, BrokenExecutor):
            yield from (unread(target, error) for _, target in batch)
        else:
            for each in batch:
                yield from self._start([each])

    def _stop(self) -> None:
        for future in self._running:
            future.cancel()

    def _end(self) -> None:
        """Leave the executor to those whose it is."""


class _OwnPool(_Workers):
    """Processes of our own: where one of them dies, others go on without what killed it."""

    _executor: ProcessPoolExecutor

    def __init__(self, options: Options, workers: int) -> None:
        super().__init__(options, _AHEAD * workers, _pool(workers))
        self._count = workers

    def _failed(self, batch: Batch, error: Exception) -> Iterator[Report]:
        if not isinstance(error, BrokenExecutor):
            yield from super()._failed(batch, error)
            return
        # All batches that were under way are lost; which of them it was, nobody knows.
        suspects = [*batch, *(each for lost in self._running.values() for each in lost)]
        self._running.clear()
        self._done = SimpleQueue()
        self._renew()
        for suspect in suspects:
            try:
                yield from self._executor.submit(judge_batch, [suspect], self._options).result()
            except Exception as found:  # noqa: BLE001 - as pickling may raise anything, too
                if isinstance(found, BrokenExecutor):
                    self._renew()
                yield unread(suspect[1], found)

    def _renew(self) -> None:
        self._executor.shutdown(wait=False)
        self._executor = _pool(self._count)

    def _stop(self) -> None:
        super()._stop()
        processes: dict[int, Any] = getattr(self._executor, "_processes", None) or {}
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in list(processes.values()):  # who may wait for a server for long
            process.terminate()

    def _end(self) -> None:
        self._executor.shutdown()


def _pool(workers: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context  # imports much, and is seldom needed
    from threading import active_count

    # A process with threads cannot safely be forked.
    context: BaseContext = get_context()
    if context.get_start_method() == "fork" and active_count() > 1:
        context = get_context("forkserver")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Leave it to the first process to stop: Ctrl-C reaches all of a terminal's."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
