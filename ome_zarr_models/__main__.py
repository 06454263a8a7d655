"""Run the command line: ``python -m ome_zarr_models``."""

import sys

from ._cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
