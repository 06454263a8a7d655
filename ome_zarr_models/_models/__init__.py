"""Metadata classes: their fields and rules, and how documents are read, written and explained."""
