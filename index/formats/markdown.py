"""Markdown with front matter: fields to metadata, markup to plain paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.article import Page, Skipped
from index.formats.crude import strip_tags
from index.formats.decoding import decode
from index.formats.fields import metadata_of
from index.formats.kinds import binary
from index.formats.plain import EMPTY, NO_TEXT, digest_of

# Front matter is some lines; a file that never closes it has none.
MAX_FRONT = 100_000
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LINE = re.compile(r"([A-Za-z_][\w -]*?)\s*:\s*(.*)")
_PLAIN_TAGS = ("tag:yaml.org,2002:", "!")


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
    blocks = [block for block in to_blocks(text) if block]
    if not blocks:
        return Skipped(identity, NO_TEXT if data else EMPTY)
    return Page(identity, "\n\n".join(blocks), digest_of(data), (*warnings, *more), metadata)


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


def to_blocks(text: str) -> Iterator[str]:
    """The paragraphs, headings and list entries of Markdown as plain lines."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "inline":
            yield _inline(token.children or ()).strip()
        elif token.type in ("fence", "code_block"):
            yield token.content.strip()
        elif token.type == "html_block":
            yield from (block.strip() for block in strip_tags(token.content).split("\n\n"))


def _inline(tokens: Sequence[object]) -> str:
    pieces = []
    for token in tokens:
        kind = getattr(token, "type", "")
        if kind in ("text", "code_inline"):
            pieces.append(getattr(token, "content", ""))
        elif kind in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return "".join(pieces)
