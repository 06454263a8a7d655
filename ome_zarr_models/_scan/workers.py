"""A scan spread over workers: processes, or whatever an executor runs."""

from __future__ import annotations

from collections import deque
from concurrent.futures import BrokenExecutor
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias, cast

from attrs import evolve

from .targets import unread, validate_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

    from .._reports.report import Report
    from .targets import Options, Target


Batch: TypeAlias = "list[tuple[int, Target]]"

_SIZE: Final = 64
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

    refusals: ClassVar[type[Exception]] = Exception
    """What an executor may raise that takes no more."""

    def __init__(self, options: Options, most: int, executor: Executor | None = None) -> None:
        self._options = options
        self._most = most
        self._executor = executor
        self._running: dict[Future[list[Report]], Batch] = {}
        self._again: deque[Batch] = deque()
        self._done: SimpleQueue[Future[list[Report]]] = SimpleQueue()
        self._started = 0

    def reports(self, targets: Iterable[tuple[int, Target]]) -> Iterator[Report]:
        """Yield the reports, as batches of them are done."""
        waiting = iter(targets)
        try:
            while (batch := self._next(waiting)) or self._running:
                if batch:
                    yield from self._start(batch)
                if len(self._running) >= self._most or not batch:
                    yield from self._take()
        except BaseException:
            self._stop()
            raise
        self._end()

    def _next(self, waiting: Iterator[tuple[int, Target]]) -> Batch:
        """Return the next batch; the first are small, so that all workers have something soon."""
        if self._again:
            return self._again.popleft()
        size = min(_SIZE, 2 ** (self._started // self._most))
        return list(islice(waiting, size))

    def _start(self, batch: Batch) -> Iterator[Report]:
        self._started += 1
        try:
            future = self._submit(batch)
        except self.refusals as error:
            yield from self._failed(batch, error)
        else:
            self._running[future] = batch
            future.add_done_callback(self._done.put)

    def _submit(self, batch: Batch) -> Future[list[Report]]:
        assert self._executor is not None, "there is one, or it was made"
        return self._executor.submit(validate_batch, batch, self._options)

    def _take(self) -> Iterator[Report]:
        future = self._done.get()
        batch = self._running.pop(future)
        try:
            reports = future.result()
        except Exception as error:  # noqa: BLE001 - as pickling, and executors, may raise anything
            yield from self._failed(batch, error)
        else:
            yield from reports

    def _failed(self, batch: Batch, error: Exception) -> Iterator[Report]:
        """Yield what is said of a batch that got no reports: of the one whose fault it is."""
        if len(batch) == 1 or isinstance(error, BrokenExecutor):
            yield from (unread(target, error) for _, target in batch)
        else:
            self._again += ([each] for each in batch)

    def _stop(self) -> None:
        for future in self._running:
            future.cancel()

    def _end(self) -> None:
        """Leave the executor to those whose it is."""


class _OwnPool(_Workers):
    """Processes of our own: where one of them dies, others go on without what killed it."""

    refusals = BrokenExecutor  # what else keeps processes from starting is of the script's

    def __init__(self, options: Options, workers: int) -> None:
        super().__init__(options, _AHEAD * workers)
        self._count = workers

    def _submit(self, batch: Batch) -> Future[list[Report]]:
        # Not before there is something to do: who gives it may have started threads.
        self._executor = self._executor or _pool(self._count)
        return super()._submit(batch)

    def _failed(self, batch: Batch, error: Exception) -> Iterator[Report]:
        if not isinstance(error, BrokenExecutor):
            yield from super()._failed(batch, error)
            return
        # All batches that were under way are lost; which of them it was, nobody knows.
        suspects = [*batch, *(each for lost in self._running.values() for each in lost)]
        self._running.clear()
        self._done = SimpleQueue()
        self._end()
        for suspect in suspects:
            try:
                reports = self._submit([suspect]).result()
            except Exception as found:  # noqa: BLE001 - as pickling may raise anything, too
                if isinstance(found, BrokenExecutor):
                    self._end()
                reports = [unread(suspect[1], found)]
            yield from reports

    def _stop(self) -> None:
        super()._stop()
        processes: dict[int, Any] = getattr(self._executor, "_processes", None) or {}
        for process in list(processes.values()):  # who may wait for a server for long
            process.terminate()
        self._end()

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


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
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """End when the first process is gone, however that went: nobody waits for more."""
    import os

    if parent is not None:
        parent.join()
        os._exit(1)
