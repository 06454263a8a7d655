"""Compare libraries: a table of ratios from the result files of pytest-benchmark."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

BENCHMARKS: Final = {
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
    """Print the table for the results in a folder, in files named ``LIBRARY.ROUND.json``."""
    times: dict[str, dict[str, list[float]]] = {}
    for path in sorted(Path(folder).glob("*.json")):
        library = path.name.split(".")[0]
        results: list[dict[str, Any]] = json.loads(path.read_text())["benchmarks"]
        for result in results:
            benchmark = result["name"].removeprefix("test_")
            medians = times.setdefault(library, {}).setdefault(benchmark, [])
            medians.append(result["stats"]["median"])
    seconds = {
        library: {benchmark: median(rounds) for benchmark, rounds in by_benchmark.items()}
        for library, by_benchmark in times.items()
    }
    for by_benchmark in seconds.values():
        by_benchmark["import"] -= by_benchmark["bare_interpreter"]
    ours = seconds.pop("attrs")
    lines = [["", "time", *seconds], ["---", "---:", *("---:" for _ in seconds)]]
    for benchmark, description in BENCHMARKS.items():
        ratios = [
            f"{theirs[benchmark] / ours[benchmark]:.1f} x" if benchmark in theirs else "-"
            for theirs in seconds.values()
        ]
        lines.append([description, _format(ours[benchmark]), *ratios])
    for line in lines:
        sys.stdout.write(f"| {' | '.join(line)} |\n")
    pairs = ("open", "read_files"), ("open_plate", "read_plate")
    image, plate = (ours[opening] / ours[reading] for opening, reading in pairs)
    sys.stdout.write(
        f"\nOpening an image takes {image:.1f} x as long as reading and parsing its files,"
        f" a plate {plate:.1f} x.\n"
    )


def _format(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us"
    return f"{seconds * 1e3:.3g} ms"


if __name__ == "__main__":
    main(sys.argv[1])
