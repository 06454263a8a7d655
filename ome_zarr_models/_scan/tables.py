"""Tables of reports, with one row per target, written row by row."""

from __future__ import annotations

import csv
import json
import os
import sys
from abc import abstractmethod
from importlib import import_module
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self

from .._zarr.files import try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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
_OTHER_COLUMNS: Final = f"expected the columns {', '.join(COLUMNS)}"
_STATUSES: Final = ("valid", "invalid", "unreadable")
_MAGIC: Final = b"PAR1"
"""The first bytes of a Parquet file."""


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
    BlockingIOError
        If another process is writing the table.
    ImportError
        If the format needs a library that is not installed; the message names the extra.
    ValueError
        If the extension is unknown, or the file is not a table of reports, or is damaged.
    """
    table_class = _CLASSES.get(Path(path).suffix)
    if table_class is None:
        msg = f"expected a file with the extension {', '.join(_CLASSES)}, got {path!r}"
        raise ValueError(msg)
    return table_class(Path(path), resume=resume)


class Table:
    """
    A file of rows, which one process at a time writes.

    Parameters
    ----------
    path : Path
        The file.
    resume : bool
        Whether to append to an existing table.

    Attributes
    ----------
    known : dict of str to str
        The statuses of the rows that the table had before, by their URIs.
    notes : list of str
        What an interrupted run left, and what becomes of it.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        self._resume = resume
        self.known: dict[str, str] = {}
        self.notes: list[str] = []
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


def _open_locked(path: Path, *, resume: bool) -> int:
    """
    Open a file, or create it, and lock it.

    Raises
    ------
    BlockingIOError
        If another process has locked it.
    FileExistsError
        If the file exists and `resume` is false.
    """
    while True:
        opened, is_new = _open_or_create(path)
        is_locked = try_lock(opened)
        if is_locked and (is_new or resume) and _is_at(opened, path):
            return opened
        os.close(opened)
        if not is_locked:
            msg = f"{path} is being written by another scan: wait, or write to another file"
            raise BlockingIOError(msg)
        if not is_new and not resume:
            msg = f"{path} already exists: resume it, or write to another file"
            raise FileExistsError(msg)
        # Another scan removed the file before it was locked.


def _open_or_create(path: Path) -> tuple[int, bool]:
    """Return an open file, and whether it was created."""
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666), True
    except FileExistsError:
        return os.open(path, flags | os.O_CREAT, 0o666), False


def _is_at(opened: int, path: Path) -> bool:
    """Return whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


class _Text(Table):
    """A table with one line per row, whose last line may be incomplete."""

    begin: ClassVar[bytes]
    """The first bytes of any such file."""
    _file: IO[str]

    def _open(self) -> None:
        file = os.fdopen(_open_locked(self._path, resume=self._resume), "r+b")
        try:
            complete = self._read(file)
            file.truncate(complete)
            file.seek(complete)
        except BaseException:
            file.close()
            raise
        self._file = TextIOWrapper(file, encoding="utf-8", newline="")

    def _read(self, file: IO[bytes]) -> int:
        """Read the known URIs, and return the length of all complete lines."""
        start = file.read(len(self.begin))
        if start != self.begin[: len(start)]:
            self._refuse(1, start, _OTHER_COLUMNS)
        file.seek(0)
        complete = 0
        for number, line in enumerate(file, 1):
            try:
                if b"\0" in line:
                    msg = "there are NUL characters in it"
                    raise ValueError(msg)  # noqa: TRY301 - as what else is wrong with a line
                if line.endswith(b"\n"):
                    self._read_line(line.decode(), is_first=number == 1)
                    complete += len(line)
                else:
                    self._check_end(line)
                    self.notes.append(
                        f"{self._path}: the last line was cut off by an interruption, "
                        "and is removed"
                    )
            except (ValueError, csv.Error) as error:
                self._refuse(number, line, str(error))
        return complete

    def _refuse(self, number: int, line: bytes, reason: str) -> NoReturn:
        shown = ascii(line[:60].decode(errors="backslashreplace"))
        msg = (
            f"expected a table of reports in {self._path}, got line {number} {shown}: {reason}. "
            "Nothing is written: correct the line, or write to another file"
        )
        raise ValueError(msg) from None

    @abstractmethod
    def _read_line(self, line: str, *, is_first: bool) -> None:
        """Read a complete line; raise for what no table has."""

    def _check_end(self, line: bytes) -> None:
        """Raise if an incomplete last line is not the beginning of a row."""

    def _add(self, row: Mapping[str, Any]) -> None:
        uri, status = row["uri"], row["status"]
        if type(uri) is not str or status not in _STATUSES:
            msg = f"expected a URI and a status, got {uri!r} and {status!r}"
            raise ValueError(msg)
        self.known[uri] = status

    def _append(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _JSONLines(_Text):
    """A table of JSON lines: one object per row."""

    begin = b'{"uri"'

    def _read_line(self, line: str, *, is_first: bool) -> None:  # noqa: ARG002 - there is no header
        self._add(_parse_row(line))

    def _check_end(self, line: bytes) -> None:
        if not line.startswith(self.begin[: len(line)]):
            msg = "expected a row"
            raise ValueError(msg)

    def write(self, row: Mapping[str, Any]) -> None:
        self._append(f"{json.dumps(row)}\n")

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield all rows, those of earlier runs first."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield _parse_row(line)


class _CSV(_Text):
    """A table of comma-separated values, in which lists are JSON."""

    begin = ",".join(COLUMNS).encode()

    def _open(self) -> None:
        limit = csv.field_size_limit(sys.maxsize)  # names may be long
        try:
            super()._open()
        finally:
            csv.field_size_limit(limit)
        self._writer = csv.DictWriter(self._file, [*COLUMNS], lineterminator="\n")
        if not self._file.tell():
            self._writer.writeheader()
            self._file.flush()

    def _read_line(self, line: str, *, is_first: bool) -> None:
        (cells,) = csv.reader([line], strict=True)  # rows have no line breaks
        if is_first and cells != [*COLUMNS]:
            raise ValueError(_OTHER_COLUMNS)
        if not is_first:
            if len(cells) != len(COLUMNS):
                msg = f"expected {len(COLUMNS)} cells, got {len(cells)}"
                raise ValueError(msg)
            self._add(dict(zip(COLUMNS, cells, strict=True)))

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
        if self._path.exists() and not self._resume:
            msg = f"{self._path} already exists: resume it, or write to another file"
            raise FileExistsError(msg)
        is_new = not self._part.exists()
        self._lines = _JSONLines(self._part, resume=self._resume)
        try:
            self._existing = self._io.known(self._path) if self._path.exists() else {}
            if not is_new:
                count = len(self._lines.known)
                self._lines.notes.append(
                    f"{self._part}: {count} rows of an interrupted run are added to the table"
                )
            self.notes = [*self._lines.notes, *self._io.remove_leftover(self._path)]
        except BaseException:
            self._lines.close()
            if is_new:
                self._part.unlink()
            raise
        self.known = self._existing | self._lines.known

    def write(self, row: Mapping[str, Any]) -> None:
        self._lines.write(row)

    def close(self) -> None:
        try:
            new = (row for row in self._lines.rows() if row["uri"] not in self._existing)
            self._io.write(self._path, new, append=bool(self._existing))
            if sys.platform != "win32":  # where an open file cannot be removed
                self._part.unlink()  # while it is locked, so that no other run takes it up
        finally:
            self._lines.close()
        if sys.platform == "win32":
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
        """
        Return the URIs in a file, with their statuses.

        Raises
        ------
        ValueError
            If the file is no table of reports, or is damaged.
        """
        known: dict[str, str] = {}
        try:
            file = self._parquet.ParquetFile(path)
            with file:
                if self._described(file.schema_arrow) != self._described(self._schema):
                    raise ValueError(_OTHER_COLUMNS)  # noqa: TRY301 - one message for all
                for batch in file.iter_batches():  # of all columns, so that damage is seen now
                    uris, statuses = (batch.column(name).to_pylist() for name in ("uri", "status"))
                    known |= zip(uris, statuses, strict=True)
        except (ValueError, OSError) as error:  # those of pyarrow are either
            msg = (
                f"expected a table of reports in {path}, got: {error}. Nothing is written: "
                "write to another file"
            )
            raise ValueError(msg) from error
        return known

    @staticmethod
    def _described(schema: Any) -> list[tuple[str, str]]:
        # The name of the items of lists depends on the writer.
        return [(field.name, str(field.type).replace("element:", "item:")) for field in schema]

    def remove_leftover(self, path: Path) -> Iterator[str]:
        """Remove the unfinished file of a run that was killed as it completed its table."""
        part = Path(f"{path}.part")
        if part.exists():
            with part.open("rb") as file:
                start = file.read(len(_MAGIC))
            if start != _MAGIC[: len(start)]:
                msg = f"expected an unfinished Parquet file in {part}, got another: move it away"
                raise ValueError(msg)
            part.unlink()
            yield f"{part}: this unfinished file of an interrupted run is removed"

    def write(self, path: Path, rows: Iterator[Any], *, append: bool) -> None:
        """Write rows to a file in one step, after its present rows if `append` is true."""
        part = Path(f"{path}.part")
        try:
            with self._parquet.ParquetWriter(part, self._schema) as writer:
                if append:
                    for batch in self._parquet.ParquetFile(path).iter_batches():
                        writer.write_batch(batch.cast(self._schema))
                while group := list(islice(rows, _GROUP_SIZE)):
                    writer.write_table(self._arrow.Table.from_pylist(group, schema=self._schema))
            os.replace(part, path)  # noqa: PTH105 - readers see the old file or the new
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _parse_row(line: str) -> Mapping[str, Any]:
    """Return a row; raise if the value is not one."""
    row: Any = json.loads(line)
    if type(row) is not dict or row.keys() != COLUMNS.keys():
        raise ValueError(_OTHER_COLUMNS)
    return row  # pyright: ignore[reportUnknownVariableType] - its columns were checked


_CLASSES: Final[Mapping[str, type[Table]]] = {
    ".jsonl": _JSONLines,
    ".csv": _CSV,
    ".parquet": _Parquet,
}
