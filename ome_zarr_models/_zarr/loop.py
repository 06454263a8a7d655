"""Run coroutines in the event loop of zarr, with a bound on concurrent requests."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
    from concurrent.futures import Future


T = TypeVar("T")


Answer: TypeAlias = bytes | Exception | None
"""The bytes of a key, None if the key does not exist, or the error that the store raised."""


Answers: TypeAlias = Generator["list[str]", "Mapping[str, Answer]", T]
"""A walk over a store: it yields the keys that it needs next, and is sent their answers."""


MAX_REQUESTS: Final = 64
MAX_BYTES: Final = 64 * 2**20
"""The default bound on the size of a document."""


class TooLargeError(ValueError):
    """A document that is larger than the bound; it is not read to its end, and not parsed."""

    def __init__(self, max_bytes: int, size: int | None = None) -> None:
        super().__init__(max_bytes, size)
        self.max_bytes, self.size = max_bytes, size

    def __str__(self) -> str:
        size = "more" if self.size is None else self.size
        return f"expected at most {self.max_bytes} bytes, got {size}: a larger max_bytes reads it"


async def for_each(
    job: Callable[[T], Awaitable[None]], items: Iterable[T], max_requests: int = MAX_REQUESTS
) -> None:
    """
    Run a job for each item, at most `max_requests` at once.

    All jobs have ended when this returns or raises.

    Raises
    ------
    Exception
        The first error of a job. The jobs that were running are cancelled, and no more
        are started.
    """
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
    except ExceptionGroup as group:  # the first error is the cause of the others
        first = group.exceptions[0]
        raise first from first.__cause__


def start_in_loop(job: Coroutine[Any, Any, T]) -> Future[T]:
    """Start a coroutine in the event loop of zarr, and return its future."""
    from asyncio import run_coroutine_threadsafe

    from zarr.core.sync import (
        _get_loop,  # pyright: ignore[reportPrivateUsage] - zarr has no public name for it
    )

    return run_coroutine_threadsafe(job, _get_loop())


async def finish_cancelled() -> None:
    """Give cancelled tasks the time to end."""
    from asyncio import sleep

    for _ in range(9):
        await sleep(0.001)


def in_loop(job: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the event loop of zarr, where the sessions of its remote stores live."""
    from zarr.core.sync import sync

    return sync(job)
