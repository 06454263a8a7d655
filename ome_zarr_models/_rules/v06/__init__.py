"""Rules that only OME-Zarr 0.6 has."""
