"""What is asked is answered, also where the server is busy, away, or slow to be heard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.reader import PATIENCE_MS, PLAIN_QUESTION

pytestmark = [pytest.mark.browser, pytest.mark.model]

# What the server streams is heard half a second later than its other answers.
SLOW_STREAM = """
const send = window.fetch;
window.fetch = async (...wanted) => {
    const answer = await send(...wanted);
    if (!new URL(answer.url).pathname.endsWith("/queue/data")) return answer;
    const late = new TransformStream({
        async transform(chunk, controller) {
            await new Promise((go) => setTimeout(go, 500));
            controller.enqueue(chunk);
        },
    });
    return new Response(answer.body.pipeThrough(late), answer);
};
"""


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


def test_what_is_opened_while_the_stream_of_answers_ends_is_shown(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="en-US")
    context.add_init_script(SLOW_STREAM)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_role("tab", name="Collection").click()
    # The server ends its stream with the last answer; the page does not know yet.
    articles = page.locator(".articles button")
    for n in range(3):
        with page.expect_response("**/queue/join?*"):
            articles.nth(n).click()
        expect(page.locator("#collection-reader h2")).to_contain_text(
            articles.nth(n).inner_text().rstrip("…")[:40]
        )
    context.close()
