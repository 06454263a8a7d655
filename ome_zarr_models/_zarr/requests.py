"""How stores are asked when many hierarchies are read: so much at once, and again what may pass."""

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
_PASSING: Final = frozenset((408, 425, 429))
"""The statuses of HTTP below 500 that say that it may work later."""
_SERVER_ERROR: Final = 500
_NAMES: Final = ("Timeout", "Connect", "Disconnected", "Payload", "ReadError")
"""What the names of errors have in them that the network is the cause of."""


class Gate:
    """
    Lets requests through: at most so many at once, over all hosts and to each of them.

    What may pass is asked for again, after pauses that grow, and differ by chance, so that
    those who were refused together do not come back together.

    Parameters
    ----------
    max_requests : int
        How many requests may be under way at once.
    max_per_host : int, optional
        How many of them to one host.
    timeout : float, optional
        For how many seconds an answer is waited for.
    retries : int
        How often it is asked again.
    """

    def __init__(
        self,
        max_requests: int,
        max_per_host: int | None = None,
        timeout: float | None = None,
        retries: int = 2,
    ) -> None:
        self._all = _Door(max_requests)
        self._max_per_host = min(max_per_host or max_requests, max_requests)
        self._hosts: dict[str, _Door] = {}
        self._timeout = timeout
        self._retries = retries

    def at(self, rank: int) -> Ranked:
        """Return this gate for requests of a rank: the lowest go through first."""
        return Ranked(self, rank)

    async def ask(self, host: str, request: Callable[[], Awaitable[T]], rank: int = 0) -> T:
        """
        Return the answer of a host to a request.

        Raises
        ------
        Exception
            Whatever the last try raised.
        """
        from asyncio import sleep
        from random import uniform

        pause = _FIRST_PAUSE
        for _ in range(self._retries):
            try:
                return await self._once(host, request, rank)
            except Exception as error:
                if not may_pass(error):
                    raise
            await sleep(uniform(pause / 2, pause))  # noqa: S311 - nothing secret
            pause = min(2 * pause, _LONGEST_PAUSE)
        return await self._once(host, request, rank)

    async def _once(self, host: str, request: Callable[[], Awaitable[T]], rank: int) -> T:
        own = self._hosts.setdefault(host, _Door(self._max_per_host))
        await own.enter(rank)
        try:
            await self._all.enter(rank)
            try:
                return await self._answer(request)
            finally:
                self._all.leave()
        finally:
            own.leave()

    async def _answer(self, request: Callable[[], Awaitable[T]]) -> T:
        from asyncio import timeout

        if self._timeout is None:
            return await request()
        waiting = timeout(self._timeout)
        try:
            async with waiting:
                return await request()
        except TimeoutError as error:
            if not waiting.expired():
                raise
            msg = f"no answer in {self._timeout:g} s"
            raise TimeoutError(msg) from error


class Ranked:
    """A gate for requests of a rank."""

    def __init__(self, gate: Gate, rank: int) -> None:
        self._gate = gate
        self._rank = rank

    async def ask(self, host: str, request: Callable[[], Awaitable[T]]) -> T:
        """Return the answer of a host to a request, as the gate does."""
        return await self._gate.ask(host, request, self._rank)


class _Door:
    """Lets so many through at once; of those who wait, the one of the lowest rank is next."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._waiting: list[tuple[int, int, Future[None]]] = []
        self._count = count()

    async def enter(self, rank: int) -> None:
        """Wait for a place, and take it."""
        from asyncio import get_running_loop

        if self._places:
            self._places -= 1
            return
        turn: Future[None] = get_running_loop().create_future()
        heappush(self._waiting, (rank, next(self._count), turn))
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # it was let in, and is gone
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to who is next."""
        while self._waiting:
            _, _, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._places += 1


def may_pass(error: BaseException) -> bool:
    """Return whether a store may give later what it did not give with an error."""
    for cause in _causes(error):
        status = _status(cause)
        if status is not None:
            return status >= _SERVER_ERROR or status in _PASSING
        if isinstance(cause, PermissionError | FileNotFoundError):
            return False
        if isinstance(cause, TimeoutError | ConnectionError):
            return True
        if any(name in type(cause).__name__ for name in _NAMES):  # of a library of the store's
            return True
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and what led to it."""
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        yield found
        seen.add(id(found))
        context = None if found.__suppress_context__ else found.__context__
        found = found.__cause__ or context


def _status(error: Any) -> int | None:
    """Return the status of HTTP that an error of aiohttp, httpx, gcsfs or botocore has."""
    response: Any = getattr(error, "response", None)
    if is_object(response):
        response = at(response, "ResponseMetadata", "HTTPStatusCode")
    found: Any = getattr(response, "status_code", response)
    for name in ("status", "status_code", "code"):  # one by one: aiohttp's `code` is deprecated
        if isinstance(found, int):
            return found
        found = getattr(error, name, None)
    return found if isinstance(found, int) else None
