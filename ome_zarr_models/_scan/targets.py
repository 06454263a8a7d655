"""Validation of the targets of a scan in one process."""

from __future__ import annotations

from functools import cache
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import evolve, frozen

from .._reading.hierarchy import Texts
from .._reading.outcome import UNREAD_RULES, Outcome
from .._reading.read import outcome_of_error, report_on_location, report_through
from .._reports.facts import facts_of
from .._reports.report import is_document, report_on, validate
from .._zarr import loop
from .._zarr import store as _zarr_io
from .._zarr.requests import Gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Future

    import zarr

    from .._reports.report import Report
    from ..typing import Depth, StoreLike


Target: TypeAlias = "Mapping[str, Any] | zarr.Group | StoreLike"


@frozen
class Options:
    """The options of a scan that apply to each target."""

    depth: Depth
    max_requests: int
    max_per_host: int | None
    timeout: float | None
    retries: int
    models: bool
    max_bytes: int


def validate_batch(targets: list[tuple[int, Target]], options: Options) -> list[Report]:
    """Validate a batch of numbered targets in a worker."""
    return list(validate_all(targets, options, None if options.models else _texts()))


@cache
def _texts() -> Texts:
    """Return the cache of texts that a worker keeps from one batch to the next."""
    return Texts()


def validate_all(
    targets: Iterable[tuple[int, Target]], options: Options, texts: Texts | None
) -> Iterator[Report]:
    """Validate numbered targets: local ones directly, the others concurrently."""
    concurrent = _ConcurrentValidation(options, texts)
    try:
        for number, target in targets:
            report = _validate_local(number, target, options, texts)
            if report is None:
                concurrent.start(number, target)
            else:
                yield report
            while concurrent.has_more:
                yield concurrent.next()
        while concurrent.is_busy:
            yield concurrent.next()
    finally:
        concurrent.stop()


def _validate_local(
    number: int, target: Target, options: Options, texts: Texts | None
) -> Report | None:
    """Return the report on a document or a local folder; None for any other target."""
    begin = perf_counter()
    try:
        if is_document(target):
            return _validate_document(number, target, options)
        location = _zarr_io.locate_here(target)
        if location is None:
            return None
        outcome = report_on_location(location.bounded(options.max_bytes), options.depth, texts)
        return _with_facts(outcome, begin, options)
    except Exception as error:  # noqa: BLE001 - a store may raise anything
        return unreadable(target, error)


class _ConcurrentValidation:
    """
    Validation of targets in the event loop of zarr.

    Enough targets run at once to make full use of `max_requests`.
    """

    def __init__(self, options: Options, texts: Texts | None) -> None:
        self._options = options
        self._texts = texts
        self._capacity = 2 * options.max_requests
        self._gate: Gate | None = None
        self._running: set[Future[Report]] = set()
        self._done: SimpleQueue[Future[Report]] = SimpleQueue()

    @property
    def is_busy(self) -> bool:
        """Whether targets are still being validated."""
        return bool(self._running)

    @property
    def has_more(self) -> bool:
        """Whether to take a report before the next target is started."""
        return len(self._running) >= self._capacity or not self._done.empty()

    def start(self, number: int, target: Target) -> None:
        """Start to validate a target."""
        if self._gate is None:  # created with the first target, as it imports asyncio
            options = self._options
            self._gate = Gate(
                options.max_requests, options.max_per_host, options.timeout, options.retries
            )
        future = loop.start_in_loop(self._validate(number, target, self._gate))
        self._running.add(future)
        future.add_done_callback(self._done.put)

    def next(self) -> Report:
        """Return the next report; wait for it if necessary."""
        future = self._done.get()
        self._running.discard(future)
        return future.result()

    def stop(self) -> None:
        """Cancel the targets that are being validated."""
        for future in self._running:
            future.cancel()
        if self._running:
            loop.in_loop(loop.finish_cancelled())

    async def _validate(self, number: int, target: Target, gate: Gate) -> Report:
        begin, options = perf_counter(), self._options
        try:
            location = await _zarr_io.locate_async(cast("zarr.Group | StoreLike", target))
            location = location.bounded(options.max_bytes)
            # Earlier targets have priority, so that reports arrive all along.
            outcome = await report_through(location, options.depth, self._texts, gate.at(number))
            return _with_facts(outcome, begin, options)
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            return unreadable(target, error)


def unreadable(target: Target, error: Exception) -> Report:
    """Return the report on a target whose validation raised an error."""
    return report_on(outcome_of_error(target, error), perf_counter())


def _validate_document(number: int, document: Any, options: Options) -> Report:
    report = validate(document)
    facts = facts_of(report.model)
    model = report.model if options.models else None
    return evolve(report, uri=f"targets[{number}]", model=model, facts=facts)


def _with_facts(outcome: Outcome, begin: float, options: Options) -> Report:
    """Return the report on an outcome, with its facts."""
    facts = facts_of(outcome.partial, options.depth)
    # The labels group counts as missing if it could not be read.
    is_incomplete = any(problem.rule in UNREAD_RULES for problem in outcome.problems)
    if is_incomplete and facts.labels is not None:
        facts = evolve(facts, labels=None)
    return report_on(outcome, begin, facts=facts, has_model=options.models)
