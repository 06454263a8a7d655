"""Zarr formats, versions and kinds of groups, and what the metadata of each names."""
