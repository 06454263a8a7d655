"""Parts of the metadata that versions have each in their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._models.model import Model

if TYPE_CHECKING:
    from ..exceptions import Problem

__all__ = ["Versioned"]


class Versioned(Model):
    """A part of the metadata that another version has in its own way."""

    __slots__ = ()

    def to_version(self, version: str, *, losses: list[Problem] | None = None) -> Any:
        """
        Return this part as another version of the specification has it.

        Parameters
        ----------
        version : str
            The version, such as ``"0.5"``.
        losses : list of Problem, optional
            Gets a problem for each thing that the version cannot say. If it is not given,
            there must be none.

        Raises
        ------
        ValidationError
            If something would be lost, and `losses` is not given.
        """
        from .._migrate.groups import migrate_part  # models are often wanted without it

        return migrate_part(self, version, losses)
