from __future__ import annotations

from pathlib import Path

import pytest

from index.collection import Collection
from qa.names import _written, names_in, speaking_of
from qa.retrieval import retrieve, understand
from tests.qa.test_answering import collect, identity_head

ERICSSON = (
    "Vietnam dan Ericsson sepakat\n"
    "Menteri Keamanan meminta Ericsson berbagi teknologi jaringan seluler di Hanoi.\n"
)
RUSSIA = (
    "Rusia membangun pusat nuklir\n"
    "Presiden Putin membangun pusat nuklir di Vietnam untuk tujuan damai bersama.\n"
)
JAPANESE = (
    "図書館の開設\n東京都は五日、渋谷区に新しい都立図書館を開設したと発表した。蔵書は三十万冊。\n"
)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Huawei agree with the Ministry of Public Security?",
         [["Huawei"], ["Public", "Security"]]),
        ("Who is Angela Merkel?", [["Angela", "Merkel"]]),
        ("Angela Merkel said what?", [["Merkel"]]),
        ("Kapan Prabowo mengunjungi Jean-Pierre?", [["Prabowo"], ["Jean", "Pierre"]]),
        # The first word of a sentence has a capital in any case, and short words may be anything.
        ("Where is it? Minister or not? “Siapa dia?” ¿Cuál es?", []),
        ("Vodafone and the EU", []),
        # Countries, which are held by themselves, the calendar, offices and kinds of places.
        ("How much is the South Korean plant in Vietnam near the Laut Merah?", [["Merah"]]),
        ("Berapa harga cabai pada Kamis, 20 Maret 2025, in March, on Thursday?", []),
        ("Who is the Mayor of Bandung and the Rector of ITB?", [["Bandung"]]),
        ("Кого купил Ньюкасл? 東京", []),
    ],
)  # fmt: skip
def test_names_of_a_question(question: str, names: list[list[str]]) -> None:
    found = [[question[start:end] for start, end in name] for name in names_in(question, "id")]
    assert found == names


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return collect(tmp_path, [ERICSSON, RUSSIA, JAPANESE], late=identity_head())


def spoken(collection: Collection, question: str, language: str = "en") -> tuple[set[str], bool]:
    with collection.view() as view:
        query = understand(collection, question)
        hits = retrieve(collection, view, query, k=3)
        kept, silent = speaking_of(view, query, hits, language=language)
        return {hit.passage.article for hit in kept}, silent


def test_a_name_that_no_article_has_is_not_spoken_of(collection: Collection) -> None:
    found, silent = spoken(collection, "pusat nuklir apa yang Nokia bangun di Vietnam?")
    assert silent
    assert len(found) == 3  # the closest are still shown


def test_only_articles_that_have_the_name_answer(collection: Collection) -> None:
    assert spoken(collection, "apa yang Ericsson bagi di Vietnam?") == ({"0.txt"}, False)
    assert spoken(collection, "pusat apa yang Presiden Putin bangun?") == ({"1.txt"}, False)
    # Each is somewhere, together they are nowhere.
    assert spoken(collection, "apa yang Ericsson katakan kepada Putin?")[1]


@pytest.mark.parametrize(
    ("name", "silent"), [("Agus", True), ("Dian", True), ("Bagus", False), ("Endah", False)]
)
def test_a_name_is_a_whole_word(tmp_path: Path, name: str, silent: bool) -> None:
    page = "Harga cabai naik\nKemudian pada Agustus harga naik, kata BAGUS dan Endah's di Hanoi.\n"
    collection = collect(tmp_path, [page], late=identity_head())
    assert spoken(collection, f"apa kata {name} tentang harga cabai?")[1] is silent


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Endah's", True),
        ("Merkels", True),
        ("MERKEL", True),
        ("merkel", False),
        ("Merkelova", False),
    ],
)
def test_a_name_is_told_as_it_is_written(text: str, there: bool) -> None:
    said = f"Rapat itu digelar di Hanoi, kata {text} kepada pers."
    assert bool(_written(("Endah", "Merkel")).search(said)) is there


@pytest.mark.parametrize(
    ("question", "silent"),
    [
        ("what did Nam Dinh do against Hanoi FC about the points?", False),
        ("what did Nam Định do about the points?", False),
        ("combien de points a Hanoï ?", False),
        ("what did Erdogan do about the points?", False),
        ("how many points were there in Ho Chi Minh City?", False),
        ("what did the World Health Organization say about the points?", False),
        ("what did Haiphong do about the points?", True),
        ("what did Nàm Đính do about the points?", True),
        ("how many points were there in Ho Chi City?", False),  # no word of four letters
        ("what did the Worldwide Fund Nature say about the points?", True),
    ],
)
def test_a_name_may_lack_its_marks_or_be_initials(
    tmp_path: Path, question: str, silent: bool
) -> None:
    page = (
        "Nam Định thắng Hà Nội FC\nNam Định thắng Hà Nội ở TP.HCM và có 30 points, theo WHO và "
        "Erdoğan.\n"
    )
    collection = collect(tmp_path, [page], late=identity_head())
    assert spoken(collection, question)[1] is silent


def test_one_passage_of_an_article_names_and_another_tells(tmp_path: Path) -> None:
    """By their like, here the second word, the articles are told apart and not the passages."""
    about, other = (
        f"Kerja sama diperluas\n{one} itu berlangsung di ibu kota pada hari Jumat pagi.\n"
        "Harga cabai merah akan turun menurut para menteri kedua negara itu.\n"
        for one in ("Pertemuan keamanan", "Pesta rakyat")
    )
    collection = collect(tmp_path, [about, other], late=identity_head())
    found, silent = spoken(collection, "apa kata Xyzzy Keamanan tentang harga cabai merah?")
    assert not silent
    assert found == {"0.txt"}


def test_a_name_may_be_written_otherwise(collection: Collection) -> None:
    """The fake's like of a word is the word itself, so the second word of the name decides."""
    found, silent = spoken(collection, "apa yang Xyzzy Keamanan minta?")
    assert not silent
    assert found == {"0.txt"}


def test_where_every_noun_has_a_capital_nothing_is_told(collection: Collection) -> None:
    assert not spoken(collection, "wo baut Nokia ein Zentrum?", "de")[1]


def test_in_vietnamese_foreign_names_are_told(collection: Collection) -> None:
    assert spoken(collection, "Công ty Nokia làm gì: pusat nuklir Vietnam?", "vi")[1]
    assert not spoken(collection, "Công ty Ericsson làm gì: teknologi Vietnam?", "vi")[1]
    # A syllable is of many names.
    assert not spoken(collection, "Ông Nguyễn Thành Trump nói gì: pusat nuklir?", "vi")[1]


def test_articles_of_other_letters_are_not_held_to_latin_names(collection: Collection) -> None:
    assert not spoken(collection, "図書館 Shibuya 東京都は五日")[1]


def test_a_name_beyond_what_is_encoded_is_not_judged(collection: Collection) -> None:
    assert not spoken(collection, f"apa {'kata ' * 600} Nokia?")[1]
