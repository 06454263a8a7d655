"""New images of 0.4."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ome_zarr_models.v04 import ArraySpec, Image

from ..helpers.factories import array, image
from ..helpers.stores import documents_in, memory


def _new(**changes: Any) -> Image:
    document = image("yx")["multiscales"][0]
    given: dict[str, Any] = {
        "array_specs": [
            ArraySpec.from_documents({".zarray": array("yx", level)}) for level in (0, 1)
        ],
        "paths": ["0", "sub/1"],
        "axes": document["axes"],
        "scales": [(1, 1), np.array([2.0, 2.0])],
        "translations": [None, (0.5, 0.5)],
        "name": "cells",
    }
    return Image.new(**{**given, **changes})


def test_new_image_is_written_and_read() -> None:
    made = _new(
        multiscale_type="mean",
        metadata={"by": "hand"},
        global_scale=[1, 1],
        global_translation=[3, 4],
    )
    (multiscale,) = made.attributes.multiscales
    assert (multiscale.version, multiscale.type, multiscale.name) == ("0.4", "mean", "cells")
    assert multiscale.metadata == {"by": "hand"}
    assert multiscale.coordinateTransformations is not None
    assert [t.type for t in multiscale.coordinateTransformations] == ["scale", "translation"]
    assert list(made.to_flat()) == ["", "/0", "/sub", "/sub/1"]
    store = memory({})
    group = made.to_zarr(store, path="a/b")
    pixels: Any = group["sub/1"]
    pixels[:] = 7
    assert Image.from_zarr(group) == made
    assert documents_in(store)["a/.zgroup"] == {"zarr_format": 2}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paths": ["0"]}, "expected as many array_specs as paths, 1, got 2"),
        ({"scales": []}, "expected as many scales as paths, 2, got 0"),
        ({"translations": [None]}, "expected as many translations as paths, 2, got 1"),
        ({"global_translation": [1, 1]}, "expected a global_scale beside the global_translation"),
        ({"scales": [(1, 1), (1,)]}, "ms.ct-length"),
        ({"scales": [(2, 2), (1, 1)]}, "ms.ds-order"),
        ({"paths": ["0", "0"]}, "expected paths that differ, got '0' more than once"),
        (
            {"scales": [(1, "1"), (1, 1)], "translations": [None, (1, None)]},
            r"datasets\[0\]\.scale\[1\]: .*\n.*datasets\[1\]\.translation\[1\]: ",
        ),
    ],
)
def test_new_image_refuses_invalid_arguments(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _new(**changes)


def test_new_image_needs_no_translations() -> None:
    assert _new(translations=None) == _new(translations=[None, None])
