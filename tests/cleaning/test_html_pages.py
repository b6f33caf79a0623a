"""Web pages in the habits of newsrooms: no page worse than trafilatura alone, all facts right."""

from __future__ import annotations

import json
import time
from collections import Counter
from html import unescape

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st
from trafilatura.utils import load_html

from index.article import Article
from index.article import Page as RawPage
from index.cleaning import clean
from index.formats.web import read_page
from index.html_blocks import Run, runs
from index.html_page import HtmlPage, _places, read_html
from tests.cleaning.pages import Page, pages
from tests.cleaning.scoring import sentence_f1

PAGES = list(pages())


def article_of(page: HtmlPage) -> Article:
    return clean(
        RawPage("a.html", page.text, "digest", metadata=page.metadata, bare=True,
                dropped=page.dropped, lines=page.lines)
    )  # fmt: skip


def test_there_are_pages_of_many_habits_in_three_languages() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES) >= 30
    assert min(Counter(page.story.lang for page in PAGES).values()) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_body_and_facts(page: Page) -> None:
    article = article_of(read_html(page.html))
    ours = sentence_f1(article.text, page.body, page.neutral)
    alone = trafilatura.extract(page.html, include_comments=False) or ""
    assert ours >= sentence_f1(alone, page.body, page.neutral)
    assert ours >= 0.95
    assert article.title == page.story.title
    assert (article.outlet, article.url) == (page.outlet, page.url)
    assert article.published == page.published


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_saved_page_is_read_and_cleaned_the_same(page: Page) -> None:
    raw = read_page("a.html", page.html.encode())
    assert isinstance(raw, RawPage)
    assert raw.bare
    assert clean(raw).text == article_of(read_html(page.html)).text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_block_is_on_the_page_and_each_dropped_one_has_a_reason(page: Page) -> None:
    found = read_html(page.html)
    written = "".join(unescape(page.html).replace("<strong>", "").split())
    written = written.replace("</strong>", "").replace("<br>", "").replace("</td><td>", "")
    for block in found.text.split("\n\n"):
        assert "".join(block.split()) in written
    assert all(d.reason and d.text and d.line > 0 for d in found.dropped)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_reading_and_what_cleaning_dropped_are_numbered_alike(page: Page) -> None:
    blocks = [run.text for run in runs(load_html(page.html))]
    article = article_of(read_html(page.html))
    numbers = [d.line for d in article.dropped] + [b.line for b in article.blocks]
    assert sorted(numbers) == list(range(1, len(blocks) + 1))
    assert [d.line for d in article.dropped] == sorted(d.line for d in article.dropped)
    assert all(blocks[d.line - 1] == d.text for d in article.dropped)
    assert all(blocks[b.line - 1] == article.text[b.start : b.end] for b in article.blocks)


def test_text_that_is_not_the_pages_own_goes_by_the_block_before_it() -> None:
    blocks = [Run(text, 0.0, None) for text in ("Beranda", "Satu dua tiga.", "Empat.", "Empat.")]
    assert _places(blocks, ["Satu dua", "Satu dua tiga.", "tiga.", "Empat."]) == [1, 2, 2, 3]


def test_menus_comments_and_boxes_say_what_they_are() -> None:
    page = next(page for page in PAGES if page.habit == "busy_comments")
    reasons = Counter(d.reason for d in read_html(page.html).dropped)
    assert reasons["comments"] >= 12
    assert reasons["menu"]


BODY = "Sebuah kalimat biasa tentang cuaca di pelabuhan yang cukup panjang untuk sebuah paragraf. "


def of(body: str, head: str = "") -> HtmlPage:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>")


def test_a_body_that_an_extractor_finds_too_short_is_still_found() -> None:
    page = of(f"<nav><a href=/>Beranda</a></nav><div class=x><div class=t>{BODY}</div></div>")
    assert page.text == BODY.strip()


LEAD = "Dua kapal bertabrakan di pelabuhan pada Senin pagi."
HELD = "<article>" + f"<p>{BODY}</p>" * 5 + "</article>"


@pytest.mark.parametrize("described", [LEAD, "Dua kapal bertabrakan di pelabuhan pada …"])
@pytest.mark.parametrize("name", ["description", "og:description"])
def test_a_standfirst_is_part_of_the_article(described: str, name: str) -> None:
    head = f'<meta name="{name}" content="{described}">'
    page = of(
        f"<div class=sidebar-1><h1>Kapal</h1><p class=lead>{LEAD}</p>"
        f"<p>Cuaca cerah di sini.</p>{HELD}</div>",
        head,
    )
    assert page.text.split("\n\n")[:2] == [LEAD, BODY.strip()]


def test_a_description_is_looked_for_between_headline_and_body_once() -> None:
    head = f'<meta name="description" content="{LEAD}">'
    above = of(f"<p>{LEAD}</p><h1>Kapal</h1>{HELD}", head)
    twice = of(f"<h1>Kapal</h1><p>{LEAD}</p><p class=b>{LEAD}</p>{HELD}", head)
    assert LEAD not in above.text
    assert twice.text.count(LEAD) == 1


SHORT = ["Wakilnya mulai bekerja pada Jumat.", "Pemilihan digelar 3 Maret."]


@pytest.mark.parametrize("between", ["</p><p>", "</p><p class=b>", "<br><br>"])
@pytest.mark.parametrize("long", [BODY * 3, f"{BODY * 2}<br>Dan lagi: {BODY}"])
def test_what_follows_the_one_long_paragraph_is_kept(long: str, between: str) -> None:
    page = of(f"<article><h1>Wali kota mundur</h1><p>{between.join([long, *SHORT])}</p></article>")
    assert page.text.split("\n\n")[-2:] == SHORT


def test_a_paragraph_need_not_be_called_one() -> None:
    said = "</div><div class=t>".join([BODY * 3, *SHORT])
    page = of(f"<article><h1>Wali kota mundur</h1><div class=t>{said}</div></article>")
    assert page.text.split("\n\n")[-2:] == SHORT


def test_a_list_after_the_one_long_paragraph_is_kept() -> None:
    places = ["Jakarta Timur: Mall Grand Cakung", "Jakarta Utara: LTC Glodok"]
    listed = "".join(f"<li>{place}</li>" for place in places)
    long = f"<p>{BODY * 3}</p><p>Lokasinya:</p>"
    page = of(f"<article><h1>SIM keliling</h1>{long}<ul>{listed}</ul></article>")
    assert page.text.split("\n\n")[1:] == ["Lokasinya:", *places]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<span class='sr-only'>Hidden</span>", ""),
        ("<span class='c-link__visually-hidden x'>Hidden</span>", ""),
        ("<span class='not-hidden'>Shown</span>", "Shown"),
        ("<span hidden>Hidden</span>", ""),
        ("<i style='color:red; DISPLAY : none'>Hidden</i>", ""),
        ("<i style='visibility:hidden'>Hidden</i>", ""),
        ("<span aria-hidden=true>$1.2bn</span><span class=sr-only>Spoken</span>", "$1.2bn"),
        ("<ruby>九州<rp>(</rp><rt>きゅうしゅう</rt><rp>)</rp></ruby>", "九州"),
    ],
)  # fmt: skip
def test_what_is_read_is_what_is_seen(inside: str, expected: str) -> None:
    page = of(f"<article><p>{BODY}</p><p>{BODY}{inside} Lalu ia pulang.</p><p>{BODY}</p></article>")
    assert page.text.split("\n\n")[1] == " ".join(f"{BODY}{expected} Lalu ia pulang.".split())


def test_a_button_is_read_where_it_is_part_of_a_sentence() -> None:
    body = f"<p>Bank <button><b>Sentral</b> Eropa</button> setuju. {BODY}</p>"
    buttons = "<p><button>Bagikan</button></p><ul><li><button>Simpan</button></ul>"
    found = of(f"<article><p>{BODY}</p>{buttons}{body}<button>Cetak</button> kini</article>").text
    assert "Bank Sentral Eropa setuju." in found
    assert not any(word in found for word in ("Bagikan", "Simpan", "Cetak"))


def test_a_hidden_paragraph_is_left_out_and_a_hidden_article_is_not() -> None:
    advert = (
        "Berlangganan sekarang dan baca semua artikel tanpa iklan, batalkan kapan saja Anda mau."
    )
    body = f"<p>{BODY}</p><p style='display:none'>{advert}</p><p>{BODY}</p><p>{BODY}</p>"
    assert advert not in of(f"<article>{body}</article>").text
    found = of(f"<div class=more style='display:none'>{body}</div>")
    assert found.text.split("\n\n") == [BODY.strip()] * 3


NUMBERED = [f"{number}. {BODY.strip()}" for number in range(1, 7)]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in NUMBERED)
NOTICE = "Kami memakai kuki supaya halaman ini lebih baik bagi Anda, juga kuki mitra iklan kami."


def hidden_on(page: HtmlPage) -> list[str]:
    return [d.text for d in page.dropped if d.reason == "hidden on the page"]


def test_what_is_hidden_is_named_with_its_place_on_the_page() -> None:
    inside = f"Awal <span class=sr-only>Terdengar</span> akhir. {BODY}"
    more = "<p hidden>Satu</p><div style='display:none'><div>Dua</div><b hidden>Tiga</b></div>"
    page = of(f"<article>{PARAGRAPHS}<p>{inside}</p>{more}<p>{BODY}</p></article>")
    assert page.text.split("\n\n") == [*NUMBERED, f"Awal akhir. {BODY}".strip(), BODY.strip()]
    assert page.lines == (1, 2, 3, 4, 5, 6, 7, 12)
    assert [(d.line, d.text) for d in page.dropped] == [
        (8, "Terdengar"), (9, "Satu"), (10, "Dua"), (11, "Tiga")
    ]  # fmt: skip
    assert hidden_on(page) == ["Terdengar", "Satu", "Dua", "Tiga"]


def test_what_is_hidden_is_named_where_the_extractor_fails() -> None:
    page = of(f"<p>{BODY}</p><script hidden>var a</script><p hidden>{NOTICE}</p>")
    assert hidden_on(page) == [NOTICE]
    assert NOTICE not in page.text


ANSWER = "Kota yang membayar."


@pytest.mark.parametrize(
    "folded",
    [
        f"<h3>Siapa?</h3><div hidden><p>{ANSWER}</p></div>",
        f"<h3><button>Siapa?</button></h3><!-- x --><div hidden><p>{ANSWER}</p></div>",
        f"<div><h3>Siapa?</h3></div><div style='display:none'><p>{ANSWER}</p></div>",
        f"<p>Siapa?</p><p hidden=until-found>{ANSWER}</p>",
        f"<p>Siapa?</p><div role=tabpanel hidden><p>{ANSWER}</p></div>",
        f"<p>Siapa?</p><button>Lihat</button><p hidden>{ANSWER}</p>",
        f"<p>Siapa?</p><div role=button>Lihat</div><p hidden>{ANSWER}</p>",
    ],
)
def test_what_opens_on_a_click_is_read(folded: str) -> None:
    page = of(f"<article>{PARAGRAPHS}{folded}<p>{BODY}</p></article>")
    shown = page.text.split("\n\n")
    assert [*shown[:6], shown[6], *shown[-2:]] == [*NUMBERED, "Siapa?", ANSWER, BODY.strip()]
    assert not hidden_on(page)


def test_one_long_text_behind_read_more_is_read() -> None:
    long = "Dan seterusnya. " + BODY * 8
    page = of(f"<article>{PARAGRAPHS}<div style='display:none'>{long}</div></article>")
    assert page.text.split("\n\n") == [*NUMBERED, long.strip()]


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<p style='visibility:hidden'>{text}</p>" for text in NUMBERED),
        "".join(
            f"<div style='visibility:hidden'><p>{a}</p><p>{b}</p></div>"
            for a, b in zip(NUMBERED[::2], NUMBERED[1::2], strict=True)
        ),
    ],
)
def test_an_article_that_fades_in_is_read(body: str) -> None:
    ears = "<p class=sr-only>Dengarkan artikel ini.</p><nav hidden><a href=/>Beranda</a></nav>"
    page = of(f"<p>Beranda</p><article><h1>Judul berita ini</h1>{body}{ears}</article>")
    assert page.text.split("\n\n")[-6:] == NUMBERED
    assert hidden_on(page) == ["Dengarkan artikel ini.", "Beranda"]


@pytest.mark.parametrize(
    "apart",
    [
        f"<div id=cookie-consent hidden><p>{NOTICE * 9}</p></div>",
        f"<h2>Kuki</h2><div class=cookies style='display:none'><p>{NOTICE}</p></div>",
        "<button>Menu</button><ul hidden><li><a href=/>Buka.</a></li></ul>",
        "<button>Bagikan</button><div hidden><p>Surel</p><p>Salin</p></div>",
        f"<h2>Judul</h2><p class=sr-only>{NOTICE}</p>",
        f"<div style='display:none'><p>{NUMBERED[0]}</p><p>{NUMBERED[1]}</p></div>",
        f"<p hidden>{NOTICE}</p>",
        f"<div hidden>{''.join(f'<p>{text}</p>' for text in NUMBERED[:3])}</div>",
        f"<div style='display:none'><article><p>{NUMBERED[0]}</p></article></div>",
        f"<div class=cookie hidden>{f'<p>{NOTICE}</p>' * 4}</div>",
        f"<section role=tabpanel hidden><p>{NUMBERED[1]}</p></section>",
    ],
)
def test_what_a_page_hides_for_good_is_no_article(apart: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in NUMBERED[:3])
    page = of(f"<article>{body}{apart}</article>")
    assert [text for text in page.text.split("\n\n") if len(text) > 10] == NUMBERED[:3]
    assert hidden_on(page)


def test_hidden_in_hidden_is_looked_at_once() -> None:
    began = time.process_time()
    of("<div hidden>" * 120 + f"<p>{BODY}</p>" * 2_000 + "</div>" * 120)
    assert time.process_time() - began < 5


def test_facts_in_hidden_elements_are_stated() -> None:
    body = f"<div hidden><time datetime=2024-03-12></time></div><h1>Judul</h1><p>{BODY * 3}</p>"
    assert str(of(body).metadata.published) == "2024-03-12"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":'
         '"2024-03-12T23:30:00+07:00"}</script>', "2024-03-12"),
        ('<script type="application/ld+json">{"@graph":[{"@type":["Article"],"datePublished":'
         '"2024-03-12"}]}</script>', "2024-03-12"),
        ('<meta property="article:published_time" content="2024-03-12T01:00:00Z">', "2024-03-12"),
        ('<meta property="article:modified_time" content="2024-03-12T01:00:00Z">', None),
        ('<meta name="publishdate" content="2024/03/12 10:15:00">', "2024-03-12"),
        ('<script type="application/ld+json">{"@type":"WebSite","datePublished":"2001-01-01"}'
         "</script>", None),
        ('<script type="application/ld+json">{broken</script>', None),
        ('<meta name="date" content="2087-01-01">', None),
        ('<link rel="canonical" href="https://x.example/2024/03/12/judul">', "2024-03-12"),
        ('<link rel="canonical" href="https://x.example/berita-20240312">', None),
        ("<title>Judul © 2024</title>", None),
    ],
)  # fmt: skip
def test_dates_come_from_statements_of_publication(head: str, expected: str | None) -> None:
    page = of(f"<h1>Judul</h1><p>{BODY * 3}</p><footer>© 2019</footer>", head)
    assert (str(page.metadata.published) if page.metadata.published else None) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("<p>26 Oktober 2025</p>", "2025-10-26"),
        (f"<p class=lead>{BODY}{BODY}</p><p>26 Oktober 2025</p>", "2025-10-26"),
        ("<p>Published 26 October 2025, updated 27 October 2025</p>", "2025-10-26"),
        ("<p>Published 26 October 2025 10:00 | Updated 12:30</p>", "2025-10-26"),
        ("<p>26 October 2025 (updated)</p>", None),
        ("<p>Updated 27 October 2025</p>", None),
        ("<blockquote><p>Saya bangga.</p>— Ani (@ani) March 3, 2021</blockquote>", None),
        ("<figure><figcaption>Foto: Ani, 3 Maret 2021</figcaption></figure>", None),
        (f"<p>{BODY}{BODY}</p><div>Ani (@ani) 3 Maret 2021</div>", None),
    ],
)
def test_a_date_in_words_stands_between_headline_and_body(
    header: str, expected: str | None
) -> None:
    page = of(f"<article><h1>Judul</h1>{header}<p>{BODY * 2}</p><p>{BODY * 2}</p></article>")
    assert (str(page.metadata.published) if page.metadata.published else None) == expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"headline": "Gubernur resmikan jalan tol"}, "2025-10-26"),
        ({"headline": "Judul lain", "url": "https://x.id/a"}, "2025-10-26"),
        ({"mainEntityOfPage": {"@id": "https://x.id/a"}}, "2025-10-26"),
        ({"headline": "Judul lain"}, "2019-01-01"),
    ],
)
def test_another_article_that_a_page_lists_first_does_not_date_it(
    own: dict[str, object], expected: str
) -> None:
    other = {"@type": "NewsArticle", "headline": "Berita populer", "datePublished": "2019-01-01"}
    nodes = [other, {"@type": "NewsArticle", "datePublished": "2025-10-26", **own}]
    head = f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    head += "<title>Gubernur Resmikan Jalan Tol - X</title><link rel=canonical href=https://x.id/a>"
    assert str(of(f"<h1>Tol dibuka</h1><p>{BODY * 3}</p>", head).metadata.published) == expected


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Ostend", "2025-10-26"),
        ("Bridge", "2025-10-26"),
        ("Ostend Bridge", "2025-10-26"),
        ("ridge reopens after ten years", "2025-10-26"),
        ("Ostend bridge reopens after ten years", "2019-01-01"),
        ("Bridge reopens after ten years", "2019-01-01"),
    ],
)
def test_a_word_or_two_of_the_title_is_another_articles_headline(
    headline: str, expected: str
) -> None:
    first = {"@type": "NewsArticle", "headline": headline, "datePublished": "2019-01-01"}
    own = {"headline": "Ostend bridge re-opens after ten years", "datePublished": "2025-10-26"}
    own |= {"@type": "NewsArticle", "url": "https://x.id/a"}
    head = f'<script type="application/ld+json">{json.dumps([first, own])}</script>'
    head += "<title>Ostend bridge reopens after ten years | X</title>"
    head += "<link rel=canonical href=https://x.id/a>"
    assert str(of(f"<p>{BODY * 3}</p>", head).metadata.published) == expected


def test_a_short_headline_is_the_title_without_the_outlet() -> None:
    nodes = [
        {"@type": "NewsArticle", "headline": "Lain", "datePublished": "2019-01-01"},
        {"@type": "NewsArticle", "headline": "Banjir", "datePublished": "2025-10-26"},
    ]
    head = f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    head += "<title>Banjir - Kabar Laut</title><meta property=og:site_name content='Kabar Laut'>"
    assert str(of(f"<p>{BODY * 3}</p>", head).metadata.published) == "2025-10-26"


@pytest.mark.parametrize(
    ("end", "foot", "outlet"),
    [
        ("The Harbour Post", "Copyright © 2025 The Harbour Post. All rights reserved.",
         "The Harbour Post"),
        ("Business | Harbour Post", "© Harbour Post", "Harbour Post"),
        ("Harbour Post", "Harbour Post", "Harbour Post"),
        ("Business", "© 2025 The Harbour Post", None),
        ("Harbour Post", "The Harbour Post has 12 reporters.", None),
    ],
)  # fmt: skip
def test_a_title_names_the_outlet_where_the_page_signs_with_it(
    end: str, foot: str, outlet: str | None
) -> None:
    headline = "Ferry returns to the northern islands"
    text = "".join(f"<p>The ferry sails to the islands on day {n} of the week.</p>" for n in "1234")
    html = f"<title>{headline} | {end}</title><h1>{headline}</h1><article>{text}</article>"
    assert (
        read_html(f"<html><body>{html}<footer><p>{foot}</p></footer></body></html>").metadata.outlet
        == outlet
    )


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "file:///etc/passwd", "/relatif", "x"])
def test_only_web_addresses_are_addresses(scheme: str) -> None:
    assert of(f"<p>{BODY * 3}</p>", f'<link rel="canonical" href="{scheme}">').metadata.url is None


def test_a_company_is_not_the_outlet() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":'
        '"PT Kabar Laut Media"}}</script><link rel="canonical" href="https://www.kabar.example/a">'
    )
    assert of(f"<p>{BODY * 3}</p>", head).metadata.outlet == "kabar.example"


MARKUP = st.recursive(
    st.text(alphabet=st.sampled_from("abc &<>\"'é\u200b. "), max_size=40),
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from("p div span article table td li a h1 br time script".split()),
        st.sampled_from(
            ["", ' class="related"', ' class="comment"', ' datetime="2024-99-01"', " hidden"]
        ),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=20,
)


@given(MARKUP)
@settings(max_examples=100, deadline=None)
def test_any_markup_is_read_and_nothing_is_invented(markup: str) -> None:
    page = read_html(f"<html><body><p>{BODY}</p>{markup}</body></html>")
    allowed = set("".join(f"{BODY}{markup}".split())) | set("&<>\"'")
    assert set("".join(page.text.split())) <= allowed
    assert article_of(page).text or not page.text


@pytest.mark.parametrize(
    "html", ["", " ", "<", "<p>", "<!-- x -->", "\x00", "plain words", "<?xml?>"]
)
def test_odd_input_is_an_empty_page_or_its_words(html: str) -> None:
    assert read_html(html).text in ("", "plain words")
