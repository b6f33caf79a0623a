"""What stands above the first paragraph and is part of the article."""

from __future__ import annotations

import pytest

from index.passages import split
from tests.index.cleaned import BODY, page, roles


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
