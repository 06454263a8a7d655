"""Programs that mypy and pyright check, but nothing runs: what public functions return."""
