"""Fixtures of all tests."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from .helpers.servers import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

# The time of an example depends on the machine.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

_SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the official cases, schemas and real metadata, beside the checkout."""
    if not _SHARED.is_dir():
        pytest.skip("the official cases and the real metadata are not on this machine")
    return _SHARED


@pytest.fixture
def server() -> Iterator[Served]:
    """Return a server that is stopped after the test."""
    served = Served({})
    thread = Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.over.set()
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def without_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let imports of fsspec fail, as they do where the extra is not installed."""
    for name in ("fsspec", "fsspec.core"):
        monkeypatch.setitem(sys.modules, name, None)
