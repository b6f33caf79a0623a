"""The page as Gradio blocks: which event calls which view, and where the result goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import gradio as gr

from api.serving import AT_ONCE, WAITING
from index.errors import LockedError
from index.jobs import Updates
from page import rendering
from page.asked import ArticleFilter, Asked
from page.library import Library
from page.views import Views
from page.wording import ENGLISH, Wording, choose
from qa.answer import Answer
from qa.lookup import Lookup

# How often readers who wait are told their place, which the page does not show. Gradio's own way
# tells every one of them whenever any question begins.
STATUS_SECONDS = 10
LANGUAGE_COOKIE = "kutip_language"

# Each pane asks for its behaviour by an event, which a module answers. Gradio lets a pane trigger
# only those events whose quoted name it finds in this text. A pane that comes with its tab is
# answered at once: import() would let it stand there for some 30 ms, deaf to clicks.
_ON_LOAD = """\
const attach = (panes) => panes.{behaviour}(element, trigger, watch); /* events: {events} */
const unanswered = () => document.dispatchEvent(
  new CustomEvent('kutip:pane', {{ detail: attach, cancelable: true }})
);
if (unanswered()) import('{script}').then(unanswered);
"""


def build(views: Views, library: Library, updates: Updates, *, script: str) -> gr.Blocks:
    """Lay the page out and wire it; `script` is the address of the panes' behaviour.

    Nothing is read before a browser asks.
    """

    def pane(name: str, behaviour: str | None = None, *events: str) -> Any:
        on_load = _on_load(script, behaviour, events) if behaviour else None
        return _pane(name, on_load)

    def desk(name: str) -> tuple[Any, Any]:
        """Results on the left, and on the right the article that is open."""
        with gr.Row(elem_classes="desk"):
            return pane(f"{name}-results", "results", "open"), pane(f"{name}-reader", "reader")

    with gr.Blocks(title="Kutip", analytics_enabled=False) as blocks:
        header = pane("header", "header")
        outlets = pane("outlets-pane")
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(ENGLISH.ask_tab, id="ask") as ask_tab:
                ask_form = pane("ask-form", "form", "search")
                ask_news = pane("ask-news", "news", "look")
                answer, ask_reader = desk("ask")
            with gr.Tab(ENGLISH.find_tab, id="find") as find_tab:
                find_form = pane("find-form", "form", "search")
                find_news = pane("find-news", "news", "look")
                found, find_reader = desk("find")
            with gr.Tab(ENGLISH.collection_tab, id="collection") as collection_tab:
                panel = pane("panel", "panel", "update", "cancel", "watch")
                progress = pane("progress")
                narrow = pane("narrow", "narrow", "narrow")
                articles, collection_reader = desk("collection")
        # What this reader narrowed the list of articles to.
        narrowed_to = gr.State(ArticleFilter())
        # What this browser session last asked and looked up; the browser itself only says "open 2".
        asked_answer, found_lookup = gr.State(None), gr.State(None)

        def start(request: gr.Request) -> list[Any]:
            w = _wording(request)
            return [
                rendering.header(w), rendering.ask_form(w), rendering.find_form(w),
                rendering.article_filter(w), library.outlets(w), library.panel(w),
                library.progress(w),
                library.articles(ArticleFilter(), w),
                gr.Tab(label=w.ask_tab), gr.Tab(label=w.find_tab), gr.Tab(label=w.collection_tab),
                _tab(request),
            ]  # fmt: skip

        def ask(request: gr.Request, event: gr.EventData) -> tuple[str, Answer | None, str, str]:
            w = _wording(request)
            if not _text(event, "text"):
                return views.blank(w), None, "", ""
            html, given = views.ask(_asked(event), w)
            return html, given, views.open_beside(given, _number(event, "open"), w), ""

        def find(request: gr.Request, event: gr.EventData) -> tuple[str, Lookup | None, str, str]:
            w = _wording(request)
            if not _text(event, "text"):
                return views.blank(w), None, "", ""
            return (*views.find(_asked(event), w), "", "")

        def tell_news(request: gr.Request, event: gr.EventData) -> str:
            return views.news.since(_number(event, "generation"), _wording(request))

        def open_result(
            result: Answer | Lookup | None, request: gr.Request, event: gr.EventData
        ) -> str:
            w, n, version = _wording(request), _number(event, "n"), _number(event, "also")
            citation = _text(event, "kind") == "citation"
            if version:
                return views.open_version(result, n, version, w, citation=citation)
            if citation and not isinstance(result, Lookup):
                return views.open_citation(result, n, w)
            return views.open_hit(result, n, w)

        def open_article(request: gr.Request, event: gr.EventData) -> str:
            return views.open_article(_text(event, "id"), _wording(request))

        def narrow_articles(request: gr.Request, event: gr.EventData) -> tuple[str, ArticleFilter]:
            fields = {name: _text(event, name) for name in ("text", "outlet", "after", "before")}
            narrowed = ArticleFilter(**fields, ticket=_number(event, "ticket"))
            return library.articles(narrowed, _wording(request)), narrowed

        def check(narrowed: ArticleFilter, request: gr.Request) -> tuple[str, str]:
            library.check()
            w = _wording(request)
            return library.panel(w), library.articles(narrowed, w)

        def watch(narrowed: ArticleFilter, request: gr.Request) -> Iterator[list[Any]]:
            w = _wording(request)
            shown = None
            for step in updates.watch():
                # The panel changes only with the state: its buttons stand still meanwhile.
                state = (step.running, step.cancelling)
                panel_now = gr.skip() if state == shown else library.panel(w, step)
                shown = state
                yield [panel_now, library.progress(w, step), gr.skip(), gr.skip()]
            # Without an update here, another process changed the collection.
            panel_now = library.panel(w) if shown is None else gr.skip()
            yield [panel_now, gr.skip(), library.articles(narrowed, w), library.outlets(w)]

        def update(narrowed: ArticleFilter, request: gr.Request) -> Iterator[list[Any]]:
            with suppress(LockedError):  # another reader's update is as good
                updates.start()
            yield from watch(narrowed, request)

        everything = [header, ask_form, find_form, narrow, outlets, panel, progress, articles,
                      ask_tab, find_tab, collection_tab, tabs]  # fmt: skip
        _on(blocks.load, start, None, everything)
        # "multiple": the browser itself sends one at a time, of those that came up meanwhile the
        # last. Gradio's own "always_last" would send the data of the one before.
        _on(ask_form.search, ask, None, [answer, asked_answer, ask_reader, ask_news],
            trigger_mode="multiple")  # fmt: skip
        _on(find_form.search, find, None, [found, found_lookup, find_reader, find_news],
            trigger_mode="multiple")  # fmt: skip
        _on(ask_news.look, tell_news, None, [ask_news], trigger_mode="multiple")
        _on(find_news.look, tell_news, None, [find_news], trigger_mode="multiple")
        _on(answer.open, open_result, [asked_answer], [ask_reader], trigger_mode="multiple")
        _on(found.open, open_result, [found_lookup], [find_reader], trigger_mode="multiple")
        _on(articles.open, open_article, None, [collection_reader], trigger_mode="multiple")
        _on(narrow.narrow, narrow_articles, None, [articles, narrowed_to],
            trigger_mode="multiple")  # fmt: skip
        _on(collection_tab.select, check, [narrowed_to], [panel, articles])
        # No limit here: `Updates` itself lets one run and tells the others so at once.
        seen = [panel, progress, articles, outlets]
        _on(panel.update, update, [narrowed_to], seen, concurrency_limit=None)
        _on(panel.watch, watch, [narrowed_to], seen, concurrency_limit=None)
        _on(panel.cancel, updates.cancel, None, None, concurrency_limit=None)
    blocks.queue(
        default_concurrency_limit=AT_ONCE,
        max_size=WAITING,
        api_open=False,
        status_update_rate=STATUS_SECONDS,
    )
    return blocks


def _on_load(script: str, behaviour: str, events: Sequence[str]) -> str:
    quoted = " ".join(f"'{event}'" for event in events)
    return _ON_LOAD.format(script=script, behaviour=behaviour, events=quoted)


def _pane(name: str, on_load: str | None) -> Any:
    """An empty pane that shows HTML from `rendering`.

    The value goes in as it is: whoever makes it escapes (see `rendering`).
    """
    return gr.HTML(
        "", elem_id=name, html_template="${value}", js_on_load=on_load, apply_default_css=False
    )


def _on(event: Any, fn: Callable[..., Any], inputs: Any, outputs: Any, **options: Any) -> None:
    """Wire an event that only this page may use and that shows no progress of Gradio's own."""
    event(fn, inputs, outputs, show_progress="hidden", api_visibility="private", **options)


def _wording(request: gr.Request) -> Wording:
    """The language the reader chose on the page, else the browser's."""
    return choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))


def _tab(request: gr.Request) -> Any:
    """The tab that the address of the page, which comes along, belongs to (see `address.js`)."""
    if "a" in request.query_params:
        return gr.Tabs(selected="collection")
    return gr.Tabs(selected="find") if "find" in request.query_params else gr.skip()


def _asked(event: gr.EventData) -> Asked:
    return Asked(*(_text(event, name) for name in ("text", "source", "after", "before")))


def _text(event: gr.EventData, name: str) -> str:
    value = (event._data or {}).get(name)
    return value if isinstance(value, str) else ""


def _number(event: gr.EventData, name: str) -> int:
    value = (event._data or {}).get(name)
    return value if isinstance(value, int) else 0
