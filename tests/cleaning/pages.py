"""Web pages for the tests: articles written for them, in the markup habits of real newsrooms.

Each habit is a function from an article to a page with everything around it: menus, related
boxes inside and below the body, adverts, sharing buttons, comments. The outlets are invented.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path


@dataclass(frozen=True)
class Story:
    """An article as written; what is on the page but neither body nor furniture is neutral."""

    lang: str
    title: str
    summary: str
    place: str
    published: date
    author: str
    caption: str
    paragraphs: Sequence[str]
    teasers: Sequence[str]

    @property
    def slug(self) -> str:
        return "-".join(self.title.lower().split()[:6])


@dataclass(frozen=True)
class Page:
    """A page, its habit, and the facts and sentences that a reader would take from it."""

    habit: str
    html: str
    story: Story
    body: Sequence[str]
    url: str | None
    outlet: str | None
    published: date | None

    @property
    def name(self) -> str:
        return f"{self.habit}-{self.story.lang}-{self.story.published}"

    @property
    def neutral(self) -> Sequence[str]:
        return (self.story.title, self.story.summary, self.story.caption, self.story.author)


WORDS = {
    "id": dict(
        also="Baca juga", menu="Beranda Nasional Ekonomi Olahraga Budaya Indeks", share="Bagikan",
        comments="Komentar (2)", related="Berita Terkait", popular="Terpopuler",
        remark="Semoga informasinya bermanfaat untuk warga di sini, terima kasih banyak redaksi.",
        follow="Dapatkan update berita pilihan setiap hari dari kami di kanal Telegram dan WhatsApp.",
        rights="Hak cipta dilindungi undang-undang. Dilarang mengutip tanpa izin tertulis redaksi.",
        subscribe="Berlangganan untuk membaca seluruh artikel tanpa iklan mulai Rp 29.000 per bulan.",
        cookies="Situs ini memakai kuki agar pengalaman membaca Anda lebih baik daripada sebelumnya.",
        ago="6 jam lalu", more="Baca Selengkapnya",
    ),
    "en": dict(
        also="Read more", menu="Home World Business Sport Culture Weather", share="Share this article",
        comments="Comments (2)", related="Related articles", popular="Most read",
        remark="Thank you for the clear report, it answered the question that I had since Monday.",
        follow="Sign up for our morning newsletter and get the latest stories in your inbox every day.",
        rights="All rights reserved. No part of this site may be reproduced without our permission.",
        subscribe="Subscribe now to keep reading without limits, from $4 a month for the first year.",
        cookies="We use cookies to give you the best experience and to understand how you read us.",
        ago="6 hours ago", more="Read more",
    ),
    "vi": dict(
        also="Xem thêm", menu="Trang chủ Thời sự Kinh doanh Thể thao Văn hóa", share="Chia sẻ",
        comments="Bình luận (2)", related="Tin liên quan", popular="Đọc nhiều",
        remark="Cảm ơn tòa soạn đã đưa tin rất kịp thời và đầy đủ cho bà con ở quê tôi.",
        follow="Theo dõi chúng tôi trên Zalo và Facebook để nhận tin mới nhất mỗi ngày.",
        rights="Giữ bản quyền nội dung trên website này, không sao chép khi chưa được đồng ý.",
        subscribe="Đăng ký gói đọc báo không quảng cáo chỉ từ 49.000 đồng mỗi tháng cho bạn đọc mới.",
        cookies="Trang web này sử dụng cookie để mang lại trải nghiệm đọc tốt hơn cho bạn.",
        ago="6 giờ trước", more="Xem thêm",
    ),
}  # fmt: skip
MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
DAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "vi": "Thứ Hai,Thứ Ba,Thứ Tư,Thứ Năm,Thứ Sáu,Thứ Bảy,Chủ Nhật",
}


def stories() -> list[Story]:
    """The articles, in the order of the file."""
    found = tomllib.loads((Path(__file__).parent / "articles.toml").read_text("utf-8"))["article"]
    return [Story(published=date.fromisoformat(fields.pop("date")), **fields) for fields in found]


def pages() -> Iterator[Page]:
    """Every habit with two or more articles in the languages it is used for."""
    every = stories()
    for turn, (habit, langs) in enumerate(HABITS.items()):
        for at, lang in enumerate(langs):
            own = [story for story in every if story.lang == lang]
            yield habit(own[(turn + at) % len(own)])


def written(day: date, lang: str) -> str:
    """A date as newspapers in that language write it."""
    if lang == "vi":
        return f"{DAYS['vi'].split(',')[day.weekday()]}, {day.day}/{day.month}/{day.year}, 10:15 (GMT+7)"
    month = MONTHS[lang].split()[day.month - 1]
    if lang == "id":
        return f"{DAYS['id'].split()[day.weekday()]}, {day.day} {month} {day.year} 10:15 WIB"
    return f"{month} {day.day}, {day.year} 10:15 AM"


def ps(paragraphs: Sequence[str], attributes: str = "") -> list[str]:
    return [f"<p{attributes}>{escape(p, quote=False)}</p>" for p in paragraphs]


def links(story: Story, wrap: str = "<li>{}</li>") -> str:
    return "".join(wrap.format(f'<a href="/baca/{n}">{t}</a>') for n, t in enumerate(story.teasers))


def menu(story: Story) -> str:
    entries = "".join(f'<li><a href="/{w}">{w}</a></li>' for w in WORDS[story.lang]["menu"].split())
    return f'<header><div class="logo">Logo</div><nav><ul>{entries}</ul></nav></header>'


def foot(story: Story, outlet: str) -> str:
    w = WORDS[story.lang]
    return (
        f"<footer><p>{w['rights']}</p><p>© 2025 {outlet}</p></footer>"
        f'<div class="cookie-consent"><p>{w["cookies"]}</p><button>OK</button></div>'
    )


def head(
    story: Story, outlet: str, url: str | None, *, og: bool = True, ld: bool = False, more: str = ""
) -> str:
    parts = ['<meta charset="utf-8">', f"<title>{escape(story.title)} | {outlet}</title>", more]
    if url:
        parts.append(f'<link rel="canonical" href="{url}">')
    if og:
        parts += [
            f'<meta property="og:title" content="{escape(story.title)}">',
            f'<meta property="og:site_name" content="{outlet}">',
            f'<meta name="description" content="{escape(story.summary)}">',
        ]
    if ld:
        facts = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
            "datePublished": f"{story.published}T10:15:00+07:00", "dateModified": "2025-11-30",
            "author": {"@type": "Person", "name": story.author},
            "publisher": {"@type": "Organization", "name": outlet},
        }  # fmt: skip
        parts.append(f'<script type="application/ld+json">{json.dumps(facts)}</script>')
    parts.append("<script>var ads = '<p>not text</p>';</script><style>p{margin:0}</style>")
    return f"<head>{''.join(parts)}</head>"


def made(
    story: Story, outlet: str | None, url: str | None, html: str, body: Sequence[str] | None = None,
    *, habit: str, dated: bool = True,
) -> Page:  # fmt: skip
    return Page(habit, f'<!DOCTYPE html><html lang="{story.lang}">{html}</html>', story,
                body or story.paragraphs, url, outlet, story.published if dated else None)  # fmt: skip


def portal_boxes(s: Story) -> Page:
    """A portal: a table of links after the second paragraph, advert labels between paragraphs."""
    w, outlet, url = WORDS[s.lang], "kabarlaut", f"https://news.kabarlaut.example/d-7238{s.slug}"
    text = ps(s.paragraphs)
    text[0] = f"<p><strong>{s.place}</strong> - {escape(s.paragraphs[0], quote=False)}</p>"
    box = (f'<table class="linksisip" align="center"><tbody><tr><td><div class="lihatjg">'
           f'<strong>{w["also"]}:</strong></div><a href="/x">{s.teasers[0]}</a></td></tr></tbody>'
           "</table>")  # fmt: skip
    advert = '<p class="para_caption">ADVERTISEMENT</p><p class="para_caption">SCROLL TO CONTINUE WITH CONTENT</p>'
    html = f"""{head(s, outlet, url, more=f'<meta name="publishdate" content="{s.published:%Y/%m/%d} 10:15:00">')}
    <body>{menu(s)}<div class="container"><article class="detail"><div class="detail__header">
    <h1 class="detail__title">{s.title}</h1><div class="detail__author">{s.author} - {outlet}</div>
    <div class="detail__date">{written(s.published, s.lang)}</div></div>
    <div class="detail__media"><figure><img src="a.jpg"><figcaption class="detail__media-caption">{s.caption}</figcaption></figure></div>
    <div class="detail__body itp_bodycontent_wrapper"><div class="detail__body-text itp_bodycontent">
    {"".join(text[:2])}{box}{advert}{"".join(text[2:])}<p>{w["also"]}: <a href="/y">{s.teasers[1]}</a></p>
    <strong>(abc/def)</strong></div><div class="detail__body-tag"><a href="/tag/1">satu</a><a href="/tag/2">dua</a></div></div>
    </article><div class="list-content"><h2>{w["related"]}</h2><ul>{links(s)}</ul></div></div>{foot(s, outlet)}</body>"""
    body = (f"{s.place} - {s.paragraphs[0]}", *s.paragraphs[1:])
    return made(s, outlet, url, html, body, habit="portal_boxes")


def bold_also(s: Story) -> Page:
    """A daily: "read also" as bold paragraphs, an invitation to follow at the end."""
    w, outlet, url = (
        WORDS[s.lang],
        "Harian Pelabuhan",
        f"https://harianpelabuhan.example/read/{s.published:%Y/%m/%d}/1015/{s.slug}",
    )
    text = ps(s.paragraphs)
    also = [
        f'<p><strong>{w["also"]}: <a href="/z{n}">{t}</a></strong></p>'
        for n, t in enumerate(s.teasers)
    ]
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<div class="row"><h1 class="read__title">{s.title}</h1>
    <div class="read__time">{outlet} - {written(s.published, s.lang)}</div><div class="read__photo">
    <img src="b.jpg"><div class="photo__caption">{s.caption}</div></div><div class="read__content"><div class="clearfix">
    {text[0]}{text[1]}{also[0]}{text[2]}{text[3]}{also[1]}{"".join(text[4:])}
    <p><em>{w["follow"]}</em></p></div></div><div class="kcm__related"><h3>{w["related"]}</h3>{links(s, "<div>{}</div>")}</div>
    <div class="sidebar"><h3>{w["popular"]}</h3><ol>{links(s)}</ol></div></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="bold_also")


def teaser_list(s: Story) -> Page:
    """A magazine: bare labels between paragraphs, a list of dated teasers below."""
    w, outlet, url = WORDS[s.lang], "majalahteluk.example", f"https://majalahteluk.example/{s.slug}"
    text = ps(s.paragraphs)
    cards = "".join(
        f'<div class="card"><a href="/c{n}"><h4>{t}</h4></a><span>{w["ago"]}</span><p>{t}. {w["remark"]}</p>'
        f'<a href="/c{n}">{w["more"]}</a></div>' for n, t in enumerate(s.teasers)
    )  # fmt: skip
    html = f"""{head(s, outlet, url, more=f'<meta property="article:published_time" content="{s.published}T03:15:00Z">')}
    <body>{menu(s)}<main><article class="detail-artikel"><h1 class="title">{s.title}</h1>
    <p class="bold">Editor</p><p class="title bold">{s.author}</p><p class="date">{written(s.published, s.lang)}</p>
    <figure><img src="c.jpg"><figcaption>{s.caption}</figcaption></figure><div class="detail-konten">
    {text[0]}<p>{w["also"]}:</p>{"".join(text[1:4])}<div class="ads">Advertising</div>{"".join(text[4:])}</div></article>
    <section class="more"><h3>{w["related"]}</h3>{cards}</section></main>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="teaser_list")


def breaks_in_div(s: Story) -> Page:
    """A television site: one element of text with line breaks, video placeholders inside."""
    w, outlet, url = (
        WORDS[s.lang],
        "Kanal Selat",
        f"https://kanalselat.example/{s.published:%Y%m%d}101500-20-{s.slug}",
    )
    first = f"<strong>{s.place}, Kanal Selat</strong> -- {escape(s.paragraphs[0], quote=False)}"
    text = [first, *(escape(p, quote=False) for p in s.paragraphs[1:])]
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<div class="w-1015"><h1 class="mb-2">{s.title}</h1>
    <div class="text-cnn_grey">{written(s.published, s.lang)}</div><div class="detail-text text-cnn_black">
    {"<br><br>".join(text[:3])}<br><br>[Gambas:Video Kanal]<br><br>{"<br><br>".join(text[3:])}<br><br>
    <div class="paradetail"><table class="linksisip"><tr><td><b>{w["also"]} :</b><a href="/q">{s.teasers[2]}</a></td></tr></table></div></div>
    <div class="share">{w["share"]}</div><div class="nhl-list"><h2>{w["popular"]}</h2><ul>{links(s)}</ul></div></div>{foot(s, outlet)}</body>"""
    body = (f"{s.place}, Kanal Selat -- {s.paragraphs[0]}", *s.paragraphs[1:])
    return made(s, outlet, url, html, body, habit="breaks_in_div")


def agency(s: Story) -> Page:
    """A news agency: names and a copyright line under the text, in its own element."""
    w, outlet, url = (
        WORDS[s.lang],
        "Kantor Berita Arus",
        f"https://arus.example/berita/4012345/{s.slug}",
    )
    text = ps(s.paragraphs)
    text[0] = f"<p>{s.place} (ARUS) - {escape(s.paragraphs[0], quote=False)}</p>"
    also = f'<span class="baca-juga"><b>{w["also"]}: <a href="/a">{s.teasers[0]}</a></b></span>'
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<div class="main-container"><article class="post-wrapper">
    <header class="post-header"><h1 class="post-title">{s.title}</h1><p class="simple-share">{written(s.published, s.lang)}</p></header>
    <figure class="image-overlay"><img src="d.jpg"><p class="wp-caption-text">{s.caption}</p></figure>
    <div class="post-content clearfix font17">{"".join(text[:3])}{also}{"".join(text[3:])}
    <p class="text-muted small">Pewarta: {s.author}<br>Editor: Meja Malam<br>Copyright © ARUS {s.published.year}</p></div></article>
    <aside><h4>{w["related"]}</h4><ul>{links(s)}</ul></aside></div>{foot(s, outlet)}</body>"""
    body = (f"{s.place} (ARUS) - {s.paragraphs[0]}", *s.paragraphs[1:])
    return made(s, outlet, url, html, body, habit="agency")


def lead_and_normal(s: Story) -> Page:
    """A Vietnamese habit: summary and body paragraphs told apart by class, the name on the right."""
    w, outlet, url = WORDS[s.lang], "Báo Bến Sông", f"https://bensong.example/{s.slug}-4721234.html"
    text = ps(s.paragraphs, ' class="Normal"')
    html = f"""{head(s, outlet, url, more=f'<meta name="pubdate" content="{s.published}T10:15:00+07:00">')}<body>{menu(s)}
    <section class="section page-detail"><div class="sidebar-1"><div class="header-content"><ul class="breadcrumb"><li><a href="/t">Mục</a></li></ul>
    <span class="date">{written(s.published, s.lang)}</span></div><h1 class="title-detail">{s.title}</h1><p class="description">{s.summary}</p>
    <article class="fck_detail">{"".join(text[:2])}<figure class="tplCaption"><img src="e.jpg"><figcaption><p class="Image">{s.caption}</p></figcaption></figure>
    {"".join(text[2:])}<p class="Normal" style="text-align:right;"><strong>{s.author}</strong></p></article>
    <ul class="list-news">{links(s)}</ul><div class="box_comment"><h3>{w["comments"]}</h3><p class="full_content">{w["remark"]}</p></div></div></section>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="lead_and_normal")


def preview_mode(s: Story) -> Page:
    """Editors' blocks inside the body: related news as a block of their own kind, then comments."""
    w, outlet, url = (
        WORDS[s.lang],
        "Nhật Báo Cửa Biển",
        f"https://cuabien.example/{s.slug}-{s.published:%Y%m%d}101512345.htm",
    )
    text = ps(s.paragraphs)
    box = (f'<div class="VCSortableInPreviewMode" type="RelatedOneNews"><div class="related-one-news"><a href="/r">{s.teasers[0]}</a>'
           f'<p class="relate-sapo">{s.teasers[0]}. {w["remark"]}</p></div></div>')  # fmt: skip
    html = f"""{head(s, outlet, url)}<body>{menu(s)}<div class="detail__main"><div class="detail-top"><div data-role="publishdate">{s.published:%d/%m/%Y} 10:15 GMT+7</div></div>
    <h1 class="detail-title article-title">{s.title}</h1><div class="detail-cmain"><h2 class="detail-sapo">{s.summary}</h2>
    <div class="detail-content afcbc-body">{"".join(text[:3])}{box}{"".join(text[3:])}</div></div>
    <div class="detail__tag-ctn"><a href="/1">từ khóa</a></div><div class="list__comment"><div class="title">{w["comments"]}</div>
    <div class="item-comment"><p>{w["remark"]}</p></div><div class="item-comment"><p>{w["remark"]} {w["remark"]}</p></div></div></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="preview_mode")


def radio(s: Story) -> Page:
    """A radio station: few meta elements, the date in words, columns of other news."""
    w, outlet, url = (
        WORDS[s.lang],
        "Đài Sông Hồng",
        f"https://songhong.example/{s.slug}-post1081011.html",
    )
    html = f"""<head><title>{s.title}</title><meta property="og:url" content="{url}"><meta property="og:site_name" content="{outlet}"></head><body>{menu(s)}
    <div class="row article"><div class="col-8"><h1 class="article__title">{s.title}</h1><div class="article__meta"><span>{written(s.published, s.lang)}</span></div>
    <div class="article__sapo">{s.summary}</div><div class="article__body cms-body">{"".join(ps(s.paragraphs))}</div>
    <div class="article__author"><p>{s.author}</p></div></div><div class="col-4"><h3>{w["popular"]}</h3>{links(s, '<h4 class="card-title">{}</h4>')}
    <h3>{w["related"]}</h3>{links(s, '<h4 class="card-title">{}</h4>')}</div></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="radio")


def text_blocks(s: Story) -> Page:
    """A broadcaster: every paragraph in an element of its own, hashed class names."""
    w, outlet, url = (
        WORDS[s.lang],
        "Coastal Broadcasting",
        f"https://coastal.example/news/articles/c4ng{s.published:%d%m}",
    )
    blocks = [
        f'<div data-component="text-block" class="sc-18fde0d6-0 dlWCEZ">{p}</div>'
        for p in ps(s.paragraphs, ' class="sc-eb7bd5f6-0 fYAfXe"')
    ]
    image = f'<figure class="sc-7c5b"><div data-component="image-block"><img src="f.jpg"></div><div data-component="caption-block"><figcaption class="sc-8353">{s.caption}</figcaption></div></figure>'
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<main id="main-content"><article><div data-component="headline-block"><h1 class="sc-518485e5-0">{s.title}</h1></div>
    <div data-component="byline-block"><time datetime="{s.published}T03:15:00.000Z">3 days ago</time><span>{s.author}</span></div>{image}{"".join(blocks[:3])}
    <div data-component="links-block"><p>{w["related"]}</p><ul>{links(s)}</ul></div>{"".join(blocks[3:])}
    <div data-component="topic-list"><ul><li><a href="/a">Coast</a></li><li><a href="/b">Travel</a></li></ul></div></article></main>
    <div data-analytics="related"><h2>{w["related"]}</h2><ul>{links(s)}</ul></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="text_blocks")


def wire(s: Story) -> Page:
    """A wire service: numbered paragraphs in divs, standards and a sign-up line among them."""
    w, outlet, url = (
        WORDS[s.lang],
        "Northern Wire",
        f"https://northernwire.example/world/{s.slug}-{s.published}/",
    )
    blocks = [
        f'<div data-testid="paragraph-{n}" class="article-body__paragraph__2">{escape(p, quote=False)}</div>'
        for n, p in enumerate(s.paragraphs)
    ]
    blocks[0] = (
        f'<div data-testid="paragraph-0" class="article-body__paragraph__2">{s.place}, (Wire) - {escape(s.paragraphs[0], quote=False)}</div>'
    )
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<main><article data-testid="Article"><header><h1 data-testid="Heading">{s.title}</h1>
    <time datetime="{s.published}T05:00:00Z"><span>{s.published:%B} {s.published.day}, {s.published.year}</span></time></header>
    <div class="article-body__content">{"".join(blocks[:2])}<div data-testid="newsletter"><a href="/n">{w["follow"]}</a></div>{"".join(blocks[2:])}
    <div data-testid="paragraph-9" class="sign-off"><p>Our Standards: The Thomson Reuters Trust Principles.</p></div></div>
    <div class="article__read-next"><h2>{w["related"]}</h2>{links(s, '<h3 data-testid="Heading">{}</h3>')}</div></article></main>{foot(s, outlet)}</body>"""
    body = (f"{s.place}, (Wire) - {s.paragraphs[0]}", *s.paragraphs[1:])
    return made(s, outlet, url, html, body, habit="wire")


def rich_links(s: Story) -> Page:
    """A broadsheet: an aside with a rich link in the body, a newsletter form, topics below."""
    w, outlet, url = (
        WORDS[s.lang],
        "The Harbour Post",
        f"https://harbourpost.example/culture/{s.published:%Y}/{s.published:%b}/{s.published:%d}/{s.slug}".lower(),
    )
    text = ps(s.paragraphs, ' class="dcr-130mj7b"')
    aside = f'<aside class="element element-rich-link element--thumbnail"><p><span>{w["related"]}: </span><a href="/u">{s.teasers[0]}</a></p></aside>'
    form = f'<figure class="newsletter-signup"><p>{w["follow"]}</p><form><input><button>Sign up</button></form></figure>'
    html = f"""{head(s, outlet, url, more=f'<meta property="article:published_time" content="{s.published}T09:00:17.000Z"><meta property="article:modified_time" content="2025-11-30">')}
    <body>{menu(s)}<main><div data-gu-name="headline"><h1 class="dcr-u0152o">{s.title}</h1></div><div data-gu-name="standfirst"><p>{s.summary}</p></div>
    <div data-gu-name="body"><div id="maincontent" class="article-body-commercial-selector">{"".join(text[:2])}{aside}{"".join(text[2:4])}{form}{"".join(text[4:])}</div>
    <div data-gu-name="submeta"><span>Explore more on these topics</span><ul>{links(s)}</ul></div></div></main>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="rich_links")


def old_tables(s: Story) -> Page:
    """A page of 2003: tables for layout, font elements, line breaks, no paragraphs, odd charset."""
    w, outlet = WORDS[s.lang], "Koran Kampung Online"
    text = "<br>\n<br>\n".join(escape(p, quote=False) for p in s.paragraphs)
    rows = links(s, "<tr><td>&raquo; {}</td></tr>")
    html = f"""<head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>{outlet} - {s.title}</title></head>
    <body bgcolor="#ffffff"><table width="760"><tr><td colspan="2"><font size="5">{outlet}</font></td></tr><tr><td width="150" valign="top"><table>{rows}</table></td>
    <td valign="top"><font face="Arial" size="4"><b>{s.title}</b></font><br><font size="1">{written(s.published, s.lang)}</font><br><br>
    <font face="Arial" size="2">{text}</font><br><br><a href="javascript:history.back()">&lt;&lt;</a></td></tr>
    <tr><td colspan="2"><font size="1">{w["rights"]}</font></td></tr></table></body>"""
    return made(s, outlet, None, html, habit="old_tables")


def amp(s: Story) -> Page:
    """An AMP page: its own elements for pictures, adverts and the menu."""
    w, outlet, url = WORDS[s.lang], "Gerbang Timur", f"https://gerbangtimur.example/{s.slug}"
    text = ps(s.paragraphs)
    html = f"""{head(s, outlet, url, ld=True)}<body><amp-sidebar id="sb" layout="nodisplay"><ul>{links(s)}</ul></amp-sidebar>{menu(s)}
    <article class="amp-article"><h1>{s.title}</h1><div class="date">{written(s.published, s.lang)}</div>
    <amp-img src="g.jpg" width="600" height="400" layout="responsive"></amp-img><div class="caption">{s.caption}</div>
    <div class="article-content">{text[0]}<amp-ad width="300" height="250" type="x"></amp-ad>{"".join(text[1:3])}<p class="bacajuga">{w["also"]}: <a href="/p">{s.teasers[1]}</a></p>{"".join(text[3:])}</div>
    <amp-list><div>{links(s, "<p>{}</p>")}</div></amp-list></article>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="amp")


def cut_by_adverts(s: Story) -> Page:
    """A body cut into pieces by adverts, each piece in a grid of its own."""
    w, outlet, url = WORDS[s.lang], "Signal & Tide", f"https://signaltide.example/story/{s.slug}/"
    text = ps(s.paragraphs)
    piece = '<div class="grid grid-margins"><div class="grid--item body body__container">{}</div><div class="grid--item aside"><div class="ad">{}</div></div></div>'
    pieces = [piece.format("".join(text[n : n + 2]), w["subscribe"]) for n in (0, 2, 4)]
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<main><header class="content-header"><h1>{s.title}</h1><div>{s.summary}</div></header>
    <div class="article__chunks">{"".join(pieces)}</div><div class="content-footer"><h2>{w["popular"]}</h2><ul>{links(s)}</ul></div></main>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="cut_by_adverts")


def paywall(s: Story) -> Page:
    """Two paragraphs for everybody, then a box that asks for money."""
    w, outlet, url = WORDS[s.lang], "Lembar Pagi", f"https://lembarpagi.example/{s.slug}"
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<article><h1>{s.title}</h1><p class="byline">{s.author}</p>
    <div class="story-body">{"".join(ps(s.paragraphs[:3]))}</div><div class="paywall"><h3>{w["subscribe"]}</h3><p>{w["subscribe"]}</p><a href="/login">Login</a></div></article>
    <div class="related-stories"><h3>{w["related"]}</h3><ul>{links(s)}</ul></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, s.paragraphs[:3], habit="paywall")


def live(s: Story) -> Page:
    """A live page: dated entries, the newest first, each with a clock time."""
    w, outlet, url = WORDS[s.lang], "Harbour Live", f"https://harbourlive.example/live/{s.slug}"
    entries = "".join(
        f'<article class="live-entry"><time>1{9 - n}.{n}5</time><div class="entry-text"><p>{escape(p, quote=False)}</p></div><div class="share">{w["share"]}</div></article>'
        for n, p in enumerate(s.paragraphs)
    )  # fmt: skip
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<main><h1>{s.title}</h1><div class="live-feed">{entries}</div></main>
    <aside><h3>{w["popular"]}</h3><ul>{links(s)}</ul></aside>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="live")


def price_table(s: Story) -> Page:
    """A table of figures between the paragraphs, which is content."""
    w, outlet, url = WORDS[s.lang], "Pasar Hari Ini", f"https://pasarhariini.example/{s.slug}"
    cells = [("A", "12.500"), ("B", "13.250"), ("C", "14.000")]
    rows = "".join(f"<tr><td>Lot {n}</td><td>{v}</td></tr>" for n, v in cells)
    text = ps(s.paragraphs)
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<article class="post"><h1 class="entry-title">{s.title}</h1><div class="entry-content">
    {"".join(text[:3])}<table class="wp-block-table"><tbody>{rows}</tbody></table>{"".join(text[3:])}</div></article>
    <div class="widget"><h3>{w["popular"]}</h3><ul>{links(s)}</ul></div>{foot(s, outlet)}</body>"""
    body = (*s.paragraphs[:3], *(f"Lot {n} {v}" for n, v in cells), *s.paragraphs[3:])
    return made(s, outlet, url, html, body, habit="price_table")


def gallery(s: Story) -> Page:
    """Pictures with captions between the paragraphs."""
    w, outlet, url = WORDS[s.lang], "Jendela Foto", f"https://jendelafoto.example/{s.slug}"
    figure = f'<figure class="gallery-item"><img src="h.jpg"><figcaption>{s.caption}</figcaption></figure>'
    mixed = "".join(p + (figure if n % 2 else "") for n, p in enumerate(ps(s.paragraphs)))
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<article><h1>{s.title}</h1><time datetime="{s.published}">{written(s.published, s.lang)}</time>
    <div class="article-body">{mixed}</div></article><section class="recommended"><h2>{w["related"]}</h2>{links(s, '<div class="thumb">{}</div>')}</section>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="gallery")


def busy_comments(s: Story) -> Page:
    """More comments than article, as paragraphs."""
    w, outlet, url = WORDS[s.lang], "Warta Kita", f"https://wartakita.example/{s.slug}"
    said = "".join(
        f'<li class="comment"><div class="comment-author">Pembaca {n}</div><div class="comment-body"><p>{w["remark"]} {w["remark"]}</p></div></li>'
        for n in range(12)
    )  # fmt: skip
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<div id="content"><article class="hentry"><h1 class="entry-title">{s.title}</h1>
    <div class="entry-content">{"".join(ps(s.paragraphs))}<div class="sharedaddy"><h3>{w["share"]}:</h3><ul><li><a href="#">Facebook</a></li><li><a href="#">X</a></li></ul></div></div></article>
    <div id="comments" class="comments-area"><h2>{w["comments"]}</h2><ol class="comment-list">{said}</ol></div></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="busy_comments")


def subheads_and_list(s: Story) -> Page:
    """Subheadings and a list, which are content, and a table of contents, which is not."""
    outlet, url = "Panduan Kota", f"https://panduankota.example/{s.slug}"
    text = ps(s.paragraphs)
    items = s.paragraphs[4:]
    listed = "".join(f"<li>{escape(i, quote=False)}</li>" for i in items)
    html = f"""{head(s, outlet, url, ld=True)}<body>{menu(s)}<article><h1>{s.title}</h1><div class="toc"><ul>{links(s)}</ul></div>
    <div class="content-text">{"".join(text[:2])}<h2>{s.summary.rstrip(".")}</h2>{"".join(text[2:4])}<ul>{listed}</ul></div></article>
    <div class="author-box"><p>{s.author}</p></div>{foot(s, outlet)}</body>"""
    return made(s, outlet, url, html, habit="subheads_and_list")


def plain_blog(s: Story) -> Page:
    """Hardly any markup to go by, and no date that could be trusted: only a year of copyright."""
    w = WORDS[s.lang]
    text = "".join(f"<div>{escape(p, quote=False)}</div>" for p in s.paragraphs)
    html = f"""<head><title>{s.title}</title></head><body><div id="top"><a href="/">{w["menu"].split()[0]}</a></div><h1>{s.title}</h1><div class="text">{text}</div>
    <div id="bottom">© 2019 - {w["rights"]}</div></body>"""
    return made(s, None, None, html, habit="plain_blog", dated=False)


HABITS: dict[Callable[[Story], Page], Sequence[str]] = {
    portal_boxes: ("id", "id"),
    bold_also: ("id", "en"),
    teaser_list: ("id", "vi"),
    breaks_in_div: ("id", "id"),
    agency: ("id", "id"),
    lead_and_normal: ("vi", "vi"),
    preview_mode: ("vi", "vi"),
    radio: ("vi", "vi"),
    text_blocks: ("en", "id"),
    wire: ("en", "en"),
    rich_links: ("en", "en"),
    old_tables: ("id", "en"),
    amp: ("id", "vi"),
    cut_by_adverts: ("en", "id"),
    paywall: ("id", "vi"),
    live: ("en", "id"),
    price_table: ("id", "vi"),
    gallery: ("id", "en"),
    busy_comments: ("id", "en", "vi"),
    subheads_and_list: ("en", "vi"),
    plain_blog: ("id", "en"),
}
