"""Markdown with front matter: fields to metadata, markup to plain paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from index.article import Dropped, Page, Skipped
from index.formats.crude import strip_tags
from index.formats.decoding import decode
from index.formats.fields import metadata_of
from index.formats.kinds import binary
from index.formats.plain import EMPTY, NO_TEXT, digest_of

if TYPE_CHECKING:
    from markdown_it.token import Token

# Front matter is some lines; a file that never closes it has none.
MAX_FRONT = 100_000
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LINE = re.compile(r"([A-Za-z_][\w -]*?)\s*:\s*(.*)")
_HEADING = re.compile(r"h[1-6]")
PROGRAM = "program code"
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)(\s+[^\s/<>][^<>]*)?\s*/?>")
# Those of these that part words; all need no closing.
_PARTING, _ALONE = frozenset({"br", "hr", "p"}), frozenset({"br", "hr", "p", "wbr"})
_PLAIN_TAGS = ("tag:yaml.org,2002:", "!")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text, the line it begins on, and what it is.

    `level` is that of a heading (0: none), `item` says that it stands in a list or table,
    `reason` why it is to be left out, if it is.
    """

    text: str
    line: int
    level: int = 0
    item: bool = False
    reason: str = ""

    @property
    def numbers(self) -> list[int]:
        """The number of each of its lines that hold anything."""
        return [n for n, line in enumerate(self.text.split("\n"), self.line) if line.strip()]


class _HostileError(Exception):
    """Front matter made to do harm; the message says what it holds."""


def read_markdown(identity: str, data: bytes) -> Page | Skipped:
    """A Markdown file as a page: blocks separated by blank lines, without markup."""
    if what := binary(data):
        return Skipped(identity, f"not text, but {what}")
    decoded = decode(data)
    if isinstance(decoded, str):
        return Skipped(identity, decoded)
    text, warnings = decoded
    fields: dict[str, object] = {}
    if match := _FRONT.match(text, 0, MAX_FRONT):
        try:
            fields, more = front_matter(match.group(1) or "")
        except _HostileError as error:
            return Skipped(identity, f"front matter with {error}")
        warnings += more
        text = text[match.end() :]
    metadata, more = metadata_of(fields)
    first = decoded[0][: len(decoded[0]) - len(text)].count("\n") + 1
    blocks = [block for block in to_blocks(text, first) if block.text]
    if not blocks:
        return Skipped(identity, NO_TEXT if data else EMPTY)
    if not metadata.title:
        metadata = replace(metadata, title=_headline(blocks))
    kept = [block for block in blocks if not block.reason]
    return Page(
        identity,
        "\n\n".join(block.text for block in kept),
        digest_of(data),
        (*warnings, *more),
        metadata,
        dropped=tuple(Dropped(b.line, b.text, b.reason) for b in blocks if b.reason),
        lines=tuple(n for block in kept for n in block.numbers),
        headings=tuple(block.line for block in kept if block.level),
        items=tuple(block.line for block in kept if block.item),
    )


def _headline(blocks: Sequence[Block]) -> str | None:
    """The one heading of level 1, when no paragraph stands above it."""
    from index.lines import is_prose  # loads regex, for Markdown only

    above = takewhile(lambda block: block.level or not is_prose(block.text), blocks)
    first = next((block for block in above if block.level == 1), None)
    alone = sum(block.level == 1 for block in blocks) == 1
    return first.text if first and alone else None


def front_matter(text: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields at the top level, as text, and warnings; nothing is ever constructed.

    What is no YAML ("title: Rapat: hasil") is read line by line. Raises for aliases, which may
    unfold without end, and for tags, which ask for objects.
    """
    import yaml

    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _HostileError("aliases")
            tag = getattr(event, "tag", None)
            if tag and not (tag in _PLAIN_TAGS or tag.startswith("tag:yaml.org,2002:str")):
                raise _HostileError(f"a tag ({tag[:40]})")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise _HostileError("lists nested too deep") from None
    except yaml.YAMLError:
        found = (_LINE.fullmatch(line) for line in text.splitlines())
        fields = {m[1]: m[2].strip().strip("\"'") for m in found if m}
        return dict(fields), ("front matter is no YAML: read line by line",)
    if not isinstance(node, yaml.MappingNode):
        return {}, ("front matter without fields",) if node is not None else ()
    return {
        key.value: _scalar(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)
    }, ()


def _scalar(node: object) -> str | None:
    """A scalar's text; a list of scalars, as authors often are, joined."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(str(n.value) for n in node.value if isinstance(n, yaml.ScalarNode))
    return None


def to_blocks(text: str, first: int = 1) -> Iterator[Block]:
    """The paragraphs, headings, list entries and table rows of Markdown as plain lines.

    `first` is the number of the text's first line in its file. A list's entry that is nothing but
    a link is none of an article's; programs have a reason to be left out.
    """
    from markdown_it import MarkdownIt

    around: list[str] = []
    cells: list[str] = []
    line = first
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    raw = [part for token in tokens for part in (token, *(token.children or ()))]
    opened = {tag[2] for tag in _tags(raw) if not tag[1]}
    for token in tokens:
        line = first + token.map[0] if token.map else line
        if token.nesting > 0:
            around.append(token.tag)
        elif token.nesting < 0:
            around.pop()
        if token.type == "inline":
            words, linked = _inline(token.children or (), opened)
            if "tr" in around:
                cells.append(words)
            else:
                level = next((int(tag[1]) for tag in around if _HEADING.fullmatch(tag)), 0)
                yield Block(words, line, level, "li" in around and not linked)
        elif token.type == "tr_close":
            yield Block(" ".join(cells).strip(), line, item=True)
            cells = []
        elif token.type in ("fence", "code_block"):
            yield Block(token.content.strip(), line, reason=PROGRAM if token.info else "")
        elif token.type == "html_block":
            yield from (Block(b.strip(), line) for b in strip_tags(token.content).split("\n\n"))


def _inline(tokens: Sequence[Token], opened: Set[str]) -> tuple[str, bool]:
    """The text of a paragraph, and whether all its words are links.

    A tag without attributes that is not closed in the paragraph is a word of the author's: "Why
    <script> matters"; so is one that closes what is never `opened`. All others are markup.
    """
    pieces = []
    depth = 0
    linked = plain = False
    closed = {tag[2] for tag in _tags(tokens) if tag[1]}
    for token in tokens:
        depth += token.nesting if token.type.startswith("link_") else 0
        if token.type in ("text", "code_inline"):
            pieces.append(token.content)
            worded = any(c.isalnum() for c in token.content)
            linked, plain = linked or (worded and depth > 0), plain or (worded and depth == 0)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        for tag in _tags([token]):
            if tag[2].lower() in _ALONE:
                pieces.append(" " if tag[2].lower() in _PARTING else "")
            elif not tag[3] and tag[2] not in (opened if tag[1] else closed):
                pieces.append(tag[0])
    return "".join(pieces).strip(), linked and not plain


def _tags(tokens: Iterable[Token]) -> Iterator[re.Match[str]]:
    """The tags in raw HTML: whether each closes, its name and attributes."""
    for token in tokens:
        if token.type in ("html_inline", "html_block"):
            yield from _TAG.finditer(token.content)
