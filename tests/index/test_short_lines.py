"""Short lines: lists, tables, or furniture."""

from __future__ import annotations

import time

import pytest

from tests.index.cleaned import BODY, page, roles


def test_lists_of_a_page_stay_in_its_article() -> None:
    items = ["1. Nasi putih", "2. Sambal tomat", "- Kerupuk"]
    article = page("\n".join([BODY, "Bahannya:", *items, BODY]))
    assert all(item in article.text for item in items)


@pytest.mark.parametrize(
    "lines",
    [
        ("Berikut rinciannya:", "0,5 gram: Rp 1.195.000", "1 gram: Rp 2.290.000", "2 gram"),
        ("Among the dead:", "Maria Lopez, 34, of Houston", "", "How to help:", "Red Cross: 1-800"),
        ("No\tKlub\tPoin", "1\tPersib\t24", "2\tBorneo FC\t23"),
        ("Undang-undang itu meminta:", "", "(a) 60 persen konten;", "(b) juru bahasa;"),
        ("Meninggal:", "Sutarno (54)", "Wagiyem (49)", "", "Luka:", "Budi (33)"),
        ("Ingredients:", "", "2 eggs"),
    ],
    ids=["items", "two lists", "table", "letters", "one word", "one word above a blank line"],
)
def test_a_list_or_table_after_the_last_paragraph_is_body(lines: tuple[str, ...]) -> None:
    article = page("\n".join([BODY, "", *lines]))
    assert article.text.split("\n\n") == [BODY.strip(), *filter(None, lines)]
    assert {role for _, role in roles(article)} == {"body"}


def test_a_long_line_before_a_list_is_prose_above_everything() -> None:
    lead = "DPR mengesahkan RUU itu pada Rabu. Pasal 12 mewajibkan setiap lembaga penyiaran untuk:"
    article = page(f"{lead}\n\n(a) menyiarkan konten lokal;\n(b) tepat waktu.\n\n{BODY}")
    assert article.text.startswith(f"{lead}\n\n(a) menyiarkan")


TABLES = {
    "prices": ("Telur ayam: Rp28.000/kg", "Cabai rawit: Rp60.000/kg", "Beras: Rp14.000/kg"),
    "wards": ("Castle ward: Ann Smith", "Park ward: Joe Bell", "Abbey ward: Sue Hall", "Turnout"),
    "table": ("Klub            Main", "Persib          10", "Borneo FC       9"),
}


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_rows_between_paragraphs_are_one_list(rows: tuple[str, ...], gap: str) -> None:
    table = "\n".join(rows)
    article = page(f"{BODY}{gap}{table}{gap}{BODY}{BODY}")
    assert [(row, "body") for row in rows] == roles(article)[1:-1]


def test_a_heading_may_stand_above_rows() -> None:
    rows = TABLES["prices"]
    table = "\n".join(rows)
    found = roles(page(f"{BODY}\n\nHarga pangan\n\n{table}\n\n{BODY}{BODY}"))
    assert found[1:-1] == [("Harga pangan", "heading"), *((row, "body") for row in rows)]


def test_headlines_of_a_box_are_no_rows() -> None:
    box = "Harga cabai turun\nGempa di Pacitan\nPersib menang lagi"
    article = page(f"{BODY}\n\n{box}\n\n{BODY}{BODY}")
    assert "Harga cabai turun" not in article.text
    linked = page(f"{BODY}\n\nBaca juga: 1\n\n1 Gempa\n2 Banjir\n3 Hujan\n\n{BODY}{BODY}")
    assert "1 Gempa" not in linked.text
    assert page(f"{BODY}\n\n10:15 Gempa\n10:20 Banjir\n10:30 Hujan").text == BODY.strip()


@pytest.mark.parametrize("label", ["Baca juga:", "Baca juga: 1", "Nasional dan daerah"])
def test_many_labels_take_no_longer_than_their_number(label: str) -> None:
    started = time.perf_counter()
    page(f"{BODY}\n" + f"{label}\n" * 60_000)
    assert time.perf_counter() - started < 5


def test_short_lines_that_follow_no_list_stay_furniture() -> None:
    article = page(f"{BODY}\n\nBeranda Nasional\nCuaca\n\nArtikel pilihan:\nHarga cabai turun\n")
    assert article.text == BODY.strip()


@pytest.mark.parametrize("label", ["Bagikan:", "Tags:", "Kategori:", "Sumber:", "Editor:"])
def test_a_label_opens_no_list(label: str) -> None:
    assert page(f"{BODY}\n\n{label}\nNasional\n").text == BODY.strip()


def test_one_word_below_furniture_opens_a_list_right_above_it() -> None:
    lines = ["Bahan:", "2 butir telur", "Gula"]
    article = page("\n".join([BODY, "", "Bagikan", *lines]))
    assert article.text.split("\n\n") == [BODY.strip(), *lines]


def test_a_short_answer_between_paragraphs_is_body() -> None:
    assert "Ruiz: 412." in page(f"{BODY}\nRuiz: 412.\n{BODY}").text
