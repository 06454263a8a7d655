"""Benchmarks of the library and its peers: run ``nox -s bench``."""
