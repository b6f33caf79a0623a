"""From process start to the answer: `kutip ask` against the same in txtai.

    python benchmarks/peers/environments.py txtai
    PYTHONPATH=. python benchmarks/cold_start.py COLLECTION [--runs 7] [--out FILE]

Both load an index of the same passages and the same model, and answer one question. They are
timed alternately in one run, since machines are noisy; the figure is their ratio. Without that
environment, against importing sentence-transformers alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.facts import facts, keep
from benchmarks.peers.environments import interpreter, made
from benchmarks.peers.material import Material
from benchmarks.peers.serving import QUIET
from index.collection import Collection
from index.encoders.model_package import default_model_directory

QUESTION = "What did Vietnam agree with Japan on training?"


def run(command: Sequence[str | Path]) -> tuple[float, float]:
    """Seconds by the clock and of all processors together, from start to end of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=os.environ | QUIET)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def in_txtai(collection: Path) -> Iterator[list[str | Path]]:
    """The command that asks txtai, over an index of the collection's passages."""
    python, module = interpreter("txtai"), ("-m", "benchmarks.peers.cold_txtai")
    with tempfile.TemporaryDirectory(prefix="kutip-") as folder:
        index, material = Path(folder, "index"), Path(folder, "material")
        Material.of(Collection.open(collection).snapshot()).write(material)
        print("indexing in txtai ...", file=sys.stderr)
        run([python, *module, "index", index, material, default_model_directory()])
        yield [python, *module, "ask", index, QUESTION]


def compare(own: Sequence[str | Path], other: Sequence[str | Path], runs: int) -> dict[str, Any]:
    """Median and worst times of both."""
    times: dict[str, list[tuple[float, float]]] = {"kutip": [], "other": []}
    for turn in range(runs + 1):
        for name, command in (("kutip", own), ("other", other)):
            took = run(command)
            if turn:  # the first reads the disk for both
                times[name].append(took)
    clock = {name: statistics.median(took for took, _ in one) for name, one in times.items()}
    cores = {name: statistics.median(used for _, used in one) for name, one in times.items()}
    return {
        "seconds": {name: round(one, 2) for name, one in clock.items()},
        "processor seconds": {name: round(one, 2) for name, one in cores.items()},
        "times slower": round(clock["other"] / clock["kutip"], 2),
        "slowest kutip ask": round(max(took for took, _ in times["kutip"]), 2),
    }


def main() -> None:
    """Time both and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--out", type=Path, help="keep the figures here, as JSON")
    options = parser.parse_args()
    own = [sys.executable, "-m", "kutip", "ask", QUESTION, "--json", "--collection",
           options.collection]  # fmt: skip
    if made("txtai"):
        with in_txtai(options.collection) as command:
            measured = {"other": "txtai"} | compare(own, command, options.runs)
    else:
        command = [sys.executable, "-c", "import sentence_transformers"]
        measured = {"other": "import sentence_transformers"} | compare(own, command, options.runs)
    print(json.dumps(measured, indent=1))
    keep(options.out, facts() | measured)


if __name__ == "__main__":
    main()
