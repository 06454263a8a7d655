"""Properties of every write."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ome_zarr_models import open_ome_zarr, validate

from ..helpers.factories import below
from ..helpers.writing import (
    EVERY,
    FOREIGN,
    FOREIGN_KEY,
    STORES,
    Place,
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

PATHS = ["", "a", "a/b"]
MAIN = ("zarr.json", ".zgroup", ".zarray")


def _above(path: str, version: str) -> dict[str, Any]:
    """Return the groups above a path, some of which may not be there."""
    steps = path.split("/") if path else []
    parent = next(iter(documents_of("plain", version, 0).items()))
    return {"/".join([*steps[:i], parent[0]]): parent[1] for i in range(len(steps))}


@settings(max_examples=400)
@given(st.data())
def test_no_write_loses_anything_silently(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        _write_and_check(data, Path(folder))


def _documents(data: st.DataObject, kind: str, version: str, path: str) -> dict[str, Any]:
    """Return what is in a store before: maybe a hierarchy, groups above it, and pixels."""
    documents: dict[str, Any] = {}
    if data.draw(st.booleans()) or not path:
        documents = documents_of(kind, version, data.draw(st.integers(1, 3)))
        if data.draw(st.booleans()):
            loose = documents_of("plain", data.draw(st.sampled_from(["0.4", version])), 1)
            documents |= below("loose", loose)
        if data.draw(st.booleans()):
            documents = with_foreign(documents)
        documents = below(path, documents) if path else documents
    documents |= _above(path, version)
    steps = path.split("/") if path else []
    for i in range(len(steps), -1, -1):
        place_path = "/".join(steps[:i])
        root = f"{place_path}/" if place_path else ""
        if not {f"{root}zarr.json", f"{root}.zgroup"}.isdisjoint(documents) and data.draw(
            st.booleans()
        ):
            documents = consolidated(documents, place_path)
    return {**documents, f"{path}/0/0/0" if path else "0/0/0": b"pixels"}


def _write_and_check(data: st.DataObject, folder: Path) -> None:
    kind, version = data.draw(st.sampled_from(EVERY))
    path = data.draw(st.sampled_from(PATHS))
    documents = _documents(data, kind, version, path)
    store_kind = data.draw(st.sampled_from(STORES))
    place = place_with(documents, store_kind, folder)
    before = contents(place)
    same_kind = data.draw(st.sampled_from([True, True, True, False]))
    new_kind, new_version = data.draw(
        st.sampled_from([(k, v) for k, v in EVERY if not same_kind or k == kind])
    )
    new = group_of(new_kind, new_version, data.draw(st.integers(1, 3)))
    overwrite = data.draw(st.sampled_from([False, "documents", "documents", True]))
    seen_before = _seen(place, path)
    try:
        said = write(new, place.target, path, overwrite=overwrite)
    except (FileExistsError, NotImplementedError) as error:
        event(f"{type(error).__name__} {overwrite}")
        assert contents(place) == before
        return
    event(f"written {overwrite}")
    after = contents(place)
    held = parsed(after)
    _is_seen(new, place, path)
    if overwrite is not True:
        _nothing_else_changes(before, after)
        _foreign_is_kept(parsed(before), held)
    remaining = {node for node in seen_before if _is_there(held, path, node)}
    if not said and overwrite is not True:
        assert remaining <= _seen(place, path)
        assert not _hidden(held) - _hidden(parsed(before))
    assert untrue_copies(held) == untrue_copies(parsed(before)) == []
    for root in ("", path):
        report = validate(open_group(place, root), consolidated="check")
        assert not [problem for problem in report.problems if problem.rule == "consolidated"]


def _nothing_else_changes(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    for key, text in before.items():
        assert key in after or key.endswith(".zattrs"), key
        is_document = key.rpartition("/")[2].startswith((".z", "zarr.json"))
        assert is_document or after[key] == text


def open_group(place: Place, path: str) -> Any:
    """Return what is given to read the group at a path."""
    from zarr.storage import StorePath

    return StorePath(place.store, path)


def _seen(place: Place, path: str) -> set[str]:
    """Return the paths of the nodes that the reader finds, in whatever way it reads."""
    root = open_group(place, path)
    readings: list[set[str]] = []
    options: list[Any] = ["use", "ignore"]
    for option in options:
        model: Any = validate(root, consolidated=option).model
        readings.append(set(model.to_flat()) if hasattr(model, "to_flat") else set())
    return readings[0] & readings[1]


def _is_seen(new: Any, place: Place, path: str) -> None:
    """Check that a group is read as it was written, from copies and from documents."""
    root = open_group(place, path)
    if new.kind is None if hasattr(new, "kind") else True:
        held = parsed(contents(place))
        for node, member in new.to_flat().items():
            for name, document in member.to_documents().items():
                assert is_in(document, held[f"{path}{node}/{name}".lstrip("/")])
        return
    options: list[Any] = ["use", "ignore"]
    models: list[Any] = [validate(root, consolidated=option).model for option in options]
    for model in (open_ome_zarr(root), *models):
        flat = model.to_flat()
        for node, member in new.to_flat().items():
            for name, document in member.to_documents().items():
                assert is_in(document, flat[node].to_documents()[name]), (node, name)


def _is_there(held: dict[str, Any], path: str, node: str) -> bool:
    own = f"{path}{node}".lstrip("/")
    return any((f"{own}/{name}" if own else name) in held for name in MAIN)


def _hidden(held: dict[str, Any]) -> set[str]:
    """Return the nodes of one format that are in a group of the other, or beside a node of it."""
    hidden: set[str] = set()
    for key in held:
        node, _, name = key.rpartition("/")
        if name in (".zgroup", ".zarray"):
            steps = node.split("/") if node else []
            above = ["/".join([*steps[:i], "zarr.json"]) for i in range(len(steps) + 1)]
            if any(each in held for each in above):
                hidden.add(node)
    return hidden


def _foreign_is_kept(before: dict[str, Any], after: dict[str, Any]) -> None:
    for key, document in before.items():
        name = key.rpartition("/")[2]
        if name == ".zattrs" and "mine" in document:
            assert is_in(FOREIGN, after[key])
        if name == "zarr.json" and "other" in document:
            assert after[key]["other"] == FOREIGN_KEY
            assert is_in(FOREIGN, after[key]["attributes"])
