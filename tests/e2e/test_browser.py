"""The page in a real browser, over the seeds and one hostile article, with the real model."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.model]

ROOT = Path(__file__).parent.parent.parent
QUESTION = "What did Vietnam agree with Japan on training?"
# What the page does with an answer is tried on a question in the articles' own language.
PLAIN_QUESTION = "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"
PHONE = {"width": 390, "height": 844}
# A busy machine is not a failure.
PATIENCE_MS = 30_000
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOSTILE_NAME = "<img src=x onerror=window.__pwn=1>.txt"
HOSTILE = (
    "Judul <script>window.__pwn=1</script> ${window.__pwn=1}\n\n"
    "Jakarta, <b>Buruk</b> - Pemilik kebun binatang menyerahkan jerapah kepada wali kota. "
    "<img src=x onerror=window.__pwn=1> <svg onload=window.__pwn=1> "
    "<details open ontoggle=window.__pwn=1> ${window.__pwn=1} @children "
    "{{constructor.constructor('window.__pwn=1')()}} ![](http://canary.invalid/?q=1) "
    '<iframe srcdoc="<script>parent.__pwn=1</script>"> </textarea><script>window.__pwn=1</script> '
    '<mark id="citation-1">palsu</mark> Jerapah itu sehat dan sudah diperiksa dokter hewan.\n\n'
    "Sumber: javascript:window.__pwn=1\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.fail("no Chromium here; install chromium (Debian: apt install chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The seeds and a hostile article, indexed and served by the command line."""
    directory = tmp_path_factory.mktemp("browser")
    folder, collection = directory / "articles", directory / ".kutip"
    shutil.copytree(ROOT / "seeds", folder)
    (folder / HOSTILE_NAME).write_text(HOSTILE)
    kutip = [sys.executable, str(ROOT / "kutip.py")]
    subprocess.run([*kutip, "index", str(folder), "--collection", str(collection)],
                   check=True, capture_output=True)  # fmt: skip
    server = subprocess.Popen(
        [*kutip, "serve", "--port", "0", "--collection", str(collection)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    try:
        said = server.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        yield found[0]
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=15)
    assert "Traceback" not in errors


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Open the page; at the end, nothing was loaded from elsewhere and nothing went wrong."""
    pages: list[Page] = []
    wrong: list[str] = []

    def note(message: str) -> None:
        wrong.append(message)

    def start(path: str = "", **options: object) -> Page:
        wanted = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options
        page = browser.new_context(**wanted).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else note(r.url))
        page.on("pageerror", lambda error: note(str(error)))
        page.on("dialog", lambda dialog: note(dialog.message))
        page.on("console", lambda m: note(m.text) if m.type == "error" else None)
        page.goto(address + path)
        expect(page.locator(".masthead")).to_be_visible()
        pages.append(page)
        return page

    yield start
    for page in pages:
        assert page.evaluate("typeof window.__pwn") == "undefined"
        page.context.close()
    assert wrong == []


def ask(page: Page, question: str, *, answered: bool | None = True) -> None:
    """Ask and wait; `answered` is what must come of it, None when either will do."""
    page.get_by_role("textbox", name=re.compile("Ask something")).fill(question)
    page.keyboard.press("Enter")
    result = page.locator("[data-answered]")
    expect(result).to_be_visible()
    if answered is not None:
        assert result.get_attribute("data-answered") == str(answered).lower(), question


def last(page: Page) -> int:
    """The number of the answer's last citation."""
    return page.locator(".cite").count()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def expect_marked(page: Page, n: int) -> None:
    """Citation `n` is open: its mark is on screen and says what the quote says."""
    mark = page.locator("mark.current")
    expect(mark).to_have_id(f"citation-{n}")
    expect(mark).to_be_in_viewport()
    quote = page.locator(".quotes > li").nth(n - 1).locator(".quote")
    said = quote.text_content() or ""
    expect(mark).to_have_text(said)
    assert mark.text_content() == said != ""


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
    link = page.locator(".reader a")
    assert (link.get_attribute("href") or "").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator(".reader .text p").first.get_attribute("lang") == "id"


def test_a_link_reopens_the_same_citation(opened: Open) -> None:
    page = opened()
    ask(page, PLAIN_QUESTION)
    n = last(page)
    page.locator(".cite").nth(n - 1).click()
    expect_marked(page, n)
    link = page.url.removeprefix(page.url.split("?")[0])
    assert link.endswith(f"&c={n}")
    expect_marked(opened(link), n)


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


def test_a_quote_is_copied_with_its_source(opened: Open) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    ask(page, PLAIN_QUESTION)
    page.locator(".quotes [data-copy]").first.click()
    expect(page.locator(".copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    quote = page.locator(".quote").first.text_content()
    assert copied.startswith(f"“{quote}”\n— ")
    assert "http" in copied


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
    page.get_by_label("Outlet").fill("tempo")
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


def test_a_hostile_article_is_shown_literally(opened: Open) -> None:
    page = opened("?find=%22jerapah%22")
    page.locator(".hit button").first.click()
    text = page.locator("#find-reader .text")
    for line in HOSTILE.split("\n")[2:3]:
        expect(text).to_contain_text(line.split(" - ")[1])
    expect(page.locator("#find-reader h2")).to_have_text(HOSTILE.split("\n")[0])
    assert page.locator("#find-reader").locator("img, svg, script, iframe, a").count() == 0
    assert set(page.locator("#find-reader mark").all_text_contents()) == {"jerapah", "Jerapah"}
    page.get_by_role("tab", name="Collection").click()
    expect(page.locator(".articles")).to_contain_text("Judul <script>")
    page.get_by_role("tab", name="Ask").click()
    question = "<img src=x onerror=window.__pwn=1> ${window.__pwn=1} siapa menyerahkan jerapah?"
    ask(page, question, answered=None)
    page.wait_for_timeout(300)


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
    page.get_by_role("button", name="Update index").click()
    expect(page.get_by_role("status").filter(has_text="6 unchanged")).to_be_visible()


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
