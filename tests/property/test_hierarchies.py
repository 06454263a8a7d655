"""Properties of every hierarchy."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import ValidationError, ValidationWarning, validate
from ome_zarr_models.v04 import Image

from ..helpers.factories import VERSIONS, hierarchy, image_label
from ..helpers.fuzz import main, promises_are_kept
from ..helpers.mutations import places, put
from ..helpers.stores import memory
from ..helpers.strategies import FREE

DOCUMENTS = hierarchy(labels={"nuclei": image_label()})


PLACES = [loc for loc, _ in places(DOCUMENTS)]


@given(st.data())
def test_what_is_read_of_invalid_hierarchies_is_written(data: st.DataObject) -> None:
    documents: Any = deepcopy(DOCUMENTS)
    for place in data.draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        put(documents, place, data.draw(FREE))
    for key in data.draw(st.lists(st.sampled_from([*DOCUMENTS]), max_size=2)):
        documents.pop(key, None)
    report = validate(memory(documents))
    policies: list[Any] = ["strict", "repair"]
    for policy in policies:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidationWarning)
            try:
                read = Image.from_zarr(memory(documents), policy=policy)
            except ValidationError:
                assert report.status != "valid"
            else:
                assert policy == "repair" or report.status == "valid"
                _is_written(read, is_valid=report.status == "valid")


def _is_written(read: Image, *, is_valid: bool) -> None:
    store = memory({})
    read.to_zarr(store)
    if is_valid:
        assert validate(store).status == "valid"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        again = Image.from_zarr(store)
    assert again.ome_attributes == read.ome_attributes


def test_promises_are_kept_for_drawn_hierarchies() -> None:
    assert main(0.5, 0) > 10


@pytest.mark.parametrize("version", VERSIONS)
def test_promises_are_kept_for_valid_hierarchies(version: str) -> None:
    documents = hierarchy(version=version)
    promises_are_kept({key: json.dumps(each).encode() for key, each in documents.items()})
