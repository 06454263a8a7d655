"""Tests of the rules of the specification."""
