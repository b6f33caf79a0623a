"""One story in many outlets is one result; two stories never are."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Page
from index.cleaning import clean
from index.collection import Collection
from index.filters import Filter
from index.passages import split
from qa import answering, resemblance
from qa.answer import Hit
from qa.answering import ask, respond
from qa.folding import counterparts, fold
from qa.lookup import find
from qa.operators import plain
from qa.resemblance import copies
from tests.fakes import FakeEncoder
from tests.qa.test_answering import collect

STORY = """\
Kementerian Keamanan Publik Vietnam dan Kepolisian Nasional Jepang menandatangani nota kesepahaman \
tentang pelatihan keamanan siber di Tokyo pada Jumat, kata juru bicara Hideo Sato kepada wartawan.
Menurut Hideo Sato, dua puluh perwira Vietnam akan mengikuti kursus enam bulan di Akademi Osaka \
mulai April, dan biaya sebesar 3,5 juta dolar ditanggung oleh pemerintah Jepang.
Wakil Menteri Le Quoc Hung mengatakan kursus itu menutup kekurangan ahli forensik digital yang \
dialami kepolisian daerah sejak kasus penipuan daring meningkat tajam di Hanoi dan Da Nang.
Kedua pihak juga sepakat membuka jalur komunikasi langsung selama dua puluh empat jam agar \
permintaan bantuan hukum dapat dijawab paling lambat dalam tiga hari kerja.
"""
# The same event, told by someone else.
REPORT = """\
Jepang membiayai kursus enam bulan bagi dua puluh polisi Vietnam, demikian isi kesepakatan yang \
diteken di Tokyo hari Jumat oleh kepolisian Jepang dan Kementerian Keamanan Publik Vietnam.
Kursus digelar di Akademi Osaka; Tokyo menyediakan 3,5 juta dolar untuk itu, ujar Hideo Sato yang \
menjadi juru bicara kepolisian dalam jumpa pers seusai upacara penandatanganan.
Dari pihak Hanoi, Wakil Menteri Le Quoc Hung menyoroti banyaknya korban penipuan lewat internet, \
sementara tenaga forensik digital masih langka di luar kota besar.
Permintaan bantuan hukum antara kedua negara kelak harus dibalas tiga hari kerja sesudah diterima, \
melalui sebuah saluran yang siaga siang dan malam.
"""
# Another event, in the mould of the first story.
MOULD = (
    STORY.replace("Jepang", "Turki").replace("Tokyo", "Ankara").replace("Hideo Sato", "Emre Kaya")
    .replace("Akademi Osaka", "Akademi Izmir").replace("3,5", "1,2").replace("April", "Juni")
    .replace("Le Quoc Hung", "Tran To Lam").replace("Jumat", "Senin").replace("Da Nang", "Hue")
    .replace("keamanan siber", "penjaga perbatasan").replace("forensik digital", "pelacak senjata")
)  # fmt: skip


def article(text: str, identity: str = "a.txt", published: date | None = None) -> Article:
    return replace(clean(Page(identity, text, identity)), published=published)


def edited(text: str, share: float, seed: int) -> str:
    """A copy with this share of its words replaced, left out or doubled."""
    dice = random.Random(seed)
    lines = []
    for line in text.splitlines():
        words: list[str] = []
        for word in line.split():
            kind = dice.randrange(3) if dice.random() < share else 3
            words += [["kabarnya"], [], [word, "memang"], [word]][kind]
        lines.append(" ".join(words))
    return "\n".join(lines)


class Told(dict[str, Article]):
    """Articles as folding asks for them."""

    def text(self, identity: str) -> str:
        return self[identity].text

    def published(self, identity: str) -> date | None:
        return self[identity].published


def folded(hits: Sequence[Hit], *articles: Article, k: int | None = None) -> tuple[Hit, ...]:
    """What is shown of hits of these articles."""
    return fold(hits, Told((one.id, one) for one in articles), k=k)


def hits_of(*articles: Article) -> list[Hit]:
    """All passages, as if the question liked the articles in this order."""
    passages = [
        passage
        for one in articles
        for passage in split(one, count_tokens=FakeEncoder().count_tokens)
    ]
    return [
        Hit(rank, passage, -rank / 100, 0.0, 0.0, 0.0)
        for rank, passage in enumerate(passages, start=1)
    ]


@pytest.mark.parametrize("seed", range(10))
def test_edited_copies_are_copies(seed: int) -> None:
    for share in (0.1, 0.2, 0.3):
        assert copies(article(STORY), article(edited(STORY, share, seed)))


@pytest.mark.parametrize("other", [REPORT, MOULD], ids=["another report", "another event"])
def test_other_stories_are_no_copies_and_do_not_fold(other: str) -> None:
    one, two = article(STORY), article(other, "b.txt")
    assert not copies(one, two)
    results = folded(hits_of(one, two), one, two)
    assert len(results) == len(hits_of(one, two))
    assert not any(hit.also for hit in results)


def test_reprints_are_one_result_earliest_first() -> None:
    dated = {"late.txt": date(2025, 12, 9), "early.txt": date(2025, 12, 5), "undated.txt": None}
    articles = {
        identity: article(STORY if identity == "late.txt" else edited(STORY, 0.1, 1), identity, day)
        for identity, day in dated.items()
    }
    results = folded(hits_of(*articles.values()), *articles.values())
    assert len(results) == 4
    assert [hit.rank for hit in results] == [1, 2, 3, 4]
    for hit in results:
        assert hit.passage.article == "early.txt"
        assert [version.article for version in hit.also] == ["late.txt", "undated.txt"]
        for version in hit.also:
            text = articles[version.article].text
            assert text[version.start : version.end] == version.quote


def test_an_earlier_version_that_answers_far_worse_does_not_come_first() -> None:
    early, late = (article(STORY, name, day) for name, day in
                   (("early.txt", date(2025, 1, 1)), ("late.txt", date(2025, 1, 2))))  # fmt: skip
    hits = [replace(hit, score=hit.score * 300) for hit in hits_of(late, early)]
    results = folded(hits, early, late)
    assert {hit.passage.article for hit in results} == {"late.txt"}


def test_a_sentence_that_needs_its_article_folds_only_within_copies() -> None:
    same = "Kedua pihak sepakat untuk memperluas pelatihan dan pertukaran delegasi setiap tahun."
    japan = article(f"{STORY}\n{same}", "japan.txt")
    turkey = article(f"{MOULD}\n{same}", "turkey.txt")
    results = folded(hits_of(japan, turkey), japan, turkey)
    assert sum(same in hit.passage.text for hit in results) == 2


def test_a_paragraph_printed_twice_is_no_other_version_of_itself() -> None:
    twice = article(f"{STORY}\n{STORY.splitlines()[0]}")
    results = folded(hits_of(twice), twice)
    assert len(results) == len(hits_of(twice)) - 1
    assert not any(hit.also for hit in results)


def test_two_passages_of_an_article_do_not_become_one_by_way_of_a_longer_third() -> None:
    lines = STORY.splitlines()
    apart, joined = article(STORY), article(f"{lines[0]} {lines[1]}\n{lines[2]}\n{lines[3]}", "b")
    results = folded(hits_of(apart, joined), apart, joined)
    assert [hit.passage.id for hit in results] == ["a.txt#1", "a.txt#2", "a.txt#3", "a.txt#4"]
    assert all([version.article for version in hit.also] == ["b"] for hit in results)


def test_what_stands_in_a_longer_passage_above_is_not_shown_again() -> None:
    lines = STORY.splitlines()
    apart, joined = article(STORY), article(f"{lines[0]} {lines[1]}\n{lines[2]}\n{lines[3]}", "b")
    results = folded(hits_of(joined, apart), apart, joined)
    assert [hit.passage.id for hit in results] == ["b#1", "b#2", "b#3"]
    assert [len(hit.also) for hit in results] == [2, 1, 1]


@given(st.lists(st.sampled_from([STORY, REPORT, MOULD, edited(STORY, 0.2, 3), "Halo dunia. " * 3]),
                min_size=1, max_size=5), st.randoms())  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_folding_loses_nothing_and_keeps_the_order(texts: list[str], dice: random.Random) -> None:
    articles = {str(i): article(text, str(i)) for i, text in enumerate(texts)}
    hits = hits_of(*articles.values())
    dice.shuffle(hits)
    hits = [replace(hit, rank=i + 1, score=-i / 10) for i, hit in enumerate(hits)]
    results = folded(hits, *articles.values())
    shown = {(hit.passage.article, hit.passage.start) for hit in results}
    shown |= {(version.article, version.start) for hit in results for version in hit.also}
    assert shown == {(hit.passage.article, hit.passage.start) for hit in hits}
    assert [hit.rank for hit in results] == list(range(1, len(results) + 1))
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)


def test_the_first_results_are_the_same_alone() -> None:
    texts = [STORY, REPORT, edited(STORY, 0.1, 1), MOULD, edited(REPORT, 0.1, 2)]
    articles = {f"{i}.txt": article(text, f"{i}.txt") for i, text in enumerate(texts)}
    hits = hits_of(*articles.values())
    every = folded(hits, *articles.values())
    assert len(every) < len(hits)
    for k in range(len(every) + 2):
        assert folded(hits, *articles.values(), k=k) == every[:k]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=12), max_size=6))
def test_shared_pairs_of_words_are_counted_exactly(texts: list[list[str]]) -> None:
    shared = resemblance.Shared([resemblance.Text(" ".join(text)) for text in texts])
    pairs = [set(pairwise(text) if len(text) > 1 else text) for text in texts]
    assert shared.overlapping().tolist() == [
        [i, j]
        for i, one in enumerate(pairs)
        for j, other in enumerate(pairs)
        if i < j and len(one & other) >= max(1, resemblance.ALIGNED * min(len(one), len(other)))
    ]
    for i, one in enumerate(pairs):
        for j, other in enumerate(pairs):
            if i != j:
                assert shared.of(np.array([[i, j]])) == len(one & other) / max(1, len(one | other))


def test_the_same_names_do_not_make_two_reports_one() -> None:
    same = "pelatihan perwira muda di Tokyo mulai April bagi dua puluh polisi dari Hanoi"
    one = article(f"Sato kemarin mengumumkan {same}, sebagaimana telah lama direncanakan bersama.")
    two = article(
        f"Sato semula menolak usul {same} karena anggarannya belum ada sama sekali.", "b.txt"
    )
    hits = hits_of(one, two)
    pair = resemblance.Shared([resemblance.Text(hit.passage.text) for hit in hits])
    assert len(pair.overlapping()) == 1
    assert len(folded(hits, one, two)) == 2


def test_nothing_folds_to_nothing() -> None:
    assert folded([]) == ()


def test_counterparts_are_cut_out_of_the_other_version() -> None:
    one, two = article(STORY), article(edited(STORY, 0.2, 5), "b.txt")
    best = folded(hits_of(one, two), one, two)[0]
    (found,) = counterparts(best.passage.text, best.also)
    assert two.text[found.start : found.end] == found.quote
    assert counterparts("Kalimat yang sama sekali lain bunyinya.", best.also) == ()


@pytest.fixture
def reprinted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    monkeypatch.setattr(answering, "confidence", lambda hits, silent: 1.0)
    pages = [edited(STORY, 0.1, seed) for seed in range(9)]
    return collect(tmp_path / "kutip", [*pages, STORY, REPORT])


QUESTION = "biaya kursus perwira di Akademi Osaka ditanggung pemerintah Jepang"


@pytest.mark.parametrize("look", [ask, find], ids=["ask", "find"])
def test_reprints_leave_room_for_other_results(
    reprinted: Collection, look: Callable[..., answering.Answer]
) -> None:
    hits = look(reprinted, QUESTION, k=8).hits
    assert len(hits) == 8  # four passages of the story, four of the other report
    story = [hit for hit in hits if hit.passage.article != "10.txt"]
    assert [len({version.article for version in hit.also}) for hit in story] == [9] * 4
    assert len({hit.passage.id for hit in hits}) == 8


def test_a_quote_is_given_once_with_its_other_places(reprinted: Collection) -> None:
    answer = ask(reprinted, QUESTION)
    first = answer.citations[0]
    assert len(first.also) == 9
    assert sum("Akademi Osaka" in c.quote and c.article != "10.txt" for c in answer.citations) == 1
    for version in first.also:
        found = reprinted.article(version.article)
        assert found is not None
        assert found.text[version.start : version.end] == version.quote
        assert "Hideo Sato" in version.quote


def test_a_filter_acts_before_folding(reprinted: Collection) -> None:
    answer = ask(reprinted, f'"tiga hari kerja" {QUESTION}', k=5)
    assert all("tiga hari kerja" in v.quote for hit in answer.hits for v in hit.also)
    assert not ask(reprinted, QUESTION, where=Filter(source="tempo")).hits


def test_measures_see_every_passage(reprinted: Collection) -> None:
    hits = respond(reprinted, plain(QUESTION), k=100, folded=False).hits
    assert len(hits) == len(reprinted.snapshot().passages)
    assert not any(hit.also for hit in hits)
