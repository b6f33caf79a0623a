"""Encoding with Kutip and with sentence-transformers' defaults, side by side, and the limit.

    python benchmarks/encoding.py ARTICLES.jsonl [--passages 64] [--rounds 3]

Both run the same model on the same texts in the same process, alternately, sentence-transformers
in float32 and Kutip as the CPU allows; the best of the rounds counts. The limit is what a plain
float32 product reaches on one of the same cores.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.material import questions, read_articles
from index.encoders.e5_encoder import E5Encoder
from index.encoders.model_package import default_model_directory
from index.threads import keep_blas_single

# Multiplications and additions a token costs: twice the weights of the twelve layers.
FLOP_PER_TOKEN = 2 * 21.3e6
PASSAGE_CHARS = (200, 900)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of all processors together."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


def product_speed() -> float:
    """Floating-point operations a second of one core in a product of the model's shape."""
    keep_blas_single()
    dice = np.random.default_rng(0)
    states = dice.standard_normal((1024, 384), np.float32)
    weights = dice.standard_normal((384, 1536), np.float32)
    best = min(timed(lambda: states @ weights)[1] for _ in range(50))
    return 2 * 1024 * 384 * 1536 / best


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--passages", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    articles = read_articles(options.articles)
    least, most = PASSAGE_CHARS
    texts = [part for one in articles for part in one["text"].split("\n\n")
             if least < len(part) < most][: options.passages]  # fmt: skip
    asked = questions(articles, 20)
    ours = E5Encoder()
    theirs = SentenceTransformer(str(default_model_directory()), device="cpu")
    tokens = sum(ours.count_tokens(texts))

    def ask_ours() -> None:
        for question in asked:
            ours.encode_queries([question], with_tokens=True)

    def ask_theirs() -> None:
        for question in asked:
            theirs.encode(question, prompt_name="query")

    work = {
        "question, Kutip with token vectors": (ask_ours, len(asked)),
        "question, sentence-transformers": (ask_theirs, len(asked)),
        "passages, Kutip with token vectors": (
            lambda: ours.encode_passages(texts, with_tokens=True), 1),
        "passages, sentence-transformers": (
            lambda: theirs.encode(texts, prompt_name="passage"), 1),
    }  # fmt: skip
    best: dict[str, tuple[float, float]] = {}
    for _ in range(options.rounds + 1):  # the first warms up
        for name, (run, count) in work.items():
            clock, cores = (seconds / count for seconds in timed(run))
            had = best.get(name, (np.inf, np.inf))
            best[name] = (min(had[0], clock), min(had[1], cores))
    clock = {name: seconds for name, (seconds, _) in best.items()}
    limit = product_speed()
    reached = FLOP_PER_TOKEN * tokens / best["passages, Kutip with token vectors"][1]
    print(json.dumps({
        "tokens a passage": round(tokens / len(texts), 1),
        "milliseconds": {name: round(seconds * 1000, 2) for name, seconds in clock.items()},
        "processor milliseconds": {name: round(c * 1000, 2) for name, (_, c) in best.items()},
        "question, times faster": round(clock["question, sentence-transformers"]
                                        / clock["question, Kutip with token vectors"], 2),
        "passages, times faster": round(clock["passages, sentence-transformers"]
                                        / clock["passages, Kutip with token vectors"], 2),
        "GFLOP/s a core": round(reached / 1e9, 1),
        "GFLOP/s a core, plain product": round(limit / 1e9, 1),
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
