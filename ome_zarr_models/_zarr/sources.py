"""Where a group was read, so that what is not in it can be read there later."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attrs import frozen

from .._paths import join
from .documents import folder_of

if TYPE_CHECKING:
    from .store import Location


@frozen
class Source:
    """The place at which a group was read; a store that cannot be pickled stays behind."""

    location: Location

    @property
    def uri(self) -> str:
        """The place as a person reads it."""
        return self.location.uri

    def is_at(self, location: Location) -> bool:
        """Return whether a location is the same place."""
        own, other = self.location, location
        folders = [_folder(each) for each in (own, other)]
        if None not in folders:
            return folders[0] == folders[1]
        is_same = own.place is other.place or (
            not _is_in_memory(own.place) and own.place == other.place
        )
        return is_same and own.path == other.path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        import pickle  # which has begun already

        try:
            if not _is_in_memory(self.location.place):
                pickle.dumps(self.location.place)
                return Source, (self.location,)
        except Exception:  # noqa: BLE001, S110 - pickling may raise anything
            pass
        return _nowhere, ()


def _nowhere() -> None:
    """Return what a source is in another process, where its store is not."""


def _is_in_memory(place: Any) -> bool:
    return type(place).__name__ == "MemoryStore"


def _folder(location: Location) -> str | None:
    folder = folder_of(location.place)
    return None if folder is None else os.path.realpath(join(folder, location.path))
