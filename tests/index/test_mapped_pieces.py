"""The first question's tokens are the library's, or are left to the library."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.encoders.e5_tokenizer import E5Tokenizer
from index.encoders.mapped_pieces import MappedPieces
from index.encoders.model_package import default_model_directory

pytestmark = pytest.mark.model

TEXTS = [
    "What did Vietnam agree with Japan on training?",
    "Berapa perwira Vietnam yang dilatih di Turki pada 2024/2025?",
    "Hai bên đã nhất trí điều gì về đào tạo, với 1.000.000 đồng?",
    "日本とベトナムは何に合意しましたか？",
    "Что сказал министр? — «Ничего»",
    "한국 대통령은 누구입니까",
    "กรุงเทพมหานครอยู่ที่ไหน",
    "ما هو الاتفاق؟",
    "  two  spaces  ",
    "",
    "x" * 90,
    "Rp 25,5 miliar (USD) & 30% \"kutip\" 'kutip'",
    "emoji 😀 inside",
]
ODD = ["e\u0301", "ﬁ", "½", "a<s>b", "<mask>", "tab\there", "▁", "\ufffd", "a\u00a0b", "\ud800"]


@pytest.fixture(scope="module")
def library() -> E5Tokenizer:
    made = E5Tokenizer(default_model_directory, max_tokens=512)
    made.prepare()
    made.count(["."], prompt="")
    return made


@pytest.fixture(scope="module")
def pieces(library: E5Tokenizer) -> MappedPieces:
    made = MappedPieces.of(default_model_directory())
    assert made is not None
    return made


def agree(pieces: MappedPieces, library: E5Tokenizer, text: str) -> bool:
    """Whether the text was plain; if so its tokens must be the same."""
    made = pieces.tokenise("query: " + text)
    if made is None:
        return False
    (encoding,) = library._tokenizer().encode_batch(["query: " + text])
    assert [pieces.begin, *made[0], pieces.end] == encoding.ids
    assert made[1] == encoding.offsets[1:-1]
    return True


@pytest.mark.parametrize("text", TEXTS)
def test_plain_questions_get_the_library_s_tokens(
    pieces: MappedPieces, library: E5Tokenizer, text: str
) -> None:
    assert agree(pieces, library, text) or "？" in text or "ำ" in text


@pytest.mark.parametrize("text", ODD)
def test_what_is_not_plain_is_left_to_the_library(pieces: MappedPieces, text: str) -> None:
    assert pieces.tokenise("query: " + text) is None


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_gets_the_library_s_tokens_or_none(
    pieces: MappedPieces, library: E5Tokenizer, text: str
) -> None:
    agree(pieces, library, text)


def test_the_first_question_and_the_next_are_tokenised_alike(library: E5Tokenizer) -> None:
    for text in (TEXTS[0], TEXTS[2], TEXTS[9], ODD[0]):
        new = E5Tokenizer(default_model_directory, max_tokens=512)
        (first,) = new.tokenise([text], prompt="query: ")
        (known,) = library.tokenise([text], prompt="query: ")
        assert (first.ids, first.first) == (known.ids, known.first)
        assert first.offsets.tolist() == known.offsets.tolist()
