"""The collection view: its articles and their states, their picture, and what an update did."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from index.article import Article
from index.collection import Collection
from index.jobs import Step, Updates
from index.report import Report
from page.asked import ArticleFilter
from page.library import Library
from page.timeline import COLOURS, rank, timeline
from page.wording import ENGLISH, INDONESIAN, LANGUAGES, VIETNAMESE, Wording
from tests.fakes import FakeEncoder
from tests.index.test_jobs import steps_of

TEXT = "Menteri pertahanan kedua negara sepakat memperluas pelatihan perwira muda di {}. "
EVERYTHING = ArticleFilter()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for place in ("Tokyo", "Hanoi"):
        (folder / f"{place}.txt").write_text(TEXT.format(place) * 4)
    return folder


@pytest.fixture
def collection(folder: Path, tmp_path: Path) -> Collection:
    made = Collection(tmp_path / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture
def updates(collection: Collection) -> Updates:
    return Updates(collection)


@pytest.fixture
def library(collection: Collection, updates: Updates) -> Library:
    return Library(collection, updates)


def test_each_article_says_its_state(library: Library, folder: Path) -> None:
    html = library.articles(EVERYTHING, ENGLISH)
    assert html.count('class="state indexed"') == 2
    (folder / "Tokyo.txt").write_text(TEXT.format("Kyoto") * 4)
    (folder / "Hanoi.txt").unlink()
    (folder / "Osaka.txt").write_text(TEXT.format("Osaka") * 4)
    (folder / "empty.txt").write_text("")
    assert library.articles(EVERYTHING, ENGLISH).count('class="state indexed"') == 2
    library.check()
    html = library.articles(EVERYTHING, ENGLISH)
    for state in ("changed", "removed", "new", "failed"):
        assert html.count(f'class="state {state}"') == 1, state
    assert "not read</span> · <span>empty</span>" in html
    # A reason is English whatever the page speaks, and says so.
    assert '· <span lang="en">empty</span>' in library.articles(EVERYTHING, INDONESIAN)
    assert "3 files have changed since the last update" in library.panel(ENGLISH)
    assert "3 berkas berubah" in library.panel(INDONESIAN)


def test_the_list_says_in_which_language_a_title_is(library: Library, folder: Path) -> None:
    (folder / "Hanoi.txt").write_text("The ministers of both countries agreed on training. " * 9)
    library._collection.update(folder)
    assert '<bdi lang="en">The ministers' in library.articles(EVERYTHING, INDONESIAN)


def test_a_moved_file_is_told_as_moved(library: Library, updates: Updates, folder: Path) -> None:
    (folder / "Hanoi.txt").rename(folder / "Hue.txt")
    library.check()
    assert library.articles(EVERYTHING, ENGLISH).count('class="state moved"') == 1
    assert "1 file has changed since the last update" in library.panel(ENGLISH)
    *_, last = steps_of(updates)
    panel = library.panel(ENGLISH, last)
    assert "0 added, 0 changed, 1 moved, 0 removed, 1 unchanged" in panel
    assert "<bdi>Hanoi.txt</bdi> → <bdi>Hue.txt</bdi>" in panel


def test_an_update_settles_the_states_and_says_what_it_did(
    library: Library, updates: Updates, folder: Path
) -> None:
    (folder / "Osaka.txt").write_text(TEXT.format("Osaka") * 4)
    (folder / "empty.txt").write_text("")
    library.check()
    *_, last = steps_of(updates)
    panel = library.panel(ENGLISH, last)
    assert "1 added, 0 changed, 0 moved, 0 removed, 2 unchanged, 1 skipped" in panel
    assert "<bdi>Osaka.txt</bdi>" in panel
    assert "<bdi>empty.txt</bdi>: <span>empty</span>" in panel
    assert ENGLISH.count(1, ENGLISH.pending) not in panel
    html = library.articles(EVERYTHING, ENGLISH)
    assert html.count('class="state indexed"') == 3
    assert html.count('class="state failed"') == 1
    # Whoever opens the page later is told the same.
    assert "<bdi>Osaka.txt</bdi>" in library.panel(ENGLISH)


def test_passages_that_the_model_does_not_read_whole_are_told_in_the_report(
    library: Library,
) -> None:
    def panel(cut: int, w: Wording) -> str:
        return library.panel(w, Step(report=Report("", encoded=1234, cut=cut)))

    assert "1 passage is longer, with headline and lead, than the model reads" in panel(1, ENGLISH)
    assert "1,200 passages are longer" in panel(1200, ENGLISH)
    assert "1.200 bagian lebih panjang" in panel(1200, INDONESIAN)
    assert "1.200 đoạn dài hơn" in panel(1200, VIETNAMESE)
    for w in LANGUAGES.values():
        assert 'class="warning"' not in panel(0, w)


def test_whoever_opens_the_page_sees_the_update_that_runs(
    library: Library, updates: Updates, collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(collection, "update", lambda *_, **__: go.wait(10))
    updates.start()
    assert "data-cancel" in library.panel(ENGLISH)
    assert "data-update" not in library.panel(ENGLISH)
    assert 'role="progressbar"' in library.progress(ENGLISH)
    updates.cancel()
    assert ENGLISH.cancelling in library.progress(ENGLISH)
    assert "data-cancel disabled" in library.panel(ENGLISH)
    go.set()


def test_a_first_collection_can_be_made_on_the_page(folder: Path, tmp_path: Path) -> None:
    new = Collection(tmp_path / "new", encoder=FakeEncoder())
    updates = Updates(new, first=folder)
    library = Library(new, updates)
    panel = library.panel(ENGLISH)
    assert "alert" not in panel + library.articles(EVERYTHING, ENGLISH) + library.outlets(ENGLISH)
    assert str(folder) in panel
    assert "data-update>" in panel
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "writer.lock").touch()  # as while the first update runs
    assert "alert" not in library.panel(ENGLISH)
    *_, last = steps_of(updates)
    assert "2 added" in library.panel(ENGLISH, last)
    assert library.articles(EVERYTHING, ENGLISH).count('data-open="article"') == 2


def test_without_a_folder_there_is_nothing_to_update(tmp_path: Path) -> None:
    new = Collection(tmp_path / "nowhere", encoder=FakeEncoder())
    panel = Library(new, Updates(new)).panel(ENGLISH)
    assert "make one with: kutip index" in panel
    assert "data-update disabled" in panel


def test_a_missing_folder_is_said_and_cannot_be_updated(
    library: Library, updates: Updates, tmp_path: Path
) -> None:
    (tmp_path / "articles").rename(tmp_path / "moved")
    library.check()
    html = library.panel(ENGLISH)
    assert "is missing; put it back" in html
    assert "data-update disabled" in html
    *_, last = steps_of(updates)
    assert "no such folder" in str(last.error)
    assert "no such folder" in library.panel(ENGLISH, last)


def test_a_damaged_collection_is_said(collection: Collection, library: Library) -> None:
    (collection.directory / "collection.sqlite").write_bytes(b"x" * 5000)
    assert "kutip index --rebuild" in library.panel(ENGLISH)
    assert library.articles(EVERYTHING, ENGLISH).startswith("<!--")


def test_the_list_is_narrowed_by_title_outlet_name_and_time(library: Library) -> None:
    def count(narrowed: ArticleFilter) -> int:
        return library.articles(narrowed, ENGLISH).count('data-open="article"')

    assert count(EVERYTHING) == 2
    assert count(ArticleFilter(" TOKYO ")) == 1
    assert count(ArticleFilter(after="2025-01-01")) == 0
    assert ENGLISH.no_title in library.articles(ArticleFilter("nothing like it"), ENGLISH)
    assert "is not a date" not in library.articles(ArticleFilter(after="lusa"), ENGLISH)
    assert count(ArticleFilter(outlet="Tempo")) == 0


def test_a_list_says_for_which_request_it_is(library: Library) -> None:
    assert 'data-ticket="7"' in library.articles(ArticleFilter("x", ticket=7), ENGLISH)
    assert 'data-ticket="0"' in library.articles(EVERYTHING, ENGLISH)


def test_a_long_list_of_what_an_update_did_says_where_the_rest_is(library: Library) -> None:
    names = [f"n{n:04}.txt" for n in range(1234)]
    pairs = [(name, f"why {name}") for name in names]
    for lists in (
        Report("", added=names), Report("", changed=names), Report("", removed=names),
        Report("", moved=pairs), Report("", skipped=pairs), Report("", warnings=pairs),
    ):  # fmt: skip
        html = library.panel(ENGLISH, Step(report=lists))
        assert "n0199.txt" in html
        assert "n0200.txt" not in html
        assert 'and 1,034 more: <a class="quiet" href="/v1/index"' in html
    short = library.panel(ENGLISH, Step(report=Report("", added=names[:200])))
    assert "more:" not in short
    assert "dan 1 lagi:" in library.panel(INDONESIAN, Step(report=Report("", added=names[:201])))


def test_a_list_that_is_cut_or_narrowed_says_so_of_new_files_too(
    library: Library, folder: Path
) -> None:
    for n in range(203):
        (folder / f"n{n:04}.txt").write_text("")
    library.check()
    assert "202 of 205 shown" in library.articles(EVERYTHING, ENGLISH)
    assert "10 of 205 shown" in library.articles(ArticleFilter("n001"), ENGLISH)
    assert "shown" not in Library(library._collection, library._updates).articles(
        EVERYTHING, ENGLISH
    )


def article(day: str | None, outlet: str | None) -> Article:
    published = date.fromisoformat(day) if day else None
    return Article(f"{day}{outlet}", "T", True, outlet, published, None, "x", (), (), "0")


@pytest.mark.parametrize(
    ("days", "bars", "ticks"),
    [
        (["2025-10-26", "2025-10-29"], 4, ["26", "27", "28", "29"]),
        (["2024-11-30", "2025-02-01"], 4, ["Nov 2024", "Dec", "Jan 2025", "Feb"]),
        (["2018-09-07", "2025-10-26", "2025-10-27"], 8, ["2018", "2019", "2020", "2021"]),
        (["2025-10-26"], 1, ["26"]),
        ([None], 0, []),
        ([], 0, []),
        (["9999-12-31"], 1, ["31"]),
    ],
)
def test_the_bars_cover_the_time_without_gaps(
    days: list[str | None], bars: int, ticks: list[str]
) -> None:
    made = timeline([article(day, "A") for day in days], ["A"], ENGLISH)
    assert len(made.bars) == bars
    assert [bar.tick for bar in made.bars][:4] == ticks
    assert sum(bar.count for bar in made.bars) + made.undated == len(days)
    for left, right in zip(made.bars, made.bars[1:], strict=False):
        assert (right.first - left.last).days == 1


def test_heights_are_shares_of_the_highest_bar_and_colours_stay() -> None:
    many = [article(f"2025-01-0{n}", f"Outlet {n}") for n in range(1, 10)] * 2
    many += [article("2025-01-01", "Outlet 2"), article("2025-01-01", None)]
    ranked = rank(many)
    assert ranked[0] == "Outlet 2"
    made = timeline(many, ranked, ENGLISH)
    assert sum(part.height for part in made.bars[0].parts) == pytest.approx(100, abs=0.1)
    assert sum(part.height for part in made.bars[1].parts) == pytest.approx(50, abs=0.1)
    assert len(made.outlets) == COLOURS
    assert made.outlets[-1].name is None
    assert sum(outlet.count for outlet in made.outlets) == len(many)
    one = timeline([found for found in many if found.outlet == "Outlet 5"], ranked, ENGLISH)
    (alone,) = one.outlets
    assert alone == next(o for o in made.outlets if o.name == "Outlet 5")


def test_a_step_that_failed_without_words_is_an_alarm(library: Library) -> None:
    assert ENGLISH.unexpected in library.panel(ENGLISH, Step())
