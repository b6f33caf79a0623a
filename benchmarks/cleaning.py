"""How well cleaning works: sentences of labelled bodies, dates, and what clean texts lose.

    python benchmarks/cleaning.py [ARTICLES.jsonl] [--extraction FOLDER]

ARTICLES.jsonl holds clean articles (fields `text`, and `source`, `url`); what is dropped of them
is counted and a sample shown. FOLDER is a copy of Zyte's article extraction benchmark
(github.com/scrapinghub/article-extraction-benchmark): `ground-truth.json` and `html/*.html.gz`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import random
import re
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean

import trafilatura

from index.article import Article, Metadata, Page, Role
from index.cleaning import clean
from index.dates import date_in_text
from index.html_page import read_html
from index.sentences import sentences
from index.sites import settle_all
from tests.cleaning.pages import pages
from tests.cleaning.scoring import sentence_f1
from tests.cleaning.test_dates_written import TODAY, WRITTEN
from tests.cleaning.test_html_pages import article_of
from tests.cleaning.test_seeds import labelled, seed_pages


def seeds() -> None:
    """The seeds, whose lines are labelled by hand."""
    scores = []
    for seed, page in seed_pages().items():
        lines = page.text.split("\n")
        labels = labelled(seed)
        body = [lines[n - 1] for n, what in labels.items() if what == "body" and n <= len(lines)]
        article = clean(page)
        kept = [article.text[b.start : b.end] for b in article.blocks if b.role is not Role.CAPTION]
        scores.append(sentence_f1("\n".join(kept), body))
    print(f"seeds: sentence F1 {mean(scores):.3f}, worst {min(scores):.3f} ({len(scores)} pages)")


def web_pages() -> None:
    """The test pages, against trafilatura alone."""
    ours, alone = [], []
    for page in pages():
        ours.append(sentence_f1(article_of(read_html(page.html)).text, page.body, page.neutral))
        text = trafilatura.extract(page.html, include_comments=False) or ""
        alone.append(sentence_f1(text, page.body, page.neutral))
    worse = sum(a < b for a, b in zip(ours, alone, strict=True))
    print(
        f"web pages: sentence F1 {mean(ours):.3f}, trafilatura alone {mean(alone):.3f}; "
        f"{worse} of {len(ours)} worse"
    )


def dates() -> None:
    """Written dates: wrong ones, and ones that were not read."""
    wrong = unknown = 0
    for text, day in WRITTEN:
        found = date_in_text(text.replace("\0", "|"), today=TODAY)
        wanted = None if day == "-" else date.fromisoformat(day)
        wrong += found is not None and found != wanted
        unknown += found is None and wanted is not None
    print(f"dates: {len(WRITTEN)} written, {wrong} wrong, {unknown} unknown")


def clean_texts(path: Path) -> None:
    """What cleaning takes from texts that are clean already, as bare fields and as pages."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for bare in (True, False):
        articles: dict[str, Article] = {}
        for n, row in enumerate(rows):
            facts = Metadata(outlet=row.get("source"), url=row.get("url")) if bare else Metadata()
            page = Page(f"{n}", row["text"], "", metadata=facts, bare=bare)
            articles[page.id] = clean(page)
        settled, _ = settle_all(articles)
        dropped = [d for article in settled.values() for d in article.dropped]
        total = sum(len(sentences(row["text"])) for row in rows)
        lost = sum(len(sentences(d.text)) for d in dropped)
        kind = "bare fields" if bare else "plain pages"
        empty = sum(not article.text for article in settled.values())
        print(f"clean texts as {kind}: {lost / total:.2%} of {total} sentences, {empty} emptied")
        print(
            "  "
            + ", ".join(
                f"{why}: {n}" for why, n in Counter(d.reason for d in dropped).most_common()
            )
        )
        for line in random.Random(0).sample(dropped, min(50, len(dropped))):
            print(f"    {line.reason} | {line.text[:90]}")


def extraction(folder: Path) -> None:
    """Shingles of four words, as that benchmark counts them (its `evaluate.py`)."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    counts: dict[str, list[tuple[float, float]]] = {"Kutip": [], "trafilatura": []}
    for key, row in truth.items():
        html = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()).decode("utf-8")
        texts = {
            "Kutip": article_of(read_html(html)).text,
            "trafilatura": trafilatura.extract(html, include_comments=False) or "",
        }
        for name, text in texts.items():
            counts[name].append(_agreement(row["articleBody"], text))
    for name, found in counts.items():
        precision = mean(p for p, _ in found)
        recall = mean(r for _, r in found)
        f1 = 2 * precision * recall / (precision + recall)
        print(f"extraction, {name}: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}")


def _agreement(true: str, text: str) -> tuple[float, float]:
    def shingles(words: list[str]) -> Counter[tuple[str, ...]]:
        size = min(4, max(1, len(words)))
        return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))

    a, b = (shingles(re.findall(r"\w+", t)) for t in (true, text))
    shared = (a & b).total()
    return (
        shared / b.total() if b else float(not a),
        shared / a.total() if a else float(not b),
    )


def main() -> None:
    """Print every figure that can be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path, nargs="?")
    parser.add_argument("--extraction", type=Path)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # trafilatura warns of every page without a body
    seeds()
    web_pages()
    dates()
    if options.articles:
        clean_texts(options.articles)
    if options.extraction:
        extraction(options.extraction)


if __name__ == "__main__":
    main()
