"""Requests to a store: which keys, in which rounds, and what refusals become."""

from __future__ import annotations

import warnings

import pytest

from ome_zarr_models import ValidationWarning, v05, validate
from ome_zarr_models.exceptions import UnreadableNodeError

from ..helpers.factories import VERSIONS, collection, hierarchy, image
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import Counting, memory
from ..helpers.versions import MODULES, every_version


def test_image_of_0_5_is_read_in_two_rounds() -> None:
    store = Counting(memory(hierarchy(image(levels=5, version="0.5"), version="0.5")))
    v05.Image.from_zarr(store)
    assert len(store.keys) == len(set(store.keys)) == 7
    assert store.rounds == [
        {"zarr.json"},
        {*(f"{level}/zarr.json" for level in range(5)), "labels/zarr.json"},
    ]
    store = Counting(memory(hierarchy(image(levels=5, version="0.5"), version="0.5")))
    open_ome_zarr(store)
    assert len(store.keys) == len(set(store.keys)) == 8
    assert len(store.rounds) == 2


@pytest.mark.filterwarnings("ignore:.*metadata only")
@every_version
def test_each_node_of_a_plate_is_requested_once(version: str) -> None:
    rows, columns = "ABCDEFGH", [str(i) for i in range(1, 13)]
    module = MODULES[version]
    names = [f"{row}/{column}" for row in rows for column in columns]
    field = open_ome_zarr(memory(hierarchy(image("yx", 3, version), version=version)))
    one = module.Well.new({"0": field})
    held = memory({})
    module.HCS.new(size=96, wells=dict.fromkeys(names, one)).to_zarr(held)
    store = Counting(held)
    opened = open_ome_zarr(store)
    assert len(list(opened.well_groups)) == 96
    assert len(store.keys) == len(set(store.keys))
    # A document or two of the plate, of each row, well, image and array, and of no labels.
    nodes = 1 + 8 + 96 + 96 + 3 * 96 + 96
    assert len(store.keys) == (2 * nodes + 2 if version == "0.4" else nodes + 1)
    assert len(store.rounds) <= (6 if version == "0.4" else 4)
    assert store.most == 64


@every_version
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 70])
def test_numbered_images_are_requested_until_one_is_missing(count: int, version: str) -> None:
    documents = collection(count, series=False, version=version)
    store = Counting(memory(documents))
    with warnings.catch_warnings():  # an empty one breaks a rule
        warnings.simplefilter("ignore", ValidationWarning)
        opened = MODULES[version].BioFormats2Raw.from_zarr(store)
    assert opened.image_paths == [str(i) for i in range(count)]
    assert list(opened.images) == opened.image_paths
    assert opened.ome_xml is None
    assert len(store.keys) == len(set(store.keys))
    assert len(store.rounds) < 20
    problems = validate(memory(documents)).problems
    empty = [] if count else [("bf2raw.numbered", "error")]
    assert sorted((p.rule, p.level) for p in problems) == [*empty, ("bf2raw.xml", "warning")]


@every_version
def test_refused_xml_file_is_a_warning(version: str) -> None:
    store = Counting(memory(collection(version=version)))
    store.errors["OME/METADATA.ome.xml"] = PermissionError("403")
    with pytest.warns(ValidationWarning, match=r"METADATA\.ome\.xml: could not be read: .*403"):
        opened = open_ome_zarr(store)
    assert opened.ome_xml is None
    assert opened.image_paths == ["0", "1", "2"]


def test_numbered_images_end_at_a_refusal() -> None:
    for version in VERSIONS:
        store = Counting(memory(collection(2, series=False, version=version)))
        store.refuses = True
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            opened = MODULES[version].BioFormats2Raw.from_zarr(store)
        assert opened.image_paths == ["0", "1"]
        assert any("as if it were absent" in str(each.message) for each in caught)
        assert len(store.keys) < 60


def test_refused_document_is_a_warning_if_another_makes_the_group() -> None:
    """Some stores refuse missing keys: what else there is decides."""
    store = Counting(memory(hierarchy()))
    store.errors["zarr.json"] = PermissionError("403")
    with pytest.warns(ValidationWarning, match=r"zarr\.json: could not be read"):
        assert open_ome_zarr(store).ome_zarr_version == "0.4"
    store = Counting(memory({}))
    store.errors["zarr.json"] = PermissionError("403")
    with pytest.raises(UnreadableNodeError, match="403"):
        open_ome_zarr(store)
