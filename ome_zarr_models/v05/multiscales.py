"""Multiscales of OME-Zarr 0.5."""

from ..common.multiscales import Dataset, Multiscale

__all__ = ["Dataset", "Multiscale"]
