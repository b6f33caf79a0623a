"""An answer to keep: as Markdown, and the address that gives it as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from page.asked import Asked
from page.sources import safe_url
from page.wording import Wording
from qa.answer import Answer, Citation

# What Markdown would read as more than text: an article must not become a link or an image.
_SIGNS = re.compile(r"([\\`*_\[\]<>&|~$])")
# A backslash before a digit would be shown: in "1." the mark takes it.
_LINE_START = re.compile(r"^(\s*\d*)([#+\-=.)])", re.MULTILINE)


def to_markdown(answer: Answer, w: Wording) -> str:
    """The question, the quotes with their numbers, and the sources they were cut from."""
    parts = [f"# {_plain(answer.question)}"]
    for citation in answer.citations:
        lines = _plain(citation.quote).splitlines() or [""]
        parts.append("\n".join(f"> {line}" for line in lines) + f" [{citation.n}]")
    sources = []
    for c in answer.citations:
        facts = [c.outlet or c.article, c.title, w.day(c.published)]
        line = f"{c.n}. " + " · ".join(_plain(" ".join(fact.split())) for fact in facts)
        if url := safe_url(c.url):
            line += f" · <{url.replace('>', '%3E').replace('<', '%3C')}>"
        sources.append(line)
        sources += [f"   {also}" for also in _reprints(c, w)]
    return "\n\n".join([*parts, "\n".join(sources)]) + "\n"


def _reprints(citation: Citation, w: Wording) -> Iterator[str]:
    """Under its source, the other articles that say the same."""
    if citation.also:
        told = (f"{v.outlet or v.article}, {w.day(v.published)}" for v in citation.also)
        said = f"{w.count(len(citation.also), w.also_in)}: {'; '.join(told)}"
        yield _plain(" ".join(said.split()))


def json_address(asked: Asked) -> str:
    """Where the HTTP API gives this answer."""
    fields = {
        "question": asked.text.strip(),
        "source": asked.source.strip(),
        "after": asked.after.strip(),
        "before": asked.before.strip(),
    }
    return "/v1/ask?" + urlencode({name: value for name, value in fields.items() if value})


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LINE_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))
