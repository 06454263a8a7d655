"""The command `fix`, which repairs documents and writes them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from ome_zarr_models import validate

from ..helpers.cli import run
from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    Loc,
    array,
    array_3,
    broken,
    hierarchy,
    image_label,
    plate_hierarchy,
)
from ..helpers.patches import patched
from ..helpers.stores import ZARR, write

if TYPE_CHECKING:
    from pathlib import Path

MS = ("multiscales", 0)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _wrong(version: str) -> dict[str, Any]:
    """Return the documents of an image with a label, two of which can be repaired."""
    labels = {"nuclei": image_label(version=version)}
    documents = hierarchy(version=version, labels=labels)
    name = ".zattrs" if version == "0.4" else "zarr.json"
    place: Loc = () if version == "0.4" else ("attributes", "ome")
    documents[name] = broken(documents[name], (*place, "omero", "channels", 0, "color"), "#FF0000")
    key = f"labels/nuclei/{name}"
    axis: Loc = ("axes",) if version != "0.6" else ("coordinateSystems", 0, "axes")
    where = (*place, *MS, *axis, 2, "type")
    return {**documents, key: broken(documents[key], where, ABSENT)}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("indent", [None, 2, 4])
def test_fix_writes_only_changed_documents(
    version: str, indent: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(_wrong(version), tmp_path, indent)
    before = _files(tmp_path)
    assert run("fix", "--dry-run", path) == 0
    patches = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert _files(tmp_path) == before
    name = ".zattrs" if version == "0.4" else "zarr.json"
    assert [patch["document"] for patch in patches] == [name, f"labels/nuclei/{name}"]
    assert run("fix", path) == 0
    after = _files(tmp_path)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path} {name}"
    assert 'omero.channels[0].color: "FF0000", found "#FF0000" [omero.color-hex]' in said[1]
    assert said[-1] == f"valid: OME-Zarr {version} image at {path}"
    for key, text in before.items():
        patch = next((each["patch"] for each in patches if each["document"] == key), None)
        if patch is None:
            assert after[key] == text
        else:
            expected = patched(json.loads(text), patch)
            assert json.loads(after[key]) == expected
            if indent:
                assert after[key].decode().splitlines()[1].startswith(" " * indent + '"')
    assert run("fix", path) == 0
    assert _files(tmp_path) == after


@pytest.mark.parametrize("version", VERSIONS)
def test_copies_in_consolidated_metadata_are_fixed(version: str, tmp_path: Path) -> None:
    documents = _wrong(version)
    path = write(documents, tmp_path)
    more = {
        "old/.zgroup": {"zarr_format": 2},
        "old/.zattrs": {"version": 0.4},
    }  # which is not there any more
    if version == "0.4":
        held = {**documents, **more}
        consolidated = {"metadata": held, "zarr_consolidated_format": 1}
        write({".zmetadata": consolidated}, tmp_path)
    else:
        held = {key.removesuffix("/zarr.json"): each for key, each in documents.items()}
        del held["zarr.json"]
        inline = {"kind": "inline", "must_understand": False, "metadata": held}
        write({"zarr.json": {**documents["zarr.json"], "consolidated_metadata": inline}}, tmp_path)
    assert validate(path).status == "invalid"
    assert run("fix", path) == 0
    assert validate(path).requests <= 2  # from the copy
    name = ".zmetadata" if version == "0.4" else "zarr.json"
    copy: Any = json.loads((tmp_path / name).read_text())
    repaired = {key: json.loads(text) for key, text in _files(tmp_path).items() if key != name}
    if version == "0.4":
        assert copy["metadata"] == {**repaired, **more}
    else:
        found = copy["consolidated_metadata"]["metadata"]
        assert {f"{key}/zarr.json": each for key, each in found.items()} == repaired
    opened = ZARR.open_group(path, mode="r")
    assert opened["labels/nuclei"].attrs.asdict() == opened["labels"]["nuclei"].attrs.asdict()


def _consolidated(documents: dict[str, Any]) -> dict[str, Any]:
    held = {key: each for key, each in documents.items() if key != ".zmetadata"}
    return {**documents, ".zmetadata": {"metadata": held, "zarr_consolidated_format": 1}}


def test_copy_that_differs_from_its_document_is_fixed(tmp_path: Path) -> None:
    documents = _consolidated(_wrong("0.4"))
    right = hierarchy(labels={"nuclei": image_label()})
    path = write({**documents, **right}, tmp_path)
    assert validate(path).status == "invalid"
    assert run("fix", path) == 0
    assert validate(path).status == "valid"


def _text_with(document: Any, more: str) -> str:
    return f"{json.dumps(document)[:-1]}, {more}}}"


@pytest.mark.parametrize("wrong", [".zattrs", ".zmetadata"])
def test_document_and_its_copy_are_fixed_together_or_not_at_all(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _consolidated(_wrong("0.4"))
    path = write(documents, tmp_path)
    (tmp_path / wrong).write_text(_text_with(documents[wrong], '"seen": 1, "seen": 2'))
    before = _files(tmp_path)
    assert run("fix", path) == 1
    assert _files(tmp_path) == before
    said = capsys.readouterr().out
    assert f"{wrong} seen: expected this key once, got it more than once [json-key]" in said
    other = ".zmetadata" if wrong == ".zattrs" else ".zattrs"
    message = f"{other}: not written, as {wrong} cannot be: they share consolidated metadata"
    assert message in said


def test_consolidated_metadata_of_an_inner_group_is_fixed(tmp_path: Path) -> None:
    documents = _wrong("0.5")
    copy = documents["labels/nuclei/zarr.json"]
    inline = {"kind": "inline", "must_understand": False, "metadata": {"nuclei": copy}}
    documents["labels/zarr.json"]["consolidated_metadata"] = inline
    path = write(documents, tmp_path)
    assert run("fix", path) == 0
    group = json.loads((tmp_path / "labels" / "zarr.json").read_text())
    repaired = json.loads((tmp_path / "labels" / "nuclei" / "zarr.json").read_text())
    assert group["consolidated_metadata"]["metadata"]["nuclei"] == repaired != copy


def test_broken_consolidated_metadata_is_ignored(tmp_path: Path) -> None:
    path = write(_wrong("0.4"), tmp_path)
    (tmp_path / ".zmetadata").write_text("{")
    assert run("fix", path) == 0
    assert validate(path).status == "valid"


def test_document_changed_in_the_meantime_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong("0.4"), tmp_path)
    image, label = tmp_path / ".zattrs", tmp_path / "labels" / "nuclei" / ".zattrs"
    replace = os.replace

    def replace_and_change(part: str, file: str) -> None:
        replace(part, file)
        image.write_text("{}")

    monkeypatch.setattr("os.replace", replace_and_change)
    assert run("fix", path) == 2
    assert image.read_text() == "{}"
    assert '"type":"space"' in label.read_text()
    said = capsys.readouterr()
    assert said.out.startswith(f"{path} labels/nuclei/.zattrs\n")
    assert said.err == (
        f"{path} could not be fixed after 1 documents were written: {path}: .zattrs was changed "
        "by another writer: read it again; written before it: labels/nuclei/.zattrs\n"
    )


def test_missing_version_of_labels_is_that_of_the_image_in_0_6(tmp_path: Path) -> None:
    documents = hierarchy(version="0.6", labels={"nuclei": image_label(version="0.6")})
    key = "labels/zarr.json"
    documents[key] = broken(documents[key], ("attributes", "ome", "version"), ABSENT)
    path = write(documents, tmp_path)
    assert run("fix", path) == 0


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('{"well": {"images": [], "version": 0.4}}', '{"well":{"images":[],"version":"0.4"}}'),
        ('{\r\n"well": {"images": [], "version": 0.4}}\n', '{\n  "well": {\n'),
        ('{\n\t"well": {"images": [], "version": 0.4}}\n', '{\n  "well": {\n'),
        ('{\n   "well": {"images": [], "version": 0.4}}', '{\n   "well": {\n      "'),
    ],
)
def test_indentation_and_last_newline_are_kept(text: str, start: str, tmp_path: Path) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    (tmp_path / ".zattrs").write_bytes(text.encode())
    run("fix", str(tmp_path))
    written = (tmp_path / ".zattrs").read_text()
    assert written.startswith(start)
    assert written.endswith("\n") == text.endswith("\n")


def test_fix_of_a_valid_zip_file_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "image.zip"
    with ZipFile(file, "w") as zipped:
        for key, document in hierarchy().items():
            zipped.writestr(key, json.dumps(document))
    assert run("fix", str(file)) == 0
    assert run("fix", str(tmp_path / "none.zip")) == 2
    assert not (tmp_path / "none.zip").exists()


def test_dry_run_names_documents_that_will_not_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _wrong("0.4")
    path = write(documents, tmp_path)
    (tmp_path / ".zattrs").write_text(_text_with(documents[".zattrs"], '"seen": NaN'))
    (tmp_path / "0" / ".zarray").write_text("{")
    assert run("fix", "--dry-run", path) == 2
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert first["uri"] == second["uri"] == path
    assert first["problems"] == [".zattrs seen: expected JSON, got NaN [json-value]"]
    assert second["problems"] == []
    assert "0 .zarray: not JSON" in said.err


def test_other_documents_are_written_if_one_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _wrong("0.4")
    path = write(documents, tmp_path)
    (tmp_path / ".zattrs").write_text(_text_with(documents[".zattrs"], '"seen": NaN'))
    assert run("fix", path) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path} .zattrs is unchanged"
    assert f"{path} labels/nuclei/.zattrs" in said


def test_full_disk_is_reported_with_the_number_of_written_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong("0.4"), tmp_path)
    replace = os.replace
    asked: list[str] = []

    def full(part: str, file: str) -> None:
        asked.append(file)
        if asked[1:]:
            msg = "disk full"
            raise OSError(msg)
        replace(part, file)

    monkeypatch.setattr("os.replace", full)
    assert run("fix", path) == 2
    said = capsys.readouterr().err
    assert said == f"{path} could not be fixed after 1 documents were written: disk full\n"


def test_missing_version_of_labels_is_that_of_the_image_in_0_5(tmp_path: Path) -> None:
    documents = hierarchy(version="0.5", labels={"nuclei": image_label(version="0.5")})
    place = ("attributes", "ome", "version")
    for key in ("labels/zarr.json", "labels/nuclei/zarr.json"):
        documents[key] = broken(documents[key], place, ABSENT)
    path = write(documents, tmp_path)
    assert validate(path).status == "invalid"
    assert run("fix", path) == 0
    assert validate(path).status == "valid"


def test_nodes_of_another_version_are_not_fixed(tmp_path: Path) -> None:
    documents = hierarchy(version="0.5", labels={"nuclei": image_label(version="0.5")})
    key = "labels/nuclei/zarr.json"
    documents[key] = broken(documents[key], ("attributes", "ome"), {"version": "0.6rc0"})
    documents[key] = broken(documents[key], ("attributes", "ome", "labels"), [])
    path = write(documents, tmp_path)
    before = _files(tmp_path)
    assert run("fix", path) == 1
    assert _files(tmp_path) == before


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_nan_as_fill_value_becomes_a_string(version: str, tmp_path: Path) -> None:
    documents = hierarchy(version=version)
    key = "0/.zarray" if version == "0.4" else "0/zarr.json"
    wanted = array(dtype="<f4") if version == "0.4" else array_3(dtype="<f4")
    documents[key] = {**wanted, "fill_value": float("nan")}
    path = write(documents, tmp_path)
    assert validate(path).status == "invalid"
    assert run("fix", path) == 0
    assert json.loads((tmp_path / key).read_text()) == {**wanted, "fill_value": "NaN"}


TOP = '{"multiscales": [], "well": {"images": [], "version": 0.4}'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (', "seen": NaN}', ".zattrs seen: expected JSON, got NaN [json-value]"),
        (
            ', "seen": 1, "seen": 2}',
            ".zattrs seen: expected this key once, got it more than once [json-key]",
        ),
    ],
)
def test_document_is_not_written_if_something_would_be_lost(
    more: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    (tmp_path / ".zattrs").write_text(TOP + more)
    before = _files(tmp_path)
    assert run("fix", str(tmp_path)) == 1
    assert f"  {said}" in capsys.readouterr().out.splitlines()
    assert _files(tmp_path) == before


def test_group_without_ome_zarr_is_not_fixed(tmp_path: Path) -> None:
    path = write({".zgroup": {"zarr_format": 2}, ".zattrs": {"version": 0.4}}, tmp_path)
    before = _files(tmp_path)
    assert run("fix", path) == 1
    assert _files(tmp_path) == before


def test_missing_groups_and_invalid_zip_files_cannot_be_fixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", "--dry-run", str(tmp_path / "nothing")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "expected a Zarr group, got nothing there" in said.err
    file = tmp_path / "image.zip"
    with ZipFile(file, "w") as zipped:
        for key, document in _wrong("0.4").items():
            zipped.writestr(key, json.dumps(document))
    before = file.read_bytes()
    assert run("fix", str(file)) == 2
    assert "cannot be replaced: unpack it, and pack it again" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_plate_and_its_wells_are_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = plate_hierarchy()
    place = ("plate", "wells", 0, "rowIndex")
    documents[".zattrs"] = broken(documents[".zattrs"], place, ABSENT)
    keys = [key for key in documents if key.endswith(".zattrs") and "well" in documents[key]]
    for key in keys:
        documents[key] = broken(documents[key], ("well", "version"), 0.4)
    path = write(documents, tmp_path)
    assert run("fix", "--dry-run", path) == 0
    said = [json.loads(line)["document"] for line in capsys.readouterr().out.splitlines()]
    assert said == [".zattrs", *keys]
    assert run("fix", path) == 0
    assert validate(path).status == "valid"
