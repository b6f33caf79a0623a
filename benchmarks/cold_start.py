"""From process start to the answer: `kutip ask` against importing sentence-transformers.

    python benchmarks/cold_start.py COLLECTION [--runs 7]

Both are timed alternately in one run, since machines are noisy; the figure is their ratio.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

QUESTION = "What did Vietnam agree with Japan on training?"


def main() -> None:
    """Time both and print one JSON object, times in seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    ask = [sys.executable, "-m", "kutip", "ask", QUESTION, "--json", "--collection",
           options.collection]  # fmt: skip
    load = [sys.executable, "-c", "import sentence_transformers"]
    times: dict[str, list[float]] = {"ask": [], "import": []}
    for _ in range(options.runs):
        for name, command in (("ask", ask), ("import", load)):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    medians = {name: round(statistics.median(values), 2) for name, values in times.items()}
    print(
        json.dumps(
            {
                "kutip ask": medians["ask"],
                "import sentence_transformers": medians["import"],
                "ratio": round(medians["ask"] / medians["import"], 2),
                "slowest ask": round(max(times["ask"]), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
