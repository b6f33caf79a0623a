"""The seeds' bodies, labelled by hand, against what cleaning keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Page, Role
from index.cleaning import clean
from index.reading import read_folder
from tests.cleaning.scoring import sentence_f1

SEEDS = Path(__file__).parents[2] / "seeds"
LABELS = Path(__file__).parent / "labels"


def labelled(seed: str) -> dict[int, str]:
    """The label of each line, from ranges like "9-33 body"."""
    found = {}
    for entry in (LABELS / f"{seed}.txt").read_text("utf-8").splitlines()[1:]:
        lines, label = entry.split()
        first, _, last = lines.partition("-")
        found |= dict.fromkeys(range(int(first), int(last or first) + 1), label)
    return found


def seed_pages() -> dict[str, Page]:
    return {page.id[:3]: page for page in read_folder(SEEDS) if isinstance(page, Page)}


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_sentences_of_the_seeds(seed: str) -> None:
    page, labels = seed_pages()[seed], labelled(seed)
    lines = page.text.split("\n")
    assert all(n in labels for n, line in enumerate(lines, 1) if line.strip())
    body = [lines[n - 1] for n, label in labels.items() if label == "body" and n <= len(lines)]
    captions = [lines[n - 1] for n, label in labels.items() if label == "caption"]
    article = clean(page)
    prose = [article.text[b.start : b.end] for b in article.blocks if b.role is not Role.CAPTION]
    assert sentence_f1("\n".join(prose), body) >= 0.98
    assert sentence_f1(article.text, body, captions) >= 0.98
    shown = [article.text[b.start : b.end] for b in article.blocks if b.role is Role.CAPTION]
    assert shown == [caption.strip() for caption in captions]
