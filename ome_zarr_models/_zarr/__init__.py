"""Stores, arrays and groups of Zarr: nothing of OME."""
