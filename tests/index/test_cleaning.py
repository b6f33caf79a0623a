from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Metadata, Page, Role
from index.cleaning import clean
from index.ends import drop_tail
from index.formats.markdown import read_markdown
from index.formats.web import read_page
from index.lines import Line, is_prose, lines_of, words_of
from index.outlets import name_beside_date
from index.passages import split
from index.reading import read_folder
from index.wrapping import unwrapped

SEEDS = Path(__file__).parents[2] / "seeds"
BODY = (
    "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang pelatihan. " * 3
)


def page(text: str) -> Article:
    return clean(Page("a.txt", text, "digest"))


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


def test_a_box_of_related_news_at_the_top_does_not_swallow_the_article() -> None:
    article = page(f"Berita terkait\nJudul artikel yang dibaca\n{BODY}\n{BODY}Selesai.")
    assert article.text.count("Menteri mengatakan") == 6


def test_teasers_without_a_box_are_dropped() -> None:
    teaser = "Lobster Indonesia Diekspor ke Vietnam\n6 jam lalu\n" \
             "Lobster Indonesia Diekspor ke Vietnam\nMenteri menjelaskan ekspor lobster.\n" \
             "Baca Selengkapnya\n"  # fmt: skip
    article = page(f"{BODY}\n{teaser}{BODY}Akhir.")
    assert "obster" not in article.text
    assert "Akhir." in article.text


def test_the_age_of_an_article_leaves_it_its_headline() -> None:
    own = f"Menteri bahas pelatihan\n2 jam lalu\n{BODY}\n{BODY}"
    assert page(own).title == "Menteri bahas pelatihan"
    asks = "Mengapa menteri bahas pelatihan?"
    assert page(f"{asks}\n2 jam lalu\n{BODY}").title == asks
    other = "Menteri bahas pelatihan di Hanoi\n6 jam lalu\n"
    article = page(f"{other}{own}\n{other}{BODY}")
    assert not article.title_on_page
    assert "Hanoi" not in article.text
    article = page(f"{other}Menteri menjelaskan hal itu.\nBaca Selengkapnya\n{BODY}")
    assert (article.title_on_page, article.text) == (False, BODY.strip())


def test_subheadings_are_headings_and_open_sections() -> None:
    article = page(f"{BODY}\nKerja sama pelatihan\n{BODY}Dua.")
    assert [b.role for b in article.blocks] == [Role.BODY, Role.HEADING, Role.BODY]
    assert [b.section for b in article.blocks] == [0, 1, 1]


def test_a_page_without_a_headline_is_called_by_its_opening(seeds: dict[str, Article]) -> None:
    assert seeds["001"].title.startswith("Pada resepsi Menteri Dalam Negeri Republik Mozambik")
    assert seeds["001"].title.endswith(" …")
    assert len(seeds["001"].title) <= 92


def test_a_page_of_furniture_is_no_article() -> None:
    article = page("Beranda\nNo data\nKomentar (0)")
    assert article.text == ""
    assert len(article.dropped) == 3


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


def bare(text: str, **facts: str) -> Article:
    return clean(Page("a.html", text, "digest", metadata=Metadata(**facts), bare=True))


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


def test_lists_of_a_page_stay_in_its_article() -> None:
    items = ["1. Nasi putih", "2. Sambal tomat", "- Kerupuk"]
    article = page("\n".join([BODY, "Bahannya:", *items, BODY]))
    assert all(item in article.text for item in items)


def test_initials_of_the_editor_do_not_hide_a_last_sentence() -> None:
    assert "(rsa/abc)" in page(f"{BODY}\nBegitu katanya kemarin sore. (rsa/abc)").text


@pytest.mark.parametrize(
    "lines",
    [
        ("都が渋谷に新図書館　蔵書30万冊",
         "東京都は５日、渋谷区に新しい都立図書館を開設したと発表した。",
         "図書館は午前九時から午後九時まで開館し、月曜日は休館となる。利用には無料の登録が必要だ。"),
        ("上海新图书馆开馆 藏书30万册",
         "上海市五日宣布新图书馆正式开馆，藏书约三十万册，预计每年接待读者一百万人。",
         "图书馆每天上午九点开馆，周一闭馆。市民可以免费登记使用。"),
        ("กรุงเทพเปิดห้องสมุดใหม่",
         "กรุงเทพมหานครเปิดห้องสมุดแห่งใหม่เมื่อวันที่ห้ามีหนังสือประมาณสามแสนเล่ม",
         "ห้องสมุดกรุงเทพแห่งใหม่เปิดทุกวันยกเว้นวันจันทร์ประชาชนลงทะเบียนใช้ได้โดยไม่เสียค่าใช้จ่าย"),
    ],
    ids=["ja", "zh", "th"],
)  # fmt: skip
def test_prose_without_spaces_is_prose(lines: tuple[str, ...]) -> None:
    title, *body = lines
    article = clean(Page("a.txt", "\n\n".join(lines), "x"))
    assert article.title == title
    assert article.text.split("\n\n") == body


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


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (("RISALAH RAPAT", "Nomor: 12/RR/2025", "Hadir: Budi Santoso, Rina Sari",
          "Perihal: Pelatihan di bidang negara"), None),
        (("SIARAN PERS", "Nomor   : 12/SP/2025", "Hal     : Pelatihan",
          "          di dua negara"), "Menteri sepakat memperluas kerja sama"),
        (("Rapat menteri di bidang pelatihan", "Hadir:", "1. Budi Santoso", "2. Rina Sari"),
         "Rapat menteri di bidang pelatihan"),
        (("MINUTES", "Ref: 7", "Attendees: A. Smith, B. Jones", "Recorded by: C. Doe"), None),
        (("Kính gửi: Bộ trưởng", "V/v: đào tạo"), None),
    ],
    ids=["minutes", "press release", "title", "English", "Vietnamese"],
)  # fmt: skip
def test_the_head_of_a_record_is_part_of_it(head: tuple[str, ...], title: str | None) -> None:
    apart = [title, ""] if title and title not in head else []
    article = page("\n".join([*head, "", *apart, BODY, "", BODY]))
    kept = [line.strip() for line in head if line != title]
    assert article.text.split("\n\n") == [*kept, BODY.strip(), BODY.strip()]
    assert {role for _, role in roles(article)} == {"body"}
    assert (article.title if article.title_on_page else None) == title
    assert title or article.title.startswith("Menteri mengatakan")
    # The lead of the report is that of its first paragraph.
    last = split(article, count_tokens=lambda texts: [1] * len(texts))[-1]
    assert last.context.split("\n")[-1].startswith("Menteri mengatakan")


def test_labels_that_are_no_record_s_are_above_the_article() -> None:
    labels = "Kategori: Nasional\nDibaca: 1.204 kali\nBahasa: Indonesia"
    assert page(f"{labels}\n\nMenteri sepakat lagi\n\n{BODY}").text == BODY.strip()


def test_a_score_is_no_headline() -> None:
    report = "Persib menang atas Persija di Bandung pada hari Minggu lewat gol di menit akhir.\n"
    score, headline = "Persib 2 - 1 Persija", "Maung Bandung tundukkan Macan Kemayoran"
    article = page(f"{score}\n\n{headline}\n\n{report}\n{BODY}")
    assert (article.title, roles(article)[0]) == (headline, (score, "body"))
    assert page(f"{score}\n\n{report}\n{BODY}").title == score
    ticker = "Arema 0-0 Persebaya\nPSM Makassar 3-1 Borneo FC"
    article = page(f"{ticker}\n\n{headline}\n\n{report}\n{BODY}")
    assert (article.title, article.text) == (headline, f"{report.strip()}\n\n{BODY.strip()}")


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


class Looked:
    """Lines that count how many of them are looked at."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines, self.seen = lines, 0

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        found = self.lines[at]
        self.seen += len(found) if isinstance(found, list) else 1
        return found


def test_end_markers_below_each_other_are_walked_once() -> None:
    text = [BODY, *["Komentar", "Judul lain"] * 500]
    looked = Looked(lines_of("\n".join(text)))
    drop_tail(looked)  # type: ignore[arg-type]
    assert [line.reason is None for line in looked.lines] == [True] + [False] * 1000
    assert looked.seen < 10 * len(text)


ASKED = "Kapan pertemuan berikutnya diadakan?"


def test_a_question_above_a_paragraph_is_its_heading() -> None:
    text = f"Menteri sepakat lagi\n\n{BODY}\n\n{ASKED}\n\n{BODY}"
    for article in (page(text), bare(text, title="Menteri sepakat lagi")):
        assert (ASKED, "heading") in roles(article)
        assert [block.section for block in article.blocks] == [0, 1, 1]


def test_a_headline_that_asks_is_the_title() -> None:
    assert page(f"{ASKED}\n\n{BODY}").title_on_page
    assert page(f"{ASKED}\n\n{BODY}").text == BODY.strip()
    # Where another shares more of the article's words, it stays in the article.
    both = page(f"Menteri sepakat pelatihan\n\n{ASKED}\n\n{BODY}")
    assert (both.title, roles(both)[0]) == ("Menteri sepakat pelatihan", (ASKED, "heading"))


@pytest.mark.parametrize(
    "lines",
    [
        ("“Kapan kita semua boleh pulang?”",),
        ("- Kapan kita boleh pulang?",),
        ("Warga: Kapan kita boleh pulang?",),
        ("Ia menulis dua pertanyaan di papan itu:", ASKED),
        (ASKED, "Siapa yang akan hadir di sana?"),
        ("Kapan pertemuan berikutnya diadakan di ibu kota salah satu dari kedua negara itu?",),
    ],
    ids=["speech", "dash", "speaker", "after a colon", "several", "long"],
)
def test_other_questions_are_body(lines: tuple[str, ...]) -> None:
    for article in (
        page("\n\n".join([BODY, *lines, BODY])),
        bare("\n\n".join([BODY, *lines, BODY])),
    ):
        assert [role for _, role in roles(article)] == ["body"] * (len(lines) + 2)
    assert (ASKED, "body") in roles(page(f"{BODY}\n\n{ASKED}"))


@pytest.mark.parametrize("heading", [ASKED, "Anggaran", "Awas, banjir akan segera datang!"])
def test_what_markup_makes_a_heading_is_one_above_all_that_stays(heading: str) -> None:
    lists = f"<p>{BODY}</p><h2>{heading}</h2><ul><li>Rp 5</li><li>Rp 7</li></ul><h2>Lain</h2>"
    html = f"<article><h1>Judul</h1>{lists}<h3>Jalan desa</h3><p>{BODY}</p></article>"
    raw = read_page("a.html", f"<html><body>{html}</body></html>".encode())
    text = f"# Judul\n\n{BODY}\n\n## {heading}\n\n- Rp 5\n- Rp 7\n\n## Lain\n\n"
    marked = read_markdown("a.md", f"{text}### Jalan desa\n\n{BODY}".encode())
    for read in (raw, marked):
        assert isinstance(read, Page)
        article = clean(read)
        kinds = ["body", "heading", "body", "body", "heading", "heading", "body"]
        assert [role for _, role in roles(article)] == kinds
        assert [block.section for block in article.blocks] == [0, 1, 1, 1, 2, 2, 2]
        last = split(article, count_tokens=lambda texts: [1] * len(texts))[-1]
        assert last.context.endswith("Lain\nJalan desa")


def test_a_sentence_that_markup_makes_a_heading_is_body() -> None:
    said = "Kedua negara sepakat memperluas pelatihan di Hanoi."
    marked = read_markdown("a.md", f"# Judul\n\n## {said}\n\n{BODY}".encode())
    assert isinstance(marked, Page)
    assert (said, "body") in roles(clean(marked))


def test_a_heading_below_a_list_and_apart_from_it_is_one() -> None:
    items = "1. Nasi putih\n2. Sambal tomat"
    for article in (page(f"{BODY}\n\n{items}\n\nTarget panen desa\n\n{BODY}"),
                    bare(f"{BODY}\n\n{items}\n\nTarget panen desa\n\n{BODY}")):  # fmt: skip
        assert roles(article)[3] == ("Target panen desa", "heading")
        assert [role for _, role in roles(article)[1:3]] == ["body", "body"]


def test_the_first_line_of_a_bare_text_may_be_a_long_headline() -> None:
    headline = (
        "Menteri kedua negara sepakat memperluas kerja sama di bidang pelatihan perwira muda baru"
    )
    assert roles(bare(f"{headline}\n\n{BODY}"))[0] == (headline, "heading")
    placed = f"Hanoi (VNA) - {headline}"
    assert roles(bare(f"{placed}\n\n{BODY}"))[0] == (placed, "body")


ROWS = ["Garut: Rp 320 miliar", "Cianjur: Rp 150 miliar"]


def roles(article: Article) -> list[tuple[str, str]]:
    return [(article.text[b.start : b.end], b.role.value) for b in article.blocks]


def test_the_last_item_of_a_list_heads_nothing() -> None:
    article = bare("\n\n".join([BODY, "Rincian anggaran:", *ROWS, BODY, "Jalan desa", BODY]))
    assert [role for _, role in roles(article)] == [*["body"] * 5, "heading", "body"]


def test_markup_tells_headings_from_items() -> None:
    items = [f"<li><p>{row}</p></li>" for row in ROWS]
    rows = "".join(f"<tr><td>{row}</td><td>1</td></tr>" for row in ROWS)
    html = (
        f"<article><h1>Judul</h1><p>{BODY}</p><ul>{items[0]}</ul><p>{BODY}</p><ul>{items[1]}</ul>"
        f"<h3>Jalan desa</h3><p>{BODY}</p><table>{rows}</table><p>{BODY}</p></article>"
    )
    raw = read_page("a.html", f"<html><body>{html}</body></html>".encode())
    assert isinstance(raw, Page)
    found = dict(roles(clean(raw)))
    assert [found[row] for row in ROWS] == [found[f"{row} 1"] for row in ROWS] == ["body", "body"]
    assert found["Jalan desa"] == "heading"


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


LABELS = ["Baca juga:", "Lihat Juga", "READ MORE:", "Xem thêm", "Recommended for you"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    "links", ["Harga cabai turun", "Harga cabai turun\nMengapa gempa terjadi di Pacitan?"]
)
def test_headlines_below_a_label_are_links(label: str, links: str) -> None:
    text = f"{BODY}\n\n{label}\n{links}\n\n{BODY}{BODY}"
    for article in (page(text), bare(text)):
        assert article.text == f"{BODY.strip()}\n\n{BODY}{BODY.strip()}"
        assert {block.section for block in article.blocks} == {0}


def test_below_a_label_only_the_first_line_is_a_link_where_nothing_parts_them() -> None:
    text = f"{BODY}\n\nBaca juga:\n\nHarga cabai turun\n\nHak dan kewajiban\n\n{BODY}"
    close = f"{BODY}\nBaca juga:\nHarga cabai turun\nHak dan kewajiban\n{BODY}"
    for article in (page(text), page(close), bare(text), bare(close)):
        assert "cabai" not in article.text
        assert "Hak dan kewajiban" in article.text
    assert page(f"{BODY}\nBaca juga:\n{BODY}").text == f"{BODY.strip()}\n\n{BODY.strip()}"


def test_the_last_line_of_a_box_is_no_heading() -> None:
    box = "Aplikasi kami\nApp Store\nGoogle Play"
    assert "Google Play" not in page(f"{BODY}\n\n{box}\n\n{BODY}").text
    close = page(f"{BODY}\n\nIklan\nBagikan\nHak dan kewajiban\n{BODY}")
    assert close.blocks[1].role is Role.HEADING


CONSENT = [
    "We and our 847 partners store and access personal data, like browsing data, on your device.",
    "This website uses cookies to improve your experience and to measure traffic on our pages.",
    "Situs ini menggunakan cookie agar pengalaman Anda membaca berita menjadi lebih baik.",
    "Trang web này sử dụng cookie để mang lại cho bạn trải nghiệm tốt hơn khi đọc báo.",
]


@pytest.mark.parametrize("consent", CONSENT)
def test_a_consent_box_above_the_article_is_neither_title_nor_body(consent: str) -> None:
    text = f"Menu\nWe value your privacy\n{consent}\nI Accept\n\nMenteri sepakat\n\n{BODY}"
    article = page(text.replace("Menteri sepakat", "Menteri sepakat memperluas kerja sama"))
    assert article.title == "Menteri sepakat memperluas kerja sama"
    assert article.text == BODY.strip()


@pytest.mark.parametrize(
    "said",
    [
        "By using cookies as a starter, the café has doubled its orders since the spring.",
        "We use cookies and cream in this cake because it is what the children ask for.",
        "Dengan menggunakan pupuk organik, petani menghemat biaya dan panen lebih awal tahun ini.",
    ],
)
def test_what_only_begins_as_a_consent_box_is_body(said: str) -> None:
    assert page(f"{BODY}\n\n{said}\n\n{BODY}").text.count(said) == 1


def test_an_invitation_above_comments_is_left_out_and_they_keep_their_reason() -> None:
    invitation = "Ikuti berita kami setiap hari di kanal WhatsApp."
    comment = "Pembaca menulis bahwa pelatihan itu sudah lama ditunggu di daerahnya."
    article = page(f"{BODY}\n\n{invitation}\n\nKomentar (1)\n\n{comment}")
    assert article.text == BODY.strip()
    reasons = {line.text: line.reason for line in article.dropped}
    assert reasons[invitation] == "invitation to follow the outlet"
    assert reasons[comment] == "after “Komentar (1)”"


def test_an_invitation_at_the_end_of_a_page_is_left_out() -> None:
    signup = "Sign up to our daily newsletter and never miss a story."
    terms = "By signing up you agree to our privacy policy. You can unsubscribe at any time."
    end = f"Get it in your inbox\n{signup}\nEmail address\n{terms}\n\nMost Read\nHarga cabai turun"
    assert page(f"{BODY}\n\n{end}").text == BODY.strip()
    assert signup in page(f"{BODY}\n\n{signup}\n\n{BODY}").text


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


GOES_ON = (
    "Kerja sama pelatihan itu akan dimulai di Hanoi pada bulan depan.",
    "Kedua menteri akan bertemu lagi.",
)
HEADLINES = ("Harga cabai turun di pasar", "Siapa yang menang di Hanoi tadi malam?")


@pytest.mark.parametrize("marker", ["Berita Terkait", "Most read", "Tin liên quan"])
def test_a_box_inside_the_article_does_not_end_it(marker: str) -> None:
    article = page("\n".join([BODY, marker, HEADLINES[0], "Cabai", *GOES_ON]))
    assert article.text == "\n\n".join([BODY.strip(), *GOES_ON])
    assert [d.text for d in article.dropped] == [marker, HEADLINES[0], "Cabai"]


RICE = (
    "Presiden Joko Widodo membuka pasar beras di Surabaya pada hari Senin pagi. Pasar itu dibangun "
    "selama dua tahun dengan biaya yang besar, dan pedagang dari desa di sekitarnya telah lama "
    "menunggu hari itu, kata wali kota kepada para wartawan yang hadir di sana."
)
BACK_TO_RICE = "Menurut warga Surabaya, kunjungan Widodo itu yang pertama."


@pytest.mark.parametrize("marker", ["Don't miss", "DON’T MISS!", "Jangan lewatkan", "Đừng bỏ lỡ:"])
@pytest.mark.parametrize("box", [(), HEADLINES[:1], HEADLINES], ids=["none", "one", "asks"])
@pytest.mark.parametrize("below", [(BACK_TO_RICE,), (BACK_TO_RICE, "Hujan turun sore itu.")])
def test_the_last_paragraphs_go_on_below_a_box(
    marker: str, box: tuple[str, ...], below: tuple[str, ...]
) -> None:
    for end in ((), ("Komentar (2)", "Bagus")):
        article = page("\n\n".join([RICE, marker, *box, *below, *end]))
        assert article.text == "\n\n".join([RICE, *below])


@pytest.mark.parametrize(
    "below",
    [
        ("Kunjungan Widodo di Surabaya", BACK_TO_RICE),
        ("Harga cabai turun", BACK_TO_RICE, "Hujan di Pacitan", BACK_TO_RICE),
        ("Harga cabai turun", "Lain kali cuaca akan lebih baik, kata petugas.", "Hujan lagi."),
    ],
    ids=["its summary", "a second headline", "another subject"],
)
def test_a_list_of_other_articles_ends_the_article(below: tuple[str, ...]) -> None:
    assert page("\n\n".join([RICE, "Jangan lewatkan", *below])).text == RICE


@pytest.mark.parametrize(
    "below",
    [
        ("Komentar (2)", "Bagus", *GOES_ON),
        ("Berita Terkait", HEADLINES[0], GOES_ON[0], HEADLINES[0], GOES_ON[1]),
        ("Berita Terkait", HEADLINES[0], "6 jam lalu", *GOES_ON),
        ("Berita Terkait", *HEADLINES, HEADLINES[1], GOES_ON[1]),
        ("Berita Terkait", "Cabai", "Dilarang menyalin tanpa izin redaksi.",
         "Semua artikel milik penerbit ini."),
        ("Berita Terkait", *["Cabai"] * 9, *GOES_ON),
    ],
    ids=["comments", "summaries", "ages", "questions", "footer", "long list"],
)  # fmt: skip
def test_what_stands_below_the_article_ends_it(below: tuple[str, ...]) -> None:
    assert page("\n".join([BODY, *below])).text == BODY.strip()


def test_an_address_that_the_article_cites_is_not_its_own() -> None:
    cited, own = "Sumber: https://data.example/harga", "Sumber: https://kabar.example/2024/03/12/a"
    article = page("\n".join([BODY, cited, *GOES_ON, own, "Harga cabai turun"]))
    assert (article.url, article.outlet) == (own[8:], "kabar.example")
    assert article.text == "\n\n".join([BODY.strip(), *GOES_ON])
    article = page("\n".join([BODY, cited, *GOES_ON]))
    assert (article.url, article.outlet) == (None, None)
    article = page("\n".join([own, "Judul rapat menteri", BODY, cited, *GOES_ON]))
    assert article.url == own[8:]


@pytest.mark.parametrize(
    "line",
    [
        "Reporter: Kapan puncak musim hujan tahun ini?",
        "Editor: Itu benar, dan akan tetap begitu.",
        "Hak cipta lagu-lagu itu dipegang para pencipta sejak 2014, tetapi royalti dibayarkan.",
        "Copyright lawyers say the case could change how 1,200 venues pay for live music.",
        "(c) membayar denda Rp 10 miliar jika melanggar ketentuan ini;",
        "Twitter: half of the company's 7,500 workers were told to leave on Friday.",
        "Email: workers learned of it in a message that was sent at 9 a.m. Pacific time.",
    ],
)
def test_sentences_that_begin_like_furniture_are_body(line: str) -> None:
    for article in (page(f"{BODY}\nDaftar itu:\n{line}\n{BODY}"), bare(f"{BODY}\n{line}\n{BODY}")):
        assert (line, "body") in roles(article)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Reporter: Kapan Wijaya", "byline"),
        ("Copyright © ANTARA 2025", "copyright line"),
        ("Copyright (c) 2024 Kompas", "copyright line"),
        ("© 2025 Tempo. Hak cipta dilindungi.", "copyright line"),
        ("Hak Cipta Dilindungi Undang-Undang.", "copyright line"),
        ("(c) 2019 Reuters", "copyright line"),
        ("Twitter: @kompascom", "sharing button"),
        ("Email", "sharing button"),
        ("Share this: Facebook Twitter WhatsApp", "sharing button"),
    ],
)
def test_bylines_rights_and_buttons_are_furniture(line: str, reason: str) -> None:
    for article in (page(f"{BODY}\n{line}\n{BODY}"), bare(f"{BODY}\n{line}\n{BODY}")):
        assert [(d.text, d.reason) for d in article.dropped] == [(line, reason)]


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


def test_words_of_hindi_have_their_vowel_signs() -> None:
    assert words_of("दिल्ली में प्रदूषण") == {"दिल्ली", "प्रदूषण"}


@pytest.mark.parametrize(
    "sentence",
    ["यह सूचकांक गंभीर श्रेणी में है।", "ما أهمية هذا الاكتشاف بالنسبة لمصر؟", "यह सब यहीं समाप्त होता है॥",
     "یہ کتاب بہت اچھی ہے۔", "„Wir halten unser Wort im Land.“", "「家計への影響は大きい。」"],
)  # fmt: skip
def test_sentence_ends_of_many_scripts(sentence: str) -> None:
    assert is_prose(sentence)
    assert not is_prose(sentence.rstrip("।؟॥۔.。“」"))


@pytest.mark.parametrize(
    "line",
    [
        "Pabrik itu akan dibuka pada 2026, kata menteri Rosan Roeslani kepada Reuters.",
        "Apple did not immediately respond to a request for comment from AFP.",
        "Las autoridades pidieron calma mientras se estudia la nueva cepa.",
        "Bencana itu menewaskan 471 orang, serta kerusakan parah. (Antara/Reuters)",
        "Perusahaan itu memasok pelanggan besar, kata wakil presiden U.S. Cellular",
        "1. Tak Boleh Ada Kursi",
        "Banyak orang gemar berburu foto. Berikut contoh foto pengguna di sana.",
    ],
)
def test_prose_that_names_an_agency_is_no_caption(line: str) -> None:
    for article in (page(f"{BODY}\n{line}\n{BODY}"), bare(f"{BODY}\n{line}\n{BODY}")):
        assert (line, "caption") not in roles(article)
        assert line in article.text


@pytest.mark.parametrize(
    "line",
    [
        "Presiden Putin dan Sekretaris Jenderal Trong di Sochi. REUTERS/Maxim Shemetov",
        "Presiden Putin dan Trong bertemu di Sochi. AFP",
        "Warga mengungsi ke balai desa (Mladen Antonov/AFP)",
        "Warga mengungsi ke balai desa pada Rabu. (AFP/Joel Saget)",
        "ANTARA FOTO/Hafidz Mubarak",
        "Warga mengungsi (Foto: Rina)",
        "Menteri dalam rapat di Hanoi. Dok. Humas Kemenlu",
        "Trong bertemu Putin di Sochi pada musim panas. Vietnam News",
    ],
)
def test_a_caption_says_whose_picture_it_is(line: str) -> None:
    assert (line, "caption") in roles(page(f"{BODY}\n{line}\n{BODY}"))


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


def test_days_above_paragraphs_are_no_publication_date() -> None:
    days = ("2 Juli 2025, 22.56 WIB", "3 Juli 2025")
    article = page(f"{BODY}\n\n{days[0]}\n\n{BODY}\n\n{days[1]}\n\n{BODY}")
    assert article.published is None
    assert [text for text, role in roles(article) if role == "heading"] == [*days]
    assert page(f"{BODY}\n\n{days[0]}\n\n{BODY}\n\n{BODY}").published == date(2025, 7, 2)


@pytest.mark.parametrize(
    "below",
    [
        "Tentang Kami\nSitus ini dikelola oleh yayasan yang terdaftar di dewan pers sejak lama.\n"
        "Seluruh isi dapat dikutip dengan menyebut sumber untuk keperluan yang tidak komersial.\n",
        "Komentar (2)\nBudi menulis bahwa pelatihan perwira muda itu memang sangat diperlukan.\n"
        "Rina menulis bahwa pelatihan perwira muda itu terlalu mahal untuk negara ini.\n",
    ],
    ids=["a footer", "comments"],
)
def test_what_stands_below_the_address_is_no_article_for_sharing_common_words(below: str) -> None:
    body = (
        "Menteri pertahanan kedua negara sepakat untuk memperluas pelatihan perwira muda yang akan "
        "digelar di kota itu dengan biaya bersama sampai tahun depan, kata juru bicara.\n"
    )
    article = page(f"{body}{body}Sumber: https://news.example/2025/10/14/pelatihan\n{below}")
    assert article.url == "https://news.example/2025/10/14/pelatihan"
    assert article.published == date(2025, 10, 14)
    assert len(article.blocks) == 2


@pytest.mark.parametrize("note", ["Last updated 4 June 2024", "5 min read", "By Jane Porter Smith"])
def test_a_note_is_no_headline(note: str) -> None:
    article = page(f"Royal baby\n{note}\n\n{BODY}")
    assert note not in (article.title, article.text)


@pytest.mark.parametrize("credit", ["Antara", "Rina Sari", "Foto: Rina", "(Antara/AFP)", "AFP"])
def test_the_only_paragraph_is_no_caption(credit: str) -> None:
    brief = (
        f"Gempa bermagnitudo 5,6 mengguncang Pacitan pada Rabu pagi dan terasa di Solo. {credit}"
    )
    for article in (page(f"Gempa guncang Pacitan\n\n{brief}\n\nBagikan\n"), bare(brief)):
        assert (brief, "body") in roles(article)


@pytest.mark.parametrize("credit", ["Jane Porter", "Foto: Rina"])
def test_a_long_paragraph_is_no_caption(credit: str) -> None:
    long = f"{BODY * 4}{credit}"
    assert [role for _, role in roles(page(f"{BODY}\n\n{long}"))] == ["body", "body"]


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
