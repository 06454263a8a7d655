"""The quick look at an image and its arrays."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import structure
from ome_zarr_models._reading.checks import unchecked
from ome_zarr_models.v04 import ArraySpec, Image
from ome_zarr_models.v04.image import ImageAttrs

from ..helpers.factories import image, omero

LENGTHS = st.integers(1, 3)


@given(st.data(), st.integers(1, 3))
def test_image_that_passes_at_a_glance_breaks_no_rule(data: st.DataObject, levels: int) -> None:
    axes = data.draw(st.sampled_from(["yx", "cyx", "zyx"]))
    members: dict[str, Any] = {}
    for level in range(levels):
        ndim = data.draw(st.sampled_from([len(axes)] * 5 + [2, 3]))
        shape = data.draw(st.lists(LENGTHS, min_size=ndim, max_size=ndim))
        separator: Any = data.draw(st.sampled_from([*"/////."]))
        members[str(level)] = ArraySpec(
            shape=shape, chunks=[1] * len(shape), dtype="<u2", dimension_separator=separator
        )
    document = {**image(axes, levels), "omero": omero(data.draw(LENGTHS))}
    if data.draw(st.booleans()):
        members.pop("0")
    read = unchecked(Image, attributes=structure(document, ImageAttrs), members=members)
    is_right = not any(
        list(rule.findings(read)) for rule in Image.tree_rules if rule.severity == "error"
    )
    assert is_right or not read.passes_at_a_glance()
