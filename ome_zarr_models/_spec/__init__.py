"""Versions, kinds of groups and Zarr formats: detection, named nodes and repairs, on JSON."""
