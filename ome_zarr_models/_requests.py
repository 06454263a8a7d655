"""How stores are asked when many hierarchies are read: so much at once, and again what may pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from ._values import at, is_object

if TYPE_CHECKING:
    from asyncio import Semaphore
    from collections.abc import Awaitable, Callable, Iterator

__all__ = ["Gate", "may_pass"]

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 10.0
_PASSING: Final = frozenset((408, 425, 429))
"""The statuses of HTTP below 500 that say that it may work later."""
_SERVER_ERROR: Final = 500
_NAMES: Final = ("Timeout", "Connection", "Disconnected", "Payload")
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
        from asyncio import Semaphore

        self._all = Semaphore(max_requests)
        self._max_per_host = min(max_per_host or max_requests, max_requests)
        self._hosts: dict[str, Semaphore] = {}
        self._timeout = timeout
        self._retries = retries

    async def ask(self, host: str, request: Callable[[], Awaitable[T]]) -> T:
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
                return await self._once(host, request)
            except Exception as error:
                if not may_pass(error):
                    raise
            await sleep(uniform(pause / 2, pause))  # noqa: S311 - nothing secret
            pause = min(2 * pause, _LONGEST_PAUSE)
        return await self._once(host, request)

    async def _once(self, host: str, request: Callable[[], Awaitable[T]]) -> T:
        from asyncio import timeout

        async with self._host(host), self._all:
            waiting = timeout(self._timeout)
            try:
                async with waiting:
                    return await request()
            except TimeoutError as error:
                if not waiting.expired():
                    raise
                msg = f"no answer in {self._timeout:g} s"
                raise TimeoutError(msg) from error

    def _host(self, host: str) -> Semaphore:
        from asyncio import Semaphore

        if host not in self._hosts:
            self._hosts[host] = Semaphore(self._max_per_host)
        return self._hosts[host]


def may_pass(error: BaseException) -> bool:
    """Return whether a store may give later what it did not give with an error."""
    for cause in _causes(error):
        status = _status(cause)
        if status is not None:
            return status >= _SERVER_ERROR or status in _PASSING
        if isinstance(cause, TimeoutError | ConnectionError):
            return True
        if any(name in type(cause).__name__ for name in _NAMES):  # of a library of the store's
            return True
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and what led to it."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _status(error: Any) -> int | None:
    """Return the status of HTTP that an error of aiohttp, httpx or botocore has."""
    response: Any = getattr(error, "response", None)
    if is_object(response):
        response = at(response, "ResponseMetadata", "HTTPStatusCode")
    for status in (getattr(error, "status", None), getattr(response, "status_code", response)):
        if isinstance(status, int):
            return status
    return None
