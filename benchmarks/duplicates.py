"""Do copies fold, and only copies? Recall by kind and strength of editing, precision, and cost.

    python benchmarks/duplicates.py EVAL_FOLDER [--collection DIR] [--sample N]

EVAL_FOLDER holds `indosum-news/articles.jsonl`. Each sampled article is edited in every way at
10, 20 and 30 percent; its passages and its copy's are folded together, as one page of results.
Every article is also held against every other. DIR is a collection with a model of its own, for
what folding adds to the time of a question.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import sparse

from index.article import Article, Page, Passage
from index.cleaning import clean
from index.collection import Collection
from index.passages import split
from index.sentences import sentences
from index.words import words
from qa.answer import Hit
from qa.answering import respond
from qa.folding import fold
from qa.operators import plain
from qa.resemblance import COPY, copies

STRENGTHS = (0.1, 0.2, 0.3)
Edit = Callable[[str, float, random.Random, list[str]], str]


class Told(dict[str, Article]):
    """Articles as folding asks for them."""

    def text(self, identity: str) -> str:
        """An article's text."""
        return self[identity].text

    def published(self, identity: str) -> date | None:
        """When it was published."""
        return self[identity].published


def main() -> None:
    """Print one Markdown row per kind of edit, then false folds, then the cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--collection", type=Path)
    parser.add_argument("--sample", type=int, default=300, help="articles to edit")
    options = parser.parse_args()
    file = options.folder / "indosum-news" / "articles.jsonl"
    if not file.is_file():
        sys.exit(f"{file}: not here; nothing measured")
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    texts = {record["id"]: record["text"] for record in records}
    articles = Told((identity, _article(identity, text)) for identity, text in texts.items())
    true = _recall(texts, articles, options.sample)
    _precision(articles, true)
    if options.collection:
        _cost(Collection.open(options.collection), articles)


def _recall(texts: dict[str, str], articles: Told, sample: int) -> int:
    """Print the share of copies that fold; the number that did."""
    dice = random.Random(20)
    vocabulary = [word for text in texts.values() for word in text.split()]
    chosen = dice.sample(sorted(texts), min(sample, len(texts)))
    print("copies folded (passages of the copy that folded with one of the original)")
    print(f"| edit | {' | '.join(f'{s:.0%}' for s in STRENGTHS)} |\n|---|---|---|---|")
    folded = 0
    for name, edit in EDITS.items():
        cells = []
        for strength in STRENGTHS:
            told = joined = passages = 0
            for identity in chosen:
                edited = _article("copy", edit(texts[identity], strength, dice, vocabulary))
                told += copies(articles[identity], edited)
                both = Told({identity: articles[identity], "copy": edited})
                results = fold(_hits([articles[identity], edited], dice), both)
                alone = sum(hit.passage.article == "copy" and not hit.also for hit in results)
                of_copy = len(_passages(edited))
                joined += of_copy - alone
                passages += of_copy
            folded += told
            cells.append(f"{told / len(chosen):.3f} ({joined / passages:.3f})")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return folded


def _precision(articles: Told, true: int) -> None:
    """Print every pair of articles, or of passages of different ones, that folds."""
    found = list(articles.values())
    pairs = [
        (found[i], found[j])
        for i, j in _overlapping([article.text for article in found], COPY / 2)
        if copies(found[i], found[j])
    ]
    total = len(found) * (len(found) - 1) // 2
    print(f"\n{len(pairs)} of {total:,} pairs of distinct articles fold")
    print(f"precision with the copies above: {true / max(1, true + len(pairs)):.4f}")
    for one, other in pairs:
        print(f"  {one.id} {other.id}: {one.text[:70]!r} / {other.text[:70]!r}")
    passages = [passage for article in found for passage in _passages(article)]
    close: Counter[str] = Counter()
    for i, j in _overlapping([passage.text for passage in passages], 0.5):
        one, other = passages[i], passages[j]
        if len(fold([_hit(one, 1), _hit(other, 2)], articles)) == 1:
            close[f"{one.text[:90]!r} / {other.text[:90]!r}"] += 1
    print(f"{close.total():,} pairs of {len(passages):,} passages fold; by their openings:")
    for openings, count in close.most_common(40):
        print(f"  {count} x {openings}")


def _cost(collection: Collection, articles: Told) -> None:
    """Print the time of questions with folding over the time without, in one run."""
    questions = [article.title for article in list(articles.values())[:50]]
    took: dict[bool, list[float]] = {True: [], False: []}
    respond(collection, plain("apa?"), k=5)
    for question in questions:
        for folded in (True, False):
            started = time.perf_counter()
            respond(collection, plain(question), k=5, folded=folded)
            took[folded].append(time.perf_counter() - started)
    ratio = np.median(took[True]) / np.median(took[False])
    print(f"\ntime of a question with folding over without: {ratio:.2f}")


def _overlapping(texts: list[str], least: float) -> list[tuple[int, int]]:
    """Pairs i < j whose pairs of neighbouring words overlap (Jaccard) by at least this much."""
    columns: dict[tuple[str, str], int] = {}
    rows: list[int] = []
    entries: list[int] = []
    for row, text in enumerate(texts):
        for pair in set(pairwise(words(text))):
            rows.append(row)
            entries.append(columns.setdefault(pair, len(columns)))
    shape = (len(texts), len(columns))
    held = sparse.csr_array((np.ones(len(rows), np.int32), (rows, entries)), shape=shape)
    sizes = np.asarray(held.sum(axis=1)).ravel()
    found: list[tuple[int, int]] = []
    for start in range(0, len(texts), 1000):
        common = sparse.coo_array(held[start : start + 1000] @ held.T)
        i, j = common.coords[0] + start, common.coords[1]
        near = (i < j) & (common.data >= least * (sizes[i] + sizes[j] - common.data))
        found += zip(i[near].tolist(), j[near].tolist(), strict=True)
    return found


def _article(identity: str, text: str) -> Article:
    return clean(Page(identity, text, ""))


def _passages(article: Article) -> tuple[Passage, ...]:
    # Words times a usual ratio stand in for the encoder's tokens.
    return split(article, count_tokens=lambda texts: [len(t.split()) * 3 // 2 for t in texts])


def _hits(articles: list[Article], dice: random.Random) -> list[Hit]:
    found = [passage for article in articles for passage in _passages(article)]
    dice.shuffle(found)
    return [_hit(passage, rank) for rank, passage in enumerate(found, start=1)]


def _hit(passage: Passage, rank: int) -> Hit:
    return Hit(rank, passage, -float(rank), 0.0, 0.0, 0.0)


def _by_paragraph(edit: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    return lambda text: "\n\n".join(" ".join(edit(p.split())) for p in text.split("\n\n"))


def replaced(text: str, strength: float, dice: random.Random, vocabulary: list[str]) -> str:
    """Words spread at random replaced by words of other articles."""
    return _by_paragraph(
        lambda ws: [dice.choice(vocabulary) if dice.random() < strength else w for w in ws]
    )(text)


def deleted(text: str, strength: float, dice: random.Random, _: list[str]) -> str:
    """Words spread at random left out."""
    return _by_paragraph(lambda ws: [w for w in ws if dice.random() >= strength])(text)


def inserted(text: str, strength: float, dice: random.Random, vocabulary: list[str]) -> str:
    """Words of other articles put in at random."""
    return _by_paragraph(
        lambda ws: [
            x
            for w in ws
            for x in ([w, dice.choice(vocabulary)] if dice.random() < strength else [w])
        ]
    )(text)


def mixed(text: str, strength: float, dice: random.Random, vocabulary: list[str]) -> str:
    """A third each of the three above, at once."""
    for edit in (replaced, deleted, inserted):
        text = edit(text, strength / 3, dice, vocabulary)
    return text


def reordered(text: str, strength: float, dice: random.Random, _: list[str]) -> str:
    """Sentences moved to another place, each into a paragraph of its own."""
    parts = [p[s:e] for p in text.split("\n\n") for s, e in sentences(p)]
    for i in dice.sample(range(len(parts)), round(len(parts) * strength)):
        parts.insert(dice.randrange(len(parts)), parts.pop(i))
    return "\n\n".join(parts)


def merged(text: str, strength: float, dice: random.Random, _: list[str]) -> str:
    """Paragraphs joined two by two, and sentences left out."""
    parts = [p for p in text.split("\n\n") if p.strip()]
    joined = [" ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    kept = [" ".join(p[s:e] for s, e in sentences(p) if dice.random() >= strength) for p in joined]
    return "\n\n".join(filter(None, kept)) or text


def cut(text: str, strength: float, dice: random.Random, _: list[str]) -> str:
    """The first or the last paragraphs left out, by length."""
    parts = text.split("\n\n")
    if dice.random() < 0.5:
        parts.reverse()
    total, gone = len(text), 0
    while len(parts) > 1 and gone + len(parts[-1]) <= total * strength:
        gone += len(parts.pop())
    return "\n\n".join(parts if text.startswith(parts[0]) else parts[::-1])


def added(text: str, strength: float, dice: random.Random, vocabulary: list[str]) -> str:
    """Paragraphs of the outlet's own before and after."""
    own = [dice.choice(vocabulary) for _ in range(round(len(text.split()) * strength))]
    half = len(own) // 2
    return f"{' '.join(own[:half])}.\n\n{text}\n\n{' '.join(own[half:])}."


def retitled(text: str, strength: float, dice: random.Random, vocabulary: list[str]) -> str:
    """Another headline and dateline, and words replaced."""
    line = " ".join(dice.choice(vocabulary) for _ in range(8))
    body = replaced(text, strength, dice, vocabulary)
    return f"{line}\n\nKABAR.CO, {dice.choice(vocabulary)} - {body}"


EDITS: dict[str, Edit] = {
    "words replaced": replaced,
    "words deleted": deleted,
    "words inserted": inserted,
    "all three": mixed,
    "sentences reordered": reordered,
    "paragraphs merged, sentences cut": merged,
    "first or last paragraphs cut": cut,
    "boilerplate added": added,
    "headline and dateline changed, words replaced": retitled,
}


if __name__ == "__main__":
    main()
