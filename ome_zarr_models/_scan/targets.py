"""Verdicts on hierarchies that are some of many: here, or in the event loop of zarr."""

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
    """How hierarchies are judged."""

    depth: Depth
    max_requests: int
    max_per_host: int | None
    timeout: float | None
    retries: int
    models: bool


def validate_batch(targets: list[tuple[int, Target]], options: Options) -> list[Report]:
    """Judge some targets, each with its number, in a worker."""
    return list(validate_all(targets, options, None if options.models else _texts()))


@cache
def _texts() -> Texts:
    """Return what a worker keeps from one batch to the next."""
    return Texts()


def validate_all(
    targets: Iterable[tuple[int, Target]], options: Options, texts: Texts | None
) -> Iterator[Report]:
    """Judge targets, each with its number: here, or in the event loop of zarr where it must be."""
    loop = _InLoop(options, texts)
    try:
        for number, target in targets:
            report = _here(number, target, options, texts)
            if report is None:
                loop.start(number, target)
            else:
                yield report
            while loop.has_more:
                yield loop.next()
        while loop.is_busy:
            yield loop.next()
    finally:
        loop.stop()


def _here(number: int, target: Target, options: Options, texts: Texts | None) -> Report | None:
    """Return the report on what is read without an event loop; None for anything else."""
    begin = perf_counter()
    try:
        if is_document(target):
            return _of_document(number, target, options)
        location = _zarr_io.locate_here(target)
        if location is None:
            return None
        return _report(report_on_location(location, options.depth, texts), begin, options)
    except Exception as error:  # noqa: BLE001 - a store may raise anything
        return unread(target, error)


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

    def start(self, number: int, target: Target) -> None:
        """Start to validate a target."""
        if self._gate is None:  # only with the first: what it needs takes long to import
            of = self._options
            self._gate = Gate(of.max_requests, of.max_per_host, of.timeout, of.retries)
        future = loop.start_in_loop(self._validate(number, target, self._gate))
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
        if self._running:
            loop.in_loop(loop.finish_cancelled())

    async def _validate(self, number: int, target: Target, gate: Gate) -> Report:
        begin, options = perf_counter(), self._options
        try:
            location = await _zarr_io.locate_async(cast("zarr.Group | StoreLike", target))
            # Those that came first are first, so that reports do not all come at the end.
            outcome = await report_through(location, options.depth, self._texts, gate.at(number))
            return _report(outcome, begin, options)
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            return unread(target, error)


def unread(target: Target, error: Exception) -> Report:
    """Return the report on a target that a worker could not validate."""
    return report_on(outcome_of_error(target, error), perf_counter())


def _of_document(number: int, document: Any, options: Options) -> Report:
    report = validate(document)
    facts = facts_of(report.model)
    model = report.model if options.models else None
    return evolve(report, uri=f"targets[{number}]", model=model, facts=facts)


def _report(outcome: Outcome, begin: float, options: Options) -> Report:
    facts = facts_of(outcome.partial, options.depth)
    if facts.labels is not None and any(each.rule in UNREAD_RULES for each in outcome.problems):
        facts = evolve(facts, labels=None)
    return report_on(outcome, begin, facts=facts, has_model=options.models)
