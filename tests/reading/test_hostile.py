"""Hostile documents and hierarchies: paths that lead outside, huge and broken texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ome_zarr_models import ValidationError, open_ome_zarr, structure, validate

from ..helpers.factories import VERSIONS, Loc, broken, hierarchy, image, image_label, stored
from ..helpers.stores import Counting, memory

if TYPE_CHECKING:
    from pathlib import Path

    from ome_zarr_models.typing import Policy

MS = ("multiscales", 0)
OUTSIDE = ("..", "../other", "../../etc/passwd", "/etc/passwd", "a\0b", "C:\\x", "0/../../x", "")
MANY = 20_000


def _place(version: str) -> tuple[str, ...]:
    return (".zattrs",) if version == "0.4" else ("zarr.json", "attributes", "ome")


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_of_datasets_do_not_lead_outside(path: str, version: str) -> None:
    inside = broken(
        hierarchy(version=version), (*_place(version), *MS, "datasets", 0, "path"), path
    )
    documents = {f"image/{key}": each for key, each in inside.items()}
    store = Counting(memory(documents | {"other/.zarray": {}, "other/zarr.json": {}}))
    report = validate(_below(store, "image"))
    assert report.status == "invalid"
    assert "ms.ds-array-exists" in {problem.rule for problem in report.problems}
    assert all(key.startswith("image/") and ".." not in key for key in store.keys)


def _below(store: Any, path: str) -> Any:
    from zarr.storage import StorePath

    return StorePath(store, path)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", ["../" * 9, "/", "../../../../secret", "../../labels/nuclei", "."])
def test_sources_of_labels_do_not_lead_outside(path: str, version: str) -> None:
    label = image_label(version=version)
    label["image-label"]["source"] = {"image": path}
    store = Counting(memory(hierarchy(version=version, labels={"nuclei": label})))
    validate(store)
    assert len(store.keys) == len(set(store.keys))
    assert all(".." not in key and not key.startswith("/") for key in store.keys)


def test_label_images_may_be_sources_of_each_other() -> None:
    labels: dict[str, Any] = {}
    for name, other in (("a", "b"), ("b", "a")):
        labels[name] = image_label()
        labels[name]["image-label"]["source"] = {"image": f"../{other}"}
    store = Counting(memory(hierarchy(labels=labels)))
    assert validate(store).status == "valid"
    assert len(store.keys) == len(set(store.keys))


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        (b"", "json", "not JSON"),
        (b"{", "json", "not JSON"),
        (b'{"multiscales": [{"axes"', "json", "not JSON"),
        (b'{"a": "\xff"}', "json", "invalid start byte"),
        (b"[" * 200_000, "json", "not JSON"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "json", "nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "json", "Exceeds the limit"),
        (b"// metadata\n{}", "storage.no-json-comments", "there are comments in it"),
    ],
)
@pytest.mark.parametrize("key", [".zattrs", "0/.zarray", "labels/.zattrs"])
def test_broken_json_is_reported_at_its_document(
    key: str, text: bytes, rule: str, said: str
) -> None:
    documents = {**hierarchy(labels={"nuclei": image_label()}), key: text}
    report = validate(memory(documents))
    (problem,) = [each for each in report.problems if each.rule == rule]
    assert f"{problem.node}/{problem.document}".lstrip("/") == key
    assert said in problem.message
    assert report.status == ("unreadable" if rule == "json" else "invalid")


@pytest.mark.parametrize("policy", ["strict", "repair"])
@pytest.mark.parametrize("key", [".zattrs", "0/.zarray"])
def test_repeated_keys_are_reported(key: str, policy: Policy) -> None:
    documents = hierarchy()
    text = json.dumps(documents[key])
    documents[key] = f"{text[:-1]}, {text[1:]}".encode()
    report = validate(memory(documents))
    found = {(each.rule, each.level, each.document) for each in report.problems}
    assert found == {("json-key", "error", key.rpartition("/")[2])}
    if policy == "repair":  # as every parser does, the last is taken
        assert open_ome_zarr(memory(documents), policy=policy) == open_ome_zarr(memory(hierarchy()))
    else:
        with pytest.raises(ValidationError, match="expected this key once, got it more than once"):
            open_ome_zarr(memory(documents), policy=policy)


@pytest.mark.parametrize("depth", [500, 50_000])
@pytest.mark.parametrize("loc", [("seen",), (*MS, "axes"), (*MS, "datasets", 0, "path")])
def test_deeply_nested_values_are_validated(loc: Loc, depth: int) -> None:
    report = validate(broken(image(), loc, _nested(depth)))
    assert report.status == ("valid" if loc == ("seen",) else "invalid")


@pytest.mark.parametrize("number", [10**400, -(10**400), 2**64, 1e308, 5e-324])
def test_huge_numbers_are_read(number: float) -> None:
    place = (*MS, "datasets", 0, "coordinateTransformations", 0, "scale", 3)
    report = validate(broken(image(levels=1), place, number))
    assert report.status == "valid"
    assert structure(broken(image(levels=1), place, number)) == report.model


@pytest.mark.parametrize("version", VERSIONS)
def test_very_many_axes_are_few_problems(version: str) -> None:
    axes = [{"name": f"x{i}", "type": "space", "unit": "meter"} for i in range(MANY)]
    place = ("axes",) if version != "0.6" else ("coordinateSystems", 0, "axes")
    report = validate(stored(broken(image(version=version), (*MS, *place), axes), version))
    assert report.status == "invalid"
    assert len(report.problems) < 20
    wrong = broken(image(version=version), (*MS, *place), [3] * MANY)
    report = validate(stored(wrong, version))
    assert len(report.problems) == 1


def test_repeated_labels_are_requested_once() -> None:
    documents = hierarchy(labels={})
    documents["labels/.zgroup"] = {"zarr_format": 2}
    documents["labels/.zattrs"] = {"labels": [f"l{i}" for i in range(500)] * 2}
    store = Counting(memory(documents))
    report = validate(store)
    assert report.status == "invalid"
    assert len(store.keys) == len(set(store.keys)) < 500 * 3 + 50
    assert store.most <= 64


def test_long_document_is_read(tmp_path: Path) -> None:
    documents = hierarchy()
    documents[".zattrs"]["notes"] = ["x" * 1000] * 5000  # 5 MB
    for key, document in documents.items():
        (tmp_path / key).parent.mkdir(exist_ok=True)
        (tmp_path / key).write_text(json.dumps(document))
    assert validate(tmp_path).status == "valid"
