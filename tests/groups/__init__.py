"""Tests of what the groups of each kind can do."""
