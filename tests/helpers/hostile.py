"""Documents and texts that grow: valid ones, ones with many defects, and texts to hurt a reader."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final, TypeAlias

from .factories import below, group, hierarchy, image, image_label, multiscale, omero, stored

Make: TypeAlias = Callable[[int], Any]

_LARGE_PRIME: Final = 2**61 - 1  # its multiples have the hash 0


def _system(name: str, ndim: int = 2) -> dict[str, Any]:
    return {"name": name, "axes": [{"name": f"a{i}", "type": "space"} for i in range(ndim)]}


def _systems(names: list[str], transforms: list[Any] | None = None) -> dict[str, Any]:
    """Return an image of 0.6 with more coordinate systems than the intrinsic one."""
    each = multiscale("yx", 1, "0.6")
    each["coordinateSystems"] += map(_system, names)
    if transforms is not None:
        each["coordinateTransformations"] = transforms
    return stored({"multiscales": [each]}, "0.6")


def _transform(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"type": "identity", "input": {"name": start}, "output": {"name": end}, **more}


def _scene(transforms: list[Any], systems: int = 2, ndim: int = 2) -> dict[str, Any]:
    own = [_system(f"s{i}", ndim) for i in range(systems)]
    return stored(
        {"scene": {"coordinateSystems": own, "coordinateTransformations": transforms}}, "0.6"
    )


def _one(**parameters: Any) -> dict[str, Any]:
    return _scene([_transform("s0", "s1", **parameters)])


def _parts(n: int, transform: dict[str, Any], sign: int = 1) -> list[Any]:
    return [
        {"transformation": transform, "inputAxes": [sign * i], "outputAxes": [i]} for i in range(n)
    ]


def _axes(n: int, version: str = "0.4", **axis: Any) -> dict[str, Any]:
    metadata = image("yx", 1, version)
    owner = metadata["multiscales"][0]
    owner = owner["coordinateSystems"][0] if version == "0.6" else owner
    owner["axes"] = [{"name": f"a{i}", "type": "space", **axis} for i in range(n)]
    return stored(metadata, version)


def _datasets(n: int, version: str = "0.4") -> dict[str, Any]:
    each = multiscale("yx", 1, version)
    [first] = each["datasets"]
    datasets: list[Any] = []
    for i in range(n):
        dataset: Any = {**deepcopy(first), "path": str(i)}
        if version == "0.6":
            dataset["coordinateTransformations"][0]["input"]["path"] = str(i)
        datasets.append(dataset)
    each["datasets"] = datasets
    return {"multiscales": [each]}


def _multiscales(n: int, **more: Any) -> dict[str, Any]:
    return {"multiscales": [{**multiscale("yx", 1), **more} for _ in range(n)]}


def _plate(n: int, shift: int = 0, *, indices: bool = True, **more: Any) -> dict[str, Any]:
    wells: list[dict[str, Any]] = [{"path": f"R{i}/1", "columnIndex": 0} for i in range(n)]
    for i, well in enumerate(wells if indices else ()):
        well["rowIndex"] = (i + shift) % n
    rows = [{"name": f"R{i}"} for i in range(n)]
    columns = [{"name": "1"}]
    return {"plate": {"rows": rows, "columns": columns, "wells": wells, "version": "0.4", **more}}


def _case(n: int) -> dict[str, Any]:
    return _plate(1) | {
        "plate": {
            **_plate(1)["plate"],
            "rows": [{"name": f"{'aA'[i % 2]}{i // 2}"} for i in range(n)],
        }
    }


def _label(colors: list[Any], key: str = "colors") -> dict[str, Any]:
    return {**image("yx", 1), "image-label": {key: colors, "version": "0.4"}}


def _matrix(rows: int) -> list[list[float]]:
    return [[float(i == j) for j in range(rows)] for i in range(rows)]


_CHANNEL: Final = {"color": "#ff00ff", "window": dict.fromkeys(("min", "max", "start", "end"), "1")}

DOCUMENTS: Final[dict[str, Make]] = {
    "axes": _axes,
    "axes of 0.5": lambda n: _axes(n, "0.5"),
    "axes of 0.6": lambda n: _axes(n, "0.6"),
    "axes with wrong units": lambda n: _axes(n, unit=1),
    "axes with wrong names": lambda n: _axes(n, name=["a"]),
    "axes of one name": lambda n: _axes(n, name="x"),
    "axes of a custom type": lambda n: _axes(n, type="angle" * 20),
    "equal multiscales": _multiscales,
    "multiscales that differ in an unknown key": lambda n: {
        "multiscales": [{**multiscale("yx", 1), "number": i} for i in range(n)]
    },
    "multiscales with wrong names": lambda n: _multiscales(n, name=[1]),
    "multiscales without axes": lambda n: _multiscales(n, axes=[]),
    "multiscales that are numbers": lambda n: {"multiscales": [*range(n)]},
    "datasets": _datasets,
    "datasets of 0.6": lambda n: stored(_datasets(n, "0.6"), "0.6"),
    "transformations": lambda n: _multiscales(
        1, coordinateTransformations=[{"type": "scale", "scale": [1, 1]}] * n
    ),
    "transformations without a type": lambda n: _multiscales(
        1, coordinateTransformations=[{"scale": [1, 1]}] * n
    ),
    "transformations to repair": lambda n: _multiscales(
        n,
        coordinateTransformations=[
            {"type": "translation", "translation": ["1", "1"]},
            {"type": "scale", "scale": ["1", "1"]},
        ],
    ),
    "long scales": lambda n: _multiscales(
        1, coordinateTransformations=[{"type": "scale", "scale": [1] * n}]
    ),
    "channels to repair": lambda n: {**image("yx", 1), "omero": {"channels": [_CHANNEL] * n}},
    "channels": lambda n: {**image("yx", 1), "omero": omero(n)},
    "unknown keys": lambda n: {**image("yx", 1), **{f"key {i}": i for i in range(n)}},
    "unknown keys alone": lambda n: {f"multiscale{i}": i for i in range(n)},
    "unknown keys instead of a required one": lambda n: {
        "multiscales": [{f"axe{i}": i for i in range(n)}]
    },
    "a long unknown key with wrong values": lambda n: {
        **image("yx", 1),
        "k" * n: [float("nan")] * n,
    },
    "labels": lambda n: {"labels": [f"{i}" for i in range(n)]},
    "wrong labels": lambda n: {"labels": ["a", *range(n)]},
    "series": lambda n: stored({"series": ["a", *range(n)]}, "0.5"),
    "colors": lambda n: _label([{"label-value": i, "rgba": [0] * 4} for i in range(n)]),
    "wrong colors": lambda n: _label([{"label-value": i, "rgba": [999] * 4} for i in range(n)]),
    "colors twice": lambda n: _label([{"label-value": i // 2} for i in range(n)]),
    "colors of one hash": lambda n: _label([{"label-value": i * _LARGE_PRIME} for i in range(n)]),
    "properties twice": lambda n: _label([{"label-value": i // 2} for i in range(n)], "properties"),
    "wells": _plate,
    "wells with the index of another row": lambda n: _plate(n, 1),
    "wells without indices": lambda n: _plate(n, indices=False),
    "wells of unknown rows": lambda n: _plate(n, rows=[{"name": "R"}]),
    "rows that differ in case": _case,
    "acquisitions to repair": lambda n: _plate(1, acquisitions=[{"id": str(i)} for i in range(n)]),
    "acquisitions of one hash": lambda n: _plate(
        1, acquisitions=[{"id": i * _LARGE_PRIME} for i in range(n)]
    ),
    "images of a well": lambda n: {"well": {"images": [{"path": str(i)} for i in range(n)]}},
    "wrong images of a well": lambda n: {
        "well": {"images": [{"path": "_ ", "acquisition": "x"} for _ in range(n)]}
    },
    "systems": lambda n: _systems([f"s{i}" for i in range(n)]),
    "systems of one name": lambda n: _systems(["s"] * n),
    "transformations to systems of one name": lambda n: _systems(
        ["s"] * n, [_transform("physical", "s")] * n
    ),
    "transformations to systems": lambda n: _systems(
        [f"s{i}" for i in range(n)], [_transform("physical", f"s{i}") for i in range(n)]
    ),
    "transformations to unknown systems": lambda n: _systems(
        [f"s{i}" for i in range(n)], [_transform("q", f"z{i}") for i in range(n)]
    ),
    "transformations to a system of a long name": lambda n: _systems(
        [f"s{i}" for i in range(n)], [_transform("q" * n, "s0")]
    ),
    "a scene": lambda n: _scene([_transform(f"s{i}", f"s{i + 1}") for i in range(n)], n + 1),
    "a scene of unknown systems": lambda n: _scene([_transform("q", f"z{i}") for i in range(n)], n),
    "a scene with names": lambda n: _scene([_transform("s0", "s1", name="a")] * n),
    "a sequence": lambda n: _one(
        type="sequence", transformations=[{"type": "scale", "scale": [1, 2]}] * n
    ),
    "a sequence that does not fit": lambda n: _one(
        type="sequence",
        transformations=[{"type": "scale", "scale": [1] * (1 + i % 3)} for i in range(n)],
    ),
    "byDimension": lambda n: _one(
        type="byDimension", transformations=_parts(n, {"type": "identity"})
    ),
    "byDimension that does not fit": lambda n: _one(
        type="byDimension", transformations=_parts(n, {"type": "scale", "scale": [1, 1]}, -1)
    ),
    "mapAxis": lambda n: _one(type="mapAxis", mapAxis=[i + n for i in range(n)]),
    "mapAxis twice": lambda n: _one(type="mapAxis", mapAxis=[i // 2 for i in range(n)]),
    "projectAxis": lambda n: _one(type="projectAxis", droppedInputs=[i // 2 for i in range(n)]),
    "an affine": lambda n: _one(type="affine", affine=_matrix(int(n**0.5))),
    "an affine of ragged rows": lambda n: _one(
        type="affine", affine=[[1] * (i % 9) for i in range(n)]
    ),
    "a rotation": lambda n: _one(type="rotation", rotation=_matrix(int(n**0.5))),
}
"""Attributes of groups, by what grows in them."""


def _levels(n: int, version: str, **changes: Any) -> dict[str, Any]:
    documents = hierarchy(_datasets(n, version), version=version)
    return {
        key: {**document, **changes} if "shape" in document else document
        for key, document in documents.items()
    }


def _consolidated(n: int) -> dict[str, Any]:
    documents = _levels(n, "0.4")
    return {**documents, ".zmetadata": {"zarr_consolidated_format": 1, "metadata": documents}}


def _lengths_apart(n: int) -> dict[str, Any]:
    """Return images whose scales are longer than their axes."""
    multiscales = [multiscale("yx", 2) for _ in range(n)]
    for i, each in enumerate(multiscales):
        for dataset in each["datasets"]:
            dataset["path"] += f"-{i}"
            dataset["coordinateTransformations"] = [{"type": "scale", "scale": [1, 1, 1]}]
    return hierarchy({"multiscales": multiscales})


def _labelled(n: int, version: str = "0.4", **more: Any) -> dict[str, Any]:
    labels = {f"l{i}": {**image_label("yx", 1, version), **more} for i in range(n)}
    metadata = {"multiscales": image("yx", 1, version)["multiscales"]}
    documents = hierarchy(metadata, version=version)
    return documents | {
        key: document
        for key, document in hierarchy(metadata, {} if more else labels, version).items()
        if key.startswith("labels")
    }


def _related_labels(n: int) -> dict[str, Any]:
    documents = _labelled(n, "0.6")
    ends = [{"path": f"labels/l{i}", "name": "physical"} for i in range(n)]
    [each] = documents["zarr.json"]["attributes"]["ome"]["multiscales"]
    each["coordinateTransformations"] = [
        {"type": "identity", "input": end, "output": {"name": "physical"}} for end in ends
    ]
    return documents


def _plate_with_wells(n: int) -> dict[str, Any]:
    documents = group(_plate(n, acquisitions=[{"id": i} for i in range(n)]))
    for i in range(n):
        documents |= below(f"R{i}", group())
        documents |= below(
            f"R{i}/1", group({"well": {"images": [{"path": "0", "acquisition": -1}]}})
        )
    return documents


def _scene_of_image(n: int, name: str) -> dict[str, Any]:
    reference = {"path": "image", "name": name}
    transforms = [
        {"type": "identity", "input": reference, "output": {"name": "s0"}} for _ in range(n)
    ]
    attributes = _scene(transforms)
    root = {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}
    metadata = _systems([f"s{i}" for i in range(n)])["ome"]
    metadata.pop("version")
    return root | below("image", hierarchy(metadata, version="0.6"))


HIERARCHIES: Final[dict[str, Make]] = {
    "levels": lambda n: _levels(n, "0.4"),
    "levels of 0.6": lambda n: _levels(n, "0.6"),
    "consolidated metadata": _consolidated,
    "levels of other dimensions": lambda n: _levels(
        n, "0.6", shape=[1, 2, 3], dimension_names=["a", "b", "c"]
    ),
    "broken arrays": lambda n: _levels(n, "0.5", shape="x", codecs=3),
    "an array of many dimensions": lambda n: _levels(1, "0.4", shape=[1] * n),
    "an array of many filters": lambda n: _levels(1, "0.4", filters=[{"id": "x"}] * n),
    "an array of many codecs": lambda n: _levels(1, "0.5", codecs=[{"nam": "x"}] * n),
    "an array of many names": lambda n: _levels(1, "0.5", dimension_names=["x"] * n),
    "scales that differ from axes": _lengths_apart,
    "label images": _labelled,
    "label images that are related": _related_labels,
    "wells of unknown acquisitions": _plate_with_wells,
    "a scene of an image of many systems": lambda n: _scene_of_image(n, f"s{n - 1}"),
    "a scene of unknown systems of an image": lambda n: _scene_of_image(n, "q"),
}
"""The documents of stores, by what grows in them."""


def _joined(n: int, text: bytes) -> bytes:
    return b",".join([text] * n)


def _of_list(n: int, text: bytes) -> bytes:
    return b'{"labels": [' + _joined(n, text) + b"]}"


TEXTS: Final[dict[str, Callable[[int], bytes]]] = {
    "an open string": lambda n: b'{"a": "' + b"x" * n,
    "an open string of escapes": lambda n: b'\\"' * n + b"\\",
    "quotes and backslashes": lambda n: b'"\\' * n,
    "braces": lambda n: b"{" * n,
    "brackets": lambda n: b"[" * n,
    "braces and comments": lambda n: b"{/* " * n,
    "open comments": lambda n: b"/* " * n,
    "comments to the end of the line": lambda n: b"// \n" * n,
    "comments after hashes": lambda n: b"# \n" * n,
    "slashes": lambda n: b"/" * n,
    "stars": lambda n: b"/*" + b"*" * n,
    "quotes": lambda n: b'"' * (n | 1),
    "backslashes": lambda n: b"\\" * n,
    "XML in a string that is cut": lambda n: b'{"xml": "' + b'<a href=\\"http://x//y\\">/* \\n' * n,
    "nested arrays": lambda n: b'{"labels":' + b"[" * n + b"]" * n + b"}",
    "nested objects": lambda n: b'{"a":' * n + b"1" + b"}" * n,
    "arrays nested 400 deep": lambda n: _of_list(n // 400, b"[" * 400 + b"]" * 400),
    "an integer of many digits": lambda n: b'{"labels": ' + b"1" * n + b"}",
    "a number of many digits": lambda n: b'{"labels": -' + b"1" * n + b".0}",
    "a large exponent": lambda n: b'{"labels": 1e' + b"9" * n + b"}",
    "long integers": lambda n: _of_list(n // 400, b"1" * 4000),
    "one key often": lambda n: b"{" + _joined(n, b'"labels": []') + b"}",
    "each key twice": lambda n: (
        b"{" + b",".join([b'"k%d": 1, "k%d": 2' % (i, i) for i in range(n)]) + b"}"
    ),
    "objects with one key twice": lambda n: _of_list(n, b'{"a":1,"a":2}'),
    "a key twice above many keys": lambda n: (
        b'{"labels":[],"labels":[],"x":'
        + b'{"a":' * 400
        + b"{"
        + b",".join([b'"k%d":1' % i for i in range(n)])
        + b"}" * 402
    ),
    "escapes": lambda n: b'{"labels": ["' + b"\\u0041" * n + b'"]}',
    "lone surrogates": lambda n: _of_list(n, b'"\\ud800"'),
    "NaN": lambda n: b'{"labels": [], "a": [' + _joined(n, b"NaN") + b"]}",
    "NaN below a long key": lambda n: (
        b'{"labels": [], "' + b"k" * n + b'": [' + _joined(n, b"NaN") + b"]}"
    ),
    "a byte order mark": lambda n: b"\xef\xbb\xbf" + b'{"labels": []}' + b" " * n,
    "UTF-16": lambda n: ('{"labels": ["' + "x" * n + '"]}').encode("utf-16"),
    "bytes that are not UTF-8": lambda n: b'{"a": "' + b"\xff" * n + b'"}',
    "null bytes": lambda n: b"\0" * n,
    "spaces": lambda n: b" " * n,
    "empty lines": lambda n: b"\n" * n + b"{",
    "commas": lambda n: b'{"labels": [' + b"," * n + b"]}",
    "text after the end": lambda n: b'{"labels": []}' + b"}" * n,
    "colons": lambda n: _of_list(n, b'":::\\u003a"'),
    "a long key": lambda n: b'{"' + b"k" * n + b'": 1}',
    "a long type": lambda n: (
        b'{"multiscales": [{"coordinateTransformations": [{"type": "' + b"scal" * n + b'"}]}]}'
    ),
}
"""Texts of documents, by what is in them."""
