"""The founding invariant and what surrounds it, with an encoder that needs no model."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from index.article import Page, Passage
from index.cleaning import clean
from index.collection import Collection
from index.encoders.encoding import Encoding
from index.errors import InputError
from index.filters import Filter
from index.late_interaction import LateInteraction
from index.passages import split
from index.searchers import LocalSearchers
from index.sentences import sentences
from index.updating import put_articles
from qa import answering, searching
from qa.answering import ask
from qa.extraction import SENTENCES, extract
from qa.lookup import find
from qa.operators import MAX_CHARS
from qa.retrieval import retrieve, understand
from tests.fakes import FakeEncoder

SENTENCE = st.text(min_size=1, max_size=60).map(
    lambda text: text.replace("\n", " ").replace("\r", " ")
)


def collect(
    directory: Path, pages: list[str], *, late: LateInteraction | None = None
) -> Collection:
    collection = Collection(directory, encoder=FakeEncoder(), late=late)
    articles = []
    for number, text in enumerate(pages):
        article = clean(Page(f"{number}.txt", text, str(number)))
        if article.text:
            articles.append((article, split(article, count_tokens=FakeEncoder().count_tokens)))
    put_articles(directory, articles, encoder=collection.encoder, late=collection.late)
    return collection


@pytest.fixture
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "confidence", lambda hits, silent: 1.0)


def identity_head() -> LateInteraction:
    """Late interaction over the fake's word directions as they are."""
    width = FakeEncoder.dimension
    zeros, identity = np.zeros(width, np.float32), np.eye(width, dtype=np.float32)
    return LateInteraction(
        mean=zeros, query=identity, passage=identity, weigh=zeros, dense_scale=20.0,
        late_scale=14.0, sentence_scale=6.0, layers=(), encoder=FakeEncoder.fingerprint,
        fingerprint="untrained",
    )  # fmt: skip


@given(
    st.lists(st.lists(SENTENCE, min_size=1, max_size=6), min_size=1, max_size=4),
    st.text(min_size=1, max_size=40).filter(str.strip),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_quote_is_cut_out_of_its_article(
    paragraphs: list[list[str]], question: str, with_tokens: bool
) -> None:
    pages = [
        "\n".join(f"{line} kata Menteri kepada wartawan di Hanoi." for line in lines)
        for lines in paragraphs
    ]
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "confidence", lambda hits, silent: 1.0)
        late = identity_head() if with_tokens else None
        collection = collect(Path(directory), pages, late=late)
        assume(len(collection.snapshot().passages))  # a line may look like furniture
        try:
            answer = ask(collection, question)
        except InputError:  # operators alone are no question
            reject()
        assert answer.citations
        for number, citation in enumerate(answer.citations, start=1):
            article = collection.article(citation.article)
            assert article is not None
            assert article.text[citation.start : citation.end] == citation.quote
            passage = citation.passage
            assert article.text[passage.start : passage.end] == passage.text
            assert passage.start <= citation.start < citation.end <= passage.end
            assert citation.n == number
            assert "\n" not in citation.quote
        for hit in answer.hits:
            article = collection.article(hit.passage.article)
            assert article is not None
            assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text


JAPAN = (
    "Vietnam dan Jepang memperluas kerja sama\n5/12/2025\n"
    "Menteri Vietnam dan Menteri Jepang bertemu di Tokyo pada hari Jumat.\n"
    "Kedua pihak sepakat tentang pelatihan keamanan siber. Mereka juga makan malam bersama.\n"
)
TURKEY = (
    "Vietnam dan Turki memperluas kerja sama\n14/10/2025\n"
    "Menteri Vietnam dan Menteri Turki bertemu di Hanoi pada hari Selasa.\n"
    "Kedua pihak sepakat tentang pelatihan perwira polisi. Mereka juga makan malam bersama.\n"
)
UNDATED = "Rusia membangun pusat nuklir di Vietnam untuk tujuan damai bersama.\n"


@pytest.fixture(params=[True, False], ids=["late", "dense"])
def collection(tmp_path: Path, request: pytest.FixtureRequest) -> Collection:
    late = identity_head() if request.param else None
    return collect(tmp_path / "kutip", [JAPAN, TURKEY, UNDATED], late=late)


@pytest.mark.usefixtures("certain")
def test_context_finds_the_country_and_the_quote_is_the_fact(collection: Collection) -> None:
    answer = ask(collection, "kedua pihak sepakat tentang pelatihan Jepang")
    assert answer.citations[0].quote == "Kedua pihak sepakat tentang pelatihan keamanan siber."
    assert answer.citations[0].published == date(2025, 12, 5)
    turkey = ask(collection, "kedua pihak sepakat tentang pelatihan Turki")
    assert turkey.citations[0].quote == "Kedua pihak sepakat tentang pelatihan perwira polisi."


def test_a_sentence_beside_its_lead_knows_it_like_the_passages_after_it(tmp_path: Path) -> None:
    lead = "Menteri Jepang bertemu Menteri Turki di Tokyo pada hari Jumat."
    both, alone = (
        f"Berita hari ini dari luar negeri\n{lead} Mereka menandatangani nota kesepahaman.\n{more}"
        for more in ("Kedua pihak lalu makan malam bersama di ibu kota.\n", "")
    )
    scores = []
    for name, page in (("both", both), ("alone", alone)):
        collection = collect(tmp_path / name, [page], late=identity_head())
        with collection.view() as view:
            query = understand(collection, "nota kesepahaman Jepang Turki")
            found = retrieve(collection, view, query, k=5)
            scores += [hit.sentence for hit in found if hit.passage.number == 1]
    # "nota kesepahaman" is in the second sentence, the countries are in the lead.
    assert scores[0] == pytest.approx(1.0, abs=0.01)
    # A lead that no passage inherits is a sentence like the others.
    assert scores[1] < 0.7


def test_the_last_passage_before_another_section_leads_nothing(tmp_path: Path) -> None:
    page = (
        "Menteri Jepang bertemu wartawan di Tokyo pada hari Jumat pagi.\n"
        "Mereka menandatangani nota bersama. Kesepahaman itu berlaku lama sekali.\n"
        "*Pada pertemuan dengan Menteri Turki, perdagangan dibahas.\n"
        "Kedua menteri lalu makan malam bersama di ibu kota.\n"
    )
    collection = collect(tmp_path, [page], late=identity_head())
    with collection.view() as view:
        found = retrieve(collection, view, understand(collection, "nota kesepahaman"), k=5)
        (scored,) = (hit.sentence for hit in found if hit.passage.number == 2)
    # One of the two words is in each of its sentences.
    assert scored is not None
    assert scored < 0.7


@pytest.mark.parametrize(
    ("question", "encoded"),
    [
        ("APA ATURAN BARU DI JEPANG?", "apa aturan baru di jepang?"),
        ("Apa aturan baru ASEAN?", "Apa aturan baru ASEAN?"),
        ("ASEAN", "ASEAN"),
        ("İSTANBUL VE ANKARA", "İSTANBUL VE ANKARA"),  # small, it has a letter more
    ],
)
def test_words_in_capitals_are_encoded_small(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, question: str, encoded: str
) -> None:
    seen: list[str] = []
    encode = collection.encoder.encode_queries

    def note(texts: list[str], **options: bool) -> Encoding:
        seen.extend(texts)
        return encode(texts, **options)

    monkeypatch.setattr(collection.encoder, "encode_queries", note)
    assert len(understand(collection, question).vector)
    assert seen == [encoded]


@pytest.mark.usefixtures("certain")
def test_a_later_sentence_need_not_repeat_what_the_first_is_about(tmp_path: Path) -> None:
    page = (
        "Menteri Jepang dan Menteri Turki mengumumkan perjanjian baru di Tokyo. "
        "Harganya tiga miliar dolar selama lima tahun. Kemudian mereka makan malam.\n"
    )
    collection = collect(tmp_path, [page], late=identity_head())
    # Three words are in the first sentence, two in the second alone.
    first = ask(collection, "perjanjian Jepang Turki tiga miliar").citations[0]
    assert first.quote.endswith("Harganya tiga miliar dolar selama lima tahun.")


ASKED = "Kapan Menteri Jepang bertemu Menteri Turki?"


@pytest.mark.usefixtures("certain")
@pytest.mark.parametrize("late", [None, identity_head()], ids=["vectors", "tokens"])
@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (f"{ASKED} Besok pagi di Tokyo, kata juru bicara. Mereka lalu makan malam bersama.",
         f"{ASKED} Besok pagi di Tokyo, kata juru bicara."),
        (f"Banyak warga bertanya soal kunjungan. {ASKED}\nBesok pagi di Tokyo, kata juru bicara.\n",
         "Besok pagi di Tokyo, kata juru bicara."),
        (f"Apa? Di mana? {ASKED} Lalu siapa? Besok pagi.", f"{ASKED} Lalu siapa? Besok pagi."),
    ],
    ids=["same passage", "next passage", "many"],
)  # fmt: skip
def test_a_question_in_the_text_is_no_answer_without_what_follows_it(
    tmp_path: Path, late: LateInteraction | None, text: str, quote: str
) -> None:
    collection = collect(tmp_path, [text], late=late)
    answer = ask(collection, ASKED)
    assert quote in [citation.quote for citation in answer.citations]
    assert ASKED not in [citation.quote for citation in answer.citations]
    for citation in answer.citations:
        assert citation.passage.start <= citation.start < citation.end <= citation.passage.end


@pytest.mark.usefixtures("certain")
def test_a_passage_that_operators_leave_out_answers_no_question_before_it(tmp_path: Path) -> None:
    text = (
        f"Banyak warga bertanya soal kunjungan. {ASKED}\nBesok pagi di Tokyo, kata juru bicara.\n"
    )
    collection = collect(tmp_path, [text], late=identity_head())
    assert ask(collection, ASKED).citations[0].passage.number == 2
    narrow = ask(collection, f"{ASKED} -Tokyo")
    assert {hit.passage.number for hit in narrow.hits} == {1}
    assert not any("Tokyo" in citation.quote for citation in narrow.citations)


@pytest.mark.usefixtures("certain")
def test_questions_in_the_text_make_no_quote_longer(tmp_path: Path) -> None:
    told = "Menteri Jepang bertemu Menteri Turki"
    text = " ".join(f"Kapan {told}? {told} {day}." for day in ("Senin", "Selasa", "Rabu"))
    collection = collect(tmp_path, [text], late=identity_head())
    quotes = [citation.quote for citation in ask(collection, ASKED).citations]
    assert quotes
    assert max(len(sentences(quote)) for quote in quotes) <= SENTENCES


def test_a_question_at_an_article_s_end_is_not_answered_by_another_article(tmp_path: Path) -> None:
    asking = f"Banyak warga bertanya soal kunjungan. {ASKED}"
    collection = collect(tmp_path, [asking, "Besok pagi di Tokyo, kata juru bicara."])
    with collection.view() as view:
        query = understand(collection, ASKED)
        (asks,) = (h for h in retrieve(collection, view, query, k=5) if h.passage.article[0] == "0")
        quotes = extract(collection, view, query, (asks,))
    assert {quote.hit.passage.article for quote in quotes} <= {"0.txt"}


@pytest.mark.usefixtures("certain")
def test_a_passage_that_only_asks_is_no_answer(tmp_path: Path) -> None:
    collection = collect(tmp_path, ["Kapan pertemuan puncak dibuka? Siapa yang hadir?"])
    answer = ask(collection, "Kapan pertemuan puncak dibuka")
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.hits


@pytest.mark.usefixtures("certain")
def test_what_somebody_is_told_to_have_asked_is_quoted(tmp_path: Path) -> None:
    said = 'Menteri bertanya: "Kapan pertemuan puncak dibuka?"'
    collection = collect(tmp_path, [f"{said} Cuaca cerah sekali."], late=identity_head())
    answer = ask(collection, "Menteri bertanya kapan pertemuan puncak dibuka")
    assert answer.citations[0].quote == said


def test_quotes_do_not_repeat_each_other(tmp_path: Path) -> None:
    same = "Kedua pihak sepakat tentang pelatihan keamanan siber di Tokyo."
    collection = collect(tmp_path / "kutip", [f"{same}\n{same} Lalu pulang ke Hanoi.", same])
    assert len({c.quote for c in ask(collection, "pelatihan keamanan siber").citations}) == len(
        ask(collection, "pelatihan keamanan siber").citations
    )


def test_filters_admit_before_ranking(collection: Collection) -> None:
    dated = ask(collection, "pelatihan", where=Filter(after=date(2025, 11, 1)))
    assert {hit.passage.article for hit in dated.hits} == {"0.txt"}
    assert not ask(collection, "pelatihan", where=Filter(after=date(2030, 1, 1))).hits
    assert dated.narrowed.left_out == 1


def test_an_empty_collection_does_not_say(tmp_path: Path) -> None:
    answer = ask(collect(tmp_path / "kutip", []), "apa?")
    assert (answer.answered, answer.hits, answer.citations) == (False, (), ())


@pytest.mark.parametrize(
    "question",
    [
        "",
        "  \n",
        "a" * (MAX_CHARS + 1),
        "?",
        '"',
        "... !",
        "\U0001f600",
        "apa\udcff?",
        "apa \ud83d",
    ],
)
def test_unusable_questions_are_refused(collection: Collection, question: str) -> None:
    with pytest.raises(InputError):
        ask(collection, question)


@pytest.mark.parametrize("question", ["'; DROP TABLE passage;--", "\U0001f600 apa", "a\x00b", "٣"])
def test_odd_questions_are_answered_or_not(collection: Collection, question: str) -> None:
    answer = ask(collection, question)
    assert answer.question == question
    assert answer.answered == bool(answer.citations)
    assert answer.hits


def test_the_same_question_gives_the_same_answer(collection: Collection) -> None:
    first, second = (replace(ask(collection, "pelatihan"), took_ms=0) for _ in range(2))
    assert first == second


def test_lookup_takes_whole_words_and_marks_them(collection: Collection) -> None:
    found = find(collection, '"kedua pihak" pelatihan -polisi')
    assert {hit.passage.article for hit in found.hits} == {"0.txt"}
    article = collection.article("0.txt")
    assert article is not None
    assert [article.text[s:e] for s, e in found.matches[0]] == ["Kedua pihak", "pelatihan"]
    assert not find(collection, '"dua pihak"').hits


def test_candidates_hold_every_passage_of_a_small_collection(collection: Collection) -> None:
    size = len(collection.snapshot().passages)
    assert len(ask(collection, "Vietnam", k=100).hits) == size
    scores = [hit.score for hit in ask(collection, "Vietnam", k=100).hits]
    assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("late", [None, identity_head()], ids=["vectors", "tokens"])
def test_a_passage_without_a_sentence_is_no_answer(
    tmp_path: Path, certain: None, late: LateInteraction | None
) -> None:
    """Such are the pieces of a long row of dashes."""
    article = clean(Page("0.txt", JAPAN, "0"))
    text = f"{article.text} – – – –"
    article = replace(article, text=text)
    start = text.index("–")
    passages = (Passage("0.txt", 1, 0, start, text[:start], ""),
                Passage("0.txt", 2, start, len(text), text[start:], ""))  # fmt: skip
    collection = Collection(tmp_path, encoder=FakeEncoder(), late=late)
    put_articles(tmp_path, [(article, passages)], encoder=collection.encoder, late=collection.late)
    with collection.view() as view:
        query = understand(collection, "– – keamanan siber")
        hits = retrieve(collection, view, query, k=5)
        (dashes,) = (hit for hit in hits if hit.passage.number == 2)
        assert extract(collection, view, query, (dashes,)) == []
        quotes = extract(collection, view, query, (replace(dashes, score=99.0), *hits))
        assert quotes == []  # all others are far behind
        assert {q.hit.passage.number for q in extract(collection, view, query, hits)} == {1}


def test_a_search_that_finds_nothing_more_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine may have lost a row that is asked for again and again."""
    collection = collect(tmp_path, [JAPAN, TURKEY, UNDATED])
    real = LocalSearchers.both

    def loses(self: LocalSearchers, *given: object, **options: object) -> object:
        return tuple(rows[rows != 2] for rows in real(self, *given, **options))

    monkeypatch.setattr(LocalSearchers, "both", loses)
    assert len(find(collection, "Vietnam Menteri", k=50).hits) > 0


def test_a_thousand_copies_of_one_text_are_one_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.searching.MOST", 100)
    looked: list[int] = []
    real = searching.retrieve

    def counted(*given: object, **options: object) -> tuple[object, ...]:
        hits = real(*given, **options)
        looked.append(len(hits))
        return hits

    monkeypatch.setattr(searching, "retrieve", counted)
    collection = collect(tmp_path, [JAPAN] * 400)
    (hit,) = find(collection, "pelatihan keamanan siber", k=5).hits[:1]
    assert len(hit.also) >= 99
    assert 100 <= sum(looked) < 400


@pytest.mark.parametrize(
    "question",
    [
        "pelatihan apa yang Huawei berikan kepada Vietnam?",
        "pelatihan apa yang disepakati Vietnam dan Jepang tahun 1999?",
        "pelatihan apa yang disepakati Vietnam dan Kanada?",
    ],
    ids=["name", "year", "country"],
)
def test_what_no_article_names_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(answering, "confidence", lambda hits, silent: float(not silent))
    collection = collect(tmp_path, [JAPAN, TURKEY], late=identity_head())
    asked = "pelatihan apa yang disepakati Vietnam dan Jepang tahun 2025?"
    assert ask(collection, asked).answered
    refused = ask(collection, question)
    assert not refused.answered
    assert refused.hits
