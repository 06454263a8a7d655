"""Rules, and values that could not be read."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

from ome_zarr_models._models.rule import UNREAD, Undecidable

if TYPE_CHECKING:
    from collections.abc import Callable


def test_unread_value_raises_whenever_it_is_used() -> None:
    assert repr(UNREAD) == "UNREAD"
    assert not hasattr(UNREAD, "__wrapped__")
    is_one: Callable[[object], bool] = lambda value: value == 1  # noqa: E731 - beside the others
    for touch in (len, bool, hash, list, str, attrgetter("name"), is_one):
        with pytest.raises(Undecidable):
            touch(UNREAD)
