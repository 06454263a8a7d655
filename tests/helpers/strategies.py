"""Hypothesis strategies of documents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .factories import AXES

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
TEXT = st.text(max_size=5)


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)


FREE = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


EXTRA = st.dictionaries(st.text("uvw", min_size=1, max_size=2), FREE, max_size=2)


def with_keys(
    required: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with some of the optional keys, and with unknown keys."""
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
        transformations = [
            draw(with_keys({"type": st.just("scale"), "scale": st.just(vector)}, {}))
        ]
        if draw(st.booleans()):
            translation = {"type": st.just("translation"), "translation": places}
            transformations.append(draw(with_keys(translation, {})))
        dataset = {"path": TEXT, "coordinateTransformations": st.just(transformations)}
        datasets.append(draw(with_keys(dataset, {})))
    top = [{"type": "scale", "scale": scale}]
    return draw(
        with_keys(
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


_NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/\\%:"), max_size=5)
"""Steps of paths, which lead nowhere else on any system."""


LABELS = with_keys(
    {},
    {
        "colors": st.lists(
            with_keys(
                {"label-value": st.integers()},
                {"rgba": st.lists(st.integers(0, 255), min_size=4, max_size=4)},
            ),
            max_size=3,
            unique_by=lambda color: color["label-value"],
        ),
        "properties": st.lists(with_keys({"label-value": st.integers()}, {}), max_size=3),
        "source": with_keys({}, {"image": _NAMES}),
        "version": TEXT,
    },
)
