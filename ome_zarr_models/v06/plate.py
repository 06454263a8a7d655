"""The metadata of plates of OME-Zarr 0.6."""

from ..common._reexports import reexport
from ..common.plate import Acquisition, Column, Plate, Row, WellInPlate

__all__ = ["Acquisition", "Column", "Plate", "Row", "WellInPlate"]

reexport(globals())
