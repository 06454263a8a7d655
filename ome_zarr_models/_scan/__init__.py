"""Reports on many hierarchies, and tables of them."""
