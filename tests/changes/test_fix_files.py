"""The files that `fix` replaces: their modes, owners and links."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from zarr.storage import WrapperStore

from ome_zarr_models import validate
from ome_zarr_models._changes.fix import find_fixes, write_fixes
from ome_zarr_models._zarr.documents import Documents
from ome_zarr_models._zarr.store import locate

from ..helpers.cli import run
from ..helpers.factories import ABSENT, broken, hierarchy, image_label, plate_hierarchy
from ..helpers.stores import Breaking, documents_in, memory, write

if TYPE_CHECKING:
    from pathlib import Path

_LABEL = "labels/nuclei/.zattrs"

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are those of POSIX")


def _wrong(*, is_consolidated: bool = False) -> dict[str, Any]:
    """Return the documents of an image with a label; both can be repaired."""
    documents = hierarchy(labels={"nuclei": image_label()})
    for key in (".zattrs", _LABEL):
        documents[key] = broken(documents[key], ("multiscales", 0, "axes", 2, "type"), ABSENT)
    if is_consolidated:
        copies = {"metadata": dict(documents), "zarr_consolidated_format": 1}
        documents[".zmetadata"] = copies
    return documents


@posix
@pytest.mark.parametrize("mode", [0o660, 0o600, 0o664, 0o2664])
def test_mode_is_kept(mode: int, tmp_path: Path) -> None:
    path = write(_wrong(), tmp_path)
    file = tmp_path / ".zattrs"
    file.chmod(mode)
    before = file.stat()
    assert run("fix", path) == 0
    after = file.stat()
    assert after.st_ino != before.st_ino  # another file was renamed
    assert after.st_mode == before.st_mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


@posix
def test_owner_is_kept(tmp_path: Path) -> None:
    path = write(_wrong(), tmp_path)
    file = tmp_path / ".zattrs"
    try:
        os.chown(file, 12345, 23456)
    except PermissionError:
        pytest.skip("only an administrator gives files away")
    assert run("fix", path) == 0
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


@posix
def test_group_is_kept_where_the_owner_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong(), tmp_path)
    asked: list[tuple[int, int]] = []

    def refuse(_: int, owner: int, group: int) -> None:
        asked.append((owner, group))
        raise PermissionError

    real = os.fstat

    def of_another_user(file: int) -> os.stat_result:
        status = list(real(file))
        status[4] += 1
        return os.stat_result(status)

    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "fstat", of_another_user)
    assert run("fix", path) == 0
    monkeypatch.undo()
    status = (tmp_path / ".zattrs").stat()
    assert asked[-2:] == [(status.st_uid, status.st_gid), (-1, status.st_gid)]


def _link(place: Path, target: Path, *, is_folder: bool = False) -> None:
    try:
        place.symlink_to(target, target_is_directory=is_folder)
    except OSError:
        pytest.skip("this system has no symbolic links, or does not let users make them")


def test_links_inside_of_the_hierarchy_are_followed(tmp_path: Path) -> None:
    path = write(_wrong(), tmp_path)
    kept = tmp_path / "kept"
    (tmp_path / "labels" / "nuclei").rename(kept)
    _link(tmp_path / "labels" / "nuclei", kept, is_folder=True)
    (tmp_path / ".zattrs").rename(tmp_path / "attributes.json")
    _link(tmp_path / ".zattrs", tmp_path / "attributes.json")
    assert run("fix", path) == 0
    assert (tmp_path / ".zattrs").is_symlink()
    assert (tmp_path / "labels" / "nuclei").is_symlink()
    assert validate(path).status == "valid"


@pytest.mark.parametrize("is_folder", [False, True])
@pytest.mark.parametrize("is_consolidated", [False, True])
def test_links_that_lead_out_are_refused(
    *,
    is_folder: bool,
    is_consolidated: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "image.zarr"
    path = write(_wrong(is_consolidated=is_consolidated), folder)
    place = (folder / _LABEL).parent if is_folder else folder / _LABEL
    outside = tmp_path / "outside"
    place.rename(outside)
    _link(place, outside, is_folder=is_folder)
    before = (folder / _LABEL).read_bytes()
    root = (folder / ".zattrs").read_bytes()
    assert run("fix", path) == 1
    said = capsys.readouterr().out
    assert f"{path} {_LABEL} is unchanged" in said
    assert "is a symbolic link that leads out of the hierarchy" in said
    assert (folder / _LABEL).read_bytes() == before
    # Documents that share consolidated metadata are all written, or none of them is.
    assert ((folder / ".zattrs").read_bytes() == root) is is_consolidated
    assert validate(path, consolidated="check").status == "invalid"
    assert not [
        problem
        for problem in validate(path, consolidated="check").problems
        if problem.rule == "consolidated"
    ]


@pytest.mark.parametrize("is_consolidated", [False, True])
def test_files_with_several_hard_links_are_refused(
    *, is_consolidated: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(_wrong(is_consolidated=is_consolidated), tmp_path / "image.zarr")
    file = tmp_path / "image.zarr" / _LABEL
    (tmp_path / "twin").hardlink_to(file)
    before = file.read_bytes()
    assert run("fix", path) == 1
    said = capsys.readouterr().out
    assert f"{path} {_LABEL} is unchanged" in said
    assert "has 2 hard links, of which this would be cut off: not written" in said
    assert file.read_bytes() == before
    assert file.stat().st_nlink == 2


def test_failing_store_keeps_what_was_not_written() -> None:
    """A second run fixes the rest, wherever the first one broke off."""
    expected = hierarchy(labels={"nuclei": image_label()})
    for after in range(2):
        inner = memory(_wrong())
        location = locate(Breaking(inner, after))
        with pytest.raises(OSError, match="disk full"):
            list(write_fixes(location, find_fixes(location)))
        for key, document in documents_in(inner).items():
            assert document in (_wrong()[key], expected[key])
        location = locate(inner)
        list(write_fixes(location, find_fixes(location)))
        fixed = documents_in(inner)
        assert validate(inner).status == "valid"
        assert fixed.keys() == expected.keys()


@posix
def test_file_that_is_linked_in_the_meantime_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(_wrong(), tmp_path / "image.zarr")
    (tmp_path / "twin").hardlink_to(tmp_path / "image.zarr" / _LABEL)
    location = locate(path)

    def refusal(*_: object) -> str:
        return ""

    monkeypatch.setattr(Documents, "refusal", refusal)
    problems = [
        each
        for document in write_fixes(location, find_fixes(location))
        for each in document.problems
    ]
    assert [(each.rule, each.node) for each in problems] == [("unwritable", "labels/nuclei")]


def test_copies_that_cannot_be_read_are_not_passed_over() -> None:
    """What is there has to be kept true."""
    inner = memory(_wrong(is_consolidated=True))

    class Refusing(WrapperStore[Any]):
        async def get(self, key: str, *arguments: Any, **options: Any) -> Any:
            if key == ".zmetadata":
                raise PermissionError(key)
            return await super().get(key, *arguments, **options)

    location = locate(Refusing(inner))
    with pytest.raises(PermissionError):
        list(find_fixes(location))
    assert documents_in(inner) == _wrong(is_consolidated=True)


MALFORMED: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("coordinateSystems",), ["physical"]),
    (("coordinateSystems",), []),
    (("datasets", 0, "coordinateTransformations", 0, "output"), "physical"),
    (("datasets", 0, "coordinateTransformations", 0), {}),
    (("datasets", 0, "coordinateTransformations"), {}),
    (("datasets", 0, "coordinateTransformations"), ["a"]),
    (("datasets",), None),
)


@pytest.mark.parametrize(("loc", "wrong"), MALFORMED)
def test_the_rest_of_a_hierarchy_with_a_malformed_image_is_fixed(loc: Any, wrong: Any) -> None:
    documents = plate_hierarchy(["A/1"], 2, 1, "0.6")
    place = ("A/1/0/zarr.json", "attributes", "ome", "multiscales", 0, *loc)
    documents = broken(documents, place, wrong)
    documents = broken(documents, ("A/1/1/0/zarr.json", "dimension_names"), ABSENT)
    (fixed,) = find_fixes(locate(memory(documents)))
    assert fixed.key == "A/1/1/0/zarr.json"
    assert fixed.patch == [{"op": "add", "path": "/dimension_names", "value": ["y", "x"]}]
