"""News pages saved as text, with everything that stands around and inside their articles."""

from __future__ import annotations

from datetime import date

import pytest

from index.article import Article, Metadata, Page, Role
from index.cleaning import clean
from index.outlets import name_beside_date

BODY = (
    "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang pelatihan. " * 3
).strip()
LAST = "Pelatihan tahap kedua dimulai pada bulan Maret di ibu kota salah satu dari kedua negara."
HEADLINE = "Menteri sepakat memperluas pelatihan"


def page(text: str) -> Article:
    return clean(Page("a.txt", text, "digest"))


def bare(text: str) -> Article:
    return clean(Page("a.html", text, "digest", metadata=Metadata(title=HEADLINE), bare=True))


def body(article: Article) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.role is Role.BODY]


def captions(article: Article) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.role is Role.CAPTION]


def test_a_headline_that_a_page_repeats_is_the_title() -> None:
    """In the path of links, as a picture's text, on each part of a long article."""
    top = f"Beranda\n{HEADLINE}\nTayang: Minggu, 12 Mei 2024 08:12 WIB\n"
    text = f"{top}Diperbarui: Minggu, 12 Mei 2024 08:15 WIB\n{HEADLINE}\n\n{BODY}\n\n"
    article = page(f"{text}Halaman 1/2\n\n{HEADLINE}\n\n{LAST}")
    assert (article.title, article.published) == (HEADLINE, date(2024, 5, 12))
    assert body(article) == [BODY, LAST]
    assert HEADLINE not in article.text
    # A teaser that stands twice is a headline too, and says less of what the article says.
    teaser = "Menteri tinjau pasar ikan"
    article = page(f"{teaser}\nKerja sama pelatihan perwira\n\n{BODY}\n\n{LAST}\n\n{teaser}")
    assert article.title != teaser


def test_a_day_of_change_is_no_headline() -> None:
    article = page(f"Kabar Desa\nDiperbarui: Minggu, 12 Mei 2024 08:15 WIB\n\n{BODY} 12 Mei.")
    assert not article.title.startswith("Diperbarui")


def test_a_menu_s_entry_with_one_word_of_the_article_is_no_headline() -> None:
    headline = "Sân bay mới đón chuyến bay kỹ thuật đầu tiên trong tháng"
    said = "Chuyến bay kỹ thuật đầu tiên hạ cánh tại sân bay mới sau các hoạt động thử nghiệm."
    assert page(f"Bất động sản\nThể thao\n{headline}\n\n{said}\n\n{said}").title == headline
    headline, said = (
        "Giá cà phê Đắk Lắk lập đỉnh",
        "Giá cà phê tại Đắk Lắk tăng đến mức cao trên sàn.",
    )
    text = f"{headline}\nTheo dõi chúng tôi trên mạng\n\n{said} Theo dõi giá mỗi ngày.\n\n{said}"
    assert page(text).title == headline


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("VietnamPlus 14/10/2025", "VietnamPlus"),
        ("RINA SARI (BÁO LAO ĐỘNG) - Thứ hai, 28/04/2025 14:20", None),
        ("Rina Sari • 19/05/2025 11:02", None),
        ("Rina Sari - 19/05/2025", None),
        ("Admin | 19/05/2025", None),
        ("Kompas.com - 27/01/2025, 10:20 WIB", "Kompas.com"),
        ("CNN Indonesia | 17/11/2025", "CNN Indonesia"),
    ],
)
def test_a_name_set_apart_from_the_date_is_an_outlet_where_it_is_a_newsroom_s(
    line: str, outlet: str | None
) -> None:
    assert name_beside_date(line) == outlet


@pytest.mark.parametrize("label", ["lihat foto", "zoom-in", "Perbesar", "View image in fullscreen"])
def test_what_stands_right_below_a_picture_s_button_is_its_caption(label: str) -> None:
    said = "Petugas memeriksa gedung pelatihan itu pada hari pertama."
    article = page(f"{HEADLINE}\n\n{label}\nIstimewa\n{said}\n\n{BODY}\n\n{LAST}")
    assert (captions(article)[-1], body(article)) == (said, [BODY, LAST])
    # Below it, with no blank line, may stand the article.
    article = page(f"{HEADLINE}\n{label}\n{BODY}\n{LAST}")
    assert body(article) == [BODY, LAST]


def test_a_picture_s_text_that_is_its_caption_too_is_no_paragraph() -> None:
    said = "Petugas memeriksa gedung pelatihan itu pada hari pertama."
    for picture in (f"{said}\n{said}", f"{said}\nFoto: Kabar/Rina\n{said}"):
        article = page(f"{HEADLINE}\n{picture}\n\n{BODY}\n\n{LAST}")
        assert body(article) == [BODY, LAST]
    # Further down a sentence may be said twice on end.
    article = page(f"{HEADLINE}\n\n{BODY}\n\nKami tidak akan menyerah.\nKami tidak akan menyerah.")
    assert len(body(article)) == 3


def test_a_caption_that_is_the_headline_again_is_left_out() -> None:
    for credit in (" (Ảnh: Rina Sari).", ". Foto: Kabar/Rina", " ANTARA FOTO/Rina"):
        for article in (page(f"{HEADLINE}\n\n{BODY}\n\n{HEADLINE}{credit}\n\n{LAST}"),
                        bare(f"{BODY}\n\n{HEADLINE}{credit}\n\n{LAST}")):  # fmt: skip
            assert article.text.split("\n\n") == [BODY, LAST]
    said = f"{HEADLINE} di Hanoi kemarin pagi. Foto: Kabar/Rina"
    assert captions(page(f"{HEADLINE}\n\n{BODY}\n\n{said}\n\n{LAST}")) == [said]


def test_a_photographer_s_name_in_capitals_ends_a_caption() -> None:
    said = "LUDES: Petugas memeriksa gedung itu kemarin pagi. (RINA SARI/JPRK)"
    assert captions(page(f"{HEADLINE}\n{said}\n\n{BODY}\n\n{LAST}")) == [said]
    parties = "Dua partai sepakat menjadi satu koalisi pada hari Senin di Jakarta (PDIP/PKB)."
    assert parties in body(page(f"{HEADLINE}\n\n{BODY}\n\n{parties}"))


FURNITURE = [
    "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di"
    " situs web ini tanpa izin tertulis dari Kantor Berita ANTARA.",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "Baca berita tanpa iklan. Gabung Kompas.com+",
    "Baca berita tanpa iklan.",
    "Also read: Five things to know",
    "Artikel berkaitan: Paras air sungai naik",
    "Berita Berkaitan: Paras air sungai naik",
    "ĐỌC NGAY",
    "LINK BÀI GỐC Lấy link!",
    "Rep: Rina Sari/ Red: Budi Santoso",
    "-- BERNAMA",
    "— AFP",
    "– Reuters",
    "Simak breaking news di ponselmu. Akses WhatsApp Channel kami:"
    " https://www.whatsapp.com/channel/0029. Pastikan kamu sudah install aplikasi WhatsApp ya.",
    "Langgan saluran Telegram kami untuk berita terkini",
    "Get the best stories in your inbox",
    "Join us on our WhatsApp Channel, follow us on our Telegram for the latest updates.",
    "Báo Nghệ An điện tử",
    "Báo điện tử Dân trí",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_what_is_furniture_wherever_it_stands(line: str) -> None:
    text = f"{BODY}\n\n{line}\n\n{BODY}\n\n{LAST}"
    for article in (page(f"{HEADLINE}\n\n{text}"), bare(text)):
        assert article.text.split("\n\n") == [BODY, BODY, LAST]


@pytest.mark.parametrize(
    "line",
    [
        "Dilarang mengambil gambar di kawasan itu tanpa izin tertulis dari komandan pangkalan.",
        "Baca berita di pagi hari menjadi kebiasaan warga desa itu sejak lama.",
        "Ikuti saluran WhatsApp desa, kata kepala desa kepada warga yang hadir di balai itu.",
        "Báo điện tử sẽ thu phí bạn đọc từ năm sau, theo đề án của Bộ trưởng.",
        "Red: bahaya tinggi, warga harus menjauh dari kawah gunung itu.",
    ],
)
def test_what_only_begins_as_furniture_is_body(line: str) -> None:
    assert line in body(page(f"{HEADLINE}\n\n{BODY}\n\n{line}\n\n{LAST}"))


@pytest.mark.parametrize("label", ["Next Article", "Artikel Selanjutnya", "Berita selanjutnya:"])
def test_the_next_article_s_headline_is_a_link(label: str) -> None:
    text = f"{BODY}\n\n{LAST}\n\n{label}\nDireksi bank ini borong saham, ada apa?"
    for article in (page(text), bare(text)):
        assert article.text.split("\n\n") == [BODY, LAST]


@pytest.mark.parametrize(
    ("opening", "published"),
    [
        ("Jakarta, 9 November 2025 – ", date(2025, 11, 9)),
        ("TERNATE, April 16, 2025 (Kabar Laut) -- ", date(2025, 4, 16)),
        ("KUALA LUMPUR, 5 Jun 2025 /PRNewswire/ -- ", date(2025, 6, 5)),
        ("Hà Nội, ngày 5 tháng 10 năm 2025 - ", date(2025, 10, 5)),
        ("LONDON, March 12 (Reuters) - ", None),
        ("Pada Senin, 3 Maret 2025 - hari pertama puasa - ", None),
        ("Sejak gempa itu, 26 Desember 2004 - ", None),
        ("Rina Sari, MBE (5 August 1968 – 15 September 2007) ", None),
    ],
)
def test_a_dateline_with_a_year_dates_the_article(opening: str, published: date | None) -> None:
    for article in (page(f"{HEADLINE}\n\n{opening}{BODY}\n\n{LAST}"), bare(f"{opening}{BODY}")):
        assert article.published == published
    own = page(f"{HEADLINE}\n17 November 2025\n\n{opening}{BODY}\n\n{LAST}")
    assert own.published == date(2025, 11, 17)


@pytest.mark.parametrize(
    ("skip", "end"),
    [
        ("Skip past newsletter promotion", "after newsletter promotion"),
        ("Lewati Paling banyak dibaca dan terus membaca", "Akhir dari Paling banyak dibaca"),
        ("Bỏ qua Podcast và tiếp tục đọc", "End of Podcast"),
    ],
)
def test_a_box_that_may_be_skipped_is_left_out(skip: str, end: str) -> None:
    box = "Daily newsletter\nOur morning email tells you what is happening and why it matters.\n"
    text = f"{HEADLINE}\n\n{BODY}\n\n{skip}\n{box}{{end}}\n\n{LAST}"
    assert body(page(text.format(end=end))) == [BODY, LAST]
    # Where nothing says that it ends, the article may go on.
    assert LAST in body(page(text.format(end="Kabar desa")))


@pytest.mark.parametrize(
    "caption",
    [
        "Keterangan gambar,Petugas memeriksa gedung pelatihan itu pada hari pertama.",
        "Petugas memeriksa gedung itu November 7, 2025. — Picture by Rina Sari",
        "Petugas memeriksa gedung pelatihan itu pada hari pertama. — AFP pic",
    ],
)
def test_captions_of_broadcasters_and_of_malay_papers(caption: str) -> None:
    article = page(f"{HEADLINE}\n\n{caption}\n\n{BODY}\n\n{LAST}")
    assert (captions(article), body(article)) == ([caption], [BODY, LAST])


def test_an_invitation_to_a_channel_ends_a_page() -> None:
    invitation = (
        "Untuk mendapatkan berita terkini, silakan bergabung di saluran WhatsApp kami. Caranya"
        " klik tautan ini. Sebelumnya, pastikan Anda sudah menginstal aplikasi WhatsApp."
    )
    assert body(page(f"{BODY}\n\n{LAST}\n\n{invitation}\n\nTag\ndesa")) == [BODY, LAST]


@pytest.mark.parametrize(
    "label",
    ["Ý kiến (24)", "24 Komentar", "3 comments", "Leave a Reply", "Tinggalkan Balasan",
     "Ý kiến bạn đọc", "Gửi bình luận", "Komen (2)"],
)  # fmt: skip
def test_comments_are_below_the_article(label: str) -> None:
    comment = "Pembaca menulis bahwa pelatihan kedua negara itu sudah lama ditunggu di daerahnya."
    assert page(f"{BODY}\n\n{LAST}\n\n{label}\n\n{comment}").text.split("\n\n") == [BODY, LAST]


def test_an_item_that_is_a_sentence_is_not_gone_on_with_below_it() -> None:
    items = ["1. Petugas memeriksa gedung itu setiap pagi.", "2. Warga mencatat hasilnya."]
    article = page("\n".join([BODY, LAST, *items, "Produksi kami", "desa", "Rekomendasi"]))
    assert body(article) == [BODY, LAST, *items]


@pytest.mark.parametrize("label", ["Chủ đề:", "Chủ đề", "Tag", "Tags:"])
def test_subjects_below_an_article_are_no_list_of_its_own(label: str) -> None:
    article = page(f"{BODY}\n\n{LAST}\n\n{label}\nSân bay mới\nthời tiết")
    assert body(article) == [BODY, LAST]


VIETNAMESE = [
    "Chiều 4/7, Sở Giáo dục Hà Nội công bố điểm chuẩn vào lớp 10 của 115 trường công lập.",
    "Trường có điểm chuẩn thấp nhất lấy 10 điểm, thí sinh nhập học từ ngày 10/7 đến 12/7.",
    "Theo Sở Giáo dục Hà Nội, các trường công lập chưa đủ chỉ tiêu sẽ tuyển bổ sung thí sinh.",
]


def test_a_vietnamese_article_goes_on_below_a_box_of_related_news() -> None:
    box = "Tin liên quan\nPhụ huynh cần chuẩn bị những gì?\nHọc phí năm học mới tăng"
    first, second, third = VIETNAMESE
    text = f"Điểm chuẩn lớp 10\n\n{first}\n\n{second}\n\n{second}\n\n{box}\n\n{third}\n\n"
    assert body(page(f"{text}Tin liên quan\nHọc phí tăng"))[-1] == third
    # Of the last paragraph alone, a name shows it where the box is followed by one more.
    brief = "Năm nay Hà Nội có hơn 100.000 học sinh dự thi, tăng khoảng 5.000 so với năm ngoái."
    assert body(page(f"{text.replace(third, brief)}Tin liên quan\nHọc phí tăng"))[-1] == brief
    other = "Giá vàng miếng sáng nay tăng thêm 500.000 đồng mỗi lượng so với phiên hôm qua."
    assert other not in page(text.replace(third, other)).text


def test_an_article_goes_on_below_a_box_where_its_agency_ends_it() -> None:
    after = ["Ngành y tế đã khử khuẩn toàn bộ lớp học.", "Bác sỹ khuyên đưa trẻ đi tiêm bù./."]
    text = f"{BODY}\n\n{LAST}\n\nTin liên quan\n\nThêm ca sốt\n\n" + "\n\n".join(after)
    assert body(page(f"{text}\n\n(TTXVN/Vietnam+)\n\n#sởi")) == [BODY, LAST, *after]
    assert body(page(f"{text}\n\nTin khác")) == [BODY, LAST]


@pytest.mark.parametrize("credit", [" — Bernama", " - AFP", " – Reuters"])
def test_an_agency_after_the_last_full_stop_leaves_a_sentence(credit: str) -> None:
    last = f"The line will have 31 stations.{credit}"
    assert body(page(f"{HEADLINE}\n\n{BODY}\n\n{last}\n\nRelated articles")) == [BODY, last]


def test_a_byline_of_capitals_above_a_bare_text_is_none_of_its_headings() -> None:
    for byline in ("By Staff Reporter", "Oleh Rina Sari dan Budi Santoso", "By A. Writer, Jakarta"):
        assert bare(f"{byline}\n\n{BODY}\n\n{LAST}").text.split("\n\n") == [BODY, LAST]
    kept = "By far the largest fleet"
    assert kept in bare(f"{BODY}\n\n{kept}\n\n{LAST}").text
