"""What a program may ask of a collection, and the JSON objects it gets.

The HTTP API and the MCP server are two ways to call these; what they return is what the command
line prints with `--json`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from index.article import Article, Passage
from index.collection import Collection
from index.dates import parse_day
from index.errors import InputError, KutipError
from index.filters import Filter
from qa.answer import hit_to_dict
from qa.answering import ask as answer_question
from qa.lookup import find as find_passages
from qa.showing import article_to_dict, passage_to_dict, summary_to_dict

# Where ids are had, over HTTP and from the tools of MCP.
_LIST = "list the articles for their ids"
_SEARCH = "`search` gives the ids of passages, and their articles'"


class NotThereError(KutipError):
    """No article or passage of this name in the collection."""


def ask(
    collection: Collection,
    question: str,
    *,
    k: int = 5,
    source: str = "",
    after: str = "",
    before: str = "",
) -> dict[str, Any]:
    """The Answer. Raises InputError, CollectionError, ModelError."""
    where = _filter(source, after, before)
    return answer_question(collection, question, k=k, where=where).to_dict()


def find(
    collection: Collection,
    query: str,
    *,
    k: int = 10,
    source: str = "",
    after: str = "",
    before: str = "",
) -> dict[str, Any]:
    """The Lookup. Raises InputError, CollectionError, ModelError."""
    where = _filter(source, after, before)
    return find_passages(collection, query, k=k, where=where).to_dict()


def articles(
    collection: Collection,
    *,
    text: str = "",
    source: str = "",
    after: str = "",
    before: str = "",
    offset: int = 0,
    limit: int = 100,
) -> dict[str, Any]:
    """Articles with `text` in title, outlet or id, newest first: `limit` of them from `offset`.

    Raises InputError, CollectionError.
    """
    where = _filter(source, after, before)
    if where.after and where.before and where.after > where.before:
        raise InputError(f"no day is after {where.after} and before {where.before}; swap the dates")
    snapshot = collection.snapshot()
    matching = [
        article
        for article in snapshot.articles.summaries()
        if where.admits(article) and article.has(text)
    ]
    matching.sort(key=lambda article: article.published or date.min, reverse=True)
    return {
        "total": len(matching),
        "articles": [
            summary_to_dict(snapshot.articles[one.id], passages=snapshot.size(one.id))
            for one in matching[offset : offset + limit]
        ],
        "generation": snapshot.generation,
    }


def article(collection: Collection, identity: str) -> dict[str, Any]:
    """An article with its text and passages. Raises NotThereError."""
    return article_to_dict(*_whole(collection, identity))


def fetch(collection: Collection, identity: str) -> dict[str, Any]:
    """An article, or the passage ARTICLE#NUMBER, as one document. Raises NotThereError.

    The object is {"id", "title", "text", "url", "metadata"}, which MCP clients expect of `fetch`.
    """
    name, _, number = identity.rpartition("#")
    if number.isdecimal() and collection.article(identity) is None:
        whole, passages = _whole(collection, name, _SEARCH)
        for passage in passages:
            if passage.id == identity:
                return _document(
                    whole, identity, passage.text, {"passage": passage_to_dict(passage)}
                )
        raise NotThereError(f"{identity}: the article has no such passage; fetch {name}")
    whole, passages = _whole(collection, identity, _SEARCH)
    return _document(whole, whole.id, whole.text, {"passages": len(passages)})


def search(
    collection: Collection,
    query: str,
    *,
    k: int = 10,
    source: str = "",
    after: str = "",
    before: str = "",
) -> dict[str, Any]:
    """The hits of `find` as {"results": [{"id", "title", "url", "text", ...}], "filters"}.

    MCP clients expect this of `search`; each id can be given to `fetch`. `metadata` names the
    reprints. Raises InputError, CollectionError, ModelError.
    """
    where = _filter(source, after, before)
    found = find_passages(collection, query, k=k, where=where)
    known = collection.snapshot().articles
    return {
        "results": [
            _document(
                known[hit.passage.article],
                hit.passage.id,
                hit.passage.text,
                {"also": hit_to_dict(hit)["also"]},
            )
            for hit in found.hits
            if hit.passage.article in known
        ],
        "filters": found.narrowed.to_dict(),
    }


def _whole(
    collection: Collection, identity: str, otherwise: str = _LIST
) -> tuple[Article, tuple[Passage, ...]]:
    found = collection.passages(identity)
    if found is None:
        raise NotThereError(f"{identity or 'no name'}: not in this collection; {otherwise}")
    return found


def _document(whole: Article, identity: str, text: str, more: dict[str, Any]) -> dict[str, Any]:
    facts = {
        "article": whole.id,
        "outlet": whole.outlet,
        "date": whole.published.isoformat() if whole.published else None,
    }
    return {
        "id": identity,
        "title": whole.title,
        "text": text,
        "url": whole.url,
        "metadata": facts | more,
    }


def _filter(source: str, after: str, before: str) -> Filter:
    return Filter(
        source=source.strip() or None,
        after=parse_day(after, last=False) if after else None,
        before=parse_day(before, last=True) if before else None,
    )
