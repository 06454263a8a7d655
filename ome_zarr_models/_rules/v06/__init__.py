"""The rules that OME-Zarr 0.6 alone has."""
