"""Plates of 0.4."""

from __future__ import annotations

from attrs import field, frozen

from .._models.fields import key
from .._rules import plates as rules
from ..common import plate
from ..common.plate import Acquisition, Column, Row, WellInPlate

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]


@frozen(kw_only=True, repr=False)
class Plate(plate.Plate):
    """
    A plate: its rows, its columns, and the wells that were imaged.

    Beyond what all versions have, 0.4 writes its version here.

    Parameters
    ----------
    rows, columns, wells : sequence
        As in all versions.
    acquisitions, field_count, name, extra : optional
        As in all versions.
    version : str, optional
        The version of the specification, ``"0.4"``.
    """

    spec_rules = (*plate.Plate.spec_rules, rules.version_04)

    version: str | None = field(default=None, metadata=key(rules.VERSION, rules.VERSION_STRING))
