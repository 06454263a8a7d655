"""
Valid documents, to be broken in one place at a time.

A test takes the metadata of a kind of group, wraps it as it is stored, changes one place,
and looks at what is reported:

>>> from ome_zarr_models import validate
>>> document = stored(image("yx", version="0.5"), "0.5")
>>> validate(document).status
'valid'
>>> wrong = broken(document, ("ome", "multiscales", 0, "datasets", 1, "path"), 3)
>>> [problem.rule for problem in validate(wrong).problems]
['ms.ds-path']

`hierarchy` and its like return all documents of a store, by their keys:

>>> sorted(hierarchy(image("yx", levels=1, version="0.5"), version="0.5"))
['0/zarr.json', 'zarr.json']
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Loc = tuple[str | int, ...]
VERSIONS = ("0.4", "0.5", "0.6")
ABSENT: Final = object()
"""Instead of a value: the key is not there."""

AXES: Final = {
    "t": {"name": "t", "type": "time", "unit": "second"},
    "c": {"name": "c", "type": "channel"},
    "z": {"name": "z", "type": "space", "unit": "micrometer"},
    "y": {"name": "y", "type": "space", "unit": "micrometer"},
    "x": {"name": "x", "type": "space", "unit": "micrometer"},
}


def multiscale(axes: str = "tczyx", levels: int = 2, version: str = "0.4") -> dict[str, Any]:
    """Return an element of ``multiscales`` that has all that the specification recommends."""
    all_axes = [deepcopy(AXES[name]) for name in axes]
    with_systems = {"coordinateSystems": [{"name": "physical", "axes": all_axes}]}
    return {
        **(with_systems if version == "0.6" else {"axes": all_axes}),
        "datasets": [
            {
                "path": str(level),
                "coordinateTransformations": placed(
                    [
                        {
                            "type": "scale",
                            "scale": [0.5 * 2**level if a in "yx" else 1 for a in axes],
                        },
                        {"type": "translation", "translation": [level / 2 for _ in axes]},
                    ],
                    str(level),
                    version,
                ),
            }
            for level in range(levels)
        ],
        "metadata": {"method": "mean"},
        "name": "cells",
        "type": "mean",
        **({"version": version} if version == "0.4" else {}),
    }


def placed(transforms: list[Any], path: str, version: str) -> list[Any]:
    """Return the transformations of a dataset: from its array to the physical system."""
    if version != "0.6":
        return transforms
    ends = {"input": {"path": path}, "output": {"name": "physical"}}
    return [{"type": "sequence", "transformations": transforms, **ends}]


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


def image(axes: str = "tczyx", levels: int = 2, version: str = "0.4") -> dict[str, Any]:
    """Return the metadata of an image."""
    return {"multiscales": [multiscale(axes, levels, version)], "omero": omero()}


def image_label(axes: str = "tczyx", levels: int = 2, version: str = "0.4") -> dict[str, Any]:
    """Return the metadata of a label image."""
    return {
        "image-label": {
            "colors": [{"label-value": 1, "rgba": [255, 0, 0, 128]}, {"label-value": 2}],
            "properties": [{"label-value": 1, "area": 12.5}],
            "source": {"image": "../../"},
            **own_version(version),
        },
        "multiscales": [multiscale(axes, levels, version)],
    }


def plate(wells: Iterable[str] = ("A/1", "B/2"), version: str = "0.4") -> dict[str, Any]:
    """Return the metadata of a plate of 2 rows and 3 columns."""
    rows, columns = "AB", "123"
    return {
        "plate": {
            "acquisitions": [{"id": 1, "name": "first", "maximumfieldcount": 2}],
            "columns": [{"name": name} for name in columns],
            "field_count": 2,
            "name": "screen",
            "rows": [{"name": name} for name in rows],
            **own_version(version),
            "wells": [
                {
                    "path": path,
                    "rowIndex": rows.index(path[0]),
                    "columnIndex": columns.index(path[2]),
                }
                for path in wells
            ],
        }
    }


def well(fields: int = 2, version: str = "0.4") -> dict[str, Any]:
    """Return the metadata of a well."""
    images = [{"path": str(i), "acquisition": 1} for i in range(fields)]
    return {"well": {"images": images, **own_version(version)}}


def metadata_of(kind: str, version: str = "0.4") -> dict[str, Any]:
    """Return the metadata of a kind of group that all versions have."""
    match kind:
        case "image":
            return image(version=version)
        case "image-label":
            return image_label(version=version)
        case "plate":
            return plate(version=version)
        case "well":
            return well(version=version)
        case "bioformats2raw":
            return {"bioformats2raw.layout": 3}
        case "labels":
            return {"labels": ["nuclei"]}
        case _:
            return {"series": ["0", "1"]}


def own_version(version: str) -> dict[str, Any]:
    """Return the key `version`, which parts of the metadata have until 0.6."""
    return {} if version == "0.6" else {"version": version}


def stored(metadata: Mapping[str, Any], version: str = "0.4") -> dict[str, Any]:
    """Return the attributes that store metadata."""
    return dict(metadata) if version == "0.4" else {"ome": {"version": version, **metadata}}


def metadata_place(version: str) -> tuple[str, ...]:
    """Return where in a group's attributes the metadata is."""
    return () if version == "0.4" else ("ome",)


def group(metadata: Mapping[str, Any] | None = None, version: str = "0.4") -> dict[str, Any]:
    """Return the documents of a group, by their names."""
    attributes = {} if metadata is None else stored(metadata, version)
    if version == "0.4":
        documents: dict[str, Any] = {".zgroup": {"zarr_format": 2}}
        return {**documents, ".zattrs": attributes} if attributes else documents
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


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


def array_3(axes: str = "tczyx", level: int = 0, dtype: str = "<u2") -> dict[str, Any]:
    """Return the ``zarr.json`` document of a level."""
    shape = array(axes, level)["shape"]
    return {
        "shape": shape,
        "data_type": {"<u2": "uint16", "<u4": "uint32", "<f4": "float32"}[dtype],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [*shape]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "attributes": {},
        "dimension_names": list(axes),
        "zarr_format": 3,
        "node_type": "array",
    }


def hierarchy(
    metadata: Mapping[str, Any] | None = None,
    labels: Mapping[str, Any] | None = None,
    version: str = "0.4",
) -> dict[str, Any]:
    """
    Return the documents of an image with its arrays, by their keys.

    ``labels`` are label images by their names; ``{}`` makes an empty group of labels.
    """
    documents: dict[str, Any] = {}
    _add(documents, "", image(version=version) if metadata is None else metadata, version)
    if labels is not None:
        documents |= below("labels", group({"labels": list(labels)}, version))
        for name, label in labels.items():
            _add(documents, f"labels/{name}/", label, version, dtype="<u4")
    return documents


def plate_hierarchy(
    wells: Iterable[str] = ("A/1", "B/2"), fields: int = 2, levels: int = 2, version: str = "0.4"
) -> dict[str, Any]:
    """Return the documents of a plate with all that is in it, by their keys."""
    wells = list(wells)
    documents = group(plate(wells, version), version)
    for row in dict.fromkeys(path[0] for path in wells):
        documents |= below(row, group(None, version))
    for path in wells:
        documents |= below(path, group(well(fields, version), version))
        for i in range(fields):
            each = hierarchy(image("yx", levels, version), version=version)
            documents |= below(f"{path}/{i}", each)
    return documents


def collection(
    images: int = 3, *, series: bool = True, version: str = "0.4", more: Any = None
) -> dict[str, Any]:
    """Return the documents of a bioformats2raw collection, by their keys."""
    documents = group({"bioformats2raw.layout": 3, **(more or {})}, version)
    if series:
        names = [str(i) for i in range(images)]
        documents |= below("OME", group({"series": names}, version))
        documents["OME/METADATA.ome.xml"] = b"<OME/>"
    for i in range(images):
        documents |= below(str(i), hierarchy(image("yx", 1, version), version=version))
    return documents


def hierarchy_of(kind: str, version: str = "0.4") -> dict[str, Any]:
    """Return the documents of a group of a kind with all that is in it, by their keys."""
    labels = {name: image_label(version=version) for name in ("nuclei", "cells")}
    labelled = hierarchy(labels=labels, version=version)
    match kind:
        case "image":
            return labelled
        case "labels":
            return inside("labels", labelled)
        case "image-label":
            return inside("labels/cells", labelled)
        case "plate":
            return plate_hierarchy(version=version)
        case "well":
            return inside("B/2", plate_hierarchy(version=version))
        case "bioformats2raw":
            return collection(version=version)
        case _:
            return inside("OME", collection(version=version))


def inside(path: str, documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documents below a path, by their keys as seen from there."""
    start = f"{path}/"
    return {
        key.removeprefix(start): document
        for key, document in documents.items()
        if key.startswith(start)
    }


def below(path: str, documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return documents by their keys as seen from above a path."""
    return {f"{path}/{key}": document for key, document in documents.items()}


def _add(
    documents: dict[str, Any],
    prefix: str,
    metadata: Mapping[str, Any],
    version: str,
    dtype: str = "<u2",
) -> None:
    name, make = (".zarray", array) if version == "0.4" else ("zarr.json", array_3)
    documents |= {f"{prefix}{key}": each for key, each in group(metadata, version).items()}
    for each in metadata["multiscales"]:
        system = each.get("coordinateSystems", [each])[0]
        axes = "".join(axis["name"] for axis in system["axes"])
        for level, dataset in enumerate(each["datasets"]):
            steps = dataset["path"].split("/")
            for i in range(1, len(steps)):
                documents |= below(f"{prefix}{'/'.join(steps[:i])}", group(None, version))
            documents[f"{prefix}{dataset['path']}/{name}"] = make(axes, level, dtype)


def broken(document: Any, loc: Loc, value: Any) -> Any:
    """
    Return a copy of a document with another value at a place.

    ``ABSENT`` deletes what is there; the place after the last item of a list appends to it.
    """
    changed = deepcopy(document)
    *way, last = loc
    at = changed
    for step in way:
        at = at[step]
    if value is ABSENT:
        del at[last]
    elif last == len(at) and isinstance(at, list):
        at.append(value)  # pyright: ignore[reportUnknownMemberType] - of anything
    else:
        at[last] = value
    return changed
