"""What the page looks like with odd articles, on odd screens and in odd settings, and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.reader import STARTS_IN_SIGHT, serving_new

pytestmark = [pytest.mark.browser, pytest.mark.model]

# One long word, as names of files are.
LONG_NAME = "arsip_" + "halaman_" * 25 + ".md"
ODD = {
    LONG_NAME: f"---\ntitle: {'T' * 300}\n---\nThe museum of lighthouses stands in Breda.\n",
    "ferry.md": f"---\ntitle: Ferries\nsource: {'O' * 200}\ndate: 2025-01-01\n---\n"
    "The ferry to Texel carries three hundred cars.\n",
    "canal.md": "---\ntitle: The long history of the canal and of its guild, told by wardens\n"
    "url: https://example.org/\n---\n"
    + "\n\n".join(f"In year {n} the guild of the canal counted {9 * n} barges." for n in range(90)),
    "mirror.md": "---\ntitle: Mirrors\n---\n"
    "The mirror museum in Delft shows \u202ereversed words.\n",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Odd articles, served; `opened` opens their page."""
    directory = tmp_path_factory.mktemp("odd")
    (directory / "articles").mkdir()
    for name, text in ODD.items():
        (directory / "articles" / name).write_text(text)
    with serving_new(directory / "articles", directory / ".kutip") as served:
        yield served


# What stands to the right of the window: the page clips it, so nobody can scroll there.
OUTSIDE = """() => [...document.querySelectorAll(".main *")]
  .filter((one) => one.offsetParent && !one.closest(".unseen"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.className || one.tagName)"""


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ["?q=Where is the museum of lighthouses?&c=1", "?find=the", "?a="])
def test_a_name_of_one_long_word_stays_on_the_page(opened: Open, path: str, width: int) -> None:
    page = opened(path, viewport={"width": width, "height": 900})
    expect(page.locator(".outlet:visible, bdi:visible").first).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate(OUTSIDE) == []


def test_a_quote_that_turns_the_direction_turns_nothing_beside_it(opened: Open) -> None:
    page = opened("?q=What does the mirror museum in Delft show?")
    expect(page.locator(".quote").first).to_contain_text("\u202ereversed words.")
    said, number = page.locator(".quote").first.bounding_box(), page.locator(".cite").bounding_box()
    assert said
    assert number
    assert number["x"] >= said["x"] + said["width"]


def test_forced_colours_still_tell_what_is_chosen(opened: Open) -> None:
    page = opened("?q=What does the mirror museum in Delft show?", forced_colors="active")
    expect(page.locator("mark.current")).to_be_visible()

    def colours(selector: str, what: str) -> set[str]:
        shown = "(all, what) => all.map((one) => getComputedStyle(one)[what])"
        return set(page.locator(selector).evaluate_all(shown, what))

    chosen = colours("[role=tab][aria-selected=true]", "borderBottomColor")
    others = colours("[role=tab][aria-selected=false]", "borderBottomColor")
    assert len(chosen) == len(others) == 1
    assert chosen != others
    number = page.locator(".cite")
    assert number.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    open_ = colours(".cite", "backgroundColor")
    page.keyboard.press("Escape")
    assert colours(".cite", "backgroundColor") != open_
    page.locator("#ask-form textarea").focus()
    assert colours("#ask-form .box", "outlineStyle") == {"solid"}
    page.get_by_role("tab", name="Collection").click()
    bars = page.locator(".stack i")
    expect(bars.first).to_be_visible()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground not in colours(".stack i, .legend i", "backgroundColor")


# The lowest contrast of each field's edge to its inside and to its outside (WCAG 2.2).
EDGES = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    const { backgroundColor } = getComputedStyle(one);
    return backgroundColor === "rgba(0, 0, 0, 0)" ? ground(one.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll(".box, .fields input, .narrow input, select")]
    .filter((one) => one.offsetParent)
    .map((one) => {
      const edge = light(getComputedStyle(one).borderTopColor) + 0.05;
      const sides = [one, one.parentElement].map((side) => light(ground(side)) + 0.05);
      return Math.min(...sides.map((side) => Math.max(edge / side, side / edge)));
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_fields_can_be_seen(opened: Open, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    page.locator("#ask-form summary").click()
    page.locator("h1").click()  # what has the cursor has another edge
    page.wait_for_timeout(300)
    asked = page.evaluate(EDGES)
    page.get_by_role("tab", name="Collection").click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    edges = [*asked, *page.evaluate(EDGES)]
    assert len(edges) == 7
    assert min(edges) >= 3


def test_what_is_said_of_the_filters_stands_apart_from_what_was_found(opened: Open) -> None:
    page = opened("?q=Where is the museum of lighthouses?&after=2020-01-01")
    said, found = page.locator(".left-out"), page.locator("#ask-results .card").first
    expect(said).to_be_visible()
    above, below = said.bounding_box(), found.bounding_box()
    assert above
    assert below
    assert below["y"] - (above["y"] + above["height"]) >= 8


def test_an_article_can_be_read_at_a_zoom_of_400_per_cent(opened: Open) -> None:
    page = opened(
        "?q=How many barges did the guild of the canal count in year 50?&c=1",
        viewport={"width": 320, "height": 225},
    )
    expect(page.locator("mark.current")).to_be_visible()
    page.wait_for_function(STARTS_IN_SIGHT)
    shut = page.get_by_role("button", name="Close the article")
    expect(shut).to_be_in_viewport(ratio=1)
    text = page.locator(".text p")
    text.last.scroll_into_view_if_needed()
    expect(text.last).to_be_in_viewport(ratio=1)
    expect(shut).to_be_in_viewport(ratio=1)
    shut.click()
    expect(page.locator(".reader")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_letters_are_as_large_as_the_reader_s_browser_is_set_to(opened: Open, width: int) -> None:
    page = opened(
        "?q=How many barges did the guild of the canal count in year 50?",
        viewport={"width": width, "height": 900},
    )
    expect(page.locator(".quote")).to_be_visible()
    sizes = """() => [...document.querySelectorAll(".main :not([tabindex='-1'])")]
      .filter((one) => one.offsetParent && [...one.childNodes].some(
        (text) => text.nodeType === Node.TEXT_NODE && text.data.trim()))
      .map((one) => parseFloat(getComputedStyle(one).fontSize))"""
    before = page.evaluate(sizes)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 24}})
    page.wait_for_timeout(300)
    assert page.evaluate(sizes) == pytest.approx([1.5 * size for size in before], rel=0.01)
    assert page.evaluate(OUTSIDE) == []


def test_paper_is_light_and_names_the_article_s_address(opened: Open) -> None:
    page = opened(
        "?q=How many barges did the guild of the canal count in year 50?&c=1", color_scheme="dark"
    )
    expect(page.locator("body.dark mark.current")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    told = """(selector) => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector(selector));
      return [color, backgroundColor].map((one) => one.match(/[\\d.]+/g).map(Number));
    }"""
    for selector in (".quote", ".source", ".cite", ".reader h2", "mark.current"):
        (red, *_), ground = page.evaluate(told, selector)
        assert red < 128, selector
        assert ground == [0, 0, 0, 0], selector
    assert min(page.evaluate(told, "body")[1][:3]) > 200
    address = page.locator(".reader .tools a:visible")
    expect(address).to_have_count(1)
    shown = address.evaluate("one => getComputedStyle(one, '::after').content")
    assert shown == '"https://example.org/"'
