"""Valid documents that are changed in a few places, and documents that break a rule."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from hypothesis import strategies as st

from ome_zarr_models import unstructure

from .cases import SUBJECTS_06, load
from .factories import (
    ABSENT,
    VERSIONS,
    Loc,
    broken,
    image,
    image_label,
    metadata_of,
    metadata_place,
    plate,
    stored,
    well,
)
from .opened import structure
from .strategies import LABELS, multiscales
from .systems import MAKERS, document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Values of all types. No float is a whole number, which JSON Schema takes for an integer.
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 1, 7, 300, -0.5, 0.5, 2.5),
    *("", "a", "A/1", "a b", "ä", "..", "__a", "0.4", "scale", "translation", "space", "time"),
    *([], [1], ["a"], [0, 1], [[1, 0], [0, 1]], {}, {"a": 1}, {"name": "a"}),
)


#: The kinds of the documents of 0.6 whose names are not their kinds.
_KINDS = {"image of cells": "image", "image label": "image-label", "registration": "scene"}


class Subject(NamedTuple):
    """The attributes of a group of a kind."""

    kind: str
    document: Any


@cache
def subjects(version: str) -> tuple[Subject, ...]:
    """Return valid documents of a version, with all that is recommended."""
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
        found += [(_KINDS.get(name, name), MAKERS[name]()) for name in names]
    return tuple(Subject(kind, stored(metadata, version)) for kind, metadata in found)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)


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


def put(document: Any, place: tuple[Any, ...], value: Any) -> None:
    """Put a value at a place in a document, if it is still there."""
    *way, last = place
    try:
        for step in way:
            document = document[step]
        document[last] = value
    except (KeyError, IndexError, TypeError):
        pass


def instead_of(value: Any) -> list[Any]:
    """Return other values for a place."""
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
    """Return a valid document of an image or a label image, with any optional keys."""
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
    """Yield documents that break a rule: those of all cases of documents."""
    for version in VERSIONS:
        start = metadata_place(version)
        for name in ("images", "label-images", "plates"):
            for case in load(f"0.4/{name}"):
                ((loc, value),) = case.changes
                # In 0.6, multiscales have other keys, and cases of their own.
                is_other = version == "0.6" and name != "plates"
                if is_other and (loc[0] == "multiscales" or "version" in loc):
                    continue
                if case.level == "error" and version in case.versions:
                    document: Any = stored(metadata_of(case.what, version), version)
                    document = broken(document, (*start, *loc), value)
                    yield Broken(version, case.what, case.rule, document)
    for name in SUBJECTS_06:
        for case in load(f"0.6/{name}"):
            if case.level == "error":
                document = case.applied(document_of(case.what))
                yield Broken("0.6", _KINDS.get(case.what, case.what), case.rule, document)
