"""A link, a reload and Back: what the address of a page brings again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.reader import PHONE, PLAIN_QUESTION, ask, expect_marked, last

pytestmark = [pytest.mark.browser, pytest.mark.model]


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
