"""Lines that say what they are: furniture, bylines and captions."""

from __future__ import annotations

import pytest

from tests.index.cleaned import BODY, bare, page, roles

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
