"""Questions that ask for a date or a number, in languages learned from and in others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Page
from index.cleaning import clean
from index.collection import Collection
from index.errors import ModelError
from index.passages import split
from index.updating import put_articles
from qa import expected
from qa.answering import ask
from qa.expected import GAIN, KINDS, ExpectedKind, dates, numbers
from tests.fakes import FakeEncoder
from tests.qa.test_answering import identity_head

DATE = np.array([1.0, 0.0], dtype=np.float32)
NUMBER = np.array([0.0, 1.0], dtype=np.float32)


def planes() -> ExpectedKind:
    """Axes: the first component asks for a date, the second for a number."""
    weights = np.array([[50, 0], [0, 50], [0, 0]], dtype=np.float32)
    return ExpectedKind(weights, np.array([0, 0, 25], dtype=np.float32))


def test_dates_are_years_months_and_days_as_written_in_the_articles_languages() -> None:
    assert dates("Pada 4 Desember 2024, hari Rabu") == {"Desember", "2024", "Rabu"}
    assert dates("ngày 14 tháng 10") == {"tháng"}
    assert dates("It may rain; May 2020") == {"May", "2020"}
    assert dates("12345 orang, 3000 dolar, 0199") == set()
    assert numbers("3.000 dari 12 orang, 2,5 persen") == {"3.000", "12", "2,5"}


def test_a_sentence_gains_by_what_the_question_expects() -> None:
    sentences = ["Perjanjian itu diteken pada Mei 2025.", "Ada 12 delegasi.", "Menteri hadir."]
    by_date = planes().gains(DATE, "Kapan perjanjian diteken?", sentences)
    assert by_date == pytest.approx([GAIN, 0, 0], abs=1e-3)
    by_number = planes().gains(NUMBER, "Berapa delegasi?", sentences)
    assert by_number == pytest.approx([GAIN, GAIN, 0], abs=1e-3)


def test_what_the_question_itself_says_is_no_answer() -> None:
    sentences = ["Pada 2025 ada 21 pertemuan.", "Pertemuan 2025 itu penting."]
    gains = planes().gains(NUMBER, "Berapa pertemuan pada 2025?", sentences)
    assert gains == pytest.approx([GAIN, 0], abs=1e-3)


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=40), st.floats(-1, 1))
def test_gains_are_between_nothing_and_all(texts: list[str], question: str, x: float) -> None:
    gains = planes().gains(np.array([x, -x], dtype=np.float32), question, texts)
    assert gains.shape == (len(texts),)
    assert ((gains >= 0) & (gains <= GAIN * 1.001)).all()


def test_another_encoder_has_no_planes() -> None:
    assert ExpectedKind.for_encoder("another@1") is None


def test_damaged_planes_are_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (damaged := tmp_path / "expected.safetensors").write_bytes(b"not safetensors")
    monkeypatch.setattr(expected, "WEIGHTS", damaged)
    expected._shipped.cache_clear()
    try:
        with pytest.raises(ModelError, match="make it again"):
            ExpectedKind.for_encoder("e5")
    finally:
        expected._shipped.cache_clear()


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did they sign the agreement?", 0),
        ("Kapan perjanjian itu ditandatangani?", 0),
        ("Khi nào thỏa thuận được ký kết?", 0),
        ("その協定はいつ署名されましたか？", 0),  # no Japanese was learned from
        ("Quando è stato firmato l'accordo?", 0),  # nor Italian
        ("How much is the trade worth?", 1),
        ("Berapa nilai perdagangan kedua negara?", 1),
        ("Có bao nhiêu sĩ quan được đào tạo?", 1),
        ("Who signed the agreement?", None),
        ("Siapa yang menandatangani perjanjian itu?", None),
    ],
)
def test_the_kind_is_read_in_any_language(
    seeds: Collection, question: str, kind: int | None
) -> None:
    planes = ExpectedKind.for_encoder(seeds.encoder.fingerprint)
    assert planes is not None
    shares = planes.of(seeds.encoder.encode_queries([question]).vectors[0])
    assert [i for i, share in enumerate(shares) if share > 0.5] == ([] if kind is None else [kind])


def test_the_sentence_with_the_date_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "Kerja sama pelatihan diperluas\n"
        "Menteri menilai perjanjian pelatihan dengan Jepang itu penting bagi Vietnam. "
        "Naskahnya selesai pada Mei 2019 di Tokyo oleh kedua pihak.\n"
    )
    article = clean(Page("a.txt", text, "a"))
    passages = split(article, count_tokens=FakeEncoder().count_tokens)
    collection = Collection(tmp_path, encoder=FakeEncoder(), late=identity_head())
    put_articles(tmp_path, [(article, passages)], encoder=collection.encoder, late=collection.late)
    monkeypatch.setattr("qa.answering.confidence", lambda hits, silent: 1.0)
    question = "Kapan perjanjian penting Menteri dengan Jepang diteken?"
    zeros = np.zeros((3, FakeEncoder.dimension), dtype=np.float32)

    def first_quote(kind: int) -> str:
        planes = ExpectedKind(zeros, np.eye(3, dtype=np.float32)[kind] * 50)
        monkeypatch.setattr(ExpectedKind, "for_encoder", lambda fingerprint: planes)
        return ask(collection, question).citations[0].quote

    assert "2019" not in first_quote(KINDS.index("other"))
    assert "2019" in first_quote(KINDS.index("date"))
