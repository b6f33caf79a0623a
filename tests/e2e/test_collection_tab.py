"""The articles of the collection: listed, narrowed, opened, and brought up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.reader import PATIENCE_MS, serving, serving_new

pytestmark = [pytest.mark.browser, pytest.mark.model]

# While the server encodes on every core, a click takes its time.
BESIDE_INDEXING_MS = 120_000


def listed(page: Page) -> Locator:
    """All articles, in the tab of the collection."""
    page.get_by_role("tab", name="Collection").click()
    articles = page.locator(".articles li")
    expect(articles).to_have_count(6)
    return articles


def test_the_collection_is_listed_narrowed_and_updated(opened: Open) -> None:
    page = opened()
    articles = listed(page)
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


def test_an_article_opens_the_moment_it_is_listed(opened: Open) -> None:
    page = opened()
    expect(page.locator("form.search textarea").first).to_be_focused()
    # Faster than any hand: what a tab brings may not stand there deaf.
    page.evaluate("""async () => {
        document.querySelector("[role=tab][data-tab-id=collection]").click();
        let article;
        while (!(article = document.querySelector(".articles button[data-open]"))) {
            await new Promise((later) => setTimeout(later));
        }
        article.click();
    }""")
    expect(page.locator("#collection-reader h2")).to_be_visible()


def test_the_picture_of_the_collection_narrows_it(opened: Open) -> None:
    page = opened()
    articles = listed(page)
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
    articles = listed(page)
    page.get_by_role("button", name="2025: 3 articles").click()
    expect(articles).to_have_count(3)
    page.locator(".legend").get_by_role("button", name="baotintuc.vn").click()
    expect(articles).to_have_count(2)
    page.evaluate("document.querySelectorAll('.chip[data-narrow]').forEach(chip => chip.click())")
    expect(page.locator(".chip[data-narrow]")).to_have_count(0)
    expect(articles).to_have_count(6)


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
