"""Sources, which remember where a group was read."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from zarr.storage import LocalStore, MemoryStore

from ome_zarr_models._zarr.sources import Source
from ome_zarr_models._zarr.store import locate

from ..helpers.factories import hierarchy, image
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, memory, write

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = hierarchy(image("yx", version="0.6"), version="0.6")


def _source(group: Any) -> Source:
    source: Source = group._source  # noqa: SLF001 - what this is about
    return source


def test_changed_group_has_the_source_of_the_group() -> None:
    opened = open_ome_zarr(memory(DOCUMENTS))
    changed = attrs.evolve(opened, attributes=opened.attributes)
    assert _source(changed) is _source(opened) is not None
    assert changed == opened


def test_source_is_pickled_if_its_store_is_there_for_others(tmp_path: Path) -> None:
    path = write(DOCUMENTS, tmp_path)
    for target in (path, LocalStore(path)):
        opened = open_ome_zarr(target)
        copy = pickle.loads(pickle.dumps(opened))  # noqa: S301 - just made
        assert copy == opened
        assert _source(copy) == _source(opened)
    for store in (memory(DOCUMENTS), _Unpicklable(memory(DOCUMENTS))):
        copy = pickle.loads(pickle.dumps(open_ome_zarr(store)))  # noqa: S301 - just made
        assert _source(copy) is None


class _Unpicklable(Counting):
    def __reduce__(self) -> Any:
        msg = "this has a connection"
        raise TypeError(msg)


@pytest.mark.parametrize("suffix", ["", "/", "/a/.."])
def test_folder_is_the_same_place_however_it_is_named(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    source = Source(locate(tmp_path))
    for target in (f"{tmp_path}{suffix}", tmp_path / "link", LocalStore(tmp_path)):
        assert source.is_at(locate(target))
    assert not source.is_at(locate(tmp_path, "a"))
    assert not source.is_at(locate(MemoryStore()))


def test_store_is_the_same_place_if_it_is_the_same_store() -> None:
    store = MemoryStore()
    assert Source(locate(store)).is_at(locate(store))
    assert not Source(locate(store)).is_at(locate(store, "a"))
    assert not Source(locate(store)).is_at(locate(MemoryStore()))
