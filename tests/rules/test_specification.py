"""The rules of the package, beside those of the specification."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ome_zarr_models import _rules
from ome_zarr_models._rules import axes

from ..helpers.cases import SUBJECTS_06, load

if TYPE_CHECKING:
    from pathlib import Path

NEW = (
    "cs.",
    "ms6.",
    "t6.",
    "scene.",
    "schema6.",
    "meta.",
    "axes.discrete-bool",
    "axes.longname-string",
    "axes.name-nonempty",
    "axes.type-known",
    "ms.cs",
    "ms.axes-",
    "ms.ds-same-dtype",
    "well.path-",
    "labels.parent-",
    "may.",
    "may6.",
)
#: Why a rule of the specification is broken by no case.
UNCHECKED = {
    "labels.parent-multiscales": "labels are looked for only in a group with multiscales",
    "labels.parent-trafo-types": "the same as ms6.top-label-types, but for sequences: see allowed",
    "schema6.bijection-both": "the same as t6.bijection-both, which is a MUST",
}


def test_each_rule_of_0_6_has_a_case(shared: Path) -> None:
    rules = json.loads((shared / "spec" / "rules.json").read_text())
    new = {
        rule["slug"]: rule["level"]
        for rule in rules
        if rule["version"] == "0.6"
        and rule["scope"] in ("attrs", "array", "tree")
        and rule["slug"].startswith(NEW)
    }
    tested: set[str] = set()
    for name in (*SUBJECTS_06, "trees", "nodes"):
        for case in load(f"0.6/{name}"):
            tested |= {case.rule, *case.rules, *(rule for rule, _ in case.problems)}
    allowed = {case.allows for case in load("0.6/allowed")}
    demanded = {slug for slug, level in new.items() if level != "MAY"}
    assert demanded - tested == UNCHECKED.keys()
    assert new.keys() - demanded == allowed - UNCHECKED.keys()


def test_all_rules_are_of_the_specification(shared: Path) -> None:
    known = {rule["slug"] for rule in json.loads((shared / "spec" / "rules.json").read_text())}
    slugs = {rule.slug for rule in _all_rules() if not rule.slug.startswith("plausible.")}
    assert slugs <= known | {"nesting", "bf2raw.beside"}


def _all_rules() -> set[Any]:
    """Return the rules of all modules of rules."""
    modules = [
        import_module(module.name)
        for module in pkgutil.walk_packages(_rules.__path__, f"{_rules.__name__}.")
    ]
    values = (value for module in modules for value in vars(module).values())
    return {value for value in values if isinstance(value, type(axes.NAME))}
