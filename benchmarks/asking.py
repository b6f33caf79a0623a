"""Where the time of one question goes, in a collection of any size.

    python benchmarks/asking.py ARTICLES.jsonl [--sizes 100 1000] [--questions 60] [--cache DIR]

The model is warm and everything is on. Prints wall-clock p50 and p95, and each stage's mean
processor time, which a busy machine does not distort; for that the two searches of large
collections, else side by side, go one after the other. One article is about ten passages.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import numpy as np

from benchmarks.material import add_options, made, questions, read_articles
from index import searchers
from index.stages import Stages
from qa.answering import ask


def main() -> None:
    """Measure and print one table a size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args()
    asked = questions(read_articles(options.articles), options.questions)
    for size in options.sizes:
        collection, _ = made(options, size)
        began = time.perf_counter()
        passages = len(collection.snapshot().passages)
        opened = time.perf_counter() - began
        for question in asked[:5]:
            ask(collection, question)
        wall, total = [], Counter[str]()
        for question in asked:
            began = time.perf_counter()
            ask(collection, question)
            wall.append(time.perf_counter() - began)
        usual, searchers.LARGE = searchers.LARGE, sys.maxsize
        for question in asked:
            with Stages(time.process_time).recording() as stages:
                ask(collection, question)
            total.update(stages.seconds)
        searchers.LARGE = usual
        p50, p95 = np.quantile(wall, [0.5, 0.95]) * 1000
        print(f"\n{passages:,} passages: opened in {opened:.2f} s, "
              f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, best {min(wall) * 1000:.0f} ms")  # fmt: skip
        for name, seconds in [*total.most_common(), ("in all", sum(total.values()))]:
            print(f"  {name:24} {seconds / len(asked) * 1000:7.2f} ms of processor time")


if __name__ == "__main__":
    main()
