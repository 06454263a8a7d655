"""The rules of the specification: a module for each part of the metadata."""
