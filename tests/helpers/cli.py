"""The command line, called as a function."""

from __future__ import annotations

from ome_zarr_models._cli import main  # the entry point of the script


def run(*arguments: str) -> int:
    """Run the command line with arguments; return its exit status."""
    return main(arguments)
