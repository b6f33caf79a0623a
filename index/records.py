"""What a collection keeps, as rows: each kind of record, and its columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from index.article import Article, Block, Dropped, Passage, Role, Summary

# The columns of an article as it is; what an update compares stands apart.
ARTICLE_COLUMNS: Final = (
    "id", "title", "title_on_page", "outlet", "published", "url", "text", "blocks", "dropped",
    "source_digest", "warnings", "author",
)  # fmt: skip
# An empty list in JSON: most are, and an update reads those of every article and file.
_NONE = "[]"


@dataclass(frozen=True, slots=True)
class StoredEncoding:
    """What the encoder made of one text: a passage, or the context that several share.

    `vector` is (dimension,) float32. `states` is (tokens, width) int8 and `offsets` (tokens, 2)
    uint32, in code points of the text; both None where the encoder has no late interaction.
    """

    vector: npt.NDArray[np.float32]
    states: npt.NDArray[np.int8] | None = None
    offsets: npt.NDArray[np.uint32] | None = None

    def size(self) -> int:
        """In bytes."""
        parts = (self.vector, self.states, self.offsets)
        return sum(part.nbytes for part in parts if part is not None)


class Keys(NamedTuple):
    """What a passage's encodings are kept under (see `encodings`).

    Those of its text and of its context (None without one), which have token vectors, and that of
    the two together.
    """

    own: str
    context: str | None
    whole: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored: its text stands in its article, its encodings under their `keys`."""

    article: str
    number: int
    start: int
    end: int
    context: str
    encoding: str
    context_encoding: str | None
    whole_encoding: str

    @property
    def keys(self) -> Keys:
        """The keys of its encodings."""
        return Keys(self.encoding, self.context_encoding, self.whole_encoding)

    def passage(self, article: Article) -> Passage:
        """The passage itself, cut out of its article."""
        text = article.text[self.start : self.end]
        return Passage(self.article, self.number, self.start, self.end, text, self.context)


class Known(NamedTuple):
    """What an update compares with: an article's two digests, its file, and since when it is so.

    `generation` is the one that last wrote the article, `warnings` what reading it could not keep.
    A tuple, as is `SourceFile`: every update makes one for each article, at a fifth of the cost.
    """

    source_digest: str
    digest: str
    file: str
    generation: int
    warnings: tuple[str, ...] = ()


class SourceFile(NamedTuple):
    """How a file looked when it was read (see `stamps`), so that it need not be read again.

    `skipped` is what in it was not read, and why; `kept` are the articles that it could not give
    any more, whose last good version stays.
    """

    stamp: str
    skipped: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()


def columns_of_article(article: Article) -> tuple[str | int | None, ...]:
    """An article's columns, in the order of ARTICLE_COLUMNS."""
    return (
        article.id,
        article.title,
        int(article.title_on_page),
        article.outlet,
        article.published.isoformat() if article.published else None,
        article.url,
        article.text,
        json.dumps([astuple(block) for block in article.blocks]),
        _json([astuple(line) for line in article.dropped]),
        article.source_digest,
        _json(article.warnings),
        article.author,
    )


def article_of_row(row: Sequence[Any]) -> Article:
    """The article of its columns, in the order of ARTICLE_COLUMNS."""
    identity, title, on_page, outlet, published, url, *rest = row
    text, blocks, dropped, source, warnings, author = rest
    return Article(
        id=identity,
        title=title,
        title_on_page=bool(on_page),
        outlet=outlet,
        published=date.fromisoformat(published) if published else None,
        url=url,
        author=author,
        text=text,
        blocks=tuple(Block(b[0], b[1], Role(b[2]), *b[3:]) for b in json.loads(blocks)),
        dropped=tuple(_dropped(*d) for d in json.loads(dropped)),
        source_digest=source,
        warnings=tuple(json.loads(warnings)),
    )


def summary_of_row(row: Sequence[Any]) -> Summary:
    """A summary of an article of the same columns."""
    identity, title, _, outlet, published, url, *_ = row
    return Summary(
        identity, title, outlet, date.fromisoformat(published) if published else None, url
    )


def columns_of_file(file: SourceFile) -> tuple[str, str, str]:
    """A source file's columns, after its path."""
    return file.stamp, _json(file.skipped), _json(file.kept)


def file_of_row(row: Sequence[str]) -> SourceFile:
    """The source file of its columns, after its path."""
    stamp, skipped, kept = row
    if skipped == kept == _NONE:
        return SourceFile(stamp)
    pairs = tuple((where, reason) for where, reason in json.loads(skipped))
    return SourceFile(stamp, pairs, strings(kept))


def strings(written: str) -> tuple[str, ...]:
    """A list of texts as it was stored."""
    return () if written == _NONE else tuple(json.loads(written))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _dropped(
    line: int, text: str, reason: str, kept_as: tuple[int, str, int] | None = None
) -> Dropped:
    place = (kept_as[0], Role(kept_as[1]), kept_as[2]) if kept_as else None
    return Dropped(line, text, reason, place)
