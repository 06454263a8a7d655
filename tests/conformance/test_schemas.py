"""The verdicts of the official schemas beside those of the package."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ome_zarr_models import validate

from ..helpers.factories import ABSENT, VERSIONS, Loc, broken, metadata_place
from ..helpers.mutations import Broken, broken_documents, is_object, mutated, subjects
from ..helpers.official import KINDS, cases, official_schemas
from ..helpers.schemas import CANNOT_SAY

if TYPE_CHECKING:
    from pathlib import Path

#: The official schemas of each kind of group; the group `labels` does not have one.
SCHEMAS = {
    "image": ["image"],
    "image-label": ["image", "label"],
    "labels": [],
    "plate": ["plate"],
    "well": ["well"],
    "bioformats2raw": ["bf2raw", "plate"],
    "series": ["ome"],
    "scene": ["scene"],
}
_NULL = "null, which real data has, is read as an absent key"
#: What the official schemas refuse and the package accepts, by keyword and place, and why.
PASSED_OVER = {
    ("type", "plate/acquisitions"): _NULL,
    ("type", "plate/acquisitions/*/description"): _NULL,
    ("type", "plate/acquisitions/*/endtime"): _NULL,
    ("type", "plate/acquisitions/*/maximumfieldcount"): _NULL,
    ("type", "plate/acquisitions/*/name"): _NULL,
    ("type", "plate/acquisitions/*/starttime"): _NULL,
    ("type", "plate/field_count"): _NULL,
    ("type", "plate/name"): _NULL,
    ("type", "scene/coordinateTransformations/*/input/path"): _NULL,
    ("type", "scene/coordinateTransformations/*/output/path"): _NULL,
    ("type", "well/images/*/acquisition"): _NULL,
    (
        "additionalProperties",
        "scene/coordinateTransformations/*/input",
    ): "unknown keys are kept, here as elsewhere",
    (
        "additionalProperties",
        "scene/coordinateTransformations/*/output",
    ): "unknown keys are kept, here as elsewhere",
}

_NOT_REQUIRED = "the key is not required"
_NO_ORDER = "there is no order"
_ANY = "the value may be anything"
#: Rules of the package that the official schemas do not check, although they could, and why.
#: Those that they could not are in the table of the rules that a schema cannot say.
BEYOND = {
    "bf2raw.key": _NOT_REQUIRED,
    "bf2raw.series-strings": _NOT_REQUIRED,
    "label.color-value-int": "any number will do",
    "label.version-string": _ANY,
    "labels.image-label": _NOT_REQUIRED,
    "ms.axes-channel": "only axes of space are counted",
    "ms.axes-order": _NO_ORDER,
    "ms.axes-space": "an axis without a type counts as one of space",
    "ms.axes-time": "only axes of space are counted",
    "ms.ct-one-translation": "only scales are counted",
    "ms.ct-translation-after": _NO_ORDER,
    "ms6.ct-form": _NO_ORDER,
    "ms6.ct-input-noname": "there may be a name beside a path",
    "ms6.ct-output-nopath": "there may be a path beside a name",
    "ms6.top-label-types": "transformations to label images are like others",
    "omero.color": _NOT_REQUIRED,
    "omero.color-hex": "any string will do",
    "omero.window": _NOT_REQUIRED,
    "plate.version-string": _ANY,
    "plate.wells": _NOT_REQUIRED,
    "t6.io-object": _ANY,
    "t6.sequence-nonempty": "an empty list will do",
    "t6.type": _NOT_REQUIRED,
    "trafo.param": "a path beside a vector is passed over",
    "hcs.well-spec": _NOT_REQUIRED,
    "well.version-string": _ANY,
}
_MS = ("multiscales", 0)
_SCALE = (*_MS, "datasets", 0, "coordinateTransformations", 0, "transformations", 0)
#: More that the package refuses, and the official schemas accept.
REFUSED: list[tuple[str, str, Loc, Any, str]] = [
    ("0.4", "image-label", ("image-label",), ABSENT, "labels.image-label"),
    ("0.5", "image", (*_MS, "axes", 0, "type"), ABSENT, "ms.axes-space"),
    ("0.6", "image", (*_SCALE, "type"), ABSENT, "t6.type"),
]
_LINK = ("scene", "coordinateTransformations", 0)
_ACQUISITION = ("plate", "acquisitions", 0)
#: What the official schemas refuse, and the package accepts: kind, place and value.
ALLOWED: list[tuple[str, Loc, Any]] = [
    *(("plate", ("plate", name), None) for name in ("acquisitions", "field_count", "name")),
    *(
        ("plate", (*_ACQUISITION, name), None)
        for name in ("description", "endtime", "maximumfieldcount", "name", "starttime")
    ),
    ("well", ("well", "images", 0, "acquisition"), None),
    ("scene", (*_LINK, "input"), {"name": "world", "path": None}),
    ("scene", (*_LINK, "output", "path"), None),
    ("scene", (*_LINK, "input", "unknown"), 1),
    ("scene", (*_LINK, "output", "unknown"), 1),
]


def _refusals(
    document: Any, kind: str, version: str, shared: Path, *, strict: bool = False
) -> set[tuple[str, str]]:
    """Return what official schemas refuse: their keywords, with the places in the metadata."""
    schemas = official_schemas(shared, version)
    start = metadata_place(version)
    metadata = document.get(*start) if start else document
    names = [*SCHEMAS[kind]]
    if kind == "bioformats2raw" and not (is_object(metadata) and "plate" in metadata):
        names.remove("plate")
    found: set[tuple[str, str]] = set()
    for name in names:
        validator = schemas.get(f"strict_{name}" if strict else name, schemas[name])
        for error in validator.iter_errors(document):
            steps = [*error.absolute_path][len(start) :]
            place = "/".join(step if isinstance(step, str) else "*" for step in steps)
            found.add((error.validator, place))
    return found


def _compare(document: Any, kind: str, version: str, shared: Path) -> None:
    problems = validate(document, version=version, kind=kind).problems
    errors = {problem.rule for problem in problems if problem.level == "error"}
    if not problems:
        assert _refusals(document, kind, version, shared, strict=True) <= PASSED_OVER.keys()
    if errors and SCHEMAS[kind] and not _refusals(document, kind, version, shared):
        assert errors <= BEYOND.keys() | CANNOT_SAY.keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_official_cases_agree_with_the_schemas(
    version: str, shared: Path, subtests: pytest.Subtests
) -> None:
    for case in cases(shared, version):
        with subtests.test(case["id"]):
            kind: Any = KINDS.get(case["kind"], case["kind"])
            _compare(case["attributes"], kind, version, shared)


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=200)
@given(st.data())
def test_mutated_documents_agree_with_the_schemas(
    version: str, shared: Path, data: st.DataObject
) -> None:
    kind, document = data.draw(mutated(version))
    _compare(document, kind, version, shared)


def test_rules_beyond_the_schemas_are_those_of_the_table(shared: Path) -> None:
    """The table is of the rules whose breaches the official schemas do not all refuse."""
    more = [
        Broken(version, kind, rule, _changed(version, kind, loc, value))
        for version, kind, loc, value, rule in REFUSED
    ]
    accepted: set[str] = set()
    for version, kind, rule, document in [*broken_documents(), *more]:
        if SCHEMAS[kind] and not _refusals(document, kind, version, shared):
            errors = {each.rule for each in validate(document, version=version, kind=kind).problems}
            assert rule in errors
            accepted.add(rule)
    assert accepted - CANNOT_SAY.keys() == BEYOND.keys()


def _changed(version: str, kind: str, loc: Loc, value: Any) -> Any:
    """Return a document of a kind that has something else at a place in its metadata."""
    document = next(right for known, right in subjects(version) if known == kind)
    return broken(document, (*metadata_place(version), *loc), value)


def test_refusals_of_the_schemas_not_followed_are_those_of_the_table(shared: Path) -> None:
    """The table has no entry too many."""
    found: set[tuple[str, str]] = set()
    for version, (kind, loc, value) in product(VERSIONS, ALLOWED):
        if kind in {subject.kind for subject in subjects(version)}:
            document = _changed(version, kind, loc, value)
            assert validate(document, version=version, kind=kind).problems == ()
            found |= _refusals(document, kind, version, shared)
    assert found == PASSED_OVER.keys()
