"""What all libraries are given: one image of 5 levels, 5 axes and 3 channels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

LEVELS: Final = 5

AXES: Final[list[dict[str, Any]]] = [
    {"name": "t", "type": "time", "unit": "second"},
    {"name": "c", "type": "channel"},
    {"name": "z", "type": "space", "unit": "micrometer"},
    {"name": "y", "type": "space", "unit": "micrometer"},
    {"name": "x", "type": "space", "unit": "micrometer"},
]
SCALES: Final = [[1.0, 1.0, 0.5, 0.25 * 2**i, 0.25 * 2**i] for i in range(LEVELS)]
TRANSLATIONS: Final = [[0.0, 0.0, 0.0, 0.5 * i, 0.5 * i] for i in range(LEVELS)]
WINDOW: Final = {"start": 0.0, "end": 255.0, "min": 0.0, "max": 255.0}

DOCUMENT: Final[dict[str, Any]] = {
    "multiscales": [
        {
            "version": "0.4",
            "name": "image",
            "type": "gaussian",
            "metadata": {"method": "mean"},
            "axes": AXES,
            "datasets": [
                {
                    "path": str(i),
                    "coordinateTransformations": [
                        {"type": "scale", "scale": scale},
                        {"type": "translation", "translation": translation},
                    ],
                }
                for i, (scale, translation) in enumerate(zip(SCALES, TRANSLATIONS, strict=True))
            ],
        }
    ],
    "omero": {
        "id": 1,
        "name": "image",
        "version": "0.4",
        "channels": [
            {
                "active": True,
                "coefficient": 1.0,
                "color": color,
                "family": "linear",
                "inverted": False,
                "label": label,
                "window": WINDOW,
            }
            for color, label in (("0000FF", "DAPI"), ("00FF00", "GFP"), ("FF0000", "RFP"))
        ],
        "rdefs": {"defaultT": 0, "defaultZ": 0, "model": "color"},
    },
}
TEXT: Final = json.dumps(DOCUMENT)

FILES: Final[dict[str, Any]] = {".zgroup": {"zarr_format": 2}, ".zattrs": DOCUMENT} | {
    f"{i}/.zarray": {
        "zarr_format": 2,
        "shape": [1, 3, 8, 1024 >> i, 1024 >> i],
        "chunks": [1, 1, 1, 256, 256],
        "dtype": "<u2",
        "compressor": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
    }
    for i in range(LEVELS)
}


def write(folder: Path) -> Path:
    """Write the image's documents to a folder."""
    for name, document in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(document))
    return folder


def read(folder: Path) -> list[Any]:
    """Open the same files and parse them, and nothing more: what reading must cost."""
    documents: list[Any] = []
    for name in FILES:
        with (folder / name).open("rb") as file:
            documents.append(json.loads(file.read()))
    return documents
