"""What is asked and looked up on the page, over the seeds and one hostile article."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Open
from tests.e2e.reader import (
    PATIENCE_MS,
    PLAIN_QUESTION,
    QUESTION,
    ask,
    expect_marked,
    last,
    serious,
    serving_new,
)

pytestmark = [pytest.mark.browser, pytest.mark.model]


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
