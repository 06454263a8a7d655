"""Documents that are like valid ones, but for a few places in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hypothesis import strategies as st

from ome_zarr_models._values import is_list, is_object

from .documents import ABSENT, Loc, broken, image, image_label, plate, stored, well
from .test_rules_06 import MAKERS

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Values of all types. No float among them is an integer, which JSON Schema takes it for.
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 1, 7, 300, -0.5, 0.5, 2.5),
    *("", "a", "A/1", "a b", "ä", "..", "__a", "0.4", "scale", "translation", "space", "time"),
    *([], [1], ["a"], [0, 1], [[1, 0], [0, 1]], {}, {"a": 1}, {"name": "a"}),
)


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
        kinds = {"image": "image", "image of cells": "image"}
        kinds |= {"scene": "scene", "registration": "scene"}
        found += [(kind, MAKERS[name]()) for name, kind in kinds.items()]
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
    elif type(value) in (int, float):
        found += [-value, value + 1]
    return found


@st.composite
def mutated(draw: st.DrawFn, version: str) -> Subject:
    """Return a document of a version that differs from a valid one in up to 3 places."""
    kind, document = draw(st.sampled_from(subjects(version)))
    for _ in range(draw(st.integers(0, 3))):
        known = [*places(document)]
        if known:
            loc, value = draw(st.sampled_from(known))
            document = broken(document, loc, draw(st.sampled_from(instead_of(value))))
    return Subject(kind, document)
