"""Plates of 0.5."""

from ..common.plate import Acquisition, Column, Plate, Row, WellInPlate

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]
