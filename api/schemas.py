"""The JSON of the HTTP API, for its OpenAPI document and for checking what comes in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from qa.operators import MAX_CHARS


def _integer(value: object) -> object:
    """What JSON takes for an integer: not `true`, an int to Python, but 3.0, to Python none."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[
    int, Field(ge=1, le=1000, description="How many passages."), BeforeValidator(_integer)
]
Source = Annotated[
    str, Field(max_length=200, description="Only outlets whose name or host has this in it.")
]
After = Annotated[
    str, Field(max_length=10, description="This day or later: YYYY, YYYY-MM, YYYY-MM-DD.")
]
Before = Annotated[
    str, Field(max_length=10, description="Up to this day: YYYY, YYYY-MM, YYYY-MM-DD.")
]
Text = Annotated[str, Field(max_length=MAX_CHARS)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Filtered(_Request):
    source: Source = ""
    after: After = ""
    before: Before = ""


class AskQuery(_Filtered):
    """An AskRequest in an address, where a number is text."""

    question: Text
    k: Count = 5


class AskRequest(AskQuery, strict=True):
    """A question in any language, operators and all, and which articles may answer it."""


class FindQuery(_Filtered):
    """A FindRequest in an address, where a number is text."""

    query: Text
    k: Count = 10


class FindRequest(FindQuery, strict=True):
    """A look-up: words, "exact phrases", -without, and the operators of a question."""


class ArticlesQuery(_Filtered):
    """Which articles to list."""

    text: Text = ""
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class IndexRequest(_Request, strict=True):
    """An empty object: an update has no options."""


class Passage(BaseModel):
    """A passage: `text` stands at `start` to `end` in the article's text."""

    id: str
    start: int
    end: int
    text: str


class Version(BaseModel):
    """The same text in another article: `text[start:end] == quote` there."""

    article: str
    title: str
    outlet: str | None
    date: str | None
    url: str | None
    start: int
    end: int
    quote: str


class Hit(BaseModel):
    """A ranked passage; `also` is the same text elsewhere, earliest first, the undated last."""

    rank: int
    article: str
    score: float
    passage: Passage
    also: list[Version]


class Match(Hit):
    """A ranked passage with the spans of the article's text that match the query."""

    matches: list[tuple[int, int]]


class Quote(BaseModel):
    """A sentence of the answer and the number of its citation."""

    quote: str
    citation: int


class Citation(BaseModel):
    """Where a quote stands: `text[start:end] == quote`, in code points of the article's text."""

    n: int
    article: str
    title: str
    outlet: str | None
    date: str | None
    url: str | None
    start: int
    end: int
    quote: str
    passage: Passage
    also: list[Version]


class Filters(BaseModel):
    """What was understood of operators and filters, all of which must hold, and what that did.

    `undated_left_out` counts the undated articles that only a date filter kept out;
    `phrases_missing` are phrases that no passage holds, or not together.
    """

    source: list[str]
    after: str | None
    before: str | None
    phrases: list[str]
    without: list[str]
    undated_left_out: int
    phrases_missing: list[str]


class Answer(BaseModel):
    """What the articles say; without an answer, `answer` and `citations` are empty."""

    question: str
    language: str
    answered: bool
    confidence: float
    answer: list[Quote]
    citations: list[Citation]
    hits: list[Hit]
    terms: list[tuple[str, str]]
    generation: int
    took_ms: float
    filters: Filters


class Lookup(BaseModel):
    """Passages that match, best first."""

    query: str
    hits: list[Match]
    generation: int
    took_ms: float
    filters: Filters


class Summary(BaseModel):
    """An article without its text."""

    article: str
    title: str
    title_on_page: bool
    outlet: str | None
    date: str | None
    url: str | None
    author: str | None
    passages: int
    warnings: list[str]


class Articles(BaseModel):
    """`total` articles match; these are some of them, newest first."""

    total: int
    articles: list[Summary]
    generation: int


class Block(BaseModel):
    """A paragraph, caption or heading: `text[start:end]` of its article."""

    start: int
    end: int
    role: Literal["body", "caption", "heading"]
    section: int


class ArticlePassage(Passage):
    """A passage, and the context that it is searched with and never quoted with."""

    article: str
    context: str


class Dropped(BaseModel):
    """A line of the page that is not part of the article, and why."""

    line: int
    text: str
    reason: str


class Article(BaseModel):
    """An article as indexed, with what cleaning dropped and why."""

    article: str
    title: str
    title_on_page: bool
    outlet: str | None
    date: str | None
    url: str | None
    author: str | None
    text: str
    blocks: list[Block]
    passages: list[ArticlePassage]
    dropped: list[Dropped]
    warnings: list[str]


class Progress(BaseModel):
    """Where an update is; `total` grows while reading."""

    stage: str
    done: int
    total: int


class Report(BaseModel):
    """What an update did, by articles' ids.

    `moved` pairs old with new, `skipped` and `warnings` what was not read, or with doubts, with the
    reason; `reasons` counts those by kind.
    """

    folder: str
    added: list[str]
    changed: list[str]
    moved: list[tuple[str, str]]
    removed: list[str]
    unchanged: list[str]
    kept: list[str]
    skipped: list[tuple[str, str]]
    warnings: list[tuple[str, str]]
    ignored: list[str]
    passages: int
    encoded: int
    cut: int
    generation: int
    seconds: float
    dry_run: bool
    reasons: dict[str, dict[str, int]]


class Job(BaseModel):
    """The update of the collection: what runs now, or how the last one ended.

    `generation` is the collection's newest, whoever made it: it changes when the articles do.
    """

    state: Literal["idle", "running", "cancelling", "done", "cancelled", "failed"]
    progress: Progress | None
    report: Report | None
    error: str | None
    generation: int | None


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
