"""Reports: validation, the catalog of rules, and output formats."""
