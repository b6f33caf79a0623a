"""Texts as they come out of cleaning."""

from __future__ import annotations

from index.article import Article, Metadata, Page
from index.cleaning import clean

BODY = (
    "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang pelatihan. " * 3
)


def page(text: str) -> Article:
    return clean(Page("a.txt", text, "digest"))


def bare(text: str, **facts: str) -> Article:
    return clean(Page("a.html", text, "digest", metadata=Metadata(**facts), bare=True))


def roles(article: Article) -> list[tuple[str, str]]:
    return [(article.text[b.start : b.end], b.role.value) for b in article.blocks]
