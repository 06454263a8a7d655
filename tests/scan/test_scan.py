"""Scans of many hierarchies."""

from __future__ import annotations

import multiprocessing.context
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from attrs import evolve

from ome_zarr_models import scan, validate
from ome_zarr_models._scan import targets, workers
from ome_zarr_models._scan.tables import COLUMNS

from ..helpers.factories import (
    VERSIONS,
    array,
    broken,
    collection,
    hierarchy,
    image,
    image_label,
    plate_hierarchy,
)
from ..helpers.stores import Counting, memory, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..helpers.servers import Served

MS = ("multiscales", 0)
SCALE = ("datasets", 0, "coordinateTransformations", 0, "scale")


STATUSES = [*["invalid", "valid", "valid"] * 4, "unreadable"]


def _serve(server: Served, count: int, version: str = "0.5") -> list[str]:
    documents = hierarchy(version=version)
    server.documents = {f"{i}/{key}": each for i in range(count) for key, each in documents.items()}
    return [f"{server.url}/{i}" for i in range(count)]


def test_each_target_has_a_report(images: list[str]) -> None:
    reports = list(scan(images))
    assert [report.uri for report in reports] == images
    assert [report.status for report in reports] == STATUSES
    for report, path in zip(reports, images, strict=True):
        alone = validate(path)
        assert evolve(report, elapsed=0) == evolve(alone, model=None, elapsed=0)
        assert report.model is None


def test_repeated_targets_have_equal_reports(images: list[str]) -> None:
    for models in (True, False):
        for report in scan(images * 2, models=models):
            expected = validate(report.uri).model
            assert report.model == (expected if models else None)
            if report.status == "valid":
                assert report.facts == validate(report.uri).facts


SHARED: list[tuple[str, dict[str, Any]]] = [
    (
        "attributes that are not there",
        {
            **hierarchy(version="0.5", labels={"a": image_label(version="0.5")}),
            "labels/zarr.json": {"zarr_format": 3, "node_type": "group"},
        },
    ),
    ("a document that is no object", {**hierarchy(version="0.5"), "0/zarr.json": 3}),
    ("attributes of an array", {**hierarchy(), "0/.zattrs": []}),
    ("a large number", hierarchy(broken(image("yx", 1), (*MS, *SCALE, 0), 10**400))),
    ("keys that are there twice", {**hierarchy(), "0/.zarray": b'{"shape": 1, "shape": 2}'}),
    ("no number", {**hierarchy(), "0/.zarray": {**array(), "fill_value": float("nan")}}),
]


@pytest.mark.parametrize("documents", [row[1] for row in SHARED], ids=[row[0] for row in SHARED])
def test_shared_documents_have_equal_reports(documents: dict[str, Any], tmp_path: Path) -> None:
    path = write(documents, tmp_path)
    expected = validate(path, listing=False)
    for report in scan([path, path]):
        assert evolve(report, elapsed=0) == evolve(expected, model=None, elapsed=0)


def test_models_of_repeated_targets_are_separate(images: list[str]) -> None:
    models: list[Any] = [report.model for report in scan([images[2]] * 2, models=True)]
    assert models[0] == models[1]
    assert models[0].members["0"] is not models[1].members["0"]


@pytest.mark.parametrize("version", VERSIONS)
def test_groups_of_all_kinds_are_scanned(version: str, tmp_path: Path) -> None:
    labels = {"nuclei": image_label(version=version)}
    trees = [hierarchy(version=version, labels=labels), plate_hierarchy(version=version)]
    trees.append(collection(version=version))
    paths = [write(tree, tmp_path / str(i)) for i, tree in enumerate(trees)]
    reports = list(scan(paths))
    assert [report.kind for report in reports] == ["image", "plate", "bioformats2raw"]
    assert [report.status for report in reports] == ["valid"] * 3
    for report in reports:
        alone = validate(report.uri)
        assert (report.problems, report.requests) == (alone.problems, alone.requests)


def test_documents_and_stores_are_scanned(images: list[str]) -> None:
    store = Counting(memory(hierarchy()))
    targets: list[Any] = [{"labels": ["a"]}, {"labels": [1]}, store, memory(hierarchy()), images[1]]
    reports = {report.uri: report for report in scan(targets, models=True)}
    assert reports["targets[0]"].model == validate({"labels": ["a"]}).model
    assert reports["targets[1]"].status == "invalid"
    assert reports[str(store)].status == "valid"
    assert len(store.keys) == len(set(store.keys))
    assert reports[images[1]].status == "valid"


def test_targets_are_taken_lazily(images: list[str]) -> None:
    taken: list[str] = []

    def targets() -> Iterator[str]:
        for path in images:
            taken.append(path)
            yield path

    reports = scan(targets())
    assert taken == []
    assert next(reports).uri == images[0]
    assert taken == images[:1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": "deep"}, "expected depth to be one of 'attributes', 'arrays', 'all'"),
        ({"max_requests": 0}, "max_requests of at least 1"),
        ({"max_per_host": 0}, "max_per_host of at least 1"),
        ({"workers": 0}, "workers of at least 1"),
        ({"retries": -1}, "retries of at least 0"),
        ({"timeout": 0}, "a timeout above 0 s"),
    ],
)
def test_invalid_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        scan([], **options)


@pytest.mark.parametrize("targets", ["image.zarr", b"image.zarr", {"labels": []}])
def test_single_target_is_refused(targets: Any) -> None:
    with pytest.raises(TypeError, match="expected an iterable of targets, got"):
        scan(targets)


def test_unexpected_error_is_in_the_report(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Any:
        msg = "no memory"
        raise MemoryError(msg)

    monkeypatch.setattr(targets, "report_on_location", fail)
    (report,) = scan(images[:1])
    assert report.status == "unreadable"
    assert report.problems[0].message == "could not be opened: MemoryError: no memory"


def _peak(images: list[str], count: int) -> int:
    tracemalloc.start()
    try:
        for _ in scan(images[i % len(images)] for i in range(count)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_targets(images: list[str]) -> None:
    _peak(images, 50)  # what is made once
    # Until garbage is collected, there is some more of it; a row of each would be a megabyte.
    assert _peak(images, 1500) < _peak(images, 150) + 2**18


# Targets on servers.


def test_many_images_of_a_server_are_scanned(server: Served) -> None:
    server.delay = 0.05  # long enough for all eight, on a busy machine as well
    urls = _serve(server, 30)
    reports = list(scan(urls, max_requests=8))
    assert sorted(report.uri for report in reports) == sorted(urls)
    assert {report.status for report in reports} == {"valid"}
    assert 6 <= server.most <= 8
    assert len(server.asked) == len(set(server.asked)) == sum(r.requests for r in reports)


def test_requests_are_limited_per_host(server: Served) -> None:
    server.delay = 0.005
    list(scan(_serve(server, 10), max_requests=8, max_per_host=3))
    assert 2 <= server.most <= 3


def test_temporary_failures_are_retried(server: Served) -> None:
    urls = _serve(server, 4)
    server.passing = {"0/zarr.json": 2, "1/1/zarr.json": 1, "2/zarr.json": 9}
    server.status = {"3/zarr.json": 403}
    reports = {report.uri: report for report in scan(urls)}
    assert [reports[url].status for url in urls] == ["valid", "valid", "unreadable", "unreadable"]
    assert server.asked.count("0/zarr.json") == 3
    assert server.asked.count("1/1/zarr.json") == 2
    assert server.asked.count("2/zarr.json") == 3
    assert server.asked.count("3/zarr.json") == 1
    assert server.asked.count("3/.zgroup") == 1  # which is not there
    assert reports[urls[0]].requests == reports[urls[1]].requests


def test_truncated_bodies_are_unreadable(server: Served) -> None:
    urls = _serve(server, 2)
    server.cut = {"0/zarr.json", "1/0/zarr.json"}
    reports = {report.uri: report for report in scan(urls, retries=1)}
    assert [reports[url].status for url in urls] == ["unreadable"] * 2
    assert server.asked.count("0/zarr.json") == 2


def test_unanswered_requests_time_out(server: Served) -> None:
    urls = _serve(server, 3)
    server.hanging = {"1/zarr.json"}
    reports = {report.uri: report for report in scan(urls, timeout=0.3, retries=1)}
    assert [reports[url].status for url in urls] == ["valid", "unreadable", "valid"]
    (problem, *_) = reports[urls[1]].problems
    assert problem.message == "could not be read: TimeoutError: no answer in 0.3 s"
    assert server.asked.count("1/zarr.json") == 2


def test_closed_scan_stops_requests(server: Served) -> None:
    server.delay = 0.05
    reports = scan(_serve(server, 50), max_requests=2)
    assert next(reports).status == "valid"
    reports.close()  # type: ignore[attr-defined] # of a generator
    asked = len(server.asked)
    assert asked < 50
    threading.Event().wait(0.3)
    assert len(server.asked) <= asked + 2


def test_local_and_remote_targets_are_scanned(server: Served, images: list[str]) -> None:
    urls = _serve(server, 3)
    targets = [each for pair in zip(urls, images, strict=False) for each in pair]
    reports = list(scan(targets, max_requests=2))
    assert sorted(report.uri for report in reports) == sorted(targets)


@pytest.mark.usefixtures("without_fsspec")
def test_report_names_the_extra_that_urls_need() -> None:
    (report,) = scan(["https://host/image.zarr"])
    assert report.status == "unreadable"
    assert "pip install 'ome-zarr-models-attrs[remote]'" in report.problems[0].message


# Numbers of requests, as docs/scale.md has them.


def _cost(documents: dict[str, Any]) -> int:
    store = Counting(memory(documents))
    (report,) = scan([store])
    assert report.status == "valid"
    assert report.requests == len(store.keys)
    return report.requests


@pytest.mark.parametrize("version", VERSIONS)
def test_numbers_of_requests_are_those_of_the_documentation(version: str) -> None:
    is_old = version == "0.4"
    for levels in (1, 3):
        whole = image("zyx", levels, version)
        alone = 2 * levels + 6 if is_old else levels + 2
        assert _cost(hierarchy(whole, version=version)) == alone
        labels = {name: image_label("zyx", levels, version) for name in "ab"}
        below = 2 * (2 * levels + 2) if is_old else 2 * (levels + 1)
        assert _cost(hierarchy(whole, labels=labels, version=version)) == alone + below
    for wells, rows, fields in ((("A/1", "A/2", "B/1"), 2, 1), (("A/1",), 1, 3)):
        field = 2 * 2 + 4 if is_old else 2 + 2
        well = (2 if is_old else 1) + fields * field
        top = 4 + 2 * rows if is_old else 1 + rows
        tree = plate_hierarchy(wells, fields, 2, version)
        assert _cost(tree) == top + len(wells) * well
    tree = collection(4, version=version)
    assert _cost(tree) == (7 + 4 * (2 + 4) if is_old else 3 + 4 * (1 + 2))


def test_numbers_of_requests_with_consolidated_metadata() -> None:
    documents = hierarchy()
    copies = {"metadata": documents, "zarr_consolidated_format": 1}
    assert _cost({**documents, ".zmetadata": copies}) == 2
    documents = hierarchy(version="0.5")
    held = {key.removesuffix("/zarr.json"): each for key, each in documents.items()}
    root = held.pop("zarr.json")
    inline = {"kind": "inline", "must_understand": False, "metadata": held}
    assert _cost({"zarr.json": {**root, "consolidated_metadata": inline}}) == 1


# Workers.


class _Deadly:
    """A target that kills the process that it is given to."""

    def __reduce__(self) -> Any:
        return os._exit, (3,)


class _Unpicklable:
    def __reduce__(self) -> Any:
        msg = "of here only"
        raise TypeError(msg)


@pytest.mark.parametrize("count", [1, 2])
def test_workers_are_processes(count: int, images: list[str]) -> None:
    targets: list[Any] = [*images, {"labels": [1]}]
    reports = {report.uri: report for report in scan(targets, workers=count)}
    assert [reports[path].status for path in images] == STATUSES
    assert reports[f"targets[{len(images)}]"].status == "invalid"
    assert all(report.facts is not None for report in reports.values())
    (report,) = scan(images[1:2], workers=1, models=True)
    assert report.model == validate(images[1]).model


def test_dying_process_loses_no_other_target(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ome_zarr_models._scan.workers._SIZE", 4)
    targets: list[Any] = [*images[:6], _Deadly(), *images[6:], _Deadly()]
    reports = list(scan(targets, workers=2))
    assert len(reports) == len(targets)
    found = {report.uri: report.status for report in reports}
    assert [found[path] for path in images] == STATUSES
    died = [r for r in reports if "_Deadly" in r.uri]
    assert [report.status for report in died] == ["unreadable"] * 2
    assert all("BrokenProcessPool" in report.problems[0].message for report in died)


def test_unpicklable_targets_are_unreadable(images: list[str]) -> None:
    targets: list[Any] = [*images[:6], _Unpicklable(), *images[6:], *map(_again, images[:9])]
    targets.append(_Unpicklable())
    reports = {report.uri: report for report in scan(targets, workers=1)}
    assert [reports[path].status for path in images] == STATUSES
    assert len(reports) == len(targets)
    others = [report for uri, report in reports.items() if "_Unpicklable" in uri]
    assert ["TypeError: of here only" in each.problems[0].message for each in others] == [True] * 2


def _again(path: str) -> str:
    return f"{path}/."


class _Nameless:
    def __str__(self) -> str:
        raise ValueError


def test_target_without_a_name_is_named_by_its_type() -> None:
    target: Any = _Nameless()
    (report,) = scan([target])
    assert (report.uri, report.status) == ("_Nameless", "unreadable")


def test_targets_are_retried_alone_after_a_broken_executor(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [BrokenExecutor("gone"), TypeError("of here only"), BrokenExecutor("gone")]

    class Failing(_Kept):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if errors:
                raise errors.pop(0)
            return super().submit(fn, *args, **kwargs)

    def pool(_: int) -> Failing:
        return Failing()

    monkeypatch.setattr("ome_zarr_models._scan.workers._pool", pool)
    statuses = [report.status for report in scan(images[1:4], workers=1)]
    assert statuses == ["unreadable", "valid", "invalid"]


def test_closed_scan_stops_processes(images: list[str]) -> None:
    reports = scan(images * 20, workers=2)
    assert next(reports).uri in images
    reports.close()  # type: ignore[attr-defined] # of a generator


def test_processes_start_beside_threads(images: list[str]) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert len(list(scan(images, workers=1))) == len(images)
    finally:
        done.set()
        thread.join()


def test_processes_are_forked_only_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[Any, Any]] = []

    def remember(number: Any, handler: Any) -> None:
        begun.append((number, handler))

    monkeypatch.setattr("signal.signal", remember)
    workers._begin()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what each process does first
    assert begun == [(signal.SIGINT, signal.SIG_IGN)]
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    parent: Any = threading.Thread()
    parent.start()
    workers._end_with(parent)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what a thread does
    assert ended == [1]
    monkeypatch.setattr("multiprocessing.get_context", _Context)
    for threads, expected in ((1, ["fork"]), (2, ["fork", "forkserver"])):
        monkeypatch.setattr("threading.active_count", lambda threads=threads: threads)
        _Context.asked = []
        workers._pool(1)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - starts no process yet
        assert _Context.asked == expected


class _Context:
    asked: ClassVar[list[str]] = []

    def __init__(self, method: str = "fork") -> None:
        self.asked.append(method)
        self._context: Any = multiprocessing.context.SpawnContext()

    def get_start_method(self, *_: object, **__: object) -> str:
        return self.asked[-1]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


def test_executor_of_threads(images: list[str]) -> None:
    with ThreadPoolExecutor(2) as executor:
        for _ in range(2):
            reports = {report.uri: report.status for report in scan(images, executor=executor)}
            assert [reports[path] for path in images] == STATUSES


class _Kept(Executor):
    """An executor that keeps what it is given, and has no number of workers."""

    def __init__(self, error: Exception | None = None) -> None:
        self.given: list[Any] = []
        self.error = error

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given.append(args)
        if self.error is not None and len(self.given) > 1:
            raise self.error
        future.set_result(fn(*args, **kwargs))
        return future


def test_workers_share_the_limits_of_requests(images: list[str]) -> None:
    executor = _Kept()
    list(scan(images, executor=executor, workers=4, max_requests=40, max_per_host=16))
    assert {(o.max_requests, o.max_per_host) for _, o in executor.given} == {(5, 2)}
    executor = _Kept()
    list(scan(images, executor=executor, workers=9, max_requests=40, max_per_host=3))
    assert {(o.max_requests, o.max_per_host) for _, o in executor.given} == {(13, 1)}
    executor = _Kept()
    list(scan(images, executor=executor))
    assert executor.given


def test_broken_executor_leaves_targets_unreadable(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ome_zarr_models._scan.workers._SIZE", 4)
    reports = list(scan(images, executor=_Kept(BrokenExecutor("gone"))))
    assert sorted(report.uri for report in reports) == sorted(images)
    assert sum(report.status == "unreadable" for report in reports) == 12


def test_scan_needs_no_cpu_affinity(images: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert len(list(scan(images, executor=_Kept()))) == len(images)


@pytest.mark.filterwarnings("ignore")  # of what it starts
def test_executor_of_dask(images: list[str]) -> None:
    distributed = pytest.importorskip("distributed")
    options = {"processes": False, "n_workers": 1, "threads_per_worker": 2}
    with (
        distributed.LocalCluster(dashboard_address=None, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        reports = list(scan(images, executor=client.get_executor(), workers=2))
    assert sorted(report.uri for report in reports) == sorted(images)


def test_executor_of_loky(images: list[str]) -> None:
    loky = pytest.importorskip("loky")
    executor = loky.get_reusable_executor(max_workers=2)
    reports = {report.uri: report.status for report in scan(images, executor=executor)}
    executor.shutdown()
    assert [reports[path] for path in images] == STATUSES


MPI = """
import sys
from mpi4py.futures import MPIPoolExecutor
from ome_zarr_models import scan
if __name__ == "__main__":
    with MPIPoolExecutor() as executor:
        reports = {each.uri: each.status for each in scan(sys.argv[1:], executor=executor)}
    print(*(reports[path] for path in sys.argv[1:]))
"""


def test_executor_of_mpi(images: list[str], tmp_path: Path) -> None:
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    script = tmp_path / "mpi.py"
    script.write_text(MPI)
    command = [str(mpiexec), "-n", "2", sys.executable, "-m", "mpi4py.futures", str(script)]
    done = subprocess.run([*command, *images], capture_output=True, timeout=120, check=True)  # noqa: S603 - ourselves
    assert done.stdout.decode().split() == STATUSES


def test_reports_are_pickled_small(images: list[str]) -> None:
    reports = list(scan([images[1]] * 32))
    assert len(pickle.dumps(reports)) < 32 * 300
    assert pickle.loads(pickle.dumps(reports)) == reports  # noqa: S301 - our own


# Rows.


def test_row_of_an_image(tmp_path: Path) -> None:
    labels = {"nuclei": image_label(version="0.5")}
    path = write(hierarchy(version="0.5", labels=labels), tmp_path)
    (report,) = scan([path])
    row = report.to_row()
    assert {**row, "seconds": 0, "requests": 0} == {
        "uri": path,
        "kind": "image",
        "version": "0.5",
        "status": "valid",
        "errors": 0,
        "warnings": 0,
        "problem": None,
        "axes": ["t", "c", "z", "y", "x"],
        "shape": [1, 2, 4, 64, 64],
        "dtype": "uint16",
        "levels": 2,
        "voxel_size": [1.0, 1.0, 1.0, 0.5, 0.5],
        "units": ["second", None, "micrometer", "micrometer", "micrometer"],
        "channels": 2,
        "labels": 1,
        "wells": None,
        "requests": 0,
        "seconds": 0,
    }
    assert row["requests"] == report.requests
    assert row["seconds"] > 0
    assert {**validate(path).to_row(), "seconds": 0} == {**row, "seconds": 0}
    assert [*row] == [*COLUMNS]


def test_first_error_is_the_problem_of_a_row() -> None:
    document = broken(broken(image(), (*MS, "name"), 3), (*MS, "axes", 0, "name"), "x")
    row = validate(document).to_row()
    assert (row["errors"], row["warnings"]) == (1, 1)
    assert "[axes.name-unique]" in row["problem"]
    row = validate(broken(image(), (*MS, "name"), 3)).to_row()
    assert row["problem"] == "multiscales[0].name: expected a string, got 3 [ms.name]"
