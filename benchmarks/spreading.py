"""Real text encoded by Dask's workers with the real model, one of them killed half-way.

    python benchmarks/spreading.py ARTICLES.jsonl [--sizes 100 1000] [--workers 2] [--kill 1000]

Starts a scheduler and workers on this machine as their commands do, encodes recombined real
articles (see `recombined`), and prints passages a second and the digest of the collection: of
articles, passages and encodings, bit by bit. With --kill one worker dies by SIGKILL when half of
the encoding is done (Dask's nanny starts another); the digest must be that of a run without.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from distributed import Client

from benchmarks.recombined import add_options, kept
from index.collection import Collection
from index.store import Store
from index.workers import open_workers

CHUNK = 1000
PATIENCE_SECONDS = 60


@contextmanager
def cluster(count: int, scratch: Path) -> Iterator[tuple[Client, list[psutil.Process]]]:
    """A scheduler and so many workers, each a process as `dask worker` starts it."""
    where, log = scratch / "scheduler.json", (scratch / "dask.log").open("w")
    commands = [["scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"]]
    commands += [["worker", "--nthreads", "1", "--no-dashboard"]] * count
    started = [
        subprocess.Popen(
            [Path(sys.executable).parent / "dask", *command, "--scheduler-file", where],
            stdout=log, stderr=log, cwd=scratch, env=os.environ | {"PYTHONPATH": os.getcwd()},
        )
        for command in commands
    ]  # fmt: skip
    try:
        with Client(scheduler_file=str(where), timeout=PATIENCE_SECONDS) as client:
            client.wait_for_workers(count, timeout=PATIENCE_SECONDS)
            yield client, [psutil.Process(one.pid) for one in started[1:]]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()
        log.close()


def digest(directory: Path) -> str:
    """Of all that an answer can depend on: articles, passages, vectors and token vectors."""
    found = hashlib.sha256()
    with Store.open(directory) as store, store.reading():
        width = int(store.meta()["token_width"])
        rows = store.passages()
        for part in (*store.articles(), *rows):
            found.update(repr(part).encode("utf-8", "surrogatepass"))
        keys = sorted({key for row in rows for key in (
            row.encoding, row.context_encoding, row.whole_encoding) if key})  # fmt: skip
        for start in range(0, len(keys), CHUNK):
            made = store.encodings.of(keys[start : start + CHUNK], width)
            for key, one in sorted(made.items()):
                found.update(key.encode())
                for numbers in (one.vector, one.states, one.offsets):
                    found.update(b"" if numbers is None else numbers.tobytes())
    return found.hexdigest()


def measure(options: argparse.Namespace, size: int, smaller: Path | None) -> dict[str, Any]:
    """One size, from nothing or from a smaller collection of the same articles."""
    collection, folder = kept(options, size, options.name)
    if collection.directory.exists():
        sys.exit(f"{collection.directory}: is there already; remove it to encode again")
    if smaller:
        shutil.copytree(smaller, collection.directory)
    state: dict[str, Any] = {"began": 0.0, "ended": 0.0, "texts": 0, "killed": None}
    with (
        tempfile.TemporaryDirectory() as scratch,
        cluster(options.workers, Path(scratch)) as (client, nannies),
    ):
        # The workers load the model before the clock starts.
        warm(client, options, Path(scratch))

        def progress(stage: str, done: int, total: int) -> None:
            if stage != "encoding":
                return
            state["began"] = state["began"] or time.perf_counter()
            state["ended"], state["texts"] = time.perf_counter(), total
            if size in options.kill and state["killed"] is None and done * 2 >= total:
                [victim, *_] = client.run(os.getpid).values()
                os.kill(victim, signal.SIGKILL)
                state["killed"] = done

        used = time.process_time()
        with open_workers(client.scheduler.address) as workers:
            report = collection.update(folder, workers=workers, progress=progress)
        used = time.process_time() - used
        busy = sum(one.user + one.system + one.children_user + one.children_system
                   for one in (nanny.cpu_times() for nanny in nannies))  # fmt: skip
        alive = client.run(worked)
    seconds = state["ended"] - state["began"]
    return {
        "articles": size,
        "passages": report.passages,
        "encoded": report.encoded,
        "texts": state["texts"],
        "encoding s": round(seconds, 1),
        "passages a second": round(report.encoded / seconds, 1),
        "whole update s": round(report.seconds, 1),
        "processor s": {"here": round(used, 1), "workers": [round(v) for v in alive.values()],
                        "nannies and their dead": round(busy)},
        "killed at text": state["killed"],
        "disk bytes a passage": round((collection.directory / "collection.sqlite").stat().st_size
                                      / report.passages),
        "digest": digest(collection.directory)[:32],
    }  # fmt: skip


def worked() -> float:
    """Seconds of processor time of this process."""
    return time.process_time()


def warm(client: Client, options: argparse.Namespace, scratch: Path) -> None:
    """Have every worker encode something."""
    with open_workers(client.scheduler.address) as workers:
        Collection(scratch / "warm").update(kept(options, 20)[1], workers=workers)


def main() -> None:
    """Measure and print one JSON object a size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path, help="JSON lines with `text`, real articles")
    parser.add_argument("--cache", type=Path, default=Path("results/recombined"),
                        help="where collections are kept for cluster.py --real")  # fmt: skip
    add_options(parser)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000], help="articles")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--name", default="real", help="of the collections that are made")
    parser.add_argument("--grow", action="store_true", help="let each size continue the last")
    parser.add_argument("--kill", type=int, nargs="*", default=[], metavar="SIZE",
                        help="sizes at which one worker is killed half-way")  # fmt: skip
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    smaller = None
    for size in options.sizes:
        print(json.dumps(measure(options, size, smaller)), flush=True)
        if options.grow:
            smaller = kept(options, size, options.name)[0].directory


if __name__ == "__main__":
    main()
