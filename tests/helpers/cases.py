"""The cases in ``tests/cases``: what is changed in a valid document, and what is reported."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from .factories import ABSENT, VERSIONS, Loc, broken

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = Path(__file__).parents[1] / "cases"
SUBJECTS_06: Final = ("systems", "datasets", "transforms", "scenes", "wells", "metadata")
"""The files of 0.6 whose cases break rules of a document."""


class Case(NamedTuple):
    """A case; ``tests/cases/README.md`` explains the fields, which are empty if it has none."""

    what: str
    changes: tuple[tuple[Loc, Any], ...]
    rule: str
    level: str
    place: Loc
    node: str
    rules: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    allows: str
    warns: tuple[str, ...]
    versions: tuple[str, ...]

    def __str__(self) -> str:
        """Return the name of the case in the name of a test."""
        return f"{self.what} {self.rule or self.allows}".strip()

    def applied(self, document: Any) -> Any:
        """Return a copy of a document with the changes."""
        for loc, value in self.changes:
            document = broken(document, loc, value)
        return document


def read(name: str) -> list[dict[str, Any]]:
    """Return the content of a file of cases, such as ``"0.6/systems"``."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return cases


@cache
def load(name: str) -> tuple[Case, ...]:
    """Return the cases of a file, such as ``"0.6/systems"``."""
    return tuple(_case(document) for document in read(name))


def _case(document: dict[str, Any]) -> Case:
    unknown = document.keys() - {*Case._fields, "loc", "value", "absent"}
    assert not unknown, f"expected fields of a case, got {sorted(unknown)}"
    changes: list[dict[str, Any]] = document.get("changes", [document])
    return Case(
        what=document["what"],
        changes=tuple((tuple(change["loc"]), _value(change)) for change in changes),
        rule=document.get("rule", ""),
        level=document.get("level", ""),
        place=tuple(document.get("place", document.get("loc", ()))),
        node=document.get("node", ""),
        rules=tuple(document.get("rules", ())),
        problems=tuple((each["rule"], each["node"]) for each in document.get("problems", ())),
        allows=document.get("allows", ""),
        warns=tuple(document.get("warns", ())),
        versions=tuple(document.get("versions", VERSIONS)),
    )


def _value(change: dict[str, Any]) -> Any:
    return ABSENT if change.get("absent") else change["value"]


def every(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Return the mark of a test that is run for each of some cases."""
    return pytest.mark.parametrize("case", [*cases], ids=str)
