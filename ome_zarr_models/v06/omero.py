"""OMERO metadata of OME-Zarr 0.6."""

from ..common.omero import Channel, Omero, Window

__all__ = ["Channel", "Omero", "Window"]
