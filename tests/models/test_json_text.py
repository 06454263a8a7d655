"""JSON text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from ome_zarr_models._json.text import decode

from ..helpers.strategies import JSON_VALUES


@given(JSON_VALUES)
def test_text_is_decoded_as_by_the_standard_library(value: Any) -> None:
    text = json.dumps(value)
    assert decode(text)[0] == json.loads(text)
