"""What a page that is open hears of a collection that changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.collection import Collection
from index.contents import Articles
from page.asked import Asked
from page.news import KEPT
from page.views import Views
from page.wording import ENGLISH, LANGUAGES, Wording
from tests.fakes import FakeEncoder

TEXT = "Menteri pertahanan kedua negara sepakat memperluas pelatihan perwira muda di {}. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for place in ("Tokyo", "Hanoi", "Kyiv"):
        (folder / f"{place}.txt").write_text(TEXT.format(place) * 4)
    return folder


@pytest.fixture
def collection(folder: Path) -> Collection:
    made = Collection(folder.parent / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


def generation_shown(views: Views) -> int:
    html, found = views.find(Asked("pelatihan"), ENGLISH)
    assert found is not None
    assert f'data-generation="{found.generation}"' in html
    return found.generation


@pytest.mark.parametrize("w", LANGUAGES.values(), ids=lambda w: w.code)
def test_what_another_process_changed_is_told(
    collection: Collection, folder: Path, w: Wording
) -> None:
    views = Views(collection)
    shown = generation_shown(views)
    assert views.news.since(shown, w).startswith("<!--")
    (folder / "Osaka.txt").write_text(TEXT.format("Osaka") * 4)
    (folder / "Tokyo.txt").write_text(TEXT.format("Kyoto") * 4)
    (folder / "Kyiv.txt").unlink()
    Collection(collection.directory, encoder=FakeEncoder()).update(folder)
    said = views.news.since(shown, w)
    assert ", ".join(w.count(1, form) for form in w.lists) in said
    assert w.again in said
    # Asked again, it is the newest.
    assert views.news.since(generation_shown(views), w).startswith("<!--")


def test_only_what_was_written_since_is_decoded(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = Views(collection)
    shown = generation_shown(views)
    (folder / "Tokyo.txt").write_text(TEXT.format("Kyoto") * 4)
    collection.update(folder)
    collection.snapshot()
    decoded: list[str] = []
    found = Articles.__getitem__
    monkeypatch.setattr(Articles, "__getitem__", lambda *a: decoded.append(a[1]) or found(*a))
    assert ENGLISH.count(1, ENGLISH.lists[1]) in views.news.since(shown, ENGLISH)
    assert set(decoded) == {"Tokyo.txt"}


def test_an_update_that_changed_no_article_is_no_news(collection: Collection, folder: Path) -> None:
    views = Views(collection)
    shown = generation_shown(views)
    collection.update(folder, rebuild=True)
    assert collection.generation() != shown
    assert views.news.since(shown, ENGLISH).startswith("<!--")


def test_only_some_generations_are_kept(collection: Collection, folder: Path) -> None:
    views = Views(collection)
    first = generation_shown(views)
    for n in range(KEPT + 1):
        (folder / "Tokyo.txt").write_text(TEXT.format(f"Kyoto {n}") * 4)
        collection.update(folder)
        generation_shown(views)
    assert len(views.news._kept) == KEPT
    assert ENGLISH.changed_since in views.news.since(first, ENGLISH)


def test_news_of_a_collection_that_is_gone_is_none(collection: Collection) -> None:
    views = Views(collection)
    shown = generation_shown(views)
    (collection.directory / "collection.sqlite").unlink()
    assert views.news.since(shown, ENGLISH).startswith("<!--")
