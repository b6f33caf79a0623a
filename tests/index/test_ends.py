"""Where an article ends, and the boxes, links and teasers inside it."""

from __future__ import annotations

from datetime import date

import pytest

from index.article import Role
from index.ends import drop_tail
from index.lines import Line, lines_of
from tests.index.cleaned import BODY, bare, page


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
