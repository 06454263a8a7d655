"""The catalog of rules, beside the rules of the specification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ome_zarr_models import validate
from ome_zarr_models._reports.catalog import OWN, entries, rules_of, url_of

from ..helpers.factories import VERSIONS

DOCS = Path(__file__).parents[2] / "docs"

#: Rules that say the same as another one, and its name.
SAME = {
    "axes.count-eq-ndim": "ms.axes-ndim",
    "bf2raw.plate-images": "well.image-exists",
    "hcs.empty-well": "schema.images-nonempty",
    "labels.multiscales": "labels.paths-exist",
    "labels.parent-trafo-types": "ms6.top-label-types",
    "ms.ds-dims-axes": "ms.axes-ndim",
    "schema.datasets-nonempty": "ms.datasets",
    "schema6.bijection-both": "t6.bijection-both",
    "storage.levels-same-dtype-diagram": "ms.ds-same-dtype",
    "storage.max-5d": "ms.ds-max5",
}
#: Rules whose severity differs from that of the specification, and why.
LEVELS = {("0.5", "plate.version"): "no schema and no example has it, and 0.6 took it back"}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_rules_of_the_specification_are_in_the_catalog(version: str, shared: Path) -> None:
    known: list[dict[str, Any]] = json.loads((shared / "spec" / "rules.json").read_text())
    kept = rules_of(version)
    for rule in known:
        slug, level = rule["slug"], rule["level"]
        in_scope = rule["scope"] in ("attrs", "array", "tree") and level != "MAY"
        if rule["version"] != version or not in_scope:
            continue
        found = kept[SAME.get(str(slug), str(slug))]
        if slug not in SAME and (version, slug) not in LEVELS:
            assert found.severity == ("error" if level.upper() == "MUST" else "warning"), slug


def test_rule_is_listed_once_with_its_versions() -> None:
    listed = {entry.slug: entry for entry in entries()}
    assert len(listed) == len(entries())
    assert listed["ms.axes-count"].versions == VERSIONS
    assert listed["t6.bydim-cover"].versions == ("0.6",)
    assert listed["scene.io-object"].versions == ("0.6",)
    assert listed["well.path-alnum"].versions == ("0.4", "0.5")
    assert listed["plate.well-exists"].level == "error"
    assert listed["t6.rotation-orthonormal"].level == "error"
    assert all(entry.text and entry.section for entry in entries())


def test_problems_have_links() -> None:
    (problem,) = validate({"labels": [1]}).problems
    assert problem.url == "https://ngff.openmicroscopy.org/0.4/index.html#labels-md"
    assert url_of("missing", "0.4") == ""
    assert url_of("labels.key", None) == ""


def test_rules_of_the_package_are_documented() -> None:
    page = (DOCS / "reports.md").read_text(encoding="utf-8")
    assert [slug for slug in OWN if f"| `{slug}` |" not in page] == []
