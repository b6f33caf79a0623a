from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.article import Article, Block, Passage, Role
from qa.answer import Hit
from qa.years import dating, years_in


def hit(name: str, text: str, published: date | None = None) -> tuple[Hit, Article]:
    article = Article(
        id=name, title="", title_on_page=False, outlet=None, published=published, url=None,
        text=text, blocks=(Block(0, len(text), Role.BODY, 0),), dropped=(), source_digest="",
    )  # fmt: skip
    passage = Passage(name, 1, 0, len(text), text, "")
    return Hit(rank=1, passage=passage, score=1.0, dense=1.0, bm25=0.0, known=1.0), article


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("How much coffee in 2019?", {2019}),
        ("2023年のベトナムとタイの貿易額は？", {2023}),
        ("كم صدرت فيتنام في عام ٢٠١٩؟", {2019}),
        ("between 2018 and 2020/21", {2018, 2020}),
        ("1.2024 tons, 2024,5 euros, 12024 people, 0999", set()),
        ("harga 1.850 rupiah", set()),
        ("in the 1990s, tahun 1990-an, 1990年代に, 1990er, 1990’s", set()),
    ],
)
def test_years_of_a_question(text: str, years: set[int]) -> None:
    assert years_in(text) == years


def test_an_article_without_the_year_does_not_answer() -> None:
    old, told = hit("a.txt", "Pada tahun 2024 ekspor kopi naik.", date(2025, 1, 5))
    other, about = hit("b.txt", "Ekspor kopi turun.", date(2019, 6, 1))
    articles = {"a.txt": told, "b.txt": about}
    assert dating("coffee in 2024?", (old, other), articles) == ((old,), False)
    # By its date, and as the year before or after.
    assert dating("coffee in 2018?", (old, other), articles) == ((other,), False)
    assert dating("coffee in 2010?", (old, other), articles) == ((old, other), True)
    # A number is no year, however it is written.
    _, bus = hit("c.txt", "Pemerintah memesan 2.000 bus.", date(2024, 1, 1))
    assert dating("who ordered 2000 buses?", (other,), {"b.txt": bus}) == ((other,), False)
    assert dating("coffee?", (old, other), articles) == ((old, other), False)
    # Without a date and a year an article may be of any; without a date its years are all it has.
    undated = {"a.txt": replace(told, published=None), "b.txt": replace(about, published=None)}
    assert dating("coffee in 2019?", (old, other), undated) == ((other,), False)
    assert dating("coffee in 2019?", (old,), undated) == ((old,), True)
    assert dating("coffee in 2024?", (old, other), undated) == ((old, other), False)
    assert dating("coffee in 2019?", (), articles) == ((), False)


@pytest.mark.parametrize(
    ("question", "said", "undated"),
    [
        ("from 2008 to 2014?", "Sekolah itu mengajar dari 2007 hingga 2015.", False),
        ("between 2005 and 2010?", "Perjanjian itu ditandatangani pada 2007.", False),
        ("between 2005 and 2010?", "Perjanjian itu ditandatangani pada 2012.", True),
        ("between 2018 and 2023?", "Perjanjian itu ditandatangani hari ini.", False),
        ("between 2005 and 2010?", "Perjanjian itu ditandatangani hari ini.", True),
        ("berapa antara 2005 dan 2010?", "Perjanjian itu ditandatangani pada 2007.", False),
        ("từ năm 2005 đến năm 2010?", "Perjanjian itu ditandatangani pada 2007.", False),
        ("im Zeitraum 2005-2010?", "Perjanjian itu ditandatangani pada 2007.", False),
        # Two years are no span by themselves.
        ("surplus pada 2005 dan 2010?", "Perjanjian itu ditandatangani pada 2007.", True),
        ("in 2005 compared with 2010?", "Perjanjian itu ditandatangani pada 2007.", True),
        ("surplus pada 2005 dan 2010?", "Dari 2005 ke 2010 surplus naik.", False),
    ],
)
def test_a_span_of_years_is_met_by_those_in_it(question: str, said: str, undated: bool) -> None:
    found, article = hit("a.txt", said, date(2020, 5, 1) if "hari ini" in said else None)
    assert dating(question, (found,), {"a.txt": article})[1] is undated
