"""What the question's words met, with the real model."""

from __future__ import annotations

import pytest

from index.collection import Collection
from qa.answering import ask

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Vietnam agree with Japan on training?",
         {("japan", "jepang"), ("training", "pelatihan")}),
        ("Россия построит ядерный центр во Вьетнаме?", {("россия", "rusia"), ("центр", "pusat")}),
        ("Apa yang disepakati Vietnam dengan Jepang tentang pelatihan?", set()),
        ("Việt Nam và Nhật Bản đã thỏa thuận gì về đào tạo?",
         {("nhật bản", "jepang"), ("đào tạo", "pelatihan")}),
    ],
)  # fmt: skip
def test_words_met_across_languages(
    seeds: Collection, question: str, expected: set[tuple[str, str]]
) -> None:
    terms = ask(seeds, question).terms
    assert expected <= set(terms)
    assert all(word != other for word, other in terms)
    folded = question.casefold()
    assert [folded.find(word) for word, _ in terms] == sorted(folded.find(w) for w, _ in terms)
