"""What a page states of its article: headline, date and outlet."""

from __future__ import annotations

import time
from datetime import date

import pytest

from index.article import Metadata, Page, Role
from index.cleaning import clean
from index.outlets import name_beside_date
from tests.index.cleaned import BODY, bare, page, roles


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("KOMPAS.com, Jakarta - Presiden tiba.", "KOMPAS.com"),
        ("Jakarta, CNN Indonesia - - Presiden tiba.", "CNN Indonesia"),
        ("JAKARTA, REPUBLIKA.CO.ID -- Presiden tiba.", "REPUBLIKA.CO.ID"),
        ("JAKARTA, KOMPAS.com - Presiden tiba.", "KOMPAS.com"),
        ("Liputan6.com, Jakarta - Presiden tiba.", "Liputan6.com"),
        ("Hà Nội (TTXVN) - Chủ tịch nước đến thăm.", "TTXVN"),
        ("Jakarta (ANTARA) - Presiden tiba.", "ANTARA"),
        ("Bandung, Jawa Barat - Presiden tiba.", None),
        ("LONDON, March 12 (Reuters) - The president arrived.", "Reuters"),
        ("Presiden tiba di Hanoi - Vietnam.", None),
        ("JAKARTA, REPUBLIKA.CO.ID--Presiden tiba di Bogor.", "REPUBLIKA.CO.ID"),
        ("JAKARTA, KOMPAS.com— Presiden tiba.", "KOMPAS.com"),
        ("Daily-wage workers went on strike.", None),
        ("Post-pandemic tourism grew.", None),
        ("The Washington Post—which broke it—said so.", None),
    ],
)
def test_the_dateline_names_the_outlet(line: str, outlet: str | None) -> None:
    assert page(f"{line}\n{BODY}").outlet == outlet


def test_what_the_page_states_counts_first() -> None:
    article = bare(f"Judul Artikel\nSenin, 12/03/2024\n{BODY}", title="Judul artikel",
                   outlet="Kabar", url="https://x.example/2023/01/02/a")  # fmt: skip
    assert (article.title, article.outlet) == ("Judul artikel", "Kabar")
    assert article.published == date(2024, 3, 12)
    assert article.text == BODY.strip()


def test_a_date_inside_the_body_is_no_publication_date() -> None:
    assert page(f"{BODY}\n{BODY}\nKronologi 12 Maret 2024\n{BODY}").published is None
    assert page(f"Diperbarui 12 Maret 2024\n{BODY}").published is None
    article = page(f"{BODY}\n{BODY}\nDiterbitkan: 12 Maret 2024\n{BODY}")
    assert (article.published, article.outlet) == (date(2024, 3, 12), None)


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("CNN Indonesia - 17 Nov 2025", "CNN Indonesia"),
        ("CNN Indonesia | Senin, 17 Nov 2025 09.12 WIB", "CNN Indonesia"),
        ("Tribun Jabar — Senin, 17 November 2025", "Tribun Jabar"),
        ("Kompas.com | 17 November 2025", "Kompas.com"),
        ("Kompas.com, 17 November 2025", "Kompas.com"),
        ("17 November 2025 | Tempo.co", "Tempo.co"),
        ("Banda Aceh - 17 November 2025", None),
        ("Rina Sari | 17 November 2025", None),
        ("Nasional, 17 November 2025", None),
    ],
)
def test_a_newsroom_beside_the_date_is_the_outlet(line: str, outlet: str | None) -> None:
    headline = "Dua negara sepakat bekerja sama"
    for article in (page(f"{line}\n\n{headline}\n\n{BODY}"), page(f"{headline}\n{line}\n\n{BODY}")):
        assert (article.outlet, article.published) == (outlet, date(2025, 11, 17))
        assert article.title == headline


def test_the_day_beside_the_name_of_the_site_comes_after_the_own_one() -> None:
    article = page(f"Kompas.com | 28 November 2025\n\nDua negara\n17 November 2025\n\n{BODY}")
    assert (article.outlet, article.published) == ("Kompas.com", date(2025, 11, 17))


@pytest.mark.parametrize("day", ["Thứ Hai", "Thứ Năm", "Chủ Nhật"])
def test_a_day_of_the_week_is_no_outlet(day: str) -> None:
    text = (
        f"Đà Nẵng khánh thành cầu đi bộ\n{day}, 5/5/2025 08:30\n"
        "Thành phố Đà Nẵng khánh thành cầu đi bộ dài nhất miền Trung vào sáng nay.\n"
    )
    article = clean(Page("a.txt", text, "x"))
    assert (article.outlet, str(article.published)) == (None, "2025-05-05")


def test_a_name_before_a_date_takes_no_time_by_the_square_of_its_length() -> None:
    started = time.process_time()
    assert name_beside_date("VietnamPlus" + " " * 30_000 + "14/10/2025") == "VietnamPlus"
    assert name_beside_date("x" + " " * 30_000 + "y 12/03/2024") is None
    assert name_beside_date("x" + "-" * 30_000 + "y 12/03/2024") is None
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("top", "own", "expected"),
    [
        ("Jumat, 28 November 2025", "Kabar Kita - 17 November 2025, 09:12 WIB", date(2025, 11, 17)),
        ("Friday 28 November 2025", "By A. Writer, 17 Nov 2025", date(2025, 11, 17)),
        ("Jumat, 28 November 2025", "Diperbarui 17 November 2025", date(2025, 11, 28)),
        ("Senin, 17 November 2025 09:12 WIB", "3 Oktober 2025", date(2025, 11, 17)),
        ("Senin, 17 November 2025", "Jumat, 28 November 2025", date(2025, 11, 17)),
    ],
)
def test_the_day_in_a_masthead_is_no_publication_date(top: str, own: str, expected: date) -> None:
    article = page(f"Kabar Kita\n{top}\nBeranda\nDua negara sepakat bekerja sama\n{own}\n{BODY}")
    assert article.published == expected


def test_a_place_and_day_below_the_date_is_none() -> None:
    text = f"Dua negara sepakat bekerja sama\n10 November 2025\nJakarta, 9 November 2025\n{BODY}"
    assert page(text).published == date(2025, 11, 10)


@pytest.mark.parametrize(
    ("first", "second", "title", "published"),
    [
        ("Mengenang Tsunami Aceh 26 Desember 2004", "Selasa, 24 Desember 2024 09:15 WIB",
         "Mengenang Tsunami Aceh 26 Desember 2004", date(2024, 12, 24)),
        ("Rapat Menteri Bahas Pelatihan 3 November 2025", "",
         "Rapat Menteri Bahas Pelatihan 3 November 2025", None),
        ("Selasa, 24 Desember 2024 pukul 09:15 WIB", "", None, date(2024, 12, 24)),
        ("Diterbitkan di Banda Aceh pada 24 Desember 2024", "", None, date(2024, 12, 24)),
        ("The Jakarta Post - 24 December 2024", "", None, date(2024, 12, 24)),
        ("By John Smith, Senior Correspondent, 24 December 2024", "", None, date(2024, 12, 24)),
        ("Penulis Budi Santoso | Editor Rina Sari | 24 Desember 2024", "", None,
         date(2024, 12, 24)),
        ("Home > News > Regional > Aceh > 24 Desember 2024", "", None, date(2024, 12, 24)),
        ("Harga Emas Antam Hari Ini - 3 November 2025", "Selasa, 24 Desember 2024",
         "Harga Emas Antam Hari Ini - 3 November 2025", date(2024, 12, 24)),
        ("Rapat menteri di Aceh", "Banda Aceh, Indonesia, hari Selasa 24 Desember 2024",
         "Rapat menteri di Aceh", date(2024, 12, 24)),
    ],
)  # fmt: skip
def test_a_headline_with_a_date_is_no_date_line(
    first: str, second: str, title: str | None, published: date | None
) -> None:
    article = page(f"{first}\n\n{second}\n\n{BODY}Warga Aceh mengenang tsunami. Rapat.\n")
    assert (article.title if article.title_on_page else None) == title
    assert article.published == published


def test_days_of_a_chronology_are_subheadings_where_the_date_is_stated() -> None:
    text = f"{BODY}\n2 Juli 2025, 22.56 WIB\n{BODY}\n3 Juli 2025\n{BODY}"
    for bare_text in (True, False):
        facts = Metadata(published=date(2025, 7, 5))
        article = clean(Page("a", text, "d", metadata=facts, bare=bare_text))
        assert article.text == "\n\n".join(line.strip() for line in text.split("\n"))
        for day, reasons in ((2, ["publication date"]), (3, [])):
            facts = Metadata(published=date(2025, 7, day))
            once = f"{BODY}\n2 Juli 2025, 22.56 WIB\n{BODY}"
            article = clean(Page("a", once, "d", metadata=facts, bare=bare_text))
            assert [d.reason for d in article.dropped] == reasons


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("दिल्ली में वायु प्रदूषण गंभीर स्तर पर",), "दिल्ली में वायु प्रदूषण गंभीर स्तर पर"),
        (("Wahl in Hamburg",), "Wahl in Hamburg"),
        (("Wahl in Hamburg", "Jetzt wird gezählt", "12/03/2024", "By Jane Doe"), "Wahl in Hamburg"),
        (("Start Sport Kultur Reise", "Abo", "Wahl in Hamburg"), "Wahl in Hamburg"),
        (("Wahl in Hamburg", "Abo"), None),
        (("Sumber: twitter @tabloidbola",), None),
        (("Wahl in Hamburg", "Source of pelatihan negara"), "Source of pelatihan negara"),
    ],
)  # fmt: skip
def test_a_headline_that_shares_no_word_stands_right_above(
    lines: tuple[str, ...], title: str | None
) -> None:
    article = page("\n".join([*lines, "", BODY]))
    assert (article.title if article.title_on_page else None) == title
    assert article.text == BODY.strip()


def test_days_above_paragraphs_are_no_publication_date() -> None:
    days = ("2 Juli 2025, 22.56 WIB", "3 Juli 2025")
    article = page(f"{BODY}\n\n{days[0]}\n\n{BODY}\n\n{days[1]}\n\n{BODY}")
    assert article.published is None
    assert [text for text, role in roles(article) if role == "heading"] == [*days]
    assert page(f"{BODY}\n\n{days[0]}\n\n{BODY}\n\n{BODY}").published == date(2025, 7, 2)


@pytest.mark.parametrize("note", ["Last updated 4 June 2024", "5 min read", "By Jane Porter Smith"])
def test_a_note_is_no_headline(note: str) -> None:
    article = page(f"Royal baby\n{note}\n\n{BODY}")
    assert note not in (article.title, article.text)


def test_a_record_whose_headline_asks_is_called_by_it() -> None:
    asked = "Siapa yang tak suka dengan donat?"
    text = f"{asked}\n\nRoti goreng bundar ini menjadi camilan favorit di setiap perayaan."
    article = clean(Page("a.jsonl/1", text, "d", bare=True))
    assert (article.title, article.title_on_page) == (asked, False)
    assert article.text == text


def test_a_record_whose_first_heading_does_not_ask_is_called_by_its_opening() -> None:
    told = "Roti goreng bundar ini menjadi camilan favorit di setiap perayaan."
    article = clean(Page("a.jsonl/1", f"Pendahuluan\n\n{told}", "d", bare=True))
    assert article.blocks[0].role is Role.HEADING
    assert article.title == told
