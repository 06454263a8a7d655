"""Limits, timeouts and retries for the requests of a scan."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .._json.values import at, is_object

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Awaitable, Callable, Iterator


T = TypeVar("T")

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 10.0
_TRANSIENT_STATUSES: Final = frozenset((408, 425, 429))
"""The HTTP statuses below 500 after which a retry may succeed."""
_SERVER_ERROR: Final = 500
_NETWORK_ERRORS: Final = ("Timeout", "Connect", "Disconnected", "Payload", "ReadError")
"""Parts of the names of the exceptions that HTTP clients raise for network failures."""


class Gate:
    """
    Limit the number of concurrent requests, over all hosts and to each host.

    A request that fails with a transient error is retried after a pause. The pauses grow,
    and have a random part, so that requests that failed together are not retried together.

    Parameters
    ----------
    max_requests : int
        The maximum number of concurrent requests.
    max_per_host : int, optional
        The maximum number of concurrent requests to one host; `max_requests` if not given.
    timeout : float, optional
        How long to wait for an answer, in seconds; without a limit if not given.
    retries : int
        The maximum number of retries of a request.
    """

    def __init__(
        self,
        max_requests: int,
        max_per_host: int | None = None,
        timeout: float | None = None,
        retries: int = 2,
    ) -> None:
        self._slots = _Slots(max_requests)
        self._max_per_host = min(max_per_host or max_requests, max_requests)
        self._host_slots: dict[str, _Slots] = {}
        self._timeout = timeout
        self._retries = retries

    def at(self, rank: int) -> RankedGate:
        """Return this gate for requests of a rank; those of the lowest rank go first."""
        return RankedGate(self, rank)

    async def ask(self, host: str, request: Callable[[], Awaitable[T]], rank: int = 0) -> T:
        """
        Send a request to a host and return the answer.

        Parameters
        ----------
        host : str
            The host whose limit applies.
        request : callable
            Starts the request; it is called once for each attempt.
        rank : int
            The rank of the request; of those that wait, the lowest is sent first.

        Returns
        -------
        object
            The result of the request.

        Raises
        ------
        Exception
            The error of the last attempt.
        """
        from asyncio import sleep
        from random import uniform

        pause = _FIRST_PAUSE
        for _ in range(self._retries):
            try:
                return await self._ask_once(host, request, rank)
            except Exception as error:
                if not is_transient(error):
                    raise
            await sleep(uniform(pause / 2, pause))  # noqa: S311 - not for cryptography
            pause = min(2 * pause, _LONGEST_PAUSE)
        return await self._ask_once(host, request, rank)

    async def _ask_once(self, host: str, request: Callable[[], Awaitable[T]], rank: int) -> T:
        host_slots = self._host_slots.setdefault(host, _Slots(self._max_per_host))
        await host_slots.acquire(rank)
        try:
            await self._slots.acquire(rank)
            try:
                return await self._await_answer(request)
            finally:
                self._slots.release()
        finally:
            host_slots.release()

    async def _await_answer(self, request: Callable[[], Awaitable[T]]) -> T:
        from asyncio import timeout

        if self._timeout is None:
            return await request()
        deadline = timeout(self._timeout)
        try:
            async with deadline:
                return await request()
        except TimeoutError as error:
            if not deadline.expired():
                raise
            msg = f"no answer in {self._timeout:g} s"
            raise TimeoutError(msg) from error


class RankedGate:
    """A gate that gives all its requests one rank."""

    def __init__(self, gate: Gate, rank: int) -> None:
        self._gate = gate
        self._rank = rank

    async def ask(self, host: str, request: Callable[[], Awaitable[T]]) -> T:
        """Send a request to a host and return the answer, as `Gate.ask` does."""
        return await self._gate.ask(host, request, self._rank)


class _Slots:
    """A semaphore whose waiting tasks are served by rank, the lowest first."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._waiting: list[tuple[int, int, Future[None]]] = []
        self._count = count()

    async def acquire(self, rank: int) -> None:
        """Wait for a free slot and take it."""
        from asyncio import get_running_loop

        if self._free:
            self._free -= 1
            return
        turn: Future[None] = get_running_loop().create_future()
        heappush(self._waiting, (rank, next(self._count), turn))
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # cancelled after it got a slot
                self.release()
            raise

    def release(self) -> None:
        """Pass the slot on to the next waiting task, or free it."""
        while self._waiting:
            _, _, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def is_transient(error: BaseException) -> bool:
    """Return whether a request that failed with an error may succeed later."""
    for cause in _causes(error):
        status = _http_status(cause)
        if status is not None:
            return status >= _SERVER_ERROR or status in _TRANSIENT_STATUSES
        if isinstance(cause, PermissionError | FileNotFoundError):
            return False
        if isinstance(cause, TimeoutError | ConnectionError):
            return True
        if any(name in type(cause).__name__ for name in _NETWORK_ERRORS):
            return True
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and the chain of its causes."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        context = None if cause.__suppress_context__ else cause.__context__
        cause = cause.__cause__ or context


def _http_status(error: Any) -> int | None:
    """Return the HTTP status of an error of aiohttp, httpx, gcsfs or botocore, if it has one."""
    response: Any = getattr(error, "response", None)
    if is_object(response):
        response = at(response, "ResponseMetadata", "HTTPStatusCode")
    status: Any = getattr(response, "status_code", response)
    for name in ("status", "status_code", "code"):  # `code` last: aiohttp deprecates its own
        if isinstance(status, int):
            return status
        status = getattr(error, name, None)
    return status if isinstance(status, int) else None
