"""Plates of 0.4."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from .._rules import Rule
from .._rules import plates as rules
from ..common import plate
from ..common.plate import Acquisition, Column, Row, WellInPlate

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]


@frozen(kw_only=True, repr=False)
class Plate(plate.Plate):
    """
    A plate: the content of ``plate``.

    Its fields are those of all versions; the version is ``"0.4"``.
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (*plate.Plate.__rules__, rules.version_04)
