"""Valid documents of every kind are read by the generated functions alone."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models._models.model import Model
from ome_zarr_models._models.structure import attempt
from ome_zarr_models._models.types import is_ours, keys, models_of

from ..helpers.factories import VERSIONS, metadata_of, stored
from ..helpers.systems import scene
from ..helpers.versions import attributes_class, group_classes

KINDS = [(version, kind) for version in VERSIONS for kind in group_classes(version)]


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_fast_pass_reads_every_kind(
    version: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> None:
        msg = "the constructor of a class of the package was called"
        raise AssertionError(msg)

    monkeypatch.setattr(Model, "__attrs_post_init__", refuse)
    metadata = scene() if kind == "scene" else metadata_of(kind, version)
    document = stored(metadata, version)
    assert attempt(document, attributes_class(version, kind)) is not None


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_classes_of_the_package_are_recognized(version: str, kind: str) -> None:
    left = [attributes_class(version, kind)]
    seen: set[Any] = set()
    while left:
        model = left.pop()
        assert is_ours(model)
        seen.add(model)
        left += [part for key in keys(model) for part in models_of(key.type) if part not in seen]
