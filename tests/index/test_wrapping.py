"""Text broken at a fixed width: its paragraphs whole, and nothing else touched."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Page
from index.cleaning import clean
from index.lines import lines_of
from index.reading import read_folder
from index.wrapping import unwrapped

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = (
    "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang pelatihan, "
    "dan akan bertemu lagi di Hanoi pada bulan Maret untuk menandatangani perjanjian itu. "
)


def page(text: str) -> Article:
    return clean(Page("a.txt", text, "d"))


def wrapped(text: str, width: int, *, hyphens: bool = False) -> str:
    """The text with each of its lines broken at the width."""
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=hyphens)
        for line in text.split("\n")
    )


def joined(text: str) -> list[str]:
    return [line.text for line in unwrapped(lines_of(text))]


@pytest.mark.parametrize("width", [50, 72, 100])
@pytest.mark.parametrize("hyphens", [False, True])
def test_the_seeds_wrapped_keep_what_they_keep_unwrapped(width: int, hyphens: bool) -> None:
    seeds = [seed for seed in read_folder(SEEDS) if isinstance(seed, Page)]
    assert len(seeds) == 5
    for seed in seeds:
        whole, again = page(seed.text), page(wrapped(seed.text, width, hyphens=hyphens))
        sentences = {line for line in whole.text.split("\n\n") if len(line) > width}
        kept = sum(len(line) for line in sentences if line in again.text)
        assert kept >= 0.99 * sum(map(len, sentences))
        assert abs(len(again.text) - len(whole.text)) <= 0.01 * len(whole.text)
        assert (again.title_on_page, again.published) == (whole.title_on_page, whole.published)
        if hyphens is False or width == 72:
            assert again.outlet == whole.outlet


def test_lines_that_no_width_broke_stay_as_they_are() -> None:
    for seed in read_folder(SEEDS):
        assert isinstance(seed, Page)
        assert unwrapped(lines_of(seed.text)) == lines_of(seed.text)


LISTS = {
    "headlines": ["Presiden Tinjau Pelabuhan Patimban di Subang Siang",
                  "Investor Jepang Lirik Pelabuhan Patimban di Subang",
                  "Menteri Perhubungan Resmikan Jalan Tol ke Patimban",
                  "Warga Subang Berharap Pelabuhan Membuka Lapangan"],
    "table": ["Persib Bandung               10      24     +12    ",
              "Borneo FC Samarinda           9      23     +10    ",
              "Persija Jakarta              10      20      +8   x",
              "Bali United                  10      18      +2   x"],
    "verse": ["aku ini binatang jalang", "dari kumpulannya terbuang", "biar peluru menembusku",
              "aku tetap meradang menerjang, luka dan bisa kubawa berlari"],
    "code": ["    daftar.tambah(pekerja_migran, negara_tujuan, true);",
             "    daftar.hapus(pekerja_lama, negara_asal, alasan, x);",
             "    daftar.simpan(berkas_keluaran_dari_kementerian, 1);",
             "    // selesai. keluar dari fungsi dan kembali ke menu"],
    "python": ["def jumlahkan_pekerja(negara, tahun, daftar_pekerja):",
               "    for pekerja in ambil_semua(negara, tahun, daftar):",
               "        yield hitung_pekerja_yang_sudah_pulang(satu_x)",
               "            # selesai. keluar dari fungsi, kembali ke x"],
    "lyrics": ["kulihat ibu pertiwi sedang bersusah hati hari ini",
               "air matanya berlinang mas intannya terkenang lagi",
               "hutan gunung sawah lautan simpanan kekayaan kita,",
               "kini ibu sedang susah merintih dan berdoa sendiri"],
    "items": ["menyiarkan konten lokal sedikitnya enam puluh persen;",
              "menyediakan juru bahasa isyarat untuk tiap siaran a;",
              "melaporkan jumlah penonton setiap bulan ke komisi b;",
              "membayar iuran tahunan kepada badan pengawas negara."],
    "chinese": ["上海市五日宣布新图书馆正式开馆" * 3] * 5,
    "long": [PROSE * 2] * 5,
}  # fmt: skip


@pytest.mark.parametrize("lines", LISTS.values(), ids=LISTS)
def test_lists_tables_and_verse_are_not_joined(lines: list[str]) -> None:
    assert joined("\n".join(lines)) == [line.strip() for line in lines]


@pytest.mark.parametrize("name", ["code", "python", "lyrics", "items"])
def test_lists_code_and_verse_within_a_wrapped_text_are_not_joined(name: str) -> None:
    wide = max(map(len, LISTS[name]))
    source = "\n\n".join([textwrap.fill(PROSE * 2, wide), "\n".join(LISTS[name])])
    found = joined(source)
    assert found[0] == (PROSE * 2).strip()
    assert found[1:] == [line.strip() for line in LISTS[name]]


@pytest.mark.parametrize(("first", "others"), [("    ", ""), (" " * 60, " " * 60), ("1. ", "   ")])
def test_a_paragraph_may_be_indented(first: str, others: str) -> None:
    width = 72 + len(others)
    text = textwrap.fill(PROSE * 2, width, initial_indent=first, subsequent_indent=others)
    assert joined(f"{text}\n{text}") == [(first + PROSE * 2).strip()] * 2


def test_long_headers_do_not_outvote_a_short_mail() -> None:
    header = ["From: a@contoh.id", "To: b@contoh.id", "Subject: Rapat", "Date: 1", "X: 2", "Y: 3"]
    paragraph = (PROSE * 2)[:290] + "di sana."
    source = "\n".join([*header, "", textwrap.fill(paragraph, 72), "", "--", "Redaksi"])
    assert joined(source) == [*header, paragraph, "--", "Redaksi"]


def test_mail_keeps_its_headers_and_its_paragraphs() -> None:
    paragraphs = [PROSE * 2, PROSE[:120] + "anak-anak di desa.", PROSE * 3]
    header = ["From: redaksi@contoh.id", "Subject: Rapat kedua negara"]
    body = "\n\n".join(textwrap.fill(p, 72) for p in paragraphs)
    wide = "Tabel: " + "kolom " * 14
    source = "\n".join([*header, "", body, "", wide, wide])
    assert joined(source) == [*header, *(p.strip() for p in paragraphs), wide.strip(), wide.strip()]


@pytest.mark.parametrize("mark", ["> ", ">", "> > "])
def test_quoted_mail_is_joined_without_its_marks(mark: str) -> None:
    paragraph = textwrap.fill(PROSE * 2, 68)
    body = f"{paragraph}\n\n{paragraph}"
    quoted = "\n".join((mark + line).rstrip() for line in body.split("\n"))
    assert joined(quoted) == [(PROSE * 2).strip()] * 2
    assert joined(f"Subject: Rapat\n\n{quoted}")[1:] == [(PROSE * 2).strip()] * 2
    article = page(f"Kedua negara sepakat\n\n{quoted}\n")
    assert article.text == "\n\n".join([(PROSE * 2).strip()] * 2)
    assert article.blocks[1].line == 3 + len(paragraph.split("\n")) + 1


def test_a_quote_within_a_quote_is_a_paragraph_of_its_own() -> None:
    paragraph = textwrap.fill(PROSE * 2, 68).split("\n")
    lines = [f"> {line}" for line in paragraph] + [f"> > {line}" for line in paragraph]
    assert joined("\n".join(lines)) == [(PROSE * 2).strip()] * 2


def test_single_lines_that_begin_with_the_mark_keep_it() -> None:
    assert joined("> 10 orang tewas\n>5 orang luka") == ["> 10 orang tewas", ">5 orang luka"]


@given(st.lists(st.text("ab cD.1-\n", max_size=90), max_size=12), st.sampled_from([40, 72]))
@settings(max_examples=200, deadline=None)
def test_joining_loses_and_adds_no_letter(lines: list[str], width: int) -> None:
    source = wrapped("\n".join([PROSE, *lines, PROSE]), width)
    found = unwrapped(lines_of(source))
    assert "".join("".join(line.text.split()) for line in found) == "".join(source.split())
    for line, following in zip(found, [*found[1:], None], strict=True):
        end = following.number if following else None
        own = [part.strip() for part in source.split("\n")[line.number - 1 : end and end - 1]]
        assert line.text in (" ".join(filter(None, own)), *_glued(own))
    article = page(source)
    assert all(article.text[b.start : b.end] in {f.text for f in found} for b in article.blocks)


def _glued(lines: list[str]) -> list[str]:
    """The lines joined by spaces, but where a word goes on after its hyphen."""
    text = ""
    for line in filter(None, lines):
        goes_on = text[-1:] == "-" and text[-2:-1].isalnum()
        text += line if goes_on or not text else f" {line}"
    return [text]
