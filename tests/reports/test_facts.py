"""Facts about an image."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models import scan, validate
from ome_zarr_models._reports.facts import Facts

from ..helpers.factories import (
    ABSENT,
    array,
    broken,
    collection,
    hierarchy,
    image,
    plate_hierarchy,
    stored,
)
from ..helpers.stores import memory

MS = ("multiscales", 0)
PATH = {"type": "scale", "path": "p"}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (plate_hierarchy(), Facts(wells=2)),
        (collection(), Facts()),
        (
            {**hierarchy(image("yx", 1)), "0/.zarray": array("yx", 0, "<f4")},
            Facts(("y", "x"), (64, 64), "<f4", 1, (0.5, 0.5), ("micrometer",) * 2, 2, 0),
        ),
        (
            hierarchy(broken(image("cyx", 1), ("omero",), ABSENT)),
            Facts(
                ("c", "y", "x"),
                (2, 64, 64),
                "<u2",
                1,
                (1.0, 0.5, 0.5),
                (None, "micrometer", "micrometer"),
                2,
                0,
            ),
        ),
        (broken(hierarchy(), (".zattrs", *MS, "axes"), 3), Facts()),
        (
            broken(
                hierarchy(image("yx", 1)),
                (".zattrs", *MS, "datasets", 0, "coordinateTransformations", 0),
                PATH,
            ),
            Facts(("y", "x"), (64, 64), "<u2", 1, None, ("micrometer",) * 2, 2, 0),
        ),
        (
            {**hierarchy(image("yx", 1)), "0/.zarray": b"{", "labels/.zgroup": b"{"},
            Facts(("y", "x"), None, None, 1, (0.5, 0.5), ("micrometer",) * 2, 2, None),
        ),
    ],
)
def test_facts_of_an_image(documents: dict[str, Any], expected: Facts) -> None:
    (report,) = scan([memory(documents)])
    assert report.facts == expected


def test_facts_depend_on_the_depth() -> None:
    (report,) = scan([memory(hierarchy(image("yx", 1)))], depth="attributes")
    assert report.facts == Facts(("y", "x"), None, None, 1, (0.5, 0.5), ("micrometer",) * 2, 2)
    (report,) = scan([memory(hierarchy(image("yx", 1)))], depth="arrays")
    assert report.facts is not None
    assert (report.facts.shape, report.facts.labels) == ((64, 64), None)
    (report,) = scan([stored(image("yx", 1, "0.6"), "0.6")])
    assert report.facts == Facts(("y", "x"), None, None, 1, (0.5, 0.5), ("micrometer",) * 2, 2)
    assert validate({"labels": ["a"]}).to_row()["axes"] is None
