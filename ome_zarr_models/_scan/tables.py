"""Tables of reports, with one row per target, written row by row."""

from __future__ import annotations

import csv
import json
import os
import sys
from abc import abstractmethod
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_GROUP_SIZE: Final = 10_000
"""The number of rows of a row group in a Parquet file."""
COLUMNS: Final[Mapping[str, str]] = {
    "uri": "string",
    "kind": "string",
    "version": "string",
    "status": "string",
    "errors": "int64",
    "warnings": "int64",
    "problem": "string",
    "axes": "list<string>",
    "shape": "list<int64>",
    "dtype": "string",
    "levels": "int64",
    "voxel_size": "list<double>",
    "units": "list<string>",
    "channels": "int64",
    "labels": "int64",
    "wells": "int64",
    "requests": "int64",
    "seconds": "double",
}
"""The columns of a table, with their types in Parquet."""


def open_table(path: str, *, resume: bool) -> Table:
    """
    Open a table file for writing.

    Parameters
    ----------
    path : str
        The file; its extension is ``.jsonl``, ``.csv`` or ``.parquet``.
    resume : bool
        Whether to append to an existing table.

    Returns
    -------
    Table
        The table, which is a context manager.

    Raises
    ------
    FileExistsError
        If the file exists and `resume` is false.
    ImportError
        If the format needs a library that is not installed; the message names the extra.
    ValueError
        If the extension is unknown, or the file is not a table of reports.
    """
    table_class = _CLASSES.get(Path(path).suffix)
    if table_class is None:
        msg = f"expected a file with the extension {', '.join(_CLASSES)}, got {path!r}"
        raise ValueError(msg)
    return table_class(Path(path), resume=resume)


class Table:
    """
    A file of rows.

    ``known`` maps the URIs of the rows that the file already had to their statuses.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        if path.exists() and not resume:
            msg = f"{path} already exists: resume it, or write to another file"
            raise FileExistsError(msg)
        self._path = path
        self._resume = resume
        self.known: dict[str, str] = {}
        self._open()

    @abstractmethod
    def _open(self) -> None:
        """Open the file and read the known URIs."""

    @abstractmethod
    def write(self, row: Mapping[str, Any]) -> None:
        """Write a row and flush it."""

    @abstractmethod
    def close(self) -> None:
        """Complete and close the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Text(Table):
    """A table with one line per row, whose last line may be incomplete."""

    begin: ClassVar[bytes]
    """The first bytes of any such file."""
    _file: IO[str]

    def _open(self) -> None:
        complete = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                lines = [line for line in file if line.endswith(b"\n")]
                complete = sum(map(len, lines))
                file.seek(0)
                start = file.read(len(self.begin)) if not lines else self.begin
            if not self.begin.startswith(start):
                msg = f"expected a table of reports in {self._path}, got another file"
                raise ValueError(msg)
            rows = self._rows(map(bytes.decode, lines))
            self.known = {str(row["uri"]): str(row["status"]) for row in rows}
        self._file = self._path.open("r+" if complete else "w", encoding="utf-8", newline="")
        self._file.truncate(complete)
        self._file.seek(complete)

    @abstractmethod
    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of some lines."""

    def _append(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _JSONLines(_Text):
    """A table of JSON lines: one object per row."""

    begin = b'{"uri"'

    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for line in lines:
            yield _parse_row(line, self._path)

    def write(self, row: Mapping[str, Any]) -> None:
        self._append(f"{json.dumps(row)}\n")


class _CSV(_Text):
    """A table of comma-separated values, in which lists are JSON."""

    begin = b"uri,"

    def _open(self) -> None:
        super()._open()
        self._writer = csv.DictWriter(self._file, [*COLUMNS], lineterminator="\n")
        if not self._file.tell():
            self._writer.writeheader()

    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        limit = csv.field_size_limit(sys.maxsize)  # names may be long
        try:
            rows = csv.DictReader(lines)
            if rows.fieldnames is not None and [*rows.fieldnames] != [*COLUMNS]:
                msg = f"expected the columns {', '.join(COLUMNS)} in {self._path}, got others"
                raise ValueError(msg)
            yield from rows
        finally:
            csv.field_size_limit(limit)

    def write(self, row: Mapping[str, Any]) -> None:
        self._writer.writerow(
            {
                name: json.dumps(value) if isinstance(value, list) else value
                for name, value in row.items()
            }
        )
        self._file.flush()


class _Parquet(Table):
    """
    A table in a Parquet file, which is written as a whole when it is closed.

    Until then its rows are JSON lines in a file beside it, which survives an interruption.
    """

    def _open(self) -> None:
        self._io = _ParquetIO()
        self._part = Path(f"{self._path}.partial")
        if self._part.exists() and not self._resume:
            msg = f"{self._part} already exists, from another run: resume it, or delete it"
            raise FileExistsError(msg)
        self._existing = self._io.known(self._path) if self._path.exists() else dict[str, str]()
        self._lines = _JSONLines(self._part, resume=True)
        self.known = self._existing | self._lines.known

    def write(self, row: Mapping[str, Any]) -> None:
        self._lines.write(row)

    def close(self) -> None:
        self._lines.close()
        with self._part.open(encoding="utf-8") as file:
            rows = (_parse_row(line, self._part) for line in file)
            new = (row for row in rows if row["uri"] not in self._existing)
            self._io.write(self._path, new, append=bool(self._existing))
        self._part.unlink()


class _ParquetIO:
    """Reading and writing of Parquet files with pyarrow, an optional dependency."""

    def __init__(self) -> None:
        try:
            self._arrow: Any = import_module("pyarrow")
            self._parquet: Any = import_module("pyarrow.parquet")
        except ImportError as error:
            msg = "Parquet needs pyarrow: pip install 'ome-zarr-models-attrs[parquet]'"
            raise ImportError(msg) from error
        scalars: Any = {name: getattr(self._arrow, name)() for name in ("string", "int64")}
        scalars["double"] = self._arrow.float64()
        lists = {f"list<{name}>": self._arrow.list_(type_) for name, type_ in scalars.items()}
        types = {**scalars, **lists}
        self._schema = self._arrow.schema([(name, types[type_]) for name, type_ in COLUMNS.items()])

    def known(self, path: Path) -> dict[str, str]:
        """Return the URIs in a file, with their statuses."""
        if self._parquet.read_schema(path).names != [*COLUMNS]:
            msg = f"expected the columns {', '.join(COLUMNS)} in {path}, got others"
            raise ValueError(msg)
        table = self._parquet.read_table(path, columns=["uri", "status"])
        return dict(
            zip(*(table.column(name).to_pylist() for name in ("uri", "status")), strict=True)
        )

    def write(self, path: Path, rows: Iterator[Any], *, append: bool) -> None:
        """Write rows to a file in one step, after its present rows if `append` is true."""
        part = Path(f"{path}.part")
        with self._parquet.ParquetWriter(part, self._schema) as writer:
            if append:
                for batch in self._parquet.ParquetFile(path).iter_batches():
                    writer.write_batch(batch.cast(self._schema))
            while group := list(islice(rows, _GROUP_SIZE)):
                writer.write_table(self._arrow.Table.from_pylist(group, schema=self._schema))
        os.replace(part, path)  # noqa: PTH105 - readers see the old file or the new


def _parse_row(line: str, path: Path) -> Mapping[str, Any]:
    try:
        row: Mapping[str, Any] = json.loads(line)
        _ = row["uri"], row["status"]
    except (ValueError, TypeError, KeyError) as error:
        msg = f"expected a table of reports in {path}, got the line {line[:80]!r}"
        raise ValueError(msg) from error
    return row


_CLASSES: Final[Mapping[str, type[Table]]] = {
    ".jsonl": _JSONLines,
    ".csv": _CSV,
    ".parquet": _Parquet,
}
