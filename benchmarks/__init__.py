"""How fast the library is, beside its peers: ``nox -s bench``."""
