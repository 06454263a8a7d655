"""What programs write that is not of the specification, and what is read of it."""

from __future__ import annotations

import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from ome_zarr_models import (
    ValidationError,
    ValidationWarning,
    repair,
    structure,
    unstructure,
    validate,
)
from ome_zarr_models.v05 import coordinate_transformations
from ome_zarr_models.v05.axes import Axis
from ome_zarr_models.v05.image_label_types import Color, Label
from ome_zarr_models.v05.multiscales import Dataset
from ome_zarr_models.v06.coordinate_systems import CoordinateSystem

from ..helpers.cli import run
from ..helpers.factories import (
    ABSENT,
    broken,
    collection,
    group,
    hierarchy,
    hierarchy_of,
    image,
    image_label,
    metadata_of,
    metadata_place,
    multiscale,
    plate_hierarchy,
    stored,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, keys_in, memory, write
from ..helpers.versions import every_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ome_zarr_models.typing import Loc

    from ..helpers.servers import Served

KINDS = ("image", "image-label", "labels", "plate", "well", "bioformats2raw")


def _at(version: str, node: str = "") -> tuple[str, ...]:
    """Return the place of a node's metadata in the documents of its hierarchy."""
    start = f"{node}/" if node else ""
    name = ".zattrs" if version == "0.4" else "zarr.json"
    place = () if version == "0.4" else ("attributes", *metadata_place(version))
    return (f"{start}{name}", *place)


def _opened(target: Any, **options: Any) -> tuple[Any, str]:
    """Return what is opened, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        opened = open_ome_zarr(target, **options)
    return opened, "\n".join(str(each.message) for each in caught)


def _write(opened: Any, store: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)  # that the pixels are elsewhere
        opened.to_zarr(store)


def _rules(target: Any, level: str, **options: Any) -> set[str]:
    problems = validate(target, **options).problems
    return {problem.rule for problem in problems if problem.level == level}


def test_null_is_dropped_when_the_field_is_set() -> None:
    axis = structure({"name": "y", "unit": None}, Axis)
    assert (axis.unit, axis.extra) == (None, {"unit": None})
    assert unstructure(axis) == {"name": "y", "unit": None}
    assert attrs.evolve(axis, unit="meter") == Axis(name="y", unit="meter")
    label = structure({"colors": None}, Label)
    assert unstructure(label) == {"colors": None}
    assert Label(colors=None).extra == {}


@pytest.mark.parametrize("value", [6.0, 1e3, -0.0])
def test_integral_floats_are_integers(value: float) -> None:
    color = structure({"label-value": value}, Color)
    assert type(color.label_value) is int
    assert color.label_value == value
    assert str(unstructure(color)) == str({"label-value": value})
    assert attrs.evolve(color, rgba=(1, 2, 3, 4)).extra == {"label-value": value}
    changed = attrs.evolve(color, label_value=7)
    assert (changed.extra, unstructure(changed)) == ({}, {"label-value": 7})
    given: Any = value
    assert type(Color(label_value=given).label_value) is int


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf"), "1", True])
def test_other_numbers_are_no_integers(value: Any) -> None:
    with pytest.raises(ValueError, match="expected an integer"):
        structure({"label-value": value}, Color)


def test_rgba_of_floats_is_kept_as_written() -> None:
    color = structure({"label-value": 1, "rgba": [1.0, 2, 3, 4]}, Color)
    assert color.rgba == (1, 2, 3, 4)
    assert str(unstructure(color)) == "{'label-value': 1, 'rgba': [1.0, 2, 3, 4]}"
    assert attrs.evolve(color, rgba=(9, 2, 3, 4)).extra == {}
    with pytest.raises(ValueError, match="pass it as 'label_value'"):
        Color(label_value=1, extra={"label-value": 2})


@every_version
def test_nulls_are_removed_by_a_repair(version: str) -> None:
    document = stored({**image(version=version), "omero": None, "plate": None}, version)
    if version == "0.6":
        loc: Loc = ("ome", "multiscales", 0, "coordinateTransformations")
        inner = {"type": "scale", "scale": [1] * 5, "input": None, "name": None}
        ends = {"input": {"name": "physical"}, "output": {"name": "physical", "path": None}}
        document = broken(document, loc, [{"type": "sequence", "transformations": [inner], **ends}])
    repaired, fixes = repair(document)
    text = str(repaired)
    assert "None" not in text
    assert all(fix.before is None and fix.after is attrs.NOTHING for fix in fixes)
    assert repair(repaired) == (repaired, [])


@every_version
@pytest.mark.parametrize("kind", ["image", "labels", "well", "image-label"])
def test_layout_beside_other_metadata_does_not_decide(kind: str, version: str) -> None:
    documents = broken(hierarchy_of(kind, version), (*_at(version), "bioformats2raw.layout"), 3)
    report = validate(memory(documents), listing=False)
    assert (report.kind, report.status) == (kind, "valid")
    assert "bf2raw.beside" in _rules(memory(documents), "warning")
    assert _opened(memory(documents))[0].kind == kind
    null = broken(documents, (*_at(version), "bioformats2raw.layout"), None)
    assert "bf2raw.beside" not in _rules(memory(null), "warning")


@every_version
def test_layout_of_a_plate_is_converted_with_its_file(version: str) -> None:
    documents = broken(
        plate_hierarchy(version=version), (*_at(version), "bioformats2raw.layout"), "3"
    )
    documents |= {f"OME/{name}": each for name, each in group({}, version).items()}
    documents["OME/METADATA.ome.xml"] = b"<OME/>"
    assert "bf2raw.value-3" in _rules(memory(documents), "error")
    plate, said = _opened(memory(documents))
    assert "bf2raw.value-3" in said
    assert plate.ome_xml == b"<OME/>"
    target = "0.6" if version == "0.5" else "0.5"
    assert plate.to_version(target, losses=[]).ome_xml == b"<OME/>"
    store = memory({})
    _write(plate, store)
    assert "OME/METADATA.ome.xml" in keys_in(store)


@every_version
def test_series_of_numbers_are_read(version: str) -> None:
    documents = broken(collection(version=version), (*_at(version, "OME"), "series"), [0, 1])
    opened, said = _opened(memory(documents))
    assert "bf2raw.series-strings" in said
    assert opened.image_paths == ["0", "1"]
    assert opened.images.keys() == {"0", "1"}


def _misplaced(kind: str, version: str) -> dict[str, Any]:
    documents = hierarchy_of(kind, version)
    if version == "0.4":
        return {**documents, ".zattrs": {"ome": {"version": "0.4", **documents[".zattrs"]}}}
    inner = documents["zarr.json"]["attributes"]["ome"]
    bare = {key: value for key, value in inner.items() if key != "version"}
    attributes = {**bare, "version": version, "more": 1}
    changed: dict[str, Any] = broken(documents, ("zarr.json", "attributes"), attributes)
    return changed


@every_version
@pytest.mark.parametrize("kind", KINDS)
def test_metadata_at_the_place_of_another_version_is_read(
    kind: str, version: str, tmp_path: Path
) -> None:
    documents = _misplaced(kind, version)
    report = validate(memory(documents))
    assert (report.status, report.kind, report.version) == ("invalid", kind, version)
    opened, said = _opened(memory(documents))
    assert (opened.kind, opened.ome_zarr_version) == (kind, version)
    assert "this key" in said
    store = memory({})
    _write(opened, store)
    assert validate(store).status == "valid"
    with pytest.raises(ValidationError, match="this key"):
        open_ome_zarr(memory(documents), policy="strict")
    folder = write(documents, tmp_path / "a.zarr")
    assert run("fix", folder) == 0
    assert open_ome_zarr(folder, policy="strict") == opened
    if version == "0.4":
        assert repair(documents[".zattrs"])[0] == hierarchy_of(kind)[".zattrs"]


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_newer_metadata_in_the_older_format_is_not_read(version: str) -> None:
    documents = hierarchy()
    documents[".zattrs"] = stored(image(version=version), version)
    report = validate(memory(documents))
    assert [problem.rule for problem in report.problems][:1] == ["storage.zarr-format"]
    with pytest.raises(ValidationError):
        open_ome_zarr(memory(documents))


def test_misplaced_metadata_without_a_version_is_that_of_the_root() -> None:
    documents = hierarchy(labels={"nuclei": image_label(version="0.6")}, version="0.6")
    for node in ("labels", "labels/nuclei"):
        bare = dict(documents[f"{node}/zarr.json"]["attributes"]["ome"])
        bare.pop("version")
        documents = broken(documents, (f"{node}/zarr.json", "attributes"), bare)
    opened, said = _opened(memory(documents))
    assert [*opened.labels.members] == ["nuclei"]
    assert said.count("since 0.5") == 2
    bare = stored(image(), "0.4")
    assert validate(memory({"zarr.json": {"attributes": bare, **_GROUP}})).version is None


_GROUP = {"zarr_format": 3, "node_type": "group"}


@pytest.mark.parametrize(
    ("draft", "version"),
    [
        *((draft, "0.5") for draft in ("0.5-dev", "0.5.0", "0.5.2", "0.5-dev-spatialdata")),
        *((draft, "0.6") for draft in ("0.6rc0", "0.6rc1", "0.6rc12", "0.6.dev4")),
    ],
)
def test_drafts_are_read_and_fixed(draft: str, version: str) -> None:
    documents = broken(hierarchy(version=version), (*_at(version), "version"), draft)
    assert validate(memory(documents)).status == "valid"
    opened, said = _opened(memory(documents))
    assert draft in said
    assert opened.ome_attributes.version == version
    assert validate(repair(documents["zarr.json"]["attributes"])[0]).problems == ()


@pytest.mark.parametrize("kind", ["image", "scene"])
def test_keys_of_a_draft_are_renamed(kind: str) -> None:
    document = stored(metadata_of(kind, "0.6"), "0.6")
    text = json.dumps(document).replace("inputAxes", "input_axes")
    draft = json.loads(text.replace("outputAxes", "output_axes"))
    draft["ome"]["version"] = "0.6.dev4"
    repaired, fixes = repair(draft)
    assert repaired == document
    assert len(fixes) == 1 + 2 * (text.count("input_axes") + text.count("outputAxes"))
    with pytest.warns(ValidationWarning, match="0\\.6\\.dev4"):
        assert structure(draft) == structure(document)


@pytest.mark.parametrize("place", [("multiscales", 0), ("multiscales", 0, "datasets", 1)])
@pytest.mark.parametrize(("suffix", "program"), [("-dev-other", "other"), ("-tool", "tool")])
def test_transformations_of_a_program_are_named(place: Loc, suffix: str, program: str) -> None:
    documents = broken(hierarchy(version="0.5"), (*_at("0.5"), "version"), f"0.5{suffix}")
    own = [{"type": "affine", "affine": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}]
    loc = (*_at("0.5"), *place, "coordinateTransformations")
    documents = broken(documents, loc, own)
    with pytest.raises(ValidationError, match=f'the version names, "{program}"'):
        open_ome_zarr(memory(documents))
    documents = broken(documents, (*_at("0.5"), "version"), "0.5-dev")
    with pytest.raises(ValidationError) as raised:
        open_ome_zarr(memory(documents))
    assert "the version names" not in str(raised.value)


@pytest.mark.parametrize(
    "name", ["0.6rc01", "0.6.dev3", "0.6-dev", "0.6-dev3", "0.7", "0.50", "0.5 dev"]
)
def test_other_versions_are_refused(name: str) -> None:
    documents = broken(hierarchy(version="0.6"), (*_at("0.6"), "version"), name)
    assert validate(memory(documents)).status == "invalid"
    with pytest.raises(ValidationError, match=r"expected version 0\.5 or 0\.6"):
        open_ome_zarr(memory(documents))


def test_draft_in_which_both_names_are_there_is_left() -> None:
    item = {"input_axes": [0], "inputAxes": [1], "transformation": {"type": "identity"}}
    transform: Any = {"type": "byDimension", "transformations": [item]}
    document = stored({"multiscales": [{"coordinateTransformations": [transform]}]}, "0.6")
    document = broken(document, ("ome", "version"), "0.6.dev4")
    assert repair(document) == (document, [])
    for _ in range(200):  # deeper than any transformation that is read
        transform = {"type": "sequence", "transformations": [transform]}
    deep = broken(document, ("ome", "multiscales", 0, "coordinateTransformations"), [transform])
    assert repair(deep)[0]["ome"]["version"] == "0.6"


def _labels(version: str) -> dict[str, Any]:
    return hierarchy(labels={"cells": image_label(version=version)}, version=version)


@every_version
def test_labels_of_floats_are_refused_without_image_label(version: str) -> None:
    documents = broken(_labels(version), (*_at(version, "labels/cells"), "image-label"), ABSENT)
    key = ".zarray" if version == "0.4" else "zarr.json"
    for level in "01":
        name = f"labels/cells/{level}/{key}"
        dtype = ("dtype", "<f4") if version == "0.4" else ("data_type", "float32")
        documents = broken(documents, (name, dtype[0]), dtype[1])
    assert "labels.integer-dtype" in _rules(memory(documents), "error")
    opened, said = _opened(memory(documents))
    assert "labels.integer-dtype" in said
    assert opened.labels is None or "cells" not in opened.labels.members


def _array_key(version: str, level: int = 0) -> str:
    return f"{level}/.zarray" if version == "0.4" else f"{level}/zarr.json"


def _window(version: str) -> tuple[Loc, Any]:
    return (*_at(version), "omero", "channels", 0, "window", "end"), 70000


def _smaller(version: str) -> tuple[Loc, Any]:
    return (_array_key(version, 1), "shape"), [1, 2, 4, 20, 20]


def _filled(version: str) -> tuple[Loc, Any]:
    return (_array_key(version), "fill_value"), 0.0


def _twice(version: str) -> tuple[Loc, Any]:
    return (*_at(version), "multiscales", 0, "datasets", 1, "path"), "0"


@every_version
@pytest.mark.parametrize("length", [10**400, 2**63, 1], ids=["huge", "large", "one"])
@pytest.mark.parametrize(
    "factors", ["1e308, 5e-324", "5e-324, 1e308", f"1, 1{400 * '0'}"], ids=["down", "up", "huge"]
)
def test_numbers_beyond_all_measure_are_judged(version: str, length: int, factors: str) -> None:
    documents = broken(hierarchy(version=version), _smaller(version)[0], [1, 2, 4, 32, length])
    first, second = factors.split(", ")
    text = json.dumps(documents).replace("[1, 1, 1, 0.5, 0.5]", f"[1, 1, 1, 0.5, {first}]")
    text = text.replace("[1, 1, 1, 1.0, 1.0]", f"[1, 1, 1, 1.0, {second}]")
    assert validate(memory(json.loads(text))).status == "valid"


#: What is hardly meant: the rule, and how an image gets it.
IMPLAUSIBLE: list[tuple[str, Callable[[str], tuple[Loc, Any]]]] = [
    ("plausible.window", _window),
    ("plausible.scale-shape", _smaller),
    ("plausible.fill-value", _filled),
    ("plausible.path-unique", _twice),
]


@every_version
@pytest.mark.parametrize(("rule", "change"), IMPLAUSIBLE, ids=[rule for rule, _ in IMPLAUSIBLE])
def test_implausible_metadata_is_warned_of(
    rule: str, change: Callable[[str], tuple[Loc, Any]], version: str
) -> None:
    documents = hierarchy_of("image", version)
    assert rule not in _rules(memory(documents), "warning")
    loc, value = change(version)
    changed = broken(documents, loc, value)
    if rule == "plausible.path-unique" and version == "0.6":
        *place, _ = loc
        ends: Loc = (*place, "coordinateTransformations", 0, "input", "path")
        changed = broken(changed, ends, "0")
    assert rule in _rules(memory(changed), "warning")


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_scales_and_data_types_are_warned_of(version: str) -> None:
    documents = hierarchy_of("image", version)
    scale: Loc = (
        *_at(version),
        "multiscales",
        0,
        "datasets",
        0,
        "coordinateTransformations",
        0,
        "scale",
    )
    for value in (0, -1):
        changed = broken(documents, (*scale, 4), value)
        assert "plausible.scale-sign" in _rules(memory(changed), "warning")
    key, dtype = ("dtype", "<u4") if version == "0.4" else ("data_type", "uint32")
    changed = broken(documents, (_array_key(version, 1), key), dtype)
    assert "plausible.same-dtype" in _rules(memory(changed), "warning")


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_codecs_of_zarr_python_are_warned_of(version: str) -> None:
    codec = {"name": "numcodecs.zlib", "configuration": {"level": 1}}
    inner = [{"name": "bytes", "configuration": {"endian": "little"}}, codec]
    shards = {"name": "sharding_indexed", "configuration": {"codecs": inner}}
    nameless = {"name": "sharding_indexed", "configuration": {"codecs": [{"name": 3}, 3, codec]}}
    for codecs in (inner, [shards], [nameless]):
        documents = broken(hierarchy_of("image", version), ("0/zarr.json", "codecs"), codecs)
        problems = validate(memory(documents)).problems
        assert ["numcodecs.zlib" in problem.message for problem in problems] == [True]
    documents = broken(hierarchy_of("image", version), ("0/zarr.json", "data_type"), "bool")
    assert "plausible.fill-value" in _rules(memory(documents), "warning")


@every_version
def test_half_pixels_are_added_to_all_levels_or_none(version: str) -> None:
    whole = multiscale("yx", 3, version)
    for i, offset in enumerate([0, 0.25, 0]):
        parts = whole["datasets"][i]["coordinateTransformations"]
        parts = parts[0]["transformations"] if version == "0.6" else parts
        parts[0]["scale"], parts[1]["translation"] = [0.5 * 2**i] * 2, [offset] * 2
    document = stored({"multiscales": [whole]}, version)
    assert "plausible.half-pixel" in _rules(document, "warning")
    parts = whole["datasets"][2]["coordinateTransformations"]
    parts = parts[0]["transformations"] if version == "0.6" else parts
    parts[1]["translation"] = [0.75] * 2
    assert "plausible.half-pixel" not in _rules(document, "warning")
    for other in ([0.1] * 2, [0.5], [10**400] * 2, ["0"], [None, 0]):
        parts[1]["translation"] = other
        assert "plausible.half-pixel" not in _rules(document, "warning")


@every_version
def test_field_count_is_not_below_what_wells_have(version: str) -> None:
    documents = broken(plate_hierarchy(version=version), (*_at(version), "plate", "field_count"), 1)
    assert "plausible.field-count" in _rules(memory(documents), "warning")
    documents = broken(documents, (*_at(version), "plate", "field_count"), ABSENT)
    assert "plausible.field-count" not in _rules(memory(documents), "warning")


def test_constructors_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValidationError, match="expected 2 entries, as many as the scale has"):
        Dataset.build(path="0", scale=[1, 1], translation=[0])
    with pytest.raises(ValidationError, match="at least one axis"):
        CoordinateSystem(name="world", axes=[])


@pytest.mark.parametrize(
    ("dtype", "value", "fits"),
    [
        ("uint8", 255, True),
        ("uint8", 0.0, True),
        ("uint8", 256, False),
        ("int8", -129, False),
        ("uint16", 0.5, False),
        ("int64", -(2**63), True),
        ("bool", 0, True),
        ("bool", 2, False),
        ("bool", "0", False),
        ("float32", 300, True),
    ],
)
def test_fill_values_are_those_that_zarr_reads(dtype: str, value: Any, *, fits: bool) -> None:
    documents = broken(
        hierarchy(image("yx", 1, "0.5"), version="0.5"), ("0/zarr.json", "data_type"), dtype
    )
    documents = broken(documents, ("0/zarr.json", "fill_value"), value)
    assert (validate(memory(documents)).status == "valid") == fits


@pytest.mark.parametrize(
    ("dtype", "value"), [("|u1", 300), ("<i2", 0.5), (">u4", -1), ("|b1", "a")]
)
def test_fill_values_of_format_2_are_those_that_zarr_reads(dtype: str, value: Any) -> None:
    documents = broken(hierarchy(image("yx", 1)), ("0/.zarray", "dtype"), dtype)
    documents = broken(documents, ("0/.zarray", "fill_value"), value)
    assert validate(memory(documents)).status == "invalid"


@pytest.mark.parametrize("mode", ["403", "401", "html"])
@every_version
def test_refused_documents_are_absent(mode: str, version: str, server: Served) -> None:
    server.documents = collection(series=False, version=version)
    server.mode = mode
    report = validate(server.url)
    assert report.status == "valid"
    assert any("read as if it were absent" in problem.message for problem in report.problems)
    opened, said = _opened(server.url)
    assert opened.image_paths == ["0", "1", "2"]
    assert "read as if it were absent" in said


@pytest.mark.parametrize(
    "error", [PermissionError("403"), type("PermissionDeniedError", (OSError,), {})()]
)
def test_refused_wells_and_labels_are_left_out(error: Exception) -> None:
    store = Counting(memory(plate_hierarchy()))
    for name in (".zgroup", ".zattrs"):
        store.errors[f"A/1/{name}"] = error
    plate, said = _opened(store)
    assert "not there, or not allowed" in said
    assert [each.n_images for each in plate.well_groups] == [2]
    assert validate(store).status == "valid"
    for name in (".zgroup", ".zattrs"):
        store.errors[f"B/2/{name}"] = error
    assert validate(store).status == "unreadable"


def test_byte_order_marks_are_read() -> None:
    documents = hierarchy()
    text = b"\xef\xbb\xbf" + json.dumps(documents[".zattrs"]).encode()
    opened, said = _opened(memory({**documents, ".zattrs": text}))
    assert "byte order mark" in said
    assert opened == open_ome_zarr(memory(documents))


@every_version
def test_array_of_the_other_format_is_named(version: str) -> None:
    other = "0.5" if version == "0.4" else "0.4"
    documents = hierarchy(version=version)
    del documents[_array_key(version, 1)]
    documents[_array_key(other, 1)] = hierarchy(version=other)[_array_key(other, 1)]
    problems = validate(memory(documents)).problems
    assert [problem.document for problem in problems] == [_array_key(other, 1)[2:]]
    assert "of Zarr format" in problems[0].message


def test_archive_with_a_folder_is_named(tmp_path: Path) -> None:
    folder = write(hierarchy(version="0.5"), tmp_path / "a.zarr")
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(f"{folder}/zarr.json", "inner.zarr/zarr.json")
    assert "inner.zarr" in str(validate(file))
    with zipfile.ZipFile(tmp_path / "b.zip", "w"):
        pass
    assert "archive" not in validate(tmp_path / "b.zip").problems[0].message


def test_archive_over_http_is_named(server: Served) -> None:
    server.documents = {"a.ozx": b"PK"}
    assert f"zip::{server.url}/a.ozx" in str(validate(f"{server.url}/a.ozx"))


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_listing_finds_labels_that_are_not_listed(version: str, tmp_path: Path) -> None:
    documents = broken(_labels(version), (*_at(version, "labels"), "labels"), [])
    documents["labels/table/zarr.json"] = {**_GROUP, "attributes": {}}
    documents["labels/broken/zarr.json"] = b"{"
    documents["labels/flat/zarr.json"] = {"node_type": "array"}
    folder = write(documents, tmp_path / "a.zarr")
    for target in (memory(documents), folder):
        problems = [p for p in validate(target).problems if p.rule == "labels.all-listed"]
        assert ["cells" in problem.message for problem in problems] == [True]
        assert "labels.all-listed" not in _rules(target, "warning", listing=False)
    without = broken(documents, (*_at(version, "labels"), "labels"), ABSENT)
    assert "labels.all-listed" not in _rules(memory(without), "warning")


@every_version
def test_listing_finds_wells_and_rows_without_images(version: str) -> None:
    documents = plate_hierarchy(version=version)
    plate_loc = (*_at(version), "plate")
    documents = broken(documents, (*plate_loc, "rows"), [{"name": name} for name in "ABCD"])
    columns = [{"name": name} for name in ("1", "2", "3")]
    documents = broken(documents, (*plate_loc, "columns"), columns)
    for path in ("A/3", "C", "C/1", "E"):
        documents |= {f"{path}/{name}": each for name, each in group({}, version).items()}
    inside = hierarchy(version=version)
    documents |= {f"B/3/0/{name}": each for name, each in inside.items()}
    documents |= {f"B/3/{name}": each for name, each in group({}, version).items()}
    problems = validate(memory(documents)).problems
    found = [(p.rule, p.level) for p in problems if p.rule.startswith("hcs.empty")]
    assert sorted(found) == [
        ("hcs.empty-row", "warning"),
        ("hcs.empty-well", "warning"),
        ("hcs.empty-well", "warning"),
    ]


@every_version
def test_listing_finds_gaps_and_plates_without_the_key(version: str) -> None:
    documents = collection(3, series=False, version=version)
    gap = {key: each for key, each in documents.items() if not key.startswith("1/")}
    report = validate(memory(gap))
    assert ("bf2raw.numbered", "error") in [(p.rule, p.level) for p in report.problems]
    assert report.model is None
    assert validate(memory(gap), listing=False).status == "valid"
    wells = broken(plate_hierarchy(version=version), (*_at(version), "plate"), ABSENT)
    wells = broken(wells, (*_at(version), "bioformats2raw.layout"), 3)
    assert "bf2raw.plate-key" in _rules(memory(wells), "error")
    plain = broken(plate_hierarchy(version=version), (*_at(version), "plate"), ABSENT)
    assert "hcs.plate-spec" in _rules(memory(plain), "error")
    for row in "AB":
        name = ".zgroup" if version == "0.4" else "zarr.json"
        plain = broken(plain, (f"{row}/{name}",), ABSENT)
    assert "hcs.plate-spec" not in _rules(memory(plain), "error")


def test_listing_finds_labels_of_no_image() -> None:
    documents = plate_hierarchy(version="0.6")
    documents |= {f"labels/{name}": each for name, each in group({"labels": []}, "0.6").items()}
    assert "labels.parent-multiscales" in _rules(memory(documents), "error")


def test_store_that_cannot_list_shows_nothing() -> None:
    class Silent(Counting):
        def list_dir(self, prefix: str) -> Any:
            raise OSError(prefix)

    documents = broken(_labels("0.5"), (*_at("0.5", "labels"), "labels"), [])
    assert validate(Silent(memory(documents)), listing=True).status == "valid"
    assert validate(memory({}), listing=True).status != "valid"


@every_version
def test_explicit_source_that_leads_nowhere_is_an_error(version: str) -> None:
    documents = _labels(version)
    loc = (*_at(version, "labels/cells"), "image-label", "source")
    for source, level in (
        ({"image": "../../other"}, "error"),
        ({"image": "../"}, "error"),
    ):
        changed = broken(documents, loc, source)
        assert "label.source-image-exists" in _rules(memory(changed), level)
        assert "label.source-image-exists" in _opened(memory(changed))[1]
    for name in ("labels", "labels/deep"):
        deep = {
            key.replace("labels/cells", f"{name}/cells"): each for key, each in documents.items()
        }
        deep |= {f"labels/deep/{key}": each for key, each in group({}, version).items()}
        path = f"{name}/cells".removeprefix("labels/")
        deep = broken(deep, (*_at(version, "labels"), "labels"), [path])
        deep = broken(deep, (*_at(version, f"{name}/cells"), "image-label", "source"), ABSENT)
        is_warned = "label.source-image-exists" in _rules(memory(deep), "warning")
        assert is_warned == (name == "labels/deep")


@every_version
@pytest.mark.parametrize("depth", ["attributes", "all"])
def test_defects_are_kept_at_every_depth(depth: Any, version: str) -> None:
    documents = broken(
        plate_hierarchy(version=version), (*_at(version), "plate", "rows", 0, "name"), "A_"
    )
    opened, said = _opened(memory(documents), depth=depth)
    assert "plate.row-alnum" in said
    assert opened.ome_attributes.plate.rows[0].name == "A_"
    with pytest.raises(ValidationError, match=r"plate\.row-alnum"):
        validate(memory(documents)).raise_for_errors()
    document = broken(image(), ("multiscales", 0, "version"), "0.4.1")
    assert _rules(document, "warning") == {"ms.version"}


def test_transformations_of_0_5_have_a_module() -> None:
    assert coordinate_transformations.VectorScale.build([1, 2]).scale == (1, 2)


@pytest.mark.parametrize("depth", ["attributes", "arrays", "all"])
def test_wrong_block_is_left_out_at_every_depth(depth: Any) -> None:
    documents = broken(hierarchy(), (".zattrs", "omero"), [])
    opened, said = _opened(memory(documents), depth=depth)
    assert opened.ome_attributes.omero is None
    assert "omero.channels" in said
    assert opened.to_version("0.5", losses=[]).ome_attributes.omero is None
    null = broken(hierarchy(), (".zattrs", "omero"), None)
    opened, _ = _opened(memory(null), depth=depth)
    assert opened.to_version("0.5").ome_attributes.omero is None
