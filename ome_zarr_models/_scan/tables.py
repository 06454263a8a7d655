"""Tables of reports: a row an image, written as soon as it is there."""

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


_AT_ONCE: Final = 10_000
"""How many rows are put into a Parquet file at a time."""
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
"""The columns of a table, with the types that they have in Parquet."""


def open_table(path: str, *, resume: bool) -> Table:
    """
    Return the table in a file, to write to.

    Parameters
    ----------
    path : str
        The file, whose name ends with ``.jsonl``, ``.csv`` or ``.parquet``.
    resume : bool
        Whether to go on with what is there.

    Raises
    ------
    FileExistsError
        If something is there, and it is not to go on with it.
    ImportError
        If a library is not installed that is needed; it names the extra.
    ValueError
        If the name ends otherwise, or the file is no such table.
    """
    kind = _KINDS.get(Path(path).suffix)
    if kind is None:
        msg = f"expected a file of {', '.join(_KINDS)}, got {path!r}"
        raise ValueError(msg)
    return kind(Path(path), resume=resume)


class Table:
    """A file of rows; ``known`` are the URIs of those that were there before, with statuses."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        if path.exists() and not resume:
            msg = f"{path} is there already: resume it, or write to another file"
            raise FileExistsError(msg)
        self._path = path
        self._resume = resume
        self.known: dict[str, str] = {}
        self._open()

    @abstractmethod
    def _open(self) -> None:
        """Open the file, and learn what is known."""

    @abstractmethod
    def write(self, row: Mapping[str, Any]) -> None:
        """Write a row, such that it stays there."""

    @abstractmethod
    def close(self) -> None:
        """Finish the table."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Text(Table):
    """Rows that are lines, of which the last may be broken off."""

    begin: ClassVar[bytes]
    """What such a file begins with."""
    _file: IO[str]

    def _open(self) -> None:
        whole = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                lines = [line for line in file if line.endswith(b"\n")]
                whole = sum(map(len, lines))
                file.seek(0)
                rest = file.read(len(self.begin)) if not lines else self.begin
            if not self.begin.startswith(rest):
                msg = f"expected rows of a table in {self._path}, got something else"
                raise ValueError(msg)
            rows = self._rows(map(bytes.decode, lines))
            self.known = {str(row["uri"]): str(row["status"]) for row in rows}
        self._file = self._path.open("r+" if whole else "w", encoding="utf-8", newline="")
        self._file.truncate(whole)
        self._file.seek(whole)

    @abstractmethod
    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of lines."""

    def _add(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _JSONLines(_Text):
    """A JSON object a line."""

    begin = b'{"uri"'

    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for line in lines:
            yield _row_of(line, self._path)

    def write(self, row: Mapping[str, Any]) -> None:
        self._add(f"{json.dumps(row)}\n")


class _CSV(_Text):
    """Values with commas between them; lists are JSON."""

    begin = b"uri,"

    def _open(self) -> None:
        super()._open()
        self._writer = csv.DictWriter(self._file, [*COLUMNS], lineterminator="\n")
        if not self._file.tell():
            self._writer.writeheader()

    def _rows(self, lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        limit = csv.field_size_limit(sys.maxsize)  # a name may be long
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
    A Parquet file, which is written as a whole.

    Until then, its rows are JSON lines beside it, which outlive who writes them.
    """

    def _open(self) -> None:
        self._arrow = _Arrow()
        self._part = Path(f"{self._path}.partial")
        if self._part.exists() and not self._resume:
            msg = f"{self._part} is there of another run: resume it, or delete it"
            raise FileExistsError(msg)
        self._before = self._arrow.known(self._path) if self._path.exists() else dict[str, str]()
        self._lines = _JSONLines(self._part, resume=True)
        self.known = self._before | self._lines.known

    def write(self, row: Mapping[str, Any]) -> None:
        self._lines.write(row)

    def close(self) -> None:
        self._lines.close()
        with self._part.open(encoding="utf-8") as file:
            rows = (_row_of(line, self._part) for line in file)
            new = (row for row in rows if row["uri"] not in self._before)
            self._arrow.write(self._path, new, has_before=bool(self._before))
        self._part.unlink()


class _Arrow:
    """What is needed of pyarrow, which is an extra."""

    def __init__(self) -> None:
        try:
            self._arrow: Any = import_module("pyarrow")
            self._parquet: Any = import_module("pyarrow.parquet")
        except ImportError as error:
            msg = "Parquet needs pyarrow: pip install 'ome-zarr-models-attrs[parquet]'"
            raise ImportError(msg) from error
        plain: Any = {name: getattr(self._arrow, name)() for name in ("string", "int64")}
        plain["double"] = self._arrow.float64()
        lists = {f"list<{name}>": self._arrow.list_(each) for name, each in plain.items()}
        types = {**plain, **lists}
        self._schema = self._arrow.schema([(name, types[of]) for name, of in COLUMNS.items()])

    def known(self, path: Path) -> dict[str, str]:
        """Return the URIs in a file, with their statuses."""
        if self._parquet.read_schema(path).names != [*COLUMNS]:
            msg = f"expected rows of a table in {path}, got other columns"
            raise ValueError(msg)
        table = self._parquet.read_table(path, columns=["uri", "status"])
        return dict(
            zip(*(table.column(name).to_pylist() for name in ("uri", "status")), strict=True)
        )

    def write(self, path: Path, rows: Iterator[Any], *, has_before: bool) -> None:
        """Write rows after those of a file, in one step, and some at a time."""
        part = Path(f"{path}.part")
        with self._parquet.ParquetWriter(part, self._schema) as writer:
            if has_before:
                for batch in self._parquet.ParquetFile(path).iter_batches():
                    writer.write_batch(batch.cast(self._schema))
            while some := list(islice(rows, _AT_ONCE)):
                writer.write_table(self._arrow.Table.from_pylist(some, schema=self._schema))
        os.replace(part, path)  # noqa: PTH105 - and no other file is ever seen


def _row_of(line: str, path: Path) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        _ = row["uri"], row["status"]  # which every row has
    except (ValueError, TypeError, KeyError) as error:
        msg = f"expected rows of a table in {path}, got {line[:80]!r}"
        raise ValueError(msg) from error
    found: Mapping[str, Any] = row
    return found


_KINDS: Final[Mapping[str, type[Table]]] = {
    ".jsonl": _JSONLines,
    ".csv": _CSV,
    ".parquet": _Parquet,
}
