"""Zarr stores, arrays and groups, without knowledge of OME-Zarr."""
