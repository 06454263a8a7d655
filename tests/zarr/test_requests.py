"""Limits, timeouts and retries of requests."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ome_zarr_models._zarr.requests import Gate, is_transient
from ome_zarr_models._zarr.store import locate


class _RefusedError(Exception):
    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


class _ServerDisconnectedError(Exception):
    """One that aiohttp has."""


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class _Response:
    status_code = 502


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_RefusedError(status=503), True),
        (_RefusedError(status=429), True),
        (_RefusedError(status=403), False),
        (_RefusedError(status=404), False),
        (_RefusedError(response={"ResponseMetadata": {"HTTPStatusCode": 500}}), True),
        (_RefusedError(response={"Error": {}}), False),
        (_RefusedError(response=_Response()), True),
        (_RefusedError(status="busy"), False),
        (_RefusedError(code=503), True),
        (_caused(PermissionError(), TimeoutError()), False),
        (_ServerDisconnectedError(), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (PermissionError(), False),
        (ValueError(), False),
        (_caused(ValueError(), ConnectionResetError()), True),
        (_caused(_RefusedError(status=403), ConnectionResetError()), False),
    ],
)
def test_temporary_errors_are_recognized(error: Exception, expected: bool) -> None:  # noqa: FBT001 - of a table
    assert is_transient(error) is expected


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 507, 599])
def test_statuses_after_which_a_retry_may_succeed(status: int) -> None:
    assert is_transient(_RefusedError(status=status))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 409, 410, 412, 416, 424, 428, 499])
def test_statuses_after_which_a_retry_fails_again(status: int) -> None:
    assert not is_transient(_RefusedError(status=status))


def test_pauses_between_retries_grow_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def refuse() -> None:
        raise ConnectionResetError

    monkeypatch.setattr("asyncio.sleep", sleep)
    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            asyncio.run(Gate(1, retries=9).ask("host", refuse))
    most = [min(0.1 * 2**i, 10) for i in range(9)]
    assert all(most[i % 9] / 2 <= pause <= most[i % 9] for i, pause in enumerate(pauses))
    assert pauses[:9] != pauses[9:]


def test_timeout_of_the_store_is_raised_as_it_is() -> None:
    async def refuse() -> None:
        msg = "of the store"
        raise TimeoutError(msg)

    with pytest.raises(TimeoutError, match="of the store"):
        asyncio.run(Gate(1, timeout=9, retries=0).ask("host", refuse))


def test_errors_that_cause_each_other_are_not_temporary() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert is_transient(first) is False


def test_cancelled_requests_free_their_places() -> None:
    async def work() -> list[int]:
        gate, done, free = Gate(1), list[int](), asyncio.Event()
        tasks: dict[int, asyncio.Task[None]] = {}

        async def ask(rank: int) -> None:
            await gate.at(rank).ask("host", free.wait)
            done.append(rank)
            if rank == 0:
                tasks[1].cancel()  # which has just been let in, and does not know yet

        async with asyncio.TaskGroup() as group:
            for rank in (0, 5, 3, 4, 1):
                tasks[rank] = group.create_task(ask(rank))
            await asyncio.sleep(0.01)
            tasks[3].cancel()
            await asyncio.sleep(0)
            free.set()
        return done

    assert asyncio.run(work()) == [0, 4, 5]


def test_local_store_has_no_host() -> None:
    assert locate("some/folder").host == ""
