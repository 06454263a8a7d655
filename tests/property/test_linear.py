"""Time and memory grow linearly with the input, and with the number of its defects."""

from __future__ import annotations

import gc
import tracemalloc
import warnings
from contextlib import suppress
from time import process_time
from typing import TYPE_CHECKING, Any, Final

import pytest

from ome_zarr_models import (
    Problem,
    ValidationError,
    ValidationWarning,
    dumps,
    loads,
    open_ome_zarr,
    repair,
    structure,
    unstructure,
    validate,
)
from ome_zarr_models._reports.render import to_sarif
from ome_zarr_models.exceptions import MAX_MESSAGE

from ..helpers.hostile import DOCUMENTS, HIERARCHIES, TEXTS
from ..helpers.stores import memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from ome_zarr_models._reports.report import Report

_NOTICEABLE: Final = 0.02  # of a second; below, the rest of the machine is measured
_MOST: Final = 10  # times as long for four times as much, and 4 if it is exactly linear
_ATTEMPTS: Final = 4


def _read_document(document: Any) -> Report:
    report = validate(document)
    with suppress(ValidationError):
        structure(document)
    repair(document)
    if report.model is not None:
        unstructure(report.model)
        with suppress(ValidationError):  # NaN cannot be written
            model: Any = report.model
            loads(dumps(model), model.__class__)
    return report


def _read_store(documents: Any) -> Report:
    store = memory(documents)
    with suppress(ValidationError):
        open_ome_zarr(store)
    return validate(store)


def _read_text(text: bytes) -> Report:
    with suppress(ValidationError):
        loads(text)
    return _read_store({".zgroup": {"zarr_format": 2}, ".zattrs": text})


def _show(report: Report) -> None:
    text = str(report)
    report.to_dict()
    report.to_row()
    to_sarif([report])
    for problem in report.problems:
        assert len(problem.message) <= MAX_MESSAGE
    assert len(text) <= 400 + 500 * len(report.problems)


def _seconds(read: Callable[[Any], Report], value: Any) -> float:
    gc.collect()
    gc.disable()
    try:
        begin = process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidationWarning)
            _show(read(value))
        return process_time() - begin
    finally:
        gc.enable()


def _assert_linear(read: Callable[[Any], Report], make: Callable[[int], Any], n: int) -> None:
    few, many = make(n), make(4 * n)
    _seconds(read, few)  # what is done once
    ratio = 0.0
    shortest, longest = float("inf"), float("inf")
    for _ in range(_ATTEMPTS):
        shortest = min(shortest, _seconds(read, few))
        longest = min(longest, _seconds(read, many))
        ratio = longest / max(shortest, 1e-6)
        if longest < _NOTICEABLE or ratio < _MOST:
            return
    pytest.fail(f"{ratio:.1f} times as long for four times as much: {longest:.3f} s")


@pytest.mark.slow
@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_time_for_documents_is_linear(make: Callable[[int], Any]) -> None:
    _assert_linear(_read_document, make, 400)


@pytest.mark.slow
@pytest.mark.parametrize("make", HIERARCHIES.values(), ids=list(HIERARCHIES))
def test_time_for_hierarchies_is_linear(make: Callable[[int], Any]) -> None:
    _assert_linear(_read_store, make, 100)


@pytest.mark.slow
@pytest.mark.parametrize("make", TEXTS.values(), ids=list(TEXTS))
def test_time_for_texts_is_linear(make: Callable[[int], bytes]) -> None:
    _assert_linear(_read_text, make, 1000)


def _memory(document: Any) -> int:
    """Return the most bytes that are in use while a document is read and reported."""
    tracemalloc.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidationWarning)
            _show(_read_document(document))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_memory_for_documents_is_linear(make: Callable[[int], Any]) -> None:
    _memory(make(100))  # what is kept after the first time
    few, many = _memory(make(200)), _memory(make(400))
    assert many <= 2.5 * few + 20_000


def test_report_lists_every_problem_of_a_list() -> None:
    report = validate(DOCUMENTS["wrong colors"](500))
    found = [problem.loc for problem in report.problems if problem.rule == "label.rgba"]
    assert found == [("image-label", "colors", i, "rgba") for i in range(500)]


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("colors twice", "18, 19 and 180 more"),
        ("rows that differ in case", '"A114", "A115" and 380 more'),
        ("mapAxis", "418, 419 and 380 more"),
        ("mapAxis twice", "18, 19 and 180 more more than once"),
        ("an affine of ragged rows", "0, 1 and 380 more numbers"),
    ],
)
def test_messages_name_the_first_values_and_count_the_rest(name: str, end: str) -> None:
    report = validate(DOCUMENTS[name](400))
    assert any(problem.message.endswith(end) for problem in report.problems)


def test_message_is_cut() -> None:
    message = "x" * (MAX_MESSAGE + 1)
    assert len(Problem("type", "error", "", (), message).message) == MAX_MESSAGE
    assert Problem("type", "error", "", (), message[1:]).message == message[1:]


def test_large_rotation_is_refused_by_its_shape() -> None:
    problems = validate(DOCUMENTS["a rotation"](300**2)).problems
    assert ("t6.rotation-dims", "expected at most 32 rows, one for each axis, got 300") in [
        (problem.rule, problem.message) for problem in problems
    ]
