"""Tests of what holds for every document and every hierarchy."""
