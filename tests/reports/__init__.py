"""Tests of reports and of the catalog of rules."""
