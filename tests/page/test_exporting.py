"""What a reader keeps of an answer."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from markdown_it import MarkdownIt

from page.asked import Asked
from page.exporting import json_address, to_markdown
from page.wording import ENGLISH
from tests.page.test_rendering import PAYLOADS, answered

MORE = [
    "![](http://canary.invalid/?q=1)", "[x](javascript:alert(1))", "# Heading", "- item", "1. x",
    "a\n\n---\n\nb", "    code", "```\n<img src=x>\n```", "<http://canary.invalid>", "$$x$$",
    "> quote", "a\n=====", "| a | b |\n|---|---|\n| c | d |", "&lt;b&gt;",
]  # fmt: skip
BLOCKS = {
    "html_block", "html_inline", "image", "fence", "code_inline", "hr", "strong_open", "em_open",
    "table_open", "bullet_list_open",
}  # fmt: skip


def test_an_answer_as_markdown() -> None:
    assert to_markdown(answered("Rusia_* membangun."), ENGLISH) == (
        "# Question Rusia\\_\\* membangun.\n\n"
        "> Rusia\\_\\* membangun. [1]\n\n"
        "1. Outlet Rusia\\_\\* membangun. · Title Rusia\\_\\* membangun. · 4 Dec 2025\n"
        "   also in 1 other place: Outlet Rusia\\_\\* membangun., 4 Dec 2025\n"
    )


@pytest.mark.parametrize("payload", [*PAYLOADS, *MORE], ids=lambda p: p[:20])
def test_an_article_is_only_text_in_markdown(payload: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(
        to_markdown(answered(payload), ENGLISH)
    )
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inner)}
    assert not kinds & BLOCKS
    links = [child.attrs["href"] for child in inner if child.type == "link_open"]
    assert all(str(link).startswith("https://example.org/") for link in links)
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h1"]
    assert len([t for t in tokens if t.type == "ordered_list_open"]) == 1


@pytest.mark.parametrize(
    "quote",
    ["12. Pasal itu berlaku.", "3) tiga", "2025-2026", "- satu", "+ dua", "# tiga", "1.5 %"],
)
def test_a_quote_is_shown_in_markdown_as_it_is(quote: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(to_markdown(answered(quote), ENGLISH))
    shown = ["".join(part.content for part in token.children or ()) for token in tokens]
    assert f"{quote} [1]" in shown


def test_the_address_of_the_json_asks_the_same() -> None:
    asked = Asked(" Apa & siapa? <x>", source="tempo", after="2025-01-01")
    address = urlsplit(json_address(asked))
    assert (address.scheme, address.netloc, address.path) == ("", "", "/v1/ask")
    assert parse_qs(address.query) == {
        "question": ["Apa & siapa? <x>"], "source": ["tempo"], "after": ["2025-01-01"],
    }  # fmt: skip
