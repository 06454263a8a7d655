"""Tests of reading hierarchies from stores."""
