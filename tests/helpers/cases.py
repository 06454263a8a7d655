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


class Case(NamedTuple):
    """A case; ``tests/cases/README.md`` explains the fields, which are empty if it has none."""

    what: str
    changes: tuple[tuple[Loc, Any], ...]
    rule: str = ""
    level: str = ""
    place: Loc = ()
    node: str = ""
    rules: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    allows: str = ""
    warns: tuple[str, ...] = ()
    versions: tuple[str, ...] = VERSIONS

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
    return tuple(_case(**fields) for fields in read(name))


def _case(
    *,
    changes: list[dict[str, Any]] | None = None,
    loc: list[Any] | None = None,
    place: list[Any] | None = None,
    problems: Iterable[dict[str, str]] = (),
    **fields: Any,
) -> Case:
    change = {key: fields.pop(key) for key in ("value", "absent") if key in fields}
    made = [{"loc": loc, **change}] if changes is None else changes
    return Case(
        changes=tuple((tuple(each["loc"]), _value(each)) for each in made),
        place=tuple(place or loc or ()),
        problems=tuple((each["rule"], each["node"]) for each in problems),
        **{key: tuple(each) if isinstance(each, list) else each for key, each in fields.items()},  # pyright: ignore[reportUnknownArgumentType] - of anything
    )


def _value(change: dict[str, Any]) -> Any:
    return ABSENT if change.get("absent") else change["value"]


def every(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Return the mark of a test that is run for each of some cases."""
    return pytest.mark.parametrize("case", [*cases], ids=str)
