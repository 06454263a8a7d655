"""Tests of versions and kinds, and of what a reader repairs."""
