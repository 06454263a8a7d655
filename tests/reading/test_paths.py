"""Paths in metadata: none leads out of the hierarchy, and strange names are read everywhere."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from zarr.storage import FsspecStore, ObjectStore, StorePath, ZipStore

from ome_zarr_models import validate

from ..helpers.factories import (
    VERSIONS,
    Loc,
    below,
    broken,
    collection,
    group,
    hierarchy,
    image,
    image_label,
    plate_hierarchy,
    well,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, memory, write
from ..helpers.systems import TRANSFORMS, in_root, transform_to, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..helpers.servers import Served

ROOT = "data/image"
HOSTILE = {
    "above": "..",
    "beside": "../private",
    "deep": "0/../../../private",
    "encoded": "%2e%2e/private",
    "encoded in capitals": "%2E%2E/private",
    "encoded in part": ".%2e/private",
    "encoded twice": "%252e%252e/private",
    "encoded slash": "..%2fprivate",
    "encoded slash twice": "..%252fprivate",
    "encoded inside": "a/%2e%2e/%2e%2e/private",
    "encoded backslash": "..%5cprivate",
    "encoded null": "a%00b",
    "encoded root": "%2fprivate",
    "backslashes": "..\\..",
    "drive": "C:/x",
    "drive and backslash": "C:\\x",
    "null": "a\0b",
    "line": "a\nb",
    "return": "a\r\nHost: b",
    "escape": "a\x1b[2Jb",
    "steps": "a/" * 100_000 + "a",
    "steps above": "../" * 100_000 + "private",
    "long name": "a" * 2**20,
    "long encoded name": "%2e" * 2**20,
}
# A slash at the start of a path of parameters is not an error by itself.
ABSOLUTE = {"root": "/private", "host": "//host/private"}

Documents = Any
Make = Callable[[str, str], Documents]
"""Takes a path and a version, and returns documents that name a node by it."""


def _attributes(version: str, node: str = "") -> Loc:
    """Return the place of a node's metadata in the documents of its hierarchy."""
    start = f"{node}/" if node else ""
    return (f"{start}.zattrs",) if version == "0.4" else (f"{start}zarr.json", "attributes", "ome")


def _dataset(path: str, version: str) -> Any:
    loc = (*_attributes(version), "multiscales", 0, "datasets", 0, "path")
    return broken(hierarchy(version=version), loc, path)


def _label(path: str, version: str) -> Any:
    documents = hierarchy(labels={"0": image_label(version=version)}, version=version)
    return broken(documents, (*_attributes(version, "labels"), "labels", 0), path)


def _source(path: str, version: str) -> Any:
    documents = hierarchy(labels={"0": image_label(version=version)}, version=version)
    loc = (*_attributes(version, "labels/0"), "image-label", "source", "image")
    return broken(documents, loc, path)


def _well(path: str, version: str) -> Any:
    loc = (*_attributes(version), "plate", "wells", 0, "path")
    return broken(plate_hierarchy(version=version), loc, path)


def _field_of_view(path: str, version: str) -> Any:
    documents = group(well(1, version), version)
    documents |= below("0", hierarchy(image("yx", 1, version), version=version))
    return broken(documents, (*_attributes(version), "well", "images", 0, "path"), path)


def _series(path: str, version: str) -> Any:
    documents = collection(version=version)
    return broken(documents, (*_attributes(version, "OME"), "series", 0), path)


def _in_tree(tree: str, loc: Loc, path: str, _: str) -> Any:
    return broken(tree_of(tree), loc, path)


PLACES: dict[str, Make] = {
    "dataset": _dataset,
    "label": _label,
    "source of a label": _source,
    "well": _well,
    "field of view": _field_of_view,
    "series": _series,
}
SCENE = ("ome", "scene", TRANSFORMS, 0)
PLACES_OF_06: dict[str, Make] = {
    name: partial(_in_tree, tree, in_root(loc))
    for name, (tree, loc) in {
        "input of a dataset": (
            "image",
            ("ome", "multiscales", 0, "datasets", 0, TRANSFORMS, 0, "input", "path"),
        ),
        "output in a label": (
            "image of cells",
            ("ome", "multiscales", 0, TRANSFORMS, 0, "output", "path"),
        ),
        "image of a scene": ("scene", (*SCENE, "input", "path")),
    }.items()
}
PARAMETERS: dict[str, Make] = {
    name: partial(_in_tree, tree, in_root(loc))
    for name, (tree, loc) in {
        "matrix": ("image", (*transform_to("affine by path"), "path")),
        "rotation": ("image", (*transform_to("rotation by path"), "path")),
        "field": ("image", (*transform_to("displacements"), "path")),
        "coordinates": ("image", (*transform_to("coordinates"), "path")),
        "field in a bijection": ("image", (*transform_to("bijection"), "forward", "path")),
        "field of a scene": (
            "registration",
            (*SCENE, "forward", "transformations", 1, "path"),
        ),
    }.items()
}
PARAMETERS["array of a field"] = lambda path, _: broken(
    tree_of("image"),
    (
        "parameters/displacements/zarr.json",
        *("attributes", "ome", "multiscales", 0, "datasets", 0, "path"),
    ),
    path,
)

CASES = [
    *((place, version) for place in PLACES for version in VERSIONS),
    *((place, "0.6") for place in (*PLACES_OF_06, *PARAMETERS)),
]
MAKERS = {**PLACES, **PLACES_OF_06, **PARAMETERS}
every_place = pytest.mark.parametrize(("place", "version"), CASES)


def _problems(report: Any) -> list[Any]:
    return [
        (problem.rule, problem.level, problem.node, problem.loc, problem.message[:4000])
        for problem in report.problems
    ]


def _everywhere(documents: Documents) -> Documents:
    """Return documents below a root, with valid hierarchies wherever a path may lead out to."""
    private = {**hierarchy(version="0.5"), **hierarchy()}
    outside: Documents = {}
    for path in ("private", "data/private", "data/image2"):
        outside |= below(path, private)
    return outside | below("data", private) | below(ROOT, documents)


def _leads_out(key: str) -> bool:
    forms = (key, unquote(key), unquote(unquote(key)))
    return not all(form.startswith(f"{ROOT}/") for form in forms) or any(
        not {"..", "."}.isdisjoint(form.split("/")) or "\\" in form for form in forms
    )


@cache
def _usual(place: str, version: str) -> int:
    """Return how many requests are made for a path that leads to nothing."""
    store = Counting(memory(below(ROOT, MAKERS[place]("nothing", version))))
    validate(StorePath(store, ROOT))
    return len(store.keys)


@every_place
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_path_leads_out_of_a_store(hostile: str, place: str, version: str) -> None:
    store = Counting(memory(_everywhere(MAKERS[place](HOSTILE[hostile], version))))
    report = validate(StorePath(store, ROOT))
    _check_report(report, place)
    assert [key for key in store.keys if _leads_out(key)] == []
    assert len(store.keys) == len(set(store.keys)) <= _usual(place, version)


def _check_report(report: Any, place: str) -> None:
    is_source = place == "source of a label"
    assert report.status == ("invalid" if not is_source or report.errors else "valid")
    assert report.problems
    assert sum(len(problem.message) for problem in report.problems) < 50_000


@every_place
@pytest.mark.parametrize("hostile", ABSOLUTE)
def test_no_path_is_absolute(hostile: str, place: str, version: str) -> None:
    store = Counting(memory(_everywhere(MAKERS[place](ABSOLUTE[hostile], version))))
    _check_report(validate(StorePath(store, ROOT)), place)
    assert [key for key in store.keys if _leads_out(key)] == []


@every_place
def test_no_path_leads_out_over_http(place: str, version: str, server: Served) -> None:
    for path in (HOSTILE | ABSOLUTE).values():
        documents = MAKERS[place](path, version)
        server.documents = _everywhere(documents)
        report = validate(f"{server.url}/{ROOT}")
        assert _problems(report) == _problems(validate(memory(documents), listing=False))
        for sent in server.paths:
            assert not _leads_out(sent.lstrip("/"))
        assert all(key.startswith(f"{ROOT}/") for key in server.asked)
        server.asked.clear()
        server.paths.clear()


@every_place
def test_no_path_leads_out_of_a_folder(place: str, version: str, tmp_path: Path) -> None:
    for i, path in enumerate((HOSTILE | ABSOLUTE).values()):
        documents = MAKERS[place](path, version)
        root = tmp_path / str(i)
        write(_everywhere(documents), root)
        expected = _problems(validate(memory(documents), listing=False))
        assert _problems(validate(root / ROOT, listing=False)) == expected


@every_place
def test_no_path_leads_out_of_an_archive(place: str, version: str, tmp_path: Path) -> None:
    for i, path in enumerate((HOSTILE | ABSOLUTE).values()):
        documents = MAKERS[place](path, version)
        file = tmp_path / f"{i}.zip"
        with zipfile.ZipFile(file, "w") as archive:
            for key, document in _everywhere(documents).items():
                text = document if isinstance(document, bytes) else json.dumps(document)
                archive.writestr(key, text)
        store = asyncio.run(ZipStore.open(path=file, mode="r"))
        report = validate(StorePath(store, ROOT))
        store.close()
        assert _problems(report) == _problems(validate(memory(documents), listing=False))


STRANGE = [
    "cells #1",
    "what?",
    "x%20y",
    "ä ö",
    "a+b",
    "a&b=c",
    "100%",
    "50%25",
    "a;b",
    "a~b",
    "a[1]",
    "a'b",
    "(a)",
    "a,b@c",
    "日本",
]


def _strange(name: str, version: str) -> Documents:
    documents = hierarchy(labels={"0": image_label(version=version)}, version=version)
    documents = broken(documents, (*_attributes(version, "labels"), "labels", 0), name)
    loc = (*_attributes(version), "multiscales", 0, "datasets", 0)
    documents = broken(documents, (*loc, "path"), name)
    if version == "0.6":
        documents = broken(documents, (*loc, TRANSFORMS, 0, "input", "path"), name)
    renamed: Documents = {}
    for key, document in documents.items():
        start = f"labels/{name}/" if key.startswith("labels/0/") else f"{name}/"
        inner = key.removeprefix("labels/0/" if key.startswith("labels/0/") else "0/")
        renamed[key if inner == key else f"{start}{inner}"] = document
    return renamed


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("version", VERSIONS)
def test_strange_names_are_read_everywhere(
    name: str, version: str, server: Served, tmp_path: Path
) -> None:
    from obstore.store import HTTPStore

    documents = _strange(name, version)
    expected = open_ome_zarr(memory(documents))
    assert expected.labels is not None
    assert list(expected.labels.label_paths) == [name]
    assert open_ome_zarr(write(documents, tmp_path)) == expected
    server.documents = below("a", documents)
    url = f"{server.url}/a"
    https: Any = ObjectStore(
        HTTPStore.from_url(url, client_options={"allow_http": True}), read_only=True
    )
    for target in (url, FsspecStore.from_url(url), https):
        assert open_ome_zarr(target) == expected
        assert validate(target).status == "valid"
        assert validate(target).problems == validate(memory(documents)).problems
