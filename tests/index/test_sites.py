from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Metadata, Page, Role
from index.cleaning import clean
from index.lines import is_prose
from index.outlines import Outline, learn, name_of, normal, outline_of
from index.sites import restore, settle, settle_all
from index.store import Store
from index.updating import update_folder
from tests.fakes import FakeEncoder

PROMISE = "Kabar Uji adalah portal berita yang dapat dipercaya oleh semua pembaca."


def own(n: int, part: str = "a") -> str:
    return f"Kalimat {part} nomor {n} tentang kejadian ke-{n} di kota {n} pada hari {n}."


def article(n: int, *more: str, title: str | None = None) -> Article:
    facts = Metadata(title=title or f"Judul artikel yang ke {n}", outlet="Kabar Uji")
    lines = [own(n), own(n, "b"), own(n, "c"), *more]
    return clean(Page(f"{n}.txt", "\n".join(lines), str(n), metadata=facts, bare=True))


class Shelf(dict[str, Article]):
    """Articles as a collection has them; counts those that were asked for."""

    loaded = 0

    def sites(self, identities: Collection[str] | None = None) -> set[str]:
        wanted = self if identities is None else self.keys() & identities
        return {outline_of(self[i]).site for i in wanted}

    def outlines(self, site: str) -> dict[str, Outline]:
        all_of_them = {i: outline_of(restore(article)) for i, article in self.items()}
        return {i: outline for i, outline in all_of_them.items() if outline.site == site}

    def articles_of(self, identities: Collection[str]) -> list[Article]:
        self.loaded += len(identities)
        return [self[identity] for identity in identities]


def settled(*articles: Article) -> list[Article]:
    found, _ = settle_all({a.id: a for a in articles})
    return [found[a.id] for a in articles]


def test_what_speaks_for_the_outlet_goes_from_three_articles_on() -> None:
    two = settled(*(article(n, PROMISE) for n in range(2)))
    assert all(PROMISE in a.text for a in two)
    three = settled(*(article(n, PROMISE) for n in range(3)))
    assert all(PROMISE not in a.text for a in three)
    assert all([d.text for d in a.dropped] == [PROMISE] and a.dropped[0].reason for a in three)
    assert all(a.text[b.start : b.end] for a in three for b in a.blocks)


def test_a_refrain_and_the_background_of_an_affair_stay() -> None:
    refrain = "Gempa itu tidak berpotensi menimbulkan tsunami di pantai mana pun."
    pages = [article(n, refrain, own(n, "d")) for n in range(8)]
    assert all(refrain in a.text for a in settled(*pages))
    background = "Peristiwa itu bermula ketika jembatan lama ditutup pada bulan April."
    pages = [article(n, *([background] if n < 5 else [])) for n in range(10)]
    assert sum(background in a.text for a in settled(*pages)) == 5


def test_a_paragraph_at_the_end_of_nearly_every_page_goes() -> None:
    slogan = "Cuaca pelabuhan, jadwal kapal, dan harga ikan tersedia setiap pagi di sini."
    assert all(slogan not in a.text for a in settled(*(article(n, slogan) for n in range(6))))


def test_reprints_of_one_story_count_once() -> None:
    copies = [
        clean(Page(f"{n}.txt", f"{own(1)}\n{own(1, 'b')}\n{own(1, 'c')}\nCatatan pendek\n{PROMISE}",
                   str(n), metadata=Metadata(outlet="Kabar Uji"), bare=True))
        for n in range(5)
    ]  # fmt: skip
    others = [article(n) for n in range(10, 12)]
    assert all(a == b for a, b in zip([*copies, *others], settled(*copies, *others), strict=True))


def test_an_article_is_never_emptied_by_its_siblings() -> None:
    texts = [own(n, "z") + " Ikuti kami." for n in range(3)]
    pages = [article(n, *texts) for n in range(4)]
    assert all(a.text.count("\n\n") >= 3 for a in settled(*pages))
    same = [clean(Page(f"{n}.txt", own(1), str(n), bare=True)) for n in range(6)]
    assert all(a.text for a in settled(*same))


def test_headlines_of_other_articles_are_teasers() -> None:
    pages = [article(0, "Judul artikel yang ke 1", own(0, "d")), article(1)]
    first, _ = settled(*pages)
    assert "yang ke 1" not in first.text
    assert [d.reason for d in first.dropped] == ["headline of another article"]


def test_outlets_are_counted_apart_and_captions_stay() -> None:
    caption = "Suasana pelabuhan. Foto: Kabar Uji"
    pages = [article(n, caption) for n in range(6)]
    assert all(a.blocks[-1].role is Role.CAPTION for a in settled(*pages))
    elsewhere = clean(Page("x/9.txt", f"{own(9)}\n{own(8)}\n{PROMISE}", "9", bare=True))
    *_, last = settled(*(article(n, PROMISE) for n in range(3)), elsewhere)
    assert PROMISE in last.text


EXTRA = st.lists(
    st.sampled_from([PROMISE, "Bagian pertama", "Judul artikel yang ke 2", own(99), "Ikuti kami."]),
    max_size=4,
)


@given(st.lists(EXTRA, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_settling_can_be_undone_and_repeats_itself(extras: list[list[str]]) -> None:
    pages = [article(n, *more) for n, more in enumerate(extras)]
    model = learn([outline_of(page) for page in pages])
    for page in pages:
        once = settle(page, model)
        assert restore(once) == page
        assert settle(restore(once), model) == once
        lines = [page.text[b.start : b.end] for b in page.blocks]
        assert all(once.text[b.start : b.end] in lines for b in once.blocks)
        assert len(once.blocks) + len(once.dropped) == len(page.blocks) + len(page.dropped)


@given(st.lists(st.tuples(st.integers(0, 6), EXTRA, st.booleans()), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_step_by_step_equals_all_at_once(steps: list[tuple[int, list[str], bool]]) -> None:
    folder: dict[str, Article] = {}
    stored = Shelf()
    for n, more, removed in steps:
        page = article(n, *more)
        gone = {page.id} & stored.keys() if removed else set()
        if removed:
            folder.pop(page.id, None)
            update, stood = settle_all({}, gone, stored)
        else:
            folder[page.id] = page
            update, stood = settle_all({page.id: page}, gone, stored)
        assert all(stored[i] == one for i, one in stood.items())
        stored = Shelf({i: a for i, a in (stored | update).items() if i not in gone})
    afresh, _ = settle_all(folder)
    assert stored == afresh


def test_siblings_are_loaded_only_where_their_lines_are_told_otherwise() -> None:
    stored = Shelf({a.id: a for a in settled(*(article(n, PROMISE) for n in range(20)))})
    new = article(50, "Kalimat ini berdiri sendiri di akhir artikel yang baru.")
    update, _ = settle_all({new.id: new}, (), stored)
    assert (set(update), stored.loaded) == ({"50.txt"}, 0)
    headline = article(51, title="Bagian pertama dari tiga bagian")
    stored["7.txt"] = article(7, PROMISE, "Bagian pertama dari tiga bagian")
    update, _ = settle_all({headline.id: headline}, (), stored)
    assert (set(update), stored.loaded) == ({"51.txt", "7.txt"}, 1)


PARTS = st.lists(
    st.sampled_from(
        [PROMISE, "Bagian pertama", "Ikuti kami.", "Kabar Uji", own(98), own(99)]
        + [f"Cuaca pelabuhan dan jadwal kapal nomor {n} tersedia setiap pagi." for n in range(3)]
    ),
    max_size=6,
)


@given(st.lists(st.tuples(st.integers(0, 9), PARTS, PARTS), max_size=12))
@settings(max_examples=200, deadline=None)
def test_counting_at_once_is_counting_line_by_line(
    pages: list[tuple[int, list[str], list[str]]],
) -> None:
    """`learn` as its rule reads, one article after another."""
    site = "kabar uji"
    articles = [
        clean(Page(f"{i}.txt", "\n".join([*above, own(n), own(n, "b"), *below]), str(i),
                   metadata=Metadata(outlet=site), bare=True))
        for i, (n, above, below) in enumerate(pages)
    ]  # fmt: skip
    lines = [
        [normal(a.text[b.start : b.end]) for b in a.blocks if b.role is not Role.CAPTION]
        for a in articles
    ]
    on = Counter(line for page in lines for line in set(page))
    story, edges = [], Counter[str]()
    for article_, page in zip(articles, lines, strict=True):
        own_lines = [x for x in page if on[x] < 0.8 * len(lines) and is_prose(x)]
        story.append(max(own_lines, key=len, default=article_.id))
        particular = [i for i, x in enumerate(page) if on[x] == 1 and is_prose(x)]
        first, last = (particular[0], particular[-1]) if particular else (len(page), -1)
        edges.update({x for i, x in enumerate(page) if i < first or i > last})
    expected = set()
    for line, pages_with in on.items():
        stories = {s for s, page in zip(story, lines, strict=True) if line in page}
        share = len(stories) / len(set(story))
        if pages_with < max(3, 0.1 * len(lines)) or len(stories) < 3:
            continue
        speaks = re.search(r"\b(kami|ikuti|portal berita)\b", line) or "kabar uji" in line
        if not is_prose(line) or speaks:
            furniture = share >= 0.5
        else:
            edge = edges[line] / pages_with >= 0.9
            furniture = len(stories) >= 5 and share >= 0.8 and edge
        if furniture:
            expected.add(name_of(line))
    assert learn([outline_of(article_) for article_ in articles]).furniture == expected


def text_of(n: int, *, promise: bool = True) -> str:
    body = [f"Judul artikel ke {n} dari kota itu", own(n), own(n, "b"), own(n, "c")]
    return "\n\n".join([*body, *([PROMISE] if promise else []), "Sumber: https://uji.example/a"])


def test_an_update_settles_what_new_pages_tell_of_old_ones(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    encoder = FakeEncoder()

    def write(n: int) -> None:
        page = text_of(n).replace(PROMISE, "Kabar setiap hari, dari redaksi kami untuk Anda semua.")
        (folder / f"{n}.txt").write_text(page, "utf-8")

    def articles(place: str) -> list[Article]:
        with Store.open(tmp_path / place) as store, store.reading():
            return store.articles()

    for n in (1, 2):
        write(n)
    update_folder(tmp_path / "c", folder, encoder=encoder, late=None)
    assert all("redaksi kami" in a.text for a in articles("c"))
    write(3)
    update = update_folder(tmp_path / "c", folder, encoder=encoder, late=None)
    assert (sorted(update.changed), update.added) == (["1.txt", "2.txt"], ["3.txt"])
    assert not any("redaksi kami" in a.text for a in articles("c"))
    update_folder(tmp_path / "fresh", folder, encoder=encoder, late=None)
    assert articles("c") == articles("fresh")
    again = update_folder(tmp_path / "c", folder, encoder=encoder, late=None)
    assert (again.changed, again.added, again.encoded) == ([], [], 0)
    (folder / "3.txt").unlink()
    update = update_folder(tmp_path / "c", folder, encoder=encoder, late=None)
    assert (sorted(update.changed), update.removed) == (["1.txt", "2.txt"], ["3.txt"])
    assert all("redaksi kami" in a.text for a in articles("c"))
