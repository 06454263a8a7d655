"""Metadata classes that several versions share: a version re-exports or subclasses them."""
