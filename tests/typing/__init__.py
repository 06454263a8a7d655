"""What public functions return: `results` is for mypy and pyright, and nothing runs it."""
