"""Jobs in the event loop of zarr, so many requests at once."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
    from concurrent.futures import Future


T = TypeVar("T")


Answer: TypeAlias = bytes | Exception | None
"""The bytes of a key; None if it is not there; or the error with which the store refused."""


Answers: TypeAlias = Generator["list[str]", "Mapping[str, Answer]", T]
"""A walk over a store: it yields the keys that it needs next, and is sent their answers."""


MAX_REQUESTS: Final = 64


async def for_each(
    job: Callable[[T], Awaitable[None]], items: Iterable[T], max_requests: int = MAX_REQUESTS
) -> None:
    """Do a job for each item, so many at once; none of them outlives this."""
    from asyncio import TaskGroup

    todo = list(items)
    waiting = iter(todo)

    async def work() -> None:
        for item in waiting:
            await job(item)

    try:
        async with TaskGroup() as workers:
            for _ in range(min(max_requests, len(todo))):
                workers.create_task(work())
    except ExceptionGroup as failed:  # the first error is the reason; the others were under way
        first = failed.exceptions[0]
        raise first from first.__cause__


def start_in_loop(job: Coroutine[Any, Any, T]) -> Future[T]:
    """Start a job in zarr's own event loop."""
    from asyncio import run_coroutine_threadsafe

    from zarr.core.sync import (
        _get_loop,  # pyright: ignore[reportPrivateUsage] - zarr has no public name for it
    )

    return run_coroutine_threadsafe(job, _get_loop())


async def finish_cancelled() -> None:
    """Let what was cancelled come to its end."""
    from asyncio import sleep

    for _ in range(9):
        await sleep(0.001)


def in_loop(job: Coroutine[Any, Any, T]) -> T:
    """Run a job in zarr's own event loop: the sessions of its remote stores live there."""
    from zarr.core.sync import sync

    return sync(job)
