"""A table of ratios from the results of `pytest-benchmark`, one file for each run of a library."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

WORK: Final = {
    "import": "import (over the bare interpreter)",
    "parse": "parse: JSON object to model, all rules",
    "loads": "loads: JSON text to model, all rules",
    "dumps": "dumps: model to JSON text",
    "construct": "construct: model from parts",
    "open": "open: group with its arrays, local",
    "validate": "validate: path, local",
    "open_05": "open: 0.5 image with its arrays, local",
    "scan": "scan: 200 images of 0.5, local, one process",
    "parse_plate": "parse: a plate of 384 wells",
    "dumps_plate": "dumps: a plate of 384 wells",
    "parse_06": "parse: a 0.6 image",
    "parse_scene": "parse: a 0.6 scene of 200 images",
    "transform_points": "map: 1,000 points by scale, rotation and translation",
    "open_plate": "open: a plate of 96 wells, 2 fields, 3 levels, local",
}


def main(folder: str) -> None:
    """Print the table of the results in a folder: files named ``LIBRARY.ROUND.json``."""
    times: dict[str, dict[str, list[float]]] = {}
    for path in sorted(Path(folder).glob("*.json")):
        library = path.name.split(".")[0]
        results: list[dict[str, Any]] = json.loads(path.read_text())["benchmarks"]
        for result in results:
            work = result["name"].removeprefix("test_")
            times.setdefault(library, {}).setdefault(work, []).append(result["stats"]["median"])
    seconds = {
        library: {work: median(found) for work, found in of_library.items()}
        for library, of_library in times.items()
    }
    for of_library in seconds.values():
        of_library["import"] -= of_library["bare_interpreter"]
    ours = seconds.pop("attrs")
    lines = [["", "time", *seconds], ["---", "---:", *("---:" for _ in seconds)]]
    for work, described in WORK.items():
        ratios = [
            f"{theirs[work] / ours[work]:.1f} x" if work in theirs else "-"
            for theirs in seconds.values()
        ]
        lines.append([described, _show(ours[work]), *ratios])
    for line in lines:
        sys.stdout.write(f"| {' | '.join(line)} |\n")
    pairs = ("open", "read_files"), ("open_plate", "read_plate")
    image, plate = (ours[work] / ours[files] for work, files in pairs)
    sys.stdout.write(
        f"\nOpening takes {image:.1f} x what reading and parsing the files takes,"
        f" {plate:.1f} x for the plate.\n"
    )


def _show(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us"
    return f"{seconds * 1e3:.3g} ms"


if __name__ == "__main__":
    main(sys.argv[1])
