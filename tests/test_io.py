"""Reading and writing hierarchies: what is asked of a store, and what its faults become."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from zarr.storage import LocalStore, MemoryStore, StorePath, WrapperStore

from ome_zarr_models import ValidationError, ValidationWarning, validate
from ome_zarr_models.exceptions import BrokenJSONError, MissingNodeError, UnreadableNodeError
from ome_zarr_models.v04 import ArraySpec, GroupSpec, Image, ImageLabel, Labels

from .documents import array, broken, hierarchy, image, image_label
from .stores import ZARR, Breaking, Counting, documents_in, keys_in, memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = {"nuclei": image_label(), "cells": image_label()}


def _local(documents: dict[str, Any], folder: Path) -> Path:
    for key, document in documents.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_text(json.dumps(document))
    return folder


def test_an_image_is_read() -> None:
    documents = hierarchy(labels=LABELS)
    documents["0/.zattrs"] = {"mine": 1}
    read = Image.from_zarr(memory(documents))
    assert read.ome_attributes.multiscales[0].name == "cells"
    assert read.ome_zarr_version == "0.4"
    assert read.zarr_format == 2
    assert read.members is not None
    assert list(read.members) == ["0", "1", "labels"]
    assert read.members["0"] == ArraySpec.from_documents(
        {".zarray": array(), ".zattrs": {"mine": 1}}
    )
    assert [dataset.path for dataset in read.datasets[0]] == ["0", "1"]
    labels = read.labels
    assert isinstance(labels, Labels)
    assert labels.label_paths == ["nuclei", "cells"]
    label = labels.get_image_labels_group("cells")
    assert isinstance(label, ImageLabel)
    assert label.datasets[0][1].path == "1"
    assert isinstance((label.members or {})["0"], ArraySpec)
    with pytest.raises(KeyError, match="spots"):
        labels.get_image_labels_group("spots")


def test_what_was_read_is_written_again() -> None:
    documents = hierarchy(labels=LABELS)
    documents["0/.zattrs"] = {"mine": 1}
    store = memory({})
    read = Image.from_zarr(memory(documents))
    group = read.to_zarr(store)
    assert documents_in(store) == documents
    assert Image.from_zarr(group) == read
    assert GroupSpec.from_flat(read.to_flat()) == read


def _open(store: Any, **given: Any) -> Any:
    return ZARR.open_group(store, mode="r", **given)


TARGETS: list[Callable[[Path], Any]] = [
    lambda folder: folder,
    str,
    lambda folder: folder.as_uri(),
    lambda folder: f"local://{folder}",
    LocalStore,
    lambda folder: StorePath(LocalStore(folder)),
    _open,
    lambda folder: _open(folder.parent)[folder.name],
    lambda folder: WrapperStore(LocalStore(folder)),
]


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_zarr_takes_is_read(target: Callable[[Path], Any], tmp_path: Path) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    folder = _local(hierarchy(labels=LABELS), tmp_path / "a b.zarr")
    expected = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    assert Image.from_zarr(target(folder)) == expected
    assert asyncio.run(Image.from_zarr_async(target(folder))) == expected


def test_requests() -> None:
    """Each document once, a level of the hierarchy at a time; nothing is listed."""
    store = Counting(memory(hierarchy(image(levels=5))))
    read = Image.from_zarr(store)
    assert len(read.datasets[0]) == 5
    assert len(store.keys) == len(set(store.keys)) == 15
    assert store.rounds == [
        {".zmetadata"},
        {".zgroup", ".zattrs"},
        {
            *(f"{level}/{name}" for level in range(5) for name in (".zarray", ".zattrs")),
            "labels/.zgroup",
            "labels/.zattrs",
        },
    ]


def test_requests_with_labels() -> None:
    store = Counting(memory(hierarchy(labels=LABELS)))
    Image.from_zarr(store)
    assert len(store.keys) == len(set(store.keys))
    assert len(store.rounds) == 5


@pytest.mark.parametrize("bound", [1, 3, 64])
def test_no_more_requests_at_once_than_allowed(bound: int) -> None:
    store = Counting(memory(hierarchy(image(levels=10), {str(i): image_label() for i in range(9)})))
    with pytest.raises(ValidationError, match=r"labels\.same-levels"):
        Image.from_zarr(store, max_requests=bound, policy="strict")
    assert store.most == min(bound, 36)


def test_consolidated_metadata_is_the_only_request() -> None:
    documents = hierarchy(labels=LABELS)
    consolidated = {"metadata": documents, "zarr_consolidated_format": 1}
    store = Counting(memory({".zmetadata": consolidated}))
    assert Image.from_zarr(store) == Image.from_zarr(memory(documents))
    assert store.keys == [".zmetadata"]


def test_consolidated_metadata_of_a_group() -> None:
    documents = hierarchy(labels=LABELS)
    documents[".zmetadata"] = {"metadata": dict(documents), "zarr_consolidated_format": 1}
    group = _open(Counting(memory(documents)), zarr_format=2)
    store: Any = group.store
    store.keys.clear()
    assert Image.from_zarr(group) == Image.from_zarr(memory(hierarchy(labels=LABELS)))
    assert store.keys == [".zmetadata"]
    group = _open(store, zarr_format=2, use_consolidated=False)
    store.keys.clear()
    Image.from_zarr(group)
    assert ".zmetadata" not in store.keys
    assert ".zattrs" not in store.keys


@pytest.mark.parametrize("consolidated", [b"{", [], {"metadata": []}, {}])
def test_consolidated_metadata_that_is_none(consolidated: Any) -> None:
    store = memory({**hierarchy(), ".zmetadata": consolidated})
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert Image.from_zarr(store) == Image.from_zarr(memory(hierarchy()))
    assert [w.category for w in warned] == ([ValidationWarning] if consolidated == b"{" else [])


@pytest.mark.parametrize(
    ("depth", "members"),
    [("attributes", None), ("arrays", ["0", "1"]), ("all", ["0", "1", "labels"])],
)
def test_depth(depth: Any, members: list[str] | None) -> None:
    read = Image.from_zarr(memory(hierarchy(labels={})), depth=depth)
    assert (None if read.members is None else list(read.members)) == members
    if members is not None:
        assert (read.labels is None) == (depth != "all")


def test_a_store_that_is_read_synchronously_needs_no_event_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = _local(hierarchy(), tmp_path)
    monkeypatch.setattr("zarr.core.sync.sync", None)
    assert Image.from_zarr(memory(hierarchy())) == Image.from_zarr(folder)


def test_reading_inside_an_event_loop() -> None:
    async def notebook() -> tuple[Image, Image]:
        store = Counting(memory(hierarchy()))
        return Image.from_zarr(store), await Image.from_zarr_async(store)

    assert asyncio.run(notebook()) == (Image.from_zarr(memory(hierarchy())),) * 2


def test_reading_from_many_threads() -> None:
    stores = [Counting(memory(hierarchy())) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(Image.from_zarr, stores))
    assert read == [Image.from_zarr(memory(hierarchy()))] * 20


def test_nested_paths() -> None:
    attributes = broken(image(), ("multiscales", 0, "datasets", 0, "path"), "path/to/0")
    attributes = broken(attributes, ("multiscales", 0, "datasets", 1, "path"), "path/to/1")
    documents = hierarchy(attributes)
    documents["path/.zattrs"] = {"mine": 1}
    store = Counting(memory(documents))
    read = Image.from_zarr(store)
    assert len(store.rounds) == 3
    assert read.to_flat()["/path"] == GroupSpec(attributes={"mine": 1})
    assert isinstance(read.to_flat()["/path/to/0"], ArraySpec)
    written = memory({})
    read.to_zarr(written)
    assert documents_in(written) == documents


def test_groups_between_that_are_not_there_are_made() -> None:
    documents = hierarchy(broken(image(), ("multiscales", 0, "datasets", 0, "path"), "path/to/0"))
    del documents["path/.zgroup"]
    assert Image.from_zarr(memory(documents)).to_flat()["/path"] == GroupSpec()


# Faults: (what the store does for a key, the error, what it says)
FAULTS: list[tuple[str, Any, type[Exception], str]] = [
    (".zattrs", PermissionError("403"), UnreadableNodeError, ": .zattrs: .* PermissionError: 403"),
    (".zgroup", TimeoutError("too long"), UnreadableNodeError, ": .zgroup: .* TimeoutError"),
    ("1/.zarray", OSError("503"), UnreadableNodeError, ": 1 .zarray: .* OSError: 503"),
    ("1/.zattrs", OSError("503"), UnreadableNodeError, ": 1 .zattrs: .* OSError: 503"),
    ("labels/.zgroup", PermissionError("403"), UnreadableNodeError, ": labels .zgroup: "),
    ("labels/cells/.zattrs", OSError("503"), UnreadableNodeError, ": labels/cells .zattrs: "),
    (".zattrs", b'{"multiscales": [', BrokenJSONError, ": .zattrs: not JSON: "),
    ("1/.zarray", b"", BrokenJSONError, ": 1 .zarray: not JSON: "),
    ("1/.zarray", b"[]", ValidationError, ": 1 .zarray: expected an object, got "),
    ("1/.zarray", b"{}", ValidationError, "\n1 .zarray shape: required, but missing"),
    (".zattrs", b"[]", ValidationError, r": .zattrs: expected an object, got \[\]"),
    (
        ".zattrs",
        b'{"a": 1} // mine',
        ValidationError,
        "not JSON: there are comments .*no-json-comments",
    ),
    ("1/.zarray", FileNotFoundError("404"), ValidationError, 'an array at "1", got nothing there'),
    ("1/.zarray", None, ValidationError, r'datasets\[1\].path: expected an array at "1", got noth'),
    ("labels/cells/.zgroup", None, ValidationError, 'expected a label image at "cells", got noth'),
]


@pytest.mark.parametrize("counting", [False, True])
@pytest.mark.parametrize(("key", "fault", "error", "message"), FAULTS)
def test_faults(
    key: str, fault: Any, error: type[Exception], message: str, *, counting: bool
) -> None:
    documents = hierarchy(labels=LABELS)
    if fault is None:
        del documents[key]
    elif isinstance(fault, bytes):
        documents[key] = fault
    store: Any = Counting(memory(documents)) if counting else memory(documents)
    if isinstance(fault, Exception):
        store = Counting(memory(documents))
        store.errors[key] = fault
    with pytest.raises(error, match=message) as raised:
        Image.from_zarr(store, policy="strict")
    assert isinstance(raised.value, ValidationError)
    if isinstance(fault, Exception) and not isinstance(fault, FileNotFoundError):
        assert raised.value.__cause__ is fault
        assert len(raised.value.problems) == 1


def test_all_faults_at_once() -> None:
    store = Counting(memory(hierarchy(broken(image(), ("multiscales", 0, "axes", 0, "name"), "x"))))
    store.errors["0/.zarray"] = PermissionError("403")
    with pytest.raises(UnreadableNodeError) as raised:
        Image.from_zarr(store)
    assert [(p.rule, p.node) for p in raised.value.problems] == [
        ("axes.name-unique", ""),
        ("unreadable", "0"),
    ]


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ({}, MissingNodeError, ": expected a Zarr group, got nothing there"),
        ({".zattrs": image()}, ValidationError, "expected a group, got attributes without"),
        ({".zarray": array(), ".zattrs": {}}, ValidationError, "expected a group, got an array"),
        (
            {"zarr.json": {"zarr_format": 3}},
            ValidationError,
            "expected Zarr format 2, got Zarr format 3",
        ),
        ({".zgroup": {"zarr_format": 2}}, ValidationError, "multiscales: required, but missing"),
    ],
)
def test_what_is_no_image(documents: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Image.from_zarr(memory(documents))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"policy": "lenient"}, "expected a policy of repair, strict, report, got 'lenient'"),
        ({"depth": "deep"}, "expected a depth of attributes, arrays, all, got 'deep'"),
        ({"max_requests": 0}, "expected max_requests of at least 1, got 0"),
    ],
)
def test_what_cannot_be_asked_for(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Image.from_zarr(memory(hierarchy()), **given)
    with pytest.raises(ValueError, match=message):
        asyncio.run(Image.from_zarr_async(memory(hierarchy()), **given))


@pytest.mark.parametrize(
    ("url", "error", "status"),
    [
        ("file:///there/is/nothing.zarr", MissingNodeError, "unreadable"),
        ("local:///there/is/nothing.zarr", MissingNodeError, "unreadable"),
        ("nonsense://a/b", UnreadableNodeError, "unreadable"),
    ],
)
def test_urls_that_lead_nowhere(url: str, error: type[Exception], status: str) -> None:
    for kind in (None, "image"):
        report = validate(url, kind=kind)
        assert (report.uri, report.status, report.kind) == (url, status, kind)
    with pytest.raises(error, match=f"^{url}: "):
        Image.from_zarr(url)
    with pytest.raises(error, match=f"^{url}: "):
        asyncio.run(Image.from_zarr_async(url))


_EXTRA = "pip install 'ome-zarr-models-attrs[remote]'"


@pytest.mark.parametrize(
    ("url", "module", "message"),
    [
        ("gs://a/b", "gcsfs", "needs gcsfs, which is not installed: pip install gcsfs"),
        ("az://a/b", "adlfs", "needs adlfs, which is not installed: pip install adlfs"),
        ("gs://a/b", "fsspec", "needs gcsfs, which is not installed: pip install gcsfs"),
        ("s3://a/b", "fsspec", f"needs s3fs, which is not installed: {_EXTRA}"),
        ("https://a/b", "fsspec", f"needs aiohttp, which is not installed: {_EXTRA}"),
        ("hf://a/b", "huggingface_hub", "cannot be opened: Install huggingface_hub"),
    ],
)
def test_url_without_its_package(
    url: str, module: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=re.escape(f"{url} {message}")):
        Image.from_zarr(url)


def test_a_url_that_cannot_be_opened_for_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr("zarr.storage._common.make_store_path", refuse)
    with pytest.raises(
        MissingNodeError, match=r"^local://a: expected a Zarr group, got nothing th"
    ):
        Image.from_zarr("local://a")


def test_what_urls_need_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError(name="fsspec")

    monkeypatch.setattr("zarr.storage._common.make_store_path", refuse)
    with pytest.raises(ImportError, match=r"pip install 'ome-zarr-models-attrs\[remote\]'"):
        Image.from_zarr("https://host/a.zarr")


def test_a_class_of_the_users() -> None:
    class Cells(Image):
        """An image of cells."""

        __slots__ = ()

    read = Cells.from_zarr(memory(hierarchy(labels=LABELS)))
    assert type(read) is Cells
    assert isinstance(read.labels, Labels)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Image.from_zarr(tmp_path / "nothing")
    with pytest.raises(MissingNodeError):
        Image.from_zarr(WrapperStore(LocalStore(tmp_path / "nothing", read_only=True)))
    assert not (tmp_path / "nothing").exists()


def test_a_large_document_is_read_whole(tmp_path: Path) -> None:
    documents = broken(hierarchy(), (".zattrs", "more"), "x" * 200_000)
    folder = _local(documents, tmp_path)
    assert Image.from_zarr(folder).attributes.extra == {"more": "x" * 200_000}


# How deep is too deep, each Python has its own mind about; none reads the second.
@pytest.mark.parametrize(
    ("depth", "statuses"), [(2000, {"valid", "unreadable"}), (100_000, {"unreadable"})]
)
def test_a_document_that_is_nested_too_deeply(depth: int, statuses: set[str]) -> None:
    documents: dict[str, Any] = hierarchy()
    nested = f"{'[' * depth}{']' * depth}"
    documents[".zattrs"] = f'{{"more": {nested}, "labels": []}}'.encode()
    assert validate(memory(documents)).status in statuses


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _local(hierarchy(), tmp_path)

    def refuse(path: str, *_: Any, **__: Any) -> Any:
        raise PermissionError(path)

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(UnreadableNodeError, match="PermissionError") as raised:
        Image.from_zarr(tmp_path)
    assert isinstance(raised.value.__cause__, PermissionError)


class Refusing(MemoryStore):
    """A store that is read synchronously, and refuses."""

    error: Exception

    def get_sync(self, key: str, **more: Any) -> Any:
        if key == "1/.zarray":
            raise self.error
        return super().get_sync(key, **more)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (PermissionError("403"), UnreadableNodeError),
        (FileNotFoundError("404"), ValidationError),
    ],
)
def test_a_store_that_is_read_synchronously_and_refuses(
    fault: Exception, error: type[Exception]
) -> None:
    store = Refusing(vars(memory(hierarchy()))["_store_dict"])
    store.error = fault
    with pytest.raises(error, match=r': 1 \.zarray|"1", got nothing there'):
        Image.from_zarr(store)


def test_a_dataset_that_is_named_twice() -> None:
    attributes = image()
    attributes["multiscales"].append({**attributes["multiscales"][0], "name": "again"})
    store = Counting(memory(hierarchy(attributes)))
    assert [len(multiscale) for multiscale in Image.from_zarr(store).datasets] == [2, 2]
    assert len(store.keys) == len(set(store.keys))


def test_a_group_of_zarr_format_3() -> None:
    group = ZARR.create_group(memory({}), zarr_format=3)
    with pytest.raises(ValidationError, match="expected Zarr format 2, got Zarr format 3"):
        Image.from_zarr(group)


def test_a_read_that_is_cancelled_leaves_nothing_behind() -> None:
    async def main() -> int:
        store = Counting(memory(hierarchy(image(levels=5))))
        reading = asyncio.ensure_future(Image.from_zarr_async(store, max_requests=2))
        await store.begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        asked = len(store.keys)
        await asyncio.sleep(0.01)
        assert len(store.keys) == asked
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1


def _new(**changes: Any) -> Image:
    document = image("yx")["multiscales"][0]
    given: dict[str, Any] = {
        "array_specs": [
            ArraySpec.from_documents({".zarray": array("yx", level)}) for level in (0, 1)
        ],
        "paths": ["0", "sub/1"],
        "axes": document["axes"],
        "scales": [(1, 1), np.array([2.0, 2.0])],
        "translations": [None, (0.5, 0.5)],
        "name": "cells",
    }
    return Image.new(**{**given, **changes})


def test_a_new_image() -> None:
    made = _new(
        multiscale_type="mean",
        metadata={"by": "hand"},
        global_scale=[1, 1],
        global_translation=[3, 4],
    )
    (multiscale,) = made.attributes.multiscales
    assert (multiscale.version, multiscale.type, multiscale.name) == ("0.4", "mean", "cells")
    assert multiscale.metadata == {"by": "hand"}
    assert multiscale.coordinateTransformations is not None
    assert [t.type for t in multiscale.coordinateTransformations] == ["scale", "translation"]
    assert list(made.to_flat()) == ["", "/0", "/sub", "/sub/1"]
    store = memory({})
    group = made.to_zarr(store, path="a/b")
    pixels: Any = group["sub/1"]
    pixels[:] = 7
    assert Image.from_zarr(group) == made
    assert documents_in(store)["a/.zgroup"] == {"zarr_format": 2}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paths": ["0"]}, "expected as many array_specs as paths, 1, got 2"),
        ({"scales": []}, "expected as many scales as paths, 2, got 0"),
        ({"translations": [None]}, "expected as many translations as paths, 2, got 1"),
        ({"global_translation": [1, 1]}, "expected a global_scale beside the global_translation"),
        ({"scales": [(1, 1), (1,)]}, "ms.ct-length"),
        ({"scales": [(2, 2), (1, 1)]}, "ms.ds-order"),
        ({"paths": ["0", "0"]}, "expected paths that differ, got '0' more than once"),
        (
            {"scales": [(1, "1"), (1, 1)], "translations": [None, (1, None)]},
            r"datasets\[0\]\.scale\[1\]: .*\n.*datasets\[1\]\.translation\[1\]: ",
        ),
    ],
)
def test_a_new_image_that_is_none(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _new(**changes)


def test_a_new_image_needs_no_translations() -> None:
    assert _new(translations=None) == _new(translations=[None, None])


def test_a_write_that_breaks_off_claims_no_arrays() -> None:
    """Wherever it breaks off, what can be opened is whole."""
    total = len(hierarchy(labels=LABELS))
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    for after in range(total):
        inner = memory({})
        store = Breaking(inner, after)
        with pytest.raises(OSError, match="disk full"):
            read.to_zarr(store)
        assert ".zattrs" not in documents_in(inner)
    store = Breaking(memory({}), total + 1)
    read.to_zarr(store)
    assert store.written[-2:] == [".zgroup", ".zattrs"]
    depths = [key.count("/") for key in store.written]
    assert depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("key", [".zgroup", "0/.zarray", "labels/cells/0/.zarray", "zarr.json"])
def test_what_is_there_is_not_overwritten(key: str) -> None:
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    store = memory({key: {}, "other/.zgroup": {}, "0/0.0": {}})
    before = documents_in(store)
    with pytest.raises(FileExistsError, match="already has nodes at"):
        read.to_zarr(store)
    assert documents_in(store) == before
    read.to_zarr(store, overwrite=True)
    other: dict[str, Any] = {} if key in (".zgroup", "zarr.json") else {"other/.zgroup": {}}
    assert documents_in(store) == {**hierarchy(labels=LABELS), **other}
    assert ("0/0.0" in keys_in(store)) == (key == "labels/cells/0/.zarray")


def test_what_is_no_node_is_left_alone() -> None:
    store = memory({"notes": {}, "0/.zarray": array(), "0/notes": {}})
    Image.from_zarr(memory(hierarchy())).to_zarr(store, overwrite=True)
    assert "notes" in documents_in(store)
    assert "0/notes" not in documents_in(store)


@pytest.mark.parametrize("path", ["", "in", "a/b"])
def test_writing_below_a_group(path: str) -> None:
    store = memory({"there/.zgroup": {"zarr_format": 2}, "there/.zattrs": {"mine": 1}})
    read = Image.from_zarr(memory(hierarchy()))
    group = ZARR.open_group(store, path="there", mode="r+")
    if path:
        written = read.to_zarr(group, path)
        assert written.path == f"there/{path}"
        assert Image.from_zarr(group[path]) == read
        assert documents_in(store)["there/.zattrs"] == {"mine": 1}
    else:
        with pytest.raises(FileExistsError):
            read.to_zarr(group)
        written = read.to_zarr(group, overwrite=True)
        assert written.path == "there"
        assert Image.from_zarr(written) == read
    group = ZARR.open_group(store, path="there", mode="r+")
    assert (
        ArraySpec.from_documents({".zarray": array()}).to_zarr(group, "spare").path == "there/spare"
    )


@pytest.mark.parametrize("path", ["..", "a/../b", "a//b", "a\\b", "C:/a", "/".join("a" * 65)])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    store = memory({})
    with pytest.raises(ValueError, match="expected the path of a node"):
        Image.from_zarr(memory(hierarchy())).to_zarr(store, path)
    assert keys_in(store) == []


def test_consolidated_metadata_above_is_kept_up() -> None:
    above = {".zgroup": {"zarr_format": 2}, "a/.zgroup": {"zarr_format": 2}}
    above["b/.zgroup"] = {"zarr_format": 2}
    old = {**above, "a/image/.zgroup": {"zarr_format": 2}, "a/image/7/.zarray": array()}
    below = {key.removeprefix("a/"): text for key, text in old.items() if key.startswith("a/")}
    store = memory(
        {
            **old,
            ".zmetadata": {"zarr_consolidated_format": 1, "metadata": old},
            "a/.zmetadata": {"metadata": below, "zarr_consolidated_format": 1},
            "b/.zmetadata": b"{",
        }
    )
    read = Image.from_zarr(memory(hierarchy()))
    read.to_zarr(store, "a/image", overwrite=True)
    read.to_zarr(store, "b/image")
    new = {f"{group}/image/{key}": text for group in "ab" for key, text in hierarchy().items()}
    held = documents_in(store)
    assert held[".zmetadata"] == {
        "zarr_consolidated_format": 1,
        "metadata": {**above, **new},
    }
    assert held["a/.zmetadata"]["metadata"] == {
        ".zgroup": {"zarr_format": 2},
        **{f"image/{key}": text for key, text in hierarchy().items()},
    }
    group = ZARR.open_group(store, mode="r", zarr_format=2, use_consolidated=True)
    assert Image.from_zarr(group["b/image"]) == read


def test_groups_above_are_made_in_consolidated_metadata_too() -> None:
    root = {".zgroup": {"zarr_format": 2}}
    store = memory({**root, ".zmetadata": {"metadata": root, "zarr_consolidated_format": 1}})
    Image.from_zarr(memory(hierarchy())).to_zarr(store, "a/b")
    assert documents_in(store)[".zmetadata"]["metadata"]["a/.zgroup"] == {"zarr_format": 2}


@pytest.mark.parametrize("document", [{"node_type": "array"}, {"node_type": "group"}, b"{", []])
def test_a_node_of_zarr_format_3_above(document: Any) -> None:
    store = memory({"a/zarr.json": document})
    read = Image.from_zarr(memory(hierarchy()))
    with pytest.raises(FileExistsError, match=r"expected a group of Zarr format 2 above .* at 'a'"):
        read.to_zarr(store, "a/b")
    assert keys_in(store) == ["a/zarr.json"]


def test_members_that_nobody_has_read_are_not_written() -> None:
    read = Image.from_zarr(memory(hierarchy()), depth="attributes")
    store = memory({})
    with pytest.raises(ValidationError, match="members were not read"):
        read.to_zarr(store)
    with pytest.raises(ValidationError, match=r"^in: members were not read: open"):
        GroupSpec(members={"in": read}).to_zarr(store)
    assert keys_in(store) == []


def test_consolidated_metadata_without_a_root_is_none() -> None:
    documents = hierarchy()
    documents[".zmetadata"] = {"metadata": {".zattrs": image()}, "zarr_consolidated_format": 1}
    assert Image.from_zarr(memory(documents)) == Image.from_zarr(memory(hierarchy()))


def test_consolidated_metadata_that_is_refused() -> None:
    store = Counting(memory({}))
    store.errors[".zmetadata"] = PermissionError("403")
    report = validate(store)
    assert (report.status, [problem.rule for problem in report.problems]) == (
        "unreadable",
        ["unreadable", "missing"],
    )
    store = Counting(memory(hierarchy()))
    store.errors[".zmetadata"] = PermissionError("403")
    assert [problem.level for problem in validate(store).problems] == ["warning"]
    with pytest.warns(ValidationWarning, match="could not be read: PermissionError: 403"):
        Image.from_zarr(store)


def test_writing_to_a_folder(tmp_path: Path) -> None:
    read = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    read.to_zarr(tmp_path / "new.zarr")
    assert Image.from_zarr(tmp_path / "new.zarr") == read
    read.to_zarr(f"file://{tmp_path}/other.zarr", path="in")
    assert Image.from_zarr(tmp_path / "other.zarr" / "in") == read
