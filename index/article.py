"""The data everything else speaks of: articles, their blocks, their passages.

Offsets are Python code points into `Article.text`, half open, so that
`article.text[start:end] == quote` holds for whatever is quoted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a block of an article is."""

    BODY = "body"
    CAPTION = "caption"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line of the page that is not part of the article, and why.

    `line` is its number on the page, from 1: lines of a text, blocks of a web page.
    `kept_as` is set where only other pages tell so (see `sites`): the number of the block that it
    is when they do not, its role and section.
    """

    line: int
    text: str
    reason: str
    kept_as: tuple[int, Role, int] | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the source states in fields of its own; it counts before anything read off the text."""

    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    url: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One source file, or one entry of it, as text that is not yet cleaned.

    `id` is the file's path inside the indexed folder, with forward slashes; an entry of an archive
    or of JSON lines goes on after its file's path (see `formats.naming`). `digest` is the SHA-256
    of the bytes it came from; `warnings` say what reading could not keep. `bare` says that the
    text came in a field of its own, without a page around it: doubtful lines stay. `dropped` is
    what reading left out before cleaning, as the menus of a saved web page; `lines` are then the
    numbers on the page of the lines that the text has, blank ones apart; of those, `headings` are
    what the markup makes headings, `items` entries of lists and rows of tables. `file` is the path
    of the file it came from, when that is not its id, and `stamp` tells whether that file has
    changed since (None: it was too fresh to tell, see `stamps`).
    """

    id: str
    text: str
    digest: str
    warnings: tuple[str, ...] = ()
    metadata: Metadata = Metadata()
    bare: bool = False
    dropped: tuple[Dropped, ...] = ()
    lines: tuple[int, ...] = ()
    headings: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    file: str = ""
    stamp: str | None = None

    @property
    def source(self) -> str:
        """The path of the file it came from."""
        return self.file or self.id


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read, and why.

    `path` is the id of the article, or of the file or folder whose articles cannot be told;
    `place` says where inside it ("line 7"). `by_rule` marks what nobody expects to be read, like
    `.git` or an editor's backup. `passing` says that the reason is not in the file alone, as when
    it took too long: another try may do better. `stamp` is that of the file, as in `Page`, and
    None where it is to be tried again.
    """

    path: str
    reason: str
    place: str = ""
    by_rule: bool = False
    passing: bool = False
    file: str = ""
    stamp: str | None = None

    @property
    def source(self) -> str:
        """The path of the file it stood in."""
        return self.file or self.path

    @property
    def where(self) -> str:
        """The path and the place inside it, for people."""
        return f"{self.path}, {self.place}" if self.place else self.path


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or caption: `article.text[start:end]`, its section, and its line on the page."""

    start: int
    end: int
    role: Role
    section: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article: what may be quoted, what is known about it, and what was left out.

    `title` is the page's own headline, or the opening of the article when the page has none
    (`title_on_page` tells which). `outlet`, `published`, `url` and `author` are None when the page
    does not say.
    """

    id: str
    title: str
    title_on_page: bool
    outlet: str | None
    published: date | None
    url: str | None
    text: str
    blocks: tuple[Block, ...]
    dropped: tuple[Dropped, ...]
    source_digest: str
    warnings: tuple[str, ...] = ()
    author: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that is indexed or shown: an advert that changed does not count."""
        parts = [
            self.title,
            self.outlet or "",
            str(self.published or ""),
            self.url or "",
            self.author or "",
            self.text,
        ]
        parts += [f"{b.start}:{b.end}:{b.role}:{b.section}" for b in self.blocks]
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of articles shows of one, or chooses by."""

    id: str
    title: str
    outlet: str | None
    published: date | None
    url: str | None

    def has(self, text: str) -> bool:
        """Whether title, outlet or id has this in it, in any case and but for space around it."""
        return text.strip().casefold() in f"{self.title}\n{self.outlet or ''}\n{self.id}".casefold()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that is searched as one: `article.text[start:end] == text`.

    `context` (title, date, lead of the section) is embedded and indexed with the passage and is
    never quoted. `number` counts from 1 inside the article.
    """

    article: str
    number: int
    start: int
    end: int
    text: str
    context: str

    @property
    def id(self) -> str:
        """`ARTICLE#NUMBER`, as `kutip show` takes it."""
        return f"{self.article}#{self.number}"

    @property
    def with_context(self) -> str:
        """Context and text together, for counting words."""
        return f"{self.context}\n{self.text}" if self.context else self.text
