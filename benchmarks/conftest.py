"""The library that is measured, and the image that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import data
from .libraries import LIBRARIES, Attrs

if TYPE_CHECKING:
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the library."""
    parser.addoption("--library", choices=LIBRARIES, default="attrs")


@pytest.fixture(scope="session")
def library(request: pytest.FixtureRequest) -> Attrs:
    """Return the library that is measured."""
    return LIBRARIES[str(request.config.getoption("--library"))]()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the image."""
    return data.write(tmp_path_factory.mktemp("image.zarr"))
