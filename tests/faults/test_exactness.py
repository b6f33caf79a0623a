"""R12: a quote is what the file says, character by character, whatever the characters are."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path

import pytest

from index.collection import Collection
from qa import answering
from qa.answer import Answer
from qa.answering import ask
from qa.lookup import find
from tests.fakes import FakeEncoder
from tests.qa.test_answering import identity_head

# What changes its length when it is lowered, composed, folded, decoded or tidied.
ODD = {
    "decomposed": unicodedata.normalize("NFD", "Hà Nội và Đà Nẵng"),
    "ligatures": "ﬁnal ﬂuktuasi oﬃce Ǆ ½ ①",
    "lowered": "İSTANBUL DİYARBAKIR Straße GROẞ ΣΑΣ",
    "emoji": "👩‍👩‍👧‍👦 🇮🇩 👍🏽 ❤️",
    "right to left": "\u202bاتفق الوزيران على التعاون\u202c שלום",
    "soft hyphens": "kerja\u00adsama per\u00adwira",
    "spaces": "satu\tdua\u00a0tiga\u2009empat\u3000lima\u200benam",
    "full width": "ＡＢＣ １２３ ｶﾀｶﾅ",
    "zalgo": "z" + "\u0301\u0323" * 40,
    "astral": "𝔎𝔲𝔱𝔦𝔭 𐐀 \U0010fffd",
}


def said(odd: str) -> str:
    return f"Menteri mengatakan pelatihan {odd} disepakati kedua negara."


def around(odd: str) -> str:
    """A page with the odd characters before, inside and after what is asked for."""
    return "\n".join(
        [f"Kerja sama {odd} diperluas", f"Kabar {odd} pertama dari kota itu datang pagi ini.",
         said(odd), f"Kabar {odd} terakhir dari kota itu datang petang ini."]
    )  # fmt: skip


def written(path: Path, text: str, how: str) -> None:
    if how == "html":
        blocks = "".join(f"<p>{_entities(line)}</p>" for line in text.split("\n"))
        path.with_suffix(".html").write_text(
            f"<html><head><meta charset=utf-8></head><body><article>{blocks}</article></body>"
            "</html>", "utf-8"
        )  # fmt: skip
    elif how == "crlf":
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    else:
        path.write_text(text, "utf-8")


def _entities(line: str) -> str:
    """Every third character as an entity."""
    return "".join(f"&#{ord(c)};" if i % 3 == 0 and c != " " else c for i, c in enumerate(line))


@pytest.fixture(params=[True, False], ids=["late", "dense"])
def collection(request: pytest.FixtureRequest, tmp_path: Path) -> Collection:
    late = identity_head() if request.param else None
    return Collection(tmp_path / "kutip", encoder=FakeEncoder(), late=late)


@pytest.fixture(autouse=True)
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "confidence", lambda hits, silent: 1.0)


def spans(collection: Collection, answer: Answer) -> list[tuple[str, str]]:
    """What each citation, hit and match says, and what stands there in its article."""
    found = [(c.quote, c.article, c.start, c.end) for c in answer.citations]
    found += [(h.passage.text, h.passage.article, h.passage.start, h.passage.end)
              for h in answer.hits]  # fmt: skip
    texts = {article: collection.article(article) for _, article, _, _ in found}
    return [(said, texts[article].text[a:b]) for said, article, a, b in found if texts[article]]


@pytest.mark.parametrize("how", ["text", "crlf", "html"])
@pytest.mark.parametrize("name", ODD)
def test_r12_every_quote_is_the_sources_own_characters(
    collection: Collection, tmp_path: Path, name: str, how: str
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    written(folder / "a.txt", around(ODD[name]), how)
    assert len(collection.update(folder).added) == 1
    answer = ask(collection, "Menteri mengatakan pelatihan disepakati kedua negara")
    assert answer.citations
    assert all(quoted == stands for quoted, stands in spans(collection, answer))
    # A web page's space is not its text; everything else is as it was written.
    expected = " ".join(said(ODD[name]).split()) if how == "html" else said(ODD[name])
    assert any(expected in citation.quote for citation in answer.citations)
    found = find(collection, '"disepakati kedua negara"')
    (article,) = collection.snapshot().articles.values()
    assert [article.text[a:b] for a, b in found.matches[0]] == ["disepakati kedua negara"]


@pytest.mark.parametrize("alter", [str.lower, lambda text: unicodedata.normalize("NFKC", text)])
def test_r12_would_notice_offsets_into_an_altered_text(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alter
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, odd in ODD.items():
        (folder / f"{name}.txt").write_text(around(odd), "utf-8")
    real = answering.extract

    def shifted(*arguments, **options):
        """Quotes whose offsets count in the altered text."""
        view = arguments[1]
        for quote in real(*arguments, **options):
            text = view.snapshot.articles[quote.hit.passage.article].text
            start = len(alter(text[: quote.start]))
            end = start + len(alter(text[quote.start : quote.end]))
            yield dataclasses.replace(quote, start=start, end=end)

    def lost() -> list[str]:
        """Whose sentence is no longer cited whole."""
        cited = {name: ask(collection, said(odd)).citations for name, odd in ODD.items()}
        return [n for n, found in cited.items() if not any(said(ODD[n]) in c.quote for c in found)]

    collection.update(folder)
    assert lost() == []
    monkeypatch.setattr(answering, "extract", lambda *a, **o: list(shifted(*a, **o)))
    assert lost() != []
