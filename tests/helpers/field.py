"""Cases of what other programs write: small documents and hierarchies, and what is expected."""

from __future__ import annotations

import base64
import json
import warnings
import zipfile
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from zarr.storage import MemoryStore

import ome_zarr_models
from ome_zarr_models import (
    Report,
    ValidationWarning,
    open_ome_zarr,
    repair,
    structure,
    unstructure,
    validate,
)

from .cli import run
from .stores import ZARR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .servers import Served


def content_of(value: Any) -> bytes:
    """Return the bytes of a file, as a case describes them."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict):
        value = cast("dict[str, Any]", value)
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        if value.keys() == {"repeat"}:
            before, unit, times, after = value["repeat"]
            return f"{before}{unit * times}{after}".encode()
        if value.keys() == {"zip"}:
            packed = BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for name, entry in value["zip"].items():
                    archive.writestr(name, content_of(entry))
            return packed.getvalue()
    return json.dumps(value).encode()


def failures_of(case: Mapping[str, Any], folder: Path, server: Served) -> Iterator[str]:
    """
    Yield what does not hold of a case, whose files are written below a folder.

    The fields of `case["expect"]` are those that are explained beside the cases.
    """
    expect = dict(case["expect"])
    over_http = expect.pop("http", None)
    root = folder / "root"
    if "call" in case:
        yield from _failures_of_call(case, expect)
        return
    if "document" in case:
        yield from _failures_of_document(case["document"], expect)
        return
    root.mkdir()
    files = {path: content_of(value) for path, value in case["files"].items()}
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    target = root / case.get("target", "")
    options = {
        **{key: case[key] for key in ("version", "kind") if key in case},
        **case.get("args", {}),
    }
    yield from _failures_of_target(str(target), expect, options, root)
    if over_http is not None:
        yield from _failures_over_http(files, over_http, options, server)


def _failures_over_http(
    files: Mapping[str, bytes], expect: dict[str, Any], options: Mapping[str, Any], server: Served
) -> Iterator[str]:
    mode, query = expect.pop("mode"), expect.pop("query", "")
    inside = expect.pop("stays_below", False)
    server.documents = {
        f"private/{path[3:]}" if path.startswith("../") else f"data/root.zarr/{path}": content
        for path, content in files.items()
    }
    server.mode, server.query = mode, query
    url = f"{server.url}/data/root.zarr{'?' if query else ''}{query}"
    yield from _failures_of_target(url, expect, options, None)
    if inside:
        outside = [path for path in server.asked if not path.startswith("data/root.zarr")]
        if outside:
            yield f"stays_below: {outside}"


def _failures_of_call(case: Mapping[str, Any], expect: Mapping[str, Any]) -> Iterator[str]:
    import importlib

    module, _, name = case["call"].rpartition(".")
    owner: Any = importlib.import_module(f"ome_zarr_models.{module}") if module else ome_zarr_models
    try:
        getattr(owner, name)(**case["arguments"])
    except ValueError:
        raised = True
    else:
        raised = False
    if raised != expect["raises"]:
        yield f"raises: {raised}"


def _failures_of_report(report: Report, expect: dict[str, Any]) -> Iterator[str]:
    status = expect.pop("status", None)
    statuses = [status] if isinstance(status, str) else status
    problems = "\n".join(map(str, report.problems))
    if statuses and report.status not in statuses:
        yield f"status: {report.status}\n{problems}"
    for name in ("kind", "version"):
        value = expect.pop(name, None)
        if value and getattr(report, name) != value:
            yield f"{name}: {getattr(report, name)}"
    checks: dict[str, Callable[[Any], bool]] = {
        "must_have": lambda rule: _has(report, rule),
        "must_not_have": lambda rule: not _has(report, rule),
        "names": lambda text: _says(problems, text),
        "says_not": lambda text: not _says(problems, text),
        "names_or_valid": lambda text: bool(report) or _says(problems, text),
    }
    for key, holds in checks.items():
        for value in expect.pop(key, []):
            if not holds(value):
                yield f"{key} {value}\n{problems}"


def _text(document: Any) -> str:
    """Return the text of a document, in which `1` and `1.0` are not the same."""
    return json.dumps(document, sort_keys=True)


def _says(text: str, expected: str | list[str]) -> bool:
    wanted = [expected] if isinstance(expected, str) else expected
    return any(word.lower() in text.lower() for word in wanted)


def _has(report: Report, rule: str) -> bool:
    level, _, name = rule.rpartition(":")
    name, _, key = name.partition("@")
    return any(
        problem.rule == name
        and level in ("", problem.level)
        and (not key or key in map(str, problem.loc))
        for problem in report.problems
    )


def _failures_of_document(  # noqa: C901, PLR0912 - a table of fields
    document: dict[str, Any], expect: dict[str, Any]
) -> Iterator[str]:
    yield from _failures_of_report(validate(document), expect)
    expected = expect.pop("structures", None)
    model = None
    try:
        model = structure(document)
    except ValueError as error:
        if expected:
            yield f"structures: {error}"
    else:
        if expected is False:
            yield "structures"
    if expect.pop("round_trip", False):
        written = unstructure(model) if model else None
        if _text(written) != _text(document):
            yield f"round_trip:\n{json.dumps(written)}\n{json.dumps(document)}"
    if "fixed" in expect:
        wanted, fixed = expect.pop("fixed"), repair(document)[0]
        if _text(fixed) != _text(wanted):
            yield f"fixed:\n{json.dumps(fixed)}\n{json.dumps(wanted)}"
    mends = expect.pop("fix_mends", None)
    if mends:
        report = validate(repair(document)[0])
        yield from _not_mended(report, mends)
    for version, how in expect.pop("converts_to", {}).items():
        if model is None:
            yield f"converts_to {version}: not structured"
        else:
            yield from _failures_of_conversion(model, version, how)
    if expect:
        yield f"not looked at: {sorted(expect)}"


def _not_mended(report: Report, mends: Literal[True] | list[str]) -> Iterator[str]:
    if mends is True and report.status != "valid":
        yield f"fix_mends: {report}"
    if isinstance(mends, list):
        left = [problem for problem in report.problems if problem.rule in mends]
        if left:
            yield f"fix_mends: {left}"


def _failures_of_conversion(
    group: Any, version: str, how: Literal[True, "losses"]
) -> Iterator[str]:
    losses: list[Any] = []
    try:
        group.to_version(version)
    except ValueError as error:
        if how is True:
            yield f"converts_to {version}: {error}"
        if how == "losses":
            try:
                group.to_version(version, losses=losses)
            except ValueError as fatal:
                yield f"converts_to {version} with losses: {fatal}"
            if not losses:
                yield f"converts_to {version}: no losses"
    else:
        if how is not True:
            yield f"converts_to {version}: converts as it is"


def _failures_of_target(  # noqa: C901, PLR0912, PLR0915 - a table of fields
    target: str, expect: dict[str, Any], options: Mapping[str, Any], root: Path | None
) -> Iterator[str]:
    begin = perf_counter()
    report = validate(target, **options)
    elapsed = perf_counter() - begin
    if elapsed > expect.pop("seconds", 1e9):
        yield f"seconds: {elapsed}"
    yield from _failures_of_report(report, expect)
    group: Any = None
    error: Exception | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            group = open_ome_zarr(target)
        except ValueError as found:
            error = found
    warned = "\n".join(
        str(warning.message) for warning in caught if warning.category is ValidationWarning
    )
    expected = expect.pop("opens", None)
    if expected is not None and (group is not None) != expected:
        yield f"opens: {error}"
    strict = expect.pop("strict", None)
    if strict is not None:
        try:
            open_ome_zarr(target, policy="strict")
        except ValueError as found:
            if strict:
                yield f"strict: {found}"
        else:
            if not strict:
                yield "strict opens"
    if (warns := expect.pop("warns", None)) is not None:
        if warns is True and not warned:
            yield "warns: nothing"
        for word in cast("list[str]", warns if isinstance(warns, list) else []):
            if not _says(warned, word):
                yield f"warns {word}: {warned}"
    mends = expect.pop("fix_mends", None)
    if group is None:
        for name in [*expect]:
            yield f"{name}: not opened: {error}"
        return
    if (name := expect.pop("opened_class", None)) and type(group).__name__ != name:
        yield f"opened_class: {type(group).__name__}"
    flat = {path.lstrip("/"): node for path, node in group.to_flat().items()}
    for path in expect.pop("has", []):
        if path not in flat:
            yield f"has {path}: {sorted(flat)}"
    for path in expect.pop("has_not", []):
        if path in flat:
            yield f"has_not {path}"
    if (names := expect.pop("label_members", None)) is not None:
        labels = group.labels
        found_names = sorted(labels.members if labels is not None else [])
        if found_names != sorted(names):
            yield f"label_members: {found_names}"
    for path, words in expect.pop("lookup_says", {}).items():
        try:
            if path.startswith("labels/"):
                group.labels[path.removeprefix("labels/")]
            else:
                well, _, field = path.rpartition("/")
                group.well(well)[field]
        except KeyError as missing:
            if not any(word.lower() in str(missing).lower() for word in words.split("|")):
                yield f"lookup_says {path}: {missing}"
        else:
            yield f"lookup_says {path}: found"
    if (names := expect.pop("channel_names", None)) is not None and list(
        group.channel_names
    ) != names:
        yield f"channel_names: {group.channel_names}"
    if (sizes := expect.pop("voxel_size", None)) is not None:
        yield from _wrong_sizes(group, sizes)
    if expect.pop("round_trip", False) and root is not None:
        stored = _attributes_in(root)
        if _text(unstructure(group.attributes)) != _text(stored):
            yield f"round_trip: {json.dumps(unstructure(group.attributes))}\n{json.dumps(stored)}"
    if (writes := expect.pop("writes", None)) is not None:
        store = MemoryStore()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            group.to_zarr(store)
            again = open_ome_zarr(store)
        if type(again) is not type(group):
            yield f"writes: {type(again)}"
        written = validate(store)
        if writes == "valid" and written.status != "valid":
            yield f"writes: {written}"
    keeps = expect.pop("keeps", [])
    for version, how in expect.pop("converts_to", {}).items():
        yield from _failures_of_conversion(group, version, how)
        if how is not False:
            yield from _not_kept(group, version, keeps, root)
    if mends:
        assert root is not None
        run("fix", target)
        yield from _not_mended(validate(target), mends)
    if expect:
        yield f"not looked at: {sorted(expect)}"


def _attributes_in(root: Path) -> Any:
    file = root / ".zattrs"
    if file.exists():
        return json.loads(file.read_text(encoding="utf-8-sig"))
    return json.loads((root / "zarr.json").read_text(encoding="utf-8-sig"))["attributes"]


def _wrong_sizes(image: Any, sizes: Mapping[str, Any]) -> Iterator[str]:
    found = image.voxel_size()
    for axis, (number, unit) in sizes.items():
        if not np.isclose(found[axis][0], number) or found[axis][1] != unit:
            yield f"voxel_size {axis}: {found[axis]}"


def _same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    return first.keys() == second.keys() and all(
        np.isclose(first[axis][0], second[axis][0]) and first[axis][1:] == second[axis][1:]
        for axis in first
    )


def _not_kept(group: Any, version: str, keeps: list[str], root: Path | None) -> Iterator[str]:
    losses: list[Any] = []
    converted = group.to_version(version, losses=losses)
    if "voxel_size" in keeps and not _same(group.voxel_size(), converted.voxel_size()):
        yield f"keeps voxel_size in {version}: {converted.voxel_size()}"
    if "physical_extent" in keeps and not _same(group.physical_extent, converted.physical_extent):
        yield f"keeps physical_extent in {version}: {converted.physical_extent}"
    if "round_trip" in keeps:
        back = converted.to_version(group.ome_zarr_version, losses=losses)
        if back != group or unstructure(back.attributes) != unstructure(group.attributes):
            yield f"keeps round_trip in {version}: {unstructure(back.attributes)}"
    if "pixels" in keeps:
        assert root is not None
        import shutil
        import tempfile
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(root, copy)
            before = {path: ZARR.open_array(root / path)[...] for path in _arrays(group)}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                converted.to_zarr(copy, overwrite="documents")
            for path, pixels in before.items():
                after = ZARR.open_group(copy, mode="r", zarr_format=converted.zarr_format)[path]
                if not np.array_equal(pixels, after[...]):
                    yield f"keeps pixels in {version}"


def _arrays(group: Any) -> list[str]:
    return [
        path.strip("/") for path, node in group.to_flat().items() if not hasattr(node, "members")
    ]


__all__ = ["content_of", "failures_of"]
