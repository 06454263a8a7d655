"""The fixtures of the benchmarks: the library to measure and the hierarchies to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import data
from .libraries import LIBRARIES, Attrs

if TYPE_CHECKING:
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option ``--library``."""
    parser.addoption("--library", choices=LIBRARIES, default="attrs")


@pytest.fixture(scope="session")
def library(request: pytest.FixtureRequest) -> Attrs:
    """Return the library to measure."""
    return LIBRARIES[str(request.config.getoption("--library"))]()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a 0.4 image."""
    return data.write(tmp_path_factory.mktemp("image.zarr"))


@pytest.fixture(scope="session")
def folder_05(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a 0.5 image."""
    return data.write(tmp_path_factory.mktemp("image_05.zarr"), data.FILES_05)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the folders of 200 images of 0.5 with different names."""
    root = tmp_path_factory.mktemp("images")
    return [str(data.write(root / f"{i}.zarr", data.files_05(f"image {i}"))) for i in range(200)]


@pytest.fixture(scope="session")
def plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plate."""
    return data.write(tmp_path_factory.mktemp("plate.zarr"), data.plate_files())
