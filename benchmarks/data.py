"""The metadata that all libraries read: images of 5 axes and 5 levels, plates and a scene."""

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


IMAGE_05: Final[dict[str, Any]] = {
    "version": "0.5",
    "multiscales": [
        {key: value for key, value in DOCUMENT["multiscales"][0].items() if key != "version"}
    ],
    "omero": DOCUMENT["omero"],
}


_ENDS: Final = [{"input": {"path": str(i)}, "output": {"name": "physical"}} for i in range(LEVELS)]
IMAGE_06: Final[dict[str, Any]] = {
    "version": "0.6",
    "multiscales": [
        {
            "coordinateSystems": [{"name": "physical", "axes": AXES}],
            "datasets": [
                {
                    "path": dataset["path"],
                    "coordinateTransformations": [
                        {
                            "type": "sequence",
                            "transformations": dataset["coordinateTransformations"],
                            **ends,
                        }
                    ],
                }
                for dataset, ends in zip(DOCUMENT["multiscales"][0]["datasets"], _ENDS, strict=True)
            ],
            "name": "image",
            "type": "gaussian",
            "metadata": {"method": "mean"},
        }
    ],
    "omero": DOCUMENT["omero"],
}

SCENE: Final[dict[str, Any]] = {
    "version": "0.6",
    "scene": {
        "coordinateSystems": [{"name": "world", "axes": AXES[2:]}],
        "coordinateTransformations": [
            {
                "type": "translation",
                "translation": [0.0, 100.0 * (i // 20), 100.0 * (i % 20)],
                "input": {"path": f"tile_{i}", "name": "physical"},
                "output": {"name": "world"},
            }
            for i in range(200)
        ],
    },
}
SCALE: Final = [1.0, 0.5, 0.25]
ROTATION: Final = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]
POINTS: Final = [[float(i % 10), float(i // 10 % 10), float(i // 100)] for i in range(1000)]


def _array_05(shape: list[int], names: list[str]) -> dict[str, Any]:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1] * len(shape)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "attributes": {},
        "dimension_names": names,
    }


def _group_05(metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    attributes = {} if metadata is None else {"ome": metadata}
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes}


FILES_05: Final[dict[str, Any]] = {"zarr.json": _group_05(IMAGE_05)} | {
    f"{i}/zarr.json": _array_05(
        [1, 3, 8, 1024 >> i, 1024 >> i], [str(axis["name"]) for axis in AXES]
    )
    for i in range(LEVELS)
}


def files_05(name: str) -> dict[str, Any]:
    """Return the documents of a 0.5 image with another name, by key."""
    (multiscale,) = IMAGE_05["multiscales"]
    metadata = {**IMAGE_05, "multiscales": [{**multiscale, "name": name}]}
    return {**FILES_05, "zarr.json": _group_05(metadata)}


def plate(rows: int, columns: int) -> dict[str, Any]:
    """Return the metadata of a 0.4 plate."""
    names = "ABCDEFGHIJKLMNOP"[:rows]
    return {
        "plate": {
            "acquisitions": [{"id": 1, "name": "first", "maximumfieldcount": 2}],
            "columns": [{"name": str(i)} for i in range(1, columns + 1)],
            "rows": [{"name": name} for name in names],
            "field_count": 2,
            "name": "screen",
            "version": "0.4",
            "wells": [
                {"path": f"{name}/{j + 1}", "rowIndex": i, "columnIndex": j}
                for i, name in enumerate(names)
                for j in range(columns)
            ],
        }
    }


PLATE: Final = plate(16, 24)


def plate_files() -> dict[str, Any]:
    """Return the documents of a 0.5 plate with 96 wells, 2 fields and 3 levels, by key."""
    metadata = plate(8, 12)
    metadata["plate"]["version"] = "0.5"
    files = {"zarr.json": _group_05({"version": "0.5", **metadata})}
    for row in metadata["plate"]["rows"]:
        files[f"{row['name']}/zarr.json"] = _group_05()
    images = [{"path": str(i), "acquisition": 1} for i in range(2)]
    for well in metadata["plate"]["wells"]:
        files[f"{well['path']}/zarr.json"] = _group_05(
            {"version": "0.5", "well": {"images": images}}
        )
        for i in range(2):
            path = f"{well['path']}/{i}"
            files[f"{path}/zarr.json"] = _group_05(_field())
            for level in range(3):
                files[f"{path}/{level}/zarr.json"] = _array_05(
                    [1, 512 >> level, 512 >> level], ["c", "y", "x"]
                )
    return files


def _field() -> dict[str, Any]:
    scales = [[1.0, 0.5 * 2**i, 0.5 * 2**i] for i in range(3)]
    datasets = [
        {"path": str(i), "coordinateTransformations": [{"type": "scale", "scale": scale}]}
        for i, scale in enumerate(scales)
    ]
    axes = [axis for axis in AXES if axis["name"] in "cyx"]
    return {"version": "0.5", "multiscales": [{"axes": axes, "datasets": datasets, "name": "a"}]}


def write(folder: Path, files: dict[str, Any] = FILES) -> Path:
    """Write documents to a folder, and return the folder."""
    for name, document in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(document))
    return folder


def files_in(folder: Path) -> list[Path]:
    """Return all files below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def parse(paths: list[Path]) -> list[Any]:
    """Read and parse files: the lower bound for opening a hierarchy."""
    documents: list[Any] = []
    for path in paths:
        with path.open("rb") as file:
            documents.append(json.loads(file.read()))
    return documents
