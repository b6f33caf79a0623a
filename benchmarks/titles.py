"""A headline as a question: does its article come first?

    python benchmarks/titles.py ARTICLES.jsonl COLLECTION [--sample N]

COLLECTION was made from the folder that ARTICLES.jsonl lies in: `kutip index FOLDER`. Its records
have `id` and `url`, and where `title` is empty the headline is read off the address
(".../2018/01/rupiah-menguat-tipis-pagi-ini" -> "rupiah menguat tipis pagi ini"), from four words
on. The indexed text holds no headline then, so nothing but the article itself can be found by it.
Beside it BM25 alone, over the same passages. Articles are ranked by their best passage; versions
that were folded into a hit stand right after it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from index.collection import Collection
from index.words import terms
from qa.answering import respond
from qa.operators import plain

TOP = 10
# Shorter slugs ("galaxy-note-8") are names of subjects rather than headlines.
WORDS = 4
# Enough passages for ten different articles, for BM25 alone.
DEEP = 300
SEED = 1


def headline(record: Mapping[str, str]) -> str:
    """The record's title, or the words of its address; empty when they are no headline."""
    if record.get("title"):
        return record["title"]
    parts = urlsplit(record.get("url") or "").path.split("/")
    words = max((re.split(r"[-_.]", part) for part in parts), key=len)
    # Longer numbers are the outlet's own, before or after the headline.
    words = [word for word in words if word and not re.fullmatch(r"\d{5,}|html?|php", word)]
    return " ".join(words) if len(words) >= WORDS else ""


def articles_of(collection: Collection, title: str) -> list[str]:
    """The articles that a headline finds, best first."""
    hits = respond(collection, plain(title), k=TOP).hits
    found = (one for hit in hits for one in (hit.passage.article, *(v.article for v in hit.also)))
    return list(dict.fromkeys(found))


def by_words(collection: Collection, title: str) -> list[str]:
    """The same by BM25 alone."""
    snapshot = collection.snapshot()
    best = np.argsort(-snapshot.lexical.get_scores(terms(title)), kind="stable")[:DEEP]
    return list(dict.fromkeys(snapshot.passages[row].article for row in best.tolist()))


def shares(ranks: Sequence[int | None]) -> str:
    """How many come first, and how many among the first ten."""
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    ten = sum(rank is not None and rank <= TOP for rank in ranks) / len(ranks)
    return f"first {first:.4f}, hit@{TOP} {ten:.4f}"


def place(found: Iterable[str], wanted: str) -> int | None:
    """Where an article stands among those found, from 1."""
    return next((rank for rank, one in enumerate(found, start=1) if one == wanted), None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("collection", type=Path)
    parser.add_argument("--sample", type=int, help="so many headlines (default: all)")
    wanted = parser.parse_args()
    if not wanted.articles.is_file():
        sys.exit(f"{wanted.articles}: no such file; nothing measured")
    records = [json.loads(line) for line in wanted.articles.read_text("utf-8").splitlines()]
    collection = Collection.open(wanted.collection)
    snapshot = collection.snapshot()
    print(f"{len(records):,} records, {len(snapshot.articles):,} articles, "
          f"{len(snapshot.passages):,} passages")  # fmt: skip
    titles = {
        f"{wanted.articles.name}/{record['id']}": title
        for record in records
        if (title := headline(record))
    }
    missing = titles.keys() - snapshot.articles.keys()
    print(f"{len(titles):,} headlines, {len(missing)} of articles that are not in the collection")
    if wanted.sample:
        titles = dict(random.Random(SEED).sample(sorted(titles.items()), wanted.sample))
    for name, ask in (("BM25 alone", by_words), ("kutip", articles_of)):
        ranks = {one: place(ask(collection, title), one) for one, title in titles.items()}
        print(f"{name}: {shares(list(ranks.values()))}", flush=True)
    for one, rank in ranks.items():
        if rank is None:
            print(f"  not among the first {TOP}: {one}: {titles[one]}")


if __name__ == "__main__":
    main()
