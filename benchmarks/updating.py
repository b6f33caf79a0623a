"""What an update costs, and what it costs those who ask meanwhile.

    python benchmarks/updating.py [--articles 1500] [--updates 300] [--threads 8] [--processes 2]

First: one changed article in a large and in a small collection; the cost should follow the
change, not the collection. Then: how long questions take while nothing else happens, and while
the collection is indexed again and again. A deterministic encoder stands in for the model, which
would only hide the difference: loading and running it costs both the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import statistics
import tempfile
import threading
import time
from functools import cache
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import numpy as np

from index import stamps
from index.collection import Collection
from qa.answering import ask
from tests.fakes import FakeEncoder

SYLLABLES = "ba di ka le mu na pe ri sa tu ja gu ko li ma no ra se ti wa".split()
SMALL = 15
REPEATS = 15
IDLE_SECONDS = 30
SEED = 1


class QuickEncoder(FakeEncoder):
    """Each word's direction is made once."""

    _direction = staticmethod(cache(FakeEncoder()._direction))


class Articles:
    """Made-up articles of eight passages, with words as frequent as words are (Zipf)."""

    def __init__(self, folder: Path, count: int) -> None:
        self._dice = random.Random(SEED)
        self._words = ["".join(self._dice.choices(SYLLABLES, k=self._dice.randint(2, 4)))
                       for _ in range(8000)]  # fmt: skip
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]
        self.folder = folder
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:05}.txt").write_text(
                "\n".join([self.words(8), *(" ".join(self.sentence() for _ in range(4))
                                            for _ in range(8))])
            )  # fmt: skip

    def words(self, count: int) -> str:
        """Some words, the first capitalised."""
        return " ".join(self._dice.choices(self._words, self._weights, k=count)).capitalize()

    def sentence(self) -> str:
        """Fourteen words and a full stop."""
        return f"{self.words(14)}."

    def change_one(self, number: int) -> None:
        """Add a sentence to one article."""
        path = self.folder / f"{number:05}.txt"
        path.write_text(f"{path.read_text()}\n{self.sentence()}")


def collection(directory: Path) -> Collection:
    """The collection there, with the quick encoder."""
    return Collection(directory, encoder=QuickEncoder())


def update_times(root: Path, count: int) -> tuple[list[float], list[float], int]:
    """Seconds of updates after one article changed, of loading each, and passages encoded."""
    articles = Articles(root / f"articles-{count}", count)
    opened = collection(root / f"kutip-{count}")
    # Older than the coarsest clock's tick, so that files are told by their stamps.
    time.sleep(stamps.COARSEST_TICK_NS / 1e9 + 0.1)
    opened.update(articles.folder)
    opened.snapshot()
    updates, loads, encoded = [], [], 0
    for number in range(REPEATS):
        articles.change_one(number % count)
        # A file is read when it has rested; that wait is the same whatever the size.
        time.sleep(2 * stamps.REST_NS / 1e9)
        report = opened.update(articles.folder)
        assert len(report.changed) == 1
        encoded = max(encoded, report.encoded)
        updates.append(report.seconds)
        started = time.perf_counter()
        opened.snapshot()
        loads.append(time.perf_counter() - started)
    return updates, loads, encoded


def asked(
    directory: Path, questions: list[str], threads: int, ready: Barrier, until: Event
) -> list[float]:
    """Seconds of every question that some threads ask until they are told to stop."""
    opened = collection(directory)
    times: list[float] = []
    ask(opened, questions[0])
    ready.wait()

    def go_on(seed: int) -> None:
        dice = random.Random(seed)
        while not until.is_set():
            started = time.perf_counter()
            ask(opened, dice.choice(questions))
            times.append(time.perf_counter() - started)

    running = [threading.Thread(target=go_on, args=(seed,)) for seed in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return times


def re_index(directory: Path, folder: Path, updates: int, ready: Barrier, done: Event) -> None:
    """Change one article and index, again and again, in a process of its own."""
    opened = collection(directory)
    ready.wait()
    for number in range(updates):
        path = sorted(folder.iterdir())[number % 10]
        path.write_text(f"{path.read_text()}\nKalimat nomor {number} ditambahkan di sini.")
        opened.update(folder)
    done.set()


def rest(ready: Barrier, done: Event) -> None:
    """Let the others ask undisturbed for a while."""
    ready.wait()
    time.sleep(IDLE_SECONDS)
    done.set()


def quantile(times: list[float], share: float) -> float:
    """That many of the times are shorter: milliseconds."""
    return float(np.quantile(times, share)) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--updates", type=int, default=300)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args()
    root = Path(tempfile.mkdtemp())
    try:
        medians = {}
        for count in (SMALL, wanted.articles):
            updates, loads, encoded = update_times(root, count)
            medians[count] = statistics.median(updates)
            print(f"{count:,} articles, one changed: update {medians[count] * 1000:.0f} ms, "
                  f"{encoded} passages encoded at most, "
                  f"then ready in {statistics.median(loads) * 1000:.0f} ms")  # fmt: skip
        print(f"ratio: {medians[wanted.articles] / medians[SMALL]:.2f}")

        directory = root / f"kutip-{wanted.articles}"
        folder = root / f"articles-{wanted.articles}"
        words = folder.joinpath("00000.txt").read_text().split()
        questions = [" ".join(words[i : i + 5]) for i in range(0, 100, 5)]
        spawn = multiprocessing.get_context("spawn")
        for name in ("idle", "re-indexing"):
            done, ready = spawn.Event(), spawn.Barrier(wanted.processes + 2)
            others = [spawn.Process(target=asked, args=(directory, questions, 1, ready, done))
                      for _ in range(wanted.processes)]  # fmt: skip
            others.append(
                spawn.Process(target=rest, args=(ready, done))
                if name == "idle"
                else spawn.Process(
                    target=re_index, args=(directory, folder, wanted.updates, ready, done)
                )
            )
            for other in others:
                other.start()
            times = asked(directory, questions, wanted.threads, ready, done)
            for other in others:
                other.join()
            failed = sum(bool(other.exitcode) for other in others)
            print(f"{name}: {len(times):,} questions, p50 {quantile(times, 0.5):.0f} ms, "
                  f"p99 {quantile(times, 0.99):.0f} ms, {failed} processes failed")  # fmt: skip
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
