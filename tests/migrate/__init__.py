"""Tests of conversions between versions."""
