"""Tests of coordinate transformations and of their graph."""
