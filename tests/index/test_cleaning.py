"""A page to an article, as a whole: nothing altered, nothing lost without a reason."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Page, Role
from index.cleaning import clean
from index.formats.web import read_page
from index.lines import lines_of
from index.passages import split
from index.reading import read_folder
from index.wrapping import unwrapped
from tests.index.cleaned import BODY, bare, page, roles

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    return {p.id[:3]: clean(p) for p in read_folder(SEEDS) if isinstance(p, Page)}


@pytest.mark.parametrize(
    ("seed", "title", "outlet", "published", "url"),
    [
        ("000", "Vietnam-Turki tingkatkan kerja sama industri pertahanan-keamanan",
         "VietnamPlus", date(2025, 10, 14), "post1070321.vnp"),
        ("001", None, "baotintuc.vn", date(2025, 10, 26), "20251026114315150.htm"),
        ("002", "Putin Mau Kerja Sama Keamanan Mendalam dengan Vietnam",
         "TEMPO.CO", date(2018, 9, 7), None),
        ("003", None, "vietnamplus.vn", None, "post1081011.vnp"),
        ("004", None, "baotintuc.vn", date(2025, 10, 27), "20251027203845756.htm"),
    ],
)  # fmt: skip
def test_facts_of_the_seeds(
    seeds: dict[str, Article],
    seed: str,
    title: str | None,
    outlet: str,
    published: date | None,
    url: str | None,
) -> None:
    article = seeds[seed]
    assert (article.title if article.title_on_page else None) == title
    assert article.outlet == outlet
    assert article.published == published
    assert (article.url or "").endswith(url or "")


def test_the_seeds_lose_their_furniture_and_nothing_else(seeds: dict[str, Article]) -> None:
    text = "\n".join(article.text for article in seeds.values())
    for furniture in ("Komentar", "No data", "Baca Selengkapnya", "Advertising", "Lobster",
                      "Timnas", "Miss Grand", "Sumber:", "Budi Riza", "TTXVN"):  # fmt: skip
        assert furniture not in text
    assert [len([b for b in seeds[s].blocks if b.role is Role.BODY]) for s in sorted(seeds)] == [
        14, 26, 12, 18, 24
    ]  # fmt: skip
    assert [len([b for b in seeds[s].blocks if b.role is Role.CAPTION]) for s in sorted(seeds)] == [
        0, 3, 1, 0, 0
    ]  # fmt: skip


def test_meetings_are_sections(seeds: dict[str, Article]) -> None:
    def openings(seed: str) -> list[str]:
        article, found = seeds[seed], {}
        for block in article.blocks:
            if block.role is Role.BODY:
                found.setdefault(block.section, article.text[block.start : block.end])
        return [text.split(",")[0] for text in found.values()]

    assert len(openings("001")) == 5
    assert [text.split()[-2:] for text in openings("004")] == [
        ["Prak", "Sokhonn"], ["Sihasak", "Phuangketkeow"], ["Theresa", "Lazaro"],
        ["Motegi", "Toshimitsu"],
    ]  # fmt: skip
    assert len(openings("000")) == len(openings("002")) == len(openings("003")) == 1


LINE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["Komentar (0)", "Baca:", "6 jam lalu", "Baca Selengkapnya", "Foto:", BODY,
                     "Sumber: https://x.id/a-20251026114315150.htm", "Editor", "Judul berita ini",
                     "*Pada pertemuan dengan Menteri A, hal itu disepakati.", "No data"]),
)  # fmt: skip


@given(st.lists(LINE, max_size=25))
@settings(max_examples=200, deadline=None)
def test_every_line_is_kept_verbatim_or_dropped_with_a_reason(lines: list[str]) -> None:
    """But for the space around it and marks of quotes; or one with those that a width parted."""
    source = "\n".join(lines)
    article = page(source)
    kept = [article.text[b.start : b.end] for b in article.blocks]
    dropped = {d.line: d.text for d in article.dropped}
    assert all(d.reason for d in article.dropped)
    whole = dropped | {b.line: article.text[b.start : b.end] for b in article.blocks}
    letters = "".join("".join(whole[n].split()) for n in sorted(whole))
    assert letters.replace(">", "") == "".join(source.split()).replace(">", "")
    original = [(line.number, line.text) for line in unwrapped(lines_of(source))]
    remaining = [text for number, text in original if number not in dropped]
    assert remaining == kept
    assert all(dropped[n] == text for n, text in original if n in dropped)


@given(st.lists(LINE, max_size=25))
@settings(deadline=None)
def test_sections_never_go_back(lines: list[str]) -> None:
    sections = [block.section for block in page("\n".join(lines)).blocks]
    assert sections == sorted(sections)


def test_a_page_without_a_headline_is_called_by_its_opening(seeds: dict[str, Article]) -> None:
    assert seeds["001"].title.startswith("Pada resepsi Menteri Dalam Negeri Republik Mozambik")
    assert seeds["001"].title.endswith(" …")
    assert len(seeds["001"].title) <= 92


def test_a_page_of_furniture_is_no_article() -> None:
    article = page("Beranda\nNo data\nKomentar (0)")
    assert article.text == ""
    assert len(article.dropped) == 3


def test_a_bare_text_keeps_its_doubtful_lines() -> None:
    text = f"Judul kecil\n{BODY}\nBahan:\n2 butir telur\n2 butir telur\nSelesai"
    article = bare(text, title="Judul")
    assert article.text == text.replace("\n", "\n\n").replace(". \n", ".\n")
    assert article.dropped == ()
    assert article.blocks[0].role is Role.HEADING


def test_a_bare_text_loses_what_says_that_it_is_furniture() -> None:
    furniture = [
        "Baca juga: Harga cabai turun", "[Baca Juga: Harga cabai turun]", "ADVERTISEMENT",
        "SCROLL TO CONTINUE WITH CONTENT", "Xem thêm: Giá cà phê", "(abc/def)", "Bagikan:",
        "Bagikan artikel ini",
        "[Gambas:Video 20detik]", "Lihat juga Video: Panen Raya",
    ]  # fmt: skip
    text = "\n".join([BODY, *furniture, BODY, "Ikuti berita kami di kanal Telegram dan WhatsApp.",
                      "Berita terkait", "Harga cabai turun"])  # fmt: skip
    article = bare(text)
    assert article.text == f"{BODY.strip()}\n\n{BODY.strip()}"
    assert len(article.dropped) == len(furniture) + 3


def test_initials_of_the_editor_do_not_hide_a_last_sentence() -> None:
    assert "(rsa/abc)" in page(f"{BODY}\nBegitu katanya kemarin sore. (rsa/abc)").text


@pytest.mark.parametrize(
    "word", ["a" * 4000, f"https://kabar.example/{'bab-1/' * 200}", "aGFyZ2E9" * 200]
)
@pytest.mark.parametrize("is_bare", [False, True])
def test_a_paragraph_may_hold_a_word_without_end(word: str, is_bare: bool) -> None:
    text = f"{BODY}Kata terpanjang itu ialah {word} menurut kamus yang baru."
    article = bare(text) if is_bare else page(text)
    assert article.text == text
    assert max(len(p.text) for p in split(article, count_tokens=lambda t: [*map(len, t)])) < 400


@pytest.mark.parametrize(
    "data",
    [
        "aGFyZ2E9" * 200,
        f"gambar: {'aGFyZ2E9' * 200}",
        f"!function(e){{return e.a&&{'b[1]+' * 200}0}}; var x = 1, y = f(2), z = {{a: 'b', c: 0}}; "
        "if (x == y) { z.a = g(y, [1, 2]); } for (i = 0; i < 9; i++) h(i); return x || y;",
    ],
    ids=["picture", "labelled", "program"],
)
def test_data_is_no_paragraph(data: str) -> None:
    article = page(f"{BODY}\n{data}\n{BODY}")
    assert [line.reason for line in article.dropped] == ["a block of data"]


@pytest.mark.parametrize(
    "line",
    [
        "Komentar{}x",
        "Terpopuler{}x",
        "Most read{}x",
        "Sumber{}x",
        "Source{}: https",
        "Comments (3){}x",
    ],
)
def test_a_run_of_spaces_in_a_line_takes_no_time_by_the_square_of_its_length(line: str) -> None:
    prose = "Pemerintah meresmikan pelabuhan baru itu pada hari Senin pagi. " * 5
    text = f"{prose}\n\n{line.format(' ' * 50_000)}\n\n{prose}"
    started = time.process_time()
    assert clean(Page("a.txt", text, "x")).text.startswith(prose.strip())
    assert time.process_time() - started < 2


def test_neither_does_one_in_a_web_page() -> None:
    prose = "Pemerintah meresmikan pelabuhan baru itu pada hari Senin pagi. " * 8
    html = f"<html><body><article>{' ' * 60_000}<p>{prose}</p></article></body></html>"
    started = time.process_time()
    page = read_page("a.html", html.encode())
    assert isinstance(page, Page)
    assert page.text == prose.strip()
    assert time.process_time() - started < 3


@pytest.mark.parametrize("bare", [False, True])
def test_a_text_of_nothing_but_marks_of_quoted_mail_is_no_article(bare: bool) -> None:
    assert clean(Page("a", ">\n> >\n>", "x", bare=bare)).text == ""


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (("Gempa magnitudo 5,6 guncang Pacitan",), 1),
        (("BREAKING: Explosion reported near Kabul airport, at least 12 dead",), 1),
        (("FLASH", "", "Gempa M 7,1 guncang Maluku", "Potensi tsunami", "12/03/2024 10:15 WIB"), 3),
        (("Beranda", "No data", "Komentar (0)"), 0),
        (("Harga cabai turun di pasar", *["Beranda"] * 5), 0),
        (("Baca juga: Harga cabai turun", "Bagikan"), 0),
        (("Kabar.id - berita dari seluruh dunia", "Beranda"), 0),
    ],
)
def test_a_flash_is_an_article_of_its_few_lines(lines: tuple[str, ...], body: int) -> None:
    article = page("\n".join(lines))
    assert [role for _, role in roles(article)] == ["body"] * body
    assert article.text == "\n\n".join([line for line in lines if line][:body])
