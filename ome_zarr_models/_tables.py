"""Tables of reports: a row an image, written as soon as it is there."""

from __future__ import annotations

import csv
import json
import os
from abc import abstractmethod
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["COLUMNS", "Table", "open_table"]

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
    """A file of rows; ``known`` are the URIs of those that were there before."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        if path.exists() and not resume:
            msg = f"{path} is there already: resume it, or write to another file"
            raise FileExistsError(msg)
        self._path = path
        self.known: set[str] = set()
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

    _file: IO[str]

    def _open(self) -> None:
        whole = 0
        if self._path.exists():
            text = self._path.read_bytes()
            whole = text.rfind(b"\n") + 1
            self.known = {str(row["uri"]) for row in self._rows(text[:whole].decode())}
        self._file = self._path.open("r+" if whole else "w", encoding="utf-8", newline="")
        self._file.truncate(whole)
        self._file.seek(whole)

    @abstractmethod
    def _rows(self, text: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a text."""

    def _add(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _JSONLines(_Text):
    """A JSON object a line."""

    def _rows(self, text: str) -> Iterator[Mapping[str, Any]]:
        for line in text.splitlines():
            yield _row_of(line, self._path)

    def write(self, row: Mapping[str, Any]) -> None:
        self._add(f"{json.dumps(row)}\n")


class _CSV(_Text):
    """Values with commas between them; lists are JSON."""

    def _open(self) -> None:
        super()._open()
        self._writer = csv.DictWriter(self._file, [*COLUMNS], lineterminator="\n")
        if not self._file.tell():
            self._writer.writeheader()

    def _rows(self, text: str) -> Iterator[Mapping[str, Any]]:
        rows = csv.DictReader(text.splitlines(keepends=True))
        if text and [*(rows.fieldnames or ())] != [*COLUMNS]:
            msg = f"expected the columns {', '.join(COLUMNS)} in {self._path}, got others"
            raise ValueError(msg)
        yield from rows

    def write(self, row: Mapping[str, Any]) -> None:
        # A row is a line, also where a message is more than one.
        self._writer.writerow(
            {
                name: json.dumps(value)
                if isinstance(value, list)
                else " ".join(value.splitlines())
                if isinstance(value, str)
                else value
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
        self._lines = _JSONLines(Path(f"{self._path}.partial"), resume=True)
        self._before = self._arrow.read(self._path) if self._path.exists() else None
        self.known = {*self._lines.known}
        if self._before is not None:
            self.known |= set(self._before.column("uri").to_pylist())

    def write(self, row: Mapping[str, Any]) -> None:
        self._lines.write(row)

    def close(self) -> None:
        self._lines.close()
        lines = Path(f"{self._path}.partial")
        with lines.open(encoding="utf-8") as file:
            rows = [_row_of(line, lines) for line in file]
        self._arrow.write(rows, self._before, self._path)
        lines.unlink()


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

    def read(self, path: Path) -> Any:
        """Return the table in a file."""
        return self._parquet.read_table(path)

    def write(self, rows: list[Any], before: Any, path: Path) -> None:
        """Write rows after those of another table, in one step."""
        table = self._arrow.Table.from_pylist(rows, schema=self._schema)
        if before is not None:
            table = self._arrow.concat_tables([before.cast(self._schema), table])
        part = Path(f"{path}.part")
        self._parquet.write_table(table, part)
        os.replace(part, path)  # noqa: PTH105 - and no other file is ever seen


def _row_of(line: str, path: Path) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        row["uri"]
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
