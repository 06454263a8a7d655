"""Documents over others, and two changes of one document."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ome_zarr_models._zarr.merge import UnmergedError, both_changes, written_over
from ome_zarr_models.v04 import ArraySpec as ArraySpec04
from ome_zarr_models.v05 import ArraySpec as ArraySpec05

FORMATS = {2: ArraySpec04.format, 3: ArraySpec05.format}


def _group(attributes: Any, **more: Any) -> dict[str, Any]:
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes, **more}


def test_foreign_attributes_of_format_2_stay() -> None:
    old = {".zgroup": {"zarr_format": 2, "own": 1}, ".zattrs": {"multiscales": [1], "mine": 1}}
    new = {".zgroup": {"zarr_format": 2}, ".zattrs": {"labels": ["a"]}}
    merged = written_over(old, new, FORMATS[2])
    assert merged == {
        ".zgroup": {"zarr_format": 2, "own": 1},
        ".zattrs": {"mine": 1, "labels": ["a"]},
    }


def test_document_of_attributes_goes_if_it_is_empty() -> None:
    new = {".zgroup": {"zarr_format": 2}}
    for attributes, expected in (
        ({"multiscales": [1]}, {**new, ".zattrs": None}),
        ({"multiscales": [1], "mine": 1}, {**new, ".zattrs": {"mine": 1}}),
        (None, new),
        ([1], new),
    ):
        old = {".zgroup": {"zarr_format": 2}, ".zattrs": attributes}
        assert written_over(old, new, FORMATS[2]) == expected
    assert written_over({}, new, FORMATS[2]) == new


def test_foreign_keys_of_format_3_stay() -> None:
    before = {"ome": {"version": "0.5", "multiscales": [1], "theirs": 2}, "mine": {"a": 1}, "b": 1}
    after = {"ome": {"version": "0.6", "labels": ["a"]}, "b": 2}
    old = {"zarr.json": _group(before, foreign=[1])}
    merged = written_over(old, {"zarr.json": _group(after)}, FORMATS[3])
    ome = {"version": "0.6", "theirs": 2, "labels": ["a"]}
    assert merged == {"zarr.json": _group({"ome": ome, "mine": {"a": 1}, "b": 2}, foreign=[1])}
    assert list(merged["zarr.json"]["attributes"]) == ["ome", "mine", "b"]
    assert list(merged["zarr.json"]) == ["zarr_format", "node_type", "attributes", "foreign"]


def test_metadata_of_format_3_goes_with_the_new_document() -> None:
    old = {"zarr.json": _group({"ome": {"multiscales": [1]}, "mine": 1})}
    without = {"zarr_format": 3, "node_type": "group"}
    assert written_over(old, {"zarr.json": without}, FORMATS[3]) == {
        "zarr.json": _group({"mine": 1})
    }
    for broken in (None, [1], 3):
        assert written_over({"zarr.json": broken}, {"zarr.json": without}, FORMATS[3]) == {
            "zarr.json": without
        }
        document = {"zarr.json": _group({"ome": {}})}
        assert written_over({"zarr.json": _group(broken)}, document, FORMATS[3]) == document
        old = {"zarr.json": _group({"ome": broken, "mine": 1})}
        new = {"zarr.json": _group({"ome": {"labels": []}})}
        assert written_over(old, new, FORMATS[3]) == {
            "zarr.json": _group({"ome": {"labels": []}, "mine": 1})
        }


def test_documents_that_are_merged_are_not_changed() -> None:
    old = {"zarr.json": _group({"ome": {"theirs": [1]}, "mine": 1}, foreign=1)}
    new = {"zarr.json": _group({"ome": {"labels": ["a"]}})}
    before = deepcopy((old, new))
    written_over(old, new, FORMATS[3])
    assert (old, new) == before


def _ome(**metadata: Any) -> dict[str, Any]:
    return _group({"ome": {"version": "0.5", **metadata}})


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(labels=["a"]), ["a", "b"]),
        (_ome(labels=["a"]), _ome(labels=["a"]), _ome(labels=["a", "c"]), ["a", "c"]),
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(labels=["a", "b"]), ["a", "b"]),
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(labels=["a", "c"]), ["a", "c", "b"]),
        (
            _ome(labels=["a"]),
            _ome(labels=["b", "a"]),
            _ome(labels=["c", "a", "b"]),
            ["c", "a", "b"],
        ),
        (_ome(labels=[]), _ome(labels=["b"]), _ome(labels=["c"]), ["c", "b"]),
        (_ome(), _ome(labels=["b"]), _ome(labels=["c"]), ["c", "b"]),
    ],
)
def test_additions_of_labels_are_merged(base: Any, mine: Any, theirs: Any, expected: Any) -> None:
    assert both_changes(base, mine, theirs) == _ome(labels=expected)


@pytest.mark.parametrize("name", ["wells", "rows", "columns"])
def test_additions_to_plates_are_merged(name: str) -> None:
    def plate(*paths: str) -> dict[str, Any]:
        return {"plate": {name: [{"path": path} for path in paths], "name": "p"}}

    assert both_changes(plate("a"), plate("a", "b"), plate("a", "c")) == plate("a", "c", "b")


@pytest.mark.parametrize(
    "document", [{"well": {"images": None}}, {"series": None}, {"labels": None}]
)
def test_additions_to_other_lists_are_merged(document: Any) -> None:
    def of(items: list[str]) -> Any:
        (key,) = document
        return {key: items} if document[key] is None else {key: {"images": items}}

    assert both_changes(of(["0"]), of(["0", "1"]), of(["0", "2"])) == of(["0", "2", "1"])


def test_new_keys_of_both_are_kept() -> None:
    base, mine = {"labels": ["a"]}, {"labels": ["a", "b"], "one": 1}
    theirs = {"labels": ["a", "c"], "two": 2}
    with pytest.raises(UnmergedError):  # `one` is no list to which several add
        both_changes(base, mine, {**theirs, "one": 2})
    assert both_changes(base, {"labels": ["a", "b"]}, theirs) == {
        "labels": ["a", "c", "b"],
        "two": 2,
    }


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "key"),
    [
        (_ome(labels=["a"]), _ome(labels=["b"]), _ome(labels=["a", "c"]), "labels"),
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(labels=["c"]), "labels"),
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(labels=None), "labels"),
        (_ome(labels=["a"]), _ome(labels=["a", "b"]), _ome(), "ome"),
        (_ome(labels=["a"]), _ome(), _ome(labels=["a", "b"]), "ome"),
        (_ome(name="a"), _ome(name="b"), _ome(name="c"), "name"),
        (_ome(multiscales=[1]), _ome(multiscales=[1, 2]), _ome(multiscales=[1, 3]), "multiscales"),
        (_ome(omero={}), _ome(omero={"labels": [1]}), _ome(omero={"labels": [2]}), "omero"),
        (None, {"a": 1}, {"a": 2}, ""),
        ({"a": 1}, None, {"a": 2}, ""),
        ({"a": 1}, {"a": 2}, None, ""),
    ],
)
def test_changes_that_exclude_each_other_are_refused(
    base: Any, mine: Any, theirs: Any, key: str
) -> None:
    with pytest.raises(UnmergedError) as error:
        both_changes(base, mine, theirs)
    assert error.value.args == (key,)


def test_consolidated_copies_are_merged() -> None:
    def copies(**metadata: Any) -> dict[str, Any]:
        return _group({}, consolidated_metadata={"kind": "inline", "metadata": metadata})

    base = copies(a=1, b=1, c=1, d=1)
    mine = copies(a=2, b=1, d=1, e=1)  # changes a, removes c, adds e
    theirs = copies(a=1, b=3, c=1, f=1)  # changes b, removes d, adds f
    assert both_changes(base, mine, theirs) == copies(a=2, b=3, f=1, e=1)
    empty = _group({}, consolidated_metadata={"metadata": None})
    merged = both_changes(empty, copies(a=1), copies(b=1))
    assert merged == copies(b=1, a=1)
