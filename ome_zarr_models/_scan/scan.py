"""Verdicts on many hierarchies."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import TYPE_CHECKING

from .._reading.hierarchy import Texts
from .._reading.read import check_options
from .progress import Progress, shown
from .targets import Options, validate_all
from .workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from .._reports.report import Report
    from ..typing import Depth
    from .targets import Target


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
    TypeError
        If there is one target and no iterable.
    ValueError
        If an option is none.

    Examples
    --------
    >>> reports = scan([{"labels": ["cells"]}, {"labels": [1]}, "nowhere.zarr"])
    >>> sorted(report.status for report in reports)
    ['invalid', 'unreadable', 'valid']
    """
    if isinstance(targets, str | bytes | Mapping):
        msg = f"expected an iterable of targets, got {targets!r}: put it into a list"
        raise TypeError(msg)
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
        reports = validate_all(enumerate(targets), options, texts)
    else:
        reports = spread(enumerate(targets), options, executor, workers)
    total = len(targets) if isinstance(targets, Sized) else None
    if progress is False:
        return reports
    return shown(reports, None if progress is True else progress, total)
