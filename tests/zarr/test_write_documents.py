"""Documents that are written over others, and what is refused."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from zarr.storage import MemoryStore, StorePath

from ome_zarr_models import ValidationWarning, validate

from ..helpers.factories import below, broken, collection, inside
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, keys_in, memory
from ..helpers.stores import write as write_files
from ..helpers.versions import MODULES, array_of, every_version
from ..helpers.writing import (
    EVERY,
    FOREIGN,
    FOREIGN_KEY,
    STORES,
    consolidated,
    contents,
    documents_of,
    group_of,
    is_in,
    parsed,
    place_with,
    untrue_copies,
    with_foreign,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

every_kind = pytest.mark.parametrize(("kind", "version"), EVERY)
every_store = pytest.mark.parametrize("store", STORES)
REPLACING = [store for store in STORES if store != "zip"]


@every_store
@every_kind
def test_written_group_is_read_below_a_consolidated_root(
    kind: str, version: str, store: str, tmp_path: Path
) -> None:
    root = consolidated(documents_of("plain", version, 0))
    place = place_with(root if store != "zip" else {}, store, tmp_path)
    new = group_of(kind, version)
    assert write(new, place.target, "a/b") == []
    held = parsed(contents(place))
    for key, document in documents_of(kind, version).items():
        assert is_in(document, held[f"a/b/{key}"])
    assert untrue_copies(held) == []
    if kind != "plain":
        assert open_ome_zarr(StorePath(place.store, "a/b")) == new


@pytest.mark.parametrize("store", REPLACING)
@pytest.mark.parametrize("above", ["", "up", "far/up"])
@every_kind
def test_documents_are_replaced_and_copies_stay_true(
    kind: str, version: str, above: str, store: str, tmp_path: Path
) -> None:
    documents = with_foreign(documents_of(kind, version))
    documents = below(above, documents) if above else documents
    documents |= _parents(above, version)
    if above:
        documents = consolidated(documents, above)
    place = place_with(consolidated(documents), store, tmp_path)
    more = group_of(kind, version, 3)
    assert write(more, place.target, above, overwrite="documents") == []
    held = parsed(contents(place))
    assert untrue_copies(held) == []
    for key, document in documents_of(kind, version, 3).items():
        assert is_in(document, held[f"{above}/{key}" if above else key])
    for key, document in documents.items():
        name = key.rpartition("/")[2]
        if "mine" in document:
            assert is_in(FOREIGN, held[key]), key
        if name == "zarr.json" and "other" in document:
            assert held[key]["other"] == FOREIGN_KEY
            assert is_in(FOREIGN, held[key]["attributes"])
    report = validate(place.store, consolidated="check")
    assert [problem for problem in report.problems if problem.rule == "consolidated"] == []


def _parents(path: str, version: str) -> dict[str, Any]:
    steps = path.split("/") if path else []
    ((name, text),) = documents_of("plain", version, 0).items()
    return {"/".join([*steps[:i], name]): text for i in range(len(steps))}


@pytest.mark.parametrize("store", REPLACING)
@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("image-label", ["2"]),
        ("labels", ["label 2"]),
        ("plate", ["B/3"]),
        ("well", ["2"]),
        ("bioformats2raw", ["2"]),
        ("scene", ["tile 2"]),
    ],
)
@every_version
def test_members_are_not_unlisted(
    kind: str, lost: list[str], version: str, store: str, tmp_path: Path
) -> None:
    if (kind, version) not in EVERY:
        return
    place = place_with(documents_of(kind, version, 3), store, tmp_path)
    before = contents(place)
    for fewer in (1, 2):
        with pytest.raises(FileExistsError, match="would no longer name it") as raised:
            write(group_of(kind, version, fewer), place.target, overwrite="documents")
        assert contents(place) == before
        assert all(repr(name) in str(raised.value) for name in lost)
    said = write(group_of(kind, version, 1), place.target, overwrite=True)
    assert said == []
    assert not any(key.startswith(f"{lost[0]}/") for key in contents(place))


@every_version
def test_collection_without_a_list_is_not_cut_by_one(version: str, tmp_path: Path) -> None:
    documents = collection(3, series=False, version=version)
    one = group_of("bioformats2raw", version, 1)
    for target in (memory(documents), write_files(documents, tmp_path)):
        with pytest.raises(FileExistsError, match="'2' exists, and 'OME' would no longer name it"):
            one.to_zarr(target, overwrite="documents")
        with pytest.raises(FileExistsError, match=r"'1' exists, and '\.' would no longer name it"):
            one.members["OME"].to_zarr(target, "OME", overwrite="documents")
        write(group_of("bioformats2raw", version, 3), target, overwrite="documents")


@every_version
def test_series_as_one_path_are_not_cut(version: str, tmp_path: Path) -> None:
    path = write_files(documents_of("bioformats2raw", version, 3), tmp_path / "a")
    one = group_of("bioformats2raw", version, 1).members["OME"]
    with pytest.raises(FileExistsError, match=r"'\.\./2' exists"):
        one.to_zarr(f"{path}/OME", overwrite="documents")
    store = memory(inside("OME", documents_of("bioformats2raw", version, 3)))
    one.to_zarr(store, overwrite="documents")  # what is above the store is not known


def test_many_members_are_named_in_part() -> None:
    documents = documents_of("labels", "0.5", 15)
    with pytest.raises(FileExistsError, match=r"and 4 more$"):
        write(group_of("labels", "0.5", 1), memory(documents), overwrite="documents")
    many = [f"'label {i}'" for i in range(4)]
    message = rf"already has nodes at '\.', {', '.join(many)}.* and 36 more: "
    with pytest.raises(FileExistsError, match=message):
        group_of("labels", "0.5", 15).to_zarr(memory(documents))


@every_kind
def test_existing_nodes_are_refused_with_both_ways_out(kind: str, version: str) -> None:
    place = memory(documents_of(kind, version))
    with pytest.raises(FileExistsError) as raised:
        group_of(kind, version).to_zarr(place)
    message = str(raised.value)
    assert 'overwrite="documents" replaces their documents and keeps their pixels' in message
    assert message.endswith("overwrite=True deletes them with their pixels")


CHANGES_2: list[tuple[str, Any, str]] = [
    ("shape", [32, 32], r"its shape is \[64, 64\], not \[32, 32\]"),
    ("dtype", "<u4", 'its data type is "<u2", not "<u4"'),
    ("dtype", ">u2", 'its data type is "<u2", not ">u2"'),
    ("chunks", [8, 8], r"its chunk shape is \[64, 64\], not \[8, 8\]"),
    ("compressor", None, r"its compressor is \{.*\}, not null"),
    ("filters", [{"id": "delta"}], r"its filters is null, not \[\{"),
    ("order", "F", 'its order is "C", not "F"'),
    ("fill_value", 1, "its fill value is 0, not 1"),
    ("dimension_separator", ".", 'its separator of chunk keys is "/", not "."'),
]
CHANGES_3: list[tuple[str, Any, str]] = [
    ("shape", [32, 32], r"its shape is \[64, 64\], not \[32, 32\]"),
    ("data_type", "uint32", 'its data type is "uint16", not "uint32"'),
    (
        "chunk_grid",
        {"name": "regular", "configuration": {"chunk_shape": [8, 8]}},
        "its chunk grid is .*64.*, not .*8",
    ),
    ("codecs", [{"name": "bytes"}, {"name": "gzip"}], "its codecs is"),
    ("fill_value", 1, "its fill value is 0, not 1"),
    (
        "chunk_key_encoding",
        {"name": "v2"},
        r'its chunk key encoding is \["default", "/"\], not \["v2',
    ),
    ("storage_transformers", [{"name": "x"}], "its storage transformers is null, not"),
]


@pytest.mark.parametrize(
    ("version", "key", "value", "message"),
    [("0.4", *change) for change in CHANGES_2] + [("0.5", *change) for change in CHANGES_3],
)
def test_array_of_other_pixels_is_refused(version: str, key: str, value: Any, message: str) -> None:
    ((name, document),) = array_of(version).to_documents().items()
    changed = MODULES[version].ArraySpec.from_documents({name: {**document, key: value}})
    store = memory({f"0/{name}": document, "0/0": b"pixels"})
    module = MODULES[version]
    with pytest.raises(FileExistsError, match=f"'0' is an array of other pixels: {message}"):
        module.GroupSpec(members={"0": changed}).to_zarr(store, overwrite="documents")
    with pytest.raises(FileExistsError, match=r"'\.' is an array of other pixels"):
        changed.to_zarr(store, "0", overwrite="documents")
    assert keys_in(store) == [f"0/{name}", "0/0"]


def test_arrays_that_are_written_in_another_way_are_the_same() -> None:
    """What a document leaves out, or says as an object, makes no other array."""
    ((name, document),) = array_of("0.5").to_documents().items()
    short = {
        **document,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, "crc32c"],
    }
    long: dict[str, Any] = {
        **short,
        "codecs": [short["codecs"][0], {"name": "crc32c", "configuration": {}}],
    }
    store = memory({"0/zarr.json": short})
    MODULES["0.5"].ArraySpec.from_documents({name: long}).to_zarr(store, "0", overwrite="documents")
    odd = {**short, "codecs": [short["codecs"][0], 3], "chunk_key_encoding": "default"}
    odd["data_type"] = {"name": "other"}
    with pytest.raises(FileExistsError, match=r"its data type is .*, not .*\n.*its codecs is"):
        MODULES["0.5"].ArraySpec.from_documents({name: long}).to_zarr(
            memory({"0/zarr.json": odd}), "0", overwrite="documents"
        )


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ({"shape": [1, 1]}, "its shape is"),
        ({"dtype": "<f2"}, 'its data type is "f2", not "u2"'),
        ({"dtype": [["r", "|u1"]]}, "its data type is"),
        ({"chunks": [1, 1]}, "its chunk shape is"),
        (
            {"dimension_separator": "."},
            r'its chunk key encoding is \["v2", "\."\], not \["v2", "/"\]',
        ),
    ],
)
def test_pixels_of_the_other_format_are_compared(old: dict[str, Any], message: str) -> None:
    documents = documents_of("image-label", "0.4", 1)
    documents["0/.zarray"] = {**documents["0/.zarray"], "dtype": "<u2", **old}
    label = open_ome_zarr(memory(documents_of("image-label", "0.4", 1))).to_version("0.5")
    two = attrs.evolve(label.members["0"], data_type="uint16")
    label = attrs.evolve(label, members={"0": two})
    store = memory(documents)
    with pytest.raises(FileExistsError, match=message):
        label.to_zarr(store, overwrite="documents")
    assert keys_in(store) == [*documents]


@pytest.mark.parametrize("store", REPLACING)
@every_version
def test_node_of_another_type_is_refused(version: str, store: str, tmp_path: Path) -> None:
    group = next(iter(documents_of("plain", version, 0)))
    array = next(iter(array_of(version).to_documents()))
    module = MODULES[version]
    documents = {
        f"array/{array}": array_of(version).to_documents()[array],
        f"group/{group}": documents_of("plain", version, 0)[group],
    }
    place = place_with(documents, store, tmp_path)
    before = contents(place)
    with pytest.raises(FileExistsError, match="'array' is an array, not a group"):
        module.GroupSpec(members={"array": module.GroupSpec(members={})}).to_zarr(
            place.target, overwrite="documents"
        )
    with pytest.raises(FileExistsError, match=r"'\.' is a group, not an array"):
        array_of(version).to_zarr(place.target, "group", overwrite="documents")
    with pytest.raises(FileExistsError, match="got an array at 'array': nothing is written"):
        array_of(version).to_zarr(place.target, "array/in", overwrite="documents")
    assert contents(place) == before


@pytest.mark.parametrize("version", ["0.5", "0.6"])
@pytest.mark.parametrize("store", REPLACING)
@pytest.mark.filterwarnings("ignore:.*exists beside")
def test_format_3_over_2_warns_and_hides_nothing(version: str, store: str, tmp_path: Path) -> None:
    documents = documents_of("image", "0.4")
    place = place_with({**documents, "0/0/0": b"pixels"}, store, tmp_path)
    new = open_ome_zarr(memory(documents)).to_version(version)
    (message,) = write(new, place.target, overwrite="documents")
    assert "the documents of Zarr format 2 (.zgroup, .zarray and .zattrs) remain" in message
    assert open_ome_zarr(place.store) == new
    assert {*documents, "0/0/0"} <= contents(place).keys()
    assert write(new, place.target, overwrite="documents") == [message]


@pytest.mark.parametrize("store", REPLACING)
@pytest.mark.parametrize("loose", ["tables", "labels/loose", "0/../more"])
@pytest.mark.parametrize("name", [".zgroup", ".zarray"])
def test_format_3_over_2_does_not_hide_other_nodes(
    loose: str, name: str, store: str, tmp_path: Path
) -> None:
    documents = documents_of("image", "0.4")
    key = f"{loose.removeprefix('0/../')}/{name}"
    place = place_with({**documents, key: {"zarr_format": 2}}, store, tmp_path)
    before = contents(place)
    new = open_ome_zarr(memory(documents)).to_version("0.5")
    hidden = key.removesuffix(f"/{name}")
    with pytest.raises(FileExistsError, match=f"'{hidden}', a node of Zarr format 2 that is not"):
        write(new, place.target, overwrite="documents")
    assert contents(place) == before


def test_store_that_cannot_list_is_warned_of() -> None:
    documents = documents_of("image", "0.4")
    store = Counting(memory(documents))
    new = open_ome_zarr(memory(documents)).to_version("0.5")
    said = write(new, store, overwrite="documents")
    assert len(said) == 2
    assert "this store cannot list its keys" in said[0]
    assert "readers no longer see them" in said[0]


@pytest.mark.parametrize("version", ["0.5", "0.6"])
@every_store
def test_format_2_over_3_is_refused(version: str, store: str, tmp_path: Path) -> None:
    place = place_with(documents_of("well", version), store, tmp_path)
    before = contents(place)
    error = NotImplementedError if store == "zip" else FileExistsError
    message = (
        "nothing can be deleted"
        if store == "zip"
        else r"zarr\.json at '.' hides documents of Zarr format 2"
    )
    with pytest.raises(error, match=message):
        write(group_of("well", "0.4"), place.target, overwrite="documents")
    assert contents(place) == before


@pytest.mark.parametrize(("old", "new"), [("0.4", "0.5"), ("0.5", "0.4"), ("0.6", "0.4")])
def test_other_format_above_is_refused(old: str, new: str, tmp_path: Path) -> None:
    """Whether the group above is in the store, or the store is a folder in it."""
    path = write_files(documents_of("image", old, 0), tmp_path / "a")
    for target, inner in ((path, "more"), (f"{path}/more", ""), (f"{path}/more", "in")):
        with pytest.raises(FileExistsError, match="whose readers would not see it, at"):
            group_of("labels", new).to_zarr(target, inner)
    assert not (tmp_path / "a" / "more").exists()


@every_version
def test_attributes_of_ome_go_where_the_model_has_none(version: str) -> None:
    documents = with_foreign(documents_of("well", version, 1))
    plain = MODULES[version].GroupSpec(members={})
    own = ".zattrs" if version == "0.4" else "zarr.json"
    store = memory({own: documents[own], **_parents("x", version)} | {own: documents[own]})
    plain.to_zarr(store, overwrite="documents")
    held = json.loads(vars(store)["_store_dict"][own].to_bytes())
    assert (held if version == "0.4" else held["attributes"]) == FOREIGN


def test_empty_attributes_are_removed_with_their_copy() -> None:
    documents = consolidated({".zgroup": {"zarr_format": 2}, ".zattrs": {"labels": []}})
    store = memory(documents)
    MODULES["0.4"].GroupSpec(members={}).to_zarr(store, overwrite="documents")
    assert sorted(keys_in(store)) == [".zgroup", ".zmetadata"]
    assert json.loads(vars(store)["_store_dict"][".zmetadata"].to_bytes())["metadata"] == {
        ".zgroup": {"zarr_format": 2}
    }


def test_foreign_keys_of_ome_stay_and_optional_keys_of_zarr_do_not() -> None:
    documents = documents_of("labels", "0.5", 1)
    place = ("zarr.json", "attributes", "ome", "mine")
    store = memory(broken(documents, place, 1))
    write(group_of("labels", "0.5", 2), store, overwrite="documents")
    assert json.loads(vars(store)["_store_dict"]["zarr.json"].to_bytes())["attributes"]["ome"] == {
        "version": "0.5",
        "labels": ["label 0", "label 1"],
        "mine": 1,
    }
    array = array_of("0.5")
    array.to_zarr(store, "spare")
    without = attrs.evolve(array, dimension_names=None)
    without.to_zarr(store, "spare", overwrite="documents")
    held = json.loads(vars(store)["_store_dict"]["spare/zarr.json"].to_bytes())
    assert "dimension_names" not in held


def test_groups_between_are_added_to_copies() -> None:
    """What the copies left out, and a node that is written is in, is copied as well."""
    for version in ("0.4", "0.5"):
        documents = consolidated(documents_of("image", version, 0))
        holder: Any = documents[".zmetadata" if version == "0.4" else "zarr.json"]
        copies = holder.get("consolidated_metadata", holder)["metadata"]
        for key in [key for key in copies if key.startswith("labels")]:
            del copies[key]
        store = memory(documents)
        write(group_of("image-label", version), store, "labels/new")
        held = parsed(
            {key: buffer.to_bytes() for key, buffer in vars(store)["_store_dict"].items()}
        )
        assert untrue_copies(held) == []


def test_copies_that_are_not_there_are_not_made(tmp_path: Path) -> None:
    """Documents that are broken, or hold no copies, are left alone."""
    for number, text in enumerate((b"{", b"[]", b"{}", b'{"metadata": []}')):
        documents = {**documents_of("plain", "0.4", 0), ".zmetadata": text}
        store = memory(documents)
        write(group_of("well", "0.4"), store, "a")
        assert vars(store)["_store_dict"][".zmetadata"].to_bytes() == text
        path = write_files(documents, tmp_path / str(number))
        write(group_of("well", "0.4"), f"{path}/a")
        assert (tmp_path / str(number) / ".zmetadata").read_bytes() == text


@every_version
def test_copies_above_the_store_are_kept_true(version: str, tmp_path: Path) -> None:
    documents = documents_of("plate", version)
    path = write_files(consolidated(documents), tmp_path / "a")
    well = group_of("plate", version).members["A"].members["1"]
    for overwrite in ("documents", True):
        write(well, f"{path}/A/1", overwrite=overwrite)
        held = {
            str(file.relative_to(path)): file.read_bytes()
            for file in (tmp_path / "a").rglob("*")
            if file.is_file()
        }
        assert untrue_copies(parsed(held)) == []
    assert validate(path, consolidated="check").status == "valid"


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_copies_in_zip_files_cannot_be_replaced(version: str, tmp_path: Path) -> None:
    place = place_with(consolidated(documents_of("plain", version, 0)), "zip", tmp_path)
    before = contents(place)
    with pytest.raises(
        NotImplementedError, match=r"consolidated metadata in .* cannot be replaced"
    ):
        write(group_of("well", version), place.target, "a")
    assert contents(place) == before


@every_kind
def test_pixels_that_stay_elsewhere_are_warned_of(kind: str, version: str, tmp_path: Path) -> None:
    path = write_files(documents_of(kind, version), tmp_path / "old")
    if kind == "plain":
        return
    opened = open_ome_zarr(path)
    with pytest.warns(ValidationWarning, match=rf"metadata only: the pixels of .* still at {path}"):
        opened.to_zarr(tmp_path / "new")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened.to_zarr(path, overwrite="documents")
        opened.to_zarr(tmp_path / "new", overwrite="documents")  # arrays are there


@every_version
def test_pixels_of_converted_and_composed_groups_are_warned_of(version: str) -> None:
    store = memory(documents_of("image-label", version))
    label = open_ome_zarr(store)
    labels = MODULES[version].Labels.new({"a": label})
    with pytest.warns(ValidationWarning, match="the pixels of 'a/0', 'a/1' are still at memory:"):
        labels.to_zarr(memory({}))
    other = "0.6" if version == "0.5" else "0.5"
    with pytest.warns(ValidationWarning, match="the pixels of '0', '1' are still at memory:"):
        label.to_version(other).to_zarr(MemoryStore())


@every_version
def test_source_documents_are_not_shared_with_what_is_written(version: str) -> None:
    documents = with_foreign(documents_of("well", version))
    given = deepcopy(documents)
    opened = open_ome_zarr(memory(documents))
    before = opened.to_documents()
    write(opened, MemoryStore())
    assert opened.to_documents() == before
    assert documents == given


@pytest.mark.parametrize("old", [b"{", b"[]", b'{"attributes": 3}', b'{"attributes": {"ome": 3}}'])
def test_broken_documents_are_replaced(old: bytes) -> None:
    store = memory({"zarr.json": old})
    write(group_of("labels", "0.5", 1), store, overwrite="documents")
    assert open_ome_zarr(store).label_paths == ["label 0"]


def test_members_without_a_source_have_that_of_their_group() -> None:
    opened = open_ome_zarr(memory(documents_of("image", "0.5", 0)))
    labels = MODULES["0.5"].GroupSpec(members={"loose": array_of("0.5")})
    changed = attrs.evolve(opened, members={**opened.members, "more": labels})
    with pytest.warns(ValidationWarning, match="the pixels of '0', '1', 'more/loose' are"):
        changed.to_zarr(memory({}))


def test_nothing_is_deleted_below_a_new_root_in_a_store_that_cannot_list() -> None:
    store = Counting(memory({"0/0/0": b"pixels"}))
    write(group_of("image", "0.5", 0), store, overwrite=True)
    assert open_ome_zarr(store) == group_of("image", "0.5", 0)


def test_array_over_one_of_the_other_format_is_warned_of() -> None:
    store = memory({})
    old = array_of("0.4")
    old.to_zarr(store)
    encoding = {"name": "v2", "configuration": {"separator": "/"}}
    new = attrs.evolve(array_of("0.5"), chunk_key_encoding=encoding)
    with pytest.warns(ValidationWarning, match="remain beside the new ones"):
        new.to_zarr(store, overwrite="documents")
    odd = attrs.evolve(new, data_type={"name": "other"})
    with pytest.raises(FileExistsError, match='its data type is "u2", not'):
        odd.to_zarr(store, overwrite="documents")
