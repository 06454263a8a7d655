"""Metadata of images that a reader repairs: place, found value, repaired value, rule."""

from __future__ import annotations

from typing import Any, Final

from .factories import ABSENT, Loc

_MS: Final = ("multiscales", 0)
_CT: Final = (*_MS, "datasets", 1, "coordinateTransformations")
_TOP: Final = (*_MS, "coordinateTransformations")
_CHANNEL: Final = ("omero", "channels", 1)
VECTORS = [
    {"type": "scale", "scale": [1, 2, 4, 8, 16]},
    {"type": "translation", "translation": [1, 2, 3, 4, 5]},
]

REPAIRS: list[tuple[Loc, Any, Any, str]] = [
    ((*_MS, "version"), 0.4, "0.4", "ms.version"),
    (_TOP, [], ABSENT, "ms.top-ct"),
    ((*_CHANNEL, "color"), "#FF0000", "FF0000", "omero.color-hex"),
    ((*_CHANNEL, "color"), "FF000080", "FF0000", "omero.color-hex"),
    ((*_CHANNEL, "color"), "#ff000080", "ff0000", "omero.color-hex"),
    ((*_CHANNEL, "color"), "red", "red", "omero.color-hex"),
    (
        _CT,
        VECTORS[::-1],
        [VECTORS[0], {"type": "translation", "translation": [1, 4, 12, 32, 80]}],
        "ms.ct-translation-after",
    ),
    ((*_CT, 0, "scale"), ["1", "1.5", "2", "2e0", "2"], [1, 1.5, 2, 2.0, 2], "trafo.param"),
    ((*_CT, 1, "translation"), ["0", "0", "-1", "0", "0"], [0, 0, -1, 0, 0], "trafo.param"),
]

WINDOWS: list[tuple[Loc, Any, Any, str]] = [
    (
        (*_CHANNEL, "window"),
        {"max": "255", "min": "0", "start": "0", "end": "200.5"},
        {"max": 255, "min": 0, "start": 0, "end": 200.5},
        "omero.window",
    ),
]

_SEQUENCE = (*_CT, 0, "transformations")

REPAIRS_06: list[tuple[Loc, Any, Any, str]] = [
    (
        (*_SEQUENCE, 0, "scale"),
        ["1", "1.5", "2", "2e0", "2"],
        [1, 1.5, 2, 2.0, 2],
        "t6.scale-length",
    ),
    (
        (*_SEQUENCE, 1, "translation"),
        ["0", "0", "-1", "0", "0"],
        [0, 0, -1, 0, 0],
        "t6.translation-length",
    ),
    (
        _SEQUENCE,
        VECTORS[::-1],
        [VECTORS[0], {"type": "translation", "translation": [1, 4, 12, 32, 80]}],
        "ms6.ct-form",
    ),
    ((*_MS, "coordinateSystems", 0, "axes", 2, "type"), ABSENT, "space", "axes.type"),
]
