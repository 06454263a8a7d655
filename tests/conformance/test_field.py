"""What other programs write: read, validated, fixed, written and converted as expected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ..helpers.field import failures_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..helpers.servers import Served


@pytest.mark.filterwarnings("ignore::ome_zarr_models.ValidationWarning")
def test_cases_of_the_field(
    shared: Path, tmp_path: Path, server: Served, subtests: pytest.Subtests
) -> None:
    file = shared / "cases" / "field.json"
    if not file.exists():
        pytest.skip("the cases of other programs' files are not on this machine")
    cases: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    assert cases
    for case in cases:
        with subtests.test(case["name"]):
            folder = tmp_path / case["name"]
            folder.mkdir()
            server.reset()
            failures = [*failures_of(case, folder, server)]
            assert not failures, "\n".join(failures)
