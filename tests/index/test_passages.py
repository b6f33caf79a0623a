from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import passages
from index.article import Metadata, Page
from index.cleaning import clean
from index.passages import LONG, MAX_TOKENS, leads, split


def count(texts: Sequence[str]) -> list[int]:
    """Every character a token, and one that begins the text: the strictest encoder there could be.

    What begins each sentence makes up for the spaces between them.
    """
    return [1 + len(text) for text in texts]


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


PROSE = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40),
    min_size=1,
    max_size=30,
).map(" ".join)


@given(
    st.lists(PROSE | st.just("*Pada pertemuan dengan Menteri A, hal itu disepakati."), max_size=8)
)
@settings(max_examples=200)
def test_passages_are_exact_bounded_and_complete(paragraphs: list[str]) -> None:
    article = clean(Page("a", "\n".join(f"{p}, demikian kata Menteri." for p in paragraphs), "d"))
    passages = split(article, count_tokens=count)
    assert [p.number for p in passages] == list(range(1, len(passages) + 1))
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        assert count([passage.text])[0] <= MAX_TOKENS
        sections = {
            b.section for b in article.blocks if b.start < passage.end and passage.start < b.end
        }
        assert len(sections) == 1
    covered = "".join(p.text for p in passages)
    lost = [c for c in article.text if not c.isspace()]
    kept = [c for c in covered if not c.isspace()]
    # Only list marks at the edges of sentences are left out.
    assert len(lost) - len(kept) == sum(lost.count(c) - kept.count(c) for c in set("*•·–-"))


def test_context_is_title_date_and_lead_but_never_the_lead_of_itself() -> None:
    text = (
        "Vietnam dan Jepang bertemu di Tokyo\n14/10/2025\n"
        "Pada tanggal 14 Oktober, Menteri Vietnam bertemu Menteri Jepang di Tokyo untuk dialog.\n"
        "Kedua belah pihak sepakat untuk memperluas pelatihan.\n"
        "*Pada pertemuan dengan Menteri Turki, kedua menteri membahas perdagangan bersama.\n"
        "Kedua pihak sepakat untuk mendorong ekspor barang."
    )
    article = clean(Page("a", text, "d"))
    first, second, third, fourth = split(article, count_tokens=words)
    assert first.context == "Vietnam dan Jepang bertemu di Tokyo\n2025-10-14"
    assert "Menteri Jepang di Tokyo" in second.context
    assert third.context == first.context
    assert "Menteri Turki" in fourth.context
    assert "Jepang di Tokyo untuk" not in fourth.context
    assert fourth.with_context.endswith(f"\n{fourth.text}")
    # Each section's first passage leads the one after it, and no other.
    pairs = [leads(one, following) for one, following in pairwise((first, second, third, fourth))]
    assert pairs == [True, False, True]
    assert not leads(first, replace(second, article="b"))


def test_long_paragraphs_are_cut_at_sentences_into_even_pieces() -> None:
    sentence = "Kedua belah pihak sepakat untuk terus memperluas kerja sama pelatihan."
    article = clean(Page("a", " ".join([sentence] * 40), "d"))
    passages = split(article, count_tokens=words)
    lengths = [len(p.text.split()) for p in passages]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 10
    assert all(p.text.startswith("Kedua") and p.text.endswith(".") for p in passages)


def test_a_sections_heading_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    found = passages._heading
    monkeypatch.setattr(passages, "_heading", lambda *a: asked.append(1) or found(*a))
    text = "Kedua belah pihak sepakat untuk terus memperluas kerja sama pelatihan.\n" * 20
    assert len(split(clean(Page("a", text, "d")), count_tokens=words)) == 20
    assert len(asked) == 1


@pytest.mark.parametrize("text", ["日" * 60_000, "kata " * 60_000])
def test_a_sentence_without_end_is_no_context_without_end(text: str) -> None:
    headline = Metadata(title="Judul" * 10_000)
    started = time.process_time()
    found = split(clean(Page("a", text, "d", metadata=headline, bare=True)), count_tokens=count)
    assert "".join(p.text for p in found).replace(" ", "") == text.replace(" ", "")
    assert len(found) > 200
    assert max(len(p.context) for p in found) <= 2 * LONG + 1
    assert time.process_time() - started < 5


def test_a_long_headline_leaves_the_passages_room() -> None:
    body = "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama pelatihan."
    for title, kept in ((("Rapat " * 90).strip(), 539), (("Rapat " * 300).strip(), 599)):
        article = clean(Page("a", body, "d", metadata=Metadata(title=title), bare=True))
        (passage,) = split(article, count_tokens=words)
        assert (article.title, passage.context) == (title, title[:kept])
