"""Stores over HTTP and on S3, stores of obstore, and zip files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
from zarr.core.sync import sync
from zarr.storage import FsspecStore, LoggingStore, ObjectStore, ZipStore

from ome_zarr_models import ValidationWarning, validate
from ome_zarr_models._zarr.store import locate
from ome_zarr_models._zarr.urls import QuotingStore
from ome_zarr_models.exceptions import MissingNodeError, UnreadableNodeError

from ..helpers.factories import VERSIONS, hierarchy, image, image_label, plate_hierarchy
from ..helpers.opened import open_ome_zarr, open_ome_zarr_async
from ..helpers.servers import Served
from ..helpers.stores import ZARR, keys_in, memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

every_version = pytest.mark.parametrize("version", VERSIONS)


def _labelled(version: str) -> dict[str, Any]:
    return hierarchy(labels={"nuclei": image_label(version=version)}, version=version)


@every_version
def test_image_is_read_over_http(version: str, server: Served) -> None:
    server.documents = {f"a/{key}": each for key, each in _labelled(version).items()}
    expected = open_ome_zarr(memory(_labelled(version)))
    url = f"{server.url}/a"
    assert open_ome_zarr(url) == expected
    assert len(server.asked) == len(set(server.asked))
    assert asyncio.run(open_ome_zarr_async(url)) == expected
    report = validate(url)
    assert (report.status, report.uri) == ("valid", url)
    assert open_ome_zarr(url, max_requests=1) == expected


@every_version
def test_plate_is_read_over_http(version: str, server: Served) -> None:
    server.documents = plate_hierarchy(version=version)
    assert len(list(open_ome_zarr(server.url).well_groups)) == 2


def test_refusals_over_http_are_unreadable(server: Served) -> None:
    server.documents = hierarchy(version="0.5")
    server.status["1/zarr.json"] = 403
    with pytest.raises(UnreadableNodeError, match=r"1 zarr\.json: could not be read: .*403"):
        open_ome_zarr(server.url)
    assert validate(server.url).status == "unreadable"
    server.status = {"labels/zarr.json": 500}
    with pytest.raises(UnreadableNodeError, match=r"labels zarr\.json: could not be read: .*500"):
        open_ome_zarr(server.url)
    with pytest.raises(MissingNodeError):
        open_ome_zarr(f"{server.url}/nothing")


@every_version
def test_refusals_of_s3_are_absent_documents(version: str, server: Served) -> None:
    documents = _labelled(version)
    server.documents = {f"bucket/a.zarr/{key}": each for key, each in documents.items()}
    options = {"anon": True, "endpoint_url": server.url, "asynchronous": True}
    root = ".zattrs" if version == "0.4" else "zarr.json"
    denied = ["0/.zattrs", "1/.zattrs"] if version == "0.4" else []
    server.status = {f"bucket/a.zarr/{key}": 403 for key in denied}
    store = FsspecStore.from_url("s3://bucket/a.zarr", storage_options=options)
    with catch_warnings():
        simplefilter("ignore")
        assert open_ome_zarr(store) == open_ome_zarr(memory(documents))
    for key in [key for key in documents if key.startswith("labels/")]:
        server.status[f"bucket/a.zarr/{key}"] = 403
    with pytest.warns(ValidationWarning, match="403|Forbidden|denied"):
        assert open_ome_zarr(store).labels is None
    server.status[f"bucket/a.zarr/{root}"] = 403
    assert validate(store).status == "unreadable"


def test_cancelled_read_over_http_stops_requests(server: Served) -> None:
    server.documents = plate_hierarchy(version="0.5")
    server.delay = 0.2

    async def main() -> None:
        reading = asyncio.ensure_future(open_ome_zarr_async(server.url))
        await asyncio.sleep(0.25)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.sleep(0.3)  # for those that are under way
        asked = len(server.asked)
        await asyncio.sleep(0.4)
        assert len(server.asked) == asked

    asyncio.run(main())


def test_server_that_is_down_is_unreadable() -> None:
    served = Served({})
    url = served.url
    served.server_close()
    with pytest.raises(UnreadableNodeError, match="could not be read: ClientConnectorError"):
        open_ome_zarr(url)


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """Return the options of a server of S3 that is stopped after the tests."""
    from moto.server import ThreadedMotoServer  # imports much

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    options = {
        "key": "user",
        "secret": "password",
        "endpoint_url": f"http://{host}:{port}",
        "asynchronous": True,
    }
    yield options
    moto.stop()


@every_version
def test_image_is_written_and_read_on_s3(version: str, s3: dict[str, Any]) -> None:
    url = f"s3://bucket-{version.replace('.', '')}/a.zarr"
    store = FsspecStore.from_url(url, storage_options=s3)
    files: Any = store.fs
    # The session of the store lives in zarr's event loop.
    sync(files._mkdir(url.removeprefix("s3://").partition("/")[0]))  # noqa: SLF001 - fsspec's
    expected = open_ome_zarr(memory(_labelled(version)))
    expected.to_zarr(store)
    assert open_ome_zarr(store) == expected
    assert validate(store).status == "valid"
    with pytest.raises(FileExistsError):
        expected.to_zarr(store)
    expected.to_zarr(store, overwrite=True)


@every_version
def test_image_is_written_and_read_by_obstore(version: str, server: Served) -> None:
    from obstore.store import HTTPStore
    from obstore.store import MemoryStore as ObstoreMemory

    expected = open_ome_zarr(memory(_labelled(version)))
    store: Any = ObjectStore(ObstoreMemory())
    expected.to_zarr(store)
    assert open_ome_zarr(store) == expected
    server.documents = _labelled(version)
    remote: Any = ObjectStore(
        HTTPStore.from_url(server.url, client_options={"allow_http": True}), read_only=True
    )
    assert open_ome_zarr(remote) == expected


@every_version
@pytest.mark.parametrize("suffix", ["ozx", "zip"])
def test_image_is_written_and_read_in_a_zip_file(suffix: str, version: str, tmp_path: Path) -> None:
    expected = open_ome_zarr(memory(_labelled(version)))
    path = tmp_path / f"a.{suffix}"
    written = expected.to_zarr(path)
    written.store.close()  # which writes what is in it
    assert open_ome_zarr(path) == expected
    assert open_ome_zarr(str(path)) == expected
    assert asyncio.run(open_ome_zarr_async(path)) == expected
    assert validate(ZipStore(path, mode="r")).status == "valid"
    other: Any = ZipStore(tmp_path / "other.zip", mode="w")
    expected.to_zarr(other)
    assert open_ome_zarr(other) == expected
    other.close()
    with pytest.raises(NotImplementedError, match="nothing can be deleted in"):
        expected.to_zarr(path, overwrite=True)
    with pytest.raises(MissingNodeError):
        open_ome_zarr(tmp_path / "nothing.ozx")
    path.write_bytes(b"no zip")
    with pytest.raises(UnreadableNodeError, match=r"could not be"):
        open_ome_zarr(path)


@pytest.mark.parametrize("name", ["turn #1", "what?", "x%20y", "ä ö", "a+b", "100%"])
def test_matrices_with_strange_names_are_read_over_http(name: str, server: Served) -> None:
    matrix = {"type": "affine", "path": f"{name}/{name}"}
    ends = {"input": {"name": "physical"}, "output": {"name": "turned"}}
    metadata = image("yx", version="0.6")
    (whole,) = metadata["multiscales"]
    whole["coordinateSystems"].append({**whole["coordinateSystems"][0], "name": "turned"})
    whole["coordinateTransformations"] = [{**matrix, **ends}]
    store = memory(hierarchy(metadata, version="0.6"))
    ZARR.create_array(store, name=f"{name}/{name}", data=np.array([[0.0, -1, 0], [1, 0, 0]]))
    server.documents = {
        f"a/{key}": vars(store)["_store_dict"][key].to_bytes() for key in keys_in(store)
    }
    url = f"{server.url}/a"
    for target in (url, LoggingStore(FsspecStore.from_url(url))):
        graph = open_ome_zarr(target).transform_graph()
        for _ in range(2):
            moved = graph.get_transform("turned", "physical").transform_point([-2, 1])
            assert moved == (1, 2)


def test_only_stores_of_urls_quote_their_keys(server: Served) -> None:
    with pytest.warns(UserWarning, match="asynchronous=True"):
        cached = FsspecStore.from_url(f"simplecache::{server.url}")
    for target in (server.url, cached):
        assert locate(target).key("a #").endswith("a%20%23")
    quoting: Any = QuotingStore(FsspecStore.from_url(server.url))
    for other in (memory({}), "a", LoggingStore(memory({})), quoting):
        assert locate(other).key("a #").endswith("a #")


def test_query_of_a_url_is_kept(server: Served) -> None:
    server.documents = hierarchy(version="0.5")
    server.mode, server.query = "token", "token=a"
    opened = open_ome_zarr(f"{server.url}?token=a")
    assert opened == open_ome_zarr(memory(hierarchy(version="0.5")))
    assert validate(server.url).status == "unreadable"
    quoting: Any = QuotingStore(memory({}), "?token=a")
    assert type(quoting.with_read_only(read_only=True)) is QuotingStore
