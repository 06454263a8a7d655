"""Metadata that is repaired as it is read, and the warnings."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any

import attrs
import pytest

from ome_zarr_models import (
    Problem,
    ValidationError,
    ValidationWarning,
    repair,
    structure,
    unstructure,
    validate,
)
from ome_zarr_models._spec.repair import ARRAYS, apply_repairs
from ome_zarr_models.v04 import Image, Labels

from ..helpers.factories import (
    ABSENT,
    Loc,
    broken,
    hierarchy,
    image,
    image_label,
    multiscale,
    plate,
    plate_hierarchy,
    stored,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.repairs import REPAIRS, REPAIRS_06, VECTORS, WINDOWS
from ..helpers.stores import ZARR, keys_in, memory
from ..helpers.versions import every_version

pytestmark = pytest.mark.filterwarnings("ignore:.*metadata only")

MS = ("multiscales", 0)
CT = (*MS, "datasets", 1, "coordinateTransformations")
TOP = (*MS, "coordinateTransformations")
CHANNEL = ("omero", "channels", 1)
KEPT = object()


# Invalid `omero` does not keep the rest from being read.
OMERO: list[tuple[Loc, Any, str]] = [
    (("omero",), [], "omero.channels"),
    (("omero",), "red", "omero.channels"),
    (CHANNEL, None, "omero.channels"),
    ((*CHANNEL, "window"), ABSENT, "omero.window"),
    ((*CHANNEL, "color"), ABSENT, "omero.color"),
    ((*CHANNEL, "color"), 255, "omero.color-hex"),
    ((*CHANNEL, "window", "min"), ABSENT, "omero.window-minmax"),
    ((*CHANNEL, "window", "end"), None, "omero.window-startend"),
    ((*CHANNEL, "window", "end"), math.nan, "omero.window-startend"),
]

REFUSED: list[tuple[Loc, Any, str]] = [
    ((*CT, 0, "scale"), ["1", 1, 1, 1, 1], "trafo.param"),
    ((*CT, 0, "scale"), ["1", "1", "1", "1", "one"], "trafo.param"),
    ((*CT, 0, "scale"), ["1", "1", "1", "1", "NaN"], "trafo.param"),
    ((*CT, 0, "scale"), ["1", "1", "1", "1", "true"], "trafo.param"),
    (CT, [{"type": "translation", "path": "p"}, VECTORS[0]], "ms.ct-translation-after"),
    (CT, [VECTORS[1], {"type": "scale", "scale": ["1", 1, 1, 1, 1]}], "trafo.param"),
    ((*MS, "axes", 1, "name"), "t", "axes.name-unique"),
    (TOP, "none", "ms.top-ct"),
    ((*MS, "datasets", 0), 3, "ms.datasets"),
    (("multiscales",), 3, "ms.list"),
]


def _read(document: Any) -> tuple[Image, list[str]]:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        read = Image.from_zarr(memory(hierarchy(image()) | {".zattrs": document}))
    assert all(warning.category is ValidationWarning for warning in warned)
    assert all(warning.filename == __file__ for warning in warned)
    return read, [_problem(str(warning.message)) for warning in warned]


def _problem(message: str) -> str:
    """Return the message of a warning, without the address of the store."""
    uri, _, problem = message.partition(": ")
    assert uri.startswith("memory://")
    return problem


@pytest.mark.parametrize(("loc", "found", "read_as", "rule"), REPAIRS + WINDOWS)
def test_metadata_is_repaired_with_a_warning(loc: Loc, found: Any, read_as: Any, rule: str) -> None:
    document = broken(image(), loc, found)
    expected = broken(document, loc, read_as)
    read, warned = _read(document)
    assert unstructure(read.attributes) == expected
    assert len(warned) == (4 if rule == "omero.window" else 1)
    assert all(f"[{rule}" in message for message in warned)
    assert all(message.startswith(".zattrs ") for message in warned)
    report = validate(document, kind="image")
    assert report.status == ("valid" if rule == "ms.version" else "invalid")
    if report.status == "invalid":
        with pytest.raises(ValidationError):
            Image.from_zarr(memory(hierarchy(image()) | {".zattrs": document}), policy="strict")


def test_attributes_of_an_open_group_are_not_changed() -> None:
    group = Image.from_zarr(memory(hierarchy())).to_zarr(memory({}))
    group.attrs.put(broken(image(), (*MS, "version"), 0.4))
    before = json.dumps(group.attrs.asdict())
    with pytest.warns(ValidationWarning, match='read as "0.4", found 0.4'):
        Image.from_zarr(group)
    assert json.dumps(group.attrs.asdict()) == before


def test_missing_types_of_axes_are_repaired() -> None:
    document = image()
    for axis in document["multiscales"][0]["axes"]:
        del axis["type"]
    read, warned = _read(document)
    assert unstructure(read.attributes) == image()
    assert len(warned) == 5
    assert warned[0] == (
        '.zattrs multiscales[0].axes[0].type: read as "time", found nothing [axes.type]'
    )


def test_null_as_type_of_an_axis_is_repaired() -> None:
    document = image()
    for axis in document["multiscales"][0]["axes"]:
        axis["type"] = None
    read, warned = _read(document)
    assert unstructure(read.attributes) == image()
    assert 'read as "time", found null' in warned[0]


def test_types_of_unknown_axes_are_not_repaired() -> None:
    document = image("yx")
    document["multiscales"][0]["axes"] = [{"name": "y", "type": "space"}, {"name": "width"}]
    with pytest.raises(ValidationError, match=r"ms\.axes-space"):
        _read(document)


def test_levels_from_coarse_to_fine_keep_their_order() -> None:
    document = image()
    document["multiscales"][0]["datasets"].reverse()
    read, warned = _read(document)
    assert [dataset.path for dataset in read.datasets[0]] == ["1", "0"]
    assert [message.rpartition("[")[2] for message in warned] == [
        "ms.ds-order]",
        "ms.ds-order-shapes]",
    ]


@pytest.mark.parametrize(("loc", "found", "rule"), OMERO)
def test_invalid_omero_is_kept_in_extra(loc: Loc, found: Any, rule: str) -> None:
    document = broken(image(), loc, found)
    read, warned = _read(document)
    assert read.attributes.omero is None
    assert repr(read.attributes.extra["omero"]) == repr(document["omero"])
    assert repr(unstructure(read.attributes)) == repr(document)
    assert len(warned) == 1
    assert warned[0].endswith(f"; 'omero' is kept in 'extra' [{rule}]")
    assert validate(document).status == "invalid"


@pytest.mark.parametrize(("loc", "found", "rule"), REFUSED)
def test_ambiguous_metadata_is_not_repaired(loc: Loc, found: Any, rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        _read(broken(image(), loc, found))


@pytest.mark.parametrize(
    ("loc", "found"),
    [
        ((*CHANNEL, "color"), "red"),
        (("omero",), "red"),
        ((*CT, 0, "scale"), [1, 1, 1, 0.25, 0.25]),
    ],
)
def test_invalid_metadata_is_written_as_it_was_found(loc: Loc, found: Any) -> None:
    document = broken(image(), loc, found)
    read, _ = _read(document)
    store = memory({})
    read.to_zarr(store)
    written = ZARR.open_group(store, mode="r").attrs.asdict()
    assert json.dumps(written) == json.dumps(document)
    assert attrs.evolve(read, members=None).attributes == read.attributes


def test_missing_label_is_left_out() -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    documents["labels/.zattrs"] = {"labels": ["nuclei", "cells"]}
    with pytest.warns(
        ValidationWarning, match=r": labels .zattrs labels\[1\]: .* got nothing there"
    ):
        read = Image.from_zarr(memory(documents))
    assert isinstance(read.labels, Labels)
    assert read.labels.label_paths == ["nuclei", "cells"]
    assert list(read.labels.members or ()) == ["nuclei"]
    with pytest.raises(KeyError, match="'nuclei', 'cells', got 'cells': nothing is there"):
        read.labels["cells"]


def test_metadata_of_labels_is_repaired() -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    documents = broken(documents, ("labels/nuclei/.zattrs", "image-label", "version"), 0.4)
    with pytest.warns(ValidationWarning, match=r": labels/nuclei \.zattrs image-label.version: "):
        read = Image.from_zarr(memory(documents))
    assert read.labels is not None
    assert read.labels.get_image_labels_group("nuclei").attributes.image_label.version == "0.4"


def test_omero_with_another_number_of_channels_is_kept_in_extra() -> None:
    document = broken(image(), ("omero", "channels", 1), ABSENT)
    read, warned = _read(document)
    assert read.attributes.omero is None
    assert unstructure(read.attributes) == document
    assert [message.rpartition(" ")[2] for message in warned] == ["[omero.channel-count]"]
    assert read.channel_names == ("channel 0",)


@pytest.mark.parametrize(
    ("text", "value"), [("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity")]
)
def test_nan_as_fill_value_is_repaired(text: str, value: str) -> None:
    documents: dict[str, Any] = hierarchy(image("yx"))
    zarray = json.dumps({**documents["1/.zarray"], "dtype": "<f4", "fill_value": "?"})
    documents["1/.zarray"] = zarray.replace('"?"', text).encode()
    with pytest.warns(ValidationWarning, match=rf'1 .zarray fill_value: read as "{value}", found'):
        read = Image.from_zarr(memory(documents))
    assert read.to_flat()["/1"].to_documents()[".zarray"]["fill_value"] == value
    report = validate(memory(documents))
    assert [(p.document, p.loc, p.rule) for p in report.problems] == [
        (".zarray", ("fill_value",), "json-value")
    ]


def test_nan_in_free_json_is_read_but_not_written() -> None:
    documents: dict[str, Any] = hierarchy(image("yx"))
    documents[".zattrs"] = json.dumps({**documents[".zattrs"], "more": [math.nan]}).encode()
    documents["1/.zattrs"] = b'{"mine": NaN}'
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        read = Image.from_zarr(memory(documents))
    assert [_problem(str(warning.message)) for warning in warned] == [
        ".zattrs more[0]: expected JSON, got NaN [json-value]",
        "1 .zattrs mine: expected JSON, got NaN [json-value]",
    ]
    assert validate(memory(documents)).status == "invalid"
    store = memory({})
    with pytest.raises(ValidationError, match="expected JSON, got NaN"):
        read.to_zarr(store)
    assert keys_in(store) == []


def test_nan_in_consolidated_metadata_is_repaired() -> None:
    documents = broken(hierarchy(image("yx")), ("1/.zarray", "fill_value"), math.nan)
    documents["1/.zarray"]["dtype"] = "<f4"
    store = memory({".zmetadata": {"metadata": documents, "zarr_consolidated_format": 1}})
    with pytest.warns(ValidationWarning, match='read as "NaN", found NaN'):
        Image.from_zarr(store)


def test_invalid_label_is_left_out() -> None:
    documents = hierarchy(labels={"nuclei": image_label(), "cells": image_label()})
    documents = broken(documents, ("labels/cells/.zattrs", *MS, "axes", 1, "name"), "t")
    with pytest.warns(ValidationWarning, match=r"labels/cells .zattrs .*axes\.name-unique"):
        read = Image.from_zarr(memory(documents))
    assert read.labels is not None
    assert list(read.labels.members or ()) == ["nuclei"]
    with pytest.raises(ValidationError, match=r"axes\.name-unique"):
        Image.from_zarr(memory(documents), policy="strict")


def test_older_versions_are_refused() -> None:
    document = {"multiscales": [{"version": "0.3", "axes": ["y", "x"], "datasets": []}]}
    with pytest.raises(ValidationError) as raised:
        _read(document)
    documents = hierarchy(labels={"nuclei": image_label()})
    documents["labels/nuclei/.zattrs"] = {"image-label": {}, **document}
    with pytest.warns(ValidationWarning, match="expected OME-Zarr 0.4, got OME-Zarr 0.3"):
        Image.from_zarr(memory(documents))
    assert _problem(str(raised.value)) == (
        ".zattrs: expected metadata of OME-Zarr 0.4, 0.5, 0.6, got OME-Zarr 0.3, which is older"
        ": convert it to 0.4 first [ms.version]"
    )


@pytest.mark.parametrize(("loc", "found", "read_as", "rule"), REPAIRS_06)
def test_metadata_of_0_6_is_repaired_with_a_warning(
    loc: Loc, found: Any, read_as: Any, rule: str
) -> None:
    metadata = broken(image(version="0.6"), loc, found)
    with pytest.warns(ValidationWarning, match=rule.replace(".", r"\.")) as warned:
        read = open_ome_zarr(memory(hierarchy(metadata, version="0.6")))
    assert len(warned) == 1
    written = unstructure(read.ome_attributes)
    assert written == {"version": "0.6", **broken(metadata, loc, read_as)}
    assert rule in [
        problem.rule for problem in validate({"ome": {"version": "0.6", **metadata}}).problems
    ]


def test_translation_before_a_scale_is_kept_between_systems() -> None:
    whole = multiscale("tczyx", 2, "0.6")
    axes = whole["coordinateSystems"][0]["axes"]
    whole["coordinateSystems"].append({"name": "world", "axes": axes})
    ends = {"input": {"name": "physical"}, "output": {"name": "world"}}
    parts = [{**VECTORS[1], "translation": ["1"] * 5}, VECTORS[0]]
    whole["coordinateTransformations"] = [{"type": "sequence", "transformations": parts, **ends}]
    with pytest.warns(ValidationWarning, match=r"t6\.translation-length") as warned:
        read = open_ome_zarr(memory(hierarchy({"multiscales": [whole]}, version="0.6")))
    assert len(warned) == 1
    (transform,) = read.ome_attributes.multiscales[0].coordinateTransformations
    assert [part.type for part in transform.transformations] == ["translation", "scale"]
    assert transform.transformations[0].translation == (1, 1, 1, 1, 1)


# (place, found value, repaired value, rule)
REPAIRED_PLATES: list[tuple[Loc, Any, Any, str]] = [
    (("plate", "field_count"), 0, ABSENT, "plate.field-count-int"),
    (("plate", "acquisitions", 0, "id"), "1", 1, "plate.acq-id-int"),
    (("plate", "wells", 1, "rowIndex"), ABSENT, 1, "plate.well-index"),
    (("plate", "wells", 1, "columnIndex"), ABSENT, 1, "plate.well-index"),
    (("plate", "version"), 0.5, "0.5", "plate.version-string"),
]


@every_version
@pytest.mark.parametrize(("loc", "found", "read_as", "rule"), REPAIRED_PLATES)
def test_plate_is_repaired(loc: Loc, found: Any, read_as: Any, rule: str, version: str) -> None:
    if rule == "plate.version-string" and version == "0.6":
        pytest.skip("plates of 0.6 say no version")
    attributes = stored(plate(version=version), version)
    place = () if version == "0.4" else ("ome",)
    document = broken(attributes, (*place, *loc), found)
    name = ".zattrs" if version == "0.4" else "zarr.json"
    documents = plate_hierarchy(version=version)
    documents[name] = document if version == "0.4" else {**documents[name], "attributes": document}
    with pytest.warns(ValidationWarning, match=rule.replace(".", r"\.")):
        opened = open_ome_zarr(memory(documents))
    expected = broken(document, (*place, *loc), read_as)
    assert opened.attributes == structure(expected)
    assert validate(document).status == "invalid"


@pytest.mark.parametrize(
    ("found", "message", "version", "status"),
    [
        (0.5, "found 0.5", "0.5", "invalid"),
        ("0.5-dev", 'found "0.5-dev"', "0.5", "valid"),
        ("0.6rc0", 'found "0.6rc0"', "0.6", "valid"),
        ("0.6.dev4", 'found "0.6.dev4"', "0.6", "valid"),
    ],
)
def test_version_is_repaired(found: Any, message: str, version: str, status: str) -> None:
    documents = broken(
        hierarchy(version=version), ("zarr.json", "attributes", "ome", "version"), found
    )
    with pytest.warns(ValidationWarning, match=f'read as "{version}", {message}'):
        assert open_ome_zarr(memory(documents)).ome_attributes.version == version
    assert validate(memory(documents)).status == status
    if status == "invalid":
        with pytest.raises(ValidationError, match=r"meta\.version"):
            open_ome_zarr(memory(documents), policy="strict")


def test_invalid_omero_of_0_5_is_kept_in_extra() -> None:
    for loc in (("color",), None):
        omero = ("zarr.json", "attributes", "ome", "omero", "channels", 1)
        documents = broken(hierarchy(version="0.5"), (*omero, *(loc or ())), ABSENT)
        with pytest.warns(ValidationWarning, match=r"omero\."):
            opened = open_ome_zarr(memory(documents))
        assert opened.ome_attributes.omero is None
        assert len(opened.ome_attributes.extra["omero"]["channels"]) == (2 if loc else 1)
        losses: list[Problem] = []
        with pytest.raises(ValidationError, match=r"zarr.json attributes\.ome\.omero: it breaks"):
            opened.to_version("0.6")
        assert opened.to_version("0.6", losses=losses).ome_attributes.omero is None
        assert [problem.rule for problem in losses] == ["version-loss"]


@pytest.mark.parametrize("names", [ABSENT, ["x", "y"], ["y", None]])
def test_wrong_names_of_dimensions_are_read_with_a_warning(names: Any) -> None:
    documents = broken(
        hierarchy(image("yx", version="0.5"), version="0.5"),
        ("1/zarr.json", "dimension_names"),
        names,
    )
    assert [problem.level for problem in validate(memory(documents)).problems] == ["error"]
    with pytest.warns(ValidationWarning, match=r"axes\.dimension-names-"):
        open_ome_zarr(memory(documents))


@every_version
def test_index_is_not_repaired_from_a_row_without_a_readable_name(version: str) -> None:
    place = () if version == "0.4" else ("ome",)
    document = broken(stored(plate(version=version), version), (*place, "plate", "rows", 1), {})
    document = broken(document, (*place, "plate", "wells", 1, "rowIndex"), ABSENT)
    repaired, fixes = repair(document)
    assert repaired == document
    assert fixes == []


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 10**400, 10**5000, -math.inf, True],
    ids=["nan", "inf", "large", "unprintable", "-inf", "true"],
)
@pytest.mark.parametrize(
    ("metadata", "loc"),
    [
        ({"series": ["0", "1"]}, ("series", 0)),
        ({"labels": ["0"]}, ("labels", 0)),
        ({"bioformats2raw.layout": 3}, ("bioformats2raw.layout",)),
        ({"plate": {"version": "0.5"}}, ("plate", "version")),
        ({"plate": {"field_count": 1}}, ("plate", "field_count")),
        ({"multiscales": [{"version": "0.5"}]}, ("multiscales", 0, "version")),
        (
            {"multiscales": [{"datasets": [{"path": "0"}]}]},
            ("multiscales", 0, "datasets", 0, "path"),
        ),
    ],
)
def test_numbers_whose_meaning_is_not_plain_are_left(metadata: Any, loc: Loc, value: Any) -> None:
    document = {"ome": {"version": "0.5", **broken(metadata, loc, value)}}
    assert repair(document) == (document, [])


@pytest.mark.parametrize("key", ["compressor", "filters"])
@pytest.mark.parametrize("node", ["0", "labels/cells/1"])
def test_array_that_does_not_say_that_it_has_no_codecs_is_read(node: str, key: str) -> None:
    documents = hierarchy(labels={"cells": image_label(version="0.4")}, version="0.4")
    documents = broken(documents, (f"{node}/.zarray", key), None)
    whole = open_ome_zarr(memory(documents))
    documents = broken(documents, (f"{node}/.zarray", key), ABSENT)
    with pytest.raises(ValidationError, match=f"{key}: required in the document of array"):
        open_ome_zarr(memory(documents), policy="strict")
    with pytest.warns(ValidationWarning, match=f"{key}: read as null, found nothing"):
        assert open_ome_zarr(memory(documents)) == whole
    problems = validate(memory(documents)).problems
    assert [(each.node, each.level, each.rule) for each in problems] == [
        (node, "error", "ms.ds-array-exists")
    ]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_filters_that_are_an_object_are_read_where_there_are_filters(version: str) -> None:
    name = ".zarray" if version == "0.4" else "zarr.json"
    documents = broken(hierarchy(version=version), (f"0/{name}", "filters"), {})
    _, fixes = apply_repairs(documents[f"0/{name}"], ARRAYS)
    assert [str(fix) for fix in fixes] == (
        ["filters: null, found {} [ms.ds-array-exists]"] if version == "0.4" else []
    )
