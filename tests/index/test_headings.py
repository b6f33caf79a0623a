"""Which lines are headings, and of what."""

from __future__ import annotations

import pytest

from index.article import Page, Role
from index.cleaning import clean
from index.formats.markdown import read_markdown
from index.formats.web import read_page
from index.passages import split
from tests.index.cleaned import BODY, bare, page, roles


def test_subheadings_are_headings_and_open_sections() -> None:
    article = page(f"{BODY}\nKerja sama pelatihan\n{BODY}Dua.")
    assert [b.role for b in article.blocks] == [Role.BODY, Role.HEADING, Role.BODY]
    assert [b.section for b in article.blocks] == [0, 1, 1]


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
