"""The command `scan`, which writes tables."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import find, scan
from ome_zarr_models._scan.tables import COLUMNS, open_table

from ..helpers.cli import run
from ..helpers.factories import (
    array,
    below,
    broken,
    hierarchy,
    image,
    plate_hierarchy,
)
from ..helpers.stores import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


KINDS = ("jsonl", "csv", "parquet")


def test_unreadable_root_does_not_stop_the_others(tmp_path: Path) -> None:
    path = write(hierarchy(), tmp_path / "a.zarr")
    (tmp_path / "b.ozx").write_bytes(b"no zip")
    out = tmp_path / "out.jsonl"
    roots = [str(tmp_path / "b.ozx"), "nosuch://x", path]
    assert run("scan", *roots, "--output", str(out), "--quiet") == 2
    assert [row["status"] for row in _rows(out)].count("valid") == 1
    assert len(_rows(out)) == 3


def _rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    if path.suffix == ".csv":
        csv.field_size_limit(10**6)
        with path.open(newline="") as file:
            return [dict(row) for row in csv.DictReader(file)]
    parquet = pytest.importorskip("pyarrow.parquet")
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder of images, of which one is invalid, and of other things."""
    documents = {f"{i}.zarr/{k}": v for i in range(5) for k, v in hierarchy().items()}
    key = "3.zarr/.zattrs"
    documents[key] = broken(documents[key], ("multiscales", 0, "name"), "two\nlines")
    documents[key] = broken(documents[key], ("multiscales", 0, "axes", 0, "name"), "a\nb")
    documents["3.zarr/0/.zarray"] = {}
    documents |= below("p.zarr", plate_hierarchy(version="0.5"))
    write(documents, tmp_path / "root")
    return tmp_path / "root"


@pytest.mark.parametrize("kind", KINDS)
def test_table_has_a_row_for_each_hierarchy(
    kind: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{kind}"
    assert run("scan", str(root), "--output", str(out)) == 1
    said = capsys.readouterr()
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[:6] == [
        ["of", "which", "images"],
        ["status", "valid", "5"],
        ["status", "invalid", "1"],
        ["kind", "image", "5"],
        ["kind", "plate", "1"],
        ["version", "0.4", "5"],
    ]
    assert ["error", "ms.ds-array-exists", "1"] in lines
    assert said.err.startswith("6 in ")
    rows = _rows(out)
    assert [[*row] for row in rows] == [[*COLUMNS]] * 6
    expected = {report.uri: report.to_row() for report in scan(list(find(root)))}
    for row in rows:
        for name, value in expected[row["uri"]].items():
            if name == "seconds":
                continue
            if kind == "csv":
                text = json.dumps(value) if isinstance(value, list) else str(value)
                assert row[name] == ("" if value is None else " ".join(text.splitlines()))
            else:
                assert row[name] == value
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == [out.name]


@pytest.mark.parametrize("kind", KINDS)
def test_table_is_resumed(
    kind: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{kind}"
    some = tmp_path / "some.txt"
    some.write_text(f"# the first\n{root}/0.zarr\n\n{root}/1.zarr\n{root}/0.zarr\n")
    assert run("scan", str(some), "--output", str(out), "--quiet") == 0
    assert len(_rows(out)) == 2
    before = out.read_bytes()
    assert run("scan", str(root), "--output", str(out)) == 2
    assert "already exists: resume it, or write to another file" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert run("scan", str(root), "--output", str(out), "--resume", "--quiet") == 1
    assert "known     in the table before  2" in capsys.readouterr().out
    rows = _rows(out)
    assert sorted(row["uri"] for row in rows) == sorted(find(root))
    again = out.read_bytes()
    assert run("scan", str(root), "--output", str(out), "--resume", "--quiet") == 1
    assert _rows(out) == rows
    assert kind == "parquet" or out.read_bytes() == again


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_truncated_row_is_written_again(kind: str, root: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out.{kind}"
    run("scan", str(root), "--output", str(out), "--quiet")
    whole = out.read_bytes()
    for cut in (len(whole) - 9, whole.index(b"\n") + 5, 5, 0):
        out.write_bytes(whole[:cut])
        assert run("scan", str(root), "--output", str(out), "--resume", "--quiet") < 2
        assert sorted(row["uri"] for row in _rows(out)) == sorted(find(root))


def test_rows_of_a_parquet_file_survive_a_killed_scan(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    first = next(scan([str(root / "0.zarr")]))
    part = tmp_path / "out.parquet.partial"  # which is there after it was killed
    part.write_text(f"{json.dumps(first.to_row())}\n{{")
    with open_table(str(out), resume=True) as table:
        assert table.known == {first.uri: "valid"}
    assert [row["uri"] for row in _rows(out)] == [first.uri]


def test_parquet_file_has_no_row_twice(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    arguments = ["scan", str(root), "--output", str(out), "--quiet"]
    run(*arguments)
    rows = _rows(out)
    part = tmp_path / "out.parquet.partial"  # which is there if it was killed just then
    part.write_text(f"{json.dumps(rows[0])}\n")
    run(*arguments, "--resume")
    assert _rows(out) == rows
    out.unlink()
    part.write_text(f"{json.dumps(rows[0])}\n")
    assert run(*arguments) == 2
    assert part.exists()


def test_invalid_option_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("scan", "nothing", "--output", str(out), "--timeout", "0") == 2
    assert not out.exists()


def test_other_parquet_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    out = tmp_path / "out.parquet"
    parquet.write_table(arrow.table({"a": [1]}), out)
    assert run("scan", "nothing", "--output", str(out), "--resume") == 2
    assert "expected the columns uri, kind" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_strange_names_and_numbers_are_written(kind: str, tmp_path: Path) -> None:
    """Rows have any names, and numbers that tables have no type for."""
    wrong = hierarchy(image("yx", 1))
    wrong[".zattrs"] = broken(wrong[".zattrs"], ("multiscales", 0, "axes", 0, "unit"), 3)
    wrong["0/.zarray"] = {**array("yx"), "shape": [2**64, 2**64], "chunks": [1, 1]}
    names = ["a\nb.zarr", "c\u2028d.zarr", os.fsdecode(b"\xff.zarr")]
    for name in names:
        write(wrong, tmp_path / "root" / name)
    long = broken(image("yx", 1), ("multiscales", 0, "axes", 0, "name"), "n" * 200_000)
    write(hierarchy(long), tmp_path / "root" / "long.zarr")
    out = tmp_path / f"out.{kind}"
    arguments = ["scan", str(tmp_path / "root"), "--output", str(out), "--quiet"]
    run(*arguments)
    rows = _rows(out)
    assert len(rows) == 4
    assert run(*arguments, "--resume") == 1
    assert _rows(out) == rows


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("out.txt", None, "expected a file with the extension .jsonl, .csv, .parquet, got"),
        ("out.jsonl", b"{\n", "expected a table of reports in"),
        ("out.jsonl", b"[]\n", "expected a table of reports in"),
        ("out.jsonl", b'{"a": 1}\n', "expected a table of reports in"),
        ("out.csv", b"a,b\n1,2\n", "expected the columns uri, kind"),
        ("out.csv", b"notes", "expected a table of reports in"),
        ("out.jsonl", b'{"precious": 1}', "expected a table of reports in"),
    ],
)
def test_files_other_than_tables_are_refused(
    name: str,
    text: bytes | None,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / name
    if text is not None:
        out.write_bytes(text)
    assert run("scan", "nothing", "--output", str(out), "--resume") == 2
    assert message in capsys.readouterr().err
    assert text is None or out.read_bytes() == text


def test_error_names_the_extra_that_parquet_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert run("scan", "nothing", "--output", str(tmp_path / "out.parquet")) == 2
    assert "pip install 'ome-zarr-models-attrs[parquet]'" in capsys.readouterr().err


def test_missing_hierarchies_are_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr("sys.stdin", StringIO(f"{tmp_path}/none\n"))
    out = tmp_path / "out.jsonl"
    arguments = ["scan", "-", str(tmp_path / "empty"), "--output", str(out), "--quiet"]
    assert run(*arguments) == 2
    assert [row["problem"] for row in _rows(out)] == [
        "expected a Zarr group, got nothing there [missing]",
        "expected a Zarr group, got a folder that is not a group [missing]",
    ]
    assert ["status", "unreadable", "2"] in [
        line.split() for line in capsys.readouterr().out.splitlines()
    ]


def test_folders_that_cannot_be_listed_are_reported(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir
    (root / "closed").mkdir()

    def refuse(folder: str) -> Any:
        if folder.endswith("/closed"):
            msg = "no"
            raise PermissionError(msg)
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refuse)
    out = tmp_path / "out.csv"
    assert run("scan", str(root), "--output", str(out), "--quiet") == 2
    assert f"{root}: closed: could not be listed: PermissionError" in capsys.readouterr().err
    assert len(_rows(out)) == 6


def test_interrupted_scan_keeps_its_rows(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> Iterator[str]:
        yield f"{root}/0.zarr\n"
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", interrupted())
    out = tmp_path / "out.jsonl"
    assert run("scan", "-", "--output", str(out), "--quiet") == 130
    assert len(_rows(out)) == 1
    assert f"interrupted: use --resume to continue with {out}" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_killed_scan_is_resumed(options: list[str], tmp_path: Path) -> None:
    documents = hierarchy(image("yx", 1))
    for i in range(400):
        write(documents, tmp_path / "root" / f"{i}.zarr")
    out = tmp_path / "out.jsonl"
    arguments = ["scan", str(tmp_path / "root"), "--output", str(out), "--resume", "--quiet"]
    command = [sys.executable, "-m", "ome_zarr_models", *arguments, *options]
    for kill in (signal.SIGKILL, signal.SIGINT):
        # In a group of its own, so that its workers go with it.
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ourselves
        end = time.monotonic() + 20
        size = out.stat().st_size if out.exists() else 0
        while time.monotonic() < end and process.poll() is None:
            if out.exists() and out.stat().st_size > size + 2000:
                os.killpg(process.pid, kill)
                break
            time.sleep(0.001)
        process.wait(20)
    assert run(*arguments) == 0
    found = [row["uri"] for row in _rows(out)]
    assert sorted(found) == sorted(find(tmp_path / "root"))


ROW = {**dict.fromkeys(COLUMNS), "uri": "a.zarr", "status": "valid", "errors": 0, "warnings": 0}
JSON_ROW = json.dumps(ROW).encode() + b"\n"
CSV_HEADER = ",".join(COLUMNS).encode() + b"\n"
CSV_ROW = b"a.zarr,,,valid,0,0" + b"," * (len(COLUMNS) - 6) + b"\n"


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("out.jsonl", JSON_ROW + JSON_ROW[:40] + b"\n" + JSON_ROW, 2, "control character"),
        ("out.jsonl", JSON_ROW + JSON_ROW[:40] + JSON_ROW, 2, "Expecting"),
        ("out.jsonl", JSON_ROW * 2 + b"\0" * 512 + JSON_ROW, 3, "NUL characters"),
        ("out.jsonl", JSON_ROW + b"\0" * 512, 2, "NUL characters"),
        ("out.jsonl", b"\0" * 512 + b"\n" + JSON_ROW, 1, "expected the columns uri, kind"),
        ("out.jsonl", JSON_ROW + b'{"uri": "b", "status": "valid"}\n', 2, "the columns uri, kind"),
        ("out.jsonl", JSON_ROW + b"\n", 2, "Expecting value"),
        ("out.jsonl", JSON_ROW + b"\xff\n", 2, "can't decode byte"),
        ("out.jsonl", JSON_ROW + b"a note", 2, "expected a row"),
        ("out.jsonl", JSON_ROW.replace(b'"valid"', b'"fine"'), 1, "expected a URI and a status"),
        ("out.csv", CSV_HEADER + CSV_ROW + b"\0" * 99 + b"\n" + CSV_ROW, 3, "NUL characters"),
        ("out.csv", CSV_HEADER + CSV_ROW[:9] + b"\n" + CSV_ROW, 2, "expected 18 cells, got"),
        ("out.csv", CSV_HEADER + CSV_ROW[:9] + CSV_ROW, 2, "expected 18 cells, got"),
        ("out.csv", CSV_HEADER + b'"' + CSV_ROW + CSV_ROW, 2, "unexpected end of data"),
        ("out.csv", CSV_HEADER + b'"a"b' + CSV_ROW, 2, "expected after"),
        ("out.csv", CSV_HEADER[:-1] + b",more\n" + CSV_ROW, 1, "the columns uri, kind"),
        ("out.csv", CSV_HEADER.replace(b"kind", b"type") + CSV_ROW, 1, "the columns uri, kind"),
        ("out.csv", CSV_HEADER + CSV_ROW.replace(b"valid", b""), 2, "a URI and a status"),
        ("out.csv", CSV_HEADER + b"\n" + CSV_ROW, 2, "expected 18 cells, got 0"),
    ],
)
def test_damaged_table_is_refused(
    name: str,
    text: bytes,
    line: int,
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A damaged table is left as it is; the message tells the line."""
    out = tmp_path / name
    out.write_bytes(text)
    assert run("scan", "nothing", "--output", str(out), "--resume") == 2
    message = capsys.readouterr().err
    assert f"expected a table of reports in {out}, got line {line} " in message
    assert reason in message
    assert "Nothing is written" in message
    assert out.read_bytes() == text
    assert [*tmp_path.iterdir()] == [out]


@pytest.mark.parametrize(
    ("name", "text"), [("out.jsonl", JSON_ROW), ("out.csv", CSV_HEADER + CSV_ROW)]
)
def test_row_that_was_cut_off_is_removed(
    name: str, text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / name
    (tmp_path / "none.txt").touch()
    arguments = ["scan", str(tmp_path / "none.txt"), "--output", str(out), "--resume", "--quiet"]
    row = text.splitlines(keepends=True)[-1]
    for cut in (row[:1], row[:9], row[:-1]):
        out.write_bytes(text + cut)
        assert run(*arguments) == 0
        assert "the last line was cut off" in capsys.readouterr().err
        assert out.read_bytes() == text
    assert run(*arguments) == 0
    assert "cut off" not in capsys.readouterr().err


def _damaged_parquet(folder: Path, kind: str) -> bytes:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    out = folder / "out.parquet"
    with open_table(str(out), resume=False) as table:
        for i in range(50):
            table.write({**ROW, "uri": f"{i}.zarr"})
    whole = out.read_bytes()
    if kind == "schema":
        parquet.write_table(parquet.read_table(out).cast(_with_text(arrow)), out)
    if kind == "cut":
        out.write_bytes(whole[: len(whole) // 2])
    if kind == "pages":
        out.write_bytes(whole[:4] + b"\xff" * 200 + whole[204:])
    if kind == "text":
        out.write_bytes(b"notes")
    if kind == "empty":
        out.write_bytes(b"")
    return out.read_bytes()


def _with_text(arrow: Any) -> Any:
    """Return a schema with the columns of a table, all of them texts or lists of texts."""
    text = arrow.string()
    return arrow.schema(
        [
            (name, arrow.list_(text) if kind.startswith("list") else text)
            for name, kind in COLUMNS.items()
        ]
    )


@pytest.mark.parametrize("kind", ["schema", "cut", "pages", "text", "empty"])
def test_damaged_parquet_file_is_refused(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow")
    text = _damaged_parquet(tmp_path, kind)
    out = tmp_path / "out.parquet"
    assert run("scan", "nothing", "--output", str(out), "--resume") == 2
    assert f"expected a table of reports in {out}, got: " in capsys.readouterr().err
    assert out.read_bytes() == text
    assert [*tmp_path.iterdir()] == [out]


def test_what_a_killed_scan_left_is_named_and_taken_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "out.parquet"
    (tmp_path / "none.txt").touch()
    rows, unfinished = tmp_path / "out.parquet.partial", tmp_path / "out.parquet.part"
    rows.write_bytes(JSON_ROW * 2)
    unfinished.write_bytes(b"PAR1 and a part of the rows")
    arguments = ["scan", str(tmp_path / "none.txt"), "--output", str(out), "--quiet"]
    assert run(*arguments) == 2
    assert "out.parquet.partial already exists" in capsys.readouterr().err
    assert run(*arguments, "--resume") == 0
    message = capsys.readouterr().err
    assert f"{rows}: 1 rows of an interrupted run are added to the table" in message
    assert f"{unfinished}: this unfinished file of an interrupted run is removed" in message
    assert {row["uri"] for row in _rows(out)} == {"a.zarr"}
    assert not rows.exists()
    assert not unfinished.exists()
    for foreign in (rows, unfinished):
        foreign.write_bytes(b"notes")
        assert run(*arguments, "--resume") == 2
        assert str(foreign) in capsys.readouterr().err
        assert foreign.read_bytes() == b"notes"
        foreign.unlink()


def test_parquet_file_that_cannot_be_written_leaves_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "out.parquet"

    def refuse(*_: object) -> None:
        msg = "disk full"
        raise OSError(msg)

    table = open_table(str(out), resume=False)
    table.write(ROW)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(OSError, match="disk full"):
            table.close()
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet.partial"]
    with open_table(str(out), resume=True) as table:
        assert table.known == {"a.zarr": "valid"}
    assert len(_rows(out)) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("resume", [[], ["--resume"]])
def test_second_scan_to_a_table_is_refused(
    kind: str, resume: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / f"out.{kind}"
    arguments = ["scan", "nothing", "--output", str(out), *resume]
    with open_table(str(out), resume=False) as table:
        table.write(ROW)
        assert run(*arguments) == 2
        assert "is being written by another scan" in capsys.readouterr().err
        table.write({**ROW, "uri": "b.zarr"})
    assert [row["uri"] for row in _rows(out)] == ["a.zarr", "b.zarr"]
    with open_table(str(out), resume=True) as table:
        assert table.known == {"a.zarr": "valid", "b.zarr": "valid"}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_lock_of_a_table_dies_with_its_process(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    code = (
        "import sys, time; from ome_zarr_models._scan.tables import open_table;"
        "table = open_table(sys.argv[1], resume=False); print('open', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(BlockingIOError, match="another scan"):
            open_table(str(out), resume=True)
        process.kill()
        process.wait(20)
    open_table(str(out), resume=True).close()


def test_table_that_is_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    out.touch()
    removed: list[int] = []

    def lock(opened: int) -> bool:
        if not removed:
            out.unlink()
        removed.append(opened)
        return True

    monkeypatch.setattr("ome_zarr_models._scan.tables.try_lock", lock)
    with open_table(str(out), resume=True) as table:
        table.write(ROW)
    assert len(removed) == 2
    assert len(_rows(out)) == 1


def test_rows_stay_if_the_table_beside_them_is_not_one(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out, rows = tmp_path / "out.parquet", tmp_path / "out.parquet.partial"
    out.write_bytes(b"notes")
    rows.write_bytes(JSON_ROW)
    with pytest.raises(ValueError, match=re.escape(str(out))):
        open_table(str(out), resume=True)
    assert rows.read_bytes() == JSON_ROW
    assert out.read_bytes() == b"notes"
