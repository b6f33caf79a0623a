"""The document's title, by which a browser's tabs and history are told apart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.reader import HOSTILE_TITLE

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"
HOSTILE = "</title><img src=x onerror=window.__pwn=1> & jerapah"


@pytest.mark.parametrize(
    ("locale", "find", "collection"),
    [
        ("en-US", "Look up", "Collection"),
        ("id-ID", "Cari", "Koleksi"),
        ("vi-VN", "Tra cứu", "Kho bài"),
    ],
)
def test_the_title_names_what_was_asked_and_follows_back_and_forward(
    opened: Open, locale: str, find: str, collection: str
) -> None:
    page = opened(locale=locale)
    expect(page).to_have_title("Kutip")
    box = page.locator("#ask-form textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page).to_have_title(f"{QUESTION} – Kutip")
    box.fill(HOSTILE)
    box.press("Enter")
    expect(page).to_have_title(f"{HOSTILE} – Kutip")
    page.get_by_role("tab").nth(1).click()
    expect(page).to_have_title(f"{find} – Kutip")
    page.locator("#find-form textarea").fill("Tokyo")
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{find}: Tokyo – Kutip")
    page.get_by_role("tab").nth(2).click()
    expect(page).to_have_title(f"{collection} – Kutip")
    page.locator(".articles button").filter(has_text=HOSTILE_TITLE).click()
    expect(page).to_have_title(f"{collection}: {HOSTILE_TITLE} – Kutip")
    page.keyboard.press("Escape")
    expect(page).to_have_title(f"{collection} – Kutip")
    page.go_back()
    expect(page).to_have_title(f"{find}: Tokyo – Kutip")
    page.go_back()
    expect(page).to_have_title(f"{find} – Kutip")
    page.go_back()
    expect(page).to_have_title(f"{HOSTILE} – Kutip")
    page.go_back()
    expect(page).to_have_title(f"{QUESTION} – Kutip")
    page.go_forward()
    expect(page).to_have_title(f"{HOSTILE} – Kutip")
    page.reload()
    expect(page).to_have_title(f"{HOSTILE} – Kutip")


def test_the_browser_s_history_holds_the_titles(opened: Open) -> None:
    page = opened()
    box = page.locator("#ask-form textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page).to_have_title(re.compile(re.escape(QUESTION)))
    page.get_by_role("tab", name="Look up").click()
    expect(page).to_have_title("Look up – Kutip")
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    titles = [entry["title"] for entry in history["entries"]]
    assert titles[-3:] == ["Kutip", f"{QUESTION} – Kutip", "Look up – Kutip"]
