"""Documents that are like valid ones, but for a few places in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hypothesis import strategies as st

from ome_zarr_models import structure, unstructure
from ome_zarr_models._json.values import is_list, is_object, not_json
from ome_zarr_models._spec.versions import VERSIONS as SPECS

from . import test_plates, test_rules, test_rules_06
from .documents import ABSENT, VERSIONS, Loc, broken, image, image_label, plate, stored, well
from .test_properties import LABELS, multiscales

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Values of all types. No float among them is an integer, which JSON Schema takes it for.
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 1, 7, 300, -0.5, 0.5, 2.5),
    *("", "a", "A/1", "a b", "ä", "..", "__a", "0.4", "scale", "translation", "space", "time"),
    *([], [1], ["a"], [0, 1], [[1, 0], [0, 1]], {}, {"a": 1}, {"name": "a"}),
)


#: The kinds of documents of the tests of 0.6 that are not called by it.
_KINDS = {"image of cells": "image", "image label": "image-label", "registration": "scene"}


class Subject(NamedTuple):
    """The attributes of a group of a kind."""

    kind: str
    document: Any


@cache
def subjects(version: str) -> tuple[Subject, ...]:
    """Return valid documents of a version, which have all that it recommends."""
    found = [
        ("image", image("yx", version=version)),
        ("image", image("tczyx", 1, version)),
        ("image-label", image_label("zyx", version=version)),
        ("plate", plate(version=version)),
        ("well", well(version=version)),
        ("bioformats2raw", {"bioformats2raw.layout": 3, **plate(version=version)}),
        ("series", {"series": ["0", "1"]}),
        ("labels", {"labels": ["cells"]}),
    ]
    if version == "0.6":
        names = ("image", "image of cells", "scene", "registration")
        found += [(_KINDS.get(name, name), test_rules_06.MAKERS[name]()) for name in names]
    return tuple(Subject(kind, stored(metadata, version)) for kind, metadata in found)


def places(document: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Yield the values in a document, with their places."""
    inside: Any = ()
    if is_object(document):
        inside = document.items()
    elif is_list(document):
        inside = enumerate(document)
    for step, value in inside:
        yield (*loc, step), value
        yield from places(value, (*loc, step))


def instead_of(value: Any) -> list[Any]:
    """Return what there may be instead of a value."""
    found = [ABSENT, *VALUES]
    if is_list(value):
        found += [[*value, *value[:1]], value[1:], value[:-1], value[::-1]]
    elif is_object(value):
        found += [{**value, "unknown": 1}]
    elif type(value) in (int, float):
        found += [-value, value + 1]
    return found


@st.composite
def _made(draw: st.DrawFn, version: str) -> Subject:
    """Return a valid document of an image or a label image, which has whatever it may have."""
    kind = draw(st.sampled_from(["image", "image-label"]))
    metadata: Any = {"multiscales": draw(st.lists(multiscales(), min_size=1, max_size=2))}
    if kind == "image-label":
        metadata["image-label"] = draw(LABELS)
    if version == "0.6":
        older = structure(stored(metadata, "0.5"))
        metadata = unstructure(older.ome.to_version(version, losses=[]))
    return Subject(kind, stored(metadata, version))


@st.composite
def mutated(draw: st.DrawFn, version: str) -> Subject:
    """Return a document of a version that differs from a valid one in up to 3 places."""
    kind, document = draw(st.sampled_from(subjects(version)) | _made(version))
    for _ in range(draw(st.integers(0, 3))):
        known = [*places(document)]
        if known:
            loc, value = draw(st.sampled_from(known))
            document = broken(document, loc, draw(st.sampled_from(instead_of(value))))
    return Subject(kind, document)


class Broken(NamedTuple):
    """The attributes of a group of a version and a kind, and a rule that they break."""

    version: str
    kind: str
    rule: str
    document: Any


def broken_documents() -> Iterator[Broken]:
    """Yield what breaks a rule, of the tables of all rules of documents."""
    for version in VERSIONS:
        for found in (*_broken_images(version), *_broken_plates(version)):
            if not any(not_json(found.document)):
                yield found
    for name, loc, value, rule, _ in test_rules_06.ERRORS:
        document = broken(test_rules_06.document_of(name), loc, value)
        yield Broken("0.6", _KINDS.get(name, name), rule, document)


def _broken_images(version: str) -> Iterator[Broken]:
    place = SPECS[version].place
    for kind, make, rows in (
        ("image", image, test_rules.ERRORS),
        ("image-label", image_label, test_rules.LABEL_ERRORS),
    ):
        for rule, loc, value, _ in rows:
            # In 0.6 multiscales are others, and have a table of their own.
            if version != "0.6" or (loc[0] != "multiscales" and "version" not in loc):
                document: Any = stored(make(version=version), version)
                yield Broken(version, kind, rule, broken(document, (*place, *loc), value))


def _broken_plates(version: str) -> Iterator[Broken]:
    place = SPECS[version].place
    for kind, loc, value, rule, _ in test_plates.ERRORS:
        if version in test_plates.ONLY.get(rule, VERSIONS):
            document = test_plates.document_of(kind, version)
            yield Broken(version, kind, rule, broken(document, (*place, *loc), value))
