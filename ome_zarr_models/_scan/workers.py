"""Validation of the targets of a scan in worker processes or on an executor."""

from __future__ import annotations

from collections import deque
from concurrent.futures import BrokenExecutor
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias, cast

from attrs import evolve

from .targets import unreadable, validate_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

    from .._reports.report import Report
    from .targets import Options, Target


Batch: TypeAlias = "list[tuple[int, Target]]"

_SIZE: Final = 64
"""The maximal number of targets in a batch, large enough to make overhead small."""
_AHEAD: Final = 2
"""The number of batches per worker, so that none waits for its next batch."""


def validate_in_workers(
    targets: Iterable[tuple[int, Target]],
    options: Options,
    executor: Executor | None,
    workers: int | None,
) -> Iterator[Report]:
    """Validate numbered targets in workers, which share the limits on requests."""
    workers = workers or cast("int | None", getattr(executor, "_max_workers", None)) or _cores()
    # The own pool runs one batch per worker; any other executor may run all that it has.
    batches = workers if executor is None else _AHEAD * workers
    batches = min(batches, options.max_requests, options.max_per_host or options.max_requests)
    shared = evolve(
        options,
        max_requests=options.max_requests // batches,
        max_per_host=options.max_per_host and options.max_per_host // batches,
    )
    if executor is None:
        return _OwnPool(shared, batches).reports(targets)
    return _Workers(shared, batches, executor).reports(targets)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Workers:
    """Workers of an executor that belongs to the caller."""

    refusals: ClassVar[type[Exception]] = Exception
    """The errors of an executor that accepts no more batches."""

    def __init__(self, options: Options, capacity: int, executor: Executor | None = None) -> None:
        self._options = options
        self._capacity = capacity
        self._executor = executor
        self._running: dict[Future[list[Report]], Batch] = {}
        self._retries: deque[Batch] = deque()
        self._done: SimpleQueue[Future[list[Report]]] = SimpleQueue()
        self._started = 0

    def reports(self, targets: Iterable[tuple[int, Target]]) -> Iterator[Report]:
        """Yield the reports of each batch as soon as it is complete."""
        waiting = iter(targets)
        try:
            while (batch := self._next(waiting)) or self._running:
                if batch:
                    yield from self._start(batch)
                if len(self._running) >= self._capacity or not batch:
                    yield from self._take()
        except BaseException:
            self._stop()
            raise
        self._end()

    def _next(self, waiting: Iterator[tuple[int, Target]]) -> Batch:
        """Return the next batch; the first ones are small, so that all workers start soon."""
        if self._retries:
            return self._retries.popleft()
        size = min(_SIZE, 2 ** (self._started // self._capacity))
        return list(islice(waiting, size))

    def _start(self, batch: Batch) -> Iterator[Report]:
        self._started += 1
        try:
            future = self._submit(batch)
        except self.refusals as error:
            yield from self._handle_failure(batch, error)
        else:
            self._running[future] = batch
            future.add_done_callback(self._done.put)

    def _submit(self, batch: Batch) -> Future[list[Report]]:
        assert self._executor is not None, "given by the caller, or started by the subclass"
        return self._executor.submit(validate_batch, batch, self._options)

    def _take(self) -> Iterator[Report]:
        future = self._done.get()
        batch = self._running.pop(future)
        try:
            reports = future.result()
        except Exception as error:  # noqa: BLE001 - pickling and executors may raise anything
            yield from self._handle_failure(batch, error)
        else:
            yield from reports

    def _handle_failure(self, batch: Batch, error: Exception) -> Iterator[Report]:
        """Report a failed target as unreadable; split a larger batch to find the target."""
        if len(batch) == 1 or isinstance(error, BrokenExecutor):
            yield from (unreadable(target, error) for _, target in batch)
        else:
            self._retries += ([target] for target in batch)

    def _stop(self) -> None:
        for future in self._running:
            future.cancel()

    def _end(self) -> None:
        """Leave the executor running, as it belongs to the caller."""


class _OwnPool(_Workers):
    """A pool of our own, which survives a target that kills its process."""

    refusals = BrokenExecutor  # other errors at the start are those of the calling script

    def __init__(self, options: Options, workers: int) -> None:
        super().__init__(options, _AHEAD * workers)
        self._count = workers

    def _submit(self, batch: Batch) -> Future[list[Report]]:
        # Started with the first batch, because the iterable of targets may start threads.
        self._executor = self._executor or _pool(self._count)
        return super()._submit(batch)

    def _handle_failure(self, batch: Batch, error: Exception) -> Iterator[Report]:
        if not isinstance(error, BrokenExecutor):
            yield from super()._handle_failure(batch, error)
            return
        # All running batches are lost: any of their targets may have killed the process.
        suspects = [*batch, *(target for lost in self._running.values() for target in lost)]
        self._running.clear()
        self._done = SimpleQueue()
        self._end()
        for suspect in suspects:
            try:
                reports = self._submit([suspect]).result()
            except Exception as failure:  # noqa: BLE001 - pickling may raise anything
                if isinstance(failure, BrokenExecutor):
                    self._end()
                reports = [unreadable(suspect[1], failure)]
            yield from reports

    def _stop(self) -> None:
        super()._stop()
        processes: dict[int, Any] = getattr(self._executor, "_processes", None) or {}
        for process in list(processes.values()):  # each may be waiting for a server
            process.terminate()
        self._end()

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _pool(workers: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context  # slow to import
    from threading import active_count

    # A process with threads cannot safely be forked.
    context: BaseContext = get_context()
    if context.get_start_method() == "fork" and active_count() > 1:
        context = get_context("forkserver")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Prepare a worker: ignore Ctrl-C, which the main process handles, and end with it."""
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """Exit as soon as the main process is gone, for whatever reason."""
    import os

    if parent is not None:
        parent.join()
        os._exit(1)
