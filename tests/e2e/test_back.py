"""Back and Forward show what was asked in place, however quickly they follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.e2e.conftest import Open
from tests.e2e.reader import PATIENCE_MS, ask, expect_marked

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST = "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"
SECOND = "Apa yang dikatakan Putin?"
THIRD = "Siapa menyerahkan jerapah kepada wali kota?"
TWO_QUOTES = "What did Vietnam agree with Japan on training?"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def box(page: Page, tab: str = "ask") -> Locator:
    return page.locator(f"#{tab}-form textarea")


def ask_all(page: Page, *questions: str) -> None:
    """Ask one after the other; each answer is there before the next question."""
    for question in questions:
        ask(page, question, answered=None)
        expect_settled(page)


def expect_settled(page: Page) -> None:
    expect(page.locator(".desk.busy")).to_have_count(0)


def expect_asked(page: Page, question: str) -> None:
    """The form and the title have the question, and the answer shown is its own."""
    expect(box(page)).to_have_value(question)
    expect_settled(page)
    expect(page.locator("#ask-results [data-answered]")).to_be_visible()
    expect(page).to_have_title(f"{question} – Kutip")
    # The answer as JSON is told of what was asked.
    link = page.get_by_role("link", name="JSON").get_attribute("href") or ""
    assert page.evaluate("href => new URL(href, location).searchParams.get('question')", link) == (
        question
    )


def expect_blank(page: Page) -> None:
    """As when the page opens."""
    expect(box(page)).to_have_value("")
    expect(page.get_by_text("For example")).to_be_visible()
    expect_settled(page)
    for nothing in ("[data-answered]", ".card", ".reader", ".news", ".chip:visible"):
        expect(page.locator(nothing)).to_have_count(0)
    expect(page).to_have_title("Kutip")


def go(page: Page, *steps: int, pause: int = 0) -> None:
    """Take steps through the history, each `pause` ms after the one before has arrived."""
    page.evaluate(
        """async ([steps, pause]) => {
          for (const step of steps) {
            const there = new Promise((go) => addEventListener("popstate", go, { once: true }));
            history.go(step);
            await there;
            if (pause) await new Promise((go) => setTimeout(go, pause));
          }
        }""",
        [list(steps), pause],
    )


@pytest.fixture
def same(opened: Open) -> Open:
    """Open the page, and see at the end that it was never loaded again."""
    pages: list[Page] = []

    def start(path: str = "", **options: object) -> Page:
        page = opened(path, **options)
        page.evaluate("window.__same = true")
        pages.append(page)
        return page

    yield start  # type: ignore[misc]
    for page in pages:
        assert page.evaluate("window.__same === true")


@contextmanager
def holding(page: Page) -> Iterator[None]:
    """Holds the page's next request back until the end, and waits for it if it is still to come."""
    held: list[Route] = []
    page.route("**/queue/join?*", lambda route: held.append(route), times=1)
    yield
    for _ in range(PATIENCE_MS // 50):
        if held:
            break
        page.wait_for_timeout(50)
    [route] = held
    route.continue_()


def test_back_and_forward_ask_again_in_place(same: Open) -> None:
    page = same()
    expect_blank(page)
    expect(box(page)).to_be_focused()
    ask_all(page, FIRST, SECOND)
    page.go_back()
    expect_asked(page, FIRST)
    expect_marked(page, 1)
    page.go_back()
    expect_blank(page)
    expect(box(page)).to_be_focused()
    page.go_forward()
    expect_asked(page, FIRST)
    expect_marked(page, 1)
    page.go_forward()
    expect_asked(page, SECOND)
    # From there on as ever.
    ask_all(page, THIRD)
    page.go_back()
    expect_asked(page, SECOND)


def test_back_between_look_ups_and_out_of_their_tab(same: Open) -> None:
    page = same(f"?q={FIRST}")
    expect_asked(page, FIRST)
    page.get_by_role("tab", name="Look up").click()
    hits = page.locator("#find-results .hit button")
    for words in ("Tokyo", "Konvensi Hanoi"):
        box(page, "find").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("#find-results mark").first).to_be_visible()
        expect_settled(page)
    second, position = hits.nth(1), page.locator("#find-reader .position")
    second.click()
    expect(position).to_contain_text("2 / ")
    page.go_back()
    expect(box(page, "find")).to_have_value("Tokyo")
    expect(page.locator("#find-results mark").first).to_have_text("Tokyo")
    expect(page.locator("#find-reader .reader")).to_have_count(0)
    page.go_forward()
    # The hit that was open comes after the results.
    expect(position).to_contain_text("2 / ")
    expect(second).to_have_attribute("aria-current", "true")
    go(page, -2)
    expect(box(page, "find")).to_have_value("")
    expect(page.locator("#find-results .hit")).to_have_count(0)
    page.go_back()
    expect_asked(page, FIRST)
    # Into another tab and to another question of it at once.
    go(page, 2)
    expect(box(page, "find")).to_have_value("Tokyo")
    expect(page.locator("#find-results mark").first).to_be_visible()
    # And to a tab's empty form.
    go(page, -2)
    expect_asked(page, FIRST)
    page.go_forward()
    expect(box(page, "find")).to_have_value("")
    expect(box(page, "find")).to_be_focused()


def test_back_brings_the_filters_too(same: Open) -> None:
    page = same(f"?q={FIRST}&source=vn&before=2025-12-31")
    expect_settled(page)
    chips = page.locator("#ask-form .chip:visible")
    shown = ["Outlet: vn ✕", "To: 31 Dec 2025 ✕"]
    expect(chips).to_have_text(shown)
    for left in (1, 0):
        chips.first.click()
        expect(chips).to_have_count(left)
        expect_settled(page)
    page.go_back()
    expect(chips).to_have_text(shown[1:])
    page.go_back()
    expect(chips).to_have_text(shown)
    expect_settled(page)
    expect(page.locator("#ask-form [name=before]")).to_have_value("2025-12-31")
    go(page, 2)
    expect(chips).to_have_count(0)
    expect_asked(page, FIRST)


def test_back_brings_a_filter_that_is_no_date(same: Open) -> None:
    page = same("?find=pelatihan&after=2025-13-45")
    alert = page.locator("[role=alert]:visible")
    chip = page.locator("#find-form .chip:visible")
    expect(alert).to_contain_text("“2025-13-45” is not a date")
    chip.click()
    expect(page.locator("#find-results .hit").first).to_be_visible()
    page.go_back()
    expect(alert).to_contain_text("“2025-13-45” is not a date")
    expect(chip).to_have_text("From: 2025-13-45 (not a date) ✕")
    expect(page.locator("#find-results .hit")).to_have_count(0)
    page.go_forward()
    expect(page.locator("#find-results .hit").first).to_be_visible()
    expect(chip).to_have_count(0)


def test_what_was_closed_stays_closed_on_the_way_back(same: Open) -> None:
    page = same()
    ask_all(page, FIRST)
    expect_marked(page, 1)
    page.keyboard.press("Escape")
    ask_all(page, SECOND)
    page.go_back()
    expect_asked(page, FIRST)
    page.wait_for_timeout(300)
    expect(page.locator(".reader")).to_have_count(0)
    page.locator(".cite").first.click()
    expect_marked(page, 1)


@pytest.mark.parametrize(
    ("steps", "arrived"),
    [
        ((-1, -1), FIRST),
        ((-1, -1, 1), SECOND),
        ((-1, 1), THIRD),
        ((-1, 1, -1, 1, -1), SECOND),
        ((-1, -1, -1), ""),
        ((-1, -1, -1, 1), FIRST),
        ((-2, -1, 1, -1), ""),
    ],
)
@pytest.mark.parametrize("pause", [0, 60])
def test_of_quick_steps_the_last_one_counts(
    same: Open, steps: tuple[int, ...], arrived: str, pause: int
) -> None:
    page = same()
    ask_all(page, FIRST, SECOND, THIRD)
    go(page, *steps, pause=pause)
    for _ in range(2):  # and what comes late changes nothing
        if arrived:
            expect_asked(page, arrived)
        else:
            expect_blank(page)
        page.wait_for_timeout(700)


def test_an_answer_that_comes_late_does_not_fill_the_page_that_was_left_for(same: Open) -> None:
    page = same()
    box(page).fill(FIRST)
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"\?q="))
    page.go_back()
    for _ in range(2):
        expect_blank(page)
        page.wait_for_timeout(700)


def test_back_on_a_phone_leads_out_of_the_article_and_to_the_question_before(same: Open) -> None:
    page = same(**PHONE)
    reader = page.locator(".reader")
    ask_all(page, FIRST)
    ask_all(page, SECOND)
    page.go_back()
    expect_asked(page, FIRST)
    expect(reader).to_have_count(0)
    page.locator(".cite").first.tap()
    expect_marked(page, 1)
    page.go_back()
    expect(reader).to_be_hidden()
    expect_asked(page, FIRST)
    page.go_forward()
    expect_marked(page, 1)
    # Out of the article and of the question, and into both again.
    go(page, -2)
    expect_blank(page)
    go(page, 2)
    expect_asked(page, FIRST)
    expect_marked(page, 1)
    go(page, -2)
    expect_blank(page)
    go(page, 1, 1)
    expect_asked(page, FIRST)
    expect_marked(page, 1)
    go(page, -2)
    expect_blank(page)
    go(page, 2, -1)
    for _ in range(2):
        expect_asked(page, FIRST)
        expect(reader).to_be_hidden()
        page.wait_for_timeout(700)


def test_an_article_that_covers_a_phone_s_page_goes_before_the_answer_comes(same: Open) -> None:
    page = same(**PHONE)
    reader = page.locator(".reader")
    ask_all(page, FIRST, SECOND)
    page.locator(".cite").first.tap()
    expect_marked(page, 1)
    with holding(page):
        go(page, -2)
        expect(box(page)).to_have_value(FIRST)
        expect(reader).to_be_hidden()
        expect(page.locator(".desk.busy")).to_have_count(1)
    expect_asked(page, FIRST)


def test_an_article_of_a_wide_window_is_a_sheet_in_a_narrow_one(same: Open) -> None:
    page = same()
    ask_all(page, FIRST)
    expect_marked(page, 1)
    ask_all(page, SECOND)
    page.set_viewport_size({"width": 390, "height": 844})
    page.go_back()
    expect_asked(page, FIRST)
    expect_marked(page, 1)
    page.go_back()
    expect(page.locator(".reader")).to_be_hidden()
    expect_asked(page, FIRST)


@pytest.mark.parametrize("way", ["2", "ArrowRight", ".cite", ".hit button"])
def test_while_a_question_is_under_way_nothing_of_the_answer_before_opens(
    same: Open, way: str
) -> None:
    page = same()
    ask_all(page, TWO_QUOTES)
    expect_marked(page, 1)
    page.locator(".others summary").click()
    with holding(page):
        box(page).fill(FIRST)
        box(page).press("Enter")
        expect(page.locator(".desk.busy")).to_have_count(1)
        if way.startswith("."):
            page.locator(way).last.click()
        else:
            page.keyboard.press(way)
        page.wait_for_timeout(300)
        assert re.search(r"\?q=[^&]*$", page.url)
    for _ in range(2):
        expect_asked(page, FIRST)
        expect_marked(page, 1)
        expect(page).to_have_url(re.compile(r"\?q=[^&]*&c=1$"))
        page.wait_for_timeout(700)


def test_what_was_closed_stays_closed_when_its_tab_was_left_and_loaded_again(opened: Open) -> None:
    page = opened(f"?q={FIRST}")
    expect_marked(page, 1)
    page.keyboard.press("Escape")
    page.reload()
    expect_asked(page, FIRST)
    page.get_by_role("tab", name="Collection").click()
    expect(page).to_have_url(re.compile(r"\?a=$"))
    page.get_by_role("tab", name="Ask").click()
    expect(page).to_have_url(re.compile(r"\?q="))
    page.reload()
    expect_asked(page, FIRST)
    page.wait_for_timeout(500)
    expect(page.locator(".reader")).to_have_count(0)
    # Asked once more it comes with its proof.
    box(page).press("Enter")
    expect_marked(page, 1)


def test_what_is_closed_while_a_question_is_under_way_stays_closed(opened: Open) -> None:
    page = opened()
    ask_all(page, FIRST)
    expect_marked(page, 1)
    with holding(page):
        box(page).fill(SECOND)
        box(page).press("Enter")
        expect(page.locator(".desk.busy")).to_have_count(1)
        page.keyboard.press("Escape")
    for _ in range(2):
        expect_asked(page, SECOND)
        page.wait_for_timeout(300)
        expect(page.locator(".reader")).to_be_hidden()
        page.reload()


def test_an_article_that_comes_late_is_not_shown_beside_the_next_answer(same: Open) -> None:
    page = same()
    ask_all(page, FIRST)
    expect_marked(page, 1)
    page.locator(".others summary").click()
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/queue/join?*", lambda route: held.append((route, route.fetch())), times=1)
    page.locator(".hit button").last.click()
    expect(page).to_have_url(re.compile(r"&h=\d$"))
    box(page).fill(SECOND)
    box(page).press("Enter")
    page.wait_for_timeout(2000)  # time for an answer that does not wait for the article
    assert len(held) == 1
    route, response = held[0]
    route.fulfill(response=response)
    for _ in range(2):
        expect_asked(page, SECOND)
        expect_marked(page, 1)
        expect(page).to_have_url(re.compile(r"\?q=[^&]*&c=1$"))
        page.wait_for_timeout(700)


def test_an_article_that_never_comes_does_not_hold_up_a_question_for_good(same: Open) -> None:
    page = same()
    page.clock.install()
    ask_all(page, FIRST)
    page.locator(".others summary").click()
    with holding(page):
        page.locator(".hit button").last.click()
        expect(page).to_have_url(re.compile(r"&h=\d$"))
        box(page).fill(SECOND)
        box(page).press("Enter")
        expect(page.locator(".desk.busy")).to_have_count(1)
        page.clock.fast_forward(20_000)
        expect_asked(page, SECOND)
        expect_marked(page, 1)
