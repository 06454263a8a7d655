"""JSON text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from ome_zarr_models._json.text import decode, has_comments, show

from ..helpers.strategies import JSON_VALUES


@given(JSON_VALUES)
def test_text_is_decoded_as_by_the_standard_library(value: Any) -> None:
    text = json.dumps(value)
    assert decode(text)[0] == json.loads(text)


class _Unshown:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, None, "b"]}, '{"a": [1, null, "b"]}'),
        ("a" * 100, '"' + "a" * 76 + "..."),
        (_Unshown(), "<_Unshown>"),
        pytest.param(10**5000, "an integer of 16610 bits", id="digits"),
        ({1: 2}, "{1: 2}"),
    ],
)
def test_values_are_shown_in_short(value: object, expected: str) -> None:
    assert show(value) == expected


def test_comments_of_long_texts_are_not_looked_for() -> None:
    assert has_comments(b'{"a": 1} // one')
    assert not has_comments(b'{"a": 1} // ' + b"-" * 2**20)
