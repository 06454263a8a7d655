"""Tests of scans of many hierarchies."""
