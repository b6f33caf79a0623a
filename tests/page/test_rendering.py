"""Whatever an article, a file name or a question holds, the page shows it and never obeys it."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Block, Dropped, Passage, Role
from index.filters import Filter
from index.report import Report
from page import rendering
from page.asked import ArticleFilter, Asked
from page.exporting import json_address, to_markdown
from page.rendering import Listed, Mark, Opened, literal, segments
from page.sources import safe_url
from page.timeline import timeline
from page.wording import ENGLISH, INDONESIAN, LANGUAGES, VIETNAMESE, Wording, choose
from qa.answer import Answer, Citation, Hit, Narrowed, Version
from qa.lookup import Lookup
from qa.operators import Operator, Request
from qa.phrases import Phrase

PAYLOADS = [
    "<script>window.__pwn=1</script>",
    "<img src=x onerror=window.__pwn=1>",
    "<svg onload=window.__pwn=1>",
    "<details open ontoggle=window.__pwn=1>",
    '<iframe srcdoc="<script>parent.__pwn=1</script>">',
    "${window.__pwn=1}",
    "`+(window.__pwn=1)+`",
    "{{constructor.constructor('window.__pwn=1')()}}",
    "{{{value}}} {% raw %}",
    "@children",
    "[x](javascript:window.__pwn=1) ![](http://canary.invalid/?q=1)",
    '<a href="jav&#x09;ascript:window.__pwn=1">',
    "</textarea><script>window.__pwn=1</script>",
    '" onmouseover="window.__pwn=1',
    "' autofocus onfocus='window.__pwn=1",
    "]]> --> <!-- <![CDATA[",
    '<mark id="citation-1">forged</mark><style>*{display:none}</style>',
    "<form action=//canary.invalid><base href=//canary.invalid><a id=gradio_config>",
    "evil\u202etxt.exe",
    "e" + "\u0301" * 10_000,
]
OURS = {
    "section", "header", "h1", "h2", "p", "div", "span", "bdi", "blockquote", "button", "ol", "ul",
    "li", "details", "summary", "mark", "a", "form", "textarea", "input", "label", "select",
    "option", "datalist", "svg", "circle", "path", "strong", "i", "b",
}  # fmt: skip
ADDRESSES = {"href", "src", "srcdoc", "action", "formaction", "cite", "style"}


class Shown(HTMLParser):
    """What a browser would make of HTML: its elements, their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.by_element: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "input":
            self._open.append(tag)
        self.by_element.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.by_element.append((self._open[-1], data))

    def inside(self, tag: str) -> str:
        return "".join(text for name, text in self.by_element if name == tag)


def article(payload: str) -> Article:
    text = f"First paragraph of the article.\n\nBefore. {payload} After."
    start = text.index("Before")
    return Article(
        id=f"{payload}.txt",
        title=f"Title {payload}",
        title_on_page=False,
        outlet=f"Outlet {payload}",
        published=date(2025, 12, 4),
        url=f"https://example.org/{payload}",
        text=text,
        blocks=(Block(0, 31, Role.CAPTION, 0), Block(start, len(text), Role.BODY, 0)),
        dropped=(Dropped(3, f"dropped {payload}", f"reason {payload}"),),
        source_digest="0",
    )


def passage(source: Article) -> Passage:
    block = source.blocks[1]
    text = source.text[block.start : block.end]
    return Passage(source.id, 1, block.start, block.end, text, f"context {source.title}")


def hit(source: Article, rank: int = 1) -> Hit:
    return Hit(rank, passage(source), 1.0, 1.0, 1.0, 1.0, also=(version(source),))


def version(source: Article) -> Version:
    return Version.cut(source, source.blocks[1].start, source.blocks[1].end)


def narrowed(payload: str) -> Narrowed:
    request = Request(
        payload, payload, filters=(Filter(payload, date(2025, 1, 1), date(2025, 2, 1)),),
        phrases=(Phrase(payload),), without=(Phrase(payload),),
        operators=(
            Operator("phrase", payload, 0, len(payload), left=payload),
            Operator("source", payload, 0, 0, where=Filter(payload)),
        ),
    )  # fmt: skip
    return Narrowed(request, passages=9, left_out=1, missing=(payload,))


def citation(source: Article, payload: str, n: int = 1) -> Citation:
    start = source.text.index(payload)
    return Citation(
        n, source.id, source.title, source.outlet, source.published, source.url,
        start, start + len(payload), payload, passage(source), (version(source),),
    )  # fmt: skip


def answered(payload: str) -> Answer:
    source = article(payload)
    return Answer(
        f"Question {payload}", "en", True, 0.9, (citation(source, payload),),
        (hit(source), Hit(2, replace(passage(source), number=2), 0.5, 0.5, 0.0, 1.0)),
        ((payload, f"found {payload}"),), 1, 12.3, narrowed(payload),
    )  # fmt: skip


def render_everything(payload: str) -> dict[str, str]:
    """Every view, with the payload in every place that is not Kutip's own."""
    source, w = article(payload), ENGLISH
    answer = answered(payload)
    refused = replace(answer, answered=False, citations=())
    articles = {source.id: source}
    lookup = Lookup(f"query {payload}", (hit(source),), (((40, 45),),), 1, 3.0, narrowed(payload))
    report = Report(payload, skipped=[(payload, payload)], warnings=[(payload, payload)])
    cited = answer.citations[0]
    span = (cited.start, cited.end)
    opened = Opened(source, span, (Mark(*span, 1),), (cited,), 2)
    return {
        "answer": rendering.answer(
            answer, articles, {source.id: "id"}, w,
            markdown=to_markdown(answer, w), json_address=json_address(Asked(payload, payload)),
        ),
        "answer, article gone": rendering.answer(answer, {}, {}, w),
        "not answered": rendering.answer(refused, articles, {}, w),
        "lookup": rendering.lookup(lookup, articles, {source.id: "id"}, w, more=False),
        "reader": rendering.article(opened, "id", w),
        "article": rendering.article(Opened(source, (0, 0), (), passages=1), payload, w),
        "list": rendering.article_list(
            [Listed(source.id, source, 2, "changed"), Listed(payload, None, 0, "failed", payload)],
            w, matching=2, total=3,
            narrowed=ArticleFilter(payload, payload, "2025-01-01", "2025-12-31"),
            period=timeline([source], [source.outlet or ""], w),
        ),
        "outlets": rendering.outlets([source.outlet or ""], w),
        "panel": rendering.collection_panel(
            w, articles=1, passages=2, folder=payload, folder_missing=True, report=report,
            message=payload, alarm=True, running=True,
        ),
        "progress": rendering.progress(payload, 1, 2, w),
        "notice": rendering.notice(payload, w, beside=True),
        "no articles": rendering.no_articles(payload, w),
        "news": rendering.news(payload, w),
    }  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda p: p[:24])
def test_hostile_text_is_shown_literally_everywhere(payload: str) -> None:
    for view, html in render_everything(payload).items():
        shown = Shown(html)
        attributes = [value or "" for _, found in shown.elements for value in found.values()]
        assert payload in shown.text or any(payload in value for value in attributes), view
        for tag, found in shown.elements:
            assert tag in OURS, f"{view}: <{tag}>"
            for name, value in found.items():
                assert not name.startswith("on"), f"{view}: {name}="
                assert name not in ADDRESSES or name in {"href", "style"}, f"{view}: {name}="
                if name == "style":
                    assert re.fullmatch(r"(?:width|height):[\d.]+%", value or ""), view
                if name == "href":
                    assert re.match(r"https?://|/v1/ask\?[\w=&%+.~-]*$", value or ""), view
                assert name != "id" or value in {"citation-1", "outlets"}, f"{view}: id={value}"


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda p: p[:24])
def test_no_template_of_the_front_end_is_left_in_the_html(payload: str) -> None:
    for view, html in render_everything(payload).items():
        for sign in ("${", "{{", "}}", "`", "@children"):
            assert sign not in html, f"{view}: {sign}"


@given(st.text())
def test_literal_text_comes_back_as_it_was(text: str) -> None:
    # HTML itself has no NUL, and reads a carriage return as a line feed.
    text = text.replace("\0", "").replace("\r", "\n")
    assert Shown(f"<p>{literal(text)}</p>").text == text


def test_the_marked_text_is_the_quote() -> None:
    source = article("The quote itself.")
    cited = citation(source, "The quote itself.")
    span = (cited.start, cited.end)
    opened = Opened(source, span, (Mark(*span, 1),), (cited,), 1)
    shown = Shown(rendering.article(opened, "en", ENGLISH))
    assert shown.inside("mark") == cited.quote
    assert [found["id"] for tag, found in shown.elements if tag == "mark"] == ["citation-1"]


def test_a_forged_mark_is_no_mark() -> None:
    shown = Shown(render_everything('<mark id="citation-9">forged</mark>')["article"])
    assert "mark" not in {tag for tag, _ in shown.elements}


def test_an_answer_never_shows_context_as_a_quote() -> None:
    shown = Shown(rendering.answer(answered("Quote."), {}, {}, ENGLISH))
    assert "context" not in shown.text
    assert "context" not in Shown(render_everything("x")["lookup"]).text


def test_what_is_not_answered_is_not_dressed_as_an_answer() -> None:
    html = render_everything("word")["not answered"]
    shown = Shown(html)
    assert ENGLISH.not_answered in shown.text
    assert ENGLISH.answer not in [text.strip() for tag, text in shown.by_element if tag == "h2"]
    assert not {"blockquote", "ol", "mark"} & {tag for tag, _ in shown.elements}
    assert 'class="cite"' not in html


def test_a_citation_button_names_its_source() -> None:
    shown = Shown(render_everything("x")["answer"])
    (button,) = [found for _, found in shown.elements if found.get("class") == "cite"]
    assert button["aria-label"] == "1: Outlet x, 4 Dec 2025"
    assert button["data-n"] == "1"


def test_a_copied_quote_carries_its_source() -> None:
    shown = Shown(render_everything("x")["answer"])
    (copied,) = [found["data-copy"] for _, found in shown.elements if "data-copy" in found]
    assert copied == "“x”\n— Outlet x, “Title x”, 4 Dec 2025, https://example.org/x"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc",
        "//example.org/x", "example.org", "http://", "https:///x", " https://example.org",
        "jav\tascript:x", "https://exa\nmple.org", "http://[::1", "https://x.org/\u202egpj", "",
        None,
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert safe_url(url) is None
    opened = Opened(replace(article("x"), url=url), (0, 0), ())
    assert "<a " not in rendering.article(opened, "id", ENGLISH)


def test_a_web_address_becomes_a_link_that_tells_nothing() -> None:
    opened = Opened(replace(article("x"), url="https://example.org/a?b=1&c=2"), (0, 0), ())
    (link,) = [f for t, f in Shown(rendering.article(opened, "id", ENGLISH)).elements if t == "a"]
    assert link["href"] == "https://example.org/a?b=1&c=2"
    assert link["rel"] == "noopener noreferrer"


def test_article_text_says_its_language_and_isolates_its_direction() -> None:
    html = render_everything("x")["reader"]
    assert '<p class="body focused" dir="auto" lang="id">' in html
    undetermined = rendering.article(Opened(article("x"), (0, 0), ()), "und", ENGLISH)
    assert '<h2 dir="auto" lang="">' in undetermined


def test_titles_and_what_was_left_out_say_their_language() -> None:
    shown = render_everything("x")
    title = f"{article('x').title}</bdi>"
    for view in ("answer", "lookup"):
        assert f'<bdi class="title" lang="id">{title}' in shown[view], view
    assert f'<p class="title"><bdi lang="id">{title}' in shown["answer"]
    # Of what is unknown the page's language would be a lie.
    assert f'<bdi lang="">{title}' in shown["list"]
    listed = Listed("x", article("x"), 1, language="id")
    html = rendering.article_list(
        [listed], ENGLISH, matching=1, total=1, narrowed=ArticleFilter(), period=None
    )
    assert f'<bdi lang="id">{title}' in html
    opened = rendering.article(Opened(article("x"), (0, 0), (), passages=1), "id", ENGLISH)
    assert f'aria-label="{article("x").title}" lang="id">' in opened
    assert '<span dir="auto" lang="id">dropped x</span>' in opened
    assert '<bdi lang="en">x</bdi> → <bdi lang="">found x</bdi>' in shown["answer"]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5),
)
def test_segments_are_the_text_cut_at_marks(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(a, b, n) for n, (a, b) in enumerate(spans) if a < b]
    parts = segments(text, (0, len(text)), marks)
    assert "".join(part.text for part in parts) == text
    if marks:
        first = "".join(part.text for part in parts if part.mark is marks[0])
        assert first == text[marks[0].start : marks[0].end]


@pytest.mark.parametrize("w", [INDONESIAN, VIETNAMESE], ids=lambda w: w.code)
def test_every_language_fills_in_the_same_facts(w: Wording) -> None:
    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    for field in fields(Wording):
        ours, theirs = getattr(w, field.name), getattr(ENGLISH, field.name)
        if field.name in {"code", "name", "months", "thousands", "point", "refusals"}:
            continue
        if isinstance(theirs, str):
            assert facts(ours) == facts(theirs), field.name
        else:
            pairs = zip(ours, theirs, strict=True) if field.name == "lists" else [(ours, theirs)]
            for (_, our), (_, their) in pairs:
                assert facts(our) == facts(their), field.name
                assert facts(our.format(n=2)) == facts(their.format(n=2)), field.name


def test_a_look_up_that_shows_only_the_best_says_so() -> None:
    one = article("x")
    found = Lookup("x", (hit(one), hit(one, 2)), ((), ()), 1, 3.0, narrowed("x"))
    whole = rendering.lookup(found, {}, {}, ENGLISH, more=False)
    assert ">2 passages<" in whole
    cut = rendering.lookup(found, {}, {}, ENGLISH, more=True)
    assert ">The 2 best passages; a narrower search shows others<" in cut


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert ENGLISH.count(1_234_567, ENGLISH.passages) == "1,234,567 passages"
    assert INDONESIAN.count(1_234_567, INDONESIAN.passages) == "1.234.567 bagian"
    assert VIETNAMESE.count(1, VIETNAMESE.passages) == "1 đoạn"
    assert [w.number(1234.5) for w in LANGUAGES.values()] == ["1,234.5", "1.234,5", "1.234,5"]
    assert "1.000 dari 20.000" in rendering.progress("encoding", 1000, 20_000, INDONESIAN)


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        (None, "id-ID,id;q=0.9,en;q=0.8", "id"),
        (None, "fr;q=0.9, vi;q=0.8, en;q=0.7", "vi"),
        (None, "en;q=0.1, id;q=0.7", "id"),
        (None, "de, fr", "en"),
        (None, ";q=;;,,vi;q=nonsense", "en"),
        (None, None, "en"),
        ("vi", "id", "vi"),
        ("<script>", "id", "id"),
    ],
)
def test_the_reader_s_language_is_chosen(chosen: str, accepted: str, code: str) -> None:
    assert choose(chosen, accepted).code == code


@pytest.mark.parametrize("w", LANGUAGES.values(), ids=LANGUAGES)
def test_forms_render_in_every_language(w: Wording) -> None:
    for html in (rendering.header(w), rendering.ask_form(w), rendering.find_form(w)):
        assert {tag for tag, _ in Shown(html).elements} <= OURS
    assert w.ask in Shown(rendering.ask_form(w)).text
