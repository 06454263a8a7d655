"""Documents that are valid, to be broken in one place at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Loc = tuple[str | int, ...]
ABSENT: Final = object()

AXES: Final = {
    "t": {"name": "t", "type": "time", "unit": "second"},
    "c": {"name": "c", "type": "channel"},
    "z": {"name": "z", "type": "space", "unit": "micrometer"},
    "y": {"name": "y", "type": "space", "unit": "micrometer"},
    "x": {"name": "x", "type": "space", "unit": "micrometer"},
}


def multiscale(axes: str = "tczyx", levels: int = 2) -> dict[str, Any]:
    """Return an element of ``multiscales`` that has all that the specification recommends."""
    return {
        "axes": [deepcopy(AXES[name]) for name in axes],
        "datasets": [
            {
                "path": str(level),
                "coordinateTransformations": [
                    {"type": "scale", "scale": [0.5 * 2**level if a in "yx" else 1 for a in axes]},
                    {"type": "translation", "translation": [level / 2 for _ in axes]},
                ],
            }
            for level in range(levels)
        ],
        "metadata": {"method": "mean"},
        "name": "cells",
        "type": "mean",
        "version": "0.4",
    }


def omero(channels: int = 2) -> dict[str, Any]:
    """Return the content of ``omero``."""
    return {
        "channels": [
            {
                "color": "00FF00",
                "window": {"max": 255, "min": 0, "start": 10, "end": 200.5},
                "active": True,
                "coefficient": 1.0,
                "family": "linear",
                "inverted": False,
                "label": f"channel {i}",
            }
            for i in range(channels)
        ],
        "id": 1,
        "name": "cells",
        "version": "0.4",
        "rdefs": {"defaultT": 0, "defaultZ": 0, "model": "color"},
    }


def image(axes: str = "tczyx", levels: int = 2) -> dict[str, Any]:
    """Return the attributes of an image."""
    return {"multiscales": [multiscale(axes, levels)], "omero": omero()}


def image_label(axes: str = "tczyx", levels: int = 2) -> dict[str, Any]:
    """Return the attributes of a label image."""
    return {
        "image-label": {
            "colors": [{"label-value": 1, "rgba": [255, 0, 0, 128]}, {"label-value": 2}],
            "properties": [{"label-value": 1, "area": 12.5}],
            "source": {"image": "../../"},
            "version": "0.4",
        },
        "multiscales": [multiscale(axes, levels)],
    }


def array(axes: str = "tczyx", level: int = 0, dtype: str = "<u2") -> dict[str, Any]:
    """Return the ``.zarray`` document of a level."""
    lengths = {"t": 1, "c": 2, "z": 4}
    shape = [lengths.get(name, 64 >> level) for name in axes]
    return {
        "shape": shape,
        "chunks": shape,
        "dtype": dtype,
        "compressor": {"id": "zlib", "level": 1},
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "zarr_format": 2,
        "dimension_separator": "/",
    }


def hierarchy(
    attributes: Mapping[str, Any] | None = None, labels: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    Return the documents of an image with its arrays, by their keys.

    ``labels`` are label images by their names; ``{}`` makes an empty group of labels.
    """
    documents: dict[str, Any] = {}
    _add(documents, "", image() if attributes is None else attributes)
    if labels is not None:
        documents["labels/.zgroup"] = {"zarr_format": 2}
        documents["labels/.zattrs"] = {"labels": list(labels)}
        for name, label in labels.items():
            _add(documents, f"labels/{name}/", label, dtype="<u4")
    return documents


def _add(
    documents: dict[str, Any], prefix: str, attributes: Mapping[str, Any], dtype: str = "<u2"
) -> None:
    documents[f"{prefix}.zgroup"] = {"zarr_format": 2}
    documents[f"{prefix}.zattrs"] = attributes
    for each in attributes["multiscales"]:
        axes = "".join(axis["name"] for axis in each["axes"])
        for level, dataset in enumerate(each["datasets"]):
            steps = dataset["path"].split("/")
            for i in range(1, len(steps)):
                documents[f"{prefix}{'/'.join(steps[:i])}/.zgroup"] = {"zarr_format": 2}
            documents[f"{prefix}{dataset['path']}/.zarray"] = array(axes, level, dtype)


def broken(document: Any, loc: Loc, value: Any) -> Any:
    """Return a copy of a document with another value at a place, or with none."""
    changed = deepcopy(document)
    *way, last = loc
    at = changed
    for step in way:
        at = at[step]
    if value is ABSENT:
        del at[last]
    else:
        at[last] = value
    return changed
