"""Hierarchies that are written over others, in every kind of store."""

from __future__ import annotations

import asyncio
import json
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from obstore.store import MemoryStore as ObjectMemory
from zarr.storage import LocalStore, MemoryStore, ObjectStore, ZipStore

from ome_zarr_models import open_ome_zarr, v04, v05, v06

from .factories import (
    VERSIONS,
    below,
    collection,
    hierarchy,
    image,
    image_label,
    inside,
    plate_hierarchy,
)
from .stores import memory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zarr.abc.store import Store

KINDS: Final = (
    "image",
    "image-label",
    "labels",
    "plate",
    "well",
    "bioformats2raw",
    "scene",
    "plain",
)
STORES: Final = ("path", "local", "memory", "object", "zip")
EVERY: Final = [
    (kind, version) for kind in KINDS for version in VERSIONS if kind != "scene" or version == "0.6"
]
"""The kinds of groups, in the versions that have them."""
DOCUMENTS: Final = ("zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata")
FOREIGN: Final = {"mine": [1, {"a": None}]}
FOREIGN_KEY: Final = {"name": "of another program", "must_understand": False}


def documents_of(kind: str, version: str, count: int = 2) -> dict[str, Any]:
    """Return the documents of a group of a kind with `count` members, by their keys."""
    metadata = image("yx", version=version)
    names = [f"label {i}" for i in range(count)]
    labels = {name: image_label("yx", version=version) for name in names}
    match kind:
        case "image":
            return hierarchy(metadata, labels, version)
        case "image-label":
            return hierarchy(image_label("yx", count, version), version=version)
        case "labels":
            return inside("labels", hierarchy(metadata, labels, version))
        case "plate":
            wells = ["A/1", "B/2", "B/3"][:count]
            return plate_hierarchy(wells, 1, 1, version)
        case "well":
            return inside("A/1", plate_hierarchy(["A/1"], count, 1, version))
        case "bioformats2raw":
            documents = collection(count, version=version)
            del documents["OME/METADATA.ome.xml"]
            return documents
        case "scene":
            return _scene(count)
        case _:
            members = [f"group {i}" for i in range(count)]
            name, text = next(iter(_group(version).items()))
            return {name: text, **{f"{member}/{name}": text for member in members}}


def _group(version: str) -> dict[str, Any]:
    if version == "0.4":
        return {".zgroup": {"zarr_format": 2}}
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": {}}}


def _scene(count: int) -> dict[str, Any]:
    transforms = [
        {
            "type": "identity",
            "name": f"place {i}",
            "input": {"path": f"tile {i}", "name": "physical"},
            "output": {"name": "world"},
        }
        for i in range(count)
    ]
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    scene = {
        "coordinateSystems": [{"name": "world", "axes": axes}],
        "coordinateTransformations": transforms,
    }
    root = {"ome": {"version": "0.6", "scene": scene}}
    documents: dict[str, Any] = {
        "zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": root}
    }
    for i in range(count):
        tile = hierarchy(image("yx", version="0.6"), version="0.6")
        documents |= below(f"tile {i}", tile)
    return documents


def group_of(kind: str, version: str, count: int = 2) -> Any:
    """Return a group of a kind, which was read."""
    store = memory(documents_of(kind, version, count))
    if kind == "plain":
        module: Any = {"0.4": v04, "0.5": v05, "0.6": v06}[version]
        name = next(iter(_group(version)))
        members = {
            key.rpartition("/")[0]: module.GroupSpec(members={})
            for key in documents_of(kind, version, count)
            if key != name
        }
        return module.GroupSpec(members=members)
    return open_ome_zarr(store)


def with_foreign(documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return documents of groups and arrays with attributes and keys of other programs."""
    changed = dict(documents)
    for key, document in documents.items():
        name = key.rpartition("/")[2]
        if name == "zarr.json":
            attributes = {**document["attributes"], **FOREIGN}
            changed[key] = {**document, "attributes": attributes, "other": FOREIGN_KEY}
        elif name in (".zgroup", ".zarray"):
            own = f"{key.removesuffix(name)}.zattrs"
            changed[own] = {**documents.get(own, {}), **FOREIGN}
    return changed


def consolidated(documents: Mapping[str, Any], group: str = "") -> dict[str, Any]:
    """Return documents with consolidated metadata of a group."""
    held = deepcopy(inside(group, documents) if group else dict(documents))
    prefix = f"{group}/" if group else ""
    if ".zgroup" in held:
        copies = {key: held[key] for key in held if key.rpartition("/")[2] in DOCUMENTS[1:4]}
        holder = {"zarr_consolidated_format": 1, "metadata": copies}
        return {**documents, f"{prefix}.zmetadata": holder}
    copies = {
        key.removesuffix("/zarr.json"): document
        for key, document in held.items()
        if key.endswith("/zarr.json")
    }
    block = {"kind": "inline", "must_understand": False, "metadata": copies}
    return {
        **documents,
        f"{prefix}zarr.json": {**held["zarr.json"], "consolidated_metadata": block},
    }


class Place(NamedTuple):
    """A store, and what is given to the functions of the package as the store."""

    store: Store
    target: Any


def place_with(documents: Mapping[str, Any], kind: str, folder: Path) -> Place:
    """Return a store of a kind that holds documents by their keys; bytes as they are."""
    store: Store
    match kind:
        case "path" | "local":
            store = LocalStore(folder / "a.zarr")
        case "memory":
            store = MemoryStore()
        case "object":
            store = ObjectStore(ObjectMemory())
        case _:
            store = ZipStore(folder / "a.zip", mode="w", read_only=False)
    asyncio.run(_fill(store, documents))
    return Place(store, folder / "a.zarr" if kind == "path" else store)


async def _fill(store: Store, documents: Mapping[str, Any]) -> None:
    from zarr.core.buffer import default_buffer_prototype

    make = default_buffer_prototype().buffer.from_bytes
    if not vars(store).get("_is_open"):
        await getattr(store, "_open")()  # noqa: B009 - as zarr does
    for key, document in documents.items():
        text = document if isinstance(document, bytes) else json.dumps(document).encode()
        await store.set(key, make(text))


def contents(place: Place) -> dict[str, bytes]:
    """Return all that a store holds, by its keys."""
    return asyncio.run(_contents(place.store))


async def _contents(store: Store) -> dict[str, bytes]:
    from zarr.core.buffer import default_buffer_prototype

    prototype = default_buffer_prototype()
    held: dict[str, bytes] = {}
    async for key in store.list():
        content = await store.get(key, prototype)
        assert content is not None
        held[key] = content.to_bytes()
    return held


def parsed(texts: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the documents among the contents of a store."""
    return {
        key: json.loads(text) for key, text in texts.items() if key.rpartition("/")[2] in DOCUMENTS
    }


def write(group: Any, target: Any, path: str = "", *, overwrite: Any = False) -> list[str]:
    """Write a group; return what was warned of, but for pixels that stay elsewhere."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        group.to_zarr(target, path, overwrite=overwrite)
    said = [str(warning.message) for warning in caught]
    return [message for message in said if "metadata only" not in message]


def is_in(part: Any, whole: Any) -> bool:
    """Return whether a document says all that another one says, and maybe more."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and is_in(part[key], whole[key]) for key in part)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of anything
    return json.dumps(part, sort_keys=True) == json.dumps(whole, sort_keys=True)


def untrue_copies(documents: Mapping[str, Any]) -> list[str]:
    """Return the keys of copies in consolidated metadata that differ from their documents."""
    wrong: list[str] = []
    for key, document in documents.items():
        group, _, name = key.rpartition("/")
        holder: Any = (
            document if name == ".zmetadata" else document.get("consolidated_metadata") or {}
        )
        copies: Any = holder.get("metadata") if name in (".zmetadata", "zarr.json") else None
        if copies is None:
            continue
        held = inside(group, documents) if group else dict(documents)
        names = DOCUMENTS[1:4] if name == ".zmetadata" else ("zarr.json",)
        held = {
            key: each
            for key, each in held.items()
            if key.rpartition("/")[2] in names and key != "zarr.json"
        }
        if name == "zarr.json":
            copies = {f"{path}/zarr.json": copy for path, copy in copies.items()}
        wrong += (
            f"{group}: {key}"
            for key in {**held, **copies}
            if _without_copies(held.get(key)) != _without_copies(copies.get(key))
        )
    return wrong


def _without_copies(document: Any) -> Any:
    return document and {k: v for k, v in document.items() if k != "consolidated_metadata"}
