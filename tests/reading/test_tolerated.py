"""Groups that are read although they break rules: they are written, changed and converted."""

from __future__ import annotations

import json
import pickle
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
import pytest

from ome_zarr_models import (
    Problem,
    ValidationError,
    ValidationWarning,
    repair,
    unstructure,
    validate,
)

from ..helpers.cli import run
from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    Loc,
    broken,
    collection,
    hierarchy,
    hierarchy_of,
    image_label,
    plate_hierarchy,
)
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory, write
from ..helpers.versions import every_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


Documents = dict[str, Any]


class Fault(NamedTuple):
    """A fault of a hierarchy, the rule that it breaks, and the versions that have the rule."""

    what: str
    rule: str
    make: Callable[[str], Documents]
    versions: tuple[str, ...] = VERSIONS

    def __str__(self) -> str:
        return self.what


def at(node: str, version: str, *loc: str | int) -> Loc:
    """Return the place of metadata of a node in the documents of its hierarchy."""
    start = f"{node}/" if node else ""
    if version == "0.4":
        return (f"{start}.zattrs", *loc)
    return (f"{start}zarr.json", "attributes", "ome", *loc)


def _changed(make: Callable[[str], Documents], node: str, loc: Loc, value: Any) -> Any:
    def change(version: str) -> Any:
        return broken(make(version), at(node, version, *loc), value)

    return change


def _image(version: str) -> Documents:
    return hierarchy_of("image", version)


def _plate(version: str) -> Documents:
    return plate_hierarchy(version=version)


def _renamed(old: str, new: str, loc: Loc, node: str = "") -> Any:
    """Return a maker of a plate in which a node has another name, also in the metadata."""

    def make(version: str) -> Any:
        documents = {
            key.replace(f"{old}/", f"{new}/", 1) if key.startswith(f"{old}/") else key: value
            for key, value in _plate(version).items()
        }
        return broken(documents, at(node, version, *loc), new.removeprefix(f"{node}/"))

    return make


def _renamed_row(version: str) -> Any:
    documents = _renamed("A", "A_1", ("plate", "rows", 0, "name"))(version)
    return broken(documents, at("", version, "plate", "wells", 0, "path"), "A_1/1")


def _flat_chunks(version: str) -> Any:
    return broken(_image(version), ("1/.zarray", "dimension_separator"), ".")


def _names_of_dimensions(value: Any) -> Any:
    def make(version: str) -> Any:
        return broken(_image(version), ("1/zarr.json", "dimension_names"), value)

    return make


def _coarse_to_fine(version: str) -> Any:
    documents = _image(version)
    loc = at("", version, "multiscales", 0, "datasets")
    metadata: Any = documents
    for step in loc:
        metadata = metadata[step]
    return broken(documents, loc, metadata[::-1])


def _acquisition_missing(version: str) -> Any:
    acquisitions = [{"id": 1}, {"id": 2}]
    documents = broken(_plate(version), at("", version, "plate", "acquisitions"), acquisitions)
    return broken(documents, at("A/1", version, "well", "images", 0, "acquisition"), ABSENT)


def _labels_with_one_level(version: str) -> Documents:
    return hierarchy(labels={"nuclei": image_label("tczyx", 1, version)}, version=version)


def _without_rows(version: str) -> Documents:
    rows = {f"{row}/{name}" for row in "AB" for name in (".zgroup", "zarr.json")}
    return {key: value for key, value in _plate(version).items() if key not in rows}


CHANNEL = ("omero", "channels", 0)
WELL = ("plate", "wells", 0)
#: Faults that stay in what is read.
TOLERATED = [
    Fault("chunk keys with dots", "storage.nested-chunks", _flat_chunks, ("0.4",)),
    Fault("coarse to fine", "ms.ds-order-shapes", _coarse_to_fine, ("0.4", "0.5")),
    Fault(
        "other names of dimensions",
        "axes.dimension-names-match",
        _names_of_dimensions(["c", "t", "z", "y", "x"]),
        ("0.5",),
    ),
    Fault(
        "channel without a window",
        "omero.window",
        _changed(_image, "", (*CHANNEL, "window"), ABSENT),
    ),
    Fault(
        "channel with a name of a color",
        "omero.color-hex",
        _changed(_image, "", (*CHANNEL, "color"), "red"),
    ),
    Fault(
        "window with null",
        "omero.window-startend",
        _changed(_image, "", (*CHANNEL, "window", "end"), None),
    ),
    Fault("omero of another type", "omero.channels", _changed(_image, "", ("omero",), [])),
    Fault("one channel less", "omero.channel-count", _changed(_image, "", CHANNEL, ABSENT)),
    Fault(
        "name of a field of view",
        "well.path-alnum",
        _renamed("A/1/0", "A/1/0_illum_corr", ("well", "images", 0, "path"), "A/1"),
        ("0.4", "0.5"),
    ),
    Fault(
        "name of a field of view in 0.6",
        "well.path-chars",
        _renamed("A/1/0", "A/1/0 corr", ("well", "images", 0, "path"), "A/1"),
        ("0.6",),
    ),
    Fault("name of a row", "plate.row-alnum", _renamed_row),
    Fault(
        "index of another column",
        "plate.well-consistent",
        _changed(_plate, "", (*WELL, "columnIndex"), 1),
    ),
    Fault(
        "index out of range", "plate.well-index-range", _changed(_plate, "", (*WELL, "rowIndex"), 7)
    ),
    Fault(
        "column that is there twice",
        "plate.column-unique",
        _changed(_plate, "", ("plate", "columns", 2, "name"), "2"),
    ),
    Fault(
        "unknown acquisition",
        "well.acq-known",
        _changed(_plate, "A/1", ("well", "images", 0, "acquisition"), 9),
    ),
    Fault(
        "no acquisition, of several",
        "well.acq-required",
        _acquisition_missing,
    ),
    Fault(
        "labels with fewer levels",
        "labels.same-levels",
        _labels_with_one_level,
    ),
]

#: Faults that are repaired as they are read: what is read is valid.
REPAIRED = [
    Fault("row without a group", "hcs.three-groups", _without_rows),
    Fault(
        "slash before a level",
        "ms.ds-array-exists",
        _changed(_image, "", ("multiscales", 0, "datasets", 0, "path"), "/0"),
        ("0.4", "0.5"),
    ),
    Fault(
        "slash after a level of labels",
        "ms.ds-array-exists",
        _changed(_image, "labels/cells", ("multiscales", 0, "datasets", 1, "path"), "1/"),
        ("0.4", "0.5"),
    ),
    Fault(
        "slash after a label",
        "labels.paths-exist",
        _changed(_image, "labels", ("labels", 0), "nuclei/"),
    ),
    Fault(
        "slash after a well", "plate.well-path-extra", _changed(_plate, "", (*WELL, "path"), "A/1/")
    ),
    Fault(
        "slashes in a well", "plate.well-path-extra", _changed(_plate, "", (*WELL, "path"), "A//1")
    ),
    Fault(
        "backslash in a well", "plate.well-path-form", _changed(_plate, "", (*WELL, "path"), "A\\1")
    ),
    Fault(
        "slash after a field of view",
        "well.path-alnum",
        _changed(_plate, "A/1", ("well", "images", 0, "path"), "0/"),
        ("0.4", "0.5"),
    ),
    Fault(
        "slash before a field of view",
        "well.path-chars",
        _changed(_plate, "A/1", ("well", "images", 0, "path"), "/0"),
        ("0.6",),
    ),
    Fault(
        "slash in a series",
        "bf2raw.series-paths",
        _changed(lambda version: collection(version=version), "OME", ("series", 0), "/0"),
    ),
    Fault(
        "no names of dimensions",
        "axes.dimension-names-present",
        _names_of_dimensions(ABSENT),
        ("0.5",),
    ),
    Fault(
        "names of dimensions null",
        "axes.dimension-names-present",
        _names_of_dimensions(None),
        ("0.5",),
    ),
    Fault(
        "names of dimensions all null",
        "axes.dimension-names-present",
        _names_of_dimensions([None] * 5),
        ("0.5",),
    ),
]


def _cases(faults: list[Fault]) -> pytest.MarkDecorator:
    pairs = [(fault, version) for fault in faults for version in fault.versions]
    return pytest.mark.parametrize(("fault", "version"), pairs, ids=str)


def _opened(documents: Documents | Path | str, **options: Any) -> tuple[Any, list[str]]:
    """Return what is opened, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ValidationWarning)
        target = memory(documents) if isinstance(documents, dict) else documents
        opened = open_ome_zarr(target, **options)
    return opened, [str(warning.message) for warning in caught]


def _attributes(group: Any) -> dict[str, str]:
    """Return the attributes of all groups as text."""
    return {
        path: json.dumps(node.to_documents(), sort_keys=True, default=repr)
        for path, node in group.to_flat().items()
    }


@_cases(TOLERATED + REPAIRED)
def test_fault_is_an_error_and_read_with_a_warning(fault: Fault, version: str) -> None:
    documents = fault.make(version)
    report = validate(memory(documents))
    assert report.status == "invalid"
    assert fault.rule in [problem.rule for problem in report.errors]
    with pytest.raises(ValidationError, match=fault.rule.replace(".", r"\.")):
        open_ome_zarr(memory(documents), policy="strict")
    opened, messages = _opened(documents)
    assert any(message.endswith(f"[{fault.rule}]") for message in messages)
    assert opened.ome_zarr_version == version


@_cases(TOLERATED)
def test_what_is_tolerated_is_written_as_it_was_found(fault: Fault, version: str) -> None:
    documents = fault.make(version)
    opened, _ = _opened(documents)
    store = memory({})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        opened.to_zarr(store)
        again = open_ome_zarr(store)
    assert again == opened
    assert _attributes(again) == _attributes(opened)
    assert {p.rule for p in validate(store).errors} == {
        p.rule for p in validate(memory(documents)).errors
    }


@_cases(REPAIRED)
def test_what_is_repaired_is_written_right(fault: Fault, version: str, tmp_path: Path) -> None:
    documents = fault.make(version)
    opened, _ = _opened(documents)
    store = memory({})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        opened.to_zarr(store)
    assert validate(store).status == "valid"
    folder = write(documents, tmp_path / "a.zarr")
    assert run("fix", str(folder)) == 0 or fault.rule == "hcs.three-groups"
    assert (validate(folder).status == "valid") == (fault.rule != "hcs.three-groups")
    written, messages = _opened(folder)
    assert written == opened
    assert messages == [] or fault.rule == "hcs.three-groups"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidationWarning)
        opened.to_zarr(write(documents, tmp_path / "b.zarr"), overwrite="documents")
    assert validate(tmp_path / "b.zarr").status == "valid"


@_cases(TOLERATED + REPAIRED)
def test_what_is_read_can_be_changed_and_sent(fault: Fault, version: str) -> None:
    opened, _ = _opened(fault.make(version))
    assert attrs.evolve(opened) == opened
    assert attrs.evolve(opened, members=dict(opened.members)) == opened
    sent = pickle.loads(pickle.dumps(opened))  # noqa: S301 - our own
    assert attrs.evolve(sent) == opened
    metadata = opened.ome_attributes
    if "omero" in fault.rule:
        assert attrs.evolve(metadata, multiscales=metadata.multiscales) == metadata
        is_named = fault.what != "omero of another type"
        assert opened.channel_names[-1] == ("channel 1" if is_named else None)
        right, _ = _opened(_image(version))
        replaced = attrs.evolve(metadata, omero=right.ome_attributes.omero)
        assert unstructure(replaced) == unstructure(right.ome_attributes)
        assert "omero" not in replaced.extra


@_cases(TOLERATED + REPAIRED)
def test_what_is_read_is_converted(fault: Fault, version: str) -> None:
    opened, _ = _opened(_with_old_chunk_keys(deepcopy(fault.make(version))))
    for target in VERSIONS:
        losses: list[Problem] = []
        converted = opened.to_version(target, losses=losses)
        assert type(converted).__name__ == type(opened).__name__
        if target == version:
            continue
        lost = [loss for loss in losses if "dimension_names" not in str(loss)]
        assert (lost != []) == fault.rule.startswith("omero."), losses
        store = memory({})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidationWarning)
            converted.to_zarr(store)
            assert type(open_ome_zarr(store)) is type(converted)
        assert attrs.evolve(converted) == converted


def _truncated(key: str) -> Callable[[Documents, str], Documents]:
    def make(documents: Documents, version: str) -> Documents:
        name = ".zattrs" if version == "0.4" else "zarr.json"
        return {**documents, f"{key}/{name}": b'{"attributes": {"ome'}

    return make


def _without_level(key: str) -> Callable[[Documents, str], Documents]:
    def make(documents: Documents, version: str) -> Documents:
        del documents[f"{key}/0/{'.zarray' if version == '0.4' else 'zarr.json'}"]
        return documents

    return make


def _of_kind(kind: str, version: str) -> Documents:
    return deepcopy(hierarchy_of(kind, version))


def _with_old_chunk_keys(documents: Documents) -> Documents:
    """Return the documents with chunk keys that both Zarr formats can have."""
    for document in documents.values():
        if isinstance(document, dict) and "chunk_key_encoding" in document:
            document["chunk_key_encoding"] = {"name": "v2", "configuration": {"separator": "/"}}
    return documents


LEFT_OUT: list[tuple[str, str, Callable[[Documents, str], Documents], Callable[[Any], Any]]] = [
    ("plate", "A/1", _truncated("A/1"), lambda group: group.well("A/1")),
    ("plate", "A/1/0", _truncated("A/1/0"), lambda group: group.well("A/1")["0"]),
    ("plate", "B/2/1", _without_level("B/2/1"), lambda group: group["B/2"]["1"]),
    ("well", "1", _without_level("1"), lambda group: group["1"]),
    ("bioformats2raw", "1", _truncated("1"), lambda group: group["1"]),
    ("image", "labels/nuclei", _truncated("labels/nuclei"), lambda group: group.labels["nuclei"]),
    ("labels", "nuclei", _without_level("nuclei"), lambda group: group["nuclei"]),
]


@every_version
@pytest.mark.parametrize(("kind", "path", "break_", "look_up"), LEFT_OUT)
def test_broken_node_is_left_out_and_named(
    kind: str,
    path: str,
    break_: Callable[[Documents, str], Documents],
    look_up: Callable[[Any], Any],
    version: str,
) -> None:
    documents = break_(_of_kind(kind, version), version)
    store = memory(documents)
    report = validate(store)
    assert report.status != "valid"
    assert path in {problem.node for problem in report.errors}
    with pytest.raises(ValidationError, match=path):
        open_ome_zarr(store, policy="strict")
    opened, messages = _opened(documents)
    assert any(f": {path} " in message and "left out" in message for message in messages)
    assert f"/{path}" not in opened.to_flat()
    with pytest.raises(KeyError, match=f"it could not be read: .*{path}"):
        look_up(opened)
    right, _ = _opened(_of_kind(kind, version))
    others = [
        each for each in right.to_flat() if each != f"/{path}" and not each.startswith(f"/{path}/")
    ]
    assert set(opened.to_flat()) == set(others)
    assert attrs.evolve(opened) == opened
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ValidationWarning)
        opened.to_zarr(memory({}))
    expected = f"'{path}' is not written, as it could not be read"
    assert any(expected in str(warning.message) for warning in caught)
    target = "0.5" if version != "0.5" else "0.6"
    losses: list[Problem] = []
    with pytest.raises(ValidationError, match=f"{path}: it was left out"):
        opened.to_version(target)
    opened.to_version(target, losses=losses)
    assert path in {problem.node for problem in losses}


def test_all_labels_may_be_left_out() -> None:
    documents = _truncated("labels")(_of_kind("image", "0.5"), "0.5")
    opened, (message,) = _opened(documents)
    assert "labels zarr.json: not JSON: " in message
    assert message.endswith("; the labels are left out [json]")
    assert opened.labels is None


@every_version
def test_nested_label_that_is_broken_is_left_out(version: str) -> None:
    labels = {"deep/a": image_label(version=version), "deep/b": image_label(version=version)}
    documents = _without_level("labels/deep/a")(hierarchy(labels=labels, version=version), version)
    opened, _ = _opened(documents)
    assert "/labels/deep/b/0" in opened.to_flat()
    assert "/labels/deep/a" not in opened.to_flat()
    assert "deep/a" not in repr(opened.labels.members)
    with pytest.raises(KeyError, match="it could not be read: labels/deep/a"):
        opened.labels["deep/a"]


def test_nothing_is_left_out_silently_where_a_group_is_deleted(tmp_path: Path) -> None:
    documents = _truncated("A/1")(_of_kind("plate", "0.4"), "0.4")
    folder = write(documents, tmp_path / "a.zarr")
    opened, _ = _opened(folder)
    opened.to_zarr(folder, overwrite="documents")  # without a warning: the well is still there
    with pytest.warns(ValidationWarning, match="'A/1' is not written"):
        opened.to_zarr(folder, overwrite=True)


def test_documents_are_repaired_as_readers_repair_them() -> None:
    documents = _changed(_plate, "", (*WELL, "path"), "A/1/")("0.5")
    document = documents["zarr.json"]["attributes"]
    repaired, fixes = repair(document)
    assert [str(fix) for fix in fixes] == [
        'ome.plate.wells[0].path: "A/1", found "A/1/" [plate.well-path-extra]'
    ]
    assert validate(repaired).status == "valid"


WRONG_ROWS: list[tuple[str, Loc, Any]] = [
    ("group", (), b"{"),
    ("group", (), None),
    ("group", ("zarr_format",), None),
    ("group", ("zarr_format",), 7),
    ("attributes", (), b"{"),
    ("attributes", (), [1]),
    ("attributes", (), None),
]


@every_version
@pytest.mark.parametrize(("part", "loc", "value"), WRONG_ROWS)
def test_wells_of_a_row_that_is_wrong_are_read(
    version: str, part: str, loc: Loc, value: Any
) -> None:
    documents: dict[str, Any] = plate_hierarchy(version=version)
    if version == "0.4":
        key = "A/.zgroup" if part == "group" else "A/.zattrs"
    else:
        key, loc = "A/zarr.json", (loc if part == "group" else ("attributes", *loc))
    if isinstance(value, bytes) or not loc:
        documents[key] = value
    else:
        documents = broken(documents, (key, *loc), value)
    with pytest.raises(ValidationError, match="A "):
        open_ome_zarr(memory(documents), policy="strict")
    problems = validate(memory(documents)).problems
    assert [(each.level, each.node) for each in problems] == [("error", "A")]
    with pytest.warns(ValidationWarning, match="A "):
        opened: Any = open_ome_zarr(memory(documents))
    whole: Any = open_ome_zarr(memory(plate_hierarchy(version=version)))
    assert opened.to_flat().keys() == whole.to_flat().keys()
    store = memory({})
    with pytest.warns(ValidationWarning, match="metadata only"):
        opened.to_zarr(store)
    assert validate(store).status == "valid"
