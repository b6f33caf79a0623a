"""Articles, questions and pages that mean harm, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Canary, Open
from tests.e2e.reader import HOSTILE_PAYLOADS, HOSTILE_TITLE, ask

pytestmark = [pytest.mark.browser, pytest.mark.model]


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


def test_the_canary_hears_what_does_get_out(browser: Browser, canary: Canary) -> None:
    canary.requests.clear()
    page = browser.new_page()
    page.goto("http://canary.invalid/hello")
    assert canary.requests[0] == "canary.invalid/hello"
    page.close()


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
