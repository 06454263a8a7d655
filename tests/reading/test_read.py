"""Reading of images: requests, targets, and faults of stores."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from zarr.storage import LocalStore, MemoryStore, StorePath, WrapperStore

from ome_zarr_models import ValidationError, ValidationWarning, validate
from ome_zarr_models.exceptions import BrokenJSONError, MissingNodeError, UnreadableNodeError
from ome_zarr_models.v04 import ArraySpec, GroupSpec, Image, ImageLabel, Labels

from ..helpers.factories import array, broken, hierarchy, image, image_label
from ..helpers.stores import ZARR, Counting, documents_in, memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

LABELS = {"nuclei": image_label(), "cells": image_label()}


def _local(documents: dict[str, Any], folder: Path) -> Path:
    for key, document in documents.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_text(json.dumps(document))
    return folder


def test_image_is_read_with_its_labels() -> None:
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


def test_image_is_written_as_it_was_read() -> None:
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
def test_every_target_of_zarr_is_read(target: Callable[[Path], Any], tmp_path: Path) -> None:
    (tmp_path / ".zgroup").write_text('{"zarr_format": 2}')
    folder = _local(hierarchy(labels=LABELS), tmp_path / "a b.zarr")
    expected = Image.from_zarr(memory(hierarchy(labels=LABELS)))
    assert Image.from_zarr(target(folder)) == expected
    assert asyncio.run(Image.from_zarr_async(target(folder))) == expected


def test_each_document_is_requested_once() -> None:
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


def test_labels_add_two_rounds_of_requests() -> None:
    store = Counting(memory(hierarchy(labels=LABELS)))
    Image.from_zarr(store)
    assert len(store.keys) == len(set(store.keys))
    assert len(store.rounds) == 5


@pytest.mark.parametrize("bound", [1, 3, 64])
def test_requests_are_limited(bound: int) -> None:
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


def test_consolidated_metadata_of_an_open_group_is_used() -> None:
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
def test_invalid_consolidated_metadata_is_ignored(consolidated: Any) -> None:
    store = memory({**hierarchy(), ".zmetadata": consolidated})
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert Image.from_zarr(store) == Image.from_zarr(memory(hierarchy()))
    assert [w.category for w in warned] == ([ValidationWarning] if consolidated == b"{" else [])


@pytest.mark.parametrize(
    ("depth", "members"),
    [("attributes", None), ("arrays", ["0", "1"]), ("all", ["0", "1", "labels"])],
)
def test_depth_limits_the_members(depth: Any, members: list[str] | None) -> None:
    read = Image.from_zarr(memory(hierarchy(labels={})), depth=depth)
    assert (None if read.members is None else list(read.members)) == members
    if members is not None:
        assert (read.labels is None) == (depth != "all")


def test_synchronous_store_needs_no_event_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = _local(hierarchy(), tmp_path)
    monkeypatch.setattr("zarr.core.sync.sync", None)
    assert Image.from_zarr(memory(hierarchy())) == Image.from_zarr(folder)


def test_image_is_read_inside_an_event_loop() -> None:
    async def notebook() -> tuple[Image, Image]:
        store = Counting(memory(hierarchy()))
        return Image.from_zarr(store), await Image.from_zarr_async(store)

    assert asyncio.run(notebook()) == (Image.from_zarr(memory(hierarchy())),) * 2


def test_images_are_read_from_many_threads() -> None:
    stores = [Counting(memory(hierarchy())) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(Image.from_zarr, stores))
    assert read == [Image.from_zarr(memory(hierarchy()))] * 20


def test_groups_between_are_read_and_written() -> None:
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


def test_missing_groups_between_are_made() -> None:
    documents = hierarchy(broken(image(), ("multiscales", 0, "datasets", 0, "path"), "path/to/0"))
    del documents["path/.zgroup"]
    assert Image.from_zarr(memory(documents)).to_flat()["/path"] == GroupSpec()


# (key, content or error of the store, error, message)
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
    (
        "1/.zarray",
        b"{}",
        ValidationError,
        '\n1 .zarray shape: required in the document of array "1", but missing',
    ),
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
def test_faults_of_a_store_are_named_by_their_documents(
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


def test_all_problems_are_in_the_error() -> None:
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
def test_nodes_other_than_images_are_refused(
    documents: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Image.from_zarr(memory(documents))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"policy": "lenient"}, "expected policy to be one of 'repair', 'strict', got 'lenient'"),
        (
            {"depth": "deep"},
            "expected depth to be one of 'attributes', 'arrays', 'all', got 'deep'",
        ),
        ({"max_requests": 0}, "expected max_requests of at least 1, got 0"),
    ],
)
def test_invalid_options_are_refused(given: dict[str, Any], message: str) -> None:
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
def test_urls_without_a_group_are_unreadable(url: str, error: type[Exception], status: str) -> None:
    for kind in (None, "image"):
        report = validate(url, kind=kind)
        assert (report.uri, report.status, report.kind) == (url, status, kind)
    with pytest.raises(error, match=f"^{url}: "):
        Image.from_zarr(url)
    with pytest.raises(error, match=f"^{url}: "):
        asyncio.run(Image.from_zarr_async(url))


def test_missing_url_is_a_missing_node(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr("zarr.storage._common.make_store_path", refuse)
    with pytest.raises(
        MissingNodeError, match=r"^local://a: expected a Zarr group, got nothing th"
    ):
        Image.from_zarr("local://a")


def test_error_names_the_extra_that_urls_need(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError(name="fsspec")

    monkeypatch.setattr("zarr.storage._common.make_store_path", refuse)
    with pytest.raises(ImportError, match=r"pip install 'ome-zarr-models-attrs\[remote\]'"):
        Image.from_zarr("https://host/a.zarr")


def test_subclass_of_an_image_is_read() -> None:
    class Cells(Image):
        """An image of cells."""

        __slots__ = ()

    read = Cells.from_zarr(memory(hierarchy(labels=LABELS)))
    assert type(read) is Cells
    assert isinstance(read.labels, Labels)


def test_missing_folder_is_a_missing_node(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Image.from_zarr(tmp_path / "nothing")
    with pytest.raises(MissingNodeError):
        Image.from_zarr(WrapperStore(LocalStore(tmp_path / "nothing", read_only=True)))
    assert not (tmp_path / "nothing").exists()


def test_large_document_is_read_whole(tmp_path: Path) -> None:
    documents = broken(hierarchy(), (".zattrs", "more"), "x" * 200_000)
    folder = _local(documents, tmp_path)
    assert Image.from_zarr(folder).attributes.extra == {"more": "x" * 200_000}


# The first depth is too deep for some versions of Python, the second for all.
@pytest.mark.parametrize(
    ("depth", "statuses"), [(2000, {"valid", "unreadable"}), (100_000, {"unreadable"})]
)
def test_too_deeply_nested_document_is_unreadable(depth: int, statuses: set[str]) -> None:
    documents: dict[str, Any] = hierarchy()
    nested = f"{'[' * depth}{']' * depth}"
    documents[".zattrs"] = f'{{"more": {nested}, "labels": []}}'.encode()
    assert validate(memory(documents)).status in statuses


def test_forbidden_folder_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_refusals_of_a_synchronous_store_are_reported(
    fault: Exception, error: type[Exception]
) -> None:
    store = Refusing(vars(memory(hierarchy()))["_store_dict"])
    store.error = fault
    with pytest.raises(error, match=r': 1 \.zarray|"1", got nothing there'):
        Image.from_zarr(store)


def test_dataset_of_two_multiscales_is_requested_once() -> None:
    attributes = image()
    attributes["multiscales"].append({**attributes["multiscales"][0], "name": "again"})
    store = Counting(memory(hierarchy(attributes)))
    assert [len(multiscale) for multiscale in Image.from_zarr(store).datasets] == [2, 2]
    assert len(store.keys) == len(set(store.keys))


def test_group_of_zarr_format_3_is_refused() -> None:
    group = ZARR.create_group(memory({}), zarr_format=3)
    with pytest.raises(ValidationError, match="expected Zarr format 2, got Zarr format 3"):
        Image.from_zarr(group)


def test_cancelled_read_leaves_no_tasks() -> None:
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


def test_consolidated_metadata_without_a_root_is_ignored() -> None:
    documents = hierarchy()
    documents[".zmetadata"] = {"metadata": {".zattrs": image()}, "zarr_consolidated_format": 1}
    assert Image.from_zarr(memory(documents)) == Image.from_zarr(memory(hierarchy()))


def test_refused_consolidated_metadata_is_a_warning() -> None:
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


_EXTRA = "pip install 'ome-zarr-models-attrs[remote]'"


@pytest.mark.parametrize(
    ("url", "modules", "message"),
    [
        ("gs://a/b", ["gcsfs"], "needs gcsfs, which is not installed: pip install gcsfs"),
        ("az://a/b", ["adlfs"], "needs adlfs, which is not installed: pip install adlfs"),
        ("gs://a/b", ["fsspec", "fsspec.core"], "needs gcsfs, which is not installed"),
        ("s3://a/b", ["fsspec", "fsspec.core"], f"needs s3fs, which is not installed: {_EXTRA}"),
        (
            "https://a/b",
            ["fsspec", "fsspec.core"],
            f"needs aiohttp, which is not installed: {_EXTRA}",
        ),
        ("hf://a/b", ["huggingface_hub"], "cannot be opened: Install huggingface_hub"),
    ],
)
def test_url_names_the_package_that_is_missing(
    url: str, modules: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=re.escape(f"{url} {message}")):
        Image.from_zarr(url)
