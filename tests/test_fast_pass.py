"""Valid documents of every kind are read by the generated functions alone."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models._models.model import Model
from ome_zarr_models._models.structure import attempt
from ome_zarr_models._models.types import is_ours, keys, models_of
from ome_zarr_models._spec.versions import VERSIONS as SPECS

from . import documents

SCENE = {
    "coordinateSystems": [{"name": "world", "axes": [documents.AXES["y"], documents.AXES["x"]]}],
    "coordinateTransformations": [
        {
            "type": "identity",
            "input": {"path": "a", "name": "physical"},
            "output": {"name": "world"},
        }
    ],
}


def metadata(kind: str, version: str) -> dict[str, Any]:
    """Return the metadata of a kind of group."""
    others: dict[str, dict[str, Any]] = {
        "bioformats2raw": {"bioformats2raw.layout": 3},
        "labels": {"labels": ["nuclei"]},
        "series": {"series": ["0"]},
        "scene": {"scene": SCENE},
    }
    match kind:
        case "image":
            return documents.image(version=version)
        case "image-label":
            return documents.image_label(version=version)
        case "plate":
            return documents.plate(version=version)
        case "well":
            return documents.well(version=version)
        case _:
            return others[kind]


KINDS = [(name, kind.name) for name, spec in SPECS.items() for kind in spec.kinds]


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_fast_pass_reads_every_kind(
    version: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> None:
        msg = "the constructor of a class of the package was called"
        raise AssertionError(msg)

    monkeypatch.setattr(Model, "__attrs_post_init__", refuse)
    document = documents.stored(metadata(kind, version), version)
    assert attempt(document, SPECS[version].kind(kind).attributes_class()) is not None


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_classes_of_the_package_are_known_as_such(version: str, kind: str) -> None:
    left = [SPECS[version].kind(kind).attributes_class()]
    seen: set[Any] = set()
    while left:
        model = left.pop()
        assert is_ours(model)
        seen.add(model)
        left += [part for key in keys(model) for part in models_of(key.type) if part not in seen]
