"""A scan spread over workers: processes, or whatever an executor runs."""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from ._scan import judge_batch, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future

    from ._scan import Options, Target
    from ._validate import Report

__all__ = ["spread"]

_BATCH: Final = 32
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
    spreading = _Pool(options, workers or 1) if executor is None else None
    spreading = spreading or _Spread(options, executor, workers)
    return spreading.reports(targets)
