"""Tests of changes to stored hierarchies."""
