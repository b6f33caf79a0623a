"""Articles and passages as the documented JSON objects, and how every JSON text is written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from index.article import Article, Passage

# JSON lets the controls after DEL stand as they are, and some terminals obey them.
_LATE_CONTROLS: Final = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def to_json(data: Mapping[str, Any]) -> str:
    """One JSON text on one line; the command line, HTTP and MCP give the same bytes.

    Half a surrogate pair, which a question may hold, is escaped: UTF-8 has no bytes for it.
    """
    text = json.dumps(data, ensure_ascii=False).translate(_LATE_CONTROLS)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def summary_to_dict(article: Article, *, passages: int) -> dict[str, Any]:
    """What is known about an article, without its text; `passages` is how many it has."""
    return _facts(article) | {"passages": passages, "warnings": list(article.warnings)}


def article_to_dict(article: Article, passages: Sequence[Passage]) -> dict[str, Any]:
    """An article as indexed: its text, which all offsets refer to, and what was dropped."""
    return _facts(article) | {
        "text": article.text,
        "blocks": [
            {"start": b.start, "end": b.end, "role": b.role.value, "section": b.section}
            for b in article.blocks
        ],
        "passages": [passage_to_dict(passage) for passage in passages],
        "dropped": [{"line": d.line, "text": d.text, "reason": d.reason} for d in article.dropped],
        "warnings": list(article.warnings),
    }


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    """A passage with the context it is searched with and never quoted with."""
    return {
        "id": passage.id,
        "article": passage.article,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "context": passage.context,
    }


def _facts(article: Article) -> dict[str, Any]:
    return {
        "article": article.id,
        "title": article.title,
        "title_on_page": article.title_on_page,
        "outlet": article.outlet,
        "date": article.published.isoformat() if article.published else None,
        "url": article.url,
        "author": article.author,
    }
