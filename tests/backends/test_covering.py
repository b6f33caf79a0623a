"""A cover holds every row it was made of, and of a filter's rows no other."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import cache_file
from index.backends import searching
from index.backends.backend import Address, Among, Cover, Place
from index.backends.covering import Coverer, day_of, site_number
from index.backends.milvus import Milvus
from index.collection import Collection
from index.filters import Filter
from index.part import Facts
from index.snapshot import Snapshot
from index.store import Store
from qa.answering import ask
from tests.faults.world import QuickEncoder

OUTLETS = ("Tempo", "KOMPAS.com", 'a" or id != "', "100%_", "Báo Mới", "")
HOSTS = ("www.tempo.co", "kompas.com", "")
START = date(2024, 12, 25)


def snapshot_of(facts: list[tuple[str, str, int | None]]) -> Snapshot:
    """A snapshot of articles with these outlets, hosts and days."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        folder.mkdir()
        for number, (outlet, host, day) in enumerate(facts):
            write(folder, number, outlet, host, day)
        made = Collection(Path(scratch) / "kutip", encoder=QuickEncoder())
        made.update(folder)
        return made.snapshot()


def write(folder: Path, number: int, outlet: str, host: str, day: int | None) -> None:
    record = {
        "title": f"Kerja sama topik {number} diperluas",
        "text": f"Menteri mengatakan kerja sama topik {number} diperluas tahun ini.\n\n"
                f"Naskah bernomor {number} berisi keterangan menteri tentang ekspor kopi.",
        "source": outlet,
        "url": f"https://{host}/{number}" if host else "",
        "date": "" if day is None else (START + timedelta(day)).isoformat(),
    }  # fmt: skip
    (folder / f"{number:03}.json").write_text(json.dumps(record))


def under(cover: Cover | None, facts: Facts) -> bool:
    """What an engine makes of a cover."""
    return cover is None or (
        cover.first <= day_of(facts.published) <= cover.last
        and (cover.sites is None or site_number(facts) in cover.sites)
    )


FACTS = st.tuples(st.sampled_from(OUTLETS), st.sampled_from(HOSTS), st.none() | st.integers(0, 12))
DATES = st.none() | st.integers(-2, 14).map(lambda day: START + timedelta(day))
SOURCES = st.none() | st.sampled_from(["tempo", "KOMPAS", "%", "_", '"', "á", "o", "nobody"])


@settings(max_examples=25, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=12), st.data())
def test_a_cover_of_a_filters_rows_is_the_filter(
    facts: list[tuple[str, str, int | None]], data: st.DataObject
) -> None:
    snapshot = snapshot_of(facts)
    coverer = Coverer(snapshot)
    facts_of = [Facts.of(article) for article in snapshot.articles.values()]
    sizes = np.diff(snapshot.passages.starts)
    for _ in range(8):
        where = Filter(data.draw(SOURCES), data.draw(DATES), data.draw(DATES))
        rows = snapshot.rows(where)
        if not len(rows):
            continue
        cover, through = coverer.cover(rows)
        told = np.array([under(cover, one) for one in facts_of])
        assert through == sizes[told].sum()
        admitted = np.array([where.admits(one) for one in facts_of])
        assert not (admitted & ~told).any()
        # By outlet alone or by date alone it is exact.
        if bool(where.source) != bool(where.after or where.before):
            assert (admitted == told).all()
    some = np.array(sorted(data.draw(st.sets(st.integers(0, int(sizes.sum()) - 1), min_size=1))))
    cover, _ = coverer.cover(some)
    nths = np.searchsorted(snapshot.passages.starts, some, side="right") - 1
    assert all(under(cover, facts_of[nth]) for nth in nths)


def test_a_filter_costs_an_engine_one_search(
    engine: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what was asked for is best told by articles that the filter leaves out."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(60):
        write(folder, number, OUTLETS[number % 5], HOSTS[number % 2], number % 13)
    plain = Collection(tmp_path / "plain", encoder=QuickEncoder())
    plain.update(folder)
    remote = Collection(tmp_path / "remote", encoder=QuickEncoder())
    remote.update(folder, backend=engine)
    asked: list[tuple[int, Among]] = []
    real = Milvus._search

    def search(*arguments: object) -> object:
        asked.append((arguments[4], arguments[5]))  # type: ignore[arg-type]
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Milvus, "_search", search)
    monkeypatch.setattr(searching, "NAMED", 3)
    for words in ("after:2024-12-30", "source:tempo", 'before:2024-12-28 source:a"', "source:%"):
        question = f"kerja sama topik 3 {words}"
        one, other = (ask(side, question, k=3).to_dict() for side in (plain, remote))
        assert one["hits"] == other["hits"]
        assert one["hits"]
        assert len(asked) == 2
        assert all(isinstance(among, Cover) for _, among in asked)
        asked.clear()


def test_what_was_uploaded_without_outlets_and_days_is_searched_and_then_uploaded_anew(
    engine: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(20):
        write(folder, number, OUTLETS[number % 5], HOSTS[number % 2], number)
    opened = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    opened.update(folder, backend=engine)
    with Store.open(opened.directory) as store:
        before = Place.of(store.meta()["backend"])
        assert before is not None
        with store.writing():
            store.set_meta({"backend": replace(before, layout=1).recorded()})
    (opened.directory / cache_file.FILE).unlink()
    monkeypatch.setattr(searching, "NAMED", 3)
    old = Collection(opened.directory, encoder=QuickEncoder())
    asked: list[Among] = []
    real = Milvus._search

    def search(*arguments: object) -> object:
        asked.append(arguments[5])  # type: ignore[arg-type]
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Milvus, "_search", search)
    assert ask(old, "kerja sama topik 3 after:2024-12-30").hits
    assert asked
    assert not any(isinstance(among, Cover) for among in asked)
    write(folder, 30, "Tempo", "tempo.co", 3)
    old.update(folder)
    with Store.open(opened.directory) as store:
        after = Place.of(store.meta()["backend"])
    assert after is not None
    assert after.layout > 1
    assert after.name != before.name
    asked.clear()
    assert ask(old, "kerja sama topik 3 after:2024-12-30").hits
    assert any(isinstance(among, Cover) for among in asked)
