"""The page by keyboard, on a phone, in other languages and writings, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.reader import (
    PHONE,
    PLAIN_QUESTION,
    QUESTION,
    ask,
    expect_marked,
    fits,
    last,
    serious,
)

pytestmark = [pytest.mark.browser, pytest.mark.model]


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
