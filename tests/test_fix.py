"""Documents that are mended, and written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from attrs import NOTHING
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import Fix, repair, validate
from ome_zarr_models._changes.fix import find_fixes
from ome_zarr_models._cli import main
from ome_zarr_models._json.text import decode
from ome_zarr_models._zarr import store as _zarr_io

from .documents import (
    ABSENT,
    VERSIONS,
    Loc,
    array,
    array_3,
    broken,
    hierarchy,
    image,
    image_label,
    plate,
    plate_hierarchy,
    stored,
    well,
)
from .stores import ZARR, write
from .test_repair import MENDED, MENDED_06, WINDOW

if TYPE_CHECKING:
    from pathlib import Path

MS = ("multiscales", 0)

# (a document, where, what is found, what it is read as, the rule)
OTHERS: list[tuple[Any, Loc, Any, Any, str]] = [
    (plate(), ("plate", "version"), 0.4, "0.4", "plate.version-string"),
    (plate(), ("plate", "field_count"), 0, ABSENT, "plate.field-count-int"),
    (plate(), ("plate", "wells", 1, "columnIndex"), ABSENT, 1, "plate.well-index"),
    (plate(), ("plate", "acquisitions", 0, "id"), "1", 1, "plate.acq-id-int"),
    (well(), ("well", "version"), 0.4, "0.4", "well.version-string"),
    (well(), ("well", "images", 0, "acquisition"), "3", 3, "well.acq-int"),
    (image_label(), ("image-label", "version"), 0.4, "0.4", "label.version-string"),
    (stored(image(version="0.5"), "0.5"), ("ome", "version"), 0.5, "0.5", "meta.version"),
    (stored(image(version="0.5"), "0.5"), ("ome", "version"), "0.5-dev", "0.5", "meta.version"),
    (
        stored(image(version="0.6"), "0.6"),
        ("ome", "version"),
        "0.6rc0",
        "0.6",
        "meta.version-value",
    ),
]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _patched(document: Any, patch: list[dict[str, Any]]) -> Any:
    """Return a document after the operations of a JSON Patch, as RFC 6902 has them."""
    document = json.loads(json.dumps(document))
    for operation in patch:
        owner: Any = document
        *way, last = [
            step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]
        ]
        for step in way:
            owner = owner[int(step) if isinstance(owner, list) else step]
        key: Any = int(last) if isinstance(owner, list) else last
        if operation["op"] == "remove":
            del owner[key]
        else:
            assert (operation["op"] == "replace") == (key in owner or isinstance(owner, list))
            owner[key] = operation["value"]
    return document


@pytest.mark.parametrize(
    ("document", "loc", "found", "read_as", "rule"),
    [
        *[(image(), *row) for row in MENDED + WINDOW if row[2] != "red"],
        *[
            (stored(image(version="0.6"), "0.6"), ("ome", *row[0]), *row[1:])  # as it is stored
            for row in MENDED_06
        ],
        *OTHERS,
    ],
)
def test_repair(document: Any, loc: Loc, found: Any, read_as: Any, rule: str) -> None:
    wrong = broken(document, loc, found)
    before = json.dumps(wrong)
    mended, fixes = repair(wrong)
    assert mended == broken(wrong, loc, read_as)
    assert all(fix.rule.startswith(rule) for fix in fixes)
    assert len(fixes) == (4 if rule == "omero.window" else 1)
    assert validate(mended).status == "valid"
    assert repair(mended) == (mended, [])
    assert json.dumps(wrong) == before
    assert _patched(wrong, [fix.to_patch() for fix in fixes]) == mended
    if rule != "omero.window":
        expected = (
            loc,
            NOTHING if found is ABSENT else found,
            NOTHING if read_as is ABSENT else read_as,
        )
        assert (fixes[0].loc, fixes[0].before, fixes[0].after) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_right_is_left_as_it_is(version: str) -> None:
    for metadata in (image(version=version), plate(version=version), well(version=version)):
        document: Any = stored(metadata, version)
        mended, fixes = repair(document)
        assert mended is document
        assert fixes == []


@pytest.mark.parametrize("document", [{}, {"ome": 3}, {"multiscales": 3}])
def test_what_cannot_be_mended_is_left_as_it_is(document: Any) -> None:
    assert repair(document) == (document, [])
    assert repair(document, version="0.5") == (document, [])


@pytest.mark.parametrize("document", [3, None, [], "image.zarr", b"{}"])
def test_what_is_no_document_is_refused(document: Any) -> None:
    with pytest.raises(TypeError, match="expected the attributes of a group, got "):
        repair(document)


def test_a_version_may_be_given() -> None:
    document: Any = {"ome": {"multiscales": [], "version": 0.5}}
    assert repair(document, version="0.5")[0]["ome"]["version"] == "0.5"
    with pytest.raises(ValueError, match="expected one of the versions"):
        repair(document, version="0.3")


@pytest.mark.parametrize(
    ("before", "after", "operation"),
    [
        (1, "1", {"op": "replace", "path": "/a~1b~0c/0", "value": "1"}),
        (NOTHING, None, {"op": "add", "path": "/a~1b~0c/0", "value": None}),
        (None, NOTHING, {"op": "remove", "path": "/a~1b~0c/0"}),
    ],
)
def test_a_fix_as_a_patch(before: Any, after: Any, operation: dict[str, Any]) -> None:
    assert Fix("rule", ("a/b~c", 0), before, after).to_patch() == operation


def _wrong(version: str) -> dict[str, Any]:
    """Return the documents of an image with a label, of which two can be mended."""
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
def test_fix_writes_what_is_different(
    version: str, indent: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(_wrong(version), tmp_path, indent)
    before = _files(tmp_path)
    assert main(["fix", "--dry-run", path]) == 0
    patches = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert _files(tmp_path) == before
    name = ".zattrs" if version == "0.4" else "zarr.json"
    assert [patch["document"] for patch in patches] == [name, f"labels/nuclei/{name}"]
    assert main(["fix", path]) == 0
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
            expected = _patched(json.loads(text), patch)
            assert json.loads(after[key]) == expected
            if indent:
                assert after[key].decode().splitlines()[1].startswith(" " * indent + '"')
    assert main(["fix", path]) == 0
    assert _files(tmp_path) == after


@pytest.mark.parametrize("version", VERSIONS)
def test_copies_in_consolidated_metadata_are_mended_too(version: str, tmp_path: Path) -> None:
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
    assert main(["fix", path]) == 0
    assert validate(path).requests <= 2  # from the copy
    name = ".zmetadata" if version == "0.4" else "zarr.json"
    copy: Any = json.loads((tmp_path / name).read_text())
    mended = {key: json.loads(text) for key, text in _files(tmp_path).items() if key != name}
    if version == "0.4":
        assert copy["metadata"] == {**mended, **more}
    else:
        found = copy["consolidated_metadata"]["metadata"]
        assert {f"{key}/zarr.json": each for key, each in found.items()} == mended
    opened = ZARR.open_group(path, mode="r")
    assert opened["labels/nuclei"].attrs.asdict() == opened["labels"]["nuclei"].attrs.asdict()


def _consolidated(documents: dict[str, Any]) -> dict[str, Any]:
    held = {key: each for key, each in documents.items() if key != ".zmetadata"}
    return {**documents, ".zmetadata": {"metadata": held, "zarr_consolidated_format": 1}}


def test_a_copy_that_is_not_like_the_document(tmp_path: Path) -> None:
    documents = _consolidated(_wrong("0.4"))
    right = hierarchy(labels={"nuclei": image_label()})
    path = write({**documents, **right}, tmp_path)
    assert validate(path).status == "invalid"
    assert main(["fix", path]) == 0
    assert validate(path).status == "valid"


def _text_with(document: Any, more: str) -> str:
    return f"{json.dumps(document)[:-1]}, {more}}}"


@pytest.mark.parametrize("wrong", [".zattrs", ".zmetadata"])
def test_a_document_and_its_copy_go_together(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _consolidated(_wrong("0.4"))
    path = write(documents, tmp_path)
    (tmp_path / wrong).write_text(_text_with(documents[wrong], '"seen": 1, "seen": 2'))
    before = _files(tmp_path)
    assert main(["fix", path]) == 1
    assert _files(tmp_path) == before
    said = capsys.readouterr().out
    assert f"{wrong} seen: expected this key once, got it more than once [json-key]" in said
    other = ".zmetadata" if wrong == ".zattrs" else ".zattrs"
    message = f"{other}: not written, as {wrong} cannot be: they share consolidated metadata"
    assert message in said


def test_consolidated_metadata_of_a_group_between(tmp_path: Path) -> None:
    documents = _wrong("0.5")
    copy = documents["labels/nuclei/zarr.json"]
    inline = {"kind": "inline", "must_understand": False, "metadata": {"nuclei": copy}}
    documents["labels/zarr.json"]["consolidated_metadata"] = inline
    path = write(documents, tmp_path)
    assert main(["fix", path]) == 0
    group = json.loads((tmp_path / "labels" / "zarr.json").read_text())
    mended = json.loads((tmp_path / "labels" / "nuclei" / "zarr.json").read_text())
    assert group["consolidated_metadata"]["metadata"]["nuclei"] == mended != copy


def test_consolidated_metadata_that_is_no_json(tmp_path: Path) -> None:
    path = write(_wrong("0.4"), tmp_path)
    (tmp_path / ".zmetadata").write_text("{")
    assert main(["fix", path]) == 0
    assert validate(path).status == "valid"


def test_what_is_written_in_the_meantime_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong("0.4"), tmp_path)

    def late(location: Any) -> Any:
        found = find_fixes(location)
        (tmp_path / ".zattrs").write_text("{}")
        return found

    monkeypatch.setattr("ome_zarr_models._cli.commands.find_fixes", late)
    assert main(["fix", path]) == 1
    assert (tmp_path / ".zattrs").read_text() == "{}"
    assert ".zattrs: it was changed in the store since it was read" in capsys.readouterr().out


def test_labels_of_0_6_have_the_version_of_their_image(tmp_path: Path) -> None:
    documents = hierarchy(version="0.6", labels={"nuclei": image_label(version="0.6")})
    key = "labels/zarr.json"
    documents[key] = broken(documents[key], ("attributes", "ome", "version"), ABSENT)
    path = write(documents, tmp_path)
    assert main(["fix", path]) == 0


@pytest.mark.parametrize("version", [0.4, 0.7, 1])
def test_a_number_that_is_no_version_is_left(version: float) -> None:
    document = stored({**image(version="0.5"), "version": version}, "0.5")
    assert repair(document, version="0.5") == (document, [])
    document = broken(image(), (*MS, "version"), 0.3)
    assert repair(document) == (document, [])


@pytest.mark.parametrize(
    ("document", "loc", "value"),
    [
        (plate(), ("plate", "acquisitions", 0, "id"), "1" * 5000),
        (plate(), ("plate", "wells", 0), {"path": 3}),
        (well(), ("well", "images", 0, "acquisition"), "one"),
        *(
            (
                image("yx"),
                (*MS, "datasets", 0, "coordinateTransformations"),
                [
                    {"type": "translation", "translation": [number, 0]},
                    {"type": "scale", "scale": [1.5e300, 1]},
                ],
            )
            for number in (10**400, 1e300)
        ),
    ],
)
def test_what_is_not_plain_is_left(document: Any, loc: Loc, value: Any) -> None:
    wrong = broken(document, loc, value)
    assert repair(wrong) == (wrong, [])


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('{"well": {"images": [], "version": 0.4}}', '{"well":{"images":[],"version":"0.4"}}'),
        ('{\r\n"well": {"images": [], "version": 0.4}}\n', '{\n  "well": {\n'),
        ('{\n\t"well": {"images": [], "version": 0.4}}\n', '{\n  "well": {\n'),
        ('{\n   "well": {"images": [], "version": 0.4}}', '{\n   "well": {\n      "'),
    ],
)
def test_the_form_of_a_text(text: str, start: str, tmp_path: Path) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    (tmp_path / ".zattrs").write_bytes(text.encode())
    main(["fix", str(tmp_path)])
    written = (tmp_path / ".zattrs").read_text()
    assert written.startswith(start)
    assert written.endswith("\n") == text.endswith("\n")


def test_fix_has_nothing_to_write(tmp_path: Path) -> None:
    file = tmp_path / "image.zip"
    with ZipFile(file, "w") as zipped:
        for key, document in hierarchy().items():
            zipped.writestr(key, json.dumps(document))
    assert main(["fix", str(file)]) == 0
    assert main(["fix", str(tmp_path / "none.zip")]) == 2
    assert not (tmp_path / "none.zip").exists()


def test_a_dry_run_says_what_it_will_not_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _wrong("0.4")
    path = write(documents, tmp_path)
    (tmp_path / ".zattrs").write_text(_text_with(documents[".zattrs"], '"seen": NaN'))
    (tmp_path / "0" / ".zarray").write_text("{")
    assert main(["fix", "--dry-run", path]) == 2
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert first["uri"] == second["uri"] == path
    assert first["problems"] == [".zattrs seen: expected JSON, got NaN [json-value]"]
    assert second["problems"] == []
    assert "0 .zarray: not JSON" in said.err


def test_one_document_is_left_and_the_other_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = _wrong("0.4")
    path = write(documents, tmp_path)
    (tmp_path / ".zattrs").write_text(_text_with(documents[".zattrs"], '"seen": NaN'))
    assert main(["fix", path]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path} .zattrs is unchanged"
    assert f"{path} labels/nuclei/.zattrs" in said


def test_a_disk_that_is_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong("0.4"), tmp_path)
    put = _zarr_io.put
    asked: list[str] = []

    async def full(store: Any, key: str, text: bytes) -> None:
        asked.append(key)
        if asked[1:]:
            msg = "disk full"
            raise OSError(msg)
        await put(store, key, text)

    monkeypatch.setattr("ome_zarr_models._zarr.store.put", full)
    assert main(["fix", path]) == 2
    said = capsys.readouterr().err
    assert said == f"{path} could not be fixed after 1 documents were written: disk full\n"


def test_labels_of_0_5_have_the_version_of_their_image(tmp_path: Path) -> None:
    documents = hierarchy(version="0.5", labels={"nuclei": image_label(version="0.5")})
    place = ("attributes", "ome", "version")
    for key in ("labels/zarr.json", "labels/nuclei/zarr.json"):
        documents[key] = broken(documents[key], place, ABSENT)
    path = write(documents, tmp_path)
    assert validate(path).status == "invalid"
    assert main(["fix", path]) == 0
    assert validate(path).status == "valid"


def test_nodes_of_another_version_are_left_as_they_are(tmp_path: Path) -> None:
    documents = hierarchy(version="0.5", labels={"nuclei": image_label(version="0.5")})
    key = "labels/nuclei/zarr.json"
    documents[key] = broken(documents[key], ("attributes", "ome"), {"version": "0.6rc0"})
    documents[key] = broken(documents[key], ("attributes", "ome", "labels"), [])
    path = write(documents, tmp_path)
    before = _files(tmp_path)
    assert main(["fix", path]) == 1
    assert _files(tmp_path) == before


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_fill_values_that_are_no_json(version: str, tmp_path: Path) -> None:
    documents = hierarchy(version=version)
    key = "0/.zarray" if version == "0.4" else "0/zarr.json"
    wanted = array(dtype="<f4") if version == "0.4" else array_3(dtype="<f4")
    documents[key] = {**wanted, "fill_value": float("nan")}
    path = write(documents, tmp_path)
    assert validate(path).status == "invalid"
    assert main(["fix", path]) == 0
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
def test_what_would_be_lost_is_not_written(
    more: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    (tmp_path / ".zattrs").write_text(TOP + more)
    before = _files(tmp_path)
    assert main(["fix", str(tmp_path)]) == 1
    assert f"  {said}" in capsys.readouterr().out.splitlines()
    assert _files(tmp_path) == before


def test_what_is_no_ome_zarr(tmp_path: Path) -> None:
    path = write({".zgroup": {"zarr_format": 2}, ".zattrs": {"version": 0.4}}, tmp_path)
    before = _files(tmp_path)
    assert main(["fix", path]) == 1
    assert _files(tmp_path) == before


def test_what_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", "--dry-run", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "expected a Zarr group, got nothing there" in said.err
    file = tmp_path / "image.zip"
    with ZipFile(file, "w") as zipped:
        for key, document in _wrong("0.4").items():
            zipped.writestr(key, json.dumps(document))
    before = file.read_bytes()
    assert main(["fix", str(file)]) == 2
    assert "cannot be replaced: unpack it, and pack it again" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_whole_plate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = plate_hierarchy()
    place = ("plate", "wells", 0, "rowIndex")
    documents[".zattrs"] = broken(documents[".zattrs"], place, ABSENT)
    keys = [key for key in documents if key.endswith(".zattrs") and "well" in documents[key]]
    for key in keys:
        documents[key] = broken(documents[key], ("well", "version"), 0.4)
    path = write(documents, tmp_path)
    assert main(["fix", "--dry-run", path]) == 0
    said = [json.loads(line)["document"] for line in capsys.readouterr().out.splitlines()]
    assert said == [".zattrs", *keys]
    assert main(["fix", path]) == 0
    assert validate(path).status == "valid"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda extra: {"well": {"images": [], "version": 0.4}, "extra": extra})
)
def test_what_nobody_knows_is_kept(document: dict[str, Any]) -> None:
    mended, _ = repair(document)
    assert mended == {**document, "well": {"images": [], "version": "0.4"}}
    assert decode(json.dumps(mended))[0] == json.loads(json.dumps(mended))
