"""Tests of stores, arrays and groups of Zarr."""
