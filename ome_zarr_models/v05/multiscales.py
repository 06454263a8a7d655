"""Multiscales of OME-Zarr 0.5."""

from .._reexports import reexport
from ..common.multiscales import Dataset, Multiscale

__all__ = ["Dataset", "Multiscale"]

reexport(globals())
