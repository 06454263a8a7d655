"""Multiscales of OME-Zarr 0.5."""

from ..common._reexports import reexport
from ..common.multiscales import Dataset, Multiscale

__all__ = ["Dataset", "Multiscale"]

reexport(globals())
