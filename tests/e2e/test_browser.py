"""The page in a real browser, over the seeds and one hostile article, with the real model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import Canary, Open
from tests.e2e.reader import (
    HOSTILE_PAYLOADS,
    HOSTILE_TITLE,
    PATIENCE_MS,
    ask,
    expect_marked,
    fits,
    last,
    serious,
    serving,
    serving_new,
)

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "What did Vietnam agree with Japan on training?"
# What the page does with an answer is tried on a question in the articles' own language.
PLAIN_QUESTION = "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"
# While the server encodes on every core, a click takes its time.
BESIDE_INDEXING_MS = 120_000
PHONE = {"width": 390, "height": 844}


def test_a_question_leads_to_the_marked_sentence(opened: Open) -> None:
    page = opened()
    ask(page, QUESTION)
    expect(page.locator(".quote").first).to_contain_text("pelatihan")
    # The first citation opens by itself; any other by a click.
    expect_marked(page, 1)
    citations = page.locator(".cite")
    for n in range(1, citations.count() + 1):
        citations.nth(n - 1).click()
        expect_marked(page, n)
        assert f"c={n}" in page.url
    name = citations.first.get_attribute("aria-label") or ""
    assert re.fullmatch(r"1: .+, .+", name)
    citations.first.hover()
    expect(page.locator(".hovercard").first).to_be_visible()
    link = page.locator(".reader a:visible")
    assert (link.get_attribute("href") or "").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator(".reader .text p").first.get_attribute("lang") == "id"


def test_a_link_reopens_the_same_citation(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    n = last(page)
    page.locator(".cite").nth(n - 1).click()
    expect_marked(page, n)
    assert link(page).endswith(f"&c={n}")
    expect_marked(opened(link(page)), n)


def link(page: Page) -> str:
    """The address of a page, as it is sent to others."""
    return page.url.removeprefix(page.url.split("?")[0])


def test_a_link_reopens_what_a_look_up_found(opened: Open) -> None:
    page = opened("?find=Konvensi+Hanoi")
    page.locator(".hit button").nth(1).click()
    for one in (page, opened(link(page))):
        expect(one.locator(".position")).to_contain_text("2 / ")
        expect(one.locator(".hit button").nth(1)).to_have_attribute("aria-current", "true")
        assert link(one) == "?find=Konvensi+Hanoi&h=2"
    page.reload()
    expect(page.locator(".position")).to_contain_text("2 / ")


def test_a_link_reopens_a_close_passage(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    page.locator(".others summary").click()
    page.locator(".hit button").first.click()
    expect(page.locator(".hit [aria-current]")).to_have_count(1)
    expect(page.locator("mark.current")).to_have_count(0)
    text = page.locator(".focused").first.text_content()
    other = opened(link(page))
    expect(other.locator(".hit [aria-current]")).to_be_visible()
    expect(other.locator(".focused").first).to_have_text(text or "")
    expect(other.locator("mark.current")).to_have_count(0)


def test_a_link_reopens_an_article_of_the_collection(opened: Open) -> None:
    page = opened(f"?q={PLAIN_QUESTION}")
    expect_marked(page, 1)
    page.get_by_role("tab", name="Collection").click()
    page.locator(".articles button").nth(1).click()
    title = page.locator("#collection-reader h2")
    expect(title).to_be_visible()
    other = opened(link(page))
    expect(other.locator("#collection-reader h2")).to_have_text(title.text_content() or "")
    expect(other.locator(".articles [aria-current]")).to_have_count(1)
    # The other tab has what it had, and its address.
    page.get_by_role("tab", name="Ask").click()
    expect_marked(page, 1)
    expect(page).to_have_url(re.compile(r"\?q=.*&c=1$"))


def test_what_was_closed_stays_closed_when_the_page_is_loaded_again(opened: Open) -> None:
    page = opened(f"?q={PLAIN_QUESTION}")
    expect_marked(page, 1)
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-answered]")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator(".reader")).to_be_hidden()
    page.get_by_role("tab", name="Collection").click()
    page.locator(".articles button").first.click()
    expect(page.locator("#collection-reader h2")).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".articles button").first).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator(".reader:visible")).to_have_count(0)


def test_back_returns_to_the_question_before(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    expect_marked(page, 1)
    box = page.locator("#ask-form textarea")
    box.fill("Apa yang dikatakan Putin?")
    box.press("Enter")
    expect(page.locator("#ask-results")).to_contain_text("Putin")
    page.get_by_role("tab", name="Look up").click()
    page.locator("#find-form textarea").fill("Tokyo")
    page.keyboard.press("Enter")
    expect(page.locator("#find-results mark").first).to_have_text("Tokyo")
    page.go_back()
    expect(page.locator("#find-results mark")).to_have_count(0)
    expect(page.locator("#find-form textarea")).to_have_value("")
    page.go_back()
    expect(box).to_have_value("Apa yang dikatakan Putin?")
    expect(page.locator("#ask-results")).to_contain_text("Putin")
    page.go_back()
    expect(box).to_have_value(PLAIN_QUESTION)
    expect_marked(page, 1)
    page.go_back()
    expect(box).to_have_value("")
    expect(page.locator("[data-answered]")).to_have_count(0)
    page.go_forward()
    expect_marked(page, 1)


def test_back_between_tabs_asks_nothing_again(opened: Open) -> None:
    page = opened(f"?q={PLAIN_QUESTION}")
    expect_marked(page, 1)
    page.get_by_role("tab", name="Collection").click()
    expect(page).to_have_url(re.compile(r"\?a=$"))
    page.evaluate("window.__same = true")
    page.go_back()
    expect_marked(page, 1)
    assert page.evaluate("window.__same")


def test_back_on_a_phone_closes_the_article(opened: Open) -> None:
    page = opened(f"?q={PLAIN_QUESTION}", viewport=PHONE, has_touch=True, is_mobile=True)
    reader = page.locator(".reader")
    page.locator(".cite").first.tap()
    expect_marked(page, 1)
    page.go_back()
    expect(reader).to_be_hidden()
    expect(page.locator("[data-answered]")).to_be_visible()
    page.go_forward()
    expect_marked(page, 1)
    page.get_by_role("button", name="Close the article").tap()
    expect(reader).to_be_hidden()
    expect(page).not_to_have_url(re.compile("c="))
    page.reload()
    expect(page.locator("[data-answered]")).to_be_visible()
    expect(reader).to_be_hidden()
    # So for who came by a link.
    other = opened(f"?q={PLAIN_QUESTION}&c=1", viewport=PHONE, has_touch=True, is_mobile=True)
    expect_marked(other, 1)
    other.go_back()
    expect(other.locator(".reader")).to_be_hidden()
    expect(other.locator("[data-answered]")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height"),
    [(1280, 720), (1366, 650), (1280, 600), (640, 450), (360, 640), (844, 390), (390, 844)],
)
def test_the_marked_sentence_starts_in_sight_on_any_screen(
    opened: Open, width: int, height: int
) -> None:
    page = opened(f"?q={QUESTION}&c=1", viewport={"width": width, "height": height})
    expect_marked(page, 1)
    page.wait_for_timeout(300)  # it stays there
    expect_marked(page, 1)


def test_keys_ask_open_and_close(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    expect_marked(page, 1)
    n = last(page)
    page.keyboard.press(str(n))
    expect_marked(page, n)
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("c="))
    page.keyboard.press(str(n))  # the same article again
    expect_marked(page, n)
    page.keyboard.press("/")
    box = page.locator("#ask-form textarea")
    expect(box).to_be_focused()
    page.keyboard.type("1")
    expect(box).to_have_value("1")
    expect_marked(page, n)


def test_a_reader_may_type_at_once(opened: Open) -> None:
    page = opened()
    expect(page.locator("#ask-form textarea")).to_be_focused()
    expect(opened("?find=").locator("#find-form textarea")).to_be_focused()
    # Where a keyboard would cover the page it does not come by itself.
    phone = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    expect(phone.locator("#ask-form textarea")).to_be_visible()
    phone.wait_for_timeout(500)
    expect(phone.locator("#ask-form textarea")).not_to_be_focused()


@pytest.mark.parametrize("question", ["من زار هانوي؟", "מי ביקר בהאנוי?"])
def test_a_question_is_written_in_its_direction(opened: Open, question: str) -> None:
    box = opened().locator("#ask-form textarea")
    expect(box).to_have_css("direction", "ltr")
    box.fill(question)
    expect(box).to_have_css("direction", "rtl")


def test_a_quote_is_copied_with_its_source(opened: Open) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    ask(page, PLAIN_QUESTION)
    page.locator(".quotes [data-copy]").first.click()
    expect(page.locator(".copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    quote = page.locator(".quote").first.text_content()
    assert copied.startswith(f"“{quote}”\n— ")
    assert "http" in copied


# As where a page comes over plain HTTP from another machine.
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def test_a_quote_is_copied_without_a_clipboard_of_the_browser_s(opened: Open) -> None:
    page = opened()
    page.evaluate(NO_CLIPBOARD)
    ask(page, PLAIN_QUESTION)
    button = page.locator(".quotes [data-copy]").first
    button.click()
    expect(page.locator(".copied")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    expect(button).to_be_focused()
    quote = page.locator(".quote").first.text_content()
    box = page.locator("#ask-form textarea")
    box.fill("")
    box.press("ControlOrMeta+v")
    expect(box).to_have_value(re.compile(re.escape(f"“{quote}”\n— ")))


def test_what_was_not_copied_is_not_said_to_be(opened: Open) -> None:
    page = opened()
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("document.execCommand = () => false")
    ask(page, PLAIN_QUESTION)
    page.locator(".quotes [data-copy]").first.click()
    page.wait_for_timeout(300)
    expect(page.locator(".copied")).to_have_count(0)
    expect(page.locator(".told")).to_be_empty()


def test_what_the_articles_do_not_say_is_said_so(opened: Open) -> None:
    page = opened()
    ask(page, "Who won the football world cup in 2030?", answered=False)
    expect(page.get_by_role("heading", name="Not in these articles")).to_be_visible()
    assert page.locator(".cite, .quote").count() == 0
    page.locator(".hit button").first.click()
    expect(page.locator(".focused").first).to_be_in_viewport()
    assert page.locator("mark").count() == 0


def test_a_filter_keeps_other_outlets_out(opened: Open) -> None:
    page = opened()
    page.get_by_text("Outlet and dates").click()
    page.get_by_role("combobox", name="Outlet").fill("tempo")
    ask(page, "Apa yang dikatakan Putin?", answered=None)
    shown = page.locator("#ask-results .outlet").all_text_contents()
    assert shown
    assert {outlet.strip() for outlet in shown} == {"TEMPO.CO"}
    assert "source=tempo" in page.url


def test_looking_up_marks_the_phrase_and_opens_it(opened: Open) -> None:
    page = opened("?find=%22Konvensi+Hanoi%22")
    marks = page.locator("#find-results mark")
    expect(marks.first).to_have_text("Konvensi Hanoi")
    page.locator(".hit button").first.click()
    expect(page.locator(".reader .focused mark").first).to_be_in_viewport()
    assert set(page.locator(".reader mark").all_text_contents()) == {"Konvensi Hanoi"}
    hits = page.locator(".hit button")
    assert hits.count() > 1
    page.keyboard.press("ArrowRight")
    expect(page.locator(".position")).to_have_text(f"2 / {hits.count()}")
    expect(hits.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#find-reader .dropped summary")).to_be_visible()


def test_how_much_was_found_is_told_and_not_all_of_it_read_out(opened: Open) -> None:
    page = opened("?find=pelatihan -Tokyo after:2025")
    told = page.locator(".told")
    expect(told).to_have_text(re.compile(r"2 undated articles left out .+\. The 20 best passages"))
    expect(told).to_be_empty()
    page.locator("#find-form textarea").fill('"no such words"')
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Nothing found")
    assert page.locator("#find-results").evaluate("one => one.closest('[aria-live]')") is None
    page.get_by_role("tab", name="Collection").click()
    page.get_by_role("searchbox").fill("putin")
    expect(told).to_have_text("1 of 6 shown; filter to narrow the list")
    page.get_by_role("searchbox").fill("no such title")
    expect(told).to_contain_text("No article has this")


def test_a_hostile_article_is_shown_literally(opened: Open) -> None:
    page = opened("?find=%22jerapah%22")
    page.locator(".hit button").first.click()
    text = page.locator("#find-reader .text")
    for payload in HOSTILE_PAYLOADS:
        expect(text).to_contain_text(payload)
    expect(page.locator("#find-reader h2")).to_have_text(HOSTILE_TITLE)
    reader = page.locator("#find-reader")
    assert reader.locator("img, svg, script, iframe, style, form, object, a").count() == 0
    assert {m.lower() for m in page.locator("#find-reader mark").all_text_contents()} == {"jerapah"}
    page.get_by_role("tab", name="Collection").click()
    expect(page.locator(".articles")).to_contain_text("Judul <script>")


@pytest.mark.parametrize("payload", [HOSTILE_PAYLOADS[1], HOSTILE_PAYLOADS[5], HOSTILE_PAYLOADS[7]])
def test_a_hostile_question_is_only_text(opened: Open, payload: str) -> None:
    page = opened()
    ask(page, f"Siapa menyerahkan jerapah? {payload}", answered=None)
    page.reload()
    expect(page.locator("[data-answered]")).to_be_visible()
    box = page.locator("#ask-form textarea")
    expect(box).to_have_value(f"Siapa menyerahkan jerapah? {payload}")
    page.get_by_text("Outlet and dates").click()
    page.get_by_role("combobox", name="Outlet").fill(payload)
    page.keyboard.press("Enter")
    expect(page.locator("#ask-form .chip:visible")).to_contain_text(payload)
    page.get_by_role("tab", name="Collection").click()
    page.get_by_role("searchbox").fill(payload)
    page.wait_for_timeout(800)


def test_a_question_asked_while_too_many_wait_is_answered_later(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    left = 2

    def full(route: Route) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            route.continue_()
        else:
            route.fulfill(status=503, json={"detail": "Queue is full."})

    page.route("**/queue/join?*", full)
    page.goto(address)  # also the page itself comes out of the queue
    expect(page.locator("#ask-form textarea")).to_be_visible()
    left = 2
    page.locator("#ask-form textarea").fill(PLAIN_QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("[data-answered]")).to_be_visible()
    assert left < 0
    expect(page.locator(".toast-wrap")).not_to_contain_text("busy")
    context.close()


def test_a_question_asked_while_the_server_is_away_is_answered_later(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}?q={PLAIN_QUESTION}")
    expect(page.locator("[data-answered]")).to_be_visible()
    context.set_offline(True)
    page.locator("#ask-form textarea").fill("Apa yang dikatakan Putin?")
    page.keyboard.press("Enter")
    # In the page's language, and only so.
    expect(page.locator(".lost")).to_contain_text("Server tidak menjawab")
    page.wait_for_timeout(2000)
    expect(page.get_by_text("Connection to the server was lost")).to_be_hidden()
    context.set_offline(False)
    expect(page.locator("#ask-results")).to_contain_text("Putin")
    expect(page.locator("#ask-form textarea")).to_have_value("Apa yang dikatakan Putin?")
    expect(page.locator(".lost")).to_be_empty()
    expect(page.locator(".desk.busy")).to_have_count(0)
    context.close()


def test_the_canary_hears_what_does_get_out(browser: Browser, canary: Canary) -> None:
    canary.requests.clear()
    page = browser.new_page()
    page.goto("http://canary.invalid/hello")
    assert canary.requests[0] == "canary.invalid/hello"
    page.close()


def test_the_collection_is_listed_narrowed_and_updated(opened: Open) -> None:
    page = opened()
    page.get_by_role("tab", name="Collection").click()
    articles = page.locator(".articles li")
    expect(articles).to_have_count(6)
    page.get_by_role("searchbox").fill("putin")
    expect(articles).to_have_count(1)
    articles.first.get_by_role("button").click()
    expect(page.locator(".reader h2")).to_contain_text("Putin")
    page.locator(".dropped summary").click()
    expect(page.locator(".dropped li").first).to_be_visible()
    page.get_by_role("button", name="Close the article").click()
    expect(page.locator(".state.indexed")).to_have_count(1)
    page.get_by_role("button", name="Update index").click()
    expect(page.get_by_role("status").filter(has_text="6 unchanged")).to_be_visible()
    expect(articles).to_have_count(1)  # the list stays as the reader narrowed it


def test_the_picture_of_the_collection_narrows_it(opened: Open) -> None:
    page = opened()
    page.get_by_role("tab", name="Collection").click()
    articles = page.locator(".articles li")
    expect(articles).to_have_count(6)
    page.get_by_role("button", name="2025: 3 articles").click()
    expect(articles).to_have_count(3)
    # A year opens into its days.
    expect(page.get_by_role("button", name="26 Oct 2025: 1 article")).to_be_visible()
    page.locator(".legend").get_by_role("button", name="baotintuc.vn").click()
    expect(articles).to_have_count(2)
    dates = page.get_by_role("button", name=re.compile("Remove this filter: 1 Jan 2025"))
    dates.click()
    expect(dates).to_have_count(0)
    expect(page.get_by_role("button", name="2025: 3 articles")).to_be_hidden()
    page.get_by_role("button", name="Remove this filter: baotintuc.vn").click()
    expect(articles).to_have_count(6)


def test_two_filters_taken_away_in_quick_succession_are_both_gone(opened: Open) -> None:
    page = opened()
    page.get_by_role("tab", name="Collection").click()
    articles = page.locator(".articles li")
    expect(articles).to_have_count(6)
    page.get_by_role("button", name="2025: 3 articles").click()
    expect(articles).to_have_count(3)
    page.locator(".legend").get_by_role("button", name="baotintuc.vn").click()
    expect(articles).to_have_count(2)
    page.evaluate("document.querySelectorAll('.chip[data-narrow]').forEach(chip => chip.click())")
    expect(page.locator(".chip[data-narrow]")).to_have_count(0)
    expect(articles).to_have_count(6)


def test_operators_that_were_typed_are_chips_too(opened: Open) -> None:
    page = opened()
    ask(page, 'apa kata Putin after:2025 source:tempo "Vietnam" -lobster', answered=None)
    chips = page.locator("#ask-results .chip")
    assert [text.strip() for text in chips.all_text_contents()] == [
        "from 1 Jan 2025 on ✕", "Outlet tempo ✕", "with “Vietnam” ✕", "without “lobster” ✕"
    ]  # fmt: skip
    page.get_by_role("button", name="Remove this filter: with “Vietnam”").click()
    expect(chips).to_have_count(3)
    box = page.locator("#ask-form textarea")
    expect(box).to_have_value("apa kata Putin after:2025 source:tempo Vietnam -lobster")
    page.get_by_role("button", name="Remove this filter: from 1 Jan 2025 on").click()
    expect(chips).to_have_count(2)
    assert "after" not in page.url


def test_filters_are_chips_that_can_be_taken_away(opened: Open) -> None:
    page = opened("?find=pelatihan&source=tempo&before=2020-01-01")
    outlets = page.locator("#find-results .outlet")
    expect(outlets.first).to_have_text("TEMPO.CO")
    assert set(outlets.all_text_contents()) == {"TEMPO.CO"}
    page.get_by_role("button", name="Remove this filter: Outlet: tempo").click()
    page.get_by_role("button", name=re.compile("Remove this filter: To")).click()
    expect(outlets.filter(has_text="baotintuc.vn").first).to_be_visible()
    assert "source" not in page.url
    assert "before" not in page.url


def test_an_answer_is_kept_as_markdown_and_json(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    quote = page.locator(".quote").first.text_content() or ""
    with page.expect_download() as saved:
        page.get_by_role("button", name="Markdown").click()
    assert saved.value.suggested_filename == "kutip.md"
    markdown = saved.value.path().read_text("utf-8")
    assert f"# {PLAIN_QUESTION}" in markdown
    assert quote.split("\n")[0][:60] in markdown
    with page.expect_download() as saved:
        page.get_by_role("link", name="JSON").click()
    answer = json.loads(saved.value.path().read_bytes())
    assert answer["citations"][0]["quote"] == quote


def test_arrows_go_from_quote_to_quote(opened: Open) -> None:
    page = opened()
    ask(page, QUESTION)
    expect_marked(page, 1)
    page.keyboard.press("ArrowRight")
    expect_marked(page, 2)
    page.keyboard.press("ArrowLeft")
    expect_marked(page, 1)


def test_quotes_of_the_open_article_are_turned_without_the_server(opened: Open) -> None:
    page = opened()
    ask(page, QUESTION)
    expect_marked(page, 1)
    article = page.locator(".reader h2").text_content()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "queue" in request.url else None)
    page.locator(".reader [data-step]:visible").last.click()
    expect_marked(page, 2)
    assert page.locator(".reader h2").text_content() == article
    expect(page.locator(".position:visible")).to_have_text(f"2 / {last(page)}")
    expect(page.locator(".reader [data-step]:focus")).to_be_visible()
    assert "c=2" in page.url
    page.locator(".cite").first.click()
    expect_marked(page, 1)
    expect(page.locator(".focused")).to_have_count(1)
    assert sent == []


def test_a_reprint_s_other_outlets_open_at_the_same_sentence(
    browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    said = "Jakarta - Wali kota menyerahkan seekor jerapah kepada kebun binatang pada Senin."
    for day, outlet in enumerate(("Harian <Satu>", "Harian Dua", "Harian Tiga"), start=1):
        (folder / f"{day}.md").write_text(
            f"---\ntitle: Jerapah tiba\nsource: {outlet}\ndate: 2025-03-0{day}\n---\n{said}\n"
        )
    with serving_new(folder, tmp_path / ".kutip") as address:
        page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}?q=Siapa menyerahkan jerapah?")
        expect_marked(page, 1)
        quote = page.locator(".quote").text_content() or ""
        others = page.locator(".quotes .also")
        others.get_by_text("also in 2 other places").press("Enter")  # no mouse needed
        expect(others.get_by_role("button")).to_have_text(
            ["Harian Dua · 2 Mar 2025", "Harian Tiga · 3 Mar 2025"]
        )
        assert serious(page) == []
        others.get_by_role("button", name="Harian Tiga").click()
        expect(page.locator(".reader .outlet")).to_have_text("Harian Tiga")
        expect(page.locator("mark.current")).to_have_text(quote)
        expect(others.locator("[aria-current]")).to_contain_text("Harian Tiga")
        page.reload()
        expect(page.locator(".reader .outlet")).to_have_text("Harian Tiga")
        expect(others.locator("[aria-current]")).to_contain_text("Harian Tiga")
        page.locator(".cite").click()  # back to the first
        expect(page.locator(".reader .outlet")).to_have_text("Harian <Satu>")
        page.goto(f"{address}?find=jerapah")
        page.locator(".hit summary").click()
        page.get_by_role("button", name="Harian Dua").click()
        expect(page.locator(".reader .outlet")).to_have_text("Harian Dua")
        page.close()


def test_a_page_hears_that_its_articles_have_changed(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for animal in ("jerapah", "gajah"):
        (folder / f"{animal}.txt").write_text(
            f"Kebun binatang menerima seekor {animal}\n\n"
            f"Jakarta - Wali kota menyerahkan seekor {animal} kepada kebun binatang pada Senin."
        )
    with serving_new(folder, tmp_path / ".kutip") as address:
        page = browser.new_page(locale="id-ID", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}?q=Siapa menyerahkan jerapah?")
        expect(page.locator("[data-answered]")).to_be_visible()
        (folder / "harimau.txt").write_text(
            "Harimau lahir\n\nBandung - Seekor harimau lahir di kebun binatang pada hari Rabu."
        )
        notice = page.get_by_role("status").filter(has_text="Artikel telah berubah")
        expect(notice).to_contain_text("1 ditambah")
        page.get_by_role("button", name="Tanya lagi").click()
        expect(notice).to_have_count(0)
        expect(page.locator(".figures")).to_contain_text("3 bagian")
        page.get_by_role("tab", name="Koleksi").click()
        expect(page.locator(".articles li")).to_have_count(3)
        # The list follows by itself.
        (folder / "harimau.txt").unlink()
        expect(page.locator(".articles li")).to_have_count(2)
        page.close()


def test_a_first_collection_is_made_on_the_page(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for n in range(240):
        name = f"Artikel {n}"
        (tmp_path / "articles" / f"{n}.txt").write_text(
            f"{name} tentang pelabuhan\n"
            + "".join(
                f"Presiden meresmikan pelabuhan {n} nomor {m} di pulau itu. " for m in range(40)
            )
        )
    with serving(tmp_path / ".kutip", "articles", cwd=tmp_path) as address:
        page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(BESIDE_INDEXING_MS)
        page.goto(address)
        page.get_by_role("tab", name="Collection").click()
        page.get_by_role("button", name="Update index").click()
        expect(page.get_by_role("progressbar", name="Update index")).to_be_visible(
            timeout=BESIDE_INDEXING_MS
        )
        # Whoever comes meanwhile sees it too, and may stop it.
        other = browser.new_page(locale="en-US")
        other.set_default_timeout(BESIDE_INDEXING_MS)
        other.goto(address)
        other.get_by_role("tab", name="Collection").click()
        expect(other.get_by_role("progressbar", name="Update index")).to_be_visible(
            timeout=BESIDE_INDEXING_MS
        )
        expect(other.get_by_role("alert")).to_have_count(0, timeout=BESIDE_INDEXING_MS)
        other.get_by_role("button", name="Cancel").click()
        for one in (page, other):
            expect(one.get_by_role("status").filter(has_text="Cancelled")).to_be_visible(
                timeout=BESIDE_INDEXING_MS
            )
        expect(page.get_by_role("button", name="Update index")).to_be_enabled(
            timeout=BESIDE_INDEXING_MS
        )
        expect(page.locator(".articles .state.indexed")).to_have_count(
            0, timeout=BESIDE_INDEXING_MS
        )
        other.close()
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(opened: Open, scheme: str, viewport: dict[str, int]) -> None:
    page = opened(f"?q={PLAIN_QUESTION}&c=1", color_scheme=scheme, viewport=viewport)
    expect(page.locator("mark.current")).to_be_visible()
    # The policy lets no script in, so the test reads the page from outside of it.
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert serious(page) == []
    page.get_by_role("tab", name="Look up").click()
    page.locator("#find-form textarea").fill("pelatihan -Tokyo")
    page.keyboard.press("Enter")
    expect(page.locator(".hit:visible").first).to_be_visible()
    assert serious(page) == []
    page.get_by_role("tab", name="Collection").click()
    expect(page.locator(".state").first).to_be_visible()
    assert serious(page) == []


def test_what_is_printed_is_the_answer_and_its_proof(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    expect_marked(page, 1)
    page.emulate_media(media="print")
    for hidden in (".tools button", ".switches", "[role=tablist]", ".search .primary", ".saving"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".quote", ".reader h2", "mark.current"):
        expect(page.locator(shown).first).to_be_visible()
    text = page.locator("#ask-reader .text")
    assert text.evaluate("element => element.scrollHeight <= element.clientHeight + 1")


def test_a_phone_needs_no_sideways_scrolling(opened: Open) -> None:
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    assert fits(page)
    ask(page, PLAIN_QUESTION)
    assert fits(page)
    expect(page.locator(".reader")).to_be_hidden()
    n = last(page)
    page.locator(".cite").nth(n - 1).tap()
    expect_marked(page, n)
    expect(page.get_by_role("button", name="Close the article")).to_be_focused()
    assert fits(page)
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()
    expect(page.locator(".cite").nth(n - 1)).to_be_focused()
    for tab in ("Look up", "Collection"):
        page.get_by_role("tab", name=tab).tap()
        expect(page.locator("form:visible").first).to_be_visible()
        assert fits(page)


def test_what_stands_in_an_article_s_place_on_a_phone_can_be_closed(opened: Open) -> None:
    page = opened("?a=gone.txt", viewport=PHONE, has_touch=True, is_mobile=True)
    gone = page.get_by_role("alert").filter(has_text="no longer in the collection")
    expect(gone).to_be_visible()
    page.get_by_role("button", name="Close the article").tap()
    expect(gone).to_be_hidden()
    # So can an article, by a tap on the page below it.
    page.locator(".articles button").first.tap()
    expect(page.locator(".reader")).to_be_visible()
    page.touchscreen.tap(200, 60)
    expect(page.locator(".reader")).to_be_hidden()


def test_the_keyboard_stays_in_an_article_that_covers_the_page(opened: Open) -> None:
    page = opened(f"?q={QUESTION}&c=2", viewport=PHONE, has_touch=True, is_mobile=True)
    expect_marked(page, 2)
    expect(page.locator(".reader .tools")).to_have_count(2)  # those of the first quote are hidden
    reader = page.locator(".reader")
    expect(reader).to_have_attribute("role", "dialog")
    expect(reader).to_have_attribute("aria-modal", "true")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(8):
            page.keyboard.press(key)
            expect(reader.locator(":focus")).to_have_count(1)


def test_the_reader_s_language_is_spoken_and_can_be_changed(opened: Open) -> None:
    page = opened("?q=apa", locale="id-ID")
    expect(page.get_by_role("tab", name="Tanya")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "id"
    page.get_by_role("combobox").first.select_option("vi")
    expect(page.get_by_role("tab", name="Hỏi")).to_be_visible()
    expect(page.locator("#ask-form textarea")).to_have_value("apa")


def test_the_chosen_theme_stays(opened: Open) -> None:
    page = opened(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark or light").click()
    assert page.evaluate(ground) != light
    page.reload()
    expect(page.locator("body.dark .masthead")).to_be_visible()


def test_the_policy_stops_even_html_that_was_not_escaped(browser: Browser, address: str) -> None:
    page = browser.new_page()
    blocked: list[str] = []
    page.on("requestfailed", lambda request: blocked.append(f"{request.url} {request.failure}"))
    page.goto(address)
    expect(page.locator(".masthead")).to_be_visible()
    raw = (
        "<img src=x onerror=window.__pwn=1><img src=http://canary.invalid/x>"
        '<iframe srcdoc="<script>parent.__pwn=1</script>"></iframe>'
        "<style>@import url(http://canary.invalid/x.css)</style>"
    )
    page.evaluate("raw => document.body.insertAdjacentHTML('beforeend', raw)", raw)
    page.wait_for_timeout(500)
    assert page.evaluate("typeof window.__pwn") == "undefined"
    outside = [request for request in blocked if "canary.invalid" in request]
    assert all(request.endswith("csp") for request in outside), outside
    page.close()
