"""The official cases and schemas, which are in a folder beside the checkout."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from .factories import multiscale

if TYPE_CHECKING:
    from pathlib import Path

#: The suite's name of a kind, where it differs from the package's.
KINDS: dict[str, str] = {"bf2raw": "bioformats2raw", "transformation": "scene"}


def cases(shared: Path, version: str) -> list[dict[str, Any]]:
    """Return the official cases of a version."""
    text = (shared / "conformance" / f"cases-{version}.json").read_text()
    # Those of 0.6 were written for its release candidate.
    cases: list[dict[str, Any]] = json.loads(text.replace('"0.6rc0"', '"0.6"'))
    assert len(cases) > 50
    for case in cases:
        if case["kind"] == "transformation":
            case["attributes"] = _scene_of(case["attributes"])
    return cases


def _scene_of(fragment: dict[str, Any]) -> dict[str, Any]:
    """Return the scene of transformations, or of one whose systems are not given."""
    if "coordinateTransformations" not in fragment:
        systems = [
            {"name": fragment[end]["name"], "axes": multiscale("yx")["axes"]}
            for end in ("input", "output")
        ]
        fragment = {"coordinateSystems": systems, "coordinateTransformations": [fragment]}
    return {"ome": {"version": "0.6", "scene": fragment}}


@cache
def official_schemas(shared: Path, version: str) -> dict[str, Any]:
    """Return the validators of the official schemas of a version, by their names."""
    folder = shared / "conformance" / "schemas" / version
    schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.schema")}
    registry: Registry[Any] = Registry()
    for schema in schemas.values():
        registry = registry.with_resource(schema["$id"], DRAFT202012.create_resource(schema))
    return {
        name: Draft202012Validator(schema, registry=registry) for name, schema in schemas.items()
    }
