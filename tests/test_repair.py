"""What a reader mends, and what it says of it."""

from __future__ import annotations

import json
import math
import warnings
from typing import Any

import pytest

from ome_zarr_models import ValidationError, ValidationWarning, unstructure, validate
from ome_zarr_models.v04 import Image, Labels

from .documents import ABSENT, Loc, broken, hierarchy, image, image_label
from .stores import memory

MS = ("multiscales", 0)
CT = (*MS, "datasets", 1, "coordinateTransformations")
TOP = (*MS, "coordinateTransformations")
CHANNEL = ("omero", "channels", 1)
VECTORS = [
    {"type": "scale", "scale": [1, 2, 4, 8, 16]},
    {"type": "translation", "translation": [1, 2, 3, 4, 5]},
]
KEPT = object()

# (where, what is found, what it is read as, the rule)
MENDED: list[tuple[Loc, Any, Any, str]] = [
    ((*MS, "version"), 0.4, "0.4", "ms.version"),
    (TOP, None, ABSENT, "ms.top-ct"),
    (TOP, [], ABSENT, "ms.top-ct"),
    ((*CHANNEL, "color"), "#FF0000", "FF0000", "omero.color-hex"),
    ((*CHANNEL, "color"), "FF000080", "FF0000", "omero.color-hex"),
    ((*CHANNEL, "color"), "#ff000080", "ff0000", "omero.color-hex"),
    ((*CHANNEL, "color"), "red", "red", "omero.color-hex"),
    (
        CT,
        VECTORS[::-1],
        [VECTORS[0], {"type": "translation", "translation": [1, 4, 12, 32, 80]}],
        "ms.ct-translation-after",
    ),
    ((*CT, 0, "scale"), ["1", "1.5", "2", "2e0", "2"], [1, 1.5, 2, 2.0, 2], "trafo.param"),
    ((*CT, 1, "translation"), ["0", "0", "-1", "0", "0"], [0, 0, -1, 0, 0], "trafo.param"),
]

WINDOW: list[tuple[Loc, Any, Any, str]] = [
    (
        (*CHANNEL, "window"),
        {"max": "255", "min": "0", "start": "0", "end": "200.5"},
        {"max": 255, "min": 0, "start": 0, "end": 200.5},
        "omero.window",
    ),
]

# What is wrong with `omero` does not keep the rest from being read.
OMERO: list[tuple[Loc, Any, str]] = [
    (("omero",), None, "omero.channels"),
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
    return read, [str(warning.message) for warning in warned]


@pytest.mark.parametrize(("loc", "found", "read_as", "rule"), MENDED + WINDOW)
def test_what_is_mended(loc: Loc, found: Any, read_as: Any, rule: str) -> None:
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


def test_the_document_of_the_caller_is_left_as_it_is() -> None:
    group = Image.from_zarr(memory(hierarchy())).to_zarr(memory({}))
    group.attrs.put(broken(image(), (*MS, "version"), 0.4))
    before = json.dumps(group.attrs.asdict())
    with pytest.warns(ValidationWarning, match='read as "0.4", found 0.4'):
        Image.from_zarr(group)
    assert json.dumps(group.attrs.asdict()) == before


def test_axes_without_types() -> None:
    document = image()
    for axis in document["multiscales"][0]["axes"]:
        del axis["type"]
    read, warned = _read(document)
    assert unstructure(read.attributes) == image()
    assert len(warned) == 5
    assert warned[0] == (
        '.zattrs multiscales[0].axes[0].type: read as "time", found nothing [axes.type]'
    )


def test_an_explicit_null_for_a_type_is_mended() -> None:
    document = image()
    for axis in document["multiscales"][0]["axes"]:
        axis["type"] = None
    read, warned = _read(document)
    assert unstructure(read.attributes) == image()
    assert 'read as "time", found null' in warned[0]


def test_axes_of_other_names_are_not_guessed() -> None:
    document = image("yx")
    document["multiscales"][0]["axes"] = [{"name": "y", "type": "space"}, {"name": "width"}]
    with pytest.raises(ValidationError, match=r"ms\.axes-space"):
        _read(document)


def test_levels_from_coarse_to_fine_are_kept_in_their_order() -> None:
    document = image()
    document["multiscales"][0]["datasets"].reverse()
    read, warned = _read(document)
    assert [dataset.path for dataset in read.datasets[0]] == ["1", "0"]
    assert [message.rpartition("[")[2] for message in warned] == [
        "ms.ds-order]",
        "ms.ds-order-shapes]",
    ]


@pytest.mark.parametrize(("loc", "found", "rule"), OMERO)
def test_omero_that_cannot_be_mended_is_kept_as_it_is_found(
    loc: Loc, found: Any, rule: str
) -> None:
    document = broken(image(), loc, found)
    read, warned = _read(document)
    assert read.attributes.omero is None
    assert repr(read.attributes.extra["omero"]) == repr(document["omero"])
    assert repr(unstructure(read.attributes)) == repr(document)
    assert len(warned) == 1
    assert warned[0].endswith(f"; kept as it is found [{rule}]")
    assert validate(document).status == "invalid"


@pytest.mark.parametrize(("loc", "found", "rule"), REFUSED)
def test_what_is_not_mended(loc: Loc, found: Any, rule: str) -> None:
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
def test_what_was_read_as_wrong_is_not_written_as_wrong(loc: Loc, found: Any) -> None:
    read, _ = _read(broken(image(), loc, found))
    store = memory({})
    with pytest.raises(ValidationError, match=r"^\.zattrs "):
        read.to_zarr(store)
    assert vars(store)["_store_dict"] == {}


def test_a_label_that_is_not_there() -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    documents["labels/.zattrs"] = {"labels": ["nuclei", "cells"]}
    with pytest.warns(
        ValidationWarning, match=r"^labels .zattrs labels\[1\]: .* got nothing there"
    ):
        read = Image.from_zarr(memory(documents))
    assert isinstance(read.labels, Labels)
    assert read.labels.label_paths == ["nuclei", "cells"]
    assert list(read.labels.members or ()) == ["nuclei"]
    with pytest.raises(ValidationError, match=r"^labels .zattrs labels\[1\]"):
        read.to_zarr(memory({}))


def test_metadata_of_labels_is_mended_too() -> None:
    documents = hierarchy(labels={"nuclei": image_label()})
    documents = broken(documents, ("labels/nuclei/.zattrs", "image-label", "version"), 0.4)
    with pytest.warns(ValidationWarning, match=r"^labels/nuclei \.zattrs image-label.version: "):
        read = Image.from_zarr(memory(documents))
    assert read.labels is not None
    assert read.labels.get_image_labels_group("nuclei").attributes.image_label.version == "0.4"


def test_older_versions_are_refused_by_name() -> None:
    document = {"multiscales": [{"version": "0.3", "axes": ["y", "x"], "datasets": []}]}
    with pytest.raises(ValidationError) as raised:
        _read(document)
    assert str(raised.value) == (
        ".zattrs: expected OME-Zarr 0.4, got OME-Zarr 0.3, which is older [ms.version]"
    )
