"""What holds for every document."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ome_zarr_models import (
    ValidationError,
    ValidationWarning,
    dumps,
    loads,
    structure,
    unstructure,
    validate,
)
from ome_zarr_models._json.values import is_list, is_object
from ome_zarr_models._models.explain import Explainer
from ome_zarr_models._models.recommend import advise, advise_closely
from ome_zarr_models._models.structure import attempt
from ome_zarr_models._reading.checks import unchecked
from ome_zarr_models.v04 import ArraySpec, Image
from ome_zarr_models.v04.image import ImageAttrs
from ome_zarr_models.v04.image_label import ImageLabelAttrs
from ome_zarr_models.v04.multiscales import Multiscale

from .documents import AXES, hierarchy, image, image_label, omero
from .stores import keys_in, memory

TEXT = st.text(max_size=5)
NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
FREE = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
EXTRA = st.dictionaries(st.text("uvw", min_size=1, max_size=2), FREE, max_size=2)


def _with(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with some of the optional keys, and with keys that nobody knows."""
    known: Any = st.fixed_dictionaries(required, optional=optional)
    return st.builds(_together, EXTRA, known)


def _together(extra: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    return {**extra, **document}


@st.composite
def multiscales(draw: st.DrawFn) -> dict[str, Any]:
    """Return valid elements of ``multiscales``."""
    names = draw(st.sampled_from(["tczyx", "czyx", "tyx", "zyx", "yx", "cyx"]))
    axes = [{**AXES[name], **draw(EXTRA)} for name in names]
    for axis in axes:
        if draw(st.booleans()):
            axis["unit"] = draw(st.none() | TEXT)
    scales = st.lists(
        st.floats(0.1, 10) | st.integers(1, 9), min_size=len(names), max_size=len(names)
    )
    places = st.lists(NUMBERS, min_size=len(names), max_size=len(names))
    scale: list[float] = draw(scales)
    datasets: list[dict[str, Any]] = []
    for level in range(draw(st.integers(1, 4))):
        vector = [n * 2**level for n in scale]
        transformations = [draw(_with({"type": st.just("scale"), "scale": st.just(vector)}, {}))]
        if draw(st.booleans()):
            translation = {"type": st.just("translation"), "translation": places}
            transformations.append(draw(_with(translation, {})))
        dataset = {"path": TEXT, "coordinateTransformations": st.just(transformations)}
        datasets.append(draw(_with(dataset, {})))
    top = [{"type": "scale", "scale": scale}]
    return draw(
        _with(
            {"axes": st.just(axes), "datasets": st.just(datasets)},
            {
                "coordinateTransformations": st.just(top),
                "metadata": st.none() | st.dictionaries(TEXT, FREE, max_size=2),
                "name": st.none() | TEXT,
                "type": FREE,
                "version": st.just("0.4"),
            },
        )
    )


LABELS = _with(
    {},
    {
        "colors": st.lists(
            _with(
                {"label-value": st.integers()},
                {"rgba": st.lists(st.integers(0, 255), min_size=4, max_size=4)},
            ),
            max_size=3,
            unique_by=lambda color: color["label-value"],
        ),
        "properties": st.lists(_with({"label-value": st.integers()}, {}), max_size=3),
        "source": _with({}, {"image": TEXT}),
        "version": TEXT,
    },
)


@given(_with({"multiscales": st.lists(multiscales(), min_size=1, max_size=2)}, {}), st.booleans())
def test_an_image_comes_back(document: dict[str, Any], with_omero: bool) -> None:  # noqa: FBT001 - drawn
    if with_omero:
        document["omero"] = omero()
    _comes_back(document, ImageAttrs)


@given(_with({"multiscales": st.lists(multiscales(), min_size=1, max_size=1)}, {}), LABELS)
def test_a_label_image_comes_back(document: dict[str, Any], label: dict[str, Any]) -> None:
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


def _places(document: Any, loc: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all values in a document."""
    below: list[tuple[Any, ...]] = []
    if is_object(document):
        below = [(*loc, key) for key in document]
    elif is_list(document):
        below = [(*loc, i) for i in range(len(document))]
    return below + [place for here in below for place in _places(document[here[-1]], here)]


def _put(document: Any, place: tuple[Any, ...], value: Any) -> None:
    """Put a value at a place in a document, if it is still there."""
    *way, last = place
    try:
        for step in way:
            document = document[step]
        document[last] = value
    except (KeyError, IndexError, TypeError):
        pass


IMAGE_PLACES = _places(image())
LABEL_PLACES = _places(image_label())


@given(st.data(), st.sampled_from([ImageAttrs, ImageLabelAttrs]))
def test_whatever_is_wrong_is_found_by_both_passes(data: st.DataObject, cls: Any) -> None:
    """The fast pass is never surer than the detailed one, and both give the same model."""
    document: Any = image() if cls is ImageAttrs else image_label()
    places = IMAGE_PLACES if cls is ImageAttrs else LABEL_PLACES
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        _put(document, place, data.draw(FREE))
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
def test_what_is_usual_breaks_no_rule(document: dict[str, Any], data: st.DataObject) -> None:
    """The short cut of a model is taken only where every rule would have nothing to say."""
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


DOCUMENTS = hierarchy(labels={"nuclei": image_label()})
HIERARCHY_PLACES = _places(DOCUMENTS)
LENGTHS = st.integers(1, 3)


@given(st.data())
def test_whatever_is_wrong_with_a_hierarchy_is_reported(data: st.DataObject) -> None:
    documents: Any = deepcopy(DOCUMENTS)
    for place in data.draw(st.lists(st.sampled_from(HIERARCHY_PLACES), min_size=1, max_size=4)):
        _put(documents, place, data.draw(FREE))
    for key in data.draw(st.lists(st.sampled_from([*DOCUMENTS]), max_size=2)):
        documents.pop(key, None)
    report = validate(memory(documents))
    policies: list[Any] = ["strict", "repair"]
    for policy in policies:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidationWarning)
            try:
                read = Image.from_zarr(memory(documents), policy=policy)
            except ValidationError:
                assert report.status != "valid"
            else:
                assert policy == "repair" or report.status == "valid"
                _is_written_or_refused(read, is_valid=report.status == "valid")


def _is_written_or_refused(read: Image, *, is_valid: bool) -> None:
    store = memory({})
    try:
        read.to_zarr(store)
    except ValidationError:
        assert not is_valid
        assert keys_in(store) == []
    else:
        assert validate(store).status == "valid"


@given(st.data(), st.integers(1, 3))
def test_a_usual_image_breaks_no_rule(data: st.DataObject, levels: int) -> None:
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
    is_right = not any(list(rule.findings(read)) for rule in Image.tree_rules)
    assert is_right or not read.passes_at_a_glance()
