"""
Fuzzing of the readers with broken hierarchies: ``python -m tests.helpers.fuzz SECONDS [SEED]``.

It draws hierarchies, breaks documents of them and bytes of their texts, and checks that all
that reads them keeps its promises. A hierarchy that fails is shown as short as it can be.
"""

from __future__ import annotations

import json
import sys
import warnings
from itertools import count
from secrets import randbits
from time import monotonic
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ome_zarr_models import ValidationError, open_ome_zarr, repair, scan, unstructure, validate
from ome_zarr_models._changes.fix import find_fixes
from ome_zarr_models._zarr.store import locate

from .factories import ABSENT, VERSIONS, broken, collection, hierarchy, image_label, plate_hierarchy
from .mutations import VALUES, instead_of, is_object, places
from .stores import Counting, memory
from .systems import TREES

_ROUND: Final = 100
_DEEP: Final = "[" * 400 + "]" * 400
HOSTILE: Final[tuple[Any, ...]] = (
    *(10**400, -(10**400), 1e308, 5e-324, 2**63, 2**64, float("nan"), float("inf")),
    *("..", "../..", "/etc/passwd", "\0", "a\0b", "C:\\x", "//host/x", ".", "a//b", "%2e%2e"),
    *("1" * 5000, "zarr.json", ".zattrs", "0/../../x", "\u202e", "\ud800", "x" * 5000, "0/" * 100),
    *([[] for _ in range(50)], [0] * 5000, {"": {}}, {"..": 1}, json.loads(_DEEP)),
)


def _trees() -> list[dict[str, Any]]:
    """Return the documents of valid hierarchies of all versions and kinds."""
    found = [make() for make in TREES.values()]
    for version in VERSIONS:
        label = image_label(version=version)
        found += [
            hierarchy(version=version, labels={"nuclei": label}),
            plate_hierarchy(version=version),
            collection(version=version),
        ]
    return [*found, *map(_without_dimension_names, found)]


def _without_dimension_names(documents: dict[str, Any]) -> dict[str, Any]:
    named = [
        key for key, each in documents.items() if is_object(each) and "dimension_names" in each
    ]
    return {
        **documents,
        **{key: broken(documents[key], ("dimension_names",), ABSENT) for key in named},
    }


TREES_OF_ALL: Final = _trees()


@st.composite
def hierarchies(draw: st.DrawFn) -> dict[str, Any]:
    """Return the documents and texts of a hierarchy in which a few are broken."""
    documents: dict[str, Any] = dict(draw(st.sampled_from(TREES_OF_ALL)))
    keys = [key for key, each in documents.items() if not isinstance(each, bytes)]
    for _ in range(draw(st.integers(1, 4))):
        key = draw(st.sampled_from(keys))
        known = [*places(documents[key])]
        if known:
            loc, value = draw(st.sampled_from(known))
            other = draw(st.sampled_from((*HOSTILE, *VALUES, *instead_of(value))))
            documents[key] = broken(documents[key], loc, other)
    texts = {
        key: each if isinstance(each, bytes) else json.dumps(each).encode()
        for key, each in documents.items()
    }
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from(sorted(texts)))
        texts[key] = _spoiled(texts[key], draw)
    return texts


def _spoiled(text: bytes, draw: st.DrawFn) -> bytes:
    """Return a text that is truncated, or changed in one place."""
    start = draw(st.integers(0, len(text)))
    stop = draw(st.integers(start, min(len(text), start + 9)))
    more = draw(st.sampled_from([b"", b"\xff", b"\xef\xbb\xbf", b"NaN", b'"a":1,', b"//", b"{"]))
    return text[:start] if draw(st.booleans()) else text[:start] + more + text[stop:]


def promises_are_kept(texts: dict[str, bytes]) -> None:
    """Fail unless everything that reads a hierarchy keeps its promises."""
    store = Counting(memory(texts))
    report = validate(store)
    errors = [problem for problem in report.problems if problem.level == "error"]
    assert report.status == "valid" if not errors else report.status in ("invalid", "unreadable")
    assert (report.model is None) == bool(errors)
    assert report.requests == len(store.keys) == len(set(store.keys)), "asked twice"
    for key in store.keys:
        steps = key.split("/")
        assert all(steps), f"{key!r} is outside"
        assert not {".", ".."}.intersection(steps), f"{key!r} is outside"
        assert "\0" not in key, f"{key!r} is outside"
    assert json.loads(json.dumps(report.to_dict()))["status"] == report.status
    str(report)
    report._repr_html_()  # pyright: ignore[reportPrivateUsage] - notebooks call it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for policy in ("strict", "repair"):
            try:
                opened = open_ome_zarr(memory(texts), policy=policy)
            except ValidationError as error:
                refused = str(error)
                assert refused, "nothing is said"
                assert errors, "what is valid can be opened"
            else:
                assert policy == "repair" or not errors, "what is invalid is refused"
                unstructure(opened.attributes)
    together = [memory(texts)] * 2
    for again in scan(together):
        assert [str(each) for each in again.problems] == [str(each) for each in report.problems]
    find_fixes(locate(memory(texts)))
    for text in texts.values():
        _repaired_once(text)


def _repaired_once(text: bytes) -> None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not is_object(document):
        return
    document = document.get("attributes", document)
    if not is_object(document):
        return
    repaired, _ = repair(document)
    again, fixes = repair(repaired)
    assert fixes == [], "a repaired document needs no repair"
    assert repr(again) == repr(repaired)


def main(duration: float, first: int) -> int:
    """Draw hierarchies from a seed on until the time is over; return how many were drawn."""
    drawn = 0

    def look(texts: dict[str, bytes]) -> None:
        nonlocal drawn
        drawn += 1
        promises_are_kept(texts)

    end = monotonic() + duration
    for number in count(first):
        if monotonic() > end:
            break
        test = settings(
            max_examples=_ROUND,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )(given(hierarchies())(look))
        seed(number)(test)()
    return drawn


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if sys.argv[1:] else 30
    start = int(sys.argv[2]) if sys.argv[2:] else randbits(32)
    sys.stdout.write(f"the seeds begin at {start}\n")
    sys.stdout.write(f"{main(seconds, start)} hierarchies, all promises kept\n")
