"""Benchmarks of one library: importing, parsing, dumping, constructing, opening."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from . import data

if TYPE_CHECKING:
    from pathlib import Path

    from .libraries import Attrs


def _import(statement: str) -> None:
    subprocess.run([sys.executable, "-c", statement], check=True)  # noqa: S603 - a constant statement


def test_bare_interpreter(benchmark: Any) -> None:
    benchmark.pedantic(_import, args=("pass",), rounds=15, warmup_rounds=2)


def test_import(benchmark: Any, library: Attrs) -> None:
    benchmark.pedantic(_import, args=(f"import {library.module}",), rounds=15, warmup_rounds=2)


def test_parse(benchmark: Any, library: Attrs) -> None:
    benchmark(library.parse)


def test_loads(benchmark: Any, library: Attrs) -> None:
    benchmark(library.loads)


def test_dumps(benchmark: Any, library: Attrs) -> None:
    benchmark(library.dumps, library.parse())


def test_construct(benchmark: Any, library: Attrs) -> None:
    benchmark(library.construct)


def test_open(benchmark: Any, library: Attrs, folder: Path) -> None:
    benchmark(library.open, library.open_group(folder))


def test_validate(benchmark: Any, library: Attrs, folder: Path) -> None:
    benchmark(library.validate, folder)


def test_read_files(benchmark: Any, folder: Path) -> None:
    benchmark(data.parse, data.files_in(folder))


def test_open_05(benchmark: Any, library: Attrs, folder_05: Path) -> None:
    benchmark(library.open_05, library.open_group(folder_05))


def test_scan(benchmark: Any, library: Attrs, folders: list[str]) -> None:
    library.scan(folders[:2])
    benchmark.pedantic(library.scan, (folders,), rounds=5, warmup_rounds=1)


def test_parse_plate(benchmark: Any, library: Attrs) -> None:
    benchmark(library.parse_plate)


def test_dumps_plate(benchmark: Any, library: Attrs) -> None:
    benchmark(library.dumps, library.parse_plate())


def test_parse_06(benchmark: Any, library: Attrs) -> None:
    library.parse_06()
    benchmark(library.parse_06)


def test_parse_scene(benchmark: Any, library: Attrs) -> None:
    library.parse_scene()
    benchmark(library.parse_scene)


def test_transform_points(benchmark: Any, library: Attrs) -> None:
    benchmark(library.transform_points, library.transform())


def test_open_plate(benchmark: Any, library: Attrs, plate: Path) -> None:
    benchmark.pedantic(library.open_plate, (library.open_group(plate),), rounds=3, warmup_rounds=1)


def test_read_plate(benchmark: Any, plate: Path) -> None:
    benchmark(data.parse, data.files_in(plate))
