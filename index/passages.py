"""Articles to passages: what is searched as one, and the context it is searched with.

"Both sides agreed to expand training" names no country; the opening of its section does. So each
passage carries a context of headline, date and section lead. The context is embedded and indexed
with the passage and never quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from index.article import Article, Block, Passage, Role
from index.sentences import sentences

# Longer passages blur: half of the encoder's window of 512 leaves room for the context.
MAX_TOKENS = 224
# No natural text has so many characters in as many tokens; it is cut without counting. Nor has
# the opening of a sentence as many: a context stands in every passage of its section.
LONG = MAX_TOKENS * 32
# More of a headline would leave the text less than its half of the encoder's window.
TITLE_CHARS = 600
# A lead names who meets whom in its first words; the rest is what they said.
LEAD_WORDS = 32

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]


def split(article: Article, *, count_tokens: CountTokens) -> tuple[Passage, ...]:
    """Cut an article into passages: paragraphs, the long ones at sentence ends, none empty.

    Passages never cross a section. `count_tokens` maps texts to their lengths in the encoder's
    tokens, those included that it puts around every text: they make up for what stands between
    sentences that become one passage.
    """
    passages: list[Passage] = []
    for _, group in groupby(article.blocks, key=lambda block: block.section):
        blocks = list(group)
        lead = _lead(article, blocks)
        heading = _heading(article, blocks)
        # Once, or a sentence without end would be gone through for each of its pieces.
        opening = "" if lead is None else _cut(article.text[lead[0] : min(lead[1], lead[0] + LONG)])
        for block in blocks:
            if block.role is Role.HEADING:
                continue
            for start, end in _pieces(article.text, block, count_tokens):
                is_lead = lead is not None and start <= lead[0] < end
                passages.append(
                    Passage(
                        article=article.id,
                        number=len(passages) + 1,
                        start=start,
                        end=end,
                        text=article.text[start:end],
                        context=_context(article, heading, "" if is_lead else opening),
                    )
                )
    return tuple(passages)


def leads(passage: Passage, following: Passage) -> bool:
    """Whether a passage opens with the lead that the following one has in its context."""
    if passage.article != following.article or not following.context.startswith(passage.context):
        return False
    spans = sentences(passage.text)
    lead = _cut(passage.text[slice(*spans[0])]) if spans else ""
    return bool(lead) and following.context == _joined(passage.context, lead)


def _context(article: Article, heading: str, lead: str) -> str:
    published = article.published.isoformat() if article.published else ""
    title = article.title if article.title_on_page else ""
    if len(title) > TITLE_CHARS:
        title = title[:TITLE_CHARS].rsplit(" ", 1)[0]
    return _joined(title, published, heading[:TITLE_CHARS], lead)


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _heading(article: Article, blocks: list[Block]) -> str:
    """The section's headings, which stand below each other."""
    return _joined(*(article.text[b.start : b.end] for b in blocks if b.role is Role.HEADING))


def _lead(article: Article, blocks: list[Block]) -> Span | None:
    """The first sentence of the section's first paragraph."""
    first = next((block for block in blocks if block.role is Role.BODY), None)
    if first is None:
        return None
    start, end = sentences(article.text[first.start : first.end])[0]
    return first.start + start, first.start + end


def _cut(text: str) -> str:
    return " ".join(text.split(maxsplit=LEAD_WORDS)[:LEAD_WORDS])


def _pieces(text: str, block: Block, count_tokens: CountTokens) -> list[Span]:
    """The block's sentences, grouped into as few and as equal pieces as the limit allows."""
    spans = [
        (block.start + start, block.start + end)
        for start, end in sentences(text[block.start : block.end])
    ]
    counted = count_tokens([text[start : min(end, start + LONG)] for start, end in spans])
    lengths = [
        MAX_TOKENS + 1 if end - start > LONG else length
        for (start, end), length in zip(spans, counted, strict=True)
    ]
    units: list[tuple[Span, int]] = []
    for span, length in zip(spans, lengths, strict=True):
        if length > MAX_TOKENS:
            units += [
                (part, count_tokens([text[slice(*part)]])[0])
                for part in _halve(text, span, count_tokens)
            ]
        else:
            units.append((span, length))
    total = sum(length for _, length in units)
    target = total / max(1, -(-total // MAX_TOKENS))
    pieces: list[Span] = []
    filled = 0
    for (start, end), length in units:
        if pieces and filled + length <= MAX_TOKENS and filled + length / 2 <= target:
            pieces[-1] = (pieces[-1][0], end)
            filled += length
        else:
            pieces.append((start, end))
            filled = length
    return pieces


def _halve(text: str, span: Span, count_tokens: CountTokens) -> list[Span]:
    """A sentence beyond the limit, cut near its middle: at a clause, at a space, else there."""
    start, end = span
    short = end - start <= LONG and count_tokens([text[start:end]])[0] <= MAX_TOKENS
    if end - start < 2 or short:
        return [span]
    middle = (start + end) // 2
    quarter = (end - start) // 4
    cut = middle
    for mark in ("; ", ", ", " "):
        before = text.rfind(mark, middle - quarter, middle)
        after = text.find(mark, middle, middle + quarter)
        found = [position + len(mark) for position in (before, after) if position >= 0]
        if found:
            cut = min(found, key=lambda position: abs(position - middle))
            break
    left, right = (start, cut), (cut, end)
    return [
        part
        for half in (_trim(text, left), _trim(text, right))
        if half
        for part in _halve(text, half, count_tokens)
    ]


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
