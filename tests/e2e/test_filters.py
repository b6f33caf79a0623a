"""Filters of the address and of the fields: what is no date is said, and dates are written out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.model]

QUESTION = "Apa+yang+disepakati+Vietnam+dan+Azerbaijan+tentang+pelatihan"


@pytest.mark.parametrize("place", [f"?q={QUESTION}", "?find=pelatihan"])
def test_a_filter_of_the_address_that_is_no_date_is_said_and_finds_nothing(
    opened: Open, place: str
) -> None:
    page = opened(f"{place}&after=2025-13-45")
    expect(page.locator("[role=alert]:visible")).to_contain_text("“2025-13-45” is not a date")
    expect(page.locator("[data-answered], .hit")).to_have_count(0)
    chip = page.locator(".chip:visible")
    expect(chip).to_have_text("From: 2025-13-45 (not a date) ✕")
    assert "after=2025-13-45" in page.url
    chip.click()
    expect(page.locator("[data-answered], .hit").first).to_be_visible()
    assert "after" not in page.url


def test_a_filter_that_is_no_date_is_said_before_anything_is_asked(opened: Open) -> None:
    page = opened("?after=2025-13-45", locale="id-ID")
    chip = page.locator(".chip:visible")
    expect(chip).to_have_text("Dari: 2025-13-45 (bukan tanggal) ✕")
    # A date in its place is one.
    page.locator("#ask-form summary").click()
    page.locator("#ask-form [name=after]").fill("2025-12-31")
    expect(chip).to_have_text("Dari: 31 Des 2025 ✕")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-US", "To: 2 Oct 2025"),
        ("id-ID", "Sampai: 2 Okt 2025"),
        ("vi-VN", "Đến: 2 thg 10 2025"),
    ],
)
def test_a_chip_writes_a_date_in_the_reader_s_language(
    opened: Open, locale: str, said: str
) -> None:
    page = opened("?find=pelatihan&before=2025-10-02", locale=locale)
    chip = page.locator("#find-form .chip:visible")
    expect(chip).to_have_text(f"{said} ✕")
    expect(chip).to_have_accessible_name(re.compile(re.escape(said)))


def test_half_a_date_is_not_passed_over(opened: Open) -> None:
    page = opened()
    page.locator("#ask-form summary").click()
    page.locator("#ask-form [name=after]").focus()
    page.keyboard.type("10")
    page.locator("#ask-form summary").click()
    box = page.locator("#ask-form textarea")
    box.fill("Apa kata Putin?")
    box.press("Enter")
    expect(page.locator("#ask-form [name=after]")).to_be_focused()
    expect(page.locator("#ask-form details")).to_have_attribute("open", "")
    assert "?q=" not in page.url
