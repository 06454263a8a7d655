"""Properties of every document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ome_zarr_models import ValidationError, dumps, loads, structure, unstructure, validate
from ome_zarr_models._models.explain import Explainer
from ome_zarr_models._models.recommend import advise, advise_closely
from ome_zarr_models._models.structure import attempt
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v04.image_label import ImageLabelAttrs
from ome_zarr_models.v04.multiscales import Multiscale

from ..helpers.factories import image, image_label, omero
from ..helpers.mutations import places, put
from ..helpers.strategies import FREE, LABELS, multiscales, with_keys


@given(
    with_keys({"multiscales": st.lists(multiscales(), min_size=1, max_size=2)}, {}), st.booleans()
)
def test_image_attributes_round_trip(document: dict[str, Any], with_omero: bool) -> None:  # noqa: FBT001 - drawn
    if with_omero:
        document["omero"] = omero()
    _comes_back(document, ImageAttrs)


@given(with_keys({"multiscales": st.lists(multiscales(), min_size=1, max_size=1)}, {}), LABELS)
def test_label_image_attributes_round_trip(document: dict[str, Any], label: dict[str, Any]) -> None:
    document["image-label"] = label
    _comes_back(document, ImageLabelAttrs)


def _comes_back(document: dict[str, Any], cls: Any) -> None:
    before = json.dumps(document)
    model = structure(document, cls)
    assert unstructure(model) == document
    assert json.dumps(document) == before
    assert unstructure(loads(dumps(model), cls)) == document
    slow = Explainer()
    assert slow.read_model(cls, document) == model
    assert slow.problems == []
    assert validate(document).status == "valid"


IMAGE_PLACES = [loc for loc, _ in places(image())]
LABEL_PLACES = [loc for loc, _ in places(image_label())]


@given(st.data(), st.sampled_from([ImageAttrs, ImageLabelAttrs]))
def test_fast_and_detailed_pass_agree(data: st.DataObject, cls: Any) -> None:
    """What the fast pass accepts, the detailed one accepts too, as the same model."""
    document: Any = image() if cls is ImageAttrs else image_label()
    known = IMAGE_PLACES if cls is ImageAttrs else LABEL_PLACES
    for place in data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3)):
        put(document, place, data.draw(FREE))
    fast = attempt(document, cls)
    slow = Explainer()
    read = slow.read_model(cls, document)
    if fast is not None:
        assert slow.problems == []
        assert read == fast
        assert advise(fast) == advise_closely(fast)
    report = validate(document, kind="image" if cls is ImageAttrs else "image-label")
    assert (report.status == "valid") == (not slow.errors)
    if slow.errors:
        with pytest.raises(ValidationError) as raised:
            structure(document, cls)
        assert raised.value.problems == tuple(slow.problems)
    else:
        assert unstructure(structure(document, cls)) == _as_written(document)


def _as_written(document: Any) -> Any:
    """Return a document in which the paths of translations have their own key."""
    for multiscale in document["multiscales"]:
        for owner in (multiscale, *multiscale["datasets"]):
            for transform in owner.get("coordinateTransformations", ()):
                if isinstance(transform.get("translation"), str):
                    transform["path"] = transform.pop("translation")
    return document


@given(multiscales(), st.data())
def test_multiscale_that_passes_at_a_glance_breaks_no_rule(
    document: dict[str, Any], data: st.DataObject
) -> None:
    """The quick look passes only where no rule is broken."""
    unchecked = Explainer().read_model(Multiscale, document)
    for axis in data.draw(st.lists(st.sampled_from(unchecked.axes), max_size=2)):
        object.__setattr__(
            axis, "type", data.draw(st.sampled_from(["time", "space", "channel", None]))
        )
    for dataset in data.draw(st.lists(st.sampled_from(unchecked.datasets), max_size=2)):
        for transform in dataset.coordinateTransformations[:1]:
            changed = data.draw(st.permutations(transform.scale) | st.just(transform.scale[1:]))
            object.__setattr__(transform, "scale", tuple(changed))
    assume(unchecked.passes_at_a_glance())
    for rule in unchecked.spec_rules:
        if rule.severity == "error":
            assert list(rule.findings(unchecked)) == []
