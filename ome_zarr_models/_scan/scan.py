"""Validation of many hierarchies."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import TYPE_CHECKING

from .._reading.hierarchy import Texts
from .._reading.read import check_options
from .progress import Progress, shown
from .targets import Options, validate_all
from .workers import validate_in_workers

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
    max_bytes: int = 64 * 2**20,
) -> Iterator[Report]:
    """
    Validate many documents or hierarchies, and yield each report as soon as it is ready.

    Problems of a target or its store are part of its report and never raised. Targets are
    consumed as they are needed, so that the iterable may be of any length.

    Parameters
    ----------
    targets : iterable of mapping, zarr.Group, or anything that `zarr.open_group` accepts
        The targets, as for `validate`. With workers they must be picklable: documents, paths
        and URLs.
    depth : {"attributes", "arrays", "all"}
        How much of each hierarchy to read, as for `validate`.
    max_requests : int
        The number of concurrent requests, over all targets and workers.
    max_per_host : int, optional
        The number of concurrent requests to one host.
    executor : concurrent.futures.Executor, optional
        The executor that runs the workers, for example one of dask, loky or mpi4py. It is
        not shut down.
    workers : int, optional
        The number of processes to start; with an executor, the number of its workers to keep
        busy. If neither is given, this process does all the work.
    progress : bool or callable
        Whether to display the progress on stderr, or a function to call with a `Progress`
        after each report.
    timeout : float, optional
        The number of seconds to wait for the response to a request.
    retries : int
        The number of retries after a server error, a broken connection or a timeout, with
        increasing pauses. Requests for forbidden or missing keys are not retried.
    models : bool
        Whether reports contain models, which take time to pickle and memory to keep.
    max_bytes : int
        The size in bytes of the largest document that is read, unpacked if it is in an
        archive. What is larger is a problem of the rule ``"too-large"``.

    Yields
    ------
    Report
        The report on each target, in the order of completion. `Report.facts` summarizes the
        image.

    Raises
    ------
    TypeError
        If `targets` is a single target instead of an iterable.
    ValueError
        If an option is out of range.

    Examples
    --------
    >>> reports = scan([{"labels": ["cells"]}, {"labels": [1]}, "nowhere.zarr"])
    >>> sorted(report.status for report in reports)
    ['invalid', 'unreadable', 'valid']
    """
    if isinstance(targets, str | bytes | Mapping):
        msg = f"expected an iterable of targets, got {targets!r}: put a single target into a list"
        raise TypeError(msg)
    check_options(depth=depth, max_requests=max_requests, max_bytes=max_bytes)
    for name, value, minimum in (
        ("max_per_host", max_per_host, 1),
        ("workers", workers, 1),
        ("retries", retries, 0),
    ):
        if value is not None and value < minimum:
            msg = f"expected {name} of at least {minimum}, got {value!r}"
            raise ValueError(msg)
    if timeout is not None and not timeout > 0:
        msg = f"expected a timeout above 0 seconds, got {timeout!r}"
        raise ValueError(msg)
    options = Options(depth, max_requests, max_per_host, timeout, retries, models, max_bytes)
    if executor is None and workers is None:
        texts = None if models else Texts()
        reports = validate_all(enumerate(targets), options, texts)
    else:
        reports = validate_in_workers(enumerate(targets), options, executor, workers)
    total = len(targets) if isinstance(targets, Sized) else None
    if progress is False:
        return reports
    return shown(reports, None if progress is True else progress, total)
