"""Collections of any size whose text is real: articles that recombine the paragraphs of others.

Each has the lead of one article, paragraphs of others, each kept whole, and the date, outlet and
address of one more. A lead meets no paragraph and no date twice: so every passage is real text
under a context of its own, to be encoded by the model. What such a collection answers can be
compared between backends; how good the answers are, it cannot say.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.material import FOLDER, SEED, read_articles
from index.collection import Collection
from index.sentences import sentences

# Paragraphs after the lead: an article is then about ten passages, as the real ones are.
PARAGRAPHS = 9


def articles(real: Sequence[dict[str, str]], count: int, words: int) -> Iterator[dict[str, str]]:
    """So many articles, the same at every call, of leads and paragraphs of at most so many words.

    Of a lead, the first sentence counts: it is what stands in its passages' context.
    """
    parts = [one["text"].split("\n\n") for one in real]
    leads = list({_first(part[0]): part[0] for part in parts
                  if len(_first(part[0]).split()) <= words}.values())  # fmt: skip
    paragraphs = list(dict.fromkeys(text for _, *rest in parts for text in rest
                                    if len(text.split()) <= words))  # fmt: skip
    dated = list({one["date"][:10]: one for one in real}.values())
    if count > len(leads) * min(len(dated), len(paragraphs) // PARAGRAPHS):
        raise ValueError(f"there are not {count} articles in these {len(real)}")
    orders = []
    for nth in range(len(leads)):
        dice = random.Random(f"{SEED} {nth}")
        orders.append((dice.sample(paragraphs, len(paragraphs)), dice.sample(dated, len(dated))))
    for number in range(count):
        turn, nth = divmod(number, len(leads))
        others, frames = orders[nth]
        body = others[turn * PARAGRAPHS : (turn + 1) * PARAGRAPHS]
        yield frames[turn] | {
            "id": f"{number:06}",
            "url": f"{frames[turn]['url']}?{number}",
            "text": "\n\n".join([leads[nth], *body]),
        }


def _first(paragraph: str) -> str:
    start, end = sentences(paragraph)[0]
    return paragraph[start:end]


def kept(options: argparse.Namespace, count: int, name: str = "real") -> tuple[Collection, Path]:
    """The collection of so many articles, which may have to be made, and its folder.

    A file of its own for each article, a JSON record.
    """
    folder = options.cache / f"real-articles-{count}"
    if not folder.exists():
        real = read_articles(options.articles)
        for number, one in enumerate(articles(real, count, options.words)):
            path = folder / f"{number // FOLDER:04}" / f"{one['id']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(one, ensure_ascii=False), "utf-8")
    return Collection(options.cache / f"{name}-{count}"), folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every command over such collections takes."""
    parser.add_argument("--words", type=int, default=1000, help="leave longer paragraphs out")
