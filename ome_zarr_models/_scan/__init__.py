"""Scans: reports on many hierarchies, and tables of these reports."""
