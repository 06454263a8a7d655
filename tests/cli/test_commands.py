"""The command line."""

from __future__ import annotations

import builtins
import json
import runpy
import sys
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import __version__, validate

from ..helpers.cli import run
from ..helpers.factories import (
    ABSENT,
    below,
    broken,
    collection,
    group,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate_hierarchy,
)
from ..helpers.stores import write

if TYPE_CHECKING:
    from pathlib import Path


_EXPECTED = ".zattrs: expected metadata of OME-Zarr 0.4, 0.5, 0.6"


def test_info_shows_coordinate_systems_and_transformations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = multiscale("yx", 2, "0.6")
    axes = whole["coordinateSystems"][0]["axes"]
    whole["coordinateSystems"].append({"name": "world", "axes": axes})
    ends = {"input": {"name": "physical"}, "output": {"name": "world"}}
    turn = {"type": "rotation", "rotation": [[0, -1], [1, 0]], "name": "turn", **ends}
    whole["coordinateTransformations"] = [turn]
    first = {"input": {"path": "0"}, "output": {"name": "physical"}}
    whole["datasets"][0]["coordinateTransformations"] = [{"type": "identity", **first}]
    path = write(hierarchy({"multiscales": [whole]}, version="0.6"), tmp_path / "image")
    assert run("info", path) == 0
    assert capsys.readouterr().out.splitlines()[:8] == [
        f"OME-Zarr 0.6 image at {path}",
        "  name      cells",
        "  axes      y (micrometer), x (micrometer)",
        "  system    physical: y (micrometer), x (micrometer)",
        "  system    world: y (micrometer), x (micrometer)",
        "  transform physical -> world: rotation  (turn)",
        "  level  path  shape  chunks  dtype   scale",
        "  0      0     64x64  64x64   uint16  1",
    ]
    tile = {"path": "tile", "name": "physical"}
    shift = {
        "type": "translation",
        "translation": [1, 2],
        "input": tile,
        "output": {"name": "world"},
    }
    scene = {
        "coordinateSystems": [{"name": "world", "axes": axes}],
        "coordinateTransformations": [shift],
    }
    documents = group({"scene": scene}, "0.6")
    documents |= below("tile", hierarchy(image("yx", 1, "0.6"), version="0.6"))
    path = write(documents, tmp_path / "scene")
    assert run("info", path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"OME-Zarr 0.6 scene at {path}",
        "  system    world: y (micrometer), x (micrometer)",
        "  transform tile physical -> world: translation",
        "  tree",
        "    tile  image",
        "      0  64x64 uint16",
    ]


def test_info_shows_an_image(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(hierarchy(labels={"nuclei": image_label()}), tmp_path)
    assert run("info", path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"OME-Zarr 0.4 image at {path}",
        "  name      cells",
        "  axes      t (second), c (channel), z (micrometer), y (micrometer), x (micrometer)",
        "  level  path  shape        chunks       dtype  scale",
        "  0      0     1x2x4x64x64  1x2x4x64x64  <u2    1 1 1 0.5 0.5",
        "  1      1     1x2x4x32x32  1x2x4x32x32  <u2    1 1 1 1.0 1.0",
        "  channels  channel 0 #00FF00, channel 1 #00FF00",
        "  tree",
        "    0  1x2x4x64x64 <u2",
        "    1  1x2x4x32x32 <u2",
        "    labels  labels",
        "      nuclei  image-label",
        "        0  1x2x4x64x64 <u4",
        "        1  1x2x4x32x32 <u4",
    ]


def test_info_shows_an_image_without_optional_metadata(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = image("yx", levels=1)
    del document["omero"]
    del document["multiscales"][0]["name"]
    document["multiscales"][0]["axes"][0].pop("unit")
    document["multiscales"][0]["version"] = 0.4
    scale = {"type": "scale", "path": "scales"}
    document["multiscales"][0]["datasets"][0]["coordinateTransformations"] = [scale]
    path = write(hierarchy(document, labels={}), tmp_path)
    assert run("info", path, f"{path}/labels") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"OME-Zarr 0.4 image at {path}",
        "  name      (none)",
        "  axes      y (space), x (micrometer)",
        "  level  path  shape  chunks  dtype  scale",
        "  0      0     64x64  64x64   <u2    in an array",
        "  tree",
        "    0  64x64 <u2",
        "    labels  labels",
        '  warning: .zattrs multiscales[0].version: read as "0.4", found 0.4 [ms.version]',
        f"OME-Zarr 0.4 labels at {path}/labels",
    ]


def test_info_shows_the_wells_of_a_plate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = plate_hierarchy(("A/1", "B/2"), version="0.5")
    place = ("zarr.json", "attributes", "ome", "plate")
    wells = documents["zarr.json"]["attributes"]["ome"]["plate"]["wells"]
    missing = {"path": "B/3", "rowIndex": 1, "columnIndex": 2}
    documents = broken(documents, (*place, "wells"), [*wells, missing])
    documents = broken(documents, (*place, "acquisitions", 0, "name"), ABSENT)
    path = write(documents, tmp_path)
    assert run("info", path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"OME-Zarr 0.5 plate at {path}",
        "  name      screen",
        "  acquired  1: (no name)",
        "  wells     2 of 6: # exists, ? is missing",
        "     1  2  3",
        "  A  #  .  .",
        "  B  .  #  ?",
    ]
    assert run("info", f"{path}/A") == 1


def test_info_shows_a_collection(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(collection(1, series=False, version="0.5"), tmp_path)
    assert run("info", path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"OME-Zarr 0.5 bioformats2raw at {path}",
        "  tree",
        "    0  image",
        "      0  64x64 uint16",
    ]


@pytest.mark.parametrize(
    ("name", "document", "status", "said"),
    [
        (".zattrs", [], 1, ".zattrs: expected an object, got [] [storage.attrs-on-group]"),
        (".zattrs", {}, 1, f"{_EXPECTED}, got none [storage.attrs-on-group]"),
        (".zattrs", {"labels": 3}, 1, ".zattrs labels: expected a list, got 3 [labels.key]"),
        (".zgroup", None, 2, "expected a Zarr group, got nothing there [missing]"),
    ],
)
def test_info_names_the_reason_if_a_group_cannot_be_opened(
    name: str,
    document: Any,
    status: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    documents = {**hierarchy(), name: document} if document is not None else {}
    path = write(documents, tmp_path / "a")
    assert run("info", path) == status
    assert capsys.readouterr().out.splitlines() == [f"cannot open {path}", f"  {said}"]
    assert run("validate", path) == status


def test_validate_prints_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = write(hierarchy(), tmp_path / "right")
    wrong = broken(hierarchy(), ("1/.zarray", "dimension_separator"), ".")
    wrong = write(broken(wrong, (".zattrs", "multiscales", 0, "name"), 3), tmp_path / "wrong")
    assert run("validate", right) == 0
    assert capsys.readouterr().out == f"valid: OME-Zarr 0.4 image at {right}\n"
    assert run("validate", right, wrong) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"valid: OME-Zarr 0.4 image at {right}",
        f"invalid: OME-Zarr 0.4 image at {wrong}",
        "  .zattrs",
        "    warning: multiscales[0].name: expected a string, got 3 [ms.name]",
        "  1 .zarray",
        '    error: dimension_separator: expected "/", got "." [storage.nested-chunks]',
    ]


def test_output_is_the_same_without_rich(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = builtins.__import__

    def without_rich(name: str, *more: Any, **named: Any) -> Any:
        if name.startswith("rich"):
            raise ImportError(name)
        return usual(name, *more, **named)

    path = write(hierarchy(), tmp_path)
    run("info", path)
    with_rich = capsys.readouterr().out
    monkeypatch.setattr(builtins, "__import__", without_rich)
    run("info", path)
    assert capsys.readouterr().out == with_rich


@pytest.mark.usefixtures("without_fsspec")
def test_info_names_the_extra_that_urls_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("info", "https://host/a.zarr") == 2
    assert "pip install 'ome-zarr-models-attrs[remote]'\n" in capsys.readouterr().out


def test_control_characters_in_names_are_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = broken(image(), ("multiscales", 0, "name"), "\x1b[31mred\x07\n\x9b")
    run("info", write(hierarchy(document), tmp_path))
    assert "  name      \\x1b[31mred\\x07\\n\\x9b\n" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["guess", "x"], ["info"]])
def test_unknown_commands_print_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        run(*arguments)
    assert raised.value.code == 2
    assert "usage: ome-zarr-models" in capsys.readouterr().err


def test_package_runs_as_a_module(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["ome-zarr-models", "--version"])
    with pytest.raises(SystemExit) as raised:
        runpy.run_module("ome_zarr_models", run_name="__main__")
    assert not raised.value.code
    assert capsys.readouterr().out == f"ome-zarr-models {__version__}\n"
    assert "main" in runpy.run_module("ome_zarr_models.__main__", run_name="imported")


def test_validate_prints_json_and_json_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = write(hierarchy(), tmp_path / "a")
    wrong = write({**hierarchy(), ".zattrs": {"labels": [1]}}, tmp_path / "b")
    assert run("validate", "--format", "jsonl", right, wrong) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["status"] for line in lines] == ["valid", "invalid"]
    (problem,) = lines[1]["problems"]
    assert (problem["rule"], problem["loc"]) == ("labels.key", ["labels", 0])
    assert problem["url"].endswith("#labels-md")
    assert run("validate", "--format", "json", right, str(tmp_path / "c")) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert (first["kind"], first["version"], first["requests"] > 0) == ("image", "0.4", True)
    assert second["status"] == "unreadable"


@pytest.mark.usefixtures("without_fsspec")
def test_fix_names_the_extra_that_urls_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fix", "https://example.org/image.zarr") == 2
    assert "pip install 'ome-zarr-models-attrs[remote]'" in capsys.readouterr().err


def test_output_goes_to_a_replaced_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr("sys.stdout", out)
    assert run("rules", "--format", "markdown") == 0
    assert out.getvalue().startswith("| rule |")


def test_unencodable_characters_are_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = hierarchy(broken(image(), ("multiscales", 0, "axes", 4, "unit"), "\u03bcm"))
    documents[".zattrs"]["seen"] = {"\ud800": float("nan")}
    path = write(documents, tmp_path / "a")
    out = TextIOWrapper(BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    assert run("validate", str(path)) == 1
    out.seek(0)
    assert r"\u03bcm" in out.read()


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        (["a.zarr/.zgroup"], "a folder that is not a group but contains groups: a.zarr"),
        (
            [f"{name}.zarr/zarr.json" for name in "abcde"],
            "a folder that is not a group but contains groups: a.zarr, b.zarr, c.zarr and 2 more",
        ),
        (
            ["a.zarr/.zgroup", "a.zarr/zarr.json"],
            "a folder that is not a group but contains groups: a.zarr",
        ),
        (["notes.json"], "a folder that is not a group"),
    ],
)
def test_report_names_what_is_in_the_folder_instead_of_a_group(
    documents: list[str], said: str, tmp_path: Path
) -> None:
    path = write({key: {} for key in documents}, tmp_path)
    (problem,) = validate(path).problems
    assert (problem.rule, problem.message) == ("missing", f"expected a Zarr group, got {said}")
    (problem,) = validate(tmp_path / documents[0]).problems
    assert problem.message == "expected a Zarr group, got a file"


def test_rules_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules") == 0
    everything = capsys.readouterr().out.splitlines()
    assert everything[0].split() == ["rule", "versions", "severity", "text"]
    assert any(line.startswith("ms.axes-count ") and "0.4 0.5 0.6" in line for line in everything)
    assert run("rules", "0.4") == 0
    of_one = capsys.readouterr().out
    assert "scene.ct" not in of_one
    assert 100 < len(of_one.splitlines()) < len(everything)


def test_validate_prints_github_annotations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = hierarchy(labels={"a,b:c": image_label()})
    documents["labels/a,b:c/.zattrs"]["image-label"]["colors"] = "100%"
    path = write(documents, tmp_path)
    assert run("validate", "--format", "github", path) == 1
    (line,) = capsys.readouterr().out.splitlines()
    message = 'image-label.colors: expected a list, got "100%25" [label.colors-list]'
    what, _, _ = message.rpartition(" ")
    file = f"{path}/labels/a%2Cb%3Ac/.zattrs".replace(":", "%3A").replace(",", "%2C")
    assert line == f"::error file={file},title=label.colors-list::{what}"
    missing = str(tmp_path / "none")
    assert run("validate", "--format", "github", missing) == 2
    said = "expected a Zarr group, got nothing there"
    assert capsys.readouterr().out == f"::error file={missing},title=missing::{said}\n"
