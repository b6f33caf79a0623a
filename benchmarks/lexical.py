"""BM25 beside rank-bm25, whose scores it has to give, and beside bm25s.

    python benchmarks/peers/environments.py bm25s
    PYTHONPATH=. python benchmarks/lexical.py ARTICLES.jsonl [--sizes 10000 100000] [--quick]

All index the same term lists, once words alone and once as Kutip counts them, words and letter
n-grams; each question goes to all of them before the next. A search gives the 50 best passages
and their scores. rank-bm25 is asked a few of the questions only. Without that environment bm25s
is left out. Passages are paragraphs of ARTICLES.jsonl, and of articles made from them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Plus

from benchmarks.facts import facts, keep
from benchmarks.material import articles, questions, read_articles
from benchmarks.peers.environments import add_packages
from index.lexical import LexicalIndex
from index.words import terms, words

TOP = 50
# Questions that warm all of them up, as a running program is.
WARM = 30
LEAST_CHARS = 80  # of a paragraph that is a passage
Found = tuple[npt.NDArray[Any], npt.NDArray[Any]]  # rows and scores, best first
Search = Callable[[Sequence[str]], Found]
CUTS = {"words": words, "words and 4-grams": terms}


def passages(real: Sequence[dict[str, str]]) -> Iterator[str]:
    """Paragraphs without end."""
    for one in articles(real, 2**31):
        yield from (part for part in one["text"].split("\n\n") if len(part) >= LEAST_CHARS)


def best(scores: npt.NDArray[Any]) -> Found:
    """The rows of the highest scores, and the scores, best first."""
    rows = np.argpartition(scores, len(scores) - TOP)[-TOP:]
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    return rows, scores[rows]


def bm25s_searches(corpus: list[list[str]]) -> dict[str, Search]:
    """bm25s with the parameters of rank-bm25's formula, on each of its backends."""
    import bm25s

    found: dict[str, Search] = {}
    for backend in ("numpy", "numba"):
        index = bm25s.BM25(k1=1.5, b=0.75, delta=0, method="bm25+", backend=backend)
        index.index(corpus, show_progress=False)

        def search(query: Sequence[str], index: bm25s.BM25 = index) -> Found:
            # A term that no passage has is an error there.
            known = [term for term in query if term in index.vocab_dict]
            rows, scores = index.retrieve([known], k=TOP, show_progress=False)
            return rows[0], scores[0]

        found[f"bm25s, {backend}"] = search
    return found


def timed(search: Search, query: Sequence[str]) -> tuple[float, Found]:
    """Milliseconds, and what was found."""
    began = time.perf_counter()
    found = search(query)
    return (time.perf_counter() - began) * 1000, found


def compare(corpus: list[list[str]], queries: Sequence[list[str]], *, slow: int) -> dict[str, Any]:
    """Median milliseconds of each, Kutip's ratio to each, and the largest difference in scores."""
    began = time.perf_counter()
    own = LexicalIndex(corpus)
    built = time.perf_counter() - began
    own = LexicalIndex.mapped(own.arrays())  # as a collection has it
    reference = BM25Plus(corpus, delta=0)
    searches: dict[str, Search] = {"kutip": lambda query: own.search(query, TOP)}
    if find_spec("bm25s"):
        searches |= bm25s_searches(corpus)
    slowest: dict[str, Search] = {"rank-bm25": lambda query: best(reference.get_scores(query))}
    times: dict[str, list[float]] = {name: [] for name in searches | slowest}
    differ: dict[str, float] = dict.fromkeys(times, 0.0)
    for turn, query in enumerate(queries):
        asked = searches | (slowest if WARM <= turn < WARM + slow else {})
        names = list(asked)[turn % len(asked) :] + list(asked)[: turn % len(asked)]
        scores: dict[str, npt.NDArray[Any]] = {}
        for name in names:
            ms, (_, scores[name]) = timed(asked[name], query)
            if turn >= WARM:
                times[name].append(ms)
        exact = scores.get("rank-bm25", scores["kutip"])
        for name, one in scores.items():
            differ[name] = max(differ[name], float(np.abs(one - exact).max() / exact.max()))
    medians = {name: float(np.median(ms)) for name, ms in times.items()}
    return {
        "built s": round(built, 2),
        "ms": {name: round(ms, 3) for name, ms in medians.items()},
        "times slower than kutip": {
            name: round(ms / medians["kutip"], 2) for name, ms in medians.items()
        },
        # float32 in bm25s, float64 here.
        "largest relative difference of a score": {n: float(f"{d:.1e}") for n, d in differ.items()},
    }


def table(name: str, measured: Mapping[str, Any]) -> str:
    """One Markdown row."""
    times, ratios = measured["ms"], measured["times slower than kutip"]
    cells = [f"{one} {times[one]:.2f} ms ({ratios[one]:g} x)" for one in times]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Measure, print a row a size and kind of term, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--slow", type=int, default=10, help="questions that rank-bm25 is asked")
    parser.add_argument("--quick", action="store_true", help="10,000 passages, 40 questions")
    parser.add_argument("--out", type=Path, help="keep the figures here, as JSON")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.questions, options.slow = [10_000], 40, 5
    if not add_packages("bm25s"):
        print("bm25s is not there and is left out")
    real = read_articles(options.articles)
    asked = questions(real, WARM + options.questions)
    libraries = ["numpy", "rank-bm25", *(n for n in ("bm25s", "numba") if find_spec(n))]
    kept: dict[str, Any] = facts(libraries)
    for size in options.sizes:
        texts = list(islice(passages(real), size))
        for name, cut in CUTS.items():
            measured = compare(
                [cut(text) for text in texts], [cut(text) for text in asked], slow=options.slow
            )
            kept[f"{size} passages, {name}"] = measured
            print(table(f"{size:,} passages, {name}", measured), flush=True)
    keep(options.out, kept)


if __name__ == "__main__":
    main()
